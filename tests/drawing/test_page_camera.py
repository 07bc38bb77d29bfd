"""What the window shows: the whole or a legible part, dragging, zooming, the map and the tip."""

from __future__ import annotations

import math
import random

import drawing_graphs as graphs
import pytest
from page_view import opened

from chainrule import Value, scope

pytestmark = pytest.mark.once

WIDE, HIGH = 1200, 700


@pytest.fixture
def camera(modules):
    """A function that makes a camera of a picture and a window of these sizes; `v` holds it."""

    def make(picture, window=(WIDE, HIGH)):
        modules.run(
            """Object.assign(page.stageSize, { width: argument[1][0], height: argument[1][1] });
            globalThis.told = [];
            globalThis.may = { zoom: true };
            const listeners = {
              moved: () => told.push("moved"),
              point: at => told.push(at && ["point", at]),
              click: at => told.push(["click", at]),
              wheel: () => may.zoom,
            };
            const stage = new page.Element("", "div");
            stage.className = "stage";
            globalThis.c = new camera.Camera(stage, { size: argument[0] }, listeners);
            c.measure();""",
            [picture, window],
        )

    return make


STATE = "({ x: c.x, y: c.y, k: c.k, isFitted: c.isFitted, isHome: c.isHome })"


def state(modules, code=""):
    return modules.run(f"{code}; return {STATE}")


def test_the_size_of_the_window_is_measured_and_never_zero(modules, camera):
    camera([100, 100], (300, 200))
    assert modules.value("[c.width, c.height, c.measure()]") == [300, 200, False]
    for width, height in ((301, 200), (301, 201)):
        size = {"width": width, "height": height}
        modules.run("Object.assign(page.stageSize, argument)", size)
        assert modules.value("[c.measure(), c.width, c.height]") == [True, width, height]
    modules.run("Object.assign(page.stageSize, { width: 0, height: 0 })")
    assert modules.value("[c.measure(), c.width, c.height]") == [True, 1, 1]


@pytest.mark.parametrize(
    ("picture", "k"),
    [
        ([2368, 100], 0.5),
        ([100, 1368], 0.5),
        ([1184, 684], 1.0),
        ([947.2, 10], 1.25),
        ([10, 10], 1.25),
        ([1e7, 1e7], 0.002),
    ],
)
def test_the_whole_picture_is_in_the_middle_and_as_large_as_it_may_be(modules, camera, picture, k):
    camera(picture)
    found = state(modules, "c.isFitted = false; c.fit()")
    assert found["k"] == pytest.approx(k)
    assert found["x"] == pytest.approx((WIDE - picture[0] * k) / 2)
    assert found["y"] == pytest.approx((HIGH - picture[1] * k) / 2)
    assert (found["isFitted"], found["isHome"]) == (True, False)
    assert modules.value("told") == ["moved"]


def test_a_view_opens_with_the_whole_or_with_a_legible_part(modules, camera):
    camera([(WIDE - 16) / 0.6, 500])
    box = {"x": 1500, "y": 100, "w": 60, "h": 40}
    found = modules.run(f"c.open(argument); return {STATE}", box)
    assert found["k"] == pytest.approx(0.6) and found["isFitted"] and found["isHome"]
    camera([(WIDE - 16) / 0.599, 500])
    found = modules.run(f"c.open(argument); return {STATE}", box)
    assert (found["k"], found["isFitted"], found["isHome"]) == (0.95, False, True)


def test_the_visible_part_is_what_the_window_shows_and_a_margin(modules, camera):
    camera([3000, 2000])
    modules.run("Object.assign(c, { k: 0.5, x: -100, y: 40 })")
    assert modules.value("c.view()") == {"x": 200, "y": -80, "w": 2400, "h": 1400}
    assert modules.value("c.view(0.5)") == {"x": -1000, "y": -780, "w": 4800, "h": 2800}


