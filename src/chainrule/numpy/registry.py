"""Which function answers for each function and each ufunc of NumPy.

An implementation registers itself under NumPy's name. It is called with the arguments of the
original, as they are: arrays, Values, tracers, plain numbers, and lists of these.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""The implementation of each NumPy function that has one of its own."""

UFUNCS_OF_THEIR_OWN: dict[str, Callable[..., Any]] = {}
"""The implementation of each ufunc, by its name, that isn't a row of the table."""

F = TypeVar("F", bound=Callable[..., Any])


def numpy_function(name: str) -> Any:
    """The NumPy function with this name, such as "linalg.norm"; None where this NumPy has none."""
    home: Any = np
    for part in name.split("."):
        home = getattr(home, part, None)
    return home


def implementation_of(function: Any) -> Callable[..., Any] | None:
    """The implementation of a NumPy function; None if it has none.

    Linear algebra calls NumPy back, which is for programs, a storey above. It registers itself when
    it is first needed.
    """
    if getattr(function, "__module__", "") == "numpy.linalg":
        import_module("chainrule.programs.linalg")
    return FUNCTIONS.get(function)


def implements(*names: str) -> Callable[[F], F]:
    """Register the implementation of NumPy functions, by their names in NumPy."""

    def register(implementation: F) -> F:
        for name in names:
            function = numpy_function(name)
            if function is not None:
                FUNCTIONS[function] = implementation
        return implementation

    return register


def implements_ufunc(*names: str) -> Callable[[F], F]:
    """Register the implementation of ufuncs, by their names in NumPy or scipy.special."""

    def register(implementation: F) -> F:
        for name in names:
            UFUNCS_OF_THEIR_OWN[name] = implementation
        return implementation

    return register
