"""Which scopes can be collapsed, and the layout for each way of collapsing them.

A collapsed scope is drawn as one box instead of its boxes. As many ways as can be afforded have a
layout of their own, made here, those that leave the fewest boxes first; for the others the browser
draws the one box where the scope's boxes lie, and nothing around it moves.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from ...numerals import counted
from ..shapes.sheet import Rectangle
from ..snapshot.picture import Card, Picture
from ..snapshot.summary import KINDS
from ..snapshot.text import BLANK
from .coordinates import Coordinates, lay_out

MOST_STATES = 40
MOST_CARDS = 6000
"""The most layouts besides the first one, and the most cards in all of them."""

SLACK = 0.5


@dataclass
class Area:
    """A scope's box that can be collapsed.

    Attributes:
        path: Its names, the outermost first.
        parent: The box around it, -1 for none.
        nodes: All nodes in it, those of inner boxes too.
        inner: The boxes directly in it.
    """

    path: tuple[str, ...]
    parent: int
    nodes: list[int] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)


def areas_of(picture: Picture, coordinates: Coordinates) -> list[Area]:
    """Return the boxes of the layout with the nodes in each."""
    areas: list[Area] = []
    by_path: dict[tuple[str, ...], list[int]] = {}
    boxes = [box for _, box in coordinates.areas]
    for number, (path, box) in enumerate(coordinates.areas):
        around = [
            other
            for other in range(number)
            if len(coordinates.areas[other][0]) < len(path) and _inside(box, boxes[other])
        ]
        parent = max(around, key=lambda other: len(coordinates.areas[other][0]), default=-1)
        areas.append(Area(path, parent))
        by_path.setdefault(path, []).append(number)
        if parent >= 0:
            areas[parent].inner.append(number)
    for node, card in enumerate(picture.cards):
        for depth in range(1, len(card.scope) + 1):
            for number in by_path.get(card.scope[:depth], ()):
                if _inside(coordinates.boxes[node], boxes[number]):
                    areas[number].nodes.append(node)
    return areas


def _inside(box: Rectangle, other: Rectangle) -> bool:
    return (
        other[0] - SLACK <= box[0]
        and other[1] - SLACK <= box[1]
        and box[0] + box[2] <= other[0] + other[2] + SLACK
        and box[1] + box[3] <= other[1] + other[3] + SLACK
    )


def states_of(areas: Sequence[Area], cards: int) -> list[tuple[int, ...]]:
    """Return the ways of collapsing boxes that are worth a layout, each as its outermost boxes.

    Returns:
        Those that leave the fewest cards, as many as can be afforded, without the one in which
        nothing is collapsed. Where there are many, only those in which every box of some depth is.
    """
    tops = [number for number, area in enumerate(areas) if area.parent < 0]
    ways = [1] * len(areas)
    for number in reversed(range(len(areas))):
        inside = math.prod(ways[inner] for inner in areas[number].inner)
        ways[number] = min(inside + 1, MOST_STATES + 1)
    are_few = math.prod(ways[number] for number in tops) <= MOST_STATES
    states = _choices(areas, tops) if are_few else _levels(areas, tops)
    remaining = {s: cards - sum(len(areas[area].nodes) - 1 for area in s) for s in states if s}
    affordable, budget = [], MOST_CARDS
    for state in sorted(remaining, key=lambda state: remaining[state]):
        budget -= remaining[state]
        if budget >= 0:
            affordable.append(state)
    return affordable


def _levels(areas: Sequence[Area], tops: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Collapse every box of a depth, the outermost first; a box without inner ones stays whole."""
    level, before = tuple(tops), None
    while level and level != before:
        yield level
        before = level
        inner = (areas[number].inner or (number,) for number in level)
        level = tuple(sorted(itertools.chain.from_iterable(inner)))


def _choices(areas: Sequence[Area], siblings: Sequence[int]) -> Iterator[tuple[int, ...]]:
    each = [[*_choices(areas, areas[number].inner), (number,)] for number in siblings]
    for combination in itertools.product(*each):
        yield tuple(sorted(itertools.chain.from_iterable(combination)))


class Contraction(NamedTuple):
    """A picture in which some scopes are one card each.

    Attributes:
        picture: Its cards, operands before their users.
        members: For each card the node, or -1 - area for a collapsed scope.
    """

    picture: Picture
    members: list[int]


