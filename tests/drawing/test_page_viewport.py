"""What the window shows of a picture, at its limits: the camera, the canvas, the map, the tip."""

from __future__ import annotations

import itertools
import math

import drawing_graphs as graphs
import pytest
from page_view import index_of, opened, press, settle

from chainrule import Value

pytestmark = pytest.mark.once

WIDE, HIGH = 1200, 700


@pytest.fixture
def camera(modules):
    """A function that makes a camera of a picture of this size; `c` in Node."""

    def make(picture, window=(WIDE, HIGH)):
        modules.run(
            """Object.assign(page.stageSize, { width: argument[1][0], height: argument[1][1] });
            const ignored = () => true;
            const stage = new page.Element("", "div");
            stage.className = "stage";
            stage.addEventListener = function (type, listener, options = {}) {
              (this.options ??= {})[type] = options;
              page.Element.prototype.addEventListener.call(this, type, listener, options);
            };
            globalThis.c = new camera.Camera(stage, { size: argument[0] },
              { moved: ignored, point: ignored, click: ignored, wheel: ignored });""",
            [picture, window],
        )

    return make


@pytest.fixture
def screen(modules):
    """Changes how many pixels of the screen a pixel of the page has; at the end it is as before."""
    yield lambda ratio: modules.run("window.devicePixelRatio = argument", ratio)
    modules.run("window.devicePixelRatio = 2")


def chain(count):
    x = Value(1.0, label="x")
    for _ in range(count - 1):
        x = -x
    return x


# ---- the camera ----------------------------------------------------------------------------------


def test_a_camera_that_has_measured_nothing_shows_the_corner_at_its_own_size(modules, camera):
    camera([100, 100])
    assert modules.value("c.view()") == {"x": 0, "y": 0, "w": 1, "h": 1}
    assert modules.value("[c.isFitted, c.isHome, c.isNear]") == [True, True, False]
    assert modules.value("[c.k, c.travelled, c.pointers.size]") == [1, 0, 0]


def test_the_wheel_can_be_kept_from_the_page(modules, camera):
    camera([100, 100])
    assert modules.value("c.stage.options.wheel") == {"passive": False}


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (0.5, 0.25), (0, 1), (1.5, 1.5), (300, 301)])
def test_a_side_is_measured_as_a_pixel_at_least(modules, camera, side, before, after):
    camera([100, 100], (500, 500))
    for length in (before, after):
        modules.run(f"page.stageSize.{side} = argument; globalThis.is = c.measure()", length)
        assert modules.value(f"c.{side}") == max(length, 1)
    assert modules.value("is") is (after != max(before, 1))
    assert modules.value(f"c.{'height' if side == 'width' else 'width'}") == 500


HERE = "{ x: 600, y: 900, w: 60, h: 40 }"


@pytest.mark.parametrize(
    ("deed", "state"),
    [
        ("fit()", [True, False, False]),
        (f"open({HERE})", [False, True, False]),
        (f"open({HERE}, true)", [True, True, False]),
        (f"show({HERE})", [False, False, False]),
        (f"frame({HERE})", [False, False, False]),
        (f"reveal({HERE})", [False, False, False]),
        (f"approach({HERE})", [False, False, True]),
        ("centre(600, 900, 1)", [False, False, False]),
        ("pan(1, 0)", [False, False, False]),
        ("zoom(1.1)", [False, False, False]),
    ],
)
@pytest.mark.parametrize("before", [[False, False, False], [False, True, True]], ids=str)
def test_a_camera_knows_how_it_came_where_it_is(modules, camera, deed, state, before):
    camera([2000, 1300])
    code = """c.measure();
    const [isFitted, isHome, isNear] = argument;
    Object.assign(c, { x: -5000, y: -100, k: 0.5, isFitted, isHome, isNear });"""
    found = modules.run(f"{code} c.{deed}; return [c.isFitted, c.isHome, c.isNear]", before)
    assert found == state


@pytest.mark.parametrize(("across", "apart"), [(0, 1), (1, 2), (0.5, 2), (2, 6), (8, 4)])
def test_fingers_zoom_as_far_as_they_move_apart_but_are_never_at_one_point(
    modules, camera, across, apart
):
    camera([1000, 800])
    modules.run("c.measure(); Object.assign(c, { k: 0.5, x: 100, y: 50 })")
    found = modules.run(
        """const at = (id, x) => ({ clientX: x, clientY: 220, pointerId: id, button: 0 });
        fire(c.stage, "pointerdown", at(1, 300));
        fire(c.stage, "pointerdown", at(2, 300 + argument[0]));
        fire(c.stage, "pointerdown", at(3, 900));
        fire(c.stage, "pointermove", at(2, 300 + argument[1]));
        return c.k""",
        [across, apart],
    )
    assert found == pytest.approx(0.5 * max(apart, 1) / max(across, 1))


