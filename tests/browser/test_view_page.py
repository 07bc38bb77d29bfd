"""The saved page in a real browser: looking, stepping, editing, judging, collapsing."""

from __future__ import annotations

import math
import random

import drawing_graphs as graphs
import pytest

from chainrule import Value, debug, define, evaluate, nn, scope
from chainrule.drawing import show


def neuron():
    with debug():
        x, w, b = Value(0.8, label="x"), Value(-1.5, label="w"), Value(0.25, label="b")
        n = x * w + b
        n.label = "n"
        o = n.tanh()
        o.label = "o"
        L = (o * x - 2.0 * o) ** 2
        L.label = "L"
    return L, {"x": x, "w": w, "b": b, "n": n, "o": o}


def test_a_page_shows_the_numbers_and_asks_for_nothing(opened):
    nodes = graphs.expression(Value)
    nodes["L"].backward()
    made = opened(show(nodes["L"]))
    assert made.page.title() == "L · chainrule"
    assert (made.shown("a", 0), made.shown("a", 1)) == ("2.0000", "6.0000")
    assert (made.shown("L", 0), made.shown("L", 1)) == ("−8.0000", "1.0000")
    blocked = made.page.evaluate(
        "async () => { try { await fetch('data:text/plain,x'); return 'reached'; } "
        "catch { return 'refused'; } }"
    )
    assert blocked == "refused"
    made.errors.clear()  # the browser's own word on the refusal
    made.requests[1:] = []


def test_an_unknown_gradient_is_a_dash_and_fills_in_step_by_step(opened):
    nodes = graphs.expression(Value)
    made = opened(show(nodes["L"]))
    assert made.shown("a", 1) == "–"
    made.press("n")
    assert (made.shown("L", 1), made.shown("d", 1)) == ("1.0000", "–")
    made.press("n", "n")
    assert (made.shown("d", 1), made.shown("f", 1)) == ("−2.0000", "4.0000")
    assert made.page.locator(".flow").count() == 1
    assert made.page.locator(".giver").count() == 1
    assert "L → f: f gets 1 × 4 = 4" in made.page.locator(".step-words").inner_text()
    made.press("p")
    assert "L → d: d gets 1 × (−2) = −2" in made.page.locator(".step-words").inner_text()
    assert "d gets" in made.page.locator("[aria-live]").inner_text()
    made.press("p")
    assert (made.shown("L", 1), made.shown("d", 1)) == ("1.0000", "–")
    made.press("p", "p")
    assert made.shown("L", 1) == "–"
    made.press("End")
    assert [made.shown(name, 1) for name in "abcf"] == ["6.0000", "−4.0000", "−2.0000", "4.0000"]
    made.press("Home")
    assert made.shown("L", 1) == "–"


def test_it_plays_by_itself_and_pauses(opened):
    made = opened(show(graphs.recurrence(Value, 12)))
    made.page.locator(".speed").select_option("10")
    made.press(" ")
    made.page.wait_for_function(
        "() => { const g = document.querySelector('#view').chainruleView.graph; "
        "return g.at === g.length; }"
    )
    w = made.number("w", "grad")
    made.press("Home")
    made.press(" ", " ")
    at = made.run("v.graph.at")
    made.page.wait_for_timeout(400)
    assert made.run("v.graph.at") == at < made.run("v.graph.length")
    L = graphs.recurrence(Value, 12)
    L.backward()
    (expected,) = [node.grad for node in L._postorder() if node.label == "w"]
    assert w == pytest.approx(expected, rel=1e-12)


def test_an_edited_leaf_changes_what_python_says_it_changes(opened):
    L, nodes = neuron()
    made = opened(show(L))
    made.press("End")
    made.choose("w")
    made.page.locator("input[name=data]").fill("0.375")
    made.page.keyboard.press("Enter")
    assert made.number("L") == pytest.approx(evaluate(L, {nodes["w"]: 0.375}), rel=1e-12)
    again, others = neuron()
    others["w"].data = 0.375
    from chainrule import refresh

    refresh(again)
    again.backward()
    for name, node in others.items():
        assert made.number(name) == pytest.approx(node.data, rel=1e-12)
        assert made.number(name, "grad") == pytest.approx(node.grad, rel=1e-12)
    assert nodes["w"].data == -1.5
    made.page.locator("button[aria-label^='Restore the original']").click()
    assert made.number("L") == L.data
    assert made.shown("w", 1) == "–"