def test_dragging_moves_the_picture_and_leaves_some_of_it_in_the_window(modules, camera):
    camera([1000, 800])
    found = state(modules, "Object.assign(c, { k: 0.5, x: 10, y: 20 }); c.pan(5, -7)")
    assert found == {"x": 15, "y": 13, "k": 0.5, "isFitted": False, "isHome": False}
    assert modules.value("told") == ["moved"]
    far = 1e6, -1e7
    for dx, dy, x, y in (
        (far[0], 0, WIDE - 60, 13),
        (far[1], 0, 60 - 500, 13),
        (0, far[0], 60 - 500, HIGH - 60),
        (0, far[1], 60 - 500, 60 - 400),
    ):
        found = state(modules, f"c.pan({dx}, {dy})")
        assert (found["x"], found["y"]) == (x, y)


@pytest.mark.parametrize("factor", [1.25, 0.8, 1e9, 1e-9])
def test_zooming_leaves_the_point_under_the_pointer_where_it_is(modules, camera, factor):
    camera([1000, 800])
    modules.run("Object.assign(c, { k: 0.7, x: 30, y: 50 })")
    found = state(modules, f"c.zoom({factor}, 400, 300)")
    k = min(max(0.7 * factor, 0.002), 6)
    assert found["k"] == pytest.approx(k)
    point = (400 - 30) / 0.7, (300 - 50) / 0.7
    assert point[0] * k + found["x"] == pytest.approx(400)
    assert point[1] * k + found["y"] == pytest.approx(300)
    modules.run("Object.assign(c, { k: 0.7, x: 30, y: 50 })")
    found = state(modules, "c.zoom(1.25)")  # about the middle of the window
    assert (600 - 30) / 0.7 * 0.875 + found["x"] == pytest.approx(600)
    assert (350 - 50) / 0.7 * 0.875 + found["y"] == pytest.approx(350)
    assert not found["isFitted"]


@pytest.mark.parametrize("k", [0.4, 1.0, 2.0])
def test_a_box_is_centred_as_far_as_no_empty_space_appears(modules, camera, k):
    wide, high = 2000, 1000
    camera([wide, high])
    rng = random.Random(2)
    for _ in range(30):
        box = {"x": rng.uniform(0, wide), "y": rng.uniform(0, high), "w": 80, "h": 40}
        found = modules.run(f"c.show(argument[0], argument[1]); return {STATE}", [box, k])
        assert found["k"] == k and not found["isFitted"] and not found["isHome"]
        for at, room, length, middle in (
            (found["x"], WIDE, wide * k, (box["x"] + 40) * k),
            (found["y"], HIGH, high * k, (box["y"] + 20) * k),
        ):
            if length <= room:
                assert at == pytest.approx((room - length) / 2)
            elif middle <= room / 2:
                assert at == 0
            elif middle >= length - room / 2:
                assert at == pytest.approx(room - length)
            else:
                assert at + middle == pytest.approx(room / 2)
    modules.run("c.show(argument)", box)
    assert modules.value("c.k") == k


def test_a_box_is_brought_into_the_window_only_where_it_must_be(modules, camera):
    camera([3000, 2000])
    box = {"x": 1000, "y": 900, "w": 100, "h": 50}
    code = f"Object.assign(c, argument[0]); c.reveal(argument[1], argument[2]); return {STATE}"
    near = {"x": -400, "y": -600, "k": 1, "isFitted": False}
    assert modules.run(code, [near, box, False])["x"] == -400
    for x in (-960, -1000 + WIDE - 100 - 40):  # its edge is 40 pixels from that of the window
        assert modules.run(code, [{**near, "x": x}, box, False])["x"] == x
    for x in (-961, -1000 + WIDE - 100 - 39):
        assert modules.run(code, [{**near, "x": x}, box, False])["x"] == WIDE / 2 - 1050
    fitted = {**near, "x": -961, "isFitted": True}
    assert modules.run(code, [fitted, box, False])["x"] == -961
    far = {"x": 0, "y": 0, "k": 0.44, "isFitted": True}
    assert modules.run(code, [far, box, False])["k"] == 0.44
    assert modules.run(code, [far, box, True])["k"] == 0.95
    assert modules.run(code, [{**far, "k": 0.45}, box, True])["k"] == 0.45
    camera([3000, 2000], (160, 700))  # a narrow window has a narrower edge
    assert modules.run(code, [{**near, "x": -980}, box, False])["x"] == -980
    assert modules.run(code, [{**near, "x": -981}, box, False])["x"] == 80 - 1050


