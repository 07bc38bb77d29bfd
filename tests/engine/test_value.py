"""A Value as an object: how it is made, read, written, compared, shown, subclassed and patched."""

from __future__ import annotations

import copy
import math
import operator

import pytest

import chainrule
from chainrule import debug
from chainrule.errors import ShapeError, WrongType

# ---- the constructor -----------------------------------------------------------------------------


def test_a_new_value_is_a_leaf_without_a_gradient(Value):
    v = Value(2.0)
    assert (v.data, v.grad, v.grad_state, v.passes) == (2.0, 0.0, "none", 0)
    assert (v._prev, v._children, v._op, v.op, v._local_grads) == ((), (), "", "", ())
    assert (v.label, v.name, v.kind, v.scope, v.by_hand) == ("", "", "leaf", (), 0)


@pytest.mark.parametrize("keyword", ["label", "name", "_label"])
def test_the_label_under_all_its_names(Value, keyword):
    v = Value(2.0, **{keyword: "a"})
    assert (v.label, v.name) == ("a", "a")
    v.name = "b"
    assert v.label == "b"
    v.label = "c"
    assert v.name == "c"


@pytest.mark.parametrize("keyword", ["children", "_children", "prev", "_prev"])
@pytest.mark.parametrize("container", [tuple, list])
def test_the_operands_under_all_their_names(Value, keyword, container):
    a, b = Value(2.0), Value(3.0)
    v = Value(5.0, **{keyword: container((a, b))})
    assert v._prev == (a, b)
    assert v.kind == "inner"
    assert Value(5.0, container((a, b)))._prev == (a, b)


def test_a_set_of_operands(Value):
    a, b = Value(2.0), Value(3.0)
    assert set(Value(5.0, {a, b})._prev) == {a, b}


def test_one_operand_twice_keeps_both_edges(Value):
    a = Value(2.0)
    assert (a + a)._prev == (a, a)
    assert Value(4.0, (a, a))._prev == (a, a)


def test_no_operands_make_a_leaf(Value):
    for v in (
        Value(1.0, ()),
        Value(1.0, (), ""),
        Value(1.0, (), ()),
        Value(1.0, children=(), local_grads=()),
    ):
        assert v.kind == "leaf"
        v.backward()
        assert v.grad == 1.0


def test_positional_arguments_are_recognised_by_what_they_are(Value):
    a, b = Value(2.0), Value(3.0)
    assert Value(2.0, "weight").label == "weight"
    made = Value(6.0, (a, b), "*")
    assert (made._prev, made._op, made._local_grads) == ((a, b), "*", (0.0, 0.0))
    made = Value(6.0, (a, b), (3.0, 2))
    assert made._local_grads == (3.0, 2.0)
    assert all(type(partial) is float for partial in made._local_grads)
    assert Value(6.0, (a, b), "*", "product").label == "product"
    assert Value(6.0, (a, b), _op="*").op == "*"


def test_the_gradient_as_a_keyword(Value):
    v = Value(2.0, grad=3)
    assert (v.grad, v.grad_state) == (3, "hand")
    assert Value(2.0, grad=None).grad_state == "none"


def test_what_no_dialect_knows_is_refused(Value):
    a = Value(1.0)
    for call in (
        lambda: Value(),
        lambda: Value(1.0, colour="red"),
        lambda: Value(1.0, (a,), "op", "label", "more"),
        lambda: Value(1.0, (a, 2.0)),
        lambda: Value(1.0, 5),
        lambda: Value(1.0, (a,), 5),
        lambda: Value(1.0, "a", label="b"),
        lambda: Value(1.0, (a,), children=(a,)),
    ):
        with pytest.raises(TypeError):
            call()


def test_as_many_local_derivatives_as_operands(Value):
    with pytest.raises(ShapeError, match="2 operands need as many local derivatives, not 1"):
        Value(1.0, (Value(1.0), Value(2.0)), (1.0,))


def test_the_constructor_may_be_called_again(Value):
    v = Value(2.0, label="a") * 3
    v.__init__(5)
    assert (v.data, v.kind, v._prev, v.grad) == (5, "leaf", (), 0.0)


# ---- arithmetic ----------------------------------------------------------------------------------

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
    operator.mod,
    operator.floordiv,
]


