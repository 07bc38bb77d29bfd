"""The arrangement of a picture: the sizes of its cards, its layout and its orientation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..layout.geometry import Layout, Run, Spot
from ..layout.layout import lay_out
from ..layout.rows import in_rows
from ..snapshot.picture import Card, Picture
from .edges import arrivals
from .measures import (
    COPY_HEIGHT,
    copy_width,
    form_of,
    measure,
    name_width,
    padding,
    vertices,
)
from .orientation import UPRIGHT, Orientation
from .sheet import Rectangle

ARROW = 7.0
"""The length of an arrowhead, in pixels."""


ROW = 1600
"""The length of a row in pixels, if nothing else is said."""

LONG, STRIP = 2.0, 8.0
"""A picture from left to right is broken into rows if it is longer than this many rows, and this
many times as long as it is high. One from top to bottom isn't, since pages scroll downwards."""


@dataclass(frozen=True)
class Arrival:
    """An edge and the point at which it arrives.

    Attributes:
        source: The operand.
        target: The user.
        slot: The operand's position among those of the user.
        runs: The straight pieces along the ranks; the last one ends at the arrowhead.
        tip: The point of the arrowhead, along the ranks.
        across: The same point, across the ranks.
        neighbours: The `across` of every edge to this user, by slot.
    """

    source: int
    target: int
    slot: int
    runs: list[Run]
    tip: float
    across: float
    neighbours: list[float]


class Arrangement:
    """A picture laid out in one direction. Its numbers have no influence on the layout."""

    def __init__(self, picture: Picture, direction: str, wrap: int | None = 0) -> None:
        upright = direction in UPRIGHT
        self.picture = picture
        self.measures = [measure(card, picture, upright) for card in picture.cards]
        nodes = vertices(picture, self.measures, upright)
        space = padding(direction)
        self.layout = lay_out(nodes, space)
        self.marks: dict[int, str] = {}
        self._shared = Counter(card.name for card in picture.cards)
        if longest := _row_length(wrap, self.layout, upright):
            sizes = [(self._mark_width(card), COPY_HEIGHT) for card in picture.cards]
            sizes = [size[::-1] for size in sizes] if upright else sizes
            self.layout = in_rows(self.layout, nodes, space, sizes, longest)
            self._name_marks()
        self.orientation = Orientation(direction, self.layout.length, self.layout.breadth)

    def _name_marks(self) -> None:
        """Give each node that has marks at the ends of rows a name of its own: its label if no
        other node has it, else with a number; a number if it has none."""
        numbers: Counter[str] = Counter()
        for spot in self.layout.spots:
            if spot.is_mark and spot.node not in self.marks:
                name = self.picture.cards[spot.node].name
                numbers[name] += 1
                number = f" ({numbers[name]})" if name else str(numbers[name])
                self.marks[spot.node] = name if name and self._shared[name] == 1 else name + number

    def _mark_width(self, card: Card) -> float:
        """Return the width of a mark, which has room for any number up to 99."""
        number = "88" if not card.name else " (88)" if self._shared[card.name] > 1 else ""
        return name_width(card.name + number)

    def box(self, spot: Spot) -> Rectangle:
        """Return x, y, width and height of a node's box, or of a leaf's copy."""
        if spot.is_mark:
            width, height = self._mark_width(self.picture.cards[spot.node]), COPY_HEIGHT
        elif spot.is_copy:
            width, height = copy_width(self.picture.cards[spot.node]), COPY_HEIGHT
        else:
            width, height = self.measures[spot.node].width, self.measures[spot.node].height
        along, across = self.orientation.swap(width, height)
        low, high = spot.centre - across / 2, spot.centre + across / 2
        end = spot.end if spot.is_copy else spot.end - self.measures[spot.node].tail
        return self.orientation.rectangle(end - along, end, low, high)

    def body(self, spot: Spot) -> Rectangle:
        """Return a node's box with the room that a remark takes in it."""
        x, y, width, height = self.box(spot)
        size = self.measures[spot.node]
        more = form_of(True).line * len(size.remark) if size.tail else 0.0
        return x, y - more * (self.orientation.direction == "BT"), width, height + more

    def tail(self, spot: Spot) -> tuple[float, float]:
        """Return where the straight beginning of a node's edges begins and ends along the ranks."""
        size = self.measures[spot.node]
        return spot.end - size.tail + form_of(True).line * len(size.remark), spot.end

    def operation(self, node: int) -> tuple[float, float]:
        """Return where the operation of a node begins and ends along the ranks."""
        size = self.measures[node]
        long, _ = self.orientation.swap(size.op_width, size.op_height)
        box, _ = self.orientation.swap(size.width, size.height)
        end = self.layout.spots[node].end - size.tail - box - size.link
        return end - long, end

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the edges, grouped by user, in the order of its operands."""
        incoming: dict[int, dict[int, list[Run]]] = {}
        for edge in self.layout.edges:
            incoming.setdefault(edge.target, {})[edge.source] = edge.runs
        for target, runs_from in incoming.items():
            operands = self.picture.cards[target].operands
            heights = [runs_from[operand][-2][2] for operand in operands]
            centre, step = self.layout.spots[target].centre, self.measures[target].port
            neighbours = arrivals(heights, centre, step)
            for slot, (operand, across) in enumerate(zip(operands, neighbours, strict=True)):
                runs, tip = runs_from[operand], self._tip(target, across)
                base = tip - ARROW + 1.0
                runs = [*runs[:-1], (min(runs[-1][0], base - 1.0), base, across)]
                yield Arrival(operand, target, slot, runs, tip, across, neighbours)

    def _tip(self, target: int, across: float) -> float:
        """Return where an edge that arrives at `across` touches the operation's round border."""
        size = self.measures[target]
        start, end = self.operation(target)
        _, breadth = self.orientation.swap(size.op_width, size.op_height)
        radius = min(end - start, breadth) / 2
        beyond = abs(across - self.layout.spots[target].centre) - (breadth / 2 - radius)
        inset = radius - math.sqrt(max(radius * radius - max(beyond, 0.0) ** 2, 0.0))
        return start + inset - 0.6


def _row_length(wrap: int | None, layout: Layout, upright: bool) -> int:
    """Return the length of a row: as the user wishes, or for None as the picture needs it; 0 if
    the picture stays in one piece."""
    if wrap is not None:
        return wrap if wrap < layout.length else 0
    is_strip = layout.length > max(LONG * ROW, STRIP * layout.breadth)
    return ROW if is_strip and not upright else 0
