"""Whether a consumer reaches its endpoints: the packet is followed through the template, hop by hop, there and back.

What a template makes has the rules, routes and associations that the template gives it; what it does not make is unknown. AWS chooses the subnets in
which a consumer and a database stand: only what holds for each choice is certain.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dms_checks import network_vocabulary, vocabulary
from dms_checks.addresses import PUBLIC, Network, Ports, host, inside, is_public
from dms_checks.deployment import (
    Deployment,
    endpoints_of,
    same,
    subnets_of,
    vpcs_of,
)
from dms_checks.hops import (
    HOST_PORTS,
    NAT_PORTS,
    Hop,
    Passage,
    Source,
    Step,
    by_internet_gateway,
    egress,
    first,
    network_acl,
    range_of,
    through_nat,
)
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_acls import Side
from dms_checks.routes import Route, Table, Way, attached, decide, table_of
from dms_checks.security_groups import Direction, Peer, admit, describe, own_groups
from dms_checks.services import to_service
from dms_checks.targets import Target, security_groups, target_of
from dms_checks.targets import subnets as subnets_of_target


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and an endpoint that it may use (``connected``), and the ways between them.

    Of credentials in Secrets Manager there is a pair of its own: the consumer must reach that service too.
    """

    consumer: Resource
    endpoint: Resource
    connected: Truth
    target: Target
    passages: tuple[Passage, ...]

    @property
    def verdict(self) -> Truth:
        """YES: whichever way it takes, the packet passes; NO: it is blocked on each."""
        verdicts = {passage.verdict for passage in self.passages}
        return verdicts.pop() if len(verdicts) == 1 else Truth.UNKNOWN

    @property
    def blocking(self) -> tuple[Hop, ...]:
        """The hops that block, of all ways, when all are blocked."""
        if self.verdict is not Truth.NO:
            return ()
        return tuple({(hop.step, hop.reason): hop for passage in self.passages for hop in passage.blocking}.values())


def pairs_of(deployment: Deployment, consumer: Resource) -> tuple[Pair, ...]:
    """The endpoints that a consumer uses, and how it reaches each of them."""
    return deployment.remembered(("pairs", consumer.address), lambda: tuple(_pairs(deployment, consumer)))


def _pairs(deployment: Deployment, consumer: Resource) -> Iterator[Pair]:
    source = _source(deployment, consumer)
    for endpoint, connected in endpoints_of(deployment, consumer):
        target = target_of(deployment, endpoint)
        yield Pair(consumer, endpoint, connected, target, _passages(deployment, source, _destination(deployment, endpoint)))
        if target.secret is not None:
            secrets = Target(HTTPS, services=(SECRETS_MANAGER,))
            yield Pair(consumer, endpoint, connected, secrets, _ways_to_secrets(deployment, source))


SECRETS_MANAGER = "secretsmanager"
HTTPS = 443


# --- the two ends -----------------------------------------------------------------------------------------------------


def _source(deployment: Deployment, consumer: Resource) -> Source:
    groups, complete = own_groups(deployment, consumer["security_groups"])
    subnets = subnets_of(deployment, consumer)
    zone = consumer["availability_zone"]
    if subnets and zone.is_known:
        subnets = [subnet for subnet in subnets if same(zone, subnet["availability_zone"]) is not Truth.NO]
    public = consumer["public"].is_on if consumer.kind is vocabulary.REPLICATION_INSTANCE else Truth.NO
    return Source(consumer, tuple(groups), complete, tuple(subnets or (None,)), tuple(vpcs_of(deployment, consumer)), public)


@dataclass(frozen=True, slots=True)
class _Destination:
    """What is known of the other end: its port, its own groups (None: it has none in the template), and where it may stand."""

    target: Target
    groups: tuple[Resource, ...]
    complete: Truth
    subnets: tuple[Resource | None, ...]
    vpcs: tuple[Value, ...]
    public: Truth

    @property
    def is_shown(self) -> bool:
        """Whether the template makes it."""
        return self.target.resource is not None and not self.target.resource.is_data_source


