"""Where packets go: which route table a subnet has, and what stands where its routes lead."""

from dataclasses import dataclass, replace
from enum import Enum

from dms_checks import network_vocabulary
from dms_checks.addresses import PUBLIC, Network, inside, network, overlaps
from dms_checks.deployment import Deployment, in_one_vpc, inline, is_made, is_open_ended
from dms_checks.model import Kind, Resource, Truth, Value


class Way(Enum):
    """What a route leads to; the value is for people."""

    LOCAL = "the VPC itself"
    PEERING = "VPC peering connection"
    TRANSIT_GATEWAY = "transit gateway"
    VPN_GATEWAY = "virtual private gateway"
    NAT_GATEWAY = "NAT gateway"
    INTERNET_GATEWAY = "internet gateway"
    HOST = "NAT or VPN host"
    OTHER = "something that is not followed"


_TARGETS: dict[str, tuple[Way, tuple[Kind, ...]]] = {
    "nat_gateway": (Way.NAT_GATEWAY, (network_vocabulary.NAT_GATEWAY,)),
    "peering": (Way.PEERING, (network_vocabulary.PEERING, network_vocabulary.PEERING_ACCEPTER)),
    "transit_gateway": (
        Way.TRANSIT_GATEWAY,
        (network_vocabulary.TRANSIT_GATEWAY, network_vocabulary.TRANSIT_GATEWAY_ATTACHMENT),
    ),
    "instance": (Way.HOST, (network_vocabulary.INSTANCE,)),
    "network_interface": (Way.HOST, (network_vocabulary.NETWORK_INTERFACE, network_vocabulary.INSTANCE)),
    "vpc_endpoint": (Way.OTHER, (network_vocabulary.VPC_ENDPOINT,)),
}
"""The attributes of a route that say where it leads, what that is, and the kinds of resource that they name."""

_GATEWAYS = {
    network_vocabulary.INTERNET_GATEWAY.name: Way.INTERNET_GATEWAY,
    network_vocabulary.VPN_GATEWAY.name: Way.VPN_GATEWAY,
}
_GATEWAY_IDS = {"igw-": Way.INTERNET_GATEWAY, "vgw-": Way.VPN_GATEWAY}
_GATEWAY_KINDS = (network_vocabulary.INTERNET_GATEWAY, network_vocabulary.VPN_GATEWAY, network_vocabulary.GATEWAY_ATTACHMENT)


@dataclass(frozen=True, slots=True)
class Route:
    """One route. ``range`` is None when it can't be told, ``to`` when what it leads to stands elsewhere."""

    range: Network | None
    way: Way
    to: Resource | None = None
    applies: Truth = Truth.YES


@dataclass(frozen=True, slots=True)
class Table:
    """The route table of a subnet: the resource, None for a main one that nothing adopts; ``others``: whether it may have other routes.

    The routes to the ranges of its ``vpc`` come with it.
    """

    resource: Resource | None
    name: str
    routes: tuple[Route, ...]
    others: Truth
    vpc: Resource | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a table sends packets: the route that certainly decides, None when no route does; ``known`` is unknown where it can't be told."""

    route: Route | None
    known: Truth

    def leads_where(self, other: "Decision") -> bool:
        """Whether both lead to the same thing."""
        if self.route is None or other.route is None:
            return self.route is other.route and self.known is other.known
        ways = (self.route.way, other.route.way)
        ends = [route.to.address if route.to else None for route in (self.route, other.route)]
        return ways[0] is ways[1] and ends[0] == ends[1]


UNDECIDED = Decision(None, Truth.UNKNOWN)


# --- which table a subnet has -----------------------------------------------------------------------------------------


def table_of(deployment: Deployment, subnet: Resource) -> Table | None:
    """The route table of a subnet: the one that is associated with it, or its VPC's main one; None when that can't be told."""
    return deployment.remembered(("table", subnet.address), lambda: _table_of(deployment, subnet))


def _table_of(deployment: Deployment, subnet: Resource) -> Table | None:
    if subnet.is_data_source or deployment.is_handed_over(subnet.address):
        return None
    named = deployment.referrers(subnet, network_vocabulary.ROUTE_TABLE_ASSOCIATION, "subnet")
    if named:
        association, truth = named[0]
        return _named(deployment, association["table"]) if len(named) == 1 and truth is Truth.YES else None
    vpc = deployment.target(subnet["vpc"], network_vocabulary.VPC)
    return None if vpc is None else _main(deployment, vpc)


