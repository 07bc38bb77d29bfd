"""Practice, undo and links, without a browser: what is asked, judged and remembered."""

from __future__ import annotations

import random

import drawing_graphs as graphs
import pytest
from page_view import index_of, opened, press, texts_of

from chainrule import Value, check, scope, where

pytestmark = pytest.mark.once


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


def practise(modules, root, **options):
    opened(modules, root, **options)
    press(modules, "q")


def answer(modules, label, text):
    modules.run(
        "v.graph.practice.answer(argument[0], argument[1]); v.done()",
        [index_of(modules, label), text],
    )
    return modules.value("v.graph.practice.at(argument)", index_of(modules, label))


def test_each_gradient_that_can_be_known_is_asked_for_once(modules):
    x, y, z = Value(2.0, label="x"), Value(3.0, label="y"), Value(4.0, label="z")
    own = z * 1.0
    own._backward = lambda: None
    root = where(x > y, y * 2.0, x * 5.0) + own.tanh() + 1.0
    practise(modules, [root, x + 1.0])
    names = modules.value("v.graph.practice.tasks.backward.map(index => v.graph.nameOf(index))")
    assert names[0] == modules.value("v.graph.nameOf(v.graph.root)")
    assert len(set(names)) == len(names)
    assert "x" in names and "z" not in names  # nothing is known of it
    kinds = modules.value("v.graph.practice.tasks.backward.map(index => v.graph.nodes[index].kind)")
    assert "constant" not in kinds


def test_nothing_is_asked_where_all_is_nan(modules):
    a = Value(float("nan"), label="a")
    practise(modules, a * 2.0 + a)
    assert modules.value("v.graph.practice.tasks.forward") == []
    assert modules.value("v.practiceBar.words.textContent") != ""


def test_what_was_not_found_yet_is_a_question_mark(modules, L):
    L.backward()
    practise(modules, L)
    for name in "abcdefL":
        assert texts_of(modules, index_of(modules, name))[1] == "?"
    assert modules.value(
        "v.scene.ends.map(end => look.beside(v.scene, end)?.text ?? '')"
    ) == [""] * 6  # fmt: skip
    answer(modules, "L", "1")
    assert texts_of(modules, index_of(modules, "L"))[1] == "1.0000"
    answer(modules, "f", "4")
    beside = modules.value("v.scene.ends.map(end => look.beside(v.scene, end)?.text ?? '')")
    assert sorted(beside)[-1] == "4.0000" and beside.count("") == 5


@pytest.mark.parametrize("text", ["-2", "2", "1", "4", "-4", "0", "7", "-20", "-2.0001"])
def test_the_hints_are_those_of_pythons_judge(modules, L, text):
    practise(modules, L)
    d = index_of(modules, "d")
    node = next(node for node in L._postorder() if node.label == "d")
    node.grad = float(text)
    verdict = check(L).verdicts[node]
    found = answer(modules, "d", text)
    if verdict.status == "right":
        assert found["done"] == "right"
        return
    assert verdict.status == "wrong" and found["hints"] == 1
    assert modules.value("v.graph.practice.hintsAt(argument)", d) == list(verdict.hints[:1])
    answer(modules, "d", text)
    assert modules.value("v.graph.practice.hintsAt(argument)", d) == list(verdict.hints[:2])
    assert answer(modules, "d", text)["done"] == "shown"


def test_practice_goes_on_where_it_was_ended(modules, L):
    practise(modules, L)
    answer(modules, "L", "1")
    answer(modules, "f", "7")
    press(modules, "q")
    assert modules.value("v.graph.practice") is None
    press(modules, "q")
    assert modules.value("v.graph.practice.score().done") == 1
    assert modules.value("v.graph.practice.at(argument).tries", index_of(modules, "f")) == ["7"]
    assert modules.value("v.chosen") == index_of(modules, "f"), "the next task"
    assert modules.value("v.practiceBar.filled.style.width").startswith("14.28")
    modules.run("v.practiceBar._again()")
    assert modules.value("v.graph.practice.score().done") == 0
    assert modules.value("v.practiceBar.filled.style.width") == "0%"


