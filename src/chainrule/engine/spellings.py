"""Operations as other engines spell them: keywords of their own, and methods for operators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..errors import WrongType


def keywords(**operands: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function take operands by further names, as in `keywords(alpha="y")`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*positional: Any, **named: Any) -> Any:
            if named:
                known = {operands.get(name, name): x for name, x in named.items()}
                if len(known) < len(named):
                    raise WrongType(f"{function.__name__}() got one operand under two names.")
                named = known
            return function(*positional, **named)

        return call

    return decorate


class Spellings:
    """Methods of Values and tracers that Python has as operators."""

    __slots__ = ()

    def abs(self: Any) -> Any:
        """Return abs(x)."""
        return abs(self)

    def square(self: Any) -> Any:
        """Return x ** 2."""
        return self**2
