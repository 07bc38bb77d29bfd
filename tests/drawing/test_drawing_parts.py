"""The parts of a drawing by themselves: how items are placed, ordered, summarised and measured."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from itertools import combinations, pairwise

import pytest

from chainrule import Value
from chainrule.design.contrast import channels, contrast, luminance
from chainrule.drawing import show
from chainrule.drawing.formats import cell, text
from chainrule.drawing.formats.png import _dashes, _outline
from chainrule.drawing.layout.coordinates import _balance, _push, _room, _unbend, gap
from chainrule.drawing.layout.copies import copy_far_users, copy_outside
from chainrule.drawing.layout.geometry import Vertex
from chainrule.drawing.layout.layering import (
    COPY,
    ENTRY,
    EXIT,
    LANE,
    NODE,
    SCOPE,
    Level,
    Source,
    lay_lanes,
    links,
    pin_borders,
    rank,
)
from chainrule.drawing.layout.ordering import Order
from chainrule.drawing.layout.scopes import contract, group, strong_components
from chainrule.drawing.shapes.palette import DARK, LIGHT, WRITTEN, tints
from chainrule.drawing.shapes.sheet import Box, Group, Line, Sheet
from chainrule.drawing.snapshot.picture import photograph
from chainrule.drawing.snapshot.summary import _by_depth, _lines, _merge, summarise
from chainrule.drawing.snapshot.text import BLANK, NOTHING, Number, number
from chainrule.drawing.view.page import data_text

pytestmark = pytest.mark.once


# ---- across the ranks ----------------------------------------------------------------------------


def level_of(kinds, breadths=None):
    level = Level()
    for kind, breadth in zip(kinds, breadths or [10.0] * len(kinds)):
        level.add(kind, 0, 20.0, breadth)
    return level


@pytest.mark.parametrize(
    ("kinds", "space"), [((NODE, NODE), 18.0), ((NODE, LANE), 16.0), ((LANE, LANE), 9.0)]
)
def test_the_distance_of_two_neighbours(kinds, space):
    assert gap(level_of(kinds, (10.0, 30.0)), 0, 1) == 20.0 + space
    assert gap(level_of(kinds[::-1], (10.0, 30.0)), 0, 1) == 20.0 + space


def test_four_assignments_become_one():
    # the second is the narrowest, from 1 to 4; the even ones begin where it does, the odd ones end
    rows = [[0.0, 5.0, 2.0], [1.0, 4.0, 2.0], [-2.0, 8.0, 0.0], [10.0, 14.0, 13.0]]
    moved = [[1.0, 6.0, 3.0], [1.0, 4.0, 2.0], [1.0, 11.0, 3.0], [0.0, 4.0, 3.0]]
    middle = [sum(sorted(four)[1:3]) / 2 for four in zip(*moved)]
    assert _balance(rows) == middle == [1.0, 5.0, 3.0]
    assert _balance([[], [], [], []]) == []


def test_the_room_of_an_item():
    level = level_of((NODE, LANE, NODE))
    level.centre = [0.0, 30.0, 100.0]
    assert _room(level, [0, 1, 2], 0) == (-math.inf, 30.0 - 21.0 - 5.0 + 0.0)
    assert _room(level, [0, 1, 2], 1) == (26.0, 74.0)
    assert _room(level, [0, 1, 2], 2) == (56.0, math.inf)


def test_blocks_are_pushed_together_and_holes_are_closed():
    level = level_of((NODE,) * 4)
    layers = [[0, 1], [2, 3]]
    # 1 and 3 are one block, so 3 keeps the distance that 1 needs
    at = _push(level, layers, [0, 1, 2, 1], [0.0, 0.0, 0.0, 5.0])
    assert at == [0.0, 28.0, 5.0, 33.0]  # 2 is pulled up to 3, for which 33 − 28 is the limit
    alone = _push(level, layers, [0, 1, 2, 3], [0.0] * 4)
    assert alone == [0.0, 28.0, 0.0, 28.0]


@pytest.mark.parametrize(
    ("lane", "ends", "expected"),
    [
        (50.0, (0.0, 20.0), 20.0),  # back to the nearer of its ends
        (-50.0, (0.0, 20.0), 0.0),
        (10.0, (0.0, 20.0), 10.0),
    ],
)
def test_a_lane_comes_back_between_its_ends(lane, ends, expected):
    level = level_of((NODE, LANE, NODE))
    level.layers = [[0], [1], [2]]
    level.centre = [ends[0], lane, ends[1]]
    neighbours = [[(1, 0.0)], [(0, 0.0), (2, 0.0)], [(1, 0.0)]]
    _unbend(level, neighbours)
    assert level.centre == [ends[0], expected, ends[1]]


# ---- ranks and lanes -----------------------------------------------------------------------------


def ranked(edges, count, kinds=()):
    """A level of items with edges, each pair an operand and its user, after it was ranked."""
    level = level_of([*kinds, *[NODE] * (count - len(kinds))])
    sources = {}
    for order, (operand, user) in enumerate(edges):
        source = sources.setdefault(operand, Source(operand, operand))
        source.targets.append((user, 0.0, order))
    level.sources = list(sources.values())
    rank(level)
    return level


def test_items_stand_next_to_their_users():
    assert ranked([(0, 1), (1, 2), (3, 2)], 4).rank == [0, 1, 2, 1]
    assert ranked([(0, 1), (0, 2), (1, 2)], 3).rank == [0, 1, 2]
    assert ranked([], 1).rank == [0]
    assert ranked([], 0).rank == []


def test_borders_have_layers_of_their_own():
    level = level_of((NODE, ENTRY, NODE, EXIT))
    level.rank = [3, 3, 5, 4]
    pin_borders(level)
    assert level.rank == [1, 0, 3, 4]
    level = level_of((NODE, NODE))
    level.rank = [3, 5]
    pin_borders(level)
    assert level.rank == [0, 2]


def test_an_edge_runs_through_a_lane_in_each_layer_that_it_passes():
    level = ranked([(0, 1), (1, 2), (2, 3), (0, 3), (0, 2)], 4)
    assert level.rank == [0, 1, 2, 3]
    level.sources[0].is_weak = True
    lay_lanes(level)
    first = level.sources[0]
    assert first.lanes == {1: 4, 2: 5}
    assert level.kind[4:] == [LANE, LANE]
    assert level.rank[4:] == [1, 2]
    assert level.sources[1].lanes == {}
    rows = sorted((x, y, weight) for x, y, _, _, weight in links(level))
    assert rows == [(0, 1, 1), (0, 4, 1), (1, 2, 2), (2, 3, 2), (4, 2, 1), (4, 5, 3), (5, 3, 1)]


# ---- order ---------------------------------------------------------------------------------------


def ordered(seed):
    """A random level with lanes, in the order of its first walk."""
    generator = random.Random(seed)
    count = generator.randrange(6, 16)
    edges = [(x, y) for x, y in combinations(range(count), 2) if generator.random() < 0.25]
    level = ranked(edges, count)
    for source in level.sources:
        source.targets = [(x, generator.choice((-4.0, 0.0, 4.0)), k) for x, _, k in source.targets]
    lay_lanes(level)
    return level, Order(level, links(level))


def by_hand(order):
    """The crossings of each pair of links between the same two layers."""
    total = 0
    position = order.position
    for layer in order.level.layers:
        rows = [
            (position[item], here, position[other] + there)
            for item in layer
            for other, here, there in order.above[item]
        ]
        for (x, port, end), (y, other, last) in combinations(rows, 2):
            begins = (x + port) - (y + other)
            total += begins * (end - last) < 0 if (x, port) != (y, other) else 0
    return total


@pytest.mark.parametrize("seed", range(12))
def test_crossings_are_those_of_each_pair(seed):
    _, order = ordered(seed)
    order._walk()
    assert order.crossings() == by_hand(order)
    left = order.run()
    order.position = order.level.positions()
    assert left == order.crossings() == by_hand(order)


def test_a_gain_is_how_many_crossings_disappear():
    gains = Counter()
    for seed in range(12):
        level, order = ordered(seed)
        order._walk()
        position = order.position
        for layer in level.layers:
            for left, (x, y) in enumerate(pairwise(layer)):
                ends = [z for row in (order.below, order.above) for k in (x, y) for z, *_ in row[k]]
                if len(set(ends)) < len(ends):
                    continue  # the points where links arrive decide
                before, gain = order.crossings(), order._gain(x, y)
                layer[left : left + 2], position[x], position[y] = [y, x], left + 1, left
                assert before - order.crossings() == gain
                layer[left : left + 2], position[x], position[y] = [x, y], left, left + 1
                gains[gain] += 1
    assert min(gains) < 0 < max(gains)


def test_items_without_a_mean_stay_where_they_are():
    layer = [5, 6, 7, 8]
    Order._sort(layer, {5: 3.0, 7: 1.0, 8: 2.0}, flip=False)
    assert layer == [7, 6, 8, 5]
    layer = [5, 6, 7]
    Order._sort(layer, {5: 1.0, 6: 1.0, 7: 0.5}, flip=True)
    assert layer == [7, 6, 5]
    Order._sort(layer, {5: 1.0, 6: 1.0, 7: 0.5}, flip=False)
    assert layer == [7, 6, 5]


# ---- copies and scopes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranks", "copies"),
    [
        ([1, 2, 5], 2),  # three users, four layers apart: 1 and 2 share the leaf
        ([1, 2, 4], 1),
        ([1, 5], 1),  # two users
        ([1, 10], 2),
        ([1, 9], 1),
        ([1, 3, 5], 3),
        ([2], 1),
    ],
)
def test_a_leaf_is_drawn_again_beside_users_that_are_far_away(ranks, copies):
    level = level_of([NODE] * (1 + len(ranks)))
    level.rank = [0, *ranks]
    level.sources = [Source(0, 0, 0.0, [(k + 1, 0.0, k) for k in range(len(ranks))], True)]
    copy_far_users(level, {0: (7.0, 5.0)})
    assert len(level.sources) == copies
    assert level.kind.count(COPY) == copies - 1
    for source in level.sources[1:]:
        assert (source.node, source.is_weak) == (0, True)
        nearest = min(level.rank[item] for item, _, _ in source.targets)
        assert level.rank[source.item] == nearest - 1
        assert (level.length[source.item], level.breadth[source.item]) == (7.0, 5.0)
    assert sorted(k for source in level.sources for _, _, k in source.targets) == list(
        range(len(ranks))
    )


def test_an_operation_or_a_scope_is_not_drawn_again():
    for kind, sizes in ((NODE, {}), (SCOPE, {0: (7.0, 5.0)})):
        level = level_of([kind, NODE, NODE])
        level.rank = [0, 1, 20]
        level.sources = [Source(0, 0, 0.0, [(1, 0.0, 0), (2, 0.0, 1)])]
        copy_far_users(level, sizes)
        assert len(level.sources) == 1


def test_a_leaf_in_a_scope_is_drawn_again_for_users_outside():
    leaf = Vertex(30.0, 20.0, (), ("a",), (9.0, 8.0))
    inside = Vertex(30.0, 20.0, (0,), ("a", "b"))
    outside = [Vertex(30.0, 20.0, (0, 1), ("c",)), Vertex(30.0, 20.0, (0, 0))]
    every, originals = copy_outside([leaf, inside, *outside])
    assert originals == [0, 1, 2, 3, 0, 0]
    assert [x.operands for x in every] == [(), (0,), (4, 1), (5, 5), (), ()]
    assert [(x.scope, x.length, x.breadth) for x in every[4:]] == [
        (("c",), 9.0, 8.0), ((), 9.0, 8.0),
    ]  # fmt: skip
    assert copy_outside([leaf, inside]) == ([leaf, inside], [0, 1])


def test_scopes_that_are_entered_again_get_a_box_each_time():
    operands = [[], [0], [1], [2], [3]]
    paths = [(), ("s",), (), ("s",), ("s",)]
    scopes = group(operands, paths)
    assert [(x.path, x.parent, x.depth, x.nodes) for x in scopes] == [
        ((), -1, 0, [0, 2]), (("s",), 0, 1, [1]), (("s",), 0, 1, [3, 4]),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_strong_components_are_those_that_reach_one_another(seed):
    generator = random.Random(seed)
    count = generator.randrange(1, 12)
    below = {x: [y for y in range(count) if generator.random() < 0.18] for x in range(count)}
    reach = {x: {x} for x in below}
    for _ in below:
        reach = {x: set().union(reach[x], *(reach[y] for y in below[x])) for x in below}
    found = list(strong_components(below))
    assert sorted(x for component in found for x in component) == list(range(count))
    number = {x: k for k, component in enumerate(found) for x in component}
    for x in below:
        for y in below:
            assert (number[x] == number[y]) == (x in reach[y] and y in reach[x])
        assert all(number[y] <= number[x] for y in below[x]), "operands' components come first"


def test_points_below_a_point():
    operands = [[], [0], [0, 1], [2, 1]]
    assert contract(operands, {0: "a", 1: "b", 2: "b", 3: "c"}) == {
        "a": {}, "b": {"a": None}, "c": {"b": None},
    }  # fmt: skip
    assert contract(operands, {1: "b", 3: "c"}) == {"b": {}, "c": {"b": None}}


# ---- summaries -----------------------------------------------------------------------------------


def test_what_a_box_for_many_nodes_says():
    kinds = Counter(node=15, leaf=1, parameter=2)
    ops = Counter({"mul": 4, "add": 4, "": 3, "tanh": 2, "exp": 1, "log": 1, "sin": 1})
    assert _lines(kinds, ops) == (
        "15 nodes", "2 parameters", "1 leaf", "4 add", "4 mul", "3 of your own", "2 tanh",
        "1 exp", "2 other operations",
    )  # fmt: skip
    assert _lines(Counter(node=1), Counter(mul=1)) == ("1 node", "1 mul")


def test_groups_that_feed_one_another_become_one():
    operands = [[], [0], [1], [2], [3], [4], [5], [6], [7]]
    names = ["a", "b", "c", "d", "e"]
    assert _merge(names[:2], operands[:3], [0, 1, 1]) == (["a", "b"], [0, 1, 1])
    assert _merge(names[:2], operands[:4], [0, 1, 0, 1]) == (["a, b"], [0, 0, 0, 0])
    three = _merge(names[:3], operands[:6], [0, 1, 2, 0, 1, 2])
    assert three == (["a, b, c"], [0] * 6)
    four = _merge(names[:4], operands[:8], [0, 1, 2, 3, 0, 1, 2, 3])
    assert four[0] == ["a, b and 2 more"]


@pytest.mark.parametrize(
    ("length", "names", "bands"),
    [
        (1, ["depth 0"], [0]),
        (3, ["depth 2", "depth 1", "depth 0"], [0, 1, 2]),
        (
            9,
            ["depth 8", "depth 7", "depth 6", "depth 5", "depth 4", "depth 3", "depth 2",
             "depth 0 to 1"],
            [0, 1, 2, 3, 4, 5, 6, 7, 7],
        ),
    ],
)  # fmt: skip
def test_bands_by_the_distance_from_the_root(length, names, bands):
    operands = [[k - 1] if k else [] for k in range(length)]
    found, band_of = _by_depth(operands, operands)
    assert found == names[: len(found)] and len(found) == len(names)
    assert band_of == bands


def test_a_summary_of_a_chain():
    x = Value(1.0, label="x")
    picture = summarise((x * 2.0 + 1.0)._postorder(), [])
    assert picture.note == "5 nodes, collapsed by depth"
    assert [card.is_root for card in picture.cards] == [False] * 3


# ---- colours, boxes and dashes -------------------------------------------------------------------


@pytest.mark.parametrize("colour", ["ffffe0", "ff0000", "0000ff", "000000", "ffffff", "22c55e"])
def test_all_text_on_a_tint_is_legible_and_a_stronger_tint_would_not_be(colour):
    for fill, palette in zip(tints(colour), (LIGHT, DARK)):
        texts = [luminance(channels(palette[role].fill)) for role in WRITTEN]
        mixed = channels(fill.removeprefix("#"))
        assert all(contrast(luminance(mixed), text) >= 4.5 for text in texts)
        paper, pure = channels(palette["inner"].fill), channels(colour)
        shares = [(m - p) / (c - p) for m, p, c in zip(mixed, paper, pure) if c != p]
        if shares and max(shares) < 0.97:
            strength = round(32 * max(shares, key=abs)) + 1
            stronger = [round(p + (c - p) * strength / 32) for p, c in zip(paper, pure)]
            assert any(contrast(luminance(stronger), text) < 4.5 for text in texts)


def test_a_tooltip_covers_all_boxes_of_its_node():
    boxes = (Box(40.0, 30.0, 20.0, 10.0, "leaf"), Box(10.0, 35.0, 20.0, 15.0, "op"))
    line = Line((0.0, 0.0), (((1.0, 1.0),),), "edge")
    groups = [Group("first", boxes), Group("no box", (line,)), boxes[0]]
    sheet = Sheet(200.0, 100.0, "title", "words", groups)
    (tip,) = cell._tooltips(sheet)
    assert tip == (
        '<span title="first" style="position:absolute;left:5%;top:30%;width:25%;height:20%">'
        "</span>\n"
    )


def test_dashes_along_a_line():
    line = [(0.0, 0.0), (10.0, 0.0)]
    assert list(_dashes(line, (3.0, 2.0))) == [
        [(0.0, 0.0), (3.0, 0.0)], [(5.0, 0.0), (8.0, 0.0)],
    ]  # fmt: skip
    corner = [(0.0, 0.0), (2.0, 0.0), (2.0, 4.0)]
    assert list(_dashes(corner, (3.0, 2.0))) == [
        [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0)], [(2.0, 3.0), (2.0, 4.0)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("x", "text", "sign"),
    [(2.5, "2.5000", 1), (-2.5, "−2.5000", -1), (0.0, "0.0000", 0), (math.nan, "nan", 0),
     (-math.inf, "−∞", -1), ("a text of one's own", "a text of o", 0), ("a\tb", "a b", 0)],
)  # fmt: skip
def test_a_number_and_its_sign(x, text, sign):
    assert number(x) == Number(text, sign)
    assert (Number("–", 0), Number("", 0)) == (NOTHING, BLANK)


def test_the_outline_of_a_box_is_round():
    box = Box(10.0, 20.0, 40.0, 30.0, "leaf", 5.0)
    points = _outline(box)
    assert len(points) == 36
    assert (min(x for x, _ in points), max(x for x, _ in points)) == (10.0, 50.0)
    assert (min(y for _, y in points), max(y for _, y in points)) == (20.0, 50.0)
    centres = [(45, 25), (45, 45), (15, 45), (15, 25)]
    for k, (x, y) in enumerate(points):
        assert math.dist((x, y), centres[k // 9]) == pytest.approx(5.0)


# ---- the page ------------------------------------------------------------------------------------


def test_data_in_a_page_cannot_end_it():
    data = {"a": "</script><!--&", "b": [1.5, "é\u2028"]}
    text = data_text(data)
    assert json.loads(text) == data
    assert text.isascii()
    assert not {"<", ">", "&"} & set(text)
    assert ": " not in text and ", " not in text
    with pytest.raises(ValueError, match="not JSON compliant"):
        data_text(math.nan)


@pytest.mark.parametrize(
    ("lines", "last"),
    [(4, "x"), (3, "… 1 more node"), (2, "… 2 more nodes"), (1, "… 3 more nodes")],
)
def test_nodes_that_have_no_line_are_counted(lines, last):
    x = Value(1.0, label="x")
    root = x.exp().sin().tanh()
    shown = text.render(photograph(root._postorder(), [root]), lines=lines).splitlines()
    assert shown[-1].lstrip(" └─").split("  ")[0] == last
    assert len(shown) == min(lines + 1, 4)


@pytest.mark.parametrize(
    ("operations", "name"),
    [
        (0, "View of L: 1 node;"),
        (1, "View of L: 3 nodes;"),
        (900, "View of a calculation: 1,801 nodes, collapsed by depth;"),
    ],
)
def test_a_view_says_how_many_nodes_it_has(operations, name):
    x = Value(1.0, label="x")
    for _ in range(operations):
        x = x + 1.0
    x.label = "L"
    view = show(x, max_nodes=1000)
    assert view._repr_mimebundle_()["text/plain"].startswith(name)
