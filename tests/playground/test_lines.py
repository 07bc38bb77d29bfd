"""A graph as lines: the playground reads them, and what it makes of them is the same graph."""

from __future__ import annotations

import pytest
import random_graphs
from hypothesis import given, strategies as st

import chainrule as cr
from chainrule import Value, parameter, scope
from chainrule.drawing.view import scene
from chainrule.drawing.view.program import HOST, PORT, program_of
from chainrule.graph.lines import DEEPEST, LONGEST, MOST_NODES, lines_of
from chainrule.graph.traversal import postorder
from chainrule.playground.answer import answer, build
from chainrule.playground.examples import EXAMPLES
from chainrule.playground.program import read


def lines(root):
    return lines_of(postorder(root))


def text_of(found, root):
    """The text that the link has."""
    nodes = postorder(root)
    return "\n".join(
        f"{name} = {source or repr(nodes[node].data)}" for name, node, source in found.lines
    )


def rows(nodes):
    """What `sumOf` in link.js adds up, and the numbers."""
    return [
        [node.get("label"), node.get("op"), node.get("operands"), node["data"]] for node in nodes
    ]


def assert_same(root):
    found = lines(root)
    assert found is not None
    told = answer(text_of(found, root))
    if found.is_exact:
        assert rows(told["graph"]["nodes"]) == rows(
            scene.snapshot(root, "LR", True, MOST_NODES)["nodes"]
        )
    numbers = {node["label"]: node["data"] for node in told["graph"]["nodes"] if node.get("label")}
    for node in postorder(root):
        if node.label:
            assert numbers[node.label] == node.data
    assert told["root"] == (root.label or told["root"])
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_comes_back_exactly(example):
    root, _ = build(read(example.text))
    assert assert_same(root).is_exact


@given(random_graphs.programs(), st.sets(st.integers(0, 30)))
def test_random_graphs_come_back(program, labelled):
    root, _, nodes = random_graphs.build(Value, program)
    for index in labelled:
        if index < len(nodes):
            nodes[index].label = f"n{index}"
    if root._operands and len(postorder(root)) <= MOST_NODES:
        assert_same(root)


def test_a_fully_labelled_graph_is_exact():
    a, b = Value(2, label="a"), Value(-3.5, label="b")
    e = a * b
    e.label = "e"
    L = (-2 * e) ** -1 + cr.leaky_relu(e, 0.1) - cr.clip(a, -1, 1e-7)
    L.label = "L"
    found = assert_same(L)
    assert found.is_exact
    assert [line.name for line in found.lines] == ["a", "b", "e", "L"]


def test_what_has_no_name_gets_one_that_is_free():
    x = Value(0.5)
    twice = x * Value(3.0, label="x1")
    L = twice * twice + Value(1.0, label="t1")
    found = assert_same(L)
    assert not found.is_exact
    assert [line.name for line in found.lines] == ["x2", "x1", "t1", "t2", "L"]


def test_a_deep_expression_is_split():
    h = x = Value(0.5, label="x")
    for _ in range(60):
        h = (h * x + 0.1).tanh()
    found = assert_same(h)
    assert len(found.lines) > 60 * 3 / DEEPEST / 2


def test_a_parameter_is_an_input():
    w = parameter(0.5, "w")
    assert assert_same((w * 2).tanh())


def make(case):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    match case:
        case "a leaf":
            return a
        case "two nodes of one name":
            b.label = "a"
        case "a name with a bracket":
            a.label = "w[0]"
        case "a keyword":
            a.label = "lambda"
        case "a function's name":
            a.label = "tanh"
        case "the code's own names":
            a.label = "cr"
        case "the code's own function":
            a.label = "print"
        case "another spelling":
            a.label = "ﬁ"
        case "an infinite number":
            return Value(float("inf"), label="a") * b
        case "a number that changed":
            L = a * b
            a.data = 5.0
            return L
        case "a rule of one's own":
            L = a * b
            L._backward = lambda: None
            return L
        case "an operation by hand":
            return Value(6.0, (a, b), "mine")
        case "a graph that is too large":
            for _ in range(MOST_NODES):
                a = a + b
            return a
        case "a text that is too long":
            total = a
            for k in range(140):
                total = total + Value(0.1234567890123456 * k, label=f"a_name_of_some_length_{k}")
            return total
    return a * b


@pytest.mark.parametrize(
    "case",
    ["a leaf", "two nodes of one name", "a name with a bracket", "a keyword", "a function's name",
     "the code's own names", "the code's own function", "another spelling", "an infinite number",
     "a number that changed", "a rule of one's own", "an operation by hand",
     "a graph that is too large", "a text that is too long"],
)  # fmt: skip
def test_what_the_playground_cannot_hold_has_no_link(case):
    root = make(case)
    assert lines(root) is None
    assert cr.show(root).data["program"] is None


def test_scopes_are_lost_so_no_state_comes_along():
    with scope("inside"):
        a = Value(2.0, label="a")
    L = a * 3
    L.label = "L"
    assert not assert_same(L).is_exact


def test_two_roots_and_a_summary_have_no_link():
    a = Value(2.0, label="a")
    L = (a * a).tanh()
    assert program_of([L, a * 2]) is None
    assert cr.show([L, a * 2]).data["program"] is None
    assert cr.show(L, max_nodes=1).data["program"] is None


def test_the_address_is_that_of_the_server():
    a = Value(2.0, label="a")
    assert program_of([a * a])["address"] == f"http://{HOST}:{PORT}/" == "http://127.0.0.1:8753/"


def test_the_text_is_one_that_the_playground_reads():
    """As large as can be: the limits of both agree."""
    total = Value(0.5, label="x0")
    for k in range(1, 100):
        total = total + Value(0.123456789012345 * k, label=f"x{k}")
        found = lines(total)
        if found is None:
            break
        assert len(text_of(found, total)) <= LONGEST
        assert answer(text_of(found, total))