def _destination(deployment: Deployment, endpoint: Resource) -> _Destination:
    return deployment.remembered(
        ("destination", endpoint.address), lambda: _described(deployment, target_of(deployment, endpoint))
    )


def _described(deployment: Deployment, target: Target) -> _Destination:
    resource = target.resource
    if resource is None:
        return _Destination(target, (), Truth.UNKNOWN, (None,), (), Truth.UNKNOWN)
    groups, complete = own_groups(deployment, security_groups(deployment, resource))
    subnets = subnets_of_target(deployment, resource)
    vpcs = [subnet["vpc"] for subnet in subnets or ()] + [group["vpc"] for group in groups]
    return _Destination(target, tuple(groups), complete, tuple(subnets or (None,)), tuple(vpcs), target.public)


def _in_one_vpc(deployment: Deployment, left: Iterable[Value], right: Iterable[Value]) -> Truth:
    """Whether two things stand in the same VPC, by what is known of their subnets and groups."""
    found = {same(one, other) for one in left for other in right}
    if Truth.YES in found:
        return Truth.YES
    # Two literal ids, or two resources: others may be the same after all.
    return Truth.NO if found == {Truth.NO} else Truth.UNKNOWN


# --- the ways ---------------------------------------------------------------------------------------------------------


def _passages(deployment: Deployment, source: Source, destination: _Destination) -> tuple[Passage, ...]:
    if destination.target.services and not destination.is_shown:
        services = destination.target.services
        return tuple(
            Passage(subnet, None, tuple(to_service(deployment, source, subnet, services, destination.target.port)))
            for subnet in source.subnets
        )
    return tuple(
        Passage(subnet, other, tuple(_Walk(deployment, source, destination, subnet, other).hops()))
        for subnet in source.subnets
        for other in _subnets_at(deployment, source, destination)
    )


def _subnets_at(deployment: Deployment, source: Source, destination: _Destination) -> tuple[Resource | None, ...]:
    """The subnets in which the other end may stand; of a literal address, the one of the consumer's VPC that holds it."""
    address = destination.target.address
    if address is None or destination.subnets != (None,):
        return destination.subnets
    vpcs = [vpc for vpc in (deployment.target(value, network_vocabulary.VPC) for value in source.vpcs) if vpc is not None]
    near = deployment.referrers(vpcs[0], network_vocabulary.SUBNET, "vpc") if vpcs else []
    held = [subnet for subnet, _ in near if any(inside(host(address), range_) for range_ in range_of(subnet) or ())]
    return tuple(held) if len(held) == 1 else (None,)


