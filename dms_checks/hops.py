"""Single hops of a packet: security groups on the way out, network ACLs, internet and NAT gateways, and what each of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dms_checks import network_vocabulary
from dms_checks.addresses import ALL_IPV4, ALL_IPV6, PUBLIC, Network, Ports, are_private, network
from dms_checks.deployment import Deployment, in_one_vpc
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_acls import Acl, Packets, Side, acl_of, lets
from dms_checks.routes import Route, Table, Way, attached, decide, table_of
from dms_checks.security_groups import Direction, Peer, admit, describe, private


class Step(Enum):
    """Where on the way a hop is; the value is for people."""

    EGRESS = "security group out"
    ACL = "network ACL"
    ROUTE = "route"
    HOST = "NAT or VPN host"
    VPC_ENDPOINT = "VPC endpoint"
    INGRESS = "security group in"
    NAT_ADDRESS = "NAT address"


ENDS = (Step.EGRESS, Step.INGRESS)
"""What the security groups of the two ends say holds whichever way the packet takes."""

HOST_PORTS = Ports(32768, 60999)
"""From where a Linux host opens connections (``ip_local_port_range``, documentation of the Linux kernel, read 2026-11-25)."""

NAT_PORTS = Ports(1024, 65535)
"""From where a NAT gateway does (Amazon VPC user guide, "Network ACLs", ephemeral ports, read 2026-11-25)."""

ANYWHERE = (ALL_IPV4, ALL_IPV6)


@dataclass(frozen=True, slots=True)
class Hop:
    """One place that a packet passes. ``truth``: it lets it pass, blocks it, or can't be told. ``what`` decides; None when it stands elsewhere.

    ``cause`` says for people why a packet is blocked or lost sight of, and ``where`` the addresses with which it ends. ``back``: on the way
    back.
    """

    step: Step
    truth: Truth
    what: Resource | None = None
    cause: str = ""
    back: bool = False
    where: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The whole sentence."""
        return " ".join([self.cause, " and ".join(self.where)]).strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """One way that a packet may take: from one subnet of the consumer to one of the database, None where they can't be told."""

    source: Resource | None
    destination: Resource | None
    hops: tuple[Hop, ...]

    @property
    def blocking(self) -> tuple[Hop, ...]:
        """The hops that certainly block: those with no unknown one before them, and the security groups of the two ends."""
        found = []
        is_lost = False
        for hop in self.hops:
            if hop.truth is Truth.NO and (not is_lost or hop.step in ENDS):
                found.append(hop)
            is_lost = is_lost or hop.truth is Truth.UNKNOWN
        return tuple(found)

    @property
    def verdict(self) -> Truth:
        if self.blocking:
            return Truth.NO
        return Truth.YES if all(hop.truth is Truth.YES for hop in self.hops) else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a consumer: its groups, and whether these are all; where it may stand; whether it has a public address."""

    consumer: Resource
    groups: tuple[Resource, ...]
    complete: Truth
    subnets: tuple[Resource | None, ...]
    vpcs: tuple[Value, ...]
    public: Truth

    def seen(self, ranges: tuple[Network, ...] | None) -> Peer:
        """The consumer as those see it whom its packets reach from its own interface."""
        groups = tuple(group.address for group in self.groups)
        return Peer(ranges, groups, ~self.complete & Truth.UNKNOWN, (private(self.consumer.address),), is_one=True)


def range_of(deployment: Deployment, subnet: Resource | None) -> tuple[Network, ...] | None:
    """The range of a subnet, as the only one; None when it can't be told."""
    return None if subnet is None else deployment.remembered(("range", subnet.address), lambda: _range(subnet))


def _range(subnet: Resource) -> tuple[Network, ...] | None:
    found = network(subnet["range"].text or "")
    return None if found is None else (found,)


MAXIMUM_LISTED = 3
"""How many security groups a message describes."""


def said(deployment: Deployment, groups: Sequence[Resource], *directions: Direction, of: Resource | None = None) -> str:
    """What groups let through, for a message; ``of`` is what they belong to where that is neither consumer nor database."""
    owner = f" of {of}" if of else ""
    texts = [f"{group.where}{owner} {describe(deployment, group, way)}" for way in directions for group in groups]
    rest = len(texts) - MAXIMUM_LISTED
    return "; ".join([*texts[:MAXIMUM_LISTED], *([f"and {rest} more do not either"] if rest > 0 else [])])


