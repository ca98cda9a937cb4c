"""What an endpoint points at: its host and port, as far as the template shows them, and the groups and subnets of what stands there.

A host is an address, a resource of the deployment, a service of AWS, or a name; host and port stand in the endpoint or in the secret
that it names. Of a secret nothing else is read, and nothing of it is kept as text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dms_checks.addresses import MAXIMUM_PORT, Address, address
from dms_checks.deployment import Deployment, subnets_of
from dms_checks.engines import ENGINES, Engine
from dms_checks.json_text import document, member
from dms_checks.marks import HOLE
from dms_checks.model import Dialect, Reference, Resource, Truth, Value
from dms_checks.network_vocabulary import (
    CLUSTER_MEMBER,
    DATABASE,
    INSTANCE,
    INSTANCE_INTERFACE_FIELDS,
    NETWORK_INTERFACE,
    SEARCH_DOMAIN,
    SECURITY_GROUP_ATTACHMENT,
    SUBNET,
)
from dms_checks.vocabulary import SECRET, SECRET_VERSION

HOSTS = (DATABASE, CLUSTER_MEMBER, SEARCH_DOMAIN, INSTANCE, NETWORK_INTERFACE)
"""The kinds of what an endpoint can point at."""

DATABASE_PORTS = {
    # The default of the API reference for what leaves its port out, where the provider or CloudFormation has none of its own.
    "aws_docdb_cluster": 27017,
    "AWS::DocDB::DBCluster": 27017,
    "aws_neptune_cluster": 8182,
    "AWS::Neptune::DBCluster": 8182,
    "aws_redshift_cluster": 5439,
    "AWS::Redshift::Cluster": 5439,
    "aws_redshiftserverless_workgroup": 5439,
    "AWS::RedshiftServerless::Workgroup": 5439,
    "aws_elasticache_replication_group": 6379,
    "AWS::ElastiCache::ReplicationGroup": 6379,
    "aws_memorydb_cluster": 6379,
    "AWS::MemoryDB::Cluster": 6379,
}

_PORT_WITH_PROVIDER = ("aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster")
"""The provider sends the default itself, so that a copy does not keep the port of its original."""

RELATIONAL_PORTS = {
    # Amazon RDS API reference, CreateDBInstance and CreateDBCluster, "Port". Editions follow the name: oracle-se2, sqlserver-ex, db2-ae.
    "postgres": 5432,
    "aurora-postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "aurora": 3306,
    "aurora-mysql": 3306,
    "oracle": 1521,
    "sqlserver": 1433,
    "db2": 50000,
}

PROXY_PORTS = {"mysql": 3306, "postgresql": 5432, "sqlserver": 1433}
"""By engine family: a proxy takes no port, and listens on the engine's default whatever its database listens on."""

CACHE_PORTS = {"redis": 6379, "valkey": 6379, "memcached": 11211}
"""Amazon ElastiCache API reference, CreateCacheCluster, "Port"."""

