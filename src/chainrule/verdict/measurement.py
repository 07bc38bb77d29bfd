"""A derivative measured by nudging: automatic step, extrapolation, and an estimate of the error."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..numerals import format_short
from .tolerances import (
    CLOSER_LOOKS,
    EPSILON,
    FIRST_STEP,
    HIDDEN,
    HIDDEN_KINK,
    STEP_RATIO,
    STEPS,
)  # fmt: skip


class Measurement(NamedTuple):
    """The result of nudging.

    Attributes:
        value: The derivative; nan where the function has no value on one side.
        error: How far off it may be, because of the extrapolation and of rounding.
        rounding: The part of the error that comes from rounding.
        left: The slope on the left side; nan where there is no value.
        right: The slope on the right side; at a kink it differs from the left one.
        has_kink: Whether the slopes of the two sides differ by more than the error allows, however
            close to the point they are measured.
        has_jump: Whether the function itself jumps there; a jump is a kink as well.
    """

    value: float
    error: float
    rounding: float
    left: float
    right: float
    has_kink: bool = False
    has_jump: bool = False

    @property
    def has_value(self) -> bool:
        """Whether there is a derivative to compare with."""
        return self.value == self.value

    @property
    def sides_in_words(self) -> tuple[str, str]:
        """The slopes of both sides to four digits, which is what their measurement is good for."""
        left, right = (format_short(float(f"{x:.4g}")) for x in (self.left, self.right))
        return left, right

    def agrees(self, x: float) -> bool:
        """Whether the derivative may be x, within the error."""
        size = max(abs(x), abs(self.value))
        return abs(x - self.value) <= 10 * self.error + 1e-6 * size + 1e-12

    def is_hidden(self, size: float, x: float, lost: float) -> bool:
        """Whether rounding, which changes the result by `lost`, hides a gradient of this size."""
        return self.error > HIDDEN * size and lost > HIDDEN * size * (abs(x) or 1.0) / 4


NOTHING = Measurement(math.nan, math.inf, math.inf, math.nan, math.nan)
"""The function has no value near the point."""


def measure(f: Callable[[float], float], x: float, noise: float = 0.0) -> Measurement:
    """Measure the derivative of a function of one number.

    Central differences with shrinking steps are extrapolated to step 0, and the entry with the
    smallest estimated error is taken: wide steps suffer from curvature, narrow ones from rounding.
    `f` returns nan where it has no value, and rounding inside it may move its result by `noise`.

    Cost: At most 29 calls of `f`; up to 20 more where the sides seem to disagree.
    Source: Ridders, Advances in Engineering Software 4 (1982), 75-76.
    """
    middle = f(x)
    best, before, steepest = NOTHING, list[float](), 0.0
    step = FIRST_STEP * (abs(x) if x else 1.0)
    for _ in range(STEPS):
        up, down = x + step, x - step
        step /= STEP_RATIO
        if not down < x < up:
            break
        above, below = f(up), f(down)
        slope = (above - below) / (up - down)
        if not math.isfinite(slope):
            before = []
            continue
        size = max(abs(above), abs(below))
        rounding = 2 * (noise + EPSILON * size) / (up - down) * 2
        before, value, bent = _extrapolate(before, slope)
        sides = (middle - below) / (x - down), (above - middle) / (up - x)
        steepest = steepest or max(map(abs, sides))
        if bent + rounding < best.error or best.value != best.value:
            best = Measurement(value, bent + rounding, rounding, *sides)
        if rounding > best.error:
            break
    return _with_sides(best, partial(_side, f, x, middle, noise), x, HIDDEN_KINK * steepest)


def _extrapolate(before: list[float], slope: float) -> tuple[list[float], float, float]:
    """The next row of Neville's table, its best entry, and how far that entry moved."""
    row, factor = [slope], STEP_RATIO * STEP_RATIO
    value, bent = slope, math.inf
    for old in before:
        entry = (factor * row[-1] - old) / (factor - 1)
        moved = max(abs(entry - row[-1]), abs(entry - old))
        if moved <= bent:
            value, bent = entry, moved
        row.append(entry)
        factor *= STEP_RATIO * STEP_RATIO
    return row, value, bent


def _side(
    f: Callable[[float], float], x: float, middle: float, noise: float, step: float
) -> tuple[float, float]:
    """The slope on one side, and how far off it may be because of rounding."""
    far, close = x + step, x + step / 8
    if far == x or close == x:
        return math.nan, math.nan
    wide, narrow = far - x, close - x  # not exactly 8 : 1, as far and close are rounded
    outer, inner = f(far), f(close)
    steep, flat = (outer - middle) / wide, (inner - middle) / narrow
    size = abs(middle) + abs(outer) + abs(inner) + abs(x) * (abs(steep) + abs(flat))
    lost = 10 * (noise + EPSILON * size) / abs(step)
    return (wide * flat - narrow * steep) / (wide - narrow), lost


def _unless_lost(slope: float, lost: float) -> float:
    """The slope, or 0 where it may be nothing but rounding."""
    return 0.0 if abs(slope) <= lost else slope


def _with_sides(
    best: Measurement, side: Callable[[float], tuple[float, float]], x: float, unseen: float
) -> Measurement:
    """The measurement with the slopes of both sides, and with whether there is a kink or a jump.

    The slopes are measured closer and closer to the point while their difference changes: at a kink
    it stays, at a jump it grows, and where the function is smooth it vanishes. A difference
    below `unseen` doesn't count: f may round more than its result shows, as cos(x) - 1 does at 0.
    """
    near = max(2e-6 * (abs(x) if x else 1.0), 1e-12)

    def sides(near: float) -> Measurement:
        (left, off_left), (right, off_right) = side(-near), side(near)
        left, right = _unless_lost(left, off_left), _unless_lost(right, off_right)
        return best._replace(left=left, right=right, rounding=off_left + off_right)

    measured = sides(near)
    if best.value != best.value:
        return measured
    for _ in range(CLOSER_LOOKS):
        gap = abs(measured.right - measured.left)
        size = max(abs(measured.left), abs(measured.right))
        if not (gap > 1e-3 * size and gap > unseen and gap > 100 * measured.rounding):
            return measured
        near /= STEP_RATIO * STEP_RATIO
        closer = sides(near)
        again = abs(closer.right - closer.left)
        if 100 * closer.rounding > gap or not again < 0.9 * gap:  # it stays
            return measured._replace(has_kink=True, has_jump=again > 8 * gap)
        measured = closer
    return measured
