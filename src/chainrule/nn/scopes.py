"""Calling layers and neurons so that each computes in a scope of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.session import SCOPES, scope_number
from ..engine.twin import open_scope, set_scope
from .rows import as_row


class Scopes:
    """The scopes of several functions, each entered while its function runs.

    It costs less than a `with` for each of them.

    Args:
        names: The names of the scopes in order; a single word such as "neuron" stands for
            "neuron 1", "neuron 2" and so on.
    """

    __slots__ = ("_inside", "names")

    def __init__(self, names: str | Sequence[str]) -> None:
        self.names = names
        self._inside: dict[int, tuple[int, ...]] = {}

    def __reduce__(self) -> Any:
        return Scopes, (self.names,)  # the numbers of scopes are those of one process

    def each(self, functions: Sequence[Callable[[Any], Any]], x: Any) -> list[Any]:
        """Call every function with x. Returns their results."""
        outer, out = open_scope(), []
        try:
            for number, function in zip(self._numbers(outer, len(functions)), functions):
                set_scope(number)
                out.append(function(x))
        finally:
            set_scope(outer)
        return out

    def chain(self, functions: Sequence[Callable[[Any], Any]], x: Any) -> Any:
        """Call the first function with x, and each other one with the result of the one before; a
        single number as a row of one."""
        outer = open_scope()
        out = x
        try:
            for number, function in zip(self._numbers(outer, len(functions)), functions):
                set_scope(number)
                x = out if type(out) is list or out is x else as_row(out, x)
                out = function(x)
        finally:
            set_scope(outer)
        return out

    def _numbers(self, outer: int, count: int) -> tuple[int, ...]:
        """The numbers of the scopes inside another one."""
        numbers = self._inside.get(outer, ())
        if len(numbers) < count:
            names = self.names
            if isinstance(names, str):
                names = [f"{names} {k + 1}" for k in range(count)]
            numbers = tuple(scope_number((*SCOPES[outer], name)) for name in names)
            self._inside[outer] = numbers
        return numbers
