"""The page draws what the static drawing does: the same shapes at the same positions."""

from __future__ import annotations

import json
import random

import drawing_graphs as graphs
import pytest

from chainrule import Value, check, parameter, scope, show
from chainrule.drawing.shapes.arrangement import Arrangement
from chainrule.drawing.shapes.edges import corners
from chainrule.drawing.shapes.painting import edge_text, paint
from chainrule.drawing.shapes.sheet import Box, Group, Line, Polygon, Text
from chainrule.drawing.snapshot.picture import nodes_of, photograph

DIRECTIONS = ("LR", "RL", "TB", "BT")
CLOSE = 0.11
"""The page gets positions with one decimal."""


def tinted():
    x = Value(2.0, label="a rather long label, which is cut off somewhere")
    x._vis_color = "lightblue"
    w = parameter(-0.5, label="w")
    y = (x * w + 3.0) * (x - 1.5)
    y.label = "y"
    for _ in range(10):
        y = (y * 0.5 - 2.0).tanh() + x
    y.backward()
    return y


def network():
    root = graphs.network(Value)
    root.backward()
    return root


def alone():
    return parameter(1.0, label="p")


def unlabelled():
    x = Value(4.0)
    return x * x + x.sqrt() ** 2 - 1 / x


GRAPHS = {
    "expression": lambda: graphs.expression(Value)["L"],
    "neuron": lambda: graphs.neuron(Value),
    "network": network,
    "tinted": tinted,
    "alone": alone,
    "unlabelled": unlabelled,
    "recurrence": lambda: graphs.recurrence(Value, 14),
}


def opened(modules, root, direction="LR", **options):
    data = json.loads(json.dumps(show(root, rankdir=direction, **options)._data))
    modules.run("open(argument)", data)
    return data


def numbers_of(shape):
    """A shape of the static drawing as the page writes it: words, and numbers."""
    match shape:
        case Box():
            tint = shape.tint and f"#{shape.tint}"
            kind = ["box", shape.role, bool(shape.cut), bool(tint)]
            return kind, [shape.x, shape.y, shape.width, shape.height, shape.radius]
        case Text():
            words = ["text", shape.role, shape.text, shape.anchor, shape.bold, shape.halo]
            return words, [shape.x, shape.y, shape.size]
        case Line():
            return ["line", shape.role], [x for point in shape.straight() for x in point]
        case Polygon():
            return ["area", shape.role], [x for point in shape.points for x in point]


SHAPES = """const written = ({ kind, role, x, y, w, h, r, ...shape }) =>
  kind === "box" ? [["box", role, shape.cut, Boolean(shape.tint)], [x, y, w, h, r]]
  : kind === "text" ? [["text", role, shape.text, shape.anchor, Boolean(shape.bold),
      Boolean(shape.halo)], [x, y, shape.size]]
  : [[kind, role], shape.points.flat()];
"""


def assert_same(found, expected):
    """The same shapes in the same order, up to rounding."""
    assert [words for words, _ in found] == [words for words, _ in expected]
    for (words, one), (_, two) in zip(found, expected, strict=True):
        if words == ["line", "edge"]:  # the page's is longer, under the circle and the box
            for at in (0, 1):
                low, high = sorted(one[at::2])
                assert low - CLOSE <= min(two[at::2]) and max(two[at::2]) <= high + CLOSE
        else:
            assert one == pytest.approx(two, abs=CLOSE), (words, one, two)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", GRAPHS)
def test_nodes_and_copies_are_those_of_the_static_drawing(modules, name, direction):
    root = GRAPHS[name]()
    opened(modules, root, direction)
    nodes = nodes_of([root])
    arrangement = Arrangement(photograph(nodes, [root], local=True), direction)
    groups = [shape for shape in paint(arrangement, "", "").shapes if isinstance(shape, Group)]
    scopes = [group for group in groups if group.title.startswith("scope ")]
    drawn = groups[len(scopes) :]
    found = modules.run(
        SHAPES
        + """const { scene, graph, verdicts } = v;
        const rows = index => look.changing(graph, index, verdicts);
        return [
          graph.nodes.map(({ index }) => look.nodeShapes(scene, index, rows(index)).map(written)),
          scene.copies.map(copy => look.copyShapes(scene, copy).map(written)),
          [...scene.areaBoxes.keys()].map(area => look.areaShapes(scene, area).map(written)),
        ]"""
    )
    spots = arrangement.layout.spots
    for spot, group in zip(spots, drawn, strict=True):
        expected = [numbers_of(shape) for shape in group.shapes]
        if spot.is_copy:
            copy = found[1].pop(0)
            if "…" in copy[1][0][2]:  # the page cuts a copy's name off by its own measure
                copy[1][0][2] = expected[1][0][2]
            assert_same(copy, expected)
            continue
        shapes = [shape for shape in found[0][spot.node] if shape[0][2:3] != [""]]
        is_remark = [shape for shape in shapes if shape[0][1] == "remark"]
        assert len(is_remark) == bool(arrangement.picture.cards[spot.node].remark)
        assert_same(
            [shape for shape in shapes if shape not in is_remark],
            [shape for shape in expected if shape[0][1] != "remark"],
        )
    assert found[1] == []
    for area, group in zip(found[2], scopes, strict=True):
        box, sign, bar, name = area
        expected = [numbers_of(shape) for shape in group.shapes]
        assert_same([box], expected[:1])
        assert name[0] == expected[1][0]
        assert name[1][1:] == pytest.approx(expected[1][1][1:], abs=CLOSE)
        assert (sign[0][1], bar[0][1]) == ("fold", "fold-sign")
        assert box[1][0] < sign[1][0] and sign[1][0] + 13 < name[1][0]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "alone"])
