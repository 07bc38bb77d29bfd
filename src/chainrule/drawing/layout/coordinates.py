"""Where the items of ordered layers lie across the ranks: long edges straight, users between their
operands.

Four assignments are made, each pressing towards one corner; the mean of the middle two is taken.
In each, items are chained with the median of their neighbours into blocks that lie on one line,
and the blocks are pressed together. Edges of leaves give way to those of operations, so that a
long calculation runs straight and its leaves hang on.

Source: Brandes & Köpf, Fast and Simple Horizontal Coordinate Assignment, 2001, with the erratum of
2020: blocks are pressed together by longest paths over the graph of blocks. Offsets in a block as
in Rüegg, Schulze, Carstens & von Hanxleden, Size- and Port-Aware Horizontal Node Coordinate
Assignment, 2015.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from .layering import LANE, Level, Links

BETWEEN_ITEMS = 26.0
"""Pixels between two boxes, of which the strip for a remark takes the upper half."""

BETWEEN_LANES = 10.0
BESIDE_LANE = 19.0

Neighbours = list[list[tuple[int, float]]]


def gap(level: Level, x: int, y: int) -> float:
    """The distance that two neighbours in a layer keep between their middles, in pixels."""
    lanes = (level.kind[x] == LANE) + (level.kind[y] == LANE)
    space = (BETWEEN_ITEMS, BESIDE_LANE, BETWEEN_LANES)[lanes]
    return (level.breadth[x] + level.breadth[y]) / 2 + space


def spread(level: Level, links: Links) -> None:
    """Set `level.centre`.

    Args:
        level: With its layers in order.
        links: Of `level.links`.

    Cost: O(items + links · log links).
    """
    below, above = _alignable(level, links)
    found = []
    for upwards in (False, True):
        neighbours = above if upwards else below
        for mirrored in (False, True):
            layers = level.layers[::-1] if upwards else level.layers
            if mirrored:
                layers = [layer[::-1] for layer in layers]
            sign = -1.0 if mirrored else 1.0
            root, shift = _align(layers, neighbours, sign, len(level.kind))
            places = _press(level, layers, root, shift)
            found.append([sign * place for place in places])
    level.centre = _balance(found)
    _settle(level, links)
    _unbend(level, links)


def _alignable(level: Level, links: Links) -> tuple[Neighbours, Neighbours]:
    """Return for each item the neighbours in the layer before, and after, that it may share a line
    with."""
    count = len(level.kind)
    place = [0] * count
    for layer in level.layers:
        for spot, item in enumerate(layer):
            place[item] = spot
    strongest = [0] * count
    for _, y, _, _, weight in links:
        strongest[y] = max(strongest[y], weight)
    barred = _crossing_lanes(level, links, place)
    below: Neighbours = [[] for _ in range(count)]
    above: Neighbours = [[] for _ in range(count)]
    for x, y, leaving, arriving, weight in links:
        if weight < strongest[y] or (x, y) in barred:
            continue
        below[y].append((x, leaving - arriving))
        above[x].append((y, arriving - leaving))
    for rows in (below, above):
        for row in rows:
            if len(row) > 1:
                row.sort(key=lambda end: place[end[0]])
    return below, above


def _crossing_lanes(level: Level, links: Links, place: list[int]) -> set[tuple[int, int]]:
    """Return the links that may not be straight because they cross a straight piece of a long
    edge."""
    barred: set[tuple[int, int]] = set()
    by_rank: list[list[tuple[int, int, int]]] = [[] for _ in level.layers]
    for x, y, _, _, weight in links:
        by_rank[level.rank[x]].append((x, y, weight))
    for rows in by_rank:
        inner = sorted((place[y], place[x], x, y) for x, y, weight in rows if weight == 3)
        kept_y: list[int] = []
        kept_x: list[int] = []
        for at_y, at_x, x, y in inner:
            if kept_x and at_x < kept_x[-1]:
                barred.add((x, y))
            else:
                kept_y.append(at_y)
                kept_x.append(at_x)
        if not kept_y:
            continue
        for x, y, weight in rows:
            if weight == 3:
                continue
            nearest = bisect_left(kept_y, place[y])
            if nearest and kept_x[nearest - 1] > place[x]:
                barred.add((x, y))
            following = nearest + (nearest < len(kept_y) and kept_y[nearest] == place[y])
            if following < len(kept_x) and kept_x[following] < place[x]:
                barred.add((x, y))
    return barred


def _align(
    layers: list[list[int]], neighbours: Neighbours, sign: float, count: int
) -> tuple[list[int], list[float]]:
    """Chain items into blocks; return each item's block and its offset in it."""
    root = list(range(count))
    shift = [0.0] * count
    place = [0] * count
    taken = [False] * count
    for layer in layers:
        for spot, item in enumerate(layer):
            place[item] = spot
    mirrored = sign < 0
    for layer in layers:
        reached = -1
        for item in layer:
            row = neighbours[item]
            if not row:
                continue
            middle = len(row) - 1
            picks = (
                (middle // 2, (middle + 1) // 2)
                if not mirrored
                else (
                    (middle + 1) // 2,
                    middle // 2,
                )
            )
            for pick in dict.fromkeys(picks):
                other, offset = row[pick]
                if place[other] > reached and not taken[item]:
                    taken[item] = True
                    root[item] = root[other]
                    shift[item] = shift[other] + sign * offset
                    reached = place[other]
    return root, shift


def _press(
    level: Level, layers: list[list[int]], root: list[int], shift: list[float]
) -> list[float]:
    """Place the blocks as near to the beginning as their order allows, then close needless
    holes."""
    after: dict[int, list[tuple[int, float]]] = {}
    before: dict[int, int] = {}
    for layer in layers:
        for x, y in pairwise(layer):
            need = gap(level, x, y) + shift[x] - shift[y]
            after.setdefault(root[x], []).append((root[y], need))
            before[root[y]] = before.get(root[y], 0) + 1
    blocks = [item for item in range(len(root)) if root[item] == item]
    order = [block for block in blocks if block not in before]
    at = [0.0] * len(root)
    for block in order:
        for following, need in after.get(block, ()):
            at[following] = max(at[following], at[block] + need)
            before[following] -= 1
            if not before[following]:
                order.append(following)
    for block in reversed(order):
        ends = after.get(block)
        if ends:
            at[block] = max(at[block], min(at[following] - need for following, need in ends))
    return [at[root[item]] + shift[item] for item in range(len(root))]


def _balance(found: list[list[float]]) -> list[float]:
    """Bring the four assignments together at the narrowest and take the mean of the middle two."""
    if not found[0]:
        return []
    widths = [max(row) - min(row) for row in found]
    narrow = found[widths.index(min(widths))]
    low, high = min(narrow), max(narrow)
    for number, row in enumerate(found):
        move = high - max(row) if number % 2 else low - min(row)
        found[number] = [place + move for place in row]
    middle = []
    for four in zip(*found, strict=True):
        ordered = sorted(four)
        middle.append((ordered[1] + ordered[2]) / 2)
    return middle


def _settle(level: Level, links: Links) -> None:
    """Move what nothing holds straight into the middle of its neighbours, as far as there is
    room."""
    goals: Neighbours = [[] for _ in level.kind]
    held = [kind == LANE for kind in level.kind]
    for x, y, leaving, arriving, weight in links:
        goals[x].append((y, arriving - leaving))
        goals[y].append((x, leaving - arriving))
        if weight > 1:
            held[x] = held[y] = True
    for _ in range(3):
        for layer in level.layers:
            _settle_layer(level, layer, goals, held)


def _settle_layer(level: Level, layer: list[int], goals: Neighbours, held: list[bool]) -> None:
    centre = level.centre
    for number, item in enumerate(layer):
        if held[item] or not goals[item]:
            continue
        wanted = sorted(centre[other] + offset for other, offset in goals[item])
        target = (wanted[(len(wanted) - 1) // 2] + wanted[len(wanted) // 2]) / 2
        if number:
            before = layer[number - 1]
            target = max(target, centre[before] + gap(level, before, item))
        if number + 1 < len(layer):
            after = layer[number + 1]
            target = min(target, centre[after] - gap(level, item, after))
        centre[item] = target


def _unbend(level: Level, links: Links) -> None:
    """Bring lanes that lie beyond both of their ends back between them, as far as there is room."""
    ends: Neighbours = [[] for _ in level.kind]
    for x, y, leaving, arriving, _ in links:
        ends[x].append((y, arriving - leaving))
        ends[y].append((x, leaving - arriving))
    centre = level.centre
    for layer in (*level.layers, *reversed(level.layers)):
        order = list(enumerate(layer))
        for number, item in (*order, *reversed(order)):
            if level.kind[item] != LANE or not ends[item]:
                continue
            goals = [centre[other] + offset for other, offset in ends[item]]
            target = min(max(centre[item], min(goals)), max(goals))
            if number and target < centre[item]:
                before = layer[number - 1]
                target = max(target, centre[before] + gap(level, before, item))
            if number + 1 < len(layer) and target > centre[item]:
                after = layer[number + 1]
                target = min(target, centre[after] - gap(level, item, after))
            if (target - centre[item]) * (goals[0] - centre[item]) > 0:
                centre[item] = target
