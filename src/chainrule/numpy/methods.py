"""The methods of ufuncs: reduce, accumulate, outer, at and reduceat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.protocol import UFUNCS
from .arrays import array, wrap
from .elements import fold, is_condition

_MISSING = getattr(np, "_NoValue", None)
_IDENTITIES = {
    "add": 0.0, "multiply": 1.0, "hypot": 0.0, "logaddexp": -np.inf, "logaddexp2": -np.inf,
    "logical_or": False, "logical_and": True,
}  # fmt: skip
"""What a reduction without any element gives, as in NumPy."""
_NEUTRAL = _IDENTITIES | {
    "subtract": 0.0, "divide": 1.0, "power": 1.0, "float_power": 1.0,
}  # fmt: skip
"""Operands that change nothing where they stand on the right."""
_EXTREMES = ("maximum", "minimum", "fmax", "fmin")


def reduce(
    ufunc: Any, x: Any, axis: Any = 0, keepdims: bool = False,
    initial: Any = _MISSING, where: Any = True,
) -> Any:  # fmt: skip
    """`ufunc.reduce`: combine the elements along axes, from left to right."""
    x, name = array(x), ufunc.__name__
    has_start = initial is not _MISSING and initial is not None
    identity = _IDENTITIES.get(name) if initial is not None else None
    if where is not True:
        if identity is None and not has_start:
            raise ValueError(f"reduction operation '{name}' does not have an identity, "
                             "so to use a where mask one has to specify 'initial'")  # fmt: skip
        if ufunc in (np.add, np.multiply) and is_condition(np.asarray(x)):
            x = np.multiply(x, 1)  # their number, also where some are left out
        neutral = initial if name in _EXTREMES else _NEUTRAL.get(name)
        if neutral is None:
            return _reduce_some(ufunc, x, axis, keepdims, initial, where)
        x = np.where(where, x, neutral)
    if name in ("logical_or", "logical_and"):
        result = _all_or_any(ufunc, x, axis, keepdims)
        return ufunc(initial, result) if has_start else result
    axes = axes_of(axis, x.ndim)
    moved, shape = _last(x, axes)
    if has_start and name != "add":  # NumPy adds all the others up before
        moved, has_start = np.concatenate([_start(initial, moved), moved], axis=-1), False
    if moved.shape[-1]:
        result = wrap(_fold(ufunc, moved, keep=False))
    elif identity is not None:
        result = wrap(np.full(moved.shape[:-1], identity))
    else:
        raise ValueError(f"zero-size array to reduction operation {name} "
                         "which has no identity")  # fmt: skip
    if has_start:
        result = ufunc(initial, result)
    return np.reshape(result, shape) if keepdims else result


def _start(initial: Any, moved: Any) -> Any:
    """A first element for each row."""
    first = np.empty((*moved.shape[:-1], 1), dtype=object)
    first[...] = initial
    return first


def _reduce_some(
    ufunc: Any, x: Any, axis: Any, keepdims: bool, initial: Any, where: Any
) -> Any:  # fmt: skip
    """A reduction that goes on from `initial`, and passes by the elements that are left out."""
    axes = axes_of(axis, x.ndim)
    (moved, shape), (kept, _) = _last(x, axes), _last(np.broadcast_to(where, x.shape), axes)
    result = wrap(_start(initial, moved)[..., 0])
    for k in range(moved.shape[-1]):
        is_kept = wrap(kept[..., k])
        each = ufunc(result, np.where(is_kept, wrap(moved[..., k]), 1.0))
        result = np.where(is_kept, each, result)
    return np.reshape(result, shape) if keepdims else result


def _all_or_any(ufunc: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """Whether any element is true, or all of them: one condition, from a count."""
    is_true = np.not_equal(x, 0)
    count = reduce(np.add, is_true, axis=axis, keepdims=keepdims)
    if ufunc.__name__ == "logical_or":
        return np.not_equal(count, 0)
    axes = axes_of(axis, x.ndim)
    return np.equal(count, int(np.prod([x.shape[k] for k in axes], dtype=int)))


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that an argument names, from 0."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if ndim == 0 and axes in ((0,), (-1,)):
        return ()
    np.empty((0,) * ndim).sum(axis=axes)  # raises NumPy's own error
    return tuple(int(each) % ndim for each in axes)


def _last(x: Any, axes: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    """An array with these axes as its last one, in the order of memory, as NumPy goes through
    them; and its shape with these axes of length 1."""
    plain = np.asarray(x)
    rest = [k for k in range(plain.ndim) if k not in axes]
    order = sorted(axes, key=lambda k: -abs(plain.strides[k]))
    moved = (
        plain.transpose([*rest, *order]).reshape([plain.shape[k] for k in rest] + [-1])
        if plain.size
        else np.empty(
            [plain.shape[k] for k in rest]
            + [int(np.prod([plain.shape[k] for k in axes], dtype=int))],
            dtype=object,
        )
    )
    return moved, tuple(1 if k in axes else n for k, n in enumerate(plain.shape))


def _fold(ufunc: Any, x: Any, keep: bool) -> Any:
    """Combine along the last axis."""
    if ufunc in UFUNCS:
        return fold(UFUNCS[ufunc], x, keep)
    results = [wrap(x[..., 0])]
    for k in range(1, x.shape[-1]):
        results.append(ufunc(results[-1], wrap(x[..., k])))
    return np.asarray(np.stack([array(each) for each in results], axis=-1) if keep else results[-1],
                      dtype=object)  # fmt: skip


def accumulate(ufunc: Any, x: Any, axis: int = 0) -> Any:
    """`ufunc.accumulate`: all results of combining the elements along an axis."""
    x = array(x)
    moved = np.moveaxis(np.asarray(x), axis, -1)
    result = _fold(ufunc, moved, keep=True) if moved.size else moved
    return wrap(np.moveaxis(result, -1, axis))


def outer(ufunc: Any, x: Any, y: Any, **keywords: Any) -> Any:
    """`ufunc.outer`: each element of x with each one of y."""
    x, y = array(x), array(y)
    return ufunc(x.reshape(x.shape + (1,) * y.ndim), y, **keywords)


def at(ufunc: Any, x: Any, indices: Any, *operands: Any) -> None:
    """`ufunc.at`: change elements of an array, one after the other."""
    from .refusals import not_into

    if np.asarray(x).dtype != object:
        raise not_into(x, f"{ufunc.__name__}.at")
    positions = np.arange(x.size).reshape(x.shape)[indices]
    flat = np.asarray(x).reshape(-1)
    columns = [
        np.broadcast_to(np.asarray(each, dtype=object), positions.shape) for each in operands
    ]
    for position, *row in zip(positions.flat, *(column.flat for column in columns)):
        flat[position] = ufunc(flat[position], *row)
    np.asarray(x)[...] = flat.reshape(x.shape)


def reduceat(ufunc: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    """`ufunc.reduceat`: reduce slices of an array."""
    moved = np.moveaxis(array(x), axis, 0)
    indices = [int(each) for each in np.asarray(indices)]
    ends = [*indices[1:], moved.shape[0]]
    parts = [
        np.asarray(array(ufunc.reduce(moved[start : max(end, start + 1)], axis=0)))
        for start, end in zip(indices, ends)
    ]
    return wrap(np.moveaxis(np.stack(parts), 0, axis))


METHODS: dict[str, Callable[..., Any]] = {
    "reduce": reduce,
    "accumulate": accumulate,
    "outer": outer,
    "at": at,
    "reduceat": reduceat,
}
"""How each method of a ufunc is done."""
