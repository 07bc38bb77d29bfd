"""Mathematics in MathML Core, which browsers render without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..engine.node import Node
from ..numerals import MINUS
from ..table.ops import TABLE
from ..table.visitor import ATOM, CHOICE, FRACTION, LOGIC, POWER, UNARY, Typesetter, Written
from .names import Name
from .notation import Notation, number_text

_NAMES = {"pi": "<mi>π</mi>", "inf": "<mi>∞</mi>", "e": "<mi>e</mi>"}
_COMMANDS = {"sigma": "σ", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉"}
_FENCED = re.compile(r"\\left\\?(\S+?) ?\{x\} ?\\right\\?(\S+)")
_FUNCTION = re.compile(r"\\(?:operatorname\{(\w+)\}|(\w+?)(?:_\{?(\d+)\}?)?)\\left\(\{x\}")


def _aloud(sign: str) -> str:
    """A sign that only a reader without MathML sees: an untrusted notebook keeps the text of
    mathematics and drops its tags, so that fractions and powers would run together."""
    return f'<mo style="display:none">{sign}</mo>'


def _fraction(upper: str, lower: str) -> str:
    return f"<mfrac><mrow>{upper}{_aloud('/')}</mrow>{lower}</mfrac>"


def _power(base: str, exponent: str) -> str:
    return f"<msup>{base}<mrow>{_aloud('^')}{exponent}</mrow></msup>"


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

    def name(self, node: Node) -> str:
        name = self.names[node]
        return set_name(name) if name.stands_alone else _row(_fence(set_name(name)))

    def derivative(self, over: Node, under: Node) -> str:
        upper, lower = (f'<mi mathvariant="normal">d</mi>{self.name(x)}' for x in (over, under))
        return _fraction(upper, _row(lower))

    def number(self, x: float, *, is_first: bool = True) -> str:
        text, sign = number_text(x), ""
        if text.startswith(MINUS):
            text, sign = text[1:], f'<mo form="prefix">{MINUS}</mo>'
        mantissa, _, exponent = text.partition("e")
        number = "<mi>∞</mi>" if mantissa == "∞" else f"<mn>{mantissa}</mn>"
        if exponent:
            power = int(exponent.replace(MINUS, "-"))
            ten = _power("<mn>10</mn>", self.number(power))
            number = f"{number}<mo>·</mo>{ten}"
        if not sign:
            return _row(number) if exponent else number
        return _row(sign + number) if is_first else _row(_fence(sign + number))

    def join(self, sides: Sequence[str], sign: str) -> str:
        if " " in sign:
            return f"<mtext>&nbsp;{html.escape(sign)}&nbsp;</mtext>".join(sides)
        written = html.escape(MathML.operators.get(sign, sign))
        return f" <mo>{written}</mo> ".join(sides)  # spaces for readers without MathML

    def dots(self, count: int) -> str:
        return f"<mo>⋯</mo><mtext>({count:,} more)</mtext>"

    def words(self, text: str) -> str:
        return html.escape(text)

    def inline(self, mathematics: str) -> str:
        return f"<math>{mathematics}</math>"

    def display(self, mathematics: str) -> str:
        """Mathematics on a line of its own, with full-size fractions."""
        return f'<math displaystyle="true">{mathematics}</math>'

    def typesetter(self, names: Mapping[str, str]) -> MathML:
        return MathML(self, names)


class MathML(Typesetter):
    """Writes a formula in MathML.

    Args:
        notation: Writes its numbers.
        names: What its names stand for.
    """

    operators: ClassVar = {
        "-": MINUS, "*": "·", "%": "mod", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠",
        "and": "∧", "or": "∨", "not ": "¬",
    }  # fmt: skip

    def __init__(self, notation: MathMLNotation, names: Mapping[str, str]) -> None:
        self.notation = notation
        self.names = names

    def fence(self, text: str) -> str:
        return _row(_fence(text))

    def inner(self, part: Written, at_least: int = 0) -> str:
        return _row(part.text) if part.binding >= at_least else self.fence(part.text)

    def apart(self, part: Written) -> str:
        """A part above, below or raised, which needs parentheses only without MathML."""
        if part.binding >= UNARY:
            return _row(part.text)
        return _row(_aloud("(") + part.text + _aloud(")"))

    def infix(self, operator: str) -> str:
        return f"<mo>{html.escape(self.operators.get(operator, operator))}</mo>"

    def prefix(self, operator: str) -> str:
        return f'<mo form="prefix">{self.operators.get(operator, operator)}</mo>'

    def number(self, value: Any) -> Written:
        if isinstance(value, bool):
            return Written(f"<mtext>condition is {'true' if value else 'false'}</mtext>")
        if isinstance(value, str):
            return Written(f"<mtext>{html.escape(value)}</mtext>")
        return Written(self.notation.number(value), UNARY if value < 0 else ATOM)

    def name(self, name: str) -> Written:
        return Written(self.names.get(name) or _NAMES.get(name, f"<mi>{name}</mi>"))

    def binary(self, operator: str, left: Written, right: Written) -> Written:
        match operator:
            case "/":
                return Written(_fraction(self.apart(left), self.apart(right)), FRACTION)
            case "//":
                quotient = self.binary("/", left, right).text
                return Written(_row(_fence(quotient, "⌊", "⌋")))
            case "**":
                return Written(_power(self.inner(left, ATOM), self.apart(right)), POWER)
        return super().binary(operator, left, right)

    def choice(self, condition: Written, yes: Written, no: Written) -> Written:
        sides = [self.inner(side, LOGIC) for side in (yes, condition, no)]
        words = "<mtext>&nbsp;{}&nbsp;</mtext>"
        text = sides[0] + words.format("if") + sides[1] + words.format("else") + sides[2]
        return Written(text, CHOICE)

    def call(self, function: str, arguments: list[Written]) -> Written:
        parts = [self.inner(argument) for argument in arguments]
        template = TABLE[function].latex if function in TABLE else ""
        match template:
            case "e^{{x}}":
                return Written(_power("<mi>e</mi>", self.apart(arguments[0])), POWER)
            case r"\sqrt{{x}}":
                return Written(f"<msqrt>{_aloud('√')}{parts[0]}</msqrt>")
            case r"\sqrt[3]{{x}}":
                return Written(f"<mroot>{parts[0]}<mrow>{_aloud('^1/')}<mn>3</mn></mrow></mroot>")
        if fenced := _FENCED.fullmatch(template):
            left, right = (_COMMANDS.get(sign, sign) for sign in fenced.groups())
            return Written(_row(_fence(parts[0], left, right)))
        name = f"<mi>{html.escape(function)}</mi>"
        if match := _FUNCTION.match(template):
            word, command, base = match.groups()
            name = f"<mi>{html.escape(word or _COMMANDS.get(command, command))}</mi>"
            if base:
                name = f"<msub>{name}<mn>{base}</mn></msub>"
        return Written(_row(f"{name}<mo>&#x2061;</mo>{_fence('<mo>,</mo>'.join(parts))}"))


def _fence(text: str, left: str = "(", right: str = ")") -> str:
    return f'<mo form="prefix">{left}</mo>{text}<mo form="postfix">{right}</mo>'


def _row(text: str) -> str:
    return f"<mrow>{text}</mrow>"
