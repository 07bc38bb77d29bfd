"""The tables of the tour: convergence, squashing, and PyTorch's numbers beside ours."""

from __future__ import annotations

import ast
import importlib.util
import math
from collections.abc import Callable, Sequence
from typing import Any

from .. import Value
from ..graph.passes import gradients
from ..numerals import MINUS, format_number
from ..verdict import slope
from .script import Table

Number = Any  # a float, a Value or a tensor: the same formula serves all three


def convergence(
    f: Callable[[float], float], x: float, exact: float, exponents: Sequence[int]
) -> Table:
    """The slope of f at x for steps of 1e-1, 1e-2, ..., and how many of its digits are correct."""
    rows = []
    for exponent in exponents:
        h = float(f"1e-{exponent}")
        measured = slope(f, x, h=h)
        error = measured - exact
        digits = 16.0 if error == 0 else max(0.0, min(16.0, -math.log10(abs(error / exact))))
        step, bar = f"{h:.0e}".replace("-", MINUS), "▪" * round(digits)
        rows.append((step, repr(measured), format_number(error), bar))
    return Table(("h", "slope", "error", "correct digits"), rows, right=(1, 2))


def squashed(bias: float) -> tuple[float, float, float]:
    """The neuron's sum, its output and its slope for a bias."""
    n = 2.0 * -3.0 + 0.0 * 1.0 + bias
    o = math.tanh(n)
    return n, o, 1 - o * o


def squashing(*biases: float) -> Table:
    """The neuron's numbers for several biases."""
    rows = [tuple(format_number(x) for x in (bias, *squashed(bias))) for bias in biases]
    return Table(("bias", "n", "o = tanh(n)", "1 − o²"), rows, right=range(4))


# ---- PyTorch ------------------------------------------------------------------------------------


def _product_and_sum(a: Number, b: Number, c: Number, f: Number) -> Number:
    return (a * b + c) * f


def _neuron(x1: Number, x2: Number, w1: Number, w2: Number, b: Number) -> Number:
    return (x1 * w1 + x2 * w2 + b).tanh()


def _reused(a: Number, b: Number) -> Number:
    return (a * b) * (a + b)


CASES: tuple[tuple[str, Callable[..., Number], dict[str, float]], ...] = (
    ("first L", _product_and_sum, {"a": 3.0, "b": -2.0, "c": 8.0, "f": -2.0}),
    ("second L", _product_and_sum, {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0}),
    ("neuron", _neuron, {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8812735870195432}),
    ("used twice", _reused, {"a": -2.0, "b": 3.0}),
)


STORED = {
    "first L": (4.0, -6.0, -2.0, 2.0),
    "second L": (6.0, -4.0, -2.0, 4.0),
    "neuron": (
        *(-1.500212139533648, 0.5000707131778827, 1.0001414263557653),
        *(0.0, 0.5000707131778827),
    ),
    "used twice": (-3.0, -8.0),
}
"""What PyTorch 2.13.0 computed on a CPU on 26 November 2026, for machines without it."""


STORED_RESULTS = {"a.grad.item()": 4.0, "b.grad.item()": -6.0}
"""Results of the tour's code for PyTorch, from the same run."""


def stored_result(statement: ast.stmt) -> float | None:
    """Return the stored result of a line of code for PyTorch; None if it has none."""
    return STORED_RESULTS.get(ast.unparse(statement))


def has_torch() -> bool:
    """Whether PyTorch is installed."""
    return importlib.util.find_spec("torch") is not None


def beside_torch(stored: bool = False) -> Table:
    """Every gradient beside PyTorch's; beside the stored numbers where it is not installed."""
    is_live = has_torch() and not stored
    rows = []
    for title, f, inputs in CASES:
        ours = {name: Value(x, label=name) for name, x in inputs.items()}
        mine = gradients(f(**ours))
        theirs = _by_torch(f, inputs) if is_live else STORED[title]
        for (name, leaf), y in zip(ours.items(), theirs, strict=True):
            x = mine[leaf]
            rows.append((f"{title}: {name}", repr(x), repr(y), format_number(x - y)))
    source = "PyTorch" if is_live else "PyTorch 2.13, stored"
    return Table(("leaf", "chainrule", source, "difference"), rows)


def _by_torch(f: Callable[..., Number], inputs: dict[str, float]) -> Sequence[float]:
    import torch  # type: ignore[import-not-found,unused-ignore]  # an optional package

    tensors: dict[str, Any] = {
        name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in inputs.items()
    }
    f(**tensors).backward()
    return [tensor.grad.item() for tensor in tensors.values()]
