"""A picture as a list of shapes, from which every format is written.

Coordinates are pixels, x to the right and y downwards. A shape has a *role* (`"op"`, `"positive"`,
...) instead of a colour; `palette.py` assigns the colours. Shapes are drawn in the list's order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""x, y, width and height."""

STEPS = 24
"""The number of straight pieces that approximate a curve."""


@dataclass(frozen=True)
class Box:
    """A rectangle with round corners or, if `cut` is set, with corners cut off at 45 degrees.

    A `tint`, as `add8e6`, is a colour of the user's own; it replaces the fill of the role.
    """

    x: float
    y: float
    width: float
    height: float
    role: str
    radius: float = 0.0
    cut: bool = False
    tint: str = ""

    def corners(self) -> tuple[Point, ...]:
        """Return the eight corners of a box with cut corners."""
        x, y, c = self.x, self.y, self.radius
        right, low = x + self.width, y + self.height
        return (
            (x + c, y),
            (right - c, y),
            (right, y + c),
            (right, low - c),
            (right - c, low),
            (x + c, low),
            (x, low - c),
            (x, y + c),
        )


@dataclass(frozen=True)
class Line:
    """A line of straight and curved pieces. A straight piece is stored as its end, a curved one as
    two control points and its end."""

    start: Point
    pieces: tuple[tuple[Point, ...], ...]
    role: str

    def straight(self) -> list[Point]:
        """Return the corners of the line, with each curve replaced by straight pieces."""
        points = [self.start]
        for piece in self.pieces:
            if len(piece) == 1:
                points.append(piece[0])
                continue
            begin, (one, two, end) = points[-1], piece
            for step in range(1, STEPS + 1):
                t = step / STEPS
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                x = a * begin[0] + b * one[0] + c * two[0] + d * end[0]
                y = a * begin[1] + b * one[1] + c * two[1] + d * end[1]
                points.append((x, y))
        return points


@dataclass(frozen=True)
class Polygon:
    """A filled polygon (an arrowhead)."""

    points: tuple[Point, ...]
    role: str


@dataclass(frozen=True)
class Text:
    """A line of text.

    Attributes:
        x: The position of its 'start', 'middle' or 'end', depending on `anchor`.
        y: Its baseline.
        size: The font size in pixels.
        room: The largest width, for formats that know their font; 0 for no limit.
        halo: Whether the background surrounds the letters, so they stay legible on an edge.
    """

    x: float
    y: float
    text: str
    size: float
    role: str
    anchor: str = "start"
    bold: bool = False
    room: float = 0.0
    halo: bool = False


Shape = Box | Line | Polygon | Text


@dataclass(frozen=True)
class Group:
    """Shapes that belong together; their title appears when the reader points at them."""

    title: str
    shapes: tuple[Shape, ...]


AnyShape = Shape | Group


@dataclass
class Sheet:
    """A finished picture, with a title and a description for people who cannot see it."""

    width: float
    height: float
    title: str
    description: str
    shapes: list[AnyShape] = field(default_factory=list)

    def flat(self) -> list[Shape]:
        """Return all shapes, ungrouped."""
        groups = (shape.shapes if isinstance(shape, Group) else (shape,) for shape in self.shapes)
        return [shape for group in groups for shape in group]
