"""Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."""

from __future__ import annotations

from typing import Any

from ..table.kernels import (
    ABS, ACOS, ACOSH, ASIN, ASINH, ATAN, ATAN2, ATANH, CBRT, CEIL, COS, COSH, ELU, ERF, ERFC, EXP,
    EXPM1, FLOOR, GELU, HYPOT, LEAKY_RELU, LOG, LOG10, LOG1P, LOG2, MAX, MIN, MOD, POW, RELU,
    SIGMOID, SIGN, SILU, SIN, SINH, SOFTPLUS, SQRT, TAN, TANH, WHERE,
)
from .dispatch import apply
from .spellings import keywords

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "cos",
    "cosh",
    "elu",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "floor",
    "gelu",
    "hypot",
    "leaky_relu",
    "log",
    "log10",
    "log1p",
    "log2",
    "max",
    "min",
    "mod",
    "pow",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "tan",
    "tanh",
    "where",
]


def abs(x: Any) -> Any:
    """Return abs(x): the slope of `abs(x)` is the sign of x.

    Local derivative with respect to x: sign(x).
    """
    return apply(ABS, x)


def acos(x: Any) -> Any:
    """Return acos(x): the arccosine is `pi / 2 - asin(x)`, so its slope is minus that of the arcsine.

    Local derivative with respect to x: -1 / sqrt(1 - x * x).

    Raises:
        DomainError: Unless -1 <= x <= 1.
    """
    return apply(ACOS, x)


def acosh(x: Any) -> Any:
    """Return acosh(x): the slope of arcosh is `1 / sqrt(x**2 - 1)`.

    Local derivative with respect to x: 1 / (sqrt(x - 1) * sqrt(x + 1)).

    Raises:
        DomainError: Unless x >= 1.
    """
    return apply(ACOSH, x)


def asin(x: Any) -> Any:
    """Return asin(x): the arcsine undoes the sine, so its slope is `1 / cos(out)`, and `cos(out)` is `sqrt(1 - x**2)`.

    Local derivative with respect to x: 1 / sqrt(1 - x * x).

    Raises:
        DomainError: Unless -1 <= x <= 1.
    """
    return apply(ASIN, x)


def asinh(x: Any) -> Any:
    """Return asinh(x): the slope of arsinh is `1 / sqrt(x**2 + 1)`.

    Local derivative with respect to x: 1 / hypot(x, 1).
    """
    return apply(ASINH, x)


def atan(x: Any) -> Any:
    """Return atan(x): the arctangent undoes tan, so its slope is `1 / (1 + tan(out)**2)`, and `tan(out)` is x.

    Local derivative with respect to x: 1 / (1 + x * x).
    """
    return apply(ATAN, x)


def atan2(x: Any, y: Any) -> Any:
    """Return atan2(x, y): up to a constant, the angle is `atan(x / y)`, whose slope with respect to x is `y / (x**2 + y**2)`; up to a constant, the angle is `atan(x / y)`, whose slope with respect to y is `-x / (x**2 + y**2)`.

    Local derivative with respect to x: y / hypot(x, y) / hypot(x, y), with respect to y: -x / hypot(x, y) / hypot(x, y).
    """
    return apply(ATAN2, x, y)


def atanh(x: Any) -> Any:
    """Return atanh(x): the slope of artanh is `1 / (1 - x**2)`.

    Local derivative with respect to x: 1 / ((1 - x) * (1 + x)).

    Raises:
        DomainError: Unless -1 < x < 1.
    """
    return apply(ATANH, x)


def cbrt(x: Any) -> Any:
    """Return cbrt(x): the derivative of a cube root is one over three times the square of the root.

    Local derivative with respect to x: 1 / (3 * out * out).
    """
    return apply(CBRT, x)


def ceil(x: Any) -> Any:
    """Return ceil(x): a rounded number is constant between its jumps.

    Local derivative with respect to x: 0.
    """
    return apply(CEIL, x)


def cos(x: Any) -> Any:
    """Return cos(x): the slope of the cosine is minus the sine.

    Local derivative with respect to x: -sin(x).

    Raises:
        DomainError: Unless -inf < x < inf.
    """
    return apply(COS, x)


