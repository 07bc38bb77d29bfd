"""The edges: from runs along the ranks to curves that end exactly where they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..layout.geometry import Run
from .orientation import Orientation
from .sheet import Line, Point


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
    straight = [row for row, edge in enumerate(order) if abs(heights[edge] - centre) < 0.5]
    middle = float(straight[0]) if len(straight) == 1 and count < 4 else (count - 1) / 2
    across = [0.0] * count
    for row, edge in enumerate(order):
        across[edge] = centre + (row - middle) * step
    return across


def corners(runs: Iterable[Run]) -> list[Point]:
    """Return the points, along and across the ranks, between which an edge runs."""
    points: list[Point] = []
    for begin, end, across in runs:
        for along in (begin, end) if end > begin else (begin,):
            if not points or points[-1] != (along, across):
                points.append((along, across))
    return points


def curves(orientation: Orientation, ways: Iterable[Sequence[Run]]) -> list[Line]:
    """Draw the edges of one source; what they share is drawn once."""
    drawn: set[tuple[Point, Point]] = set()
    lines = []
    for runs in ways:
        points = corners(runs)
        start, pieces = points[0], list[tuple[Point, ...]]()
        for one, two in pairwise(points):
            if (one, two) not in drawn:
                drawn.add((one, two))
                pieces.append(_piece(orientation, one, two))
                continue
            if pieces:
                lines.append(Line(orientation.point(*start), tuple(pieces), "edge"))
            start, pieces = two, []
        if pieces:
            lines.append(Line(orientation.point(*start), tuple(pieces), "edge"))
    return lines


def _piece(orientation: Orientation, one: Point, two: Point) -> tuple[Point, ...]:
    end = orientation.point(*two)
    if abs(one[1] - two[1]) < 0.05:
        return (end,)
    half = (two[0] - one[0]) * 0.5
    return orientation.point(one[0] + half, one[1]), orientation.point(two[0] - half, two[1]), end
