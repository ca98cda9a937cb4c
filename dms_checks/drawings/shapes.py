"""The shapes of an SVG drawing: cards with text, and the lines between them."""

from dataclasses import dataclass
from decimal import Decimal

import svg

from dms_checks.diagram import Box, Connection
from dms_checks.drawings.look import INK, LOOKS, clean, clipped, width, wrapped
from dms_checks.model import Truth

FONT = "Verdana, 'DejaVu Sans', Arial, sans-serif"
FIXED = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
FIXED_COLUMN = 0.61
"""How wide a column of the widest of these fixed-width fonts is, in parts of its size: all are 0.55 to 0.602."""

COLUMN = 0.66
"""The same for a text in the widest of the others, which are proportional: few texts are as wide."""

SIZE, SMALL, LARGE = 12, 11, 15
LEADING = 1.4
PADDING = 10
MUTED = "#57606a"
EDGE = "#8c959f"
PAPER = "#ffffff"
NEUTRAL = "#f6f8fa"

NAME_COLUMNS = 38
TEXT_COLUMNS = 36
LONGEST = 4
"""In lines, of one text in a card."""

GAP = 16
"""Between cards one above the other."""

FRAME_TOP, FRAME_SIDE = 26, 12

Shape = svg.Element
Number = float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. ``is_name``: written as in the template, and in a font like that."""

    text: str
    is_name: bool = False
    size: int = SIZE
    colour: str = INK
    is_bold: bool = False

    @property
    def width(self) -> Number:
        return width(self.text) * self.size * (FIXED_COLUMN if self.is_name else COLUMN)

    @property
    def height(self) -> Number:
        return self.size * LEADING


@dataclass(frozen=True, slots=True)
class Card:
    """A box with the lines that stand in it."""

    lines: tuple[Line, ...]
    state: Truth | None = None

    @property
    def width(self) -> Number:
        return max(line.width for line in self.lines) + 2 * PADDING

    @property
    def height(self) -> Number:
        return sum(line.height for line in self.lines) + 2 * PADDING


@dataclass(frozen=True, slots=True)
class Body:
    """The middle of a drawing, from its upper left corner."""

    shapes: list[Shape]
    width: Number
    height: Number


def together(shapes: list[Shape]) -> str:
    """Shapes as text, each in a line of its own for those who compare two versions of a drawing."""
    return "".join(f"\n{shape}" for shape in shapes) + "\n"


def pair(connection: Connection, shapes: list[Shape]) -> Shape:
    """The shapes of a pair, with the words that a browser shows where the pointer is."""
    return svg.G(elements=[svg.Title(text=svg.escape(clean(connection.sentence))), *shapes])


def card(box: Box, columns: int = TEXT_COLUMNS) -> Card:
    """The card of a box: its kind, its names, what else is said of it, and why it does not let pass."""
    lines = [Line(clipped(clean(box.kind), columns), size=SMALL, colour=MUTED)]
    lines += [Line(text, True, is_bold=True) for name in box.names for text in wrapped(name, NAME_COLUMNS, LONGEST)]
    lines += [Line(text, size=SMALL, colour=MUTED) for line in box.lines for text in wrapped(line, columns, LONGEST)]
    if box.state is not Truth.YES:
        lines += [Line(text) for text in wrapped(box.reason, columns, LONGEST)]
    return Card(tuple(lines), box.state)


def text(line: Line, x: Number, y: Number, anchor: str = "start") -> Shape:
    """A line of text; ``y`` is the middle of its height."""
    return svg.Text(
        x=_tidy(x),
        y=_tidy(y + line.size * 0.35),
        text=svg.escape(line.text),
        font_size=line.size,
        fill=line.colour,
        font_family=FIXED if line.is_name else None,
        font_weight="bold" if line.is_bold else None,
        text_anchor="middle" if anchor == "middle" else None,
    )


def draw_card(drawn: Card, x: Number, y: Number, wide: Number, high: Number) -> list[Shape]:
    """A card with its lines in the middle of its height."""
    look = None if drawn.state is None else LOOKS[drawn.state]
    shapes: list[Shape] = [
        svg.Rect(
            x=_tidy(x),
            y=_tidy(y),
            width=_tidy(wide),
            height=_tidy(high),
            rx=6,
            fill=look.fill if look else NEUTRAL,
            stroke=look.line if look else EDGE,
            stroke_width=3 if drawn.state is Truth.NO else 1.5,
            stroke_dasharray=[4, 3] if drawn.state is Truth.UNKNOWN else None,
        )
    ]
    top = y + (high - sum(line.height for line in drawn.lines)) / 2
    for line in drawn.lines:
        shapes.append(text(line, x + PADDING, top + line.height / 2))
        top += line.height
    return shapes


def frame(name: str, x: Number, y: Number, wide: Number, high: Number) -> list[Shape]:
    """What consumers stand in."""
    return [
        svg.Rect(
            x=_tidy(x),
            y=_tidy(y),
            width=_tidy(wide),
            height=_tidy(high),
            rx=8,
            fill="none",
            stroke=EDGE,
            stroke_dasharray=[7, 4],
        ),
        text(frame_line(name), x + PADDING, y + 13),
    ]


def frame_line(name: str) -> Line:
    return Line(clipped(clean(name), NAME_COLUMNS), size=SMALL, colour=MUTED, is_bold=True)


# --- lines ------------------------------------------------------------------------------------------------------------

ARROW = 9
CROSS = 6


def link(state: Truth, start: tuple[Number, Number], end: tuple[Number, Number]) -> list[Shape]:
    """A line from left to right with what its state has at the end: an arrow, or a cross."""
    look = LOOKS[state]
    (left, top), (right, bottom) = start, end
    blocked = state is Truth.NO
    tip = right - (2 * CROSS if blocked else 0)
    shapes: list[Shape] = [
        _path(
            [*_curve(left, top, tip - (0 if blocked else ARROW - 1), bottom)],
            look.line,
            4 if blocked else 2.5,
            [2, 5] if state is Truth.UNKNOWN else None,
        )
    ]
    if blocked:
        cross: list[svg.PathData] = []
        for slope in (-1, 1):
            cross += [
                svg.M(_tidy(tip - CROSS), _tidy(bottom - slope * CROSS)),
                svg.L(_tidy(tip + CROSS), _tidy(bottom + slope * CROSS)),
            ]
        return [*shapes, _path(cross, look.line, 3)]
    arrow: list[svg.PathData] = [
        svg.M(_tidy(tip), _tidy(bottom)),
        svg.L(_tidy(tip - ARROW), _tidy(bottom - ARROW / 2)),
        svg.L(_tidy(tip - ARROW), _tidy(bottom + ARROW / 2)),
        svg.Z(),
    ]
    return [*shapes, svg.Path(d=arrow, fill=look.line)]


def beyond(start: tuple[Number, Number], end: tuple[Number, Number]) -> Shape:
    """The line behind what blocks: nothing gets there."""
    return _path(_curve(*start, *end), LOOKS[Truth.NO].line, 2, [2, 5])


def _curve(left: Number, top: Number, right: Number, bottom: Number) -> list[svg.PathData]:
    if top == bottom:
        return [svg.M(_tidy(left), _tidy(top)), svg.L(_tidy(right), _tidy(bottom))]
    middle = _tidy((left + right) / 2)
    return [svg.M(_tidy(left), _tidy(top)), svg.C(middle, _tidy(top), middle, _tidy(bottom), _tidy(right), _tidy(bottom))]


def _path(data: list[svg.PathData], colour: str, thick: Number, dashes: list[Decimal | Number | int] | None = None) -> Shape:
    return svg.Path(d=data, fill="none", stroke=colour, stroke_width=thick, stroke_dasharray=dashes)


def _tidy(number: Number) -> Number:
    return round(number, 1)
