"""The backward pass: sums over paths, what is overwritten and what accumulates, its order."""

from __future__ import annotations

import copy
import math
import sys
import warnings
from fractions import Fraction

import pytest
from hypothesis import assume, given, strategies as st

import chainrule
from chainrule.errors import GraphError, WrongType

EPS = Fraction(sys.float_info.epsilon)


def test_the_expression_of_the_first_lesson(Value):
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    e = a * b
    d = e + c
    f = Value(-2.0)
    L = d * f
    L.backward()
    assert L.data == -8.0
    assert [v.grad for v in (a, b, c, d, e, f, L)] == [6.0, -4.0, -2.0, -2.0, -2.0, 4.0, 1.0]


def test_backward_returns_nothing_and_leaves_the_numbers(Value):
    a = Value(2.0)
    L = a * a
    assert L.backward() is None
    assert (a.data, L.data) == (2.0, 4.0)


def test_a_node_used_twice_gets_both_contributions(Value):
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0
    b = Value(3.0)
    (b * b * b).backward()
    assert b.grad == 27.0


def test_paths_that_meet_again(Value):
    a, b = Value(-2.0), Value(3.0)
    d, e = a * b, a + b
    f = d * e
    f.backward()
    assert (a.grad, b.grad) == (-3.0, -8.0)


def test_leaves_accumulate_and_inner_nodes_do_not(Value):
    a = Value(2.0)
    c = a * 3
    L = c * c
    for k in (1, 2, 3):
        L.backward()
        assert (a.grad, c.grad, L.grad) == (36.0 * k, 12.0, 1.0)


def test_two_roots_over_one_leaf_accumulate(Value):
    a = Value(2.0)
    (a * 3).backward()
    (a * a).backward()
    assert a.grad == 7.0


def test_an_inner_root_first_and_then_the_whole(Value):
    a = Value(2.0)
    c = a * 3
    L = c * 5
    c.backward()
    assert (a.grad, c.grad) == (3.0, 1.0)
    L.backward()
    assert (a.grad, c.grad) == (18.0, 5.0)


def test_nodes_outside_the_graph_of_the_root_are_untouched(Value):
    a = Value(2.0)
    c = a * 3
    above = c * 5
    above.grad = 7.0
    c.backward()
    assert (above.grad, above.grad_state) == (7.0, "hand")


def test_backward_differentiates_at_the_numbers_of_the_forward_pass(Value):
    a = Value(2.0)
    L = a * a
    a.data = 100.0
    L.backward()
    assert a.grad == 4.0


def test_a_step_of_descent(Value):
    w = Value(1.0)
    for _ in range(3):
        w.grad = 0.0
        loss = (w * 2 - 6) ** 2
        loss.backward()
        w.data += -0.1 * w.grad
    assert math.isclose(w.data, 3.0 - 2.0 * 0.2**3)


def test_contributions_are_added_in_the_order_of_the_pass(Value):
    """The last user of a depth-first walk from left to right gives first; floats show the order."""
    a = Value(1.0)
    big, one = a * 1e16, a * 1.0
    total = (big + one) - a * 1e16
    total.backward()
    assert a.grad == (-1e16 + 1.0) + 1e16 == 0.0
    b = Value(1.0)
    total = b * 1.0 + (b * 1e16 - b * 1e16)
    total.backward()
    assert b.grad == (-1e16 + 1e16) + 1.0 == 1.0


def test_the_order_of_making_does_not_matter(Value):
    def program(late):
        a = Value(0.1)
        if late:
            right = a * 0.7
            left = (a * 0.3).tanh()
        else:
            left = (a * 0.3).tanh()
            right = a * 0.7
        (left * right + a / 3.0).backward()
        return a.grad.hex()

    assert program(late=True) == program(late=False)


# ---- the rule by hand ----------------------------------------------------------------------------


def test_the_rule_by_hand_in_the_order_of_the_lecture(Value):
    x1, w1, b = Value(2.0), Value(-3.0), Value(6.881373587019543)
    x1w1 = x1 * w1
    n = x1w1 + b
    o = n.tanh()
    o.grad = 1.0
    o._backward()
    n._backward()
    b._backward()
    x1w1._backward()
    assert (n.grad, b.grad, x1w1.grad) == (1 - o.data**2,) * 3
    assert (x1.grad, w1.grad) == (-3.0 * n.grad, 2.0 * n.grad)


