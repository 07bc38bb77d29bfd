"""From a picture and its layout to shapes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..layout.geometry import Layout, Spot
from ..layout.layout import lay_out
from ..snapshot.picture import Number, Picture
from ..text_metrics import shorten
from . import sheet as shapes
from .edges import arrivals, curves
from .measures import (
    COPY_HEIGHT,
    LABEL,
    NUMBER,
    SMALL,
    Measures,
    copy_width,
    measure,
    padding,
    vertices,
)
from .nodes import BASELINE, SIGNS, border, caption, stack, writing
from .orientation import Orientation
from .sheet import Box, Group, Line, Sheet, Text

ARROW = 7.0
HALF_ARROW = 3.3

COMMUTE = frozenset({"add", "mul", "max", "min", "hypot", ""})
"""Operations whose operands may change places without a word. Elsewhere a picture that had to draw
the second operand above the first one numbers them."""


def arrange(picture: Picture, direction: str) -> tuple[list[Measures], Layout]:
    """Measure the cards and lay the graph out; no number plays a part in it."""
    upright = direction in ("TB", "BT")
    measures = [measure(card, picture, upright) for card in picture.cards]
    return measures, lay_out(vertices(picture, measures, upright), padding(direction))


def paint(picture: Picture, direction: str, title: str, description: str) -> Sheet:
    """Draw a picture of the whole graph.

    Args:
        picture: The snapshot.
        direction: 'LR', 'RL', 'TB' or 'BT'.
        title: A few words on what is shown.
        description: A sentence or two.
    """
    measures, layout = arrange(picture, direction)
    orientation = Orientation(direction, layout.length, layout.breadth)
    painter = Painter(picture, measures, layout, orientation)
    return Sheet(*orientation.size, title, description, painter.draw())


@dataclass(frozen=True)
class End:
    """An edge and where it arrives.

    Attributes:
        source: The operand.
        target: The user.
        turn: Which of the user's operands it is.
        way: Its straight pieces along the ranks, the last one up to the arrowhead.
        tip: Where the arrowhead touches the user, along the ranks.
        place: The same across them.
        beside: What is written beside it.
    """

    source: int
    target: int
    turn: int
    way: list[tuple[float, float, float]]
    tip: float
    place: float
    beside: list[Text]


class Painter:
    """Draws one picture with its layout."""

    def __init__(
        self, picture: Picture, measures: list[Measures], layout: Layout, orientation: Orientation
    ) -> None:
        self.picture = picture
        self.measures = measures
        self.layout = layout
        self.orientation = orientation

    def draw(self) -> list[shapes.AnyShape]:
        rows: list[shapes.AnyShape] = []
        for area in self.layout.areas:
            rows.append(self._scope(area.path, area.start, area.end, area.low, area.high))
        edges, heads = self._edges()
        rows += edges
        for spot in self.layout.spots:
            if spot.is_copy:
                rows.append(self._copy(spot))
            else:
                rows.append(self._node(spot))
        return rows + heads

    def _scope(
        self, path: tuple[str, ...], start: float, end: float, low: float, high: float
    ) -> Group:
        x, y, wide, high_ = self.orientation.box(start, end, low, high)
        name = shorten(path[-1], 11.0, wide - 20.0)
        return Group(
            "scope " + " / ".join(path),
            (
                Box(x, y, wide, high_, "scope", 10.0),
                Text(x + 11.0, y + 16.0, name, 11.0, "scope-name", bold=True, room=wide - 18.0),
            ),
        )

    def _edges(self) -> tuple[list[shapes.AnyShape], list[shapes.AnyShape]]:
        """Return the lines, drawn below the nodes, and the arrowheads and numbers at them."""
        ways: dict[int, list[list[tuple[float, float, float]]]] = {}
        heads: list[shapes.AnyShape] = []
        for end in self.ends():
            ways.setdefault(end.source, []).append(end.way)
            heads.append(self._head(end.tip, end.place))
            heads += end.beside
        lines: list[shapes.AnyShape] = []
        for source in sorted(ways):
            lines += curves(self.orientation, ways[source])
        return lines, heads

    def ends(self) -> Iterator[End]:
        """Yield every edge with the place where it arrives, those of one user together."""
        incoming: dict[int, list[tuple[int, int]]] = {}
        for number, edge in enumerate(self.layout.edges):
            operands = self.picture.cards[edge.target].operands
            for turn, operand in enumerate(operands):
                if operand == edge.source:
                    incoming.setdefault(edge.target, []).append((turn, number))
        for target, pairs in incoming.items():
            pairs.sort()
            edges = [self.layout.edges[number] for _, number in pairs]
            size, spot = self.measures[target], self.layout.spots[target]
            places = arrivals([edge.runs[-2][2] for edge in edges], spot.centre, size.port)
            for turn, (edge, place) in enumerate(zip(edges, places, strict=True)):
                tip = self._tip(target, place)
                base = tip - ARROW + 1.0
                start = min(edge.runs[-1][0], base - 1.0)
                way = [*edge.runs[:-1], (start, base, place)]
                beside = self._beside(target, turn, tip, place, places)
                yield End(edge.source, target, turn, way, tip, place, beside)

    def extent(self, target: int) -> tuple[float, float]:
        """Where the operation of a node begins and ends along the ranks."""
        size, spot = self.measures[target], self.layout.spots[target]
        long = size.op_height if self.orientation.is_upright else size.op_width
        box = size.height if self.orientation.is_upright else size.width
        end = spot.end - box - size.link
        return end - long, end

    def _tip(self, target: int, place: float) -> float:
        """Where an edge that arrives at this height touches the operation's round border."""
        size, spot = self.measures[target], self.layout.spots[target]
        start, end = self.extent(target)
        across = size.op_width if self.orientation.is_upright else size.op_height
        radius = min(end - start, across) / 2
        beyond = abs(place - spot.centre) - (across / 2 - radius)
        inset = radius - math.sqrt(max(radius * radius - max(beyond, 0.0) ** 2, 0.0))
        return start + inset - 0.6

    def _head(self, tip: float, place: float) -> shapes.Area:
        corners = ((tip, 0.0), (tip - ARROW, -HALF_ARROW), (tip - ARROW, HALF_ARROW))
        return shapes.Area(
            tuple(self.orientation.point(along, place + across) for along, across in corners),
            "arrow",
        )

    def _beside(
        self, target: int, turn: int, tip: float, place: float, places: Sequence[float]
    ) -> list[Text]:
        """Write the local derivative beside the end of an edge, and the operand's number where the
        order needs it."""
        card = self.picture.cards[target]
        turned = list(places) != sorted(places) and card.op not in COMMUTE
        if not card.partials and not turned:
            return []
        partial = card.partials[turn] if card.partials else Number("", 0)
        text = f"{turn + 1}: {partial.text}".rstrip(": ") if turned else partial.text
        if not text:
            return []
        role = SIGNS[partial.sign] if partial.text else "soft"
        count = len(places)
        if not self.orientation.is_upright:
            x, y = self.orientation.point(tip - ARROW - 2.0 if card.partials else tip - 1.0, place)
            anchor = "end" if self.orientation.direction == "LR" else "start"
            below = not card.partials and place == max(places)
            return [Text(x, y + 10.5 if below else y - 3.5, text, SMALL, role, anchor, halo=True)]
        spot = sorted(range(count), key=lambda other: places[other]).index(turn)
        left = spot < count / 2 and count > 1
        line = spot if left else count - 1 - spot
        x, y = self.orientation.point(tip - ARROW - 3.0 - 12.0 * line, place)
        y += BASELINE * SMALL * 2 if self.orientation.direction == "BT" else 0.0
        anchor = "end" if left else "start"
        return [Text(x + (-4.0 if left else 4.0), y, text, SMALL, role, anchor, halo=True)]

    def _copy(self, spot: Spot) -> Group:
        card = self.picture.cards[spot.node]
        wide, high = copy_width(card), COPY_HEIGHT
        along, across = (high, wide) if self.orientation.is_upright else (wide, high)
        x, y, wide, high = self.orientation.box(
            spot.end - along, spot.end, spot.centre - across / 2, spot.centre + across / 2
        )
        name = shorten(card.name, NUMBER, wide - 10.0) if card.name else card.data.text
        middle = y + high / 2 + BASELINE * NUMBER
        return Group(
            f"{card.name or card.data.text}, drawn again",
            (
                Box(x, y, wide, high, "copy", high / 2),
                Text(x + wide / 2, middle, name, NUMBER, "ink", "middle", room=wide - 8.0),
            ),
        )

    def _node(self, spot: Spot) -> Group:
        card, size = self.picture.cards[spot.node], self.measures[spot.node]
        along = size.height if self.orientation.is_upright else size.width
        across = size.width if self.orientation.is_upright else size.height
        x, y, _, _ = self.orientation.box(
            spot.end - along, spot.end, spot.centre - across / 2, spot.centre + across / 2
        )
        rows: list[shapes.Shape] = []
        if size.symbol:
            rows += self._operation(spot, size)
        if card.kind == "stack":
            return Group(caption(card), stack(card, x, y, size))
        rows += border(card, x, y, size)
        rows += writing(card, x, y, size)
        if card.remark:
            words = shorten(card.remark, SMALL, size.width + 12.0)
            rows.append(
                Text(
                    x + size.width - 2.0,
                    y + size.height + 10.5,
                    words,
                    SMALL,
                    "remark",
                    "end",
                    halo=True,
                )
            )
        return Group(caption(card), tuple(rows))

    def _operation(self, spot: Spot, size: Measures) -> list[shapes.Shape]:
        start, end = self.extent(spot.node)
        half = (size.op_width if self.orientation.is_upright else size.op_height) / 2
        x, y, wide, high = self.orientation.box(start, end, spot.centre - half, spot.centre + half)
        link = Line(
            self.orientation.point(end, spot.centre),
            ((self.orientation.point(end + size.link, spot.centre),),),
            "edge",
        )
        return [
            link,
            Box(x, y, wide, high, "op", min(wide, high) / 2),
            Text(
                x + wide / 2,
                y + high / 2 + BASELINE * LABEL,
                size.symbol,
                LABEL,
                "ink",
                "middle",
                room=wide - 8.0,
            ),
        ]
