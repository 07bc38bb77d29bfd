"""Where the numbers of rows are in memory, for the interpreted machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LANES = 64
"""Sums over rows have so many partial sums, folded at the end; part of what a result is."""

Layout = tuple[Sequence[Any], Any, Any, Any]
"""`(arrays, leaf, offset, stride)`: number i of a row r is the float64 `offset[i] + r * stride[i]`
bytes behind the lowest address of `arrays[leaf[i]]`. Stride 0: shared by all rows, or their sum."""


def floats(numbers: Any, count: int) -> Any:
    """So many float64 numbers in C order, as a flat view.

    Raises:
        ValueError: They are not.
    """
    view = memoryview(numbers)
    if view.format != "d" or not view.c_contiguous or view.nbytes != 8 * count:
        raise ValueError(f"{count} aligned float64 numbers are needed")
    return view.cast("B").cast("d")


def fold(lanes: list[float]) -> float:
    """The sum of the lanes, by halves."""
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = [a + b for a, b in zip(lanes[:half], lanes[half:])]
    return lanes[0]


def places(layout: Layout, count: int, last: int, is_target: bool) -> list[tuple[Any, int, int]]:
    """For each number a flat array, where row 0 is in it, and how far apart rows are.

    Args:
        layout: As it was given.
        count: How many numbers a row has.
        last: The largest number of a row, -1 where there are none.
        is_target: Whether sums are written even then.

    Raises:
        ValueError: A row lies outside of its array.
    """
    arrays, *columns = layout
    flats = [_flat(each) for each in arrays]
    if any(len(column) != count for column in columns):
        raise ValueError(f"{count} places are needed")
    found = []
    for leaf, offset, stride in zip(*columns):
        if not 0 <= leaf < len(flats):
            raise ValueError("a number lies in no array")
        flat, at, by = flats[leaf], int(offset), int(stride)
        ends = [at, at + max(last, 0) * by] if last >= 0 or (is_target and not by) else []
        if at % 8 or by % 8 or any(not 0 <= each < 8 * len(flat) for each in ends):
            raise ValueError("a number is not within its array, or not aligned")
        found.append((flat, at // 8, by // 8))
    return found


def _flat(numbers: Any) -> Any:
    """All memory from the lowest to the highest address of an array, as numbers."""
    import numpy

    view: Any = numpy.asarray(numbers)
    if view.dtype != numpy.float64:
        raise ValueError("an array is not one of float64 numbers")
    for axis, by in enumerate(view.strides):
        view = numpy.flip(view, axis) if by < 0 else view
    size = 1 + sum((n - 1) * by // 8 for n, by in zip(view.shape, view.strides))
    return numpy.lib.stride_tricks.as_strided(view, (size if view.size else 0,), (8,))
