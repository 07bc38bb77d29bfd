"""Mathematics in MathML Core, which browsers set without a script."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Sequence
from typing import Any

from ..numerals import MINUS
from .maths import Formula
from .names import Name
from .notation import Notation, numeral
from .plain_text import ATOM, CHOICE, COMPARE, LOGIC, PLUS, POWER, TIMES, UNARY

_SIGNS = {"*": "·", "-": MINUS}
_FUNCTIONS = {
    "log": "ln", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh",
    "acosh": "arcosh", "atanh": "artanh", "sigmoid": "σ", "relu": "ReLU", "silu": "SiLU",
    "gelu": "GELU", "elu": "ELU", "leaky_relu": "LeakyReLU",
}  # fmt: skip
_FENCES = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
_NAMES = {"pi": "<mi>π</mi>", "inf": "<mi>∞</mi>", "e": "<mi>e</mi>"}
_BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", PLUS),
    ast.Sub: (MINUS, PLUS),
    ast.Mult: ("·", TIMES),
    ast.Mod: ("mod", TIMES),
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
}  # fmt: skip


def set_name(name: Name) -> str:
    """A name: one letter in italics, a letter and digits with an index, words upright."""
    indexed = re.fullmatch(r"([^\W\d_])_?(\d+)", name.text)
    if indexed:
        text = f"<msub><mi>{html.escape(indexed[1])}</mi><mn>{indexed[2]}</mn></msub>"
    elif name.is_word:
        text = f"<mi>{html.escape(name.text)}</mi>"
    else:
        text = f"<mtext>{html.escape(name.text)}</mtext>"
    return text if name.turn == 1 else f"<msup>{text}<mtext>({name.turn})</mtext></msup>"


class MathMLNotation(Notation):
    """Writes mathematics in MathML, and sentences in HTML."""

    def name(self, node: Any) -> str:
        name = self.names[node]
        return set_name(name) if name.stands_alone else _row(_fence(set_name(name)))

    def derivative(self, over: Any, under: Any) -> str:
        sides = "".join(
            f'<mrow><mi mathvariant="normal">d</mi>{self.name(node)}</mrow>'
            for node in (over, under)
        )
        return f"<mfrac>{sides}</mfrac>"

    def number(self, x: float, *, is_first: bool = True) -> str:
        text, sign = numeral(x), ""
        if text.startswith(MINUS):
            text, sign = text[1:], f'<mo form="prefix">{MINUS}</mo>'
        mantissa, _, exponent = text.partition("e")
        number = "<mi>∞</mi>" if mantissa == "∞" else f"<mn>{mantissa}</mn>"
        if exponent:
            power = int(exponent.replace(MINUS, "-"))
            ten = f"<msup><mn>10</mn>{self.number(power)}</msup>"
            number = f"{number}<mo>·</mo>{ten}"
        if not sign:
            return _row(number) if exponent else number
        return _row(sign + number) if is_first else _row(_fence(sign + number))

    def join(self, sides: Sequence[str], sign: str) -> str:
        if " " in sign:
            return f"<mtext>&nbsp;{html.escape(sign)}&nbsp;</mtext>".join(sides)
        return f"<mo>{html.escape(_SIGNS.get(sign, sign))}</mo>".join(sides)

    def dots(self, count: int) -> str:
        return f"<mo>⋯</mo><mtext>({count:,} more)</mtext>"

    def words(self, text: str) -> str:
        return html.escape(text)

    def inline(self, maths: str) -> str:
        return f"<math>{maths}</math>"

    def display(self, maths: str) -> str:
        """Mathematics beside which nothing stands, its fractions in full size."""
        return f'<math displaystyle="true">{maths}</math>'

    def formula(self, formula: Formula, *, is_factor: bool = False) -> str:
        names = {name: self.name(node) for name, node in formula.nodes.items()}
        text, binding = _Tree(self, names).write(formula.tree)
        return _row(_fence(text)) if is_factor and binding < TIMES + 1 else text


class _Tree:
    """Writes a syntax tree."""

    def __init__(self, notation: MathMLNotation, names: dict[str, str]) -> None:
        self.notation = notation
        self.names = names

    def write(self, tree: ast.expr) -> tuple[str, int]:
        """The MathML of a tree, and how tightly its outermost operator binds."""
        match tree:
            case ast.Constant(value=bool() as holds):
                return f"<mtext>condition is {'true' if holds else 'false'}</mtext>", ATOM
            case ast.Constant(value=str() as words):
                return f"<mtext>{html.escape(words)}</mtext>", ATOM
            case ast.Constant(value=x):
                assert isinstance(x, (int, float))
                return self.notation.number(x), ATOM if x >= 0 or x != x else UNARY
            case ast.Name(id=name):
                return self.names.get(name) or _NAMES.get(name, f"<mi>{name}</mi>"), ATOM
            case ast.UnaryOp(op=op, operand=operand):
                sign = {ast.USub: MINUS, ast.UAdd: "", ast.Not: "¬"}[type(op)]
                return f'<mo form="prefix">{sign}</mo>{self.inner(operand, UNARY)}', UNARY
            case ast.BinOp():
                return self.binary(tree)
            case ast.Compare(left=left, ops=ops, comparators=rest):
                text = self.inner(left, PLUS)
                for comparison, side in zip(ops, rest):
                    sign = html.escape(_COMPARISONS[type(comparison)])
                    text += f"<mo>{sign}</mo>{self.inner(side, PLUS)}"
                return text, COMPARE
            case ast.BoolOp(op=op, values=values):
                sign = "∧" if isinstance(op, ast.And) else "∨"
                return f"<mo>{sign}</mo>".join(self.inner(v, COMPARE) for v in values), LOGIC
            case ast.IfExp(test=test, body=body, orelse=orelse):
                words = "<mtext>&nbsp;{}&nbsp;</mtext>"
                sides = [self.inner(side, LOGIC) for side in (body, test, orelse)]
                return sides[0] + words.format("if") + sides[1] + words.format("else") + sides[
                    2
                ], CHOICE
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, arguments)
        raise AssertionError(f"{ast.dump(tree)} got past parse")

    def inner(self, tree: ast.expr, at_least: int) -> str:
        text, binding = self.write(tree)
        return _row(text if binding >= at_least else _fence(text))

    def binary(self, tree: ast.BinOp) -> tuple[str, int]:
        left, op, right = tree.left, tree.op, tree.right
        if isinstance(op, ast.Div):
            return f"<mfrac>{self.inner(left, 0)}{self.inner(right, 0)}</mfrac>", ATOM - 1
        if isinstance(op, ast.FloorDiv):
            quotient = f"<mfrac>{self.inner(left, 0)}{self.inner(right, 0)}</mfrac>"
            return _row(_fence(quotient, "⌊", "⌋")), ATOM
        if isinstance(op, ast.Pow):
            return f"<msup>{self.inner(left, ATOM)}{self.inner(right, 0)}</msup>", POWER
        sign, binding = _BINARY[type(op)]
        is_negative = isinstance(right, ast.Constant) and str(right.value).startswith("-")
        tight = ATOM if is_negative else binding + (not isinstance(op, ast.Add))
        return f"{self.inner(left, binding)}<mo>{sign}</mo>{self.inner(right, tight)}", binding

    def call(self, function: str, arguments: list[ast.expr]) -> tuple[str, int]:
        parts = [self.inner(argument, 0) for argument in arguments]
        if function == "exp":
            return f"<msup><mi>e</mi>{parts[0]}</msup>", POWER
        if function == "sqrt":
            return f"<msqrt>{parts[0]}</msqrt>", ATOM
        if function == "cbrt":
            return f"<mroot>{parts[0]}<mn>3</mn></mroot>", ATOM
        if function in _FENCES:
            return _row(_fence(parts[0], *_FENCES[function])), ATOM
        if function in ("log2", "log10"):
            name = f"<msub><mi>log</mi><mn>{function[3:]}</mn></msub>"
        else:
            name = f"<mi>{html.escape(_FUNCTIONS.get(function, function))}</mi>"
        return _row(f"{name}<mo>&#x2061;</mo>{_fence('<mo>,</mo>'.join(parts))}"), ATOM


def _fence(text: str, left: str = "(", right: str = ")") -> str:
    return f'<mo form="prefix">{left}</mo>{text}<mo form="postfix">{right}</mo>'


def _row(text: str) -> str:
    return f"<mrow>{text}</mrow>"
