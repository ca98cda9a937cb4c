"""What security groups let through: which rules a group has, and whether they admit a connection to or from a peer.

Security groups are stateful: who may open a connection gets its answer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from dms_checks import network_vocabulary
from dms_checks.addresses import NO_PORTS, Network, Ports, covers, inside, leads_nowhere, network, overlaps, tcp_ports
from dms_checks.deployment import Deployment, inline, is_open_ended
from dms_checks.marks import HOLE
from dms_checks.model import Dialect, Reference, Resource, Truth, Value


class Direction(Enum):
    """Which way a connection is opened, as the rules of a security group name it."""

    OUT = "egress"
    IN = "ingress"


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection, as far as the template shows it.

    ``ranges``: its address is one of these; None when it can't be told. ``groups``: the security groups it is in, by address, and
    ``in_others``: whether it may be in others. ``names``: the resources whose addresses (see ``name_of``), or whose prefix list, are its own.
    ``somewhere``: nothing at all is known of it, and any peer will do. ``is_one``: it has a single address in the ranges, and who names one
    there means that one.
    """

    ranges: tuple[Network, ...] | None = None
    groups: tuple[str, ...] = ()
    in_others: Truth = Truth.UNKNOWN
    names: tuple[str, ...] = ()
    somewhere: bool = False
    is_one: bool = False


@dataclass(frozen=True, slots=True)
class Ranges:
    """Some ranges that a rule names: what is known of them, and of those that are not, which resources they may come from.

    ``unnamed``: some that are not known are not the address of one certain resource.
    """

    known: tuple[Network, ...] = ()
    unknown: bool = False
    names: tuple[str, ...] = ()
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group. ``groups`` has None for one that can't be told. ``applies`` is unknown where it may belong to another group.

    ``texts`` are its peers for people.
    """

    ports: Ports
    ranges: Ranges
    groups: tuple[str | None, ...]
    applies: Truth
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one direction. ``others``: whether there may be more than the template shows. ``allows_all``: whether EC2's own rule is
    there, which lets everything out."""

    listed: tuple[Rule, ...]
    others: Truth = Truth.NO
    allows_all: Truth = Truth.NO


def own_group(deployment: Deployment, value: Value) -> Resource | None:
    """The security group behind a value, if the deployment makes it: of one that it looks up the rules are not known."""
    group = deployment.target(value, network_vocabulary.SECURITY_GROUP)
    return None if group is None or group.is_data_source else group


def own_groups(deployment: Deployment, value: Value) -> tuple[list[Resource], Truth]:
    """The security groups in a list that the deployment makes, and whether these are all."""
    items = value.items()
    if not items:
        return [], Truth.UNKNOWN
    found = [own_group(deployment, item) for item in items]
    groups = [group for group in found if group is not None]
    return groups, Truth.of(True if len(groups) == len(found) else None)


# --- which rules there are --------------------------------------------------------------------------------------------


def rules_of(deployment: Deployment, group: Resource, direction: Direction) -> Rules:
    """The rules of a group in one direction: inline, and as resources of their own."""
    return deployment.remembered(("rules", group.address, direction), lambda: _rules_of(deployment, group, direction))


def _rules_of(deployment: Deployment, group: Resource, direction: Direction) -> Rules:
    blocks = group[direction.value]
    fields = network_vocabulary.SECURITY_GROUP_RULE_FIELDS
    listed = [_rule(deployment, block, group, Truth.YES) for block in inline(group, blocks, fields)]
    alone = [
        _rule(deployment, {name: other[name] for name in fields}, group, truth & other["direction"].is_word(direction.value))
        for other, truth in deployment.referrers(group, network_vocabulary.SECURITY_GROUP_RULE, "group")
        if other["direction"].is_word(direction.value) is not Truth.NO
    ]
    if group.dialect is Dialect.CLOUDFORMATION and direction is Direction.OUT and blocks.is_absent:
        # Without any egress rule EC2's own rule stays. Whether rules of their own replace it, AWS does not say.
        return Rules(tuple(alone), Truth.NO, Truth.UNKNOWN if alone else Truth.YES)
    return Rules((*listed, *alone), Truth.of(None if is_open_ended(deployment, group, blocks) else False))


