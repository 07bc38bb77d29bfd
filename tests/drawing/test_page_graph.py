"""The page's numbers are Python's: after an edit, and in every step of a pass."""

from __future__ import annotations

import math
import random

import drawing_graphs as graphs
import pytest
from hypothesis import example, given, settings, strategies as st
from page_view import index_of, opened, press, said, texts_of
from random_graphs import build, programs

import chainrule
from chainrule import Value, define, evaluate, refresh, where, zero_grad
from chainrule.explanation.names import Names

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


# ---- the graph's numbers -------------------------------------------------------------------------


@settings(max_examples=60)
@given(programs(), st.floats(-3, 3), st.integers(0, 3))
@example(([0.0], [(9, 0, 0), (9, 1, 0), (9, 2, 0), (9, 3, 0), (1, 4, 0)]), 3.0, 0)  # overflows
def test_an_edit_and_a_pass_give_what_python_gives(modules, program, x, which):
    root, leaves, _ = build(Value, program)
    leaf = leaves[which % len(leaves)]
    order = list(root._postorder())
    opened(modules, root)
    code = """const { graph } = v;
      if (argument[0] >= 0) graph.edit(...argument);
      return [graph.nodes.map(n => n.data), graph.gradients(), graph.nodes.map(n => n.partials)]"""
    index = order.index(leaf) if leaf in order else -1
    found = modules.run(code, [index, x])
    if index >= 0:
        leaf.data = x
        try:
            refresh(root)
        except ArithmeticError:
            assert not all(map(math.isfinite, found[0]))
            return
    zero_grad(root)
    root.backward()
    for node, number, grad, partials in zip(order, *found, strict=True):
        assert number == pytest.approx(float(node.data), rel=1e-12, nan_ok=True)
        if node.kind == "constant":
            assert grad is None
        else:
            assert grad == pytest.approx(node.grad, rel=1e-9, abs=1e-12, nan_ok=True)
        for one, two in zip(partials, node._partials, strict=True):
            assert (one is None) == (two is None)
            assert one is None or one == pytest.approx(float(two), rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("make", [graphs.reuse, graphs.neuron, graphs.network])
def test_a_pass_has_the_steps_that_python_counts(modules, make):
    root = make(Value)
    opened(modules, root)
    order = list(root._postorder())
    grads = {root: 1.0}
    steps = [dict.fromkeys(order), {**dict.fromkeys(order), root: 1.0}]
    for node in reversed(order):
        if not node._operands:
            continue
        for operand, partial in zip(node._operands, node._partials, strict=True):
            if partial is not None:
                grads[operand] = grads.get(operand, 0.0) + partial * grads[node]
                steps.append({each: grads.get(each) for each in order})
    assert modules.value("v.graph.length") == len(steps) - 1 == len(chainrule.steps(root))
    for step, expected in enumerate(steps):
        modules.run("v.graph.seek(argument)", step)
        found = modules.value("v.graph.nodes.map(node => node.grad)")
        wanted = [None if x is None else pytest.approx(x) for x in expected.values()]
        assert found == wanted, step
    for step, at in ((-3, 0), (99, len(steps) - 1), (None, None)):
        modules.run("v.graph.seek(argument)", step)
        assert modules.value("v.graph.at") == at


def test_what_no_gradient_flows_to_is_0_and_what_cannot_be_known_is_a_dash(modules):
    x, y, c = Value(2.0, label="x"), Value(3.0, label="y"), Value(4.0, label="c")
    own = x * 1.0
    own.label = "own"
    own._backward = lambda: None
    chosen = where(x > y, y * 2.0, own)
    other = y + c
    opened(modules, [chosen * 2.0, other])
    grads = modules.value("v.graph.gradients()")
    assert grads[index_of(modules, "x")] is None
    assert grads[index_of(modules, "own")] == 2
    assert grads[index_of(modules, "y")] == 0  # the side that wasn't taken
    assert grads[index_of(modules, "c")] is None  # the root doesn't depend on it
    modules.run("v.seek(v.graph.length)")
    assert texts_of(modules, index_of(modules, "x"))[1] == "–"


def test_what_can_be_edited_and_why_the_rest_cannot(modules):
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    own = Value(4.0, (x,), "square", label="own")
    opened(modules, own * y)
    reasons = modules.value("v.graph.nodes.map(node => v.graph.whyFixed(node.index))")
    for label, reason in (
        ("x", "own uses it and has no formula, so the graph can't be recomputed"),
        ("y", ""),
        ("own", "it is computed from its operands"),
    ):
        assert reasons[index_of(modules, label)] == reason


def test_nodes_above_a_node_are_those_computed_from_it(modules):
    root = graphs.network(Value)
    opened(modules, root)
    order = list(root._postorder())
    for index, node in enumerate(order):
        above = [
            i for i, each in enumerate(order) if each is not node and node in set(each._postorder())
        ]
        assert modules.value("v.graph.above(argument)", index) == above


def test_names_are_labels_marks_or_numbers(modules):
    x = Value(2.0)
    y = x * x
    y.label = "y"
    opened(modules, y + 3.0)
    assert modules.value("v.graph.nodes.map(node => v.graph.nameOf(node.index))") == [
        "#1",
        "y",
        "",
        "L",
    ]


@settings(max_examples=60)
@given(programs(), st.sampled_from(["", "v2", "L", "y"]))
def test_unlabelled_nodes_have_the_names_of_explanations(modules, program, label):
    root, *_ = build(Value, program)
    order = list(root._postorder())
    order[len(order) // 2].label = label
    opened(modules, root)
    names = Names(order)
    found = modules.value(
        "v.graph.nodes.map(({ index, label, mark }) => label || mark ? '' : v.graph.nameOf(index))"
    )
    assert any(found) or all(node.label for node in order)
    for node, name in zip(order, found, strict=True):
        if name:
            assert name == names[node].text


def test_a_gradient_set_by_hand_is_shown_until_the_pass_reaches_its_node(modules, L):
    opened(modules, L)
    index = index_of(modules, "a")
    modules.run("v.setByHand(argument, { value: 5, text: '5.0' })", index)
    shown = "[v.graph.shown(argument), v.graph.showsHand(argument)]"
    assert modules.value(shown, index) == [5, True]
    for step in range(modules.value("v.graph.length") + 1):
        modules.run("v.seek(argument)", step)
        grad = modules.value("v.graph.nodes[argument].grad", index)
        assert modules.value(shown, index) == ([5, True] if grad is None else [grad, False])
    assert modules.value(shown, index_of(modules, "b"))[1] is False


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (-1.0, "v1 is the first node to become nan: log needs x > 0."),
        (math.nan, "x was set to nan, which affects everything computed from it."),
        (math.inf, "x was set to ∞, which affects everything computed from it."),
        (2.0, ""),
    ],
)
def test_the_first_node_that_is_not_finite_is_named(modules, x, words):
    a = Value(1.0, label="x")
    opened(modules, a.log() * 2.0 + a)
    modules.run("v.edit(argument[0], argument[1])", [index_of(modules, "x"), x])
    assert modules.value("[v.notice.textContent, v.notice.hidden]") == [words, not words]
    modules.run("v.seek(null)")
    assert modules.value("[v.notice.textContent, v.notice.hidden]") == ["", True]