def pointer(modules, kind, x, y, pointer=1, **more):
    event = {"clientX": x, "clientY": y, "pointerId": pointer, "button": 0, **more}
    return modules.run(f"return fire(c.stage, 'pointer{kind}', argument).isPrevented", event)


def test_a_pointer_that_hardly_moves_clicks_and_one_that_moves_drags(modules, camera):
    camera([1000, 800])
    modules.run("Object.assign(c, { k: 0.5, x: 100, y: 50, isFitted: true })")
    pointer(modules, "move", 210, 120)
    at = {"x": 200, "y": 100, "windowX": 200, "windowY": 100}
    assert modules.value("told") == [["point", at]]
    pointer(modules, "down", 210, 120)
    assert modules.value("c.stage.captured") == 1
    pointer(modules, "move", 213, 120)
    assert modules.value("c.x") == 100
    pointer(modules, "up", 210, 120)
    assert modules.value("told").pop() == ["click", at]
    modules.run("told.length = 0")
    pointer(modules, "down", 210, 120)
    pointer(modules, "move", 214, 123)
    assert modules.value("[c.x, c.y, told]") == [104, 53, [None, "moved"]]
    pointer(modules, "move", 214, 121)
    assert modules.value("[c.x, c.y]") == [104, 51]
    pointer(modules, "up", 214, 121)
    pointer(modules, "up", 214, 121)
    assert not any(each and each[0] == "click" for each in modules.value("told"))
    pointer(modules, "down", 210, 120)
    pointer(modules, "up", 210, 120)
    assert modules.value("told").pop()[0] == "click"
    modules.run("told.length = 0")
    pointer(modules, "down", 210, 120)
    pointer(modules, "cancel", 210, 120)
    pointer(modules, "down", 210, 120, button=2)
    pointer(modules, "up", 210, 120, button=2)
    assert not any(each and each[0] == "click" for each in modules.value("told"))
    modules.run("fire(c.stage, 'pointerleave')")
    assert modules.value("told").pop() is None


def test_two_fingers_zoom_about_their_middle_and_never_click(modules, camera):
    camera([1000, 800])
    modules.run("Object.assign(c, { k: 0.5, x: 100, y: 50 })")
    pointer(modules, "down", 310, 320, 1)
    pointer(modules, "down", 410, 320, 2)
    before = (350 - 100) / 0.5, (300 - 50) / 0.5  # the point under the middle of both
    pointer(modules, "move", 510, 320, 2)
    found = state(modules)
    assert found["k"] == pytest.approx(1.0)
    assert before[0] * 1.0 + found["x"] == pytest.approx(400)
    assert before[1] * 1.0 + found["y"] == pytest.approx(300)
    pointer(modules, "move", 310, 520, 2)  # turned by a right angle: no zoom
    found = state(modules)
    assert found["k"] == pytest.approx(1.0)
    assert before[1] + found["y"] == pytest.approx(400)
    assert before[0] + found["x"] == pytest.approx(300)
    pointer(modules, "move", 310, 320, 2)  # on the same pixel
    assert math.isfinite(state(modules)["k"])
    pointer(modules, "up", 310, 320, 2)
    pointer(modules, "up", 310, 320, 1)
    assert not any(each and each[0] == "click" for each in modules.value("told"))


