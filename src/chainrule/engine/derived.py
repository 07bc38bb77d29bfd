"""The operators that micrograd derives from +, *, ** and the unary minus.

The engine has a rule of its own for each operator. A subclass that overrides one of the four
expects the derived ones to call it, as they do in micrograd.
"""

from __future__ import annotations

from typing import Any

from .node import Node, is_engine


class Derived:
    """The derived operators as methods, each written as micrograd writes it."""

    def __neg__(self: Any) -> Any:
        return self * -1

    def __radd__(self: Any, other: Any) -> Any:
        # Python asks a subclass first: the addition of a plain Value on the left is that Value's.
        return NotImplemented if isinstance(other, Node) else self + other

    def __rmul__(self: Any, other: Any) -> Any:
        return NotImplemented if isinstance(other, Node) else self * other

    def __sub__(self: Any, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self: Any, other: Any) -> Any:
        return other + (-self)

    def __truediv__(self: Any, other: Any) -> Any:
        return self * other**-1

    def __rtruediv__(self: Any, other: Any) -> Any:
        return other * self**-1


ASKS = {
    "__neg__": {"__mul__"},
    "__radd__": {"__add__"},
    "__rmul__": {"__mul__"},
    "__sub__": {"__add__", "__neg__"},
    "__rsub__": {"__add__", "__neg__"},
    "__truediv__": {"__mul__", "__pow__"},
    "__rtruediv__": {"__mul__", "__pow__"},
}
"""The operators that each derived operator calls, in order of dependence."""


def derive_operators(kind: type) -> None:
    """Give a subclass the derived operators that call an operator it overrides."""
    engine = next(base for base in kind.__mro__ if is_engine(base))

    def is_overridden(name: str) -> bool:
        return getattr(kind, name) is not getattr(engine, name)

    for name, asked in ASKS.items():
        if not is_overridden(name) and any(map(is_overridden, asked)):
            setattr(kind, name, vars(Derived)[name])
