"""Draw a leaf again if it is used far away or outside its scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .geometry import Vertex
from .layering import COPY, NODE, Level, Source, Target

FAR = 4
"""A leaf with three or more users that lie this many layers apart is drawn again beside them."""

VERY_FAR = 9
"""The same with two users."""


def copy_outside(vertices: Sequence[Vertex]) -> tuple[list[Vertex], list[int]]:
    """Add a copy of each leaf that stands in a scope and is used there and elsewhere.

    Returns:
        The vertices, their copies at the end, and for each the index of the one that it repeats.
    """
    inside = {
        operand
        for vertex in vertices
        for operand in vertex.operands
        if vertices[operand].scope and _holds(vertices[operand].scope, vertex.scope)
    }
    every, originals = list(vertices), list(range(len(vertices)))
    copies: dict[tuple[int, tuple[str, ...]], int] = {}
    for index, vertex in enumerate(vertices):
        operands = list(vertex.operands)
        for slot, operand in enumerate(operands):
            leaf = vertices[operand]
            if operand not in inside or not leaf.copy_size or _holds(leaf.scope, vertex.scope):
                continue
            key = operand, vertex.scope
            if key not in copies:
                copies[key] = len(every)
                originals.append(operand)
                length, breadth = leaf.copy_size
                every.append(replace(leaf, scope=vertex.scope, length=length, breadth=breadth))
            operands[slot] = copies[key]
        every[index] = replace(vertex, operands=tuple(operands))
    return every, originals


def _holds(outer: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return path[: len(outer)] == outer


def copy_far_users(level: Level, copy_size: dict[int, tuple[float, float]]) -> None:
    """Add copies of leaves whose users lie far apart to a ranked level.

    `copy_size` holds length and breadth of the copy, for every item that may have copies.
    """
    ranks = level.rank
    for source in list(level.sources):
        if source.item not in copy_size or level.kind[source.item] != NODE:
            continue
        users = sorted(source.targets, key=lambda target: ranks[target[0]])
        distinct = len({item for item, _, _ in users})
        span = ranks[users[-1][0]] - ranks[users[0][0]] if users else 0
        if not ((distinct > 2 and span >= FAR) or (distinct > 1 and span >= VERY_FAR)):
            continue
        groups: list[list[Target]] = []
        for target in users:
            if not groups or ranks[target[0]] > ranks[groups[-1][0][0]] + 1:
                groups.append([])
            groups[-1].append(target)
        source.targets = groups[0]
        for group in groups[1:]:
            rank = ranks[group[0][0]] - 1
            copy = level.add(COPY, level.ref[source.item], *copy_size[source.item], rank)
            level.sources.append(Source(source.node, copy, 0.0, group, source.is_weak))