@pytest.mark.parametrize(
    ("event", "factor"),
    [
        ({"deltaY": 100, "deltaMode": 0}, math.exp(-0.18)),
        ({"deltaY": -100, "deltaMode": 0}, math.exp(0.18)),
        ({"deltaY": 1, "deltaMode": 1}, math.exp(-0.036)),
        ({"deltaY": 1, "deltaMode": 2}, math.exp(-0.72)),
        ({"deltaY": 10, "deltaMode": 0, "ctrlKey": True}, math.exp(-0.1)),
    ],
)
def test_the_wheel_zooms_about_the_pointer(modules, camera, event, factor):
    camera([1000, 800])
    modules.run("Object.assign(c, { k: 0.5, x: 100, y: 50 }); may.zoom = false")
    assert not modules.run("return fire(c.stage, 'wheel', argument).isPrevented", event)
    assert state(modules)["k"] == 0.5  # the wheel is for the page around
    modules.run("may.zoom = true")
    event = {"clientX": 310, "clientY": 220, **event}
    assert modules.run("return fire(c.stage, 'wheel', argument).isPrevented", event)
    found = state(modules)
    assert found["k"] == pytest.approx(0.5 * factor)
    assert 400 * found["k"] + found["x"] == pytest.approx(300)
    assert 300 * found["k"] + found["y"] == pytest.approx(200)


# ---- the map -------------------------------------------------------------------------------------


def scoped(count=6):
    x = Value(1.0, label="x")
    for number in range(count):
        with scope(f"s{number}"):
            x = (x * 0.5 + 1.0).tanh()
    return x


def test_the_map_is_as_large_as_it_may_be_and_the_graph_in_its_middle(modules):
    for root, direction in ((scoped(), "LR"), (scoped(), "TB"), (graphs.tree(Value, 4), "LR")):
        opened(modules, root, rankdir=direction)
        (wide, high), style, canvas, scale, top = modules.value(
            "[v.scene.size, v.map.plan.style, [v.map.canvas.width, v.map.canvas.height],"
            " v.map.scale, v.map.top]"
        )
        expected = min(168 / wide, 112 / high)
        assert scale == pytest.approx(expected)
        width, height = wide * scale, max(18, high * scale)
        found = [float(style[side][:-2]) for side in ("width", "height")]
        assert found == pytest.approx([width, height])
        assert list(map(float, canvas)) == [math.ceil(2 * width), math.ceil(2 * height)]
        assert top == pytest.approx((height - high * scale) / 2)


def test_the_map_shows_scopes_boxes_and_the_root(modules):
    opened(modules, scoped())
    modules.run("v.map.canvas.context.calls.length = 0; v.map.build()")
    calls, scale, top = modules.value("[v.map.canvas.context.calls, v.map.scale, v.map.top]")
    areas, boxes = modules.value(
        "[v.scene.areaBoxes, v.scene.boxes].map(all => [...all.values()].map(Object.values))"
    )
    assert [call["globalAlpha"] for call in calls] == [0.16] * len(areas) + [0.6] * len(boxes) + [1]
    assert {tuple(call["matrix"]) for call in calls} == {(2, 0, 0, 2, 0, 2 * top)}
    root = modules.value("Object.values(v.scene.boxes.get(v.graph.root))")
    rows = [(box, 1) for box in areas] + [(box, 0.8) for box in boxes] + [(root, 3)]
    for call, ((x, y, w, h), least) in zip(calls, rows, strict=True):
        size = [max(least, w * scale), max(least, h * scale)]
        assert call["what"] == pytest.approx([x * scale, y * scale, *size])
    assert calls[-1]["fillStyle"] == "#1b232d"
    modules.run("v.map.canvas.context.calls.length = 0; v.turnTheme()")
    assert modules.value("v.map.canvas.context.calls.at(-1).fillStyle") == "#eef2f6"


