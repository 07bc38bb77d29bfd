"""Reading a table at a traced index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...engine.kinds import CONDITION, kind_of
from ...errors import PlaceError, ShapeError, WrongType
from .recording import nodes_of
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
    if not getattr(index, "ndim", 0) and not isinstance(index, (list, tuple)):
        if is_tracer(index):
            return _look_up([index], table)[0]
        return table[position(float(index), len(table))]
    import numpy as np

    chosen = np.asarray(index)
    indices = chosen.ravel().tolist()
    if any(is_tracer(each) for each in indices):
        entries = _look_up(indices, table)
    else:
        entries = [table[position(float(each), len(table))] for each in indices]
    if not entries:
        return np.zeros(chosen.shape)
    return _stack(entries, chosen.shape)


def _stack(entries: list[Any], shape: tuple[int, ...]) -> Any:
    """Entries as an array: of their own shape after `shape`."""
    import numpy as np

    array = np.array(entries, dtype=object)
    is_plain = not any(is_tracer(x) for x in array.ravel())
    array = np.array(entries) if is_plain else array
    return array.reshape(shape + array.shape[1:])


def _look_up(indices: list[Any], table: Any) -> list[Any]:
    """The entry at each index, number by number, with the structure of the entries."""
    if not len(table):
        raise PlaceError("take needs a table with entries, but the table is empty.")
    if getattr(table, "ndim", 1) > 1:
        return _look_up_rows(indices, table)
    if not hasattr(table, "ndim") and any(map(_is_row, table)):
        return _look_up_lists(indices, table)
    entries = table.tolist() if hasattr(table, "ndim") else table
    first = next(filter(is_tracer, indices))
    tape = first.tape
    table_nodes = nodes_of(tape, entries)
    nodes = tape.take_each(table_nodes, nodes_of(tape, indices))
    kind = kind_of(table) if hasattr(table, "dtype") else CONDITION
    for x in () if hasattr(table, "dtype") else entries:
        kind &= kind_of(x)
        if not kind:
            break
    return [type(first)(tape, node, kind) for node in nodes]


def _look_up_rows(indices: list[Any], table: Any) -> list[Any]:
    """Rows of an array, column by column."""
    import numpy as np

    columns = [_look_up(indices, column) for column in table.reshape(len(table), -1).T]
    rows = np.empty((len(indices), len(columns)), dtype=object)
    rows.T[...] = columns
    return list(rows.reshape(-1, *table.shape[1:]))


def _look_up_lists(indices: list[Any], entries: Sequence[Any]) -> list[Any]:
    """Rows that are lists, tuples or arrays of one length."""
    kinds = {(type(entry), len(entry) if _is_row(entry) else -1) for entry in entries}
    if len(kinds) > 1:
        raise ShapeError(
            "take needs rows of one type and length, but got "
            + " and ".join(sorted(f"{kind.__name__} of {length}" for kind, length in kinds))
        )
    columns = [_look_up(indices, column) for column in zip(*entries)]
    if not hasattr(entries[0], "ndim"):
        return [type(entries[0])(row) for row in zip(*columns)]
    import numpy as np

    return [np.array(row, dtype=object).reshape(entries[0].shape) for row in zip(*columns)]


def _is_row(entry: Any) -> bool:
    return isinstance(entry, (list, tuple)) or bool(getattr(entry, "ndim", 0))
