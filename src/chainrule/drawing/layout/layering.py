"""A graph in layers: the items of one scope, their ranks, and the lanes of the edges that run past
a layer.

A *rank* is the number of the layer, counted from the side of the operands. Every edge leads from a
lower rank to a higher one. Where it passes a layer, it runs through a *lane*, an item without
a size (a dummy node, in the literature). All edges of one source share one row of lanes and leave
it where they have to: a weight that is used forty times costs one lane a layer and not forty.

Source: Sugiyama, Tagawa & Toda, Methods for Visual Understanding of Hierarchical System Structures,
1981; ranks as in Gansner, Koutsofios, North & Vo, A Technique for Drawing Directed Graphs, 1993,
with a local search for the simplex.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .geometry import Padding

NODE, SCOPE, ENTRY, EXIT, COPY, LANE = range(6)
"""What an item is. An entry or exit is the point where a source's edges cross a scope's border."""

Target = tuple[int, float, int]
"""An item that edges lead to, where on it they arrive, and the order of the edge among all."""

Links = list[tuple[int, int, float, float, int]]
"""Rows of (item, next item, offset at the first, offset at the second, weight)."""


@dataclass
class Source:
    """A node whose edges leave an item of this level, and the targets of those edges.

    Attributes:
        offset: Where on the item they leave, across the ranks and from its middle.
        is_weak: Whether it is a leaf, whose edges give way to those of operations when nodes are
            aligned.
        lanes: Its lanes by rank.
    """

    node: int
    item: int
    offset: float = 0.0
    targets: list[Target] = field(default_factory=list)
    is_weak: bool = False
    lanes: dict[int, int] = field(default_factory=dict)


@dataclass
class Level:
    """Items that are laid out together; the lists have one element for each item.

    Attributes:
        kind: NODE, SCOPE, ENTRY, EXIT, COPY or LANE.
        ref: The node or scope that the item stands for; for an entry, an exit or a lane the node
            whose edges run through it.
        length: Its size along the ranks, in pixels; its breadth is the size across them.
        sources: The items that edges leave.
        layers: The items of each rank, in order.
        centre: The middle of each item across the ranks.
        between: The space between two boxes of a layer.
    """

    kind: list[int] = field(default_factory=list)
    ref: list[int] = field(default_factory=list)
    length: list[float] = field(default_factory=list)
    breadth: list[float] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)
    centre: list[float] = field(default_factory=list)
    between: float = Padding.between

    def add(self, kind: int, ref: int, length: float, breadth: float, rank: int = 0) -> int:
        """Add an item and return its index."""
        self.kind.append(kind)
        self.ref.append(ref)
        self.length.append(length)
        self.breadth.append(breadth)
        self.rank.append(rank)
        return len(self.kind) - 1

    def positions(self, layers: list[list[int]] | None = None) -> list[int]:
        """Return the position of each item in its layer."""
        position = [0] * len(self.kind)
        for layer in self.layers if layers is None else layers:
            for index, item in enumerate(layer):
                position[item] = index
        return position


def rank(level: Level) -> None:
    """Put every item as near to its users as it can be, then earlier if that shortens edges."""
    users: list[list[int]] = [[] for _ in level.kind]
    operands: list[list[int]] = [[] for _ in level.kind]
    for source in level.sources:
        for target in dict.fromkeys(item for item, _, _ in source.targets):
            users[source.item].append(target)
            operands[target].append(source.item)
    order = _topological(users, operands)
    leaf_at = {user for item in order if not operands[item] for user in users[item]}
    ranks = [0] * len(order)
    for item in reversed(order):
        if users[item]:
            # A leaf stands beside its user, not in the layer of a whole scope, far away.
            far = leaf_at if level.kind[item] == SCOPE else ()
            ranks[item] = min(ranks[user] - 1 - (user in far) for user in users[item])
    lowest = min(ranks, default=0)
    level.rank = [value - lowest for value in ranks]
    _tighten(level, order, users, operands)
    pin_borders(level)


def _topological(users: list[list[int]], operands: list[list[int]]) -> list[int]:
    waiting = [len(row) for row in operands]
    order = [item for item, count in enumerate(waiting) if not count]
    for item in order:
        for user in users[item]:
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    return order


def _tighten(
    level: Level, order: list[int], users: list[list[int]], operands: list[list[int]]
) -> None:
    """Move items towards their operands if two or more lanes become shorter and only one longer."""
    ranks = level.rank
    is_scope = [kind == SCOPE for kind in level.kind]
    for _ in range(4):
        has_moved = False
        for item in order:
            mine = operands[item]
            if len(mine) < 2 or not users[item] or any(is_scope[one] for one in (item, *mine)):
                continue
            room = ranks[item] - 1 - max(ranks[operand] for operand in mine)
            if room < 1:
                continue
            last_uses = [
                max((ranks[user] for user in users[operand] if user != item), default=-1)
                for operand in mine
            ]
            shortened = [last for last in last_uses if last < ranks[item]]
            if len(shortened) > 1:
                ranks[item] -= min(room, max(1, ranks[item] - max(0, *shortened)))
                has_moved = True
        if not has_moved:
            return


def pin_borders(level: Level) -> None:
    """Put entries into a layer of their own at the beginning, exits into one at the end."""
    inner = [rank for rank, kind in zip(level.rank, level.kind) if kind not in (ENTRY, EXIT)]
    lowest, highest = min(inner, default=0), max(inner, default=0)
    first = int(ENTRY in level.kind)
    pinned = {ENTRY: 0, EXIT: first + highest - lowest + 1}
    level.rank = [
        pinned.get(kind, first + rank - lowest) for kind, rank in zip(level.kind, level.rank)
    ]


def lay_lanes(level: Level) -> None:
    """Add one row of lanes for each source whose edges pass a layer. Cost: O(items + lanes)."""
    for source in level.sources:
        if not source.targets:
            continue
        first = level.rank[source.item] + 1
        last = max(level.rank[item] for item, _, _ in source.targets)
        for between in range(first, last):
            source.lanes[between] = level.add(LANE, source.node, 0.0, 0.0, between)


def links(level: Level) -> Links:
    """Return every link between neighbouring layers, an item's in the order of its operands.

    The weight says how straight a link should be: 3 between two lanes, 2 from an operation, 1 from
    a leaf.
    """
    ordered = []
    for source in level.sources:
        before, offset, weight = source.item, source.offset, 1 if source.is_weak else 2
        for lane in source.lanes.values():
            is_long = level.kind[before] == LANE
            ordered.append((0, (before, lane, offset, 0.0, 3 if is_long else weight)))
            before, offset = lane, 0.0
        for target, arrival, order in source.targets:
            lane = source.lanes.get(level.rank[target] - 1, source.item)
            leaving = source.offset if lane == source.item else 0.0
            ordered.append((order, (lane, target, leaving, arrival, weight)))
    return [link for _, link in sorted(ordered, key=lambda pair: pair[0])]