@pytest.mark.parametrize(
    ("text", "message", "number"),
    [
        ("nan", "nan: everything computed", math.nan),
        ("inf", "", math.inf),
        ("two", "“two” isn't a number.", -1.5),
        ("", "Type a number.", -1.5),
        ("1e400", "", math.inf),
        ("1/4", "", 0.25),
        ("−3", "", -3.0),
    ],
)
def test_what_is_typed_in_a_field(opened, text, message, number):
    L, _ = neuron()
    made = opened(show(L))
    made.choose("w")
    made.page.locator("input[name=data]").fill(text)
    made.page.keyboard.press("Enter")
    assert made.page.locator(".field-error").first.inner_text().startswith(message)
    assert made.number("w") == pytest.approx(number, nan_ok=True)
    if math.isnan(number):
        assert made.shown("L", 0) == "nan"
        assert "w was set to nan" in made.page.locator(".notice").inner_text()


def test_leaving_the_domain_is_said(opened):
    x = Value(2.0, label="x")
    L = x.log() * 2
    L.label = "L"
    made = opened(show(L))
    made.choose("x")
    made.page.locator("input[name=data]").fill("-1")
    made.page.keyboard.press("Enter")
    assert made.shown("L", 0) == "nan"
    assert "log needs x > 0" in made.page.locator(".notice").inner_text()


def test_the_explanation_names_both_paths_and_the_source_line(opened):
    L, _ = neuron()
    made = opened(show(L))
    made.choose("o")
    panel = made.page.locator(".panel")
    panel.locator("summary").click()
    words = panel.inner_text()
    assert "2 paths lead here" in words
    assert "the derivative of a product with respect to one factor is the other factor" in words
    assert "test_view_page.py:" in words
    assert panel.locator("math").count() >= 5
    made.press("Escape")
    assert panel.is_hidden()


@pytest.mark.parametrize(
    ("node", "typed", "status", "mistake"),
    [
        ("a", "6", "right", ""),
        ("a", "-6", "wrong", "The sign is flipped."),
        ("a", "-3", "wrong", "Chain rule: multiply by the gradient of e above it, which is −2."),
        ("a", "60", "wrong", "The decimal point is off by one digit."),
        ("a", "2", "wrong", "This is its value, not its gradient."),
        ("a", "7", "wrong", "No common mistake explains it."),
        ("L", "1", "right", ""),
    ],
)
def test_a_gradient_set_by_hand_is_judged(opened, node, typed, status, mistake):
    made = opened(show(graphs.expression(Value)["L"]))
    made.choose(node)
    made.page.locator("input[name=hand]").fill(typed)
    made.page.locator("button.judge").click()
    index = made.run("v.graph.nodes.findIndex(node => node.label === argument)", node)
    verdict = made.run("v.verdicts.get(argument)", index)
    assert (verdict["status"], verdict["mistake"]) == (status, mistake)
    shown = made.page.locator(".verdict").inner_text()
    assert ("Right" in shown) == (status == "right")
    assert mistake in shown
    assert made.page.locator(f".picture .verdict-{status}").count() == 1
    made.page.get_by_text("clear", exact=True).click()
    assert made.page.locator(".verdict").count() == 0


def test_mistakes_that_need_two_paths_a_rule_or_another_mistake(opened):
    x = Value(0.5, label="x")
    t = x.tanh()
    t.label = "t"
    L = t * x + x
    L.label = "L"
    made = opened(show(L))

    def judged(name, found):
        return made.run(
            "(() => { const at = v.graph.nodes.findIndex(node => node.label === argument[0]); "
            "v.setByHand(at, { value: argument[1], text: '' }); return v.verdicts.get(at); })()",
            [name, found],
        )

    assert judged("x", math.tanh(0.5))["mistake"].startswith("Missing path: only 1 of 3")
    assert judged("x", 0.5 * (1 - math.tanh(0.5) ** 2) + math.tanh(0.5) + 1)["status"] == "right"
    rounded = judged("x", round(0.5 * (1 - math.tanh(0.5) ** 2) + math.tanh(0.5) + 1, 4))
    assert (rounded["status"], rounded["why"][:12]) == ("right", "rounded from")
    assert judged("t", 0.7123)["mistake"] == "No common mistake explains it."
    wrong = 0.7123 * (1 - math.tanh(0.5) ** 2) + math.tanh(0.5) + 1
    assert judged("x", wrong)["mistake"] == "It follows from the mistake at t."

    y = Value(0.5, label="y")
    s = y.tanh()
    s.label = "L"
    made = opened(show(s))
    assert judged("y", 1 - 0.25)["mistake"].startswith("Input instead of output: ")


