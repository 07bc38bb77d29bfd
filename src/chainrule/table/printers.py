"""A formula as a program: in Python, in Python that follows IEEE 754, in C and in JavaScript."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .formula import CONSTANTS, Formula
from .visitor import Visitor


class Printer(Visitor[str]):
    """Prints a formula as Python; the other languages are subclasses."""

    infinity = "inf"  # no language has a literal for it; the namespace has the name
    calls: Mapping[str, str] = {}  # of the operators that become calls
    _variables: tuple[str, ...] = ()

    def text(self, formula: Formula) -> str:
        """Return a formula in this printer's language."""
        self._variables = formula.names
        return self.visit(formula.tree)

    def number(self, value: float) -> str:
        return self.infinity if value == math.inf else repr(float(value))

    def name(self, name: str) -> str:
        if name in CONSTANTS and name not in self._variables:
            return self.number(CONSTANTS[name])
        return name

    def unary(self, operator: str, operand: str) -> str:
        return f"({operator}{operand})"

    def binary(self, operator: str, left: str, right: str) -> str:
        function = self.calls.get(operator)
        return f"{function}({left}, {right})" if function else f"({left} {operator} {right})"

    def compare(self, operators: list[str], sides: list[str]) -> str:
        return "(" + sides[0] + "".join(f" {o} {s}" for o, s in zip(operators, sides[1:])) + ")"

    def logic(self, word: str, sides: list[str]) -> str:
        return "(" + f" {word} ".join(sides) + ")"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    def call(self, function: str, arguments: list[str]) -> str:
        return f"{function}({', '.join(arguments)})"


class IEEEPrinter(Printer):
    """Prints Python that follows IEEE 754 (nan, inf) where Python itself would raise.

    It calls the functions of `chainrule.table.ieee`.
    """

    calls: Mapping[str, str] = {"/": "divide", "//": "quotient", "%": "modulo", "**": "power"}


class CPrinter(Printer):
    """Prints C99 over doubles. With a prefix, `exp` in a formula is the table's `exp`."""

    infinity = "INFINITY"
    calls: Mapping[str, str] = {"//": "quotient", "%": "modulo", "**": "pow"}

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix

    def unary(self, operator: str, operand: str) -> str:
        return f"({operator.replace('not ', '!')}{operand})"

    def compare(self, operators: list[str], sides: list[str]) -> str:
        pairs = [f"{a} {o} {b}" for a, o, b in zip(sides, operators, sides[1:])]
        return "(" + " && ".join(pairs) + ")"

    def logic(self, word: str, sides: list[str]) -> str:
        return "(" + (" && " if word == "and" else " || ").join(sides) + ")"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    def call(self, function: str, arguments: list[str]) -> str:
        return super().call(self.prefix + function, arguments)


class JSPrinter(CPrinter):
    """Prints JavaScript. The prefix names the object that holds the functions."""

    infinity = "Infinity"

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix)
        self.calls = {"//": f"{prefix}quotient", "%": f"{prefix}modulo", "**": f"{prefix}power"}

    def compare(self, operators: list[str], sides: list[str]) -> str:
        strict = {"==": "===", "!=": "!=="}
        return super().compare([strict.get(word, word) for word in operators], sides)


def python_function(
    formula: Formula,
    arguments: tuple[str, ...],
    namespace: Mapping[str, Any],
    printer: Printer | None = None,
) -> Callable[..., Any]:
    """Make a Python function of a checked formula.

    Args:
        formula: What the function returns.
        arguments: Its parameters, in order.
        namespace: The functions that the formula calls.
        printer: The dialect of Python; the default is Python itself, which works on Values too.

    Returns:
        A function of `arguments`.
    """
    body = (printer or Printer()).text(formula)
    scope: dict[str, Any] = {**namespace, "inf": math.inf}
    # The text is printed from a tree that passed the whitelist; it isn't the user's text.
    exec(f"def f({', '.join(arguments)}):\n    return {body}", scope)
    return scope["f"]  # type: ignore[no-any-return]  # what exec has just defined
