"""Extra connection attributes of an endpoint: settings in one text, such as ``encryptionMode=SSE_KMS;bucketName=ledger``.

Rules look a setting up by its name, or go through all of them. What the text hides, a part of it that is not known, stays unknown.
"""

import re
from dataclasses import dataclass

from dms_checks.marks import HOLE
from dms_checks.model import Reference, Value

# A value in quotes may hold semicolons, and so may one that writes them as \;
_VALUE = r"""\s*"[^"]*"\s*(?=;|\Z)|\s*'[^']*'\s*(?=;|\Z)|(?:\\;|[^;])*"""
_PAIR = re.compile(rf"(?P<name>[^=;]*)(?:=(?P<value>{_VALUE}))?(?:;|\Z)")


@dataclass(frozen=True, slots=True)
class ConnectionAttributes:
    """The settings in their order, with their names as written. ``is_complete``: whether there are certainly no others."""

    pairs: tuple[tuple[str, Value], ...]
    is_complete: bool

    def __getitem__(self, name: str) -> Value:
        """The value of a setting, whose name may be written in any case; unknown where it may be hidden, or is given twice."""
        found = [value for written, value in self.pairs if written.lower() == name.lower()]
        if not found:
            return Value.absent() if self.is_complete else Value.unknown()
        return found[0] if all(value == found[0] for value in found) else Value.unknown(found[0].path)


def connection_attributes(value: Value) -> ConnectionAttributes:
    """The settings that the value of the attribute holds."""
    if value.is_absent:
        return ConnectionAttributes((), is_complete=True)
    text = value.text if value.is_known else value.outline
    if not text:
        return ConnectionAttributes((), is_complete=False)
    # A reference to a resource is one name, any other text that is not known may hold more settings.
    holes = iter(value.candidates if text.count(HOLE) == len(value.candidates) else ())
    pairs = []
    is_complete = text.count(HOLE) == len(value.candidates)
    for found in _PAIR.finditer(text):
        name, written = found.group("name").strip(), found.group("value")
        references = [next(holes, None) for _ in range(found.group(0).count(HOLE))]
        if HOLE in name:
            is_complete = False
        elif name:
            pairs.append((name, _value(written, value, references)))
    return ConnectionAttributes(tuple(pairs), is_complete)


def _value(written: str | None, whole: Value, references: list[Reference | None]) -> Value:
    """The value of one setting, absent if it has none."""
    text = _plain(written or "")
    if not text:
        return Value.absent(whole.path)
    known = tuple(reference for reference in references if reference)
    if text == HOLE and known:
        return Value.known(known[0], whole.path)
    if HOLE in text:
        return Value.unknown(whole.path, candidates=known or whole.candidates, outline=text)
    return Value.known(text, whole.path)


def _plain(written: str) -> str:
    text = written.strip()
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    return text.replace("\\;", ";")
