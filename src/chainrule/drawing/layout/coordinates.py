"""Place the items of ordered layers across the ranks: long edges run straight, and users stand
between their operands.

Four assignments are made, each pushing towards one corner; the mean of the middle two is taken. In
each, items are chained with the median of their neighbours into blocks that lie on one line, and
the blocks are pushed together. Edges of leaves give way to those of operations, so that a long
calculation runs straight and its leaves hang on.

Source: Brandes & Köpf, Fast and Simple Horizontal Coordinate Assignment, 2001, with the erratum of
2020: blocks are pushed together by longest paths over the graph of blocks. Offsets in a block as in
Rüegg, Schulze, Carstens & von Hanxleden, Size- and Port-Aware Horizontal Node Coordinate
Assignment, 2015.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise

from .layering import LANE, Level, Links

BETWEEN_LANES = 9.0
BESIDE_LANE = 16.0

Neighbours = list[list[tuple[int, float]]]


def gap(level: Level, x: int, y: int) -> float:
    """Return the distance that two neighbours in a layer keep between their middles, in pixels."""
    lanes = (level.kind[x] == LANE) + (level.kind[y] == LANE)
    space = (level.between, BESIDE_LANE, BETWEEN_LANES)[lanes]
    return (level.breadth[x] + level.breadth[y]) / 2 + space


def spread(level: Level, links: Links) -> None:
    """Set `level.centre` of a level in order. Cost: O(items + links · log links)."""
    below, above = _alignable(level, links)
    assignments = []
    for upwards in (False, True):
        neighbours = above if upwards else below
        for sign in (1, -1):
            layers = level.layers[::-1] if upwards else level.layers
            layers = [layer[::sign] for layer in layers]
            block, shift = _align(level, layers, neighbours, sign)
            assignments.append([sign * centre for centre in _push(level, layers, block, shift)])
    level.centre = _balance(assignments)
    ends: Neighbours = [[] for _ in level.kind]
    for x, y, leaving, arriving, _ in links:
        ends[x].append((y, arriving - leaving))
        ends[y].append((x, leaving - arriving))
    _centre_loose_items(level, links, ends)
    _unbend(level, ends)


def _alignable(level: Level, links: Links) -> tuple[Neighbours, Neighbours]:
    """Return the neighbours before, and after, each item that it may share a line with."""
    position = level.positions()
    strongest = [0] * len(position)
    for _, y, _, _, weight in links:
        strongest[y] = max(strongest[y], weight)
    barred = _crossing_lanes(level, links, position)
    below: Neighbours = [[] for _ in position]
    above: Neighbours = [[] for _ in position]
    for x, y, leaving, arriving, weight in links:
        if weight < strongest[y] or (x, y) in barred:
            continue
        below[y].append((x, leaving - arriving))
        above[x].append((y, arriving - leaving))
    for row in (*below, *above):
        row.sort(key=lambda end: position[end[0]])
    return below, above


def _crossing_lanes(level: Level, links: Links, position: list[int]) -> set[tuple[int, int]]:
    """Return the links that can't be straight: they cross a straight piece of a long edge."""
    barred: set[tuple[int, int]] = set()
    by_rank: list[list[tuple[int, int, int]]] = [[] for _ in level.layers]
    for x, y, _, _, weight in links:
        by_rank[level.rank[x]].append((x, y, weight))
    for rows in by_rank:
        inner = sorted((position[y], position[x], x, y) for x, y, weight in rows if weight == 3)
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
            nearest = bisect_left(kept_y, position[y])
            if nearest and kept_x[nearest - 1] > position[x]:
                barred.add((x, y))
            following = nearest + (nearest < len(kept_y) and kept_y[nearest] == position[y])
            if following < len(kept_x) and kept_x[following] < position[x]:
                barred.add((x, y))
    return barred