def test_the_rule_by_hand_adds(Value):
    a = Value(3.0)
    b = a + a
    b.grad = 1.0
    b._backward()
    assert a.grad == 2.0
    b._backward()
    assert a.grad == 4.0


def test_the_rule_of_a_leaf_does_nothing(Value):
    a = Value(3.0)
    a._backward()
    assert (a.grad, a.grad_state) == (0.0, "none")


def test_the_rule_by_hand_leaves_constants_alone(Value):
    a = Value(3.0)
    b = a * 2
    b.grad = 1.0
    b._backward()
    assert (b._prev[1].grad, b._prev[1].grad_state) == (0.0, "none")


# ---- operations of one's own ---------------------------------------------------------------------


def square(Value, x):
    out = Value(x.data**2, (x,), "square")

    def _backward():
        x.grad += 2 * x.data * out.grad

    out._backward = _backward
    return out


def test_an_own_rule_is_called(Value):
    x = Value(3.0)
    L = square(Value, x * 2) * 5
    L.backward()
    assert (x.grad, x.grad_state, x.passes) == (120.0, "computed", 1)
    L.backward()
    assert (x.grad, x.passes) == (240.0, 2)


def test_an_own_rule_replaces_that_of_the_table(Value):
    x = Value(3.0)
    y = x * 2
    called = []
    y._backward = lambda: called.append(y.grad)
    (y * 10).backward()
    assert called == [10.0]
    assert x.grad == 0.0


def test_an_own_rule_of_a_leaf_is_called_too(Value):
    called = []
    x = Value(3.0)
    x._backward = lambda: called.append(x.grad)
    (x * 4).backward()
    assert called == [4.0]


def test_an_own_rule_can_be_read_and_called(Value):
    x = Value(3.0)
    y = square(Value, x)
    rule = y._backward
    y.grad = 1.0
    rule()
    y._backward()
    assert x.grad == 12.0


def test_an_own_rule_is_a_function(Value):
    with pytest.raises(WrongType, match="_backward needs a function"):
        Value(1.0)._backward = 3


def test_a_node_by_hand_without_a_rule_passes_nothing(Value):
    a, b = Value(2.0), Value(3.0)
    L = Value(5.0, (a, b), "mine") * 4
    with pytest.warns(RuntimeWarning, match=r"test_backward.py:\d+: the gradient stops at mine"):
        L.backward()
    assert (a.grad, b.grad, L._prev[0].grad) == (0.0, 0.0, 4.0)


@pytest.mark.parametrize("operands", [1, 2, 3])
@pytest.mark.parametrize("last", ["leaf", "constant"])
def test_one_warning_says_where_a_gradient_stops(Value, operands, last):
    leaves = [Value(1.0) for _ in range(operands)]
    leaves[-1].requires_grad = last == "leaf"
    lost = [Value(5.0, leaves, "lost") for _ in range(3)]
    L = lost[0] * 2 + lost[1] + lost[2]
    with pytest.warns(RuntimeWarning, match="the gradient stops at lost") as warned:
        L.backward()
    assert len(warned) == 1
    assert str(warned[0].message).startswith(f"{__file__}:{warned[0].lineno}: ")
    with pytest.warns(RuntimeWarning, match="the gradient stops at lost"):
        lost[0]._backward()


def test_no_warning_where_nothing_is_lost(Value):
    a = Value(2.0)
    own = Value(5.0, (a,), "own")
    own._backward = lambda: None
    (own + Value(5.0, (a,), (0.0,)) + Value(5.0, (a,), "unreached") * 0).backward()
    Value(5.0, (a,), "not in the graph")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lost = Value(5.0, (a,), "lost")
        (lost * a).backward()
    assert (a.grad, a.passes, lost.grad) == (5.0, 2, 2.0)


def test_a_node_by_hand_with_local_derivatives_passes_them(Value):
    a, b = Value(2.0), Value(3.0)
    L = Value(5.0, (a, b), (10, -1.5)) * 4
    L.backward()
    assert (a.grad, b.grad) == (40.0, -6.0)


def test_an_error_in_an_own_rule_leaves_every_gradient_and_state(Value):
    a, b = Value(2.0), Value(3.0)
    a.grad = 7
    (b * 1).backward()
    y = square(Value, a * b)
    L = y * 2 + a + b

    def broken():
        a.grad += 100.0
        raise KeyboardInterrupt

    below = y._prev[0]
    below._backward = broken
    nodes = chainrule.trace(L)[0]
    before = {v: (v.grad, type(v.grad), v.grad_state, v.passes, v.by_hand) for v in nodes}
    with pytest.raises(KeyboardInterrupt):
        L.backward()
    assert before == {v: (v.grad, type(v.grad), v.grad_state, v.passes, v.by_hand) for v in nodes}
    below._backward = lambda: None
    L.backward()
    assert (a.grad, b.grad) == (8.0, 2.0)


