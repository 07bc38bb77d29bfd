"""An explanation as text, with the reasons in a column.

Mathematics is written as in Python: `dL/de = dL/dd * dd/de = −2 * 1`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from ...engine.node import Node
from ...numerals import MINUS
from ...table.visitor import ATOM, CHOICE, LOGIC, POWER, PRODUCT, UNARY, Typesetter, Written
from ..content import Content
from ..names import Names
from ..notation import Notation, number_text
from ..sheet import Row, Sheet, write

WIDTH = 100
WIDEST_EQUATION = 56
"""The reason of a longer equation is on the next line."""

NARROWEST_REASON = 30
MOST_MEASURED = 100
"""The number of lines that determine the column of the reasons."""

GAP = 3


def columns(text: str) -> int:
    """The width of a text in a terminal, in columns."""
    return len(text) if text.isascii() else sum(map(_letter_columns, text))


@lru_cache(maxsize=1024)
def _letter_columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def render(content: Content, names: Names, width: int = WIDTH) -> str:
    """Return the explanation as text, no wider than `width` unless a word is."""
    sheet = write(content, TextNotation(names))
    return _Layout(max(40, width), sheet).text()


class _Layout:
    """The lines of a sheet."""

    def __init__(self, width: int, sheet: Sheet) -> None:
        self.width = width
        self.sheet = sheet
        rows = [row for entry in sheet.entries for row in entry if row.reason]
        self.column = self._best_column(rows[:MOST_MEASURED])

    def text(self) -> str:
        sheet = self.sheet
        forward = [self.wrap(sheet.inputs, 2, 2)] if sheet.inputs else []
        forward += [self.wrap(text, 2, 6) for text in sheet.forward]
        backward = [self._row(row) for entry in sheet.entries for row in entry]
        notes = [self.wrap(note, 0, 0) for note in sheet.notes]
        blocks = [[self.wrap(sheet.title, 0, 0)], forward, backward, notes]
        texts = ["\n".join(line for lines in block for line in lines) for block in blocks]
        return "\n\n".join(filter(None, texts))

    def _best_column(self, rows: list[Row]) -> int:
        """The column of the reasons that needs the fewest lines."""
        lengths = {_indent(row) + columns(row.text) for row in rows}
        widest = min(WIDEST_EQUATION, self.width * 3 // 5)
        best, fewest = 20, len(rows) * self.width
        for length in sorted(x for x in lengths if x <= widest):
            self.column = length + GAP
            count = sum(len(self._row(row)) for row in rows)
            if count <= fewest:
                best, fewest = self.column, count
        return best

    def _row(self, row: Row) -> list[str]:
        indent = _indent(row)
        if row.kind == "remark":
            return self.wrap(f"! {row.text}", indent, indent + 2)
        if row.kind != "line":
            lines = self.wrap(row.text, indent, indent + 2)
            return ["", *lines] if row.kind == "chains" else lines
        left = self.wrap(row.text.strip(), indent, indent + 4)
        if not row.reason:
            return left
        column = self.column if self.width - self.column >= NARROWEST_REASON else indent + 4
        reason = self.wrap(row.reason, column, column)
        used = indent + columns(row.text)
        if used + GAP > column:
            return [*left, *reason]
        return [" " * indent + row.text + " " * (column - used) + reason[0].strip(), *reason[1:]]

    def wrap(self, text: str, first: int, rest: int) -> list[str]:
        """Break a text into lines at its spaces."""
        if first + columns(text) <= self.width:
            return [(" " * first + text).rstrip()]
        lines: list[str] = []
        words: list[str] = []
        indent = used = first
        for word in text.split(" "):
            width = columns(word)
            if words and used + 1 + width > self.width:
                lines.append((" " * indent + " ".join(words)).rstrip())
                words, indent, used = [], rest, rest
            used += width + bool(words)
            words.append(word)
        return [*lines, (" " * indent + " ".join(words)).rstrip()]


def _indent(row: Row) -> int:
    return 6 if row.is_indented else 2


class TextNotation(Notation):
    """Writes mathematics in one line of text."""

    def name(self, node: Node) -> str:
        name = self.names[node]
        text = name.text if name.stands_alone else f"({name.text})"
        return text if name.turn == 1 else f"{text}#{name.turn}"

    def derivative(self, over: Node, under: Node) -> str:
        return f"d{self.name(over)}/d{self.name(under)}"

    def number(self, x: float, *, is_first: bool = True) -> str:
        return number_text(x)

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
        return Written(number_text(value), UNARY if value < 0 else ATOM)

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
