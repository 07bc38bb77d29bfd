"""What somebody can do with keys and pointer: walk, zoom, choose, fold, search."""

from __future__ import annotations

from urllib.parse import parse_qs

import drawing_graphs as graphs
import pytest
from page_view import found_by, index_of, opened, press, said

from chainrule import Value, debug, show

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- keys, focus, clicks -------------------------------------------------------------------------


def test_the_picture_can_have_the_focus(modules, L):
    opened(modules, L)
    assert modules.value("v.stage.getAttribute('tabindex')") == "0"
    assert modules.value("v.panel.heading.getAttribute('tabindex')") == "-1"


def test_arrow_keys_walk_and_say_where_they_are(modules, L):
    opened(modules, L)
    assert modules.value("v.focused") == index_of(modules, "L")
    press(modules, "ArrowLeft")
    assert modules.value("v.focused") == modules.value(
        "v.scene.neighbour(argument, -1, 0)", index_of(modules, "L")
    )
    assert said(modules) == modules.value("explain.nodeWords(v.graph, v.focused)")
    assert modules.value("v.chosen") is None
    press(modules, "ArrowRight")
    press(modules, "ArrowRight")
    assert said(modules) == "No node in that direction."
    assert modules.value("v.focused") == index_of(modules, "L")
    press(modules, "Enter")
    assert modules.value("[v.chosen, document.activeElement === v.panel.heading]") == [
        index_of(modules, "L"),
        True,
    ]
    press(modules, "ArrowLeft")
    assert modules.value("v.chosen") == modules.value("v.focused") != index_of(modules, "L")
    modules.run("v.focused = v.scene.neighbour(0, 1, 0)")
    press(modules, "ArrowLeft")
    assert modules.value("[v.focused, v.chosen]") == [0, 0]
    for key in ("ArrowUp", "ArrowDown"):
        before = modules.value("v.focused")
        press(modules, key)
        dy = -1 if key == "ArrowUp" else 1
        expected = modules.value("v.scene.neighbour(argument[0], 0, argument[1])", [before, dy])
        assert modules.value("v.focused") == (before if expected is None else expected)


@pytest.mark.parametrize(
    ("key", "dx", "dy"),
    [("ArrowLeft", 60, 0), ("ArrowRight", -60, 0), ("ArrowUp", 0, 60), ("ArrowDown", 0, -60)],
)
def test_shift_and_an_arrow_key_pan(modules, key, dx, dy):
    opened(modules, graphs.tree(Value, 5))
    modules.run("v.camera.zoom(2)")
    before = modules.value("[v.camera.x, v.camera.y]")
    assert press(modules, key, shiftKey=True)
    assert modules.value("[v.camera.x, v.camera.y]") == [before[0] + dx, before[1] + dy]


def test_keys_zoom_fit_and_turn_the_theme(modules, L):
    opened(modules, L)
    k = modules.value("v.camera.k")
    for key, factor in (("+", 1.25), ("=", 1.25), ("-", 0.8), ("−", 0.8), ("_", 0.8)):
        press(modules, key)
        now = modules.value("v.camera.k")
        assert now == pytest.approx(k * factor)
        k = now
    press(modules, "0")
    assert modules.value("v.camera.isFitted")
    assert not modules.value("v.isDark")
    press(modules, "T")
    assert modules.value("[v.isDark, v.root.matches('.dark')]") == [True, True]
    assert said(modules) == "dark theme"
    press(modules, "t")
    assert said(modules) == "light theme" and not modules.value("v.root.matches('.dark')")
    press(modules, "/")
    assert modules.value("document.activeElement === v.search.input")
    buttons = "v.root.querySelector('.buttons').children"
    labels = modules.value(f"{buttons}.map(button => button.getAttribute('aria-label'))")
    k = modules.value("v.camera.k")
    modules.run(f"fire({buttons}[{labels.index('Zoom in (+)')}], 'click')")
    assert modules.value("v.camera.k") == pytest.approx(1.25 * k)
    modules.run(f"fire({buttons}[{labels.index('Zoom out (−)')}], 'click')")
    assert modules.value("v.camera.k") == pytest.approx(k)
    modules.run(f"fire({buttons}[{labels.index('Light or dark (T)')}], 'click')")
    assert modules.value("v.isDark")
    modules.run(f"fire({buttons}[{labels.index('Show the whole graph (0)')}], 'click')")
    assert modules.value("v.camera.isFitted")