def test_a_practice_that_begins_anew_forgets_what_was_wrong(modules, L):
    practise(modules, L)
    index = index_of(modules, "e")
    hints = "(v.graph.practice.hint(argument), v.graph.practice.hintsAt(argument))"
    first = modules.value(hints, index)
    modules.run("v.practiceBar._again()")
    answer(modules, "e", "1")
    assert modules.value(hints, index) != first
    modules.run("v.practiceBar._again()")
    assert modules.value(hints, index) == first


def test_an_undone_end_of_a_practice_leaves_the_pass(modules, L):
    practise(modules, L)
    answer(modules, "L", "1")
    press(modules, "q")
    modules.run("v.seek(3)")
    press(modules, "z", ctrlKey=True)
    assert modules.value("[v.graph.practice.score().done, v.graph.at]") == [1, None]


@pytest.mark.parametrize("change", ["number", "nothing left"])
def test_practice_begins_anew_where_it_cannot_go_on(modules, L, change):
    practise(modules, L)
    for name, text in zip("Lfdceab", ("1", "4", "-2", "-2", "-2", "6", "-4")):
        answer(modules, name, text)
        if change == "number":
            break
    press(modules, "q")
    if change == "number":
        modules.run("v.edit(argument, 3)", index_of(modules, "a"))
    press(modules, "q")
    assert modules.value("v.graph.practice.score().done") == 0


def hints_ahead(modules, root, label):
    practise(modules, root)
    node = index_of(modules, label)
    modules.run("v.graph.practice.hint(argument); v.graph.practice.hint(argument)", node)
    return modules.value("v.graph.practice.hintsAt(argument)", node)


@pytest.mark.parametrize(
    ("label", "user", "formula", "derivative"),
    [
        ("n", "o", "tanh(n)", "1 − o · o"),
        ("x", "n", "x · w", "w"),
        ("w", "n", "x · w", "x"),
        ("o", "m", "o · 2", "2"),
        ("m", "L", "m / (a b)", "1 / (a b)"),
        ("a b", "L", "m / (a b)", "−L / (a b)"),
    ],
)
def test_a_hint_before_the_first_try_tells_the_rule_with_the_names_of_the_graph(
    modules, label, user, formula, derivative
):
    n = Value(3.0, label="x") * Value(0.1, label="w")
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    m = o * 2
    m.label = "m"
    L = m / Value(4.0, label="a b")
    L.label = "L"
    first, second = hints_ahead(modules, L, label)
    assert first == (
        f"Only {user} uses {label}: {user} = {formula}. "
        f"How does {user} change when {label} changes?"
    )
    assert second == (
        f"The derivative of {user} with respect to {label} is {derivative}. "
        f"Multiply it by the gradient of {user}."
    )


def test_a_hint_at_the_root_and_at_a_node_that_is_used_twice(modules):
    a = Value(3.0, label="a")
    L = a * 2.0 + a
    L.label = "L"
    assert hints_ahead(modules, L, "L")[1].endswith("with respect to itself is 1.")
    question, rule = hints_ahead(modules, L, "a")
    assert question == "L and v1 use a. How does each of them change when a changes?"
    assert rule.startswith("For each of them, multiply its gradient by its derivative")
    square = a * a
    square.label = "s"
    assert hints_ahead(modules, square + 1, "a")[0] == (
        "s uses a more than once. What does each use contribute?"
    )
    square = Value(2.0, label="p q") ** 2
    square.label = "s"
    assert hints_ahead(modules, square * 3, "p q")[0].startswith("Only s uses p q: s = (p q)². How")
    gate = Value(2.0, label="r").relu()
    gate.label = "g"
    question, rule = hints_ahead(modules, gate + 1, "r")
    assert question == "Only g uses r: g = relu(r). How does g change when r changes?"
    assert rule.startswith(
        "g = relu(r): positive inputs pass unchanged, and negative ones become 0."
    )


def test_three_tries_and_then_the_derivation(modules, L):
    practise(modules, L)
    states = [answer(modules, "d", text) for text in ("5", "6", "7")]
    assert [len(state["tries"]) for state in states] == [1, 2, 3]
    assert [state["hints"] for state in states] == [1, 2, 2]
    assert [state["done"] for state in states] == ["", "", "shown"]
    assert texts_of(modules, index_of(modules, "d"))[1] == "−2.0000"
    assert texts_of(modules, index_of(modules, "d"))[2] == "shown"


