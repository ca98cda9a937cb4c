"""Whether a consumer reaches its endpoints: the packet is followed through the template, hop by hop, there and back.

What a template makes has the rules, routes and associations that the template gives it; what it does not make is unknown. AWS chooses the subnets in
which a consumer and a database stand: only what holds for each choice is certain.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from dms_checks import network_vocabulary, vocabulary
from dms_checks.addresses import PUBLIC, Network, host, inside
from dms_checks.deployment import (
    Deployment,
    endpoints_of,
    in_one_vpc,
    subnets_of,
    vpcs_of,
)
from dms_checks.hops import (
    Hop,
    Passage,
    Source,
    Step,
    range_of,
    ranges_in_words,
)
from dms_checks.meeting import Destination, Lane, Meeting
from dms_checks.model import Resource, Truth, Value
from dms_checks.placement import same_zone
from dms_checks.security_groups import own_groups
from dms_checks.services import to_service
from dms_checks.targets import Target, security_groups, target_of
from dms_checks.targets import subnets as subnets_of_target
from dms_checks.ways import Arrival, Bridge, Ends, way


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and an endpoint that it may use (``connected``), and the ways between them.

    Of credentials in Secrets Manager there is a pair of its own: the consumer must reach that service too.
    """

    consumer: Resource
    endpoint: Resource
    connected: Truth
    target: Target
    outcome: "Outcome"
    ways: Callable[[], tuple[Passage, ...]] = field(repr=False)

    @property
    def is_for_secrets(self) -> bool:
        """Whether it leads to Secrets Manager, for the credentials of the endpoint."""
        return self.target.services == (SECRETS_MANAGER,)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Each way that the packet may take."""
        return self.ways()

    @property
    def verdict(self) -> Truth:
        """YES: whichever way it takes, the packet passes; NO: it is blocked on each."""
        return self.outcome.verdict

    @property
    def blocking(self) -> tuple[Hop, ...]:
        """The hops that block, of all ways, when all are blocked."""
        return self.outcome.blocking


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of all ways together: the verdict, the hops that block when all are blocked, and the steps that each way passes."""

    verdict: Truth
    blocking: tuple[Hop, ...] = ()
    passing: frozenset[Step] = frozenset()

    @staticmethod
    def of(passages: Sequence[Passage]) -> "Outcome":
        lost = {hop.step for passage in passages for hop in passage.hops if hop.truth is not Truth.YES}
        passed = frozenset.intersection(*(frozenset(hop.step for hop in passage.hops) for passage in passages)) - lost
        blockings = [passage.blocking for passage in passages]
        if all(blockings):
            return Outcome(Truth.NO, _together(hop for blocking in blockings for hop in blocking), passed)
        return Outcome(Truth.UNKNOWN if lost else Truth.YES, (), passed)


UNTOLD = Outcome(Truth.UNKNOWN)


