"""The operators that micrograd derives from +, *, ** and the unary minus.

The engine has a rule of its own for each operator. A subclass that overrides one of the four
expects the derived ones to call it, as they do in micrograd.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from ..table.rules import RULES
from .loops import flatten
from .node import Node, is_engine
from .protocol import NumPyProtocol


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
    methods = (_method_of(rule.name) for rule in RULES if hasattr(engine, _method_of(rule.name)))
    if any(map(is_overridden, methods)):
        for name, function in _OF_ARRAYS.items():
            setattr(kind, name, function)


# ---- arrays of Values whose class overrides an operation -----------------------------------------

_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "neg": operator.neg,
    "abs": operator.abs,
}


def _method_of(name: str) -> str:
    """The method of an operation of the table."""
    return f"__{_OPERATORS[name].__name__}__" if name in _OPERATORS else name


def _ask(rule: int, operands: Sequence[Any]) -> Any:
    """Apply an operation as Python's operator, or as a method of the first operand."""
    name, x = RULES[rule].name, operands[0]
    if name in _OPERATORS:
        return _OPERATORS[name](*operands)
    if isinstance(x, Node) and hasattr(x, name):
        return getattr(x, name)(*operands[1:])
    node: Any = next(each for each in operands if isinstance(each, Node))
    return node._apply_or_raise(rule, *operands)


def _plain(x: Any) -> Any:
    """An element of an array as a number of Python, because one of NumPy would come back here."""
    return x if isinstance(x, Node) or not hasattr(x, "item") else x.item()


def _ask_each(node: Any, rule: int, target: Any, *arrays: Any) -> bool:
    """`loops.elementwise` by operators and methods."""
    flat, columns = flatten(target, arrays)
    for index, row in enumerate(zip(*columns)):
        operands = [*map(_plain, row)]
        is_plain = not any(isinstance(x, Node) for x in operands)
        flat[index] = node._apply_or_raise(rule, *operands) if is_plain else _ask(rule, operands)
    return False


def _ask_inner(node: Any, target: Any, x: Any, y: Any) -> None:
    """`loops.inner` by operators."""
    flat, columns = flatten(target, (x, y))
    length, total = max(x.shape[-1], y.shape[-1]), None
    for index, row in enumerate(zip(*columns)):
        product = operator.mul(*map(_plain, row))
        total = total + product if index % length else product
        flat[index] = total


_OF_ARRAYS = {
    "__array_ufunc__": NumPyProtocol.__array_ufunc__,
    "_elementwise": _ask_each,
    "_inner": _ask_inner,
}
"""What NumPy's operations on such Values call."""
