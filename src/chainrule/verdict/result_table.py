"""Results as tables: aligned text, and HTML in which every text is escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TypeVar, overload

from ..engine.node import Node
from ..engine.wording import in_words

LONGEST = 40
"""A longer label is cut in a table; the picture shows all of it."""

Row = TypeVar("Row")


def name_of(node: Node) -> str:
    """A node's name in a table: one line of printable text, whatever its label holds.

    Every neuron has a parameter `w[0]`, so that of a parameter begins with its scopes.
    """
    text = str(node.label) if node.label != "" else in_words(node)
    if node.kind == "parameter" and node.label != "":
        text = " / ".join((*node.scope, text))
    return printable(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def printable(text: str) -> str:
    """The text with a replacement for every control character."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def error_text(error: BaseException) -> str:
    """An exception in words, without a full stop."""
    text = printable(str(error)).rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def text_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> str:
    """Align columns under their headings, those in `right` at their right end."""
    table = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in table
    )
    return "\n".join(lines)


class ResultTable:
    """A result that shows as a headline, a table and notes: as text, and as HTML in a notebook."""

    HEADINGS: Sequence[str] = ()
    RIGHT: Sequence[int] = ()  # the columns that are aligned at their right end

    @property
    def title(self) -> str:
        """The result in one sentence."""
        raise NotImplementedError  # each result has its own

    def headline(self) -> str:
        """Return what the table says, in one or two sentences."""
        return self.title

    def cells(self) -> list[tuple[str, ...]]:
        """Return the rows as text, in the order of HEADINGS."""
        raise NotImplementedError  # each result has its own

    def _notes(self) -> Sequence[str]:
        """Sentences below the table."""
        return ()

    def _body(self) -> str:
        """The table and the notes."""
        cells = self.cells()
        table = [text_table(self.HEADINGS, cells, self.RIGHT)] if cells else []
        return "\n".join([*table, *self._notes()])

    def __str__(self) -> str:
        return f"{self.headline()}\n\n{self._body()}".rstrip()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        cells = self.cells()
        shown = [i for i in range(len(self.HEADINGS)) if any(row[i] for row in cells)]
        head = "".join(self._cell("th", self.HEADINGS[i], i) for i in shown)
        rows = ("".join(self._cell("td", row[i], i) for i in shown) for row in cells)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        table = (
            f'<table style="margin:.5em 0;border-collapse:collapse"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
        headline = f'<p style="margin:.5em 0"><b>{html.escape(self.headline())}</b></p>'
        notes = (f'<p style="margin:.5em 0">{html.escape(note)}</p>' for note in self._notes())
        return f"<div>{headline}{table if cells else ''}{''.join(notes)}</div>"

    def _cell(self, tag: str, text: str, column: int) -> str:
        # On each cell, since JupyterLab's style sheet aligns the cells of every table right.
        side = "right" if column in self.RIGHT else "left"
        style = f"text-align:{side};vertical-align:top;white-space:pre-wrap"
        return f'<{tag} style="{style}">{html.escape(text)}</{tag}>'


class RowTable(ResultTable, Sequence[Row]):
    """A table that is also the sequence of its rows."""

    rows: Sequence[Row]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self.rows[index]