@pytest.mark.parametrize("op", BINARY)
def test_operators_take_numbers_on_either_side(Value, op):
    v = Value(3.0)
    for made, wanted in (
        (op(v, 2), op(3.0, 2)),
        (op(2, v), op(2, 3.0)),
        (op(v, Value(2)), op(3.0, 2)),
    ):
        assert isinstance(made, Value)
        assert made.data == wanted
    assert op(v, 2)._prev[0] is v
    assert op(2, v)._prev[1] is v
    assert op(2, v)._prev[0].kind == "constant"


@pytest.mark.parametrize("op", BINARY)
@pytest.mark.parametrize("other", ["2", None, 2j, [2], (2,), object(), b"2"])
def test_operators_refuse_what_is_no_number(Value, op, other):
    for call in (lambda: op(Value(3.0), other), lambda: op(other, Value(3.0))):
        if op is operator.mod and isinstance(other, (str, bytes)):
            continue  # "..." % v is text formatting, and Python's own affair
        with pytest.raises(TypeError):
            call()


def test_another_class_may_answer_for_the_other_side(Value):
    class Other:
        def __radd__(self, v):
            return "answered"

        def __rpow__(self, v):
            return "answered"

        def __gt__(self, v):
            return "answered"

    assert Value(1.0) + Other() == "answered"
    assert Value(1.0) ** Other() == "answered"
    assert (Value(1.0) < Other()) == "answered"


@pytest.mark.parametrize(
    "op", [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]
)
def test_augmented_assignment_makes_a_new_node(Value, op):
    v = Value(3.0)
    made = op(v, 2)
    assert made is not v
    assert v.data == 3.0
    assert made._prev[0] is v


def test_unary_operators(Value):
    v = Value(-3.0)
    assert (-v).data == 3.0
    assert abs(v).data == 3.0
    assert +v is v


def test_a_power_with_a_modulus_is_refused(Value):
    with pytest.raises(TypeError):
        pow(Value(2), 3, 5)


def test_the_special_methods_can_be_called(Value):
    a, b = Value(2.0), Value(3.0)
    assert a.__add__(b).data == 5.0
    assert a.__radd__(1).data == 3.0
    assert a.__rsub__(1).data == -1.0
    assert a.__rtruediv__(1).data == 0.5
    assert a.__rpow__(3).data == 9.0
    assert a.__neg__().data == -2.0
    assert a.__add__("x") is NotImplemented


def test_the_operation_in_words_and_as_the_original_writes_it(Value):
    a, b = Value(2.0), Value(3.0)
    made = {
        "add": (a + b, "+"),
        "sub": (a - b, "-"),
        "mul": (a * b, "*"),
        "div": (a / b, "/"),
        "neg": (-a, "neg"),
        "tanh": (a.tanh(), "tanh"),
        "relu": (a.relu(), "ReLU"),
        "exp": (a.exp(), "exp"),
    }
    for name, (v, symbol) in made.items():
        assert (v.op, v._op, v.kind) == (name, symbol, "inner")
    assert (a**2)._op == "**2"
    assert (a**0.5)._op == "**0.5"
    assert (a**b)._op == "**"
    a._op = "input"
    assert (a._op, a.op) == ("input", "input")


def test_misspelt_methods_are_not_there(Value):
    v = Value(1.0)
    assert not hasattr(v, "backwards")
    assert not hasattr(v, "tanhh")
    assert hasattr(v, "tanh")


def test_local_derivatives_by_constants_are_not_kept(Value):
    x = Value(3.0)
    assert (2 * x)._partials == (None, 2.0)
    assert (x**2)._partials == (6.0, None)


def test_local_gradients_are_numbers_one_for_each_operand_of_prev(Value):
    x = Value(3.0)
    for y, numbers, local_grads in [
        (2 * x, [2, 3.0], (3.0, 2.0)),
        (x / 4, [3.0, 4], (0.25, -3 / 16)),
        (1 - x, [1, 3.0], (1.0, -1.0)),
        (x % 2, [3.0, 2], (1.0, -1.0)),
        (x**2, [3.0], (6.0,)),
        (2**x, [2, 3.0], (12.0, 8 * math.log(2.0))),
        (x ** Value(2.0), [3.0, 2.0], (6.0, 9 * math.log(3.0))),
        (x.leaky_relu(0.1), [3.0], (1.0,)),
        (x.max(5), [3.0], (0.0,)),
        (x.tanh(), [3.0], (1 - math.tanh(3.0) ** 2,)),
        (Value(1.0, (x, x), "own"), [3.0, 3.0], (0.0, 0.0)),
    ]:
        assert [node.data for node in y._prev] == numbers
        assert y._children == y._prev
        assert y._local_grads == pytest.approx(local_grads, rel=1e-15)