def test_what_was_not_finite_from_the_start_is_no_news(modules):
    a = Value(math.inf, label="a")
    opened(modules, a * 2.0 + Value(1.0, label="b"))
    modules.run("v.seek(2)")
    assert modules.value("v.notice.hidden")
    modules.run("v.edit(argument, 2)", index_of(modules, "b"))
    assert modules.value("v.notice.textContent").startswith("a was set to ∞")


def test_an_edit_and_its_undoing_are_said_and_shown_everywhere(modules, L):
    opened(modules, L)
    before = modules.value("v.root.textContent")
    modules.run("v.edit(argument, 5)", index_of(modules, "a"))
    assert said(modules) == "a is now 5.0000; L is 10.0000"
    for label, number in (("a", "5.0000"), ("e", "−15.0000"), ("d", "−5.0000"), ("L", "10.0000")):
        assert texts_of(modules, index_of(modules, label))[0] == number
    assert modules.value("[v.graph.isEdited, v.player.reset.disabled]") == [True, False]
    modules.run("v.player.seek(null)")
    modules.run("v.say('')")
    assert modules.value("[v.graph.isEdited, v.player.reset.disabled]") == [False, True]
    assert modules.value("v.root.textContent") == before


def test_stored_gradients_follow_an_edit_and_unknown_ones_stay_unknown(modules, L):
    L.backward()
    opened(modules, L)
    modules.run("v.edit(argument, 5)", index_of(modules, "a"))
    found = {
        row: modules.value("v.graph.nodes[argument].grad", index_of(modules, row))
        for row in "abcdef"
    }
    assert found == {"a": 6, "b": -10, "c": -2, "d": -2, "e": -2, "f": -5}
    zero_grad(L)
    opened(modules, L)
    modules.run("v.edit(argument, 5)", index_of(modules, "a"))
    assert modules.value("v.graph.nodes.every(node => node.grad === null)")


