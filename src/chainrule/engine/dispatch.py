"""Applying one operation to plain numbers, Values, tracers, or NumPy arrays of these; and
operations of your own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from ..errors import WrongType
from ..table.rules import NUMBER, RULES, result
from .arrays import apply_to_arrays
from .node import Node, is_value
from .numbers import operand_number
from .refusals import wrong_operand


class Operand(Protocol):
    """What an operation can be applied to besides plain numbers: a Value, or a tracer."""

    def _apply_or_raise(self, number: int, *operands: Any) -> Any:
        """Apply the operation with this number in RULES; raise where an operand isn't a number."""


_operand_types: tuple[type, ...] = (Node,)

Kind = TypeVar("Kind", bound=type[Operand])


def register_operand(kind: Kind) -> Kind:
    """Let `apply` hand operations on instances of this class to the class."""
    global _operand_types
    _operand_types += (kind,)
    return kind


def is_node(x: Any) -> bool:
    """Whether x is a Value or a tracer."""
    return isinstance(x, _operand_types)


def apply(number: int, *operands: Any) -> Any:
    """Apply the operation with this number in RULES.

    Plain numbers give a plain number, a Value or a tracer among them gives another, and an
    array gives an array, element by element with the same digits.

    Raises:
        DomainError: The operation has no real result there.
        WrongType: An operand has another type.
    """
    if any(getattr(x, "ndim", 0) for x in operands):
        return apply_to_arrays(number, operands)
    nodes: list[Any] = [x for x in operands if is_node(x)]
    if nodes:  # a tracer before a Value, which knows nothing of it
        return min(nodes, key=is_value)._apply_or_raise(number, *operands)
    numbers = [operand_number(x) for x in operands]
    if NotImplemented in numbers:
        raise wrong_operand(number, operands)
    return result(RULES[number], numbers)


def define(
    name: str,
    formula: str,
    partials: Sequence[str],
    *,
    symbol: str = "",
    latex: str = "",
    why: str = "",
    domain: str = "",
) -> Callable[..., Any]:
    """Add an operation of your own to the table.

    It draws, explains, checks, saves and compiles like the others.

    Args:
        name: Its name, that of no other operation.
        formula: The result in the operands x, y, z; any operation of the table may be called in it.
        partials: The local derivatives with respect to x, y and z, in this order; `out` stands for
            the result.
        symbol: What stands in its circle; the name where it is empty.
        latex: How it is set, with {x}, {y}, {z} for the operands.
        why: One sentence that gives the reason for the partials; a formula in it stands between
            backticks.
        domain: The condition under which the result is a real number.

    Returns:
        The function. It takes numbers, Values and arrays, as `chainrule.tanh` does.

    Raises:
        FormulaError: A text isn't a formula, or another operation has the name.

    Example:
        >>> cube = define("cube", "x**3", ("3*x**2",))
        >>> cube(2.0)
        8.0
    """
    from ..table.definitions import new_row, register

    row = new_row(name, formula, partials, symbol, latex, why, domain)
    register(row)
    return _function(row.name, row.arity)


def _function(name: str, arity: int) -> Callable[..., Any]:
    number = NUMBER[name]

    def function(*operands: Any) -> Any:
        if len(operands) != arity:
            raise WrongType(f"{name} needs {arity} operands, but got {len(operands)}.")
        return apply(number, *operands)

    function.__name__ = function.__qualname__ = name
    return function
