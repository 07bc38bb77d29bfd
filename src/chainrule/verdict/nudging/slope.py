"""The slope of a function, measured by moving its arguments a little."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, overload

from ...engine.node import is_value
from ...engine.numbers import number
from ...errors import DomainError, WrongType
from ...numerals import format_short


@overload
def slope(f: Callable[..., Any], x: float, /, *, h: float = ...) -> float: ...
@overload
def slope(
    f: Callable[..., Any], x: float, y: float, /, *more: float, h: float = ...
) -> tuple[float, ...]: ...


def slope(f: Callable[..., Any], /, *at: float, h: float = 1e-6) -> float | tuple[float, ...]:
    """Measure the slope of a function: `(f(x + h) - f(x)) / h`, computed in this order.

    Args:
        f: A function that takes plain numbers and returns a number (or a Value, whose data counts).
        *at: Where to measure, one number for each argument of `f`.
        h: By how much an argument is moved; negative to look to the left.

    Returns:
        The slope; for several arguments a tuple of slopes, each measured by moving one argument
        alone.

    Raises:
        WrongType: `f` isn't a function, or an argument or a result isn't a number.
        DomainError: `h` is 0, nan or infinite.

    Notes:
        The error is about `h` times half the curvature, plus what rounding loses, which grows as
        `h` shrinks: near `h = 1e-8` a float gives the most digits. Where `h` is too small to change
        `x` at all, the slope is 0.0.

    Cost: One call of `f`, and one more for each argument.

    Example:
        >>> slope(lambda x: 2*x**2 - 3*x + 4, 2)
        5.000002000876691
        >>> slope(lambda a, b: a * b, 3.0, -2.0, h=0.5)
        (-2.0, 3.0)
    """
    if not callable(f):
        raise WrongType(
            f"slope needs a function, but got {type(f).__name__}.",
            remedy="for a graph use nudge(L), or give a function: slope(lambda x: ..., 2.0)",
        )
    if not at:
        raise WrongType("slope needs a point to measure at, but got none.", remedy="slope(f, 2.0)")
    h = step_size(h, "slope", "h=1e-6 is the default")
    numbers = [number(x, "an argument of the function") for x in at]
    before = result_of(f(*numbers), "slope")
    slopes = []
    for index, x in enumerate(numbers):
        after = result_of(f(*numbers[:index], x + h, *numbers[index + 1 :]), "slope")
        slopes.append(float((after - before) / h))
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def result_of(out: Any, name: str) -> Any:
    """The number a function returned; an int stays an int, so that a difference is exact."""
    if is_value(out):
        return out.data
    if isinstance(out, int):
        return out
    kind = getattr(getattr(out, "dtype", None), "kind", "f")
    is_other = isinstance(out, (str, bytes, complex)) or kind not in "biufO"
    if is_other or not hasattr(out, "__float__") or getattr(out, "ndim", False):
        raise WrongType(
            f"{name} needs a function that returns a number, but it returned {type(out).__name__}.",
            remedy="return one number, for example the sum of several",
        )
    return float(out)


def step_size(h: Any, name: str, remedy: str) -> float:
    """A step as a number, or the error of the function that takes it."""
    h = number(h, "h")
    if h == 0:
        raise DomainError(f"{name} needs an h other than 0.", remedy=remedy)
    return finite_step(h, "h", name, remedy)


def finite_step(step: float, what: str, name: str, remedy: str) -> float:
    """A step that may be 0 as a number, or the error of the function that takes it."""
    step = number(step, what)
    if not math.isfinite(step):
        raise DomainError(
            f"{name} needs a finite {what}, but got {format_short(step)}.", remedy=remedy
        )
    return step
