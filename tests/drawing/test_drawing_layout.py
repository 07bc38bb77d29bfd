"""The layout: nothing overlaps, nothing crosses needlessly, nothing moves when numbers do."""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import drawing_graphs as graphs
import pytest
from hypothesis import given, settings, strategies as st

from chainrule import Value
from chainrule.drawing import draw_dot
from chainrule.drawing.layout.geometry import Vertex
from chainrule.drawing.layout.layout import lay_out
from chainrule.drawing.layout.scopes import group
from chainrule.drawing.shapes.arrangement import Arrangement
from chainrule.drawing.shapes.sheet import Polygon, Text
from chainrule.drawing.snapshot.picture import nodes_of, photograph, roots_of

pytestmark = pytest.mark.once

SCOPES = ((), (), ("a",), ("a", "inner"), ("b",), ("b", "one", "two"))


def rectangles(rows, layout):
    """(start, end, low, high) of every box in the layout, in the order of its spots."""
    found = []
    for spot in layout.spots:
        vertex = rows[spot.node]
        length, breadth = vertex.copy_size if spot.is_copy else (vertex.length, vertex.breadth)
        low, high = spot.centre - breadth / 2, spot.centre + breadth / 2
        found.append((spot.end - length, spot.end, low, high))
    return found


def apart(one, two, space=0.0):
    return (
        one[1] + space <= two[0] + 1e-6
        or two[1] + space <= one[0] + 1e-6
        or one[3] + space <= two[2] + 1e-6
        or two[3] + space <= one[2] + 1e-6
    )


def inside(one, area):
    return (
        area.start <= one[0] + 1e-6
        and one[1] <= area.end + 1e-6
        and area.low <= one[2] + 1e-6
        and one[3] <= area.high + 1e-6
    )


def crossings(root):
    roots = roots_of(root)
    return Arrangement(photograph(nodes_of(roots), roots), "LR").layout.crossings


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(0, 10_000), st.booleans(), st.floats(0.05, 0.7))
def test_nothing_overlaps(count, seed, has_scopes, leaves):
    rows = graphs.vertices(count, seed, SCOPES if has_scopes else (), leaves)
    layout = lay_out(rows)
    boxes = rectangles(rows, layout)
    for one, two in combinations(boxes, 2):
        assert apart(one, two)
    whole = type("Whole", (), {"start": 0, "end": layout.length, "low": 0, "high": layout.breadth})
    assert all(inside(box, whole) for box in boxes)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(0, 10_000), st.booleans())
def test_edges_run_forwards_and_through_no_box(count, seed, has_scopes):
    rows = graphs.vertices(count, seed, SCOPES if has_scopes else ())
    layout = lay_out(rows)
    boxes = rectangles(rows, layout)
    assert len(layout.edges) == sum(len(set(vertex.operands)) for vertex in rows)
    for edge in layout.edges:
        for (begin, end, _), (following, _, _) in pairwise(edge.runs):
            assert begin <= end <= following + 1e-6
        start, _, low, high = boxes[edge.target]
        assert edge.runs[-1][0] <= start + 1e-6
        assert low - 1e-6 <= edge.runs[-1][2] <= high + 1e-6
        for begin, end, across in edge.runs[:-1]:
            if end > begin:
                assert all(apart((begin, end, across, across), box, 0.0) for box in boxes)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 60), st.integers(0, 10_000))
def test_a_scope_holds_its_nodes_and_no_stranger(count, seed):
    rows = graphs.vertices(count, seed, SCOPES)
    layout = lay_out(rows)
    boxes = rectangles(rows, layout)
    originals = zip(boxes[: len(rows)], layout.spots, strict=False)
    for box, spot in originals:
        path = rows[spot.node].scope
        for area in layout.areas:
            # A node whose scope could not be drawn stands outside; nothing is ever half inside.
            assert inside(box, area) or apart(box, (area.start, area.end, area.low, area.high))
            if inside(box, area):
                assert path[: len(area.path)] == area.path
    for one, two in combinations(layout.areas, 2):
        ends = (one.start, one.end, one.low, one.high), (two.start, two.end, two.low, two.high)
        assert inside(ends[1], one) or apart(*ends)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(0, 10_000))
def test_trees_have_no_crossings(count, seed):
    import random

    random.seed(seed)
    rows = [Vertex(100.0, 40.0)]
    free = [0]
    while len(rows) < count or len(free) > 1:
        if len(free) > 1 and (len(rows) >= count or random.random() < 0.5):
            mine = [free.pop(random.randrange(len(free))) for _ in range(2)]
            rows.append(Vertex(140.0, 40.0, tuple(mine)))
        else:
            rows.append(Vertex(100.0, 40.0))
        free.append(len(rows) - 1)
    assert lay_out(rows).crossings == 0


def test_the_seeds_graphs_have_no_crossings():
    for root in (graphs.expression(Value)["L"], graphs.neuron(Value)):
        assert crossings(root) == 0
    # One leaf behind the other would avoid it, but reads as if the first fed the second.
    assert crossings(graphs.reuse(Value)) == 1
    assert crossings(graphs.tree(Value)) == 0
    assert crossings(graphs.recurrence(Value)) == 0


def test_crossings_are_counted_and_few():
    # K3,3 with distinct users cannot be drawn without a crossing; side by side it has nine.
    rows = [Vertex(50.0, 20.0)] * 3 + [Vertex(50.0, 20.0, (0, 1, 2))] * 3
    rows.append(Vertex(50.0, 20.0, (3, 4, 5)))
    assert lay_out(rows).crossings == 9
    assert crossings(graphs.network(Value)) <= 6


