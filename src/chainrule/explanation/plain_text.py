"""Mathematics in a line of text, in Python's notation: `dL/de = dL/dd * dd/de = −2 * 1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..numerals import MINUS
from ..table.visitor import ATOM, CHOICE, LOGIC, POWER, PRODUCT, UNARY, Typesetter, Written
from .notation import Notation, numeral


class TextNotation(Notation):
    """Writes mathematics in one line of text."""

    def name(self, node: Any) -> str:
        name = self.names[node]
        text = name.text if name.stands_alone else f"({name.text})"
        return text if name.turn == 1 else f"{text}#{name.turn}"

    def derivative(self, over: Any, under: Any) -> str:
        return f"d{self.name(over)}/d{self.name(under)}"

    def number(self, x: float, *, is_first: bool = True) -> str:
        return numeral(x)

    def join(self, sides: Sequence[str], sign: str) -> str:
        return f" {sign} ".join(sides)

    def dots(self, count: int) -> str:
        return f"… ({count:,} more)"

    def words(self, text: str) -> str:
        return text

    def typesetter(self, names: Mapping[str, str]) -> Text:
        return Text(names)


class Text(Typesetter):
    """Writes a formula in one line of text.

    Args:
        names: What its names stand for.
    """

    operators: ClassVar = {"-": MINUS, "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
    right_bindings: ClassVar = {**Typesetter.right_bindings, "*": PRODUCT}
    before_signs = ("+", "-")

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def number(self, value: Any) -> Written:
        if isinstance(value, bool):
            return Written(f"condition is {'true' if value else 'false'}")
        if isinstance(value, str):
            return Written(value)
        return Written(numeral(value), UNARY if value < 0 else ATOM)

    def name(self, name: str) -> Written:
        return Written(self.names.get(name, name))

    def binary(self, operator: str, left: Written, right: Written) -> Written:
        if operator == "**":
            return Written(f"{self.inner(left, ATOM)}**{self.inner(right, UNARY)}", POWER)
        return super().binary(operator, left, right)

    def choice(self, condition: Written, yes: Written, no: Written) -> Written:
        sides = self.inner(yes, LOGIC), self.inner(condition, LOGIC), self.inner(no, CHOICE)
        return Written("{} if {} else {}".format(*sides), CHOICE)

    def call(self, function: str, arguments: list[Written]) -> Written:
        return Written(f"{function}({', '.join(argument.text for argument in arguments)})")
