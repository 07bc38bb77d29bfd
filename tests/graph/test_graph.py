"""Walks over graphs, names, scopes and source lines in them, and numbers computed anew."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given, strategies as st

import chainrule
from chainrule.errors import DomainError, GraphError, WrongType
from chainrule.graph.evaluation import is_stale
from chainrule.graph.traversal import postorder


def test_postorder_is_depth_first_from_left_to_right(Value):
    a, b, c = (Value(float(k), label=name) for k, name in enumerate("abc"))
    left = b * a
    L = left + c * a
    assert postorder(L) == [b, a, left, c, L._prev[1], L]
    assert postorder(a) == [a]


def test_trace_gives_nodes_and_edges_as_sets(Value):
    a = Value(2.0)
    b = a + a
    c = b * a
    nodes, edges = chainrule.trace(c)
    assert nodes == {a, b, c}
    assert edges == {(a, b), (b, c), (a, c)}


def test_leaves_are_what_the_user_made(Value):
    a, b = Value(2.0), chainrule.parameter(3.0, label="w")
    assert chainrule.leaves((a * 2 + b) * a) == [a, b]


def test_parameter(Value):
    w = chainrule.parameter(0.5, label="w")
    assert (type(w), w.data, w.label, w.kind) == (Value, 0.5, "w", "parameter")
    assert (w * 2).kind == "inner"


every_walk = pytest.mark.parametrize(
    "walk",
    [
        postorder,
        chainrule.trace,
        chainrule.leaves,
        chainrule.zero_grad,
        chainrule.evaluate,
        chainrule.refresh,
    ],
)


@every_walk
def test_a_graph_is_given_by_its_root(walk):
    with pytest.raises(WrongType, match="got float"):
        walk(2.0)


@every_walk
def test_a_cycle_is_reported_by_every_walk(Value, walk):
    a = Value(1.0)
    b = a + 1
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        walk(b)
    a._prev = ()


# ---- names, scopes, lines ------------------------------------------------------------------------


def test_label_all_names_what_has_no_label(Value):
    a, b = Value(1.0), Value(2.0, label="mine")
    same = a
    _hidden = Value(3.0)
    chainrule.label_all({"a": a, "b": b, "same": same, "_hidden": _hidden, "number": 5})
    assert (a.label, b.label, _hidden.label) == ("a", "mine", "")
    c = a * b
    chainrule.label_all(locals())
    assert c.label == "c"


def test_scopes_nest_and_end(Value):
    outside = Value(0.0)
    with chainrule.scope("net"):
        a = Value(1.0)
        with chainrule.scope("layer<1>"):
            b = a * 2
        c = b + 1
    with chainrule.scope("net"):
        d = Value(1.0)
    assert [v.scope for v in (outside, a, b, c, d, d * 2)] == [
        (), ("net",), ("net", "layer<1>"), ("net",), ("net",), (),
    ]  # fmt: skip


def test_a_scope_ends_when_its_block_fails(Value):
    with pytest.raises(ZeroDivisionError), chainrule.scope("broken"):
        raise ZeroDivisionError
    assert Value(1.0).scope == ()


def test_debug_notes_the_line_of_every_node(Value):
    before = Value(1.0)
    with chainrule.debug():
        a = Value(1.0)
        b = a * 2
    after = a * 2
    lines = [chainrule.made_at(v).rsplit(":", 1) for v in (a, b)]
    assert [path.endswith("test_graph.py") for path, _ in lines] == [True, True]
    assert int(lines[1][1]) == int(lines[0][1]) + 1
    assert chainrule.made_at(before) == chainrule.made_at(after) == ""


def test_debug_warns_of_comparing_a_value_with_a_number(Value):
    a, b = Value(1.0), Value(1.0)
    with chainrule.debug():
        with pytest.warns(
            UserWarning, match=r"test_graph\.py:\d+: a Value is compared with 1\.0 by =="
        ):
            assert not a == 1.0  # noqa: SIM201
        with pytest.warns(UserWarning, match="compared with 1 by =="):
            assert a != 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert a != b
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert a != 1.0


def test_debug_ends_when_its_block_fails(Value):
    with pytest.raises(KeyError), chainrule.debug():
        raise KeyError
    assert chainrule.made_at(Value(1.0)) == ""


# ---- numbers computed anew -----------------------------------------------------------------------


def test_evaluate_for_other_inputs_leaves_the_graph(Value):
    a, b = Value(2.0), Value(3.0)
    d = a * b
    L = d.tanh() + a
    L.backward()
    before = [(v.data, v.grad, v.grad_state) for v in postorder(L)]
    assert chainrule.evaluate(L) == L.data
    assert chainrule.evaluate(L, {a: 0.1}) == math.tanh(0.1 * 3.0) + 0.1
    assert chainrule.evaluate(L, {a: 0.1, b: 1}) == math.tanh(0.1) + 0.1
    assert chainrule.evaluate(L, {d: 0.25}) == math.tanh(0.25) + 2.0
    assert chainrule.evaluate(L, {L: 7.0}) == 7.0
    assert before == [(v.data, v.grad, v.grad_state) for v in postorder(L)]


def test_evaluate_keeps_ints(Value):
    a = Value(2)
    assert (chainrule.evaluate(a * a, {a: 3}), type(chainrule.evaluate(a * a, {a: 3}))) == (9, int)


def test_evaluate_says_what_is_wrong_with_the_changes(Value):
    a = Value(2.0)
    L = a * a
    with pytest.raises(WrongType, match="one key is 'a'"):
        chainrule.evaluate(L, {"a": 1.0})
    with pytest.raises(GraphError, match="not in the graph"):
        chainrule.evaluate(L, {Value(2.0): 1.0})
    with pytest.raises(WrongType):
        chainrule.evaluate(L, {a: "1"})
    with pytest.raises(DomainError):
        chainrule.evaluate(a.log(), {a: -1.0})


def test_an_operation_without_a_formula_cannot_be_computed_anew(Value):
    a, b = Value(2.0), Value(3.0)
    mine = Value(5.0, (a,), (1.0,))
    L = mine * b
    assert chainrule.evaluate(L, {b: 4.0}) == 20.0
    assert chainrule.evaluate(L, {mine: 6.0}) == 18.0
    with pytest.raises(GraphError, match="no formula"):
        chainrule.evaluate(L, {a: 2.5})


def test_refresh_after_an_edit(Value):
    a, b = Value(2.0), Value(3.0)
    d = a * b
    L = d * d
    L.backward()
    a.data = 10.0
    assert is_stale(d)
    chainrule.refresh(L)
    assert (d.data, L.data) == (30.0, 900.0)
    assert not is_stale(d)
    chainrule.zero_grad(L)
    L.backward()
    assert (a.grad, b.grad) == (2 * 30.0 * 3.0, 2 * 30.0 * 10.0)


def test_refresh_keeps_an_edited_inner_node(Value):
    a, b = Value(2.0), Value(3.0)
    d = a * b
    L = d * 10
    d.data += 1.0
    chainrule.refresh(L, keep=[d])
    assert (d.data, L.data) == (7.0, 70.0)
    chainrule.refresh(L)
    assert (d.data, L.data) == (6.0, 60.0)


def test_refresh_gives_new_local_derivatives(Value):
    a = Value(2.0)
    L = chainrule.where(a > 1, a**2, a**3)
    a.data = 5.0
    chainrule.refresh(L)
    assert L.data == 25.0
    L.backward()
    assert a.grad == 10.0


def test_a_refresh_that_fails_changes_nothing(Value):
    a, b = Value(2.0), Value(3.0)
    c = b * 2
    L = c + a.log()
    b.data, a.data = 30.0, -1.0
    with pytest.raises(DomainError):
        chainrule.refresh(L)
    assert (c.data, L.data) == (6.0, 6.0 + math.log(2.0))


def test_an_edit_of_an_inner_node_is_an_ordinary_one(Value):
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    d = a * b + c
    d.data += 0.001
    assert (d * -2.0).data == 4.001 * -2.0


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_refresh_agrees_with_building_anew(Value, x, y):
    def build(a, b):
        return (
            (a * b).tanh() + chainrule.max(a, b) * abs(a - b).sqrt() - chainrule.where(a > 0, a, b)
        )

    a, b = Value(1.25), Value(-0.5)
    L = build(a, b)
    a.data, b.data = x, y
    if (x > 0) != (1.25 > 0):
        return  # the comparison gave a plain bool when the graph was built
    chainrule.refresh(L)
    fresh_a, fresh_b = Value(x), Value(y)
    fresh = build(fresh_a, fresh_b)
    L.backward()
    fresh.backward()
    assert [L.data.hex(), float(a.grad).hex(), float(b.grad).hex()] == [
        fresh.data.hex(), fresh_a.grad.hex(), fresh_b.grad.hex(),
    ]  # fmt: skip


def test_deep_graphs_are_walked_without_recursion(Value):
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y + 0.0
    assert chainrule.evaluate(y, {x: 2.0}) == 2.0
    x.data = 3.0
    chainrule.refresh(y)
    assert y.data == 3.0
    assert len(chainrule.trace(y)[0]) == 40_001
