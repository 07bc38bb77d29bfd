"""What gradients say, tried out: slope, nudge and ascend, and the pass that leaves no trace."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

import chainrule
from chainrule.errors import DomainError, GraphError, NumberError, WrongType
from chainrule.graph.passes import gradients
from chainrule.verdict import ascend, nudge, slope, sweep


def parabola(x):
    return 2 * x**2 - 3 * x + 4


def by_hand(Value, **moved):
    """The graph L = (a*b + c)*f, with other numbers where they are given."""
    numbers = {"a": 2, "b": -3.0, "c": 10, "f": -2, **moved}
    a, b, c, f = (Value(x, label=name) for name, x in numbers.items())
    e = a * b
    d = e + c
    L = d * f
    e.label, d.label, L.label = "e", "d", "L"
    return L, {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f}


def state(root):
    """Everything that a reader of a graph can see of it."""
    return [
        (n.data, type(n.data), n.grad, n.grad_state, n.passes, n._partials)
        for n in root._postorder()
    ]


# ---- slope --------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [2, 6, -2, 0.75, 0.1, 1e5])
@pytest.mark.parametrize("h", [1e-6, 1e-9, -0.25])
def test_slope_is_the_difference_quotient_to_the_last_digit(x, h):
    assert slope(parabola, x, h=h) == (parabola(x + h) - parabola(x)) / h


def test_slope_takes_a_millionth_unless_told_otherwise():
    assert slope(parabola, 2) == 5.000002000876691
    assert slope(parabola, 0.75, h=0.000000001) == 0.0


def test_slope_of_several_arguments_moves_one_at_a_time():
    h = 0.0001
    found = slope(lambda a, b, c: a * b + c, 3.0, -2.0, 8.0, h=h)
    assert found == (
        (((3.0 + h) * -2.0 + 8.0) - 2.0) / h,
        ((3.0 * (-2.0 + h) + 8.0) - 2.0) / h,
        ((3.0 * -2.0 + (8.0 + h)) - 2.0) / h,
    )


def test_slope_calls_with_plain_numbers_and_no_oftener_than_it_must():
    seen = []

    def f(x, y):
        seen.append((x, y))
        return x * y

    assert slope(f, 2, 3.0, h=1) == (3.0, 2.0)
    assert sorted(seen) == [(2, 3.0), (2, 4.0), (3, 3.0)]
    assert [type(x) for x, _ in seen] == [int, int, int]


@pytest.mark.parametrize("wrap", [int, float, Fraction, lambda x: chainrule.Value(x)])
def test_slope_takes_any_number_that_the_function_returns(wrap):
    found = slope(lambda x: wrap(3 * x), 2, h=1)
    assert found == 3.0
    assert type(found) is float


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: slope(3, 2), WrongType, "slope needs a function, but got int."),
        (lambda: slope(abs), WrongType, "slope needs a point to measure at, but got none."),
        (lambda: slope(abs, 1, h=0), DomainError, "slope needs an h other than 0."),
        (lambda: slope(abs, "1"), WrongType, "an argument of the function needs an int or a float"),
        (lambda: slope(str, 1), WrongType, "slope needs a function that returns a number"),
        (lambda: slope(lambda x: 1j, 1), WrongType, "but it returned complex."),
        (lambda: slope(abs, 2**60), NumberError, "within ±2**53"),
    ],
)
def test_slope_says_what_is_wrong(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value).splitlines()[0]


# ---- the pass that leaves no trace --------------------------------------------------------------


OPERATIONS = (
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x - y,
    lambda x, y: x.tanh(),
    lambda x, y: chainrule.max(x, y),
    lambda x, y: x * 2.5,
    lambda x, y: x.relu(),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=25,
)


@given(numbers=st.lists(st.floats(-3, 3), min_size=1, max_size=4), steps=STEPS)
def test_gradients_are_those_of_backward_bit_for_bit(Value, numbers, steps):
    nodes = [Value(x) for x in numbers]
    for operation, i, j in steps:
        nodes.append(operation(nodes[i % len(nodes)], nodes[j % len(nodes)]))
    root = nodes[-1]
    before = state(root)
    found = gradients(root)
    assert state(root) == before
    some = root._postorder()[::2]
    assert gradients(root, wrt=some) == {node: found[node] for node in some}
    root.backward()
    for node in root._postorder():
        if node.kind != "constant":
            assert repr(float(found[node])) == repr(node.grad)


def test_gradients_use_the_numbers_that_are_there_now(Value):
    a = Value(2.0)
    L = a * a
    a.data = 5.0
    assert gradients(L)[a] == 10.0


def test_gradients_follow_given_local_derivatives_and_refuse_a_function(Value):
    a = Value(2.0, label="a")
    given = Value(4.0, (a,), (7.0,))
    assert gradients(given * 3)[a] == 21.0
    own = Value(4.0, (a,), "square")
    own._backward = lambda: pytest.fail("a function of the user's own would write into the graph")
    above = own * 3
    assert gradients(above, wrt=[own]) == {own: 3.0}
    with pytest.raises(GraphError, match="has its own _backward"):
        gradients(above)


# ---- ascend -------------------------------------------------------------------------------------


@pytest.mark.parametrize("h", [0.01, -0.01])
def test_ascend_gives_the_digits_of_the_step_by_hand(Value, h):
    L, nodes = by_hand(Value)
    grads = {"a": 6, "b": -4, "c": -2, "f": 4}
    for name, grad in grads.items():
        nodes[name].grad = grad
    moved, _ = by_hand(Value, a=2 + 6 * h, b=-3.0 + -4 * h, c=10 + -2 * h, f=-2 + 4 * h)
    before = state(L)
    found = ascend(L, h)
    assert found == (L.data, moved.data, moved.data - L.data)
    assert (found.before, found.after, found.change) == found
    assert state(L) == before


def test_ascend_computes_what_is_not_stored_and_follows_what_is(Value):
    L, nodes = by_hand(Value)
    assert ascend(L, 0.01) == (-8.0, -7.286496, -7.286496 + 8.0)
    nodes["a"].grad = 0  # by hand: a stays where it is
    without_a, _ = by_hand(Value, b=-3.0 - 4 * 0.01, c=10 - 2 * 0.01, f=-2 + 4 * 0.01)
    assert ascend(L, 0.01).after == without_a.data
    L.backward()
    L.backward()
    twice, _ = by_hand(Value, f=-2 + 8 * 0.01)
    assert ascend(L, 0.01, wrt=nodes["f"]).after == twice.data


def test_ascend_moves_only_what_is_asked_and_never_a_constant(Value):
    x, w = Value(2.0), Value(3.0)
    L = x * w * 10
    assert ascend(L, 0.1, wrt=[w]).after == 2.0 * (3.0 + 20.0 * 0.1) * 10
    assert ascend(L, 0.1, wrt=[w, w]).after == ascend(L, 0.1, wrt=w).after
    with pytest.raises(GraphError, match="constant 10 in an expression cannot be moved"):
        ascend(L, 0.1, wrt=L._prev[1])


def test_ascend_moves_an_inner_node_and_what_lies_above_follows(Value):
    L, nodes = by_hand(Value)
    assert ascend(L, 0.5, wrt=nodes["d"]).after == (4.0 - 2.0 * 0.5) * -2


def test_ascend_in_place_writes_the_leaves_and_refreshes_the_rest(Value):
    L, nodes = by_hand(Value)
    L.backward()
    after = ascend(L, 0.01, inplace=True).after
    assert L.data == after
    assert nodes["a"].data == 2 + 6 * 0.01
    assert nodes["d"].data == nodes["a"].data * nodes["b"].data + nodes["c"].data
    assert nodes["a"].grad == 6.0
    L.backward()
    assert nodes["f"].grad == 4.0 + nodes["d"].data


def test_ascend_in_place_keeps_a_moved_inner_node(Value):
    L, nodes = by_hand(Value)
    ascend(L, 0.5, wrt=nodes["d"], inplace=True)
    assert (nodes["d"].data, L.data) == (3.0, -6.0)


def test_ascend_that_fails_writes_nothing(Value):
    a = Value(0.1, label="a")
    L = a.log()
    before = state(L)
    with pytest.raises(DomainError):
        ascend(L, -1.0, inplace=True)
    assert state(L) == before


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"step": "x"}, WrongType, "step needs an int or a float"),
        ({"wrt": "a"}, WrongType, "wrt needs one or more Values, but got str."),
        ({"wrt": 3}, WrongType, "wrt needs one or more Values, but got int."),
        ({"wrt": [1.0]}, WrongType, "wrt needs Values, but one entry is 1.0."),
    ],
)
def test_ascend_says_what_is_wrong(Value, wrong, error, message):
    with pytest.raises(error) as caught:
        ascend(Value(2.0) * 3, **wrong)
    assert message in str(caught.value)


def test_a_node_of_another_graph_is_named(Value):
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    for call in (ascend, nudge):
        with pytest.raises(GraphError, match="'b' is not in the graph of 'L'"):
            L = a * 3
            L.label = "L"
            call(L, wrt=b)


# ---- nudge --------------------------------------------------------------------------------------


def test_nudge_as_text(Value):
    L, _ = by_hand(Value)
    assert str(nudge(L)) == (
        "Each input of L moved by 0.01\n"
        "\n"
        "input   number  gradient  predicted   actual       error\n"
        "a       2.0000    6.0000     0.0600   0.0600  −1.277e−15\n"
        "b      −3.0000   −4.0000    −0.0400  −0.0400   8.535e−16\n"
        "c      10.0000   −2.0000    −0.0200  −0.0200   4.267e−16\n"
        "f      −2.0000    4.0000     0.0400   0.0400   3.469e−17"
    )


def test_nudge_predicts_and_compares(Value):
    a = Value(3.0, label="a")
    (row,) = nudge(a * a, h=0.5)
    assert row == (a, 3.0, 6.0, 3.0, 3.25, 0.25)
    assert nudge(a * a, h=0.5)[0].error == 0.25
    assert len(nudge(a * a + 1)) == 1
    assert len(nudge(a * a, wrt=[a, a])) == 1


def test_nudge_leaves_no_trace_and_does_not_believe_what_is_stored(Value):
    L, nodes = by_hand(Value)
    L.backward()
    nodes["a"].grad = 1000
    before = state(L)
    assert nudge(L)[0].gradient == 6.0
    assert state(L) == before


def test_nudge_of_inner_nodes_keeps_their_number(Value):
    L, nodes = by_hand(Value)
    rows = nudge(L, h=0.5, wrt=[nodes["d"], nodes["e"]])
    assert [(row.number, row.gradient, row.actual) for row in rows] == [
        (4.0, -2.0, -1.0),
        (-6.0, -2.0, -1.0),
    ]


def test_nudge_says_where_there_is_no_value_and_goes_on(Value):
    a, b = Value(0.005, label="a"), Value(2.0, label="b")
    table = nudge(a.log() * b, h=-0.01)
    assert math.isnan(table[0].actual)
    assert "no value" in str(table).splitlines()[3]
    assert table[1].actual == pytest.approx(-0.01 * math.log(0.005))


def test_nudge_in_a_notebook_is_escaped(Value):
    L = Value(2.0, label="<script>&") * 3
    L.label = "a\nb\x00"
    found = nudge(L)._repr_html_()
    assert "<script" not in found
    assert "&lt;script&gt;&amp;" in found
    assert "a\ufffdb\ufffd" in found
    assert len(str(nudge(L)).splitlines()) == 4


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda L: nudge(L, h=0), DomainError, "nudge needs an h other than 0."),
        (lambda L: nudge(3.0), WrongType, "the root of a graph is a Value, but got float."),
        (lambda L: nudge(L, h=None), WrongType, "h needs an int or a float"),
    ],
)
def test_nudge_says_what_is_wrong(Value, call, error, message):
    with pytest.raises(error) as caught:
        call(Value(2.0) * 3)
    assert message in str(caught.value)


@pytest.mark.parametrize("h", [math.nan, math.inf, -math.inf])
def test_steps_that_are_not_finite(Value, h):
    a = Value(2.0, label="a")
    L = a * 3
    for call in (
        lambda: nudge(L, h=h),
        lambda: slope(abs, 1.0, h=h),
        lambda: sweep(abs, 1.0, h=[h]),
        lambda: ascend(L, h, inplace=True),
    ):
        with pytest.raises(DomainError, match=r"needs a finite (h|step), but got .*\n  remedy"):
            call()
    assert (a.data, L.data) == (2.0, 6.0)


def test_ascend_that_would_write_what_is_not_finite(Value):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = a + b
    b.grad = math.inf
    before = state(L)
    with pytest.raises(DomainError, match="the step would set b to ∞, so nothing was written"):
        ascend(L, 0.1, inplace=True)
    assert state(L) == before


def test_a_move_over_a_kink_is_mentioned(Value):
    a, b = Value(0.005, label="a"), Value(2.0, label="<b>")
    L = a.relu() * b
    assert nudge(L, h=-0.01).remarks == (
        "a was moved over a kink of relu: the gradient holds on one side only.",
    )  # fmt: skip
    assert str(nudge(L, h=-0.01)).endswith("holds on one side only.")
    assert nudge(L, h=0.01).remarks == ()
    found = nudge(b.floor() * a, h=-0.5)
    assert "over a kink of floor" in found.remarks[0]
    page = found._repr_html_()
    assert page.count("<b>") == 1 and "&lt;b&gt;" in page  # the title is bold
    title = sweep(abs, 0.0).title
    assert title.endswith("There is a kink here: the slope is −1 on the left and 1 on the right.")
    assert sweep(chainrule.floor, 2.0).title.endswith("so no step gives the slope.")
