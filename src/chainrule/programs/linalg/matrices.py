"""What derivatives in linear algebra are written with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...numpy import arrays
from ..outside import External
from ..trace.structure import is_tracer
from ..trace.traced import first_traced

LARGE = 2_000
"""A product of matrices with more products of numbers is an operation of its own."""


def external(function: Callable[..., Any], vjp: Callable[..., Any]) -> External:
    return External(function, vjp, None, None, True)


def array(x: Any) -> Any:
    """An array of floats, or of traced numbers where there are some."""
    return np.asarray(x, dtype=float) if first_traced(x) is None else arrays.array(x)


def transposed(x: Any) -> Any:
    """The transposed matrices."""
    return np.swapaxes(x, -1, -2)


def symmetric_part(x: Any) -> Any:
    return (x + transposed(x)) / 2


def diagonal(x: Any) -> Any:
    """Diagonal matrices with these diagonals."""
    return x[..., None, :] * np.eye(np.shape(x)[-1])


def vanishes(x: Any) -> bool:
    """Whether nothing flows here: all numbers are recorded as 0."""
    items = np.ravel(np.asarray(x)).tolist()
    return not any(
        not each.tape.is_constant(each.node) or each.tape.value(each.node)
        if is_tracer(each)
        else each
        for each in items
    )


def _multiply_back(g: Any, out: Any, x: Any, y: Any) -> Any:
    return product(g, transposed(y)), product(transposed(x), g)


_multiply = external(np.matmul, _multiply_back)


def product(x: Any, y: Any) -> Any:
    """x @ y for matrices: recorded number by number, or one operation if they are large."""
    rows, inner = np.shape(x)[-2:]
    return _multiply(x, y) if rows * inner * np.shape(y)[-1] > LARGE else x @ y
