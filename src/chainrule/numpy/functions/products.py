"""Products of vectors and matrices: sums of products along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import ShapeError, calling_line
from ..arrays import array, wrap
from ..elements import inner as sum_of_products, operand
from ..registry import implements


def contract(x: Any, y: Any) -> Any:
    """The sums of the products along the last axis; the other axes are broadcast."""
    return wrap(sum_of_products(operand(x), operand(y)))


@implements("linalg.matmul")
def matmul(x: Any, y: Any) -> Any:
    """`x @ y`."""
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim:
        raise _mismatch("matmul", x, y, "use * to multiply by a number")
    left = x[None, :] if x.ndim == 1 else x
    right = y[:, None] if y.ndim == 1 else y
    if left.shape[-1] != right.shape[-2]:
        raise _mismatch("matmul", x, y)
    out = contract(left[..., :, None, :], np.swapaxes(right, -1, -2)[..., None, :, :])
    if y.ndim == 1:
        out = out[..., 0]
    return out if x.ndim > 1 else wrap(out[..., 0] if y.ndim == 1 else out[..., 0, :])


@implements("dot")
def dot(a: Any, b: Any) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    if not x.ndim or not y.ndim:
        return np.multiply(a, b)
    if y.ndim == 1:
        if x.shape[-1] != y.shape[0]:
            raise _mismatch("dot", x, y)
        return contract(x, y)
    if x.shape[-1] != y.shape[-2]:
        raise _mismatch("dot", x, y)
    return tensordot(x, y, ((-1,), (-2,)))


def _mismatch(name: str, x: Any, y: Any, remedy: str = "transpose or reshape one of them") -> Any:
    return ShapeError(
        f"{name} can't multiply arrays of the shapes {np.shape(x)} and {np.shape(y)}.",
        where=calling_line(),
        remedy=remedy,
    )


@implements("tensordot", "linalg.tensordot")
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    if isinstance(axes, (int, np.integer)):
        axes = (range(x.ndim - axes, x.ndim), range(axes))
    of_x, of_y = ([k % z.ndim for k in np.atleast_1d(np.array(each, dtype=int))]
                  for each, z in zip(axes, (x, y)))  # fmt: skip
    if [x.shape[k] for k in of_x] != [y.shape[k] for k in of_y]:
        raise _mismatch("tensordot", x, y)
    rest_x = [k for k in range(x.ndim) if k not in of_x]
    rest_y = [k for k in range(y.ndim) if k not in of_y]
    shape = [x.shape[k] for k in rest_x] + [y.shape[k] for k in rest_y]
    length = int(np.prod([x.shape[k] for k in of_x], dtype=int))
    left = x.transpose(rest_x + of_x).reshape(-1, 1, length) if x.size else x.reshape(0, 1, length)
    right = y.transpose(rest_y + of_y).reshape(1, -1, length)
    out = contract(left, right)
    return np.reshape(out, shape) if shape else array(out).reshape(())[()]


@implements("inner")
def inner(a: Any, b: Any) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    if not x.ndim or not y.ndim:
        return np.multiply(a, b)
    if x.shape[-1] != y.shape[-1]:
        raise _mismatch("inner", x, y)
    return tensordot(x, y, ((-1,), (-1,)))


@implements("linalg.vecdot")
def vecdot(x: Any, y: Any, *, axis: int = -1) -> Any:
    return np.sum(np.multiply(x, y), axis=axis)


@implements("vdot")
def vdot(a: Any, b: Any) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    if x.size != y.size:
        raise _mismatch("vdot", x, y)
    return contract(x.reshape(-1), y.reshape(-1))


@implements("outer", "linalg.outer")
def outer(a: Any, b: Any) -> Any:
    return np.multiply(array(a).reshape(-1, 1), array(b).reshape(1, -1))


@implements("kron")
def kron(a: Any, b: Any) -> Any:
    x, y = array(a), array(b)
    ndim = max(x.ndim, y.ndim)
    x = x.reshape((1,) * (ndim - x.ndim) + x.shape)
    y = y.reshape((1,) * (ndim - y.ndim) + y.shape)
    spread = np.multiply(
        x.reshape([n for length in x.shape for n in (length, 1)]),
        y.reshape([n for length in y.shape for n in (1, length)]),
    )
    return np.reshape(spread, [m * n for m, n in zip(x.shape, y.shape)])


@implements("linalg.trace")
def trace_of_last(x: Any, offset: int = 0) -> Any:
    return trace(x, offset, -2, -1)


@implements("trace")
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(array(a), offset, axis1, axis2), axis=-1)


@implements("cross", "linalg.cross")
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = np.moveaxis(array(a), axisa, -1), np.moveaxis(array(b), axisb, -1)
    if not {x.shape[-1], y.shape[-1]} <= {2, 3}:
        raise _mismatch("cross", x, y, "pass vectors of 2 or 3 components")
    x, y = np.broadcast_arrays(x, y) if x.shape[-1] == y.shape[-1] else (x, y)
    third = [z[..., 2] if z.shape[-1] == 3 else 0.0 for z in (x, y)]
    last = x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0]
    if x.shape[-1] == y.shape[-1] == 2:
        return last
    first = x[..., 1] * third[1] - third[0] * y[..., 1]
    second = third[0] * y[..., 0] - x[..., 0] * third[1]
    return np.moveaxis(np.stack(np.broadcast_arrays(first, second, last), axis=-1), -1, axisc)


# ---- einsum --------------------------------------------------------------------------------------


@implements("einsum")
def einsum(*operands: Any) -> Any:
    labels, result, arrays = _read(operands)
    _check(labels, result, arrays)
    terms = [_diagonals(np.asarray(x), each) for x, each in zip(arrays, labels)]
    while len(terms) > 1:
        later = {label for _, each in terms[2:] for label in each} | set(result)
        terms[:2] = [_pair(*terms[0], *terms[1], later)]
    x, each = terms[0]
    kept = [label for label in each if label in result]
    summed = tuple(k for k, label in enumerate(each) if label not in result)
    x = np.sum(array(x), axis=summed) if summed else array(x)
    out = np.transpose(x, [kept.index(label) for label in result])
    return out[()] if isinstance(out, np.ndarray) else out


def _misread(got: str) -> ShapeError:
    return ShapeError(
        f"einsum needs one label for each axis of each array, but got {got}.",
        where=calling_line(),
        remedy="count the labels, as in numpy.einsum('ij,jk->ik', x, y)",
    )


def _check(labels: list[list[Any]], result: list[Any], arrays: list[Any]) -> None:
    """Refuse labels that don't fit the arrays.

    Raises:
        ShapeError: Their number, their lengths, or the labels of the result don't fit.
    """
    lengths: dict[Any, set[int]] = {}
    for each, x in zip(labels, arrays):
        if len(each) != np.ndim(x):
            raise _misread(f"{len(each)} for an array of {np.ndim(x)} axes")
        for label, length in zip(each, np.shape(x)):
            lengths.setdefault(label, set()).add(length)
    for label, found in lengths.items():
        if len(found - {1}) > 1:
            raise _misread(f"{label!r} for axes of the lengths {sorted(found)}")
    for label in result:
        if label not in lengths or result.count(label) > 1:
            raise _misread(f"{label!r} in the result, which needs labels of the arrays, each once")


def _pair(
    x: Any, of_x: list[Any], y: Any, of_y: list[Any], later: set[Any]
) -> tuple[Any, list[Any]]:
    """The product of two operands, summed over the labels that don't occur later."""
    labels = [*of_x, *(label for label in of_y if label not in of_x)]
    kept = [label for label in labels if label in later]
    summed = [label for label in labels if label not in later]
    x, y = (_spread(z, of_z, kept + summed) for z, of_z in ((x, of_x), (y, of_y)))
    x, y = np.broadcast_arrays(x, y)
    shape = x.shape[: len(kept)]
    length = int(np.prod(x.shape[len(kept) :], dtype=int))
    out = sum_of_products(operand(x.reshape(*shape, length)), operand(y.reshape(*shape, length)))
    return out, kept