def test_an_operation_defined_by_its_formula_is_computed_from_it(modules):
    ops = {
        "every_word": (
            "(x + y) * (x - y) / (y ** 2 + 1) if x > 0 and not y == 3 or x <= -2 else x // y % 2",
            ("tanh(x) + e", "-pi * (+y)"),
        ),
        "comparisons": (
            "(1 if 0 < x < 2 else 0) + (10 if x >= y else 0) + (100 if x != y else 0)",
            ("1", "1"),
        ),
    }
    for name, (text, partials) in ops.items():
        f = define(f"page_{name}", text, partials)
        x, y = Value(1.0, label="x"), Value(2.0, label="y")
        root = f(x, y)
        opened(modules, root)
        for a in (-2.5, -2.0, -1.0, 0.0, 0.5, 2.0, 3.0):
            for b in (-1.5, 0.5, 2.0, 3.0):
                modules.run("for (const [i, x] of argument) v.graph.edit(i, x)", [(0, a), (1, b)])
                other = f(Value(a), Value(b))
                found = modules.value("[v.graph.nodes[2].data, v.graph.nodes[2].partials]")
                assert found[0] == pytest.approx(float(evaluate(root, {x: a, y: b})), nan_ok=True)
                assert found[1] == pytest.approx([float(p) for p in other._partials])


def test_an_operation_of_three_operands_has_each_under_its_name(modules):
    f = define("page_three", "x * y - z * z", ("y", "x", "-2 * z + 0 * out"))
    x, y, z = (Value(n + 1.0, label="xyz"[n]) for n in range(3))
    root = f(x, y, z)
    opened(modules, root)
    modules.run("v.graph.edit(2, 5)")
    assert modules.value("v.graph.nodes[3].data") == -23
    assert modules.value("v.graph.nodes[3].partials") == [2, 1, -10]


# ---- playing -------------------------------------------------------------------------------------


def playing(modules):
    return modules.run(
        """const { player, graph } = v; return { at: graph.at, count: player.count.textContent,
        slider: [player.slider.max, player.slider.value],
        text: player.slider.getAttribute("aria-valuetext"), words: player.words.textContent,
        label: player.toggle.getAttribute("aria-label"), isIdle: player.element.matches(".idle"),
        timers: [...page.timers.values()].map(([wait]) => wait) }"""
    )


def elapse(modules):
    """Let the time pass for which the page waits."""
    modules.run("const [[id, [, action]]] = page.timers; page.timers.delete(id); action()")


def test_the_pass_is_stepped_forth_and_back(modules, L):
    opened(modules, L)
    idle = playing(modules)
    assert (idle["at"], idle["count"], idle["slider"], idle["isIdle"]) == (
        None,
        "– / 6",
        ["6", "-1"],
        True,
    )
    assert idle["text"] == "not started" and idle["words"].startswith("Press Play to run")
    press(modules, "n")
    assert playing(modules) | {"words": ""} == {
        "at": 1, "count": "0 / 6", "slider": ["6", "0"], "text": "step 0 of 6", "words": "",
        "label": "Play the backward pass (Space)", "isIdle": False, "timers": [],
    }  # fmt: skip
    assert said(modules) == "The pass starts at the root: dL/dL = 1."
    for key, at in (
        ("n", 2),
        ("p", 1),
        ("p", 0),
        ("p", 0),
        ("End", 7),
        ("n", 7),
        ("Home", 0),
        (".", 1),
        (",", 0),
    ):
        assert press(modules, key)
        assert playing(modules)["at"] == at
    modules.run("v.player.seek(null)")
    press(modules, "p")
    assert playing(modules)["at"] == 7
    press(modules, " ")
    modules.run("v.player.slider.value = '1'; fire(v.player.slider, 'input')")
    assert playing(modules)["timers"] == []
    assert playing(modules)["at"] == 2
    buttons = "v.player.element.querySelectorAll('button')"
    for number, at in ((0, 0), (3, 1), (3, 2), (1, 1), (4, 7)):
        modules.run(f"fire({buttons}[{number}], 'click')")
        assert playing(modules)["at"] == at
    modules.run(f"fire({buttons}.at(-1), 'click')")
    assert playing(modules)["at"] is None


