"""Averages, spreads, roundings and norms."""

from __future__ import annotations

from math import pi
from operator import index
from typing import Any

import numpy as np

from ..arrays import array
from ..registry import implements


@implements("average")
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False,
            keepdims: Any = False) -> Any:  # fmt: skip
    x = array(a)
    if weights is None:
        out = np.mean(x, axis=axis, keepdims=keepdims)
        total = np.divide(float(x.size), np.size(np.asarray(out))) * np.ones(np.shape(out))
        return (out, total) if returned else out
    w = array(weights)
    if w.shape != x.shape:
        if w.ndim != 1 or not isinstance(axis, (int, np.integer)) or len(w) != x.shape[axis]:
            raise TypeError("average: weights need the shape of the array, or that of the axis")
        shape = [1] * x.ndim
        shape[axis] = len(w)
        w = np.broadcast_to(w.reshape(shape), x.shape)
    total = np.sum(w, axis=axis, keepdims=keepdims)
    out = np.divide(np.sum(np.multiply(x, w), axis=axis, keepdims=keepdims), total)
    return (out, total) if returned else out


@implements("cov")
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
        fweights: Any = None, aweights: Any = None) -> Any:  # fmt: skip
    x = _observations(m, rowvar)
    if y is not None:
        x = np.concatenate([x, _observations(y, rowvar)])
    ddof = ddof if ddof is not None else 0 if bias else 1
    weights = None
    for each in (fweights, aweights):
        if each is not None:
            weights = each if weights is None else np.multiply(weights, each)
    if weights is None:
        factor: Any = x.shape[1] - ddof
        center = np.mean(x, axis=1, keepdims=True)
        deviations = right = np.subtract(x, center)
    else:
        total = np.sum(array(weights))
        square = np.multiply(weights, 1.0 if aweights is None else aweights)
        factor = np.subtract(total, np.divide(ddof * np.sum(array(square)), total))
        center = np.divide(np.dot(x, array(weights)), total)[:, None]
        deviations = np.subtract(x, center)
        right = np.multiply(deviations, weights)
    out = np.divide(np.dot(deviations, np.transpose(right)), factor)
    return out[0, 0] if out.shape == (1, 1) else out


def _observations(m: Any, rowvar: bool) -> Any:
    """A matrix with a row for each variable."""
    x = array(m)
    x = x.reshape(1, -1) if x.ndim < 2 else x
    return x if rowvar or np.ndim(m) < 2 else np.transpose(x)


@implements("corrcoef")
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = cov(x, y, rowvar)
    if not np.ndim(c):
        return np.divide(c, c)  # 1, or nan
    scale = np.sqrt(np.diagonal(c))
    return np.clip(np.divide(np.divide(c, scale[:, None]), scale[None, :]), -1, 1)


# ---- without nan ---------------------------------------------------------------------------------


def _without_nan(x: Any, fill: Any) -> Any:
    """An array with each nan replaced by a number."""
    return np.where(np.isnan(x), fill, x)


@implements("nansum")
def nansum(a: Any, axis: Any = None, **keywords: Any) -> Any:
    return np.sum(_without_nan(a, 0.0), axis=axis, **keywords)


@implements("nanprod")
def nanprod(a: Any, axis: Any = None, **keywords: Any) -> Any:
    return np.prod(_without_nan(a, 1.0), axis=axis, **keywords)


@implements("nancumsum")
def nancumsum(a: Any, axis: Any = None) -> Any:
    return np.cumsum(_without_nan(a, 0.0), axis=axis)


@implements("nancumprod")
def nancumprod(a: Any, axis: Any = None) -> Any:
    return np.cumprod(_without_nan(a, 1.0), axis=axis)


@implements("nanmax")
def nanmax(a: Any, axis: Any = None, **keywords: Any) -> Any:
    result = np.max(_without_nan(a, -np.inf), axis=axis, **keywords)
    return _nan_if_all_nan(a, result, axis, keywords)


@implements("nanmin")
def nanmin(a: Any, axis: Any = None, **keywords: Any) -> Any:
    result = np.min(_without_nan(a, np.inf), axis=axis, **keywords)
    return _nan_if_all_nan(a, result, axis, keywords)


