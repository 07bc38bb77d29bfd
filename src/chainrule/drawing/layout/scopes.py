"""Find which nodes stand in the box of each scope.

A box can only be drawn if no path leaves it and comes back: contracting it must leave the graph
without a cycle. A scope that is entered again later (a cell that is applied step by step) therefore
gets a box for each time. Scopes that feed each other both ways cannot both be boxes; their nodes
are then drawn without one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

DONE = 1 << 60
"""The visit number of a node whose component is complete: larger than that of any other."""


@dataclass
class Scope:
    """A box around nodes.

    Attributes:
        path: The names of the scopes, the outermost first; empty for the whole picture.
        parent: The index of the scope around it, -1 for the whole picture.
        depth: The number of scopes around it.
        nodes: The nodes that stand directly in it.
    """

    path: tuple[str, ...]
    parent: int
    depth: int
    nodes: list[int] = field(default_factory=list)


def group(operands: Sequence[Sequence[int]], paths: Sequence[tuple[str, ...]]) -> list[Scope]:
    """Return the boxes, outer before inner; the first one is the whole picture.

    Cost: O(depth of scopes · (nodes + edges)), more where scopes are entered again and again.
    """
    scopes = [Scope((), -1, 0)]
    queue = [list(range(len(paths)))]
    for index, members in enumerate(queue):
        here = scopes[index]
        inner: dict[object, list[int]] = {}
        for node, box in _boxes(operands, paths, members, here.depth).items():
            if box is None:
                here.nodes.append(node)
            else:
                inner.setdefault(box, []).append(node)
        for inside in inner.values():
            path = paths[inside[0]][: here.depth + 1]
            scopes.append(Scope(path, index, here.depth + 1))
            queue.append(inside)
    return scopes


def _boxes(
    operands: Sequence[Sequence[int]],
    paths: Sequence[tuple[str, ...]],
    members: list[int],
    depth: int,
) -> dict[int, object]:
    """Return the inner box of each member, or None if it stands directly here."""
    boxes: dict[int, object] = {
        node: paths[node][depth] if len(paths[node]) > depth else None for node in members
    }
    tangled = _tangled(operands, boxes)
    for name in tangled:
        _split(operands, boxes, name)
    if tangled:
        tangled = _tangled(operands, boxes)
        boxes.update((node, None) for node in members if boxes[node] in tangled)
    return boxes


def _split(operands: Sequence[Sequence[int]], boxes: dict[int, object], name: object) -> None:
    """Count how often each path has entered the scope, and make a box of each count.

    A leaf stands in the box of its first user.
    """
    times: dict[int, int] = {}
    first: dict[int, int] = {}
    for node, box in boxes.items():
        is_inside = box == name
        count = int(is_inside)
        for operand in operands[node]:
            if operand in times:
                again = is_inside and boxes[operand] != name and times[operand] > 0
                count = max(count, times[operand] + again)
        times[node] = count
        for operand in operands[node] if is_inside else ():
            if not operands[operand] and boxes.get(operand) == name:
                first[operand] = min(first.get(operand, count), count)
    inside = [node for node, box in boxes.items() if box == name]
    boxes.update((node, (name, first.get(node, times[node]))) for node in inside)


def _tangled(operands: Sequence[Sequence[int]], boxes: Mapping[int, object]) -> set[object]:
    """Return the boxes that lie on a cycle when each box is contracted to a point."""
    if all(box is None for box in boxes.values()):
        return set()
    points = {node: node if box is None else (box,) for node, box in boxes.items()}
    return {
        point[0]
        for component in strong_components(contract(operands, points))
        if len(component) > 1
        for point in component
        if isinstance(point, tuple)
    }


def contract(operands: Sequence[Sequence[int]], points: Mapping[int, T]) -> dict[T, dict[T, None]]:
    """Return the points below each point, when the nodes of a point are contracted to it."""
    below: dict[T, dict[T, None]] = {point: {} for point in points.values()}
    for node, point in points.items():
        for operand in operands[node]:
            if points.get(operand, point) != point:
                below[point][points[operand]] = None
    return below


def strong_components(below: Mapping[T, Iterable[T]]) -> Iterator[list[T]]:
    """Yield the strongly connected components of a graph, operands' components first.

    Cost: O(nodes + edges), no recursion.
    Source: Tarjan, Depth-First Search and Linear Graph Algorithms, 1972.
    """
    visit: dict[T, int] = {}
    low: dict[T, int] = {}
    open_nodes: list[T] = []
    for start in below:
        path: list[T] = []
        walk = [iter([start])]
        while walk:
            for other in walk[-1]:
                if other not in visit:
                    visit[other] = low[other] = len(visit)
                    open_nodes.append(other)
                    path.append(other)
                    walk.append(iter(below[other]))
                    break
                if path:
                    low[path[-1]] = min(low[path[-1]], visit[other])
            else:
                walk.pop()
                if not path:
                    continue
                node = path.pop()
                if path:
                    low[path[-1]] = min(low[path[-1]], low[node])
                if low[node] == visit[node]:
                    component = [open_nodes.pop()]
                    while component[-1] != node:
                        component.append(open_nodes.pop())
                    visit.update(dict.fromkeys(component, DONE))
                    yield component
