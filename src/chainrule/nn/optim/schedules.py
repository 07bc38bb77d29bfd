"""Schedules: the learning rate as a function of the number of steps taken so far.

Any function of the step will do; these are the usual ones. A step is one call of
`optimizer.step()`; with mini-batches there are many steps in an epoch.

    optimizer = Adam(model, lr=WarmUp(Cosine(0.01, steps=900), steps=100))
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .options import COUNT, FRACTION, FROM_0, POSITIVE


class Schedule:
    """The base class of the schedules here: it checks their fields."""

    def __post_init__(self) -> None:
        for name, check in _CHECKS.items():
            if hasattr(self, name):
                check(name, getattr(self, name))


_CHECKS: dict[str, Callable[[str, Any], None]] = {
    "lr": POSITIVE,
    "peak": POSITIVE,
    "steps": COUNT,
    "every": COUNT,
    "factor": FROM_0,
    "final": FROM_0,
    "start": FRACTION,
    "rising": FRACTION,
}


@dataclass(frozen=True)
class Constant(Schedule):
    """The same learning rate at every step.

    Args:
        lr: The learning rate.
    """

    lr: float

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        return self.lr


@dataclass(frozen=True)
class StepDecay(Schedule):
    """A learning rate that is multiplied by `factor` after every `every` steps.

    Args:
        lr: The initial learning rate.
        every: How many steps there are between two changes.
        factor: What the rate is multiplied by each time.

    Example:
        >>> rate = StepDecay(0.1, every=10, factor=0.5)
        >>> rate(9), rate(10), rate(20)
        (0.1, 0.05, 0.025)
    """

    lr: float
    every: int
    factor: float = 0.1

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """A learning rate that is multiplied by `factor` after every step.

    Args:
        lr: The initial learning rate.
        factor: What the rate is multiplied by after each step.

    Example:
        >>> Exponential(0.5, factor=0.5)(2)
        0.125
    """

    lr: float
    factor: float

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        return self.lr * self.factor**step


@dataclass(frozen=True)
class Cosine(Schedule):
    """A learning rate that falls along half a cosine, slowly at both ends, and then stays constant.

    Args:
        lr: The initial learning rate.
        steps: After how many steps it reaches the final rate.
        final: The final rate.

    Source: Loshchilov & Hutter, SGDR (2017), one period without restarts.

    Example:
        >>> rate = Cosine(0.1, steps=100)
        >>> rate(0), round(rate(50), 12), rate(100), rate(1000)
        (0.1, 0.05, 0.0, 0.0)
    """

    lr: float
    steps: int
    final: float = 0.0

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        return _along_cosine(self.lr, self.final, step / self.steps)


@dataclass(frozen=True)
class WarmUp(Schedule):
    """A learning rate that rises linearly to the initial rate of a schedule, which then takes over.

    Args:
        then: The learning rate after the rise: a number, or a schedule that counts its steps from
            there.
        steps: How many steps the rise takes.
        start: The initial rate, as a fraction of the rate after the rise.

    Example:
        >>> rate = WarmUp(0.1, steps=4, start=0.0)
        >>> [round(rate(k), 3) for k in range(6)]
        [0.0, 0.025, 0.05, 0.075, 0.1, 0.1]
    """

    then: float | Callable[[int], float]
    steps: int
    start: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.then):
            POSITIVE("then", self.then)

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        rate = self.then(max(0, step - self.steps)) if callable(self.then) else self.then
        return rate * (self.start + (1 - self.start) * min(1.0, step / self.steps))


@dataclass(frozen=True)
class OneCycle(Schedule):
    """A learning rate that rises from `peak / 25` to a high peak along half a cosine, and falls far
    below its start along another.

    Args:
        peak: The highest learning rate.
        steps: The number of steps of the whole run. Afterwards the rate stays at its final value.
        rising: The fraction of the steps in which the rate rises.
        start: The initial rate, as a fraction of the peak.
        final: The final rate, as a fraction of the initial rate.

    Source: Smith & Topin, Super-convergence (2018), in PyTorch's form.

    Example:
        >>> rate = OneCycle(0.1, steps=101, rising=0.5)
        >>> round(rate(0), 6), rate(49.5), round(rate(100), 9)
        (0.004, 0.1, 4e-07)
    """

    peak: float
    steps: int
    rising: float = 0.3
    start: float = 1 / 25
    final: float = 1e-4

    def __call__(self, step: int) -> float:
        """Return the learning rate after this many steps."""
        first = self.peak * self.start
        top = max(0.0, self.rising * self.steps - 1)
        if step < top:
            return _along_cosine(first, self.peak, step / top)
        fall = self.steps - 1 - top or 1.0
        return _along_cosine(self.peak, first * self.final, (step - top) / fall)


def _along_cosine(start: float, end: float, share: float) -> float:
    """The number at a share of the way from start to end, along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * min(1.0, share))) / 2
