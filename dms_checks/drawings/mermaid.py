"""Draw a picture as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown.

Written for Mermaid 10.7 to 12: labels are Markdown strings, which end their lines without HTML, and everything in them that could be
markup is a numeric entity of Mermaid. See https://mermaid.js.org/syntax/flowchart.html, "Markdown strings" and "Entity codes".
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from dms_checks.diagram import WORDS, Box, Connection, Picture
from dms_checks.drawings.look import INK, LEGEND, LOOKS, clean, clipped, wrapped
from dms_checks.model import Truth

COLUMNS = 36
COLUMNS_OF_LINES = 24
"""How wide the labels of boxes and of lines are: Mermaid breaks words at 200 pixels otherwise, and names nowhere."""

LONGEST, LONGEST_REASON = 3, 5
"""How many lines one text takes at most."""

CLASSES = {Truth.YES: "passes", Truth.NO: "blocks", Truth.UNKNOWN: "unknown"}
LINES = {Truth.YES: "-->", Truth.NO: "==x", Truth.UNKNOWN: "-.->"}
WIDTHS = {Truth.YES: 2, Truth.NO: 4, Truth.UNKNOWN: 2}
WIDE = ("config:", "  flowchart:", "    rankSpacing: 300", "    nodeSpacing: 16")
"""Of a large picture: the lines that cross are drawn less steep."""

BEYOND = "-.-"
"""The line behind what blocks: nothing gets there."""

_PLAIN = re.compile(r"[\w .,/()-]", re.ASCII)
_LIKE = {
    # Mermaid 10 takes them for HTML even as entities.
    "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    # What Mermaid writes inside for entities begins with it.
    "\N{LATIN SMALL LIGATURE FL}": "fl",
}
_ICON = re.compile(r"(?<=\bfa):(?=fa-)|(?<=\bfa[a-z]):(?=fa-)", re.IGNORECASE)
"""Mermaid 10 draws an icon for ``fa:fa-car``, whatever the colon is written as."""

_MARKUP_AT_START = re.compile(r"\d+[.)](?=\s|$)|-")
_MARKUP_INSIDE = re.compile(r"(?<![^\W_])_|_(?![^\W_])|(?<=www)\.", re.IGNORECASE)


def draw(picture: Picture) -> str:
    """The text of the flowchart."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    yield from ("---", f"title: {LEGEND.replace(': ', ' = ')}", *([] if picture.is_detailed else WIDE), "---", "flowchart LR")
    yield f"    accTitle: AWS DMS, {picture.title}"
    consumers = [box for frame in picture.frames for box in frame.consumers]
    names = {
        **{box: f"c{number}" for number, box in enumerate(consumers)},
        **{box: f"e{number}" for number, box in enumerate(picture.endpoints)},
    }
    for number, frame in enumerate(picture.frames):
        indentation = " " * (8 if frame.name else 4)
        if frame.name:
            yield f'    subgraph v{number}["{escaped(clipped(clean(frame.name), COLUMNS * 2))}"]'
        for box in frame.consumers:
            yield f"{indentation}{names[box]}{_box(box)}"
        if frame.name:
            yield "    end"
    for box in picture.endpoints:
        yield f"    {names[box]}{_box(box)}"
    styled: dict[Truth, list[str]] = {}
    links: dict[Truth, list[int]] = {}
    count = 0
    for number, connection in enumerate(picture.connections):
        inner = {f"b{number}x{place}": box for place, box in enumerate(connection.between)}
        styled.setdefault(connection.state, []).extend(inner)
        for name, box in inner.items():
            yield f"    {name}{_box(box)}"
        stops = [names[connection.consumer], *inner, names[connection.endpoint]]
        for place, (start, end) in enumerate(pairwise(stops)):
            yield f"    {start} {_line(connection, place, picture.is_detailed)} {end}"
            links.setdefault(connection.state, []).append(count)
            count += 1
    for number, note in enumerate(picture.notes):
        yield f"    n{number}{_label([escaped(line) for line in wrapped(note, COLUMNS, 2 * LONGEST)])}"
        yield f"    style n{number} fill:none,stroke:none"
    for state, boxes in styled.items():
        if boxes:
            look = LOOKS[state]
            dashes = ",stroke-dasharray:4 4" if state is Truth.UNKNOWN else ""
            yield f"    classDef {CLASSES[state]} fill:{look.fill},stroke:{look.line},stroke-width:2px,color:{INK}{dashes}"
            yield f"    class {','.join(boxes)} {CLASSES[state]}"
    for state, numbers in links.items():
        yield f"    linkStyle {','.join(map(str, numbers))} stroke:{LOOKS[state].line},stroke-width:{WIDTHS[state]}px"


def _box(box: Box) -> str:
    names = [f"**{escaped(line)}**" for name in box.names for line in wrapped(name, COLUMNS, LONGEST)]
    lines = [escaped(line) for text in box.lines for line in wrapped(text, COLUMNS, LONGEST)]
    return _label([escaped(box.kind), *names, *lines])


def _label(lines: list[str]) -> str:
    return f'["{_string(lines)}"]'


def _string(lines: list[str]) -> str:
    """A Markdown string of lines that are escaped already."""
    return "`" + "\n".join(lines) + "`"


def _line(connection: Connection, place: int, is_detailed: bool) -> str:
    """A part of a connection. The first one says what is known of it, and each into something that blocks why it does."""
    blocks = place < len(connection.between) or not connection.between
    arrow = LINES[connection.state] if connection.state is not Truth.NO or blocks else BEYOND
    words = _words(connection, place) if is_detailed else []
    return f'{arrow}|"{_string([escaped(line) for line in words])}"|' if words else arrow


def _words(connection: Connection, place: int) -> list[str]:
    box = connection.between[place] if place < len(connection.between) else None
    if place:
        return wrapped(box.reason, COLUMNS_OF_LINES, LONGEST_REASON) if box and connection.state is Truth.NO else []
    port = f"port {connection.port}" if connection.port is not None else ""
    reason = box.reason if box and connection.state is Truth.NO else connection.reason
    said = ": ".join(part for part in (WORDS[connection.state], reason or port) if part)
    return [*wrapped(said, COLUMNS_OF_LINES, LONGEST_REASON), *([] if connection.certain else ["if it is used"])]


def escaped(text: str) -> str:
    """A line of a label that Mermaid shows as it is."""
    text = _ICON.sub(": ", text)
    start = _MARKUP_AT_START.match(text)
    marks = {start.end() - 1} if start else set()
    marks |= {found.start() for found in _MARKUP_INSIDE.finditer(text)}
    return "".join(_LIKE.get(char) or _escaped(char, index in marks) for index, char in enumerate(text))


def _escaped(char: str, is_markup: bool) -> str:
    return f"#{ord(char)};" if is_markup or (char.isascii() and not _PLAIN.fullmatch(char)) else char