def test_keys_with_another_meaning_are_left_alone(modules, L):
    opened(modules, L)
    for key, more in (
        ("n", {"ctrlKey": True}),
        ("n", {"metaKey": True}),
        ("n", {"altKey": True}),
        ("x", {}),
        ("F5", {}),
    ):
        assert not press(modules, key, **more)
    assert modules.value("v.graph.at") is None
    modules.run("v.choose(0)")
    for target, key, is_taken in (
        ("v.panel.field('data')", "n", False),
        ("v.player.speed", "n", False),
        ("v.player.toggle", " ", False),
        ("v.player.toggle", "Enter", False),
        ("v.player.toggle", "n", True),
    ):
        code = f"return fire({target}, 'keydown', {{ key: argument }}).isPrevented"
        assert modules.run(code, key) == is_taken, (target, key)
    modules.run(
        "v.panel.field('data').focus(); fire(v.panel.field('data'), 'keydown', { key: 'Escape' })"
    )
    assert modules.value("[document.activeElement === v.stage, v.chosen]") == [True, 0]
    press(modules, "Escape")
    assert modules.value("[v.chosen, v.panel.element.hidden]") == [None, True]


@pytest.mark.parametrize("key", ["z", "Z", "y"])
@pytest.mark.parametrize("control", ["ctrlKey", "metaKey"])
def test_undo_and_redo_are_taken_even_if_there_is_nothing_to_undo(modules, L, key, control):
    opened(modules, L)
    assert press(modules, key, **{control: True})
    assert not press(modules, key, **{control: True, "altKey": True})


def test_a_page_of_its_own_hears_keys_when_nothing_has_the_focus(modules, L):
    for is_page in (False, True):
        opened(modules, L, settings={"page": is_page})
        modules.run("document.activeElement = document.body")
        event = (
            "{ type: 'keydown', key: argument, target: document.body, preventDefault: () => {} }"
        )
        modules.run(f"document.hear({event})", "n")
        assert modules.value("v.graph.at") == (1 if is_page else None)
        assert modules.value("document.activeElement === v.stage") == is_page
    modules.run(
        "document.activeElement = document.body; "
        "document.hear({ type: 'keydown', key: 'n', target: v.stage })"
    )
    modules.run(f"document.hear({event})", "x")
    assert modules.value("[v.graph.at, document.activeElement === document.body]") == [1, True]
    modules.run("v.remove()")
    modules.run(f"document.hear({event})", "n")
    assert modules.value("v.graph.at") == 1


def test_the_help_keeps_the_focus_until_it_is_closed(modules, L):
    opened(modules, L)
    state = (
        "[v.help.element.hidden, document.activeElement === v.help.close, "
        "document.activeElement === v.stage]"
    )
    press(modules, "?")
    assert modules.value(state) == [False, True, False]
    for key, expected in (("n", [False, True, False]), ("Tab", [False, True, False])):
        modules.run("document.activeElement = document.body; v.help.close.focus()")
        prevented = modules.run(
            "return fire(v.help.close, 'keydown', { key: argument }).isPrevented", key
        )
        assert prevented == (key == "Tab") and modules.value(state) == expected
    assert modules.value("v.graph.at") is None
    modules.run("v.help.element.focus(); fire(v.help.element, 'keydown', { key: 'Tab' })")
    assert modules.value(state) == [False, True, False]
    for code in (
        "fire(v.help.close, 'keydown', { key: 'Escape' })",
        "fire(v.help.close, 'keydown', { key: '?' })",
        "fire(v.help.element, 'click')",
        "fire(v.help.close, 'click')",
    ):
        modules.run("v.help.toggle(true)")
        modules.run(code)
        assert modules.value(state) == [True, False, True], code
    modules.run("v.help.toggle(); fire(v.help.element.children[0], 'click')")
    assert modules.value("v.help.element.hidden") is False
    rows = modules.value(
        "v.help.element.querySelectorAll('dt').map(row => row.querySelectorAll('kbd').map(k "
        "=> k.textContent))"
    )
    assert ["N", "P"] in rows and ["← → ↑ ↓"] in rows


