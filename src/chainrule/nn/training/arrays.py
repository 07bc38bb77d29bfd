"""An array of finite numbers, from whatever holds them: an array, nested lists, a DataFrame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

from ...engine.node import is_value
from ...errors import DataError, ShapeError, WrongType, shorten
from ...table.rules import EXACT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def read_array(x: Any, name: str) -> tuple[Array, tuple[str, ...]]:
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
