"""A scope as a region that is laid out by itself; edges cross its border at ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from . import layering
from .coordinates import spread
from .copies import copy_far_users
from .geometry import Padding, Run, Vertex
from .layering import COPY, ENTRY, EXIT, NODE, SCOPE, Level, Links, Source
from .ordering import Order
from .scopes import Scope

STEEPEST = 0.1
"""How much farther two layers are apart where an edge runs far across, relative to that."""

WIDEST_GAP = 80.0
BORDER_GAP = 14.0

Goal = tuple[int, int]
"""What an edge leads to in a region: NODE, SCOPE or EXIT, and its index."""


@dataclass(eq=False)
class Region:
    """A scope, the level in it, and its box.

    Attributes:
        flows: For each node whose value flows here its goals, each with the order of its edge.
        items: The items of the level by what they stand for.
        middle: The middle of the box across the ranks, in its own coordinates.
        begin: Where each layer begins along the ranks; `finish` says where it ends.
        origin: The origin of these coordinates in the whole picture.
        sources: The source (a node or the copy beside the goal) of each goal's edge, and where on
            the goal the edge arrives.
    """

    scope: Scope
    index: int
    inner: list[Region] = field(default_factory=list)
    flows: dict[int, dict[Goal, int]] = field(default_factory=dict)
    level: Level = field(default_factory=Level)
    items: dict[Goal, int] = field(default_factory=dict)
    length: float = 0.0
    breadth: float = 0.0
    middle: float = 0.0
    begin: list[float] = field(default_factory=list)
    finish: list[float] = field(default_factory=list)
    origin: tuple[float, float] = (0.0, 0.0)
    sources: dict[tuple[int, int], tuple[Source, float]] = field(default_factory=dict)

    def lay_out(
        self,
        vertices: Sequence[Vertex],
        holder: Callable[[Region, int], Region | None],
        padding: Padding,
    ) -> int:
        """Lay the scope out after its inner scopes, and return the number of crossings.

        `holder` returns the region that holds a node, if it is this one or directly in it.
        """
        self._add_items(vertices, holder)
        self.level.between = padding.between
        layering.rank(self.level)
        sizes = ((node, vertices[node].copy_size) for node in self.scope.nodes)
        copy_far_users(self.level, {self.items[NODE, node]: size for node, size in sizes if size})
        layering.lay_lanes(self.level)
        links = layering.links(self.level)
        crossings = Order(self.level, links).run()
        spread(self.level, links)
        self.sources = {
            (source.node, item): (source, offset)
            for source in self.level.sources
            for item, offset, _ in source.targets
        }
        self._measure_ranks(links, padding.ranks)
        self._measure_box(padding)
        return crossings

    def _add_items(
        self, vertices: Sequence[Vertex], holder: Callable[[Region, int], Region | None]
    ) -> None:
        level, items = self.level, self.items
        for node in self.scope.nodes:
            items[NODE, node] = level.add(NODE, node, vertices[node].length, vertices[node].breadth)
        for inner in self.inner:
            items[SCOPE, inner.index] = level.add(SCOPE, inner.index, inner.length, inner.breadth)
        ports = {inner.index: inner for inner in self.inner}
        for node, goals in self.flows.items():
            source = self._source(node, holder(self, node), is_weak=not vertices[node].operands)
            for (kind, ref), order in goals.items():
                if kind == EXIT:
                    items[kind, ref] = level.add(EXIT, ref, 0.0, 0.0)
                offset = ports[ref]._port(ENTRY, node) if kind == SCOPE else 0.0
                source.targets.append((items[kind, ref], offset, order))
            level.sources.append(source)

    def _source(self, node: int, holder: Region | None, is_weak: bool) -> Source:
        if holder is self:
            return Source(node, self.items[NODE, node], is_weak=is_weak)
        if holder:
            offset = holder._port(EXIT, node)
            return Source(node, self.items[SCOPE, holder.index], offset, is_weak=is_weak)
        entry = self.items[ENTRY, node] = self.level.add(ENTRY, node, 0.0, 0.0)
        return Source(node, entry, is_weak=is_weak)

    def _port(self, kind: int, node: int) -> float:
        """Return where a node's edges cross the border, counted from the middle of the box."""
        return self.level.centre[self.items[kind, node]] - self.middle

    def _measure_ranks(self, links: Links, ranks: float) -> None:
        """Set where the layers begin and finish; edges that run far across push them apart."""
        level = self.level
        across = [0.0] * (len(level.layers) + 1)
        for x, y, leaving, arriving, _ in links:
            distance = abs(level.centre[x] + leaving - level.centre[y] - arriving)
            across[level.rank[x]] = max(across[level.rank[x]], distance)
        pinned = (ENTRY, 0), (EXIT, len(level.layers) - 2)
        borders = [rank for kind, rank in pinned if kind in level.kind]
        at = 0.0
        for rank, layer in enumerate(level.layers):
            length = max((level.length[item] for item in layer), default=0.0)
            self.begin.append(at)
            self.finish.append(at + length)
            space = BORDER_GAP if rank in borders else ranks
            at += length + min(space + STEEPEST * across[rank], WIDEST_GAP)

    def _measure_box(self, padding: Padding) -> None:
        level = self.level
        halves = [(centre, size / 2) for centre, size in zip(level.centre, level.breadth)]
        low = min((centre - half for centre, half in halves), default=0.0)
        high = max((centre + half for centre, half in halves), default=0.0)
        self.length = self.finish[-1] if self.finish else 0.0
        if self.index:
            low, high = low - padding.above, high + padding.below
            self.length += padding.before + padding.after
        self.breadth, self.middle = high - low, (low + high) / 2

    def end(self, item: int) -> float:
        """Return where an item ends along the ranks, in the whole picture."""
        return self.origin[0] + self.finish[self.level.rank[item]]

    def centre(self, item: int) -> float:
        """Return where an item's middle lies across the ranks, in the whole picture."""
        return self.origin[1] + self.level.centre[item]

    def add_runs(self, node: int, goal: Goal, runs: list[Run]) -> None:
        """Add the straight pieces of an edge in this region to `runs`."""
        level, along, item = self.level, self.origin[0], self.items[goal]
        source, offset = self.sources[node, item]
        end = self.end(source.item)
        if runs and level.kind[source.item] != COPY:
            runs[-1] = (runs[-1][0], end, runs[-1][2])
        else:
            runs[:] = [(end, end, self.centre(source.item) + source.offset)]
        for rank, lane in source.lanes.items():
            if rank < level.rank[item]:
                begin, end = along + self.begin[rank], along + self.finish[rank]
                runs.append((begin, end, self.centre(lane)))
        begin = along + self.begin[level.rank[item]]
        runs.append((begin, begin, self.centre(item) + offset))
