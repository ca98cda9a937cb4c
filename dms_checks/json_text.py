"""JSON documents inside attributes: task settings, table mappings, IAM policies.

Templates hold them as text, as an object, or as text with parts that are not known. All three become one value, so that a rule asks for a
member and never for the form.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dms_checks.marks import HOLE
from dms_checks.model import Path, Reference, Value

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


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
    holes = HOLE in text
    try:
        tree = json.loads(_quoted(text), parse_constant=_refuse) if holes else json.loads(text, parse_constant=_refuse)
    except RecursionError:
        return Document(Value.unknown(value.path))
    except ValueError as error:
        # A part that is not known may be any text, also brackets and commas.
        return Document(Value.unknown(value.path)) if holes else Document(Value.unknown(value.path), _described(error))
    return Document(_value(tree, value.path, value.candidates))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _described(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON, {error.msg[:1].lower()}{error.msg[1:]} in line {error.lineno} column {error.colno}"
    return "it is not JSON"


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


def _value(tree: Any, path: Path, candidates: tuple[Reference, ...]) -> Value:
    """A parsed document as values, all standing where the document stands."""
    if isinstance(tree, dict):
        if any(HOLE in key for key in tree):
            return Value.unknown(path, candidates=candidates)
        return Value.known({key: _value(item, path, candidates) for key, item in tree.items()}, path)
    if isinstance(tree, list):
        return Value.known(tuple(_value(item, path, candidates) for item in tree), path)
    if isinstance(tree, str) and HOLE in tree:
        return Value.unknown(path, candidates=candidates, outline=tree)
    if tree is None:
        return Value.absent(path)
    return Value.known(tree, path)