def contract(picture: Picture, areas: Sequence[Area], state: Sequence[int]) -> Contraction | None:
    """Put one card instead of each collapsed scope; None where that would make a cycle."""
    stands_for = list(range(len(picture.cards)))
    for area in state:
        for node in areas[area].nodes:
            stands_for[node] = -1 - area
    below: dict[int, dict[int, None]] = {member: {} for member in stands_for}
    for node, card in enumerate(picture.cards):
        mine = stands_for[node]
        for operand in card.operands:
            if stands_for[operand] != mine:
                below[mine][stands_for[operand]] = None
    order = _ordered(below)
    if order is None:
        return None
    position = {member: number for number, member in enumerate(order)}
    contracted = Picture(show_grad=picture.show_grad, local=picture.local)
    for member in order:
        if member >= 0:
            card = picture.cards[member]
            operands = tuple(position[stands_for[operand]] for operand in card.operands)
            card = replace(card, operands=operands)
        else:
            scope = areas[-1 - member]
            inside = [picture.cards[node] for node in scope.nodes]
            card = stack_card(scope.path, inside, tuple(sorted(position[m] for m in below[member])))
        contracted.cards.append(card)
    return Contraction(contracted, order)


def _ordered(below: dict[int, dict[int, None]]) -> list[int] | None:
    """Return the members, operands before users, else in their own order; None for a cycle."""
    sorter = TopologicalSorter(dict.fromkeys(below, ()))
    for member, operands in below.items():
        sorter.add(member, *operands)
    try:
        return list(sorter.static_order())
    except CycleError:
        return None


def stack_card(path: tuple[str, ...], inside: Sequence[Card], operands: tuple[int, ...]) -> Card:
    """Return the card of a collapsed scope."""
    return Card(
        label=path[-1],
        kind="stack",
        data=BLANK,
        operands=operands,
        partials=(),
        lines=lines_of(inside),
        scope=path[:-1],
        is_root=any(card.is_root for card in inside),
    )


def lines_of(inside: Sequence[Card]) -> tuple[str, ...]:
    """Say what a collapsed scope holds."""
    kinds = Counter(card.kind for card in inside)
    rows = [counted(kinds[kind], kind) for kind in KINDS if kinds[kind]]
    return counted(len(inside), "node"), *rows


def collapsed(
    picture: Picture, areas: Sequence[Area], state: Sequence[int], direction: str
) -> dict[str, Any] | None:
    """Return the layout with some scopes collapsed; None where they cannot be one box each."""
    contraction = contract(picture, areas, state)
    if contraction is None:
        return None
    contracted, members = contraction
    _, coordinates = lay_out(contracted, direction)
    homes = _match(areas, state, coordinates, members)
    if homes is None:
        return None
    packed = pack(coordinates, members, homes, len(picture.cards))
    return {"collapsed": list(state), **packed}


def _match(
    areas: Sequence[Area], state: Sequence[int], coordinates: Coordinates, members: Sequence[int]
) -> list[int] | None:
    """Find for each box of a new layout the one that it was in the first."""
    holders: dict[int, list[int]] = {}
    for number, area in enumerate(areas):
        for node in area.nodes:
            holders.setdefault(node, []).append(number)
    for number in state:
        chain, around = [], areas[number].parent
        while around >= 0:
            chain.append(around)
            around = areas[around].parent
        holders[-1 - number] = chain
    homes = []
    for path, box in coordinates.areas:
        candidates = {
            number
            for member, inner in zip(members, coordinates.boxes, strict=True)
            if _inside(inner, box)
            for number in holders.get(member, ())
            if areas[number].path == path
        }
        if len(candidates) != 1:
            return None
        homes.append(candidates.pop())
    return homes


def pack(
    coordinates: Coordinates, members: Sequence[int], homes: Sequence[int], count: int
) -> dict[str, Any]:
    """Return a layout as it is sent to the browser; see `coordinates` for what it holds.

    Nodes that are not drawn have no box. A collapsed scope stands as -1 - its number.
    """
    boxes: list[Any] = [0] * count
    stacks = []
    for member, box in zip(members, coordinates.boxes, strict=True):
        if member >= 0:
            boxes[member] = _rounded(box[:2])
        else:
            stacks.append([-1 - member, *_rounded(box)])
    areas = zip(homes, coordinates.areas, strict=True)
    return {
        "size": _rounded(coordinates.size),
        "boxes": boxes,
        "copies": [[members[card], *_rounded(box)] for card, box in coordinates.copies],
        "areas": [[home, *_rounded(box)] for home, (_, box) in areas],
        "stacks": stacks,
        "tracks": [number for track in coordinates.tracks for number in track],
        "ends": [[members[end[0]], members[end[1]], *end[2:]] for end in coordinates.ends],
    }


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 1) for number in numbers]