def test_the_map_is_there_where_the_window_shows_only_a_part(modules):
    opened(modules, scoped())
    wide, high = modules.value("v.scene.size")
    for k, x, y, is_hidden in (
        (1, 0, 0, False),
        (0.1, 1, 1, True),
        (0.1, -1, 1, True),
        (0.1, -1.01, 1, False),
        (0.1, 1, -1.01, False),
        (0.1, WIDE - wide * 0.1 + 1, 1, True),
        (0.1, WIDE - wide * 0.1 + 1.01, 1, False),
        (0.1, 1, HIGH - high * 0.1 + 1.01, False),
    ):
        modules.run("Object.assign(v.camera, argument); v.map.move()", {"k": k, "x": x, "y": y})
        assert modules.value("v.map.element.hidden") == is_hidden, (k, x, y)
        if is_hidden:
            continue
        style, scale, top = modules.value("[v.map.part.style, v.map.scale, v.map.top]")
        left, right = max(0, -x / k), min(wide, (WIDE - x) / k)
        above, below = max(-top / scale, -y / k), min(high, (HIGH - y) / k)
        expected = [left, above + top / scale, right - left, below - above]
        found = [float(style[side][:-2]) for side in ("left", "top", "width", "height")]
        assert found == pytest.approx([length * scale for length in expected])


@pytest.mark.parametrize("rankdir", ["LR", "RL"])
@pytest.mark.parametrize("k", [0.5, 1, 2])
def test_the_map_stands_in_a_corner_without_nodes(modules, rankdir, k):
    opened(modules, scoped(), rankdir=rankdir)
    modules.run(
        """v.map.element.size = { width: 180, height: 130 };
        const k = argument;
        Object.assign(v.camera, { k, x: -500, y: 0 });
        const view = v.camera.view();
        const [left, right] = [view.x + 10 / k, view.x + view.w - 190 / k];
        const [top, bottom] = [view.y + 10 / k, view.y + view.h - 140 / k];
        globalThis.corners = {
          "": [left, bottom], right: [right, bottom], top: [left, top], "top right": [right, top],
        };
        globalThis.block = name => v.scene.boxes.set(-99 - Object.keys(corners).indexOf(name),
          { x: corners[name][0] + 179 / k, y: corners[name][1] + 129 / k, w: 5, h: 5 });
        v.scene.boxes = new Map();
        v.map.move();""",
        k,
    )
    first = "right" if rankdir == "RL" else ""
    assert modules.value("v.map.element.className") == f"map {first}"
    order = ["", "right", "top", "top right"]
    free = [name for name in order if name != first]
    modules.run("block(argument); v.map.move()", first)
    for name in free:
        assert modules.value("v.map.element.className") == f"map {name}"
        modules.run("block(argument); v.map.move()", name)
    assert modules.value("v.map.element.className") == f"map {free[-1]}"  # all are taken: it stays
    modules.run("v.scene.boxes.delete(-99); v.map.element.isHovered = true; v.map.move()")
    assert modules.value("v.map.element.className") == f"map {free[-1]}"
    modules.run("v.map.element.isHovered = false; v.map.move()")
    assert modules.value("v.map.element.className") == (f"map {order[0]}")


