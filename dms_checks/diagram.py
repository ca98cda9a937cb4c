"""The migration as a picture: consumers, endpoints, what stands between them and whether they connect. Nothing here knows how it is drawn.

A picture shows each pair of consumer and endpoint once. A small one says of each pair what decides: what it passes, what blocks it, or
what is not known. A large one shows who connects to whom, and of a very large one some pairs are counted only.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dms_checks import network_vocabulary, vocabulary
from dms_checks.deployment import Assumption, Deployment, Source, TooManyDeployments
from dms_checks.engines import ENGINES
from dms_checks.hops import Hop, Step
from dms_checks.model import Resource, Truth
from dms_checks.network import SECRETS_MANAGER, Pair, pairs_of
from dms_checks.wording import either

MAXIMUM_DETAILED = 12
"""How many pairs are drawn with what stands between them: more do not fit on a screen."""

MAXIMUM_DRAWN = 100
"""How many pairs are drawn at all: Mermaid refuses texts of more than 50,000 characters."""

WORDS = {Truth.YES: "connects", Truth.NO: "blocked", Truth.UNKNOWN: "not known"}
"""What is said of a pair."""

MASK = "**********"
SHORTEST_SECRET = 4
"""Shorter texts occur everywhere, and would make a picture unreadable."""

_SILENT = (
    network_vocabulary.ROUTE_TABLE,
    network_vocabulary.SUBNET,
    network_vocabulary.NETWORK_ACL,
    network_vocabulary.VPC,
)
"""What lets a packet pass unless it is told otherwise: where it does, the picture need not show it."""

_FILTERS = (network_vocabulary.SECURITY_GROUP, network_vocabulary.NETWORK_ACL, network_vocabulary.VPC_ENDPOINT)
"""What has rules, some of which may not be known."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a name: ``kind`` is a word for people, ``names`` are the template's, ``lines`` what else is to be said.

    ``state`` and ``reason`` say whether it lets a connection pass and why not; what stands at the ends of one has none. ``column`` orders what
    stands between.
    """

    kind: str
    names: tuple[str, ...]
    lines: tuple[str, ...] = ()
    state: Truth | None = None
    reason: str = ""
    column: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """A pair: what is known of it, and what decides that, from the consumer to the endpoint. ``certain``: it is certainly used."""

    consumer: Box
    endpoint: Box
    state: Truth
    certain: bool
    port: int | None = None
    reason: str = ""
    between: tuple[Box, ...] = ()

    @property
    def sentence(self) -> str:
        """All that is known of the pair, for who does not see the picture."""
        port = f" on port {self.port}" if self.port is not None else ""
        reason = f", {self.reason}" if self.reason else ""
        used = "" if self.certain else ", if it is used"
        return f"{' '.join(self.consumer.names)} to {' '.join(self.endpoint.names)}{port}: {WORDS[self.state]}{reason}{used}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What consumers stand in: their VPC, or nothing that is known ("")."""

    name: str
    consumers: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is to be drawn. ``title`` counts, the frames hold all consumers, ``notes`` are sentences below the picture."""

    title: str
    frames: tuple[Frame, ...]
    endpoints: tuple[Box, ...]
    connections: tuple[Connection, ...]
    is_detailed: bool = True
    notes: tuple[str, ...] = ()


class NothingToDraw(Exception):
    """There is no replication instance and no serverless replication."""


def picture_of(source: Source) -> Picture:
    """The picture of the first deployment with a consumer: of the one that the default parameters give, if that has one.

    Raises NothingToDraw.
    """
    first: Picture | None = None
    assumed: tuple[Assumption, ...] = ()
    differs = False
    try:
        for picture, assumptions in source.explore(lambda deployment: _picture(source, deployment)):
            if first is None and picture.frames:
                first, assumed = picture, assumptions
            elif picture != first:
                differs = True
    except TooManyDeployments:
        differs = True
    if first is None:
        raise NothingToDraw
    if differs:
        condition = " and ".join(assumption.text for assumption in assumed if assumption.text) or "the defaults are used"
        first = replace(first, notes=(f"Drawn as it is when {condition}. Other parameter values give another picture.",))
    return _bounded(first)


def _picture(source: Source, deployment: Deployment) -> Picture:
    kinds = (vocabulary.REPLICATION_INSTANCE, vocabulary.REPLICATION_CONFIG)
    found = (deployment.get(address) for address, _ in source.addresses(kinds))
    consumers = [consumer for consumer in found if consumer is not None]
    pairs = {consumer.address: _distinct(pairs_of(deployment, consumer)) for consumer in consumers}
    consumers.sort(key=lambda consumer: not pairs[consumer.address])
    is_detailed = sum(map(len, pairs.values())) <= MAXIMUM_DETAILED
    ends = _ends([pair for found in pairs.values() for pair in found], source.secrets, is_detailed)
    connections = []
    frames: dict[str, list[Box]] = {}
    for consumer in consumers:
        box = _consumer(consumer, pairs[consumer.address], is_detailed)
        frames.setdefault(_frame(deployment, pairs[consumer.address]), []).append(box)
        connections += [_connection(pair, box, ends[_end(pair)], source.secrets, is_detailed) for pair in pairs[consumer.address]]
    return Picture(
        _title([connection.state for connection in connections]),
        tuple(Frame(name, tuple(members)) for name, members in frames.items()),
        tuple(ends.values()),
        tuple(connections),
        is_detailed,
    )


# --- the ends ---------------------------------------------------------------------------------------------------------


def _distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of a consumer: whichever endpoint's secret it fetches, the way to Secrets Manager is the same."""
    return list({_end(pair): pair for pair in pairs}.values())


