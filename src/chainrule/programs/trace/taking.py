"""Reading a table at a traced index."""

from __future__ import annotations

from typing import Any

from ...errors import PlaceError, ShapeError, WrongType
from .recording import node_of
from .structure import is_tracer
from .tape import position


def take(table: Any, index: Any) -> Any:
    """Return `table[index]`, where the index may be a traced int.

    A program looks the index up anew in each replay, so one program of an embedding works for every
    token. The gradient with respect to the table accumulates at the entries that were read.

    Args:
        table: A list or an array of numbers, or of rows: lists or arrays of equal length.
        index: A whole number, or an array of them. A negative index counts from the end.

    Returns:
        The entry: a number or a row. For an array of indices, an array with one entry for each.

    Raises:
        PlaceError: The index isn't a whole number within the table. A program raises this when it
            is called.
        ShapeError: The rows have different lengths.

    Example:
        >>> take([10.0, 20.0, 30.0], 1)
        20.0
    """
    if not hasattr(table, "__len__") or isinstance(table, (dict, str, bytes)):
        raise WrongType(
            f"take needs a list or an array to read from, but got {type(table).__name__}."
        )
    if getattr(index, "ndim", 0) or isinstance(index, (list, tuple)):
        import numpy as np

        entries = [take(table, each) for each in index]
        is_plain = not any(is_tracer(x) for x in np.ravel(np.array(entries, dtype=object)))
        return np.array(entries, dtype=None if is_plain else object)
    if is_tracer(index):
        return _look_up(index, list(table))
    return table[position(float(index), len(table))]


def _look_up(index: Any, entries: list[Any]) -> Any:
    """An entry, number by number, with the structure of the entries."""
    if not entries:
        raise PlaceError("take needs a table with entries, but the table is empty.")
    kinds = {(type(entry), len(entry) if _is_row(entry) else -1) for entry in entries}
    if not any(_is_row(entry) for entry in entries):
        tape = index.tape
        return type(index)(tape, tape.take([node_of(tape, x) for x in entries], index.node))
    if len(kinds) > 1:
        raise ShapeError(
            "take needs rows of one type and length, but got "
            + " and ".join(sorted(f"{kind.__name__} of {length}" for kind, length in kinds))
        )
    columns = [_look_up(index, list(column)) for column in zip(*entries)]
    if not hasattr(entries[0], "ndim"):
        return type(entries[0])(columns)
    import numpy as np

    return np.array(columns, dtype=object).reshape(entries[0].shape)


def _is_row(entry: Any) -> bool:
    return isinstance(entry, (list, tuple)) or bool(getattr(entry, "ndim", 0))
