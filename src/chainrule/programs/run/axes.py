"""Rows: which axis of which array they run along, and where in memory each number of a row lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ...errors import ShapeError, WrongType
from ..trace.structure import Array, Nest, Number, Spec, Static

Axis = int | None

WIDTH = 8
"""Bytes of a float64."""


class Place(NamedTuple):
    """Where the numbers of a row lie.

    Attributes:
        arrays: float64, contiguous.
        leaf: For each number its array. int32, shape (n,).
        offset: Of the first row, in bytes. int64, shape (n,).
        stride: From row to row, in bytes; 0 where all rows share it. int64, shape (n,).
    """

    arrays: list[Any]
    leaf: Any
    offset: Any
    stride: Any


def spread(axes: Any, spec: Spec, name: str) -> Iterator[Axis]:
    """The axis of each leaf of an argument.

    Args:
        axes: An int or None for all of it, or a tree of these like it.
        spec: The form of the argument.
        name: What it is, for messages.

    Raises:
        WrongType: axes is no int, None or tree like the argument.
    """
    if axes is None or type(axes) is int:
        if isinstance(spec, Nest):
            for place, part in enumerate(spec.parts):
                yield from spread(axes, part, f"{name}[{place}]")
        elif not isinstance(spec, Static):
            yield axes
        elif axes is not None and spec.kind in ("int", "bool"):
            raise no_rows(name, axes, spec.value)
    elif isinstance(spec, Nest) and isinstance(
        axes, dict if spec.kind == "dict" else (list, tuple)
    ):
        keys = spec.keys or range(len(spec.parts))
        if len(axes) != len(spec.parts) or (spec.keys and set(axes) != set(keys)):
            raise ShapeError(f"in_axes of {name} needs {len(spec.parts)} axes, but got {axes!r}.")
        for key, part in zip(keys, spec.parts):
            yield from spread(axes[key], part, f"{name}[{key!r}]")
    else:
        raise WrongType(
            f"in_axes of {name} needs an int, None, or a tree of them like the argument, "
            f"but got {axes!r}."
        )


def no_rows(name: str, axis: int, number: Any) -> ShapeError:
    """The error of a number where an array is needed."""
    return ShapeError(
        f"{name} has no rows: in_axes asks for axis {axis}, but it is the number {number!r}.",
        remedy="hand over numpy.array(...), or None in its place in in_axes",
    )


def one_row(spec: Spec, axes: Iterator[Axis], leaves: Iterator[Any], name: str) -> Spec:
    """The form of an argument in a single row."""
    if isinstance(spec, Nest):
        parts = tuple(
            one_row(part, axes, leaves, f"{name}[{key!r}]")
            for key, part in zip(spec.keys or range(len(spec.parts)), spec.parts)
        )
        return spec._replace(parts=parts)
    if isinstance(spec, Static):
        return spec
    axis, leaf = next(axes), next(leaves)
    if axis is None:
        return spec
    if not isinstance(spec, Array):
        raise no_rows(name, axis, leaf)
    if not -len(spec.shape) <= axis < len(spec.shape):
        raise ShapeError(
            f"{name} has no axis {axis}: its shape is {spec.shape}.",
        )
    shape = list(spec.shape)
    del shape[axis]
    return Array(tuple(shape), spec.whole) if shape else Number(spec.whole)


def count_rows(leaves: Sequence[Any], axes: Sequence[Axis]) -> int:
    """How many rows there are.

    Raises:
        ShapeError: Two arrays have not as many, or no array has rows.
    """
    rows = [leaf.shape[axis] for leaf, axis in zip(leaves, axes) if axis is not None]
    if not rows:
        raise ShapeError("in_axes names no argument with rows.")
    if len(set(rows)) > 1:
        counts = ", ".join(map(str, rows))
        raise ShapeError(f"the arguments need equally many rows, but they have {counts}.")
    return rows[0]  # type: ignore[no-any-return]  # an int


def sources(leaves: Sequence[Any], axes: Sequence[Axis]) -> Place:
    """Where the inputs of a row lie. Arrays that are not contiguous float64 are copied."""
    import numpy as np

    arrays = [
        np.require(leaf if hasattr(leaf, "ndim") else [leaf], np.float64, ["C", "A"])
        for leaf in leaves
    ]
    return targets(arrays, axes)


def targets(arrays: Sequence[Any], axes: Sequence[Axis]) -> Place:
    """Where the numbers of a row lie in contiguous arrays of float64; an axis of None is shared, or
    summed over."""
    return Place(
        list(arrays), *_layout(tuple((each.shape, axis) for each, axis in zip(arrays, axes)))
    )


@lru_cache(maxsize=128)
def _layout(items: tuple[tuple[tuple[int, ...], Axis], ...]) -> tuple[Any, Any, Any]:
    """Leaf, offset and stride of each number, for arrays of these shapes."""
    import numpy as np

    leaf, offset, stride = [], [], []
    for number, (shape, axis) in enumerate(items):
        steps = [WIDTH * math.prod(shape[place + 1 :]) for place in range(len(shape))]
        inner = [*range(len(shape))]
        step = 0
        if axis is not None:
            step = steps[inner.pop(axis)]
        place = np.zeros((), dtype=np.int64)
        for each in inner:
            place = np.add.outer(place, np.arange(shape[each], dtype=np.int64) * steps[each])
        offset.append(place.reshape(-1))
        leaf.append(np.full(place.size, number, dtype=np.int32))
        stride.append(np.full(place.size, step, dtype=np.int64))
    return (
        np.concatenate([np.zeros(0, dtype=np.int32), *leaf]),
        np.concatenate([np.zeros(0, dtype=np.int64), *offset]),
        np.concatenate([np.zeros(0, dtype=np.int64), *stride]),
    )


def row_numbers(place: Place, row: int) -> list[float]:
    """The numbers of one row. Shape (n,)."""
    flat = [array.reshape(-1) for array in place.arrays]
    where = (place.offset + row * place.stride) // WIDTH
    return [float(flat[leaf][index]) for leaf, index in zip(place.leaf, where)]