def test_gradients_that_came_set_by_hand_are_judged_at_once(opened):
    nodes = graphs.expression(Value)
    nodes["L"].grad, nodes["f"].grad, nodes["d"].grad = 1.0, 4.0, 2.0
    made = opened(show(nodes["L"]))
    assert made.page.locator(".verdict-right").count() == 2
    assert (
        made.page.locator(".picture .verdict-wrong").text_content() == "✗ by hand, expected −2.0000"
    )


def layered():
    random.seed(4)
    net = nn.MLP(2, [3, 3, 1])
    out = [Value(2.0, label="x1"), Value(-1.0, label="x2")]
    for number, layer in enumerate(net.layers, 1):
        with scope("mlp"), scope(f"layer {number}"):
            out = [neuron(out) for neuron in layer.neurons]  # without boxes of their own
    loss = (out[0] - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


@pytest.mark.parametrize("few", [True, False])
def test_scopes_collapse_and_open(opened, few):
    view = show(layered())
    assert len(view.data["states"]) == 9
    if not few:
        del view.data["states"][1:]
    made = opened(view)
    every = made.page.locator("g.node").count()
    made.choose("loss")
    made.press("ArrowLeft", "ArrowLeft")
    made.press("c")
    assert made.run("[...v.scene.collapsed]") != [] or made.run("v.focused") >= 0
    made.run("v.scene.collapse([])")
    made.run("v.fold(2)")
    assert 0 < made.page.locator("g.node").count() < every
    made.run("v.fold(0)")
    assert made.page.locator("g.node").count() == 6
    assert "collapsed" in made.page.locator("[aria-live]").inner_text()
    assert (made.run("v.scene.stacks.get(0).isLarge === true")) is (not few)
    made.press("n", "n", "n")
    made.run("v.fold(0)")
    assert made.run("v.scene.stacks.has(2)")
    made.run("v.fold(2)")
    assert made.page.locator("g.node").count() == every
    made.page.locator("button[aria-label^='Collapse or expand']").click()
    assert made.page.locator("g.node").count() == 6
    made.choose("x1")
    assert made.run("v.chosen !== null")


def test_a_click_on_a_scopes_name_collapses_it(opened):
    made = opened(show(layered()))
    made.press("0")
    x, y = made.run(
        "(() => { const b = v.scene.areaBoxes.get(0), c = v.camera; const r = "
        "v.stage.getBoundingClientRect(); return [r.left + c.x + (b.x + 40) * c.k, "
        "r.top + c.y + (b.y + 8) * c.k]; })()"
    )
    made.page.mouse.click(x, y)
    assert made.run("[...v.scene.collapsed]") == [0]
    x, y = made.run(
        "(() => { const b = v.scene.stacks.get(0), c = v.camera; const r = "
        "v.stage.getBoundingClientRect(); return [r.left + c.x + (b.x + 10) * c.k, "
        "r.top + c.y + (b.y + 8) * c.k]; })()"
    )
    made.page.mouse.move(x, y)
    assert "mlp" in made.page.locator(".tip").inner_text()
    made.page.mouse.click(x, y)
    assert made.run("[...v.scene.collapsed]") == []


def test_the_pointer_pans_zooms_and_hovers(opened):
    L, _ = neuron()
    made = opened(show(L))
    before = made.run("[v.camera.x, v.camera.y, v.camera.k]")
    made.page.mouse.move(640, 560)
    made.page.mouse.down()
    made.page.mouse.move(700, 590, steps=4)
    made.page.mouse.up()
    after = made.run("[v.camera.x, v.camera.y, v.camera.k]")
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (60, 30)
    assert made.run("v.chosen") is None
    made.page.mouse.wheel(0, -300)
    made.page.wait_for_function(
        f"() => document.querySelector('#view').chainruleView.camera.k > {after[2]}"
    )
    made.press("0")
    assert made.run("[v.camera.x, v.camera.y, v.camera.k]") == before
    x, y = made.run(
        "(() => { const b = v.scene.boxes.get(0), c = v.camera; "
        "const r = v.stage.getBoundingClientRect(); "
        "return [r.left + c.x + (b.x + 20) * c.k, r.top + c.y + (b.y + 9) * c.k]; })()"
    )
    made.page.mouse.move(x, y)
    tip = made.page.locator(".tip").inner_text()
    assert "data 0.8" in tip and "test_view_page.py:" in tip
    made.page.mouse.click(x, y)
    assert made.page.locator(".panel h2").inner_text() == "x"


def test_the_keyboard_alone_is_enough(opened):
    made = opened(show(graphs.expression(Value)["L"]))
    page = made.page
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.querySelector('#view').shadowRoot.activeElement.type") == "search"
    )
    made.press("ArrowLeft")
    assert "d, operation computed by +" in page.locator("[aria-live]").inner_text()
    made.press("ArrowLeft", "Enter")
    assert page.locator(".panel h2").inner_text() in ("e", "c")
    made.press("Escape", "ArrowLeft", "+", "-", "0", "e")
    assert page.evaluate("document.querySelector('#view').shadowRoot.activeElement.name") == "data"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert made.run("v.graph.isEdited")
    made.press("?")
    assert page.locator(".help").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".help").is_hidden()
    stage = page.locator(".stage")
    assert stage.get_attribute("role") == "application"
    assert "Expression graph of L" in stage.get_attribute("aria-label")
    unnamed = page.evaluate(
        "[...document.querySelector('#view').shadowRoot.querySelectorAll('button,input,select')]"
        ".filter(e => !(e.getAttribute('aria-label') || e.textContent.trim())).length"
    )
    assert unnamed == 0


