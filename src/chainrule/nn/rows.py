"""Rows of numbers: what the functions and layers of this package take and return.

A row is a list of numbers, Values or traced numbers. In an array, rows lie along the last axis. An
array is taken apart into columns, one for each element of a row; a column is an array, too, so that
a formula for the numbers of one row computes all rows of an array at once, with the same digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.dispatch import is_node
from ..engine.numbers import is_number
from ..errors import ShapeError, WrongType, calling_line, shorten
from ..numerals import counted


def is_array(x: Any) -> bool:
    """Whether x is an array with at least one axis."""
    return bool(getattr(x, "ndim", 0))


def columns(x: Any) -> list[Any]:
    """The columns of an array: numbers where it has one axis."""
    import numpy as np

    array = x if isinstance(x, np.ndarray) else np.asarray(x)
    return list(array.tolist() if array.ndim == 1 else np.moveaxis(array, -1, 0))


def stack(row: Sequence[Any]) -> Any:
    """The array that has these columns."""
    import numpy as np

    if not any(map(is_array, row)):
        from ..numpy import array

        return array(row) if any(map(is_node, row)) else np.array(row)
    return np.stack(np.broadcast_arrays(*row), axis=-1)


def stack_rows(rows: Sequence[Any]) -> Any:
    """The array that has these rows, each a list or an array."""
    import numpy as np

    return np.stack([row if is_array(row) else stack(row) for row in rows], axis=-2)


def as_row(x: Any, before: Any) -> Any:
    """What a step computed from `before`, as the next step of a network takes it: a single number
    as a row of one."""
    if is_array(before) and getattr(x, "ndim", 0) < before.ndim:
        return stack([x])
    return [x] if is_number(x) and not is_array(x) else x


def has_rows(x: Any) -> bool:
    """Whether x holds rows: an array, or a list of lists."""
    return is_array(x) or (
        isinstance(x, (list, tuple)) and len(x) > 0 and type(x[0]) in (list, tuple)
    )


def by_rows(function: Callable[..., Any], x: Any) -> Any:
    """Apply a function of one row to each row of a list, or of an array."""
    if not is_array(x):
        return [function(row) for row in x]
    out = function(columns(x))
    return stack(out) if isinstance(out, list) else out


def check_row(x: Any, name: str, length: int | None = None) -> None:
    """Refuse what isn't a row of numbers.

    Args:
        x: A row; an array must have been taken apart into columns.
        name: Whose argument it is, for the message.
        length: How many numbers are needed; None for at least one.

    Raises:
        WrongType: It isn't a list, a tuple or an array, or its elements are lists.
        ShapeError: It has another number of elements.
    """
    needed = "at least one number" if length is None else counted(length, "number")
    if not isinstance(x, (list, tuple)):
        raise WrongType(
            f"{name} needs a list or an array of {needed}, but got {shorten(x)}.",
            where=calling_line(),
        )
    if length is None and not x:
        raise ShapeError(f"{name} needs {needed}, but got none.", where=calling_line())
    if length is not None and len(x) != length:
        raise ShapeError(f"{name} needs {needed}, but got {len(x)}.", where=calling_line())
    for each in x:
        if isinstance(each, (list, tuple)):
            raise WrongType(
                f"{name} needs one row of numbers, but got a list of rows.",
                where=calling_line(),
                remedy="pass the rows one by one, or all of them as an array",
            )
        if isinstance(each, (str, bytes)) or each is None:
            raise WrongType(
                f"{name} needs numbers, but got {shorten(each)} among them.", where=calling_line()
            )


# ---- sizes ---------------------------------------------------------------------------------------


def size_of(x: Any, what: str) -> int:
    """A number of things, such as the inputs of a layer: a whole number, at least 1.

    Raises:
        WrongType: It isn't a whole number.
        ShapeError: It is less than 1.
    """
    if isinstance(x, bool) or not hasattr(x, "__index__"):
        raise WrongType(
            f"the number of {what} needs to be an int, but got {shorten(x)}.", where=calling_line()
        )
    if x < 1:
        raise ShapeError(
            f"the number of {what} needs to be at least 1, but got {x}.", where=calling_line()
        )
    return int(x)


def sizes_of(x: Any, what: str) -> list[int]:
    """A list of sizes, such as those of the layers of a network, at least one.

    Raises:
        WrongType: It isn't a list of whole numbers.
        ShapeError: It is empty, or a size is less than 1.
    """
    if isinstance(x, str) or not hasattr(x, "__len__"):
        raise WrongType(
            f"the sizes of the {what} need to be a list of ints, but got {shorten(x)}.",
            where=calling_line(),
            remedy="for a single layer pass a list of one size, such as [1]",
        )
    if not len(x):
        raise ShapeError(f"the list of the sizes of the {what} is empty.", where=calling_line())
    return [size_of(each, f"neurons in the {what}") for each in x]
