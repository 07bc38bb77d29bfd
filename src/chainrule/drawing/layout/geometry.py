"""The input and the output of a layout.

One axis runs along the ranks, from operands to users, the other across them; sizes are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Run = tuple[float, float, float]
"""A straight piece of an edge along the ranks: from, to, and where it lies across them."""


@dataclass(frozen=True)
class Vertex:
    """A node for the layout: its size along and across the ranks, its operands with repetitions,
    the scopes around it, and length and breadth of a copy (None if it may not be drawn twice)."""

    length: float
    breadth: float
    operands: tuple[int, ...] = ()
    scope: tuple[str, ...] = ()
    copy_size: tuple[float, float] | None = None


@dataclass(frozen=True)
class Padding:
    """The space in a scope's box around its contents, along and across the ranks, between two
    boxes of a layer, and between two layers, in pixels."""

    before: float = 14.0
    after: float = 14.0
    above: float = 30.0
    below: float = 18.0
    between: float = 18.0
    ranks: float = 24.0


@dataclass
class Spot:
    """The far end of a node, or of a copy, along the ranks, and its middle across them.

    A mark is a copy at the end or the beginning of a row, where edges end and go on.
    """

    node: int
    end: float
    centre: float
    is_copy: bool
    is_mark: bool = False


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
    """The route from an operand to one of its users: straight runs, joined by curves.

    The last run begins where the user's layer begins; the drawing decides how it ends on the user.
    """

    source: int
    target: int
    runs: list[Run]


@dataclass
class Continuation:
    """The route from a node to the mark at the end of its row, as straight runs; the last one ends
    at the mark."""

    source: int
    runs: list[Run]


@dataclass
class Layout:
    """A finished layout: the nodes in their order and then the copies, the scopes' boxes from outer
    to inner, an edge for each pair of operand and user, and the size along and across the ranks.

    Of a layout in rows, `ways` lead to the marks at the ends of the rows.
    """

    spots: list[Spot]
    areas: list[ScopeArea]
    edges: list[Edge]
    length: float
    breadth: float
    crossings: int
    ways: list[Continuation] = field(default_factory=list)
