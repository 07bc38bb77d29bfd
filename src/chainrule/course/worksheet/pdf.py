"""A worksheet as a PDF of A4 pages; the answers begin on a page of their own."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from ...design import tokens
from ...drawing.formats.pdf import runs
from ...errors import MissingExtra
from .questions import Question, Worksheet, spans

SIZE, LEADING, MARGIN = 10.5, 1.45, 62.0
"""Of letters in points, of lines in letters, and around the page in points."""
ROOM = 44.0
"""Points below each question for its answer."""


def content(sheet: Worksheet) -> bytes:
    """Return a worksheet and its answer key. The same sheet gives the same bytes.

    Raises:
        MissingExtra: reportlab isn't installed.
    """
    try:
        from reportlab import platypus
        from reportlab.lib.pagesizes import A4
    except ImportError:
        raise MissingExtra("reportlab", "a worksheet as PDF") from None
    parts = [
        _line(sheet.title, 1.8, is_bold=True),
        _line(f"{sheet.goal} {sheet.name}."),
        _line(sheet.student),
    ]
    for number, each in enumerate(sheet.questions, 1):
        parts.append(platypus.KeepTogether(_question(number, each, sheet.answer)))
    parts += [platypus.PageBreak(), _line(sheet.key, 1.8, is_bold=True)]
    parts += [_line(f"{at}. {_plain(each.answer)}") for at, each in enumerate(sheet.questions, 1)]
    file = io.BytesIO()
    page = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    about = {"title": f"{sheet.title}, {sheet.name}", "author": "", "creator": "chainrule"}
    template = platypus.SimpleDocTemplate(
        file, pagesize=A4, **page, **about, lang=sheet.language, invariant=True
    )
    template.build(parts)
    return file.getvalue()


def _question(number: int, asked: Question, answer: str) -> list[Any]:
    """Return the paragraphs of a question, and room for its answer."""
    from reportlab.platypus import Spacer

    return [
        _line(f"{number}. {asked.title}", 1.25, is_bold=True),
        _line(asked.graph, backColor=tokens()["raised"][0], borderPadding=6, leftIndent=6),
        *(_line(_plain(part)) for part in asked.words.split("\n\n")),
        _line(answer),
        Spacer(1, ROOM),
    ]


def _plain(text: str) -> str:
    return "".join(words for words, _ in spans(text))


def _line(text: str, scale: float = 1.0, is_bold: bool = False, **style: Any) -> Any:
    """Return a text as a paragraph in fonts that are embedded."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    words = "".join(
        f'<font name="{font.fontName}">{escape(piece)}</font>'
        for piece, font in runs(text, is_bold)
    )
    size = SIZE * scale
    return Paragraph(
        words.replace("\n", "<br/>"),
        ParagraphStyle("line", fontSize=size, leading=size * LEADING, spaceAfter=SIZE, **style),
    )
