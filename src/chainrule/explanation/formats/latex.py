"""An explanation in LaTeX; Markdown uses its notation too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...engine.node import Node
from ...table.latex import CONSTANTS, LaTeX, upright
from ...table.ops import TABLE
from ...table.visitor import ATOM, QUOTIENT, SUM, Written
from ..content import Content
from ..names import Name, Names
from ..notation import Notation, number_text
from ..sheet import Row, write

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
"""Replacements for characters with a meaning in LaTeX, Markdown or HTML."""

_SIGNS = {"*": r"\cdot", "=": "=", "+": "+", "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
_SPLIT = re.compile("([" + re.escape("".join(_SPECIAL)) + "]+)")


def escape(text: str) -> str:
    """Return a text for use inside mathematics, without special characters.

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
    ellipsis = r"\vdots\ "
    comma = r",\quad "
    colon = r":\quad "

    def name(self, node: Node) -> str:
        return set_name(self.names[node])

    def operand(self, node: Node) -> str:
        text = self.name(node)
        return text if self.names[node].stands_alone else f"({text})"

    def derivative(self, over: Node, under: Node) -> str:
        sides = [rf"\mathrm{{d}}{self._spaced(node)}" for node in (over, under)]
        return rf"\frac{{{sides[0]}}}{{{sides[1]}}}"

    def _spaced(self, node: Node) -> str:
        text = self.operand(node)
        return text if text.startswith(("\\", "{", "(")) else " " + text

    def number(self, x: float, *, is_first: bool = True) -> str:
        if x != x:
            return r"\text{nan}"
        text = number_text(x).replace("−", "-").replace("∞", r"\infty")
        mantissa, _, exponent = text.partition("e")
        if exponent:
            text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
        return text if is_first or not text.startswith("-") else rf"({text})"

    def join(self, sides: Sequence[str], sign: str) -> str:
        command = sign if sign in "<>" else _SIGNS.get(sign)
        return f" {command or escape(f' {sign} ')} ".join(sides)

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
        rows = list(TABLE.values())  # another thread may define an operation meanwhile
        super().__init__({row.name: row.latex for row in rows}, {**CONSTANTS, **names})
        self.notation = notation

    def number(self, value: Any) -> Written:
        if isinstance(value, bool):
            return Written(rf"\text{{the condition (here {'true' if value else 'false'})}}")
        if isinstance(value, str):
            return Written(escape(value))
        return Written(self.notation.number(value), SUM if value < 0 else ATOM)


def render(content: Content, names: Names) -> str:
    """Return the explanation as aligned equations, to be put between `$$`."""
    sheet = write(content, LaTeXNotation(names))
    rows = [_row(row) for entry in sheet.entries for row in entry]
    before = filter(None, (sheet.title, sheet.inputs, *sheet.forward))
    lines = [*map("& {}".format, before), *rows, *map("& {}".format, sheet.notes)]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _row(row: Row) -> str:
    left = "& " + (r"\quad " if row.is_indented else "") + row.text
    return f"{left} && {row.reason}" if row.reason else left
