"""Where in memory each number of a row is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .axes import Axis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Int32s = NDArray[np.int32]
    Int64s = NDArray[np.int64]

LANES = 64
"""The number of partial sums of a sum over rows. Their fold at the end is part of the result."""

WIDTH = 8
"""Bytes of a float64."""


class Layout(NamedTuple):
    """Where the numbers of rows are: number i of row r is the float64 `offset[i] + r * stride[i]`
    bytes after the lowest address of `arrays[leaf[i]]`.

    Attributes:
        arrays: Arrays of float64.
        leaf: The array of each number. int32, shape (n,).
        offset: The offset of the first row, in bytes. int64, shape (n,).
        stride: From row to row, in bytes; 0 if all rows share it, or for their sum. int64,
            shape (n,).
    """

    arrays: Sequence[Floats]
    leaf: Int32s
    offset: Int64s
    stride: Int64s

    def first(self, count: int) -> Layout:
        """The layout of the first numbers."""
        leaf, offset, stride = self.leaf[:count], self.offset[:count], self.stride[:count]
        return Layout(self.arrays, leaf, offset, stride)

    def row(self, index: int) -> list[float]:
        """The numbers of one row of contiguous arrays. Shape (n,)."""
        flat = [array.reshape(-1) for array in self.arrays]
        entries = (self.offset + index * self.stride) // WIDTH
        return [float(flat[leaf][entry]) for leaf, entry in zip(self.leaf, entries)]


def sources(leaves: Sequence[Any], axes: Sequence[Axis]) -> Layout:
    """The layout of the inputs. Arrays that are not contiguous float64 are copied."""
    import numpy as np

    arrays = [
        np.require(leaf if hasattr(leaf, "ndim") else [leaf], np.float64, ["C", "A"])
        for leaf in leaves
    ]
    return targets(arrays, axes)


def targets(arrays: Sequence[Floats], axes: Sequence[Axis]) -> Layout:
    """The layout of contiguous arrays of float64; those with axis None are shared by all rows, or
    hold a sum over them."""
    columns = _columns(tuple((each.shape, axis) for each, axis in zip(arrays, axes)))
    return Layout(list(arrays), *columns)


@lru_cache(maxsize=128)
def _columns(items: tuple[tuple[tuple[int, ...], Axis], ...]) -> tuple[Int32s, Int64s, Int64s]:
    """Leaf, offset and stride of each number, for arrays of these shapes."""
    import numpy as np

    leaf, offset, stride = [], [], []
    for number, (shape, axis) in enumerate(items):
        strides = [WIDTH * math.prod(shape[k + 1 :]) for k in range(len(shape))]
        inner = [*range(len(shape))]
        step = 0 if axis is None else strides[inner.pop(axis)]
        offsets = np.zeros((), dtype=np.int64)
        for k in inner:
            offsets = np.add.outer(offsets, np.arange(shape[k], dtype=np.int64) * strides[k])
        offset.append(offsets.reshape(-1))
        leaf.append(np.full(offsets.size, number, dtype=np.int32))
        stride.append(np.full(offsets.size, step, dtype=np.int64))
    return (
        np.concatenate([np.zeros(0, dtype=np.int32), *leaf]),
        np.concatenate([np.zeros(0, dtype=np.int64), *offset]),
        np.concatenate([np.zeros(0, dtype=np.int64), *stride]),
    )
