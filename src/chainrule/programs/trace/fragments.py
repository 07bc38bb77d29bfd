"""A formula as a fragment of a tape: the nodes that recording it appends.

The locals of a fragment are numbered: 0, 1, 2 are the operands x, y, z and 3 is `out`, the result
of the operation; then come the constants, then one local for each item of the code.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ...table.formula import CONSTANTS, Formula
from ...table.visitor import Visitor

LOCALS = ("x", "y", "z", "out")

_Reference = tuple[str, int]
"""The kind of a local, and its number among those of its kind."""

_UNUSED = ("none", -1)
_BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floordiv", "%": "mod", "**": "pow",
}  # fmt: skip
_COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}


class Fragment(NamedTuple):
    """A formula in single assignments. An item of `code` is a rule number and three locals, of
    which -1 is no operand; `result` is the local that holds the value of the formula."""

    constants: tuple[float, ...]
    code: tuple[tuple[int, int, int, int], ...]
    result: int


def fragment(formula: Formula, numbers: Mapping[str, int]) -> Fragment:
    """Return a checked formula in the operands and `out` as a fragment. `numbers` are the rule
    numbers of the operations, by name."""
    writer = _Writer(formula.names, numbers)
    result = writer.visit(formula.tree)
    count = len(LOCALS)
    start = {"none": 0, "operand": 0, "constant": count, "code": count + len(writer.constants)}

    def local(reference: _Reference) -> int:
        return start[reference[0]] + reference[1]

    code = tuple((op, local(x), local(y), local(z)) for op, (x, y, z) in writer.code)
    return Fragment(tuple(writer.constants), code, local(result))


class _Writer(Visitor[_Reference]):
    """Writes a syntax tree as single assignments, each distinct constant once."""

    def __init__(self, names: tuple[str, ...], numbers: Mapping[str, int]) -> None:
        self.names = names
        self.numbers = numbers
        self.constants: list[float] = []
        self.code: list[tuple[int, tuple[_Reference, ...]]] = []

    def visit(self, node: ast.expr) -> _Reference:
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                return self.number(-value)  # type: ignore[operator]  # parse lets only numbers through
        return super().visit(node)

    def number(self, value: Any) -> _Reference:
        if value not in self.constants:
            self.constants.append(float(value))
        return "constant", self.constants.index(value)

    def name(self, name: str) -> _Reference:
        if name in CONSTANTS and name not in self.names:
            return self.number(CONSTANTS[name])
        return "operand", LOCALS.index(name)

    def unary(self, operator: str, operand: _Reference) -> _Reference:
        if operator == "-":
            return self._append("neg", operand)
        return operand if operator == "+" else self._append("eq", operand, self.number(0.0))

    def binary(self, operator: str, left: _Reference, right: _Reference) -> _Reference:
        return self._append(_BINARY[operator], left, right)

    def compare(self, operators: list[str], sides: list[_Reference]) -> _Reference:
        """`a < b <= c` as `a < b and b <= c`."""
        tests = [self._append(_COMPARE[op], *pair) for op, pair in zip(operators, pairwise(sides))]
        return self.logic("and", tests)

    def logic(self, word: str, sides: list[_Reference]) -> _Reference:
        """`and` and `or` as choices between numbers: 1 for true, 0 for false."""
        out = sides[-1]
        for side in reversed(sides[:-1]):
            if word == "and":
                out = self.choice(side, out, self.number(0.0))
            else:
                out = self.choice(side, self.number(1.0), out)
        return out

    def choice(self, condition: _Reference, yes: _Reference, no: _Reference) -> _Reference:
        return self._append("where", condition, yes, no)

    def call(self, function: str, arguments: list[_Reference]) -> _Reference:
        return self._append(function, *arguments)

    def _append(self, name: str, *operands: _Reference) -> _Reference:
        self.code.append((self.numbers[name], (*operands, _UNUSED, _UNUSED)[:3]))
        return "code", len(self.code) - 1
