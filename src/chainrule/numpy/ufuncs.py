"""Ufuncs that aren't rows of the table, in terms of those that are."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.node import is_value
from ..table.rules import NUMBER
from .arrays import array, wrap
from .elements import elementwise, first_node, is_condition, numbers, operand, plain_numbers
from .registry import implements_ufunc


def _of_numbers(ufunc: Any, *operands: Any) -> Any:
    """A question about the numbers of Values, whose answer is plain; None for tracers."""
    arrays = [operand(x) for x in operands]
    return ufunc(*map(numbers, arrays)) if is_value(first_node(*arrays)) else None


@implements_ufunc("square")
def square(x: Any) -> Any:
    return np.multiply(x, x)


@implements_ufunc("reciprocal")
def reciprocal(x: Any) -> Any:
    return np.divide(1.0, x)


@implements_ufunc("positive", "conjugate")
def positive(x: Any) -> Any:
    return np.multiply(x, 1)


@implements_ufunc("real")  # what the attribute of an array of objects calls from NumPy 2.5 on
def real(x: Any) -> Any:
    return array(x)


@implements_ufunc("imag")
def imag(x: Any) -> Any:
    return np.zeros_like(x)


@implements_ufunc("divmod")
def divide_with_rest(x: Any, y: Any) -> Any:
    return np.floor_divide(x, y), np.remainder(x, y)


@implements_ufunc("modf")
def modf(x: Any) -> Any:
    whole = np.trunc(x)
    return np.where(np.isinf(x), np.copysign(0.0, x), np.subtract(x, whole)), whole


@implements_ufunc("ldexp")
def ldexp(x: Any, exponent: Any) -> Any:
    return np.multiply(x, np.exp2(exponent))


@implements_ufunc("signbit")
def signbit(x: Any) -> Any:
    plain = _of_numbers(np.signbit, x)
    if plain is not None:
        return plain
    return np.where(np.equal(x, 0), np.less(np.divide(1.0, x), 0), np.less(x, 0))


# ---- conditions ----------------------------------------------------------------------------------


@implements_ufunc("isnan")
def isnan(x: Any) -> Any:
    plain = _of_numbers(np.isnan, x)
    return np.not_equal(x, x) if plain is None else plain


@implements_ufunc("isfinite")
def isfinite(x: Any) -> Any:
    plain = _of_numbers(np.isfinite, x)
    return np.less(np.abs(x), np.inf) if plain is None else plain


@implements_ufunc("isinf")
def isinf(x: Any) -> Any:
    plain = _of_numbers(np.isinf, x)
    return np.equal(np.abs(x), np.inf) if plain is None else plain


def _condition(x: Any) -> Any:
    """Whether each element is true."""
    plain = operand(x)
    if is_value(first_node(plain)):
        return numbers(plain) != 0
    return x if is_condition(plain) else np.not_equal(x, 0)


@implements_ufunc("logical_not")
def logical_not(x: Any) -> Any:
    plain = _of_numbers(np.logical_not, x)
    return np.equal(x, 0) if plain is None else plain


@implements_ufunc("logical_and")
def logical_and(x: Any, y: Any) -> Any:
    return np.not_equal(np.multiply(array(_condition(x)), _condition(y)), 0)


@implements_ufunc("logical_or")
def logical_or(x: Any, y: Any) -> Any:
    return np.not_equal(np.maximum(array(_condition(x)), _condition(y)), 0)


@implements_ufunc("logical_xor")
def logical_xor(x: Any, y: Any) -> Any:
    return np.not_equal(array(_condition(x)), array(_condition(y)))


def _on_bits(ufunc: Any, logical: Any, x: Any, y: Any) -> Any:
    """An operator on bits; of Values, which have none, the logical one."""
    arrays = operand(x), operand(y)
    node = first_node(*arrays)
    if node is None:
        return ufunc(*map(plain_numbers, arrays))
    return logical(x, y) if is_value(node) else wrap(elementwise(NUMBER[ufunc.__name__], *arrays))


@implements_ufunc("bitwise_and")
def bitwise_and(x: Any, y: Any) -> Any:
    return _on_bits(np.bitwise_and, logical_and, x, y)


@implements_ufunc("bitwise_or")
def bitwise_or(x: Any, y: Any) -> Any:
    return _on_bits(np.bitwise_or, logical_or, x, y)


@implements_ufunc("bitwise_xor")
def bitwise_xor(x: Any, y: Any) -> Any:
    return _on_bits(np.bitwise_xor, logical_xor, x, y)


@implements_ufunc("invert")
def invert(x: Any) -> Any:
    plain = operand(x)
    node = first_node(plain)
    if node is None:
        return np.invert(plain_numbers(plain))
    if is_value(node) or is_condition(plain):
        return logical_not(x)
    return wrap(np.frompyfunc(lambda element: ~element, 1, 1)(plain))


# ---- products ------------------------------------------------------------------------------------


@implements_ufunc("matmul")
def matmul(x: Any, y: Any) -> Any:
    from .functions.products import matmul

    return matmul(x, y)


@implements_ufunc("matvec")
def matvec(x: Any, y: Any) -> Any:
    return np.sum(np.multiply(x, array(y)[..., None, :]), axis=-1)


@implements_ufunc("vecmat")
def vecmat(x: Any, y: Any) -> Any:
    return np.sum(np.multiply(array(x)[..., :, None], y), axis=-2)


@implements_ufunc("vecdot")
def vecdot(x: Any, y: Any) -> Any:
    return np.sum(np.multiply(x, y), axis=-1)
