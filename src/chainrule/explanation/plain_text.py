"""Mathematics in a line of text, in Python's notation: `dL/de = dL/dd * dd/de = −2 * 1`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ..numerals import MINUS
from .maths import Formula
from .notation import Notation, numeral

ATOM, POWER, UNARY, TIMES, PLUS, COMPARE, LOGIC, CHOICE = 9, 8, 7, 6, 5, 4, 3, 2
"""How tightly an operator binds."""

BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", PLUS),
    ast.Sub: (MINUS, PLUS),
    ast.Mult: ("*", TIMES),
    ast.Div: ("/", TIMES),
    ast.FloorDiv: ("//", TIMES),
    ast.Mod: ("%", TIMES),
    ast.Pow: ("**", POWER),
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
}


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

    def formula(self, formula: Formula, *, is_factor: bool = False) -> str:
        names = {name: self.name(node) for name, node in formula.nodes.items()}
        text, binding = _write(formula.tree, names)
        return f"({text})" if is_factor and binding < TIMES + 1 else text


def _write(tree: ast.expr, names: dict[str, str]) -> tuple[str, int]:
    """The text of a tree, and how tightly its outermost operator binds."""

    def inner(part: ast.expr, at_least: int) -> str:
        text, binding = _write(part, names)
        return text if binding >= at_least else f"({text})"

    match tree:
        case ast.Constant(value=bool() as holds):
            return f"condition is {'true' if holds else 'false'}", ATOM
        case ast.Constant(value=str() as words):
            return words, ATOM
        case ast.Constant(value=x):
            assert isinstance(x, (int, float))
            return numeral(x), ATOM if x >= 0 or x != x else UNARY
        case ast.Name(id=name):
            return names.get(name, name), ATOM
        case ast.UnaryOp(op=op, operand=operand):
            sign = {ast.USub: MINUS, ast.UAdd: "", ast.Not: "not "}[type(op)]
            return sign + inner(operand, UNARY), UNARY
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{inner(left, ATOM)}**{inner(right, UNARY)}", POWER
        case ast.BinOp(left=left, op=op, right=right):
            sign, binding = BINARY[type(op)]
            # A negative number on the right is read more easily in parentheses behind + and −.
            tight = UNARY + 1 if binding == PLUS and _is_negative(right) else binding
            tight += not isinstance(op, ast.Add | ast.Mult)
            if isinstance(op, ast.Mult) and isinstance(right, ast.BinOp):
                tight = max(tight, TIMES + (not isinstance(right.op, ast.Mult)))
            return f"{inner(left, binding)} {sign} {inner(right, tight)}", binding
        case ast.Compare(left=left, ops=ops, comparators=rest):
            text = inner(left, PLUS)
            for comparison, side in zip(ops, rest):
                text += f" {COMPARISONS[type(comparison)]} {inner(side, PLUS)}"
            return text, COMPARE
        case ast.BoolOp(op=op, values=values):
            word = " and " if isinstance(op, ast.And) else " or "
            return word.join(inner(value, COMPARE) for value in values), LOGIC
        case ast.IfExp(test=test, body=body, orelse=orelse):
            sides = inner(body, LOGIC), inner(test, LOGIC), inner(orelse, CHOICE)
            return f"{sides[0]} if {sides[1]} else {sides[2]}", CHOICE
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return f"{function}({', '.join(inner(a, CHOICE) for a in arguments)})", ATOM
    raise AssertionError(f"{ast.dump(tree)} got past parse")


def _is_negative(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and str(tree.value).startswith("-")
