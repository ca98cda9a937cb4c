"""A consumer and what it connects to, on the ways between them: what the security groups say of just these two."""

from dataclasses import dataclass, replace

from dms_checks.addresses import Network, are_public, is_public
from dms_checks.deployment import Deployment
from dms_checks.hops import Hop, Source, Step, deciding, egress, said
from dms_checks.model import Resource, Truth, Value
from dms_checks.security_groups import Direction, Peer, admit, own_groups
from dms_checks.targets import Target, security_groups
from dms_checks.ways import Arrival, Bridge, Ends


@dataclass(frozen=True, slots=True)
class Destination:
    """What is known of the other end: its port, its own groups (None: it has none in the template), and where it may stand."""

    target: Target
    groups: tuple[Resource, ...]
    complete: Truth
    subnets: tuple[Resource | None, ...]
    vpcs: tuple[Value, ...]
    public: Truth


@dataclass(frozen=True, slots=True)
class Lane:
    """The way between two subnets, which many pairs share.

    ``open`` is what hangs on the pair; ``is_clear``: all else lets the packet pass. ``steps`` are those that there are, the pair's own among them.
    """

    ends: Ends
    items: tuple[Hop | Arrival | Bridge, ...]
    open: tuple[Arrival | Bridge, ...]
    steps: frozenset[Step]
    is_clear: bool
    groups_count: Truth


class Meeting:
    """A consumer and what it connects to: what the security groups on the way say of just these two."""

    def __init__(self, deployment: Deployment, source: Source, destination: Destination) -> None:
        self.deployment = deployment
        self.source = source
        self.destination = destination
        self.port = destination.target.port
        self._known: dict[object, Hop] = {}

    def out(self, lane: Lane) -> Hop:
        """The consumer's security groups on the way out."""
        key = ("out", id(lane.ends.addresses), lane.ends.there is None, lane.groups_count)
        if key not in self._known:
            self._known[key] = self._out(lane.ends, lane.groups_count)
        return self._known[key]

    def _out(self, ends: Ends, groups_count: Truth) -> Hop:
        destination = self.destination
        literal = destination.target.address
        groups = tuple(group.address for group in destination.groups)
        if destination.target.is_shown:
            in_others = ~destination.complete & Truth.UNKNOWN
        else:
            in_others = Truth.NO if literal is not None and is_public(literal) else Truth.UNKNOWN
        is_anywhere = literal is None and not groups and ends.addresses is None and ends.there is None
        peer = Peer(ends.addresses, groups, in_others, somewhere=is_anywhere)
        hop = egress(self.deployment, self.source.groups, self.source.complete, self.port, peer)
        if groups_count is Truth.YES or hop.truth is not Truth.YES or not groups:
            return hop
        nameless = egress(
            self.deployment, self.source.groups, self.source.complete, self.port, Peer(ends.addresses, (), Truth.NO)
        )
        if groups_count is Truth.NO or nameless.truth is Truth.YES:
            return nameless
        return Hop(Step.EGRESS, Truth.UNKNOWN, hop.what, "it can't be told whether rules that name groups count on this way")

    def judged(self, item: Hop | Arrival | Bridge) -> Hop:
        """A part of the way as a hop."""
        if isinstance(item, Hop):
            return item
        if isinstance(item, Bridge):
            return self._bridge(item)
        # Ranges are those of subnets, each made once.
        key = ("in", id(item.ranges), item.own_groups, id(item.translated))
        if key not in self._known:
            self._known[key] = self._arrival(item)
        return self._known[key]

    # --- the database -------------------------------------------------------------------------------------------------

    def _arrival(self, arrival: Arrival) -> Hop:
        own = self._ingress(_seen(self.source, arrival.ranges, arrival.own_groups), Step.INGRESS)
        if arrival.translated is None:
            return own
        # Who admits the consumer itself has only not thought of the translation; what can't be told is taken for that.
        return self._ingress(arrival.translated, Step.INGRESS if own.truth is Truth.NO else Step.NAT_ADDRESS)

    def _ingress(self, peer: Peer, step: Step) -> Hop:
        destination = self.destination
        named = self._may_be_named(peer)
        truth = admit(self.deployment, destination.groups, Direction.IN, self.port, named) if destination.groups else Truth.NO
        if truth is not Truth.YES and destination.complete is not Truth.YES:
            return Hop(step, Truth.UNKNOWN, None, "not all security groups of the database are known")
        if truth is Truth.NO:
            return Hop(step, Truth.NO, destination.groups[0], said(self.deployment, destination.groups, Direction.IN))
        return Hop(step, truth, deciding(self.deployment, destination.groups, Direction.IN, self.port, named))

    def _may_be_named(self, peer: Peer) -> Peer:
        """The peer; of one whose way can't be told, the consumer's groups may count: rules that name others do not admit it."""
        if peer.groups or peer.in_others is not Truth.UNKNOWN or self.source.complete is not Truth.YES:
            return peer
        groups = tuple(group.address for group in self.source.groups)
        by_group = admit(self.deployment, self.destination.groups, Direction.IN, self.port, Peer((), groups, Truth.NO))
        return peer if by_group is not Truth.NO else replace(peer, in_others=Truth.NO)

    # --- a host on the way --------------------------------------------------------------------------------------------

    def _bridge(self, bridge: Bridge) -> Hop:
        """A host that forwards: its groups in and out, and the check that drops what is not its own."""
        groups, complete = own_groups(self.deployment, security_groups(self.deployment, bridge.host))
        checks = bridge.host["source_dest_check"].is_on
        if checks is Truth.YES:
            spelled = bridge.host.spelling("source_dest_check")
            return Hop(Step.HOST, Truth.NO, bridge.host, f"{bridge.host.where} forwards nothing, since its {spelled} is on")
        peers = {
            Direction.IN: self.source.seen(bridge.ranges),
            # The address may belong to a member of a group, unless it is a public one.
            Direction.OUT: Peer(
                bridge.addresses, (), Truth.NO if bridge.addresses and are_public(bridge.addresses) else Truth.UNKNOWN
            ),
        }
        truths = {
            direction: admit(self.deployment, groups, direction, self.port, peer) | (~complete & Truth.UNKNOWN)
            for direction, peer in peers.items()
        }
        blocking = [direction for direction, truth in truths.items() if truth is Truth.NO]
        what = groups[0] if groups and blocking else bridge.host
        reason = said(self.deployment, groups, *blocking, of=bridge.host)
        return Hop(Step.HOST, Truth.all([~checks, *truths.values()]), what, reason)


def _seen(source: Source, ranges: tuple[Network, ...] | None, own_groups_count: Truth) -> Peer:
    """The consumer as others see it. Its groups count where the packet comes from its own interface."""
    if own_groups_count is Truth.YES:
        return source.seen(ranges)
    if own_groups_count is Truth.NO:
        return Peer(ranges, (), Truth.NO, (source.consumer.address,))
    return Peer(ranges, (), Truth.UNKNOWN, is_one=True)