@pytest.mark.parametrize(
    ("point", "k"), [((500, 400), 1.0), ((500, 400), 6.5), ((500, 400), 0.0015), ((0, 0), 6)]
)
def test_a_point_is_put_into_the_middle_at_a_scale_within_the_limits(modules, camera, point, k):
    camera([1000, 800])
    modules.run("c.measure(); c.centre(...argument)", [*point, k])
    scale = min(max(k, 0.002), 6)
    assert modules.value("c.k") == scale
    middle = modules.value("[c.width / 2 - c.x, c.height / 2 - c.y]")
    assert middle == pytest.approx([coordinate * scale for coordinate in point])


@pytest.mark.parametrize(("y", "is_inside"), [(40, True), (39, False), (610, True), (611, False)])
def test_a_box_above_or_below_the_window_is_brought_into_it(modules, camera, y, is_inside):
    camera([3000, 2000])
    modules.run("c.measure(); Object.assign(c, { k: 1, x: -500, y: -900, isFitted: false })")
    modules.run("c.reveal({ x: 1000, y: 900 + argument, w: 100, h: 50 })", y)
    assert modules.value("c.y") == (-900 if is_inside else HIGH / 2 - 925 - y)


@pytest.mark.parametrize(("start", "moved"), [(39, 1), (40, -50), (50, -60)])
def test_a_box_longer_than_the_window_is_followed_from_one_end_to_the_other(
    modules, camera, start, moved
):
    camera([4000, 3000])
    modules.run("c.measure(); Object.assign(c, { k: 1, x: -1000, y: -500, isFitted: false })")
    long = {"x": 1000 + start, "y": 600, "w": WIDE - 30, "h": 20}
    modules.run("c.lean(...argument)", [{"x": 1500, "y": 600, "w": 100, "h": 20}, long])
    assert modules.value("c.x") == -1000 + moved


@pytest.mark.parametrize(
    ("start", "long", "moved"),
    [(45, 1120, -5), (35, 1120, 5), (35, 1121, 0), (35, 1119, 6), (45, 1119, -5)],
)
def test_a_box_that_just_fits_between_the_edges_is_put_there(modules, camera, start, long, moved):
    camera([4000, 3000])
    modules.run("c.measure(); Object.assign(c, { k: 1, x: -1000, y: -500, isFitted: false })")
    side = 2170 if moved < 0 else 970
    kept = {"x": 1000 + start, "y": 600, "w": long, "h": 20}
    modules.run("c.lean(...argument)", [kept, {"x": side, "y": 600, "w": 60, "h": 20}])
    assert modules.value("c.x") == -1000 + moved


@pytest.mark.parametrize(
    ("window", "scale"), [(0.85, 0.85), (0.849, 0.95), (0.75, 0.95), (1, 1), (1.2, 1)]
)
def test_on_a_telephone_the_whole_width_is_seen_from_a_scale_on(modules, camera, window, scale):
    camera([1184 / window, 8000])
    modules.run(
        """page.media.matches = true;
        try {
          c.measure();
          c.scene.isUpright = true;
          c.open({ x: 500, y: 10, w: 100, h: 50 });
        } finally { page.media.matches = false; }"""
    )
    assert modules.value("c.k") == scale
    assert modules.value("[c.isFitted, c.isHome]") == [False, True]


@pytest.mark.parametrize(
    ("least", "settings"),
    [(0.6, [False, False, False]), (0.45, [False, False, True]), (0.85, [True, True, False]),
     (0.85, [True, True, True]), (0.6, [True, False, False]), (0.6, [False, True, False])],
    ids=str,
)  # fmt: skip
def test_a_view_opens_with_the_whole_from_a_scale_on(modules, camera, least, settings):
    for scale in (least, least - 1e-9):
        camera([100, 684 / scale])
        modules.run(
            """const [matches, isUpright, far] = argument;
            page.media.matches = matches;
            try {
              c.measure();
              c.scene.isUpright = isUpright;
              c.open({ x: 5, y: 10, w: 10, h: 50 }, far);
            } finally { page.media.matches = false; }""",
            settings,
        )
        assert modules.value("c.isFitted") is (scale == least)


