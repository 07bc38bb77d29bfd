"""The arrangement of a picture: the sizes of its cards, its layout and its orientation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..layout.geometry import Run, Spot
from ..layout.layout import lay_out
from ..snapshot.picture import Picture
from .edges import arrivals
from .measures import COPY_HEIGHT, copy_width, measure, padding, vertices
from .orientation import UPRIGHT, Orientation
from .sheet import Rectangle

ARROW = 7.0
"""The length of an arrowhead, in pixels."""


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

    def __init__(self, picture: Picture, direction: str) -> None:
        upright = direction in UPRIGHT
        self.picture = picture
        self.measures = [measure(card, picture, upright) for card in picture.cards]
        self.layout = lay_out(vertices(picture, self.measures, upright), padding(direction))
        self.orientation = Orientation(direction, self.layout.length, self.layout.breadth)

    def box(self, spot: Spot) -> Rectangle:
        """Return x, y, width and height of a node's box, or of a leaf's copy."""
        if spot.is_copy:
            width, height = copy_width(self.picture.cards[spot.node]), COPY_HEIGHT
        else:
            width, height = self.measures[spot.node].width, self.measures[spot.node].height
        along, across = self.orientation.swap(width, height)
        low, high = spot.centre - across / 2, spot.centre + across / 2
        return self.orientation.rectangle(spot.end - along, spot.end, low, high)

    def operation(self, node: int) -> tuple[float, float]:
        """Return where the operation of a node begins and ends along the ranks."""
        size = self.measures[node]
        long, _ = self.orientation.swap(size.op_width, size.op_height)
        box, _ = self.orientation.swap(size.width, size.height)
        end = self.layout.spots[node].end - box - size.link
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
