"""What holds of every layout, on random graphs; and that a planted mistake is noticed."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import drawing_graphs as graphs
import pytest
from drawing_edges import random_values, text_extent, touched
from hypothesis import given, settings, strategies as st

from chainrule.drawing import draw_dot
from chainrule.drawing.layout import coordinates, geometry, layering
from chainrule.drawing.layout.coordinates import gap, spread
from chainrule.drawing.layout.copies import copy_outside
from chainrule.drawing.layout.layering import LANE, NODE, Level, Source, lay_lanes, links, rank
from chainrule.drawing.layout.layout import _Builder, lay_out
from chainrule.drawing.layout.ordering import Order
from chainrule.drawing.layout.scopes import group
from chainrule.drawing.shapes.arrangement import ARROW, Arrangement
from chainrule.drawing.shapes.edges import corners
from chainrule.drawing.shapes.sheet import Box, Group, Text
from chainrule.drawing.snapshot.picture import nodes_of, photograph

pytestmark = pytest.mark.once

SCOPES = ((), (), ("a",), ("a", "inner"), ("b",), ("b", "one", "two"))
CLOSE = 1e-6


def boxes_of(vertices, layout):
    """(start, end, low, high) of the box of every spot."""
    boxes = []
    for spot in layout.spots:
        vertex = vertices[spot.node]
        length, breadth = vertex.copy_size if spot.is_copy else (vertex.length, vertex.breadth)
        low, high = spot.centre - breadth / 2, spot.centre + breadth / 2
        boxes.append((spot.end - length, spot.end, low, high))
    return boxes


def overlap(one, two):
    return (
        min(one[1], two[1]) - max(one[0], two[0]) > CLOSE
        and min(one[3], two[3]) - max(one[2], two[2]) > CLOSE
    )


def holds(area, box):
    return (
        area.start <= box[0] + CLOSE
        and box[1] <= area.end + CLOSE
        and area.low <= box[2] + CLOSE
        and box[3] <= area.high + CLOSE
    )


def check_boxes(vertices, layout):
    boxes = boxes_of(vertices, layout)
    for one, two in combinations(boxes, 2):
        assert not overlap(one, two), "two boxes overlap"
    for start, end, low, high in boxes:
        assert start > -CLOSE and low > -CLOSE, "a box begins outside of the picture"
        assert end < layout.length + CLOSE and high < layout.breadth + CLOSE, "a box ends outside"


def check_edges(vertices, layout):
    boxes = boxes_of(vertices, layout)
    starts = {}
    for spot in layout.spots:
        starts.setdefault(spot.node, []).append((spot.end, spot.centre))
    for edge in layout.edges:
        first, last = edge.runs[0], edge.runs[-1]
        begins = [abs(first[0] - end) + abs(first[2] - at) for end, at in starts[edge.source]]
        assert min(begins) < CLOSE, "an edge does not begin at its source"
        target = layout.spots[edge.target]
        assert last[0] <= boxes[edge.target][0] + CLOSE, "an edge ends behind its target"
        assert abs(last[2] - target.centre) < CLOSE, "an edge does not end at its target"
        for (_, finish, across), (begin, end, to) in pairwise(edge.runs):
            assert finish <= begin + CLOSE and begin <= end + CLOSE, "an edge runs backwards"
            curve = finish, begin, min(across, to) - 0.01, max(across, to) + 0.01
            straight = begin, end, to - 0.01, to + 0.01
            for box in boxes:
                assert not overlap(curve, box), "a curve crosses a box"
                assert not overlap(straight, box), "an edge runs through a box"


def check_scopes(vertices, layout):
    every, originals = copy_outside(vertices)
    scopes = group([vertex.operands for vertex in every], [vertex.scope for vertex in every])
    members = [set(scope.nodes) for scope in scopes]
    for index in range(len(scopes) - 1, 0, -1):
        members[scopes[index].parent] |= members[index]
    assert [area.path for area in layout.areas] == [scope.path for scope in scopes[1:]]
    boxes = boxes_of(vertices, layout)
    for area, inside in zip(layout.areas, members[1:], strict=True):
        here = [node for node in range(len(every)) if holds(area, boxes[node])]
        assert set(here) == inside, "a scope does not hold its nodes and nothing else"
        for box in boxes[len(every) :]:
            whole = area.start, area.end, area.low, area.high
            assert holds(area, box) or not overlap(whole, box), "a copy is half inside of a scope"
    for index, inner_scope in enumerate(scopes[1:]):
        if inner_scope.parent > 0:
            area = layout.areas[index]
            inner = area.start, area.end, area.low, area.high
            assert holds(layout.areas[inner_scope.parent - 1], inner), (
                "a scope leaves the outer one"
            )
    assert originals[: len(vertices)] == list(range(len(vertices)))


def check(vertices, layout):
    check_boxes(vertices, layout)
    check_edges(vertices, layout)
    check_scopes(vertices, layout)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 50), st.integers(0, 10_000), st.booleans(), st.floats(0.05, 0.7))
def test_a_layout_is_sound(count, seed, has_scopes, leaves):
    vertices = graphs.vertices(count, seed, SCOPES if has_scopes else (), leaves)
    check(vertices, lay_out(vertices))


def shift_a_box(layout):
    layout.spots[layout.edges[20].target].centre += 3.0


def pull_a_box(layout):
    layout.spots[layout.edges[20].source].end -= 3.0


def exchange_two_boxes(layout):
    one, two = layout.spots[25], layout.spots[26]
    one.centre, two.centre, one.end, two.end = two.centre, one.centre, two.end, one.end


def end_an_edge_elsewhere(layout):
    begin, end, across = layout.edges[-1].runs[-1]
    layout.edges[-1].runs[-1] = begin, end, across + 1.0


def begin_an_edge_elsewhere(layout):
    begin, end, across = layout.edges[10].runs[0]
    layout.edges[10].runs[0] = begin, end, across - 1.0


def shrink_a_scope(layout):
    layout.areas[0].high -= 40.0


def stretch_a_scope(layout):
    layout.areas[-1].end += 400.0


def cut_the_picture(layout):
    layout.breadth -= 2.0


@pytest.mark.parametrize(
    "mistake",
    [
        shift_a_box,
        pull_a_box,
        exchange_two_boxes,
        end_an_edge_elsewhere,
        begin_an_edge_elsewhere,
        shrink_a_scope,
        stretch_a_scope,
        cut_the_picture,
    ],
)
def test_a_planted_mistake_is_noticed(mistake):
    vertices = graphs.vertices(50, 4, SCOPES)
    layout = lay_out(vertices)
    check(vertices, layout)
    mistake(layout)
    with pytest.raises(AssertionError):
        check(vertices, layout)


@pytest.mark.parametrize(
    ("module", "name", "mistake"),
    [
        (layering, "lay_lanes", lambda level: None),
        (coordinates, "gap", lambda level, x, y: 20.0),
        (coordinates, "_balance", lambda assignments: assignments[0][::-1]),
        (geometry.Padding, "ranks", -30.0),
        (geometry.Padding, "above", -10.0),
    ],
)
def test_a_mistake_in_a_step_is_noticed(module, name, mistake, monkeypatch):
    monkeypatch.setattr(module, name, mistake)
    vertices = graphs.vertices(50, 4, SCOPES)
    with pytest.raises(AssertionError):
        check(
            vertices,
            lay_out(
                vertices,
                geometry.Padding(above=geometry.Padding.above, ranks=geometry.Padding.ranks),
            ),
        )


def random_level(count, seed):
    """A level of items that use earlier ones, ranked and with lanes."""
    random.seed(seed)
    level = Level()
    for node in range(count):
        level.add(NODE, node, 100.0, random.choice((30.0, 60.0)))
        level.sources.append(Source(node, node, is_weak=node < 3))
    order = 0
    for user in range(2, count):
        for operand in {random.randrange(max(0, user - 9), user) for _ in range(2)}:
            order += 1
            level.sources[operand].targets.append((user, 0.0, order))
    rank(level)
    lay_lanes(level)
    return level


def crossings_of(level, rows):
    """Count the crossings of all pairs of links, without any cleverness."""
    position, total = level.positions(), 0
    for (x, y, *_), (v, w, *_) in combinations(rows, 2):
        if level.rank[x] == level.rank[v]:
            total += (position[x] - position[v]) * (position[y] - position[w]) < 0
    return total


@settings(deadline=None, max_examples=60)
@given(st.integers(3, 40), st.integers(0, 10_000))
def test_crossings_are_counted_right_and_fewer_than_in_simple_orders(count, seed):
    level = random_level(count, seed)
    rows = links(level)
    order = Order(level, rows)
    order._walk()
    walk = crossings_of(level, rows)
    assert order.crossings() == walk
    shuffled = [random.sample(layer, len(layer)) for layer in level.layers]
    left = order.run()
    assert left == crossings_of(level, rows) <= walk
    assert sorted(item for layer in level.layers for item in layer) == list(range(len(level.kind)))
    assert all(level.rank[item] == at for at, layer in enumerate(level.layers) for item in layer)
    level.layers = shuffled
    assert left <= crossings_of(level, rows)


def length_across(level, rows):
    return sum(abs(level.centre[x] - level.centre[y]) for x, y, *_ in rows)


def centre_layers(level):
    """The simplest assignment: each layer packed, with its middle on one line."""
    for layer in level.layers:
        at, centres = 0.0, [0.0]
        for x, y in pairwise(layer):
            at += gap(level, x, y)
            centres.append(at)
        for item, centre in zip(layer, centres, strict=True):
            level.centre[item] = centre - at / 2


def bent_lanes(level, rows):
    """How many links between two lanes are not straight, and how many there are."""
    lanes = [(x, y) for x, y, *_ in rows if level.kind[x] == level.kind[y] == LANE]
    return sum(abs(level.centre[x] - level.centre[y]) > 0.5 for x, y in lanes), len(lanes)


@settings(deadline=None, max_examples=60)
@given(st.integers(3, 40), st.integers(0, 10_000))
def test_neighbours_keep_their_distance_and_edges_are_short(count, seed):
    level = random_level(count, seed)
    rows = links(level)
    Order(level, rows).run()
    spread(level, rows)
    for layer in level.layers:
        for x, y in pairwise(layer):
            assert level.centre[y] - level.centre[x] >= gap(level, x, y) - CLOSE
    length = length_across(level, rows)
    centre_layers(level)
    assert length <= 3 * length_across(level, rows) + 100


def test_on_the_whole_there_are_few_crossings_short_edges_and_straight_lanes():
    walk = left = bent = lanes = length = centred = 0
    for seed in range(40):
        level = random_level(10 + seed % 30, seed)
        rows = links(level)
        order = Order(level, rows)
        order._walk()
        walk += order.crossings()
        left += Order(level, rows).run()
        spread(level, rows)
        bent, lanes = (a + b for a, b in zip((bent, lanes), bent_lanes(level, rows), strict=True))
        length += length_across(level, rows)
        centre_layers(level)
        centred += length_across(level, rows)
    assert left <= 0.6 * walk
    assert bent <= 0.16 * lanes
    assert length <= 1.45 * centred


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 25),
    st.integers(0, 10_000),
    st.sampled_from(("LR", "TB", "RL", "BT")),
    st.booleans(),
)
def test_in_a_picture_titles_fit_and_edges_end_at_their_boxes(count, seed, direction, show_local):
    root = random_values(count, seed)
    drawing = draw_dot(root, direction, show_local=show_local, wrap=0)
    sheet = drawing.sheet()
    groups = [shape for shape in sheet.shapes if isinstance(shape, Group)]
    for part in groups:
        boxes = [shape for shape in part.shapes if isinstance(shape, Box)]
        for text in (shape for shape in part.shapes if isinstance(shape, Text)):
            left, right, top, base = text_extent(text)
            assert text.role == "remark" or any(
                box.x + 2 <= left and right <= box.x + box.width - 2
                and box.y + 2 <= top and base <= box.y + box.height - 2
                for box in boxes
            ), text  # fmt: skip
        for box in boxes:
            assert box.x >= 0 and box.x + box.width <= sheet.width
            assert box.y >= 0 and box.y + box.height <= sheet.height
    nodes = nodes_of([root])
    arrangement = Arrangement(photograph(nodes, [root], local=show_local), direction)
    edges = list(arrangement.arrivals())
    assert len(edges) == sum(len(node._operands) for node in nodes)
    lines = {line for line in sheet.flat() if getattr(line, "role", "") == "edge"}
    ends = {(round(x, 3), round(y, 3)) for line in lines for x, y in line.straight()}
    tips = {
        tuple(round(x, 3) for x in shape.points[0])
        for shape in sheet.flat()
        if getattr(shape, "role", "") == "arrow"
    }
    point, spots = arrangement.orientation.point, arrangement.layout.spots
    for edge in edges:
        begin, *_, end = corners(edge.runs)
        sources = [(spot.end, spot.centre) for spot in spots if spot.node == edge.source]
        assert any(abs(begin[0] - x) + abs(begin[1] - y) < CLOSE for x, y in sources)
        assert end == (edge.tip - ARROW + 1.0, edge.across)
        assert tuple(round(x, 3) for x in point(*end)) in ends
        assert tuple(round(x, 3) for x in point(edge.tip, edge.across)) in tips
        start, finish = arrangement.operation(edge.target)
        size = arrangement.measures[edge.target]
        _, breadth = arrangement.orientation.swap(size.op_width, size.op_height)
        assert start - 1.0 <= edge.tip <= (start + finish) / 2
        assert abs(edge.across - spots[edge.target].centre) < breadth / 2
        # The tip touches the border of the operation's circle, which is a rectangle with two
        # round ends.
        radius = min(finish - start, breadth) / 2
        beyond = max(abs(edge.across - spots[edge.target].centre) - (breadth / 2 - radius), 0)
        inwards = start + radius - edge.tip
        assert abs((inwards**2 + beyond**2) ** 0.5 - radius) < 1.0


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 30),
    st.integers(0, 10_000),
    st.sampled_from(("LR", "TB", "RL", "BT")),
    st.booleans(),
)
def test_no_edge_touches_what_it_is_not_joined_to(count, seed, direction, show_local):
    root = random_values(count, seed)
    root.backward()
    root.backward()  # each leaf has a remark below its box
    nodes = nodes_of([root])
    drawing = draw_dot(root, direction, show_local=show_local, wrap=0)
    arrangement = Arrangement(photograph(nodes, [root], local=show_local), direction)
    assert list(touched(arrangement, drawing.sheet())) == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_an_edge_through_a_box_is_noticed(direction, monkeypatch):
    root = random_values(12, 3)
    nodes = nodes_of([root])
    monkeypatch.setattr(coordinates, "BESIDE_LANE", -60.0)
    arrangement = Arrangement(photograph(nodes, [root]), direction)
    assert list(touched(arrangement, draw_dot(root, direction).sheet()))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 50), st.integers(0, 10_000))
def test_edges_cross_a_border_where_both_sides_expect_them(count, seed):
    every, _ = copy_outside(graphs.vertices(count, seed, SCOPES))
    builder = _Builder(every, geometry.Padding())
    runs_of = {(edge.source, edge.target): edge.runs for edge in builder.build().edges}
    for (source, target), runs in runs_of.items():
        for region, goal in builder._route(source, target):
            ports = [(layering.ENTRY, source)] + [goal] * (goal[0] == layering.EXIT)
            for item in (region.items[port] for port in ports if port in region.items):
                along, across = region.end(item), region.centre(item)
                assert any(
                    begin <= along + CLOSE and along <= end + CLOSE and abs(at - across) < CLOSE
                    for begin, end, at in runs
                )
