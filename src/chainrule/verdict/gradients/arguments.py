"""The arguments of a function as a flat list of named numbers, and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...engine.node import is_value
from ...engine.numbers import number
from ...errors import WrongType


class Slot(NamedTuple):
    """One number among the arguments."""

    name: str  # such as `x` or `xs[0]`
    number: float
    argument: Any  # the number itself, or a Value that holds it


class Arguments:
    """The arguments of one call: numbers, and lists, tuples and arrays of numbers; but no ints with
    `keeps_ints`, which leaves them as they are."""

    def __init__(self, f: Callable[..., Any], at: Sequence[Any], keeps_ints: bool = False) -> None:
        self._at = tuple(at)
        self._keeps_ints = keeps_ints
        self.slots: list[Slot] = []
        for name, x in zip(argument_names(f, len(self._at)), self._at):
            self._collect(name, x)

    def _collect(self, name: str, x: Any) -> None:
        if _is_list(x):
            for index, part in enumerate(x):
                self._collect(f"{name}[{index}]", part)
        elif not (self._keeps_ints and isinstance(x, int)):
            data = x.data if is_value(x) else number(x, f"the argument {name}")
            self.slots.append(Slot(name, float(data), x))

    def unflatten(self, numbers: Sequence[Any]) -> list[Any]:
        """The arguments with these numbers instead."""
        rest = iter(numbers)
        return [self._fill(x, rest) for x in self._at]

    def _fill(self, x: Any, rest: Any) -> Any:
        if _is_list(x):
            parts = [self._fill(part, rest) for part in x]
            if hasattr(x, "dtype"):
                import numpy as np

                return np.array(parts, dtype=object if any(map(is_value, parts)) else float)
            return tuple(parts) if isinstance(x, tuple) else parts
        return x if self._keeps_ints and isinstance(x, int) else next(rest)


def _is_list(x: Any) -> bool:
    return isinstance(x, (list, tuple)) or bool(getattr(x, "ndim", 0))


def argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """The names of the parameters that this many arguments go to."""
    signature = _signature(f)
    names: list[str] = []
    for parameter in signature.parameters.values() if signature else ():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{index}]" for index in range(count - len(names))]
        elif parameter.kind is not parameter.KEYWORD_ONLY:
            names.append(parameter.name)
    return names[:count] + [f"x{index}" for index in range(len(names), count)]


def _signature(f: Callable[..., Any]) -> inspect.Signature | None:
    """A function's signature; None where Python doesn't know it."""
    try:
        return inspect.signature(f)
    except (TypeError, ValueError):
        return None


def bind_arguments(
    f: Callable[..., Any],
    name: str,
    at: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
    caller: str = "check",
) -> dict[str, Any]:
    """Match arguments to a function's parameters, by position or by name, as on the command line;
    raise a WrongType that names the function if they don't fit."""
    signature, named = _signature(f), named or {}
    if signature is None:
        return {}
    try:
        return dict(signature.bind(*at, **named).arguments)
    except TypeError as error:
        names = list(signature.parameters)
        unknown = ", ".join(repr(x) for x in named if x not in names)
        numbers = "1 number" if len(at) == 1 else f"{len(at) or 'no'} numbers"
        call = f"{caller}(f, {', '.join('1.0' for _ in names)})"
        raise WrongType(
            f"{name}{signature} cannot take {', '.join(named) or numbers}: "
            f"{f'it has no argument {unknown}' if unknown else error}.",
            remedy="give each argument its number: "
            + (call if at else " ".join(f"{x}=1.0" for x in names)),
        ) from None
