"""JSON documents inside attributes: task settings, table mappings, IAM policies.

Templates hold them as text, as an object, or as text with parts that are not known. All three become one value, so that a rule asks for a
member and never for the form.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dms_checks.marks import HOLE
from dms_checks.model import Path, Reference, Value

MAXIMUM_DEPTH = 100
"""How deeply the values of a document are nested before they count as unknown; those of AWS DMS are seven deep."""

_SPACE = " \t\n\r"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a document: a mapping or a list of values, unknown where it can't be told, absent where it is left out.

    ``problem`` says why a document that is known is none, for people and without its text.
    """

    content: Value
    problem: str = ""


def document(value: Value) -> Document:
    """The document that a value holds as text or as an object. The parts of a text that are not known are unknown in it."""
    if value.is_absent or (value.is_known and value.text is None):
        return Document(Value.unknown(value.path, candidates=(value.reference,)) if value.reference else value)
    text = value.text if value.is_known else value.outline
    if not text:
        return Document(value)
    unknown = Value.unknown(value.path, value.origin, value.candidates)
    if not text.strip():
        # As good as empty.
        return Document(unknown)
    try:
        tree = _parsed(_quoted(text) if value.is_unknown else text)
        return Document(_value(tree, value.path, value.candidates, MAXIMUM_DEPTH))
    except RecursionError:
        return Document(unknown)
    except ValueError as error:
        # A part that is not known may be any text, also brackets and commas.
        return Document(unknown, "" if value.is_unknown else _described(text, error))


def member(block: Value, name: str) -> Value:
    """A member of an object in a document. In another case than AWS writes it, it is unknown whether AWS takes it for that; so is
    what AWS makes of a list or a scalar in place of the object."""
    if not block.is_known:
        return block.get(name)
    if not isinstance(block.content, Mapping):
        return Value.unknown(block.path)
    value = block.get(name)
    return Value.unknown(block.path) if value.is_absent and any(_is_like(key, name) for key in block.content) else value


def _is_like(key: str, name: str) -> bool:
    return key != name and key.lower() == name.lower()


# --- text -------------------------------------------------------------------------------------------------------------


class _Ambiguous:
    """A member that an object has twice with different values: which one counts, JSON leaves open."""


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    """The tree, which nobody changes: tasks often share one text."""
    return json.loads(text, parse_constant=_refuse, parse_int=_number, object_pairs_hook=_object)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number there")


def _number(digits: str) -> int | float:
    """A whole number; Python refuses to read those with thousands of digits, JSON does not."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        made[key] = _Ambiguous() if key in made and made[key] != value else value
    return made


def _described(text: str, error: ValueError) -> str:
    if text.startswith(_MARK):
        return "it is not JSON, it begins with a byte order mark"
    if isinstance(error, json.JSONDecodeError):
        error = _with_trailing_comma(text, error)
        reason = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
        reason = reason.replace("':' delimiter", "a colon").replace("',' delimiter", "a comma")
        return f"it is not JSON, {reason} in line {error.lineno} column {error.colno} of the text"
    return f"it is not JSON, {error}"


def _with_trailing_comma(text: str, error: json.JSONDecodeError) -> json.JSONDecodeError:
    """The error at a comma before a closing bracket; Python names it from 3.13 on, and before says what it expects after it."""
    before = text[: error.pos].rstrip(_SPACE)
    if not before.endswith(","):
        before = text[: error.pos + 1]
    after = text[len(before) :].lstrip(_SPACE)
    value = before[:-1].rstrip(_SPACE)
    if before.endswith(",") and after[:1] in ("]", "}") and value and value[-1] not in ",:[{":
        return json.JSONDecodeError("trailing comma", text, len(before) - 1)
    return error


def _quoted(text: str) -> str:
    """The text with quotes around the holes that stand outside of strings."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for found in _STRING.finditer(text):
        yield text[end : found.start()].replace(HOLE, f'"{HOLE}"')
        yield found.group(0)
        end = found.end()
    yield text[end:].replace(HOLE, f'"{HOLE}"')


# --- values -----------------------------------------------------------------------------------------------------------


def _value(tree: Any, path: Path, candidates: tuple[Reference, ...], depth: int) -> Value:
    """A parsed document as values, all standing where the document stands."""
    if not depth or isinstance(tree, _Ambiguous):
        return Value.unknown(path, candidates=candidates)
    if isinstance(tree, dict):
        if any(HOLE in key for key in tree):
            return Value.unknown(path, candidates=candidates)
        return Value.known({key: _value(item, path, candidates, depth - 1) for key, item in tree.items()}, path)
    if isinstance(tree, list):
        return Value.known(tuple(_value(item, path, candidates, depth - 1) for item in tree), path)
    if isinstance(tree, str) and HOLE in tree:
        return Value.unknown(path, candidates=candidates, outline=tree)
    if tree is None:
        return Value.absent(path)
    return Value.known(tree, path)
