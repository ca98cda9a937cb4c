"""The way of a packet between two subnets, there and back: what it passes on it, whoever sends it.

What the security groups of the two ends say is not part of it: many pairs share one way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dms_checks import network_vocabulary
from dms_checks.addresses import PUBLIC, Network, Ports, are_private, inside
from dms_checks.deployment import Deployment, in_one_vpc
from dms_checks.hops import (
    HOST_PORTS,
    NAT_PORTS,
    Hop,
    Step,
    by_internet_gateway,
    network_acl,
    range_of,
    stays_in_subnet,
    through_nat,
)
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_acls import Side
from dms_checks.routes import UNDECIDED, Route, Table, Way, attached, decide, ranges_of, table_of
from dms_checks.security_groups import Peer


@dataclass(frozen=True, slots=True)
class Ends:
    """What a way hangs on: the two subnets and VPCs, None and none where they can't be told, the port, and the addresses that the packet may be sent to.

    ``is_local``: both stand in one VPC. ``is_literal``: the address is written down. ``is_shown``: the template makes what stands there. ``public``:
    whether the consumer has a public address. ``where`` says the addresses in messages.
    """

    here: Resource | None
    there: Resource | None
    near: tuple[Value, ...]
    far: tuple[Value, ...]
    port: int | None
    addresses: tuple[Network, ...] | None
    is_local: Truth
    is_literal: bool
    is_shown: bool
    public: Truth
    where: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The packet before the security groups of the database: from one of these ranges, and whether in the name of the consumer's own groups.

    ``translated`` is what they see instead, where the packet leaves through a NAT gateway or the internet.
    """

    ranges: tuple[Network, ...] | None
    own_groups: Truth
    translated: Peer | None = None


PUBLIC_ADDRESS = Arrival(PUBLIC, Truth.NO)


@dataclass(frozen=True, slots=True)
class Bridge:
    """The packet before a host that forwards it: from one of these ranges, to one of these addresses."""

    host: Resource
    ranges: tuple[Network, ...] | None
    addresses: tuple[Network, ...] | None


def way(deployment: Deployment, ends: Ends) -> tuple[Hop | Arrival | Bridge, ...]:
    """What a packet passes between two ends, in its order."""
    return tuple(_Walk(deployment, ends).hops())


