"""PNG, drawn by Pillow at twice the size on the screen, with smooth edges."""

from __future__ import annotations

import io
import math
import sys
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...errors import ChoiceError, MissingExtra
from ...numerals import DASH, MINUS
from ..shapes.palette import LIGHT, Style
from ..shapes.sheet import Area, Box, Line, Point, Shape, Sheet, Text
from ..snapshot.picture import TIMES
from .svg import corners

SCALE = 2.0
SMOOTH = 2
"""Lines are drawn this many times larger still, and then reduced."""

MOST_PIXELS = 32_000_000
SMALLEST_SCALE = 0.2
"""Below this scale no number can be read, and a picture is refused rather than drawn."""

PLAIN_LETTERS = {MINUS: "-", DASH: "-", TIMES: "*", "…": "...", "∞": "inf"}
"""What stands for a character in a font that does not have it."""


def render(sheet: Sheet) -> bytes:
    """Return the picture as a PNG file.

    A picture of more than 32 million pixels is drawn smaller.

    Raises:
        MissingExtra: Pillow is not installed.
        ChoiceError: The picture is so large that nothing could be read at the largest size.

    Cost: O(pixels + shapes).
    """
    try:
        import PIL  # noqa: F401  # asked for before anything is drawn
    except ImportError:
        raise MissingExtra("Pillow", "png", "drawing a PNG") from None
    scale = min(SCALE, (MOST_PIXELS / (sheet.width * sheet.height)) ** 0.5)
    if scale < SMALLEST_SCALE:
        raise ChoiceError(
            f"a PNG of this picture cannot be read: {sheet.width:.0f} x {sheet.height:.0f} pixels "
            f"would have to shrink to {100 * scale:.0f} %.",
            remedy="use format='svg' or 'pdf', or detail='summary'",
        )
    pixels = sheet.width * sheet.height * scale**2
    drawn = image(sheet, scale, SMOOTH if pixels * SMOOTH**2 <= 4 * MOST_PIXELS else 1)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=False, dpi=(72 * scale, 72 * scale))
    return out.getvalue()


def image(sheet: Sheet, scale: float, smooth: int = SMOOTH) -> Any:
    """Return the picture as an image of Pillow's, this many pixels for one of the sheet.

    Args:
        sheet: The picture.
        scale: Pixels of the image for one of the sheet.
        smooth: How many times larger lines are drawn before they are reduced.

    Cost: O(pixels + shapes).
    """
    from PIL import Image, ImageDraw

    size = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
    ground = LIGHT["ground"].fill
    large = Image.new("RGB", (size[0] * smooth, size[1] * smooth), ground)
    brush = _Brush(ImageDraw.Draw(large), scale * smooth)
    shapes = sheet.flat()
    for shape in shapes:
        brush.draw(shape)
    made = large if smooth == 1 else large.resize(size, Image.Resampling.BOX)
    lettering = _Lettering(ImageDraw.Draw(made), scale)
    for shape in shapes:
        if isinstance(shape, Text):
            lettering.write(shape)
    return made


class _Brush:
    """Draws everything but text."""

    def __init__(self, draw: Any, scale: float) -> None:
        self.drawing = draw
        self.scale = scale

    def draw(self, shape: Shape) -> None:
        if isinstance(shape, Text):
            return
        style = LIGHT[shape.role]
        fill = None if style.fill == "none" else style.fill
        if isinstance(shape, Area):
            self.drawing.polygon([self._at(point) for point in shape.points], fill=fill)
        elif isinstance(shape, Line):
            self._stroke(shape.straight(), style)
        else:
            self._box(shape, style, fill)

    def _at(self, point: Point) -> Point:
        return point[0] * self.scale, point[1] * self.scale

    def _box(self, box: Box, style: Style, fill: str | None) -> None:
        outline = list(corners(box)) if box.cut else _rounded(box)
        if fill:
            self.drawing.polygon([self._at(point) for point in outline], fill=fill)
        if style.stroke != "none":
            self._stroke([*outline, outline[0], outline[1]], style)

    def _stroke(self, points: list[Point], style: Style) -> None:
        wide = max(1, round(style.width * self.scale))
        for piece in _dashes(points, style.dash) if style.dash else [points]:
            self.drawing.line(
                [self._at(point) for point in piece], fill=style.stroke, width=wide, joint="curve"
            )


