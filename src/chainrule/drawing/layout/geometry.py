"""What goes into a layout, and what comes out of it.

One axis runs along the ranks, from operands to users, the other across them; sizes are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Run = tuple[float, float, float]
"""A straight piece of an edge along the ranks: from, to, and where it lies across them."""


@dataclass(frozen=True)
class Vertex:
    """A node, as far as the layout knows it.

    Attributes:
        length: Its size along the ranks, in pixels.
        breadth: Its size across the ranks.
        operands: The indices of its operands, with repetitions.
        scope: The names of the scopes around it.
        copy_size: Length and breadth of a copy; None where it may not be drawn twice.
    """

    length: float
    breadth: float
    operands: tuple[int, ...] = ()
    scope: tuple[str, ...] = ()
    copy_size: tuple[float, float] | None = None


@dataclass(frozen=True)
class Padding:
    """The space in a scope's box around its contents, in pixels, along and across the ranks."""

    before: float = 14.0
    after: float = 14.0
    above: float = 30.0
    below: float = 18.0


@dataclass
class Spot:
    """Where a node, or a copy of one, is drawn: its far end along the ranks and its middle across
    them."""

    node: int
    end: float
    centre: float
    is_copy: bool = False


@dataclass
class ScopeArea:
    """The box of a scope."""

    path: tuple[str, ...]
    start: float
    end: float
    low: float
    high: float


@dataclass
class Edge:
    """The route from an operand to one of its users.

    Attributes:
        source: The node.
        target: The user.
        runs: Straight pieces along the ranks; curves join one to the next. The last one begins
            where the user's layer begins; the drawing decides how it ends on the user.
    """

    source: int
    target: int
    runs: list[Run]


@dataclass
class Layout:
    """Where everything lies.

    Attributes:
        spots: The nodes in their order, then the copies.
        areas: The scopes' boxes, outer ones first.
        edges: One for each pair of an operand and a user.
        length: The size of the whole along the ranks, in pixels.
        breadth: Its size across the ranks.
        crossings: How many crossings of edges are left.
    """

    spots: list[Spot] = field(default_factory=list)
    areas: list[ScopeArea] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    length: float = 0.0
    breadth: float = 0.0
    crossings: int = 0
