"""What network ACLs let through: which one a subnet has, and what its rules say of a packet.

Network ACLs are stateless, and their rules are numbered: the first that matches decides, and what none matches is denied. They judge what enters or
leaves the subnet, not what stays in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from dms_checks import network_vocabulary
from dms_checks.addresses import ALL_PORTS, Network, Ports, inside, network, overlaps, tcp_ports, without
from dms_checks.deployment import Deployment, inline, is_made, is_open_ended
from dms_checks.model import Resource, Truth, Value

DEFAULT_RULE = 100
"""The number of the rule with which every VPC's default network ACL allows everything (Amazon VPC user guide, "Default network ACL",
read 2026-11-25)."""


class Side(Enum):
    """Which rules of a network ACL judge a packet: those for what enters the subnet, or those for what leaves it."""

    IN = "ingress"
    OUT = "egress"


@dataclass(frozen=True, slots=True)
class Packets:
    """Some packets: to one of these ports, and from or to one of these addresses, whichever is outside of the subnet."""

    ports: Ports
    ranges: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. ``range`` is None when it can't be told; ``applies`` is unknown where it may belong to another ACL or to the other side."""

    number: int | None
    allows: Truth
    ports: Ports
    range: Network | None
    applies: Truth


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one side, by number; ``others``: whether there may be more than the template shows."""

    entries: tuple[Entry, ...]
    others: Truth = Truth.NO


@dataclass(frozen=True, slots=True)
class Acl:
    """The network ACL of a subnet: the resource, None for a default one that nothing adopts; ``known`` is unknown where it can't be told."""

    resource: Resource | None
    known: Truth
    incoming: Rules = Rules((), Truth.UNKNOWN)
    outgoing: Rules = Rules((), Truth.UNKNOWN)

    def rules(self, side: Side) -> Rules:
        return self.incoming if side is Side.IN else self.outgoing


UNKNOWN_ACL = Acl(None, Truth.UNKNOWN)


# --- which one a subnet has -------------------------------------------------------------------------------------------


def acl_of(deployment: Deployment, subnet: Resource) -> Acl:
    """The network ACL of a subnet: the one that is associated with it, or its VPC's default one."""
    return deployment.remembered(("acl", subnet.address), lambda: _acl_of(deployment, subnet))


def _acl_of(deployment: Deployment, subnet: Resource) -> Acl:
    if subnet.is_data_source or deployment.is_handed_over(subnet.address):
        return UNKNOWN_ACL
    named = deployment.referrers(subnet, network_vocabulary.NETWORK_ACL, "subnets")
    for association, truth in deployment.referrers(subnet, network_vocabulary.NETWORK_ACL_ASSOCIATION, "subnet"):
        acl = deployment.target(association["acl"], network_vocabulary.NETWORK_ACL)
        if acl is None:
            return UNKNOWN_ACL
        named.append((acl, truth))
    if named:
        acl, truth = named[0]
        return _custom(deployment, acl) if len(named) == 1 and truth is Truth.YES else UNKNOWN_ACL
    vpc = deployment.target(subnet["vpc"], network_vocabulary.VPC)
    return UNKNOWN_ACL if vpc is None else _default(deployment, vpc)


def _custom(deployment: Deployment, acl: Resource) -> Acl:
    if acl.is_data_source:
        return Acl(acl, Truth.UNKNOWN)
    return Acl(acl, Truth.YES, _rules(deployment, acl, Side.IN), _rules(deployment, acl, Side.OUT))


def _default(deployment: Deployment, vpc: Resource) -> Acl:
    """The default ACL of a VPC that the deployment makes allows everything, until somebody adopts it or adds to it."""
    if not is_made(vpc) or deployment.is_handed_over(vpc.address):
        return UNKNOWN_ACL
    adopting = [
        (acl, truth)
        for acl, truth in deployment.referrers(vpc, network_vocabulary.NETWORK_ACL, "vpc")
        if acl.type == "aws_default_network_acl"
    ]
    if adopting:
        acl, truth = adopting[0]
        return _custom(deployment, acl) if truth is Truth.YES else UNKNOWN_ACL
    everything = tuple(Entry(DEFAULT_RULE, Truth.YES, ALL_PORTS, network(text), Truth.YES) for text in ("0.0.0.0/0", "::/0"))
    added = [other for other, _ in deployment.referrers(vpc, network_vocabulary.NETWORK_ACL_RULE, "acl")]
    sides = (_sorted([*everything, *(_alone(entry, side, Truth.YES) for entry in added)]) for side in (Side.IN, Side.OUT))
    incoming, outgoing = (Rules(entries) for entries in sides)
    return Acl(None, Truth.YES, incoming, outgoing)


