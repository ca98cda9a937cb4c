"""Small networks with one migration in them, made at random: built so that they work, and then changed here and there.

A network here is plain data, which ``packets.py`` sends packets through, which is written as a template, and which a person can read.
"""

import copy
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

EVERYWHERE = "0.0.0.0/0"
ALL_PORTS = (0, 65535)
ZONES = ("us-east-1a", "us-east-1b")


@dataclass
class Rule:
    """A rule of a security group. ``peer`` is a range, or the name of a group or of a NAT gateway's Elastic IP address."""

    peer: str
    first: int = 0
    last: int = 65535
    protocol: str = "tcp"

    def __str__(self) -> str:
        return f"{_traffic(self.protocol, self.first, self.last)} {self.peer}"


@dataclass
class Group:
    """A security group. Without ``outward`` rules at all it has EC2's own, which lets everything out."""

    vpc: str
    inward: list[Rule] = field(default_factory=list)
    outward: list[Rule] | None = None
    apart: bool = False
    """Whether its rules are resources of their own."""


@dataclass
class Entry:
    """An entry of a network ACL."""

    number: int
    outward: bool
    allow: bool
    range: str
    first: int = 0
    last: int = 65535
    protocol: str = "tcp"

    def __str__(self) -> str:
        words = ("out" if self.outward else "in", "allow" if self.allow else "deny")
        return f"{self.number} {' '.join(words)} {_traffic(self.protocol, self.first, self.last)} {self.range}"


@dataclass
class Acl:
    vpc: str
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Route:
    """A route to a peering, a transit gateway, a NAT gateway, a host, the internet gateway or the virtual private gateway."""

    range: str
    to: str


@dataclass
class Table:
    vpc: str
    routes: list[Route] = field(default_factory=list)


@dataclass
class Subnet:
    """A subnet; without ``acl`` and ``table`` it has its VPC's own: all is allowed, only the VPC is reached."""

    vpc: str
    range: str
    zone: str
    acl: str = ""
    table: str = ""


@dataclass
class Nat:
    """A public NAT gateway. ``address`` is its Elastic IP address where the template gives it."""

    subnet: str
    address: str = ""


@dataclass
class Host:
    """A NAT or VPN host. ``checks``: whether it drops what is not its own. ``interface``: whether a route names its interface."""

    subnet: str
    groups: list[str]
    checks: bool = False
    interface: bool = False


@dataclass
class VpcEndpoint:
    """A VPC endpoint of gateway type (with ``tables``) or interface type (with ``subnets`` and ``groups``)."""

    vpc: str
    service: str
    tables: list[str] = field(default_factory=list)
    subnets: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def is_gateway(self) -> bool:
        return not self.subnets


@dataclass
class Database:
    subnets: list[str]
    groups: list[str]
    port: int
    public: bool = False


@dataclass
class Consumer:
    """The replication instance, or the serverless replication. ``zone``: the only one that it may be in."""

    subnets: list[str]
    groups: list[str]
    public: bool = False
    serverless: bool = False
    zone: str = ""


@dataclass
class Target:
    """What an endpoint points at: a database of the network, an address, or a service of AWS."""

    port: int
    database: str = ""
    address: str = ""
    service: str = ""

    def __str__(self) -> str:
        return f"{self.database or self.address or self.service}:{self.port}"


