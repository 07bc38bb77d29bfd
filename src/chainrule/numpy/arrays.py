"""The array of Values and of what is being recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.dispatch import is_node
from ..engine.kinds import NUMBER, WHOLE
from ..engine.node import is_value
from ..engine.protocol import NumPyProtocol
from ..errors import WrongType, calling_line
from .elements import KINDS, dtype_of, is_called_by_numpy, is_condition
from .indexing import is_traced, is_view, look_up, mask_of, plain_key, replaced
from .refusals import not_supported, read_only


class Array(NumPyProtocol, np.ndarray[Any, Any]):
    """An array of numbers of which some are Values or traced numbers.

    It behaves like an array of float64, int64 or bool, and says so in `dtype`; inside it holds
    objects. NumPy's functions on it are those of the table, element by element.
    """

    __array_priority__ = 100.0
    holds_nodes = True

    _origin: Any = None

    @property
    def dtype(self) -> Any:
        """float64, int64 or bool: what the elements are."""
        plain = np.asarray(self)
        is_plain = plain.dtype != object or is_called_by_numpy()
        return plain.dtype if is_plain else dtype_of(plain)

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int or type(key) is slice:
            return super().__getitem__(key)
        key = plain_key(key)
        if not is_traced(key):
            return super().__getitem__(key)
        found = wrap(look_up(np.asarray(self), key))
        if isinstance(found, Array) and is_view(key):
            found.flags.writeable, found._origin = False, (self, key)
        return found

    def __setitem__(self, key: Any, x: Any) -> None:
        if not self.flags.writeable:
            self._write_through(key, x)
            return
        mask = mask_of(key)
        if mask is not None and not np.ndim(x):  # a choice for each element, without a guard
            mask = mask.reshape(mask.shape + (1,) * (self.ndim - mask.ndim))
            super().__setitem__(..., np.asarray(np.where(mask.view(Array), x, self)))
            return
        key = plain_key(key)
        if is_traced(key):
            key, x = ..., replaced(np.asarray(self), key, x)
        super().__setitem__(key, np.asarray(x, dtype=object) if np.ndim(x) else x)

    def _write_through(self, key: Any, x: Any) -> None:
        """Write into what was read at a traced index, and into the array that it was read from, of
        which it would be a view if the index was plain."""
        if self._origin is None:
            raise read_only()
        changed = self.copy()
        changed[key] = x
        array, index = self._origin
        array[index] = changed
        self.flags.writeable = True
        super().__setitem__(..., np.asarray(changed))
        self.flags.writeable = False

    def __repr__(self) -> str:
        return np.array_repr(np.asarray(self)).replace(", dtype=object", "")

    def __str__(self) -> str:
        return np.array_str(np.asarray(self))

    def astype(self, dtype: Any, *arguments: Any, **keywords: Any) -> Any:
        """The array with another kind of numbers."""
        return astype(self, dtype)

    def view(self, *arguments: Any, **keywords: Any) -> Any:
        """The same elements as an array of another class."""
        kinds = [*arguments, *keywords.values()]
        if any(not (isinstance(each, type) and issubclass(each, np.ndarray)) for each in kinds):
            raise not_supported("viewing an array as another dtype", "use x.astype(dtype)")
        return super().view(*kinds)

    def sort(self, axis: int = -1, **keywords: Any) -> None:  # type: ignore[override]  # accepts all
        """Sort the array itself."""
        self[...] = np.sort(self, axis)

    def partition(self, kth: Any, axis: int = -1, **keywords: Any) -> None:  # type: ignore[override]  # accepts all
        """Sort the array itself; then it is partitioned at any index."""
        self[...] = np.partition(self, kth, axis)

    def tolist(self) -> Any:
        """The elements as nested lists."""
        return np.asarray(self).tolist()


def _method(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return function(self, *arguments, **keywords)

    method.__name__ = name
    method.__doc__ = f"`numpy.{name}` of the array."
    return method


for _name in (
    "argmax", "argmin", "argpartition", "argsort", "clip", "cumprod", "cumsum", "dot", "max",
    "mean", "min", "nonzero", "prod", "round", "searchsorted", "std", "sum", "take", "trace",
    "var", "any", "all",
):  # fmt: skip
    setattr(Array, _name, _method(_name, getattr(np, _name)))


def wrap(x: Any) -> Any:
    """An array as an Array; a single element as it is."""
    if not isinstance(x, np.ndarray):
        return x
    plain = np.asarray(x)
    plain = plain if plain.dtype == object else plain.astype(object)
    if plain.ndim:
        return plain.view(Array)
    number = plain[()]
    return np.float64(number) if type(number) is float else number


def array(x: Any) -> Any:
    """What is given to a NumPy function, as an Array of its own, of 0 dimensions for a number."""
    if isinstance(x, Array):
        return x
    plain = np.asarray(x)
    return (plain if plain.dtype == object else plain.astype(object)).view(Array)


def astype(x: Any, dtype: Any, **keywords: Any) -> Any:
    """The elements as floats, whole numbers (rounded toward 0) or conditions."""
    kind = np.dtype(dtype).kind
    if kind == "O":
        return np.array(np.asarray(x))
    if kind not in "fiub":
        raise WrongType(
            f"an array of Values or traced numbers can't become one of {np.dtype(dtype)}.",
            where=calling_line(),
            remedy="compute with the real and the imaginary part"
            if kind == "c"
            else "convert what the function returns",
        )
    x = array(x)
    if kind == "b":
        return x.copy() if is_condition(np.asarray(x)) else array(np.not_equal(x, 0))
    if kind == "f":
        return _of_kind(x, NUMBER, float)
    return _of_kind(np.trunc(x) if x.dtype == KINDS["f"] else x, WHOLE, int)


def _of_kind(x: Any, kind: int, plain_type: type) -> Any:
    """The same numbers, where those that aren't Values are of another kind."""
    plain = np.asarray(x, dtype=object)
    out = np.empty(plain.shape, dtype=object)
    for at in np.ndindex(plain.shape):
        each = plain[at]
        if is_value(each):
            out[at] = each
        else:
            out[at] = type(each)(each.tape, each.node, kind) if is_node(each) else plain_type(each)
    return wrap(out)
