"""The secrets that an endpoint or a certificate holds: where each stands, and where it comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dms_checks.connection_attributes import connection_attributes
from dms_checks.model import SOMEWHERE, Dialect, Input, Resource, Truth, Value
from dms_checks.vocabulary import CERTIFICATE, PLAIN_CONNECTION_ATTRIBUTES, SECRET_CONNECTION_ATTRIBUTES, SECRETS

PRIVATE_KEY = "PRIVATE KEY-----"
"""In the line that opens a private key, of whatever algorithm."""

_PLACEHOLDER = re.compile(r"\s*(?:\*+|<[^<>]*>)\s*")
"""Asterisks only, which mask a secret, and a name in angle brackets, which stands for one. Words such as changeme do get deployed."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: the name that the dialect gives it, the value that it stands in, and whether the template itself spells it out.

    ``inputs`` are what it is made of where they can be told from those of the text around it; ``attribute`` is its name in the vocabulary.
    """

    name: str
    value: Value
    is_literal: Truth
    inputs: tuple[Input, ...]
    attribute: str


def secrets_of(holder: Resource) -> Iterator[Secret]:
    """The secrets of an endpoint or of a certificate. Where it cannot be told whether there is one, it is unknown whether it is literal."""
    if holder.kind is CERTIFICATE:
        yield from _private_key(holder["pem"])
        return
    for attribute in SECRETS:
        value = holder[attribute]
        if not value.is_absent:
            yield Secret(spelled(value), value, _unless_placeholder(value.is_literal, value.text), value.inputs, attribute)
    yield from _in_connection_attributes(holder["extra_connection_attributes"])


def _unless_placeholder(is_literal: Truth, text: str | None) -> Truth:
    """A secret that is masked or not filled in is not shown; what is deployed instead, the template does not tell."""
    return Truth.UNKNOWN if text is not None and _PLACEHOLDER.fullmatch(text) else is_literal


def spelled(value: Value) -> str:
    """The dotted path of a value below its resource, without what belongs to functions and lists."""
    steps = [step for step in value.path if isinstance(step, str) and not step.startswith("Fn::")]
    return ".".join(steps[3:] if steps[:1] == ["Resources"] else steps)


def hidden_elsewhere(holder: Resource) -> str:
    """How a secret gets into this dialect's template without standing in it."""
    if holder.dialect is Dialect.TERRAFORM:
        return "read it from AWS Secrets Manager, or from a variable with sensitive = true and no default"
    return "take it from AWS Secrets Manager by a dynamic reference"


def _private_key(value: Value) -> Iterator[Secret]:
    # Whether a text that is not known is a secret at all, it does not show.
    if not value.is_absent and (value.text is None or PRIVATE_KEY in value.text):
        yield Secret(spelled(value), value, value.is_literal, () if value.text is None else value.inputs, "pem")


# --- extra connection attributes --------------------------------------------------------------------------------------


def _in_connection_attributes(value: Value) -> Iterator[Secret]:
    """The secrets among the settings in one text."""
    if value.is_absent:
        return
    pairs = connection_attributes(value).pairs
    secret = [(name, part) for name, part in pairs if not part.is_absent and is_secret(name)]
    for name, part in secret:
        yield Secret(
            f"{name} in {spelled(value)}",
            value,
            _unless_placeholder(_is_literal(part, value), part.text),
            _inputs(part, value, alone=len(pairs) == 1),
            "extra_connection_attributes",
        )
    if value.text is None and not secret:
        yield Secret(spelled(value), value, Truth.UNKNOWN, (), "extra_connection_attributes")


def is_secret(key: str) -> bool:
    """Whether an extra connection attribute of this name holds a secret."""
    plain = key.strip().lower().replace("_", "").replace("-", "")
    if plain in PLAIN_CONNECTION_ATTRIBUTES:
        return False
    return plain.endswith("password") or plain in SECRET_CONNECTION_ATTRIBUTES


def _is_literal(part: Value, value: Value) -> Truth:
    """Whether a part of a text is the template's own: in one that is made of more, only what is open can be told from it."""
    if part.text is None or any(item is not SOMEWHERE and not item.is_open for item in value.inputs):
        return Truth.UNKNOWN
    return Truth.YES


def _inputs(part: Value, value: Value, *, alone: bool) -> tuple[Input, ...]:
    """The input that a part of a text comes from, where there is only one that it can be."""
    if len(value.inputs) != 1 or not (alone or (part.text is None and value.inputs[0].is_open)):
        return ()
    return value.inputs