def cosh(x: Any) -> Any:
    """Return cosh(x): the slope of cosh is sinh.

    Local derivative with respect to x: sinh(x).

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(COSH, x)


@keywords(alpha="y")
def elu(x: Any, y: Any = 1.0) -> Any:
    """Return x if x > 0 else y * expm1(x): positive inputs pass unchanged, and negative ones become `y * (exp(x) - 1)`; y is the factor of `exp(x) - 1` for negative inputs, and positive ones don't depend on it.

    Local derivative with respect to x: 1 if x > 0 else y * exp(x), with respect to y: 0 if x > 0 else expm1(x).

    Keywords for y: y, alpha.
    """
    return apply(ELU, x, y)


def erf(x: Any) -> Any:
    """Return erf(x): the error function is the area under this bell curve, so the curve is its slope.

    Local derivative with respect to x: 2 / sqrt(pi) * exp(-x * x).
    """
    return apply(ERF, x)


def erfc(x: Any) -> Any:
    """Return erfc(x): `erfc(x)` is `1 - erf(x)`, so its slope is minus the bell curve.

    Local derivative with respect to x: -2 / sqrt(pi) * exp(-x * x).
    """
    return apply(ERFC, x)


def exp(x: Any) -> Any:
    """Return exp(x): exp is its own derivative.

    Local derivative with respect to x: out.

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(EXP, x)


