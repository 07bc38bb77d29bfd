"""Sums, products, extremes and counts along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import array
from ..registry import implements

_MISSING = np._NoValue


def _size(x: Any, axis: Any, where: Any = True) -> Any:
    """How many elements a reduction combines."""
    if where is not True:
        return np.add.reduce(np.broadcast_to(where, x.shape), axis=axis)
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([x.shape[k] for k in axes], dtype=int))


def _reduction(ufunc: Any) -> Any:
    def reduce(a: Any, axis: Any = None, keepdims: Any = False, initial: Any = _MISSING,
               where: Any = True) -> Any:  # fmt: skip
        return ufunc.reduce(array(a), axis=axis, keepdims=keepdims, initial=initial, where=where)

    return reduce


sum = implements("sum")(_reduction(np.add))
prod = implements("prod")(_reduction(np.multiply))
maximum = implements("max", "amax")(_reduction(np.maximum))
minimum = implements("min", "amin")(_reduction(np.minimum))


def _condition(ufunc: Any) -> Any:
    def reduce(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
        return ufunc.reduce(array(a), axis=axis, keepdims=keepdims, where=where)

    return reduce


any = implements("any")(_condition(np.logical_or))
all = implements("all")(_condition(np.logical_and))


def _cumulation(ufunc: Any, first: float) -> Any:
    def accumulate(a: Any, axis: Any = None, *, include_initial: bool = False) -> Any:
        x = array(a)
        x, axis = (x.reshape(-1), 0) if axis is None or not x.ndim else (x, axis)
        if include_initial:
            shape = [1 if k == axis % x.ndim else n for k, n in enumerate(x.shape)]
            x = np.concatenate([np.full(shape, first), x], axis=axis)
        return ufunc.accumulate(x, axis=axis)

    return accumulate


cumsum = implements("cumsum", "cumulative_sum")(_cumulation(np.add, 0.0))
cumprod = implements("cumprod", "cumulative_prod")(_cumulation(np.multiply, 1.0))


@implements("mean")
def mean(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
    x = array(a)
    total = sum(x, axis=axis, keepdims=keepdims, where=where)
    return np.divide(total, _size(x, axis, where))


@implements("var")
def var(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False, where: Any = True,
        mean: Any = None, correction: Any = None) -> Any:  # fmt: skip
    x, ddof = array(a), ddof if correction is None else correction
    count = _size(x, axis, where)
    center = mean
    if mean is None:
        center = np.divide(sum(x, axis=axis, keepdims=True, where=where), count)
    total = sum(np.square(np.subtract(x, center)), axis=axis, keepdims=keepdims, where=where)
    return np.divide(total, np.maximum(count - ddof, 0))


@implements("std")
def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False, **keywords: Any) -> Any:
    squared = var(a, axis, ddof, keepdims, **keywords)
    is_single = _size(array(a), axis) == 1 and not ddof  # 0 whatever it is, and its slope is 0
    return squared if is_single else np.sqrt(squared)


@implements("ptp")
def ptp(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    high, low = np.max(a, axis=axis, keepdims=keepdims), np.min(a, axis=axis, keepdims=keepdims)
    return np.subtract(high, low)


@implements("count_nonzero")
def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return sum(np.not_equal(array(a), 0), axis=axis, keepdims=keepdims)
