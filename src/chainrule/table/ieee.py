"""Arithmetic on floats that follows IEEE 754: nan and inf where Python itself would raise.

Formulas call these names. The results have the same bits as those of the compiled engine, because
CPython's `math` calls the same C library.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from math import inf, nan
from types import MappingProxyType


def copysign(x: float, y: float) -> float:
    """The size of x with the sign of y. A nan counts as positive: which sign bit it has depends on
    the machine."""
    return math.copysign(x, y if y == y else 1.0)


def divide(x: float, y: float) -> float:
    """x / y, with inf and nan for a zero divisor."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0 or x != x:
            return nan
        return copysign(inf, x) * copysign(1.0, y)


def modulo(x: float, y: float) -> float:
    """x % y with the sign of y, as in Python; nan for a zero divisor."""
    try:
        return x % y
    except ZeroDivisionError:
        return nan


def quotient(x: float, y: float) -> float:
    """x // y, the quotient rounded down, as in Python; x / y for a zero divisor."""
    try:
        return x // y
    except ZeroDivisionError:
        return divide(x, y)


def power(x: float, y: float) -> float:
    """x ** y as in C: never complex; inf for overflow and for zero to a negative power."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0 and math.fmod(y, 2) in (1, -1) else inf
    except ValueError:
        if x != 0:
            return nan
        is_odd = y != -inf and math.fmod(y, 2) in (1, -1)  # Python 3.10 also refuses 0 to -inf
        return copysign(inf, x) if is_odd else inf


def bitwise_and(x: float, y: float) -> float:
    """x & y of whole numbers within 2**53; nan for others."""
    if abs(x) < 2.0**53 and abs(y) < 2.0**53 and x.is_integer() and y.is_integer():
        return float(int(x) & int(y))
    return nan


def _quiet(
    function: Callable[[float], float],
    poles: Mapping[float, float] = MappingProxyType({}),
    overflow: Callable[[float], float] = abs,
) -> Callable[[float], float]:
    """Wrap a function of `math` that raises.

    For a ValueError the result is that of the pole or nan; for an OverflowError it is the
    `overflow` of an infinity with the operand's sign.
    """

    def quiet(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return poles.get(x, nan)
        except OverflowError:
            return overflow(copysign(inf, x))

    return quiet


def floor(x: float) -> float:
    """x rounded down, as a float; keeps nan, inf and the sign of zero."""
    return x if x - x != 0 or x == 0 else float(math.floor(x))


def ceil(x: float) -> float:
    """x rounded up, as a float; keeps nan, inf and the sign of zero."""
    return x if x - x != 0 or x == 0 else copysign(math.ceil(x), x)


def trunc(x: float) -> float:
    """x rounded towards 0, as a float; keeps nan, inf and the sign of zero."""
    return x if x - x != 0 or x == 0 else copysign(math.trunc(x), x)


def rint(x: float) -> float:
    """x rounded to the nearest whole number, half-way cases to the even one, as a float."""
    return x if x - x != 0 or x == 0 else copysign(round(x), x)


def fmod(x: float, y: float) -> float:
    """The remainder with the sign of x, as in C; nan for a zero divisor and an infinite x."""
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def hypot(x: float, y: float) -> float:
    """The length of (x, y). Not `math.hypot`, whose algorithm changes with Python's version."""
    x, y = abs(x), abs(y)
    if x < y:
        x, y = y, x
    if x == inf or y == inf:
        return inf
    if x == 0 or x != x or y != y:
        return x + y
    ratio = y / x
    return x * math.sqrt(1.0 + ratio * ratio)


def _cbrt(x: float) -> float:
    """The cube root, for Python 3.10: a power and one step of Newton's method."""
    if x - x != 0 or x == 0:
        return x
    root = copysign(math.pow(abs(x), 1.0 / 3.0), x)
    return root - (root - x / (root * root)) / 3.0


cbrt: Callable[[float], float] = getattr(math, "cbrt", _cbrt)

exp = _quiet(math.exp)
expm1 = _quiet(math.expm1)
sinh = _quiet(math.sinh, overflow=float)
cosh = _quiet(math.cosh)
log = _quiet(math.log, {0.0: -inf})
log2 = _quiet(math.log2, {0.0: -inf})
log10 = _quiet(math.log10, {0.0: -inf})
log1p = _quiet(math.log1p, {-1.0: -inf})
atanh = _quiet(math.atanh, {1.0: inf, -1.0: -inf})
sqrt = _quiet(math.sqrt)
sin = _quiet(math.sin)
cos = _quiet(math.cos)
tan = _quiet(math.tan)
asin = _quiet(math.asin)
acos = _quiet(math.acos)
acosh = _quiet(math.acosh)
tanh = math.tanh
asinh = math.asinh
atan = math.atan
atan2 = math.atan2
erf = math.erf
erfc = math.erfc

FUNCTIONS: dict[str, Callable[..., float]] = {
    "divide": divide, "modulo": modulo, "quotient": quotient, "power": power,
    "bitwise_and": bitwise_and,
    "abs": abs, "floor": floor, "ceil": ceil, "trunc": trunc, "rint": rint, "fmod": fmod,
    "copysign": copysign, "hypot": hypot, "sqrt": sqrt, "cbrt": cbrt,
    "exp": exp, "expm1": expm1, "log": log, "log2": log2, "log10": log10, "log1p": log1p,
    "sin": sin, "cos": cos, "tan": tan, "asin": asin, "acos": acos, "atan": atan, "atan2": atan2,
    "sinh": sinh, "cosh": cosh, "tanh": tanh, "asinh": asinh, "acosh": acosh, "atanh": atanh,
    "erf": erf, "erfc": erfc,
}  # fmt: skip
"""The functions that formulas can call and the table doesn't define."""