# ---- the canvas ----------------------------------------------------------------------------------


def test_a_canvas_has_a_pixel_in_a_window_that_has_none(modules, screen):
    opened(modules, chain(301))
    for size, ratio in itertools.product(
        [(0, 0), (0.25, 3), (3, 0.25), (300, 200)], [0, 0.5, 1, 2]
    ):
        screen(ratio)
        modules.run(
            "const [width, height] = argument; Object.assign(page.stageSize, { width, height });"
            "v.camera.measure(); v.picture.resize()",
            size,
        )
        found = modules.value("[v.picture.root.width, v.picture.root.height].map(Number)")
        assert found == [max(1, max(1, length) * (ratio or 1)) for length in size], (size, ratio)


def test_every_canvas_covers_what_lies_below(modules):
    opened(modules, chain(301))
    asked = modules.run(
        """const asked = [], { getContext } = page.Element.prototype;
        page.Element.prototype.getContext = function (...how) {
          asked.push(how);
          return getContext.call(this);
        };
        try { v.picture.recolour(); } finally { page.Element.prototype.getContext = getContext; }
        return asked.filter(([, options]) => options)"""
    )
    assert len(asked) > 2 and all(how == ["2d", {"alpha": False}] for how in asked)


def test_the_first_picture_and_one_in_new_colours_are_drawn_at_once(modules):
    opened(modules, graphs.recurrence(Value, 12))
    found = modules.run(
        """page.clock.look = 1;
        try {
          const picture = new canvas.CanvasPicture(v.stage, v);
          const { shown } = picture;
          picture.recolour();
          return [Boolean(shown), picture.shown === shown, picture.next];
        } finally { page.clock.look = 0; }"""
    )
    assert found == [True, False, None]


def test_what_changed_before_the_rest_was_drawn_is_painted_again(modules):
    opened(modules, graphs.recurrence(Value, 144))
    modules.run("v.camera.fit()")
    settle(modules)
    last, is_front = modules.run(
        """const { picture } = v, painted = [];
        picture._node = (brush, index) => painted.push([brush.context.canvas, index]);
        picture._redraw();
        while (!painted.length) picture.next.work.next();
        const [[, first]] = painted;
        picture.refresh([first]);
        const { length } = painted;
        while (!picture._work());
        const [canvas, index] = painted.at(-1);
        return [[index === first, painted.length > length + 9], canvas === picture.front]"""
    )
    assert (last, is_front) == ([True, True], True)


def test_changed_numbers_are_painted_at_once_into_what_is_shown(modules):
    opened(modules, graphs.recurrence(Value, 144))
    settle(modules)
    found = modules.run(
        """const { picture } = v, painted = [];
        picture._node = (brush, index, k) => painted.push(
          [brush.context.canvas === picture.front, index, k === picture.shown.k]);
        v.scene.boxes.delete(5);
        picture.refresh([3, 5, 0]);
        return [painted, Boolean(picture.next), page.frames.length]"""
    )
    assert found == [[[True, 3, True], [True, 0, True]], False, 1]


DRAWN = """const drawnIn = plan => {
  if (v.picture.constructor !== canvas.CanvasPicture) {
    v.picture.remove();
    v.picture = new canvas.CanvasPicture(v.stage, v);
  }
  const nodes = [], painted = [];
  const brush = { clear() {}, paint: shapes => painted.push(JSON.stringify([...shapes])) };
  const { picture } = v, none = function* () {};
  Object.assign(picture, {
    _brush: () => brush, _edges: none, _node: (_, index) => nodes.push(index),
  });
  for (const _ of picture._draw({ k: 1, ...plan }));
  return { nodes, painted };
};
"""
"""What is drawn of a part of the picture; the view isn't used any more afterwards."""


def beside(box, margins):
    """Parts of the picture at each side of a box: so far from it that it isn't seen, and not."""
    x, y, w, h = box
    wide, high = margins
    for more in (0, -1e-6):
        for left, top in (
            (x + w + wide + more, y - 10),
            (x - wide - more - 70, y - 10),
            (x - 10, y + h + high + more),
            (x - 10, y - high - more - 70),
        ):
            yield {"x": left, "y": top, "w": 70, "h": 70}, more < 0