@pytest.mark.parametrize(
    ("count", "end"),
    [(7, None), (8, None), (9, "and by one more node."), (10, "and by 2 more nodes.")],
)
def test_the_first_eight_nodes_that_use_a_node_are_listed(modules, count, end):
    x = Value(2.0, label="x")
    practise(modules, sum((x * float(n + 2) for n in range(count)), start=Value(0.0)))
    modules.run("v.choose(argument)", index_of(modules, "x"))
    lines = modules.value(
        "v.panel.body.querySelector('.because').children.map(line => line.textContent)"
    )
    assert len(lines) == min(count, 8) + bool(end)
    assert all(line.startswith("Used by") for line in lines[:8])
    assert lines[8:] == ([end] if end else [])


@pytest.mark.parametrize(
    ("texts", "is_open"), [(["-2"], False), (["5", "-2"], True), (["5", "6", "7"], True)]
)
def test_the_derivation_is_open_where_it_was_not_found_at_once(modules, L, texts, is_open):
    practise(modules, L)
    modules.run("v.choose(argument)", index_of(modules, "d"))
    for text in texts:
        answer(modules, "d", text)
    assert modules.value("v.panel.body.querySelector('details').open") == is_open


def test_too_few_digits_cost_no_try(modules):
    x = Value(2.0, label="x")
    practise(modules, x * 0.996)
    state = answer(modules, "x", "1")
    assert (state["tries"], state["unclear"], state["done"]) == ([], "1", "")
    assert answer(modules, "x", "0.996")["done"] == "right"


@pytest.mark.parametrize("phase", ["forward", "backward"])
@pytest.mark.parametrize(("text", "digits"), [("0.5", 3), ("0.50", 3), ("0.6", None), ("5", None)])
def test_a_number_that_is_rounded_too_coarsely_costs_no_try(modules, phase, text, digits):
    y = Value(0.504, label="x") * 1.0
    y.label = "y"
    practise(modules, y * 0.504)
    modules.run("v.graph.practice.phase = argument", phase)
    state = answer(modules, "y", text)
    if digits:
        assert (state["tries"], state["unclear"], state["done"]) == ([], text, "")
        index = index_of(modules, "y")
        assert modules.value("v.graph.practice.digitsNeeded(argument)", index) == digits
        assert answer(modules, "y", "0.504")["done"] == "right"
    else:
        assert (state["tries"], state["unclear"], state["done"]) == ([text], "", "")


@pytest.mark.parametrize("text", ["-6", "-6.0", "-6.00", "−6", "-12/2"])
def test_a_value_may_be_written_in_any_way(modules, L, text):
    practise(modules, L)
    modules.run("v.graph.practice.phase = 'forward'")
    assert answer(modules, "e", text)["done"] == "right"


@pytest.mark.parametrize("text", ["6", "-6.1", "-5.99", "0", "-60"])
def test_a_wrong_value_is_wrong(modules, L, text):
    practise(modules, L)
    modules.run("v.graph.practice.phase = 'forward'")
    assert answer(modules, "e", text)["done"] == ""


def test_the_next_task_is_the_first_that_is_open(modules, L):
    practise(modules, L)
    tasks = modules.value("v.graph.practice.tasks.backward")
    assert modules.value("v.chosen") == tasks[0] == index_of(modules, "L")
    modules.run("for (const t of v.graph.practice.tasks.backward.slice(0, 3)) "
                "v.graph.practice.show(t)")  # fmt: skip
    assert modules.value("v.graph.practice.next()") == tasks[3]
    assert modules.value("v.graph.practice.next(argument)", tasks[-1]) == tasks[3]
    practise(modules, L)
    assert modules.value("v.graph.practice.next(argument)", tasks[-1]) == tasks[0]
    practise(modules, L)
    modules.run("for (const t of v.graph.practice.tasks.backward) v.graph.practice.show(t)")
    assert modules.value("v.graph.practice.next()") is None