def _rule(deployment: Deployment, fields: dict[str, Value], group: Resource, applies: Truth) -> Rule:
    ranges = (fields["ranges"], fields["ranges_ipv6"])
    lists = [_prefix_list(deployment, value) for value in _each(fields["prefix_lists"])]
    named = [own_group(deployment, value) for value in _each(fields["groups"])]
    groups = [member.address if member else None for member in named]
    own = fields["self"].is_on
    if own is not Truth.NO:
        groups.append(group.address if own is Truth.YES else None)
    texts = [item.text for value in ranges for item in value.items() or () if item.text]
    texts += [value.reference.address for value in _each(fields["prefix_lists"]) if value.reference]
    texts += [ITSELF if member.address == group.address else member.address for member in named if member]
    texts += [ITSELF] if own is Truth.YES else []
    return Rule(
        tcp_ports(fields["protocol"], fields["from_port"], fields["to_port"]),
        _together([_ranges(value for field in ranges for value in _each(field)), *lists]),
        tuple(groups),
        applies,
        tuple(texts),
    )


def _each(value: Value) -> tuple[Value, ...]:
    """The elements of a list; of one that is not known, itself."""
    items = value.items()
    return (value,) if items is None else items


def _ranges(values: Iterable[Value]) -> Ranges:
    values = list(values)
    read = [(value, network(value.text or "")) for value in values]
    known = tuple(range_ for _, range_ in read if range_ is not None and not leads_nowhere(range_))
    unknown = [value for value, range_ in read if range_ is None]
    named = [_references(value) for value in unknown]
    names = tuple(name_of(reference) for references in named for reference in references)
    unnamed = any(len({item.address for item in references}) != 1 for references in named) or not all(map(_is_made_of, unknown))
    return Ranges(known, bool(unknown), names, unnamed)


def _references(value: Value) -> tuple[Reference, ...]:
    return (*value.candidates, value.reference) if value.reference else value.candidates


_ADDRESS = re.compile(rf"{HOLE}(?:/(?:32|128))?")
_LISTS = ("cidr_blocks", "ipv6_cidr_blocks")


def _is_made_of(value: Value) -> bool:
    """Whether a range is the one address that it refers to. Of a list that is not known as a whole, a plan hides what else is in it."""
    if value.reference:
        return value.path[-1:] != () and value.path[-1] not in _LISTS
    return bool(_ADDRESS.fullmatch(value.outline))


def name_of(reference: Reference) -> str:
    """How a peer's address is called by the resource that has it: most have a private one and a public one."""
    return private(reference.address) if "private" in (reference.attribute or "").lower() else reference.address


def private(address: str) -> str:
    """How the private address of a resource is called."""
    return f"private {address}"


def _together(parts: Iterable[Ranges]) -> Ranges:
    parts = list(parts)
    return Ranges(
        tuple(range_ for part in parts for range_ in part.known),
        any(part.unknown for part in parts),
        tuple(name for part in parts for name in part.names),
        any(part.unnamed for part in parts),
    )


def _prefix_list(deployment: Deployment, value: Value) -> Ranges:
    """The ranges of a prefix list; of one that AWS keeps for a gateway endpoint, the endpoint."""
    prefix_list = deployment.target(value, network_vocabulary.PREFIX_LIST)
    if prefix_list is None or (prefix_list.is_data_source and prefix_list["entries"].is_absent):
        return Ranges((), True, (value.reference.address,), False) if value.reference else Ranges((), True, (), True)
    entries = prefix_list["entries"].items()
    if entries is None:
        return Ranges((), True, (), True)
    name = "cidr" if prefix_list.dialect is Dialect.TERRAFORM else "Cidr"
    alone = deployment.referrers(prefix_list, network_vocabulary.PREFIX_LIST_ENTRY, "prefix_list")
    return _ranges([*(entry.get(name) for entry in entries), *(entry["range"] for entry, _ in alone)])


# --- what they admit --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Open:
    """What some groups together let through at one port: certainly, and possibly. ``others``: whether there may be rules that are not known."""

    everything: bool
    others: bool
    certain: tuple[Rule, ...]
    possible: tuple[Rule, ...]
    certain_ranges: Ranges
    possible_ranges: Ranges