def test_a_long_calculation_runs_straight():
    roots = [graphs.recurrence(Value, 40)]
    picture = photograph(nodes_of(roots), roots)
    layout = Arrangement(picture, "LR").layout
    heights = [
        round(spot.centre, 6)
        for spot in layout.spots
        if not spot.is_copy and picture.cards[spot.node].operands
    ]
    assert len(set(heights)) == 1
    assert sum(spot.is_copy for spot in layout.spots) == 2 * 39


def test_operands_stand_in_the_order_of_use():
    nodes = graphs.expression(Value)
    roots = [nodes["L"]]
    picture = photograph(nodes_of(roots), roots)
    centre = {
        picture.cards[spot.node].label: spot.centre
        for spot in Arrangement(picture, "LR").layout.spots
    }
    assert centre["a"] < centre["b"]
    assert centre["e"] < centre["c"]
    assert centre["d"] < centre["f"]
    assert centre["e"] == pytest.approx((centre["a"] + centre["b"]) / 2)


def test_one_lane_a_layer_for_a_value_used_far_away():
    rows = [Vertex(50.0, 20.0), Vertex(50.0, 20.0, (0,))]
    for _ in range(30):
        rows.append(Vertex(50.0, 20.0, (len(rows) - 1, 1)))
    layout = lay_out(rows)
    lanes = {run for edge in layout.edges if edge.source == 1 for run in edge.runs[1:-1]}
    assert len(lanes) == 29


def test_an_operation_stands_behind_its_operands_where_that_shortens_two_edges():
    a, b, first, second, far = range(5)
    rows = [Vertex(50.0, 20.0), Vertex(50.0, 20.0), Vertex(50.0, 20.0, (a,))]
    rows += [Vertex(50.0, 20.0, (b,)), Vertex(50.0, 20.0, (first, second))]
    for _ in range(6):
        rows.append(Vertex(50.0, 20.0, (len(rows) - 1, far)))
    rows.append(Vertex(50.0, 20.0, (first, second)))
    rows.append(Vertex(50.0, 20.0, (len(rows) - 2, len(rows) - 1)))
    end = {spot.node: spot.end for spot in lay_out(rows).spots if not spot.is_copy}
    assert end[len(rows) - 2] == end[far]


def test_the_layout_is_the_same_every_time():
    for seed in range(5):
        rows = graphs.vertices(50, seed, SCOPES)
        assert lay_out(rows) == lay_out(rows)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("show_local", [False, True])
def test_nothing_moves_when_numbers_do(direction, show_local):
    nodes = graphs.expression(Value)
    options = {"rankdir": direction, "show_local": show_local}

    def geometry():
        sheet = draw_dot(nodes["L"], **options).sheet()
        if direction in ("LR", "RL"):
            shapes = [shape for shape in sheet.flat() if not hasattr(shape, "text")]
        else:  # a box grows by its remark
            heads = [shape for shape in sheet.flat() if isinstance(shape, Polygon)]
            texts = [x for x in sheet.flat() if isinstance(x, Text) and x.anchor != "start"]
            shapes = heads + [(x.x, x.y) for x in texts if x.role != "remark"]
        return sheet.width, sheet.height, shapes

    before = geometry()
    nodes["L"].grad = -1.5e-300
    nodes["a"].data = -123456.789
    nodes["c"].data = float("nan")
    assert geometry() == before
    nodes["L"].backward()
    nodes["L"].backward()
    assert geometry() == before


def test_a_scope_that_is_entered_again_gets_a_box_each_time():
    operands = [(), (0,), (1,), (2,), (3,), (4,)]
    paths = [(), ("cell",), ("cell",), (), ("cell",), ()]
    boxes = [scope for scope in group(operands, paths) if scope.path]
    assert [scope.path for scope in boxes] == [("cell",), ("cell",)]
    assert [scope.nodes for scope in boxes] == [[1, 2], [4]]


def test_scopes_that_run_into_one_another_are_drawn_without_a_box():
    operands = [(), (), (0,), (1,), (3,), (2,)]
    paths = [(), (), ("a",), ("b",), ("a",), ("b",)]
    scopes = group(operands, paths)
    assert sorted(node for scope in scopes for node in scope.nodes) == list(range(6))
    assert [scope.path for scope in scopes] == [()]


def test_a_parameter_stands_where_it_is_used_and_is_repeated_outside():
    from chainrule.graph.labels import parameter, scope

    w, x = parameter(0.5, label="w"), Value(2.0, label="x")
    with scope("layer"):
        y = w * x
    roots = [y + w * w]
    picture = photograph(nodes_of(roots), roots)
    layout = Arrangement(picture, "LR").layout
    (area,) = layout.areas
    stands = {}
    for spot in layout.spots:
        within = area.start < spot.end < area.end and area.low < spot.centre < area.high
        stands[picture.cards[spot.node].label, spot.is_copy] = within
    assert stands["w", False]
    assert not stands["w", True]
    assert not stands["x", False]
    assert {edge.source for edge in layout.edges} <= set(range(len(picture.cards)))


def test_deep_graphs_need_no_recursion():
    x = Value(1.0)
    for _ in range(3000):
        x = -x
    assert draw_dot(x, detail="all", wrap=0).sheet().width > 3000 * 100
    assert draw_dot(x, detail="all").sheet().width < 2400
    rows = [Vertex(9.0, 9.0, (), tuple("s" * 300))]
    assert len(lay_out(rows).areas) == 300


def test_time_grows_like_the_graph():
    rows = graphs.vertices(1000, 1)
    start = time.perf_counter()
    lay_out(rows)
    assert time.perf_counter() - start < 5.0  # 0.15 s on a machine of its own


def test_empty_and_single_layouts():
    assert lay_out([]).spots == []
    layout = lay_out([Vertex(100.0, 40.0)])
    assert (layout.length, layout.breadth, layout.spots[0].centre) == (100.0, 40.0, 20.0)