def test_a_click_chooses_a_node_and_a_click_beside_it_nothing(modules, L):
    opened(modules, L)
    for label in "ad":
        index = index_of(modules, label)
        modules.run(
            """const { x, y } = geometry.centreOf(v.scene.boxes.get(argument)), { camera } = v;
            const [left, top] = [x * camera.k + camera.x, y * camera.k + camera.y];
            const at = { clientX: 10 + left, clientY: 20 + top,
              pointerId: 1, button: 0 };
            fire(v.stage, "pointermove", at); fire(v.stage, "pointerdown", at);
            fire(v.stage, "pointerup", at)""",
            index,
        )
        assert modules.value("[v.chosen, v.focused, v.hovered]") == [index, index, index]
        assert modules.value("[v.panel.element.hidden, v.stage.matches('.pointing')]") == [
            False,
            True,
        ]
        assert said(modules) == modules.value("explain.nodeWords(v.graph, argument)", index)
    far = {"clientX": 11, "clientY": 21, "pointerId": 1, "button": 0}
    modules.run(
        "for (const kind of ['move', 'down', 'up']) fire(v.stage, `pointer${kind}`, argument)", far
    )
    assert modules.value(
        "[v.chosen, v.hovered, v.stage.matches('.pointing'), v.tip.element.hidden]"
    ) == [None, None, False, True]


def test_the_focus_has_a_ring_only_while_the_picture_has_it(modules, L):
    opened(modules, L)
    rings = "v.picture.over.querySelectorAll('.focused').length"
    modules.run("document.activeElement = document.body; v.stage.focus()")
    assert modules.value(rings) == 1
    modules.run("v.search.input.focus()")
    assert modules.value(rings) == 0


def test_the_theme_follows_the_reader_unless_one_was_chosen(modules, L):
    for theme, expected in (
        ("auto", [False, True]),
        ("light", [False, False]),
        ("dark", [True, True]),
    ):
        found = []
        for is_dark in (False, True):
            modules.run("page.media.matches = argument", is_dark)
            opened(modules, L, settings={"theme": theme})
            found.append(modules.value("v.isDark"))
        assert found == expected
    modules.run("page.media.matches = true")
    opened(modules, L)
    assert modules.value("v.isDark")
    modules.run("window.hear({ type: 'beforeprint' })")
    assert not modules.value("v.isDark")
    modules.run("window.hear({ type: 'afterprint' })")
    assert modules.value("v.isDark")
    modules.run("page.media.matches = false; page.media.hear({ type: 'change' })")
    assert not modules.value("v.isDark")


def test_a_window_of_another_size_shows_the_whole_again_or_the_same_part(modules, L):
    opened(modules, L)
    resize = "Object.assign(page.stageSize, argument); v.stage.watcher.changed()"
    modules.run(resize, {"width": 800, "height": 400})
    assert modules.value("v.picture.root.getAttribute('viewBox')") == "0 0 800 400"
    wide, high = modules.value("v.scene.size")
    assert modules.value("v.camera.k") == pytest.approx(min(784 / wide, 384 / high, 1.25))
    modules.run("v.camera.fit()")
    modules.run(resize, {"width": 500, "height": 300})
    assert modules.value("v.camera.k") == pytest.approx(min(484 / wide, 284 / high, 1.25))
    modules.run("v.camera.zoom(1.1)")
    before = modules.value("[v.camera.x, v.camera.k]")
    modules.run(resize, {"width": 700, "height": 300})
    assert modules.value("[v.camera.x, v.camera.k]") == before
    modules.run("v.remove()")
    modules.run(resize, {"width": 800, "height": 300})
    assert modules.value("v.camera.width") == 700


def test_the_map_follows_when_the_camera_moves_and_when_the_window_changes(modules):
    opened(modules, graphs.tree(Value, 5))
    modules.run("v.camera.zoom(2)")
    before = modules.value("v.map.part.style.left")
    modules.run("v.camera.pan(-50, 0)")
    assert modules.value("v.map.part.style.left") != before
    before = modules.value("v.map.part.style.width")
    size = {"width": 600, "height": 300}
    modules.run("Object.assign(page.stageSize, argument); v.stage.watcher.changed()", size)
    assert modules.value("v.map.part.style.width") != before