def _align(
    level: Level, layers: list[list[int]], neighbours: Neighbours, sign: int
) -> tuple[list[int], list[float]]:
    """Chain items into blocks; return each item's block and its offset in it."""
    block = list(range(len(level.kind)))
    shift = [0.0] * len(block)
    position = level.positions(layers)
    for layer in layers:
        reached = -1
        for item in layer:
            row = neighbours[item]
            last = len(row) - 1
            medians = (last // 2, (last + 1) // 2)[::sign] if row else ()
            for median in dict.fromkeys(medians):
                other, offset = row[median]
                if position[other] > reached:
                    block[item] = block[other]
                    shift[item] = shift[other] + sign * offset
                    reached = position[other]
                    break
    return block, shift


def _push(
    level: Level, layers: list[list[int]], block: list[int], shift: list[float]
) -> list[float]:
    """Push the blocks as near to the beginning as their order allows, then close needless holes."""
    after: dict[int, list[tuple[int, float]]] = {}
    before: dict[int, int] = {}
    for layer in layers:
        for x, y in pairwise(layer):
            distance = gap(level, x, y) + shift[x] - shift[y]
            after.setdefault(block[x], []).append((block[y], distance))
            before[block[y]] = before.get(block[y], 0) + 1
    order = [item for item in range(len(block)) if block[item] == item and item not in before]
    at = [0.0] * len(block)
    for one in order:
        for following, distance in after.get(one, ()):
            at[following] = max(at[following], at[one] + distance)
            before[following] -= 1
            if not before[following]:
                order.append(following)
    for one in reversed(order):
        limits = [at[following] - distance for following, distance in after.get(one, ())]
        if limits:
            at[one] = max(at[one], min(limits))
    return [at[block[item]] + shift[item] for item in range(len(block))]


def _balance(assignments: list[list[float]]) -> list[float]:
    """Bring the four assignments together at the narrowest and take the mean of the middle two."""
    if not assignments[0]:
        return []
    narrowest = min(assignments, key=lambda row: max(row) - min(row))
    low, high = min(narrowest), max(narrowest)
    moved = []
    for number, row in enumerate(assignments):
        move = high - max(row) if number % 2 else low - min(row)
        moved.append([centre + move for centre in row])
    return [sum(sorted(four)[1:3]) / 2 for four in zip(*moved, strict=True)]


def _centre_loose_items(level: Level, links: Links, ends: Neighbours) -> None:
    """Move items with nothing to keep straight between their neighbours, if there is room."""
    held = [kind == LANE for kind in level.kind]
    for x, y, _, _, weight in links:
        if weight > 1:
            held[x] = held[y] = True
    for _ in range(3):
        for layer in level.layers:
            for index, item in enumerate(layer):
                if held[item] or not ends[item]:
                    continue
                goals = sorted(level.centre[other] + offset for other, offset in ends[item])
                middle = (goals[(len(goals) - 1) // 2] + goals[len(goals) // 2]) / 2
                low, high = _room(level, layer, index)
                level.centre[item] = min(max(middle, low), high)


def _room(level: Level, layer: list[int], index: int) -> tuple[float, float]:
    """Return how far an item may move down and up between its neighbours in the layer."""
    low, high, item = -math.inf, math.inf, layer[index]
    if index:
        low = level.centre[layer[index - 1]] + gap(level, layer[index - 1], item)
    if index + 1 < len(layer):
        high = level.centre[layer[index + 1]] - gap(level, item, layer[index + 1])
    return low, high


def _unbend(level: Level, ends: Neighbours) -> None:
    """Bring lanes that lie beyond both of their ends back between them, as far as there is room."""
    centre = level.centre
    for layer in (*level.layers, *reversed(level.layers)):
        order = list(enumerate(layer))
        for index, item in (*order, *reversed(order)):
            if level.kind[item] != LANE or not ends[item]:
                continue
            goals = [centre[other] + offset for other, offset in ends[item]]
            goal = min(max(centre[item], min(goals)), max(goals))
            if goal == centre[item]:
                continue
            low, high = _room(level, layer, index)
            goal = max(goal, low) if goal < centre[item] else min(goal, high)
            if (goal - centre[item]) * (goals[0] - centre[item]) > 0:
                centre[item] = goal
