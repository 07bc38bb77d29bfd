"""The curve of a function, with its tangents, by matplotlib."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..design import token
from ..engine.node import is_value
from ..engine.numbers import number
from ..errors import DomainError, MissingExtra, WrongType
from ..numerals import format_short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVE, TANGENT, INK, GRID = map(token, ("curve", "tangent", "plot-ink", "plot-grid"))
"""Colours that can be read on white and on the near black of a dark notebook alike."""

_GAPS = (ValueError, ZeroDivisionError, OverflowError)
"""What a function raises where it has no value; DomainError is a ValueError."""


def plot(
    f: Callable[[float], Any],
    start: float,
    stop: float,
    tangent_at: float | Iterable[float] | None = None,
    *,
    ax: Axes | None = None,
    points: int = 401,
    label: str = "",
) -> Axes:
    """Draw the curve of a function, and tangents with their slope beside them.

    The function is called with one plain number at a time, so that `math`, `chainrule` and NumPy
    functions and any `if` work alike. Where it has no value (it raises ValueError,
    ZeroDivisionError or OverflowError, or gives nan or inf) the curve has a gap.

    Args:
        f: A function of one number that returns a number (or a Value, whose data counts).
        start: The left end.
        stop: The right end.
        tangent_at: Where to draw a tangent, one number or several. A kink has none, and the
            slopes of both sides are written.
        ax: The axes to draw on; by default those of a new figure.
        points: At how many points the function is called.
        label: The curve's name, for a legend.

    Returns:
        The axes.

    Raises:
        MissingExtra: matplotlib is not installed.
        WrongType: `f` isn't a function, or something isn't a number.
        DomainError: `start` isn't left of `stop`, or the function has no value where one is needed.

    Cost: `points` calls of `f`, and nine for each tangent.
    """
    if not callable(f):
        raise WrongType(
            f"plot needs a function, but got {type(f).__name__}.",
            remedy="plot(lambda x: x**2, -1, 1); a graph is drawn by draw_dot",
        )
    start, stop = number(start, "start"), number(stop, "stop")
    if not -math.inf < start < stop < math.inf:
        raise DomainError(f"plot needs a start left of stop, but got {start!r} and {stop!r}.")
    if not isinstance(points, int) or points < 2:
        raise DomainError(f"plot needs at least 2 points, but got {points!r}.")
    tangents = _tangent_points(tangent_at, start, stop)
    step = (stop - start) / (points - 1)
    xs = [*(start + i * step for i in range(points - 1)), float(stop)]
    ys = [_at(f, x) for x in xs]
    if all(map(math.isnan, ys)):
        raise DomainError(f"the function has no value anywhere between {start!r} and {stop!r}.")
    ax = _axes(f) if ax is None else ax
    ax.plot(xs, ys, color=CURVE, linewidth=2, solid_capstyle="round", label=label or None)
    height = max(y for y in ys if y == y) - min(y for y in ys if y == y)
    for x in tangents:
        _tangent(ax, f, x, start, stop, height)
    return ax


def _tangent_points(tangent_at: Any, start: float, stop: float) -> list[float]:
    if tangent_at is None:
        return []
    is_several = isinstance(tangent_at, Iterable) and not isinstance(tangent_at, str)
    points = [number(x, "tangent_at") for x in (tangent_at if is_several else [tangent_at])]
    for x in points:
        if not start <= x <= stop:
            raise DomainError(
                f"tangent_at needs a point between {start!r} and {stop!r}, but got {x!r}."
            )
    return points


def _at(f: Callable[[float], Any], x: float) -> float:
    """The function's value; nan where it has none."""
    try:
        y = f(x)
    except _GAPS:
        return math.nan
    y = y.data if is_value(y) else y
    is_number = hasattr(y, "__float__") and not isinstance(y, (str, bytes, complex))
    if not is_number or bool(getattr(y, "ndim", 0)):
        raise WrongType(
            f"plot needs a function that returns a number, but it returned {type(y).__name__}."
        )
    y = float(y)
    return y if math.isfinite(y) else math.nan


