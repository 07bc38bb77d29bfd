"""An explanation in Markdown, with LaTeX between dollar signs."""

from __future__ import annotations

import re

from ..content import Content
from ..names import Names
from ..notation import Notation
from ..sheet import Row, write
from .latex import LaTeXNotation


class MarkdownNotation(LaTeXNotation):
    """Writes sentences in Markdown, and their mathematics in LaTeX."""

    ellipsis, comma, colon = Notation.ellipsis, Notation.comma, Notation.colon

    def words(self, text: str) -> str:
        text = re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", text)
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def inline(self, mathematics: str) -> str:
        return f"${mathematics}$"


def render(content: Content, names: Names) -> str:
    """Return the explanation as Markdown."""
    sheet = write(content, MarkdownNotation(names))
    forward = "  \n".join(filter(None, (sheet.inputs, *sheet.forward)))
    items = "\n".join(_item(row) for entry in sheet.entries for row in entry)
    blocks = filter(None, (f"**{sheet.title}**", forward, items, *sheet.notes))
    return "\n\n".join(blocks) + "\n"


def _item(row: Row) -> str:
    bullet = "  - " if row.is_indented else "- "
    if row.kind == "remark":
        bullet += "*Note:* "
    return bullet + row.text + (f", {row.reason}" if row.reason else "")