@dataclass
class Network:
    consumer: Consumer = field(default_factory=lambda: Consumer([], []))
    targets: list[Target] = field(default_factory=list)
    vpcs: dict[str, list[str]] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    acls: dict[str, Acl] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    internet_gateways: dict[str, str] = field(default_factory=dict)
    vpn_gateways: dict[str, str] = field(default_factory=dict)
    peerings: dict[str, tuple[str, str]] = field(default_factory=dict)
    transit_gateways: dict[str, list[str]] = field(default_factory=dict)
    nats: dict[str, Nat] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    endpoints: dict[str, VpcEndpoint] = field(default_factory=dict)
    databases: dict[str, Database] = field(default_factory=dict)

    def __str__(self) -> str:
        """All of it, in a line per thing."""
        consumer = self.consumer
        kind = "serverless replication" if consumer.serverless else f"{'public' if consumer.public else 'private'} instance"
        zone = f", only {consumer.zone}" if consumer.zone else ""
        lines = [f"{kind} in {_list(consumer.subnets)}{zone}, groups {_list(consumer.groups)} → {_list(self.targets)}"]
        lines += [
            f"{name}: {'public' if it.public else 'private'} database in {_list(it.subnets)}, groups {_list(it.groups)}"
            for name, it in self.databases.items()
        ]
        lines += [f"VPC {name}: {_list(ranges)}" for name, ranges in self.vpcs.items()]
        lines += [
            f"{name}: {it.range} {it.zone} of {it.vpc}, {it.acl or 'default ACL'}, {it.table or 'main route table'}"
            for name, it in self.subnets.items()
        ]
        for name, group in self.groups.items():
            lines.append(f"{name} of {group.vpc}{', rules apart' if group.apart else ''}")
            lines += [f"    in {rule}" for rule in group.inward]
            lines += ["    out everything"] if group.outward is None else [f"    out {rule}" for rule in group.outward]
        for name, acl in self.acls.items():
            lines += [f"{name} of {acl.vpc}", *(f"    {entry}" for entry in sorted(acl.entries, key=lambda it: it.number))]
        for name, table in self.tables.items():
            lines += [f"{name} of {table.vpc}", *(f"    {route.range} → {route.to}" for route in table.routes)]
        lines += [f"{name}: {_list(vpcs)}" for name, vpcs in (*self.peerings.items(), *self.transit_gateways.items())]
        lines += [f"{name} of {vpc}" for name, vpc in (*self.internet_gateways.items(), *self.vpn_gateways.items())]
        lines += [f"{name} in {it.subnet}{f' with {it.address}' if it.address else ''}" for name, it in self.nats.items()]
        lines += [
            f"{name} in {it.subnet}, groups {_list(it.groups)}, source/destination check {'on' if it.checks else 'off'}"
            f"{', by its interface' if it.interface else ''}"
            for name, it in self.hosts.items()
        ]
        lines += [
            f"{name}: {it.service} in {it.vpc}, tables {_list(it.tables)}, subnets {_list(it.subnets)}, groups {_list(it.groups)}"
            for name, it in self.endpoints.items()
        ]
        return "\n".join(lines)

    # --- what may stand in a route, a rule … of a VPC: AWS takes nothing else ---------------------------------------------

    def gateways(self, vpc: str) -> list[str]:
        """What a route in a VPC may lead to."""
        return [
            *(name for name, vpcs in (*self.peerings.items(), *self.transit_gateways.items()) if vpc in vpcs),
            *(name for name, of in (*self.internet_gateways.items(), *self.vpn_gateways.items()) if of == vpc),
            *(name for name, nat in self.nats.items() if self.subnets[nat.subnet].vpc == vpc),
            *(name for name, host in self.hosts.items() if self.subnets[host.subnet].vpc == vpc),
        ]

    def subnets_of(self, vpc: str) -> list[str]:
        return [name for name, subnet in self.subnets.items() if subnet.vpc == vpc]

    def vpc_of(self, subnet: str) -> str:
        return self.subnets[subnet].vpc