def test_practice_ends_with_everything_as_it_was(modules, L):
    L.backward()
    opened(modules, L)
    modules.run("v.setByHand(0, { value: 3, text: '3' })")
    shown = "v.graph.nodes.map(node => look.changing(v.graph, node.index, v.verdicts))"
    before = modules.value(shown)
    press(modules, "q")
    answer(modules, "L", "1")
    press(modules, "q")
    assert modules.value(shown) == before


def deeds(modules):
    return modules.value("JSON.stringify(deeds.deedsOf(v))")


@pytest.mark.parametrize("seed", range(4))
def test_any_deeds_are_undone_and_done_again(modules, seed):
    rng = random.Random(seed)
    L = graphs.expression(Value)["L"]
    if seed % 2:
        L.backward()
    opened(modules, L)
    states = [deeds(modules)]
    leaves = [index_of(modules, name) for name in "abcf"]
    for _ in range(12):
        deed = rng.choice(["edit", "hand", "practice", "answer", "reset"])
        index = rng.choice(leaves)
        is_practising = modules.value("v.graph.practice !== null")
        if deed == "edit" and not is_practising:
            modules.run("v.edit(...argument)", [index, rng.uniform(-3, 3)])
        elif deed == "hand" and not is_practising:
            x = rng.uniform(-3, 3)
            modules.run("v.setByHand(argument, { value: 2.5, text: '2.50' })", index) if x else None
        elif deed == "reset" and not is_practising:
            modules.run("v.player.seek(null)")
        elif deed == "practice":
            press(modules, "q")
        elif is_practising:
            modules.run("v.graph.practice.answer(argument, '2'); v.done()", index)
        if deeds(modules) != states[-1]:
            states.append(deeds(modules))
    for state in reversed(states[:-1]):
        press(modules, "z", ctrlKey=True)
        assert deeds(modules) == state
    press(modules, "z", ctrlKey=True)
    assert deeds(modules) == states[0]
    for state in states[1:]:
        press(modules, "y", ctrlKey=True)
        assert deeds(modules) == state


def test_a_state_is_written_and_read_again(modules, L):
    opened(modules, L)
    assert modules.value("link.stateText(v)") == ""
    modules.run("v.edit(0, 1 / 3); v.setByHand(2, { value: 0.5, text: '1/2' }); v.seek(3)")
    press(modules, "q")
    answer(modules, "d", "5")
    text, before = modules.value("[link.stateText(v), JSON.stringify(deeds.deedsOf(v))]")
    assert text.isascii() and all(letter.isalnum() or letter in "-_" for letter in text)
    opened(modules, graphs.expression(Value)["L"], settings={"state": text})
    assert deeds(modules) == before
    assert modules.value("v.graph.nodes[0].data") == 1 / 3


def changed_link(modules, **changes):
    """The link to the present state, with other contents."""
    return modules.run(
        """const letters = link.stateText(v).replace(/-/g, "+").replace(/_/g, "/");
        return btoa(JSON.stringify({ ...JSON.parse(atob(letters)), ...argument }))""",
        changes,
    )


def test_a_link_to_the_first_node_and_to_a_step(modules, L):
    opened(modules, L)
    modules.run("v.edit(0, 5)")
    text = changed_link(modules, chosen=0, at=3)
    opened(modules, graphs.expression(Value)["L"], settings={"state": text})
    assert modules.value("[v.chosen, v.focused, v.graph.at]") == [0, 0, 3]


@pytest.mark.parametrize("at", ["3", 2.5, None])
def test_a_link_to_no_step(modules, L, at):
    opened(modules, L)
    modules.run("v.edit(0, 5)")
    text = changed_link(modules, at=at)
    opened(modules, graphs.expression(Value)["L"], settings={"state": text})
    assert modules.value("v.graph.at") is None


def test_of_a_link_only_what_can_be_done_is_done(modules):
    root = (Value(2.0, label="a") * 3.0).tanh()
    opened(modules, root)
    a, constant, inner = 0, 1, 2
    assert modules.value("v.graph.nodes.map(node => node.op)") == ["", "", "mul", "tanh"]
    wrong = {"99": "1", "-1": "1", "1.5": "1", "length": "1", "": "1", "00": "1", " 0": "1"}
    wrong |= {"1e0": "1", f"{inner}": "6"}
    data = {f"{a}": "5", f"{constant}": "7", **wrong}
    hand = {f"{a}": "1/2", f"{constant}": 8, f"{inner}": "x", "3": "-1", "": "1", "03": "1"}
    assert modules.value("link.deedsIn(v.graph, argument)", {"data": data, "hand": hand}) == {
        "data": {f"{a}": "5", f"{constant}": "7"},
        "hand": {f"{a}": "1/2", "3": "-1"},
        "practice": None,
    }