# --- single hops -------------------------------------------------------------------------------------------------------


def egress(deployment: Deployment, groups: tuple[Resource, ...], complete: Truth, port: int | None, peer: Peer) -> Hop:
    """The consumer's security groups on the way out."""
    truth = admit(deployment, groups, Direction.OUT, port, peer)
    if truth is not Truth.YES and complete is not Truth.YES:
        return Hop(Step.EGRESS, Truth.UNKNOWN, None, "not all security groups of the consumer are known")
    if truth is not Truth.NO:
        return Hop(Step.EGRESS, truth, deciding(deployment, groups, Direction.OUT, port, peer))
    return Hop(Step.EGRESS, Truth.NO, groups[0], said(deployment, groups, Direction.OUT))


def deciding(
    deployment: Deployment, groups: Sequence[Resource], direction: Direction, port: int | None, peer: Peer
) -> Resource | None:
    """The group to name of several that together let something through: the first that does it alone."""
    if len(groups) < 2:
        return groups[0] if groups else None
    alone = (group for group in groups if admit(deployment, (group,), direction, port, peer) is Truth.YES)
    return next(alone, groups[0])


def network_acl(
    deployment: Deployment,
    subnet: Resource | None,
    side: Side,
    port: int | Ports | None,
    ranges: tuple[Network, ...] | None,
    where: str = "",
    *,
    back: bool = False,
) -> Hop:
    """The network ACL of a subnet, for a port of the database or the ports that answers go to, from or to some ranges.

    ``where`` says the ranges in a message.
    """
    if subnet is None:
        return Hop(Step.ACL, Truth.UNKNOWN, None, "the network ACL of the subnet stands elsewhere", back)
    acl = acl_of(deployment, subnet)
    ports = Ports(0, 65535) if port is None else port if isinstance(port, Ports) else Ports(port, port)
    truth = lets(deployment, acl, side, Packets(ports, ranges or ANYWHERE))
    if truth is Truth.YES:
        return Hop(Step.ACL, truth, acl.resource, "", back)
    cause = _denial(acl, subnet, side, ports, truth)
    return Hop(Step.ACL, truth, acl.resource or subnet, cause, back, (where or ranges_in_words(ranges),))


def _denial(acl: Acl, subnet: Resource, side: Side, ports: Ports, truth: Truth) -> str:
    name = acl.resource.where if acl.resource else f"the network ACL of {subnet.where}"
    way = "in from" if side is Side.IN else "out to"
    return f"{name} {'denies' if truth is Truth.NO else 'may deny'} TCP {ports} {way}"


def ranges_in_words(ranges: tuple[Network, ...] | None) -> str:
    """Ranges for a message."""
    if ranges is None:
        return "anywhere"
    if ranges is PUBLIC:
        return "the internet"
    return ", ".join(str(range_.network_address if range_.num_addresses == 1 else range_) for range_ in ranges)


def stays_in_subnet(deployment: Deployment, here: Resource | None, route: Route | None) -> bool:
    """Whether a route leads to a host in the subnet itself: its ACL does not judge what stays in it."""
    if route is None or route.way is not Way.HOST or route.to is None or here is None:
        return False
    subnet = deployment.target(route.to["subnet"], network_vocabulary.SUBNET)
    return subnet is not None and subnet.address == here.address


def by_internet_gateway(deployment: Deployment, public: Truth, near: Sequence[Value], table: Table, route: Route) -> Hop:
    """An internet gateway: of the consumer's own VPC, and only for who has a public address."""
    gateway = route.to
    joined = attached(deployment, gateway, near[0]) if gateway is not None and near else Truth.UNKNOWN
    if gateway is not None and joined is Truth.NO:
        return Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is not attached to the VPC of the subnet")
    if public is Truth.NO:
        name = gateway.where if gateway else "an internet gateway"
        reason = f"{table.name} leads to {name}, which needs a public address, and there is none"
        return Hop(Step.ROUTE, Truth.NO, table.resource or gateway, reason)
    return Hop(
        Step.ROUTE,
        public & (joined if gateway else Truth.YES),
        gateway,
        "it can't be told whether it has a public address",
    )


@dataclass(frozen=True, slots=True)
class Translation:
    """A NAT gateway on the way to the internet: the hops there and back, and the address that the other end sees."""

    forth: tuple[Hop, ...]
    back: tuple[Hop, ...]
    seen: Peer