# ---- identity and comparison ---------------------------------------------------------------------


def test_equality_and_hash_are_identity(Value):
    a, b = Value(2.0), Value(2.0)
    assert a == a
    assert a != b
    assert not a == b  # noqa: SIM201  # the operator itself is under test
    assert a != 2.0
    assert len({a, b, a}) == 2
    assert {a: 1}[a] == 1
    assert a in [b, a]
    assert [b, a].index(a) == 1


def test_order_compares_data_and_gives_a_plain_bool(Value):
    a, b = Value(2.0), Value(3.0)
    assert [a < b, a <= b, a > b, a >= b] == [True, True, False, False]
    assert [a < 2, a <= 2, a > 2, a >= 2] == [False, True, False, True]
    assert [2 < a, 2 <= a, 2 > a, 2 >= a] == [False, True, False, True]  # noqa: SIM300
    assert type(a < b) is bool
    assert not any((a < math.nan, a <= math.nan, a > math.nan, a >= math.nan))
    assert max(a, b) is b
    assert sorted([b, a]) == [a, b]


def test_order_with_what_is_no_number_is_refused(Value):
    for other in ("2", None, 2j, [1]):
        with pytest.raises(TypeError):
            _ = Value(2.0) < other


def test_a_value_is_always_true(Value):
    for x in (0, 0.0, -0.0, 0.1, math.nan):
        assert Value(x)
    bias = Value(0.0)
    assert (bias or 1.0) is bias
    assert (bias and 1.0) == 1.0
    assert (not bias) is False


def test_debug_warns_of_the_truth_of_zero(Value):
    with debug():
        assert Value(1.0)
        with pytest.warns(UserWarning, match="test_value.py.*holds 0 counts as true"):
            assert Value(0.0)


# ---- what Python asks of a number ----------------------------------------------------------------


@pytest.mark.parametrize(
    "ask", [float, int, math.sin, math.sqrt, operator.index, complex, math.pow, range]
)
def test_a_value_is_no_plain_number(Value, ask):
    v = Value(1.0)
    with pytest.raises(TypeError):
        ask(v, v) if ask is math.pow else ask(v)


def test_rounding_gives_numbers(Value):
    v = Value(2.567)
    assert (round(v), round(v, 1), math.floor(v), math.ceil(v), math.trunc(v)) == (3, 2.6, 2, 3, 2)
    assert type(round(v)) is int


def test_format_formats_the_number(Value):
    v = Value(2.0)
    assert f"{v:.3f}" == "2.000"
    assert f"{Value(7):5d}" == "    7"
    assert f"{v:>8}" == "     2.0"
    assert f"{v}" == str(v) == repr(v) == "Value(data=2.0, grad=0.0)"


def test_repr(Value):
    v = Value(2)
    assert repr(v) == "Value(data=2, grad=0.0)"
    v.label = "a"
    v.grad = 6
    assert repr(v) == "Value(data=2, grad=6, label='a')"

    class Weight(Value):
        pass

    assert repr(Weight(-0.0)) == "Weight(data=-0.0, grad=0.0)"


# ---- attributes ----------------------------------------------------------------------------------


def test_any_attribute_can_be_set(Value):
    v = Value(1.0)
    v.m, v.v, v._vis_color = 0.5, 0.25, "red"
    assert (v.m, v.v, v._vis_color) == (0.5, 0.25, "red")
    assert vars(v) == {"m": 0.5, "v": 0.25, "_vis_color": "red"}
    del v.m
    assert not hasattr(v, "m")
    inner = v * 2
    inner.note = "kept"
    assert inner.note == "kept"


def test_a_label_may_be_anything(Value):
    for label in (3, ("a", 1), None, "ünï\ncödé"):
        v = Value(1.0)
        v.label = label
        assert v.label == label


def test_what_is_computed_cannot_be_written(Value):
    v = Value(1.0) * 2
    for name in ("op", "kind", "grad_state", "passes", "scope"):
        with pytest.raises(AttributeError):
            setattr(v, name, None)


