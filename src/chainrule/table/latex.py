"""A formula in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from .visitor import ATOM, FRACTION, POWER, PRODUCT, SUM, Typesetter, Written

CONSTANTS = {"pi": r"\pi", "inf": r"\infty", "e": "e", "out": r"\mathrm{out}"}
_OPERAND = re.compile(r"\\left\(\{([xyz])\}\\right\)|\{([xyz])\}")


def upright(name: str, command: str = "operatorname") -> str:
    """Return a name in upright letters.

    Example:
        >>> print(upright("my_cube"))
        \\operatorname{my\\_cube}
    """
    escaped = name.replace("_", r"\_")
    return rf"\{command}{{{escaped}}}"


def fill(template: str, operands: Mapping[str, Written]) -> str:
    """Put operands into a template; a single letter or number needs no parentheses."""

    def operand(match: re.Match[str]) -> str:
        fenced, bare = match.groups()
        text, binding = operands[fenced or bare]
        if bare:
            return f"{{{text}}}"
        return f" {text}" if binding >= ATOM else rf"\left({{{text}}}\right)"

    return _OPERAND.sub(operand, template)


def _template_binding(template: str) -> int:
    """How tightly the loosest operator of a template binds outside groups and fences."""
    bare = re.sub(r"\\left.*\\right", "", template)
    for _ in range(template.count("{")):
        bare = re.sub(r"\{[^{}]*\}", "", bare)
    if re.search(r"[-+<>=]|\\(le|ge|ne)\b", bare):
        return SUM
    return PRODUCT if re.search(r"\\(cdot|bmod)\b", bare) else FRACTION


class LaTeX(Typesetter):
    """Writes a formula in LaTeX.

    Args:
        calls: Each function's template, such as `\\tanh\\left({x}\\right)`; without one its name is
            set upright.
        names: How names are written.
    """

    operators: ClassVar = {
        "*": r"\cdot", "%": r"\bmod", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne",
        "and": r"\land", "or": r"\lor", "not ": r"\lnot ",
    }  # fmt: skip

    def __init__(self, calls: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.calls = calls
        self.names = names

    def fence(self, text: str) -> str:
        return rf"\left({text}\right)"

    def number(self, value: Any) -> Written:
        return Written(f"{value:g}" if isinstance(value, float) else str(value))

    def name(self, name: str) -> Written:
        return Written(self.names.get(name, name if len(name) == 1 else upright(name, "mathrm")))

    def unary(self, operator: str, operand: Written) -> Written:
        return Written(super().unary(operator, operand).text, SUM)

    def binary(self, operator: str, left: Written, right: Written) -> Written:
        match operator:
            case "/":
                return Written(rf"\frac{{{left.text}}}{{{right.text}}}", FRACTION)
            case "//":
                return Written(rf"\left\lfloor \frac{{{left.text}}}{{{right.text}}} \right\rfloor")
            case "**":
                return Written(f"{self.inner(left, ATOM)}^{{{right.text}}}", POWER)
        if operator == "+" and right.text.startswith("-"):
            right = Written(self.fence(right.text))
        return super().binary(operator, left, right)

    def choice(self, condition: Written, yes: Written, no: Written) -> Written:
        rows = rf"{yes.text} & {condition.text} \\ {no.text} & \text{{otherwise}}"
        return Written(rf"\begin{{cases}} {rows} \end{{cases}}")

    def call(self, function: str, arguments: list[Written]) -> Written:
        template = self.calls.get(function)
        if template is None:
            parts = ", ".join(argument.text for argument in arguments)
            return Written(rf"{upright(function)}\left({parts}\right)")
        return Written(fill(template, dict(zip("xyz", arguments))), _template_binding(template))