def _end(pair: Pair) -> str:
    """What a pair leads to: an endpoint by its address, or the service that holds secrets."""
    return SECRETS_MANAGER if pair.is_for_secrets else pair.endpoint.address


def _consumer(consumer: Resource, pairs: list[Pair], is_detailed: bool) -> Box:
    subnets = dict.fromkeys(passage.source.address for pair in pairs for passage in pair.passages if passage.source)
    lines = [_where(consumer), f"in {either(tuple(subnets), 'and')}" if subnets else ""] if is_detailed else []
    if consumer.exists is not Truth.YES:
        lines.append("if it is made")
    return Box(consumer.kind.name, (consumer.address,), _said(lines))


def _frame(deployment: Deployment, pairs: list[Pair]) -> str:
    """The VPC that a consumer's subnets stand in, if it is one of the deployment."""
    subnets = {passage.source.address: passage.source for pair in pairs for passage in pair.passages if passage.source}
    found = (deployment.target(subnet["vpc"], network_vocabulary.VPC) for subnet in subnets.values())
    vpcs = list(dict.fromkeys(vpc.address for vpc in found if vpc is not None))
    return f"VPC {vpcs[0]}" if len(vpcs) == 1 else ""


def _ends(pairs: list[Pair], secrets: Iterable[str], is_detailed: bool) -> dict[str, Box]:
    """The boxes of what the pairs lead to."""
    boxes: dict[str, Box] = {}
    for pair in pairs:
        if _end(pair) not in boxes:
            boxes[_end(pair)] = _service() if _end(pair) == SECRETS_MANAGER else _endpoint(pair, secrets, is_detailed)
    return boxes


def _service() -> Box:
    return Box("credentials", ("AWS Secrets Manager",))


def _endpoint(pair: Pair, secrets: Iterable[str], is_detailed: bool) -> Box:
    direction = pair.endpoint["endpoint_type"].word
    kind = f"{direction} endpoint" if direction in ("source", "target") else "endpoint"
    lines = [_concealed(_destination(pair), _secrets(pair, secrets)), _where(pair.endpoint) if is_detailed else ""]
    return Box(kind, (pair.endpoint.address,), _said(lines))


def _destination(pair: Pair) -> str:
    """The engine and where it is: ``MySQL at 10.20.4.15``."""
    name = pair.endpoint["engine"].word or ""
    engine = ENGINES[name].title if name in ENGINES else name
    written = "" if pair.target.is_hidden else pair.target.address or pair.target.name
    place = str(pair.target.resource or written)
    return f"{engine} at {place}" if engine and place else engine or place


# --- what stands between ----------------------------------------------------------------------------------------------


def _connection(pair: Pair, consumer: Box, endpoint: Box, secrets: Iterable[str], is_detailed: bool) -> Connection:
    state = pair.verdict
    hops = _passed(pair) if state is Truth.YES else pair.blocking if state is Truth.NO else _not_known(pair)
    reason = _reason(hops, state, _secrets(pair, secrets))
    between = tuple(_boxes(hops, state, _secrets(pair, secrets))) if is_detailed else ()
    return Connection(consumer, endpoint, state, pair.connected is Truth.YES, pair.target.port, reason, between)


def _passed(pair: Pair) -> tuple[Hop, ...]:
    """The groups and gateways that a pair passes."""
    hops = (hop for passage in pair.passages for hop in passage.hops)
    return tuple(hop for hop in hops if hop.what is not None and hop.what.kind not in _SILENT)


def _not_known(pair: Pair) -> tuple[Hop, ...]:
    """The first that has to be known; where all is, the passages differ, and what blocks some of them is it."""
    hops = [hop for passage in pair.passages for hop in passage.hops]
    unknown = tuple(hop for hop in hops if hop.truth is Truth.UNKNOWN)
    return unknown[:1] or tuple(hop for hop in hops if hop.truth is Truth.NO)


def _reason(hops: tuple[Hop, ...], state: Truth, secrets: Iterable[str]) -> str:
    """Why a pair is blocked or not known, in a few words: the names of what decides are left out."""
    if state is Truth.YES or not hops:
        return ""
    reasons = list(dict.fromkeys(_why(hop) for hop in hops))
    partly = "from some subnets only, " if state is Truth.UNKNOWN and hops[0].truth is Truth.NO else ""
    more = f" (and {_counted(len(reasons) - 1, 'more reason')})" if len(reasons) > 1 else ""
    return _concealed(f"{partly}{reasons[0]}{more}", secrets)