def test_an_own_rule_may_write_any_number(Value):
    x = Value(3.0)
    y = Value(9.0, (x,), "own")

    def rule():
        x.grad = 5

    y._backward = rule
    y.backward()
    assert (x.grad, type(x.grad), x.grad_state) == (5.0, float, "computed")


def test_an_own_rule_may_change_the_graph_it_is_called_in(Value):
    """What a pass visits is settled before it begins."""
    x = Value(3.0)
    y = Value(9.0, (x,), "own")
    z = y * 2

    def rule():
        y._prev = ()
        z._prev = ()
        x.grad += 1.0

    y._backward = rule
    z.backward()
    assert x.grad == 1.0


def test_an_own_rule_may_run_a_pass_of_its_own(Value):
    inner_leaf = Value(4.0)
    x = Value(3.0)
    y = Value(9.0, (x,), "own")

    def rule():
        (inner_leaf * inner_leaf).backward()
        x.grad += y.grad

    y._backward = rule
    (y * 2).backward()
    assert (x.grad, inner_leaf.grad) == (2.0, 8.0)


def test_an_own_rule_reads_the_sum_so_far_of_a_leaf_that_was_zeroed_with_an_int(Value):
    x = Value(3.0)
    x.grad = 0
    out = Value(9.0, (x,), "own")

    def rule():
        x.grad += 6 * out.grad

    out._backward = rule
    (out + x * 0.25).backward()
    assert x.grad == 6.25


def test_an_own_rule_may_walk_over_the_graph_that_the_pass_is_in(Value):
    a = Value(1.0)
    b = a * 2
    out = Value(2.0, (b,), "own")
    L = out * 3 + b
    seen = []

    def rule():
        seen.extend(len(node._postorder()) for node in (a, b, out, L))
        assert copy.deepcopy(b)._prev[0].data == 1.0
        chainrule.refresh(b)
        b.grad += out.grad

    out._backward = rule
    L.backward()
    assert seen == [1, 3, 4, 7]
    assert a.grad == 8.0


def test_an_own_rule_may_run_a_pass_over_nodes_of_its_own_graph(Value):
    """What a rule recomputes goes down to the shared leaf at once, and with m once more."""
    x = Value(3.0)
    m = x * 2
    out = Value(36.0, (m,), "recomputed")
    out._backward = lambda: (m * m).backward()
    (out * 5 + x).backward()
    assert m.grad == 12.0
    assert x.grad == 1.0 + 24.0 + 24.0


# ---- cycles and depth ----------------------------------------------------------------------------


def test_a_cycle_made_by_hand_is_reported(Value):
    a = Value(1.0)
    b = a + 1
    c = b * 2
    a._prev = (c,)
    for root in (a, b, c, c + 1):
        with pytest.raises(GraphError, match="cycle"):
            root.backward()
    a._prev = ()
    c.backward()
    assert b.grad == 2.0


def test_a_node_that_is_its_own_operand_is_reported(Value):
    a = Value(1.0)
    a._prev = (a,)
    with pytest.raises(GraphError, match="computed from itself"):
        a.backward()
    a._prev = ()


def test_a_failed_pass_changes_nothing(Value):
    a = Value(1.0)
    b = a + 1
    b.grad = 5
    a._prev = (b,)
    with pytest.raises(GraphError):
        b.backward()
    assert (b.grad, b.grad_state) == (5, "hand")
    a._prev = ()


def test_depth_is_no_limit(Value):
    x = Value(0.5)
    y = x
    for _ in range(20_000):
        y = y * 1.0 + 0.0
    y.backward()
    assert x.grad == 1.0


def test_width_is_no_limit(Value):
    x = Value(0.5)
    y = Value(20_000.0, (x,) * 20_000, (1.0,) * 20_000)
    y.backward()
    assert x.grad == 20_000.0


# ---- random graphs -------------------------------------------------------------------------------