@pytest.mark.parametrize("index", [0, 7])
def test_a_node_is_drawn_as_far_as_its_texts_may_reach(modules, index):
    opened(modules, graphs.recurrence(Value, 12))
    box = modules.value("Object.values(v.scene.boxes.get(argument))", index)
    for plan, is_drawn in beside(box, (120, 20)):
        found = modules.run(f"{DRAWN} return drawnIn(argument).nodes", plan)
        expected = modules.run(
            """return [...v.scene.boxes].filter(([thing, { x, y, w, h }]) =>
              thing >= 0 && x - 120 < argument.x + 70 && argument.x < x + w + 120 &&
              y - 20 < argument.y + 70 && argument.y < y + h + 20).map(([thing]) => thing)""",
            plan,
        )
        assert found == expected
        assert (index in found) is is_drawn, plan


HEAD = """const end = v.scene.ends[9];
const shapes = [look.arrowhead(v.scene, end), look.beside(v.scene, end)].filter(Boolean);
return [[end.x, end.y, 0, 0], JSON.stringify(shapes)]"""
COPY = """const copy = v.scene.copies[9];
return [copy.slice(1), JSON.stringify(look.copyShapes(v.scene, copy))]"""


@pytest.mark.parametrize(
    ("code", "margins"), [(HEAD, (80, 20)), (COPY, (0, 0))], ids=["head", "copy"]
)
def test_an_arrowhead_or_a_copy_is_drawn_where_it_is_seen(modules, code, margins):
    opened(modules, graphs.recurrence(Value, 12))
    box, shapes = modules.run(code)
    for plan, is_drawn in beside(box, margins):
        painted = modules.run(f"{DRAWN} return drawnIn(argument).painted", plan)
        assert (shapes in painted) is is_drawn, plan


@pytest.mark.parametrize(("k", "are_labelled"), [(0.42, True), (0.4199, False), (0.16, False)])
def test_local_derivatives_stand_beside_arrowheads_that_are_near(modules, k, are_labelled):
    opened(modules, graphs.recurrence(Value, 12))
    painted, heads, labels = modules.run(
        f"""{DRAWN}
        const [w, h] = v.scene.size;
        const {{ painted }} = drawnIn({{ x: 0, y: 0, w, h, k: argument }});
        const heads = v.scene.ends.map(end => look.arrowhead(v.scene, end));
        const labels = v.scene.ends.map(end => look.beside(v.scene, end));
        return [painted, heads.map(head => JSON.stringify([head])),
          heads.map((head, at) => labels[at] && JSON.stringify([head, labels[at]]))]""",
        k,
    )
    assert sum(map(bool, labels)) > 20
    expected = [(are_labelled and label) or head for head, label in zip(heads, labels, strict=True)]
    assert [row for row in painted if row in {*heads, *labels}] == expected


# ---- the map -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [0, 1, 1.5, 3])
def test_the_map_is_as_sharp_as_the_screen(modules, screen, ratio):
    screen(ratio)
    opened(modules, graphs.tree(Value, 5))
    wide, high = modules.value("v.scene.size.map(length => length * v.map.scale)")
    top = modules.value("v.map.top")
    found = modules.value("[v.map.canvas.width, v.map.canvas.height].map(Number)")
    assert found == [math.ceil(length * (ratio or 1)) for length in (wide, max(18, high))]
    matrix = modules.value("v.map.canvas.context.calls[0].matrix")
    assert matrix == pytest.approx([ratio or 1, 0, 0, ratio or 1, 0, top * (ratio or 1)])


def test_the_map_is_hidden_until_something_is_out_of_sight(modules):
    opened(modules, graphs.tree(Value, 5))
    modules.run("v.camera.fit()")
    assert modules.value("new minimap.Minimap(v).element.hidden") is True
    assert modules.value("v.map.element.hidden") is True
    modules.run("v.camera.zoom(3)")
    assert modules.value("v.map.element.hidden") is False
    modules.run("v.camera.fit()")
    assert modules.value("v.map.element.hidden") is True


