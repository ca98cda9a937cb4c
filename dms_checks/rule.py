"""What a rule is, and how a question becomes a finding."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from dms_checks.deployment import Assumption, Deployment, Source
from dms_checks.model import Dialect, Kind, Path, Place, Resource, Truth, Value


class Level(Enum):
    """E: fails to deploy, cannot work, or exposes data. W: AWS's security guidance says otherwise."""

    ERROR = "E"
    WARNING = "W"


class Severity(Enum):
    """As Checkov and SARIF rank findings; the value is SARIF's ``security-severity``."""

    CRITICAL = 9.5
    HIGH = 8.0
    MEDIUM = 5.5
    LOW = 3.0


class Outcome(Enum):
    """The verdict on one resource."""

    FAILS = "fails"
    PASSES = "passes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a rule about one resource: true means a finding with this message, at this value.

    ``whatever`` names the parameters that the statement is about: it holds whatever value they have.
    """

    truth: Truth
    at: Value
    message: str
    related: tuple[Resource, ...] = ()
    whatever: tuple[str, ...] = ()


Check = Callable[[Resource, Deployment], Iterable[Claim]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule is a value: all about it stands in its file, all else is derived.

    ``number`` is for ever. ``title`` reads as what is wrong, without a final period. ``why`` and ``fix`` are Markdown. The
    first of ``references`` is AWS's own page. ``dialects`` leaves out the one in which the rule's attributes or its occasion do not
    exist, although its resources do; ``why`` says the reason.
    """

    number: int
    name: str
    title: str
    kinds: tuple[Kind, ...]
    check: Check
    level: Level
    severity: Severity
    why: str
    fix: str
    references: tuple[str, ...]
    dialects: tuple[Dialect, ...] = tuple(Dialect)

    def types(self, dialect: Dialect) -> tuple[str, ...]:
        """The resource types that the rule judges in a dialect; none where it has nothing to judge."""
        if dialect not in self.dialects:
            return ()
        return tuple(name for kind in self.kinds for name in kind.types(dialect))

    @property
    def id(self) -> str:
        return f"DMS{self.number:02}"

    @property
    def checkov_id(self) -> str:
        return f"CKV_DMS_{self.number:02}"

    @property
    def cfn_lint_id(self) -> str:
        return f"{self.level.value}97{self.number:02}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that one resource violates: one line for people, and where the first of its problems stands."""

    rule: Rule
    resource: str
    message: str
    path: Path
    place: Place
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule on one resource; ``finding`` when it fails."""

    outcome: Outcome
    finding: Finding | None = None


NOT_APPLICABLE = Verdict(Outcome.UNKNOWN)


def examine(rule: Rule, source: Source, address: str) -> Verdict:
    """Ask a rule about one resource in every deployment the input can become.

    A finding that holds in some of them only says for which parameter values. Raises whatever the rule raises.
    """

    def question(deployment: Deployment) -> list[Claim] | None:
        resource = deployment.get(address)
        return None if resource is None else list(rule.check(resource, deployment))

    worlds = [(claims, assumed) for claims, assumed in source.explore(question) if claims is not None]
    claims = [claim for claims, _ in worlds for claim in claims]
    failing = [claim for claim in claims if claim.truth is Truth.YES]
    if failing:
        message = without_secrets("; ".join(_first(list(_messages(worlds)))), source.secrets)
        related = dict.fromkeys(resource.address for claim in failing for resource in claim.related)
        at = failing[0].at
        return Verdict(Outcome.FAILS, Finding(rule, address, message, at.path, source.place(address, at.path), tuple(related)))
    if claims and all(claim.truth is Truth.NO for claim in claims):
        return Verdict(Outcome.PASSES)
    return NOT_APPLICABLE


MINIMUM_SECRET = 4
"""How long a text is that may not be printed: shorter ones stand in every message."""


def without_secrets(message: str, secrets: Iterable[str]) -> str:
    """A message in which no sensitive text stands, whatever its rule judges."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= MINIMUM_SECRET:
            message = message.replace(secret, "(sensitive)")
    return message


MAXIMUM_LISTED = 4
"""How many messages, and how many values of a parameter, one finding lists."""


def _first(messages: list[str]) -> list[str]:
    rest = len(messages) - MAXIMUM_LISTED
    return [*messages[:MAXIMUM_LISTED], *([f"and {rest} more"] if rest > 0 else [])]


def _messages(worlds: list[tuple[list[Claim], tuple[Assumption, ...]]]) -> Iterator[str]:
    """Each message once, with the parameter values that it takes where it does not hold in every world."""
    held: dict[str, list[tuple[Assumption, ...]]] = {}
    for claims, assumed in worlds:
        for message, claim in {claim.message: claim for claim in claims if claim.truth is Truth.YES}.items():
            held.setdefault(message, []).append(tuple(item for item in assumed if item.parameter not in claim.whatever))
    everywhere = _texts(assumed for _, assumed in worlds)
    for message, assumptions in held.items():
        notes = [
            " or ".join(_shortened(texts)) for name, texts in _texts(assumptions).items() if _matters(texts, everywhere[name])
        ]
        yield f"{message} (when {' and '.join(notes)})" if notes else message


def _texts(assumptions: Iterable[tuple[Assumption, ...]]) -> dict[str, list[str]]:
    """The different texts for each parameter."""
    found: dict[str, dict[str, None]] = {}
    for assumed in assumptions:
        for item in assumed:
            found.setdefault(item.parameter, {})[item.text] = None
    return {name: list(texts) for name, texts in found.items()}


def _matters(texts: list[str], everywhere: list[str]) -> bool:
    """Whether a message hangs on a parameter. A default that other values may replace is named even when no other was looked at."""
    return set(texts) != set(everywhere) or (len(texts) == 1 and texts[0].startswith("the default"))


def _shortened(texts: list[str]) -> list[str]:
    return texts if len(texts) <= MAXIMUM_LISTED else [*texts[:MAXIMUM_LISTED], f"one of {len(texts) - MAXIMUM_LISTED} others"]
