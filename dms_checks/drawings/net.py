"""A line for each pair: from the consumers on the left to the endpoints on the right."""

from dataclasses import dataclass

from dms_checks.diagram import Box, Picture
from dms_checks.drawings.shapes import (
    FRAME_SIDE,
    FRAME_TOP,
    GAP,
    Body,
    Card,
    Number,
    Shape,
    card,
    draw_card,
    frame,
    frame_line,
    link,
    pair,
)
from dms_checks.model import Truth

NET_GAP = 320


def net(picture: Picture) -> Body:
    consumers = [box for framed in picture.frames for box in framed.consumers]
    cards = {box: card(box) for box in (*consumers, *picture.endpoints)}
    frames = [frame_line(framed.name).width for framed in picture.frames if framed.name]
    side = FRAME_SIDE if frames else 0
    first = max([*(cards[box].width for box in consumers), *frames])
    second = max(cards[box].width for box in picture.endpoints)
    right = first + 2 * side + NET_GAP
    heights = _heights(picture, cards)
    left_column = _stacked([(FRAME_TOP if framed.name else 0, framed.consumers, side) for framed in picture.frames], heights)
    right_column = _stacked([(0, _ordered(picture, consumers), 0)], heights)
    high = max(left_column.height, right_column.height)
    left_column, right_column = left_column.centred(high), right_column.centred(high)
    places = {**left_column.places, **right_column.places}
    shapes: list[Shape] = []
    for framed in picture.frames:
        if framed.name:
            top = places[framed.consumers[0]] - FRAME_TOP
            last = framed.consumers[-1]
            shapes += frame(framed.name, 0, top, first + 2 * side, places[last] + heights[last] + side - top)
    starts = _spread([(one.consumer, one.endpoint) for one in picture.connections], places, heights)
    ends = _spread([(one.endpoint, one.consumer) for one in picture.connections], places, heights)
    drawn = list(zip(picture.connections, starts, ends, strict=True))
    for connection, start, end in sorted(drawn, key=lambda one: _ORDER.index(one[0].state)):
        shapes.append(pair(connection, link(connection.state, (first + side, start), (right, end))))
    for box in consumers:
        shapes += draw_card(cards[box], side, places[box], first, heights[box])
    for box in picture.endpoints:
        shapes += draw_card(cards[box], right, places[box], second, heights[box])
    return Body(shapes, right + second, high)


_ORDER = (Truth.YES, Truth.UNKNOWN, Truth.NO)
"""What is drawn later is on top."""

LINE_GAP = 12
"""Between lines that begin or end at one card."""


def _ordered(picture: Picture, consumers: list[Box]) -> tuple[Box, ...]:
    """The endpoints, each about as far down as the consumers that use it: then few lines cross."""
    places = {box: place for place, box in enumerate(consumers)}
    users: dict[Box, list[int]] = {}
    for connection in picture.connections:
        users.setdefault(connection.endpoint, []).append(places[connection.consumer])
    return tuple(sorted(picture.endpoints, key=lambda box: sum(users[box]) / len(users[box])))


def _heights(picture: Picture, cards: dict[Box, Card]) -> dict[Box, Number]:
    """How high each card is: its text has to fit, and all lines that it has."""
    ends = [box for connection in picture.connections for box in (connection.consumer, connection.endpoint)]
    return {box: max(one.height, LINE_GAP * (ends.count(box) + 1)) for box, one in cards.items()}


@dataclass(frozen=True, slots=True)
class _Column:
    """Cards one above the other: where each begins."""

    places: dict[Box, Number]
    height: Number

    def centred(self, high: Number) -> "_Column":
        down = (high - self.height) / 2
        return _Column({box: y + down for box, y in self.places.items()}, high)


def _stacked(groups: list[tuple[Number, tuple[Box, ...], Number]], heights: dict[Box, Number]) -> _Column:
    """Groups of cards, each with what is left free above and below it."""
    places: dict[Box, Number] = {}
    y: Number = 0
    for above, boxes, below in groups:
        y += above
        for box in boxes:
            places[box] = y
            y += heights[box] + GAP
        y += below
    return _Column(places, y - GAP)


def _spread(lines: list[tuple[Box, Box]], places: dict[Box, Number], heights: dict[Box, Number]) -> list[Number]:
    """Where each line, from one box to another, meets the first of them: in the order of the others, so that few cross."""
    at: dict[Box, list[int]] = {}
    for number in sorted(range(len(lines)), key=lambda number: places[lines[number][1]]):
        at.setdefault(lines[number][0], []).append(number)
    found: dict[int, Number] = {}
    for box, numbers in at.items():
        for place, number in enumerate(numbers):
            found[number] = places[box] + heights[box] * (place + 1) / (len(numbers) + 1)
    return [found[number] for number in range(len(lines))]
