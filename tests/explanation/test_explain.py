"""`explain`: the seeds' graphs read like a textbook, the numbers are those of backward, and nothing
in a graph changes."""

from __future__ import annotations

import math
import re

import drawing_graphs as graphs
import pytest
from hypothesis import given, settings, strategies as st

import chainrule
from chainrule import ChoiceError, GraphError, ShapeError, WrongType
from chainrule.drawing.view.scene import words_of
from chainrule.explanation import explain, steps


def article(Value):
    """L = (a*b + c) * f as the article names its nodes."""
    a, b, c = Value(3.0, label="a"), Value(-2.0, label="b"), Value(8.0, label="c")
    d = a * b
    d.label = "d"
    e = d + c
    e.label = "e"
    f = Value(-2.0, label="f")
    L = e * f
    L.label = "L"
    return L


def root_of(name, Value):
    if name == "article":
        return article(Value)
    if name == "expression":
        return graphs.expression(Value)["L"]
    return getattr(graphs, name)(Value)


def by_label(root):
    return {node.label: node for node in root._postorder()}


def states(root):
    return [
        (n.data, n.grad, n.grad_state, n.passes, n._local_grads, n.label, n.kind)
        for n in root._postorder()
    ]


@pytest.mark.parametrize("name", ["expression", "article", "neuron", "reuse"])
@pytest.mark.parametrize("format_", ["text", "markdown", "latex", "html"])
def test_the_seeds_graphs_are_explained_as_in_the_golden_files(name, format_, golden, Value):
    ending = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html"}[format_]
    explanation = explain(root_of(name, Value))
    golden(f"explanation/{name}.{ending}", getattr(explanation, format_)().rstrip("\n") + "\n")


def test_one_node_is_explained_with_its_paths(golden, Value):
    L = article(Value)
    golden("explanation/article_a.txt", str(explain(L, wrt=by_label(L)["a"])) + "\n")
    f = graphs.reuse(Value)
    golden("explanation/reuse_a.txt", str(explain(f, wrt=by_label(f)["a"])) + "\n")


LINES = [
    "dL/dd = f = −2 because L = d * f",
    "dL/de = dL/dd * dd/de = −2 * 1 = −2 because d = e + c: a sum passes the gradient on unchanged",
    "dL/da = dL/de * de/da = −2 * −3 = 6 because e = a * b, so de/da = b",
]


@pytest.mark.parametrize("line", LINES)
def test_the_lines_are_those_that_one_writes_by_hand(line, Value):
    text = str(explain(graphs.expression(Value)["L"]))
    assert line in [re.sub(r" +", " ", row).strip() for row in text.splitlines()]


def test_the_article_writes_the_whole_chain(Value):
    L = article(Value)
    assert "dL/de * de/dd * dd/da = −2 * 1 * −2 = 4" in str(explain(L, wrt=by_label(L)["a"]))


def test_some_nodes_come_with_the_numbers_that_they_need(Value):
    a, b, c = (Value(x, label=name) for name, x in (("a", 2.0), ("b", -3.0), ("c", 10.0)))
    g, h = b + c, c.tanh()
    g.label, h.label = "g", "h"
    L = 2 * a * g + h
    L.label = "L"
    text = str(explain(L, wrt=a))
    assert "a = 2, g = 7, h = 1" in text  # g is computed, but its formula is no part of dL/da
    assert "b = " not in text
    assert "  a = 2\n" in str(explain(a, wrt=a))


def test_all_formats_have_a_face_in_a_notebook(Value):
    explanation = explain(graphs.reuse(Value))
    assert explanation._repr_html_().startswith('<div class="chainrule-explanation">')
    assert explanation._repr_latex_().startswith("$$\n\\begin{aligned}")
    assert explanation._repr_markdown_() == explanation.markdown()
    assert explanation.html().startswith("<!DOCTYPE html>")
    assert repr(explanation) == "<Explanation of 'f': 5 nodes>"


# ---- the numbers ---------------------------------------------------------------------------------

UNARY = ("tanh", "sigmoid", "relu", "sin", "exp", "abs", "softplus", "floor", "atan")
BINARY = ("add", "sub", "mul", "max", "min", "hypot")

