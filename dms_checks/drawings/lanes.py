"""A lane for each pair: from the consumer on the left, through what decides, to the endpoint on the right."""

from dataclasses import dataclass

from dms_checks.diagram import WORDS, Connection, Picture
from dms_checks.drawings.look import wrapped
from dms_checks.drawings.shapes import (
    FRAME_SIDE,
    FRAME_TOP,
    GAP,
    LARGE,
    LONGEST,
    MUTED,
    SMALL,
    TEXT_COLUMNS,
    Body,
    Card,
    Line,
    Number,
    Shape,
    beyond,
    card,
    draw_card,
    frame,
    frame_line,
    link,
    pair,
    text,
)
from dms_checks.model import Truth

LABEL_GAP = 112
"""Between a consumer and what comes next: what is known of the pair stands there."""

CARD_GAP = 36
END_GAP = 60
WIDE_COLUMNS = 48
"""For a reason: nothing else stands beside it."""

_Slot = tuple[int, int]
"""The column of a card, and how many of its lane stand in the same one before it."""


@dataclass(frozen=True, slots=True)
class _Lane:
    """What stands in the lane of a pair, or of a consumer without any. ``slots`` are where cards that let pass stand."""

    connection: Connection | None = None
    cards: tuple[Card, ...] = ()
    slots: tuple[_Slot, ...] = ()
    end: Card | None = None

    @property
    def height(self) -> Number:
        """Three lines stand in the gap beside the first line: what is known, the port, and whether it is used."""
        return max([3.6 * LARGE, *(one.height for one in self.cards), self.end.height if self.end else 0])


def _lane(connection: Connection) -> _Lane:
    cards = tuple(card(box, WIDE_COLUMNS if connection.state is not Truth.YES else TEXT_COLUMNS) for box in connection.between)
    if not cards and connection.reason:
        lines = (Line(part) for part in wrapped(connection.reason, WIDE_COLUMNS, LONGEST))
        cards = (Card(tuple(lines), connection.state),)
    columns = [box.column for box in connection.between]
    slots = tuple((column, columns[:place].count(column)) for place, column in enumerate(columns))
    return _Lane(connection, cards, slots if connection.state is Truth.YES else (), card(connection.endpoint))


def lanes(picture: Picture) -> Body:
    consumers = [box for framed in picture.frames for box in framed.consumers]
    found = {box: [_lane(one) for one in picture.connections if one.consumer == box] or [_Lane()] for box in consumers}
    every = [lane for own in found.values() for lane in own]
    cards = {box: card(box) for box in consumers}
    frames = [frame_line(framed.name).width for framed in picture.frames if framed.name]
    side = FRAME_SIDE if frames else 0
    first = max([*(one.width for one in cards.values()), *frames])
    middle = _Middle(side + first + side + LABEL_GAP, every)
    right = middle.end + (END_GAP if middle.width else 0)
    label = (first + 2 * side + middle.start) / 2
    wide = max([lane.end.width for lane in every if lane.end], default=0)
    behind: list[Shape] = []
    shapes: list[Shape] = []
    y: Number = 0
    for framed in picture.frames:
        top = y
        y += FRAME_TOP if framed.name else 0
        for box in framed.consumers:
            heights = [lane.height for lane in found[box]]
            between = GAP * (len(heights) - 1)
            heights[-1] += max(0, cards[box].height - sum(heights) - between)
            shapes += draw_card(cards[box], side, y, first, sum(heights) + between)
            for lane, high in zip(found[box], heights, strict=True):
                if lane.connection and lane.end:
                    placed = middle.placed(lane)
                    drawn = _drawn(lane.connection, lane.end, placed, (side + first, right), wide, (y, high), label)
                    shapes.append(pair(lane.connection, drawn))
                y += high + GAP
        if framed.name:
            behind += frame(framed.name, 0, top, first + 2 * side, y - GAP + side - top)
            y += side
    return Body([*behind, *shapes], right + wide if wide else first + 2 * side, y - GAP)


class _Middle:
    """Where what stands between is drawn: what lets pass in columns, what does not over the whole width."""

    def __init__(self, start: Number, lanes: list[_Lane]) -> None:
        self.start = start
        widths: dict[_Slot, Number] = {}
        for lane in lanes:
            for slot, one in zip(lane.slots, lane.cards, strict=False):
                widths[slot] = max(one.width, widths.get(slot, 0))
        needed = [
            len(lane.cards) * max(one.width for one in lane.cards) + CARD_GAP * (len(lane.cards) - 1)
            for lane in lanes
            if lane.cards and not lane.slots
        ]
        fixed = sum(widths.values()) + CARD_GAP * (len(widths) - 1)
        self.width = max([*needed, fixed if widths else 0], default=0)
        spare = (self.width - fixed) / len(widths) if widths else 0
        self._slots: dict[_Slot, tuple[Number, Number]] = {}
        for slot in sorted(widths):
            self._slots[slot] = start, widths[slot] + spare
            start += widths[slot] + spare + CARD_GAP

    @property
    def end(self) -> Number:
        return self.start + self.width

    def placed(self, lane: _Lane) -> list[tuple[Number, Number, Card]]:
        """The cards of a lane with where they begin and how wide they are."""
        if lane.slots:
            return [(*self._slots[slot], one) for slot, one in zip(lane.slots, lane.cards, strict=True)]
        count = len(lane.cards)
        wide = (self.width - CARD_GAP * (count - 1)) / count if count else 0
        return [(self.start + place * (wide + CARD_GAP), wide, one) for place, one in enumerate(lane.cards)]


def _drawn(
    connection: Connection,
    end: Card,
    cards: list[tuple[Number, Number, Card]],
    outer: tuple[Number, Number],
    wide: Number,
    vertical: tuple[Number, Number],
    label: Number,
) -> list[Shape]:
    """The shapes of a lane between the right side of the consumer and the left side of the endpoint (``outer``); the words are at ``label``."""
    (left, right), (top, high) = outer, vertical
    middle = top + high / 2
    shapes = _words(connection, label, middle)
    for x, card_width, one in [*cards, (right, wide, end)]:
        is_behind = connection.state is Truth.NO and bool(cards) and one is end
        shapes += [beyond((left, middle), (x, middle))] if is_behind else link(connection.state, (left, middle), (x, middle))
        shapes += draw_card(one, x, middle - one.height / 2, card_width, one.height)
        left = x + card_width
    return shapes


def _words(connection: Connection, x: Number, middle: Number) -> list[Shape]:
    """What is known, over the line, and the port below it."""
    shapes = [text(Line(WORDS[connection.state], is_bold=True), x, middle - 13, "middle")]
    below = [f"port {connection.port}"] if connection.port is not None else []
    below += [] if connection.certain else ["if it is used"]
    for number, words in enumerate(below):
        shapes.append(text(Line(words, size=SMALL, colour=MUTED), x, middle + 14 + number * SMALL * 1.3, "middle"))
    return shapes
