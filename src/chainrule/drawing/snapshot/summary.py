"""A graph too large to be drawn node by node: a few boxes with counts, by scope or by depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...engine.node import Node
from ...numerals import counted
from ..layout.scopes import contract, strong_components
from .homes import homes
from .picture import Card, Picture
from .text import BLANK, Number, clean

MOST_BOXES = 30
BANDS = 8
MOST_OPS = 5

KINDS = ("node", "parameter", "leaf", "constant")


def summarise(nodes: Sequence[Node], roots: Iterable[Node]) -> Picture:
    """Return a picture of at most `MOST_BOXES` boxes that stand for many nodes each."""
    index = {node: number for number, node in enumerate(nodes)}
    # Tuples of numbers: the garbage collector soon leaves them alone.
    operands = [tuple(map(index.__getitem__, node._operands)) for node in nodes]
    by_scope = _by_scope(nodes, operands)
    names, group = by_scope or _by_depth(nodes, operands)
    picture = _draw(nodes, operands, names, group)
    for root in roots:
        picture.cards[group[index[root]]].is_root = True
    picture.note = f"{len(nodes):,} nodes, collapsed by {'scope' if by_scope else 'depth'}"
    return picture


def _by_scope(
    nodes: Sequence[Node], operands: Sequence[Sequence[int]]
) -> tuple[list[str], list[int]] | None:
    """Group by scopes, as deep as `MOST_BOXES` groups allow; return None without scopes."""
    paths = homes(nodes)
    distinct = set(paths)
    depth, deepest = 0, max(map(len, distinct))
    while depth < deepest and len({path[: depth + 1] for path in distinct}) <= MOST_BOXES:
        depth += 1
    if not depth:
        return None
    keys: dict[tuple[object, ...], int] = {}
    group = []
    for path, below in zip(paths, operands, strict=True):
        key = path[:depth] or ("", bool(below))
        group.append(keys.setdefault(key, len(keys)))
    names, group = _merge([_scope_name(key) for key in keys], operands, group)
    return (names, group) if len(names) > 1 else None


def _scope_name(key: tuple[object, ...]) -> str:
    if key and key[0] == "":
        return "outside every scope" if key[-1] is True else "leaves outside"
    return clean(" / ".join(map(str, key)))


def _merge(
    names: list[str], operands: Sequence[Sequence[int]], group: list[int]
) -> tuple[list[str], list[int]]:
    """Merge groups that feed one another, and number the groups from operands to roots."""
    merged: dict[int, int] = {}
    together: list[str] = []
    below = contract(operands, dict(enumerate(group)))
    for number, component in enumerate(strong_components(below)):
        words = [names[one] for one in sorted(component)]
        more = f" and {len(words) - 2} more" if len(words) > 3 else ""
        together.append(", ".join(words[:2] if more else words) + more)
        merged.update(dict.fromkeys(component, number))
    return together, [merged[one] for one in group]


def _by_depth(
    nodes: Sequence[Node], operands: Sequence[Sequence[int]]
) -> tuple[list[str], list[int]]:
    """Group by the length of the longest path to a root."""
    depth = [0] * len(nodes)
    for node in range(len(nodes) - 1, -1, -1):
        for operand in operands[node]:
            if depth[operand] <= depth[node]:
                depth[operand] = depth[node] + 1
    depths = range(max(depth) + 1)
    bands = min(BANDS, len(depths))
    starts = [-(-band * len(depths) // bands) for band in range(bands + 1)]
    names: list[str] = []
    band_of: list[int] = []
    for band in range(bands):
        inside = depths[starts[band] : starts[band + 1]]
        names.insert(0, f"depth {inside[0]:,}" + f" to {inside[-1]:,}" * (len(inside) > 1))
        band_of += [bands - 1 - band] * len(inside)
    return names, [band_of[d] for d in depth]


def _draw(
    nodes: Sequence[Node],
    operands: Sequence[Sequence[int]],
    names: list[str],
    group: list[int],
) -> Picture:
    kinds: list[Counter[str]] = [Counter() for _ in names]
    ops: list[Counter[str]] = [Counter() for _ in names]
    flows: list[Counter[int]] = [Counter() for _ in names]
    for node, below, mine in zip(nodes, operands, group, strict=True):
        kinds[mine]["node"] += 1
        if below:
            ops[mine][node.op] += 1
            for operand in below:
                if group[operand] != mine:
                    flows[mine][group[operand]] += 1
        else:
            kinds[mine][node.kind] += 1
    picture = Picture()
    for mine, label in enumerate(names):
        sources = sorted(flows[mine])
        partials = tuple(Number(f"{flows[mine][other]:,}", 0) for other in sources)
        lines = _lines(kinds[mine], ops[mine])
        card = Card(label, "stack", BLANK, operands=tuple(sources), partials=partials, lines=lines)
        picture.cards.append(card)
    return picture


def _lines(kinds: Counter[str], ops: Counter[str]) -> tuple[str, ...]:
    rows = [counted(kinds[kind], kind) for kind in KINDS if kinds[kind]]
    common = sorted(ops.items(), key=lambda pair: (-pair[1], pair[0]))
    rows += [f"{count:,} {clean(str(op)) or 'of your own'}" for op, count in common[:MOST_OPS]]
    if len(common) > MOST_OPS:
        rows.append(f"{sum(count for _, count in common[MOST_OPS:]):,} other operations")
    return tuple(rows)
