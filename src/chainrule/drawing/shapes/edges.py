"""The edges: from runs along the ranks to curves that end exactly where they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .orientation import Orientation
from .sheet import Line, Point

Run = tuple[float, float, float]
Piece = tuple[Point, Point]


def arrivals(heights: Sequence[float], centre: float, step: float) -> list[float]:
    """Return where edges that come from these heights arrive at an operation, in the same order.

    They arrive in the order in which they come, so that none crosses another on the last few
    pixels. One that comes straight at the middle arrives there; the others above and below it.

    Args:
        heights: Where each edge comes from, across the ranks.
        centre: The middle of the operation.
        step: Pixels between two arrivals.
    """
    count = len(heights)
    order = sorted(range(count), key=lambda edge: (heights[edge], edge))
    straight = [spot for spot, edge in enumerate(order) if abs(heights[edge] - centre) < 0.5]
    middle = float(straight[0]) if len(straight) == 1 and count < 4 else (count - 1) / 2
    places = [0.0] * count
    for spot, edge in enumerate(order):
        places[edge] = centre + (spot - middle) * step
    return places


def curves(orientation: Orientation, ways: Iterable[Sequence[Run]]) -> list[Line]:
    """Draw the edges of one source; what they share is drawn once."""
    drawn: set[Piece] = set()
    lines = []
    for runs in ways:
        points: list[Point] = []
        for begin, end, across in runs:
            points.append((begin, across))
            if end > begin:
                points.append((end, across))
        line: list[tuple[Point, ...]] = []
        start = points[0]
        for one, two in pairwise(points):
            if one == two:
                continue
            if (one, two) in drawn:
                if line:
                    lines.append(Line(orientation.point(*start), tuple(line), "edge"))
                line, start = [], two
                continue
            drawn.add((one, two))
            line.append(_piece(orientation, one, two))
        if line:
            lines.append(Line(orientation.point(*start), tuple(line), "edge"))
    return lines


def _piece(orientation: Orientation, one: Point, two: Point) -> tuple[Point, ...]:
    if abs(one[1] - two[1]) < 0.05:
        return (orientation.point(*two),)
    half = (two[0] - one[0]) * 0.5
    return (
        orientation.point(one[0] + half, one[1]),
        orientation.point(two[0] - half, two[1]),
        orientation.point(*two),
    )