def _list(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _traffic(protocol: str, first: int, last: int) -> str:
    if protocol == "-1":
        return "all"
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


# --- building a network that works ------------------------------------------------------------------------------------

LITERALS_PRIVATE = ("172.16.5.10", "192.168.7.9", "100.100.1.1")
LITERALS_PUBLIC = ("203.0.113.10", "52.94.5.1")
NAT_ADDRESS = "198.51.100.7"
EPHEMERAL = (32768, 60999)
NAT_PORTS = (1024, 65535)
PORTS = (5432, 3306, 1521, 27017, 40000)


@dataclass
class Flow:
    """What a subnet's ACL must let through."""

    subnet: str
    outward: bool
    range: str
    ports: tuple[int, int]


class Builder:
    """Puts a network together, one way to a target after the other, and remembers what its ACLs must let through."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.network = Network()
        self.flows: list[Flow] = []

    def build(self) -> Network:
        net, chance = self.network, self.chance
        net.vpcs = {"A": ["10.0.0.0/24"], "B": ["10.1.0.0/24"]}
        for vpc, base in (("A", "10.0.0"), ("B", "10.1.0")):
            for number in (1, 2, 3):
                net.subnets[f"{vpc}{number}"] = Subnet(vpc, f"{base}.{16 * number - 16}/28", ZONES[number % 2])
        if chance.random() < 0.1:
            net.vpcs["A"].append("100.64.0.0/24")
            net.subnets["A2"].range = "100.64.0.16/28"
        self.shared_table = chance.random() < 0.6
        net.groups["Dms"] = Group("A", outward=[], apart=chance.random() < 0.3)
        if chance.random() < 0.1:
            net.groups["Dms"].outward = None
        net.consumer = Consumer(chance.choice([["A1", "A2"], ["A1"], ["A2", "A1"]]), ["Dms"])
        net.consumer.serverless = chance.random() < 0.3
        net.consumer.public = not net.consumer.serverless and chance.random() < 0.3
        if len(net.consumer.subnets) == 2 and chance.random() < 0.15:
            net.consumer.zone = chance.choice(ZONES)
        for _ in range(chance.choice((1, 1, 2))):
            self.add_target()
        self.add_acls()
        return net

    def add_target(self) -> None:
        ways: list[tuple[int, Callable[[], Target]]] = [
            (5, self.in_the_vpc),
            (1, self.address_in_the_vpc),
            (4, self.by_peering),
            (1, self.address_by_peering),
            (3, self.by_transit_gateway),
            (5, self.database_by_nat),
            (3, self.address_by_vpn),
            (4, self.address_by_host),
            (3, self.address_by_nat),
            (3, self.service_by_gateway),
            (3, self.service_by_interface),
            (2, self.service_by_nat),
        ]
        if self.network.consumer.public:
            ways += [(4, self.database_by_internet), (4, self.address_by_internet), (2, self.service_by_internet)]
        weights, makers = zip(*ways, strict=True)
        (make,) = self.chance.choices(makers, weights)
        self.network.targets.append(make())
        if self.network.targets[-1].service and self.chance.random() < 0.3:
            # One of another service, which leads nowhere.
            tables = [name for name, table in self.network.tables.items() if table.vpc == "A"]
            self.network.endpoints["OtherGateway"] = VpcEndpoint("A", "dynamodb", tables)

    # --- parts --------------------------------------------------------------------------------------------------------

    def table(self, subnet: str) -> Table:
        """The route table of a subnet, made when it is first asked for."""
        net = self.network
        here = net.subnets[subnet]
        if not here.table:
            alone = not self.shared_table or subnet.endswith("3")
            here.table = f"Table{subnet}" if alone else f"Table{here.vpc}"
            net.tables.setdefault(here.table, Table(here.vpc))
        return net.tables[here.table]

    def route(self, subnet: str, range_: str, to: str) -> None:
        """A route, unless there is one for that range: AWS takes only one."""
        table = self.table(subnet)
        if all(route.range != range_ for route in table.routes):
            table.routes.append(Route(range_, to))

    def internet_gateway(self, vpc: str) -> str:
        self.network.internet_gateways[f"Internet{vpc}"] = vpc
        return f"Internet{vpc}"

    def nat(self) -> str:
        net = self.network
        if not net.nats:
            net.nats["Nat"] = Nat("A3", NAT_ADDRESS if self.chance.random() < 0.3 else "")
            self.route("A3", EVERYWHERE, self.internet_gateway("A"))
        return "Nat"

    def database(self, subnets: list[str], public: bool = False) -> Database:
        net = self.network
        number = len(net.databases) + 1
        group = f"Database{number}Group"
        net.groups[group] = Group(net.vpc_of(subnets[0]), outward=[], apart=self.chance.random() < 0.3)
        database = Database(subnets, [group], self.chance.choice(PORTS), public)
        net.databases[f"Database{number}"] = database
        return database

    def ports(self, port: int) -> tuple[int, int]:
        """Ports of a rule that hold one."""
        return self.chance.choices([(port, port), (port - 100, port + 100), (1024, 65535), ALL_PORTS], [6, 2, 1, 1])[0]

    def rule(self, peer: str, port: int) -> Rule:
        protocol = self.chance.choices(["tcp", "-1"], [6, 1])[0]
        return Rule(peer, *(ALL_PORTS if protocol == "-1" else self.ports(port)), protocol)

    def let_out(self, peers: list[str], port: int, group: str = "Dms") -> None:
        """Egress rules to some peers, or to everywhere."""
        rules = self.network.groups[group].outward
        if rules is not None:
            rules += [self.rule(peer, port) for peer in (peers if self.chance.random() < 0.8 else [EVERYWHERE])]

    def let_in(self, peers: list[str], port: int, group: str) -> None:
        rules = self.network.groups[group].inward
        rules += [self.rule(peer, port) for peer in (peers if self.chance.random() < 0.9 else [EVERYWHERE])]

    def ranges(self, subnets: list[str]) -> list[str]:
        """Ranges that hold some subnets of one VPC."""
        own = [self.network.subnets[subnet].range for subnet in subnets]
        return self.chance.choice([own, self.network.vpcs[self.network.vpc_of(subnets[0])]])

    def any_address(self, subnet: str) -> str:
        base, _, _ = self.network.subnets[subnet].range.partition("/")
        head, _, last = base.rpartition(".")
        return f"{head}.{int(last) + self.chance.randrange(16)}/32"

    def admit_consumer(self, port: int, group: str, by_group: bool) -> None:
        """Ingress rules for the consumer: by its group, its ranges, or its own address."""
        consumer = self.network.consumer
        style = self.chance.random()
        if by_group and style < 0.5:
            self.let_in(consumer.groups[:1], port, group)
        elif style < 0.6:
            self.let_in([self.any_address(subnet) for subnet in consumer.subnets], port, group)
        else:
            self.let_in(self.ranges(consumer.subnets), port, group)

    def flow(self, source: str, destination: str, port: int, ports: tuple[int, int] = EPHEMERAL) -> None:
        """A connection between a subnet and another subnet or a range, for the ACLs of both."""
        net = self.network
        if source in net.subnets:
            range_ = net.subnets[destination].range if destination in net.subnets else destination
            self.flows += [Flow(source, True, range_, (port, port)), Flow(source, False, range_, ports)]
        if destination in net.subnets:
            range_ = net.subnets[source].range if source in net.subnets else source
            self.flows += [Flow(destination, False, range_, (port, port)), Flow(destination, True, range_, ports)]

    # --- ways ---------------------------------------------------------------------------------------------------------

    def to_database(self, database: Database, by_group: bool) -> Target:
        """Groups and ACLs for a database whose private address is reached."""
        net = self.network
        style = self.chance.random()
        self.let_out(database.groups[:1] if by_group and style < 0.4 else self.ranges(database.subnets), database.port)
        self.admit_consumer(database.port, database.groups[0], by_group)
        for source in net.consumer.subnets:
            for destination in database.subnets:
                self.flow(source, destination, database.port)
        name = next(name for name, other in net.databases.items() if other is database)
        return Target(database.port, database=name)

    def in_the_vpc(self) -> Target:
        subnets = self.chance.choice([["A1", "A2"], ["A2", "A3"], ["A3"], ["A1"]])
        return self.to_database(self.database(subnets, self.chance.random() < 0.1), by_group=True)

    def address_in(self, subnets: list[str]) -> Target:
        """A literal address in a subnet, whoever has it."""
        address, _, _ = self.any_address(self.chance.choice(subnets)).partition("/")
        return Target(self.chance.choice(PORTS), address=address)

    def address_in_the_vpc(self) -> Target:
        net = self.network
        target = self.address_in(net.subnets_of("A"))
        there = next(name for name in net.subnets_of("A") if is_inside(f"{target.address}/32", net.subnets[name].range))
        self.let_out([self.around(target)], target.port)
        for source in net.consumer.subnets:
            self.flow(source, there, target.port)
        return target

    def address_by_peering(self) -> Target:
        self.network.peerings["Peering"] = ("A", "B")
        return self.beyond(self.address_in(self.network.subnets_of("B")), "Peering")

    def in_the_other_vpc(self, public: bool = False) -> Database:
        return self.database(self.chance.choice([["B1", "B2"], ["B1"], ["B2", "B3"]]), public)

    def by_peering(self) -> Target:
        self.network.peerings["Peering"] = ("A", "B")
        return self.across("Peering")

    def by_transit_gateway(self) -> Target:
        self.network.transit_gateways["Transit"] = ["A", "B"]
        return self.across("Transit")

    def across(self, gateway: str) -> Target:
        net, chance = self.network, self.chance
        database = self.in_the_other_vpc(chance.random() < 0.05)
        ranges = net.vpcs["B"] if chance.random() < 0.7 else self.ranges(database.subnets)
        for subnet in net.consumer.subnets:
            for range_ in ranges:
                self.route(subnet, range_, gateway)
        back = [net.vpcs["A"], [net.subnets[subnet].range for subnet in net.consumer.subnets], ["10.0.0.0/8", "100.64.0.0/10"]]
        for subnet in database.subnets:
            for range_ in chance.choices(back, [6, 2, 1])[0]:
                self.route(subnet, range_, gateway)
        return self.to_database(database, by_group=gateway == "Peering")

    def database_by_nat(self) -> Target:
        net, chance = self.network, self.chance
        database = self.in_the_other_vpc(public=True)
        nat = self.nat()
        for subnet in net.consumer.subnets:
            self.route(subnet, EVERYWHERE, nat)
        known = net.nats[nat].address
        self.let_in([chance.choice([f"{known}/32", nat]) if known else nat], database.port, database.groups[0])
        return self.to_public_database(database, "A3", f"{known}/32" if known else EVERYWHERE)

    def database_by_internet(self) -> Target:
        net = self.network
        database = self.in_the_other_vpc(public=True)
        for subnet in net.consumer.subnets:
            self.route(subnet, EVERYWHERE, self.internet_gateway("A"))
        self.let_in([EVERYWHERE], database.port, database.groups[0])
        return self.to_public_database(database, "", EVERYWHERE)

    def to_public_database(self, database: Database, nat_subnet: str, seen: str) -> Target:
        net = self.network
        self.let_out([EVERYWHERE], database.port)
        for subnet in database.subnets:
            self.route(subnet, EVERYWHERE, self.internet_gateway("B"))
            self.flow(seen, subnet, database.port, NAT_PORTS if nat_subnet else EPHEMERAL)
        self.outward(nat_subnet, EVERYWHERE, database.port)
        name = next(name for name, other in net.databases.items() if other is database)
        return Target(database.port, database=name)

    def outward(self, nat_subnet: str, range_: str, port: int) -> None:
        """What the ACLs must let through to a public address."""
        for subnet in self.network.consumer.subnets:
            self.flow(subnet, range_, port)
            if nat_subnet:
                self.flow(self.network.subnets[subnet].range, nat_subnet, port)
        if nat_subnet:
            self.flow(nat_subnet, range_, port, NAT_PORTS)

    def private_literal(self) -> Target:
        return Target(self.chance.choice(PORTS), address=self.chance.choice(LITERALS_PRIVATE))

    def around(self, target: Target) -> str:
        """A range that holds a literal address."""
        head = target.address.split(".")
        return self.chance.choice([f"{head[0]}.{head[1]}.0.0/16", f"{target.address}/32", f"{head[0]}.{head[1]}.{head[2]}.0/24"])

    def address_by_vpn(self) -> Target:
        target = self.private_literal()
        self.network.vpn_gateways["Vpn"] = "A"
        return self.beyond(target, "Vpn")

    def address_by_host(self) -> Target:
        net, chance = self.network, self.chance
        target = self.private_literal()
        if not net.hosts:
            net.groups["HostGroup"] = Group("A", outward=[], apart=chance.random() < 0.3)
            net.hosts["Host"] = Host("A3", ["HostGroup"], interface=chance.random() < 0.5)
        self.admit_consumer(target.port, "HostGroup", by_group=True)
        self.let_out([self.around(target)], target.port, "HostGroup")
        return self.beyond(target, "Host")

    def beyond(self, target: Target, gateway: str) -> Target:
        for subnet in self.network.consumer.subnets:
            self.route(subnet, self.around(target), gateway)
            self.flow(subnet, self.around(target), target.port)
        self.let_out([self.around(target)], target.port)
        return target

    def public_literal(self) -> Target:
        return Target(self.chance.choice(PORTS), address=self.chance.choice(LITERALS_PUBLIC))

    def address_by_nat(self) -> Target:
        return self.out_of_the_vpc(self.public_literal(), self.nat())

    def address_by_internet(self) -> Target:
        return self.out_of_the_vpc(self.public_literal(), self.internet_gateway("A"))

    def out_of_the_vpc(self, target: Target, gateway: str) -> Target:
        for subnet in self.network.consumer.subnets:
            self.route(subnet, EVERYWHERE, gateway)
        self.let_out([self.around(target) if target.address else EVERYWHERE], target.port)
        nat = self.network.nats.get(gateway)
        self.outward(nat.subnet if nat else "", EVERYWHERE, target.port)
        return target

    def service(self) -> Target:
        return Target(443, service=self.chance.choice(("s3", "kinesis-streams")))

    def service_by_nat(self) -> Target:
        return self.out_of_the_vpc(self.service(), self.nat())

    def service_by_internet(self) -> Target:
        return self.out_of_the_vpc(self.service(), self.internet_gateway("A"))

    def service_by_gateway(self) -> Target:
        net = self.network
        if any(endpoint.service == "s3" for endpoint in net.endpoints.values()):
            return Target(443, service="s3")
        tables = []
        for subnet in net.consumer.subnets:
            self.table(subnet)
            tables.append(net.subnets[subnet].table)
            self.flow(subnet, EVERYWHERE, 443)
        net.endpoints["S3Gateway"] = VpcEndpoint("A", "s3", list(dict.fromkeys(tables)))
        self.let_out([EVERYWHERE], 443)
        return Target(443, service="s3")

    def service_by_interface(self) -> Target:
        net, chance = self.network, self.chance
        target = self.service()
        if any(endpoint.service == target.service for endpoint in net.endpoints.values()):
            return target
        if "InterfaceGroup" not in net.groups:
            net.groups["InterfaceGroup"] = Group("A", outward=[], apart=chance.random() < 0.3)
        name = "S3Interface" if target.service == "s3" else "KinesisInterface"
        endpoint = VpcEndpoint("A", target.service, subnets=chance.choice([["A1", "A2"], ["A3"]]), groups=["InterfaceGroup"])
        net.endpoints[name] = endpoint
        self.let_out([EVERYWHERE] if chance.random() < 0.5 else endpoint.groups, 443)
        self.admit_consumer(443, "InterfaceGroup", by_group=True)
        for source in net.consumer.subnets:
            for destination in endpoint.subnets:
                self.flow(source, destination, 443)
        return target

    # --- ACLs ---------------------------------------------------------------------------------------------------------

    def add_acls(self) -> None:
        net, chance = self.network, self.chance
        for name in dict.fromkeys(flow.subnet for flow in self.flows):
            if chance.random() < 0.5:
                continue
            acl = Acl(net.vpc_of(name))
            if chance.random() < 0.25:
                acl.entries = [Entry(100, outward, True, EVERYWHERE, *ALL_PORTS, "-1") for outward in (True, False)]
            else:
                self.add_entries(acl, [flow for flow in self.flows if flow.subnet == name])
            net.acls[f"Acl{name}"] = acl
            net.subnets[name].acl = f"Acl{name}"

    def add_entries(self, acl: Acl, flows: list[Flow]) -> None:
        """Entries that let some traffic through, and others that do no harm."""
        chance = self.chance
        number = 100
        for flow in flows:
            range_ = flow.range if chance.random() < 0.7 else EVERYWHERE
            first, last = flow.ports if chance.random() < 0.8 else (min(flow.ports[0], 1024), 65535)
            entry = Entry(number, flow.outward, True, range_, first, last)
            if chance.random() < 0.1:
                entry.protocol, entry.first, entry.last = "-1", *ALL_PORTS
            if str(entry).partition(" ")[2] not in [str(other).partition(" ")[2] for other in acl.entries]:
                acl.entries.append(entry)
                number += 10
        if chance.random() < 0.3:
            acl.entries.append(Entry(50, chance.random() < 0.5, False, EVERYWHERE, *ALL_PORTS, "udp"))
        if chance.random() < 0.2:
            acl.entries.append(Entry(30000, chance.random() < 0.5, False, EVERYWHERE, *ALL_PORTS, "-1"))


# --- changing it ------------------------------------------------------------------------------------------------------

PORT_RANGES = (
    ALL_PORTS, (443, 443), (5432, 5432), (3306, 3306), (1024, 65535), (32768, 60999), (32768, 65535), (1024, 40000), (40000, 40000),
    (40000, 61000), (1, 1023), (61000, 65535), (32769, 60999), (32768, 60998), (1025, 65535), (1024, 65534), (1433, 1600), (27017, 27019),
)  # fmt: skip


class Changes:
    """Changes of a network that a person may have made, for better or worse; all leave something that AWS would take."""

    def __init__(self, network: Network, chance: random.Random) -> None:
        self.network = network
        self.chance = chance

    def change(self) -> None:
        changes: list[tuple[int, Callable[[], None]]] = [
            (6, self.change_rule),
            (2, self.drop_rule),
            (2, self.add_rule),
            (3, self.change_groups),
            (6, self.change_entry),
            (4, self.deny),
            (2, self.drop_entry),
            (1, self.empty_acl),
            (5, self.change_route),
            (3, self.drop_route),
            (3, self.add_route),
            (4, self.split_route),
            (1, self.change_table),
            (3, self.change_gateway),
            (4, self.change_host),
            (3, self.change_database),
            (1, self.change_consumer),
            (6, self.change_endpoint),
            (3, self.admit_consumer_alone),
        ]
        weights, makers = zip(*changes, strict=True)
        self.chance.choices(makers, weights)[0]()

    def range(self) -> str:
        """A range that has to do with the network."""
        net, chance = self.network, self.chance
        ends = [*net.consumer.subnets, *(name for it in net.databases.values() for name in it.subnets)]
        subnet = net.subnets[chance.choice([*net.subnets, *ends, *ends])].range
        base, _, _ = subnet.partition("/")
        head, _, last = base.rpartition(".")
        literals = [f"{target.address}/32" for target in net.targets if target.address]
        bits = chance.choice((29, 30, 32))
        part = f"{head}.{int(last) + chance.randrange(0, 16, 1 << (32 - bits))}/{bits}"
        vpc = chance.choice([range_ for ranges in net.vpcs.values() for range_ in ranges])
        wide = ("10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1", "172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/23", "52.0.0.0/8")
        halves = ["0.0.0.0/1", "128.0.0.0/1"] if net.internet_gateways else []
        return chance.choice([subnet, subnet, part, part, vpc, chance.choice(wide), EVERYWHERE, *literals, *halves])

    def some_ports(self) -> tuple[int, int]:
        port = self.chance.choice([target.port for target in self.network.targets])
        return self.chance.choice([(port, port), (port + 1, port + 10), *PORT_RANGES])

    def rules(self) -> list[tuple[Group, list[Rule], int]]:
        """Every rule of a security group, as a list and a place in it."""
        lists = [(group, rules) for group in self.network.groups.values() for rules in (group.inward, group.outward or [])]
        return [(group, rules, number) for group, rules in lists for number in range(len(rules))]

    def change_rule(self) -> None:
        if not (rules := self.rules()):
            return
        group, chosen, number = self.chance.choice(rules)
        rule = chosen[number]
        match self.chance.randrange(4):
            case 0:
                rule.protocol = self.chance.choice(("tcp", "udp", "-1"))
            case 1 | 2:
                rule.peer = self.peer(group.vpc, chosen is group.inward)
            case 3:
                rule.first, rule.last = self.some_ports()
        if rule.protocol == "-1":
            rule.first, rule.last = ALL_PORTS

    def peer(self, vpc: str, inward: bool = True) -> str:
        """A range, a group of the same VPC or of one that is joined to it, or a NAT gateway's address."""
        net = self.network
        near = {vpc, *(name for vpcs in (*net.peerings.values(), *net.transit_gateways.values()) if vpc in vpcs for name in vpcs)}
        groups = [name for name, group in net.groups.items() if group.vpc in near]
        nats = list(net.nats) if inward else []
        return self.chance.choice([self.range(), self.range(), self.chance.choice(groups or [self.range()]), *nats])

    def drop_rule(self) -> None:
        if rules := self.rules():
            _, chosen, number = self.chance.choice(rules)
            del chosen[number]

    def add_rule(self) -> None:
        group = self.chance.choice(list(self.network.groups.values()))
        rules = self.chance.choice([group.inward, group.outward or group.inward])
        rules.append(Rule(self.peer(group.vpc, rules is group.inward), *self.some_ports()))

    def change_groups(self) -> None:
        net, chance = self.network, self.chance
        users: list[tuple[list[str], str]] = [(net.consumer.groups, "A")]
        users += [(it.groups, net.vpc_of(it.subnets[0])) for it in net.databases.values()]
        users += [(it.groups, net.vpc_of(it.subnet)) for it in net.hosts.values()]
        groups, vpc = chance.choice(users)
        other = chance.choice([name for name, group in net.groups.items() if group.vpc == vpc])
        if other not in groups:
            groups.append(other)
            if chance.random() < 0.5:
                del groups[0]

    def entry(self) -> tuple[Acl, int] | None:
        entries = [(acl, number) for acl in self.network.acls.values() for number in range(len(acl.entries))]
        return self.chance.choice(entries) if entries else None

    def change_entry(self) -> None:
        found = self.entry()
        if found is None:
            return
        acl, index = found
        entry = acl.entries[index]
        match self.chance.randrange(7):
            case 0:
                entry.allow = not entry.allow
            case 1:
                entry.range = self.range()
            case 2 | 3:
                entry.first, entry.last = self.some_ports()
            case 4:
                entry.protocol = self.chance.choice(("tcp", "udp", "-1"))
            case 5:
                entry.number = self.free_number(acl)
            case 6 if entry.first < entry.last:
                move = self.chance.choice((0, 1))
                entry.first, entry.last = entry.first + move, entry.last - 1 + move

    def free_number(self, acl: Acl) -> int:
        taken = {entry.number for entry in acl.entries}
        return self.chance.choice([number for number in range(5, 400, 5) if number not in taken])

    def deny(self) -> None:
        """One more entry, mostly early and mostly one that denies."""
        if not self.network.acls:
            return self.empty_acl()
        acl = self.chance.choice(list(self.network.acls.values()))
        taken = {entry.number for entry in acl.entries}
        early = self.chance.choice([number for number in range(1, 100) if number not in taken])
        number = early if self.chance.random() < 0.7 else self.free_number(acl)
        outward, allow = self.chance.random() < 0.5, self.chance.random() < 0.2
        protocol = self.chance.choices(["tcp", "-1", "udp"], [6, 2, 1])[0]
        acl.entries.append(Entry(number, outward, allow, self.range(), *self.some_ports(), protocol))
        return None

    def drop_entry(self) -> None:
        if found := self.entry():
            del found[0].entries[found[1]]

    def empty_acl(self) -> None:
        name = self.chance.choice(list(self.network.subnets))
        self.network.acls.setdefault("AclOther", Acl(self.network.vpc_of(name)))
        if self.network.acls["AclOther"].vpc == self.network.vpc_of(name):
            self.network.subnets[name].acl = "AclOther"

    def routes(self) -> list[tuple[Table, int]]:
        return [(table, number) for table in self.network.tables.values() for number in range(len(table.routes))]

    def change_route(self) -> None:
        if not (routes := self.routes()):
            return
        table, number = self.chance.choice(routes)
        gateways = self.network.gateways(table.vpc)
        if gateways and self.chance.random() < 0.5:
            table.routes[number].to = self.chance.choice(gateways)
        elif (range_ := self.route_range(table)) is not None:
            table.routes[number].range = range_

    def route_range(self, table: Table) -> str | None:
        """A range for one more route: AWS takes none twice, and none inside the VPC."""
        range_ = self.range()
        return range_ if self.is_free(range_, table) else None

    def is_free(self, range_: str, table: Table) -> bool:
        inside = any(is_inside(range_, own) for own in self.network.vpcs[table.vpc])
        return not inside and all(route.range != range_ for route in table.routes)

    def drop_route(self) -> None:
        if routes := self.routes():
            table, number = self.chance.choice(routes)
            del table.routes[number]

    def add_route(self) -> None:
        if not self.network.tables:
            return
        table = self.chance.choice(list(self.network.tables.values()))
        gateways, range_ = self.network.gateways(table.vpc), self.route_range(table)
        if gateways and range_:
            table.routes.append(Route(range_, self.chance.choice(gateways)))

    def split_route(self) -> None:
        """A part of what a route leads to goes another way."""
        if not (routes := self.routes()):
            return
        table, number = self.chance.choice(routes)
        parts = [range_ for range_ in (self.range() for _ in range(20)) if is_inside(range_, table.routes[number].range)]
        gateways, free = self.network.gateways(table.vpc), [range_ for range_ in parts if self.is_free(range_, table)]
        if gateways and free:
            table.routes.append(Route(free[0], self.chance.choice(gateways)))

    def change_table(self) -> None:
        subnet = self.chance.choice(list(self.network.subnets.values()))
        tables = [name for name, table in self.network.tables.items() if table.vpc == subnet.vpc]
        subnet.table = self.chance.choice([*tables, ""])

    def change_gateway(self) -> None:
        net, chance = self.network, self.chance
        if net.peerings and chance.random() < 0.5:
            # Two peerings, of which each reaches a third VPC: none leads on from there.
            net.vpcs["C"] = ["10.2.0.0/24"]
            net.peerings = {"Peering": ("A", "C"), "OtherPeering": ("B", "C")}
            for table in net.tables.values():
                for route in table.routes:
                    if route.to == "Peering" and table.vpc == "B":
                        route.to = "OtherPeering"
        for vpcs in net.transit_gateways.values():
            if len(vpcs) == 2 and chance.random() < 0.5:
                vpcs.remove(chance.choice(vpcs))
        for nat in net.nats.values():
            if chance.random() < 0.5:
                nat.subnet = chance.choice(net.subnets_of(net.vpc_of(nat.subnet)))
        if net.databases and chance.random() < 0.4:
            net.nats["OtherNat"] = Nat("B3")
            for table in net.tables.values():
                if table.vpc == "B" and table.routes:
                    chance.choice(table.routes).to = "OtherNat"

    def change_host(self) -> None:
        for host in self.network.hosts.values():
            rules = self.network.groups[host.groups[0]]
            match self.chance.randrange(4):
                case 0:
                    host.checks = True
                case 1:
                    rules.inward = [rule for rule in rules.inward if self.chance.random() < 0.3]
                case 2:
                    rules.outward = [Rule(self.range(), *self.some_ports())]
                case 3:
                    rules.inward = [Rule(self.peer("A"), *self.some_ports())]

    def change_database(self) -> None:
        net, chance = self.network, self.chance
        for database in net.databases.values():
            match chance.randrange(3):
                case 0:
                    database.public = not database.public
                case 1:
                    database.subnets = chance.sample(net.subnets_of(net.vpc_of(database.subnets[0])), chance.choice((1, 2)))
                case 2:
                    database.port = chance.choice(PORTS)
                    for target in net.targets:
                        if target.database and net.databases[target.database] is database:
                            target.port = database.port

    def change_consumer(self) -> None:
        consumer, chance = self.network.consumer, self.chance
        match chance.randrange(3):
            case 0:
                consumer.public = not consumer.public and not consumer.serverless
            case 1:
                consumer.subnets = chance.sample(["A1", "A2", "A3"], 2)
                consumer.zone = ""
            case 2:
                consumer.zone = chance.choice([self.network.subnets[name].zone for name in consumer.subnets])

    def change_endpoint(self) -> None:
        net, chance = self.network, self.chance
        for endpoint in net.endpoints.values():
            match chance.randrange(4):
                case 0 if endpoint.is_gateway:
                    endpoint.tables = endpoint.tables[1:]
                case 1 if not endpoint.is_gateway:
                    net.groups[endpoint.groups[0]].inward = [Rule(self.peer(endpoint.vpc), *self.some_ports())]
                case 2:
                    endpoint.service = chance.choice(
                        ("s3", "dynamodb") if endpoint.is_gateway else ("s3", "kinesis-streams", "sqs")
                    )
                case _ if not endpoint.is_gateway:
                    endpoint.vpc, endpoint.subnets = "B", ["B1", "B2"]
                    net.groups["OtherInterfaceGroup"] = Group("B", [Rule(EVERYWHERE, 443, 443)])
                    endpoint.groups = ["OtherInterfaceGroup"]
                case _:
                    pass

    def admit_consumer_alone(self) -> None:
        """The database admits the consumer, and not the NAT gateway that it comes through."""
        net = self.network
        if not net.nats:
            return
        for database in net.databases.values():
            if database.public:
                peers = [net.subnets[name].range for name in net.consumer.subnets]
                net.groups[database.groups[0]].inward = [
                    Rule(self.chance.choice([peer, peer, "Dms"]), *ALL_PORTS) for peer in peers
                ]


def is_inside(inner: str, outer: str) -> bool:
    """Whether a range is part of another or the same."""
    (base, _, bits), (outer_base, _, outer_bits) = inner.partition("/"), outer.partition("/")
    shift = 32 - int(outer_bits)
    return int(bits) >= int(outer_bits) and _number(base) >> shift == _number(outer_base) >> shift


def _number(text: str) -> int:
    parts = [int(part) for part in text.split(".")]
    return ((parts[0] * 256 + parts[1]) * 256 + parts[2]) * 256 + parts[3]


def random_network(chance: random.Random) -> Network:
    """A network in which about every third migration can connect."""
    network = Builder(chance).build()
    changes = Changes(network, chance)
    for _ in range(chance.choice((0, 1, 2, 3, 4, 5, 6, 8))):
        changes.change()
    return network


# --- making it smaller ------------------------------------------------------------------------------------------------


REMOVABLE = (
    "databases",
    "hosts",
    "nats",
    "endpoints",
    "peerings",
    "transit_gateways",
    "internet_gateways",
    "vpn_gateways",
    "acls",
    "tables",
    "groups",
    "subnets",
    "vpcs",
)


def smaller(network: Network) -> Iterator[Network]:
    """The same network with one thing less, in every way."""
    for number, part in enumerate(_parts(network)):
        for index in range(len(part) - 1, -1, -1):
            copied = copy.deepcopy(network)
            del _parts(copied)[number][index]
            yield copied
    for name, subnet in network.subnets.items():
        for word in ("acl", "table"):
            if getattr(subnet, word):
                copied = copy.deepcopy(network)
                setattr(copied.subnets[name], word, "")
                yield copied
    for kind in REMOVABLE:
        things: dict[str, object] = getattr(network, kind)
        for name in things:
            copied = copy.deepcopy(network)
            del getattr(copied, kind)[name]
            if not re.search(rf"\b{name}\b", repr(copied)):
                yield copied


def _parts(network: Network) -> list[list[Any]]:
    """Lists from which something may be left out: what must have one subnet or target keeps one."""
    parts: list[list[Any]] = [network.targets, network.consumer.subnets]
    parts += [database.subnets for database in network.databases.values()]
    parts += [endpoint.subnets for endpoint in network.endpoints.values()]
    parts = [part for part in parts if len(part) > 1]
    parts += [rules for group in network.groups.values() for rules in (group.inward, group.outward or [])]
    parts += [acl.entries for acl in network.acls.values()]
    return parts + [table.routes for table in network.tables.values()]
