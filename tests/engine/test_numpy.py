"""NumPy: its numbers, its arrays of numbers, and object arrays of Values."""

from __future__ import annotations

import math

import numpy as np
import pytest

import chainrule
from chainrule.errors import DomainError, WrongType


def bits(x):
    return type(x), float(x).hex()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (np.float64(2.5), 2.5),
        (np.float32(0.5), 0.5),
        (np.float16(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int64(3), 3),
        (np.int8(-3), -3),
        (np.uint64(3), 3),
        (np.bool_(True), 1),
        (np.bool_(False), 0),
        (np.array(2.5), 2.5),
        (np.array(3), 3),
        (np.array(True), 1),
        (np.float64("nan"), math.nan),
    ],
    ids=repr,
)
def test_numpy_numbers_become_plain_ones(Value, given, kept):
    v = Value(given)
    assert bits(v.data) == bits(kept)
    v.grad = given
    v.data = given
    assert bits(v.data) == bits(v.grad) == bits(kept)
    assert bits((Value(1) * given).data) == bits(1 * kept)


@pytest.mark.parametrize(
    "wrong",
    [
        np.array([2.5]),
        np.zeros(3),
        np.zeros((1, 1)),
        np.complex128(1j),
        np.complex64(1),
        np.str_("1"),
        np.array(1j),
    ],
    ids=repr,
)
def test_what_is_no_real_number_is_refused(Value, wrong):
    with pytest.raises(WrongType):
        Value(wrong)


def test_a_large_numpy_int_is_refused(Value):
    with pytest.raises(ValueError, match="within"):
        Value(np.uint64(2**63))


@pytest.mark.parametrize("scalar", [np.float64(2), np.float32(2), np.int64(2), np.array(2.0)])
def test_numpy_scalars_on_the_left_and_on_the_right(Value, scalar):
    v = Value(3.0)
    for made, wanted in (
        (scalar + v, 5.0),
        (v + scalar, 5.0),
        (scalar - v, -1.0),
        (v - scalar, 1.0),
        (scalar * v, 6.0),
        (scalar / v, 2 / 3),
        (v / scalar, 1.5),
        (scalar**v, 8.0),
        (v**scalar, 9.0),
    ):
        assert isinstance(made, Value)
        assert made.data == wanted
        made.backward()
    assert [bool(scalar < v), bool(v < scalar), bool(scalar >= v)] == [True, False, False]


def test_an_array_beside_a_value_gives_an_array_of_values(Value):
    v, x = Value(3.0), np.array([1.0, 2.0])
    for made, wanted in (
        (v * x, [3.0, 6.0]),
        (x * v, [3.0, 6.0]),
        (v - x, [2.0, 1.0]),
        (x / v, [1 / 3, 2 / 3]),
    ):
        assert made.dtype == np.float64
        assert [node.data for node in made] == wanted
    assert (v**x)[1].data == 9.0
    assert (v < x).tolist() == [False, False]


def test_products_of_object_arrays(Value):
    w = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    x = np.array([0.5, -1.0])
    out = w @ x
    assert [v.data for v in out] == [-1.5, -2.5]
    np.tanh(out).sum().backward()
    slopes = [1 - math.tanh(v.data) ** 2 for v in out]
    assert [[v.grad for v in row] for row in w] == [[s * 0.5, s * -1.0] for s in slopes]
    assert np.dot(w[0], w[1]).data == 11.0


def test_reductions_of_object_arrays(Value):
    x = np.array([Value(1.0), Value(2.0), Value(4.0)])
    assert (x.sum().data, x.prod().data, x.mean().data) == (7.0, 8.0, 7.0 / 3)
    assert [v.data for v in np.cumsum(x)] == [1.0, 3.0, 7.0]
    assert (np.max(x), np.min(x), x.argmax()) == (x[2], x[0], 2)
    x.prod().backward()
    assert [v.grad for v in x] == [8.0, 4.0, 2.0]


def test_operators_of_object_arrays(Value):
    x = np.array([Value(1.0), Value(-2.0)])
    assert [v.data for v in x**2 - x / 2 + abs(-x)] == [1.5, 7.0]
    assert (x > 0).tolist() == [True, False]
    assert (x == x).all()
    assert [v.data for v in np.where(x > 0, x, 0 * x)] == [1.0, -0.0]


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "log",
        "sqrt",
        "sin",
        "arctan",
        "arcsinh",
        "tanh",
        "absolute",
        "square",
        "negative",
        "cbrt",
    ],
)
def test_numpy_functions_on_object_arrays(Value, name):
    x = np.array([Value(0.5), Value(2.0)])
    got = getattr(np, name)(x)
    assert all(isinstance(v, Value) for v in got)
    assert [v.data for v in got] == pytest.approx(
        getattr(np, name)(np.array([0.5, 2.0])), rel=1e-15
    )


def test_numpy_functions_on_one_value(Value):
    v = Value(0.5)
    made = np.tanh(v)
    assert isinstance(made, Value)
    assert made.data == math.tanh(0.5)


def test_functions_on_arrays_of_numbers():
    x = np.array([[0.5, 1.0], [2.0, 4.0]])
    got = chainrule.log(x)
    assert (got.shape, got.dtype) == ((2, 2), np.float64)
    assert got.tolist() == [[math.log(v) for v in row] for row in x]
    assert chainrule.hypot(x, 3.0).shape == (2, 2)
    assert chainrule.hypot(x, x[0]).shape == (2, 2)
    assert chainrule.tanh(np.zeros((0, 3))).shape == (0, 3)


def test_functions_on_arrays_of_whole_numbers():
    x = np.array([3, -2])
    assert chainrule.max(x, 0).tolist() == [3, 0]
    assert chainrule.max(x, 0).dtype == np.int64
    assert chainrule.max(x, 0.5).dtype == np.float64
    assert chainrule.tanh(x).dtype == np.float64
    assert chainrule.abs(x).dtype == np.int64


def test_functions_on_arrays_of_values(Value):
    x = np.array([Value(0.5), Value(2.0)])
    made = chainrule.where(x > 1, x, 0.0)
    assert made.dtype == np.float64
    assert [v.data for v in made] == [0.0, 2.0]
    assert all(isinstance(v, Value) for v in chainrule.atan2(x, 1.0))
    assert all(isinstance(v, Value) for v in chainrule.max(x, np.ones(2)))
    assert all(isinstance(v, Value) for v in chainrule.max(np.ones(2), Value(3.0)))


def test_a_domain_error_in_an_array_names_the_number():
    with pytest.raises(DomainError, match=r"log needs x > 0, but x = -1\.0"):
        chainrule.log(np.array([1.0, -1.0]))


@pytest.mark.parametrize("wrong", ["1", [1.0], None, 1j, np.array(["a"])])
def test_functions_refuse_what_is_no_number(wrong):
    with pytest.raises(WrongType, match="tanh needs numbers or Values"):
        chainrule.tanh(wrong)
