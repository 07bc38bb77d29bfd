"""What lies where in the page's picture, and what is drawn over it."""

from __future__ import annotations

import random

import drawing_graphs as graphs
import pytest
from page_view import SHAPES, opened

from chainrule import Value, scope

pytestmark = pytest.mark.once


def network():
    root = graphs.network(Value)
    root.backward()
    return root


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
    root = graphs.scoped(Value) + graphs.recurrence(Value, 12)
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
    for x, y, is_near in ((4, 0, True), (3.9, 0, False), (10, 80, True), (10, 80.1, False)):
        modules.run(
            "v.scene.boxes = new Map([[0, { x: 5, y: 5, w: 8, h: 8 }],"
            " [1, { x: 5 + argument[0], y: 5 + argument[1], w: 8, h: 8 }]])",
            [x, y],
        )
        assert modules.value("v.scene.neighbour(0, 1, 0)") == (1 if is_near else None)


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
    assert modules.run(code, [2, 1]) == modules.run(code, [1, 2])
    modules.run("v.scene.collapse([]); v.scene.toggle(2); v.scene.toggle(0); v.scene.toggle(2)")
    assert modules.value("[...v.scene.collapsed]") == [0]


def test_edges_inside_a_scope_without_a_layout_are_hidden_and_those_to_it_stay(modules):
    data = opened(modules, graphs.scoped(Value, 12))
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
    assert words[1] == pytest.approx([left + wide / 2, y - 0.2, 12])
    modules.run("v.seek(2)")
    found = overlaid(modules)
    kinds = [shape[0][:2] for shape in found]
    edge = [["way", "flow"], ["box", "flow-head"], ["area", "flow-head"]]
    assert kinds[:5] == [["box", "giver"], *edge, ["box", "taker"]]
    texts = [shape[0][2] for shape in found if shape[0][1] == "chip-text"]
    assert texts == ["−2.0000"]
    modules.run("v.camera.k = 0.49")
    assert not any(shape[0][0] == "text" for shape in overlaid(modules))
    modules.run("v.camera.k = 0.01")
    ring = next(shape for shape in overlaid(modules) if shape[0][1] == "giver")
    assert min(ring[1][2:4]) == pytest.approx(14 / 0.01)  # a giver is never smaller than it is seen


def test_a_value_used_twice_by_one_node_gets_both_amounts(modules):
    x = Value(3.0, label="x")
    opened(modules, x * x)
    for step in (2, 3):
        modules.run("v.camera.k = 1; v.seek(argument)", step)
        texts = [shape[0][2] for shape in overlaid(modules) if shape[0][1] == "chip-text"]
        assert texts == ["+3.0000"]
    assert modules.value("explain.stepWords(v.graph)") == (
        "L → x: x gets 3 + 3 = 6, where 3 = 1 × 3. The pass is complete."
    )


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_the_arrow_of_a_gradient_runs_back(modules, rankdir):
    data = opened(modules, graphs.expression(Value)["L"], rankdir)
    modules.run("v.camera.k = 1; v.seek(2)")
    (way,) = (shape[1] for shape in overlaid(modules) if shape[0][0] == "way")
    (head,) = (shape[1] for shape in overlaid(modules) if shape[0] == ["area", "flow-head"])
    tip, back = head[:2], [(head[2] + head[4]) / 2, (head[3] + head[5]) / 2]
    assert tip == way[:2]  # where the edge leaves its operand
    flow = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, 1), "BT": (0, -1)}[data["direction"]]
    ahead = [(x - y) * f for x, y, f in zip(tip, back, flow, strict=True)]
    assert sum(ahead) < 0