def test_a_link_to_a_practice_begins_no_pass(modules, L):
    practise(modules, L)
    answer(modules, "d", "5")
    text = changed_link(modules, at=3)
    opened(modules, graphs.expression(Value)["L"], settings={"state": text})
    assert modules.value("[v.graph.at, Boolean(v.graph.practice)]") == [None, True]


@pytest.mark.parametrize("chosen", [-1, -99, 1.5, "0", None])
def test_a_link_chooses_nodes_alone(modules, chosen):
    def root():
        with scope("inside"):
            return (Value(2.0, label="a") * 3.0).tanh() + 1.0

    opened(modules, root())
    modules.run("folding.fold(v, 0)")
    text = changed_link(modules, chosen=chosen)
    opened(modules, root(), settings={"state": text})
    assert modules.value("[v.chosen, v.panel.element.hidden]") == [None, True]
    assert modules.value("v.scene.stacks.size") == 1


@pytest.mark.parametrize("seed", range(30))
def test_no_text_of_a_link_breaks_the_view(modules, L, seed):
    rng = random.Random(seed)
    opened(modules, L)
    modules.run("v.edit(0, 5)")
    press(modules, "q")
    answer(modules, "d", "5")
    text = modules.value("link.stateText(v)")
    values = ['"x"', "null", "-1", "99", "{}", "[]", '{"5": "x", "9": "1", "-1": "2"}', "1e999"]
    broken = modules.run(
        """const saved = JSON.parse(atob(argument[0].replace(/-/g, "+").replace(/_/g, "/")));
        const key = Object.keys(saved)[argument[1] % Object.keys(saved).length];
        saved[key] = key === "graph" ? saved.graph : JSON.parse(argument[2]);
        if (saved.practice?.backward) saved.practice.backward["3"] = JSON.parse(argument[2]);
        return btoa(JSON.stringify(saved));""",
        [text, rng.randrange(20), rng.choice(values[:-1])],
    )
    opened(modules, graphs.expression(Value)["L"], settings={"state": broken})
    press(modules, "n")
    assert modules.value("v.graph.nodes.every(node => typeof node.data === 'number')")
    for cut in (text[:-9], text[5:], "A" * 40):
        opened(modules, graphs.expression(Value)["L"], settings={"state": cut})
        assert modules.value("v.graph.practice") is None
        assert "as it was" in modules.value("v.brief.textContent")


# ---- on the page ---------------------------------------------------------------------------------


def type_answer(modules, text):
    modules.run(
        "const field = v.panel.field('answer'); field.value = argument;"
        "fire(field, 'keydown', { key: 'Enter' })",
        text,
    )


def test_practice_stops_a_pass_that_plays_and_goes_up_to_its_first_task(modules):
    opened(modules, graphs.tree(Value, 6))
    modules.run("v.choose(0); v.camera.fit(); v.player.playOrPause()")
    assert modules.value("Boolean(v.player.timer)")
    assert modules.value("v.camera.k") < 0.75
    press(modules, "q")
    assert modules.value("v.player.timer") is None
    assert modules.value("v.camera.k") >= 0.75


def test_the_field_keeps_what_was_typed_and_the_focus(modules, L):
    practise(modules, L)
    modules.run("practising.typeAnswer(v)")
    answer_ = "v.panel.field('answer')"
    for text in ("7", "0.1"):
        modules.run(f"{answer_}.value = argument; v.panel.heading.focus()", text)
        type_answer(modules, text)
        assert modules.value(f"[{answer_}.value, document.activeElement === {answer_}]") == [
            text, True,
        ]  # fmt: skip
    type_answer(modules, "2e1")
    assert modules.value(answer_) is None  # after three tries the answer is shown