def through_nat(
    deployment: Deployment, here: Resource | None, gateway: Resource | None, port: int | None, addresses: tuple[Network, ...]
) -> Translation:
    """Through a NAT gateway to the internet."""
    if gateway is None or gateway.is_data_source:
        return Translation((Hop(Step.ROUTE, Truth.YES, gateway),), (), Peer(PUBLIC, (), Truth.NO))
    seen = _nat_address(deployment, gateway)
    subnet = deployment.target(gateway["subnet"], network_vocabulary.SUBNET)
    if gateway["connectivity"].is_word("public") is not Truth.YES:
        return Translation((_private_nat(deployment, gateway, subnet, addresses),), (), seen)
    if subnet is None:
        is_regional = gateway["availability"].is_word("regional") is Truth.YES
        truth = Truth.YES if is_regional else Truth.UNKNOWN
        return Translation((Hop(Step.ROUTE, truth, gateway, f"the subnet of {gateway.where} stands elsewhere"),), (), seen)
    if here is not None and in_one_vpc(deployment, here["vpc"], subnet["vpc"]) is Truth.NO:
        away = Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} stands in {subnet.where}, which is in another VPC")
        return Translation((away,), (), seen)
    forth = [
        _nat_route(deployment, gateway, subnet, addresses),
        network_acl(deployment, subnet, Side.OUT, port, addresses),
    ]
    back = [network_acl(deployment, subnet, Side.IN, NAT_PORTS, addresses, back=True)]
    if here is None or here.address != subnet.address:
        consumer = range_of(deployment, here)
        forth.insert(0, network_acl(deployment, subnet, Side.IN, port, consumer))
        back.append(network_acl(deployment, subnet, Side.OUT, HOST_PORTS, consumer, back=True))
    return Translation(tuple(forth), tuple(back), seen)


def _private_nat(deployment: Deployment, gateway: Resource, subnet: Resource | None, addresses: tuple[Network, ...]) -> Hop:
    """A private NAT gateway leads to other networks, which are not followed; an internet gateway sends nothing on for it."""
    table = table_of(deployment, subnet) if subnet else None
    decision = decide(deployment, table, addresses) if table else None
    route = decision.route if decision and decision.known is Truth.YES else None
    if gateway["connectivity"].is_word("private") is Truth.YES and route and route.way is Way.INTERNET_GATEWAY:
        return Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is a private one, which the internet does not answer")
    return Hop(Step.ROUTE, Truth.UNKNOWN, gateway, f"what lies behind {gateway.where} is not followed")


def _nat_route(deployment: Deployment, gateway: Resource, subnet: Resource, addresses: tuple[Network, ...]) -> Hop:
    table = table_of(deployment, subnet)
    if table is None:
        return Hop(Step.ROUTE, Truth.UNKNOWN, gateway, f"the route table of {subnet.where} stands elsewhere")
    decision = decide(deployment, table, addresses)
    if decision.known is not Truth.YES:
        return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known")
    if decision.route is None or decision.route.way is Way.NAT_GATEWAY:
        reason = f"{gateway.where} stands in {subnet.where}, and {table.name} has no route to an internet gateway"
        return Hop(Step.ROUTE, Truth.NO, table.resource or gateway, reason)
    if decision.route.way is not Way.INTERNET_GATEWAY:
        return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads elsewhere than to an internet gateway")
    if are_private(addresses):
        cause = f"{table.name} leads to the internet, which does not know the private"
        return Hop(Step.ROUTE, Truth.NO, table.resource or gateway, cause, where=(ranges_in_words(addresses),))
    internet = decision.route.to
    joined = attached(deployment, internet, subnet["vpc"]) if internet is not None else Truth.YES
    if internet is not None and joined is Truth.NO:
        return Hop(Step.ROUTE, Truth.NO, internet, f"{internet.where} is not attached to the VPC of {gateway}")
    return Hop(Step.ROUTE, joined, gateway, f"{internet} may be attached to another VPC")


def _nat_address(deployment: Deployment, gateway: Resource) -> Peer:
    """What the other end sees: the gateway's Elastic IP address, by the resource, and by number where it is written."""
    address = gateway["address"]
    names = [gateway.address]
    names += [address.reference.address] if address.reference else []
    elastic = deployment.target(address, network_vocabulary.ELASTIC_IP)
    known = network(elastic["address"].text or "") if elastic else None
    return Peer((known,) if known else PUBLIC, (), Truth.NO, tuple(names))