def test_a_view_is_mounted_in_a_page_and_rendered_by_a_widget(modules, L):
    data = show(L).data
    modules.run(
        """globalThis.cell = new page.Element("", "div");
        globalThis.remove = main.mount(cell, argument, { theme: "dark" });""",
        data,
    )
    view = "cell.chainruleView"
    assert modules.value(f"[{view}.isDark, {view}.graph.nodes.length]") == [True, 7]
    styles = modules.value("cell.shadowRoot.querySelector('style').textContent")
    names = ("colours", "shared", "frame", "picture", "panel", "narrow")
    assert [styles.find(f"{name}.css") >= 0 for name in names] == [True] * 6
    modules.run("globalThis.first = cell.shadowRoot; main.mount(cell, argument)", data)
    assert modules.value("cell.shadowRoot === first && first.children.length") == 2
    modules.run("remove()")
    for settings, height in (({"height": 333}, "333px"), ({}, "560px")):
        modules.run(
            """globalThis.el = new page.Element("", "div");
            const [data, settings] = argument.map(each => JSON.stringify(each));
            const texts = { data, settings };
            main.default.render({ model: { get: name => texts[name] }, el })""",
            [data, settings],
        )
        assert modules.value("el.children[0].style.height") == height
        assert modules.value("el.children[0].chainruleView.graph.root") == 6


def test_keys_are_kept_from_the_page_around_the_view(modules, L):
    modules.run(
        """page.reset();
        globalThis.around = new page.Element("", "div");
        globalThis.cell = new page.Element("", "div");
        around.append(cell);
        document.body.append(around);
        globalThis.heard = [];
        for (const type of ["keydown", "keypress", "keyup"])
          around.addEventListener(type, ({ key }) => heard.push(`${type} ${key}`));
        globalThis.remove = main.mount(cell, argument)""",
        show(L).data,
    )
    for type_ in ("keydown", "keypress", "keyup"):
        for key, more in (
            ("x", {}), ("x", {"ctrlKey": True}), ("s", {"metaKey": True}), ("a", {"altKey": True}),
            ("Enter", {"ctrlKey": True}), ("z", {"metaKey": True}), ("y", {"ctrlKey": True}),
            ("Z", {"ctrlKey": True}), ("Y", {"ctrlKey": True}),
        ):  # fmt: skip
            modules.run("fire(cell, argument[0], argument[1])", [type_, {"key": key, **more}])
    passed = [f"{type_} {key}" for type_ in ("keydown", "keypress", "keyup") for key in "xsa"]
    assert modules.value("heard") == passed
    marks = "cell.getAttribute('data-lm-suppress-shortcuts')"
    for key, more, where, mark in (
        ("x", {}, "cell", "true"), ("s", {"ctrlKey": True}, "around", "true"),
        ("s", {"ctrlKey": True}, "cell", None), ("Enter", {"ctrlKey": True}, "cell", "true"),
    ):  # fmt: skip
        modules.run(
            f"""window.hear({{ type: "keydown", composedPath: () => [{where}, around],
              ...argument }})""",
            {"key": key, **more},
        )
        assert modules.value(marks) == mark, (key, where)
    modules.run("remove(); window.hear({ type: 'keydown', key: 's', ctrlKey: true, "
                "composedPath: () => [cell] })")  # fmt: skip
    assert modules.value(marks) == "true", "a view that was removed listens no more"


def test_a_view_replaces_what_stood_in_its_cell(modules, L):
    modules.run(
        """globalThis.cell = new page.Element("", "div");
        cell.append(new page.Element("", "p"));
        globalThis.other = new app.App(cell, argument, {});""",
        show(L).data,
    )
    assert modules.value("cell.children.length === 1 && cell.children[0] === other.root")


def test_a_hint_goes_after_a_while_and_a_new_one_stays_for_its_own_time(modules, L):
    opened(modules, L)
    modules.run("page.timers.clear(); v.hint('one'); v.hint('two')")
    assert modules.value("[v.brief.textContent, v.brief.hidden]") == ["two", False]
    assert modules.value("page.passTime(1800)") == 1
    assert modules.value("v.brief.hidden")


def test_the_node_under_the_pointer_stands_out(modules, L):
    opened(modules, L)
    seen = "v.picture.over.children.length"
    modules.run("v._point(null)")
    before = modules.value(seen)
    modules.run("v._point({ ...geometry.centreOf(v.scene.boxes.get(0)), windowX: 0, windowY: 0 })")
    assert modules.value(seen) > before
    modules.run("v._point(null)")
    assert modules.value(seen) == before


