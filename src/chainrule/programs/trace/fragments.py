"""A formula as a fragment of a tape: the nodes that recording it appends.

The locals of a fragment are numbered: 0, 1, 2 are the operands x, y, z and 3 is `out`, the result
of the operation; then come the constants, then one local for each item of the code.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from ...errors import FormulaError
from ...table.formula import CONSTANTS, Formula

LOCALS = ("x", "y", "z", "out")

_Reference = tuple[str, int]
"""The kind of a local, and its number among those of its kind."""


class Fragment(NamedTuple):
    """A formula in single assignments.

    Attributes:
        constants: The numbers in it, locals 4, 5, ...
        code: The operations in order, each `(rule number, local, local, local)`; -1 for no operand.
        result: The local that holds the value of the formula.
    """

    constants: tuple[float, ...]
    code: tuple[tuple[int, int, int, int], ...]
    result: int


_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}


def fragment(formula: Formula, numbers: Mapping[str, int]) -> Fragment:
    """Return a checked formula as a fragment.

    Args:
        formula: A formula in the operands and `out`.
        numbers: The rule numbers of the operations, by name.
    """
    writer = _Writer(formula.names, numbers)
    result = writer.write(formula.tree)
    start = {"operand": 0, "constant": len(LOCALS), "code": len(LOCALS) + len(writer.constants)}

    def local(reference: _Reference | None) -> int:
        return -1 if reference is None else start[reference[0]] + reference[1]

    code = tuple((op, local(x), local(y), local(z)) for op, (x, y, z) in writer.code)
    return Fragment(tuple(writer.constants), code, local(result))


class _Writer:
    """Writes a syntax tree as single assignments, each distinct constant once."""

    def __init__(self, names: tuple[str, ...], numbers: Mapping[str, int]) -> None:
        self.names = names
        self.numbers = numbers
        self.constants: list[float] = []
        self.code: list[tuple[int, tuple[_Reference | None, ...]]] = []

    def constant(self, value: float) -> _Reference:
        if value not in self.constants:
            self.constants.append(float(value))
        return "constant", self.constants.index(value)

    def call(self, name: str, *operands: _Reference) -> _Reference:
        padded = (*operands, *(None,) * (3 - len(operands)))
        self.code.append((self.numbers[name], padded))
        return "code", len(self.code) - 1

    def write(self, node: ast.expr) -> _Reference:
        match node:
            case ast.Constant(value=value):
                return self.constant(value)  # type: ignore[arg-type]  # parse lets only numbers through
            case ast.Name(id=name) if name in CONSTANTS and name not in self.names:
                return self.constant(CONSTANTS[name])
            case ast.Name(id=name):
                return "operand", LOCALS.index(name)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                return self.constant(-value)  # type: ignore[operator,arg-type]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.call("neg", self.write(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.write(operand)
            case ast.UnaryOp(operand=operand):
                return self.call("eq", self.write(operand), self.constant(0.0))
            case ast.BinOp(left=left, op=op, right=right):
                return self.call(_BINARY[type(op)], self.write(left), self.write(right))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                return self._chain(left, ops, rest)
            case ast.BoolOp(op=op, values=values):
                return self._logic(isinstance(op, ast.And), [self.write(x) for x in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.call("where", self.write(test), self.write(body), self.write(orelse))
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, *(self.write(x) for x in arguments))
        raise FormulaError(f"{ast.unparse(node)} can't be recorded.")

    def _chain(self, left: ast.expr, ops: list[ast.cmpop], rest: list[ast.expr]) -> _Reference:
        """`a < b <= c` as `a < b and b <= c`."""
        sides = [self.write(side) for side in (left, *rest)]
        tests = [self.call(_COMPARE[type(op)], *pair) for op, pair in zip(ops, pairwise(sides))]
        return self._logic(True, tests)

    def _logic(self, every: bool, conditions: list[_Reference]) -> _Reference:
        """`and` and `or` as choices between numbers: 1 for true, 0 for false."""
        out = conditions[-1]
        for condition in reversed(conditions[:-1]):
            if every:
                out = self.call("where", condition, out, self.constant(0.0))
            else:
                out = self.call("where", condition, self.constant(1.0), out)
        return out