def _rounded(box: Box) -> list[Point]:
    r = min(box.radius, box.width / 2, box.height / 2)
    right, low = box.x + box.width, box.y + box.height
    if r <= 0:
        return [(box.x, box.y), (right, box.y), (right, low), (box.x, low)]
    points = []
    centres = (
        (right - r, box.y + r),
        (right - r, low - r),
        (box.x + r, low - r),
        (box.x + r, box.y + r),
    )
    for quarter, (x, y) in enumerate(centres):
        for step in range(9):
            angle = (quarter - 1 + step / 8) * math.pi / 2
            points.append((x + r * math.cos(angle), y + r * math.sin(angle)))
    return points


def _dashes(points: list[Point], dash: tuple[float, ...]) -> Iterator[list[Point]]:
    """Cut a line into the pieces that are drawn."""
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


def _font_files() -> Iterator[tuple[str, str]]:
    """Yield where a plain and a bold font may lie; those of matplotlib first, without importing
    it."""
    spec = find_spec("matplotlib")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "mpl-data" / "fonts" / "ttf"
        yield str(folder / "DejaVuSans.ttf"), str(folder / "DejaVuSans-Bold.ttf")
    yield "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
    if sys.platform in ("win32", "darwin"):
        yield "Arial.ttf", "Arial Bold.ttf"


class _Lettering:
    """Writes text in the first font that can be found."""

    def __init__(self, draw: Any, scale: float) -> None:
        self.drawing = draw
        self.scale = scale
        self.fonts: dict[tuple[float, bool], Any] = {}
        self.known: dict[tuple[str, bool], str] = {}
        self.files: tuple[str, str] | None = None
        from PIL import ImageFont

        self.makers = ImageFont
        for files in _font_files():
            try:
                ImageFont.truetype(files[0], 10)
                ImageFont.truetype(files[1], 10)
            except OSError:
                continue
            self.files = files
            break

    def font(self, size: float, bold: bool) -> Any:
        key = round(size, 2), bold
        if key not in self.fonts:
            if self.files:
                self.fonts[key] = self.makers.truetype(self.files[bold], max(1.0, size))
            else:
                self.fonts[key] = self._default(max(1.0, size))
        return self.fonts[key]

    def _default(self, size: float) -> Any:
        try:
            return self.makers.load_default(size)
        except TypeError:  # before Pillow 10.1 it has one size and no letters beyond Latin-1
            raise MissingExtra("Pillow 10.1 or a DejaVu font", "png", "drawing a PNG") from None

    def _letter(self, letter: str, bold: bool) -> str:
        """Return a letter, what stands for it, or its code, so that no empty box is drawn."""
        key = letter, bold
        if key not in self.known:
            self.known[key] = self._replacement(letter, bold)
        return self.known[key]

    def _replacement(self, letter: str, bold: bool) -> str:
        if letter.isspace() or " " <= letter <= "~":
            return letter
        if letter in "\u200d\ufe0f":
            return ""
        font = self.font(24.0, bold)
        missing = font.getmask("\U0010fffe")
        mask = font.getmask(letter)
        is_blank = not any(bytes(mask)) and not unicodedata.combining(letter)
        if not is_blank and (mask.size, bytes(mask)) != (missing.size, bytes(missing)):
            return letter
        return PLAIN_LETTERS.get(letter, f"U+{ord(letter):04X}")

    def write(self, text: Text) -> None:
        words = "".join(self._letter(letter, text.bold) for letter in text.text)
        size = text.size * self.scale
        font = self.font(size, text.bold)
        room = text.room * self.scale
        if room and font.getlength(words) > room:
            font = self.font(max(1.0, size * room / font.getlength(words)), text.bold)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
        at = text.x * self.scale, text.y * self.scale
        halo = {}
        if text.halo:
            halo = {"stroke_width": round(1.5 * self.scale), "stroke_fill": LIGHT["ground"].fill}
        self.drawing.text(at, words, fill=LIGHT[text.role].fill, font=font, anchor=anchor, **halo)