def test_data_can_be_written(Value):
    v = Value(1.0)
    v.data = 3
    assert (v.data, type(v.data)) == (3, int)
    v.data += 0.5
    assert v.data == 3.5
    inner = v * 2
    v.data = 10
    assert inner.data == 7.0


@pytest.mark.parametrize("name", ["data", "grad", "_prev", "_backward"])
def test_what_makes_a_node_cannot_be_deleted(Value, name):
    v = Value(1.0) * 2
    with pytest.raises((AttributeError, TypeError)):
        delattr(v, name)
    assert v.data == 2.0


def test_prev_can_be_written(Value):
    a, b = Value(1.0), Value(2.0)
    v = a * b
    v._prev = (b,)
    assert v._prev == (b,)
    assert (v._partials, v._local_grads) == ((None,), (0.0,))
    with pytest.raises(WrongType):
        v._prev = (3.0,)
    v._prev = ()
    assert v.kind == "leaf"


def test_requires_grad_makes_a_constant(Value):
    w, b = Value(2.0), Value(3.0, requires_grad=False)
    assert (w.requires_grad, b.requires_grad, b.kind) == (True, False, "constant")
    (w * b).backward()
    assert (w.grad, b.grad, b.grad_state) == (3.0, 0.0, "none")
    b.requires_grad = True
    (w * b).backward()
    assert (b.kind, b.grad) == ("leaf", 2.0)


def test_no_gradient_reaches_what_became_a_constant_after_the_operation(Value):
    a, b = Value(2.0), Value(3.0)
    inner = a * b
    L = inner * 2.0 + b
    a.requires_grad = False
    L.backward()
    assert (a.grad, a.grad_state, b.grad) == (0.0, "none", 5.0)
    inner.requires_grad = False
    L.backward()
    assert (inner.grad, a.grad, b.grad) == (0.0, 0.0, 6.0)


def test_zero_grad_forgets_one_gradient(Value):
    a = Value(2.0)
    L = a * a
    L.backward()
    a.zero_grad()
    assert (a.grad, a.grad_state, L.grad) == (0.0, "none", 1.0)


# ---- subclasses and patches ----------------------------------------------------------------------


def test_a_subclass_is_kept_through_operations(Value):
    class Weight(Value):
        def double(self):
            return self * 2

    w = Weight(3.0, label="w")
    assert isinstance(w, Value)
    for made in (
        w + 1,
        1 + w,
        w * Value(2.0),
        Value(2.0) * w,
        -w,
        w.tanh(),
        w**2,
        chainrule.exp(w),
    ):
        assert type(made) is Weight
    assert (w + 1).double().data == 8.0
    (w * w).backward()
    assert w.grad == 6.0


def test_a_subclass_with_its_own_constructor_and_slots(Value):
    class Named(Value):
        __slots__ = ("note",)

        def __init__(self, data, note):
            super().__init__(data, label=note)
            self.note = note

    v = Named(2.0, "width")
    assert (v.data, v.label, v.note) == (2.0, "width", "width")
    assert type(v * 2) is Named
    assert copy.copy(Value(1.0)).data == 1.0


def test_a_subclass_may_override_an_operation(Value):
    class Loud(Value):
        def relu(self):
            return super().relu() * 10

        def __add__(self, other):
            return super().__add__(other) * 10

    assert Loud(2.0).relu().data == 20.0
    assert (Loud(2.0) + 1).data == 30.0


def test_methods_can_be_patched_and_added(Value, monkeypatch):
    monkeypatch.setattr(Value, "relu", lambda self: self * 0)
    monkeypatch.setattr(Value, "cube", lambda self: self * self * self, raising=False)
    monkeypatch.setattr(Value, "__add__", lambda self, other: "patched")
    v = Value(2.0)
    assert v.relu().data == 0.0
    assert v.cube().data == 8.0
    assert v + 1 == "patched"
    monkeypatch.undo()
    assert (v + 1).data == 3.0
    assert v.relu().data == 2.0


def test_isinstance_finds_leaves_and_results(Value):
    a = Value(1.0)
    assert all(isinstance(v, Value) for v in (a, a + 1, 1 / a, a.exp(), chainrule.sin(a)))


def test_the_engine_module_of_micrograd_is_there():
    from chainrule.engine import Value as Engine

    assert Engine is chainrule.Value
