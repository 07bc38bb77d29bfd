"""Edges: a layout's runs along the ranks become curves that end exactly at the operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from ..layout.geometry import Run
from .orientation import Orientation
from .sheet import Line, Point


def arrivals(heights: Sequence[float], centre: float, step: float) -> list[float]:
    """Return where edges from these heights arrive at an operation, `step` pixels apart."""
    # They keep the order of their heights, so none crosses another on the last few pixels. A
    # single edge that leads straight to the middle arrives there.
    count = len(heights)
    order = sorted(range(count), key=lambda edge: (heights[edge], edge))
    straight = [row for row, edge in enumerate(order) if abs(heights[edge] - centre) < 0.5]
    middle = float(straight[0]) if len(straight) == 1 and count < 4 else (count - 1) / 2
    across = [0.0] * count
    for row, edge in enumerate(order):
        across[edge] = centre + (row - middle) * step
    return across


def corners(runs: Iterable[Run]) -> list[Point]:
    """Return the corners of an edge, along and across the ranks."""
    ends = ((x, across) for begin, end, across in runs for x in (begin, max(begin, end)))
    return [point for point, _ in groupby(ends)]


def curves(orientation: Orientation, edges: Iterable[Sequence[Run]]) -> list[Line]:
    """Draw the edges of one source; pieces that they share are drawn once."""
    drawn: set[tuple[Point, Point]] = set()
    lines = []
    for runs in edges:
        for is_drawn, steps in groupby(pairwise(corners(runs)), drawn.__contains__):
            if not is_drawn:
                new = list(steps)
                drawn.update(new)
                pieces = tuple(_piece(orientation, one, two) for one, two in new)
                lines.append(Line(orientation.point(*new[0][0]), pieces, "edge"))
    return lines


def _piece(orientation: Orientation, one: Point, two: Point) -> tuple[Point, ...]:
    end = orientation.point(*two)
    if abs(one[1] - two[1]) < 0.05:
        return (end,)
    half = (two[0] - one[0]) * 0.5
    return orientation.point(one[0] + half, one[1]), orientation.point(two[0] - half, two[1]), end
