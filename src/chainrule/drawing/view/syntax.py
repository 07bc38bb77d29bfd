"""A formula as nested lists, which the page typesets and computes without being handed any code."""

from __future__ import annotations

import math
from typing import Any

from ...table.formula import CONSTANTS, Formula
from ...table.visitor import Visitor

_UNARY = {"-": "negative", "+": "same", "not ": "not"}


class _Lists(Visitor[Any]):
    """Makes a list of a word and its parts of each operation."""

    def __init__(self, variables: tuple[str, ...]) -> None:
        self.variables = variables

    def number(self, value: float) -> Any:
        return ["constant", "inf"] if value == math.inf else value

    def name(self, name: str) -> Any:
        return ["constant", name] if name in CONSTANTS and name not in self.variables else name

    def unary(self, operator: str, operand: Any) -> Any:
        return [_UNARY[operator], operand]

    def binary(self, operator: str, left: Any, right: Any) -> Any:
        return [operator, left, right]

    def compare(self, operators: list[str], sides: list[Any]) -> Any:
        return ["compare", operators, *sides]

    def logic(self, word: str, sides: list[Any]) -> Any:
        return [word, *sides]

    def choice(self, condition: Any, yes: Any, no: Any) -> Any:
        return ["if", condition, yes, no]

    def call(self, function: str, arguments: list[Any]) -> Any:
        return ["call", function, *arguments]


def syntax_tree(formula: Formula) -> Any:
    """Return a checked formula as nested lists.

    Example:
        >>> from chainrule.table.formula import parse
        >>> syntax_tree(parse("1 - out * out"))
        ['-', 1, ['*', 'out', 'out']]
    """
    return _Lists(formula.names).visit(formula.tree)