def test_only_the_first_node_that_is_chosen_brings_the_camera_near(modules):
    opened(modules, graphs.tree(Value, 6))
    for first in (True, False):
        modules.run("v.camera.fit()")
        assert modules.value("v.camera.k") < 0.75
        modules.run("v.choose(argument)", 0 if first else 1)
        assert modules.value("[v.camera.isNear, v.camera.isFitted]") == [first, not first]
    modules.run("v.choose(null); v.camera.zoom(1.01); v.choose(0)")
    assert not modules.value("v.camera.isNear")


def test_what_is_chosen_is_written_into_the_link(modules, L):
    opened(modules, L, settings={"page": True})
    modules.run("page.timers.clear(); v.camera.fit(); page.timers.clear(); v.choose(0)")
    assert modules.value("page.timers.size") == 1


def test_escape_gives_the_focus_back_to_the_picture(modules, L):
    opened(modules, L)
    modules.run("v.choose(0); v.panel.heading.focus(); v.escape()")
    assert modules.value("[v.chosen, document.activeElement === v.stage]") == [None, True]


def test_a_hidden_node_gives_the_focus_to_its_scope(modules):
    opened(modules, graphs.nested(Value))
    inner = index_of(modules, "t")
    modules.run("v.fold(0); v.focused = argument; v.stage.focus()", inner)
    assert modules.value("v.focused") == modules.value("v.scene.standsFor[argument]", inner) < 0
    modules.run("v.focused = argument", inner)
    modules.run("folding.open(v)")
    assert modules.value("[...v.scene.collapsed]") == []
    modules.run("v.fold(0); v.fold(0); v.focused = -1")
    modules.run("folding.placeFocus(v)")  # the scope is open again
    assert modules.value("v.data.areas[0].nodes[0] === v.focused")
    modules.run("v.focused = 0; v.chosen = null; folding.open(v)")
    assert modules.value("v.chosen") == 0


def test_walking_moves_the_ring(modules, L):
    opened(modules, L)
    modules.run("document.activeElement = document.body; v.stage.focus()")
    ring = "v.picture.over.querySelectorAll('.focused')[0].getAttribute('x')"
    before = modules.value(ring)
    press(modules, "ArrowLeft")
    assert modules.value(ring) != before


# ---- scopes --------------------------------------------------------------------------------------


def test_scopes_are_folded_by_click_by_key_and_all_together(modules):
    data = opened(modules, graphs.nested(Value))
    paths = ["/".join(area["path"]) for area in data["areas"]]
    outer, two = paths.index("outer"), paths.index("outer/two")
    modules.run("v.focused = argument", index_of(modules, "t"))
    press(modules, "c")
    assert modules.value("[...v.scene.collapsed]") == [two]
    assert said(modules) == f"outer / two collapsed: {', '.join(data['areas'][two]['lines'])}"
    assert modules.value("v.focused") == -1 - two
    press(modules, "Enter")
    assert modules.value("[...v.scene.collapsed]") == [] and said(modules) == "outer / two expanded"
    modules.run("v.focused = argument", index_of(modules, "out"))
    press(modules, "c")
    assert said(modules) == "This node isn't in a scope."
    fold = "fire(v.root.querySelector('.buttons').children[0], 'click')"
    modules.run(fold)
    assert modules.value("[...v.scene.collapsed]") == [outer]
    assert said(modules) == "all scopes collapsed" and modules.value("v.camera.isFitted")
    press(modules, "ArrowLeft")
    assert said(modules) == f"collapsed scope outer: {', '.join(data['areas'][outer]['lines'])}"
    press(modules, "c")
    assert modules.value("[...v.scene.collapsed]") == []
    modules.run(fold)
    modules.run(fold)
    assert modules.value("[...v.scene.collapsed]") == [] and said(modules) == "all scopes expanded"
    before = modules.value("v.map.scale")
    modules.run("v.fold(argument)", outer)
    assert modules.value("v.map.scale") > before
    modules.run("v.choose(argument)", index_of(modules, "t"))
    assert modules.value("[[...v.scene.collapsed], v.chosen]") == [[], index_of(modules, "t")]
    modules.run("v.fold(argument)", two)
    assert modules.value("[v.chosen, v.panel.element.hidden, v.hovered]") == [None, True, None]


