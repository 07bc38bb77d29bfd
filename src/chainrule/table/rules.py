"""An operation as the engines use it: functions of plain floats instead of the table's text.

`RULES` lists them; a node stores the number of its rule. 0 is a leaf and 1 an operation of the
user's own, which has no formula; then come the table's rows in their order (generated into
`kernels.py`), then what `define` adds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..errors import (
    DivisionByZero,
    DomainError,
    FormulaError,
    GraphError,
    RangeError,
    calling_line,
)
from .kernels import FINGERPRINT as FINGERPRINT, GENERATED

if TYPE_CHECKING:
    from .ops import Op

LEAF, OWN = 0, 1
EXACT = 2.0**53
"""Up to this magnitude every int is a float; beyond it an int result becomes a float."""


class Rule(NamedTuple):
    """One operation.

    Attributes:
        name: The table's name.
        symbol: The operation in Python's notation, which `_op` shows.
        value: The result, a function of the operands. Never raises: nan and inf as IEEE 754 has
            them.
        partials: The local derivatives, functions of the operands and the result.
        keeps_int: Whether ints give an int.
        is_gate: Whether a partial of 0 means that nothing flows to that operand, not even 0 times
            infinity.
    """

    name: str
    symbol: str
    value: Callable[..., float]
    partials: tuple[Callable[..., float], ...]
    keeps_int: bool = False
    is_gate: bool = False


def _no_value(*operands: float) -> NoReturn:
    raise AssertionError("a leaf or an operation of the user's own has no formula")


RULES: list[Rule] = [
    Rule("", "", _no_value, ()),
    Rule("own", "", _no_value, ()),
    *(Rule(*entry) for entry in GENERATED),
]
DEFINED = len(RULES)
"""The number of the first rule that `define` adds."""

NUMBER: dict[str, int] = {rule.name: number for number, rule in enumerate(RULES)}
"""The number of a rule by its name."""


def rule_number(name: str) -> int:
    """The number of a rule by its name.

    Raises:
        GraphError: No such operation; it was made with `define` elsewhere.
    """
    try:
        return NUMBER[name]
    except KeyError:
        raise GraphError(
            f"the operation {name!r} is not known here.", remedy=f"call define({name!r}, ...) first"
        ) from None


def result(rule: Rule, operands: Sequence[float]) -> float:
    """Return an operation's result, an int where ints give an int.

    Raises:
        DomainError: The operation has no real result there, as Python would raise.
    """
    numbers = [float(x) for x in operands]
    out = rule.value(*numbers)
    if out - out != 0.0:
        check(rule, operands, out)
    if rule.keeps_int and all(type(x) is int for x in operands):
        return int_result(rule, operands, out)
    return out


def int_result(rule: Rule, operands: Sequence[float], out: float) -> float:
    """Return the result of ints as an int where that is exact, else as the float that it is.

    At exactly 2**53 a float cannot tell whether it was rounded; Python's own ints can.
    """
    if (rule.name == "pow" and operands[1] < 0) or out - out != 0.0:
        return out
    if -EXACT < out < EXACT:
        return int(out)
    if abs(out) == EXACT:
        exact = getattr(operator, rule.name) if rule.name in ("add", "sub", "mul", "pow") else None
        whole: int = exact(*operands) if exact else int(out)
        return whole if abs(whole) <= EXACT else out
    return out


def check(rule: Rule, operands: Sequence[float], out: float, nodes: Sequence[Any] = ()) -> None:
    """Raise where Python itself would raise for an infinite or missing result.

    Args:
        rule: The operation.
        operands: Its operands as plain numbers.
        out: The result by IEEE 754, nan or infinite.
        nodes: The operands as Values, for the message.

    Raises:
        DivisionByZero: A zero divisor, or zero to a negative power.
        DomainError: No real result, although no operand is nan.
        RangeError: Too large for a float, although every operand is finite.
    """
    from .ops import TABLE

    row = TABLE[rule.name]
    broken = row.pole and holds(row, row.pole, operands)
    if not broken and any(x != x for x in operands):
        return
    if broken or (row.domain and not holds(row, row.domain, operands)):
        raise_domain(row, operands, nodes, DivisionByZero if broken else DomainError)
    if not row.domain and out != out and row.overflows:
        raise_domain(row, operands, nodes, DomainError)
    if row.overflows and out == out and all(x - x == 0.0 for x in operands):
        raise RangeError(
            f"{row.name} is too large for a float at {at(row, operands)}.",
            node=call_text(row, nodes),
            where=calling_line(),
            remedy=row.remedy,
        )


def holds(row: Op, condition: str, operands: Sequence[float]) -> bool:
    """Whether a condition of a row, such as its domain, is true for these operands."""
    return bool(_test(condition, row.operands)(*(float(x) for x in operands)))


@cache
def _test(condition: str, operands: tuple[str, ...]) -> Callable[..., Any]:
    """A condition in these operands as a function."""
    from .formula import parse
    from .ieee import FUNCTIONS
    from .printers import IEEEPrinter, python_function

    return python_function(
        parse(condition, operands, FUNCTIONS), operands, FUNCTIONS, IEEEPrinter()
    )


def raise_domain(
    row: Op, operands: Sequence[float], nodes: Sequence[Any], error: type[DomainError]
) -> NoReturn:
    """Raise the error that says what an operation needs and what it got."""
    if row.domain and not holds(row, row.domain, operands):
        what = f"{row.name} needs {row.domain}, but {at(row, operands)}."
    else:
        reason = "divides by zero" if error is DivisionByZero else "has no real value"
        what = f"{row.name} {reason} at {at(row, operands)}."
    raise error(
        what,
        node=call_text(row, nodes),
        where=calling_line(),
        remedy=row.remedy,
    )


def at(row: Op, operands: Sequence[float]) -> str:
    """The operands in words: `x = -0.25 and y = 2`."""
    return " and ".join(f"{name} = {x!r}" for name, x in zip(row.operands, operands))


def call_text(row: Op, nodes: Sequence[Any]) -> str:
    """The operation on its nodes in words: `log('p')`."""
    if not nodes:
        return ""
    return f"{row.name}({', '.join(repr(n.label) if n.label else repr(n) for n in nodes)})"


def add_rule(row: Op) -> Rule:
    """Make the rule of a row that `define` brought, and number it."""
    from .ieee import FUNCTIONS
    from .printers import IEEEPrinter, python_function

    functions = dict(FUNCTIONS)
    functions.update((rule.name, rule.value) for rule in RULES[2:])
    printer = IEEEPrinter()
    result = python_function(row.read(row.formula), row.operands, functions, printer)

    def value(*operands: float) -> float:
        return float(result(*operands))  # a comparison gives a bool

    partials = tuple(
        python_function(row.read(text), (*row.operands, "out"), functions, printer)
        for text in row.partials
    )
    rule = Rule(row.name, row.symbol, value, partials, row.keeps_int)
    if row.name in NUMBER:
        raise FormulaError(f"operation {row.name!r} is defined already.")
    NUMBER[row.name] = len(RULES)
    RULES.append(rule)
    return rule


def rule_of(node: Any) -> Rule | None:
    """The rule that a node's number follows; None for a leaf and for an operation without a
    formula."""
    number = node._rule
    return RULES[number] if number > OWN else None
