"""Numbers: ints that stay ints, IEEE 754 at singular points, and digits that are Python's."""

from __future__ import annotations

import math
import operator
import warnings
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, strategies as st

import chainrule
from chainrule.errors import DivisionByZero, DomainError, NumberError, RangeError, WrongType

EXACT = 2**53
ints = st.integers(-EXACT, EXACT)
floats = st.floats(allow_nan=True, allow_infinity=True)


def bits(x):
    """Type and bits; nan equals nan, and -0.0 is not 0.0."""
    return type(x), float(x).hex()


# ---- what a Value takes --------------------------------------------------------------------------


class Indexed:
    def __index__(self):
        return 7


class Floating:
    def __float__(self):
        return 2.5


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (2, 2), (2.0, 2.0), (True, 1), (False, 0), (EXACT, EXACT), (-EXACT, -EXACT), (-0.0, -0.0),
        (math.inf, math.inf), (math.nan, math.nan), (1e308, 1e308), (5e-324, 5e-324),
        (Fraction(1, 4), 0.25), (Decimal("0.5"), 0.5), (Indexed(), 7), (Floating(), 2.5),
    ],
)  # fmt: skip
def test_what_a_value_takes_and_keeps(Value, given, kept):
    assert bits(Value(given).data) == bits(kept)
    v = Value(0.0)
    v.data = given
    v.grad = given
    assert bits(v.data) == bits(v.grad) == bits(kept)
    assert bits((Value(1) * given)._prev[1].data) == bits(kept)


@pytest.mark.parametrize("beyond", [EXACT + 1, -EXACT - 1, 10**30, 10**400])
def test_an_int_that_a_float_cannot_hold_is_refused(Value, beyond):
    v = Value(1.0)
    with pytest.raises(NumberError):
        Value(beyond)
    with pytest.raises(ValueError, match="within"):
        v.data = beyond
    with pytest.raises(NumberError):
        v.grad = beyond
    with pytest.raises(NumberError):
        v + beyond
    with pytest.raises(NumberError):
        beyond * v


@pytest.mark.parametrize(
    "wrong", ["2", b"2", 2j, None, [2.0], (1,), {}, object(), "nan", lambda: 1]
)
def test_what_is_no_real_number_is_refused(Value, wrong):
    with pytest.raises(WrongType):
        Value(wrong)
    v = Value(1.0)
    with pytest.raises(WrongType):
        v.data = wrong
    assert v.data == 1.0


def test_a_value_is_no_number_for_another(Value):
    v = Value(1.0)
    with pytest.raises(WrongType, match="got a Value"):
        Value(v)
    with pytest.raises(WrongType, match="got a Value"):
        v.data = Value(2.0)


def test_an_error_while_converting_is_passed_on(Value):
    class Broken:
        def __float__(self):
            raise ZeroDivisionError("inside")

    with pytest.raises(ZeroDivisionError, match="inside"):
        Value(Broken())


# ---- ints ----------------------------------------------------------------------------------------

WHOLE = [operator.add, operator.sub, operator.mul, operator.mod, operator.floordiv]


@pytest.mark.parametrize("op", WHOLE)
@given(x=ints, y=ints)
@example(x=EXACT, y=1)
@example(x=EXACT - 1, y=1)
@example(x=-EXACT, y=-1)
@example(x=2**52 + 1, y=1)
@example(x=-EXACT, y=3)
@example(x=EXACT, y=-2)
@example(x=3, y=-EXACT)
def test_ints_give_the_int_that_python_gives(Value, op, x, y):
    try:
        wanted = op(x, y)
    except ZeroDivisionError:
        with pytest.raises(DivisionByZero):
            op(Value(x), Value(y))
        return
    if abs(wanted) > EXACT:
        wanted = float(wanted)
    for made in (op(Value(x), Value(y)), op(Value(x), y), op(x, Value(y))):
        assert bits(made.data) == bits(wanted)


@given(x=st.integers(-40, 40), y=st.integers(0, 60))
def test_powers_of_ints(Value, x, y):
    wanted = x**y
    if abs(wanted) > EXACT:
        try:
            wanted = float(x) ** float(y)
        except OverflowError:
            return
    made = Value(x) ** y
    assert bits(made.data) == bits(wanted)


def test_a_negative_whole_exponent_gives_a_float(Value):
    assert bits((Value(2) ** -2).data) == bits(0.25)
    assert bits((Value(1) ** -1).data) == bits(1.0)


