"""A subclass that overrides an operator has the operators that micrograd derives from it."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import chainrule

OPERATIONS = {
    "x + y": operator.add, "x - y": operator.sub, "x * y": operator.mul, "x / y": operator.truediv,
    "x ** y": operator.pow, "-x": lambda x, y: -x, "x // y": operator.floordiv,
}  # fmt: skip

ASKED = {  # by an override: with the subclass on the left of a number, and on the right
    "__add__": ({"x + y", "x - y"}, {"x + y", "x - y"}),
    "__mul__": ({"x * y", "x - y", "x / y", "-x"}, {"x * y", "x - y", "x / y"}),
    "__neg__": ({"x - y", "-x"}, {"x - y"}),
    "__pow__": ({"x ** y"}, {"x / y"}),
}
NEGATED = {"x - y"}  # of a number on the right only the number is negated


def counting(base, name):
    """A subclass that overrides one operator, and the calls of it."""
    calls = []

    def method(self, *others):
        calls.append(others)
        return getattr(base, name)(self, *others)

    return type("Counting", (base,), {name: method}), calls


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_override_is_asked(Value, name, operation):
    Counting, calls = counting(Value, name)
    apply = OPERATIONS[operation]
    left, right = ASKED[name]
    if name in ("__mul__", "__neg__"):
        left = left - NEGATED
    assert apply(Counting(3.0), 2.0).data == pytest.approx(apply(3.0, 2.0), rel=1e-15)
    assert bool(calls) == (operation in left)
    calls.clear()
    if operation != "-x":
        assert apply(2.0, Counting(3.0)).data == pytest.approx(apply(2.0, 3.0), rel=1e-15)
        assert bool(calls) == (operation in right)


@pytest.mark.parametrize("name", ASKED)
def test_results_ask_too_and_gradients_are_right(Value, name):
    Counting, calls = counting(Value, name)
    x, y = Counting(3.0), Counting(2.0)
    L = -(x / y - y) * (1 - x) + 2 / x
    count = len(calls)
    assert count
    assert type(L) is Counting
    L.backward()
    assert L.data == pytest.approx(-(3 / 2 - 2) * (1 - 3) + 2 / 3)
    assert x.grad == pytest.approx(-(1 - 3) / 2 + (3 / 2 - 2) - 2 / 9)
    assert y.grad == pytest.approx(-(-3 / 4 - 1) * (1 - 3))


def test_a_value_on_the_left_is_asked_first_as_in_micrograd(Value):
    Counting, calls = counting(Value, "__mul__")
    assert (Value(2.0) * Counting(3.0)).data == 6.0
    assert calls == []
    assert (Value(2.0) - Counting(3.0)).data == -1.0
    assert calls == [(-1,)]


def test_operators_of_the_subclass_itself_stay(Value):
    class Own(Value):
        def __add__(self, other):
            return Own(100.0)

        def __sub__(self, other):
            return Own(200.0)

    class Below(Own):
        def __mul__(self, other):
            return Below(300.0)

    class Mixin:
        def __radd__(self, other):
            return 400.0

    class Mixed(Mixin, Own):
        pass

    assert [(Own(1.0) - 1).data, (1 + Own(1.0)).data, (1 - Own(1.0)).data] == [200.0, 100.0, 100.0]
    assert [(Below(1.0) - 1).data, (-Below(1.0)).data] == [200.0, 300.0]
    assert 1 + Mixed(1.0) == 400.0


def test_a_subclass_without_overrides_has_the_engines_operators(Value):
    class Plain(Value):
        def gelu(self):
            return self * 0.5

    assert Plain.__sub__ is Value.__sub__
    assert Plain.__truediv__ is Value.__truediv__
    assert (Plain(1.0) / 3).data == 1 / 3


@pytest.mark.parametrize(
    "text, calls",
    [
        ("x * x", 2), ("x * 2", 2), ("2.5 * x", 2), ("np.ones(2) * x[0]", 2), ("x @ x", 2),
        ("np.dot(x, [1.0, 2.0])", 2), ("np.einsum('i,i->i', x, x)", 2), ("np.prod(x)", 1),
        ("x / 2", 2), ("x - x", 2), ("np.multiply(x, x)", 2), ("np.tanh(x)", 2),
        ("np.tanh(x[0])", 1), ("np.exp(x)", 0), ("x + x", 0), ("x > 0", 0),
    ],
)  # fmt: skip
def test_arrays_ask_the_override(Value, text, calls):
    """NumPy's operations on arrays of a subclass, plain or of this package."""

    class Counting(Value):
        count = 0

        def __mul__(self, y):
            Counting.count += 1
            return super().__mul__(y)

        __rmul__ = __mul__

        def tanh(self):
            Counting.count += 1
            return super().tanh()

    x = chainrule.array([Counting(0.5), Counting(2.0)])
    got = eval(text, {"np": np, "x": x})
    assert Counting.count == calls
    wanted = eval(text, {"np": np, "x": chainrule.array([Value(0.5), Value(2.0)])})
    for each, other in zip(np.ravel(np.asarray(got)), np.ravel(np.asarray(wanted))):
        if isinstance(other, Value):
            assert each.data == pytest.approx(other.data)
            assert isinstance(each, Counting)