def test_search_finds_by_label_and_operation(opened):
    L, _ = neuron()
    made = opened(show(L))
    made.press("/")
    made.page.keyboard.type("tanh")
    assert made.page.locator(".matches [role=option]").first.inner_text().startswith("o")
    made.page.keyboard.press("Enter")
    assert made.page.locator(".panel h2").inner_text() == "o"
    made.press("/")
    made.page.keyboard.type("nothing like it")
    assert "no matching node" in made.page.locator(".matches").inner_text()
    made.page.keyboard.press("Escape")


def test_light_and_dark(opened):
    L = graphs.expression(Value)["L"]
    ground = "getComputedStyle(v.root).backgroundColor"
    light = opened(show(L), color_scheme="light")
    assert light.run(ground) == "rgb(255, 255, 255)"
    light.press("t")
    assert light.run(ground) == "rgb(23, 27, 33)"
    dark = opened(show(L), color_scheme="dark")
    assert dark.run(ground) == "rgb(23, 27, 33)"
    dark.page.emulate_media(color_scheme="light")
    dark.page.wait_for_function(
        "() => !document.querySelector('#view').chainruleView.root.classList.contains('dark')"
    )
    assert dark.run(ground) == "rgb(255, 255, 255)"
    assert opened(show(L, theme="dark"), color_scheme="light").run(ground) == "rgb(23, 27, 33)"


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "javascript:alert(4)",
    "x" * 10_000,
    "\x00\x07\u202e\u2028 control",
    "🐈‍⬛ caf\u0065\u0301 ∂",
    "__proto__",
    "constructor",
    '"; alert(5); "',
    "${alert(6)}",
    "]]>&amp;",
]


def test_labels_are_data(opened):
    leaves = [Value(float(n), label=label) for n, label in enumerate(HOSTILE, 1)]
    L = leaves[0] * leaves[1]
    for leaf in leaves[2:]:
        with scope("<b>" + str(leaf.label)[:40]):
            L = L + leaf
    L.label = "<svg onload=alert(7)>"
    L.backward()
    made = opened(show(L))
    for index in range(len(leaves)):
        made.run(f"v.choose({index}, true)")
    made.press("/")
    made.page.keyboard.type("a")
    made.page.keyboard.press("Escape")
    made.press("n", "n", "n", "n")
    inside = made.page.evaluate(
        "document.querySelector('#view').shadowRoot.querySelectorAll('script, img, b > b').length"
    )
    assert inside == 0