def test_folding_leaves_the_scope_where_it_is_in_the_window(modules):
    opened(modules, graphs.nested(Value))
    modules.run(
        """const { x, y } = v.scene.areaBoxes.get(0);
        Object.assign(v.camera, { k: 0.9, x: 100 - 0.9 * x, y: 100 - 0.9 * y, isFitted: false })"""
    )
    corner = """const box = v.scene.areaBoxes.get(0) || v.scene.stacks.get(0), { camera } = v;
      return [box.x * camera.k + camera.x, box.y * camera.k + camera.y]"""
    before = modules.run(corner)
    modules.run("v.fold(0)")
    assert modules.run(corner) == pytest.approx(before)
    modules.run("v.fold(0)")
    assert modules.run(corner) == pytest.approx(before)
    modules.run("v.camera.fit(); v.fold(0)")
    assert modules.value("v.camera.isFitted")


def test_a_click_on_a_scopes_name_or_on_a_collapsed_scope_folds_it(modules):
    opened(modules, graphs.nested(Value))
    modules.run("const { x, y } = v.scene.areaBoxes.get(0); v._click({ x: x + 2, y: y + 2 })")
    assert modules.value("[...v.scene.collapsed]") == [0]
    modules.run("const { x, y } = v.scene.stacks.get(0); v._click({ x: x + 2, y: y + 2 })")
    assert modules.value("[...v.scene.collapsed]") == []


# ---- search --------------------------------------------------------------------------------------


def searchable():
    x, xy = Value(1.0, label="x"), Value(2.0, label="xylem")
    out = (x * xy).tanh() + Value(3.0, label="ax") + 2.5
    out.label = "out"
    return out


def test_the_best_match_comes_first(modules):
    opened(modules, searchable())
    assert found_by(modules, "X")[:3] == ["x", "xylem", "ax"]
    assert found_by(modules, " tanh ") == ["v2"]
    assert found_by(modules, "×") == ["v1"]
    assert found_by(modules, "mul") == ["v1"]
    assert found_by(modules, "nothing") == []
    assert modules.value("v.search.list.textContent") == "no matching node"
    assert len(found_by(modules, "")) == modules.value("v.graph.nodes.length")
    found_by(modules, "xyl")
    assert modules.value("v.search.list.children.map(row => row.textContent)") == ["xylem2.0000"]


def test_only_a_longer_word_is_looked_for_in_source_lines(modules):
    with debug():
        x = Value(2.0, label="x")
        y = Value(2.0, label="y") * x
    opened(modules, y)
    at = modules.value("v.graph.nodes[0].at")
    assert "test_page_actions.py" in at
    assert (
        found_by(modules, "page_act") == ["y", "x", "v1"] or len(found_by(modules, "page_act")) == 3
    )
    assert found_by(modules, "pa") == []
    assert len(found_by(modules, "pag")) == 3


@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("is_inside", [False, True])
def test_a_scope_that_is_found_has_the_focus_and_stays_folded(modules, name, is_inside):
    data = opened(modules, graphs.nested(Value))
    paths = ["/".join(area["path"]) for area in data["areas"]]
    area, outer = paths.index(f"outer/{name}"), paths.index("outer")
    modules.run("v.fold(argument)", area)
    if is_inside:
        modules.run("v.fold(argument)", outer)
    modules.run("v.search.input.value = argument; fire(v.search.input, 'input')", name)
    modules.run("fire(v.search.input, 'keydown', { key: 'Enter' })")
    assert modules.value("v.focused") == -1 - area
    assert modules.value("[...v.scene.collapsed]") == [area]


