"""Rows of data: inputs and targets, checked and in the order of a model's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import ChainruleError, DataError, ShapeError, WrongType, calling_line, shorten
from .arrays import read_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


SPLIT, DROPOUT = 2**32 - 1, 2**32 - 2
"""With the seed, these begin streams of random numbers of their own; the number of an epoch begins
that of its order."""


@dataclass(frozen=True)
class Rows:
    """Inputs and targets, row by row.

    Attributes:
        X: The inputs. Shape `(rows, ...)`.
        y: The targets. Shape `(rows, ...)`.
        columns: The names of the columns of X, if it has any.
        is_nested: Whether X was nested lists, so that the model takes a row as a list.
    """

    X: Array
    y: Array
    columns: tuple[str, ...] = ()
    is_nested: bool = False

    def __len__(self) -> int:
        return len(self.X)

    def output(self, model: Any, x: Any) -> Any:
        """What a model returns for a row, which it gets as when it is called by hand."""
        try:
            return model(x.tolist() if self.is_nested else x)
        except WrongType as error:
            first = str(error).partition("\n")[0]
            if getattr(x, "ndim", 0) or not first.endswith("but got <tracer>."):
                raise
            raise ShapeError(
                first.replace("<tracer>.", "a number: X has one axis, so each row is a number."),
                where=calling_line(),
                remedy="pass numpy.reshape(X, (-1, 1)) for rows of one number, "
                "numpy.reshape(X, (1, -1)) for a single row",
            ) from error
        except ShapeError as error:
            first = str(error).partition("\n")[0].rstrip(".")
            if getattr(x, "ndim", 0) != 1 or not first.endswith(f"but got {len(x)}"):
                raise
            raise ShapeError(
                f"{first}: X has {len(x)} columns.",
                where=calling_line(),
                remedy="give the model as many inputs as X has columns",
            ) from error
        except IndexError as error:
            if isinstance(error, ChainruleError) or not getattr(x, "ndim", 0):
                raise
            raise ShapeError(
                f"the model is called with one row of X, of shape {x.shape}, but it asks for more: "
                f"{error}.",
                where=calling_line(),
                remedy="write it for a single row; fit and predict go through the rows",
            ) from error


def read_rows(
    X: Any, y: Any, columns: Sequence[str] = (), names: tuple[str, str] = ("X", "y")
) -> Rows:
    """Check inputs and targets, and make arrays of them.

    Args:
        X: An array, nested lists or a DataFrame.
        y: As many targets; or the name of the column of X that holds them.
        columns: The columns that X needs to have if it is a DataFrame, in this order.
        names: What X and y are called in messages.

    Raises:
        DataError: There are no rows, or an entry is nan or infinite. The message names the row and
            the column.
        ShapeError: The numbers of rows differ, or the rows have different lengths.
        WrongType: An entry isn't a number.
    """
    if isinstance(y, str) or _are_columns(y, X):
        X, y = _split_off(X, y, names[0])
    inputs, own = read_array(in_order(X, columns, names[0]), names[0])
    targets, _ = read_array(y, names[1])
    if inputs.dtype.kind == "b" or own:
        inputs = inputs.astype(float)
    if targets.dtype.kind == "b":
        targets = targets.astype(int)
    if len(inputs) != len(targets):
        raise ShapeError(
            f"{names[0]} and {names[1]} need the same number of rows, but have {len(inputs)} and "
            f"{len(targets)}."
        )
    return Rows(inputs, targets, own or tuple(columns), _is_nested(X))


def in_order(X: Any, columns: Sequence[str], name: str = "X") -> Any:
    """These columns of X in this order, if it is a DataFrame.

    Raises:
        DataError: A column is missing.
    """
    if not len(columns) or not hasattr(X, "iloc") or not hasattr(X, "columns"):
        return X
    missing = [column for column in columns if column not in [*map(str, X.columns)]]
    if missing:
        raise DataError(
            f"{name} needs the column {missing[0]!r}, which it doesn't have.",
            remedy=f"the model was trained on the columns {shorten([*columns])}",
        )
    return X[[each for column in columns for each in X.columns if str(each) == column]]


def read_inputs(X: Any, columns: Sequence[str] = ()) -> Rows:
    """Check inputs without targets, and make an array of them; see `read_rows`."""
    inputs, own = read_array(in_order(X, columns), "X")
    inputs = inputs.astype(float) if inputs.dtype.kind == "b" or own else inputs
    return Rows(inputs, inputs.reshape(len(inputs), -1)[:, :0], own, _is_nested(X))


def _is_nested(X: Any) -> bool:
    return isinstance(X, (list, tuple)) and isinstance(X[0], (list, tuple))


def _are_columns(y: Any, X: Any) -> bool:
    """Whether y is a list of the names of columns of X, and not one of labels."""
    if not isinstance(y, (list, tuple)) or not hasattr(X, "iloc") or not hasattr(X, "columns"):
        return False
    return bool(y) and all(isinstance(x, str) and x in X.columns for x in y)


def _split_off(frame: Any, column: Any, name: str) -> tuple[Any, Any]:
    """The other columns of a DataFrame, and this one, or these."""
    if not hasattr(frame, "iloc"):
        raise WrongType(
            f"y is the name {column!r}, which needs {name} to be a DataFrame, but it is a "
            f"{type(frame).__name__}."
        )
    columns = [column] if isinstance(column, str) else list(column)
    if columns[0] not in frame.columns:
        raise DataError(
            f"{name} has no column {column!r}.",
            remedy=f"its columns are {shorten([*frame.columns])}",
        )
    return frame.drop(columns=columns), frame[column if isinstance(column, str) else columns]