def test_it_plays_to_the_end_and_pauses(modules, L):
    opened(modules, L)
    assert modules.value("v.player.speed.children.map(option => option.textContent)") == [
        "½×",
        "1×",
        "3×",
        "10×",
    ]
    press(modules, " ")
    state = playing(modules)
    assert (state["at"], state["timers"], state["label"]) == (1, [1100], "Pause (Space)")
    said_before = said(modules)
    elapse(modules)
    assert playing(modules)["at"] == 2 and said(modules) == said_before  # it would say too much
    press(modules, " ")
    assert playing(modules)["timers"] == [] and said(modules).startswith("Paused. L → d: d gets")
    modules.run("v.player.speed.value = '10'")
    press(modules, " ")
    assert (playing(modules)["at"], playing(modules)["timers"]) == (3, [110])
    for at in (4, 5, 6):
        elapse(modules)
        assert (playing(modules)["at"], playing(modules)["timers"]) == (at, [110])
    elapse(modules)
    assert (playing(modules)["at"], playing(modules)["timers"]) == (7, [])
    assert said(modules) == "The pass is complete."
    press(modules, " ")
    assert playing(modules)["at"] == 1  # from the start again
    press(modules, "n")
    assert playing(modules)["timers"] == []


def test_a_long_pass_is_played_in_45_seconds(modules):
    x = Value(1.0)
    for _ in range(99):
        x = -x
    opened(modules, x)
    press(modules, " ")
    assert playing(modules)["timers"] == [450]


def test_after_a_step_of_a_tiny_picture_the_camera_goes_to_it(modules):
    opened(modules, graphs.recurrence(Value, 30))
    modules.run("v.camera.fit()")
    k = modules.value("v.camera.k")
    assert k < 0.45
    press(modules, "Home")
    assert modules.value("v.camera.k") == k
    press(modules, "n")
    assert modules.value("v.camera.k") == 0.95
    for _ in range(6):
        press(modules, "n")
        box, view = modules.value(
            "[v.scene.boxes.get(v.graph.event ? v.graph.event.user : v.graph.root), "
            "v.camera.view()]"
        )
        assert view["x"] <= box["x"] and box["x"] + box["w"] <= view["x"] + view["w"]
    modules.run("v.camera.pan(1e6, 0); v.seek(null)")
    x = modules.value("v.camera.x")
    modules.run("v.seek(0)")
    assert modules.value("v.camera.x") == x
    modules.run("v.seek(1)")
    assert modules.value("v.camera.x") != x


def test_each_step_is_told_in_a_sentence(modules):
    x = Value(-2.0, label="x")
    own = x * 3.0
    own.label = "own"
    own._backward = lambda: None
    y = own.relu()
    y.label = "y"
    opened(modules, x * y)
    words = []
    for step in range(modules.value("v.graph.length") + 1):
        modules.run("v.seek(argument)", step)
        words.append(modules.value("explain.stepWords(v.graph)"))
    assert words == [
        "Before the pass, no gradient is known.",
        "The pass starts at the root: dL/dL = 1.",
        "L → x: x gets 1 × 0 = 0.",
        "L → y: y gets 1 × (−2) = −2.",
        "y → own: own gets −2 × 0 = 0.",
        "own calls its own _backward, which this page can't run. The pass is complete.",
    ]


def test_a_step_says_what_was_there_before(modules):
    opened(modules, graphs.reuse(Value))
    words = []
    for step in range(modules.value("v.graph.length") + 1):
        modules.run("v.seek(argument)", step)
        words.append(modules.value("explain.stepWords(v.graph)"))
    assert [sentence for sentence in words if "where" in sentence] == [
        "d → a: a gets −6 + 3 = −3, where 3 = 1 × 3.",
        "d → b: b gets −6 − 2 = −8, where −2 = 1 × (−2). The pass is complete.",
    ]


def test_a_step_multiplies_the_gradient_above_by_the_local_derivative(modules):
    x = Value(1.0, label="x")
    opened(modules, (x * 4.0) * 3.0)
    modules.run("v.seek(3)")
    words = "v1 → x: x gets 3 × 4 = 12. The pass is complete."
    assert modules.value("explain.stepWords(v.graph)") == words


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_shows_the_numbers_of_the_step(modules, seed):
    rng = random.Random(seed)
    root = graphs.network(Value)
    opened(modules, root)
    for _ in range(12):
        step = rng.randrange(modules.value("v.graph.length") + 1)
        modules.run("v.seek(argument)", step)
        grads = modules.value("v.graph.nodes.map(node => numbers.formatNumber(node.grad))")
        for index, node in enumerate(root._postorder()):
            if node.kind != "constant":
                assert texts_of(modules, index)[1] == grads[index]