@pytest.mark.parametrize(("buttons", "is_pressed"), [(0, False), (1, True), (2, False), (3, True)])
def test_the_map_is_pressed_with_the_first_button(modules, buttons, is_pressed):
    opened(modules, graphs.tree(Value, 5))
    modules.run("v.camera.zoom(3); v.map.plan.size = { left: 100, top: 50 }")
    before = modules.value("[v.camera.x, v.camera.y]")
    at = {"clientX": 110, "clientY": 60, "buttons": buttons, "pointerId": 7}
    modules.run("fire(v.map.plan, 'pointerdown', argument)", at)
    assert (modules.value("[v.camera.x, v.camera.y]") != before) is is_pressed
    assert (modules.value("v.map.plan.captured ?? 0") == 7) is is_pressed


# ---- the tip -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5, 6, 7, 9])
def test_the_tip_names_six_operands(modules, count):
    xs = [Value(float(n), label=f"x{n}") for n in range(count)]
    opened(modules, Value(3.0, tuple(xs), "f"))
    modules.run("v.tip.show(v.graph.root, { windowX: 0, windowY: 0 })")
    words = modules.value("v.tip.element.children[1].textContent")
    assert words == f" f of {', '.join(f'x{n}' for n in range(min(count, 6)))}"


def test_the_tip_is_written_once_for_each_thing(modules):
    opened(modules, graphs.reuse(Value))
    made = modules.run(
        """const at = { windowX: 0, windowY: 0 }, { element } = v.tip;
        const seen = thing => { v.tip.show(thing, at); return element.children[0]; };
        const [one, again, other] = [seen(0), seen(0), seen(1)];
        v.tip.hide();
        return [v.tip.thing, one === again, one === other, other === seen(1)]"""
    )
    assert made == [None, True, False, False]


# ---- the view ------------------------------------------------------------------------------------


def click(modules, thing):
    modules.run(
        """const { x, y } = geometry.centreOf(v.scene.boxes.get(argument)), { camera } = v;
        const { left, top } = page.stageSize;
        const at = { clientX: left + x * camera.k + camera.x, pointerId: 1, button: 0,
          clientY: top + y * camera.k + camera.y };
        for (const kind of ["move", "down", "up"]) fire(v.stage, `pointer${kind}`, at)""",
        thing,
    )


def test_the_first_node_is_a_node_like_any_other(modules):
    opened(modules, graphs.nested(Value))
    click(modules, 0)
    assert modules.value("[v.chosen, v.hovered, [...v.scene.collapsed]]") == [0, 0, []]
    modules.run("v.choose(null); v.focused = 0; v.editField('data')")
    assert modules.value("[v.chosen, document.activeElement.name]") == [0, "data"]
    assert modules.value("document.activeElement.isSelected")
    modules.run("v.choose(null); v.fold(0); v.focused = -1; v.editField('data')")
    assert modules.value("v.chosen") is None


def test_choosing_a_node_rebuilds_the_picture_only_to_unfold_it(modules):
    opened(modules, graphs.nested(Value))
    modules.run(
        "globalThis.count = 0; const { rebuild } = v;"
        "v.rebuild = function () { count += 1; rebuild.call(v); }"
    )
    modules.run("for (const thing of [0, v.graph.root, null]) v.choose(thing)")
    assert modules.value("count") == 0
    inner = index_of(modules, "t")
    modules.run("v.fold(0); count = 0; v.choose(argument)", inner)
    assert modules.value("[count, v.chosen, v.scene.collapsed.size]") == [1, inner, 0]


def test_folding_keeps_a_chosen_node_that_is_seen_and_forgets_what_was_pointed_at(modules):
    opened(modules, graphs.nested(Value))
    inner = index_of(modules, "t")
    modules.run("v.choose(v.graph.root); v.hovered = argument; v.fold(0)", inner)
    assert modules.value("[v.chosen === v.graph.root, v.hovered]") == [True, None]
    assert modules.value("v.panel.element.hidden") is False
    modules.run("v.fold(0); v.choose(argument); v.fold(0)", inner)
    assert modules.value("[v.chosen, v.panel.element.hidden]") == [None, True]
    assert modules.value("v.focused") == modules.value("v.scene.standsFor[argument]", inner)


def test_a_pointer_that_is_nowhere_changes_nothing(modules):
    opened(modules, graphs.reuse(Value))
    count = modules.run(
        """let count = 0;
        v.picture.highlight = () => { count += 1; };
        v._point(null);
        v._point({ x: -9, y: -9, windowX: 0, windowY: 0 });
        delete v.picture.highlight;
        return count"""
    )
    assert count == 0


def camera_of(modules):
    return modules.value("[v.camera.x, v.camera.y, v.camera.k]")