def test_edges_are_those_of_the_static_drawing(modules, name, direction):
    root = GRAPHS[name]()
    opened(modules, root, direction)
    arrangement = Arrangement(photograph(nodes_of([root]), [root], local=True), direction)
    point = arrangement.orientation.point
    found = modules.run(
        SHAPES
        + """const { scene } = v;
        return scene.ends.map(end => [[end.source, end.target, end.slot], scene.points(end),
          scene.endOf.get(`${end.target} ${end.slot}`) === end,
          [look.arrowhead(scene, end), look.beside(scene, end)].filter(Boolean).map(written)])"""
    )
    edges = {tuple(edge): [points, is_known, shapes] for edge, points, is_known, shapes in found}
    arrivals = list(arrangement.arrivals())
    assert len(edges) == len(arrivals) == len(found)
    sheet = paint(arrangement, "", "")
    heads = [shape for shape in sheet.shapes if isinstance(shape, Polygon)]
    for end, head in zip(arrivals, heads, strict=True):
        points, is_known, shapes = edges[end.source, end.target, end.slot]
        assert is_known
        for one, two in zip(points, corners(end.runs), strict=True):
            assert one == pytest.approx(point(*two), abs=CLOSE)
        text = edge_text(arrangement, end)
        _assert_same_head(shapes[0], numbers_of(head))
        assert_same(shapes[1:], [numbers_of(text)] if text else [])


def _assert_same_head(found, expected):
    """The tip and then the other two corners, whichever comes first."""
    assert found[0] == expected[0]
    pairs = [
        [tuple(numbers[:2]), *sorted(zip(numbers[2::2], numbers[3::2], strict=True))]
        for numbers in (found[1], expected[1])
    ]
    for one, two in zip(*pairs, strict=True):
        assert one == pytest.approx(two, abs=CLOSE)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_pieces_of_edges_are_there_once_and_as_curved_as_in_the_static_drawing(
    modules, direction
):
    root = graphs.recurrence(Value, 14)
    opened(modules, root, direction)
    arrangement = Arrangement(photograph(nodes_of([root]), [root], local=True), direction)
    lines = [
        shape
        for shape in paint(arrangement, "", "").shapes
        if isinstance(shape, Line) and shape.role == "edge"
    ]
    expected = []
    for line in lines:
        start = line.start
        for piece in line.pieces:
            expected.append([*start, *(x for at in piece for x in at)])
            start = piece[-1]
    found = modules.run(
        """const { scene } = v;
        return scene.pieces().map(points => {
          const way = [];
          const add = (...numbers) => way.push(...numbers);
          scene.trace({ moveTo: add, lineTo: add, bezierCurveTo: add }, points);
          return way;
        })"""
    )
    assert len(found) == len(expected)
    for one, two in zip(sorted(found), sorted(expected), strict=True):
        assert one == pytest.approx(two, abs=CLOSE)


def test_an_edge_that_is_hardly_bent_is_straight(modules):
    opened(modules, graphs.reuse(Value))
    code = """const names = [];
        const pen = { moveTo: () => names.push("M"), lineTo: () => names.push("L"),
                      bezierCurveTo: () => names.push("C") };
        v.scene.trace(pen, argument);
        return names.join("")"""
    assert modules.run(code, [[0, 0], [10, 0.1], [20, 0.3]]) == "MLC"
    opened(modules, graphs.reuse(Value), "TB")
    assert modules.run(code, [[0, 0], [0.1, 10], [0.3, 20]]) == "MLC"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_an_operation_stands_where_the_static_drawing_puts_it(modules, direction):
    root = graphs.neuron(Value)
    opened(modules, root, direction)
    arrangement = Arrangement(photograph(nodes_of([root]), [root], local=True), direction)
    circles = modules.value("v.graph.nodes.map(({ index }) => v.scene.circle(index))")
    for index, card in enumerate(arrangement.picture.cards):
        if not card.operands:
            assert circles[index] is None
            continue
        size = arrangement.measures[index]
        half = arrangement.orientation.swap(size.op_width, size.op_height)[1] / 2
        centre = arrangement.layout.spots[index].centre
        begin, end = arrangement.operation(index)
        box = arrangement.orientation.rectangle(begin, end, centre - half, centre + half)
        assert [circles[index][key] for key in "xywh"] == pytest.approx(box, abs=CLOSE)