@given(x=ints, y=ints)
def test_choices_and_signs_of_ints(Value, x, y):
    a, b = Value(x), Value(y)
    assert bits(chainrule.min(a, b).data) == bits(min(x, y))
    assert bits(chainrule.max(a, b).data) == bits(max(x, y))
    assert bits(abs(a).data) == bits(abs(x))
    assert bits((-a).data) == bits(-x)
    assert bits(a.floor().data) == bits(a.ceil().data) == bits(x)
    assert bits(a.sign().data) == bits((x > 0) - (x < 0))


def test_an_int_result_beyond_the_exact_ones_becomes_a_float(Value):
    assert bits((Value(EXACT) + 0).data) == bits(EXACT)
    assert bits((Value(EXACT) + 1).data) == bits(float(EXACT))
    assert bits((Value(EXACT) + 2).data) == bits(float(EXACT + 2))
    assert bits((Value(2**27) * 2**27).data) == bits(float(2**54))
    assert bits((Value(2) ** 53).data) == bits(EXACT)
    assert bits((Value(2) ** 54).data) == bits(float(2**54))


def test_an_int_and_a_float_give_a_float(Value):
    assert bits((Value(2) + 1.0).data) == bits(3.0)
    assert bits((Value(6) / 3).data) == bits(2.0)
    assert bits(Value(0).exp().data) == bits(1.0)
    assert bits(chainrule.max(Value(2), 1.0).data) == bits(2.0)


def test_ints_behind_floats_leave_gradients_floats(Value):
    a = Value(3)
    (a * a * a).backward()
    assert bits(a.grad) == bits(27.0)


# ---- floats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "op", [operator.add, operator.sub, operator.mul, operator.truediv, operator.mod]
)
@given(x=floats, y=floats)
@example(x=-0.0, y=0.0)
@example(x=-0.0, y=1.0)
@example(x=0.1, y=-math.inf)
def test_arithmetic_has_pythons_digits(Value, op, x, y):
    try:
        wanted = op(x, y)
    except ZeroDivisionError:
        with pytest.raises(DivisionByZero):
            op(Value(x), y)
        return
    assert bits(op(Value(x), y).data) == bits(op(x, Value(y)).data) == bits(wanted)


