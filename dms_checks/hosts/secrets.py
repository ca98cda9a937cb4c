"""Keep secrets out of what hosts print: which parts of a file's lines hold one.

By name, since hosts print lines and not values: what stands behind the name of a secret property, in its line and in those that continue it.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from dms_checks.vocabulary import SECRET_NAMES

MASK = "**********"
SHORTEST = 4
"""Shorter texts are not looked for by their value: they occur everywhere."""

BEFORE = 24
"""How much of a line stands before a secret in what is hidden: Checkov shows a quarter of that, at most six characters."""

Span = tuple[int, int, int]
"""Where in a line a secret stands: the beginning of its name, of the secret, and the end."""

_NAME = rf"[\"']?(?:{'|'.join(sorted(SECRET_NAMES))})[\"']?\s*[:=]"
_LINE = re.compile(rf"^(\s*(?:-\s+)?)({_NAME}\s*)(.*?)\s*,?\s*$")
_INSIDE = re.compile(rf"(?<![\w.\"'-])({_NAME}\s*)((?:!\w+\s+)?(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,\"'{{}}\[\]][^,}}\]]*))")
_ANY_NAME = re.compile("|".join(sorted(SECRET_NAMES)))
_HEREDOC = re.compile(r"<<-?\s*(\w+)$")
_REFERENCE = re.compile(r"(?:(?:var|local|module|data|each|random_password|aws_\w+)\.|!(?:Ref|GetAtt|ImportValue)\b|null\b)")


def hidden(lines: Iterable[str]) -> Iterator[list[Span]]:
    """For each line the parts that must not be printed."""
    indentation, end = -1, ""
    for line in lines:
        text = line.rstrip("\n")
        stripped = text.lstrip()
        depth = len(text) - len(stripped)
        if end or (indentation >= 0 and (depth > indentation or not stripped)):
            is_last = bool(end) and stripped == end
            end, indentation = ("", -1) if is_last else (end, indentation)
            yield [] if is_last or not re.search(r"\w", stripped) else [(0, depth, len(text))]
            continue
        indentation = -1
        found = _LINE.match(text)
        if found is None or "}" in found.group(3).partition("{")[0]:
            yield [
                (match.start(1), match.start(2), match.end(2)) for match in _INSIDE.finditer(text) if _is_secret(match.group(2))
            ]
            continue
        value = found.group(3)
        if value and not _is_secret(value):
            yield []
            continue
        heredoc = _HEREDOC.search(value)
        indentation, end = depth, heredoc.group(1) if heredoc else ""
        yield [(found.start(2), found.start(3), found.end(3))] if re.search(r"\w", value) and not heredoc else []


def _is_secret(value: str) -> bool:
    return not _REFERENCE.match(value)


def secret_texts(lines: Iterable[str], values: Iterable[str] = ()) -> list[str]:
    """The texts that must not be printed, each with what stands before the secret in its line: Checkov shows the first characters of them.

    ``values`` are secrets that are known by value: they stand under any name.
    """
    source = list(lines)
    spans = list(spans_in(source, values))
    return list(dict.fromkeys(line[name:end] for line, found in zip(source, spans, strict=True) for name, _, end in found))


def masked(lines: Iterable[str], values: Collection[str] = ()) -> list[str]:
    """The lines with their secrets replaced."""
    source = list(lines)
    if not _ANY_NAME.search("\n".join(source)) and not values:
        return source
    return [_replaced(line, spans) for line, spans in zip(source, spans_in(source, values), strict=True)]


def spans_in(lines: list[str], values: Iterable[str]) -> Iterator[list[Span]]:
    """For each line the parts that must not be printed, by name or by value, from left to right."""
    known = [re.escape(value) for value in sorted(values, key=len, reverse=True) if len(value) >= SHORTEST]
    anywhere = re.compile("|".join(known)) if known else None
    for line, named in zip(lines, hidden(lines), strict=True):
        found = anywhere.finditer(line) if anywhere else ()
        more = [
            (max(0, match.start() - BEFORE), match.start(), match.end())
            for match in found
            if not any(start <= match.start() < end for _, start, end in named)
        ]
        yield sorted([*named, *more], key=lambda span: span[1])


def _replaced(line: str, spans: list[Span]) -> str:
    for _, start, end in reversed(spans):
        line = f"{line[:start]}{MASK}{line[end:]}"
    return line
