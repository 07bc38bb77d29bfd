"""One operation on whatever it is given: plain numbers, Values, NumPy arrays of either; and
operations of your own."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from .errors import FormulaError, WrongType
from .node import is_value, operand_number, wrong_operand
from .rules import NUMBER, RULES, add_rule, result

if TYPE_CHECKING:
    from .ops import Op


def apply(number: int, *operands: Any) -> Any:
    """Apply the operation with this number in RULES.

    Plain numbers give a plain number, a Value or a traced number among them gives another, and an
    array gives an array, element by element with the same digits.

    Raises:
        DomainError: The operation has no real result there.
        WrongType: An operand is none of these.
    """
    if any(getattr(x, "ndim", 0) for x in operands):
        return _apply_to_arrays(number, operands)
    recorded = [x for x in operands if hasattr(type(x), "_method")]
    if recorded:  # a traced number before a Value, which knows nothing of it
        return min(recorded, key=is_value)._method(number, *operands)
    numbers = [operand_number(x) for x in operands]
    if NotImplemented in numbers:
        raise wrong_operand(number, operands)
    return result(RULES[number], numbers)


def _apply_to_arrays(number: int, operands: tuple[Any, ...]) -> Any:
    import numpy as np

    out = np.frompyfunc(lambda *row: apply(number, *row), len(operands), 1)(*operands)
    if any(np.asarray(x).dtype == object for x in operands):
        return out
    whole = RULES[number].keeps_int and all(np.asarray(x).dtype.kind in "iub" for x in operands)
    return out.astype(np.int64 if whole and RULES[number].name != "pow" else np.float64)


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
        partials: The local derivatives by x, y, z in this order, which may use `out` for the
            result.
        symbol: What stands in its circle; the name where it is empty.
        latex: How it is set, with {x}, {y}, {z} for the operands.
        why: One sentence that gives the reason for the partials; a formula in it stands between
            backticks.
        domain: The condition under which the result is a real number.

    Returns:
        The function. It takes numbers, Values and arrays, as `chainrule.tanh` does.

    Raises:
        FormulaError: A text is no formula, or the name is taken by another operation.

    Example:
        >>> cube = define("cube", "x**3", ("3*x**2",))
        >>> cube(2.0)
        8.0
    """
    row = new_row(name, formula, partials, symbol, latex, why, domain)
    register(row)
    return _function(row.name, row.arity)


def new_row(
    name: str,
    formula: str,
    partials: Sequence[str],
    symbol: str = "",
    latex: str = "",
    why: str = "",
    domain: str = "",
    beside: Collection[str] = (),
) -> Op:
    """Check an operation of the user's own, and return its row without entering it.

    Args are those of `define`; `beside` names others that it may call and that are not entered yet.

    Raises:
        FormulaError: A text is no formula, or the name is taken by another operation.
    """
    from .formula import parse, upright
    from .ops import BUILT_IN, TABLE, Op

    if not name.isidentifier() or keyword.iskeyword(name) or name in ("x", "y", "z", "out"):
        raise FormulaError(f"an operation needs a name like 'cube', not {name!r}.")
    if isinstance(partials, str):
        raise WrongType("partials needs one formula for each operand, in a tuple.")
    if not 1 <= len(partials) <= 3:
        raise FormulaError(f"operation {name!r} needs 1 to 3 partials, not {len(partials)}.")
    operands = ", ".join(f"{{{x}}}" for x in "xyz"[: len(partials)])
    row = Op(
        name,
        formula,
        tuple(partials),
        symbol or name,
        latex or rf"{upright(name)}\left({operands}\right)",
        why or "that is how it was defined",
        domain=domain,
        overflows=True,
    )
    known, where = {*TABLE, *beside}, f"operation {name!r}"
    for text in (formula, domain) if domain else (formula,):
        parse(text, row.operands, known, where)
    for text in partials:
        parse(text, (*row.operands, "out"), known, where)
    if name in BUILT_IN or TABLE.get(name, row) != row:
        raise FormulaError(f"operation {name!r} is defined already, and differently.")
    return row


def register(row: Op) -> None:
    """Enter a checked row into the table, once."""
    from .ops import TABLE

    if row.name not in TABLE:
        add_rule(row)
        TABLE[row.name] = row


def _function(name: str, arity: int) -> Callable[..., Any]:
    number = NUMBER[name]

    def function(*operands: Any) -> Any:
        if len(operands) != arity:
            raise WrongType(f"{name} needs {arity} operands, but got {len(operands)}.")
        return apply(number, *operands)

    function.__name__ = function.__qualname__ = name
    return function