@given(x=floats, y=floats)
@example(x=5.0, y=math.inf)
@example(x=-5.0, y=math.inf)
@example(x=-0.0, y=1.0)
@example(x=float(2**53 - 1), y=1.0)
def test_floor_division_has_pythons_digits(Value, x, y):
    try:
        wanted = x // y
    except ZeroDivisionError:
        with pytest.raises(DivisionByZero):
            Value(x) // y
        return
    assert bits((Value(x) // y).data) == bits(wanted)


@given(x=floats, y=floats)
def test_powers_have_pythons_digits_and_errors(Value, x, y):
    if (
        x < 0 and math.isfinite(y) and y != math.floor(y)
    ):  # Python has complex numbers here, if it can
        if math.isfinite(x):
            with pytest.raises(DomainError):
                Value(x) ** y
        return
    if x == 0 and y == -math.inf:
        return  # a pole of the row, where Python has inf
    try:
        wanted = x**y
    except ZeroDivisionError:
        with pytest.raises(DivisionByZero):
            Value(x) ** y
        return
    except OverflowError:
        with pytest.raises(RangeError):
            Value(x) ** y
        return
    assert bits((Value(x) ** y).data) == bits(wanted)


FROM_MATH = [
    "exp",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "erf",
]


@pytest.mark.parametrize("name", FROM_MATH)
@given(x=floats)
@example(x=0.0)
@example(x=-0.0)
@example(x=-1.0)
@example(x=1.0)
@example(x=math.inf)
@example(x=-math.inf)
@example(x=710.0)
def test_functions_have_the_digits_and_the_errors_of_the_math_module(Value, name, x):
    try:
        wanted = getattr(math, name)(x)
    except ValueError:
        with pytest.raises(DomainError):
            getattr(Value(x), name)()
        return
    except OverflowError:
        with pytest.raises(RangeError):
            getattr(Value(x), name)()
        return
    assert bits(getattr(Value(x), name)().data) == bits(wanted)


@given(x=floats)
def test_rounding_functions(Value, x):
    down, up = Value(x).floor().data, Value(x).ceil().data
    if math.isfinite(x):
        assert (down, up) == (math.floor(x), math.ceil(x))
        assert math.copysign(1, up) == math.copysign(1, x)
    else:
        assert bits(down) == bits(up) == bits(x)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_the_sign_of_zero_is_kept(Value, zero):
    for made in (
        Value(zero).floor(),
        Value(zero).ceil(),
        Value(zero).sign(),
        Value(zero).tanh(),
        Value(zero).sqrt(),
    ):
        assert bits(made.data) == bits(zero)
    assert bits((-Value(zero)).data) == bits(-zero)
    assert bits(Value(-0.5).ceil().data) == bits(-0.0)


# ---- singular points -----------------------------------------------------------------------------


def test_only_the_value_of_an_operation_can_raise(Value):
    x = Value(0.0)
    x.sqrt().backward()
    assert x.grad == math.inf
    y = Value(0.0)
    (y**0.5).backward()
    assert y.grad == math.inf
    z = Value(0.0)
    (z * 0.0 * math.inf).backward()
    assert math.isnan(z.grad)


def test_a_partial_for_a_constant_is_not_computed(Value):
    x = Value(-2.0)
    y = x**2
    y.backward()
    assert x.grad == -4.0
    assert y._partials[1] is None  # log(-2) would be nan
    base = 0.0 ** Value(3.0)
    base.backward()
    assert base._partials[0] is None


def test_a_negative_base_of_a_live_exponent(Value):
    x, y = Value(-2.0), Value(2.0)
    (x**y).backward()
    assert x.grad == -4.0
    assert math.isnan(y.grad)


def test_a_negative_base_to_a_broken_power_is_never_complex(Value):
    with pytest.raises(DomainError):
        Value(-8.0) ** (1 / 3)
    with pytest.raises(DomainError):
        (-8.0) ** Value(0.5)
    assert (Value(-8) ** 3).data == -512


@pytest.mark.parametrize("taken", [0, 1, 0.0, 2.5, -1, math.nan])
def test_where_gives_exactly_nothing_to_the_side_not_taken(Value, taken):
    x = Value(0.0)
    bad = x.sqrt() * math.inf  # nan in value, inf and nan in its partials
    good = Value(3.0)
    sides = (good, bad) if taken else (bad, good)
    made = chainrule.where(taken, *sides)
    made.backward()
    assert made.data == 3.0
    assert (good.grad, x.grad) == (1.0, 0.0)


def test_nothing_flows_by_the_condition(Value):
    c, a, b = Value(1.0), Value(2.0), Value(3.0)
    chainrule.where(c, a, b).backward()
    assert (c.grad, a.grad, b.grad) == (0.0, 1.0, 0.0)


def test_infinity_is_no_error_where_python_has_none(Value):
    assert (Value(1e308) * 10).data == math.inf
    assert (Value(1e308) + 1e308).data == math.inf
    assert (Value(1e308) / 1e-10).data == math.inf
    assert Value(math.inf).exp().data == math.inf
    assert math.isnan((Value(math.inf) - math.inf).data)


def test_a_tie_is_shared(Value):
    a, b = Value(2.0), Value(2.0)
    chainrule.max(a, b).backward()
    chainrule.min(a, b).backward()
    assert (a.grad, b.grad) == (1.0, 1.0)
    c = Value(2.0)
    chainrule.max(c, c).backward()
    assert c.grad == 1.0


def test_division_and_subtraction_are_one_operation_each(Value):
    assert (Value(1.0) / Value(3.0)).data == 1.0 / 3.0
    assert (Value(5.0) / Value(49.0)).data == 5.0 / 49.0 != 5.0 * (1 / 49.0)
    assert (Value(0.0) - Value(0.0)).data.hex() == (0.0 - 0.0).hex()


@pytest.mark.parametrize("sign", [math.nan, -math.nan])
def test_a_nan_counts_as_positive(sign):
    """Which sign bit a nan has depends on the machine: log(-1) has one, inf - inf another."""
    assert chainrule.copysign(chainrule.Value(-2.0), sign).data == 2.0
    program = chainrule.compile(lambda x, y: chainrule.copysign(x, chainrule.log(y)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert [program(-2.0, y) for y in (0.5, 2.0, -1.0, sign)] == [-2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("x", [7.5, -7.5, 3.0])
@pytest.mark.parametrize("y", [2.0, -2.0, 0.75])
def test_divmod_is_that_of_floats(Value, x, y):
    for one, other in ((Value(x), y), (x, Value(y)), (Value(x), Value(y))):
        quotient, rest = divmod(one, other)
        assert (quotient.data, rest.data) == divmod(x, y)