def expm1(x: Any) -> Any:
    """Return expm1(x): the slope of `exp(x) - 1` is that of `exp(x)`, since the 1 is constant.

    Local derivative with respect to x: exp(x).

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(EXPM1, x)


def floor(x: Any) -> Any:
    """Return floor(x): a rounded number is constant between its jumps.

    Local derivative with respect to x: 0.
    """
    return apply(FLOOR, x)


def gelu(x: Any) -> Any:
    """Return x * erfc(-x / sqrt(2)) / 2: this is the product rule for x times the standard normal distribution function, `erfc(-x / sqrt(2)) / 2`.

    Local derivative with respect to x: erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi).
    """
    return apply(GELU, x)


def hypot(x: Any, y: Any) -> Any:
    """Return hypot(x, y): the slope of a square root is one over twice the root, and the slope of `x**2` is `2 * x`; the slope of a square root is one over twice the root, and the slope of `y**2` is `2 * y`.

    Local derivative with respect to x: x / out, with respect to y: y / out.
    """
    return apply(HYPOT, x, y)


@keywords(negative_slope="y", alpha="y", slope="y")
def leaky_relu(x: Any, y: Any = 0.01) -> Any:
    """Return x if x > 0 else y * x: positive inputs pass unchanged, and negative ones are multiplied by y; y is the factor of negative inputs, and positive ones don't depend on it.

    Local derivative with respect to x: 1 if x > 0 else y, with respect to y: 0 if x > 0 else x.

    Keywords for y: y, negative_slope, alpha, slope.
    """
    return apply(LEAKY_RELU, x, y)


def log(x: Any) -> Any:
    """Return log(x): the derivative of the natural logarithm is one over its operand.

    Local derivative with respect to x: 1 / x.

    Raises:
        DomainError: Unless x > 0.
    """
    return apply(LOG, x)


def log10(x: Any) -> Any:
    """Return log10(x): `log10(x)` is `log(x) / log(10)`, and the slope of `log(x)` is `1 / x`.

    Local derivative with respect to x: 1 / (x * log(10)).

    Raises:
        DomainError: Unless x > 0.
    """
    return apply(LOG10, x)


def log1p(x: Any) -> Any:
    """Return log1p(x): the slope of `log(1 + x)` is `1 / (1 + x)`.

    Local derivative with respect to x: 1 / (1 + x).

    Raises:
        DomainError: Unless x > -1.
    """
    return apply(LOG1P, x)


def log2(x: Any) -> Any:
    """Return log2(x): `log2(x)` is `log(x) / log(2)`, and the slope of `log(x)` is `1 / x`.

    Local derivative with respect to x: 1 / (x * log(2)).

    Raises:
        DomainError: Unless x > 0.
    """
    return apply(LOG2, x)


@keywords(other="y")
def max(x: Any, y: Any) -> Any:
    """Return x if x > y or x != x else y: the result is the larger operand, so only that one gets the gradient.

    Local derivative with respect to x: 1 if x > y else (0.5 if x == y else 0), with respect to y: 1 if y > x else (0.5 if x == y else 0).

    Keywords for y: y, other.
    """
    return apply(MAX, x, y)


@keywords(other="y")
def min(x: Any, y: Any) -> Any:
    """Return x if x < y or x != x else y: the result is the smaller operand, so only that one gets the gradient.

    Local derivative with respect to x: 1 if x < y else (0.5 if x == y else 0), with respect to y: 1 if y < x else (0.5 if x == y else 0).

    Keywords for y: y, other.
    """
    return apply(MIN, x, y)


def mod(x: Any, y: Any) -> Any:
    """Return x % y: the remainder changes by as much as x does; the remainder is `x - y * (x // y)`, and the rounded quotient is constant between its jumps.

    Local derivative with respect to x: 1, with respect to y: -(x // y).

    Raises:
        DomainError: Unless y != 0.
    """
    return apply(MOD, x, y)


def pow(x: Any, y: Any) -> Any:
    """Return x ** y: the power rule multiplies by the exponent and lowers it by one; the derivative of an exponential is the exponential times the logarithm of its base.

    Local derivative with respect to x: 0 if y == 0 and x == 0 else y * x ** (y - 1), with respect to y: 0 if x == 0 and y >= 0 else out * log(x).

    Raises:
        DomainError: Unless x >= 0 or y == floor(y) or x == -inf.
    """
    return apply(POW, x, y)


def relu(x: Any) -> Any:
    """Return x if x > 0 or x != x else 0: positive inputs pass unchanged, and negative ones become 0.

    Local derivative with respect to x: 1 if x > 0 else 0.
    """
    return apply(RELU, x)


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x)): the slope of a sigmoid is its value times one minus its value.

    Local derivative with respect to x: out * (1 - out).
    """
    return apply(SIGMOID, x)


def sign(x: Any) -> Any:
    """Return 1 if x > 0 else (-1 if x < 0 else x): the sign is constant on either side of 0.

    Local derivative with respect to x: 0.
    """
    return apply(SIGN, x)


def silu(x: Any) -> Any:
    """Return x * sigmoid(x): this is the product rule for `x * sigmoid(x)`.

    Local derivative with respect to x: sigmoid(x) * (1 + x * (1 - sigmoid(x))).
    """
    return apply(SILU, x)


def sin(x: Any) -> Any:
    """Return sin(x): the slope of the sine is the cosine.

    Local derivative with respect to x: cos(x).

    Raises:
        DomainError: Unless -inf < x < inf.
    """
    return apply(SIN, x)


def sinh(x: Any) -> Any:
    """Return sinh(x): the slope of sinh is cosh.

    Local derivative with respect to x: cosh(x).

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(SINH, x)


def softplus(x: Any) -> Any:
    """Return max(x, 0) + log1p(exp(-abs(x))): the slope of `log(1 + exp(x))` is the sigmoid, which is `exp(-softplus(-x))`.

    Local derivative with respect to x: exp(-softplus(-x)).
    """
    return apply(SOFTPLUS, x)


def sqrt(x: Any) -> Any:
    """Return sqrt(x): the derivative of a square root is one over twice the root.

    Local derivative with respect to x: 1 / (2 * out).

    Raises:
        DomainError: Unless x >= 0.
    """
    return apply(SQRT, x)


def tan(x: Any) -> Any:
    """Return tan(x): the slope of tan is `1 + tan(x)**2`, and `tan(x)` is `out`.

    Local derivative with respect to x: 1 + out * out.

    Raises:
        DomainError: Unless -inf < x < inf.
    """
    return apply(TAN, x)


def tanh(x: Any) -> Any:
    """Return tanh(x): the slope of tanh is `1 - tanh(x)**2`, and `tanh(x)` is `out`.

    Local derivative with respect to x: 1 - out * out.
    """
    return apply(TANH, x)


def where(x: Any, y: Any, z: Any) -> Any:
    """Return y if x != 0 else z: a condition only selects an operand, so it gets no gradient; the gradient goes to the selected operand only.

    Local derivative with respect to x: 0, with respect to y: 1 if x != 0 else 0, with respect to z: 0 if x != 0 else 1.
    """
    return apply(WHERE, x, y, z)
