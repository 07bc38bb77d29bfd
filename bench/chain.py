"""How long is one forward and one backward pass through a chain x = x * a + b of 1,000 steps?"""

from __future__ import annotations

import importlib
from typing import Any

from .timing import Row, answer, compare, steps, versus


def chain(Value: Any, steps: int) -> Any:
    """Build the chain and differentiate it."""
    x, a, b = Value(1.0), Value(0.9999), Value(0.001)
    for _ in range(steps):
        x = x * a + b
    x.backward()
    return a.grad


GRADIENT = 103.93261268886691
"""The gradient by a after 100 steps, as micrograd gives it."""


def run(side: str) -> list[float]:
    """The times of one side."""
    Value = importlib.import_module(f"{side}.engine").Value
    assert abs(chain(Value, 100) - GRADIENT) < 1e-9
    return steps(200, lambda: chain(Value, 1000))


def measure() -> list[Row]:
    """The chain on either engine."""
    return [
        versus(
            "chain of 1,000 steps, forward + backward",
            *compare("chain", "chainrule", "micrograd"),
            "30x",
        )
    ]


if __name__ == "__main__":
    answer(run)
