"""Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."""

from __future__ import annotations

from typing import Any

from ..table.kernels import (
    ABS, ACOS, ACOSH, ADD, ASIN, ASINH, ATAN, ATAN2, ATANH, BETA, BETALN, CBRT, CEIL, CLIP,
    COPYSIGN, COS, COSH, DEG2RAD, DIGAMMA, DIV, ELU, ERF, ERFC, ERFINV, EXP, EXP2, EXPM1, FLOOR,
    FLOORDIV, FMAX, FMIN, FMOD, GAMMA, GELU, HEAVISIDE, HYPOT, LEAKY_RELU, LGAMMA, LOG, LOG10,
    LOG1P, LOG2, LOGADDEXP, LOGADDEXP2, MAX, MIN, MISH, MOD, MUL, NEG, POLYGAMMA, POW, RAD2DEG,
    RELU, RINT, SELU, SIGMOID, SIGN, SILU, SIN, SINC, SINC_DERIVATIVE, SINH, SOFTPLUS, SQRT, SUB,
    TAN, TANH, TRUNC, WHERE, XLOG1PY, XLOGY,
)
from .spellings import keywords


class Operations:
    """The operators and methods of a Value and of a tracer, from the rows of the table.

    A constant such as MUL is the number of a row in RULES. `_apply` makes the result of an
    operation, or returns NotImplemented where an operand isn't a number.
    """

    __slots__ = ()

    def _apply(self, number: int, *operands: Any) -> Any:
        raise NotImplementedError  # Value and the tracer have their own

    def _apply_or_raise(self, number: int, *operands: Any) -> Any:
        raise NotImplementedError  # Value and the tracer have their own

    def _apply_two(self, number: int, x: Any, y: Any) -> Any:
        return self._apply(number, x, y)

    def __add__(self, y: Any) -> Any:
        return self._apply_two(ADD, self, y)  # x + y

    def __radd__(self, x: Any) -> Any:
        return self._apply_two(ADD, x, self)  # x + y

    def __sub__(self, y: Any) -> Any:
        return self._apply_two(SUB, self, y)  # x - y

    def __rsub__(self, x: Any) -> Any:
        return self._apply_two(SUB, x, self)  # x - y

    def __mul__(self, y: Any) -> Any:
        return self._apply_two(MUL, self, y)  # x * y

    def __rmul__(self, x: Any) -> Any:
        return self._apply_two(MUL, x, self)  # x * y

    def __truediv__(self, y: Any) -> Any:
        return self._apply_two(DIV, self, y)  # x / y

    def __rtruediv__(self, x: Any) -> Any:
        return self._apply_two(DIV, x, self)  # x / y

    def __floordiv__(self, y: Any) -> Any:
        return self._apply_two(FLOORDIV, self, y)  # x // y

    def __rfloordiv__(self, x: Any) -> Any:
        return self._apply_two(FLOORDIV, x, self)  # x // y

    def __mod__(self, y: Any) -> Any:
        return self._apply_two(MOD, self, y)  # x % y

    def __rmod__(self, x: Any) -> Any:
        return self._apply_two(MOD, x, self)  # x % y

    def fmod(self, y: Any) -> Any:
        """Return fmod(x, y): the remainder changes by as much as x does; the remainder is `x - y * trunc(x / y)`, and the rounded quotient is constant between its jumps.

        Local derivative with respect to x: 1, with respect to y: -sign(x) * sign(y) * (abs(x) // abs(y)).

        Raises:
            DomainError: Unless y != 0 and -inf < x < inf.
        """
        return self._apply_or_raise(FMOD, self, y)

    def __pow__(self, y: Any) -> Any:
        return self._apply_two(POW, self, y)  # x ** y

    def __rpow__(self, x: Any) -> Any:
        return self._apply_two(POW, x, self)  # x ** y

    def __neg__(self) -> Any:
        return self._apply(NEG, self)  # -x

    def __abs__(self) -> Any:
        return self._apply(ABS, self)  # abs(x)

    def exp(self) -> Any:
        """Return exp(x): exp is its own derivative.

        Local derivative with respect to x: out.

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._apply_or_raise(EXP, self)

    def exp2(self) -> Any:
        """Return 2 ** x: `2**x` is `exp(x * log(2))`, and exp is its own derivative.

        Local derivative with respect to x: out * log(2).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._apply_or_raise(EXP2, self)

    def expm1(self) -> Any:
        """Return expm1(x): the slope of `exp(x) - 1` is that of `exp(x)`, since the 1 is constant.

        Local derivative with respect to x: exp(x).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._apply_or_raise(EXPM1, self)

    def log(self) -> Any:
        """Return log(x): the derivative of the natural logarithm is one over its operand.

        Local derivative with respect to x: 1 / x.

        Raises:
            DomainError: Unless x > 0.
        """
        return self._apply_or_raise(LOG, self)

    def log2(self) -> Any:
        """Return log2(x): `log2(x)` is `log(x) / log(2)`, and the slope of `log(x)` is `1 / x`.

        Local derivative with respect to x: 1 / (x * log(2)).

        Raises:
            DomainError: Unless x > 0.
        """
        return self._apply_or_raise(LOG2, self)

    def log10(self) -> Any:
        """Return log10(x): `log10(x)` is `log(x) / log(10)`, and the slope of `log(x)` is `1 / x`.

        Local derivative with respect to x: 1 / (x * log(10)).

        Raises:
            DomainError: Unless x > 0.
        """
        return self._apply_or_raise(LOG10, self)

    def log1p(self) -> Any:
        """Return log1p(x): the slope of `log(1 + x)` is `1 / (1 + x)`.

        Local derivative with respect to x: 1 / (1 + x).

        Raises:
            DomainError: Unless x > -1.
        """
        return self._apply_or_raise(LOG1P, self)

    def logaddexp(self, y: Any) -> Any:
        """Return x + log(2) if x == y else max(x, y) + log1p(exp(-abs(x - y))): the share of `exp(x)` in `exp(x) + exp(y)` is the sigmoid of `x - y`, which is `exp(-softplus(y - x))`; the share of `exp(y)` in `exp(x) + exp(y)` is the sigmoid of `y - x`, which is `exp(-softplus(x - y))`.

        Local derivative with respect to x: exp(-softplus(y - x)), with respect to y: exp(-softplus(x - y)).
        """
        return self._apply_or_raise(LOGADDEXP, self, y)

    def logaddexp2(self, y: Any) -> Any:
        """Return x + 1 if x == y else max(x, y) + log1p(2 ** -abs(x - y)) / log(2): `2**x` is `exp(x * log(2))`, and its share in `2**x + 2**y` is a sigmoid; `2**y` is `exp(y * log(2))`, and its share in `2**x + 2**y` is a sigmoid.

        Local derivative with respect to x: exp(-softplus((y - x) * log(2))), with respect to y: exp(-softplus((x - y) * log(2))).
        """
        return self._apply_or_raise(LOGADDEXP2, self, y)

    def xlogy(self, y: Any) -> Any:
        """Return 0 if x == 0 and y == y else x * log(y): x is multiplied by `log(y)`; the slope of `log(y)` is `1 / y`, and it is multiplied by x.

        Local derivative with respect to x: log(y), with respect to y: x / y.

        Raises:
            DomainError: Unless y > 0 or x == 0.
        """
        return self._apply_or_raise(XLOGY, self, y)

    def xlog1py(self, y: Any) -> Any:
        """Return 0 if x == 0 and y == y else x * log1p(y): x is multiplied by `log(1 + y)`; the slope of `log(1 + y)` is `1 / (1 + y)`, and it is multiplied by x.

        Local derivative with respect to x: log1p(y), with respect to y: x / (1 + y).

        Raises:
            DomainError: Unless y > -1 or x == 0.
        """
        return self._apply_or_raise(XLOG1PY, self, y)

    def sqrt(self) -> Any:
        """Return sqrt(x): the derivative of a square root is one over twice the root.

        Local derivative with respect to x: 1 / (2 * out).

        Raises:
            DomainError: Unless x >= 0.
        """
        return self._apply_or_raise(SQRT, self)

    def cbrt(self) -> Any:
        """Return cbrt(x): the derivative of a cube root is one over three times the square of the root.

        Local derivative with respect to x: 1 / (3 * out * out).
        """
        return self._apply_or_raise(CBRT, self)

    def hypot(self, y: Any) -> Any:
        """Return hypot(x, y): the slope of a square root is one over twice the root, and the slope of `x**2` is `2 * x`; the slope of a square root is one over twice the root, and the slope of `y**2` is `2 * y`.

        Local derivative with respect to x: x / out, with respect to y: y / out.
        """
        return self._apply_or_raise(HYPOT, self, y)

    def sin(self) -> Any:
        """Return sin(x): the slope of the sine is the cosine.

        Local derivative with respect to x: cos(x).

        Raises:
            DomainError: Unless -inf < x < inf.
        """
        return self._apply_or_raise(SIN, self)

    def cos(self) -> Any:
        """Return cos(x): the slope of the cosine is minus the sine.

        Local derivative with respect to x: -sin(x).

        Raises:
            DomainError: Unless -inf < x < inf.
        """
        return self._apply_or_raise(COS, self)

    def tan(self) -> Any:
        """Return tan(x): the slope of tan is `1 + tan(x)**2`, and `tan(x)` is `out`.

        Local derivative with respect to x: 1 + out * out.

        Raises:
            DomainError: Unless -inf < x < inf.
        """
        return self._apply_or_raise(TAN, self)

    def asin(self) -> Any:
        """Return asin(x): the arcsine undoes the sine, so its slope is `1 / cos(out)`, and `cos(out)` is `sqrt(1 - x**2)`.

        Local derivative with respect to x: 1 / sqrt(1 - x * x).

        Raises:
            DomainError: Unless -1 <= x <= 1.
        """
        return self._apply_or_raise(ASIN, self)

    arcsin = asin

    def acos(self) -> Any:
        """Return acos(x): the arccosine is `pi / 2 - asin(x)`, so its slope is minus that of the arcsine.

        Local derivative with respect to x: -1 / sqrt(1 - x * x).

        Raises:
            DomainError: Unless -1 <= x <= 1.
        """
        return self._apply_or_raise(ACOS, self)

    arccos = acos

    def atan(self) -> Any:
        """Return atan(x): the arctangent undoes tan, so its slope is `1 / (1 + tan(out)**2)`, and `tan(out)` is x.

        Local derivative with respect to x: 1 / (1 + x * x).
        """
        return self._apply_or_raise(ATAN, self)

    arctan = atan

    def atan2(self, y: Any) -> Any:
        """Return atan2(x, y): up to a constant, the angle is `atan(x / y)`, whose slope with respect to x is `y / (x**2 + y**2)`; up to a constant, the angle is `atan(x / y)`, whose slope with respect to y is `-x / (x**2 + y**2)`.

        Local derivative with respect to x: y / hypot(x, y) / hypot(x, y), with respect to y: -x / hypot(x, y) / hypot(x, y).
        """
        return self._apply_or_raise(ATAN2, self, y)

    arctan2 = atan2

    def deg2rad(self) -> Any:
        """Return x * (pi / 180): a degree is `pi / 180` radians.

        Local derivative with respect to x: pi / 180.
        """
        return self._apply_or_raise(DEG2RAD, self)

    def rad2deg(self) -> Any:
        """Return x * (180 / pi): a radian is `180 / pi` degrees.

        Local derivative with respect to x: 180 / pi.
        """
        return self._apply_or_raise(RAD2DEG, self)

    def sinc(self) -> Any:
        """Return sinc(x): sinc is `sin(pi * x) / (pi * x)`, and its slope is its first derivative.

        Local derivative with respect to x: sinc_derivative(1, x).

        Raises:
            DomainError: Unless -inf < x < inf.
        """
        return self._apply_or_raise(SINC, self)

    def sinc_derivative(self, y: Any) -> Any:
        """Return sinc_derivative(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of sinc is the next derivative.

        Local derivative with respect to x: 0, with respect to y: sinc_derivative(x + 1, y).

        Raises:
            DomainError: Unless 0 <= x <= 170 and x == floor(x) and -inf < y < inf.
        """
        return self._apply_or_raise(SINC_DERIVATIVE, self, y)

    def sinh(self) -> Any:
        """Return sinh(x): the slope of sinh is cosh.

        Local derivative with respect to x: cosh(x).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._apply_or_raise(SINH, self)

    def cosh(self) -> Any:
        """Return cosh(x): the slope of cosh is sinh.

        Local derivative with respect to x: sinh(x).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._apply_or_raise(COSH, self)

    def tanh(self) -> Any:
        """Return tanh(x): the slope of tanh is `1 - tanh(x)**2`, and `tanh(x)` is `out`.

        Local derivative with respect to x: 1 - out * out.
        """
        return self._apply_or_raise(TANH, self)

    def asinh(self) -> Any:
        """Return asinh(x): the slope of arsinh is `1 / sqrt(x**2 + 1)`.

        Local derivative with respect to x: 1 / hypot(x, 1).
        """
        return self._apply_or_raise(ASINH, self)

    arcsinh = asinh

    def acosh(self) -> Any:
        """Return acosh(x): the slope of arcosh is `1 / sqrt(x**2 - 1)`.

        Local derivative with respect to x: 1 / (sqrt(x - 1) * sqrt(x + 1)).

        Raises:
            DomainError: Unless x >= 1.
        """
        return self._apply_or_raise(ACOSH, self)

    arccosh = acosh

    def atanh(self) -> Any:
        """Return atanh(x): the slope of artanh is `1 / (1 - x**2)`.

        Local derivative with respect to x: 1 / ((1 - x) * (1 + x)).

        Raises:
            DomainError: Unless -1 < x < 1.
        """
        return self._apply_or_raise(ATANH, self)

    arctanh = atanh

    def erf(self) -> Any:
        """Return erf(x): the error function is the area under this bell curve, so the curve is its slope.

        Local derivative with respect to x: 2 / sqrt(pi) * exp(-x * x).
        """
        return self._apply_or_raise(ERF, self)

    def erfc(self) -> Any:
        """Return erfc(x): `erfc(x)` is `1 - erf(x)`, so its slope is minus the bell curve.

        Local derivative with respect to x: -2 / sqrt(pi) * exp(-x * x).
        """
        return self._apply_or_raise(ERFC, self)

    def erfinv(self) -> Any:
        """Return erfinv(x): it undoes erf, so its slope is one over that of erf, `2 / sqrt(pi) * exp(-out * out)`.

        Local derivative with respect to x: sqrt(pi) / 2 * exp(out * out).

        Raises:
            DomainError: Unless -1 < x < 1.
        """
        return self._apply_or_raise(ERFINV, self)

    def gamma(self) -> Any:
        """Return gamma(x): digamma is the slope of the logarithm of gamma, so that of gamma is gamma times digamma.

        Local derivative with respect to x: out * digamma(x).

        Raises:
            DomainError: Unless x > 0 or x != floor(x).
        """
        return self._apply_or_raise(GAMMA, self)

    def lgamma(self) -> Any:
        """Return lgamma(x): digamma is by definition the slope of the logarithm of gamma.

        Local derivative with respect to x: digamma(x).

        Raises:
            DomainError: Unless x > 0 or x != floor(x).
        """
        return self._apply_or_raise(LGAMMA, self)

    def digamma(self) -> Any:
        """Return digamma(x): polygamma of order 1 is by definition the slope of digamma.

        Local derivative with respect to x: polygamma(1, x).

        Raises:
            DomainError: Unless x > 0 or x != floor(x).
        """
        return self._apply_or_raise(DIGAMMA, self)

    def polygamma(self, y: Any) -> Any:
        """Return polygamma(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of digamma is the next derivative.

        Local derivative with respect to x: 0, with respect to y: polygamma(x + 1, y).

        Raises:
            DomainError: Unless 0 <= x <= 170 and x == floor(x) and (y > 0 or y != floor(y)).
        """
        return self._apply_or_raise(POLYGAMMA, self, y)

    def betaln(self, y: Any) -> Any:
        """Return betaln(x, y): it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(x) - digamma(x + y)`; it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(y) - digamma(x + y)`.

        Local derivative with respect to x: digamma(x) - digamma(x + y), with respect to y: digamma(y) - digamma(x + y).

        Raises:
            DomainError: Unless x > 0 and y > 0.
        """
        return self._apply_or_raise(BETALN, self, y)

    def beta(self, y: Any) -> Any:
        """Return exp(betaln(x, y)): the slope of its logarithm, betaln, with respect to x is `digamma(x) - digamma(x + y)`; the slope of its logarithm, betaln, with respect to y is `digamma(y) - digamma(x + y)`.

        Local derivative with respect to x: out * (digamma(x) - digamma(x + y)), with respect to y: out * (digamma(y) - digamma(x + y)).

        Raises:
            DomainError: Unless x > 0 and y > 0.
        """
        return self._apply_or_raise(BETA, self, y)

    @keywords(other="y")
    def min(self, y: Any) -> Any:
        """Return x if x < y or x != x else y: the result is the smaller operand, so only that one gets the gradient.

        Local derivative with respect to x: 0 if x > y else (0.5 if x == y else 1), with respect to y: 0 if y > x else (0.5 if x == y else 1).

        Keywords for y: y, other.
        """
        return self._apply_or_raise(MIN, self, y)

    minimum = min

    @keywords(other="y")
    def max(self, y: Any) -> Any:
        """Return x if x > y or x != x else y: the result is the larger operand, so only that one gets the gradient.

        Local derivative with respect to x: 0 if x < y else (0.5 if x == y else 1), with respect to y: 0 if y < x else (0.5 if x == y else 1).

        Keywords for y: y, other.
        """
        return self._apply_or_raise(MAX, self, y)

    maximum = max

    def fmin(self, y: Any) -> Any:
        """Return x if x <= y or y != y else y: x gets the gradient if it is the smaller operand, or if y is missing (nan); y gets the gradient if it is the smaller operand, or if x is missing (nan).

        Local derivative with respect to x: 1 if x <= y or y != y else 0, with respect to y: 0 if x <= y or y != y else 1.
        """
        return self._apply_or_raise(FMIN, self, y)

    def fmax(self, y: Any) -> Any:
        """Return x if x >= y or y != y else y: x gets the gradient if it is the larger operand, or if y is missing (nan); y gets the gradient if it is the larger operand, or if x is missing (nan).

        Local derivative with respect to x: 1 if x >= y or y != y else 0, with respect to y: 0 if x >= y or y != y else 1.
        """
        return self._apply_or_raise(FMAX, self, y)

    @keywords(min="y", min_val="y", a_min="y", lo="y", max="z", max_val="z", a_max="z", hi="z")
    def clip(self, y: Any = -1e999, z: Any = 1e999) -> Any:
        """Return min(max(x, y), z): x gets the gradient between the bounds; the lower bound y gets the gradient if x is below it; the upper bound z gets the gradient if x is above it.

        Local derivative with respect to x: 1 if y <= x <= z else 0, with respect to y: 1 if x < y <= z else 0, with respect to z: 1 if x > z or y > z else 0.

        Keywords for y: y, min, min_val, a_min, lo. Keywords for z: z, max, max_val, a_max, hi.
        """
        return self._apply_or_raise(CLIP, self, y, z)

    clamp = clip

    def where(self, y: Any, z: Any) -> Any:
        """Return y if x != 0 else z: a condition only selects an operand, so it gets no gradient; the gradient goes to the selected operand only.

        Local derivative with respect to x: 0, with respect to y: 1 if x != 0 else 0, with respect to z: 0 if x != 0 else 1.
        """
        return self._apply_or_raise(WHERE, self, y, z)

    def sign(self) -> Any:
        """Return 1 if x > 0 else (-1 if x < 0 else x): the sign is constant on either side of 0.

        Local derivative with respect to x: 0.
        """
        return self._apply_or_raise(SIGN, self)

    def floor(self) -> Any:
        """Return floor(x): a rounded number is constant between its jumps.

        Local derivative with respect to x: 0.
        """
        return self._apply_or_raise(FLOOR, self)

    def ceil(self) -> Any:
        """Return ceil(x): a rounded number is constant between its jumps.

        Local derivative with respect to x: 0.
        """
        return self._apply_or_raise(CEIL, self)

    def trunc(self) -> Any:
        """Return trunc(x): a rounded number is constant between its jumps.

        Local derivative with respect to x: 0.
        """
        return self._apply_or_raise(TRUNC, self)

    def rint(self) -> Any:
        """Return rint(x): a rounded number is constant between its jumps.

        Local derivative with respect to x: 0.
        """
        return self._apply_or_raise(RINT, self)

    def copysign(self, y: Any) -> Any:
        """Return copysign(x, y): the slope is 1, or −1 if the sign of x is flipped; only the sign of y counts, and it is constant on either side of 0.

        Local derivative with respect to x: sign(x) * copysign(1, y), with respect to y: 0.
        """
        return self._apply_or_raise(COPYSIGN, self, y)

    def heaviside(self, y: Any) -> Any:
        """Return x if x != x else (0 if x < 0 else (y if x == 0 else 1)): the step is constant on either side of 0; y is the result at x = 0 only.

        Local derivative with respect to x: 0, with respect to y: 1 if x == 0 else 0.
        """
        return self._apply_or_raise(HEAVISIDE, self, y)

    def relu(self) -> Any:
        """Return x if x > 0 or x != x else 0: positive inputs pass unchanged, and negative ones become 0.

        Local derivative with respect to x: 1 if x > 0 else 0.
        """
        return self._apply_or_raise(RELU, self)

    @keywords(negative_slope="y", alpha="y", slope="y")
    def leaky_relu(self, y: Any = 0.01) -> Any:
        """Return x if x > 0 else y * x: positive inputs pass unchanged, and negative ones are multiplied by y; y is the factor of negative inputs, and positive ones don't depend on it.

        Local derivative with respect to x: 1 if x > 0 else y, with respect to y: 0 if x > 0 else x.

        Keywords for y: y, negative_slope, alpha, slope.
        """
        return self._apply_or_raise(LEAKY_RELU, self, y)

    @keywords(alpha="y")
    def elu(self, y: Any = 1.0) -> Any:
        """Return x if x > 0 else y * expm1(x): positive inputs pass unchanged, and negative ones become `y * (exp(x) - 1)`; y is the factor of `exp(x) - 1` for negative inputs, and positive ones don't depend on it.

        Local derivative with respect to x: 1 if x > 0 else y * exp(x), with respect to y: 0 if x > 0 else expm1(x).

        Keywords for y: y, alpha.
        """
        return self._apply_or_raise(ELU, self, y)

    def selu(self) -> Any:
        """Return 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * expm1(x)): it is elu times a constant, with constants that keep the mean and variance of a layer.

        Local derivative with respect to x: 1.0507009873554805 * (1 if x > 0 else 1.6732632423543772 * exp(x)).
        """
        return self._apply_or_raise(SELU, self)

    def sigmoid(self) -> Any:
        """Return 1 / (1 + exp(-x)): the slope of a sigmoid is its value times one minus its value.

        Local derivative with respect to x: out * (1 - out).
        """
        return self._apply_or_raise(SIGMOID, self)

    def silu(self) -> Any:
        """Return x * sigmoid(x): this is the product rule for `x * sigmoid(x)`.

        Local derivative with respect to x: sigmoid(x) * (1 + x * (1 - sigmoid(x))).
        """
        return self._apply_or_raise(SILU, self)

    swish = silu

    def gelu(self) -> Any:
        """Return x * erfc(-x / sqrt(2)) / 2: this is the product rule for x times the standard normal distribution function, `erfc(-x / sqrt(2)) / 2`.

        Local derivative with respect to x: erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi).
        """
        return self._apply_or_raise(GELU, self)

    def softplus(self) -> Any:
        """Return max(x, 0) + log1p(exp(-abs(x))): the slope of `log(1 + exp(x))` is the sigmoid, which is `exp(-softplus(-x))`.

        Local derivative with respect to x: exp(-softplus(-x)).
        """
        return self._apply_or_raise(SOFTPLUS, self)

    def mish(self) -> Any:
        """Return x * tanh(softplus(x)): this is the product rule for `x * tanh(softplus(x))`.

        Local derivative with respect to x: tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2).
        """
        return self._apply_or_raise(MISH, self)
