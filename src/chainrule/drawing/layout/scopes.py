"""Which nodes stand in one scope's box.

A box can only be drawn where no path leaves it and comes back: contracting it must leave the graph
without a cycle. A scope that is entered again later (a cell that is applied step by step) therefore
gets a box for each time. Scopes that feed each other both ways cannot both be boxes; their nodes
are then drawn without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Scope:
    """A box around nodes.

    Attributes:
        path: Its names, the outermost first; empty for the whole picture.
        parent: The scope around it, -1 for the whole picture.
        nodes: The nodes that stand directly in it.
        depth: How many scopes are around it.
    """

    path: tuple[str, ...]
    parent: int
    depth: int
    nodes: list[int] = field(default_factory=list)


def group(operands: Sequence[Sequence[int]], paths: Sequence[tuple[str, ...]]) -> list[Scope]:
    """Return the boxes, outer before inner; the first one is the whole picture.

    Args:
        operands: Of each node, operands before their users.
        paths: The names of the scopes around each node.

    Cost: O(depth of scopes · (nodes + edges)), more where scopes are entered again and again.
    """
    scopes = [Scope((), -1, 0)]
    queue = [list(range(len(paths)))]
    for index, members in enumerate(queue):
        here = scopes[index]
        part = _parts(operands, paths, members, here.depth)
        inner: dict[object, list[int]] = {}
        for node in members:
            if part[node] is None:
                here.nodes.append(node)
            else:
                inner.setdefault(part[node], []).append(node)
        for inside in inner.values():
            path = paths[inside[0]][: here.depth + 1]
            scopes.append(Scope(path, index, here.depth + 1))
            queue.append(inside)
    return scopes


def _parts(
    operands: Sequence[Sequence[int]],
    paths: Sequence[tuple[str, ...]],
    members: list[int],
    depth: int,
) -> dict[int, object]:
    """Return for each member the inner box that it stands in; None where directly here."""
    part: dict[int, object] = {
        node: paths[node][depth] if len(paths[node]) > depth else None for node in members
    }
    tangled = _tangled(operands, members, part)
    if tangled:
        for name in tangled:
            _split(operands, members, part, name)
        tangled = _tangled(operands, members, part)
        part.update((node, None) for node in members if part[node] in tangled)
    return part


def _split(
    operands: Sequence[Sequence[int]],
    members: list[int],
    part: dict[int, object],
    name: object,
) -> None:
    """Count how often each path has entered the scope, and make a box of each count.

    A leaf stands in the box of its first user.
    """
    times: dict[int, int] = {}
    renamed: dict[int, object] = {}
    for node in members:
        inside = part[node] == name
        count = 1 if inside else 0
        for operand in operands[node]:
            if operand in times:
                again = inside and part[operand] != name and times[operand] > 0
                count = max(count, times[operand] + again)
        times[node] = count
        if inside:
            renamed[node] = (name, count)
    first: dict[int, int] = {}
    for node in members:
        if node in renamed:
            for operand in operands[node]:
                if operand in renamed and not operands[operand]:
                    first[operand] = min(first.get(operand, times[node]), times[node])
    for leaf, count in first.items():
        renamed[leaf] = (name, count)
    part.update(renamed)


def _tangled(
    operands: Sequence[Sequence[int]], members: list[int], part: dict[int, object]
) -> set[object]:
    """Return the boxes that lie on a cycle when each box is contracted to a point."""
    names: dict[object, int] = {}
    point = {
        node: names.setdefault(node if part[node] is None else ("box", part[node]), len(names))
        for node in members
    }
    below: list[dict[int, None]] = [{} for _ in names]
    for node in members:
        for operand in operands[node]:
            if operand in point and point[operand] != point[node]:
                below[point[node]][point[operand]] = None
    boxes = {number: key[1] for key, number in names.items() if isinstance(key, tuple)}
    if not boxes:
        return set()
    return {
        boxes[number]
        for component in strong_components([list(row) for row in below])
        if len(component) > 1
        for number in component
        if number in boxes
    }


def strong_components(below: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield the strongly connected components of a graph, operands' components first.

    Cost: O(nodes + edges), no recursion.
    Source: Tarjan, Depth-First Search and Linear Graph Algorithms, 1972.
    """
    index = [-1] * len(below)
    low = [0] * len(below)
    on_stack = [False] * len(below)
    stack: list[int] = []
    counter = 0
    for start in range(len(below)):
        if index[start] >= 0:
            continue
        walk = [(start, iter(below[start]))]
        index[start] = low[start] = counter
        counter += 1
        stack.append(start)
        on_stack[start] = True
        while walk:
            node, rest = walk[-1]
            for other in rest:
                if index[other] < 0:
                    index[other] = low[other] = counter
                    counter += 1
                    stack.append(other)
                    on_stack[other] = True
                    walk.append((other, iter(below[other])))
                    break
                if on_stack[other]:
                    low[node] = min(low[node], index[other])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        other = stack.pop()
                        on_stack[other] = False
                        component.append(other)
                        if other == node:
                            break
                    yield component
