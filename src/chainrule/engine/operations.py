"""Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."""

from __future__ import annotations

from typing import Any

from .node import wrong_operand


class Operations:
    """The operations of a Value, one method a row of the table."""

    __slots__ = ()

    def _apply(self, number: int, *operands: Any) -> Any:
        raise AssertionError('Value itself applies them')

    _apply_two = _apply

    def _method(self, number: int, *operands: Any) -> Any:
        """Apply an operation that has no operator, and so no reflected one to try."""
        made = self._apply(number, *operands)
        if made is NotImplemented:
            raise wrong_operand(number, operands)
        return made

    def __add__(self, y: Any) -> Any:
        return self._apply_two(2, self, y)  # x + y

    def __radd__(self, x: Any) -> Any:
        return self._apply_two(2, x, self)  # x + y

    def __sub__(self, y: Any) -> Any:
        return self._apply_two(3, self, y)  # x - y

    def __rsub__(self, x: Any) -> Any:
        return self._apply_two(3, x, self)  # x - y

    def __mul__(self, y: Any) -> Any:
        return self._apply_two(4, self, y)  # x * y

    def __rmul__(self, x: Any) -> Any:
        return self._apply_two(4, x, self)  # x * y

    def __truediv__(self, y: Any) -> Any:
        return self._apply_two(5, self, y)  # x / y

    def __rtruediv__(self, x: Any) -> Any:
        return self._apply_two(5, x, self)  # x / y

    def __floordiv__(self, y: Any) -> Any:
        return self._apply_two(6, self, y)  # x // y

    def __rfloordiv__(self, x: Any) -> Any:
        return self._apply_two(6, x, self)  # x // y

    def __mod__(self, y: Any) -> Any:
        return self._apply_two(7, self, y)  # x % y

    def __rmod__(self, x: Any) -> Any:
        return self._apply_two(7, x, self)  # x % y

    def __pow__(self, y: Any) -> Any:
        return self._apply_two(8, self, y)  # x ** y

    def __rpow__(self, x: Any) -> Any:
        return self._apply_two(8, x, self)  # x ** y

    def __neg__(self) -> Any:
        return self._apply(9, self)  # -x

    def __abs__(self) -> Any:
        return self._apply(10, self)  # abs(x)

    def exp(self) -> Any:
        """Return exp(x): exp is its own derivative.

        Local derivative by x: out.

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._method(11, self)

    def expm1(self) -> Any:
        """Return expm1(x): `exp(x) - 1` has the slope `exp(x)`, which is `out + 1`.

        Local derivative by x: out + 1.

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._method(12, self)

    def log(self) -> Any:
        """Return log(x): the slope of the natural logarithm is one over its operand.

        Local derivative by x: 1 / x.

        Raises:
            DomainError: Not x > 0.
        """
        return self._method(13, self)

    def log2(self) -> Any:
        """Return log2(x): `log2(x)` is `log(x) / log(2)`.

        Local derivative by x: 1 / (x * log(2)).

        Raises:
            DomainError: Not x > 0.
        """
        return self._method(14, self)

    def log10(self) -> Any:
        """Return log10(x): `log10(x)` is `log(x) / log(10)`.

        Local derivative by x: 1 / (x * log(10)).

        Raises:
            DomainError: Not x > 0.
        """
        return self._method(15, self)

    def log1p(self) -> Any:
        """Return log1p(x): `log(1 + x)` has the slope `1 / (1 + x)`.

        Local derivative by x: 1 / (1 + x).

        Raises:
            DomainError: Not x > -1.
        """
        return self._method(16, self)

    def sqrt(self) -> Any:
        """Return sqrt(x): the slope of a square root is one over twice the root.

        Local derivative by x: 1 / (2 * out).

        Raises:
            DomainError: Not x >= 0.
        """
        return self._method(17, self)

    def cbrt(self) -> Any:
        """Return cbrt(x): the slope of a cube root is one over three times its square.

        Local derivative by x: 1 / (3 * out * out).
        """
        return self._method(18, self)

    def hypot(self, y: Any) -> Any:
        """Return hypot(x, y): only the part of a step that goes along the arrow (x, y) makes it longer.

        Local derivative by x: x / out, by y: y / out.
        """
        return self._method(19, self, y)

    def sin(self) -> Any:
        """Return sin(x): the slope of the sine is the cosine.

        Local derivative by x: cos(x).

        Raises:
            DomainError: Not -inf < x < inf.
        """
        return self._method(20, self)

    def cos(self) -> Any:
        """Return cos(x): the slope of the cosine is minus the sine.

        Local derivative by x: -sin(x).

        Raises:
            DomainError: Not -inf < x < inf.
        """
        return self._method(21, self)

    def tan(self) -> Any:
        """Return tan(x): the slope of the tangent is `1 + tan(x)**2`, and `tan(x)` is `out`.

        Local derivative by x: 1 + out * out.

        Raises:
            DomainError: Not -inf < x < inf.
        """
        return self._method(22, self)

    def asin(self) -> Any:
        """Return asin(x): the arcsine undoes the sine, so its slope is one over the cosine, which is `sqrt(1 - x**2)`.

        Local derivative by x: 1 / sqrt(1 - x * x).

        Raises:
            DomainError: Not -1 <= x <= 1.
        """
        return self._method(23, self)

    arcsin = asin

    def acos(self) -> Any:
        """Return acos(x): the arccosine falls as fast as the arcsine rises.

        Local derivative by x: -1 / sqrt(1 - x * x).

        Raises:
            DomainError: Not -1 <= x <= 1.
        """
        return self._method(24, self)

    arccos = acos

    def atan(self) -> Any:
        """Return atan(x): the arctangent undoes the tangent, so its slope is one over `1 + x**2`.

        Local derivative by x: 1 / (1 + x * x).
        """
        return self._method(25, self)

    arctan = atan

    def atan2(self, y: Any) -> Any:
        """Return atan2(x, y): the angle of the point (y, x) turns by `y / (x**2 + y**2)` for each small step of x; the angle of the point (y, x) turns by `-x / (x**2 + y**2)` for each small step of y.

        Local derivative by x: y / hypot(x, y) / hypot(x, y), by y: -x / hypot(x, y) / hypot(x, y).
        """
        return self._method(26, self, y)

    arctan2 = atan2

    def sinh(self) -> Any:
        """Return sinh(x): the slope of sinh is cosh.

        Local derivative by x: cosh(x).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._method(27, self)

    def cosh(self) -> Any:
        """Return cosh(x): the slope of cosh is sinh.

        Local derivative by x: sinh(x).

        Raises:
            RangeError: The result is too large for a float.
        """
        return self._method(28, self)

    def tanh(self) -> Any:
        """Return tanh(x): the slope of tanh is `1 - tanh(x)**2`, and `tanh(x)` is `out`.

        Local derivative by x: 1 - out * out.
        """
        return self._method(29, self)

    def asinh(self) -> Any:
        """Return asinh(x): the slope of arsinh is `1 / sqrt(x**2 + 1)`.

        Local derivative by x: 1 / hypot(x, 1).
        """
        return self._method(30, self)

    arcsinh = asinh

    def acosh(self) -> Any:
        """Return acosh(x): the slope of arcosh is `1 / sqrt(x**2 - 1)`.

        Local derivative by x: 1 / (sqrt(x - 1) * sqrt(x + 1)).

        Raises:
            DomainError: Not x >= 1.
        """
        return self._method(31, self)

    arccosh = acosh

    def atanh(self) -> Any:
        """Return atanh(x): the slope of artanh is `1 / (1 - x**2)`.

        Local derivative by x: 1 / ((1 - x) * (1 + x)).

        Raises:
            DomainError: Not -1 < x < 1.
        """
        return self._method(32, self)

    arctanh = atanh

    def erf(self) -> Any:
        """Return erf(x): the error function is the integral of this bell curve.

        Local derivative by x: 2 / sqrt(pi) * exp(-x * x).
        """
        return self._method(33, self)

    def min(self, y: Any) -> Any:
        """Return x if x < y or x != x else y: only the smaller operand is felt.

        Local derivative by x: 1 if x < y else (0.5 if x == y else 0), by y: 1 if y < x else (0.5 if x == y else 0).
        """
        return self._method(34, self, y)

    minimum = min

    def max(self, y: Any) -> Any:
        """Return x if x > y or x != x else y: only the larger operand is felt.

        Local derivative by x: 1 if x > y else (0.5 if x == y else 0), by y: 1 if y > x else (0.5 if x == y else 0).
        """
        return self._method(35, self, y)

    maximum = max

    def where(self, y: Any, z: Any) -> Any:
        """Return y if x != 0 else z: a condition only chooses a side; it passes nothing on; the gradient goes to the side that was taken, and nothing to the other.

        Local derivative by x: 0, by y: 1 if x != 0 else 0, by z: 0 if x != 0 else 1.
        """
        return self._method(36, self, y, z)

    def sign(self) -> Any:
        """Return 1 if x > 0 else (-1 if x < 0 else x): the sign is flat on both sides of 0.

        Local derivative by x: 0.
        """
        return self._method(37, self)

    def floor(self) -> Any:
        """Return floor(x): a rounded number is flat between its jumps.

        Local derivative by x: 0.
        """
        return self._method(38, self)

    def ceil(self) -> Any:
        """Return ceil(x): a rounded number is flat between its jumps.

        Local derivative by x: 0.
        """
        return self._method(39, self)

    def relu(self) -> Any:
        """Return x if x > 0 or x != x else 0: what is above 0 passes, what is below is cut off.

        Local derivative by x: 1 if x > 0 else 0.
        """
        return self._method(40, self)

    def leaky_relu(self, y: Any = 0.01) -> Any:
        """Return x if x > 0 else y * x: what is above 0 passes, what is below is scaled by y; y scales what is below 0, and only that.

        Local derivative by x: 1 if x > 0 else y, by y: 0 if x > 0 else x.
        """
        return self._method(41, self, y)

    def elu(self, y: Any = 1.0) -> Any:
        """Return x if x > 0 else y * expm1(x): what is above 0 passes, what is below follows `y * (exp(x) - 1)`; y scales what is below 0, and only that.

        Local derivative by x: 1 if x > 0 else y * exp(x), by y: 0 if x > 0 else expm1(x).
        """
        return self._method(42, self, y)

    def sigmoid(self) -> Any:
        """Return 1 / (1 + exp(-x)): the slope of a sigmoid is its value times what that lacks to 1.

        Local derivative by x: out * (1 - out).
        """
        return self._method(43, self)

    def silu(self) -> Any:
        """Return x * sigmoid(x): the product rule on `x * sigmoid(x)`.

        Local derivative by x: sigmoid(x) * (1 + x * (1 - sigmoid(x))).
        """
        return self._method(44, self)

    def gelu(self) -> Any:
        """Return x * (1 + erf(x / sqrt(2))) / 2: the product rule on x times the normal distribution function.

        Local derivative by x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi).
        """
        return self._method(45, self)

    def softplus(self) -> Any:
        """Return max(x, 0) + log1p(exp(-abs(x))): the slope of `log(1 + exp(x))` is the sigmoid.

        Local derivative by x: sigmoid(x).
        """
        return self._method(46, self)
