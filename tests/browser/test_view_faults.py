"""What was once reported as a fault in the view, each in a real browser."""

from __future__ import annotations

import math

import drawing_graphs as graphs
import pytest

from chainrule import Value, nn, scope, steps
from chainrule.drawing import show


def readme():
    return graphs.expression(Value)["L"]


def deep():
    """A chain whose scope is wider than any window."""
    x = Value(0.5, label="x")
    with scope("chain"):
        for number in range(40):
            x = x * Value(0.9, label=f"w{number}") + 0.1
    L = x.tanh() + 1.0
    L.label = "L"
    return L


def is_in_window(made, box):
    return made.run(
        "(() => { const b = " + box + ", { x, y, k, width, height } = v.camera;"
        " return b.x * k + x >= 0 && (b.x + b.w) * k + x <= width && b.y * k + y >= 0"
        " && (b.y + b.h) * k + y <= height; })()"
    )


def hand(made, label, text):
    made.choose(label)
    made.page.locator("input[name=hand]").fill(text)
    made.page.locator("button.judge").click()


@pytest.mark.parametrize("keeps_layout", [True, False])
def test_a_box_that_was_collapsed_is_in_the_window(opened, keeps_layout):
    view = show(deep())
    if not keeps_layout:
        del view.data["states"][1:]
    made = opened(view)
    assert not made.run("v.camera.isFitted")
    made.press("ArrowLeft", "ArrowLeft", "c")
    assert made.run("v.scene.stacks.size") == 1
    if keeps_layout:
        assert is_in_window(made, "v.scene.stacks.get(0)")
    else:  # it lies where its nodes lie
        assert made.run("v.camera.view().x < v.scene.stacks.get(0).x + v.scene.stacks.get(0).w")


def test_a_wrong_number_is_never_called_wrong_for_being_itself(opened):
    made = opened(show(readme()))
    hand(made, "a", "6.0000012")
    assert "Expected 6, found 6.000001." in made.page.locator(".verdict").inner_text()
    remark = made.page.locator(".picture .verdict-wrong").text_content()
    assert remark == "✗ by hand, expected 6" and made.shown("a", 1) == "6.0000"


def test_what_digits_cannot_tell_is_not_called_wrong(opened):
    made = opened(show(Value(2.0, label="x") * 0.996))
    hand(made, "x", "1")
    assert made.run("v.verdicts.get(v.chosen).status") == "not certain"
    assert made.page.locator(".verdict").inner_text().startswith("Not certain: ")


def test_a_reader_who_cannot_see_hears_sentences_and_no_codes(opened):
    made = opened(show(readme()))
    live = made.page.locator("[aria-live]")
    for typed, words in (("6", "✓ Right."), ("-6", "✗ Wrong. Expected 6, found −6. The sign")):
        hand(made, "a", typed)
        assert live.inner_text().startswith(words)
    summary = opened(show(graphs.network(Value), max_nodes=5))
    summary.press("ArrowLeft")
    said = summary.page.locator("[aria-live]").inner_text()
    assert "stack" not in said and "nodes" in said and "data" not in said


def test_a_pass_has_as_many_steps_as_python_says_and_tells_what_was_there(opened):
    f = graphs.reuse(Value)
    made = opened(show(f))
    counts = []
    while not counts or made.run("v.graph.at < v.graph.length"):
        made.press("n")
        counts.append(made.page.locator(".count").inner_text())
    last = len(steps(f)) - 1
    assert counts == [f"{number} / {last}" for number in range(last + 1)]
    made.press("p")
    words = made.page.locator(".step-words").inner_text()
    assert "a gets −6 + 3 = −3" in words and "1 × 3" in words
    assert "a gets −6 + 3 = −3" in made.page.locator("[aria-live]").inner_text()


def test_the_arrow_of_a_gradient_runs_back(opened):
    made = opened(show(readme()))
    made.press("n", "n")
    tip, disc = made.run(
        "[v.stage.querySelector('polygon.flow-head'), v.stage.querySelector('rect.flow-head')]"
        ".map(e => { const b = e.getBoundingClientRect(); return [b.left, b.right]; })"
    )
    d = made.run("(() => { const b = v.scene.boxes.get(v.graph.event.operand);"
                 " return (b.x + b.w) * v.camera.k + v.camera.x; })()")  # fmt: skip
    assert tip[0] == pytest.approx(d, abs=1.5)  # at the operand, left of where it comes from
    assert tip[1] < disc[0]


