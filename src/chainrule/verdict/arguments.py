"""The arguments of a function as a flat list of named numbers, and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..errors import WrongType
from ..node import is_value, number


class Slot(NamedTuple):
    """One number among the arguments.

    Attributes:
        name: What it is called, `x` or `xs[0]`.
        number: The number.
        given: What was given, which may be a Value.
    """

    name: str
    number: float
    given: Any


class Arguments:
    """Numbers, and lists, tuples and arrays of numbers, that can be given again with others in
    their places.

    Args:
        f: The function, for the names.
        at: What it is called with.
        keeps_ints: Whether ints stay what they are and are none of the numbers.

    Raises:
        WrongType: Something is no number.
    """

    def __init__(self, f: Callable[..., Any], at: Sequence[Any], keeps_ints: bool = False) -> None:
        self._at = tuple(at)
        self._keeps_ints = keeps_ints
        self.slots: list[Slot] = []
        for name, x in zip(_names(f, len(self._at)), self._at):
            self._collect(name, x)

    def _collect(self, name: str, x: Any) -> None:
        if _is_list(x):
            for place, part in enumerate(x):
                self._collect(f"{name}[{place}]", part)
        elif not self._is_kept(x):
            data = x.data if is_value(x) else number(x, f"the argument {name}")
            self.slots.append(Slot(name, float(data), x))

    def _is_kept(self, x: Any) -> bool:
        return self._keeps_ints and isinstance(x, int)

    def filled(self, numbers: Sequence[Any]) -> list[Any]:
        """The arguments with these in the places of the numbers."""
        rest = iter(numbers)
        return [self._fill(x, rest) for x in self._at]

    def _fill(self, x: Any, rest: Any) -> Any:
        if _is_list(x):
            parts = [self._fill(part, rest) for part in x]
            if hasattr(x, "dtype"):
                import numpy as np

                return np.array(parts, dtype=object if any(map(is_value, parts)) else float)
            return tuple(parts) if isinstance(x, tuple) else parts
        return x if self._is_kept(x) else next(rest)


def _is_list(x: Any) -> bool:
    return isinstance(x, (list, tuple)) or bool(getattr(x, "ndim", 0))


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """The names of the parameters that so many arguments go to."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return [f"x{place}" for place in range(count)]
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{place}]" for place in range(count - len(names))]
        elif parameter.kind is not parameter.KEYWORD_ONLY:
            names.append(parameter.name)
    if len(names) < count:
        raise WrongType(f"the function takes {len(names)} arguments, but got {count}.")
    return names[:count]