def test_matches_are_walked_by_arrow_keys_and_taken_by_enter(modules):
    opened(modules, searchable())
    found_by(modules, "x")
    state = "[v.search.at, v.search.input.getAttribute('aria-activedescendant')]"
    count = modules.value("v.search.matches.length")
    for key, at in (
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", count - 1),
        ("ArrowDown", 0),
        ("ArrowDown", 1),
    ):
        assert modules.run(
            "return fire(v.search.input, 'keydown', { key: argument }).isPrevented", key
        )
        assert modules.value(state) == [at, f"match-{at}"]
        chosen = modules.value(
            "v.search.list.children.map(row => row.getAttribute('aria-selected'))"
        )
        assert [n for n, word in enumerate(chosen) if word == "true"] == [at]
        assert modules.value("document.scrolledTo === v.search.list.children[argument]", at)
    modules.run("fire(v.search.input, 'keydown', { key: 'Enter' })")
    assert modules.value("v.chosen") == index_of(modules, "xylem")
    assert modules.value(
        "[v.search.input.value, v.search.list.hidden, document.activeElement === v.stage]"
    ) == ["", True, True]
    modules.run("v.search.input.focus()")
    assert modules.value(
        "[v.search.list.hidden, v.search.input.getAttribute('aria-expanded')]"
    ) == [False, "true"]
    modules.run("fire(v.search.input, 'keydown', { key: 'Escape' })")
    assert modules.value(
        "[v.search.list.hidden, v.search.input.getAttribute('aria-expanded')]"
    ) == [True, "false"]
    assert modules.value("v.chosen") == index_of(modules, "xylem")
    found_by(modules, "ax")
    assert modules.run("return fire(v.search.list.children[0], 'pointerdown').isPrevented")
    assert modules.value("v.chosen") == index_of(modules, "ax")
    modules.run("page.timers.clear(); v.search.input.focus(); v.stage.focus()")
    assert modules.value("[...page.timers.values()].map(([wait]) => wait)") == [150]
    modules.run("for (const [, action] of page.timers.values()) action()")
    assert modules.value("v.search.list.hidden")
    found_by(modules, "nothing")
    modules.run(
        "fire(v.search.input, 'keydown', { key: 'Enter' }); "
        "fire(v.search.input, 'keydown', { key: 'ArrowDown' })"
    )
    assert modules.value("v.search.at") == 0


def test_enter_before_anything_was_looked_for_does_nothing(modules, L):
    opened(modules, L)
    modules.run("fire(v.search.input, 'keydown', { key: 'Enter' })")
    assert modules.value("v.chosen") is None


@pytest.mark.parametrize(("count", "note"), [(40, ""), (41, "1 more"), (43, "3 more")])
def test_forty_matches_are_listed(modules, count, note):
    x = Value(1.0, label="q0")
    for number in range(1, count):
        x = -x
        x.label = f"q{number}"
    opened(modules, x)
    assert len(found_by(modules, "q")) == 40
    rows = modules.value("v.search.list.children.map(row => row.textContent)")
    assert rows[40:] == ([note] if note else [])


# ---- the way to the playground -------------------------------------------------------------------


LINK = "v.root.querySelectorAll('a')[0]"


def linked(modules):
    """What the link says after somebody has reached for it."""
    modules.run(f"fire({LINK}, 'pointerdown')")
    href = modules.value(f"{LINK}.getAttribute('href')")
    address, _, hash_ = href.partition("#")
    assert address == "http://127.0.0.1:8753/"
    return {name: texts[0] for name, texts in parse_qs(hash_, keep_blank_values=True).items()}


def test_the_playground_gets_the_graph_and_its_state(modules, L):
    opened(modules, L)
    parts = linked(modules)
    assert parts["code"].splitlines()[0] == "a = 2"
    modules.run("v.edit(argument, 2.5)", index_of(modules, "a"))
    modules.run("v.seek(2)")
    moved = linked(modules)
    assert moved["code"] == parts["code"], "the state has the number that was moved"
    assert moved["view"] != parts["view"]
    opened(modules, L, settings={"state": moved["view"]}.items())
    assert modules.value("v.graph.nodes[argument].data", index_of(modules, "a")) == 2.5
    assert modules.value("v.graph.at") == 2
    assert "chainrule play" in modules.value(f"{LINK}.getAttribute('title')")


def test_without_every_name_the_playground_gets_the_present_numbers(modules):
    a = Value(2, label="a")
    opened(modules, (a * 3).tanh())
    modules.run("v.edit(argument, 0.25)", index_of(modules, "a"))
    assert linked(modules) == {"code": "a = 0.25\nL = tanh(a * 3)", "plot": "", "view": ""}


def test_a_graph_that_the_playground_cannot_hold_has_no_link(modules):
    opened(modules, Value(2, label="w[0]") * 3)
    assert modules.value("v.root.querySelectorAll('a').length") == 0
