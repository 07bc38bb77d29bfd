"""Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."""

from __future__ import annotations

from typing import Any

from ..table.kernels import (
    ABS, ACOS, ACOSH, ASIN, ASINH, ATAN, ATAN2, ATANH, BETA, BETALN, CBRT, CEIL, CLIP, COPYSIGN,
    COS, COSH, DEG2RAD, DIGAMMA, ELU, ERF, ERFC, ERFINV, EXP, EXP2, EXPM1, FLOOR, FMAX, FMIN, FMOD,
    GAMMA, GELU, HEAVISIDE, HYPOT, LEAKY_RELU, LGAMMA, LOG, LOG10, LOG1P, LOG2, LOGADDEXP,
    LOGADDEXP2, MAX, MIN, MISH, MOD, POLYGAMMA, POW, RAD2DEG, RELU, RINT, SELU, SIGMOID, SIGN, SILU,
    SIN, SINC, SINC_DERIVATIVE, SINH, SOFTPLUS, SQRT, TAN, TANH, TRUNC, WHERE, XLOG1PY, XLOGY,
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
    "beta",
    "betaln",
    "cbrt",
    "ceil",
    "clip",
    "copysign",
    "cos",
    "cosh",
    "deg2rad",
    "digamma",
    "elu",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "fmax",
    "fmin",
    "fmod",
    "gamma",
    "gelu",
    "heaviside",
    "hypot",
    "leaky_relu",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logaddexp2",
    "max",
    "min",
    "mish",
    "mod",
    "polygamma",
    "pow",
    "rad2deg",
    "relu",
    "rint",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinc_derivative",
    "sinh",
    "softplus",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
    "where",
    "xlog1py",
    "xlogy",
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


def beta(x: Any, y: Any) -> Any:
    """Return exp(betaln(x, y)): the slope of its logarithm, betaln, with respect to x is `digamma(x) - digamma(x + y)`; the slope of its logarithm, betaln, with respect to y is `digamma(y) - digamma(x + y)`.

    Local derivative with respect to x: out * (digamma(x) - digamma(x + y)), with respect to y: out * (digamma(y) - digamma(x + y)).

    Raises:
        DomainError: Unless x > 0 and y > 0.
    """
    return apply(BETA, x, y)


def betaln(x: Any, y: Any) -> Any:
    """Return betaln(x, y): it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(x) - digamma(x + y)`; it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(y) - digamma(x + y)`.

    Local derivative with respect to x: digamma(x) - digamma(x + y), with respect to y: digamma(y) - digamma(x + y).

    Raises:
        DomainError: Unless x > 0 and y > 0.
    """
    return apply(BETALN, x, y)


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


@keywords(min="y", min_val="y", a_min="y", lo="y", max="z", max_val="z", a_max="z", hi="z")
def clip(x: Any, y: Any = -1e999, z: Any = 1e999) -> Any:
    """Return min(max(x, y), z): x gets the gradient between the bounds; the lower bound y gets the gradient if x is below it; the upper bound z gets the gradient if x is above it.

    Local derivative with respect to x: 1 if y <= x <= z else 0, with respect to y: 1 if x < y <= z else 0, with respect to z: 1 if x > z or y > z else 0.

    Keywords for y: y, min, min_val, a_min, lo. Keywords for z: z, max, max_val, a_max, hi.
    """
    return apply(CLIP, x, y, z)


def copysign(x: Any, y: Any) -> Any:
    """Return copysign(x, y): the slope is 1, or −1 if the sign of x is flipped; only the sign of y counts, and it is constant on either side of 0.

    Local derivative with respect to x: sign(x) * copysign(1, y), with respect to y: 0.
    """
    return apply(COPYSIGN, x, y)


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


def deg2rad(x: Any) -> Any:
    """Return x * (pi / 180): a degree is `pi / 180` radians.

    Local derivative with respect to x: pi / 180.
    """
    return apply(DEG2RAD, x)


def digamma(x: Any) -> Any:
    """Return digamma(x): polygamma of order 1 is by definition the slope of digamma.

    Local derivative with respect to x: polygamma(1, x).

    Raises:
        DomainError: Unless x > 0 or x != floor(x).
    """
    return apply(DIGAMMA, x)


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


def erfinv(x: Any) -> Any:
    """Return erfinv(x): it undoes erf, so its slope is one over that of erf, `2 / sqrt(pi) * exp(-out * out)`.

    Local derivative with respect to x: sqrt(pi) / 2 * exp(out * out).

    Raises:
        DomainError: Unless -1 < x < 1.
    """
    return apply(ERFINV, x)


def exp(x: Any) -> Any:
    """Return exp(x): exp is its own derivative.

    Local derivative with respect to x: out.

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(EXP, x)


def exp2(x: Any) -> Any:
    """Return 2 ** x: `2**x` is `exp(x * log(2))`, and exp is its own derivative.

    Local derivative with respect to x: out * log(2).

    Raises:
        RangeError: The result is too large for a float.
    """
    return apply(EXP2, x)


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


def fmax(x: Any, y: Any) -> Any:
    """Return x if x >= y or y != y else y: x gets the gradient if it is the larger operand, or if y is missing (nan); y gets the gradient if it is the larger operand, or if x is missing (nan).

    Local derivative with respect to x: 1 if x >= y or y != y else 0, with respect to y: 0 if x >= y or y != y else 1.
    """
    return apply(FMAX, x, y)


def fmin(x: Any, y: Any) -> Any:
    """Return x if x <= y or y != y else y: x gets the gradient if it is the smaller operand, or if y is missing (nan); y gets the gradient if it is the smaller operand, or if x is missing (nan).

    Local derivative with respect to x: 1 if x <= y or y != y else 0, with respect to y: 0 if x <= y or y != y else 1.
    """
    return apply(FMIN, x, y)


def fmod(x: Any, y: Any) -> Any:
    """Return fmod(x, y): the remainder changes by as much as x does; the remainder is `x - y * trunc(x / y)`, and the rounded quotient is constant between its jumps.

    Local derivative with respect to x: 1, with respect to y: -sign(x) * sign(y) * (abs(x) // abs(y)).

    Raises:
        DomainError: Unless y != 0 and -inf < x < inf.
    """
    return apply(FMOD, x, y)


def gamma(x: Any) -> Any:
    """Return gamma(x): digamma is the slope of the logarithm of gamma, so that of gamma is gamma times digamma.

    Local derivative with respect to x: out * digamma(x).

    Raises:
        DomainError: Unless x > 0 or x != floor(x).
    """
    return apply(GAMMA, x)


def gelu(x: Any) -> Any:
    """Return x * erfc(-x / sqrt(2)) / 2: this is the product rule for x times the standard normal distribution function, `erfc(-x / sqrt(2)) / 2`.

    Local derivative with respect to x: erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi).
    """
    return apply(GELU, x)


def heaviside(x: Any, y: Any) -> Any:
    """Return x if x != x else (0 if x < 0 else (y if x == 0 else 1)): the step is constant on either side of 0; y is the result at x = 0 only.

    Local derivative with respect to x: 0, with respect to y: 1 if x == 0 else 0.
    """
    return apply(HEAVISIDE, x, y)


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


def lgamma(x: Any) -> Any:
    """Return lgamma(x): digamma is by definition the slope of the logarithm of gamma.

    Local derivative with respect to x: digamma(x).

    Raises:
        DomainError: Unless x > 0 or x != floor(x).
    """
    return apply(LGAMMA, x)


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


def logaddexp(x: Any, y: Any) -> Any:
    """Return x + log(2) if x == y else max(x, y) + log1p(exp(-abs(x - y))): the share of `exp(x)` in `exp(x) + exp(y)` is the sigmoid of `x - y`, which is `exp(-softplus(y - x))`; the share of `exp(y)` in `exp(x) + exp(y)` is the sigmoid of `y - x`, which is `exp(-softplus(x - y))`.

    Local derivative with respect to x: exp(-softplus(y - x)), with respect to y: exp(-softplus(x - y)).
    """
    return apply(LOGADDEXP, x, y)


def logaddexp2(x: Any, y: Any) -> Any:
    """Return x + 1 if x == y else max(x, y) + log1p(2 ** -abs(x - y)) / log(2): `2**x` is `exp(x * log(2))`, and its share in `2**x + 2**y` is a sigmoid; `2**y` is `exp(y * log(2))`, and its share in `2**x + 2**y` is a sigmoid.

    Local derivative with respect to x: exp(-softplus((y - x) * log(2))), with respect to y: exp(-softplus((x - y) * log(2))).
    """
    return apply(LOGADDEXP2, x, y)


@keywords(other="y")
def max(x: Any, y: Any) -> Any:
    """Return x if x > y or x != x else y: the result is the larger operand, so only that one gets the gradient.

    Local derivative with respect to x: 0 if x < y else (0.5 if x == y else 1), with respect to y: 0 if y < x else (0.5 if x == y else 1).

    Keywords for y: y, other.
    """
    return apply(MAX, x, y)


@keywords(other="y")
def min(x: Any, y: Any) -> Any:
    """Return x if x < y or x != x else y: the result is the smaller operand, so only that one gets the gradient.

    Local derivative with respect to x: 0 if x > y else (0.5 if x == y else 1), with respect to y: 0 if y > x else (0.5 if x == y else 1).

    Keywords for y: y, other.
    """
    return apply(MIN, x, y)


def mish(x: Any) -> Any:
    """Return x * tanh(softplus(x)): this is the product rule for `x * tanh(softplus(x))`.

    Local derivative with respect to x: tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2).
    """
    return apply(MISH, x)


def mod(x: Any, y: Any) -> Any:
    """Return x % y: the remainder changes by as much as x does; the remainder is `x - y * (x // y)`, and the rounded quotient is constant between its jumps.

    Local derivative with respect to x: 1, with respect to y: -(x // y).

    Raises:
        DomainError: Unless y != 0.
    """
    return apply(MOD, x, y)


def polygamma(x: Any, y: Any) -> Any:
    """Return polygamma(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of digamma is the next derivative.

    Local derivative with respect to x: 0, with respect to y: polygamma(x + 1, y).

    Raises:
        DomainError: Unless 0 <= x <= 170 and x == floor(x) and (y > 0 or y != floor(y)).
    """
    return apply(POLYGAMMA, x, y)


def pow(x: Any, y: Any) -> Any:
    """Return x ** y: the power rule multiplies by the exponent and lowers it by one; the derivative of an exponential is the exponential times the logarithm of its base.

    Local derivative with respect to x: 0 if y == 0 and x == 0 else y * x ** (y - 1), with respect to y: 0 if x == 0 and y >= 0 else out * log(x).

    Raises:
        DomainError: Unless x >= 0 or y == floor(y) or x == -inf.
    """
    return apply(POW, x, y)


def rad2deg(x: Any) -> Any:
    """Return x * (180 / pi): a radian is `180 / pi` degrees.

    Local derivative with respect to x: 180 / pi.
    """
    return apply(RAD2DEG, x)


def relu(x: Any) -> Any:
    """Return x if x > 0 or x != x else 0: positive inputs pass unchanged, and negative ones become 0.

    Local derivative with respect to x: 1 if x > 0 else 0.
    """
    return apply(RELU, x)


def rint(x: Any) -> Any:
    """Return rint(x): a rounded number is constant between its jumps.

    Local derivative with respect to x: 0.
    """
    return apply(RINT, x)


def selu(x: Any) -> Any:
    """Return 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * expm1(x)): it is elu times a constant, with constants that keep the mean and variance of a layer.

    Local derivative with respect to x: 1.0507009873554805 * (1 if x > 0 else 1.6732632423543772 * exp(x)).
    """
    return apply(SELU, x)


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


def sinc(x: Any) -> Any:
    """Return sinc(x): sinc is `sin(pi * x) / (pi * x)`, and its slope is its first derivative.

    Local derivative with respect to x: sinc_derivative(1, x).

    Raises:
        DomainError: Unless -inf < x < inf.
    """
    return apply(SINC, x)


def sinc_derivative(x: Any, y: Any) -> Any:
    """Return sinc_derivative(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of sinc is the next derivative.

    Local derivative with respect to x: 0, with respect to y: sinc_derivative(x + 1, y).

    Raises:
        DomainError: Unless 0 <= x <= 170 and x == floor(x) and -inf < y < inf.
    """
    return apply(SINC_DERIVATIVE, x, y)


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


def trunc(x: Any) -> Any:
    """Return trunc(x): a rounded number is constant between its jumps.

    Local derivative with respect to x: 0.
    """
    return apply(TRUNC, x)


def where(x: Any, y: Any, z: Any) -> Any:
    """Return y if x != 0 else z: a condition only selects an operand, so it gets no gradient; the gradient goes to the selected operand only.

    Local derivative with respect to x: 0, with respect to y: 1 if x != 0 else 0, with respect to z: 0 if x != 0 else 1.
    """
    return apply(WHERE, x, y, z)


def xlog1py(x: Any, y: Any) -> Any:
    """Return 0 if x == 0 and y == y else x * log1p(y): x is multiplied by `log(1 + y)`; the slope of `log(1 + y)` is `1 / (1 + y)`, and it is multiplied by x.

    Local derivative with respect to x: log1p(y), with respect to y: x / (1 + y).

    Raises:
        DomainError: Unless y > -1 or x == 0.
    """
    return apply(XLOG1PY, x, y)


def xlogy(x: Any, y: Any) -> Any:
    """Return 0 if x == 0 and y == y else x * log(y): x is multiplied by `log(y)`; the slope of `log(y)` is `1 / y`, and it is multiplied by x.

    Local derivative with respect to x: log(y), with respect to y: x / y.

    Raises:
        DomainError: Unless y > 0 or x == 0.
    """
    return apply(XLOGY, x, y)
