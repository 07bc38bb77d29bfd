"""Numbers in memory, for the interpreted machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .layout import Layout

if TYPE_CHECKING:
    from .layout import Floats


def floats(numbers: Any, count: int) -> Any:
    """A flat view of `count` float64 numbers in C order; ValueError for any other buffer."""
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


def columns(layout: Layout, count: int, last: int, is_target: bool) -> list[tuple[Any, int, int]]:
    """For each of `count` numbers a flat array, its index in row 0, and the distance between rows.

    Every row up to `last` needs to be within its array; -1 is for no rows, for which the sums of a
    target are written nevertheless.
    """
    arrays, leaves, offsets, strides = layout
    flats = [_flat(each) for each in arrays]
    if {len(leaves), len(offsets), len(strides)} != {count}:
        raise ValueError(f"a layout of {count} numbers is needed")
    result = []
    for leaf, offset, stride in zip(leaves, offsets, strides):
        if not 0 <= leaf < len(flats):
            raise ValueError("a number is in no array")
        flat, at, by = flats[leaf], int(offset), int(stride)
        ends = [at, at + max(last, 0) * by] if last >= 0 or (is_target and not by) else []
        if at % 8 or by % 8 or any(not 0 <= each < 8 * len(flat) for each in ends):
            raise ValueError("a number is not within its array, or not aligned")
        result.append((flat, at // 8, by // 8))
    return result


def _flat(numbers: Floats) -> Any:
    """All memory from the lowest to the highest address of an array, as numbers."""
    import numpy

    view: Any = numpy.asarray(numbers)
    if view.dtype != numpy.float64:
        raise ValueError("an array does not hold float64 numbers")
    for axis, by in enumerate(view.strides):
        view = numpy.flip(view, axis) if by < 0 else view
    size = 1 + sum((n - 1) * by // 8 for n, by in zip(view.shape, view.strides))
    return numpy.lib.stride_tricks.as_strided(view, (size if view.size else 0,), (8,))
