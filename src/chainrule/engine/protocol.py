"""NumPy's protocol for Values and tracers: each ufunc and each function on them goes to the arrays
of the room `numpy`, which is loaded at the first such call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

UFUNCS: dict[Any, int] = {}
"""The rule of each ufunc that a row of the table computes; full once the arrays are loaded."""


class _Arrays:
    """Loads the arrays; the package sets it, because the engine doesn't know its upper storeys."""

    load: Callable[[], Any]


def set_arrays(load: Callable[[], Any]) -> None:
    """Set the function that returns the module which answers NumPy."""
    _Arrays.load = load


def arrays() -> Any:
    """The module that answers NumPy."""
    return _Arrays.load()


def array_ufunc(ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
    """Apply a ufunc, as `__array_ufunc__` does."""
    return arrays().array_ufunc(ufunc, method, *inputs, **keywords)


def array_function(function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
    """Apply a NumPy function, as `__array_function__` does."""
    return arrays().array_function(function, types, arguments, keywords)


class NumPyProtocol:
    """The methods that NumPy calls."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        return array_ufunc(ufunc, method, *inputs, **keywords)

    def __array_function__(self, function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
        return array_function(function, types, arguments, keywords)
