"""PDF, written by reportlab: one page with vector shapes and text to select and search.

The fonts are embedded, so the page looks the same everywhere.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Any

from ...errors import MissingExtra
from ..shapes.palette import LIGHT, style_of
from ..shapes.sheet import Box, Line, Polygon, Sheet, Text
from .fonts import font_files, other_fonts, pieces
from .format import Format

POINT = 0.75
"""Points in a pixel."""

LAST = "\uffff"
"""reportlab can draw a character beyond this, but copying it from the page would fail."""

LARGEST = 14_400.0
"""The longest side of a page, in points. PDF readers refuse larger ones, so larger pictures are
scaled down."""


def render(sheet: Sheet) -> bytes:
    """Return the picture as a PDF file. The same picture gives the same bytes."""
    try:
        import reportlab.pdfgen.canvas as pdfgen
    except ImportError:
        raise MissingExtra("reportlab", "drawing a PDF") from None
    scale = min(POINT, LARGEST / max(sheet.width, sheet.height, 1.0))
    size = sheet.width * scale, sheet.height * scale
    out = io.BytesIO()
    canvas = pdfgen.Canvas(out, size, invariant=True, pageCompression=True, lang="en")
    canvas.setCreator("chainrule")
    canvas.setAuthor("")
    canvas.setTitle(sheet.title)
    canvas.setSubject(sheet.description)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.transform(scale, 0, 0, -scale, 0, size[1])
    canvas.setLineJoin(1)
    page = Box(0.0, 0.0, sheet.width, sheet.height, "ground")
    for shape in (page, *sheet.flat()):
        if isinstance(shape, Text):
            _write(canvas, shape)
        else:
            _draw(canvas, shape)
    canvas.save()
    return out.getvalue()


FORMAT = Format("pdf", "application/pdf", lambda drawing: render(drawing.sheet()), is_laid_out=True)


def _draw(canvas: Any, shape: Box | Line | Polygon) -> None:
    style = style_of(shape)
    paint = {"fill": style.fill != "none", "stroke": style.stroke != "none"}
    if paint["fill"]:
        canvas.setFillColor(style.fill)
    if paint["stroke"]:
        canvas.setStrokeColor(style.stroke)
        canvas.setLineWidth(style.width)
        canvas.setDash(list(style.dash))
    if isinstance(shape, Box) and not shape.cut:
        radius = min(shape.radius, shape.width / 2, shape.height / 2)
        canvas.roundRect(shape.x, shape.y, shape.width, shape.height, radius, **paint)
        return
    path = canvas.beginPath()
    if isinstance(shape, Line):
        path.moveTo(*shape.start)
        for piece in shape.pieces:
            add = path.curveTo if len(piece) == 3 else path.lineTo
            add(*(x for point in piece for x in point))
    else:
        first, *others = shape.points if isinstance(shape, Polygon) else shape.corners()
        path.moveTo(*first)
        for point in others:
            path.lineTo(*point)
        path.close()
    canvas.drawPath(path, **paint)


@functools.cache
def _font(is_bold: bool) -> Any:
    """Return a font to embed; reportlab's own, Vera, when the system has none."""
    for files in (*font_files(), ("Vera.ttf", "VeraBd.ttf")):
        if _open(files[is_bold]):
            return _registered(files[is_bold])
    raise AssertionError("reportlab's own font is missing")


@functools.lru_cache(maxsize=16)
def _open(file: str) -> Any:
    """Return the font in a file, or None if it can't be read."""
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        return TTFont(f"chainrule-{Path(file).stem}", file, asciiReadable=False)
    except (TTFError, OSError):
        return None


@functools.cache
def _registered(file: str) -> Any:
    from reportlab.pdfbase.pdfmetrics import registerFont

    font = _open(file)
    registerFont(font)
    return font


@functools.cache
def _find(letter: str, before: str | None) -> str | None:
    """Return another font of the system that has a letter, if possible that of the last one."""
    if letter > LAST:
        return None
    files = ([before] if before else []) + list(other_fonts())
    return next((file for file in files if (font := _open(file)) and _has(font, letter)), None)


def _has(font: Any, letter: str) -> bool:
    return letter <= LAST and ord(letter) in font.face.charToGlyph


def runs(text: str, is_bold: bool = False) -> list[tuple[str, Any]]:
    """Split a text into pieces, each with a font of reportlab to embed that has its letters."""
    usual = _font(is_bold)
    return [
        (words, _registered(file) if file else usual)
        for words, file in pieces(text, lambda letter: _has(usual, letter), _find)
    ]


def _write(canvas: Any, text: Text) -> None:
    rows, size = runs(text.text, text.bold), text.size
    wide = sum(font.stringWidth(words, size) for words, font in rows)
    if text.room and wide > text.room:
        size, wide = size * text.room / wide, text.room
    x = text.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    line = canvas.beginText()
    line.setTextTransform(1, 0, 0, -1, x, text.y)
    line.setFillColor(LIGHT[text.role].fill)
    for words, font in rows:
        line.setFont(font.fontName, size)
        line.textOut(words)
    canvas.drawText(line)
