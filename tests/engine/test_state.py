"""A gradient's state: nothing yet, written by hand, computed, and by how many passes."""

from __future__ import annotations

import pytest

import chainrule
from chainrule.errors import WrongType


def state(v):
    return v.grad, v.grad_state, v.passes, v.by_hand


def test_a_gradient_always_reads_as_a_number(Value):
    a = Value(2)
    assert state(a) == state(a * 3) == (0.0, "none", 0, 0)
    assert type(a.grad) is float


@pytest.mark.parametrize("written", [6, 6.5, -0.0, 0, True])
def test_what_was_written_is_read_back(Value, written):
    a = Value(2.0)
    a.grad = written
    assert (a.grad, a.grad_state, a.passes) == (written, "hand", 0)
    assert type(a.grad) is (int if isinstance(written, int) else float)


def test_none_forgets_a_gradient(Value):
    a = Value(2.0)
    (a * a).backward()
    a.grad = None
    assert state(a) == (0.0, "none", 0, 0)


@pytest.mark.parametrize("wrong", ["1", 2j, [1.0], object()])
def test_a_gradient_is_a_number(Value, wrong):
    a = Value(2.0)
    a.grad = 5.0
    with pytest.raises(WrongType):
        a.grad = wrong
    assert state(a) == (5.0, "hand", 0, 0)


def test_a_gradient_is_no_value(Value):
    a = Value(2.0)
    with pytest.raises(WrongType):
        a.grad = Value(1.0)


def test_a_pass_computes_every_gradient_as_a_float(Value):
    a, b = Value(2), Value(3)
    c = a * b
    L = c + a
    L.backward()
    assert [state(v) for v in (a, b, c, L)] == [
        (4.0, "computed", 1, 0),
        (2.0, "computed", 1, 0),
        (1.0, "computed", 1, 0),
        (1.0, "computed", 1, 0),
    ]
    assert all(type(v.grad) is float for v in (a, b, c, L))


def test_two_passes_are_counted_on_leaves(Value):
    a = Value(2.0)
    L = a * a
    L.backward()
    L.backward()
    assert state(a) == (8.0, "computed", 2, 0)
    assert state(L) == (1.0, "computed", 1, 0)


def test_writing_by_hand_ends_the_count(Value):
    a = Value(2.0)
    L = a * a
    L.backward()
    a.grad += 1
    assert state(a) == (5.0, "hand", 0, 0)
    L.backward()
    assert state(a) == (9.0, "computed", 1, 5.0)


def test_a_pass_adds_to_what_was_written_by_hand_and_remembers_it(Value):
    a = Value(2.0)
    a.grad = 6
    (a * 6).backward()
    assert state(a) == (12.0, "computed", 1, 6)
    (a * 1).backward()
    assert state(a) == (13.0, "computed", 2, 6)
    a.grad = 0
    assert state(a) == (0, "hand", 0, 0)


@pytest.mark.parametrize("zero", [0, 0.0, None])
def test_zeroing_starts_anew(Value, zero):
    a = Value(2.0)
    L = a * a
    L.backward()
    a.grad = zero
    L.backward()
    assert state(a) == (4.0, "computed", 1, 0)


def test_inner_nodes_forget_what_was_written(Value):
    a = Value(2.0)
    c = a * 3
    L = c * 5
    c.grad = 100.0
    L.grad = 100.0
    L.backward()
    assert (state(c), state(L), a.grad) == ((5.0, "computed", 1, 0), (1.0, "computed", 1, 0), 15.0)


def test_a_root_that_is_a_leaf_gets_one_each_time(Value):
    a = Value(2.0)
    a.backward()
    assert state(a) == (1.0, "computed", 1, 0)
    a.backward()
    assert state(a) == (1.0, "computed", 1, 0)
    a.grad = 5.0
    a.backward()
    assert state(a) == (1.0, "computed", 1, 0)


def test_a_leaf_from_which_nothing_flows_counts_as_computed_with_zero(Value):
    a, b = Value(2.0), Value(3.0)
    with pytest.warns(RuntimeWarning, match="the gradient stops at mine"):
        Value(5.0, (a, b), "mine").backward()
    assert state(a) == (0.0, "computed", 1, 0)


def test_constants_have_no_gradient(Value):
    a = Value(2.0)
    L = a * 3
    L.backward()
    constant = L._prev[1]
    assert constant.kind == "constant"
    assert state(constant) == (0.0, "none", 0, 0)


def test_zero_grad_forgets_the_whole_graph(Value):
    a, b = Value(2.0), Value(3.0)
    L = a * b + a
    L.backward()
    b.grad = 7
    chainrule.zero_grad(L)
    assert {state(v) for v in chainrule.trace(L)[0]} == {(0.0, "none", 0, 0)}


def test_a_gradient_written_to_an_inner_node_before_any_pass(Value):
    c = Value(2.0) * 3
    c.grad = 4
    assert state(c) == (4, "hand", 0, 0)


def test_the_note_of_what_was_written_is_kept_by_copies(Value):
    import copy

    a = Value(2.0)
    a.grad = 6
    (a * 6).backward()
    assert state(copy.deepcopy(a)) == (12.0, "computed", 1, 6)


def test_backward_by_hand_makes_the_operands_computed(Value):
    a, b = Value(2.0), Value(3.0)
    L = a * b
    L.grad = 1.0
    L._backward()
    assert state(a) == (3.0, "computed", 1, 0)
    L._backward()
    assert state(a) == (6.0, "computed", 1, 0)
    assert state(L) == (1.0, "hand", 0, 0)
