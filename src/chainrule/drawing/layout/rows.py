"""Break a long layout into rows, as a text is broken into lines.

Each row is laid out by itself. Where an edge would lead to another row, it ends at a mark at the
end of its own row, and begins again at a mark with the same name in the other one. A leaf is drawn
again instead, as it is beside a user that is far away.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .geometry import Continuation, Edge, Layout, Padding, Run, Spot, Vertex
from .layout import lay_out

BETWEEN_ROWS = 30.0
SHORTEST, LONGEST = 0.6, 1.15
"""A row is as long as this, in parts of its share of the whole; it ends where fewest edges run."""

APPROACH = 12.0
"""The length of the straight end of an edge at a mark, in pixels."""

Size = tuple[float, float]


def in_rows(
    layout: Layout,
    vertices: Sequence[Vertex],
    padding: Padding,
    marks: Sequence[Size],
    longest: float,
) -> Layout:
    """Return a layout in rows of about this length, or the same one if it can't be broken.

    `marks` are the sizes along and across the ranks of a mark that stands for each node.

    Cost: that of the layout once more.
    """
    cuts = _cuts(layout, vertices, longest)
    if not cuts:
        return layout
    row_of = [bisect_right(cuts, spot.end - 1.0) for spot in layout.spots[: len(vertices)]]
    first_use: dict[int, int] = {}
    for vertex, row in zip(vertices, row_of, strict=True):
        for operand in vertex.operands:
            first_use[operand] = min(first_use.get(operand, row), row)
    for node, vertex in enumerate(vertices):
        if not vertex.operands:
            row_of[node] = first_use.get(node, row_of[node])
    return _stack(_divide(vertices, row_of, marks), padding)


def _divide(vertices: Sequence[Vertex], row_of: Sequence[int], marks: Sequence[Size]) -> list[_Row]:
    """Give each vertex to its row, and add the marks."""
    rows = [_Row() for _ in range(max(row_of) + 1)]
    leads_on: dict[int, None] = {}
    for node, vertex in enumerate(vertices):
        row = rows[row_of[node]]
        operands = []
        for operand in vertex.operands:
            size = vertices[operand].copy_size
            if row_of[operand] == row_of[node]:
                operands.append(row.index[operand])
            elif size:
                operands.append(row.mark(operand, size, node))
            else:
                operands.append(row.mark(operand, marks[operand]))
                leads_on[operand] = None
        row.index[node] = row.add(node, replace(vertex, operands=tuple(operands)))
    for node in leads_on:
        row = rows[row_of[node]]
        row.ends.add(row.add(node, Vertex(*marks[node], operands=(row.index[node],))))
    return rows


@dataclass
class _Row:
    """The vertices of a row, the node that each one stands for, and which are marks.

    Attributes:
        index: The vertex of each node in this row.
        begins: The marks at which edges from other rows begin, by operand and, for a leaf, user.
        ends: The marks at which edges to other rows end.
        repeats: The marks that are leaves drawn again.
    """

    vertices: list[Vertex] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    begins: dict[tuple[int, int], int] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    repeats: set[int] = field(default_factory=set)

    def add(self, node: int, vertex: Vertex) -> int:
        self.vertices.append(vertex)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def mark(self, operand: int, size: Size, user: int = -1) -> int:
        """Return the mark at which the edges of an operand in another row begin; of a leaf, those
        to one user."""
        if (operand, user) not in self.begins:
            mark = self.begins[operand, user] = self.add(operand, Vertex(*size, copy_size=size))
            if user >= 0:
                self.repeats.add(mark)
        return self.begins[operand, user]

    def spot(self, spot: Spot, down: float) -> Spot:
        """Return a spot of this row in the whole picture."""
        is_begin = spot.node in self.begins.values()
        is_mark = spot.node in self.ends or (is_begin and spot.node not in self.repeats)
        is_copy = spot.is_copy or is_begin or is_mark
        return Spot(self.nodes[spot.node], spot.end, spot.centre + down, is_copy, is_mark)


def _cuts(layout: Layout, vertices: Sequence[Vertex], longest: float) -> list[float]:
    """Choose where rows end: between layers and scopes, where few sources have edges across."""
    spans = []
    for spot in layout.spots:
        vertex = vertices[spot.node]
        size = vertex.copy_size if spot.is_copy else None
        spans.append((spot.end - (size[0] if size else vertex.length), spot.end))
    spans += [(area.start, area.end) for area in layout.areas]
    gaps, reached = [], 0.0
    for begin, end in sorted(spans):
        if reached and begin > reached + 1.0:
            gaps.append((begin + reached) / 2)
        reached = max(reached, end)
    across = _across(layout, vertices, gaps)
    share = layout.length / math.ceil(layout.length / longest)
    cuts: list[float] = []
    begin = 0.0
    while layout.length - begin > LONGEST * share:
        first = bisect_right(gaps, begin + SHORTEST * share)
        beyond = bisect_right(gaps, begin + LONGEST * share)
        if first >= len(gaps):
            break
        best = min(range(first, max(beyond, first + 1)), key=lambda gap: (across[gap], -gap))
        begin = gaps[best]
        cuts.append(begin)
    return cuts


def _across(layout: Layout, vertices: Sequence[Vertex], gaps: Sequence[float]) -> list[int]:
    """Count the operations whose edges run across each gap. Leaves are drawn again anyway."""
    last: dict[int, float] = {}
    for edge in layout.edges:
        if not vertices[edge.source].copy_size:
            last[edge.source] = max(last.get(edge.source, 0.0), edge.runs[-1][0])
    steps = [0] * (len(gaps) + 1)
    for node, end in last.items():
        steps[bisect_right(gaps, layout.spots[node].end)] += 1
        steps[bisect_right(gaps, end)] -= 1
    counts, running = [], 0
    for step in steps[:-1]:
        running += step
        counts.append(running)
    return counts


def _stack(rows: Sequence[_Row], padding: Padding) -> Layout:
    """Lay the rows out, one below the other."""
    whole = Layout([], [], [], 0.0, -BETWEEN_ROWS, 0)
    for row in rows:
        layout = lay_out(row.vertices, padding)
        down = whole.breadth + BETWEEN_ROWS
        whole.spots += [row.spot(spot, down) for spot in layout.spots]
        whole.areas += [
            replace(area, low=area.low + down, high=area.high + down) for area in layout.areas
        ]
        for edge in layout.edges:
            runs: list[Run] = [(begin, end, at + down) for begin, end, at in edge.runs]
            source, target = row.nodes[edge.source], row.nodes[edge.target]
            if edge.target in row.ends:
                tip = layout.spots[edge.target].end - row.vertices[edge.target].length
                runs[-1] = min(runs[-1][0], tip - APPROACH), tip, runs[-1][2]
                whole.ways.append(Continuation(source, runs))
            else:
                whole.edges.append(Edge(source, target, runs))
        whole.length = max(whole.length, layout.length)
        whole.breadth = down + layout.breadth
        whole.crossings += layout.crossings
    whole.spots.sort(key=lambda spot: (spot.is_copy, not spot.is_copy and spot.node))
    return whole
