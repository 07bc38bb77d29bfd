"""How results are set in rows: aligned text, and HTML in which every text is escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from ..numerals import format_short

Rows = Sequence[Sequence[str]]

LONGEST = 40
"""A longer label is cut in a table; the picture has it in full."""


def called(node: Any) -> str:
    """What a node is called in a table: one line of printable text, whatever its label holds."""
    kind = node.op or ("operation" if node._prev else "leaf")
    text = str(node.label) if node.label != "" else f"{kind} (data={format_short(node.data)})"
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return printable(text)


def printable(text: str) -> str:
    """The text with a replacement for every control character."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def said(error: BaseException) -> str:
    """An exception in words, without a full stop."""
    text = printable(str(error)).rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def text_table(headings: Sequence[str], rows: Rows, right: Sequence[int] = ()) -> str:
    """Align columns under their headings; those in `right` at their right end."""
    table = [headings, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in table
    )
    return "\n".join(lines)


def html_table(caption: str, headings: Sequence[str], rows: Rows, after: Sequence[str] = ()) -> str:
    """The same as HTML; `after` are sentences that stand below the table."""
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    notes = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in after)
    return (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"
    )