def approached(modules, where):
    """Go near to the box that is the so-many-th from the middle of the whole picture."""
    opened(modules, graphs.tree(Value, 7))
    home = camera_of(modules)
    index = modules.run(
        """const [wide, high] = v.scene.size;
        const off = ([, { x, y }]) => Math.hypot(x - wide / 2, y - high / 2);
        const [index] = [...v.scene.boxes].sort((one, two) => off(one) - off(two)).at(argument);
        v.camera.fit();
        v.choose(index);
        return index""",
        where,
    )
    assert modules.value("v.camera.isNear")
    return home, index


@pytest.mark.parametrize("where", [0, -1], ids=["in the middle", "at the rim"])
def test_a_view_is_opened_anew_where_the_camera_went_by_itself(modules, where):
    home, index = approached(modules, where)
    near = camera_of(modules)
    modules.run("v.choose(argument)", index)
    assert camera_of(modules) == near
    modules.run("v.choose(null)")
    assert camera_of(modules) == home != near


@pytest.mark.parametrize(
    "moved", ["v.camera.pan(5, 5)", "v.camera.show(v.scene.boxes.get(v.chosen), 0.6)"]
)
def test_a_view_stays_where_the_reader_has_moved_it(modules, moved):
    _, index = approached(modules, 0)
    modules.run(moved)
    there = camera_of(modules)
    for thing in (None, index):
        modules.run("v.choose(argument)", thing)
        assert camera_of(modules) == there


@pytest.mark.parametrize(("chosen", "is_opened"), [(None, True), (0, False)])
def test_a_window_of_another_size_opens_a_view_anew_unless_a_node_is_chosen(
    modules, chosen, is_opened
):
    opened(modules, graphs.tree(Value, 7))
    modules.run("v.choose(argument)", chosen)
    modules.run("v.camera.isHome = true; v.camera.isFitted = false")
    before = camera_of(modules)
    modules.run("page.stageSize.width = 900; v.stage.watcher.changed()")
    assert (camera_of(modules) != before) is is_opened
    assert modules.value("v.camera.width") == 900


def test_a_fitted_picture_stays_fitted_beside_the_panel(modules):
    opened(modules, graphs.reuse(Value))
    modules.run("v.choose(0)")
    modules.run("page.stageSize.width = 500; v.stage.watcher.changed()")
    assert modules.value("[v.camera.isFitted, v.camera.isHome]") == [True, False]
    wide = modules.value("v.scene.size[0] * v.camera.k")
    assert wide <= 500 - 16 + 1e-9


@pytest.mark.parametrize(("key", "is_left"), [("n", False), ("Enter", False), ("Escape", True)])
def test_escape_leaves_a_field_for_the_picture(modules, key, is_left):
    opened(modules, graphs.reuse(Value))
    modules.run("v.choose(0); v.panel.field('data').focus()")
    modules.run("fire(v.panel.field('data'), 'keydown', { key: argument })", key)
    assert modules.value("document.activeElement === v.stage") is is_left
    assert modules.value("v.chosen") == 0  # only the next one closes the panel
    modules.run("v.stage.focus()")
    press(modules, "Escape")
    assert modules.value("v.chosen") is None


@pytest.mark.parametrize(
    ("target", "key", "is_taken"),
    [
        ("document.body", "n", True),
        ("document.documentElement", "n", True),
        ("document.body", "x", False),
        ("v.search.input", "n", False),
    ],
)
def test_a_key_of_the_page_is_taken_from_nowhere_alone(modules, page, target, key, is_taken):
    page(graphs.reuse(Value))
    found = modules.run(
        f"""const target = {target};
        target.focus();
        const event = {{ type: "keydown", key: argument, target, preventDefault: () => {{
          event.isPrevented = true;
        }} }};
        document.hear(event);
        const there = document.activeElement;
        return [Boolean(event.isPrevented), there === v.stage, there === target]""",
        key,
    )
    stays = not is_taken or target == "document.documentElement"
    assert found == [is_taken, not stays, stays]


def test_the_parts_of_a_page_have_their_listeners_as_long_as_it_is_there(modules, page):
    page(graphs.reuse(Value))
    count = "[window, document, page.media].map(part => part.listeners.length)"
    before = modules.value(count)
    modules.run("v.remove()")
    assert [one - two for one, two in zip(before, modules.value(count), strict=True)] == [3, 1, 1]