def _nan_if_all_nan(a: Any, result: Any, axis: Any, keywords: Any) -> Any:
    keepdims = keywords.get("keepdims", False)
    return np.where(np.all(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, result)


@implements("nanmean")
def nanmean(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
    count = _count(a, axis, keepdims, where)
    return np.divide(nansum(a, axis=axis, keepdims=keepdims, where=where), count)


def _count(a: Any, axis: Any, keepdims: Any, where: Any) -> Any:
    """How many elements aren't nan."""
    return np.sum(np.logical_not(np.isnan(a)), axis=axis, keepdims=keepdims, where=where)


@implements("nanvar")
def nanvar(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False,
           where: Any = True) -> Any:  # fmt: skip
    deviations = np.subtract(a, nanmean(a, axis=axis, keepdims=True, where=where))
    count = _count(a, axis, keepdims, where)
    squares = np.where(np.isnan(a), 0.0, np.square(deviations))
    total = np.sum(squares, axis=axis, keepdims=keepdims, where=where)
    return np.divide(total, np.subtract(count, ddof))


@implements("nanstd")
def nanstd(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False,
           where: Any = True) -> Any:  # fmt: skip
    squared = nanvar(a, axis, ddof, keepdims, where)
    is_single = np.equal(_count(a, axis, keepdims, where), 1)  # 0 whatever it is, and its slope
    return np.where(is_single, squared, np.sqrt(np.where(is_single, 1.0, squared)))


# ---- roundings and other single numbers ----------------------------------------------------------


@implements("round", "around", "round_")
def round(a: Any, decimals: int = 0) -> Any:
    if not decimals:
        return np.rint(array(a)[()])
    factor = 10.0 ** abs(decimals)
    if decimals > 0:
        return np.divide(np.rint(np.multiply(a, factor)), factor)
    return np.multiply(np.rint(np.divide(a, factor)), factor)


@implements("fix")
def fix(x: Any) -> Any:
    return np.trunc(x)


@implements("sinc")
def sinc(x: Any) -> Any:
    angle = np.multiply(pi, np.where(np.equal(x, 0), 1.0e-20, x))
    return np.divide(np.sin(angle), angle)


@implements("real")
def real(val: Any) -> Any:
    return val


@implements("imag")
def imag(val: Any) -> Any:
    return np.zeros_like(val)


@implements("real_if_close")
def real_if_close(a: Any) -> Any:
    return a


@implements("angle")
def angle(z: Any, deg: bool = False) -> Any:
    return np.where(np.less(z, 0), 180.0 if deg else pi, 0.0)


@implements("isreal")
def isreal(x: Any) -> Any:
    return np.ones(np.shape(x), dtype=bool)


@implements("iscomplex")
def iscomplex(x: Any) -> Any:
    return np.zeros(np.shape(x), dtype=bool)


# ---- norms ---------------------------------------------------------------------------------------


@implements("linalg.norm")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = array(x)
    if axis is None and ord is None:
        out = np.sqrt(np.sum(np.square(x.reshape(-1))))
        return np.reshape(out, (1,) * x.ndim) if keepdims else out
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return vector_norm(x, axis=axes[0], keepdims=keepdims, ord=2 if ord is None else ord)
    return matrix_norm(
        np.moveaxis(x, axes, (-2, -1)), keepdims, "fro" if ord is None else ord, axes
    )


@implements("linalg.vector_norm")
def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    x = array(x)
    if ord == 2:
        return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))
    size = np.abs(x)
    if ord == np.inf:
        return np.max(size, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(np.not_equal(x, 0), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    return np.power(np.sum(np.power(size, ord), axis=axis, keepdims=keepdims), 1.0 / ord)


def matrix_norm(x: Any, keepdims: bool, ord: Any, axes: tuple[int, ...]) -> Any:
    """The norm of matrices along the last two axes, which were `axes`."""
    if ord == "fro":
        out = np.sqrt(np.sum(np.square(x), axis=(-2, -1)))
    elif ord in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(x), axis=-2 if abs(ord) == 1 else -1)
        out = np.max(sums, axis=-1) if ord > 0 else np.min(sums, axis=-1)
    else:
        if ord not in ("nuc", 2, -2):
            raise ValueError("Invalid norm order for matrices.")
        values = np.linalg.svd(x, compute_uv=False)
        out = np.sum(values, axis=-1) if ord == "nuc" else values[..., 0 if ord == 2 else -1]
    if keepdims:
        for k in sorted(k % x.ndim for k in axes):
            out = np.expand_dims(out, k)
    return out


@implements("linalg.matrix_power")
def matrix_power(a: Any, n: int) -> Any:
    a, n = array(a), index(n)
    if n < 0:
        return matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    out, square = None, a
    while n:
        if n % 2:
            out = square if out is None else np.matmul(out, square)
        n //= 2
        square = np.matmul(square, square) if n else square
    return out


@implements("linalg.multi_dot")
def multi_dot(arrays: Any) -> Any:
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    result = array(arrays[0])
    for each in arrays[1:]:
        result = np.dot(result, each)
    return result
