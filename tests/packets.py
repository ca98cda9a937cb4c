"""Single packets on their way through a small network: the reference that the verdicts are compared with.

Addresses and ports are integers, a range is its first and its last address, and each device decides on one packet alone. Nothing here
is shared with the package. Of addresses and ports that no range in the network tells apart, one stands for all.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from random_networks import Database, Entry, Network, Rule, Target, VpcEndpoint

PASSES = "passes"
DROPPED = ""
UNTOLD = "?"
"""What a device decides when the network does not say what it does. Anything else is the way on which it sends the packet."""


@dataclass(frozen=True)
class Device:
    """Something that decides on a packet: the step of the way that it is, by the name of a ``Step``, what it is called in the network,
    and which of its rules it asks."""

    step: str
    name: str = ""
    back: bool = False
    side: str = ""

    def __str__(self) -> str:
        return " ".join(word for word in (self.step, self.name, self.side, "back" if self.back else "") if word)


Decisions = Iterator[tuple[Device, str]]
"""What each device decides, in order. Those behind one that drops the packet say what they would do, where there is a way on."""


@dataclass(frozen=True)
class Packet:
    """A connection that the consumer opens, with all that AWS chooses when it does.

    ``public``: the target's public address, if it is sent to that; ``seen`` and ``seen_port``: what a target in the internet takes for the consumer.
    """

    subnet: str
    address: int
    port: int
    destination_subnet: str
    destination: int
    public: int
    seen: int
    seen_port: int


# --- addresses --------------------------------------------------------------------------------------------------------


def number(address: str) -> int:
    parts = [int(part) for part in address.split(".")]
    return ((parts[0] * 256 + parts[1]) * 256 + parts[2]) * 256 + parts[3]


@cache
def span(range_: str) -> tuple[int, int]:
    """The first and the last address of a range."""
    base, _, bits = range_.partition("/")
    size = 2 ** (32 - int(bits))
    first = number(base) // size * size
    return first, first + size - 1


def holds(range_: str, address: int) -> bool:
    first, last = span(range_)
    return first <= address <= last


NOT_PUBLIC = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    "224.0.0.0/3",
)


def is_public(address: int) -> bool:
    return not any(holds(range_, address) for range_ in NOT_PUBLIC)


def told_apart(first: int, last: int, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Numbers between two: one for each set of spans that it can be in, and both ends."""
    relevant = sorted({span for span in spans if span[0] <= last and first <= span[1]})
    starts = {first, last, *(cut for span in relevant for cut in (span[0], span[1] + 1) if first <= cut <= last)}
    found = {tuple(span[0] <= start <= span[1] for span in relevant): start for start in sorted(starts, reverse=True)}
    return sorted({*found.values()})


# --- what is decided by rules -----------------------------------------------------------------------------------------


def matches(rule: Rule | Entry, port: int) -> bool:
    return rule.protocol == "-1" or (rule.protocol == "tcp" and rule.first <= port <= rule.last)


def admits(rules: Iterable[Rule], port: int, address: int, names: Iterable[str] = (), possible_names: Iterable[str] = ()) -> str:
    """Whether a rule of a security group admits a connection to or from an address, which has names: of its groups, of its Elastic IP."""
    at_port = [rule for rule in rules if matches(rule, port)]
    if any(holds(rule.peer, address) if "/" in rule.peer else rule.peer in names for rule in at_port):
        return PASSES
    return UNTOLD if any(rule.peer in possible_names for rule in at_port) else DROPPED


def allows(entries: Iterable[Entry], outward: bool, address: int, port: int) -> bool:
    """What the first entry of an ACL says that speaks of a packet."""
    for entry in sorted(entries, key=lambda it: it.number):
        if entry.outward == outward and holds(entry.range, address) and matches(entry, port):
            return entry.allow
    return False


LOCAL = "local"