def test_a_digit_leads_into_the_field_of_the_task(modules, L):
    practise(modules, L)
    is_there = "document.activeElement === v.panel.field('answer')"
    for key in "7-−.,":
        modules.run("v.stage.focus()")
        press(modules, key)
        assert modules.value(is_there)
    modules.run("v.choose(null); v.stage.focus()")
    press(modules, "7")
    assert modules.value(is_there) and modules.value("v.chosen") == index_of(modules, "L")


def test_a_practice_that_is_restored_knows_what_was_wrong(modules, L):
    practise(modules, L)
    answer(modules, "L", "1")
    answer(modules, "f", "-4")
    kinds = (
        "[...v.graph.practice.verdicts].map(([index, { status, kind }]) => [index, status, kind])"
    )
    left, state = modules.value(f"[{kinds}, v.graph.practice.state]")
    assert left[-1][1:] == ["wrong", "sign"]
    opened(modules, L)
    modules.run("practising.togglePractice(v, argument)", state)
    assert sorted(modules.value(kinds)) == sorted(left)


def test_what_was_set_by_hand_is_not_told_in_practice(modules, L):
    opened(modules, L)
    modules.run("v.setByHand(0, { value: 6, text: '6' })")
    remark = "look.changing(v.graph, 0, v.verdicts).remark[0]"
    assert modules.value(remark) != ""
    press(modules, "q")
    assert modules.value(f"[{remark}, v.graph.showsHand(0), v.graph.shown(0)]") == ["", False, None]


def test_a_practice_of_two_tasks_counts_them(modules):
    x = Value(3.0, label="x")
    y = x * 2.0
    y.label = "y"
    practise(modules, y)
    assert modules.value("v.graph.practice.tasks.backward.length") == 2
    assert modules.value("v.practiceBar.words.textContent") == "0 of 2 gradients done."
    modules.run("for (const task of v.graph.practice.tasks.backward) v.graph.practice.show(task)")
    modules.run("v.done()")
    words = "All 2 gradients are done: 0 at the first try, 2 shown."
    assert modules.value("v.practiceBar.words.textContent") == words


@pytest.mark.parametrize(
    ("hints", "found"), [(None, 0), (0, 0), (1, 1), (2, 2), (5, 2), (-1, 0), ("two", 0)]
)
def test_a_link_gives_two_hints_at_most(modules, L, hints, found):
    practise(modules, L)
    state = {"phase": "backward", "forward": {}, "backward": {"0": {"tries": ["7"]}}}
    if hints is not None:
        state["backward"]["0"]["hints"] = hints
    read = "link.deedsIn(v.graph, { practice: argument }).practice.backward[0]"
    assert modules.value(f"[{read}.hints, {read}.tries]", state) == [found, ["7"]]


def test_another_view_goes_on_with_the_history(modules, L):
    opened(modules, L)
    modules.run("v.edit(0, 5); v.edit(0, 6); v.memory.travel(-1); globalThis.earlier = v.memory")
    opened(modules, L)
    can = "[v.memory.history.canUndo, v.memory.history.canRedo]"
    buttons = "[v.toolbar.undo.disabled, v.toolbar.redo.disabled]"
    assert modules.value(can) == [False, False]
    assert modules.value(buttons) == [True, True]
    modules.run("v.memory.history.goOn(earlier.history)")
    assert modules.value(can) == [True, True]
    assert modules.value(buttons) == [False, False]
    modules.run("v.memory.travel(1)")
    assert modules.value("v.graph.nodes[0].data") == 6
    assert modules.value(buttons) == [False, True]


def test_undo_stops_a_pass_that_plays(modules, L):
    opened(modules, L)
    modules.run("v.edit(0, 5); v.player.playOrPause(); v.memory.travel(-1)")
    assert modules.value("[v.player.timer, v.graph.nodes[0].data]") == [None, 2]


def test_a_verdict_goes_with_what_was_undone(modules, L):
    opened(modules, L)
    modules.run("v.setByHand(0, { value: 3, text: '3' }); v.memory.travel(-1)")
    assert modules.value("[...v.verdicts].length") == 0
    modules.run("v.memory.travel(1)")
    assert modules.value("v.verdicts.get(0).status") == "wrong"