def admit(deployment: Deployment, groups: Sequence[Resource], direction: Direction, port: int | None, peer: Peer) -> Truth:
    """Whether some groups together let a TCP connection through: out to a port of the peer, or from the peer to a port of theirs."""
    key = ("open", tuple(group.address for group in groups), direction, port)
    found = deployment.remembered(key, lambda: _open([rules_of(deployment, group, direction) for group in groups], port))
    if found.everything:
        return Truth.YES
    if Truth.YES in _by_name(found.certain, peer) or _hold(found.certain_ranges, peer) is Truth.YES:
        return Truth.YES
    maybe = Truth.any([*_by_name(found.possible, peer), _hold(found.possible_ranges, peer)])
    return Truth.UNKNOWN if found.others or maybe is not Truth.NO else Truth.NO


def _open(rules: list[Rules], port: int | None) -> _Open:
    at_port = [(rule, rule.ports.hold(port) & rule.applies) for part in rules for rule in part.listed]
    certain = tuple(rule for rule, truth in at_port if truth is Truth.YES)
    possible = tuple(rule for rule, truth in at_port if truth is not Truth.NO)
    return _Open(
        any(part.allows_all is Truth.YES for part in rules),
        any(part.allows_all is Truth.UNKNOWN or part.others is not Truth.NO for part in rules),
        certain,
        possible,
        _together(rule.ranges for rule in certain),
        _together(rule.ranges for rule in possible),
    )


def _by_name(rules: Iterable[Rule], peer: Peer) -> Iterator[Truth]:
    """Whether a rule names a group that the peer is in, or a range that is made of the peer's own address."""
    for rule in rules:
        for group in rule.groups:
            if group in peer.groups or (peer.somewhere and group is not None):
                yield Truth.YES
            else:
                yield Truth.UNKNOWN if group is None else peer.in_others
        if set(rule.ranges.names) & set(peer.names):
            yield Truth.YES


def _hold(ranges: Ranges, peer: Peer) -> Truth:
    """Whether ranges hold the peer's address."""
    rest = Truth.UNKNOWN if ranges.unknown else Truth.NO
    if peer.somewhere:
        return Truth.YES if ranges.known or ranges.names else rest
    if peer.ranges is None:
        anything = any(range_.prefixlen == 0 for range_ in ranges.known)
        return Truth.YES if anything else Truth.UNKNOWN if ranges.known else rest
    if peer.ranges and all(covers(ranges.known, wanted) for wanted in peer.ranges):
        return Truth.YES
    if peer.is_one and any(
        range_.num_addresses == 1 and inside(range_, wanted) for range_ in ranges.known for wanted in peer.ranges
    ):
        return Truth.YES
    touched = any(overlaps(range_, wanted) for range_ in ranges.known for wanted in peer.ranges)
    return Truth.UNKNOWN if touched else rest


# --- for messages -----------------------------------------------------------------------------------------------------

MAXIMUM_LISTED = 3
"""How many peers of a group's rules a message names."""

ITSELF = "itself"
"""For a group that a rule of its own names."""


def describe(deployment: Deployment, group: Resource, direction: Direction) -> str:
    """What a group lets out or in: ``allows only 443 out to 0.0.0.0/0 and 5432 to 10.1.0.0/16``, ``admits only 5432 from 10.0.0.0/16``."""
    # A rule to nowhere only takes the place of EC2's own, which lets everything out.
    listed = [rule for rule in rules_of(deployment, group, direction).listed if _has_peers(rule)]
    verb, way, preposition = ("allows", " out", " to ") if direction is Direction.OUT else ("admits", "", " from ")
    peers: dict[str, list[str]] = {}
    for rule in listed:
        if rule.ports != NO_PORTS:
            peers.setdefault(str(rule.ports), []).extend(rule.texts)
    if not peers:
        return f"{verb} {'no TCP' if listed else 'nothing'}{way}"
    parts = []
    for number, (ports, found) in enumerate(peers.items()):
        texts = list(dict.fromkeys(found))
        named = f"{preposition}{', '.join(texts)}" if 0 < len(texts) <= MAXIMUM_LISTED else ""
        parts.append(f"{ports}{'' if number else way}{named}")
    *before, last = parts
    return f"{verb} only {', '.join(before)} and {last}" if before else f"{verb} only {last}"


def _has_peers(rule: Rule) -> bool:
    return bool(rule.groups or rule.ranges.known or rule.ranges.unknown)
