"""What the pages say to a screen reader, as golden files of what each deed changes. They hold every
name, state and sentence, and so those that no other test looks at."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from heard_page import Listener

from chainrule import Value, scope
from chainrule.drawing import show

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")


def mixed():
    """A graph with all that a panel can tell: kinks, constants, scopes, nodes without a name."""
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    with scope("neuron"):
        n = a * b + 6
        n.label = "n"
        h = n.relu() + a.exp() / 2
    L = (h - abs(b) ** 2) * a.max(b)
    L.label = "L"
    L.backward()
    return L


def begin(made):
    said = Listener(made.page)
    said.hear("the page is open")
    return said


def check(made, said, label, typed):
    made.choose(label)
    made.page.get_by_label("Gradient set by hand").fill(typed)
    made.page.get_by_role("button", name="check").click()
    said.hear(f"{typed} is checked as the gradient of {label}")


def test_each_node(opened, golden):
    made = opened(show(mixed()))
    said = begin(made)
    for index in range(made.run("v.graph.nodes.length")):
        made.run("v.choose(argument)", index)
        said.hear(f"node {index} is chosen")
    golden("said/nodes.yaml", said.text)


def test_keys(opened, golden):
    made = opened(show(mixed()))
    said = begin(made)
    keys = "n n p End Home ArrowLeft ArrowLeft ArrowUp ArrowRight ArrowRight Enter c c Escape ? ?"
    for key in [*keys.split(), "t", "0", "+", "-", "e", "Escape", "g", "Escape"]:
        made.press(key)
        said.hear(f"{key} is pressed")
    golden("said/keys.yaml", said.text)


def test_search(opened, golden):
    made = opened(show(mixed()))
    said = begin(made)
    field = made.page.get_by_role("combobox").first
    for text in ["a", "neuron", "exp", "zebra", ""]:
        field.fill(text)
        said.hear(f"{text!r} is searched for")
    field.fill("n")
    for key in ["ArrowDown", "ArrowDown", "ArrowUp", "Enter"]:
        field.press(key)
        said.hear(f"{key} is pressed in the field")
    golden("said/search.yaml", said.text)


def test_edits(opened, golden):
    graph = graphs.expression(Value)
    graph["L"].backward()
    made = opened(show(graph["L"]))
    page = made.page
    said = begin(made)
    made.choose("a")
    for text in ["3", "three", "1e999", "-0.5"]:
        field = page.get_by_label("Value", exact=True)
        field.fill(text)
        field.press("Enter")
        said.hear(f"the value {text} is typed")
    for label, typed in [("b", "2"), ("e", "-4"), ("c", "x"), ("d", "-1.9"), ("L", "0")]:
        check(made, said, label, typed)
    for name in ["clear", "Undo", "Undo", "Redo", "Copy a link", "Restore"]:
        page.get_by_role("button", name=name).first.click()
        said.hear(f"{name} is clicked")
    golden("said/edits.yaml", said.text)


def test_verdicts(opened, golden):
    made = opened(show(mixed()))
    said = begin(made)
    for label, typed in [
        ("n", "2"),
        ("n", "0"),
        ("n", "7"),
        ("a", "2.08"),
        ("a", "1"),
        ("b", "-12"),
    ]:
        check(made, said, label, typed)
    golden("said/verdicts.yaml", said.text)


def test_practice(opened, golden):
    graph = graphs.expression(Value)
    made = opened(show(graph["L"]))
    page = made.page
    said = begin(made)
    page.locator(".practise").click()
    said.hear("Practise is clicked")
    answers = {"L": "1", "d": ["2", "x", "-2"], "f": ["1", "2", "3"], "e": ["-2.1", "-2"]}
    while (index := made.run("v.graph.practice?.next() ?? null")) is not None:
        label = made.run("v.graph.nodes[argument].label", index)
        right = str(made.run("v.graph.practice.grads[argument]", index))
        for text in answers.get(label, [right]):
            page.locator("input[name=answer]").fill(text)
            page.locator(".judge").click()
            said.hear(f"{text} is the answer at {label}")
        if page.locator(".onwards").count():
            page.locator(".onwards").click()
            said.hear("the next one is asked for")
    golden("said/practice.yaml", said.text)


def test_the_playground(visit, golden):
    made = visit("file")
    page = made.page
    said = begin(made)
    for at in range(page.locator("#example option").count() - 1):
        page.locator("#example").select_option(str(at))
        said.hear(f"example {at} is chosen")
    page.locator(".menu summary").click()
    said.hear("the menu is open")
    page.keyboard.press("Escape")
    for box in page.locator(".inputs input[type=text]").all()[:2]:
        box.fill("0.5")
        box.press("Enter")
        said.hear("0.5 is typed as an input")
        box.fill("half")
        box.press("Enter")
        said.hear("half is typed as an input")
    golden("said/playground.yaml", said.text)


def test_what_is_typed(visit, golden):
    made = visit("served")
    said = begin(made)
    for text in ["a = 2", "a = 2\nL = b*a", "a = ", "x = 1\ny = log(-x)", "x = 3\nL = x**2 + 1"]:
        made.type(text)
        made.page.keyboard.press("Control+Enter")
        made.page.wait_for_timeout(300)
        said.hear(f"the lines are {text!r}")
    golden("said/typed.yaml", said.text)


def test_a_training(visit, golden):
    made = visit("file", more="#train=moons")
    page = made.page
    said = begin(made)
    deeds = [
        "Step",
        "Step",
        "XOR",
        "Add a hidden layer",
        "Add a hidden layer",
        "Remove the last hidden",
    ]
    for name in deeds:
        page.get_by_role("button", name=name).first.click()
        said.hear(f"{name} is clicked")
    for name, choice in [
        ("Layer 1", "3 neurons"), ("Activation", "relu"), ("Points per step", "all")
    ]:  # fmt: skip
        page.get_by_label(name).first.select_option(label=choice)
        said.hear(f"{name} is {choice}")
    for seed in ["7", "x"]:
        page.locator("#seed").fill(seed)
        page.locator("#seed").press("Enter")
        said.hear(f"the seed is {seed}")
    golden("said/training.yaml", said.text)