class _Walk:
    def __init__(self, deployment: Deployment, ends: Ends) -> None:
        self.deployment = deployment
        self.ends = ends
        self.here, self.there = ends.here, ends.there
        self.port, self.addresses, self.is_local = ends.port, ends.addresses, ends.is_local

    def hops(self) -> Iterator[Hop | Arrival | Bridge]:
        if self.is_local is Truth.YES:
            yield from self._through_the_vpc()
        elif self.is_local is Truth.NO or self.ends.is_literal:
            yield from self._through_a_gateway()
        else:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "it can't be told whether both stand in one VPC")
            yield from self._in(None, Truth.UNKNOWN)

    def _in(self, ranges: tuple[Network, ...] | None, own_groups: Truth) -> Iterator[Hop | Arrival | Bridge]:
        """Before the database's security groups."""
        if self.ends.is_shown:
            yield Arrival(ranges, own_groups)
        elif self.is_local is Truth.YES:
            yield Hop(Step.INGRESS, Truth.UNKNOWN, None, "the security groups of the database stand elsewhere")

    # --- in one VPC ---------------------------------------------------------------------------------------------------

    def _through_the_vpc(self) -> Iterator[Hop | Arrival | Bridge]:
        is_one_subnet = self.here is not None and self.there is not None and self.here.address == self.there.address
        if not is_one_subnet:
            yield self._acl(self.here, Side.OUT, self.port, self.addresses)
            yield self._acl(self.there, Side.IN, self.port, range_of(self.deployment, self.here))
        yield from self._in(range_of(self.deployment, self.here), Truth.YES)
        if not is_one_subnet:
            yield from self._back(HOST_PORTS)

    def _back(self, ports: Ports) -> Iterator[Hop | Arrival | Bridge]:
        yield self._acl(self.there, Side.OUT, ports, range_of(self.deployment, self.here), back=True)
        yield self._acl(self.here, Side.IN, ports, self.addresses, back=True)

    def _acl(
        self,
        subnet: Resource | None,
        side: Side,
        port: int | Ports | None,
        ranges: tuple[Network, ...] | None,
        *,
        back: bool = False,
    ) -> Hop:
        where = self.ends.where if ranges is self.addresses else ""
        return network_acl(self.deployment, subnet, side, port, ranges, where, back=back)

    # --- out of the VPC -----------------------------------------------------------------------------------------------

    def _through_a_gateway(self) -> Iterator[Hop | Arrival | Bridge]:
        table = table_of(self.deployment, self.here) if self.here else None
        decision = decide(self.deployment, table, self.addresses) if table and self.addresses else UNDECIDED
        if not stays_in_subnet(self.deployment, self.here, decision.route):
            yield self._acl(self.here, Side.OUT, self.port, self.addresses)
        if table is None or self.addresses is None:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "the route table of the subnet stands elsewhere")
            yield from self._in(None, Truth.UNKNOWN)
            return
        if decision.known is not Truth.YES:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known")
            yield from self._in(None, Truth.UNKNOWN)
        elif decision.route is None:
            what = table.resource or self.here
            yield Hop(Step.ROUTE, Truth.NO, what, f"{table.name} has no route to", where=(self.ends.where,))
        else:
            yield from self._along(table, decision.route)

    def _along(self, table: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        ways = {
            Way.LOCAL: self._to_the_own_range,
            Way.PEERING: self._over_peering,
            Way.TRANSIT_GATEWAY: self._over_a_transit_gateway,
            Way.VPN_GATEWAY: self._over_a_vpn_gateway,
            Way.NAT_GATEWAY: self._over_a_nat_gateway,
            Way.INTERNET_GATEWAY: self._over_an_internet_gateway,
            Way.HOST: self._over_a_host,
        }
        if route.way in ways:
            yield from ways[route.way](table, route)
        else:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads to something that is not followed")
            yield from self._in(None, Truth.UNKNOWN)

    def _to_the_own_range(self, table: Table, _: Route) -> Iterator[Hop | Arrival | Bridge]:
        if self.is_local is Truth.NO and not self.ends.is_literal:
            cause = f"{table.name} leads to its own VPC, whose range also holds"
            yield Hop(Step.ROUTE, Truth.NO, table.resource or self.here, cause, where=(self.ends.where,))
            return
        yield Hop(Step.ROUTE, Truth.YES, table.resource)
        self.is_local = Truth.YES
        if self.there is None or self.here is None or self.there.address != self.here.address:
            yield self._acl(self.there, Side.IN, self.port, range_of(self.deployment, self.here))
        yield from self._in(range_of(self.deployment, self.here), Truth.YES)
        if self.there is None or self.here is None or self.there.address != self.here.address:
            yield from self._back(HOST_PORTS)

    def _over_peering(self, table: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        peering = route.to
        if peering is None or peering.is_data_source:
            yield from self._beyond(Hop(Step.ROUTE, Truth.UNKNOWN, peering, "the VPC peering connection stands elsewhere"))
            return
        joined = self._joined(peering)
        if joined is Truth.NO:
            cause = f"{table.name} leads to {peering.where}, which does not lead to"
            yield Hop(Step.ROUTE, Truth.NO, peering, cause, where=(self.ends.where,))
            return
        accepted = self._accepted(peering)
        yield from self._beyond(Hop(Step.ROUTE, joined & accepted, peering, f"{peering.where} may not be accepted"), route)

    def _joined(self, peering: Resource) -> Truth:
        """Whether a peering connection leads to the other end: a literal address may stand in the ranges of its VPCs, and not beyond."""
        ends = [peering["vpc"], peering["peer_vpc"]]
        joined = Truth.all(
            Truth.any(in_one_vpc(self.deployment, end, vpc) for end in ends) for vpc in (self.ends.near[0], *self.ends.far[:1])
        )
        ranges = [ranges_of(self.deployment, vpc) for vpc in self._made(ends)]
        if not self.ends.is_literal or len(ranges) < len(ends) or None in ranges:
            return joined
        is_held = any(inside(wanted, range_) for wanted in self.addresses or () for found in ranges for range_ in found or ())
        return joined if is_held else Truth.NO

    def _made(self, values: Iterable[Value]) -> list[Resource]:
        """Those of some VPCs that the template makes."""
        vpcs = [self.deployment.target(value, network_vocabulary.VPC) for value in values]
        return [vpc for vpc in vpcs if vpc is not None and not vpc.is_data_source]

    def _accepted(self, peering: Resource) -> Truth:
        """CloudFormation accepts a peering connection of one account itself; Terraform is told to."""
        if not peering.can_say("auto_accept"):
            return Truth.YES
        accepters = self.deployment.referrers(peering, network_vocabulary.PEERING_ACCEPTER, "peering")
        accepted = Truth.any([peering["auto_accept"].is_on, *(other["auto_accept"].is_on for other, _ in accepters)])
        return accepted | Truth.UNKNOWN

    def _over_a_transit_gateway(self, table: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        gateway = route.to
        is_elsewhere = self.addresses is PUBLIC or (self.ends.is_literal and not self.ends.far)
        if gateway is None or gateway.is_data_source or is_elsewhere:
            lost = Hop(Step.ROUTE, Truth.UNKNOWN, gateway, "what the transit gateway joins stands elsewhere")
            yield from self._beyond(lost, keeps_address=self.addresses is not PUBLIC)
            return
        attachments = self._attachments(gateway)
        for vpc in self._unattached(gateway):
            name = self.deployment.target(vpc, network_vocabulary.VPC)
            yield Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is not attached to {name.where if name else 'the VPC'}")
            return
        own_tables = self.deployment.referrers(gateway, network_vocabulary.TRANSIT_GATEWAY_ROUTE_TABLE, "transit_gateway")
        by_default = Truth.all(
            [gateway[name].is_word("enable") for name in ("default_association", "default_propagation")]
            + [other[name].is_on for other, _ in attachments for name in ("default_association", "default_propagation")]
        )
        known = Truth.YES if by_default is Truth.YES and not own_tables else Truth.UNKNOWN
        yield from self._beyond(
            Hop(Step.ROUTE, known, gateway, f"the route tables of {gateway.where} are not followed"),
            route,
            groups_count=Truth.UNKNOWN,
        )

    def _attachments(self, gateway: Resource) -> list[tuple[Resource, Truth]]:
        return self.deployment.referrers(gateway, network_vocabulary.TRANSIT_GATEWAY_ATTACHMENT, "transit_gateway")

    def _unattached(self, gateway: Resource) -> list[Value]:
        """Those of the two VPCs that a transit gateway is certainly not attached to."""
        if self.deployment.is_handed_over(gateway.address):
            return []
        attachments = self._attachments(gateway)
        return [
            vpc
            for vpc in (self.ends.near[0], *self.ends.far[:1])
            if Truth.any(in_one_vpc(self.deployment, other["vpc"], vpc) & truth for other, truth in attachments) is Truth.NO
        ]

    def _over_a_vpn_gateway(self, table: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        gateway = route.to
        joined = (
            attached(self.deployment, gateway, self.ends.near[0]) if gateway is not None and self.ends.near else Truth.UNKNOWN
        )
        if gateway is not None and joined is Truth.NO:
            yield Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is not attached to the VPC of the subnet")
        elif self.ends.is_shown:
            lost = Hop(Step.ROUTE, Truth.UNKNOWN, gateway, "what the virtual private gateway joins stands elsewhere")
            yield from self._beyond(lost, keeps_address=False)
        else:
            # The other side of the VPN is not in the template.
            yield Hop(Step.ROUTE, joined if gateway else Truth.YES, gateway, "")
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _beyond(
        self, hop: Hop, route: Route | None = None, groups_count: Truth = Truth.YES, *, keeps_address: bool = True
    ) -> Iterator[Hop | Arrival | Bridge]:
        """The database's side of a gateway that joins two VPCs: its ACL, its groups, and the way back.

        ``keeps_address``: whether the consumer is seen by its own address, which nothing behind the gateway translates.
        """
        yield hop
        if not self.ends.is_shown:
            peering = route.to if route and route.way is Way.PEERING else None
            if peering is not None and len(self._made([peering["vpc"], peering["peer_vpc"]])) == 2:
                # The other side is in the template, but not what stands there.
                yield Hop(Step.INGRESS, Truth.UNKNOWN, None, "the security groups of the database stand elsewhere")
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)
            return
        yield self._acl(self.there, Side.IN, self.port, range_of(self.deployment, self.here))
        seen = range_of(self.deployment, self.here) if keeps_address else None
        yield from self._in(seen, groups_count if route else Truth.UNKNOWN)
        yield self._acl(self.there, Side.OUT, HOST_PORTS, range_of(self.deployment, self.here), back=True)
        yield self._way_back(route)
        yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _way_back(self, route: Route | None) -> Hop:
        table = table_of(self.deployment, self.there) if self.there else None
        ranges = range_of(self.deployment, self.here)
        if table is None or ranges is None or route is None:
            return Hop(Step.ROUTE, Truth.UNKNOWN, None, "the route table of the database's subnet stands elsewhere", back=True)
        decision = decide(self.deployment, table, ranges)
        if decision.known is not Truth.YES:
            return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known", back=True)
        there = ", ".join(map(str, ranges))
        if decision.route is None:
            what = table.resource or self.there
            return Hop(Step.ROUTE, Truth.NO, what, f"{table.name} has no route back to", back=True, where=(there,))
        if decision.route.way is route.way and _same_end(decision.route, route):
            return Hop(Step.ROUTE, Truth.YES, table.resource, back=True)
        if decision.route.way is Way.LOCAL or decision.route.to is not None:
            end = decision.route.to.where if decision.route.to else "its own VPC"
            cause = f"{table.name} leads to {end}, and not back to"
            truth = Truth.NO if self._leads_nowhere(decision.route) else Truth.UNKNOWN
            return Hop(Step.ROUTE, truth, table.resource, cause, back=True, where=(there,))
        return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads the answers elsewhere", back=True)

    def _leads_nowhere(self, route: Route) -> bool:
        """Whether answers on another way than that of the packet certainly don't arrive."""
        if route.way is Way.PEERING and route.to is not None and not route.to.is_data_source:
            return self._joined(route.to) is Truth.NO
        if route.way is Way.TRANSIT_GATEWAY and route.to is not None and not route.to.is_data_source:
            return bool(self._unattached(route.to))
        return route.way in (Way.LOCAL, Way.NAT_GATEWAY, Way.INTERNET_GATEWAY)

    # --- to the internet ----------------------------------------------------------------------------------------------

    def _over_an_internet_gateway(self, table: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        if are_private(self.addresses or PUBLIC):
            cause = f"{table.name} leads to the internet, which does not know the private"
            yield Hop(Step.ROUTE, Truth.NO, table.resource, cause, where=(self.ends.where,))
            return
        hop = by_internet_gateway(self.deployment, self.ends.public, self.ends.near, table, route)
        yield hop
        if hop.truth is not Truth.NO:
            yield from self._from_the_internet(PUBLIC_ADDRESS, HOST_PORTS)
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _over_a_nat_gateway(self, _: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        nat = through_nat(self.deployment, self.here, route.to, self.port, self.addresses or PUBLIC)
        yield from nat.forth
        if any(hop.truth is Truth.NO and hop.step is Step.ROUTE for hop in nat.forth):
            return
        yield from self._from_the_internet(Arrival(range_of(self.deployment, self.here), Truth.YES, nat.seen), NAT_PORTS)
        yield from nat.back
        yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _from_the_internet(self, arrival: Arrival, ports: Ports) -> Iterator[Hop | Arrival | Bridge]:
        """The side of a database that is reached by its public address."""
        if not self.ends.is_shown:
            return
        if self.addresses is not PUBLIC:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "it can't be told where the address leads")
            return
        seen = (arrival.translated.ranges if arrival.translated else None) or PUBLIC
        yield self._acl(self.there, Side.IN, self.port, seen)
        yield arrival
        yield self._acl(self.there, Side.OUT, ports, seen, back=True)
        table = table_of(self.deployment, self.there) if self.there else None
        decision = decide(self.deployment, table, seen) if table else None
        if table is None or decision is None or decision.known is not Truth.YES:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "the way back of the database stands elsewhere", back=True)
        elif decision.route is None or decision.route.way is Way.NAT_GATEWAY:
            reason = f"{table.name} has no route to an internet gateway"
            yield Hop(Step.ROUTE, Truth.NO, table.resource or self.there, reason, back=True)
        elif decision.route.way is Way.INTERNET_GATEWAY:
            yield self._by_its_own_gateway(table, decision.route.to)
        else:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads the answers elsewhere", back=True)

    def _by_its_own_gateway(self, table: Table, gateway: Resource | None) -> Hop:
        """The internet gateway of the database, which must be that of its VPC."""
        if gateway is None or not self.ends.far:
            return Hop(Step.ROUTE, Truth.YES, table.resource, back=True)
        joined = attached(self.deployment, gateway, self.ends.far[0])
        verb = "is not" if joined is Truth.NO else "may not be"
        reason = f"{table.name} leads to {gateway.where}, which {verb} attached to the VPC of the database"
        return Hop(Step.ROUTE, joined, gateway, "" if joined is Truth.YES else reason, back=True)

    # --- over a host --------------------------------------------------------------------------------------------------

    def _over_a_host(self, _: Table, route: Route) -> Iterator[Hop | Arrival | Bridge]:
        """A host that bridges to another network: what it makes of the packet behind it is not followed."""
        bridge = route.to
        if bridge is None or bridge.is_data_source:
            yield Hop(Step.HOST, Truth.UNKNOWN, bridge, "the host that the route leads to stands elsewhere")
            return
        subnet = self.deployment.target(bridge["subnet"], network_vocabulary.SUBNET)
        is_one_subnet = stays_in_subnet(self.deployment, self.here, route)
        if not is_one_subnet:
            yield self._acl(subnet, Side.IN, self.port, range_of(self.deployment, self.here))
        yield Bridge(bridge, range_of(self.deployment, self.here), self.addresses)
        if not is_one_subnet:
            yield self._acl(subnet, Side.OUT, HOST_PORTS, range_of(self.deployment, self.here), back=True)
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)
        if self.ends.is_shown:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, bridge, f"what lies behind {bridge.where} is not followed")


def _same_end(left: Route, right: Route) -> bool:
    ends = [route.to.address if route.to else None for route in (left, right)]
    return ends[0] is not None and ends[0] == ends[1]
