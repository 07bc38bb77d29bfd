"""Layers and functions one after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ..engine.twin import Value
from ..errors import WrongType, calling_line, shorten
from .activations import activation, activations, method_of
from .module import Module
from .rows import by_rows, has_rows
from .scopes import Scopes

Step = Callable[[Any], Any]


class Sequential(Module):
    """Layers one after the other, each in a scope of its own.

    Args:
        steps: Modules, activations by name or as functions of the table (applied to each number of
            a row), or any other functions of what the previous step returns.

    Raises:
        ChoiceError: No activation has this name.
        WrongType: A step is something else.

    Example:
        >>> from chainrule import nn
        >>> net = Sequential(nn.Linear(2, 8), "tanh", nn.Linear(8, 1))
        >>> net([0.5, -1.0])[0].scope
        ('linear 2',)
    """

    def __init__(self, *steps: Step | str) -> None:
        self.steps = [_step(each) for each in steps]

    def __call__(self, x: Any) -> Any:
        """Pass x through every step, and return the result."""
        return _scopes(_names(self.steps)).chain(self.steps, x)

    def parameters(self) -> list[Value]:
        """Return the parameters, step by step, each once."""
        found = (p for step in self.steps if hasattr(step, "parameters") for p in step.parameters())
        return list(dict.fromkeys(found))

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.steps))})"


def _step(x: Any) -> Step:
    """A step of a sequence: names, and functions of the table, are for each number of a row."""
    if isinstance(x, str) or x in activations().values():
        return Activation(x)
    if not callable(x) or (isinstance(x, type) and issubclass(x, Module)):
        raise WrongType(
            "a step of a Sequential needs to be a module, a function or the name of an "
            f"activation, but got {shorten(x)}.",
            where=calling_line(),
            remedy="Sequential(*steps)" if isinstance(x, (list, tuple)) else "",
        )
    return x  # type: ignore[no-any-return]  # it can be called


def _names(steps: Sequence[Step]) -> tuple[str, ...]:
    """The names of the scopes of steps: `linear 1`, `tanh`, `linear 2`."""
    kinds = [_kind(step) for step in steps]
    total, before = Counter(kinds), Counter[str]()
    names = []
    for kind in kinds:
        before[kind] += 1
        names.append(f"{kind} {before[kind]}" if total[kind] > 1 else kind)
    return tuple(names)


def _kind(step: Any) -> str:
    """What a step is, in words: `layer norm` for a LayerNorm."""
    if isinstance(step, Activation):
        step = step.function
    if hasattr(step, "heads"):  # multi-head attention: the names of its scopes are long enough
        return "attention"
    name = getattr(step, "__name__", type(step).__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower()


_scopes = cache(Scopes)


class Activation(Module):
    """A function of one number, applied to each number of a row.

    Args:
        function: The name of a function of the table, or a function of one number.

    Example:
        >>> Activation("relu")([-1.0, 2.0])
        [0.0, 2.0]
    """

    def __init__(self, function: Callable[[Any], Any] | str) -> None:
        self.function = activation(function)

    def __call__(self, x: Any) -> Any:
        """Return a row of results; for a single number, a single result."""
        if not isinstance(x, (list, tuple)):
            return self.function(x)
        if has_rows(x):
            return by_rows(self, x)
        try:
            return list(map(method_of(self.function), x))
        except AttributeError:  # plain numbers among them
            return list(map(self.function, x))

    def __repr__(self) -> str:
        return f"Activation({self.function.__name__!r})"