# ---- what changes --------------------------------------------------------------------------------


def changing(modules, label):
    return modules.value(
        "look.changing(v.graph, v.graph.nodes.find(node => node.label === argument).index,"
        " v.verdicts)",
        label,
    )


def test_remarks_say_what_was_edited_and_what_a_check_found(modules):
    nodes = graphs.expression(Value)
    nodes["a"].grad = 6
    nodes["L"].backward()
    opened(modules, nodes["L"])
    assert changing(modules, "a")["remark"] == ["6 by hand + 6", "remark"]
    modules.run("v.seek(1)")
    assert changing(modules, "a")["remark"] == ["", "remark"]
    modules.run("v.seek(null)")
    modules.run("v.edit(v.graph.nodes.find(node => node.label === 'a').index, -4)")
    assert changing(modules, "a") == {
        "data": ["−4.0000", "negative"],
        "grad": ["6.0000", "positive"],
        "remark": ["edited, was 2.0000", "remark"],
    }
    assert changing(modules, "e")["remark"] == ["was −6.0000", "remark"]
    assert changing(modules, "b")["remark"] == ["", "remark"]


def test_what_has_no_formula_says_that_it_is_not_recomputed(modules):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    own = Value(4.0, (a,), "square", label="own")
    opened(modules, own * b)
    assert changing(modules, "own")["remark"] == ["", "remark"]
    modules.run("v.edit(v.graph.nodes.find(node => node.label === 'b').index, 1)")
    assert changing(modules, "own")["remark"] == ["no formula: not recomputed", "remark"]
    assert changing(modules, "b")["remark"] == ["edited, was 3.0000", "remark"]


@pytest.mark.parametrize("typed", [6, 5, 0.5])
def test_a_verdict_stands_below_its_box_with_and_without_a_pass(modules, typed):
    nodes = graphs.expression(Value)
    opened(modules, nodes["L"])
    index = modules.value("v.graph.nodes.find(node => node.label === 'a').index")
    modules.run("v.setByHand(argument[0], { value: argument[1], text: '' })", [index, typed])
    nodes["a"].grad = typed
    status = check(nodes["L"]).verdicts[nodes["a"]].status
    words = "✓ by hand, right" if typed == 6 else "✗ by hand, expected 6.0000"
    assert changing(modules, "a")["remark"] == [words, f"verdict-{status}"]
    modules.run("v.seek(v.graph.length)")
    words = "✓ by hand, right" if typed == 6 else f"✗ by hand {typed:.4f}"
    assert changing(modules, "a")["remark"] == [words, f"verdict-{status}"]


def test_a_gradient_that_cannot_be_judged_says_so(modules):
    x = Value(0.0, label="x")
    opened(modules, x.relu() * 2.0 + 1.0)
    index = modules.value("v.graph.nodes.find(node => node.label === 'x').index")
    modules.run("v.setByHand(argument, { value: 1, text: '1' })", index)
    assert changing(modules, "x")["remark"] == ["by hand, not comparable", "verdict-not"]


# ---- seen from afar ------------------------------------------------------------------------------


def test_a_name_seen_from_afar_fills_its_box(modules):
    nodes = graphs.expression(Value)
    data = opened(modules, nodes["L"] * nodes["L"])
    shapes = modules.run(
        """return v.graph.nodes.map(({ index }) =>
        [v.scene.boxes.get(index), look.farName(v.scene, index, look.changing(v.graph, index,
        v.verdicts))])"""
    )
    for (box, name), row in zip(shapes, data["nodes"], strict=True):
        size = min(26, 0.66 * box["h"], 1.5 * box["w"] / len(name["text"]))
        assert name["size"] == pytest.approx(size)
        assert name["x"] == pytest.approx(box["x"] + box["w"] / 2)
        assert name["y"] == pytest.approx(box["y"] + box["h"] / 2 + 0.36 * size)
        assert name["text"] == row.get("label", "64.0000") and name["anchor"] == "middle"
        assert name["role"] == ("ink" if "label" in row else "positive")


