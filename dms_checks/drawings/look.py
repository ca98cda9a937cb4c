"""What all drawings share: how a state looks, and how a text is fitted into a box.

The colours are those of Okabe and Ito, which color-blind people tell apart, and have a contrast of 3 to white and to black; each state has
a line of its own too.
"""

import re
import unicodedata
from dataclasses import dataclass

from dms_checks.model import Truth


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a state, and the words for its line in the legend."""

    line: str
    fill: str
    legend: str


INK = "#1f2328"
"""The colour of text on a filled box."""

LOOKS = {
    Truth.YES: Look("#009e73", "#d9f2e8", "green arrow: connects"),
    Truth.NO: Look("#d55e00", "#fde3d3", "thick red line with a cross: blocked"),
    Truth.UNKNOWN: Look("#7d8590", "#eceff2", "dotted grey arrow: not known"),
}

LEGEND = " · ".join(look.legend for look in LOOKS.values())

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that are not drawn, or turn the text around."""

_JOINTS = re.compile(r"(?<=[._/:,\-\]])")
"""Where a name may be broken: behind these."""


def clean(text: str) -> str:
    """A text in one line without invisible characters."""
    return " ".join("".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text).split())


def width(text: str) -> int:
    """How many columns of a fixed-width font a text takes."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") or ord(char) > 0xFFFF else 1


def clipped(text: str, columns: int) -> str:
    """A text that takes no more than some columns: of a name the middle is left out, of a sentence the end."""
    if width(text) <= columns:
        return text
    head, tail = (text[:columns], "") if " " in text else (text[: columns // 2], text[-(columns // 3) :])
    while width(head) + 1 + width(tail) > columns and (head or tail):
        head, tail = (head[:-1], tail) if width(head) >= width(tail) else (head, tail[1:])
    return f"{head.rstrip()}…{tail.lstrip()}"


def wrapped(text: str, columns: int, lines: int) -> list[str]:
    """A text in at most some lines of at most some columns: broken between words, and in those that are too long for a line."""
    found = [""]
    for word in clipped(clean(text), columns * lines).split(" "):
        pieces = [word] if width(word) <= columns else [piece for part in _JOINTS.split(word) for piece in _cut(part, columns)]
        for number, piece in enumerate(pieces):
            joined = f"{found[-1]} {piece}" if found[-1] and number == 0 else found[-1] + piece
            if width(joined) <= columns:
                found[-1] = joined
            else:
                found.append(piece)
    found = [line for line in found if line]
    # Lines that end before they are full are more than the text alone needs.
    return [*found[: lines - 1], clipped(" ".join(found[lines - 1 :]), columns)] if len(found) > lines else found


def _cut(text: str, columns: int) -> list[str]:
    """A text without a place to break in pieces that fit."""
    pieces = [""]
    for char in text:
        if width(pieces[-1] + char) > columns:
            pieces.append("")
        pieces[-1] += char
    return pieces
