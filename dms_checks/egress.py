"""What the security groups of a consumer let out: to which ports, and to which databases."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dms_checks import network_vocabulary
from dms_checks.addresses import (
    NO_PORTS,
    Address,
    Network,
    Ports,
    address,
    covers,
    leads_nowhere,
    network,
    overlaps,
    tcp_ports,
)
from dms_checks.deployment import Deployment, subnets_of
from dms_checks.engines import ENGINES
from dms_checks.model import Dialect, Resource, Truth, Value

DATABASE_PORTS = {
    # Defaults that the provider and CloudFormation document for resources which leave their port out.
    "aws_docdb_cluster": 27017,
    "AWS::DocDB::DBCluster": 27017,
    "aws_neptune_cluster": 8182,
    "AWS::Neptune::DBCluster": 8182,
    "aws_redshift_cluster": 5439,
    "AWS::Redshift::Cluster": 5439,
    "aws_elasticache_replication_group": 6379,
    "AWS::ElastiCache::ReplicationGroup": 6379,
}

_PORT = re.compile(r"[0-9]{1,5}")

_PORT_BY_ENGINE_MODE = ("AWS::RDS::DBCluster",)
"""CloudFormation chooses the port of an Aurora cluster by its engine mode too: without one it is not known here."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an endpoint stands, as far as the template shows it; nothing at all means "somewhere".

    ``literal`` is an address. Of a database in the deployment: its security groups (None when they can't all be told), the ranges of
    its subnets (None likewise), and whether its name resolves to an address in them, and not to a public one.
    """

    literal: Address | None = None
    groups: tuple[str, ...] | None = None
    ranges: tuple[Network, ...] | None = None
    private: Truth = Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Rule:
    """One egress rule of a security group; ``applies`` is unknown where it may belong to another group."""

    read: Callable[[str], Value] = field(repr=False)
    group: str
    applies: Truth

    @property
    def ports(self) -> Ports:
        return tcp_ports(self.read("protocol"), self.read("from_port"), self.read("to_port"))


# --- the endpoint's side ----------------------------------------------------------------------------------------------


def port_of(deployment: Deployment, endpoint: Resource) -> int | None:
    """The TCP port of an endpoint: its own, its database's, or its engine's default; None when it can't be told."""
    own = endpoint["port"]
    if not own.is_absent:
        database = deployment.target(own, network_vocabulary.DATABASE)
        return _database_port(database, endpoint) if database else own.number
    for name in ("broker", "endpoint_uri"):
        if not endpoint[name].is_absent:
            return _port_in(endpoint[name], endpoint)
    if not endpoint["secret"].is_absent:
        # Host and port stand in the secret.
        return None
    database = deployment.target(endpoint["server_name"], network_vocabulary.DATABASE)
    if database is not None:
        return _database_port(database, endpoint)
    return _default_port(endpoint)


def _default_port(endpoint: Resource) -> int | None:
    engine = ENGINES.get(endpoint["engine"].word or "")
    return engine.port if engine else None


def _database_port(database: Resource, endpoint: Resource) -> int | None:
    port = database["port"]
    if port.is_absent and (database.is_data_source or database.type in _PORT_BY_ENGINE_MODE):
        return None
    if port.is_absent:
        return DATABASE_PORTS.get(database.type) or _default_port(endpoint)
    return port.number


def _port_in(value: Value, endpoint: Resource) -> int | None:
    """The port of ``host:9092,host:9092`` or ``https://host:443/``, if all hosts agree on one."""
    text = value.text
    if text is None:
        return None
    ports: set[int | None] = set()
    for host in text.split(","):
        scheme, separator, rest = host.strip().rpartition("://")
        _, colon, port = rest.split("/", 1)[0].rpartition(":")
        if colon and _PORT.fullmatch(port):
            ports.add(int(port))
        else:
            ports.add(80 if separator and scheme == "http" else _default_port(endpoint))
    return ports.pop() if len(ports) == 1 else None


def destination_of(deployment: Deployment, endpoint: Resource) -> Destination:
    """What the template shows of the place that an endpoint points at."""
    server = endpoint["server_name"]
    literal = address(server.text) if server.text else None
    if literal is not None:
        return Destination(literal)
    database = deployment.target(server, network_vocabulary.DATABASE)
    if database is None:
        return Destination()
    return Destination(
        None, _group_names(deployment, database), _subnet_ranges(deployment, database), ~database["public"].is_word("true")
    )


def _group_names(deployment: Deployment, database: Resource) -> tuple[str, ...] | None:
    items = database["security_groups"].items()
    if not items:
        return None
    found = [_own_group(deployment, item) for item in items]
    known = tuple(group.address for group in found if group is not None)
    return known if len(known) == len(found) else None


def _own_group(deployment: Deployment, value: Value) -> Resource | None:
    """The security group behind a value, if the deployment makes it: of one that it looks up the rules are not known."""
    group = deployment.target(value, network_vocabulary.SECURITY_GROUP)
    return None if group is None or group.is_data_source else group


def _subnet_ranges(deployment: Deployment, database: Resource) -> tuple[Network, ...] | None:
    subnets = subnets_of(deployment, database)
    ranges = [network(subnet["range"].text or "") for subnet in subnets or ()]
    known = tuple(range_ for range_ in ranges if range_ is not None)
    return known if known and len(known) == len(ranges) else None


# --- the consumer's side ----------------------------------------------------------------------------------------------


def groups_of(deployment: Deployment, consumer: Resource) -> tuple[list[Resource], Truth]:
    """The security groups of a consumer that are in the deployment, and whether these are all."""
    items = consumer["security_groups"].items()
    if not items:
        return [], Truth.UNKNOWN
    found = [_own_group(deployment, item) for item in items]
    groups = [group for group in found if group is not None]
    return groups, Truth.of(True if len(groups) == len(found) else None)


def rules_of(deployment: Deployment, group: Resource) -> tuple[list[Rule], Truth]:
    """The egress rules of a group, and whether these are all."""
    inline = group["egress"]
    items = inline.items()
    rules = [Rule(_inline_reader(item, group.dialect), group.address, Truth.YES) for item in items or ()]
    open_ended = items is None or any(item.is_unknown for item in items) or deployment.is_handed_over(group.address)
    complete = Truth.of(None if open_ended else True)
    alone = [
        Rule(resource.__getitem__, group.address, truth)
        for resource, truth in deployment.referrers(group, network_vocabulary.SECURITY_GROUP_RULE, "group")
        if resource["direction"].is_word("egress") is not Truth.NO
    ]
    if group.dialect is Dialect.CLOUDFORMATION and inline.is_absent:
        # Without any egress rule EC2's own rule stays, which allows everything. Whether rules of their own replace it, AWS does not say.
        return alone, Truth.UNKNOWN if alone else Truth.NO
    return rules + alone, complete


def _inline_reader(item: Value, dialect: Dialect) -> Callable[[str], Value]:
    return lambda name: network_vocabulary.SECURITY_GROUP_RULE_FIELDS[name].find(item, dialect)


def egress_allows(deployment: Deployment, group: Resource, port: int | None, destination: Destination) -> Truth:
    """Whether a group lets a TCP connection out to a port of a destination."""
    rules, complete = rules_of(deployment, group)
    if complete is Truth.NO:
        return Truth.YES
    allowed = Truth.any(_rule_allows(deployment, rule, port, destination) & rule.applies for rule in rules)
    return allowed | (~complete & Truth.UNKNOWN)


def _rule_allows(deployment: Deployment, rule: Rule, port: int | None, destination: Destination) -> Truth:
    ports = rule.ports.hold(port)
    return ports if ports is Truth.NO else ports & Truth.any(_reaches(deployment, rule, destination))


def _reaches(deployment: Deployment, rule: Rule, destination: Destination) -> Iterator[Truth]:
    """For each kind of destination that a rule names: whether it holds the destination."""
    for name in ("ranges", "ranges_ipv6"):
        yield _ranges_reach(rule.read(name), destination)
    for value in _each(rule.read("prefix_lists")):
        yield _prefix_list_reaches(deployment, value, destination)
    for value in _each(rule.read("groups")):
        target = _own_group(deployment, value)
        yield _group_reaches(target.address if target else None, destination)
    yield rule.read("self").is_word("true") & _group_reaches(rule.group, destination)


def _each(value: Value) -> tuple[Value, ...]:
    """The elements of a list; of one that is not known, itself."""
    items = value.items()
    return (value,) if items is None else items


def _group_reaches(group: str | None, destination: Destination) -> Truth:
    if destination.literal is not None:
        # The address may belong to a member of the group.
        return Truth.UNKNOWN
    if destination.groups is None:
        return Truth.YES if group and _somewhere(destination) else Truth.UNKNOWN
    return Truth.of(None if group is None else group in destination.groups)


def _somewhere(destination: Destination) -> bool:
    return destination.literal is None and destination.groups is None and destination.ranges is None


def _ranges_reach(value: Value, destination: Destination) -> Truth:
    items = value.items()
    if items is None:
        return Truth.UNKNOWN
    return _networks_reach([network(item.text) if item.text else None for item in items], destination)


def _networks_reach(networks: list[Network | None], destination: Destination) -> Truth:
    """Whether ranges, None among them for one that can't be told, hold the destination."""
    known = [range_ for range_ in networks if range_ is not None and not leads_nowhere(range_)]
    rest = Truth.UNKNOWN if None in networks else Truth.NO
    if not known:
        return rest
    if destination.literal is not None:
        return Truth.of(any(destination.literal in range_ for range_ in known)) | rest
    if _somewhere(destination):
        return Truth.YES
    if destination.ranges is None:
        return Truth.YES if any(range_.prefixlen == 0 for range_ in known) else Truth.UNKNOWN
    if all(covers(known, wanted) for wanted in destination.ranges):
        return Truth.YES
    touched = any(overlaps(range_, wanted) for range_ in known for wanted in destination.ranges)
    return Truth.UNKNOWN if touched else (~destination.private & Truth.UNKNOWN) | rest


def _prefix_list_reaches(deployment: Deployment, value: Value, destination: Destination) -> Truth:
    prefix_list = deployment.target(value, network_vocabulary.PREFIX_LIST)
    if prefix_list is None or (prefix_list.is_data_source and prefix_list["entries"].is_absent):
        return Truth.YES if _somewhere(destination) and value.is_known else Truth.UNKNOWN
    entries = prefix_list["entries"].items()
    if entries is None or any(entry.is_unknown for entry in entries):
        return Truth.UNKNOWN
    ranges = [entry.get("cidr") if prefix_list.dialect is Dialect.TERRAFORM else entry.get("Cidr") for entry in entries]
    alone = deployment.referrers(prefix_list, network_vocabulary.PREFIX_LIST_ENTRY, "prefix_list")
    ranges += [entry["range"] for entry, _ in alone]
    return _networks_reach([network(item.text) if item.text else None for item in ranges], destination)


def describe(deployment: Deployment, group: Resource) -> str:
    """What a group lets out, for a message: the ports, or nothing."""
    rules, _ = rules_of(deployment, group)
    ports = dict.fromkeys(str(rule.ports) for rule in rules if rule.ports != NO_PORTS)
    if not ports:
        return "nothing out" if not rules else "no TCP out"
    *first, last = ports
    listed = f"{', '.join(first)} and {last}" if first else last
    return f"only {listed}{_to_where(rules)}"


def _to_where(rules: list[Rule]) -> str:
    """The IPv4 ranges of the rules, where there are few enough to read."""
    ranges = dict.fromkeys(item.text for rule in rules for item in rule.read("ranges").items() or () if item.text)
    return f" to {', '.join(ranges)}" if 0 < len(ranges) <= 3 else ""