@pytest.mark.parametrize(
    ("name", "room", "size", "cut"),
    [
        ("abcdef", 45, 12, "abcdef"),
        ("abcdefg", 45, 12, "abcde…"),
        ("abcdef", 1, 12, "ab…"),
        ("abc", 1, 12, "abc"),
        ("😀😀😀😀", 1, 12, "😀😀…"),
    ],
)
def test_a_name_is_cut_off_by_letters(modules, name, room, size, cut):
    assert modules.value("look.short(...argument)", [name, room, size]) == cut


def scoped(count=3):
    x = Value(1.0, label="x")
    for number in range(count):
        with scope(f"step {number}"):
            x = (x * parameter(0.5) + 1.0).tanh()
    x.label = "out"
    return x


def test_a_collapsed_scope_is_a_pile_with_its_name_and_counts(modules):
    data = opened(modules, scoped())
    modules.run("v.scene.collapse([0, 2])")
    drawn = modules.run(
        SHAPES
        + """return [...v.scene.stacks].map(([area, at]) =>
        [area, at, look.stackShapes(v.scene, area).map(written)])"""
    )
    assert [area for area, _, _ in drawn] == [0, 2]
    for area, at, shapes in drawn:
        lower, upper, name, *rest = shapes
        role = "stack-root" if data["root"] in data["areas"][area]["nodes"] else "stack"
        x, y, w, h = (at[key] for key in "xywh")
        assert lower == [["box", "stack", False, False], [x + 4, y + 4, w - 4, h - 4, 3]]
        assert upper == [["box", role, False, False], [x, y, w - 4, h - 4, 3]]
        assert name == [["text", "ink", f"step {area}", "start", True, False], [x + 9, y + 17, 13]]
        lines, (fold, *signs) = rest[:-3], rest[-3:]
        assert [line[0][2] for line in lines] == data["areas"][area]["lines"]
        assert [line[1] for line in lines] == [
            pytest.approx([x + 9, y + 32 + 14 * row, 9.5]) for row in range(len(lines))
        ]
        assert fold[1] == pytest.approx([x + w - 24, y + 6, 13, 13, 3])
        middle = fold[1][0] + 6.5, fold[1][1] + 6.5
        for sign in signs:  # a plus: one line across, one down, both through the middle
            (x0, y0, x1, y1) = sign[1]
            assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx(middle)
            assert abs(x1 - x0) + abs(y1 - y0) == 6
        assert {signs[0][1][1] == signs[0][1][3], signs[1][1][0] == signs[1][1][2]} == {True}


def test_an_open_scope_has_a_minus_and_from_afar_a_large_name(modules):
    opened(modules, scoped())
    for is_far, size, base in ((False, 11, 16), (True, 24, 24)):
        (box, fold, sign, name) = modules.run(
            SHAPES + "return look.areaShapes(v.scene, 1, argument).map(written)", is_far
        )
        x, y, *_ = box[1]
        assert fold == [["box", "fold", False, False], [x + 8, y + 6, 13, 13, 3]]
        assert sign[1] == pytest.approx([x + 11.5, y + 12.5, x + 17.5, y + 12.5])
        assert name[1] == [x + 27, y + base, size]
        assert box[1][4] == 10 and name[0][4]


def test_where_no_layout_is_a_collapsed_scope_lies_over_its_nodes_in_large_letters(modules):
    data = opened(modules, scoped(12))
    modules.run("v.scene.collapse([3, 11])")
    areas = {row[0]: row[1:] for row in data["states"][0]["areas"]}
    drawn = modules.run(
        SHAPES
        + """return [...v.scene.stacks].map(([area, at]) =>
        [area, at, look.stackShapes(v.scene, area).map(written)])"""
    )
    assert [area for area, _, _ in drawn] == [3, 11]
    for area, at, (outer, inner, name, *rest) in drawn:
        x, y, w, h = (at[key] for key in "xywh")
        assert [x, y, w, h] == areas[area]
        size = max(13, min(h / 6, w / 12))
        role = "stack-root" if area == 11 else "stack"
        assert outer == [["box", "scope", False, False], [x, y, w, h, 10]]
        assert inner == [["box", role, False, False], [x + 4, y + 4, w - 8, h - 8, 7]]
        middle = y + h / 2
        assert name[0] == ["text", "ink", f"step {area}", "middle", True, False]
        assert name[1] == pytest.approx([x + w / 2, middle - 0.1 * size, size])
        lines = rest[:-3]
        for row, line in enumerate(lines):
            down = middle + size * (0.85 + 0.75 * row)
            assert line[1] == pytest.approx([x + w / 2, down, 0.6 * size])
            assert line[0][1:4] == ["soft", data["areas"][area]["lines"][row], "middle"]
        assert rest[-3][1] == pytest.approx([x + w - 22, y + 6, 13, 13, 3])


# ---- the scene -----------------------------------------------------------------------------------