@pytest.mark.parametrize("kind", ["pointerdown", "pointermove"])
@pytest.mark.parametrize("make", [lambda: graphs.tree(Value, 5), lambda: Value(1.0).tanh().exp()])
def test_pressing_the_map_moves_the_middle_of_the_window_there(modules, kind, make):
    opened(modules, make())
    modules.run("v.camera.zoom(3); v.map.plan.size = { left: 100, top: 50 }")
    wide, high = modules.value("v.scene.size")
    scale, top, x = modules.value("[v.map.scale, v.map.top, v.camera.x]")
    event = {
        "clientX": 100 + wide * scale / 2,
        "clientY": 50 + top + high * scale / 2,
        "buttons": 0,
        "pointerId": 5,
    }
    modules.run(f"fire(v.map.plan, '{kind}', argument)", event)
    assert modules.value("v.camera.x") == x
    modules.run(f"fire(v.map.plan, '{kind}', argument)", {**event, "buttons": 1})
    k = modules.value("v.camera.k")
    assert wide / 2 * k + modules.value("v.camera.x") == pytest.approx(WIDE / 2)
    assert high / 2 * k + modules.value("v.camera.y") == pytest.approx(HIGH / 2)
    assert modules.value("v.map.plan.captured ?? null") == (5 if kind == "pointerdown" else None)
    modules.run("fire(v.map.element.querySelector('.quiet'), 'click')")
    assert modules.value("[v.camera.isFitted, document.activeElement === v.stage]") == [True, True]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_the_map_of_a_flat_graph_is_pressed_where_it_is_drawn(modules, share):
    opened(modules, graphs.recurrence(Value, 40), size=(300, 60))
    modules.run("v.camera.zoom(100); v.map.plan.size = { left: 100, top: 50 }")
    wide, high = modules.value("v.scene.size")
    k, scale, top = modules.value("[v.camera.k, v.map.scale, v.map.top]")
    assert top > 5
    event = {
        "clientX": 100 + wide * scale / 2, "clientY": 50 + top + high * scale * share,
        "buttons": 1, "pointerId": 5,
    }  # fmt: skip
    modules.run("fire(v.map.plan, 'pointerdown', argument)", event)
    assert share * high * k + modules.value("v.camera.y") == pytest.approx(30, abs=0.1)


# ---- the tip -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "left", "top"),
    [
        (100, 100, 114, 118),
        (WIDE - 222, 100, WIDE - 208, 118),
        (WIDE - 221, 100, WIDE - 208, 118),
        (100, HIGH - 72, 114, HIGH - 54),
        (100, HIGH - 71, 114, HIGH - 133),
        (5, 5, 19, 23),
        (-20, 5, 4, 23),
        (-20, -40, 4, 4),
    ],
)
def test_the_tip_stays_beside_the_pointer_and_in_the_window(modules, x, y, left, top):
    opened(modules, graphs.expression(Value)["L"])
    modules.run("v.tip.element.size = { width: 200, height: 50 }")
    modules.run("v.tip.show(0, { windowX: argument[0], windowY: argument[1] })", [x, y])
    assert modules.value("v.tip.element.style") == {"left": f"{left}px", "top": f"{top}px"}
    assert not modules.value("v.tip.element.hidden")
    modules.run("v.tip.hide()")
    assert modules.value("[v.tip.element.hidden, v.tip.thing]") == [True, None]


def tip(modules, thing):
    modules.run("v.tip.show(argument, { windowX: 0, windowY: 0 })", thing)
    return modules.value("v.tip.element.children.map(child => child.textContent)")


def test_the_tip_says_what_a_node_is_with_all_digits(modules):
    a, b = Value(1 / 3, label="a"), Value(-2.0)
    L = a * b + 1.0
    L.label = "L"
    L.backward()
    L.backward()
    opened(modules, L)
    assert tip(modules, 0) == ["a", " leaf", "data 0.3333333333333333", "grad −4", "2 passes"]
    assert tip(modules, 2) == ["v2", " × of a, v1", "data −0.6666666666666666", "grad 1"]
    assert tip(modules, 3) == ["constant", " constant", "data 1"]
    many = sum((Value(float(n), label=f"x{n}") for n in range(1, 8)), start=Value(0.0, label="x0"))
    opened(modules, many)
    assert tip(modules, 2)[1] == " + of x0, x1"
    opened(modules, scoped(), max_nodes=3)
    assert tip(modules, 0)[0] == modules.value("v.graph.nodes[0].label")
    assert tip(modules, 0)[1:] == modules.value("v.graph.nodes[0].lines")