_RELATIONAL = ("aws_db_instance", "aws_rds_cluster", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster")
_PROXIES = ("aws_db_proxy", "AWS::RDS::DBProxy")
_CACHES = ("aws_elasticache_cluster", "AWS::ElastiCache::CacheCluster")

_NEVER_PUBLIC = (
    # Amazon DocumentDB, ElastiCache and MemoryDB are reached inside of a VPC only, and so are proxies, by their user guides.
    "aws_docdb_cluster",
    "aws_docdb_cluster_instance",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
    "aws_elasticache_replication_group",
    "AWS::ElastiCache::ReplicationGroup",
    "aws_memorydb_cluster",
    "AWS::MemoryDB::Cluster",
    *_CACHES,
    *_PROXIES,
)


class Brokers(NamedTuple):
    """What an attribute of a cluster of Amazon MSK names: the port, and whether the brokers have public addresses."""

    port: int
    public: Truth = Truth.NO


BROKERS = {
    # Amazon MSK developer guide, "Port information". What connects from another VPC by PrivateLink has ports that AWS chooses.
    "bootstrap_brokers": Brokers(9092),
    "bootstrap_brokers_tls": Brokers(9094),
    "bootstrap_brokers_sasl_scram": Brokers(9096),
    "bootstrap_brokers_sasl_iam": Brokers(9098),
    "bootstrap_brokers_public_tls": Brokers(9194, Truth.YES),
    "bootstrap_brokers_public_sasl_scram": Brokers(9196, Truth.YES),
    "bootstrap_brokers_public_sasl_iam": Brokers(9198, Truth.YES),
}

_SERVICES = ("s3", "dynamodb", "kinesis")
"""The engines without a host: AWS DMS asks the service itself."""

_SEARCH_ENGINES = ("opensearch", "elasticsearch")

_PUBLIC_DOMAIN = re.compile(r"search-[a-z0-9-]+\.[a-z0-9-]+\.es\.amazonaws\.com(?:\.cn)?", re.IGNORECASE)
"""How Amazon OpenSearch Service names a domain with a public endpoint; one in a VPC begins with ``vpc-``."""

_PORT = re.compile(r"[0-9]{1,5}")
_ONE_HOST = re.compile(rf"(?:[a-z]+://)?{HOLE}(?::[0-9]+)?/?")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the connection of an endpoint goes, as far as the template shows it; nothing at all means "somewhere".

    ``port`` is None when it can't be told. ``address`` is a literal; ``resource`` is what has it or the name that is used: a database,
    a member of its cluster, a search domain, an EC2 instance or a network interface, or a data source that looks one up. ``services`` are
    services of AWS that are reached by their public or VPC endpoints. ``name`` is a literal host name, for people and never out of a secret.
    ``secret`` is given when the credentials come from Secrets Manager, which then has to be reached too. ``public``: whether the name
    stands for a public address outside of the VPC. ``is_hidden``: host and port stand in the secret, and no message may say the host.
    """

    port: int | None
    address: Address | None = None
    resource: Resource | None = field(default=None, repr=False)
    services: tuple[str, ...] = ()
    name: str = ""
    secret: Value | None = field(default=None, repr=False)
    public: Truth = Truth.UNKNOWN
    is_hidden: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the template makes what stands there: what it only looks up has groups and subnets that are not known."""
        return self.resource is not None and not self.resource.is_data_source


def target_of(deployment: Deployment, endpoint: Resource) -> Target:
    """What an endpoint points at."""
    return deployment.remembered(("target", endpoint.address), lambda: _target_of(deployment, endpoint))


def _target_of(deployment: Deployment, endpoint: Resource) -> Target:
    engine = ENGINES.get(endpoint["engine"].word or "")
    name = engine.name if engine else ""
    if engine and name in _SERVICES:
        target = Target(engine.port, services=engine.services)
    elif not endpoint["broker"].is_absent and name in ("kafka", ""):
        target = _brokers(deployment, endpoint["broker"])
    elif not endpoint["endpoint_uri"].is_absent and name in (*_SEARCH_ENGINES, ""):
        target = _search(deployment, endpoint["endpoint_uri"], engine)
    else:
        target = _database(deployment, endpoint, engine)
    secret = endpoint["secret"]
    return target if secret.is_absent else replace(target, secret=secret)


# --- hosts ------------------------------------------------------------------------------------------------------------


def _host(deployment: Deployment, value: Value) -> Target:
    """What a host name, an address or a reference to one stands for; the port is told elsewhere."""
    text = value.text
    if text is not None:
        literal = address(text)
        if literal is None:
            return Target(None, name=text.strip())
        return Target(None, literal, _owner(deployment, text), public=Truth.of(literal.is_global))
    reference = _reference(value)
    resource = _referred(deployment, reference)
    if reference is None or resource is None:
        return Target(None)
    if resource.kind is SEARCH_DOMAIN and _stands_in_vpc(resource) is Truth.NO:
        return Target(None, services=ENGINES["opensearch"].services, public=Truth.YES)
    public = _by_attribute(reference)
    return Target(None, resource=resource, public=is_public(deployment, resource) if public is None else public)


def _referred(deployment: Deployment, reference: Reference | None) -> Resource | None:
    return None if reference is None else deployment.target(Value.known(reference), *HOSTS)


def _reference(value: Value) -> Reference | None:
    """The reference that a value is, or that a text holds with nothing but a scheme and a port around it."""
    if value.reference:
        return value.reference
    alone = value.is_unknown and len(value.candidates) == 1 and _ONE_HOST.fullmatch(value.outline.strip())
    return value.candidates[0] if alone else None


def _by_attribute(reference: Reference) -> Truth | None:
    """Whether an attribute is a public address; None where its name does not say."""
    name = (reference.attribute or "").replace("_", "").lower()
    if name.startswith(("publicip", "publicdns")):
        return Truth.YES
    return Truth.NO if name.startswith(("privateip", "privatedns", "primaryprivateip")) else None


def _owner(deployment: Deployment, text: str) -> Resource | None:
    """The instance or the network interface that the template gives an address, if it is exactly one."""
    key = text.strip().strip("[]")
    return deployment.remembered(("owner", key), lambda: _owner_of(deployment, key))


def _owner_of(deployment: Deployment, key: str) -> Resource | None:
    found = [
        resource
        for resource in deployment.mentioning((key,), INSTANCE, NETWORK_INTERFACE)
        if resource.exists is Truth.YES and not resource.is_data_source and key in addresses_of(resource)
    ]
    return found[0] if len(found) == 1 else None


def addresses_of(resource: Resource) -> Iterator[str | None]:
    """The private addresses that the template gives an instance or a network interface; None for one that it does not tell."""
    yield resource["private_address"].text
    if resource.kind is NETWORK_INTERFACE:
        for item in resource["private_addresses"].items() or ():
            yield item.text or item.get("PrivateIpAddress").text
    else:
        for interface in resource["network_interfaces"].items() or ():
            yield _of_interface(resource, interface, "private_address").text


def _of_interface(instance: Resource, interface: Value, name: str) -> Value:
    return INSTANCE_INTERFACE_FIELDS[name].find(interface, instance.dialect)


# --- services, brokers and domains ------------------------------------------------------------------------------------


def _brokers(deployment: Deployment, value: Value) -> Target:
    """The brokers of Kafka: all of a cluster by one of its attributes, or a list of hosts with ports."""
    if value.reference:
        resource = _referred(deployment, value.reference)
        brokers = BROKERS.get(value.reference.attribute or "")
        if resource is None or resource.kind is not DATABASE or brokers is None:
            return Target(None)
        return Target(brokers.port, resource=resource, public=brokers.public)
    return _listed(deployment, value, None)


def _search(deployment: Deployment, value: Value, engine: Engine | None) -> Target:
    """A search domain by its URI."""
    target = _listed(deployment, value, engine.port if engine else None)
    if _PUBLIC_DOMAIN.fullmatch(target.name):
        return replace(target, services=ENGINES["opensearch"].services, public=Truth.YES)
    if value.reference:
        # The attribute of a domain is its host alone.
        return replace(target, port=engine.port if engine else None)
    return target


def _listed(deployment: Deployment, value: Value, default: int | None) -> Target:
    """One host or several, with ports: ``host:9092,host:9092`` or ``https://host/``."""
    text = value.text if value.is_known else value.outline
    if not text:
        return replace(_host(deployment, value), port=None)
    hosts = [_parts(item, default) for item in text.split(",") if item.strip()]
    ports = {port for _, port in hosts}
    port = ports.pop() if len(ports) == 1 else None
    if len(hosts) != 1:
        return Target(port, name=text.strip() if value.is_known else "")
    return replace(_host(deployment, Value.known(hosts[0][0]) if value.is_known else value), port=port)


def _parts(text: str, default: int | None) -> tuple[str, int | None]:
    """Host and port of ``host:9092`` or ``https://host:443/``."""
    scheme, separator, rest = text.strip().rpartition("://")
    host = rest.split("/", 1)[0].rpartition("@")[2]
    before, colon, port = host.rpartition(":")
    if colon and _PORT.fullmatch(port) and not before.endswith(":"):
        return before, _valid(int(port))
    return host, 80 if separator and scheme.lower() == "http" else default


def hosts_in(text: str) -> list[str]:
    """The hosts in such a text, without ports."""
    return [_parts(item, None)[0] for item in text.split(",") if item.strip()]


def _valid(port: int | None) -> int | None:
    return port if port is not None and 0 < port <= MAXIMUM_PORT else None


# --- databases --------------------------------------------------------------------------------------------------------


class _Connection(NamedTuple):
    """Host and port as they are written; absent where they are not."""

    host: Value
    port: Value


_UNKNOWN = _Connection(Value.unknown(), Value.unknown())


def _database(deployment: Deployment, endpoint: Resource, engine: Engine | None) -> Target:
    """A database by name and port, which stand in the endpoint or in a secret. AWS DMS refuses both at once."""
    own = _Connection(endpoint["server_name"], endpoint["port"])
    if endpoint["secret"].is_absent:
        target = _host(deployment, own.host)
        return replace(target, port=_port(deployment, own.port, target.resource, engine))
    secret = _in_secret(deployment, endpoint["secret"])
    hidden = secret.host.is_known
    host = _host(deployment, secret.host if hidden else own.host)
    if secret.port.is_known or secret.port.is_absent:
        # Of what is left out in a secret, only a database tells the port.
        port = _port(deployment, secret.port, host.resource, None)
    else:
        port = None if own.port.is_absent else _port(deployment, own.port, host.resource, engine)
    return replace(host, port=port, name="" if hidden else host.name, is_hidden=hidden)


def _port(deployment: Deployment, value: Value, host: Resource | None, engine: Engine | None) -> int | None:
    """The port that is written, or else that of the database, or else the default of the engine."""
    if not value.is_absent:
        database = deployment.target(value, DATABASE, CLUSTER_MEMBER)
        return port_of(deployment, database, engine) if database else _valid(value.number)
    if host is not None and host.kind in (DATABASE, CLUSTER_MEMBER):
        return port_of(deployment, host, engine)
    return engine.port if engine else None


def port_of(deployment: Deployment, database: Resource, engine: Engine | None = None) -> int | None:
    """The TCP port that a database listens on. The endpoint's engine helps where the database does not tell its own."""
    if _is_member(database):
        cluster = cluster_of(deployment, database)
        return port_of(deployment, cluster, engine) if cluster is not None and not _is_member(cluster) else None
    port = database["port"]
    if not port.is_absent:
        return _valid(port.number)
    if database.is_data_source:
        return None
    if database.type in _PROXIES:
        return PROXY_PORTS.get(database["engine"].word or "")
    if _is_given(database["original"]) and database.type not in _PORT_WITH_PROVIDER:
        return None
    if database.type in _CACHES:
        return CACHE_PORTS.get(database["engine"].word or "")
    return _relational_port(database, engine) if database.type in _RELATIONAL else DATABASE_PORTS.get(database.type)


def _relational_port(database: Resource, engine: Engine | None) -> int | None:
    name = database["engine"].word
    port = (engine.port if engine else None) if name is None else _by_edition(name)
    if database.type == "AWS::RDS::DBCluster" and port != RELATIONAL_PORTS["aurora"]:
        # CloudFormation has defaults of its own. By its template reference a provisioned cluster of PostgreSQL gets 3306 too, and so it was until
        # 2022 at least; for a while it got 5432 (aws-cloudformation/cloudformation-coverage-roadmap, issue 281).
        is_serverless = name is not None and database["engine_mode"].is_word("serverless") is Truth.YES
        return port if is_serverless else None
    return port


def _by_edition(name: str) -> int | None:
    return next((port for engine, port in RELATIONAL_PORTS.items() if name == engine or _is_edition(name, engine)), None)


def _is_edition(name: str, engine: str) -> bool:
    return engine in ("oracle", "sqlserver", "db2") and name.startswith(f"{engine}-")


def _is_given(value: Value) -> bool:
    """Whether it may be given: a plan shows blocks that are left out as empty lists."""
    return not value.is_absent and value.items() != ()


# --- clusters ---------------------------------------------------------------------------------------------------------


def _is_member(resource: Resource) -> bool:
    return resource.kind is CLUSTER_MEMBER or (resource.kind is DATABASE and not resource["cluster"].is_absent)


def cluster_of(deployment: Deployment, resource: Resource) -> Resource | None:
    """What holds the groups, the subnets and the port of a database: the cluster of a member of one; None if it can't be told."""
    if not _is_member(resource):
        return resource
    return deployment.target(resource["cluster"], DATABASE)


# --- secrets ----------------------------------------------------------------------------------------------------------


def _in_secret(deployment: Deployment, value: Value) -> _Connection:
    """Host and port in the secret that a value names, and nothing else of it."""
    found = deployment.target(value, SECRET, SECRET_VERSION)
    secret = deployment.target(found["secret"], SECRET) if found is not None and found.kind is SECRET_VERSION else found
    if secret is None or secret.is_data_source:
        return _UNKNOWN
    versions = deployment.referrers(secret, SECRET_VERSION, "secret")
    if any(truth is not Truth.YES for _, truth in versions):
        return _UNKNOWN
    if secret.dialect is Dialect.TERRAFORM:
        return _only(_in_document(version["text"]) for version, _ in versions)
    if versions:
        # AWS fills in what it knows of the database, and takes one for a secret.
        database = versions[0][0]["target"]
        return _Connection(database, Value.absent()) if database.reference and len(versions) == 1 else _UNKNOWN
    return _only([_in_document(secret["generated_from"] if secret["text"].is_absent else secret["text"])])


def _only(connections: Iterable[_Connection]) -> _Connection:
    """The one with a host, if there is one: AWS DMS can't connect by a version without."""
    found = [connection for connection in connections if not connection.host.is_absent]
    return found[0] if len(found) == 1 else _UNKNOWN


def _in_document(text: Value) -> _Connection:
    content = document(text).content
    if text.is_absent or not isinstance(content.content, Mapping):
        return _UNKNOWN
    host, port = (_in_member(text, member(content, name), name) for name in ("host", "port"))
    return _Connection(host, port)


MAXIMUM_HOLES = 16
"""How many parts of the text of a secret are told apart."""


def _in_member(text: Value, found: Value, name: str) -> Value:
    """The member of a document, with the reference that stands in it where it can be told which one that is."""
    if not found.is_unknown or found.outline != HOLE:
        return found
    places = [_holder(text, index) for index in range(min(text.outline.count(HOLE), MAXIMUM_HOLES))]
    if places.count(name) != 1 or len(places) < text.outline.count(HOLE):
        return Value.unknown(found.path)
    if len(places) == len(text.candidates):
        return Value.known(text.candidates[places.index(name)], found.path)
    # Not all that is unknown is a resource, but an address stands in no other member, and nor does a port.
    fitting = [candidate for candidate in text.candidates if _fits(candidate, name)]
    others = all(place in _MEMBERS for place in places)
    return Value.known(fitting[0], found.path) if len(fitting) == 1 and others else Value.unknown(found.path)


_MEMBERS = ("engine", "host", "port", "username", "password", "dbname", "database", "dbInstanceIdentifier", "dbClusterIdentifier")
"""What credentials of databases hold, by the user guide of AWS Secrets Manager: one holds an address, and one a port."""


def _fits(candidate: Reference, name: str) -> bool:
    word = (candidate.attribute or "").rpartition(".")[2].lower()
    return word == "port" if name == "port" else word in ("address", "endpoint")


def _holder(text: Value, index: int) -> str:
    """The member that a part of a text stands in; "" where it stands in none, or deeper."""
    pieces = text.outline.split(HOLE)
    marked = "0".join(pieces[: index + 1]) + HOLE + "0".join(pieces[index + 1 :])
    content = document(replace(text, outline=marked)).content
    return next((name for name in _MEMBERS if content.is_known and content.get(name).outline == HOLE), "")


# --- what stands at a host --------------------------------------------------------------------------------------------


def security_groups(deployment: Deployment, resource: Resource) -> Value:
    """The security groups of what an endpoint points at; absent where they are left out and AWS chooses, unknown where they can't be told."""
    owner = cluster_of(deployment, resource)
    if owner is None or owner.is_data_source:
        return Value.unknown()
    groups = _instance_groups(deployment, owner) if owner.kind is INSTANCE else owner["security_groups"]
    if owner.kind not in (INSTANCE, NETWORK_INTERFACE):
        return groups
    attached = deployment.referrers(owner, SECURITY_GROUP_ATTACHMENT, "interface")
    if not attached:
        return groups
    if groups.is_absent or any(truth is not Truth.YES for _, truth in attached):
        return Value.unknown(groups.path)
    return Value.known((groups, *(attachment["group"] for attachment, _ in attached)), groups.path)


def _instance_groups(deployment: Deployment, instance: Resource) -> Value:
    groups = instance["security_groups"]
    if _is_given(groups):
        return groups
    interface = _interface(deployment, instance)
    if isinstance(interface, Resource):
        return interface["security_groups"]
    if interface is not None:
        return _of_interface(instance, interface, "security_groups")
    told_elsewhere = _is_given(instance["network_interfaces"]) or _is_given(instance["launch_template"])
    return Value.unknown(groups.path) if told_elsewhere else groups


def _interface(deployment: Deployment, instance: Resource) -> Resource | Value | None:
    """The only network interface of an instance: a resource, or a block of the instance. None when there is none, or more."""
    items = instance["network_interfaces"].items()
    if not items or len(items) != 1 or items[0].is_unknown:
        return None
    named = _of_interface(instance, items[0], "interface")
    if named.is_absent:
        return items[0] if instance.dialect is Dialect.CLOUDFORMATION else None
    interface = deployment.target(named, NETWORK_INTERFACE)
    return None if interface is None or interface.is_data_source else interface


def subnets(deployment: Deployment, resource: Resource) -> list[Resource] | None:
    """The subnets that what an endpoint points at may stand in; None when they can't all be told."""
    owner = cluster_of(deployment, resource)
    if owner is None or owner.is_data_source:
        return None
    found = _subnets(deployment, owner)
    return found if found and not any(subnet.is_data_source for subnet in found) else None


def _subnets(deployment: Deployment, owner: Resource) -> list[Resource] | None:
    if owner.kind is DATABASE and not _is_given(owner["subnets"]):
        return subnets_of(deployment, owner)
    if owner.kind is INSTANCE:
        interface = _interface(deployment, owner)
        if owner["subnet"].is_absent and interface is not None:
            inner = interface["subnet"] if isinstance(interface, Resource) else _of_interface(owner, interface, "subnet")
            return _all_subnets(deployment, inner)
        return _all_subnets(deployment, owner["subnet"])
    return _all_subnets(deployment, owner["subnet" if owner.kind is NETWORK_INTERFACE else "subnets"])


def _all_subnets(deployment: Deployment, value: Value) -> list[Resource] | None:
    found = [deployment.target(item, SUBNET) for item in value.items() or ()]
    known = [subnet for subnet in found if subnet is not None]
    return known if known and len(known) == len(found) else None


def _stands_in_vpc(domain: Resource) -> Truth:
    if domain.is_data_source:
        return Truth.UNKNOWN
    return Truth.any(
        Truth.UNKNOWN if value.is_unknown else Truth.of(_is_given(value))
        for value in (domain["subnets"], domain["security_groups"])
    )


def is_public(deployment: Deployment, resource: Resource) -> Truth:
    """Whether what stands there has a public address, which its name stands for outside of its VPC. Of a host of its own, only the name tells."""
    if resource.type in _NEVER_PUBLIC:
        return Truth.NO
    if resource.kind is SEARCH_DOMAIN:
        return ~_stands_in_vpc(resource)
    if resource.is_data_source or resource.kind not in (DATABASE, CLUSTER_MEMBER):
        return Truth.UNKNOWN
    flag = resource["public"]
    if not flag.is_absent:
        return flag.is_word("true", "1", "service-provided-eips")
    if _is_member(resource):
        return Truth.UNKNOWN
    return _are_public(deployment, resource)


def _are_public(deployment: Deployment, cluster: Resource) -> Truth:
    """Whether the instances of a cluster have public addresses, if all agree."""
    members = [
        member_
        for kind in (CLUSTER_MEMBER, DATABASE)
        for member_, _ in deployment.referrers(cluster, kind, "cluster")
        if member_.address != cluster.address
    ]
    answers = {is_public(deployment, member_) for member_ in members}
    return answers.pop() if len(answers) == 1 else Truth.UNKNOWN
