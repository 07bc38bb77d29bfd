"""Scopes as boxes, against simple definitions: components, contractions, collapsed states."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings, strategies as st

from chainrule.drawing.layout.scopes import contract, group, strong_components
from chainrule.drawing.snapshot.picture import Card, Picture
from chainrule.drawing.snapshot.text import BLANK
from chainrule.drawing.view import states
from chainrule.drawing.view.states import Area

ARROWS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


def reachable(below, start):
    seen, stack = set(), [start]
    while stack:
        for other in below[stack.pop()]:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


@settings(max_examples=200)
@given(ARROWS)
def test_components_are_what_reaches_one_another_operands_first(arrows):
    below = {node: {} for node in range(8)}
    for one, two in arrows:
        below[one][two] = None
    found = list(strong_components(below))
    assert sorted(node for component in found for node in component) == list(range(8))
    reach = {node: reachable(below, node) | {node} for node in below}
    for component in found:
        first = component[0]
        assert set(component) == {n for n in below if n in reach[first] and first in reach[n]}
    order = {node: number for number, component in enumerate(found) for node in component}
    assert all(order[two] <= order[one] for one, two in arrows)


def random_graph(count, seed):
    rng = random.Random(seed)
    names = ((), ("a",), ("a", "x"), ("b",), ("a", "y"), ("b", "x", "z"))
    operands = [
        tuple(rng.randrange(max(0, node - 6), node) for _ in range(rng.randrange(3)) if node)
        for node in range(count)
    ]
    return operands, [rng.choice(names) for _ in range(count)]


@settings(max_examples=100)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_boxes_hold_every_node_once_and_can_be_contracted(count, seed):
    operands, paths = random_graph(count, seed)
    scopes = group(operands, paths)
    assert sorted(node for box in scopes for node in box.nodes) == list(range(count))
    assert (scopes[0].path, scopes[0].parent, scopes[0].depth) == ((), -1, 0)
    chains = []
    for index, box in enumerate(scopes):
        chain, at = [], index
        while at >= 0:
            chain.append(at)
            at = scopes[at].parent
        chains.append(chain[::-1])
        assert box.parent < index and box.depth == len(chain) - 1 == len(box.path)
        for node in box.nodes:
            assert paths[node][: box.depth] == box.path
    home = {node: index for index, box in enumerate(scopes) for node in box.nodes}
    for depth in range(1, 4):  # contracting the boxes of a depth leaves no cycle
        points = {node: (chains[home[node]] + [("node", node)] * 4)[depth] for node in range(count)}
        inside = {node: tuple(chains[home[node]][:depth]) for node in range(count)}
        for around in set(inside.values()):
            members = {node: points[node] for node in points if inside[node] == around}
            components = strong_components(contract(operands, members))
            assert all(len(component) == 1 for component in components)


def test_contracted_points_lie_above_those_of_their_operands():
    operands = [(), (), (0, 1), (2, 0), (3, 2)]
    points = {0: "a", 1: "b", 2: "c", 3: "c", 4: "d"}
    assert contract(operands, points) == {
        "a": {}, "b": {}, "c": {"a": None, "b": None}, "d": {"c": None},
    }  # fmt: skip
    assert contract(operands, {2: "c", 4: "d"}) == {"c": {}, "d": {"c": None}}


@pytest.mark.parametrize(
    ("operands", "names", "boxes"),
    [
        # entered, left and entered again: a box for each time
        ([(), (0,), (1,), (2,), (3,)], "a-a-a", [[0], [2], [4]]),
        # a leaf stands in the box of its first user
        ([(), (), (0,), (2,), (3, 1), (4, 0)], "aaa-aa", [[0, 2], [1, 4, 5]]),
        ([(), (0,), (1,)], "aaa", [[0, 1, 2]]),
        ([(), (), (0, 1)], "-a-", [[1]]),
    ],
)
def test_a_box_for_each_time_a_scope_is_entered(operands, names, boxes):
    paths = [() if name == "-" else (name,) for name in names]
    assert [box.nodes for box in group(operands, paths) if box.path] == boxes


# ---- collapsed states ----------------------------------------------------------------------------


def tree(shape, areas=None, parent=-1, path=()):
    """Areas from nested lists; a leaf is the number of its own nodes."""
    areas = [] if areas is None else areas
    for number, inner in enumerate(shape):
        me = len(areas)
        areas.append(Area((*path, f"s{number}"), parent))
        if parent >= 0:
            areas[parent].inner.append(me)
        if isinstance(inner, list):
            tree(inner, areas, me, areas[me].path)
            areas[me].nodes = [n for one in areas[me].inner for n in areas[one].nodes]
        else:
            areas[me].nodes = [1000 * me + n for n in range(inner)]
    return areas


@pytest.mark.parametrize(
    "shape", [[3], [2, 2], [[1, 2], 3], [[[2, 2], 1], 3], [[[[2]]]], [1] * 5, [[2, 2], [2, 2]]]
)
def test_few_ways_of_collapsing_are_all_there_smallest_first(shape):
    areas = tree(shape)
    above = {
        number: {a for a in range(len(areas)) if number in _below(areas, a)}
        for number in range(len(areas))
    }
    every = {
        chosen
        for size in range(1, len(areas) + 1)
        for chosen in itertools.combinations(range(len(areas)), size)
        if not any(above[area] & set(chosen) for area in chosen)
    }
    found = states.states_of(areas, 100)
    assert set(found) == every and len(found) == len(every)
    left = [100 - sum(len(areas[area].nodes) - 1 for area in state) for state in found]
    assert left == sorted(left)


def _below(areas, area):
    return {n for one in areas[area].inner for n in ({one} | _below(areas, one))}


@pytest.mark.parametrize(("count", "expected"), [(5, 31), (6, 1)])
def test_of_many_ways_only_whole_levels_are_there(count, expected):
    assert len(states.states_of(tree([1] * count), 50)) == expected  # 2**6 - 1 would be too many


def test_forty_ways_are_few_and_forty_one_are_many():
    assert len(states.states_of(tree([[1, 1], 1, 1, 1]), 50)) == 39
    assert len(states.states_of(tree([[[1, 1], 1, 1, 1]]), 50)) == 3


def test_levels_of_many_areas():
    areas = tree([[1, 1], [1, 1], 1, 1, [1, [1, 1]]])
    found = states.states_of(areas, 50)
    tops = tuple(n for n, area in enumerate(areas) if area.parent < 0)
    assert tops in found
    second = {n for top in tops for n in (areas[top].inner or [top])}
    assert tuple(sorted(second)) in found
    third = {n for one in second for n in (areas[one].inner or [one])}
    assert set(found) == {tops, tuple(sorted(second)), tuple(sorted(third))}


def test_as_many_layouts_as_can_be_afforded(monkeypatch):
    areas = tree([3, 3])
    monkeypatch.setattr(states, "MOST_CARDS", 6 + 8)
    assert states.states_of(areas, 10) == [(0, 1), (0,)] or len(states.states_of(areas, 10)) == 2
    monkeypatch.setattr(states, "MOST_CARDS", 6 + 7)
    assert states.states_of(areas, 10) == [(0, 1)]
    monkeypatch.setattr(states, "MOST_CARDS", 6)
    assert states.states_of(areas, 10) == [(0, 1)]
    monkeypatch.setattr(states, "MOST_CARDS", 5)
    assert states.states_of(areas, 10) == []


def test_a_contraction_keeps_the_other_cards_and_their_order():
    cards = [
        Card("a", "leaf", BLANK, scope=("s",)),
        Card("b", "leaf", BLANK),
        Card("c", "inner", BLANK, operands=(0, 1), scope=("s",)),
        Card("d", "inner", BLANK, operands=(2, 0, 1), is_root=True),
    ]
    picture = Picture(cards, show_grad=False, local=True)
    around = Area(("t", "s"), -1, nodes=[0, 2])
    made, members = states.contract(picture, [around], [0])
    assert members == [1, -1, 3]
    assert (made.show_grad, made.local) == (False, True)
    assert [card.operands for card in made.cards] == [(), (0,), (1, 1, 0)]
    stack = made.cards[1]
    assert (stack.label, stack.kind, stack.scope, stack.is_root) == ("s", "stack", ("t",), False)
    assert stack.lines == ("2 nodes", "1 leaf") and stack.partials == ()
    whole = Area(("s",), -1, nodes=[0, 1, 2, 3])
    made, members = states.contract(picture, [whole], [0])
    assert members == [-1] and made.cards[0].is_root and made.cards[0].operands == ()