def holds(box, x, y):
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def test_boxes_overlap_and_hold_as_their_intervals_do(modules):
    rng = random.Random(1)
    boxes = [[rng.randrange(most) for most in (8, 8, 5, 5)] for _ in range(60)]
    pairs = [(one, two) for one in boxes for two in boxes[:20]]
    found = modules.run(
        """const { boxOf, overlap, contains, holds, grown, centreOf, boundsOf } = geometry;
        return argument.map(([one, two]) => {
          const [a, b] = [boxOf(one), boxOf(two)];
          return [overlap(a, b), contains(a, b), holds(a, b.x, b.y), grown(a, 2), grown(a, 2, 3),
            centreOf(a), boundsOf([[a.x, a.y], [b.x, b.y], [b.x + b.w, a.y]])];
        })""",
        pairs,
    )
    for (one, two), row in zip(pairs, found, strict=True):
        (x, y, w, h), (x2, y2, w2, h2) = one, two
        is_over = x < x2 + w2 and x2 < x + w and y < y2 + h2 and y2 < y + h
        is_in = holds(one, x2, y2) and holds(one, x2 + w2, y2 + h2)
        assert row[:3] == [is_over, is_in, holds(one, x2, y2)]
        assert list(row[3].values()) == [x - 2, y - 2, w + 4, h + 4]
        assert list(row[4].values()) == [x - 2, y - 3, w + 4, h + 6]
        assert row[5] == {"x": x + w / 2, "y": y + h / 2}
        xs, ys = (x, x2, x2 + w2), (y, y2)
        assert list(row[6].values()) == [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


@pytest.mark.parametrize("collapsed", [[], [1], [0, 1, 2]])
@pytest.mark.parametrize("direction", ["LR", "BT"])
def test_what_lies_at_a_point_is_what_is_drawn_there(modules, collapsed, direction):
    root = scoped() + graphs.recurrence(Value, 12)
    data = opened(modules, root, direction)
    modules.run("v.scene.collapse(argument)", collapsed)
    boxes, circles, copies, stacks, areas, size = modules.run(
        """const { scene } = v; const row = ({ x, y, w, h }) => [x, y, w, h];
        return [[...scene.boxes].map(([thing, box]) => [thing, row(box)]),
          v.graph.nodes.flatMap(({ index }) => scene.circle(index)
            ? [[index, row(scene.circle(index))]] : []),
          scene.copies, [...scene.stacks].map(([area, box]) => [area, row(box)]),
          [...scene.areaBoxes].map(([area, box]) => [area, row(box)]), scene.size]"""
    )
    assert {thing for thing, _ in boxes if thing < 0} == {-1 - area for area in collapsed}
    assert len(data["states"][0]["copies"]) > 5
    rng = random.Random(direction)
    points = [(rng.uniform(0, size[0]), rng.uniform(0, size[1])) for _ in range(600)]
    shapes = [box for _, box in [*boxes, *circles, *areas]] + [copy[1:] for copy in copies]
    for x, y, w, h in shapes:
        points += [(x, y), (x + w, y + h), (x + w + 0.01, y + h / 2), (x + w / 2, y + h - 1)]
        points += [(x + w / 2, y + 24), (x + w / 2, y + 24.5), (x + w / 2, y - 0.01)]
    found = modules.value("argument.map(([x, y]) => v.scene.at(x, y))", points)
    for (x, y), thing in zip(points, found, strict=True):
        expected = [{"thing": -1 - area} for area, box in stacks if holds(box, x, y)]
        expected += [{"thing": each} for each, box in [*boxes, *circles] if holds(box, x, y)]
        expected += [{"thing": copy[0]} for copy in copies if holds(copy[1:], x, y)]
        titles = [{"area": area} for area, (a, b, w, _) in areas if holds((a, b, w, 24), x, y)]
        assert thing == next(iter(expected + titles[::-1]), None)


def test_the_nearest_thing_in_a_direction_is_ahead_and_not_far_aside(modules):
    opened(modules, network())
    boxes = dict(
        modules.value("[...v.scene.boxes].map(([t, { x, y, w, h }]) => [t, [x, y, w, h]])")
    )
    centres = {thing: (x + w / 2, y + h / 2) for thing, (x, y, w, h) in boxes.items()}
    for thing, (x, y) in centres.items():
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            costs = {}
            for other, (a, b) in centres.items():
                ahead = (a - x) * dx + (b - y) * dy
                aside = abs((a - x) * dy) + abs((b - y) * dx)
                if other != thing and ahead >= 4 and aside <= 4 * ahead + 40:
                    costs[other] = ahead + 2.5 * aside
            found = modules.value("v.scene.neighbour(...argument)", [thing, dx, dy])
            assert (found is None) == (not costs)
            assert found is None or costs[found] == pytest.approx(min(costs.values()))


def test_collapsing_takes_the_layout_made_for_it_or_hides_what_is_inside(modules):
    data = opened(modules, network())
    by_state = {tuple(state["collapsed"]): state for state in data["states"]}
    code = """const { scene } = v; scene.collapse(argument);
        return { size: scene.size, boxes: [...scene.boxes.keys()], stacks: [...scene.stacks.keys()],
          areas: [...scene.areaBoxes.keys()], standsFor: scene.standsFor, ends: scene.ends.length,
          pieces: scene.pieces().length }"""
    for collapsed, state in by_state.items():
        found = modules.run(code, list(collapsed))
        inside = {node: -1 - a for a in collapsed for node in data["areas"][a]["nodes"]}
        count = len(data["nodes"])
        assert found["size"] == state["size"]
        assert found["standsFor"] == [inside.get(node, node) for node in range(count)]
        assert found["stacks"] == [row[0] for row in state["stacks"]]
        assert sorted(found["stacks"]) == list(collapsed)
        drawn = [n for n in range(count) if n not in inside]
        assert found["boxes"] == drawn + [-1 - area for area in found["stacks"]]
        assert found["areas"] == [row[0] for row in state["areas"]]
        assert found["ends"] == len(state["ends"])
        assert found["pieces"] == sum(
            state["tracks"][at] >= 0 for at in range(0, len(state["tracks"]), 3)
        )
    assert modules.run(code, [0, 1]) == modules.run(code, [0])  # an inner one makes no difference
    modules.run("v.scene.collapse([]); v.scene.toggle(2); v.scene.toggle(0); v.scene.toggle(2)")
    assert modules.value("[...v.scene.collapsed]") == [0]


def test_edges_inside_a_scope_without_a_layout_are_hidden_and_those_to_it_stay(modules):
    data = opened(modules, scoped(12))
    modules.run("v.scene.collapse([3, 7])")
    hidden = set(data["areas"][3]["nodes"]), set(data["areas"][7]["nodes"])
    ends = modules.value("v.scene.ends.map(end => [end.source, end.target])")
    every = [(end[0], end[1]) for end in data["states"][0]["ends"]]
    assert [tuple(end) for end in ends] == [
        (source, target)
        for source, target in every
        if not any(source in inside and target in inside for inside in hidden)
    ]
    assert modules.value("v.scene.size") == data["states"][0]["size"]
    copies = modules.value("v.scene.copies.map(copy => copy.slice(1, 3))")
    boxes = modules.value("[3, 7].map(area => Object.values(v.scene.stacks.get(area)))")
    assert not any(holds(box, x, y) for box in boxes for x, y in copies)
    assert modules.value("[...v.scene.areaBoxes.keys()]") == [
        n for n in range(12) if n not in (3, 7)
    ]


def test_a_large_scope_hides_its_inner_ones(modules):
    x = Value(1.0)
    for outer in range(9):
        with scope(f"s{outer}"):
            for inner in range(2):
                with scope(f"t{inner}"):
                    x = x * 2.0 + 1.0
    data = opened(modules, x)
    paths = [area["path"] for area in data["areas"]]
    top = paths.index(["s4"])
    inner = [number for number, area in enumerate(data["areas"]) if area["parent"] == top]
    modules.run("v.scene.collapse(argument)", [top, inner[0]])
    assert modules.value("[...v.scene.stacks.keys()]") == [top]
    shown = modules.value("[...v.scene.areaBoxes.keys()]")
    assert sorted({*range(len(paths))} - {*shown}) == sorted([top, *inner])
    modules.run("v.scene.collapse(argument)", inner)
    assert top in modules.value("[...v.scene.areaBoxes.keys()]")


# ---- over the picture ----------------------------------------------------------------------------


def overlaid(modules):
    return modules.run(SHAPES + "return overlay.overlay(v).map(written)")


def box_of(modules, label):
    return modules.value(
        "Object.values(v.scene.boxes.get(v.graph.nodes.find(node => node.label === argument)"
        ".index))",
        label,
    )


def test_the_hovered_the_chosen_and_the_focused_node_have_rings_outside_one_another(modules):
    opened(modules, graphs.expression(Value)["L"])
    a, b, e = (
        modules.value("v.graph.nodes.find(node => node.label === argument).index", x) for x in "abe"
    )
    modules.run("v.camera.k = 1; v.hovered = argument", b)
    x, y, w, h = box_of(modules, "b")
    assert overlaid(modules) == [
        [["box", "hovered", False, False], [x - 3, y - 3, w + 6, h + 6, 7]]
    ]
    modules.run("v.chosen = v.hovered = argument; v.focused = argument; v.hasFocus = true", a)
    found = overlaid(modules)
    x, y, w, h = box_of(modules, "a")
    rings = [shape for shape in found if shape[0][1] in ("hovered", "chosen", "focused")]
    assert rings == [
        [["box", "chosen", False, False], [x - 3, y - 3, w + 6, h + 6, 7]],
        [["box", "focused", False, False], [x - 5, y - 5, w + 10, h + 10, 9]],
    ]
    kinds = [shape[0][:2] for shape in found if shape not in rings]
    assert kinds == [["way", "chosen-edge"], ["area", "chosen-edge-head"]]
    (way,) = (shape[1] for shape in found if shape[0][0] == "way")
    assert abs(way[0] - x - w) < 0.2  # it begins at a
    modules.run("v.camera.k = 0.1")
    ring = next(shape for shape in overlaid(modules) if shape[0][1] == "chosen")
    assert ring[1] == pytest.approx([x - 21, y - 21, w + 42, h + 42, 25])
    modules.run("v.camera.k = 1; v.seek(3); v.chosen = argument", e)
    assert not any(shape[0][1] == "chosen-edge" for shape in overlaid(modules))


def test_a_step_shows_who_gives_what_to_whom(modules):
    root = graphs.expression(Value)["L"]
    opened(modules, root)
    modules.run("v.camera.k = 1; v.seek(1)")
    found = overlaid(modules)
    x, y, w, h = box_of(modules, "L")
    assert found[0] == [["box", "giver", False, False], [x - 3, y - 3, w + 6, h + 6, 7]]
    chip, words = found[1:]
    wide = 3 * 7.2 + 12
    left = x + max(w + 3 - wide, 34)
    assert chip == [["box", "chip", False, False], pytest.approx([left, y - 13, wide, 17, 8.5])]
    assert words[0] == ["text", "chip-text", "= 1", "middle", True, False]
    assert words[1] == pytest.approx([left + wide / 2, y - 0.6, 11])
    modules.run("v.seek(2)")
    found = overlaid(modules)
    kinds = [shape[0][:2] for shape in found]
    edges = [["way", "flow"], ["area", "flow-head"]] * 2
    assert kinds[:4] == edges
    assert kinds[4:7] == [["box", "giver"], ["box", "taker"], ["box", "taker"]]
    texts = [shape[0][2] for shape in found if shape[0][1] == "chip-text"]
    assert sorted(texts) == ["+4.0000", "−2.0000"]
    modules.run("v.camera.k = 0.49")
    assert not any(shape[0][0] == "text" for shape in overlaid(modules))
    modules.run("v.camera.k = 0.01")
    ring = next(shape for shape in overlaid(modules) if shape[0][1] == "giver")
    assert min(ring[1][2:4]) == pytest.approx(14 / 0.01)  # a giver is never smaller than it is seen


def test_a_value_used_twice_by_one_node_gets_both_amounts(modules):
    x = Value(3.0, label="x")
    opened(modules, x * x)
    modules.run("v.camera.k = 1; v.seek(2)")
    texts = [shape[0][2] for shape in overlaid(modules) if shape[0][1] == "chip-text"]
    assert texts == ["+3.0000 +3.0000"]


def test_unlabelled_nodes_around_the_chosen_one_are_named(modules):
    x = Value(3.0, label="x")
    inner = x * 2.0
    opened(modules, inner + x)
    modules.run("v.camera.k = 1; v.chosen = 2")
    names = [shape for shape in overlaid(modules) if shape[0][1] == "soft"]
    assert [name[0][2] for name in names] == ["v3", "v4"]  # neither x, labelled, nor 2, a constant
    box = modules.value("Object.values(v.scene.boxes.get(2))")
    assert names[0][1] == [box[0] + 1, box[1] - 8, 11]
    assert names[0][0][3:] == ["start", True, True]
    modules.run("v.camera.k = 0.49")
    assert not any(shape[0][0] == "text" for shape in overlaid(modules))


def test_the_ring_of_a_hidden_node_is_that_of_its_scope_and_there_only_once(modules):
    data = opened(modules, scoped())
    modules.run("v.scene.collapse([0]); v.camera.k = 1; v.seek(argument)", 8)
    found = overlaid(modules)
    stack = modules.value("Object.values(v.scene.stacks.get(0))")
    hidden = data["areas"][0]["nodes"]
    assert hidden
    rings = [shape[1][:2] for shape in found if shape[0][1] in ("giver", "taker")]
    assert len({tuple(ring) for ring in rings}) == len(rings)
    for step in range(2, modules.value("v.graph.length") + 1):
        modules.run("v.seek(argument)", step)
        around = [
            shape
            for shape in overlaid(modules)
            if shape[0][1] in ("giver", "taker") and shape[1][:2] == [stack[0] - 3, stack[1] - 3]
        ]
        assert len(around) <= 1


def test_an_amount_moves_down_where_it_would_cover_the_remark_above(modules):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = a * b
    a.grad = 1
    L.backward()
    opened(modules, L)
    modules.run("v.camera.k = 1; v.seek(2)")
    top = modules.value("Object.values(v.scene.boxes.get(1))")
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert sorted(chip[1][1] for chip in chips)[1] == top[1] - 13  # no remark is shown in a pass
    index = modules.value("v.graph.nodes.find(node => node.label === 'a').index")
    modules.run("v.setByHand(argument, { value: 9, text: '9' })", index)
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert sorted(chip[1][1] for chip in chips)[1] == top[1] + top[3] - 3
    index = modules.value("v.graph.nodes.find(node => node.label === 'b').index")
    modules.run("v.setByHand(argument, { value: 9, text: '9' })", index)
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert sorted(chip[1][1] for chip in chips)[1] == top[1] - 13  # its own remark is below it


# ---- titles --------------------------------------------------------------------------------------


def titles(modules):
    return modules.run(SHAPES + "return titles.titles(v).map(written)")


@pytest.mark.parametrize("k", [0.3, 0.42, 1.0, 3.0])
def test_the_title_of_a_scope_that_begins_left_of_the_window_is_at_its_edge(modules, k):
    opened(modules, scoped())
    area, box = modules.value("[...v.scene.areaBoxes][1]")
    end = box["x"] + 27 + 0.62 * 6 * (24 if k < 0.42 else 11)
    modules.run(
        "Object.assign(v.camera, { k: argument[0], x: -argument[1] * argument[0], y: 0 })",
        [k, end + 0.1],
    )
    found = {words[2]: numbers for words, numbers in titles(modules)}
    name = f"step {area}"
    size = max(11, 10 / k)
    has_room = box["x"] + box["w"] - end - 0.1 > size * 0.62 * 6 + 24 / k
    assert (name in found) == has_room
    if has_room:
        assert found[name] == pytest.approx([end + 0.1 + 12 / k, box["y"] + 5 + size, size])
    modules.run("v.camera.x = -argument[1] * argument[0]", [k, end - 0.1])
    assert name not in {words[2] for words, _ in titles(modules)}


def test_a_stuck_title_is_there_only_while_its_scope_is_in_the_window(modules):
    opened(modules, scoped())
    box = modules.value("v.scene.areaBoxes.get(1)")
    start = [1, -(box["x"] + 100), 0]
    code = "Object.assign(v.camera, { k: argument[0], x: argument[1], y: argument[2] })"
    modules.run(code, start)
    assert "step 1" in [words[2] for words, _ in titles(modules)]
    assert {(words[1], words[4], words[5]) for words, _ in titles(modules)} == {
        ("scope-name", True, True)
    }
    modules.run(code, [1, start[1], -(box["y"] + 17)])
    assert "step 1" not in [words[2] for words, _ in titles(modules)]
    modules.run(code, [1, start[1], -(box["y"] + 15)])
    assert "step 1" in [words[2] for words, _ in titles(modules)]


@pytest.mark.parametrize("k", [0.02, 0.05, 0.1, 0.2])
def test_titles_from_afar_have_one_size_and_cover_nothing(modules, k):
    opened(modules, network())
    modules.run("v.camera.k = argument", k)
    found = titles(modules)
    size = 11 / k
    boxes = modules.value("[...v.scene.boxes.values()].map(Object.values)")
    areas = modules.value(
        "[...v.scene.areaBoxes].map(([n, b]) => [v.scene.areas[n].path.at(-1), Object.values(b)])"
    )
    occupied = list(boxes)
    expected = []
    for name, (x, y, w, h) in areas:
        room = [x + 4 / k, y + 3 / k, size * (0.62 * len(name) + 0.5), size]
        is_free = not any(
            a < room[0] + room[2] and room[0] < a + c and b < room[1] + room[3] and room[1] < b + d
            for a, b, c, d in occupied
        )
        if room[2] <= w and 1.6 * size <= h and is_free:
            occupied.append(room)
            words = ["text", "scope-name", name, "start", True, True]
            expected.append([words, pytest.approx([room[0], room[1] + 0.85 * size, size])])
    assert found == expected


def test_titles_from_afar_begin_where_their_letters_would_be_specks(modules):
    opened(modules, scoped())
    modules.run("Object.assign(v.camera, { k: 5 / 24, x: 0, y: 0 })")
    assert titles(modules) == []
    x = Value(1.0)
    with scope("one"):
        for _ in range(60):
            x = -x
    opened(modules, x)
    modules.run("v.camera.k = 0.2")
    is_roomy = "b => 1.6 * 55 <= b.h && 55 * 2.36 <= b.w"
    count = modules.value(f"[...v.scene.areaBoxes.values()].filter({is_roomy}).length")
    assert len(titles(modules)) == count
