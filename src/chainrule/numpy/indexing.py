"""Indices that contain traced numbers: conditions become guards, whole numbers are looked up."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

import numpy as np

from ..engine.dispatch import is_node
from ..engine.kinds import kind_of
from ..engine.node import is_value
from .elements import INT, dtype_of, first_node, is_condition


def mask_of(key: Any) -> Any:
    """A key that is an array of traced conditions, as a plain array of objects; else None."""
    if not isinstance(key, np.ndarray) or not key.ndim:
        return None
    plain = np.asarray(key)
    is_traced = plain.dtype == object and first_node(plain) is not None
    return plain if is_traced and is_condition(plain) else None


def plain_key(key: Any) -> Any:
    """A key in which conditions and whole numbers are plain where they can be."""
    if isinstance(key, tuple):
        return tuple(plain_key(each) for each in key)
    if isinstance(key, list) and first_node(packed := np.array(key, dtype=object)) is not None:
        key = packed
    if isinstance(key, np.ndarray):
        plain = np.asarray(key)
        if plain.dtype != object:
            return plain
        if is_condition(plain):
            return plain.astype(bool)  # asks each traced condition, a guard
        return plain.astype(INT) if first_node(plain) is None and dtype_of(plain) == INT else plain
    if is_node(key) and is_condition(np.asarray(key)):
        return bool(key)
    return key


def is_traced(key: Any) -> bool:
    """Whether a plain key contains a traced number."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(_is_traced_part(part) for part in parts)


def _is_traced_part(part: Any) -> bool:
    return is_node(part) or (isinstance(part, np.ndarray) and part.dtype == object)


def is_view(key: Any) -> bool:
    """Whether a key would give a view if its traced numbers were plain."""
    parts = key if isinstance(key, tuple) else (key,)
    return not any(np.ndim(part) or isinstance(part, (list, np.bool_, bool)) for part in parts)


def look_up(x: Any, key: Any) -> Any:
    """`x[key]` of a plain array of objects, where the key contains traced whole numbers."""
    parts = _expand(key if isinstance(key, tuple) else (key,), x.ndim)
    is_array = [_is_traced_part(part) or isinstance(part, (np.ndarray, list)) for part in parts]
    x = x[tuple(slice(None) if each else part for part, each in zip(parts, is_array))]
    axes, axis = [], 0
    for part, each in zip(parts, is_array):
        if each:
            axes.append(axis)
        axis += each or part is None or isinstance(part, slice)
    indices = [np.asarray(part) for part, each in zip(parts, is_array) if each]
    rest = [k for k in range(x.ndim) if k not in axes]
    lengths = [x.shape[k] for k in axes]
    rows = x.transpose(rest + axes).reshape([x.shape[k] for k in rest] + [-1])
    index = _linear(indices, lengths)
    out = _take(rows, index)
    if axes == list(range(axes[0], axes[-1] + 1)):  # side by side: the result is where they are
        return np.moveaxis(out, range(len(rest), out.ndim), range(axes[0], axes[0] + index.ndim))
    return np.moveaxis(out, range(len(rest), out.ndim), range(index.ndim))


def replaced(x: Any, key: Any, new: Any) -> Any:
    """A plain array of objects after `x[key] = new`, where the key contains traced whole numbers:
    each element is a choice between itself and what is assigned."""
    numbers = np.arange(x.size)
    positions = np.asarray(look_up(numbers.astype(object).reshape(x.shape), key), dtype=object)
    flat = x.reshape(-1)
    new = np.broadcast_to(np.asarray(new, dtype=object), positions.shape)
    for position, each in zip(positions.flat, new.flat):
        flat = np.where(np.equal(position, numbers), each, flat)
    return np.reshape(flat, x.shape)


def _expand(parts: tuple[Any, ...], ndim: int) -> list[Any]:
    """The parts of a key with a slice for each axis that an Ellipsis stands for."""
    expanded = list(parts)
    at = next((k for k, part in enumerate(expanded) if part is ...), len(expanded))
    missing = ndim - sum(part is not None and part is not ... for part in expanded)
    expanded[at : at + 1] = [slice(None)] * missing
    return expanded


def _linear(indices: list[Any], lengths: list[int]) -> Any:
    """The index into several axes as one into all of their elements."""
    if len(indices) == 1:
        return indices[0]
    from_start = np.frompyfunc(lambda index, length: index + length * (index < 0), 2, 1)
    total: Any = 0
    for index, length in zip(indices, lengths):
        total = total * length + from_start(index, length)
    return np.asarray(total, dtype=object)


def _take(rows: Any, index: Any) -> Any:
    """For each row of objects, the elements at the indices."""
    out = np.empty((*rows.shape[:-1], *index.shape), dtype=object)
    for row in np.ndindex(rows.shape[:-1]):
        found = np.empty(index.size, dtype=object)
        found[:] = entries(rows[row].tolist(), index.reshape(-1).tolist())
        out[row] = found.reshape(index.shape) if index.ndim else found[0]
    return out


def entries(row: list[Any], indices: list[Any]) -> list[Any]:
    """The elements of a row at traced or plain indices."""
    traced = [index for index in indices if is_node(index) and not is_value(index)]
    if not traced:
        return [row[int(index.data if is_value(index) else index)] for index in indices]
    tape, tracer = traced[0].tape, type(traced[0])

    def nodes(numbers: list[Any]) -> list[int]:
        return [x.node if is_node(x) else tape.constant(float(x)) for x in numbers]

    kind = reduce(and_, map(kind_of, row))  # that of all
    return [tracer(tape, node, kind) for node in tape.take_each(nodes(row), nodes(indices))]
