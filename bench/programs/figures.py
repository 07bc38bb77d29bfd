"""What a process measures: lists of numbers under names, which its parent merges with others."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Any

import numpy as np

Figures = dict[str, list[float]]
"""Under names such as "point/robot arm/casadi" what was measured, in seconds."""


def pin() -> None:
    """Stay on one core, that which has had least to do just now."""
    if not hasattr(os, "sched_setaffinity"):
        return

    def idle() -> dict[int, int]:
        with open("/proc/stat", encoding="utf-8") as file:
            rows = [line.split() for line in file if line.startswith("cpu")]
        return {int(row[0][3:]): int(row[4]) for row in rows if row[0] != "cpu"}

    before = idle()
    time.sleep(0.2)
    after = idle()
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed, key=lambda core: after[core] - before[core])})


def each(call: Callable[[], Any], count: int) -> float:
    """The time of one call out of so many, in seconds."""
    begin = time.perf_counter()
    for _ in repeat(None, count):
        call()
    return (time.perf_counter() - begin) / count


def enough(call: Callable[[], Any], spend: float) -> int:
    """How many calls take about so long, in seconds; at least one."""
    count = 1
    while (spent := each(call, count)) * count < spend / 4 and count < 10**6:
        count *= 2
    return max(1, round(spend / spent))


def interleaved(rounds: int, sides: Mapping[str, Callable[[], float]]) -> Figures:
    """Ask all sides in turn, round after round."""
    found: Figures = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def batches(calls: Mapping[str, Callable[[], Any]], spend: float = 2e-3) -> dict[str, Any]:
    """For each call a side that times a batch of it; a batch takes about so long, in seconds."""

    def side(call: Callable[[], Any]) -> Callable[[], float]:
        count = enough(call, spend)
        return lambda: each(call, count)

    return {name: side(call) for name, call in calls.items()}


def agree(name: str, found: Any, expected: Any) -> None:
    """Demand that two values and gradients are the same but for rounding.

    Raises:
        AssertionError: They differ.
    """
    for a, b in zip(found, expected):
        off = np.abs(np.subtract(a, b)).max() / np.abs(b).max()
        assert off < 1e-9, f"{name}: off by {off:.1e}"