def test_unlabelled_nodes_around_the_chosen_one_are_named(modules):
    x = Value(3.0, label="x")
    inner = x * 2.0
    opened(modules, inner + x)
    modules.run("v.camera.k = 1; v.chosen = 2")
    names = [shape for shape in overlaid(modules) if shape[0][1] == "soft"]
    assert [name[0][2] for name in names] == ["v1", "L"]  # neither x, labelled, nor 2, a constant
    box = modules.value("Object.values(v.scene.boxes.get(2))")
    assert names[0][1] == [box[0] + 1, box[1] - 8, 12]
    assert names[0][0][3:] == ["start", True, True]
    modules.run("v.camera.k = 0.5")
    assert [shape for shape in overlaid(modules) if shape[0][1] == "soft"] == names
    modules.run("v.camera.k = 0.49")
    assert not any(shape[0][0] == "text" for shape in overlaid(modules))


def test_the_ring_of_a_hidden_node_is_that_of_its_scope_and_there_only_once(modules):
    data = opened(modules, graphs.scoped(Value))
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
    modules.run("v.camera.k = 1; v.seek(argument)", 3)
    top = modules.value("Object.values(v.scene.boxes.get(1))")
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert chips[0][1][1] == top[1] - 13  # no remark is shown in a pass
    index = modules.value("v.graph.nodes.find(node => node.label === 'a').index")
    modules.run("v.setByHand(argument, { value: 9, text: '9' })", index)
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert chips[0][1][1] == top[1] + top[3] - 3
    index = modules.value("v.graph.nodes.find(node => node.label === 'b').index")
    modules.run("v.setByHand(argument, { value: 9, text: '9' })", index)
    chips = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert chips[0][1][1] == top[1] - 13  # its own remark is below it


@pytest.mark.parametrize(("rankdir", "is_low"), [("TB", True), ("BT", False)])
def test_on_a_stacked_box_an_amount_stands_where_the_edges_leave_it(modules, rankdir, is_low):
    L = Value(2.0, label="a") * Value(3.0, label="b")
    opened(modules, L, rankdir=rankdir)
    modules.run("v.camera.k = 1; v.seek(argument)", 3)
    x, y, wide, high = modules.value("Object.values(v.scene.boxes.get(1))")
    (chip,) = [shape for shape in overlaid(modules) if shape[0][1] == "chip"]
    assert chip[1][:2] == [x + wide / 2 + 4, y + high - 3 if is_low else y - 13]


# ---- titles --------------------------------------------------------------------------------------


def titles(modules):
    return modules.run(SHAPES + "return titles.titles(v).map(written)")


@pytest.mark.parametrize("k", [0.3, 0.42, 1.0, 3.0])
def test_the_title_of_a_scope_that_begins_left_of_the_window_is_at_its_edge(modules, k):
    opened(modules, graphs.scoped(Value))
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
    needed = size * 0.62 * 6 + 24 / k
    for more in (1, -1):
        wide = end + 0.1 - box["x"] + needed + more
        modules.run("v.scene.areaBoxes.get(argument[0]).w = argument[1]", [area, wide])
        assert (name in {words[2] for words, _ in titles(modules)}) == (more > 0)
    modules.run("v.scene.areaBoxes.get(argument[0]).w = argument[1]", [area, box["w"]])
    modules.run("v.camera.x = -argument[1] * argument[0]", [k, end - 0.1])
    assert name not in {words[2] for words, _ in titles(modules)}


def test_a_stuck_title_is_there_only_while_its_scope_is_in_the_window(modules):
    opened(modules, graphs.scoped(Value))
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


@pytest.mark.parametrize("axis", ["w", "h"])
def test_a_title_from_afar_needs_just_its_own_room(modules, axis):
    opened(modules, graphs.scoped(Value, 1))
    code = """v.camera.k = 0.11;
      const size = 11 / 0.11, room = { w: size * (0.62 * 6 + 0.5), h: 1.6 * size };
      const box = { x: 0, y: 0, w: 1e4, h: 1e4, [argument[0]]: room[argument[0]] - argument[1] };
      v.scene.boxes.clear(); v.scene.areaBoxes.set(0, box);
      return titles.titles(v).length"""
    assert modules.run(code, [axis, 0]) == 1
    assert modules.run(code, [axis, 1e-6]) == 0


def test_titles_from_afar_begin_where_their_letters_would_be_specks(modules):
    opened(modules, graphs.scoped(Value))
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
