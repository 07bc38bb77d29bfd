"""The page draws what the static drawing does: the same shapes at the same positions."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from page_view import SHAPES, opened

from chainrule import Value, check, parameter
from chainrule.drawing.shapes.arrangement import Arrangement
from chainrule.drawing.shapes.edges import corners
from chainrule.drawing.shapes.painting import edge_text, paint
from chainrule.drawing.shapes.sheet import Box, Group, Line, Polygon, Text
from chainrule.drawing.snapshot.picture import nodes_of, photograph

pytestmark = pytest.mark.once

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
        in_python = [shape for shape in expected if shape[0][1] == "remark"]
        for ours, theirs in zip(is_remark, in_python, strict=True):
            assert (ours[0][3], ours[1][0]) == (theirs[0][3], theirs[1][0])
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


@pytest.mark.parametrize("direction", ["LR", "TB", "BT", "RL"])
def test_a_remark_stands_where_no_edge_runs(modules, direction):
    """Below the box or, in a graph from top to bottom, in the box, which grows along its edges."""
    nodes = graphs.expression(Value)
    for node in nodes.values():
        node.grad = 1.25
    opened(modules, nodes["L"], direction)
    found = modules.run(
        SHAPES
        + """return v.graph.nodes.map(({ index }) => {
          const shapes = look.nodeShapes(v.scene, index, look.changing(v.graph, index, v.verdicts));
          const remarks = shapes.filter(shape => shape.role.startsWith("verdict"));
          const [box] = shapes.filter(shape => ["root", "inner", "leaf"].includes(shape.role));
          const tail = box.y ? look.tailOf(v.scene, index, box) : null;
          return [remarks.map(written), written(box)[1], tail];
        })"""
    )
    assert len(found) == 7
    for remarks, (x, y, wide, high, _), tail in found:
        words = [shape[0][2] for shape in remarks]
        if direction in ("LR", "RL"):
            assert words == [" ".join(words)] and "expected" in words[0]
            assert remarks[0][1][1] == pytest.approx(y + high + 10.5)
            continue
        assert len(words) == 2 and words[0] == "✗ expected"
        for _, (middle, base, size) in remarks:
            assert middle == x + wide / 2 and y + 0.7 * size < base < y + high
        (_, begin), (_, end) = tail
        assert begin == (y + high if direction == "TB" else y) and abs(end - begin) < 0.1


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
        ("abcdefg", 45, 12, "abc…fg"),
        ("abcdef", 1, 12, "a…f"),
        ("abc", 1, 12, "abc"),
        ("😀😀😀😀", 1, 12, "😀…😀"),
    ],
)
def test_a_name_is_cut_off_by_letters(modules, name, room, size, cut):
    assert modules.value("look.short(...argument)", [name, room, size]) == cut


LONG = "step {} of a recurrence that is named at such a length that no box has room for it"


def test_a_collapsed_scope_is_a_pile_with_its_name_and_counts(modules):
    data = opened(modules, graphs.scoped(Value))
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


@pytest.mark.parametrize("count", [3, 12])
def test_a_long_name_of_a_collapsed_scope_has_the_room_beside_its_sign(modules, count):
    opened(modules, graphs.scoped(Value, count, LONG))
    modules.run("v.scene.collapse([1])")
    at, shapes = modules.run(
        SHAPES
        + """return [v.scene.stacks.get(1),
        look.stackShapes(v.scene, 1).map(written)]"""
    )
    is_large = at.get("isLarge", False)
    size, room = shapes[2][1][2], at["w"] - (40 if is_large else 34)
    name = modules.value("look.short(...argument)", [LONG.format(1), room, size])
    assert shapes[2][0][2] == name and "…" in name
    assert is_large == (count == 12)


def test_an_open_scope_has_a_minus_and_from_afar_a_large_name(modules):
    opened(modules, graphs.scoped(Value))
    for is_far, size, base in ((False, 12, 16), (True, 24, 24)):
        (box, fold, sign, name) = modules.run(
            SHAPES + "return look.areaShapes(v.scene, 1, argument).map(written)", is_far
        )
        x, y, *_ = box[1]
        assert fold == [["box", "fold", False, False], [x + 8, y + 6, 13, 13, 3]]
        assert sign[1] == pytest.approx([x + 11.5, y + 12.5, x + 17.5, y + 12.5])
        assert name[1] == [x + 27, y + base, size]
        assert box[1][4] == 10 and name[0][4]


@pytest.mark.parametrize(("wide", "letters"), [(110, 9), (111, 10), (148, 15), (40, 3)])
def test_the_name_of_an_open_scope_leaves_room_for_its_sign(modules, wide, letters):
    opened(modules, graphs.scoped(Value, 3, LONG))
    modules.run("v.scene.areaBoxes.get(1).w = argument", wide)
    shapes = modules.run(SHAPES + "return look.areaShapes(v.scene, 1).map(written)")
    assert len(shapes[-1][0][2]) == letters


def test_where_no_layout_is_a_collapsed_scope_lies_over_its_nodes_in_large_letters(modules):
    data = opened(modules, graphs.scoped(Value, 12))
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


# ---- as elements ---------------------------------------------------------------------------------


def element(modules, shape):
    return modules.run(
        """const { localName, attributes, textContent } = v.picture.draw(argument);
        return [localName, Object.fromEntries(attributes), textContent]""",
        shape,
    )


def test_each_kind_of_shape_is_an_element_with_its_numbers(modules):
    opened(modules, graphs.reuse(Value))
    box = {"kind": "box", "x": 1, "y": 2, "w": 30, "h": 8, "r": 3, "role": "leaf"}
    sides = {"x": "1", "y": "2", "width": "30", "height": "8"}
    assert element(modules, box) == ["rect", {**sides, "rx": "3", "class": "leaf"}, ""]
    assert element(modules, {**box, "r": 0}) == ["rect", {**sides, "class": "leaf"}, ""]
    style = {"style": "fill: light-dark(#ffffe0,#3a3f42)"}
    tint = {**box, "tint": ["#ffffe0", "#3a3f42"]}
    assert element(modules, tint) == ["rect", {**sides, "rx": "3", "class": "leaf", **style}, ""]
    cut = element(modules, {**tint, "cut": True})
    points = "4,2 28,2 31,5 31,7 28,10 4,10 1,7 1,5"
    assert cut == ["polygon", {"points": points, "class": "leaf", **style}, ""]
    line = {"kind": "line", "points": [[1, 2], [3, 4]], "role": "rule"}
    assert element(modules, line) == ["polyline", {"points": "1,2 3,4", "class": "rule"}, ""]
    area = element(modules, {**line, "kind": "area"})
    assert area == ["polygon", {"points": "1,2 3,4", "class": "rule"}, ""]
    way = {"kind": "way", "points": [[0, 0], [9, 0], [20, 6]], "role": "flow"}
    path = "M 0,0 L 9,0 C 14.5,0,14.5,6,20,6"
    assert element(modules, way) == ["path", {"class": "flow", "d": path}, ""]
    text = {"kind": "text", "x": 5, "y": 6, "text": "a<b", "size": 12, "role": "ink"}
    words = {"x": "5", "y": "6", "class": "ink", "font-size": "12"}
    assert element(modules, {**text, "anchor": "start"}) == ["text", words, "a<b"]
    assert element(modules, {**text, "anchor": "end", "bold": True, "halo": True}) == [
        "text", {**words, "class": "ink halo", "text-anchor": "end", "font-weight": "600"}, "a<b",
    ]  # fmt: skip


def test_the_picture_holds_every_shape_of_the_scene_once(modules):
    opened(modules, network())
    modules.run("v.camera.k = 1; v.picture.moveCamera()")
    for collapsed in ([], [2]):
        modules.run("v.scene.collapse(argument); v.rebuild()", collapsed)
        counts = modules.run(
            """const { scene, graph } = v, count = s => v.picture.world.querySelectorAll(s).length;
            const shown = [...scene.boxes.keys()].filter(thing => thing >= 0);
            const labels = scene.ends.map(end => look.beside(scene, end)).filter(Boolean);
            return [[count(".node"), shown.length], [count(".arrow"), scene.ends.length],
              [count(".far-name"), shown.length], [count(".copy"), scene.copies.length],
              [count("rect.scope"), scene.areaBoxes.size], [count("path.edge"), 1],
              [v.picture.labels.map(l => l.drawn.textContent), labels.map(l => l.text)],
              [count(".stack"), 2 * scene.stacks.size]]"""
        )
        for found, expected in counts:
            assert found == expected
    nodes = "v.picture.world.querySelectorAll('.node')"
    nodes = modules.value(f"{nodes}.map(node => node.getAttribute('data-node'))")
    assert len(set(nodes)) == len(nodes)


def test_from_afar_the_names_of_scopes_grow_also_after_they_are_folded(modules):
    opened(modules, network())
    size = "v.picture.areas.querySelectorAll('.scope-name').map(t => t.getAttribute('font-size'))"
    far = "v.picture.root.matches('.far')"
    for k, expected in ((1, "12"), (0.3, "12"), (0.299, "24"), (0.3, "12")):
        modules.run("v.camera.k = argument; v.picture.moveCamera()", k)
        assert set(modules.value(size)) == {expected}
        assert modules.value(far) == (expected == "24")
    modules.run("v.camera.k = 0.2; v.picture.moveCamera(); v.scene.toggle(2); v.rebuild()")
    assert len(modules.value(size)) == modules.value("v.scene.areaBoxes.size")
    assert set(modules.value(size)) == {"24"}
    assert modules.value("v.picture.world.getAttribute('transform')") == modules.value(
        "`translate(${v.camera.x} ${v.camera.y}) scale(0.2)`"
    )


def test_a_changed_number_is_written_with_its_sign_into_the_box_and_its_far_name(modules):
    x = Value(2.0)
    w = parameter(3.0, label="w")
    opened(modules, x * w)
    code = """const parts = v.picture.parts.get(argument);
      return Object.fromEntries(Object.entries(parts).map(([name, e]) =>
        [name, [e.textContent, e.className]]))"""
    assert modules.run(code, 0) == {
        "data": ["2.0000", "positive"], "grad": ["–", "ink"], "remark": ["", "remark halo"],
        "far": ["2.0000", "positive far-name"],
    }  # fmt: skip
    modules.run("v.edit(0, -1); v.seek(v.graph.length)")
    assert modules.run(code, 0) == {
        "data": ["−1.0000", "negative"], "grad": ["3.0000", "positive"],
        "remark": ["edited, was 2.0000", "remark halo"], "far": ["−1.0000", "negative far-name"],
    }  # fmt: skip
    assert modules.run(code, 1)["far"] == ["w", "ink far-name"]
    labels = "v.picture.labels.map(({ drawn }) => [drawn.textContent, drawn.className])"
    assert modules.value(labels) == [["3.0000", "positive halo"], ["−1.0000", "negative halo"]]