def _axes(f: Callable[[float], Any]) -> Axes:
    """Return the axes of a new figure; the notebook's own background shows through."""
    try:
        import matplotlib.pyplot as pyplot
    except ImportError:
        raise MissingExtra("matplotlib", "plot") from None
    figure, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    figure.patch.set_alpha(0)
    dress(ax)
    name = getattr(f, "__name__", "")
    if name.isidentifier():
        ax.set_ylabel(f"{name}(x)")
    return ax


def dress(ax: Axes) -> None:
    """Style axes as this package does: no box, faint lines, for light and dark backgrounds."""
    ax.patch.set_alpha(0)
    ax.grid(True, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.margins(x=0.03, y=0.1)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(INK)
    ax.tick_params(colors=INK, length=0, labelsize=10)
    ax.set_xlabel("x", color=INK)
    ax.yaxis.label.set_color(INK)


def _tangent(
    ax: Axes, f: Callable[[float], Any], x: float, start: float, stop: float, height: float
) -> None:
    """Draw a tangent as long as the picture has room for, and write its slope beside it."""
    y = _at(f, x)
    if math.isnan(y):
        raise DomainError(f"the function has no value at tangent_at = {x!r}.")
    width = stop - start
    part = (x - start) / width
    left, right = slopes(f, x, width)
    ax.plot([x], [y], "o", color=TANGENT, markersize=6, zorder=4)
    if left != right or math.isinf(left):
        text = f"no slope: left {_format_slope(left)}, right {_format_slope(right)}"
        _write(ax, text, x, y, part, 0)
        return
    reach = 0.16 * width
    if abs(left) * reach > 0.3 * height > 0:
        reach = 0.3 * height / abs(left)
    ends = [max(start, x - reach), min(stop, x + reach)]
    ax.plot(ends, [y + left * (end - x) for end in ends], color=TANGENT, linewidth=1.6, zorder=3)
    _write(ax, f"slope {_format_slope(left)}", x, y, part, (left > 0) - (left < 0))


def _write(ax: Axes, text: str, x: float, y: float, part: float, direction: int) -> None:
    """Write beside a point, away from the curve: below it on the right if the curve rises
    (`direction` is 1), else above. `part` says how far the point lies from the left end to the
    right one."""
    side = -1 if part > 0.7 else 1 if part < 0.3 else abs(direction)
    is_above = direction * side <= 0
    ax.annotate(
        text,
        (x, y),
        xytext=(11 * side, 10 if is_above else -9),
        textcoords="offset points",
        ha=("right", "center", "left")[side + 1],
        va="bottom" if is_above else "top",
        color=TANGENT,
        fontsize=11,
    )


def _format_slope(slope: float) -> str:
    return "none" if math.isnan(slope) else format_short(slope)


def slopes(f: Callable[[float], Any], x: float, width: float) -> tuple[float, float]:
    """Measure the slope on the left and on the right of a point.

    If the function is smooth, both sides approach the tangent as the step shrinks; then their mean
    is returned twice. At a kink they stay apart, and both are returned. A slope is nan on a side
    where the function has no value, and infinite where it is vertical. The width of the picture
    sets the step.
    """
    h = max(width * 1e-5, abs(x) * 1e-9)
    y = _at(f, x)

    def both(h: float) -> tuple[float, float]:
        return (y - _at(f, x - h)) / (x - (x - h)), (_at(f, x + h) - y) / ((x + h) - x)

    left, right = both(h)
    near_left, near_right = both(h / 16)
    rounding = 64 * 2.0**-52 * max(abs(y), 1e-300) / h
    floor = max(1e-3 * max(abs(near_left), abs(near_right)), rounding)
    gap = abs(near_right - near_left)
    left_end, right_end = _limit(left, near_left, rounding), _limit(right, near_right, rounding)
    is_kink = gap != gap or gap > max(floor, abs(right - left) / 2)
    if is_kink or math.isinf(left_end) or math.isinf(right_end):
        return left_end, right_end
    mean = (left + right) / 2
    return (0.0, 0.0) if abs(mean) <= rounding else (mean, mean)


def _limit(far: float, near: float, rounding: float) -> float:
    """A side's slope; infinite where it keeps growing as the step shrinks."""
    return math.copysign(math.inf, near) if abs(near) > max(2 * abs(far), rounding) else near
