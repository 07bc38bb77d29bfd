"""The arguments of a function as a flat list of named numbers, and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...engine.node import is_value
from ...engine.numbers import number
from ...errors import WrongType


class Slot(NamedTuple):
    """One number among the arguments.

    Attributes:
        name: What it is called, `x` or `xs[0]`.
        number: The number.
        argument: The argument itself, which may be a Value.
    """

    name: str
    number: float
    argument: Any


class Arguments:
    """Numbers, and lists, tuples and arrays of numbers, whose numbers can be replaced.

    Args:
        f: The function, for the names.
        at: What it is called with.
        keeps_ints: Whether ints stay as they are and don't count as numbers.

    Raises:
        WrongType: Something isn't a number.
    """

    def __init__(self, f: Callable[..., Any], at: Sequence[Any], keeps_ints: bool = False) -> None:
        self._at = tuple(at)
        self._keeps_ints = keeps_ints
        self.slots: list[Slot] = []
        for name, x in zip(_names(f, len(self._at)), self._at):
            self._collect(name, x)

    def _collect(self, name: str, x: Any) -> None:
        if _is_list(x):
            for index, part in enumerate(x):
                self._collect(f"{name}[{index}]", part)
        elif not self._is_kept(x):
            data = x.data if is_value(x) else number(x, f"the argument {name}")
            self.slots.append(Slot(name, float(data), x))

    def _is_kept(self, x: Any) -> bool:
        return self._keeps_ints and isinstance(x, int)

    def unflatten(self, numbers: Sequence[Any]) -> list[Any]:
        """The arguments with these numbers in them."""
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
    """The names of the parameters that this many arguments go to."""
    signature = read_signature(f)
    names: list[str] = []
    for parameter in signature.parameters.values() if signature else ():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{index}]" for index in range(count - len(names))]
        elif parameter.kind is not parameter.KEYWORD_ONLY:
            names.append(parameter.name)
    return names[:count] + [f"x{index}" for index in range(len(names), count)]


def read_signature(f: Callable[..., Any]) -> inspect.Signature | None:
    """Which arguments a function takes; None where it doesn't say."""
    try:
        return inspect.signature(f)
    except (TypeError, ValueError):
        return None


def bind_arguments(
    f: Callable[..., Any], name: str, at: Sequence[Any] = (), named: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Which parameter gets which argument.

    Args:
        f: The function.
        name: Its name in messages.
        at: The arguments by position, as `check` gets them.
        named: The arguments by name, as the command line gets them.

    Returns:
        The arguments by parameter; empty where the function doesn't say what it takes.

    Raises:
        WrongType: There are too few or too many, or a name is unknown.
    """
    signature, named = read_signature(f), named or {}
    if signature is None:
        return {}
    try:
        return dict(signature.bind(*at, **named).arguments)
    except TypeError as error:
        names = list(signature.parameters)
        unknown = ", ".join(repr(x) for x in named if x not in names)
        numbers = "1 number" if len(at) == 1 else f"{len(at) or 'no'} numbers"
        call = f"check(f, {', '.join('1.0' for _ in names)})"
        raise WrongType(
            f"{name}{signature} cannot take {', '.join(named) or numbers}: "
            f"{f'it has no argument {unknown}' if unknown else error}.",
            remedy="give each argument its number: "
            + (call if at else " ".join(f"{x}=1.0" for x in names)),
        ) from None
