"""Rows: the axis of each array that they run along."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

from ...errors import ShapeError, WrongType
from ..trace.structure import (
    Array,
    Leaf,
    Nest,
    Number,
    Static,
    Structure,
    leaves_of,
    map_leaves,
    named_leaves,
)

Axis = int | None


def spread(axes: Any, structure: Structure, name: str) -> Iterator[Axis]:
    """The axis of each leaf of an argument. `axes` is an int or None for the whole argument, or a
    tree of them like the argument."""
    if axes is None:
        yield from [None] * len(leaves_of(structure))
    elif type(axes) is int:
        for leaf, leaf_name in named_leaves(structure, name):
            if not isinstance(leaf, Static):
                yield axes
            elif leaf.kind in ("int", "bool"):
                raise _no_rows(leaf_name, axes, leaf.value)
    elif isinstance(structure, Nest) and (parts := _parts(axes, structure, name)) is not None:
        for (key, part), each in zip(structure.items(), parts):
            yield from spread(each, part, structure.name(key, name))
    else:
        raise WrongType(
            f"in_axes of {name} needs an int, None, or a tree of them like the argument, "
            f"but got {axes!r}."
        )


def _parts(axes: Any, structure: Nest, name: str) -> list[Any] | None:
    """The axes of the parts of a container; None if `axes` isn't like it. A list may stand for a
    tuple, and a dict for a dataclass."""
    keys = structure.keys
    if not isinstance(axes, dict if keys else (list, tuple)):
        return structure.parts_of(axes, name)
    if len(axes) != len(structure.parts) or (keys and {*axes} != {*keys}):
        raise ShapeError(f"in_axes of {name} needs {len(structure.parts)} axes, but got {axes!r}.")
    return [axes[key] for key, _ in structure.items()]


def spread_all(
    in_axes: Any, structures: Sequence[Structure], static: Container[int | str] = ()
) -> list[Axis]:
    """The axis of each leaf of the arguments; those by keyword are shared by all rows, and those
    that are static have no leaves."""
    *arguments, keywords = structures
    axes = (in_axes,) * len(arguments) if isinstance(in_axes, int) else in_axes
    if len(axes) != len(arguments):
        raise ShapeError(
            f"in_axes needs one axis for each argument, but {axes!r} does not match "
            f"{len(arguments)} arguments."
        )
    numbered = enumerate(zip((*axes, None), (*arguments, keywords)))
    return [
        axis
        for k, (axes_of, structure) in numbered
        if k not in static
        for axis in spread(axes_of, structure, f"argument {k}")
    ]


def _no_rows(name: str, axis: int, number: Any) -> ShapeError:
    """The error of a number where an array is needed."""
    return ShapeError(
        f"{name} has no rows: in_axes names axis {axis}, but it is the number {number!r}.",
        remedy="pass numpy.array(...), or put None at its index in in_axes",
    )


def row_structures(
    structures: Sequence[Structure], axes: Sequence[Axis], leaves: Sequence[Any]
) -> list[Structure]:
    """The structure of each argument in a single row."""
    numbered = enumerate(zip(axes, leaves))

    def one_row(leaf: Leaf) -> Structure:
        number, (axis, value) = next(numbered)
        if axis is None:
            return leaf
        if not isinstance(leaf, Array):
            raise _no_rows(_name_of(number, structures), axis, value)
        shape = [*leaf.shape]
        if not -len(shape) <= axis < len(shape):
            name = _name_of(number, structures)
            raise ShapeError(f"{name} has no axis {axis}: its shape is {leaf.shape}.")
        del shape[axis]
        return Array(tuple(shape), leaf.kind) if shape else Number(leaf.kind)

    return [map_leaves(each, one_row) for each in structures]


def _name_of(number: int, structures: Sequence[Structure]) -> str:
    """The name of a leaf, by its number among all leaves of the arguments."""
    trees = (named_leaves(each, f"argument {k}") for k, each in enumerate(structures))
    names = [name for tree in trees for leaf, name in tree if not isinstance(leaf, Static)]
    return names[number]


def count_rows(leaves: Sequence[Any], axes: Sequence[Axis]) -> int:
    """How many rows there are, the same number in each array."""
    counts = [int(leaf.shape[axis]) for leaf, axis in zip(leaves, axes) if axis is not None]
    if not counts:
        raise ShapeError("in_axes names no argument with rows.")
    if len(set(counts)) > 1:
        numbers = ", ".join(map(str, counts))
        raise ShapeError(f"the arguments need equally many rows, but they have {numbers}.")
    return counts[0]