class _Walk:
    """From one subnet of the consumer to one of a database, or to a literal address."""

    def __init__(
        self, deployment: Deployment, source: Source, destination: _Destination, here: Resource | None, there: Resource | None
    ) -> None:
        self.deployment = deployment
        self.source = source
        self.destination = destination
        self.here = here
        self.there = there
        self.port = destination.target.port
        self.near = [here["vpc"]] if here else list(source.vpcs)
        self.far = [there["vpc"]] if there else list(destination.vpcs)
        self.is_local = _in_one_vpc(deployment, self.near, self.far)
        self.addresses = self._addresses()

    def _addresses(self) -> tuple[Network, ...] | None:
        """The addresses that the packet may be sent to, as the consumer resolves the name."""
        literal = self.destination.target.address
        if literal is not None:
            return (host(literal),)
        if self.is_local is Truth.YES or self.destination.public is Truth.NO:
            return range_of(self.there)
        return PUBLIC if self.is_local is Truth.NO and self.destination.public is Truth.YES else None

    def hops(self) -> Iterator[Hop]:
        yield self._out()
        if self.is_local is Truth.YES:
            yield from self._through_the_vpc()
        elif self.is_local is Truth.NO or self.destination.target.address is not None:
            yield from self._through_a_gateway()
        else:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "it can't be told whether both stand in one VPC")
            yield from self._in(self._seen(None, Truth.UNKNOWN))

    # --- the security groups of the two ends --------------------------------------------------------------------------

    def _out(self) -> Hop:
        destination = self.destination
        literal = destination.target.address
        groups = tuple(group.address for group in destination.groups)
        if destination.is_shown:
            in_others = ~destination.complete & Truth.UNKNOWN
        else:
            in_others = Truth.NO if literal is not None and is_public(literal) else Truth.UNKNOWN
        is_anywhere = literal is None and not groups and self.addresses is None and self.there is None
        peer = Peer(self.addresses, groups, in_others, somewhere=is_anywhere)
        return egress(self.deployment, self.source.groups, self.source.complete, self.port, peer)

    def _seen(self, ranges: tuple[Network, ...] | None, own_groups_count: Truth) -> Peer:
        """The consumer as the database sees it. Its groups count where the packet comes from its own interface."""
        groups = tuple(group.address for group in self.source.groups)
        if own_groups_count is Truth.YES:
            return Peer(ranges, groups, ~self.source.complete & Truth.UNKNOWN, (self.source.consumer.address,))
        if own_groups_count is Truth.NO:
            return Peer(ranges, (), Truth.NO)
        return Peer(ranges, (), Truth.UNKNOWN)

    def _in(self, peer: Peer) -> Iterator[Hop]:
        """The database's security groups."""
        destination = self.destination
        if not destination.is_shown:
            if self.is_local is Truth.YES:
                yield Hop(Step.INGRESS, Truth.UNKNOWN, None, "the security groups of the database stand elsewhere")
            return
        yield self._ingress(peer, Step.INGRESS)

    def _ingress(self, peer: Peer, step: Step) -> Hop:
        destination = self.destination
        named = self._may_be_named(peer)
        truth = admit(self.deployment, destination.groups, Direction.IN, self.port, named) if destination.groups else Truth.NO
        if truth is not Truth.YES and destination.complete is not Truth.YES:
            return Hop(step, Truth.UNKNOWN, None, "not all security groups of the database are known")
        if truth is Truth.NO:
            listed = [f"{group.where} {describe(self.deployment, group, Direction.IN)}" for group in destination.groups]
            return Hop(step, Truth.NO, destination.groups[0], "; ".join(first(listed)))
        return Hop(step, truth, destination.groups[0] if destination.groups else None)

    def _may_be_named(self, peer: Peer) -> Peer:
        """The peer; of one whose way can't be told, the consumer's groups may count: rules that name others do not admit it."""
        if peer.groups or peer.in_others is not Truth.UNKNOWN or self.source.complete is not Truth.YES:
            return peer
        groups = tuple(group.address for group in self.source.groups)
        admitted_by_group = admit(self.deployment, self.destination.groups, Direction.IN, self.port, Peer((), groups, Truth.NO))
        return peer if admitted_by_group is not Truth.NO else Peer(peer.ranges, (), Truth.NO, peer.names)

    # --- in one VPC ---------------------------------------------------------------------------------------------------

    def _through_the_vpc(self) -> Iterator[Hop]:
        is_one_subnet = self.here is not None and self.there is not None and self.here.address == self.there.address
        if not is_one_subnet:
            yield self._acl(self.here, Side.OUT, self.port, self.addresses)
            yield self._acl(self.there, Side.IN, self.port, range_of(self.here))
        yield from self._in(self._seen(range_of(self.here), Truth.YES))
        if not is_one_subnet:
            yield from self._back(HOST_PORTS)

    def _back(self, ports: Ports) -> Iterator[Hop]:
        yield self._acl(self.there, Side.OUT, ports, range_of(self.here), back=True)
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
        return network_acl(self.deployment, subnet, side, port, ranges, back=back)

    # --- out of the VPC -----------------------------------------------------------------------------------------------

    def _through_a_gateway(self) -> Iterator[Hop]:
        yield self._acl(self.here, Side.OUT, self.port, self.addresses)
        table = table_of(self.deployment, self.here) if self.here else None
        if table is None or self.addresses is None:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "the route table of the subnet stands elsewhere")
            yield from self._in(self._seen(None, Truth.UNKNOWN))
            return
        decision = decide(table, self.addresses)
        if decision.known is not Truth.YES:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known")
            yield from self._in(self._seen(None, Truth.UNKNOWN))
        elif decision.route is None:
            yield Hop(Step.ROUTE, Truth.NO, table.resource or self.here, f"{table.name} has no route to {self._where()}")
        else:
            yield from self._along(table, decision.route)

    def _where(self) -> str:
        if self.addresses is PUBLIC:
            return "the internet"
        return ", ".join(str(range_.network_address if range_.num_addresses == 1 else range_) for range_ in self.addresses or ())

    def _along(self, table: Table, route: Route) -> Iterator[Hop]:
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
            yield from self._in(self._seen(None, Truth.UNKNOWN))

    def _to_the_own_range(self, table: Table, _: Route) -> Iterator[Hop]:
        if self.is_local is Truth.NO:
            reason = f"{table.name} keeps {self._where()} in the VPC of {self.source.consumer}, whose range it is part of"
            yield Hop(Step.ROUTE, Truth.NO, table.resource or self.here, reason)
            return
        yield Hop(Step.ROUTE, Truth.YES, table.resource)
        self.is_local = Truth.YES
        if self.there is None or self.here is None or self.there.address != self.here.address:
            yield self._acl(self.there, Side.IN, self.port, range_of(self.here))
        yield from self._in(self._seen(range_of(self.here), Truth.YES))
        if self.there is None or self.here is None or self.there.address != self.here.address:
            yield from self._back(HOST_PORTS)

    def _over_peering(self, table: Table, route: Route) -> Iterator[Hop]:
        peering = route.to
        if peering is None or peering.is_data_source:
            yield from self._beyond(Hop(Step.ROUTE, Truth.UNKNOWN, peering, "the VPC peering connection stands elsewhere"))
            return
        ends = [peering["vpc"], peering["peer_vpc"]]
        joined = Truth.all(Truth.any(same(end, vpc) for end in ends) for vpc in (self.near[0], *self.far[:1]))
        if joined is Truth.NO:
            reason = f"{table.name} sends {self._where()} to {peering.where}, which does not join the two VPCs"
            yield Hop(Step.ROUTE, Truth.NO, peering, reason)
            return
        accepted = self._accepted(peering)
        yield from self._beyond(Hop(Step.ROUTE, joined & accepted, peering, f"{peering.where} may not be accepted"), route)

    def _accepted(self, peering: Resource) -> Truth:
        """CloudFormation accepts a peering connection of one account itself; Terraform is told to."""
        if not peering.can_say("auto_accept"):
            return Truth.YES
        accepters = self.deployment.referrers(peering, network_vocabulary.PEERING_ACCEPTER, "peering")
        accepted = Truth.any([peering["auto_accept"].is_on, *(other["auto_accept"].is_on for other, _ in accepters)])
        return accepted | Truth.UNKNOWN

    def _over_a_transit_gateway(self, table: Table, route: Route) -> Iterator[Hop]:
        gateway = route.to
        if gateway is None or gateway.is_data_source or (self.destination.target.address is not None and not self.far):
            yield from self._beyond(Hop(Step.ROUTE, Truth.UNKNOWN, gateway, "what the transit gateway joins stands elsewhere"))
            return
        attachments = self.deployment.referrers(gateway, network_vocabulary.TRANSIT_GATEWAY_ATTACHMENT, "transit_gateway")
        for vpc in (self.near[0], *self.far[:1]):
            is_attached = Truth.any(same(other["vpc"], vpc) & truth for other, truth in attachments)
            if is_attached is Truth.NO and not self.deployment.is_handed_over(gateway.address):
                name = self.deployment.target(vpc, network_vocabulary.VPC)
                yield Hop(
                    Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is not attached to {name.where if name else 'the VPC'}"
                )
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

    def _over_a_vpn_gateway(self, table: Table, route: Route) -> Iterator[Hop]:
        gateway = route.to
        joined = attached(self.deployment, gateway, self.near[0]) if gateway is not None and self.near else Truth.UNKNOWN
        if gateway is not None and joined is Truth.NO:
            yield Hop(Step.ROUTE, Truth.NO, gateway, f"{gateway.where} is not attached to the VPC of {self.source.consumer}")
        elif self.destination.is_shown:
            yield from self._beyond(
                Hop(Step.ROUTE, Truth.UNKNOWN, gateway, "what the virtual private gateway joins stands elsewhere")
            )
        else:
            # The other side of the VPN is not in the template.
            yield Hop(Step.ROUTE, joined if gateway else Truth.YES, gateway, "")
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _beyond(self, hop: Hop, route: Route | None = None, groups_count: Truth = Truth.YES) -> Iterator[Hop]:
        """The database's side of a gateway that joins two VPCs: its ACL, its groups, and the way back."""
        yield hop
        if not self.destination.is_shown:
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)
            return
        yield self._acl(self.there, Side.IN, self.port, range_of(self.here))
        yield from self._in(self._seen(range_of(self.here), groups_count if route else Truth.UNKNOWN))
        yield self._acl(self.there, Side.OUT, HOST_PORTS, range_of(self.here), back=True)
        yield self._way_back(route)
        yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _way_back(self, route: Route | None) -> Hop:
        table = table_of(self.deployment, self.there) if self.there else None
        ranges = range_of(self.here)
        if table is None or ranges is None or route is None:
            return Hop(Step.ROUTE, Truth.UNKNOWN, None, "the route table of the database's subnet stands elsewhere", back=True)
        decision = decide(table, ranges)
        if decision.known is not Truth.YES:
            return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known", back=True)
        there = ", ".join(map(str, ranges))
        if decision.route is None:
            reason = f"{table.name} has no route back to {there}"
            return Hop(Step.ROUTE, Truth.NO, table.resource or self.there, reason, back=True)
        if decision.route.way is route.way and _same_end(decision.route, route):
            return Hop(Step.ROUTE, Truth.YES, table.resource, back=True)
        if decision.route.way is Way.LOCAL or decision.route.to is not None:
            end = decision.route.to.where if decision.route.to else "its own VPC"
            reason = f"{table.name} sends the answers to {there} to {end}"
            is_other_way = decision.route.way in (Way.LOCAL, Way.PEERING, Way.NAT_GATEWAY, Way.INTERNET_GATEWAY)
            return Hop(Step.ROUTE, Truth.NO if is_other_way else Truth.UNKNOWN, table.resource, reason, back=True)
        return Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads the answers elsewhere", back=True)

    # --- to the internet ----------------------------------------------------------------------------------------------

    def _over_an_internet_gateway(self, table: Table, route: Route) -> Iterator[Hop]:
        hop = by_internet_gateway(self.deployment, self.source, self.near, table, route)
        yield hop
        if hop.truth is not Truth.NO:
            yield from self._from_the_internet(
                Peer(PUBLIC, (), Truth.NO, (self.source.consumer.address,)), HOST_PORTS, Step.INGRESS
            )
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _over_a_nat_gateway(self, _: Table, route: Route) -> Iterator[Hop]:
        hops, peer = through_nat(self.deployment, self.here, route.to, self.port, self.addresses or PUBLIC)
        yield from hops
        if any(hop.truth is Truth.NO and hop.step is Step.ROUTE for hop in hops):
            return
        if self.destination.is_shown:
            own = self._ingress(self._seen(range_of(self.here), Truth.YES), Step.INGRESS)
            step = Step.NAT_ADDRESS if own.truth is Truth.YES else Step.INGRESS
            yield from self._from_the_internet(peer, NAT_PORTS, step)
        yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)

    def _from_the_internet(self, peer: Peer, ports: Ports, step: Step) -> Iterator[Hop]:
        """The side of a database that is reached by its public address."""
        if not self.destination.is_shown:
            return
        if self.addresses is not PUBLIC:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "it can't be told where the address leads")
            return
        yield self._acl(self.there, Side.IN, self.port, peer.ranges)
        yield self._ingress(peer, step)
        yield self._acl(self.there, Side.OUT, ports, peer.ranges, back=True)
        table = table_of(self.deployment, self.there) if self.there else None
        decision = decide(table, peer.ranges or PUBLIC) if table else None
        if table is None or decision is None or decision.known is not Truth.YES:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, None, "the way back of the database stands elsewhere", back=True)
        elif decision.route is None or decision.route.way is not Way.INTERNET_GATEWAY:
            reason = f"{table.name} has no route to an internet gateway"
            yield Hop(Step.ROUTE, Truth.NO, table.resource or self.there, reason, back=True)
        else:
            yield Hop(Step.ROUTE, Truth.YES, table.resource, back=True)

    # --- over a host --------------------------------------------------------------------------------------------------

    def _over_a_host(self, _: Table, route: Route) -> Iterator[Hop]:
        """A host that bridges to another network: what it makes of the packet behind it is not followed."""
        bridge = route.to
        if bridge is None or bridge.is_data_source:
            yield Hop(Step.HOST, Truth.UNKNOWN, bridge, "the host that the route leads to stands elsewhere")
            return
        subnet = self.deployment.target(bridge["subnet"], network_vocabulary.SUBNET)
        is_one_subnet = self.here is not None and subnet is not None and subnet.address == self.here.address
        if not is_one_subnet:
            yield self._acl(subnet, Side.IN, self.port, range_of(self.here))
        yield from self._through_the_host(bridge)
        if not is_one_subnet:
            yield self._acl(subnet, Side.OUT, HOST_PORTS, range_of(self.here), back=True)
            yield self._acl(self.here, Side.IN, HOST_PORTS, self.addresses, back=True)
        if self.destination.is_shown:
            yield Hop(Step.ROUTE, Truth.UNKNOWN, bridge, f"what lies behind {bridge.where} is not followed")

    def _through_the_host(self, bridge: Resource) -> Iterator[Hop]:
        groups, complete = own_groups(self.deployment, security_groups(self.deployment, bridge))
        forwards = ~bridge["source_dest_check"].is_on
        if forwards is Truth.NO:
            spelled = f"{bridge.spelling('source_dest_check')} on"
            yield Hop(Step.HOST, Truth.NO, bridge, f"{bridge.where} forwards nothing, since it has {spelled}")
        for direction, peer in (
            (Direction.IN, self._seen(range_of(self.here), Truth.YES)),
            (Direction.OUT, Peer(self.addresses, (), Truth.UNKNOWN)),
        ):
            truth = admit(self.deployment, groups, direction, self.port, peer) | (~complete & Truth.UNKNOWN)
            listed = [f"{group.where} of {bridge} {describe(self.deployment, group, direction)}" for group in groups]
            reason = "; ".join(first(listed)) if truth is not Truth.YES else ""
            yield Hop(Step.HOST, truth, groups[0] if groups else bridge, reason)


def _same_end(left: Route, right: Route) -> bool:
    ends = [route.to.address if route.to else None for route in (left, right)]
    return ends[0] is not None and ends[0] == ends[1]


def _ways_to_secrets(deployment: Deployment, source: Source) -> tuple[Passage, ...]:
    return tuple(
        Passage(subnet, None, tuple(to_service(deployment, source, subnet, (SECRETS_MANAGER,), HTTPS)))
        for subnet in source.subnets
    )