def test_a_search_finds_scopes_and_what_is_in_them(opened):
    made = opened(show(graphs.network(Value)))
    made.press("/")
    made.page.keyboard.type("layer2")
    rows = made.page.locator(".matches [role=option]")
    assert rows.first.inner_text().startswith("mlp / layer2")
    assert rows.count() > 5
    assert "layer2" in rows.nth(1).inner_text()
    made.page.keyboard.press("Enter")
    assert made.run("v.data.areas.find(a => a.path.at(-1) === 'layer2').nodes.includes(v.focused)")
    assert "scope mlp / layer2" in made.page.locator("[aria-live]").inner_text()
    made.run("v.fold(0)")  # mlp hides its layers
    made.press("/")
    made.page.keyboard.type("layer1")
    made.page.keyboard.press("Enter")
    assert made.run("v.scene.collapsed.size") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_right_and_wrong_differ_in_colour_and_in_sign(opened, theme):
    nodes = graphs.expression(Value)
    nodes["L"].grad, nodes["f"].grad, nodes["d"].grad = 1.0, 4.0, 2.0
    made = opened(show(nodes["L"], theme=theme))
    right, wrong = (made.page.locator(f".picture .verdict-{kind}").first
                    for kind in ("right", "wrong"))  # fmt: skip
    colour = "e => getComputedStyle(e).fill"
    remark = made.run("getComputedStyle(v.root).getPropertyValue('--remark')")
    colours = {right.evaluate(colour), wrong.evaluate(colour), remark}
    assert len(colours) == 3
    assert right.text_content().startswith("✓") and wrong.text_content().startswith("✗")


def test_names_that_differ_at_their_ends_stay_apart(opened):
    net = nn.MLP(2, [2, 1])
    leaves = [Value(1.0, label="the_very_long_name_of_a_weight_in_layer_one_" + end)
              for end in ("left", "right")]  # fmt: skip
    L = leaves[0] * leaves[1] + net([leaves[0], leaves[1]])
    L.label = "L"
    made = opened(show(L))
    shown = made.run("v.graph.nodes.filter(n => n.label.startsWith('the_')).map(n => n.name)")
    assert len(set(shown)) == 2 and all(name.endswith(("left", "right")) for name in shown)
    made.press("/")
    made.page.keyboard.type("the_very")
    names = made.page.locator(".matches .match-name").all_inner_texts()
    assert sorted(name.split("…")[1][-4:] for name in names) == ["ight", "left"]


FRAMED = "<body style='margin:0;height:3000px'>{}<p>after</p></body>"


@pytest.fixture
def framed(chromium):
    """A page that scrolls, with a view of the readme's graph in a frame at its top."""
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    page.set_content(FRAMED.format(show(readme(), height=400)._repr_html_()))
    frame = page.frame_locator("iframe")
    frame.locator(".picture").wait_for()
    yield page, frame
    page.close()


SCALE = "document.querySelector('#view').chainruleView.camera.k"


def scale(page):
    (frame,) = page.frames[1:]
    return frame.evaluate(SCALE)


def zoom_in_with_the_wheel(page, before):
    """Turn the wheel, and wait until the view has followed; the page has not."""
    page.mouse.wheel(0, -200)
    page.frames[1].wait_for_function(f"() => {SCALE} > {before}")
    assert page.evaluate("window.scrollY") == 0


def test_the_wheel_over_a_framed_view_moves_the_page(framed):
    page, frame = framed
    before = scale(page)
    page.mouse.move(450, 200)
    page.mouse.wheel(0, 200)
    page.wait_for_function("window.scrollY > 100")
    assert scale(page) == before
    assert "Hold Ctrl" in frame.locator(".brief").inner_text()
    page.evaluate("window.scrollTo(0, 0)")
    page.keyboard.down("Control")
    zoom_in_with_the_wheel(page, before)
    page.keyboard.up("Control")


def test_after_a_click_the_wheel_is_for_the_view_and_then_for_the_page_again(framed):
    page, _ = framed
    before = scale(page)
    page.mouse.click(450, 60)
    zoom_in_with_the_wheel(page, before)
    page.mouse.click(450, 600)  # outside
    page.mouse.move(450, 200)
    page.mouse.wheel(0, 200)
    page.wait_for_function("window.scrollY > 100")


def test_a_finger_scrolls_past_a_framed_view_until_it_was_touched(framed):
    page, frame = framed
    stage = frame.locator(".stage")
    action = "e => getComputedStyle(e).touchAction"
    assert stage.evaluate(action) == "pan-x pan-y"
    page.mouse.click(450, 60)
    assert stage.evaluate(action) == "none"