class World:
    """A network and one target, and what becomes of packets on the way to it and back."""

    def __init__(self, network: Network, target: Target) -> None:
        self.network = network
        self.target = target
        self.port = target.port
        self.spans = [span(range_) for range_ in _ranges(network)]
        self.ports = [(entry.first, entry.last) for acl in network.acls.values() for entry in acl.entries]

    # --- single devices -----------------------------------------------------------------------------------------------

    def acl(self, subnet: str, outward: bool, address: int, port: int, back: bool = False) -> Decisions:
        name = self.network.subnets[subnet].acl
        if name:
            device = Device("ACL", name, back, f"{'out of' if outward else 'into'} {subnet}")
            yield device, PASSES if allows(self.network.acls[name].entries, outward, address, port) else DROPPED

    def way(self, subnet: str, address: int) -> str:
        """Where the route table of a subnet sends an address; nowhere without a route.

        A VPC for which the network has no route table at all has its routes elsewhere.
        """
        net = self.network
        here = net.subnets[subnet]
        others = DROPPED if any(table.vpc == here.vpc for table in net.tables.values()) else UNTOLD
        routes = [(range_, LOCAL) for range_ in net.vpcs[here.vpc]]
        routes += [(route.range, route.to) for route in (net.tables[here.table].routes if here.table else ())]
        fitting = [(int(range_.partition("/")[2]), to) for range_, to in routes if holds(range_, address)]
        return max(fitting, default=(0, others))[1]

    def table(self, subnet: str, back: bool = False, step: str = "ROUTE", after: str = "") -> Device:
        return Device(step, self.network.subnets[subnet].table, back, f"of {subnet}{' after ' if after else ''}{after}")

    def joins(self, gateway: str, one: str, other: str) -> bool:
        """Whether a peering or a transit gateway leads from one VPC to another."""
        vpcs = self.network.peerings.get(gateway) or self.network.transit_gateways.get(gateway) or ()
        return one in vpcs and other in vpcs

    def egress(self, address: int, names: Iterable[str] = (), possible_names: Iterable[str] = ()) -> Decisions:
        yield Device("EGRESS"), self.lets_out(self.network.consumer.groups, address, names, possible_names)

    def lets_out(self, groups: list[str], address: int, names: Iterable[str] = (), possible_names: Iterable[str] = ()) -> str:
        found = [self.network.groups[name].outward for name in groups]
        if None in found:
            return PASSES
        return admits([rule for rules in found for rule in rules or ()], self.port, address, names, possible_names)

    def inward(self, groups: list[str]) -> list[Rule]:
        return [rule for name in groups for rule in self.network.groups[name].inward]

    def admits_consumer(self, groups: list[str], packet: Packet, by_group: bool = True) -> str:
        """Whether groups admit the consumer by its own address. Who writes a single address of its subnet means the one that it has.

        A rule that names the consumer's group may or may not count where a transit gateway is between them; an Elastic IP of which the
        number is not known may be in any rule.
        """
        net = self.network
        rules = self.inward(groups)
        own = span(net.subnets[packet.subnet].range)
        alone = [span(rule.peer)[0] for rule in rules if rule.peer.endswith("/32") and matches(rule, self.port)]
        if any(own[0] <= address <= own[1] for address in alone):
            return PASSES
        names, possible = (net.consumer.groups, ()) if by_group else ((), net.consumer.groups)
        return admits(rules, self.port, packet.address, names, [*possible, *net.nats])

    # --- the whole way ------------------------------------------------------------------------------------------------

    def journey(self, packet: Packet) -> Decisions:
        database = self.network.databases.get(self.target.database)
        if self.target.service:
            return self.to_service(packet)
        if database is None:
            return self.to_address(packet)
        here, there = self.network.vpc_of(packet.subnet), self.network.vpc_of(packet.destination_subnet)
        if here == there:
            return self.in_the_vpc(database, packet)
        return self.to_public_database(database, packet) if packet.public else self.to_other_vpc(database, packet)

    def in_the_vpc(self, database: Database, packet: Packet) -> Decisions:
        here, there = packet.subnet, packet.destination_subnet
        yield from self.egress(packet.destination, database.groups)
        if here != there:
            yield from self.acl(here, True, packet.destination, self.port)
            yield from self.acl(there, False, packet.address, self.port)
        yield Device("INGRESS"), self.admits_consumer(database.groups, packet)
        if here != there:
            yield from self.acl(there, True, packet.address, packet.port, back=True)
            yield from self.acl(here, False, packet.destination, packet.port, back=True)

    def to_other_vpc(self, database: Database, packet: Packet) -> Decisions:
        """By the private address, over a peering connection or a transit gateway."""
        net = self.network
        here, there = net.vpc_of(packet.subnet), net.vpc_of(packet.destination_subnet)
        to = self.way(packet.subnet, packet.destination)
        names, possible = (
            ((), database.groups) if to in (*net.transit_gateways, *net.vpn_gateways, *net.hosts) else (database.groups, ())
        )
        yield from self.egress(packet.destination, names, possible)
        if to not in (*net.peerings, *net.transit_gateways):
            yield from self.forth(to, packet, packet.destination)
            if to in (UNTOLD, *net.vpn_gateways, *net.hosts):
                yield from self.lost(to, database)
                yield from self.back(to, packet, packet.destination)
            return
        yield from self.acl(packet.subnet, True, packet.destination, self.port)
        yield self.table(packet.subnet), to
        if not self.joins(to, here, there):
            yield Device("ROUTE", to), DROPPED
            return
        yield from self.acl(packet.destination_subnet, False, packet.address, self.port)
        yield Device("INGRESS"), self.admits_consumer(database.groups, packet, to in net.peerings)
        yield from self.acl(packet.destination_subnet, True, packet.address, packet.port, back=True)
        back = self.way(packet.destination_subnet, packet.address)
        yield self.table(packet.destination_subnet, back=True), back
        # Nobody promises that answers may come another way; that they don't, nobody says either.
        is_other = back in (*net.vpn_gateways, *net.hosts) or self.joins(back, there, here)
        yield Device("ROUTE", back, back=True), PASSES if back == to else UNTOLD if is_other else DROPPED
        yield from self.acl(packet.subnet, False, packet.destination, packet.port, back=True)

    def to_public_database(self, database: Database, packet: Packet) -> Decisions:
        """Through the internet, from one VPC of the network to the other. Rules that name groups speak of private addresses."""
        net = self.network
        there = packet.destination_subnet
        to = self.way(packet.subnet, packet.public)
        yield from self.egress(packet.public)
        yield from self.forth(to, packet, packet.public)
        if to in (UNTOLD, *net.vpn_gateways, *net.hosts, *net.transit_gateways):
            yield from self.lost(to, database)
            yield from self.back(to, packet, packet.public)
        if to not in (*net.internet_gateways, *net.nats):
            return
        is_nat = to in net.nats
        yield from self.acl(there, False, packet.seen, self.port)
        admitted = admits(self.inward(database.groups), self.port, packet.seen, [to] if is_nat else [], net.nats)
        is_refused = admitted == DROPPED and is_nat and self.admits_consumer(database.groups, packet) == PASSES
        yield Device("NAT_ADDRESS" if is_refused else "INGRESS"), admitted
        yield from self.acl(there, True, packet.seen, packet.seen_port, back=True)
        back = self.way(there, packet.seen)
        yield self.table(there, back=True), back
        is_other = back not in (DROPPED, LOCAL, *net.nats)
        yield Device("ROUTE", back, back=True), PASSES if back in net.internet_gateways else UNTOLD if is_other else DROPPED
        yield from self.back(to, packet, packet.public)

    def lost(self, gateway: str, database: Database) -> Decisions:
        """Behind a gateway nobody knows as whom the database sees the consumer: it may be whom some rule admits."""
        yield Device("ROUTE", gateway), UNTOLD
        names = (*self.network.consumer.groups, *self.network.nats)
        may_enter = any(
            matches(rule, self.port) and ("/" in rule.peer or rule.peer in names) for rule in self.inward(database.groups)
        )
        yield Device("INGRESS"), UNTOLD if may_enter else DROPPED

    def to_address(self, packet: Packet) -> Decisions:
        """To a literal address: whose it is, and which security groups that one has, the network does not say."""
        net = self.network
        to = self.way(packet.subnet, packet.destination)
        if to == LOCAL:
            here, there = packet.subnet, packet.destination_subnet
            yield from self.egress(packet.destination, (), net.groups)
            if here != there:
                yield from self.acl(here, True, packet.destination, self.port)
                yield from self.acl(there, False, packet.address, self.port)
            yield Device("INGRESS"), UNTOLD
            if here != there:
                yield from self.acl(there, True, packet.address, packet.port, back=True)
                yield from self.acl(here, False, packet.destination, packet.port, back=True)
            return
        # A private address may belong to a member of a group.
        yield from self.egress(packet.destination, (), () if is_public(packet.destination) else net.groups)
        yield from self.forth(to, packet, packet.destination)
        if to in net.transit_gateways:
            yield Device("ROUTE", to), UNTOLD
        if to in net.peerings:
            yield Device("INGRESS"), UNTOLD
        if to:
            yield from self.back(to, packet, packet.destination)

    def forth(self, gateway: str, packet: Packet, address: int, step: str = "ROUTE") -> Decisions:
        """Out of the VPC: the ACL of the consumer's subnet, its route table, and what stands where the route leads."""
        net = self.network
        if self.stands(gateway) != packet.subnet:
            yield from self.acl(packet.subnet, True, address, self.port)
        yield self.table(packet.subnet, step=step), gateway
        if gateway in net.internet_gateways:
            yield Device(step, gateway), PASSES if net.consumer.public and is_public(address) else DROPPED
        elif gateway in net.nats:
            yield from self.nat(gateway, packet, address, step)
        elif gateway in net.hosts:
            yield from self.host(gateway, packet, address)
        elif gateway in net.peerings:
            # A peering connection leads to the ranges of the two VPCs and not beyond.
            is_there = any(holds(range_, address) for vpc in net.peerings[gateway] for range_ in net.vpcs[vpc])
            yield Device(step, gateway), PASSES if is_there and not self.target.database else DROPPED

    def stands(self, gateway: str) -> str:
        """The subnet that a gateway stands in: what goes there from the same subnet passes no ACL."""
        net = self.network
        return net.nats[gateway].subnet if gateway in net.nats else net.hosts[gateway].subnet if gateway in net.hosts else ""

    def nat(self, gateway: str, packet: Packet, address: int, step: str) -> Decisions:
        net = self.network
        there = self.stands(gateway)
        if there != packet.subnet:
            yield from self.acl(there, False, packet.address, self.port)
        to = self.way(there, address)
        yield self.table(there, step=step, after=gateway), to
        is_dead = to in net.nats or (to in net.internet_gateways and not is_public(address))
        yield Device(step, to, side=f"after {gateway}"), DROPPED if is_dead else PASSES if to in net.internet_gateways else UNTOLD
        yield from self.acl(there, True, address, self.port)

    def host(self, name: str, packet: Packet, address: int) -> Decisions:
        net = self.network
        host = net.hosts[name]
        if host.subnet != packet.subnet:
            yield from self.acl(host.subnet, False, packet.address, self.port)
        yield Device("HOST", name), DROPPED if host.checks else PASSES
        yield Device("HOST", name, side="in"), self.admits_consumer(host.groups, packet)
        yield Device("HOST", name, side="out"), self.lets_out(host.groups, address, (), () if is_public(address) else net.groups)

    def back(self, gateway: str, packet: Packet, address: int) -> Decisions:
        """The answer's way from the gateway on."""
        there = self.stands(gateway)
        if gateway in self.network.nats:
            yield from self.acl(there, False, address, packet.seen_port, back=True)
        if there != packet.subnet:
            if there:
                yield from self.acl(there, True, packet.address, packet.port, back=True)
            yield from self.acl(packet.subnet, False, address, packet.port, back=True)

    # --- services -----------------------------------------------------------------------------------------------------

    def leading(self, subnet: str) -> VpcEndpoint | None:
        """The VPC endpoint that leads to the service."""
        here = self.network.subnets[subnet]
        for endpoint in self.network.endpoints.values():
            is_it = endpoint.service == self.target.service and endpoint.vpc == here.vpc
            if is_it and (not endpoint.is_gateway or here.table in endpoint.tables):
                return endpoint
        return None

    def to_service(self, packet: Packet) -> Decisions:
        endpoint = self.leading(packet.subnet)
        to = self.way(packet.subnet, packet.public)
        if endpoint is None and to == UNTOLD:
            # Wherever the service stands: nothing is let out to it if no rule speaks of its port.
            rules = [self.network.groups[name].outward for name in self.network.consumer.groups]
            may_leave = any(found is None or any(matches(rule, self.port) for rule in found) for found in rules)
            yield Device("EGRESS"), UNTOLD if may_leave else DROPPED
            yield Device("VPC_ENDPOINT"), UNTOLD
        elif endpoint is None and to in (*self.network.internet_gateways, *self.network.nats, DROPPED):
            yield from self.egress(packet.public)
            yield from self.forth(to, packet, packet.public, "VPC_ENDPOINT")
            if to:
                yield from self.back(to, packet, packet.public)
        elif endpoint is None:
            # What leads from another VPC to the internet is not followed.
            yield from self.egress(packet.public)
            if self.stands(to) != packet.subnet:
                yield from self.acl(packet.subnet, True, packet.public, self.port)
            yield Device("VPC_ENDPOINT", to), UNTOLD
            yield from self.back(to, packet, packet.public)
        elif endpoint.is_gateway:
            yield from self.egress(packet.public)
            yield from self.acl(packet.subnet, True, packet.public, self.port)
            yield from self.acl(packet.subnet, False, packet.public, packet.port, back=True)
        else:
            here, there = packet.subnet, packet.destination_subnet
            yield from self.egress(packet.destination, endpoint.groups)
            if here != there:
                yield from self.acl(here, True, packet.destination, self.port)
                yield from self.acl(there, False, packet.address, self.port)
            yield Device("VPC_ENDPOINT"), self.admits_consumer(endpoint.groups, packet)
            if here != there:
                yield from self.acl(there, True, packet.address, packet.port, back=True)
                yield from self.acl(here, False, packet.destination, packet.port, back=True)

    # --- all packets --------------------------------------------------------------------------------------------------

    def sources(self) -> list[str]:
        """The subnets that the consumer may be in."""
        net, zone = self.network, self.network.consumer.zone
        return [name for name in net.consumer.subnets if zone in ("", net.subnets[name].zone)]

    def passages(self) -> dict[tuple[str, str], "Fate"]:
        """What becomes of the packets from each subnet of the consumer to each of the target, which has none if it is not a database."""
        database = self.network.databases.get(self.target.database)
        fates: dict[tuple[str, str], Fate] = {}
        for source in self.sources():
            for destination in database.subnets if database else [self.holder(source)]:
                fates[source, destination] = fate = Fate(
                    untold=database is not None and self.may_be_either(database, source, destination)
                )
                for packet in self.packets(source, destination):
                    fate.add(self.journey(packet))
        return fates

    def holder(self, source: str) -> str:
        """The subnet of the consumer's VPC that holds the literal address of the target."""
        address = self.target.address
        near = self.network.subnets_of(self.network.vpc_of(source)) if address else []
        return next((name for name in near if holds(self.network.subnets[name].range, number(address))), "")

    def may_be_either(self, database: Database, source: str, destination: str) -> bool:
        """Whether the name of a database may lead to its public or its private address.

        To the public one, from another VPC; unless a peering connection resolves names, which no template of CloudFormation can say.
        """
        here, there = self.network.vpc_of(source), self.network.vpc_of(destination)
        return database.public and here != there and any(self.joins(peering, here, there) for peering in self.network.peerings)

    def packets(self, source: str, destination: str) -> Iterator[Packet]:
        net, target = self.network, self.target
        endpoint = self.leading(source) if target.service else None
        stands = endpoint.subnets if endpoint else [destination] if destination else []
        if target.address:
            places = [(destination, number(target.address))]
        elif stands:
            places = [(subnet, address) for subnet in stands for address in self.addresses(net.subnets[subnet].range)]
        else:
            places = [("", 0)]
        database = net.databases.get(target.database)
        is_far = database is not None and database.public and net.vpc_of(source) != net.vpc_of(destination)
        is_outside = is_far or bool(target.service and not stands)
        private = [0] if database and self.may_be_either(database, source, destination) else []
        for address, port, (subnet, place), public in itertools.product(
            self.addresses(net.subnets[source].range),
            told_apart(32768, 60999, self.ports),
            places,
            [*self.public_addresses(), *private] if is_outside else [0],
        ):
            to = self.way(source, public or place)
            seen = self.seen(to) if is_far and public else [0]
            seen_ports = told_apart(1024, 65535, self.ports) if to in net.nats else [port]
            for seen_address, seen_port in itertools.product(seen, seen_ports):
                yield Packet(source, address, port, subnet, place, public, seen_address, seen_port)

    def addresses(self, range_: str) -> list[int]:
        return told_apart(*span(range_), self.spans)

    def public_addresses(self) -> list[int]:
        """Public addresses, which AWS chooses: one for each set of ranges that it can be in."""
        inside = [span for span in self.spans if span != (0, 2**32 - 1)]
        cuts = sorted({cut for first, last in [*inside, *map(span, NOT_PUBLIC)] for cut in (first, last + 1) if cut < 2**32})
        found = {tuple(first <= cut <= last for first, last in inside): cut for cut in cuts if is_public(cut)}
        return sorted(found.values())

    def seen(self, gateway: str) -> list[int]:
        nat = self.network.nats.get(gateway)
        return [number(nat.address)] if nat and nat.address else self.public_addresses()


