"""Draw a picture as SVG: one file without scripts, fonts, links or images, readable on light and on dark paper."""

import svg

from dms_checks.diagram import Picture
from dms_checks.drawings.lanes import lanes
from dms_checks.drawings.look import LOOKS, clean, wrapped
from dms_checks.drawings.net import net
from dms_checks.drawings.shapes import EDGE, FONT, GAP, LARGE, MUTED, PAPER, SMALL, Line, Number, Shape, link, text, together

MARGIN = 24
SAMPLE = 46
"""How long the lines of the legend are."""

NOTE_COLUMNS = 90


def draw(picture: Picture) -> str:
    """The text of the SVG file."""
    body = lanes(picture) if picture.is_detailed else net(picture)
    title = Line(f"AWS DMS, {picture.title}", size=LARGE, is_bold=True)
    notes = [Line(part, size=SMALL, colour=MUTED) for note in picture.notes for part in wrapped(note, NOTE_COLUMNS, 6)]
    legend, legend_width = _legend()
    top = MARGIN + title.height + GAP
    bottom = top + body.height + GAP
    wide = max(title.width, body.width, legend_width, *(note.width for note in notes), 0) + 2 * MARGIN
    high = bottom + 2 * GAP + sum(note.height for note in notes) + MARGIN
    shapes = [
        svg.Rect(x=0.5, y=0.5, width=round(wide) - 1, height=round(high) - 1, rx=10, fill=PAPER, stroke=EDGE),
        text(title, MARGIN, MARGIN + title.height / 2),
        _moved(body.shapes, MARGIN, top),
        _moved(legend, MARGIN, bottom + GAP),
    ]
    for number, note in enumerate(notes):
        shapes.append(text(note, MARGIN, bottom + 2 * GAP + GAP / 2 + number * note.height))
    described: list[Shape] = [
        svg.Title(text=svg.escape(title.text)),
        svg.Desc(
            text=svg.escape(
                clean(". ".join(one.sentence for one in picture.connections) or "No replication instance has an endpoint.")
            )
        ),
    ]
    drawing = svg.SVG(
        width=round(wide),
        height=round(high),
        viewBox=svg.ViewBoxSpec(0, 0, round(wide), round(high)),
        extra={"role": "img", "font-family": FONT},
        text=together([*described, *shapes]),
    )
    return f"{drawing}\n"


def _moved(shapes: list[Shape], x: Number, y: Number) -> Shape:
    return svg.G(transform=[svg.Translate(round(x, 1), round(y, 1))], text=together(shapes))


def _legend() -> tuple[list[Shape], Number]:
    shapes: list[Shape] = []
    x: Number = 0
    for state, look in LOOKS.items():
        line = Line(look.legend, size=SMALL, colour=MUTED)
        shapes += link(state, (x, 0), (x + SAMPLE, 0))
        shapes.append(text(line, x + SAMPLE + 8, 0))
        x += SAMPLE + 8 + line.width + 2 * GAP
    return shapes, x