def _named(deployment: Deployment, value: Value) -> Table | None:
    table = deployment.target(value, network_vocabulary.ROUTE_TABLE)
    if table is not None:
        return _own(deployment, table)
    # A VPC's main table, by the VPC's own attribute.
    vpc = deployment.target(value, network_vocabulary.VPC)
    return None if vpc is None else _main(deployment, vpc)


def _main(deployment: Deployment, vpc: Resource) -> Table | None:
    """The main route table of a VPC that the deployment makes: it has the local route only, until somebody adopts it or adds to it.

    A VPC of which the deployment makes no route table at all has its routes elsewhere.
    """
    if not is_made(vpc) or deployment.is_handed_over(vpc.address):
        return None
    named = deployment.referrers(vpc, network_vocabulary.MAIN_ROUTE_TABLE_ASSOCIATION, "vpc")
    if named:
        association, truth = named[0]
        return _named(deployment, association["table"]) if len(named) == 1 and truth is Truth.YES else None
    tables = [
        (table, truth)
        for table, truth in deployment.referrers(vpc, network_vocabulary.ROUTE_TABLE, "vpc")
        if not table.is_data_source
    ]
    adopting = [(table, truth) for table, truth in tables if table.type == "aws_default_route_table"]
    if adopting:
        table, truth = adopting[0]
        return _own(deployment, table) if truth is Truth.YES else None
    added = _alone(deployment, vpc)
    if not added and not tables:
        return None
    others = _propagated(deployment, vpc)
    return Table(None, f"the main route table of {vpc.where}", (*added, *_looked_up(deployment, vpc)), others, vpc)


def _own(deployment: Deployment, table: Resource) -> Table:
    return deployment.remembered(("own table", table.address), lambda: _read(deployment, table))


def _read(deployment: Deployment, table: Resource) -> Table:
    name = table.where
    if table.is_data_source:
        return Table(table, name, (), Truth.UNKNOWN)
    blocks = table["routes"]
    listed = [_route(deployment, block, Truth.YES) for block in inline(table, blocks, network_vocabulary.ROUTE_FIELDS)]
    vpc = deployment.target(table["vpc"], network_vocabulary.VPC)
    gateways = table["propagating_gateways"].items()
    propagated = Truth.of(False if gateways == () else None) | _propagated(deployment, table)
    others = propagated | Truth.of(None if is_open_ended(deployment, table, blocks) else False)
    looked_up = _looked_up(deployment, vpc) if vpc else []
    return Table(table, name, (*listed, *_alone(deployment, table), *looked_up), others, vpc)


def _alone(deployment: Deployment, table: Resource) -> list[Route]:
    return [
        _route(deployment, {name: other[name] for name in network_vocabulary.ROUTE_FIELDS}, truth)
        for other, truth in deployment.referrers(table, network_vocabulary.ROUTE, "table")
    ]


def _looked_up(deployment: Deployment, vpc: Resource) -> list[Route]:
    """The routes of tables that the template looks up in a VPC: each of its tables may be one of those."""
    return [
        replace(route, applies=route.applies & Truth.UNKNOWN)
        for table, _ in deployment.referrers(vpc, network_vocabulary.ROUTE_TABLE, "vpc")
        if table.is_data_source
        for route in _alone(deployment, table)
    ]


def _propagated(deployment: Deployment, table: Resource) -> Truth:
    """Whether a virtual private gateway adds routes that no template shows."""
    found = deployment.referrers(table, network_vocabulary.ROUTE_PROPAGATION, "tables")
    return Truth.of(None if found else False)


def _local(deployment: Deployment, vpc: Resource | None) -> tuple[Route, ...]:
    """The routes inside of the VPC, which each of its tables has."""
    ranges = ranges_of(deployment, vpc) if vpc else None
    return tuple(Route(range_, Way.LOCAL) for range_ in ranges) if ranges is not None else (Route(None, Way.LOCAL),)


def ranges_of(deployment: Deployment, vpc: Resource) -> tuple[Network, ...] | None:
    """The IPv4 ranges of a VPC; None when they can't all be told."""
    values = [vpc["range"]]
    values += [
        other["range"]
        for other, _ in deployment.referrers(vpc, network_vocabulary.VPC_RANGE, "vpc")
        if not other["range"].is_absent
    ]
    found = [network(value.text or "") for value in values]
    known = tuple(range_ for range_ in found if range_ is not None)
    return known if len(known) == len(found) else None


def _route(deployment: Deployment, fields: dict[str, Value], applies: Truth) -> Route:
    written = fields["range_ipv6"] if fields["range"].is_absent else fields["range"]
    range_ = network(written.text or "")
    way, to = _leads_to(deployment, fields)
    return Route(range_, way, to, applies)


