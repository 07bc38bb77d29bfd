"""The direction of a picture: maps the axes of a layout, along and across the ranks, to x and y."""

from __future__ import annotations

from dataclasses import dataclass

from .sheet import Point, Rectangle

DIRECTIONS = ("LR", "TB", "RL", "BT")


UPRIGHT = ("TB", "BT")
"""The directions in which the ranks lie one below another."""


@dataclass
class Orientation:
    """Converts the coordinates of a layout, `length` along and `breadth` across the ranks."""

    direction: str
    length: float
    breadth: float

    @property
    def margin(self) -> float:
        """The space around the picture in pixels: less where width is scarce."""
        return 8.0 if self.is_upright else 18.0

    @property
    def is_upright(self) -> bool:
        """Whether the ranks lie one below another."""
        return self.direction in UPRIGHT

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture."""
        return self.swap(self.length + 2 * self.margin, self.breadth + 2 * self.margin)

    def swap(self, one: float, two: float) -> tuple[float, float]:
        """Convert a pair along and across the ranks to x and y, or back."""
        return (two, one) if self.is_upright else (one, two)

    def point(self, along: float, across: float) -> Point:
        """Return the x and y of a point."""
        if self.direction in ("RL", "BT"):
            along = self.length - along
        return self.swap(along + self.margin, across + self.margin)

    def rectangle(self, start: float, end: float, low: float, high: float) -> Rectangle:
        """Return x, y, width and height of a rectangle."""
        x1, y1 = self.point(start, low)
        x2, y2 = self.point(end, high)
        return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)
