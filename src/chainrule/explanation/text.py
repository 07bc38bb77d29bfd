"""An explanation as text, the reasons in a column of their own."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .maths import Content, Entry, Line, Sentence
from .names import Names
from .plain_text import TextNotation

WIDTH = 100
WIDEST_EQUATION = 56
"""An equation that is longer pushes its reason to the next line."""

NARROWEST_REASON = 30
MOST_MEASURED = 100
"""So many lines decide where the reasons stand."""

GAP = 3


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_letter_columns, text))


@lru_cache(maxsize=1024)
def _letter_columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def render(content: Content, names: Names, width: int = WIDTH) -> str:
    """Return the explanation as text, no wider than `width` where words allow."""
    return _Text(TextNotation(names), width).render(content)


class _Text:
    def __init__(self, notation: TextNotation, width: int) -> None:
        self.notation = notation
        self.width = max(40, width)
        self.column = 0

    def render(self, content: Content) -> str:
        rows = [(indent, line) for entry in content.entries for indent, line in _lines(entry)]
        self.column = self._best_column([row for row in rows if row[1].because][:MOST_MEASURED])
        blocks = ["\n".join(self.wrap(self.notation.sentence(content.title), 0, 0))]
        blocks.append("\n".join(self._forward(content)))
        blocks.append("\n".join(self._backward(content)))
        notes = [self.wrap(self.notation.sentence(note), 0, 0) for note in content.notes]
        blocks.append("\n".join(line for note in notes for line in note))
        return "\n\n".join(block for block in blocks if block)

    def _best_column(self, rows: list[tuple[int, Line]]) -> int:
        """Where the reasons stand: where the whole takes the fewest lines."""
        lengths = {indent + columns(self._left(line)) for indent, line in rows}
        widest = min(WIDEST_EQUATION, self.width * 3 // 5)
        found, fewest = 20, len(rows) * self.width
        for length in sorted(x for x in lengths if x <= widest):
            self.column = length + GAP
            count = sum(len(self._line(line, indent)) for indent, line in rows)
            if count <= fewest:
                found, fewest = self.column, count
        return found

    def _left(self, line: Line) -> str:
        return self.notation.sentence(line.lead) + self.notation.equation(line.equation)

    def _forward(self, content: Content) -> list[str]:
        given = ", ".join(map(self.notation.equation, content.inputs))
        if content.inputs_note:
            given += ", " + self.notation.sentence(content.inputs_note)
        lines = self.wrap(given, 2, 2) if given else []
        for place, made in enumerate(content.forward):
            if place == content.forward_cut:
                lines += self.wrap("… " + self.notation.sentence(content.forward_note), 2, 4)
            lines += self.wrap(self.notation.sentence(made), 2, 6)
        return lines

    def _backward(self, content: Content) -> list[str]:
        lines: list[str] = []
        for place, entry in enumerate(content.entries):
            if place == content.cut:
                lines += self.wrap("… " + self.notation.sentence(content.cut_note), 2, 4)
            lines += self._entry(entry)
        return lines

    def _entry(self, entry: Entry) -> list[str]:
        lines: list[str] = []
        if entry.terms:
            symbol = self.notation.side(entry.line.equation.sides[0])
            lines += self.wrap(f"{symbol}: {self.notation.sentence(entry.heading)}", 2, 4)
        for line in entry.terms:
            lines += self._line(line, 6)
        if entry.terms_note:
            lines += self.wrap("… " + self.notation.sentence(entry.terms_note), 6, 8)
        lines += self._line(entry.line, 6 if entry.terms else 2)
        for remark in entry.remarks:
            lines += self.wrap("! " + self.notation.sentence(remark), 6, 8)
        if entry.chains:
            lines += ["", *self.wrap(self.notation.sentence(entry.chains_heading), 2, 4)]
            for line in entry.chains:
                lines += self.wrap(self._left(line), 6, 10)
        return lines

    def _line(self, line: Line, indent: int) -> list[str]:
        left = " " * indent + self._left(line)
        if not line.because:
            return self.wrap(left.strip(), indent, indent + 4)
        reason = self.notation.sentence(self.notation.because(line))
        column = self.column
        if self.width - column < NARROWEST_REASON:
            column = indent + 4
        rest = self.wrap(reason, column, column)
        if columns(left) + GAP > column:
            return [*self.wrap(left.strip(), indent, indent + 4), *rest]
        return [left + " " * (column - columns(left)) + rest[0].strip(), *rest[1:]]

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


def _lines(entry: Entry) -> list[tuple[int, Line]]:
    """The lines of an entry that have a reason beside them, and how far they are set in."""
    if not entry.terms:
        return [(2, entry.line)]
    return [*((6, term) for term in entry.terms), (6, entry.line)]


def sentence(sentence_: Sentence, names: Names) -> str:
    """Return one sentence as text."""
    return TextNotation(names).sentence(sentence_)
