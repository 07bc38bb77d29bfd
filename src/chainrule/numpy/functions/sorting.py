"""Order: sorting, ranks, quantiles and searching."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...engine.node import is_value
from ..arrays import array, wrap
from ..elements import first_node, numbers, operand, plain_numbers
from ..indexing import entries, is_traced, look_up, plain_key
from ..methods import axes_of
from ..refusals import not_supported
from ..registry import implements


def order_of(x: Any) -> Any:
    """The permutation that sorts each row along the last axis, nan last, of a plain array."""
    node = first_node(x)
    if node is None:
        return np.argsort(plain_numbers(x), axis=-1, kind="stable")
    if is_value(node):
        return np.argsort(numbers(x), axis=-1, kind="stable")
    out = np.empty(x.shape, dtype=object)
    for row in np.ndindex(x.shape[:-1]):
        out[row] = node._order(x[row].tolist())
    return out


def along(x: Any, order: Any) -> Any:
    """The elements of each row along the last axis in another order."""
    out = np.empty(order.shape, dtype=object)
    for row in np.ndindex(order.shape[:-1]):
        out[row] = entries(x[row].tolist(), order[row].tolist())
    return out


def _moved(a: Any, axis: Any) -> Any:
    """A plain array of objects whose last axis is the one that is named; flat without a name."""
    x = np.asarray(array(a))
    return x.reshape(-1) if axis is None else np.moveaxis(x, axis, -1)


def _back(x: Any, axis: Any) -> Any:
    return wrap(x if axis is None else np.moveaxis(x, -1, axis))


@implements("sort")
def sort(a: Any, axis: Any = -1) -> Any:
    x = _moved(a, axis)
    return _back(along(x, order_of(x)), axis)


@implements("partition")
def partition(a: Any, kth: Any, axis: Any = -1) -> Any:
    """A sorted array, which is partitioned at any index."""
    _check_kth(a, kth, axis)
    return sort(a, axis)


def _check_kth(a: Any, kth: Any, axis: Any) -> None:
    length = np.size(a) if axis is None else np.shape(a)[axis]
    if not np.all((np.asarray(kth) >= -length) & (np.asarray(kth) < length)):
        raise ValueError(f"kth(={kth}) out of bounds ({length})")


@implements("argsort")
def argsort(a: Any, axis: Any = -1) -> Any:
    result = order_of(_moved(a if np.ndim(a) else np.reshape(a, 1), axis))
    result = result if axis is None else np.moveaxis(result, -1, axis)
    return wrap(result) if result.dtype == object else result


@implements("argpartition")
def argpartition(a: Any, kth: Any, axis: Any = -1) -> Any:
    _check_kth(a, kth, axis)
    return argsort(a, axis)


@implements("lexsort")
def lexsort(keys: Any, axis: Any = -1) -> Any:
    rows = [np.moveaxis(array(key), axis, -1) for key in keys]
    order = argsort(rows[0])
    for key in rows[1:]:  # from the least important one on; each sort keeps equal ones in order
        order = take_along_axis(order, argsort(take_along_axis(key, order)))
    return np.moveaxis(order, -1, axis)


def _arg_extreme(is_better: Any) -> Any:
    def find(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        x = _moved(a, axis)
        node = first_node(x)
        if node is None or is_value(node):
            best = (np.argmax if is_better is np.greater else np.argmin)(numbers(x) if node else
                    plain_numbers(x), axis=-1)  # fmt: skip
        else:
            best = _first_best(x, is_better)
        if keepdims:
            shape = (1,) * np.ndim(a) if axis is None else None
            best = np.reshape(best, shape) if shape else np.expand_dims(best, axis)
        return best

    return find


def _first_best(x: Any, is_better: Any) -> Any:
    """The index of the first of the best elements along the last axis; nan is best."""
    best, index = wrap(x[..., 0]), np.zeros(x.shape[:-1], dtype=int)
    for k in range(1, x.shape[-1]):
        next_one = wrap(x[..., k])
        is_nan = np.logical_and(np.isnan(next_one), np.logical_not(np.isnan(best)))
        change = np.logical_or(is_better(next_one, best), is_nan)
        best, index = np.where(change, next_one, best), np.where(change, k, index)
    return index


argmax = implements("argmax")(_arg_extreme(np.greater))
argmin = implements("argmin")(_arg_extreme(np.less))


@implements("nanargmax")
def nanargmax(a: Any, axis: Any = None, **keywords: Any) -> Any:
    return argmax(np.where(np.isnan(a), -np.inf, a), axis, **keywords)


@implements("nanargmin")
def nanargmin(a: Any, axis: Any = None, **keywords: Any) -> Any:
    return argmin(np.where(np.isnan(a), np.inf, a), axis, **keywords)


@implements("take")
def take(a: Any, indices: Any, axis: Any = None, mode: Any = "raise") -> Any:
    index = plain_key(array(indices))
    x = np.asarray(array(a)).reshape(-1) if axis is None else np.asarray(array(a))
    if not is_traced(index):
        return wrap(np.take(x, index, axis, None, mode))
    moved = np.moveaxis(x, axis or 0, 0)
    rows = look_up(moved, index)
    at = (axis or 0) % x.ndim
    return wrap(np.moveaxis(rows, range(np.ndim(index)), range(at, at + np.ndim(index))))


@implements("take_along_axis")
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    x, order = _moved(arr, axis), np.asarray(plain_key(array(indices)))
    order = order if axis is None else np.moveaxis(order, axis, -1)
    shape = np.broadcast_shapes(x.shape[:-1], order.shape[:-1])
    x, order = (np.broadcast_to(z, shape + z.shape[-1:]) for z in (x, order))
    return _back(along(x, order), axis)


# ---- quantiles -----------------------------------------------------------------------------------


def _rows(a: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The elements along one or several axes as sorted rows, and the shape with keepdims."""
    x = np.asarray(array(a))
    axes = axes_of(axis, x.ndim)
    rest = [k for k in range(x.ndim) if k not in axes]
    rows = x.transpose([*rest, *axes]).reshape([x.shape[k] for k in rest] + [-1])
    shape = tuple(1 if k in axes else n for k, n in enumerate(x.shape))
    return wrap(along(rows, order_of(rows))), shape