def _ranges(network: Network) -> set[str]:
    """All ranges that tell addresses apart."""
    rules = [rule for group in network.groups.values() for rule in (*group.inward, *(group.outward or ()))]
    ranges = [rule.peer for rule in rules if "/" in rule.peer]
    ranges += [entry.range for acl in network.acls.values() for entry in acl.entries]
    ranges += [route.range for table in network.tables.values() for route in table.routes]
    return {*ranges, *(range_ for vpc in network.vpcs.values() for range_ in vpc)}


@dataclass
class Fate:
    """What becomes of the packets on one way: where they end, and what each device decides on those that reach it.

    ``ends`` has the devices that drop packets, and None if packets pass all. ``opinions`` holds for devices behind these too.
    """

    ends: set[Device | None] = field(default_factory=set)
    untold: bool = False
    decisions: dict[Device, set[str]] = field(default_factory=dict)
    opinions: dict[Device, set[str]] = field(default_factory=dict)

    def add(self, journey: Decisions) -> None:
        end: Device | None = None
        for device, decision in journey:
            self.opinions.setdefault(device, set()).add(decision)
            if end is None:
                self.decisions.setdefault(device, set()).add(decision)
                self.untold = self.untold or decision == UNTOLD
                end = device if decision == DROPPED else None
        self.ends.add(end)

    @property
    def divided(self) -> bool:
        """Whether a device is partial: of the packets that reach it some pass and others don't, or they leave it by different ways.

        Those to an interface endpoint of several subnets may meet different devices.
        """
        return len(self.ends) > 1 or any(len(decisions) > 1 for decisions in self.decisions.values())

    @property
    def is_open(self) -> bool:
        return self.untold or self.divided
