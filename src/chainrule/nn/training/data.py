"""Rows of data: arrays of finite numbers, from whatever holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

from ...engine.node import is_value
from ...errors import ChainruleError, DataError, ShapeError, WrongType, calling_line, shorten
from ...table.rules import EXACT

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
    inputs, own = _array(in_order(X, columns, names[0]), names[0])
    targets, _ = _array(y, names[1])
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
    inputs, own = _array(in_order(X, columns), "X")
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


# ---- arrays --------------------------------------------------------------------------------------


def _array(x: Any, name: str) -> tuple[Array, tuple[str, ...]]:
    """An array of finite numbers with at least one row, and the names of its columns."""
    import numpy as np

    columns: tuple[str, ...] = ()
    if hasattr(x, "columns") and hasattr(x, "iloc"):
        columns = tuple(map(str, x.columns))
        x = _from_frame(x, name)
    elif hasattr(x, "iloc"):
        x = _from_series(x, name)
    elif isinstance(x, (str, bytes, dict, set)) or not (
        hasattr(x, "__len__") or hasattr(x, "__array__")
    ):
        raise WrongType(
            f"{name} needs an array, nested lists or a DataFrame, but got {shorten(x)} of type "
            f"{type(x).__name__}."
        )
    elif hasattr(x, "tocsr"):
        raise WrongType(f"{name} is a sparse matrix.", remedy=f"pass {name}.toarray()")
    if isinstance(x, np.ma.MaskedArray):
        x = np.ma.filled(x.astype(float), np.nan)
    array = x if type(x) is np.ndarray else _from_lists(x, name)
    array = _numbers(array, name, columns)
    if not array.ndim:
        raise ShapeError(f"{name} needs rows, but got the number {array}.")
    if not array.size:
        what = "no rows" if not len(array) else "no columns"
        raise DataError(f"{name} has {what}: its shape is {array.shape}.")
    _check_finite(array, name, columns)
    return array, columns


def _from_lists(x: Any, name: str) -> Array:
    import numpy as np

    try:
        array = np.asarray(x)
        # in an array of words, numbers are words too
        return np.asarray(x, dtype=object) if array.dtype.kind in "US" else array
    except ValueError:
        lengths = [len(row) if hasattr(row, "__len__") else 0 for row in x]
        odd = next((k for k, length in enumerate(lengths) if length != lengths[0]), 0)
        raise ShapeError(
            f"{name} needs rows of the same length, but row 0 has {lengths[0]} entries and row "
            f"{odd} has {lengths[odd]}."
        ) from None


def _from_frame(frame: Any, name: str) -> Array:
    """The numbers of a DataFrame."""
    import numpy as np

    numbers = np.empty(frame.shape)
    for k, column in enumerate(frame.columns):
        column_name = f"column {column!r} of {name}"
        numbers[:, k] = _numbers(_from_series(frame.iloc[:, k], column_name), column_name, ())
    return numbers


def _from_series(series: Any, name: str) -> Array:
    """The numbers of a Series, with nan for what is missing, whatever stands for it there."""
    import numpy as np

    is_missing, kind = series.isna().to_numpy(), series.dtype.kind
    if kind in "biuf" and not is_missing.any():
        return np.asarray(series.to_numpy(dtype=bool if kind == "b" else f"{kind}8"))
    entries = (None if gap else x for x, gap in zip(series, is_missing))
    return np.array(_floats(entries, name, lambda k: f"row {k} of {name}"))


def _numbers(array: Array, name: str, columns: Sequence[str]) -> Array:
    """An array of float64 or integers."""
    import numpy as np

    kind = np.ndarray.dtype.__get__(array).kind
    if kind in "iub":
        _check_exact(array, name, columns)
        return array
    if kind == "f":
        return array.astype(np.float64, copy=False)
    entries = np.asarray(array).flat
    floats = _floats(entries, name, lambda k: _entry(k, array.shape, name, columns))
    return np.reshape(floats, array.shape)


def _floats(entries: Iterable[Any], name: str, where: Callable[[int], str]) -> list[float]:
    """Numbers of whatever type, and nan for None; `where` names an entry."""
    floats = []
    for k, x in enumerate(entries):
        try:
            floats.append(x.data if is_value(x) else float("nan") if x is None else _number(x))
        except OverflowError:
            raise _inexact(x, where(k)) from None
        except (TypeError, ValueError):
            raise _not_a_number(x, where(k), name) from None
    return floats


def _number(x: Any) -> float:
    import numpy as np

    if isinstance(x, (str, bytes, complex, np.datetime64, np.timedelta64)):
        raise TypeError
    if isinstance(x, Integral) and abs(int(x)) > EXACT:
        raise OverflowError
    return float(x)


def _not_a_number(x: Any, where: str, name: str) -> WrongType:
    if not isinstance(x, str):
        return WrongType(f"{where} needs a number, but is {shorten(x)} of type {type(x).__name__}.")
    name = re.sub(r"^column .* of (?=[Xy]\b)", "", name).split()[0]  # X or y
    remedy = "turn words into numbers, for example with pandas.get_dummies(X)"
    if _is_a_number(x):
        remedy = f"numbers that were read as text become numbers with numpy.array({name}, float)"
    elif name == "y":
        remedy = "number the labels: classes, y = numpy.unique(y, return_inverse=True)"
    return WrongType(f"{where} needs a number, but is {shorten(str(x))}.", remedy=remedy)


def _is_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _entry(index: int, shape: tuple[int, ...], name: str, columns: Sequence[str]) -> str:
    """The name of an entry: its row and column."""
    import numpy as np

    row, *rest = map(int, np.unravel_index(index, shape))
    if not rest:
        return f"row {row} of {name}"
    if len(rest) == 1:
        column = f" ({columns[rest[0]]!r})" if columns else ""
        return f"row {row}, column {rest[0]}{column} of {name}"
    return f"entry {(row, *rest)} of {name}"


def _check_exact(array: Array, name: str, columns: Sequence[str]) -> None:
    """Refuse whole numbers that a float can't hold."""
    import numpy as np

    if array.dtype.itemsize < 8 or not array.size:
        return
    largest = int(EXACT)  # compared with a float, 2**53 + 1 would be rounded to it
    bad = (array > largest) | (array < -largest)
    if bad.any():
        first = int(np.argmax(bad))
        raise _inexact(array.reshape(-1)[first], _entry(first, array.shape, name, columns))


def _inexact(x: Any, where: str) -> DataError:
    return DataError(
        f"{where} is {shorten(int(x))}, but whole numbers need to be within ±2**53.",
        remedy="leave out a column of identifiers, or round its numbers with float()",
    )


def _check_finite(array: Array, name: str, columns: Sequence[str]) -> None:
    import numpy as np

    good = np.isfinite(array)
    if good.all():
        return
    first = int(np.argmin(good.reshape(-1)))
    rows = int((~good.reshape(len(good), -1).all(axis=1)).sum())
    others = f"; {rows} rows have such entries" if rows > 1 else ""
    raise DataError(
        f"{_entry(first, array.shape, name, columns)} is {array.reshape(-1)[first]}{others}.",
        remedy="leave out such rows, or fill in numbers",
    )
