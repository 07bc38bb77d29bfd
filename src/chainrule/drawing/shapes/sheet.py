"""A picture as a list of shapes, from which every format is written.

Coordinates are pixels, x to the right and y downwards. A shape has a *role* (`"op"`, `"positive"`,
...) and no colour; `palette.py` gives the colours. Shapes are drawn in the order of the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""x, y, width and height."""

STEPS = 24
"""The straight pieces that stand for a curve where only straight lines can be drawn."""


@dataclass(frozen=True)
class Box:
    """A rectangle, with round corners or, where `cut` is set, with the corners cut off at 45
    degrees."""

    x: float
    y: float
    width: float
    height: float
    role: str
    radius: float = 0.0
    cut: bool = False

    def corners(self) -> tuple[Point, ...]:
        """Return the eight corners of a box whose corners are cut off."""
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
    """A line of straight and curved pieces.

    Attributes:
        start: Where it begins.
        pieces: Each one its end, or two control points and its end.
    """

    start: Point
    pieces: tuple[tuple[Point, ...], ...]
    role: str

    def straight(self) -> list[Point]:
        """Return the line as points with straight pieces between them, 24 for each curve."""
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
        x: Where it begins, has its middle or ends, as `anchor` says.
        y: Its baseline.
        text: What is written.
        size: The font size in pixels.
        role: Its colour.
        anchor: 'start', 'middle' or 'end'.
        bold: Whether it is set in bold.
        room: The widest that it may be, for backends that know their font; 0 where nothing is near.
        halo: Whether the ground is drawn around the letters, for text that may lie over an edge.
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


@dataclass(frozen=True)
class Group:
    """Shapes that belong to one node; the title is what a reader sees who points at it."""

    title: str
    shapes: tuple[Box | Line | Polygon | Text, ...]


Shape = Box | Line | Polygon | Text
AnyShape = Shape | Group


@dataclass
class Sheet:
    """A finished picture.

    Attributes:
        width: In pixels.
        height: In pixels.
        title: A few words on what it shows.
        description: The same in a sentence or two, for those who cannot see it.
        shapes: In the order in which they are drawn.
    """

    width: float
    height: float
    title: str
    description: str
    shapes: list[AnyShape] = field(default_factory=list)

    def flat(self) -> list[Shape]:
        """Return all shapes without their groups."""
        groups = (shape.shapes if isinstance(shape, Group) else (shape,) for shape in self.shapes)
        return [shape for group in groups for shape in group]