def test_the_tip_of_a_collapsed_scope_says_what_it_holds(modules):
    data = opened(modules, scoped())
    assert tip(modules, -3) == ["s2", *data["areas"][2]["lines"], "click to expand"]


def test_the_source_line_is_in_the_tip(modules):
    from chainrule import debug

    with debug():
        a = Value(2.0, label="a")
    data = opened(modules, a * 2)
    assert tip(modules, 0)[-1] == data["nodes"][0]["at"]


@pytest.mark.parametrize("size, scale", [
    ((2000, 100), (WIDE - 32) / 2000), ((100, 2000), (HIGH - 32) / 2000), ((100, 100), 0.95),
    ((1e6, 10), 0.002),
], ids=str)  # fmt: skip
def test_a_box_is_framed_with_an_edge_of_sixteen_pixels(modules, camera, size, scale):
    camera([9000, 8000])
    wide, high = size
    box = {"x": 4000 - wide / 2, "y": 3000 - high / 2, "w": wide, "h": high}
    modules.run("c.frame(argument)", box)
    assert modules.value("c.k") == pytest.approx(scale)
    if wide < 9000:
        middle = modules.value("[(c.width / 2 - c.x) / c.k, (c.height / 2 - c.y) / c.k]")
        assert middle == pytest.approx([4000, 3000])


# ---- following what is worked on -----------------------------------------------------------------


def boxes_at(*corners):
    """Boxes of 120 x 60 with these corners in a window that shows half their size."""
    return [{"x": (x + 100) / 0.5, "y": (y - 30) / 0.5, "w": 120, "h": 60} for x, y in corners]


@pytest.mark.parametrize(
    ("kept", "wanted", "moved"),
    [
        ((900, 300), (-100, 300), (140, 0)),  # until it is 40 pixels from the edge
        ((1080, 300), (-100, 300), (20, 0)),  # or the other one is
        ((300, 300), (1250, 300), (-150, 0)),
        ((100, 300), (1250, 300), (-60, 0)),
        ((600, 400), (600, -100), (0, 140)),
        ((600, 600), (600, -100), (0, 30)),
        ((600, 400), (600, 720), (0, -90)),
        ((600, 80), (600, 720), (0, -40)),
        ((900, 400), (-100, -100), (140, 140)),
        ((600, 300), (700, 300), (0, 0)),  # it is in the window
        ((600, 300), (1139, 300), (0, 0)),
        ((600, 300), (1150, 300), (-50, 0)),
        ((600, 300), (1741, 300), (0, 0)),  # it is far away
        ((600, 300), (1740, 300), (-560, 0)),
        ((600, 300), (-601, 300), (0, 0)),
        ((600, 300), (600, -351), (0, 0)),
        ((600, 300), (600, 1021), (0, 0)),
    ],
)
def test_the_camera_leans_towards_a_box_nearby(modules, camera, kept, wanted, moved):
    camera([4000, 3000])
    modules.run("Object.assign(c, { k: 0.5, x: -100, y: 30, isFitted: true }); told.length = 0")
    modules.run("c.lean(...argument)", boxes_at(kept, wanted))
    assert modules.value("[c.x, c.y, c.k]") == [-100 + moved[0], 30 + moved[1], 0.5]
    assert modules.value("c.isFitted") == (moved == (0, 0))


def test_a_box_longer_than_the_window_stays_where_it_is(modules, camera):
    camera([4000, 3000], (160, 700))
    modules.run("Object.assign(c, { k: 1, x: -100, y: 30 })")
    long = {"x": 90, "y": 300, "w": 141, "h": 20}
    wanted = {"x": 220, "y": 300, "w": 60, "h": 20}
    modules.run("c.lean(...argument)", [long, wanted])
    assert modules.value("c.x") == -100
    modules.run("c.lean(...argument)", [{**long, "x": 150, "w": 20}, wanted])
    assert modules.value("c.x") == -130  # 20 pixels from the edge of a narrow window