STEPS = st.lists(
    st.tuples(st.sampled_from(UNARY + BINARY), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=14,
)
NUMBERS = st.lists(
    st.one_of(st.integers(-3, 3), st.floats(-2, 2, allow_nan=False)), min_size=1, max_size=4
)


def build(Value, numbers, steps):
    """A random graph; constants and labels now and then."""
    nodes = [Value(x, label=f"x{turn}" if turn % 2 else "") for turn, x in enumerate(numbers)]
    for turn, (op, one, two) in enumerate(steps):
        x, y = nodes[one % len(nodes)], nodes[two % len(nodes)]
        if two % 7 == 3:
            y = 2
        if op in UNARY:
            made = getattr(chainrule, op)(x) if abs(x.data) < 50 else x * 0.01
        elif op in ("add", "sub", "mul"):
            made = {"add": x + y, "sub": x - y, "mul": x * y}[op]
        else:
            made = getattr(chainrule, op)(x, y)
        if turn % 3 == 1:
            made.label = f"n{turn}"
        nodes.append(made)
    return nodes[-1]


@given(NUMBERS, STEPS)
def test_the_gradients_are_those_of_backward_and_nothing_changes(Value, numbers, steps):
    root = build(Value, numbers, steps)
    before = states(root)
    explanation = explain(root).full()
    for show in ("text", "markdown", "latex", "html"):
        assert "nan" not in getattr(explanation, show)() or "nan" in repr(before)
    some = explain(root, wrt=[n for n in root._postorder() if n.kind != "constant"])
    assert repr(states(root)) == repr(before)
    root.backward()
    for node in root._postorder():
        if node.kind != "constant":
            assert repr(explanation.gradients[node]) == repr(node.grad)
            assert repr(some.gradients[node]) == repr(node.grad)
            assert str(some)


@given(NUMBERS, STEPS)
def test_the_paths_are_counted(Value, numbers, steps):
    root = build(Value, numbers, steps)
    paths = {root: 1}
    for node in reversed(root._postorder()):
        for operand, partial in zip(node._operands, node._partials):
            if partial is not None:
                paths[operand] = paths.get(operand, 0) + paths.get(node, 0)
    for node, count in explain(root).full().paths.items():
        assert count == paths.get(node, 0)


@given(NUMBERS, STEPS)
def test_the_lines_add_up(Value, numbers, steps):
    explanation = explain(build(Value, numbers, steps)).full()
    for entry in explanation._content.entries:
        shown = entry.line.equation.sides[-1].x
        assert repr(shown) == repr(explanation.gradients[entry.node])
        if entry.terms:
            total = 0.0
            for term in entry.terms:
                total += term.equation.sides[-1].x
            assert repr(total) == repr(shown)


def test_exponentially_many_paths_are_counted_exactly(Value):
    x = y = Value(1.0, label="x")
    for _ in range(300):
        y = y + y
    explanation = explain(y, wrt=x)
    assert explanation.paths[x] == 2**300
    assert "about 2.0e+90 paths" in str(explanation)
    assert len(str(explanation)) < 5000


def test_more_paths_than_can_be_written_are_still_told(Value):
    x = y = Value(1.0, label="x")
    for _ in range(17_000):
        y = y + y
    explanation = explain(y, wrt=x)
    assert explanation.paths[x] == 2**16384
    text = str(explanation)
    assert "more than 10**4900 paths, of which 2 are written out" in re.sub(r"\s+", " ", text)


def test_uses_and_paths_are_told_apart(Value):
    x = Value(2.0, label="x")
    v = x * x
    assert "2 paths, so their gradients add up" in str(explain(v))
    assert "used 2 times (4 paths in all)" in str(explain(v + v))


def test_a_million_nodes_give_few_lines(Value):
    w, y = Value(0.999999, label="w"), Value(1.0, label="x")
    for _ in range(50_000):
        y = y * w + 1e-9
    text = str(explain(y, wrt=w))
    assert "50,000 paths" in text
    assert len(text.splitlines()) < 100
    whole = str(explain(y))
    assert "nodes left out" in whole and "operations left out" in whole
    assert len(whole.splitlines()) < 200


def test_full_leaves_nothing_out(Value):
    root = graphs.recurrence(Value, 40)
    short, full = explain(root), explain(root).full()
    assert "left out" in str(short) and "more)" in str(short)
    assert "left out" not in str(full) and "more)" not in str(full)
    assert len(full.gradients) == sum(n.kind != "constant" for n in root._postorder())


def test_a_sum_over_very_many_paths_is_cut_with_an_honest_count(Value):
    w, y = Value(0.5, label="w"), Value(1.0, label="x")
    for _ in range(3000):
        y = y + w
    full = explain(y).full()
    assert len(full.gradients) == 3002
    text = str(full)
    assert "3,000 paths, so their gradients add up" in text
    assert "… and 2,900 more paths" in text
    assert "… (2,900 more) = 3000" in text
    assert text.count("via ") == 100
    for shown in (full.latex(), full.markdown(), full.html()):
        assert "and 2,900 more paths" in shown
    assert "… and 2,992 more paths" in str(explain(y, wrt=w))


def test_full_takes_as_much_longer_as_the_graph_is_larger(Value):
    def letters(count):
        x = y = Value(0.5, label="x")
        for _ in range(count):
            y = y * x + x
        return len(str(explain(y).full()))

    def letters_of_one_operation(count):
        operands = tuple(Value(1.0) for _ in range(count))
        return len(str(explain(Value(1.0, operands, (1.0,) * count) * 2).full()))

    for size in (letters, letters_of_one_operation):
        assert size(1600) - size(800) < 2.5 * (size(800) - size(400))


def test_many_operands_of_an_operation_made_by_hand_are_counted(Value):
    operands = tuple(Value(1.0, label=f"x{turn}") for turn in range(12))
    explanation = explain(Value(12.0, operands, (1.0,) * 12))
    assert "x7, … (4 more)) = 12" in str(explanation)
    assert r"\ldots \text{ (4 more)}" in explanation.latex()
    assert "<mtext>… (4 more)</mtext>" in explanation.html()


# ---- what is said beside -------------------------------------------------------------------------


def test_the_side_that_is_taken_is_said(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    m = chainrule.max(a, b)
    m.label = "m"
    text = str(explain(m))
    assert "dm/da = 0   because m = max(a, b) and a < b" in text
    assert "dm/db = 1   because m = max(a, b) and b > a" in text
    r = chainrule.relu(-a)
    assert "and v1 < 0: positive" in str(explain(r))


REASONS = [
    (
        lambda a, b: a**b,
        "dL/da = b * a**(b − 1) = 12 because L = a**b: the power rule multiplies by the exponent "
        "and lowers it by one",
        "dL/db = L * log(a) = 5.54518 because L = a**b: the derivative of an exponential is "
        "the exponential times the logarithm of its base",
    ),
    (
        lambda a, b: a % b,
        "dL/da = 1 because L = a % b: the remainder changes by as much as a does",
        "dL/db = −(a // b) = 0 because L = a % b: the remainder is a − b * (a // b), and the "
        "rounded quotient is constant between its jumps",
    ),
    (
        lambda a, b: a / b,
        "dL/da = 1 / b = 0.333333 because L = a / b: dividing by b is the same as multiplying by "
        "1 / b",
        "dL/db = −L / b = −0.222222 because L = a / b: the slope of 1 / b is −1 / b**2, and a "
        "times that is −L / b",
    ),
    (
        lambda a, b: a - b,
        "dL/da = 1 because L = a − b: the first operand of a difference gets the gradient "
        "unchanged",
        "dL/db = −1 because L = a − b: the subtracted operand gets the gradient with its sign "
        "flipped",
    ),
]


@pytest.mark.parametrize("make, of_a, of_b", REASONS)
def test_each_operand_has_its_own_reason(make, of_a, of_b, Value):
    text = re.sub(r"\s+", " ", str(explain(make(Value(2.0, label="a"), Value(3.0, label="b")))))
    assert text.endswith(f" {of_a} {of_b}")


def test_the_reason_of_a_constant_operand_is_not_said(Value):
    text = re.sub(r"\s+", " ", str(explain(5 / Value(2.0, label="a"))))
    assert text.endswith("the slope of 1 / a is −1 / a**2, and 5 times that is −L / a")
    assert "exponential" not in str(explain(Value(2.0) ** 2))


def test_a_condition_is_said_to_be_true_or_false(Value):
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    for condition, word in ((a > 1, "true"), (a < 1, "false")):
        explanation = explain(chainrule.where(condition, a, b))
        assert f"L = where(condition is {word}, a, b)" in str(explanation)
        assert f"<mtext>condition is {word}</mtext>" in explanation.html()
        cases = rf"{{a}} & \text{{if }}{{\text{{the condition (here {word})}}}} \\ {{b}} & "
        assert cases + r"\text{otherwise}" in explanation.latex()
        assert cases in explanation.markdown()


def test_a_formula_in_a_reason_is_mathematics(Value):
    explanation = explain(Value(7.5, label="a") % Value(2.0, label="b"))
    quotient = r"\left\lfloor \frac{a}{b} \right\rfloor"
    assert rf"\text{{: the remainder is }}a - b \cdot {quotient}\text{{, and" in explanation.latex()
    assert "−" not in explanation.latex() and r"\ast" not in explanation.latex()
    assert rf"the remainder is $a - b \cdot {quotient}$, and" in explanation.markdown()


def test_the_interactive_view_gets_the_same_reasons_as_words_and_trees(Value):
    words = words_of([Value(7.5) % Value(2.0)])
    of_x, of_y = words["mod"]["reasons"]
    assert of_x == ["the remainder changes by as much as ", ["x"], " does"]
    assert of_y[1] == [["-", "x", ["*", "y", ["//", "x", "y"]]]]


def test_the_side_that_is_not_taken_gets_nothing_and_the_reason(Value):
    x, y, z = Value(1.0, label="x"), Value(2.0, label="y"), Value(math.inf, label="z")
    w = chainrule.where(x, y, z)
    w.label = "w"
    text = re.sub(r"\s+", " ", str(explain(w)))
    assert (
        "dw/dz = 0 because w = where(x, y, z) and x ≠ 0: the gradient goes to the selected" in text
    )


KINKS = [
    (lambda V: chainrule.relu(V(0.0, label="x")), "relu has a kink at x = 0"),
    (lambda V: abs(V(0.0, label="x")), "PyTorch: sign(0) = 0"),
    (
        lambda V: chainrule.max(V(2.0, label="x"), V(2.0, label="y")),
        "in a tie each operand gets half",
    ),
    (lambda V: chainrule.floor(V(3.0, label="x")), "0 at the jumps"),
    (lambda V: V(6.0, label="x") % 2, "PyTorch's remainder"),
    (lambda V: chainrule.sqrt(V(0.0, label="x")), "the slope is infinite"),
    (lambda V: chainrule.leaky_relu(V(0.0, label="x"), 0.2), "the slope from the left"),
    (lambda V: chainrule.hypot(V(0.0, label="x"), V(0.0)), "no direction"),
]


def test_a_kink_of_two_operands_is_named_once(Value):
    text = str(explain(chainrule.max(Value(2.0, label="x"), Value(2.0, label="y"))))
    assert text.count("max has a kink") == 1


@pytest.mark.parametrize("make, words", KINKS)
def test_a_kink_is_named(make, words, Value):
    assert words in re.sub(r"\s+", " ", str(explain(make(Value))))


SMOOTH = [
    lambda V: chainrule.relu(V(0.1)),
    lambda V: V(0.0) ** 2,
    lambda V: V(0.0) ** 2.0 + chainrule.elu(V(0.0)),
    lambda V: chainrule.max(V(2.0), V(2.1)),
    lambda V: chainrule.floor(V(2.5)),
    lambda V: chainrule.asin(V(0.9)) * chainrule.sin(V(1e17)),
    lambda V: V(1e200) ** 1.2,
]


@pytest.mark.parametrize("make", SMOOTH)
def test_where_there_is_no_kink_none_is_named(make, Value):
    assert "kink" not in str(explain(make(Value)))


def test_a_stored_gradient_that_differs_is_named(Value):
    nodes = graphs.expression(Value)
    L, d, f, b, c = (nodes[name] for name in "Ldfbc")
    L.grad, d.grad, f.grad = 1, -2, 4
    assert "!" not in str(explain(L))
    d.grad = 2
    assert "d.grad is 2, set by hand; the chain rule gives dL/dd = −2" in str(explain(L))
    f.grad = 0
    L.backward()
    assert "!" not in str(explain(L))
    L.backward()
    assert "a.grad is 12: the sum of 2 backward passes" in str(explain(L))
    b.grad, c.grad = 1, 0
    L.backward()
    text = str(explain(L))
    assert "b.grad is −3: 1 set by hand plus −4 added by backward" in text
    assert "c.grad" not in text
    (d * 1).backward()
    assert "from another pass" in str(explain(L))


def test_a_number_that_was_edited_is_named(Value):
    nodes = graphs.expression(Value)
    nodes["a"].data = 5
    text = re.sub(r"\s+", " ", str(explain(nodes["L"])))
    assert "e = −6, computed before a number was edited; now a * b = −15 d = e + c = 4" in text
    assert "a * b = −6" not in text
    assert "dL/de * de/db = −2 * 2 = −4 because e = a * b with the numbers before the edit" in text
    assert "1 node is out of date" in text
    assert explain(nodes["L"]).gradients[nodes["b"]] == -4.0
    chainrule.refresh(nodes["L"])
    assert "edited" not in str(explain(nodes["L"]))


@pytest.mark.parametrize("format_", ["text", "latex", "markdown", "html"])
def test_no_equation_is_false_after_an_edit(Value, format_):
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    L = x * y
    L.label = "L"
    y.data = 7.0
    text = getattr(explain(L, wrt=[x, y]), format_)()
    assert "before a number was edited" in text
    known = {
        "text": ["dL/dx = 3 ", "dL/dy = 2 "],
        "latex": [r"\frac{\mathrm{d} L}{\mathrm{d} x} = 3 &&"],
        "markdown": [r"\frac{\mathrm{d} L}{\mathrm{d} x} = 3$"],
        "html": [],
    }[format_]
    for equation in known:
        assert equation in text
    for false in ("= y = 3", "x * y = 6", r"x \cdot y = 6"):
        assert false not in text
    square = x * x
    square.label = "s"
    total = square * 1.5
    x.data = 5.0
    assert "2 * x" not in explain(total).text()
    assert "* 2 = 1.5 * 2 = 3 because s = x * x with" in re.sub(r"\s+", " ", explain(total).text())


def test_a_hat_in_a_label_is_no_wedge(Value):
    a = Value(2.0, label="a^2")
    assert "wedge" not in explain(a * 3).latex()
    assert r"\text{a}\text{ˆ}\text{2}" in explain(a * 3).latex()
    assert "^" not in explain(a * 3).latex()


def test_what_cannot_be_explained_has_a_remedy(Value):
    a = Value(2.0, label="a")
    L = a * 2
    for call, error, words in (
        (lambda: explain(a * 2, wrt=a * 2), GraphError, "a new node with the same formula"),
        (lambda: explain(a * 2, wrt=a * 2), GraphError, "write x = ... once"),
        (lambda: explain(L, wrt=[a, Value(9.0)]), GraphError, "that the root was computed from"),
        (lambda: explain(L, wrt="a"), WrongType, "itself, without quotes: explain(L, wrt=a)"),
        (lambda: explain(L, wrt="two words"), WrongType, "explain(L, wrt=node)"),
        (lambda: explain(3.0), WrongType, "then explain(a * a)"),
        (lambda: explain([L]), WrongType, "one root at a time"),
        (lambda: steps(L)[99], ChoiceError, "steps(L)[-1] is the last one"),
        (lambda: steps(L)["a"], WrongType, "steps(L)[2]"),
        (lambda: steps(3.0), WrongType, "then steps(a * a)"),
    ):
        with pytest.raises(error) as caught:
            call()
        assert words in str(caught.value).split("  remedy  ")[-1] or words in str(caught.value)


def test_an_operation_with_a_backward_of_its_own_is_not_called(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    cube = Value(8.0, (a,), "cube", label="cube")
    calls = []
    cube._backward = lambda: calls.append(1)
    L = cube * b
    text = str(explain(L))
    assert not calls
    assert "not known: dL/da   because cube = cube(a) has a _backward of its own" in text
    assert "dL/dcube = b = 3" in text
    assert a not in explain(L).gradients
    a.grad = 36
    assert "a.grad holds 36" in str(explain(L, wrt=a))


def test_a_backward_of_its_own_stands_in_the_place_of_the_tables_rule(Value):
    a = Value(2.0, label="a")
    v = a * 3
    v._backward = lambda: None
    explanation = explain(v * 2)
    assert a not in explanation.gradients
    assert "not known: dL/da" in str(explanation)


def test_local_derivatives_made_by_hand_are_explained_as_such(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    v = Value(6.0, (a, b), (3.0, 2.0))
    L = v * 2
    assert "because v1 = operation(a, b) was made by hand" in re.sub(r"\s+", " ", str(explain(L)))
    w = Value(6.0, (a, b), "op") * 2
    text = re.sub(r"\s+", " ", str(explain(w)))
    assert "without local derivatives, so it passes nothing on" in text
    assert explain(w).gradients[a] == 0.0


def test_an_operation_that_was_defined_is_explained_by_its_formula(Value):
    cube = chainrule.define("explained_cube", "x**3", ("3*x**2",), why="the power rule on x")
    a = Value(2.0, label="a")
    L = cube(a) * 2
    text = re.sub(r"\s+", " ", str(explain(L)))
    assert "v1 = explained_cube(a), so dv1/da = 3 * a**2: the power rule on a" in text


def test_an_operation_that_was_defined_without_a_reason_or_latex_is_set_well(Value):
    op = chainrule.define("explained_op_1", "x**3", ("3*x**2",))
    explanation = explain(op(Value(2.0, label="a")))
    text = re.sub(r"\s+", " ", str(explanation))
    assert "dL/da = 3 * a**2 = 12 because L = explained_op_1(a): that is how it was" in text
    assert "²" not in text
    assert r"\operatorname{explained\_op\_1} a" in explanation.latex()


def test_what_stands_between_backticks_in_a_reason_is_a_formula(Value):
    why = "`3*x**2` is the slope, `not a formula` and ` are words"
    op = chainrule.define("explained_ticks", "x**3", ("3*x**2",), why=why)
    explanation = explain(op(Value(2.0, label="a")))
    text = re.sub(r"\s+", " ", str(explanation))
    assert text.endswith(": 3 * a**2 is the slope, `not a formula` and ` are words")
    assert r"$3 \cdot a^{2}$ is the slope" in explanation.markdown()


def test_parentheses_stand_where_they_are_needed(Value):
    odd = chainrule.define("odd_one", "x*y", ("x - (y - 1)", "(x + 1) * 2 / (y * 3)"))
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    explanation = explain(odd(a, b))
    assert "dL/da = a − (b − 1) = 0" in str(explanation)
    assert "dL/db = (a + 1) * 2 / (b * 3) = 0.666667" in str(explanation)
    assert "dL/dv1 * (1 / a)" in str(explain((a / a) * 2))
    assert "<mo>−</mo><mrow><mo form=" in explanation.html()


def test_words_of_a_defined_operation_are_data(Value):
    sly = chainrule.define("sly_one", "x*2", ("2",), why="<script>alert(1)</script> $x$ | `y`")
    explanation = explain(sly(Value(1.0, label="a")))
    assert "<script" not in explanation.html() + explanation.markdown() + explanation.latex()


def test_nan_and_infinity_are_said(Value):
    x = Value(math.nan, label="x")
    assert "nan is not a number" in str(explain(x * x))
    y = Value(math.inf, label="y")
    explanation = explain(y * y)
    for text in (str(explanation), explanation.latex(), explanation.html()):
        assert "∞" in text or r"\infty" in text


def test_constants_are_operands_and_get_no_line(Value):
    x = Value(3.0, label="x")
    text = str(explain((2 * x + 1) ** 2))
    assert "v1 = 2 * x = 6" in text
    assert "d2" not in text and "/d1" not in text
    assert "L = v2**2 = 49" in text
    assert "dL/dv2 = 2 * v2 = 14" in text


def test_one_node_and_no_leaf(Value):
    assert "dL/dL = 1" in str(explain(Value(2.0)))
    assert "is a leaf, so there is nothing more" in str(explain(Value(2.0, label="a")))
    three = chainrule.parameter(3.0)
    three._kind = 1
    assert "L = v1 * v1" not in str(explain(three * three))
    assert "L = 3 * 3 = 9" in str(explain(three * three))


def test_invented_names_avoid_the_labels(Value):
    a = Value(1.0, label="v1")
    text = str(explain((a + Value(2.0)) * Value(3.0, label="L")))
    assert "v3 = v1 + v2 = 3" in text
    assert "v4 = v3 * L = 9" in text


def test_two_nodes_with_one_label_are_told_apart(Value):
    x, y = Value(1.0, label="x"), Value(2.0, label="x")
    explanation = explain(x * y)
    assert "dL/dx#2 = x = 1" in str(explanation)
    assert "all but the first are numbered" in str(explanation)
    assert "{x}^{(2)}" in explanation.latex()


# ---- what is refused -----------------------------------------------------------------------------


def test_a_cycle_is_an_error(Value):
    a = Value(1.0, label="a")
    b = a * 2
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        explain(b)


def test_what_is_no_value_is_an_error(Value):
    a = Value(1.0)
    L = a * 2
    with pytest.raises(WrongType, match=r"explain\(\) explains a Value, but got float"):
        explain(2.0)
    with pytest.raises(WrongType, match="wrt"):
        explain(L, wrt="a")
    with pytest.raises(GraphError, match="not in the graph"):
        explain(L, wrt=Value(1.0))
    with pytest.raises(GraphError, match="cannot be explained"):
        explain(L, wrt=L._prev[1])
    with pytest.raises(ShapeError, match="at least one node in wrt, but got none"):
        explain(L, wrt=[])


@settings(max_examples=30)
@given(st.integers(40, 160))
def test_the_text_keeps_to_its_width(width):
    text = explain(graphs.neuron(chainrule.Value)).text(width)
    assert max(map(len, text.splitlines())) <= max(width, 60)


def test_a_leaf_with_the_same_number_is_confused_only_if_it_has_the_same_label(Value):
    a = Value(2.0, label="a")
    for label, is_confused in (("a", True), ("b", False)):
        with pytest.raises(GraphError) as raised:
            explain(a * 3, wrt=Value(2.0, label=label))
        assert ("a new node with the same formula" in str(raised.value)) == is_confused


def test_factors_are_left_out_before_the_last(Value):
    x = Value(0.5, label="x")
    L = x
    for k in range(11):
        L = L * (k + 2.0)
    L.backward()
    text = " ".join(str(explain(L, wrt=x)).split())
    assert "12 * 11 * 10 * 9 * 8 * 7 * … (4 more) * 2 = 4.79002e+08" in text


def test_wide_letters_count_twice_and_accents_not_at_all():
    from chainrule.explanation.formats.text import columns

    assert [columns(text) for text in ("漢字", "e\u0301", "ü漢x", "ab", "")] == [4, 1, 4, 2, 0]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x - -y", "a − (−b)"), ("x + -y", "a + (−b)"), ("x * -y", "a * −b"), ("x / -y", "a / −b"),
        ("x ** -y", "a**−b"), ("x - (y + 1)", "a − (b + 1)"), ("x - (y - 1)", "a − (b − 1)"),
        ("x + (y - 1)", "a + b − 1"), ("(x + y) * 2", "(a + b) * 2"),
        ("x / (y * 2)", "a / (b * 2)"),
        ("x * (y / 2)", "a * (b / 2)"), ("x * (y * 2)", "a * b * 2"), ("-x ** 2", "−a**2"),
        ("(-x) ** 2", "(−a)**2"), ("x ** y ** 2", "a**b**2"), ("(x ** y) ** 2", "(a**b)**2"),
        ("-(x + y)", "−(a + b)"), ("x - 2 * y", "a − 2 * b"), ("-x * y", "−a * b"),
    ],
)  # fmt: skip
def test_a_formula_in_text_has_the_parentheses_that_it_needs(formula, text):
    from chainrule.explanation.formats.text import Text
    from chainrule.table.formula import parse

    tree = parse(formula, ("x", "y")).tree
    assert Text({"x": "a", "y": "b"}).visit(tree).text == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x - -y", r"a - \left(-b\right)"), ("x + -y", r"a + \left(-b\right)"),
        ("x + -y ** 2", r"a + \left(-b^{2}\right)"), ("x + (y - 1)", "a + b - 1"),
        ("x * -y", r"a \cdot \left(-b\right)"), ("x / -y", r"\frac{a}{-b}"), ("x ** -y", "a^{-b}"),
        ("x - (y - 1)", r"a - \left(b - 1\right)"), ("(-x) ** 2", r"\left(-a\right)^{2}"),
    ],
)  # fmt: skip
def test_a_formula_in_latex_has_the_parentheses_that_it_needs(formula, text):
    from chainrule.table.formula import parse
    from chainrule.table.latex import LaTeX

    tree = parse(formula, ("x", "y")).tree
    assert LaTeX({}, {"x": "a", "y": "b"}).visit(tree).text == text


def test_a_negative_constant_in_a_sum_has_parentheses():
    root = chainrule.Value(2.0, label="a") + -3.0
    assert r"a + \left(-3\right) = -1" in explain(root).latex()
    assert "a + (−3) = −1" in explain(root).text()
