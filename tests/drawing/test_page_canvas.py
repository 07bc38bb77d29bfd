"""A large graph on a canvas: what is painted, and how far ahead."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from page_view import opened, settle

from chainrule import Value, scope

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- the canvas ----------------------------------------------------------------------------------


def large(modules, count=430, **options):
    opened(modules, graphs.recurrence(Value, count // 3 + 1), **options)
    assert modules.value("v.picture.constructor.name") == "CanvasPicture"
    settle(modules)


def test_small_graphs_are_elements_and_large_ones_a_canvas(modules):
    for count, name in ((300, "SvgPicture"), (301, "CanvasPicture")):
        x = Value(1.0)
        for _ in range(count - 1):
            x = -x
        opened(modules, x)
        assert modules.value("v.graph.nodes.length") == count
        assert modules.value("v.picture.constructor.name") == name


@pytest.mark.parametrize("k", [0.9, 0.42, 0.3, 0.16, 0.1])
def test_a_canvas_shows_each_node_as_far_as_it_can_be_read(modules, k):
    large(modules)
    modules.run(
        """v.camera.show(v.scene.boxes.get(v.graph.root), argument);
        v.picture.front.context.calls.length = v.picture.spare.context.calls.length = 0;
        v.picture._redraw()""",
        k,
    )
    settle(modules)
    shown = modules.run(
        """const { plan } = v.picture, at = v.picture.shown;
        const inside = [...v.scene.boxes].filter(([, box]) => geometry.overlap(at, box));
        const calls = v.picture.front.context.calls;
        return { at, view: v.camera.view(), inside: inside.map(([index]) => index),
          texts: calls.filter(c => c.name === "fillText").map(c => c.what[0]),
          bars: calls.filter(c => c.name === "fillRect" && c.globalAlpha === 0.75).map(c => c.what),
          boxes: v.graph.nodes.map(n => v.scene.boxes.get(n.index)),
          labels: v.graph.nodes.map(n => n.name), circles: v.graph.nodes.map(n => n.symbol) }"""
    )
    at, view = shown["at"], shown["view"]
    assert at["k"] == k and at["x"] <= view["x"] and at["x"] + at["w"] >= view["x"] + view["w"]
    names = shown["texts"]
    numbers = modules.value("v.graph.nodes.map(node => numbers.formatNumber(node.data))")
    for index in shown["inside"]:
        if k >= 0.42:
            assert numbers[index] in names and "data" in names
        elif k >= 0.16:
            assert (shown["labels"][index] or numbers[index]) in names
    if k < 0.42:
        assert "data" not in names
    if k < 0.16:
        tops = {(round(x, 6), round(y, 6)): (w, h) for x, y, w, h in shown["bars"]}
        for index in shown["inside"]:
            box = shown["boxes"][index]
            left = box["x"] + box["w"] - 60
            assert tops[round(left, 6), round(box["y"] + 8, 6)] == (50, 9)
            assert (round(left, 6), round(box["y"] + 25, 6)) not in tops  # no gradient yet
    else:
        assert not shown["bars"]


@pytest.mark.parametrize("k", [0.9, 0.2])
def test_scopes_are_painted_open_and_collapsed(modules, k):
    x = Value(1.0, label="x")
    for number in range(60):
        with scope(f"scope {number}"):
            x = ((x * 0.5 + 1.0).tanh() - 0.25).sin()
    opened(modules, x)
    settle(modules)
    modules.run("v.scene.toggle(44); v.rebuild()")
    settle(modules)
    modules.run(
        """v.camera.show(v.scene.areaBoxes.get(43), argument);
        for (const c of [v.picture.front, v.picture.spare]) c.context.calls.length = 0;
        v.picture._redraw()""",
        k,
    )
    settle(modules)
    calls = modules.value("v.picture.front.context.calls.filter(c => c.name === 'fillText')")
    fonts = {call["what"][0]: call["font"] for call in calls}
    assert fonts["scope 43"].startswith(f"600 {12 if k > 0.42 else 24}px ")
    assert "scope 44" in fonts and "1 parameter" not in fonts
    assert any("nodes" in words for words in fonts)


def test_edges_in_sight_are_stroked_in_their_colour_and_no_thinner_than_half_a_pixel(modules):
    large(modules)
    for k in (0.9, 0.1):
        modules.run(
            """v.camera.show(v.scene.boxes.get(v.graph.root), argument);
            for (const c of [v.picture.front, v.picture.spare]) c.context.calls.length = 0;
            v.picture._redraw()""",
            k,
        )
        settle(modules)
        strokes, pieces = modules.run(
            """const edges = v.picture.front.context.calls.filter(call => call.name === "stroke"
              && call.strokeStyle === "#76828f" && call.what[0][0]?.[0] === "M");
            const isShown = ({ bounds }) => geometry.overlap(v.picture.shown, bounds);
            return [edges, v.picture.pieces.filter(isShown)]"""
        )
        wide = max(1.3, 0.5 / k)
        strokes = [stroke for stroke in strokes if stroke["lineWidth"] == pytest.approx(wide)]
        starts = [step[1:] for call in strokes for step in call["what"][0] if step[0] == "M"]
        assert starts == [piece["points"][0] for piece in pieces]
        assert all(len([s for s in call["what"][0] if s[0] == "M"]) <= 40 for call in strokes)
        opacity = modules.value(
            "detail.strengthOfEdges(v.picture.pieces.map(p => p.bounds), v.scene.size, argument)", k
        )
        assert all(call["globalAlpha"] == pytest.approx(opacity) for call in strokes)
        assert all(call["dash"] == [] for call in strokes)


def test_bars_of_gradients_appear_with_them_and_not_on_constants(modules):
    x = Value(1.0, label="x")
    for _ in range(150):
        x = (x * 2.0).tanh()
    x.backward()
    opened(modules, x)
    settle(modules)
    modules.run(
        "v.camera.show(v.scene.boxes.get(v.graph.root), 0.1); "
        "v.picture.front.context.calls.length = v.picture.spare.context.calls.length = 0; "
        "v.picture._redraw()"
    )
    settle(modules)
    bars = modules.value(
        "v.picture.front.context.calls.filter(c => c.name === 'fillRect' && c.globalAlpha "
        "=== 0.75).length"
    )
    inside = modules.value(
        "[...v.scene.boxes].filter(([, box]) => geometry.overlap(v.picture.shown, "
        "geometry.grown(box, 120, 20))).map(([index]) => v.graph.nodes[index].kind)"
    )
    assert bars == sum(1 if kind == "constant" else 2 for kind in inside)


def test_bars_have_the_colours_of_the_signs(modules):
    x = Value(1.0, label="x")
    for _ in range(150):
        x = (x * -2.0).tanh()
    x.backward()
    opened(modules, x)
    modules.run(
        """globalThis.context =
          new page.Element("http://www.w3.org/1999/xhtml", "canvas").getContext();
        globalThis.one = new brush.Brush(context, v.scene, false);"""
    )
    colours = set()
    for index in range(280, 300):
        found, expected = modules.run(
            """context.calls.length = 0;
            const rows = look.changing(v.graph, argument, v.verdicts);
            detail.paintNode(one, argument, rows, 0.1);
            const bars = context.calls.filter(call => call.name === "fillRect");
            const parts = ["data", "grad"].slice(0, bars.length);
            return [bars.map(call => call.fillStyle),
                    parts.map(part => one.palette[rows[part][1]].fill)]""",
            index,
        )
        assert found == expected != []
        colours |= set(found)
    assert len(colours) == 2


@pytest.mark.parametrize("k", [0.3, 0.1])
def test_from_afar_boxes_have_lines_of_two_thirds_of_a_pixel_at_least(modules, k):
    large(modules)
    modules.run(
        """const context = new page.Element("http://www.w3.org/1999/xhtml", "canvas").getContext();
        const one = new brush.Brush(context, v.scene, false), { root } = v.graph;
        detail.paintNode(one, root, look.changing(v.graph, root, v.verdicts), argument);
        globalThis.calls = context.calls;""",
        k,
    )
    found = modules.value("calls.filter(call => call.name === 'stroke')[0].lineWidth")
    assert found == pytest.approx(max(2.6, 0.7 / k))


def test_edges_fade_the_more_of_the_picture_they_cover(modules):
    bounds = [{"w": 100, "h": 20}] * 50
    strength = "detail.strengthOfEdges(...argument)"
    assert modules.value(strength, [bounds, [1000, 500], 0.42]) == 1
    assert modules.value(strength, [bounds * 100, [1000, 500], 0.42]) == 1
    for k in (0.41, 0.2, 0.01):
        covered = 6000 * max(1.2, 0.5 / k) / 500_000
        expected = max(0.12, min(1, 0.02 / covered))
        assert modules.value(strength, [bounds, [1000, 500], k]) == pytest.approx(expected)
    assert modules.value(strength, [bounds[:1], [1000, 500], 0.3]) == 1
    assert modules.value(strength, [bounds * 100, [1000, 500], 0.3]) == 0.12


def painted(modules, shape, is_dark=False, thinnest=0):
    return modules.run(
        """const context = new page.Element("http://www.w3.org/1999/xhtml", "canvas").getContext();
        const one = new brush.Brush(context, v.scene, argument[1]);
        one.paint([argument[0]], argument[2]);
        return context.calls.map(({ canvas, ...call }) => call)""",
        [shape, is_dark, thinnest],
    )


def test_shapes_are_painted_in_the_colours_of_the_palette(modules, L):
    opened(modules, L)
    box = {"kind": "box", "x": 1, "y": 2, "w": 30, "h": 8, "r": 9, "role": "leaf"}
    fill, stroke = painted(modules, box)
    assert (fill["name"], fill["what"], fill["fillStyle"]) == (
        "fill",
        [[["R", 1, 2, 30, 8, 4]]],
        "#eef7f1",
    )
    assert (stroke["strokeStyle"], stroke["lineWidth"], stroke["dash"]) == ("#3a8461", 1.2, [])
    assert painted(modules, box, True)[0]["fillStyle"] == "#18291f"
    assert painted(modules, box, thinnest=5)[1]["lineWidth"] == 5
    tint = {**box, "tint": ["#ffffe0", "#3a3f42"]}
    assert [painted(modules, tint, dark)[0]["fillStyle"] for dark in (False, True)] == tint["tint"]
    cut = painted(modules, {**box, "cut": True, "r": 2, "role": "constant"})
    assert cut[0]["what"][0] == [
        ["L", 3, 2], ["L", 29, 2], ["L", 31, 4], ["L", 31, 8], ["L", 29, 10], ["L", 3, 10],
        ["L", 1, 8], ["L", 1, 4], ["Z"],
    ]  # fmt: skip
    line = {"kind": "line", "points": [[1, 2], [3, 4]], "role": "rule"}
    (call,) = painted(modules, line)
    assert (call["name"], call["what"][0]) == ("stroke", [["L", 1, 2], ["L", 3, 4]])
    (call,) = painted(
        modules, {"kind": "area", "points": [[1, 2], [3, 4], [5, 0]], "role": "arrow"}
    )
    assert call["name"] == "fill" and call["what"][0][-1] == ["Z"]
    (call,) = painted(modules, {"kind": "way", "points": [[0, 0], [9, 0], [20, 5]], "role": "edge"})
    assert call["name"] == "stroke" and [row[0] for row in call["what"][0]] == ["M", "L", "C"]
    (call,) = painted(modules, {"kind": "line", "points": [[1, 2], [3, 4]], "role": "stack"})
    assert call["name"] == "stroke"


def test_text_is_painted_with_its_anchor_weight_and_halo(modules, L):
    opened(modules, L)
    text = {
        "kind": "text",
        "x": 5,
        "y": 6,
        "text": "−2.0000",
        "size": 12,
        "role": "negative",
        "anchor": "middle",
    }
    (call,) = painted(modules, text)
    assert (call["name"], call["what"], call["textAlign"]) == (
        "fillText",
        ["−2.0000", 5, 6],
        "center",
    )
    assert call["fillStyle"] == "#b04a00" and call["font"].startswith("12px ")
    halo, call = painted(modules, {**text, "halo": True, "bold": True, "anchor": "end"})
    assert (halo["name"], halo["strokeStyle"], halo["lineWidth"]) == ("strokeText", "#ffffff", 3)
    assert call["font"].startswith("600 12px ") and call["textAlign"] == "end"
    assert painted(modules, {**text, "text": ""}) == []


def test_the_window_shows_the_part_drawn_ahead_and_what_lies_over_it(modules):
    large(modules)
    modules.run("v.camera.show(v.scene.boxes.get(v.graph.root), 0.9); v.choose(v.graph.root)")
    settle(modules)
    modules.run("v.picture.root.context.calls.length = 0; v.picture._frame()")
    calls = modules.run(
        """return v.picture.root.context.calls.map(call => {
          const { name, matrix, imageSmoothingEnabled } = call;
          const what = name === "drawImage" ? call.what.slice(1) : call.what;
          return { name, what, matrix, imageSmoothingEnabled };
        })"""
    )
    clear, image = calls[0], calls[1]
    assert (clear["name"], clear["what"]) == ("fillRect", [0, 0, 1201, 701])
    camera, plan = modules.value(
        "[v.camera, v.picture.shown].map(({ x, y, k, w, h }) => ({ x, y, k, w, h }))"
    )
    k = camera["k"]
    left, top, wide, high = image["what"]
    assert left == pytest.approx(plan["x"] * k + camera["x"], abs=0.26)
    assert top == pytest.approx(plan["y"] * k + camera["y"], abs=0.26)
    assert 2 * left == round(2 * left) and 2 * top == round(2 * top)  # whole pixels of the screen
    assert [wide, high] == pytest.approx([plan["w"] * k, plan["h"] * k])
    assert wide == pytest.approx(1200 * 1.8, abs=1) and high == pytest.approx(700 * 1.8, abs=1)
    assert image["matrix"] == [2, 0, 0, 2, 0, 0] and image["imageSmoothingEnabled"] is False
    assert calls[-1]["matrix"] == pytest.approx(
        [2 * k, 0, 0, 2 * k, 2 * camera["x"], 2 * camera["y"]]
    )
    strokes = [call for call in calls if call["name"] == "stroke"]
    assert strokes  # the ring of the chosen node


def test_a_moved_camera_draws_anew_only_near_the_end_of_what_was_drawn(modules):
    large(modules)
    modules.run("v.camera.show(v.scene.boxes.get(v.graph.root), 0.9)")
    settle(modules)
    modules.run("globalThis.before = v.picture.shown; v.camera.pan(1200 * 0.24, 0)")
    settle(modules)
    assert modules.value("v.picture.shown === before")
    modules.run("v.camera.pan(1200 * 0.03, 0)")
    settle(modules)
    assert not modules.value("v.picture.shown === before")
    modules.run("globalThis.before = v.picture.shown; v.camera.zoom(1.01)")
    modules.run("page.frames.shift()()")
    settle(modules)
    assert modules.value("v.picture.shown.k === v.camera.k")


def test_changed_numbers_are_painted_over_the_picture_and_into_one_being_drawn(modules):
    large(modules)
    modules.run("v.camera.show(v.scene.boxes.get(v.graph.root), 0.9)")
    settle(modules)
    modules.run("v.picture.front.context.calls.length = 0; v.seek(2)")
    settle(modules)
    texts = modules.value(
        "v.picture.front.context.calls.filter(c => c.name === 'fillText').map(c => c.what[0])"
    )
    assert "1.0000" in texts
    modules.run("v.picture._redraw(); v.picture.refresh([v.graph.root])")
    assert modules.value("[...v.picture.next.late]") == [modules.value("v.graph.root")]
    settle(modules)
    modules.run(
        "for (const c of [v.picture.front, v.picture.spare]) c.context.calls.length = 0; "
        "v.turnTheme()"
    )
    assert modules.value("v.picture.next") is None
    assert modules.value("v.picture.front.context.calls[0].fillStyle") == "#171b21"
    modules.run(
        "v.remove(); v.picture._ask(); "
        "globalThis.count = v.picture.root.context.calls.length; for (const frame of "
        "page.frames.splice(0)) frame()"
    )
    assert modules.value("v.picture.root.context.calls.length - count") == 0


def test_a_canvas_that_is_removed_draws_no_more(modules):
    large(modules)
    modules.run("v.picture.highlight(); v.picture.remove()")
    assert modules.value("v.stage.querySelectorAll('canvas').length") == 0
    modules.run("v.picture.root.context.calls.length = 0")
    settle(modules)
    assert modules.value("v.picture.root.context.calls") == []


def test_a_picture_is_drawn_for_five_milliseconds_in_a_frame(modules):
    large(modules)
    modules.run(
        "v.picture._redraw(); page.clock.look = 1; globalThis.pieces = 0;"
        "const { work } = v.picture.next;"
        "v.picture.next.work = { next: () => { pieces += 1; return work.next(); } };"
        "v.picture._work(); page.clock.look = 0"
    )
    assert modules.value("[pieces, Boolean(v.picture.next)]") == [4, True]
    settle(modules)


def test_a_canvas_has_two_pixels_for_each_at_most(modules):
    large(modules)
    sizes = "[v.picture.ratio, +v.picture.root.width, +v.picture.root.height]"
    for of_screen, ratio in ((1, 1), (2, 2), (3, 2), (0, 1)):
        modules.run("window.devicePixelRatio = argument; v.picture.resize()", of_screen)
        assert modules.value(sizes) == [ratio, 1200 * ratio, 700 * ratio]
        modules.run("v.picture._redraw()")
        settle(modules)
        drawn = modules.value("[v.picture.front.width, v.picture.front.height].map(Number)")
        assert drawn == [1200 * 1.8 * ratio, 700 * 1.8 * ratio]
    modules.run("window.devicePixelRatio = 2; v.picture.resize()")


def test_a_canvas_stands_on_the_page_and_shows_at_once_what_was_chosen(modules):
    large(modules)
    assert modules.value("v.stage.children.includes(v.picture.root)")
    modules.run("v.choose(v.graph.root)")
    before = modules.value("v.picture.over.length")
    assert before
    modules.run("v.picture.over = []; v.picture.resize()")
    assert modules.value("v.picture.over.length") == before
    settle(modules)
    modules.run("v.picture.root.context.calls.length = 0; v.turnTheme()")
    assert modules.value("v.picture.root.context.calls.length") > 0  # without waiting for a frame


def test_what_changed_while_a_picture_was_drawn_is_painted_into_it(modules):
    large(modules)
    modules.run("v.camera.show(v.scene.boxes.get(v.graph.root), 0.9)")
    settle(modules)
    modules.run(
        """v.picture._redraw(); v.picture.refresh([v.graph.root]);
        globalThis.late = [];
        v.picture._node = (brush, index) => late.push([brush.context.canvas, index]);
        while (!v.picture._work());"""
    )
    last = "late.at(-1)[0] === v.picture.front && late.at(-1)[1] === v.graph.root"
    assert modules.value(last)


@pytest.mark.parametrize(("k", "are_seen"), [(0.2, True), (0.16, True), (0.159, False)])
def test_copies_and_arrowheads_are_painted_where_they_can_be_made_out(modules, k, are_seen):
    w = Value(0.5, label="w")
    x = Value(1.0, label="x")
    for _ in range(110):
        x = (x * w).tanh() + 1.0
    opened(modules, x)
    settle(modules)
    assert modules.value("v.scene.copies.length")
    found, expected = modules.run(
        """v.camera.show(geometry.boxOf(v.scene.copies[0].slice(1)), argument);
        while (v.picture.next) v.picture._work();
        for (const c of [v.picture.front, v.picture.spare]) c.context.calls.length = 0;
        v.picture._redraw();
        while (v.picture.next) v.picture._work();
        const { calls } = v.picture.front.context;
        const isSeen = ([, ...box]) => geometry.overlap(v.picture.shown, geometry.boxOf(box));
        const heads = calls.filter(call => call.name === "fill" && call.what[0]?.length === 4);
        const words = v.scene.copies.filter(isSeen).length;
        return [[calls.filter(call => call.what[0] === "w").length, heads.length],
                [words, v.scene.ends.length]]""",
        k,
    )
    assert modules.value("look.MIDDLE") == 0.16
    if are_seen:
        assert found[0] >= expected[0] > 0 and 0 < found[1] <= expected[1]
    else:
        assert found == [0, 0]


def test_only_edges_fade(modules):
    large(modules)
    modules.run(
        """v.camera.show(v.scene.boxes.get(v.graph.root), 0.2);
        for (const c of [v.picture.front, v.picture.spare]) c.context.calls.length = 0;
        v.scene.size = v.scene.size.map(length => length / 9);  // edges cover much of it
        v.picture._redraw()"""
    )
    settle(modules)
    modules.run("globalThis.calls = v.picture.front.context.calls")
    isnt_edge = "call.name !== 'stroke' || call.strokeStyle !== '#76828f'"
    assert modules.value(f"calls.filter(call => {isnt_edge}).every(call => call.globalAlpha === 1)")
    assert modules.value("calls.some(call => call.globalAlpha < 1)")