@pytest.mark.parametrize(
    ("wide", "k", "then"),
    [
        (3000, 0.75, 0.75),
        (3000, 0.749, 0.95),
        (1184 / 0.8, 0.5, 0.8),  # the whole width can be seen
        (1184 / 0.75, 0.5, 0.75),
        (1184 / 0.74, 0.5, 0.95),
        (1184 / 0.97, 0.5, 0.95),
    ],
)
def test_the_camera_goes_up_to_what_is_worked_on(modules, camera, wide, k, then):
    camera([wide, 8000])
    modules.run("Object.assign(c, { k: argument, x: 0, y: 0, isFitted: false })", k)
    modules.run("c.approach({ x: 600, y: 6000, w: 100, h: 50 })")
    assert modules.value("c.k") == pytest.approx(then)
    assert modules.value("c.isNear") == (k < 0.75)
    height = modules.value("6025 * c.k + c.y")
    assert height == pytest.approx(HIGH / 2)
    modules.run("c.pan(0, 1)")
    assert not modules.value("c.isNear")


@pytest.mark.parametrize("k", [0.5, 2])
def test_the_edge_around_a_box_is_as_wide_at_each_scale(modules, camera, k):
    camera([3000, 2000])
    box = {"x": 1000, "y": 900, "w": 100, "h": 50}
    code = "Object.assign(c, argument[0]); c.reveal(argument[1]); return c.x"
    state = {"k": k, "y": 350 - 925 * k, "isFitted": False}
    for shift, is_inside in ((0, True), (-1, False)):
        x = 40 - 1000 * k + shift
        middle = min(0, WIDE / 2 - 1050 * k)
        assert modules.run(code, [{**state, "x": x}, box]) == (x if is_inside else middle)
    assert modules.run("c.k = 0.3; c.reveal(argument); return c.k", box) == 0.3


@pytest.mark.parametrize(
    ("wide", "k"), [(1184 / 0.84, 0.95), (1184 / 0.86, 0.86), (1184 / 0.99, 0.99), (1100, 1)]
)
def test_on_a_telephone_a_view_opens_at_its_whole_width_if_that_is_legible(
    modules, camera, wide, k
):
    modules.run("page.media.matches = true")
    try:
        for is_upright, expected in ((True, k), (False, 0.95)):
            camera([wide, 8000])
            modules.run("c.scene.isUpright = argument", is_upright)
            modules.run("c.open({ x: 500, y: 10, w: 100, h: 50 })")
            assert modules.value("c.k") == pytest.approx(expected)
    finally:
        modules.run("page.media.matches = false")


def test_the_middle_of_the_window_is_told_with_five_digits(modules, camera):
    camera([3000, 2000])
    modules.run("Object.assign(c, { k: 0.123456, x: -100, y: -33 })")
    assert modules.value("c.middle()") == [5670.0, 3102.3, 0.12346]


def test_a_hand_that_trembles_clicks_and_two_fingers_do_not(modules, camera):
    camera([1000, 800])
    modules.run("Object.assign(c, { k: 0.5, x: 100, y: 50 })")
    for distance, is_click in ((3, True), (3.5, False)):
        modules.run("told.length = 0; c.x = 100")
        pointer(modules, "down", 210, 120)
        pointer(modules, "move", 210 + distance, 120)
        assert modules.value("c.x") == (100 if is_click else 100 + distance)
        pointer(modules, "up", 210 + distance, 120)
        assert (modules.value("told.at(-1)?.[0]") == "click") == is_click
    modules.run("told.length = 0")
    pointer(modules, "down", 210, 120, 1)
    pointer(modules, "down", 310, 120, 2)
    pointer(modules, "up", 310, 120, 2)
    pointer(modules, "up", 210, 120, 1)
    pointer(modules, "down", 210, 120, button=1)
    pointer(modules, "up", 210, 120, button=1)
    assert modules.value("told") == []
