"""Writes a worksheet as what the name of its file asks for."""

from __future__ import annotations

from pathlib import Path

from ...errors import ChoiceError
from ...files import write_atomically
from ..lesson import Lesson
from . import markdown, notebook, page, pdf
from .questions import worksheet

KINDS = {
    ".md": markdown.content, ".html": page.content, ".ipynb": notebook.content,
    ".pdf": pdf.content,
}  # fmt: skip


def write(lesson: Lesson, seed: int, out: str) -> None:
    """Write a worksheet to a file.

    Raises:
        ChoiceError: The name ends in something else than .md, .html, .ipynb or .pdf, or the lesson
            has no questions.
        MissingExtra: PDF without reportlab.
        FileError: It cannot be written.
    """
    kind = KINDS.get(Path(out).suffix.lower())
    if kind is None:
        *endings, last = KINDS
        raise ChoiceError(
            f"{out!r} isn't a worksheet's name.", remedy=f"end it in {', '.join(endings)} or {last}"
        )
    write_atomically(out, kind(worksheet(lesson, seed)), makes_folders=True)