def _why(hop: Hop) -> str:
    """The reason without the name of what decides, and without lines. Continues "blocked: …" or "not known: …"."""
    if hop.truth is Truth.UNKNOWN and hop.what is not None and hop.what.kind in _FILTERS:
        return "whether it lets this pass"
    reason = _LINE.sub("", hop.reason)
    return reason.removeprefix(f"{hop.what.address} ") if hop.what is not None else reason


_LINE = re.compile(r" \([^()]*\bline \d+\)")
"""Where something stands, as ``Resource.where`` says it."""


def _boxes(hops: tuple[Hop, ...], state: Truth, secrets: Iterable[str]) -> Iterator[Box]:
    """What decides, as boxes: one for each step, and in it what decides that for each subnet."""
    steps: dict[tuple[Step, str], list[Hop]] = {}
    for hop in hops:
        if hop.what is not None:
            steps.setdefault((hop.step, _kind(hop)), []).append(hop)
    for (step, kind), found in sorted(steps.items(), key=lambda item: _COLUMNS[item[0][0]]):
        resources = {hop.what.address: hop.what for hop in found if hop.what is not None}
        lines = [_where(resource) for resource in resources.values()] if len(resources) == 1 else []
        yield Box(kind, tuple(resources), _said(lines), state, _reason(tuple(found), state, secrets), _COLUMNS[step])


_COLUMNS = {
    Step.EGRESS: 0,
    Step.ACL: 1,
    Step.ROUTE: 1,
    Step.HOST: 2,
    Step.VPC_ENDPOINT: 1,
    Step.NAT_ADDRESS: 3,
    Step.INGRESS: 3,
}
"""From left to right, as the packet goes."""


def _kind(hop: Hop) -> str:
    """What a hop is for people: which way a security group lets through, and else the kind of the resource."""
    if hop.step in (Step.EGRESS, Step.INGRESS) or hop.what is None:
        return hop.step.value
    return hop.what.kind.name


# --- words ------------------------------------------------------------------------------------------------------------


def _title(states: list[Truth]) -> str:
    """``3 connections: 2 connect, 1 is blocked``."""
    counts = _counts(states)
    return f"{_counted(len(states), 'connection')}: {counts}" if counts else "no connection"


def _counts(states: list[Truth]) -> str:
    words = {
        Truth.YES: ("connects", "connect"),
        Truth.NO: ("is blocked", "are blocked"),
        Truth.UNKNOWN: ("is not known", "are not known"),
    }
    found = [(states.count(state), forms) for state, forms in words.items()]
    return ", ".join(f"{number:,} {one if number == 1 else several}" for number, (one, several) in found if number)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _where(resource: Resource) -> str:
    return str(resource.place) if resource.place.line else ""


def _said(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


# --- secrets ----------------------------------------------------------------------------------------------------------


def _secrets(pair: Pair, secrets: Iterable[str]) -> list[str]:
    """What must not be printed of a pair: what the input marks as sensitive, and a host that comes out of a secret or a hidden parameter."""
    host = pair.endpoint["server_name"]
    is_hidden = pair.target.is_hidden or any(source.hidden is Truth.YES for source in host.inputs)
    return [*secrets, *(str(text) for text in (host.text, pair.target.address, pair.target.name) if is_hidden and text)]


def _concealed(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets. The names of resources hold none: of those no part is hidden."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET and secret in text:
            text = re.sub(rf"(?<![\w.]){re.escape(secret)}(?![\w.]|$)|(?<![\w.]){re.escape(secret)}$", MASK, text)
    return text


# --- large pictures ---------------------------------------------------------------------------------------------------


def _bounded(picture: Picture) -> Picture:
    """A picture that can be drawn: of too many pairs those that are blocked come first, and what is left out is counted."""
    order = [Truth.NO, Truth.UNKNOWN, Truth.YES]
    ranked = sorted(picture.connections, key=lambda connection: order.index(connection.state))
    drawn, rest = set(ranked[:MAXIMUM_DRAWN]), [connection.state for connection in ranked[MAXIMUM_DRAWN:]]
    used = {connection.consumer for connection in picture.connections}
    shown = {connection.consumer for connection in drawn}
    lonely = [box for frame in picture.frames for box in frame.consumers if box not in used]
    shown |= set(lonely[:MAXIMUM_DRAWN])
    endpoints = {connection.endpoint for connection in drawn}
    frames = (Frame(frame.name, tuple(box for box in frame.consumers if box in shown)) for frame in picture.frames)
    notes = [f"{_counted(len(rest), 'more connection')} not drawn: {_counts(rest)}."] if rest else []
    more = len(lonely) - MAXIMUM_DRAWN
    notes += [f"{_counted(more, 'more replication instance')} without an endpoint not drawn."] if more > 0 else []
    return replace(
        picture,
        frames=tuple(frame for frame in frames if frame.consumers),
        endpoints=tuple(box for box in picture.endpoints if box in endpoints),
        connections=tuple(connection for connection in picture.connections if connection in drawn),
        notes=(*picture.notes, *notes),
    )
