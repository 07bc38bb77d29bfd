"""A formula as data: lists of a word and its parts, which a browser can set as mathematics and
compute without being handed any code."""

from __future__ import annotations

import json
import math
from typing import Any

from ...table.formula import CONSTANTS, Formula
from ...table.printers import Printer


class _TreePrinter(Printer):
    """Prints a formula as JSON: `["+", "x", 1]`."""

    def number(self, value: float) -> str:
        return json.dumps(["constant", "inf"] if value == math.inf else value)

    def name(self, name: str) -> str:
        if name in CONSTANTS and name not in self._variables:
            return json.dumps(["constant", name])
        return json.dumps(name)

    def unary(self, operator: str, operand: str) -> str:
        word = {"-": "negative", "+": "same", "not ": "not"}[operator]
        return f'["{word}", {operand}]'

    def binary(self, operator: str, left: str, right: str) -> str:
        return f'["{operator}", {left}, {right}]'

    def compare(self, operators: list[str], sides: list[str]) -> str:
        return f'["compare", {json.dumps(operators)}, {", ".join(sides)}]'

    def logic(self, word: str, sides: list[str]) -> str:
        return f'["{word}", {", ".join(sides)}]'

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f'["if", {condition}, {yes}, {no}]'

    def call(self, function: str, arguments: list[str]) -> str:
        return f'["call", "{function}", {", ".join(arguments)}]'


def tree(formula: Formula) -> Any:
    """Return a checked formula as nested lists.

    Example:
        >>> from chainrule.table.formula import parse
        >>> tree(parse("1 - out * out"))
        ['-', 1, ['*', 'out', 'out']]
    """
    return json.loads(_TreePrinter().text(formula))