@pytest.mark.parametrize("count", [1, 2])
def test_one_node_and_no_leaf_to_edit(opened, count):
    L = Value(3, label="L") if count == 1 else -Value(3.0)
    made = opened(show(L))
    made.press("n", "n", "End", "p", "Enter", "ArrowLeft", "c", " ")
    assert made.run("v.graph.nodes.length") == count


def test_an_operation_of_ones_own_is_said_to_be_unknown(opened):
    a, b = Value(2.0, label="a"), Value(5.0, label="b")
    own = Value(4.0, (a,), "square")
    own._backward = lambda: None
    own.label = "own"
    L = own * b
    L.label = "L"
    made = opened(show(L))
    made.choose("a")
    assert made.page.locator("input[name=data]").count() == 0
    assert "own uses it and has no formula" in made.page.locator(".panel").inner_text()
    made.press("End")
    assert made.shown("a", 1) == "–"
    made.choose("b")
    made.page.locator("input[name=data]").fill("7")
    made.page.keyboard.press("Enter")
    assert made.number("L") == 28.0


def test_a_defined_operation_is_computed_from_its_formula(opened):
    odd = define(
        "odd_view_test",
        "x**3 if x > 0 and not y == 0 else softplus(-x) + 7 // y % 4",
        ("3*x**2 if x > 0 and not y == 0 else -sigmoid(-x)", "0"),
    )
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    L = odd(x, y) * 1.5
    L.label = "L"
    made = opened(show(L))
    for number in (1.25, -0.5):
        made.choose("x")
        made.page.locator("input[name=data]").fill(str(number))
        made.page.keyboard.press("Enter")
        assert made.number("L") == pytest.approx(evaluate(L, {x: number}), rel=1e-12)
    made.press("Enter")


def test_a_summary_of_a_large_graph_can_be_looked_at(opened):
    view = show(graphs.recurrence(Value, 300), max_nodes=200)
    made = opened(view)
    assert "collapsed by depth" in made.page.locator(".summary").inner_text()
    made.press("Enter", "n", " ", "Escape")
    assert made.page.locator("g.node").count() == len(view.data["nodes"])


def test_every_direction_has_its_circles_before_its_boxes(opened):
    for rankdir in ("LR", "RL", "TB", "BT"):
        made = opened(show(graphs.expression(Value)["L"], rankdir=rankdir))
        gaps = made.run(
            "v.scene.ends.map(end => { const c = v.scene.circle(end.target); return "
            "Math.hypot(end.x - c.x - c.w / 2, end.y - c.y - c.h / 2); })"
        )
        assert max(gaps) < 40


def test_on_a_telephone(opened):
    L, _ = neuron()
    made = opened(show(L), viewport={"width": 400, "height": 740}, has_touch=True)
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 400
    made.choose("o")
    box = made.page.locator(".panel").bounding_box()
    assert box["width"] == 400
    assert made.page.locator(".stage").bounding_box()["height"] > 150


@pytest.mark.parametrize(
    ("f", "b", "product"),
    [
        (0.5, 0.25, "0.5·0.25"),
        (2.0, -3.0, "2·(−3)"),
        (-0.5, 1.0, "(−0.5)·1"),
        (math.inf, -math.inf, "∞·(−∞)"),
    ],
)
def test_a_negative_factor_and_no_other_stands_in_parentheses(opened, f, b, product):
    a = Value(3.0, label="a")
    L = (a * Value(b, label="b")) * Value(f, label="f")
    L.backward()
    made = opened(show(L))
    made.choose("a")
    equations = made.page.locator(".panel math").all_text_contents()
    assert any(product in text for text in equations), equations


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.5, 1.0])
def test_the_tip_stays_in_the_window_and_beside_the_pointer(opened, x, y):
    made = opened(show(neuron()[0]))
    left, top, right, low, pointer_x, pointer_y, width, height = made.run(
        """(() => {
          const { width, height } = v.camera, [x, y] = [argument[0] * width, argument[1] * height];
          v.tip.show(v.graph.root, { windowX: x, windowY: y });
          const b = v.tip.element, [left, top] = [b.offsetLeft, b.offsetTop];
          return [left, top, left + b.offsetWidth, top + b.offsetHeight, x, y, width, height];
        })()""",
        [x, y],
    )
    assert 0 <= left < right <= width and 0 <= top < low <= height
    assert not (left <= pointer_x <= right and top <= pointer_y <= low)