def test_on_a_page_of_its_own_the_wheel_zooms_at_once(opened):
    made = opened(show(readme()))
    before = made.run("v.camera.k")
    made.page.mouse.move(640, 400)
    made.page.mouse.wheel(0, -200)
    made.page.wait_for_function(
        f"() => document.querySelector('#view').chainruleView.camera.k > {before}"
    )
    assert made.page.locator(".brief").is_hidden()


def test_no_key_leaves_the_view_but_what_it_has_no_use_for(chromium):
    """The widget's element in a page that listens to every key."""
    from chainrule.drawing.view.page import data_text, module
    from chainrule.drawing.view.scene import snapshot

    page = chromium.new_page()
    page.set_content("<input id='other'><div id='view' style='height:400px'></div>")
    data = data_text(snapshot(readme(), "LR", True, 100))
    start = f"mount(document.getElementById('view'), {data}, {{}});"
    page.add_script_tag(content=module() + start, type="module")
    page.wait_for_selector(".picture")
    page.evaluate(
        "() => { window.heard = []; for (const type of ['keydown', 'keypress', 'keyup'])"
        " document.addEventListener(type, event => heard.push(event.key)); }"
    )
    page.locator(".stage").focus()
    for key in ["x", "d", "d", "a", "b", "m", "y", "z", "0", "Shift+Enter", "Control+Enter",
                "ArrowDown", "Delete", "Home", "Escape", "Control+z"]:  # fmt: skip
        page.keyboard.press(key)
    assert [key for key in page.evaluate("heard") if key not in ("Control", "Shift")] == []
    host = page.locator("#view")
    assert host.get_attribute("data-lm-suppress-shortcuts") == "true"
    page.keyboard.press("Control+k")
    assert "k" in page.evaluate("heard")
    assert host.get_attribute("data-lm-suppress-shortcuts") is None
    page.evaluate("heard.length = 0")
    page.locator("#other").focus()
    page.keyboard.press("x")
    assert "x" in page.evaluate("heard")
    page.close()


def test_a_step_shows_who_gives_and_who_receives(opened):
    made = opened(
        show(graphs.neuron(Value)), viewport={"width": 390, "height": 844}, has_touch=True
    )
    made.run("v.camera.zoom(1 / v.camera.k)")
    for step in range(2, made.run("v.graph.length") + 1):
        made.run("v.seek(argument)", step)
        giver, taker = made.run(
            "[v.graph.event.user, v.graph.event.operand].map(index => {"
            " const c = v.camera, b = v.scene.boxes.get(index);"
            " return [b.x * c.k + c.x, (b.x + b.w) * c.k + c.x, c.width]; })"
        )
        assert giver[0] >= 0 and giver[1] <= giver[2]
        assert taker[1] > 40 and taker[0] < taker[2] - 40  # at least its name or its numbers


def test_a_frame_that_reloads_keeps_the_edits_and_says_where_they_end(chromium, tmp_path):
    path = tmp_path / "cell.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{show(readme())._repr_html_()}", "utf-8")
    page = chromium.new_page(viewport={"width": 1000, "height": 640})
    page.goto(f"file://{path}")
    frame = page.frames[1]
    frame.wait_for_selector(".picture")
    edit = "document.querySelector('#view').chainruleView.edit(0, 5)"
    frame.evaluate(edit)
    assert "link button saves a page" in frame.locator(".brief").inner_text()
    frame.wait_for_function("() => window.name.length > 20")  # it waits for more changes first
    with page.expect_event("framenavigated"):
        frame.evaluate("setTimeout(() => location.reload(), 0)")
    frame = page.frames[1]
    frame.wait_for_selector(".picture")
    number = "document.querySelector('#view').chainruleView.graph.nodes[0].data"
    assert frame.evaluate(number) == 5
    page.reload()
    page.frames[1].wait_for_selector(".picture")
    assert page.frames[1].evaluate(number) == 2
    page.close()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_strange_graphs_open_step_and_are_practised(opened, size):
    wild = Value(2.0, label="<img src=x onerror=alert(1)>" * 9) * Value(1.0, label="b\n\x00\u202e")
    wild.label = "L" * 10_000
    broken = (Value(math.nan, label="x") * Value(math.inf, label="y")).tanh()
    for root in (wild, broken, Value(3)):
        made = opened(show(root), viewport={"width": size[0], "height": size[1]})
        made.press("n", "n", "n", "End", "Enter", "ArrowLeft", "Enter", "Escape", "q")
        words = made.page.locator(".question").inner_text()
        assert words.startswith("How does") and len(words) < 200
        assert len(made.page.locator(".step-words").first.text_content()) < 300
        assert made.page.evaluate("document.documentElement.scrollWidth") == size[0]
