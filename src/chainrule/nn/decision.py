"""Which of two classes a single output stands for."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from ..engine.node import is_value

REACHES = (1, 10, 100, 1000)
"""How far from the middle of two targets a threshold is looked for, in distances between them."""

MOST_TURNS = 100
"""How often a threshold is looked for around the one that was found before."""

Loss = Callable[[float, float], float]
"""The loss of an output with a target."""


def threshold_of(loss: Callable[[Any, Any], Any], low: float, high: float) -> float | None:
    """Return the output for which a loss is the same with either of two targets.

    Above it the loss is smaller for the larger target, which is the class that such an output
    stands for. A weight of a class, by which the loss is larger for one target everywhere, doesn't
    count.

    Args:
        loss: A function of an output and a target.
        low: One target.
        high: A larger one.

    Returns:
        The output: 0 for `binary_cross_entropy`, and the middle of both targets for `mse`. None if
        the loss doesn't tell two targets apart in this way, or refuses them.

    Example:
        >>> from chainrule.nn import losses
        >>> threshold_of(losses.mse, 0, 1), threshold_of(losses.binary_cross_entropy, 0, 1)
        (0.5, 0.0)
    """

    def of(output: float, target: float) -> float:
        x = loss(output, target)
        return float(x.data if is_value(x) else x)

    guess = (low + high) / 2
    try:
        for _ in range(MOST_TURNS):
            found = _threshold(of, low, high, guess)
            if found is None or abs(found - guess) <= 1e-12 * (high - low):
                return found
            guess = found
    except Exception:  # the function is somebody's own, and may not take these numbers
        return None
    return guess


def _threshold(of: Loss, low: float, high: float, around: float) -> float | None:
    """Where a loss is the same with either target, in units of how steep it is on both sides of a
    first guess."""
    weights = _weights(of, low, high, around)

    def lead(output: float) -> float:
        """By how much the loss of the smaller target is larger, in units of both."""
        first, second = of(output, low) / weights[0], of(output, high) / weights[1]
        return 0.0 if abs(first - second) <= 1e-12 * (first + second) else first - second

    middle, width = (low + high) / 2, high - low
    ends = [(middle - reach * width, middle + reach * width) for reach in REACHES]
    sides = next(((a, b) for a, b in ends if lead(a) < 0 < lead(b)), None)
    return sides and _root(lead, *sides, (0.0, middle))


def _weights(of: Loss, low: float, high: float, around: float) -> tuple[float, float]:
    """How steep a loss is with either target, where the output is far on the wrong side."""
    width = high - low
    far = REACHES[-1] * width
    steep = of(around + far, low) - of(around + far - width, low)
    other = of(around - far, high) - of(around - far + width, high)
    return (steep, other) if steep > 0 and other > 0 and isfinite(steep + other) else (1.0, 1.0)


def _root(
    lead: Callable[[float], float], below: float, above: float, likely: tuple[float, ...]
) -> float:
    """Where a function changes its sign."""
    for x in likely:
        if lead(x) == 0:
            return float(x)
    while below < (x := (below + above) / 2) < above:
        below, above = (x, above) if lead(x) < 0 else (below, x)
    return x
