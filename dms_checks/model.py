"""What every other room speaks: three-valued truth, values that know where they stand, and resources.

Nothing here knows a dialect's file format, a host or a rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

Scalar = str | int | float | bool
Path = tuple[str | int, ...]


class Dialect(Enum):
    """A way of writing infrastructure down."""

    TERRAFORM = "Terraform"
    CLOUDFORMATION = "CloudFormation"


class Truth(Enum):
    """Kleene's three truth values. Asking for a ``bool`` raises, so that "unknown" cannot be forgotten."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @staticmethod
    def of(known: bool | None) -> "Truth":
        """Turn a ``bool`` into a truth; ``None`` means unknown."""
        return Truth.YES if known else Truth.UNKNOWN if known is None else Truth.NO

    @staticmethod
    def any(truths: Iterable["Truth"]) -> "Truth":
        """The disjunction; NO when there is nothing to disjoin."""
        found = Truth.NO
        for truth in truths:
            found = found | truth
        return found

    @staticmethod
    def all(truths: Iterable["Truth"]) -> "Truth":
        """The conjunction; YES when there is nothing to conjoin."""
        found = Truth.YES
        for truth in truths:
            found = found & truth
        return found

    def __and__(self, other: "Truth") -> "Truth":
        # Asked a hundred thousand times in a large template: identity is faster than values.
        return other if self is Truth.YES or other is Truth.NO else self

    def __or__(self, other: "Truth") -> "Truth":
        return other if self is Truth.NO or other is Truth.YES else self

    def __invert__(self) -> "Truth":
        return Truth.NO if self is Truth.YES else Truth.YES if self is Truth.NO else Truth.UNKNOWN

    def __bool__(self) -> bool:
        raise TypeError("a Truth may be unknown: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file as the user named it, lines and columns counted from 1 (0 = not known)."""

    file: str
    line: int = 0
    column: int = 0
    last_line: int = 0

    def __str__(self) -> str:
        return " ".join(part for part in (self.file, f"line {self.line}" if self.line else "") if part)


NOWHERE = Place("")


class State(Enum):
    """What the template says of a value: it is there, it is left out, or it cannot be told."""

    KNOWN = "known"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is an attribute of another resource of the same deployment.

    ``attribute`` is the dialect's own name of it, or None where the text around the reference hides it.
    """

    address: str
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """What the person who deploys fills in: a parameter of the template, a variable of Terraform's root module.

    ``hidden``: NoEcho, or sensitive. ``has_default``: its declaration gives a text; null and the empty string ask for one. ``is_open``:
    nobody has filled it in here, so that its text is not known.
    """

    name: str
    hidden: Truth
    has_default: Truth
    is_open: bool = False
    place: Place = NOWHERE

    @property
    def where(self) -> str:
        """Name and line, for messages."""
        return f"{self.name} ({self.place})" if self.place.line else self.name


SOMEWHERE = Input("*", Truth.UNKNOWN, Truth.UNKNOWN)
"""The input among inputs that stands for all that is no input and not written in the template either: other resources, files, what is not shown."""

Content = Scalar | tuple["Value", ...] | Mapping[str, "Value"] | Reference | None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a resource, with its path in the dialect's own spelling; of an absent one, the path of what should hold it.

    ``content`` is a scalar, a tuple of values (list), a mapping (block) or a Reference when known, and None otherwise.
    An unknown value may still say what it was written as (``origin``: ``var.vpc_id``), which of the deployment's own
    resources it can be (``candidates``), and which text surrounds what is not known (``outline``, with ``HOLE``).
    A plan may show a value since AWS has chosen it before (``from_state``), whatever is written.
    ``inputs`` are what took part in making the value, whether it is known or not; what only chose it (a condition, a key) did not.
    """

    state: State
    content: Content = None
    path: Path = ()
    origin: str = ""
    candidates: tuple[Reference, ...] = ()
    outline: str = ""
    from_state: bool = False
    inputs: tuple[Input, ...] = ()

    @staticmethod
    def known(content: Content, path: Path = (), inputs: tuple[Input, ...] = ()) -> "Value":
        """A value that the template determines. The empty string, a common variable default, is unknown."""
        if content == "" and isinstance(content, str):
            return Value(State.UNKNOWN, None, path, inputs=inputs)
        return Value(State.KNOWN, content, path, inputs=inputs)

    @staticmethod
    def absent(path: Path = ()) -> "Value":
        """A value that is left out."""
        return Value(State.ABSENT, None, path)

    @staticmethod
    def unknown(
        path: Path = (),
        origin: str = "",
        candidates: tuple[Reference, ...] = (),
        outline: str = "",
        inputs: tuple[Input, ...] = (),
    ) -> "Value":
        """A value that the template does not determine."""
        return Value(State.UNKNOWN, None, path, origin, candidates, outline, inputs=inputs)

    @property
    def is_known(self) -> bool:
        return self.state is State.KNOWN

    @property
    def is_absent(self) -> bool:
        return self.state is State.ABSENT

    @property
    def is_unknown(self) -> bool:
        return self.state is State.UNKNOWN

    @property
    def given(self) -> Truth:
        """Whether the value is written at all; unknown when that hangs on something unknown."""
        return {State.KNOWN: Truth.YES, State.ABSENT: Truth.NO, State.UNKNOWN: Truth.UNKNOWN}[self.state]

    @property
    def is_literal(self) -> Truth:
        """Whether the template itself spells the value out, in one place or in several. What another resource has is unknown."""
        if self.is_unknown or self.reference or SOMEWHERE in self.inputs:
            return Truth.UNKNOWN
        return Truth.of(self.text is not None and not self.inputs)

    @property
    def reference(self) -> Reference | None:
        return self.content if isinstance(self.content, Reference) else None

    @property
    def text(self) -> str | None:
        """The value as text, booleans as CloudFormation and Terraform print them; None unless it is a known scalar."""
        if isinstance(self.content, bool):
            return "true" if self.content else "false"
        return str(self.content) if isinstance(self.content, (str, int, float)) else None

    @property
    def word(self) -> str | None:
        """The text for comparison: enums of the API, of both dialects and of the documentation differ in case and in ``_``."""
        text = self.text
        return None if text is None else text.strip().lower().replace("_", "-")

    @property
    def number(self) -> int | None:
        """The value as a whole number, also when it was written as a string."""
        text = self.text
        try:
            return None if text is None or isinstance(self.content, bool) else int(float(text))
        except (ValueError, OverflowError):
            return None

    def is_word(self, *words: str) -> Truth:
        """Whether the value is one of ``words`` (lower case, ``-``); absent is NO."""
        if self.is_unknown or (self.is_known and self.text is None):
            return Truth.UNKNOWN
        return Truth.of(self.word in words)

    @property
    def is_on(self) -> Truth:
        """Whether a switch is on, also one that was written as a string; absent is off, and a word that is no switch unknown."""
        return Truth.UNKNOWN if self.is_known and self.word not in _SWITCHES else self.is_word("true", "1")

    def items(self) -> tuple["Value", ...] | None:
        """The elements of a list, nested lists flattened; a single value counts as a list of one; None when unknown."""
        if self.is_unknown:
            return None
        if self.is_absent:
            return ()
        if not isinstance(self.content, tuple):
            return (self,)
        flat: list[Value] = []
        for value in self.content:
            flat += (value,) if value.is_unknown else value.items() or ()
        return tuple(flat)

    def get(self, name: str) -> "Value":
        """A member of a block; unknown inside an unknown value, absent where there is none."""
        if isinstance(self.content, Mapping):
            return self.content.get(name) or Value.absent(self.path)
        if isinstance(self.content, tuple) and self.content:
            # Terraform writes a single nested block as a list of one.
            return self.content[0].get(name)
        if self.is_absent or self.content == ():
            return Value.absent(self.path)
        return Value.unknown(self.path)

    def below(self, path: Path) -> "Value":
        """The value at a path inside a block."""
        value = self
        for step in path:
            if value.is_absent:
                break
            value = value.get(str(step))
        return value


_SWITCHES = ("true", "1", "false", "0")


@cache
def _steps(path: str) -> tuple[str, ...]:
    """A dotted path of the vocabulary, taken apart once."""
    return tuple(path.split("."))


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one concept is written in each dialect. Several paths are alternatives, the first one given counts.

    Paths are dotted (``compute_config.kms_key_id``). A default is what AWS or the provider uses when it is left out; None
    means that leaving it out leaves it absent.
    """

    terraform: tuple[str, ...] = ()
    cloudformation: tuple[str, ...] = ()
    terraform_default: Scalar | None = None
    cloudformation_default: Scalar | None = None

    def paths(self, dialect: Dialect) -> tuple[str, ...]:
        return self.terraform if dialect is Dialect.TERRAFORM else self.cloudformation

    def default(self, dialect: Dialect) -> Scalar | None:
        return self.terraform_default if dialect is Dialect.TERRAFORM else self.cloudformation_default

    def find(self, block: Value, dialect: Dialect) -> Value:
        """The value in a block: of the first path that is given, or else the dialect's default."""
        value = None
        for path in self.paths(dialect):
            value = block.below(_steps(path))
            if not value.is_absent:
                return value
        value = value or Value.absent(block.path)
        default = self.default(dialect)
        return value if default is None else Value.known(default, value.path)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its name for people, its types in both dialects, and its attributes.

    ``overrides`` replaces attributes for a single type (``aws_dms_s3_endpoint`` is an endpoint whose engine is fixed).
    """

    name: str
    terraform: tuple[str, ...]
    cloudformation: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    overrides: Mapping[str, Mapping[str, Attribute]] = field(default_factory=dict)

    def types(self, dialect: Dialect) -> tuple[str, ...]:
        return self.terraform if dialect is Dialect.TERRAFORM else self.cloudformation

    def attribute(self, name: str, type_name: str) -> Attribute:
        return self.overrides.get(type_name, {}).get(name) or self.attributes[name]


class Action(Enum):
    """What a plan does with a resource that is there afterwards."""

    NONE = "none"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan tells of the change of a resource.

    ``before`` is the block of its properties before, in the dialect's own spelling; what the plan marks as sensitive is unknown in it.
    ``differences`` are the paths of what gets another value (YES) or may get one (UNKNOWN): with them a rule judges secrets that it never
    sees. ``replace_paths`` are the paths that force a replacement, ``reason`` is the dialect's word for its cause, ``creates_first``
    says that the new one is there before the old one goes.
    """

    action: Action
    before: Value
    differences: tuple[tuple[Path, Truth], ...] = ()
    replace_paths: tuple[Path, ...] = ()
    reason: str = ""
    creates_first: bool = False

    def differs(self, path: Path) -> Truth:
        """Whether the value at a path gets another one, or anything below it."""
        named = without_indexes(path)
        return Truth.any(truth for changed, truth in self.differences if without_indexes(changed)[: len(named)] == named)


def without_indexes(path: Path) -> tuple[str, ...]:
    """A path as the vocabulary writes it: Terraform holds a single nested block in a list."""
    return tuple(step for step in path if isinstance(step, str))


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of one deployment. ``resource["kms_key"]`` speaks the vocabulary; the dialect stays behind it.

    ``address`` is Terraform's address or CloudFormation's logical id. ``exists`` is unknown where the resource hangs on a
    condition that cannot be told. ``base`` is the block of its properties, in the dialect's own spelling. A data source looks up what
    stands elsewhere. Only a plan tells of a ``change``.
    """

    address: str
    type: str
    kind: Kind
    dialect: Dialect
    place: Place
    base: Value
    exists: Truth = Truth.YES
    is_data_source: bool = False
    change: Change | None = None

    def read(self, path: Path) -> Value:
        """The value at a path in the dialect's own spelling."""
        return self.base.below(path)

    def __getitem__(self, name: str) -> Value:
        return self.kind.attribute(name, self.type).find(self.base, self.dialect)

    @property
    def is_deployed(self) -> bool:
        """Whether it is there already, by a plan that keeps it: where nothing changes, its values are those that AWS reports."""
        return self.change is not None and self.change.action in (Action.NONE, Action.UPDATE)

    def before(self, name: str) -> Value:
        """The value before the change that a plan tells of; unknown where it tells of none."""
        if self.change is None:
            return Value.unknown()
        return self.kind.attribute(name, self.type).find(self.change.before, self.dialect)

    def paths(self, name: str) -> list[tuple[str, ...]]:
        """Where ``name`` stands, in the dialect's own spelling."""
        return [tuple(path.split(".")) for path in self.kind.attribute(name, self.type).paths(self.dialect)]

    def can_say(self, name: str) -> bool:
        """Whether this dialect has a word for ``name``."""
        return bool(self.kind.attribute(name, self.type).paths(self.dialect))

    def spelling(self, name: str) -> str:
        """What the reader of this dialect has to write for ``name``."""
        paths = self.kind.attribute(name, self.type).paths(self.dialect)
        return paths[0] if paths else name

    def __str__(self) -> str:
        return self.address

    @property
    def where(self) -> str:
        """Address and line, for messages."""
        return f"{self.address} ({self.place})" if self.place.line else self.address


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the input that could not be read: the reason and what to do, for people; whether it seems to hold DMS resources."""

    reason: str
    remedy: str
    place: Place = NOWHERE
    holds_dms: bool = False
