"""Differences, integrals, polynomials and interpolation."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from ...errors import ShapeError, calling_line
from ..arrays import array, astype
from ..registry import implements

_MISSING = np._NoValue


@implements("diff")
def diff(
    a: Any, n: int = 1, axis: int = -1, prepend: Any = _MISSING, append: Any = _MISSING
) -> Any:
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n}")
    x = array(a)
    ends = []
    for end in (prepend, append):
        if end is not _MISSING:
            end = array(end)
            shape = list(x.shape)
            shape[axis] = 1
            end = np.broadcast_to(end, shape) if end.ndim == 0 else end
        ends.append(end)
    parts = [end for end in (ends[0], x, ends[1]) if end is not _MISSING]
    x = np.moveaxis(np.concatenate(parts, axis=axis), axis, -1)
    for _ in range(n):
        x = np.subtract(x[..., 1:], x[..., :-1])
    return np.moveaxis(x, -1, axis)


@implements("ediff1d")
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    inner = diff(array(ary).reshape(-1))
    parts = [array(end).reshape(-1) for end in (to_begin,) if end is not None]
    parts += [inner, *(array(end).reshape(-1) for end in (to_end,) if end is not None)]
    return np.concatenate(parts)


@implements("trapezoid", "trapz")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(array(y), axis, -1)
    steps = dx
    if x is not None:
        x = array(x)
        steps = diff(x if x.ndim == 1 else np.moveaxis(x, axis, -1))
    return np.sum(np.multiply(steps, np.add(y[..., 1:], y[..., :-1])) / 2.0, axis=-1)


@implements("gradient")
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = array(f)
    if edge_order not in (1, 2):
        raise ValueError("'edge_order' greater than 2 not supported")
    axes = range(f.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    spacings = list(varargs) or [1.0]
    spacings = spacings * len(axes) if len(spacings) == 1 else spacings
    if len(spacings) != len(axes):
        raise TypeError("gradient: one spacing is needed for each axis")
    if any(f.shape[k] <= edge_order for k in axes):
        raise ShapeError(
            f"gradient needs {edge_order + 1} numbers along each axis, but got an array of the "
            f"shape {f.shape}.",
            where=calling_line(),
        )
    slopes = [
        np.moveaxis(_slopes(np.moveaxis(f, k, -1), array(h), edge_order), -1, k)
        for k, h in zip(axes, spacings)
    ]
    is_single = isinstance(axis, (int, np.integer)) or len(slopes) == 1
    return slopes[0] if is_single else tuple(slopes)


def _slopes(f: Any, spacing: Any, edge_order: int) -> Any:
    """Central differences along the last axis."""
    steps = diff(spacing) if spacing.ndim else np.broadcast_to(spacing, (f.shape[-1] - 1,))
    differences = diff(f)
    left, right = steps[:-1], steps[1:]
    if spacing.ndim:
        inner = (
            np.multiply(-right / (left * (left + right)), f[..., :-2])
            + np.multiply((right - left) / (left * right), f[..., 1:-1])
            + np.multiply(left / (right * (left + right)), f[..., 2:])
        )
    else:
        inner = np.subtract(f[..., 2:], f[..., :-2]) / (2.0 * steps[:1])
    first, last = differences[..., :1] / steps[:1], differences[..., -1:] / steps[-1:]
    if edge_order == 2:
        first = _edge(f[..., :3], steps[0], steps[1])
        last = _edge(f[..., :-4:-1], -steps[-1], -steps[-2])
    return np.concatenate([first, inner, last], axis=-1)


def _edge(f: Any, h: Any, k: Any) -> Any:
    """The slope at the first of three points, to second order."""
    return (
        np.multiply(-(2.0 * h + k) / (h * (h + k)), f[..., 0:1])
        + np.multiply((h + k) / (h * k), f[..., 1:2])
        + np.multiply(-h / (k * (h + k)), f[..., 2:3])
    )


@implements("unwrap")
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * pi) -> Any:
    x = np.moveaxis(array(p), axis, -1)
    steps = diff(x)
    half = period / 2
    wrapped = np.mod(steps + half, period) - half
    wrapped = np.where(np.logical_and(wrapped == -half, steps > 0), half, wrapped)
    threshold = half if discont is None else discont
    corrections = np.where(np.abs(steps) < threshold, 0.0, wrapped - steps)
    out = np.concatenate([x[..., :1], x[..., 1:] + np.cumsum(corrections, axis=-1)], axis=-1)
    return np.moveaxis(out, -1, axis)


@implements("interp")
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Linear interpolation; each point chooses its piece, without a guard."""
    x, xs, ys = array(x), array(xp), array(fp)
    if period is not None:
        period = abs(period)
        x, xs = np.mod(x, period), np.mod(xs, period)
        order = np.argsort(xs)
        xs, ys = xs[order], ys[order]
        xs = np.concatenate([xs[-1:] - period, xs, xs[:1] + period])
        ys = np.concatenate([ys[-1:], ys, ys[:1]])
    out = np.broadcast_to(array(ys[0] if left is None else left), x.shape)
    for k in range(xs.shape[0] - 1):
        slope = np.divide(ys[k + 1] - ys[k], xs[k + 1] - xs[k])
        out = np.where(np.greater_equal(x, xs[k]), np.multiply(slope, x - xs[k]) + ys[k], out)
    out = np.where(np.greater_equal(x, xs[-1]), ys[-1], out)
    if right is not None:
        out = np.where(np.greater(x, xs[-1]), right, out)
    return np.where(np.isnan(x), x, out)