def _leads_to(deployment: Deployment, fields: dict[str, Value]) -> tuple[Way, Resource | None]:
    """A route leads to one thing: what is known is it, and of several that can't be told it may be any."""
    given = [name for name in (*_TARGETS, "gateway") if not fields[name].is_absent]
    known = [name for name in given if fields[name].is_known]
    if not known and len(given) != 1:
        return Way.OTHER, None
    name = (known or given)[0]
    if name == "gateway":
        return _gateway(deployment, fields[name])
    way, kinds = _TARGETS[name]
    return way, _made(deployment, fields[name], kinds)


def _gateway(deployment: Deployment, value: Value) -> tuple[Way, Resource | None]:
    if value.text == "local":
        return Way.LOCAL, None
    by_id = next((way for prefix, way in _GATEWAY_IDS.items() if (value.text or "").startswith(prefix)), None)
    if by_id:
        return by_id, None
    target = _named_by(deployment, value, _GATEWAY_KINDS)
    if target is not None and target.kind is network_vocabulary.GATEWAY_ATTACHMENT:
        target = deployment.target(target["gateway"], *_GATEWAY_KINDS[:2])
    return (Way.OTHER, None) if target is None else (_GATEWAYS[target.kind.name], target)


def _made(deployment: Deployment, value: Value, kinds: tuple[Kind, ...]) -> Resource | None:
    """The resource that a route leads to; of what stands for another one (an attachment, an accepter), that other one."""
    target = _named_by(deployment, value, kinds)
    if target is not None and target.kind is network_vocabulary.PEERING_ACCEPTER:
        return deployment.target(target["peering"], network_vocabulary.PEERING)
    if target is not None and target.kind is network_vocabulary.TRANSIT_GATEWAY_ATTACHMENT:
        return deployment.target(target["transit_gateway"], network_vocabulary.TRANSIT_GATEWAY)
    return target


def _named_by(deployment: Deployment, value: Value, kinds: tuple[Kind, ...]) -> Resource | None:
    """The resource behind a value. Of the routes in a route table a plan has the references of all of them together: the one that fits is meant."""
    if not isinstance(value.content, tuple):
        return deployment.target(value, *kinds)
    fitting = [target for item in value.content if (target := deployment.target(item, *kinds))]
    return fitting[0] if len(fitting) == 1 and all(item.reference for item in value.content) else None


# --- where it sends packets -------------------------------------------------------------------------------------------


def decide(deployment: Deployment, table: Table, wanted: tuple[Network, ...]) -> Decision:
    """The route that decides where packets to an address in some ranges go: the longest prefix that holds it.

    ``wanted`` has the ranges that hold the address. Where the answer differs for some of them, it can't be told.
    """
    # Whatever the ranges of a VPC are, they are no public ones.
    local = () if wanted is PUBLIC else _local(deployment, table.vpc)
    routes = (*local, *table.routes)
    first, *rest = [_decide(routes, table.others, range_) for range_ in wanted] or [UNDECIDED]
    return first if all(decision.leads_where(first) for decision in rest) else UNDECIDED


def _decide(routes: tuple[Route, ...], others: Truth, wanted: Network) -> Decision:
    holding = [route for route in routes if route.range and inside(wanted, route.range) and route.applies is Truth.YES]
    best = max(holding, key=lambda route: route.range.prefixlen if route.range else 0, default=None)
    decision = Decision(best, Truth.YES)
    parts = [route for route in routes if route.range and overlaps(wanted, route.range) and not inside(wanted, route.range)]
    uncertain = [
        route for route in routes if route.range is None or (route.applies is not Truth.YES and inside(wanted, route.range))
    ]
    # No route that is learned or not known takes the place of the VPC's own.
    is_local = best is not None and best.way is Way.LOCAL
    rivals = parts if is_local else [*parts, *uncertain]
    if (others is not Truth.NO and not is_local) or not all(Decision(route, Truth.YES).leads_where(decision) for route in rivals):
        return UNDECIDED
    return decision


def attached(deployment: Deployment, gateway: Resource, vpc: Value) -> Truth:
    """Whether an internet or virtual private gateway is attached to a VPC."""
    values = [gateway["vpc"]] if not gateway["vpc"].is_absent else []
    values += [other["vpc"] for other, _ in deployment.referrers(gateway, network_vocabulary.GATEWAY_ATTACHMENT, "gateway")]
    if gateway.is_data_source or deployment.is_handed_over(gateway.address):
        return Truth.UNKNOWN
    return Truth.any(in_one_vpc(deployment, value, vpc) for value in values)