@implements("median")
def median(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    rows, shape = _rows(a, axis)
    n = rows.shape[-1]
    middle = rows[..., n // 2]
    if n % 2 == 0:
        middle = np.divide(np.add(rows[..., n // 2 - 1], middle), 2.0)
    middle = np.where(np.isnan(rows[..., -1]), np.nan, middle)
    return np.reshape(middle, shape) if keepdims else middle


_CONTINUOUS = {"linear": (1.0, 1.0), "interpolated_inverted_cdf": (0.0, 1.0), "hazen": (0.5, 0.5),
               "weibull": (0.0, 0.0), "median_unbiased": (1 / 3, 1 / 3),
               "normal_unbiased": (3 / 8, 3 / 8)}  # fmt: skip
_STEPS = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}


@implements("quantile")
def quantile(a: Any, q: Any, axis: Any = None, method: str = "linear",
             keepdims: bool = False) -> Any:  # fmt: skip
    if first_node(operand(q)) is not None:
        raise not_supported("numpy.quantile with traced q", "pass q as a plain number")
    q = np.asarray(plain_numbers(operand(q)), dtype=float)
    if not np.all((q >= 0) & (q <= 1)):
        raise ValueError("Quantiles must be in the range [0, 1]")
    rows, shape = _rows(a, axis)
    results = [_quantile(rows, float(each), method) for each in q.flat]
    results = [np.reshape(each, shape) if keepdims else each for each in results]
    if not q.ndim:
        return results[0]
    return np.reshape(np.stack([array(each) for each in results]), q.shape + np.shape(results[0]))


def _quantile(rows: Any, q: float, method: str) -> Any:
    """One quantile of sorted rows."""
    n = rows.shape[-1]
    at, fraction = _position(n, q, method, "quantile")
    low, fraction = int(at), float(fraction)
    below, above = rows[..., low], rows[..., min(low + 1, n - 1)]
    step = np.subtract(above, below)
    near_above = np.subtract(above, np.multiply(step, 1 - fraction))
    near_below = np.add(below, np.multiply(step, fraction))
    return _last_nan(rows, near_above if fraction >= 0.5 else near_below)


def _position(n: Any, q: float, method: str, name: str) -> tuple[Any, Any]:
    """Where a quantile of n sorted numbers is: the index below it, and how far it is beyond."""
    at = np.multiply(q, np.subtract(n, 1))
    if method in _STEPS:
        return _STEPS[method](at), np.multiply(at, 0.0)
    if method == "midpoint":
        low = np.floor(at)
        return low, np.where(np.equal(at, low), 0.0, 0.5)
    if method not in _CONTINUOUS:
        raise not_supported(f"the method {method!r} of numpy.{name}", "use method='linear'")
    if method != "linear":
        alpha, beta = _CONTINUOUS[method]
        beyond = np.add(np.multiply(n, q), alpha + q * (1 - alpha - beta) - 1)
        at = np.minimum(np.maximum(beyond, 0.0), np.subtract(n, 1))
    low = np.floor(at)
    return low, np.subtract(at, low)


def _last_nan(rows: Any, result: Any) -> Any:
    return np.where(np.isnan(rows[..., -1]), np.nan, result)


@implements("percentile")
def percentile(a: Any, q: Any, axis: Any = None, method: str = "linear",
               keepdims: bool = False) -> Any:  # fmt: skip
    return quantile(a, np.divide(q, 100.0), axis, method, keepdims)


@implements("nanquantile")
def nanquantile(a: Any, q: Any, axis: Any = None, method: str = "linear",
                keepdims: bool = False) -> Any:  # fmt: skip
    """Quantiles of the numbers that aren't nan, whose count may change from call to call."""
    rows, shape = _rows(a, axis)
    count = np.sum(np.logical_not(np.isnan(rows)), axis=-1)
    results = []
    for each in np.asarray(q, dtype=float).flat:
        low, fraction = _position(count, float(each), method, "nanquantile")
        high = np.minimum(low + 1, np.subtract(count, 1))
        below, above = _each(rows, low), _each(rows, high)
        result = below + np.multiply(np.subtract(above, below), fraction)
        results.append(np.reshape(result, shape) if keepdims else result)
    if not np.ndim(q):
        return results[0]
    return np.reshape(
        np.stack([array(each) for each in results]), np.shape(q) + np.shape(results[0])
    )


def _each(rows: Any, index: Any) -> Any:
    """One element of each row."""
    index = np.asarray(index, dtype=object)
    out = np.empty(rows.shape[:-1], dtype=object)
    for row in np.ndindex(out.shape):
        out[row] = entries(np.asarray(rows)[row].tolist(), [index[row]])[0]
    return wrap(out)


@implements("nanpercentile")
def nanpercentile(a: Any, q: Any, axis: Any = None, method: str = "linear",
                  keepdims: bool = False) -> Any:  # fmt: skip
    return nanquantile(a, np.divide(q, 100.0), axis, method, keepdims)


@implements("nanmedian")
def nanmedian(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return nanquantile(a, 0.5, axis, keepdims=keepdims)


@implements("searchsorted")
def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    """How many elements are below each one of v, as whole numbers."""
    x = array(a) if sorter is None else array(a)[sorter]
    v = array(v)
    if side not in ("left", "right") or x.ndim != 1:
        raise ValueError(
            f"searchsorted needs side 'left' or 'right' and a table of one axis, but got {side!r} "
            f"and {x.ndim} axes"
        )
    compare = np.less if side == "left" else np.less_equal
    is_below = compare(x.reshape((1,) * v.ndim + x.shape), v.reshape((*v.shape, 1)))
    numbers = x.size if side == "right" else np.count_nonzero(np.equal(x, x))  # nan comes last
    return np.where(np.isnan(v), numbers, np.sum(array(is_below), axis=-1))


@implements("digitize")
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    bins = array(bins)
    side = "left" if right else "right"
    if np.all(bins[1:] >= bins[:-1]):
        return searchsorted(bins, x, side)
    if not np.all(bins[1:] <= bins[:-1]):
        raise ValueError("bins must be monotonically increasing or decreasing")
    return len(bins) - searchsorted(bins[::-1], x, side)