def _together(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    """Each hop once; of those that differ in the addresses only, one with all of them."""
    found: dict[tuple[Step, str], Hop] = {}
    for hop in hops:
        before = found.get((hop.step, hop.cause), hop)
        found[hop.step, hop.cause] = replace(before, where=tuple(dict.fromkeys((*before.where, *hop.where))))
    return tuple(found.values())


def pairs_of(deployment: Deployment, consumer: Resource) -> tuple[Pair, ...]:
    """The endpoints that a consumer uses, and how it reaches each of them."""
    return (*database_pairs(deployment, consumer), *service_pairs(deployment, consumer))


def database_pairs(deployment: Deployment, consumer: Resource) -> tuple[Pair, ...]:
    """Those of them that are hosts: databases, brokers, search domains in a VPC."""
    return deployment.remembered(("database pairs", consumer.address), lambda: tuple(_database_pairs(deployment, consumer)))


def service_pairs(deployment: Deployment, consumer: Resource) -> tuple[Pair, ...]:
    """Those of them that are services of AWS, and Secrets Manager for the credentials of the others.

    They are asked for by themselves, since nothing of them hangs on where databases stand.
    """
    return deployment.remembered(("service pairs", consumer.address), lambda: tuple(_service_pairs(deployment, consumer)))


def _database_pairs(deployment: Deployment, consumer: Resource) -> Iterator[Pair]:
    source = _source(deployment, consumer)
    has_ipv6 = consumer.kind is vocabulary.REPLICATION_INSTANCE and _is_dual(consumer)
    for endpoint, connected in endpoints_of(deployment, consumer):
        target = target_of(deployment, endpoint)
        if not _is_service(target):
            ways = _Ways(deployment, source, _destination(deployment, endpoint))
            outcome = UNTOLD if has_ipv6 and _may_have_ipv6(target) else ways.outcome()
            yield Pair(consumer, endpoint, connected, target, outcome, ways.passages)


def _may_have_ipv6(target: Target) -> bool:
    """Whether a packet may be sent to an address of IPv6 beside those that are followed. What stands elsewhere may have one."""
    resource = target.resource
    if resource is None or resource.is_data_source or resource.kind is not network_vocabulary.DATABASE:
        return target.address is None
    return _is_dual(resource)


def _is_dual(resource: Resource) -> bool:
    """Whether a consumer or a database may have addresses of IPv6; where it says nothing, it has none."""
    network_type = resource["network_type"]
    return not network_type.is_absent and network_type.is_word("ipv4") is not Truth.YES


def _service_pairs(deployment: Deployment, consumer: Resource) -> Iterator[Pair]:
    source = _source(deployment, consumer)
    for endpoint, connected in endpoints_of(deployment, consumer):
        target = target_of(deployment, endpoint)
        secrets = Target(HTTPS, services=(SECRETS_MANAGER,)) if target.secret is not None else None
        for service in (target if _is_service(target) else None, secrets):
            if service is not None:
                passages = _ways_to(deployment, source, service)
                yield Pair(consumer, endpoint, connected, service, Outcome.of(passages), partial(tuple, passages))


def _is_service(target: Target) -> bool:
    return bool(target.services) and not target.is_shown


SECRETS_MANAGER = "secretsmanager"
HTTPS = 443


# --- the two ends -----------------------------------------------------------------------------------------------------


def _source(deployment: Deployment, consumer: Resource) -> Source:
    return deployment.remembered(("source", consumer.address), lambda: _placed(deployment, consumer))


def _placed(deployment: Deployment, consumer: Resource) -> Source:
    groups, complete = own_groups(deployment, consumer["security_groups"])
    subnets = subnets_of(deployment, consumer)
    if subnets and not consumer["availability_zone"].is_absent:
        subnets = [subnet for subnet in subnets if same_zone(deployment, consumer, subnet) is not Truth.NO]
    public = consumer["public"].is_on if consumer.kind is vocabulary.REPLICATION_INSTANCE else Truth.NO
    return Source(consumer, tuple(groups), complete, tuple(subnets or (None,)), tuple(vpcs_of(deployment, consumer)), public)


def _destination(deployment: Deployment, endpoint: Resource) -> Destination:
    return deployment.remembered(
        ("destination", endpoint.address), lambda: _described(deployment, target_of(deployment, endpoint))
    )


def _described(deployment: Deployment, target: Target) -> Destination:
    resource = target.resource
    if resource is None:
        return Destination(target, (), Truth.UNKNOWN, (None,), (), Truth.UNKNOWN)
    groups, complete = own_groups(deployment, security_groups(deployment, resource))
    subnets = subnets_of_target(deployment, resource)
    vpcs = [subnet["vpc"] for subnet in subnets or ()] + [group["vpc"] for group in groups]
    return Destination(target, tuple(groups), complete, tuple(subnets or (None,)), tuple(vpcs), target.public)


def _in_one_vpc(deployment: Deployment, left: Iterable[Value], right: Iterable[Value]) -> Truth:
    """Whether two things stand in the same VPC, by what is known of their subnets and groups."""
    found = {in_one_vpc(deployment, one, other) for one in left for other in right}
    if Truth.YES in found:
        return Truth.YES
    # Two literal ids, or two resources: others may be the same after all.
    return Truth.NO if found == {Truth.NO} else Truth.UNKNOWN


# --- the ways ---------------------------------------------------------------------------------------------------------


class _Ways:
    """All ways of a pair: from each subnet of the consumer to each of the other end."""

    def __init__(self, deployment: Deployment, source: Source, destination: Destination) -> None:
        self._meeting = Meeting(deployment, source, destination)
        self._lanes = [
            (here, there, _lane(deployment, source, destination, here, there))
            for there in _subnets_at(deployment, source, destination)
            for here in source.subnets
        ]

    def passages(self) -> tuple[Passage, ...]:
        return tuple(
            Passage(here, there, (self._meeting.out(lane), *map(self._meeting.judged, lane.items)))
            for here, there, lane in self._lanes
        )

    def outcome(self) -> Outcome:
        """Where nothing on the ways is in doubt, only the security groups of the two ends are asked."""
        if not (all(lane.is_clear for _, _, lane in self._lanes) and all(map(self._is_open, self._lanes))):
            return Outcome.of(self.passages())
        first_steps, *others = {id(lane.steps): lane.steps for _, _, lane in self._lanes}.values()
        return Outcome(Truth.YES, (), first_steps.intersection(*others))

    def _is_open(self, way: tuple[Resource | None, Resource | None, "Lane"]) -> bool:
        _, _, lane = way
        return self._meeting.out(lane).truth is Truth.YES and all(
            self._meeting.judged(item).truth is Truth.YES for item in lane.open
        )


def _ways_to(deployment: Deployment, source: Source, target: Target) -> tuple[Passage, ...]:
    """The ways to a service of AWS."""
    return tuple(
        Passage(here, None, tuple(to_service(deployment, source, here, target.services, target.port))) for here in source.subnets
    )


def _subnets_at(deployment: Deployment, source: Source, destination: Destination) -> tuple[Resource | None, ...]:
    """The subnets in which the other end may stand; of a literal address, the one of the consumer's VPC that holds it."""
    address = destination.target.address
    if address is None or destination.subnets != (None,):
        return destination.subnets
    vpcs = [vpc for vpc in (deployment.target(value, network_vocabulary.VPC) for value in source.vpcs) if vpc is not None]
    near = deployment.referrers(vpcs[0], network_vocabulary.SUBNET, "vpc") if vpcs else []
    held = [subnet for subnet, _ in near if any(inside(host(address), range_) for range_ in range_of(deployment, subnet) or ())]
    return tuple(held) if len(held) == 1 else (None,)


def _ends(
    deployment: Deployment, source: Source, destination: Destination, here: Resource | None, there: Resource | None
) -> Ends:
    near = (here["vpc"],) if here else source.vpcs
    far = (there["vpc"],) if there else destination.vpcs
    is_local = _in_one_vpc(deployment, near, far)
    literal = destination.target.address
    if literal is not None:
        addresses: tuple[Network, ...] | None = (host(literal),)
    elif is_local is Truth.YES or destination.public is Truth.NO:
        addresses = range_of(deployment, there)
    else:
        # Outside of its VPC the name of a public database stands for its public address, unless a peering connection resolves names.
        is_outside = is_local is Truth.NO and destination.public is Truth.YES and not _are_peered(deployment, near, far)
        addresses = PUBLIC if is_outside else None
    port = destination.target.port
    where = "the address in its secret" if destination.target.is_hidden else ranges_in_words(addresses)
    return Ends(
        here, there, near, far, port, addresses, is_local, literal is not None, destination.target.is_shown, source.public, where
    )


def _are_peered(deployment: Deployment, near: Sequence[Value], far: Sequence[Value]) -> bool:
    """Whether a peering connection may join two VPCs; whether it resolves names is an option that often stands elsewhere."""
    sides = ((near, "vpc"), (far, "peer_vpc")), ((near, "peer_vpc"), (far, "vpc"))
    return any(
        all(in_one_vpc(deployment, vpc, peering[name]) is not Truth.NO for vpcs, name in side for vpc in vpcs[:1])
        for peering in deployment.all(network_vocabulary.PEERING)
        for side in sides
    )


def _lane(
    deployment: Deployment, source: Source, destination: Destination, here: Resource | None, there: Resource | None
) -> Lane:
    """The way between two ends, found once for all pairs that share it."""
    target = destination.target
    known = (
        here.address if here else f"near {source.consumer.address}",
        there.address if there else f"near {target.resource.address if target.resource else ''}",
    )
    key = (
        "way",
        *known,
        target.port,
        str(target.address),
        target.is_hidden,
        destination.target.is_shown,
        destination.public,
        source.public,
    )

    def answer() -> Lane:
        ends = _ends(deployment, source, destination, here, there)
        items = way(deployment, ends)
        hops = [item for item in items if isinstance(item, Hop)]
        return Lane(
            ends,
            items,
            tuple(item for item in items if not isinstance(item, Hop)),
            frozenset(hop.step for hop in hops) | _own_steps(items),
            all(hop.truth is Truth.YES for hop in hops),
            _groups_count(ends, items),
        )

    return deployment.remembered(key, answer)


def _own_steps(items: tuple[Hop | Arrival | Bridge, ...]) -> set[Step]:
    """The steps of what hangs on the pair: a translated address may be at fault as one or as the other."""
    steps = {Step.EGRESS}
    for item in items:
        if isinstance(item, Bridge):
            steps.add(Step.HOST)
        elif isinstance(item, Arrival):
            steps |= {Step.INGRESS, Step.NAT_ADDRESS} if item.translated else {Step.INGRESS}
    return steps


def _groups_count(ends: Ends, items: tuple[Hop | Arrival | Bridge, ...]) -> Truth:
    """Whether rules that name the database's groups let packets out to it.

    They speak of private addresses (Amazon VPC user guide, "Security group referencing", read 2026-11-25), and behind a transit gateway
    that hangs on an option.
    """
    if ends.addresses is PUBLIC:
        return Truth.NO
    return next((item.own_groups for item in items if isinstance(item, Arrival)), Truth.YES)