# --- which rules it has -----------------------------------------------------------------------------------------------


def _rules(deployment: Deployment, acl: Resource, side: Side) -> Rules:
    blocks = acl[side.value]
    listed = [_entry(block, Truth.YES) for block in inline(acl, blocks, network_vocabulary.NETWORK_ACL_RULE_FIELDS)]
    alone = [_alone(other, side, truth) for other, truth in deployment.referrers(acl, network_vocabulary.NETWORK_ACL_RULE, "acl")]
    return Rules(_sorted([*listed, *alone]), Truth.of(None if is_open_ended(deployment, acl, blocks) else False))


def _alone(entry: Resource, side: Side, belongs: Truth) -> Entry:
    leaves = entry["egress"].is_on
    applies = belongs & (leaves if side is Side.OUT else ~leaves)
    return _entry({name: entry[name] for name in network_vocabulary.NETWORK_ACL_RULE_FIELDS}, applies)


def _entry(fields: dict[str, Value], applies: Truth) -> Entry:
    written = fields["range_ipv6"] if fields["range"].is_absent else fields["range"]
    return Entry(
        fields["number"].number,
        fields["action"].is_word("allow"),
        tcp_ports(fields["protocol"], fields["from_port"], fields["to_port"]),
        network(written.text or ""),
        applies,
    )


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By number; what can't be told comes first: it may."""
    kept = (entry for entry in entries if entry.applies is not Truth.NO)
    return tuple(sorted(kept, key=lambda entry: -1 if entry.number is None else entry.number))


# --- what it says -----------------------------------------------------------------------------------------------------


def lets(deployment: Deployment, acl: Acl, side: Side, packets: Packets) -> Truth:
    """Whether an ACL lets packets through: YES all that they can be, NO none, else unknown."""
    rules = acl.rules(side)
    if acl.known is not Truth.YES:
        return Truth.UNKNOWN
    key = ("acl lets", id(rules), packets)
    return deployment.remembered(key, lambda: _lets(rules, packets))


def _lets(rules: Rules, packets: Packets) -> Truth:
    verdicts = [_verdict(rules.entries, 0, packets.ports, range_) for range_ in packets.ranges]
    verdict = _agreed(verdicts)
    return verdict if rules.others is Truth.NO else Truth.UNKNOWN


def _agreed(verdicts: Sequence[Truth]) -> Truth:
    """What is true of all of them; unknown where they differ."""
    return verdicts[0] if verdicts and len(set(verdicts)) == 1 else Truth.UNKNOWN


def _verdict(entries: tuple[Entry, ...], position: int, ports: Ports, range_: Network) -> Truth:
    """Of one range of addresses and one of ports: the first entry that matches; of entries that match a part, each part by itself."""
    for index in range(position, len(entries)):
        entry = entries[index]
        if entry.range is not None and not overlaps(entry.range, range_):
            continue
        if entry.ports.first is not None and entry.ports.last is not None and not _share(entry.ports, ports):
            continue
        if entry.range is None or entry.ports.first is None or entry.number is None or entry.applies is not Truth.YES:
            # It may match or not: that matters where it says another thing than those that follow.
            return _agreed((entry.allows, _verdict(entries, index + 1, ports, range_)))
        rest = _rest(entry, ports, range_)
        if not rest:
            return entry.allows
        return _agreed((entry.allows, *(_verdict(entries, index + 1, *part) for part in rest)))
    return Truth.NO


def _share(left: Ports, right: Ports) -> bool:
    return (left.first or 0) <= (right.last or 0) and (right.first or 0) <= (left.last or 0)


def _rest(entry: Entry, ports: Ports, range_: Network) -> list[tuple[Ports, Network]]:
    """What an entry does not match of a range of addresses and one of ports that it matches a part of."""
    assert entry.range is not None
    outside = without([range_], [entry.range])
    rest = [(ports, part) for part in outside]
    common = range_ if inside(range_, entry.range) else entry.range
    first, last = ports.first or 0, ports.last or 0
    low, high = max(first, entry.ports.first or 0), min(last, entry.ports.last or 0)
    rest += [(Ports(first, low - 1), common)] if first < low else []
    rest += [(Ports(high + 1, last), common)] if high < last else []
    return rest