_SMOOTH = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "tanh": lambda x, y: chainrule.tanh(x),
    "sin": lambda x, y: chainrule.sin(x) + y,
    "max": chainrule.max,
    "twice": lambda x, y: x + x,
    "scaled": lambda x, y: 3 * x - 0.5,
}
_STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(_SMOOTH)), st.integers(0, 60), st.integers(0, 60)),
    min_size=1,
    max_size=40,
)
_LEAVES = st.lists(st.floats(-2, 2), min_size=1, max_size=4)


def build(leaves, steps):
    nodes = list(leaves)
    for name, i, j in steps:
        nodes.append(_SMOOTH[name](nodes[i % len(nodes)], nodes[j % len(nodes)]))
    return nodes[-1]


@given(_LEAVES, _STEPS)
def test_the_gradient_is_the_sum_over_all_paths(Value, numbers, steps):
    """Against exact fractions of the same local derivatives.

    A pass multiplies and adds once an edge, so its error is at most eps times the edges on the
    way, times the sum of the absolute contributions of all paths.
    """
    leaves = [Value(x) for x in numbers]
    root = build(leaves, steps)
    root.backward()
    order = root._postorder()
    assume(
        all(
            partial is None or math.isfinite(partial)
            for node in order
            for partial in node._partials
        )
    )
    assume(all(math.isfinite(node.grad) for node in order))
    exact, absolute = dict.fromkeys(order, Fraction(0)), dict.fromkeys(order, Fraction(0))
    exact[root] = absolute[root] = Fraction(1)
    for node in reversed(order):
        for operand, partial in zip(node._operands, node._partials):
            if partial is not None:
                exact[operand] += Fraction(partial) * exact[node]
                absolute[operand] += abs(Fraction(partial)) * absolute[node]
    edges = sum(len(node._operands) for node in order) + 1
    for node in order:
        if node.kind != "constant":
            # below the smallest normal number a rounding is not relative
            bound = 2 * edges * EPS * absolute[node] + edges * Fraction(5e-324) * 10**12
            assert abs(Fraction(node.grad) - exact[node]) <= bound


_FEW_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "mul", "tanh", "sin"]), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


@given(_LEAVES, _FEW_STEPS)
def test_the_gradient_is_the_slope(Value, numbers, steps):
    """Against a central difference, which is good to about h**2 and eps / h."""
    leaves = [Value(x) for x in numbers]
    root = build(leaves, steps)
    root.backward()
    h = 1e-5
    for k, leaf in enumerate(leaves):
        up, down = list(numbers), list(numbers)
        up[k] += h
        down[k] -= h
        above, below = (float(build([Value(x) for x in at], steps).data) for at in (up, down))
        size = max(1.0, abs(above), abs(leaf.grad))
        if size < 100:
            assert math.isclose(
                (above - below) / (2 * h), leaf.grad, rel_tol=1e-3, abs_tol=1e-4 * size**3
            )


@given(_LEAVES, _STEPS, st.integers(2, 5))
def test_k_passes_give_k_times_the_leaf_gradients_and_once_the_inner(Value, numbers, steps, k):
    once, often = ([Value(x) for x in numbers] for _ in range(2))
    root_once, root_often = build(once, steps), build(often, steps)
    root_once.backward()
    for _ in range(k):
        root_often.backward()
    order = root_once._postorder()
    absolute = dict.fromkeys(order, 0.0)  # the contributions of all paths, which may cancel out
    absolute[root_once] = 1.0
    for node in reversed(order):
        for operand, partial in zip(node._operands, node._partials):
            absolute[operand] += abs(partial or 0.0) * absolute[node]
    for a, b in zip(order, root_often._postorder()):
        if a.kind == "leaf" and a is not root_once:
            bound = k * len(order) * EPS * absolute[a]
            is_close = math.isclose(b.grad, k * a.grad, rel_tol=k * 1e-15, abs_tol=bound)
            assert is_close or not math.isfinite(a.grad)
            assert b.passes == k
        elif a.kind == "inner":
            assert (a.grad.hex(), a.passes) == (b.grad.hex(), b.passes)


@given(_LEAVES, _STEPS)
def test_a_second_pass_after_zeroing_has_the_same_bits(Value, numbers, steps):
    leaves = [Value(x) for x in numbers]
    root = build(leaves, steps)
    root.backward()
    first = [node.grad.hex() for node in root._postorder() if node.kind != "constant"]
    chainrule.zero_grad(root)
    root.backward()
    assert first == [node.grad.hex() for node in root._postorder() if node.kind != "constant"]
