"""An explanation in LaTeX; its mathematics is also that of the Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..table.latex import CONSTANTS, LaTeX, upright
from ..table.ops import TABLE
from ..table.visitor import ATOM, QUOTIENT, SUM, Written
from .maths import Content, Entry, Line, Sentence
from .names import Name, Names
from .notation import Notation, numeral

_SPECIAL = {
    "\\": r"\backslash ",
    "{": r"\lbrace ",
    "}": r"\rbrace ",
    "$": r"\$",
    "_": r"\_",
    "#": r"\#",
    "%": r"\%",
    "&": r"\&",
    "^": r"\text{ˆ}",
    "~": r"\sim ",
    "<": "{<}",
    ">": "{>}",
    "|": r"\vert ",
    "*": r"\ast ",
    "`": "‵",
    '"': "”",
    "…": r"\ldots ",
}
"""What stands in mathematics for a character that would mean something in LaTeX, Markdown or
HTML."""

_SIGNS = {"*": r"\cdot", "=": "=", "+": "+", "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
_SPLIT = re.compile("([" + re.escape("".join(_SPECIAL)) + "]+)")


def escape(text: str) -> str:
    """Return a text as it is written inside mathematics, without a character that could end it.

    Example:
        >>> escape("a_b c")
        '\\\\text{a}\\\\_\\\\text{b c}'
    """
    pieces = []
    for piece in _SPLIT.split(text):
        if piece and piece[0] in _SPECIAL:
            pieces += [_SPECIAL[letter] for letter in piece]
        elif piece:
            pieces.append(rf"\text{{{piece}}}")
    return "".join(pieces)


def set_name(name: Name) -> str:
    """A name in LaTeX: one letter as it is, a letter and digits with an index, words upright."""
    indexed = re.fullmatch(r"([^\W\d_])_?(\d+)", name.text)
    if len(name.text) == 1 and name.is_word and name.text != "_":
        text = name.text
    elif indexed:
        text = f"{indexed[1]}_{{{indexed[2]}}}"
    elif name.is_word:
        text = upright(name.text, "mathrm")
    else:
        text = escape(name.text)
    return text if name.turn == 1 else rf"{{{text}}}^{{({name.turn})}}"


class LaTeXNotation(Notation):
    """Writes mathematics in LaTeX, for TeX itself, MathJax and KaTeX."""

    factor_binding = QUOTIENT

    def name(self, node: Any) -> str:
        return set_name(self.names[node])

    def operand(self, node: Any) -> str:
        text = self.name(node)
        return text if self.names[node].stands_alone else f"({text})"

    def derivative(self, over: Any, under: Any) -> str:
        sides = [rf"\mathrm{{d}}{self._spaced(node)}" for node in (over, under)]
        return rf"\frac{{{sides[0]}}}{{{sides[1]}}}"

    def _spaced(self, node: Any) -> str:
        text = self.operand(node)
        return text if text.startswith(("\\", "{", "(")) else " " + text

    def number(self, x: float, *, is_first: bool = True) -> str:
        if x != x:
            return r"\text{nan}"
        text = numeral(x).replace("−", "-").replace("∞", r"\infty")
        mantissa, _, exponent = text.partition("e")
        if exponent:
            text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
        return text if is_first or not text.startswith("-") else rf"({text})"

    def join(self, sides: Sequence[str], sign: str) -> str:
        known = sign if sign in "<>" else _SIGNS.get(sign)
        return f" {known or escape(f' {sign} ')} ".join(sides)

    def dots(self, count: int) -> str:
        return rf"\cdots\ \text{{({count:,} more)}}"

    def words(self, text: str) -> str:
        return escape(text)

    def typesetter(self, names: Mapping[str, str]) -> FormulaLaTeX:
        return FormulaLaTeX(self, names)


class FormulaLaTeX(LaTeX):
    """Writes the formula of a node.

    Args:
        notation: Writes its numbers.
        names: What its names stand for.
    """

    def __init__(self, notation: LaTeXNotation, names: Mapping[str, str]) -> None:
        super().__init__({name: row.latex for name, row in TABLE.items()}, {**CONSTANTS, **names})
        self.notation = notation

    def number(self, value: Any) -> Written:
        if isinstance(value, bool):
            return Written(rf"\text{{the condition (here {'true' if value else 'false'})}}")
        if isinstance(value, str):
            return Written(escape(value))
        return Written(self.notation.number(value), SUM if value < 0 else ATOM)


def render(content: Content, names: Names) -> str:
    """Return the explanation as displayed equations, one below the other, ready for `$$`."""
    notation = LaTeXNotation(names)
    rows = [_row(equation_row) for equation_row in _rows(content, notation)]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


Row = tuple[str, str]


def _row(row: Row) -> str:
    left, reason = row
    return f"& {left} && {reason}" if reason else f"& {left}"


def _rows(content: Content, notation: LaTeXNotation) -> list[Row]:
    """The lines, each with its reason."""
    rows: list[Row] = [(notation.sentence(content.title), "")]
    if content.inputs:
        rows.append((r",\quad ".join(map(notation.equation, content.inputs)), ""))
    if content.inputs_note:
        rows.append((notation.sentence(content.inputs_note), ""))
    for place, made in enumerate(content.forward):
        if place == content.forward_cut:
            rows.append((r"\vdots\ " + notation.sentence(content.forward_note), ""))
        rows.append((notation.sentence(made), ""))
    for place, entry in enumerate(content.entries):
        if place == content.cut:
            rows.append((r"\vdots\ " + notation.sentence(content.cut_note), ""))
        rows += _entry(entry, notation)
    return [*rows, *((notation.sentence(note), "") for note in content.notes)]


def _entry(entry: Entry, notation: LaTeXNotation) -> list[Row]:
    rows: list[Row] = []
    if entry.terms:
        symbol = notation.side(entry.line.equation.sides[0])
        rows.append((symbol + r":\quad " + notation.sentence(entry.heading), ""))
        rows += [_line(term, notation, r"\quad ") for term in entry.terms]
        if entry.terms_note:
            rows.append((r"\quad \vdots\ " + notation.sentence(entry.terms_note), ""))
        rows.append(_line(entry.line, notation, r"\quad "))
    else:
        rows.append(_line(entry.line, notation))
    rows += [(r"\quad " + notation.sentence(remark), "") for remark in entry.remarks]
    if entry.chains:
        rows.append((notation.sentence(entry.chains_heading), ""))
        rows += [_line(chain, notation, r"\quad ") for chain in entry.chains]
    return rows


def _line(line: Line, notation: LaTeXNotation, indent: str = "") -> Row:
    left = indent + notation.sentence(line.lead) + notation.equation(line.equation)
    reason: Sentence = notation.because(line)
    return left, notation.sentence(reason)