@implements("convolve")
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    return _slide(array(a), np.flip(array(v)), mode)


@implements("correlate")
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    x, y = array(a), array(v)
    if x.ndim == y.ndim == 1 and x.size < y.size:
        return np.flip(_slide(y, x, mode))
    return _slide(x, y, mode)


def _slide(x: Any, y: Any, mode: str) -> Any:
    """The inner products of y with each stretch of x."""
    if x.ndim != 1 or y.ndim != 1 or not x.size or not y.size:
        raise ShapeError(
            "a convolution needs two arrays of one axis with at least one number, but got the "
            f"shapes {x.shape} and {y.shape}.",
            where=calling_line(),
            remedy="convolve row by row, or write the sums with slices",
        )
    if x.shape[0] < y.shape[0]:
        x, y = np.flip(y), np.flip(x)
    m, n = x.shape[0], y.shape[0]
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode needs to be 'full', 'same' or 'valid', but got {mode!r}")
    before = {"full": n - 1, "same": n // 2, "valid": 0}[mode]
    count = {"full": m + n - 1, "same": m, "valid": m - n + 1}[mode]
    outs = []
    for start in range(-before, count - before):
        low, high = max(start, 0), min(start + n, m)
        outs.append(np.dot(x[low:high], y[low - start : high - start]))
    return np.stack(outs)


# ---- polynomials ---------------------------------------------------------------------------------


@implements("polyval")
def polyval(p: Any, x: Any) -> Any:
    coefficients = array(p)
    x = array(x)
    out = np.zeros(x.shape) if x.ndim else 0.0
    for coefficient in coefficients:
        out = np.add(np.multiply(out, x), coefficient)
    return out


@implements("polyder")
def polyder(p: Any, m: int = 1) -> Any:
    p = array(p)
    for _ in range(m):
        p = np.multiply(p[:-1], np.arange(len(p) - 1, 0, -1))
    return p


@implements("polyint")
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    p = array(p)
    constants = np.zeros(m) if k is None else array(k).reshape(-1)
    for each in range(m):
        p = np.concatenate([np.divide(p, np.arange(len(p), 0, -1)), array(constants[each])[None]])
    return p


@implements("polyadd")
def polyadd(a1: Any, a2: Any) -> Any:
    x, y = _coefficients(a1), _coefficients(a2)
    length = max(len(x), len(y))
    x, y = (np.concatenate([np.zeros(length - len(z)), z]) for z in (x, y))
    return np.add(x, y)


@implements("polysub")
def polysub(a1: Any, a2: Any) -> Any:
    return polyadd(a1, np.negative(array(a2)))


@implements("polymul")
def polymul(a1: Any, a2: Any) -> Any:
    return convolve(_coefficients(a1), _coefficients(a2))


def _coefficients(p: Any) -> Any:
    """A polynomial's coefficients; a number is a constant polynomial."""
    return np.atleast_1d(array(p))


@implements("vander")
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    x = array(x)
    powers = [np.power(x, k) for k in range(len(x) if N is None else N)]
    return np.stack(powers if increasing else powers[::-1], axis=-1)


# ---- grids ---------------------------------------------------------------------------------------


@implements("linspace")
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
             dtype: Any = None, axis: int = 0) -> Any:  # fmt: skip
    start, stop = (array(each) for each in np.broadcast_arrays(array(start), array(stop)))
    pieces = num - 1 if endpoint else num
    fractions = np.arange(num).reshape((-1,) + (1,) * start.ndim)
    step = np.divide(np.subtract(stop, start), max(pieces, 1))
    out = np.add(start, np.multiply(step, fractions))
    if endpoint and num > 1:
        out = np.concatenate([out[:-1], stop.reshape((1, *stop.shape))])
    out = np.moveaxis(out, 0, axis)
    if dtype is not None:
        out = (np.floor(out) if np.dtype(dtype).kind in "iu" else out).astype(dtype)
    return (out, step) if retstep else out


@implements("logspace")
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0,
             dtype: Any = None, axis: int = 0) -> Any:  # fmt: skip
    out = np.power(base, linspace(start, stop, num, endpoint, axis=axis))
    return out if dtype is None else astype(out, dtype)


@implements("geomspace")
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None,
              axis: int = 0) -> Any:  # fmt: skip
    start, stop = (array(each) for each in np.broadcast_arrays(array(start), array(stop)))
    sign = np.sign(start)
    first, last = (np.log10(np.multiply(sign, each)) for each in (start, stop))
    out = np.multiply(sign, logspace(first, last, num, endpoint))
    if num > 0:
        out = np.concatenate([start[None], out[1:]])
    if num > 1 and endpoint:
        out = np.concatenate([out[:-1], stop[None]])
    out = np.moveaxis(out, 0, axis)
    return out if dtype is None else astype(out, dtype)
