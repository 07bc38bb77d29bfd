"""PNG, drawn by Pillow at twice the screen size, with smooth edges."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...errors import ChoiceError, MissingExtra, warn
from ..shapes.palette import LIGHT, Style, style_of
from ..shapes.sheet import Box, Line, Point, Polygon, Sheet, Text
from .fonts import font_files, other_fonts, pieces
from .format import Format

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SCALE = 2.0
SMOOTH = 2
"""Lines are drawn this many times larger again, and then scaled down to smooth them."""

PROBE = 24.0
"""The font size at which is tried whether a font has a letter."""

MOST_PIXELS = 32_000_000
SMALLEST_SCALE = 0.2
"""Below this scale the numbers would be illegible, so the picture is refused."""


def render(sheet: Sheet) -> bytes:
    """Return the picture as a PNG file.

    It is scaled down, with a warning, if it would exceed `MOST_PIXELS`.
    """
    scale = min(SCALE, (MOST_PIXELS / (sheet.width * sheet.height)) ** 0.5)
    if scale < SMALLEST_SCALE:
        raise ChoiceError(
            f"a PNG of this picture would be unreadable: its {sheet.width:.0f} x "
            f"{sheet.height:.0f} pixels would have to shrink to {100 * scale:.0f} %.",
            remedy="use format='svg' or 'pdf', or detail='summary'",
        )
    if scale < SCALE:
        warn(
            f"the PNG is {100 * scale / SCALE:.0f} % as large as usual, because it would have more "
            f"than {MOST_PIXELS / 1e6:.0f} million pixels; 'svg' and 'pdf' draw it in full size."
        )
    picture = image(sheet, scale)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, dpi=(72 * scale, 72 * scale))
    return out.getvalue()


FORMAT = Format("png", "image/png", lambda drawing: render(drawing.sheet()), is_laid_out=True)


def image(sheet: Sheet, scale: float) -> Image:
    """Return the picture as a Pillow image, with `scale` pixels for each pixel of the sheet."""
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise MissingExtra("Pillow", "a PNG or an animation") from None
    size = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
    ground = LIGHT["ground"].fill
    large = Image.new("RGB", (size[0] * SMOOTH, size[1] * SMOOTH), ground)
    brush = _Brush(ImageDraw.Draw(large), scale * SMOOTH)
    shapes = sheet.flat()
    for shape in shapes:
        if not isinstance(shape, Text):
            brush.draw(shape)
    image = large.resize(size, Image.Resampling.BOX)
    pen = _Pen(ImageDraw.Draw(image), scale)
    for shape in shapes:
        if isinstance(shape, Text):
            pen.write(shape)
    return image


class _Brush:
    """Draws everything but text."""

    def __init__(self, canvas: ImageDraw, scale: float) -> None:
        self.canvas = canvas
        self.scale = scale

    def draw(self, shape: Box | Line | Polygon) -> None:
        style = style_of(shape)
        if isinstance(shape, Line):
            self._stroke(shape.straight(), style)
            return
        outline = shape.points if isinstance(shape, Polygon) else _outline(shape)
        if style.fill != "none":
            self.canvas.polygon([self._at(point) for point in outline], fill=style.fill)
        if style.stroke != "none":
            self._stroke([*outline, outline[0], outline[1]], style)

    def _at(self, point: Point) -> Point:
        return point[0] * self.scale, point[1] * self.scale

    def _stroke(self, points: Sequence[Point], style: Style) -> None:
        wide = max(1, round(style.width * self.scale))
        for piece in _dashes(points, style.dash) if style.dash else [points]:
            line = [self._at(point) for point in piece]
            self.canvas.line(line, fill=style.stroke, width=wide, joint="curve")


def _outline(box: Box) -> Sequence[Point]:
    if box.cut:
        return box.corners()
    r = min(box.radius, box.width / 2, box.height / 2)
    right, low = box.x + box.width, box.y + box.height
    xs, ys = (box.x + r, right - r), (box.y + r, low - r)
    centres = (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]), (xs[0], ys[0])
    angles = [[(quarter - 1 + step / 8) * math.pi / 2 for step in range(9)] for quarter in range(4)]
    return [
        (x + r * math.cos(angle), y + r * math.sin(angle))
        for (x, y), quarter in zip(centres, angles, strict=True)
        for angle in quarter
    ]


def _dashes(points: Sequence[Point], dash: tuple[float, ...]) -> Iterator[list[Point]]:
    """Cut a line into dashes."""
    number, left = 0, dash[0]
    piece = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        while length - done > left:
            done += left
            at = x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length
            if number % 2 == 0:
                yield [*piece, at]
            piece, number = [at], number + 1
            left = dash[number % len(dash)]
        left -= length - done
        piece.append((x1, y1))
    if number % 2 == 0 and len(piece) > 1:
        yield piece


class _Pen:
    """Writes text in the first font that is installed, and letters that it lacks in another."""

    def __init__(self, draw: ImageDraw, scale: float) -> None:
        self.draw = draw
        self.scale = scale
        self.fonts: dict[tuple[str | None, float, bool], Font] = {}
        self.glyphs: dict[tuple[str, bool], bool] = {}
        self.others: dict[str, str | None] = {}
        self.files = next(filter(_can_be_read, font_files()), None)

    def font(self, size: float, bold: bool, file: str | None = None) -> Font:
        from PIL import ImageFont

        key = file, round(size, 2), bold
        if key not in self.fonts:
            size = max(1.0, size)
            file = file or (self.files[bold] if self.files else None)
            self.fonts[key] = (
                ImageFont.truetype(file, size) if file else ImageFont.load_default(size)
            )
        return self.fonts[key]

    def spell(self, text: str, bold: bool) -> list[tuple[str, str | None]]:
        """Split a text by the font that has its letters, and replace letters that none has."""
        return pieces(text, lambda letter: self._has_glyph(letter, bold), self._find)

    def _has_glyph(self, letter: str, bold: bool) -> bool:
        key = letter, bold
        if key not in self.glyphs:
            self.glyphs[key] = _shows(self.font(PROBE, bold), letter)
        return self.glyphs[key]

    def _find(self, letter: str, before: str | None) -> str | None:
        """Return another font of the system that has a letter, if possible that of the last one."""
        if before and self._file_shows(before, letter):
            return before
        if letter not in self.others:
            self.others[letter] = next(
                (file for file in other_fonts() if self._file_shows(file, letter)), None
            )
        return self.others[letter]

    def _file_shows(self, file: str, letter: str) -> bool:
        try:
            return _shows(self.font(PROBE, False, file), letter)
        except (OSError, ValueError):  # it can't be used, or holds emoji of one size
            return False

    def write(self, text: Text) -> None:
        rows = self.spell(text.text, text.bold)
        size, room = text.size * self.scale, text.room * self.scale
        fonts = [self.font(size, text.bold, file) for _, file in rows]
        wide = self._wide(rows, fonts)
        if room and wide > room:
            size = max(1.0, size * room / wide)
            fonts = [self.font(size, text.bold, file) for _, file in rows]
            wide = self._wide(rows, fonts)
        x = text.x * self.scale - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
        for (words, _), font in zip(rows, fonts, strict=True):
            self.draw.text(
                (x, text.y * self.scale),
                words,
                fill=LIGHT[text.role].fill,
                font=font,
                anchor="ls",
                stroke_width=round(1.5 * self.scale) if text.halo else 0,
                stroke_fill=LIGHT["ground"].fill,
            )
            x += font.getlength(words)

    @staticmethod
    def _wide(rows: list[tuple[str, str | None]], fonts: list[Font]) -> float:
        return sum(font.getlength(words) for (words, _), font in zip(rows, fonts, strict=True))


def _shows(font: Font, letter: str) -> bool:
    """Whether a font shows a letter as more than a blank or the box for missing letters."""
    missing, mask = font.getmask("\U0010fffe"), font.getmask(letter)
    is_blank = not any(bytes(mask)) and not unicodedata.combining(letter)
    is_box = (mask.size, bytes(mask)) == (missing.size, bytes(missing))
    return not is_blank and not is_box


def _can_be_read(files: tuple[str, str]) -> bool:
    from PIL import ImageFont

    try:
        return all(ImageFont.truetype(file, 10) for file in files)
    except OSError:
        return False