def _spread(x: Any, labels: list[Any], order: list[Any]) -> Any:
    """An operand with an axis for each label of `order`, of length 1 for those that it lacks."""
    known = [label for label in order if label in labels]
    x = x.transpose([labels.index(label) for label in known])
    return x[tuple(slice(None) if label in known else None for label in order)]


def _diagonals(x: Any, labels: list[Any]) -> tuple[Any, list[Any]]:
    """An operand in which no label is repeated."""
    labels = list(labels)
    for label in set(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            x = np.diagonal(x, axis1=first, axis2=second)
            labels = [each for k, each in enumerate(labels) if k not in (first, second)] + [label]
    return x, labels


def _read(operands: Any) -> tuple[list[list[Any]], list[Any], list[Any]]:
    """The labels of each operand and of the result, and the operands."""
    if isinstance(operands[0], str):
        text, *arrays = operands
        left, arrow, right = text.replace(" ", "").partition("->")
        inputs = [_labels(each) for each in left.split(",")]
        result = _labels(right) if arrow else None
    else:
        arrays, inputs = list(operands[0::2]), [list(each) for each in operands[1::2]]
        result = list(arrays.pop()) if len(operands) % 2 else None
    if len(inputs) != len(arrays):
        raise _misread(f"labels for {len(inputs)} of {len(arrays)} arrays")
    expanded = [_expand(each, np.ndim(x)) for each, x in zip(inputs, arrays)]
    every = [label for each in expanded for label in each]
    dots = sorted({label for label in every if isinstance(label, tuple)}, reverse=True)
    if result is None:
        once = sorted({label for label in every if every.count(label) == 1} - set(dots))
        result = [*dots, *once]
    elif ... in result:
        at = result.index(...)
        result[at : at + 1] = dots
    return expanded, result, arrays


def _labels(text: str) -> list[Any]:
    """The labels of a term; `...` stands for the axes that have none."""
    head, dots, tail = text.partition("...")
    return [*head, *([...] if dots else []), *tail]


def _expand(labels: list[Any], ndim: int) -> list[Any]:
    """The labels with an own one for each axis that `...` stands for."""
    if ... not in labels:
        return labels
    at = labels.index(...)
    missing = ndim - len(labels) + 1
    return [*labels[:at], *((..., k) for k in reversed(range(missing))), *labels[at + 1 :]]
