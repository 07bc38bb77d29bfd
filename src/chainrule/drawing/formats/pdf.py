"""PDF, written by hand: one page, vector shapes, text that can be selected and searched.

The text is set in the standard fonts, which a reader has to have. A character that none of them
has is written as its code, such as U+1F600. Sizes are in points, three quarters of a pixel.

Source: ISO 32000-1:2008, sections 7.5 (file structure), 8.5 (paths) and 9 (text).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..shapes.palette import LIGHT, Style
from ..shapes.sheet import Area, Box, Line, Point, Shape, Sheet, Text
from .standard_fonts import BOLD, MINUS_CODE, PLAIN, SYMBOL, Font
from .svg import corners, short

POINT = 0.75
QUARTER = 0.5523
"""Where the control points of a curve lie that comes nearest to a quarter of a circle."""

LARGEST = 14_400.0
"""Points on a side; readers refuse larger pages, and larger pictures are scaled down."""


def render(sheet: Sheet) -> bytes:
    """Return the picture as a PDF file, the same bytes for the same picture.

    Cost: O(shapes).
    """
    scale = min(POINT, LARGEST / max(sheet.width, sheet.height, 1.0))
    wide, high = sheet.width * scale, sheet.height * scale
    page = Box(0.0, 0.0, sheet.width, sheet.height, "ground")
    rows = [f"{scale:.5f} 0 0 {-scale:.5f} 0 {short(high)} cm 1 j", _shape(page)]
    rows += [_shape(shape) for shape in sheet.flat()]
    content = zlib.compress("\n".join(rows).encode("ascii"), 9)
    fonts = " ".join(
        f"/{font.name} {5 + 2 * n} 0 R" for n, font in enumerate((PLAIN, BOLD, SYMBOL))
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</DisplayDocTitle true>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {short(wide)} {short(high)}]/Contents 4 0 R"
        f"/Resources<</Font<<{fonts}>>>>>>".encode("ascii"),
        _stream(content, "/Filter/FlateDecode"),
    ]
    for number, font in enumerate((PLAIN, BOLD, SYMBOL)):
        objects += [
            _font(font, 6 + 2 * number),
            _stream(zlib.compress(_unicode_map(font)), "/Filter/FlateDecode"),
        ]
    objects.append(
        f"<</Title<{_utf16(sheet.title)}>/Subject<{_utf16(sheet.description)}>>>".encode("ascii")
    )
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _stream(content: bytes, extra: str) -> bytes:
    head = f"<</Length {len(content)}{extra}>>stream\n".encode("ascii")
    return head + content + b"\nendstream"


def _utf16(text: str) -> str:
    return "FEFF" + text.encode("utf-16-be", "replace").hex().upper()


def _font(font: Font, unicode_map: int) -> bytes:
    encoding = ""
    if font is not SYMBOL:
        encoding = (
            "/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding"
            f"/Differences[{MINUS_CODE}/minus]>>"
        )
    return (
        f"<</Type/Font/Subtype/Type1/BaseFont/{font.base}{encoding}/ToUnicode {unicode_map} 0 R>>"
    ).encode("ascii")


def _unicode_map(font: Font) -> bytes:
    """Return the map from codes to characters, from which a reader copies and searches text."""
    rows = [f"<{code:02X}> <{ord(letter):04X}>" for letter, code in font.codes.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")


def _colour(colour: str) -> str:
    return " ".join(short(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))


def _paint(style: Style) -> tuple[str, str]:
    """Return the operators that set a style, and the one that draws a path in it."""
    rows = []
    if style.fill != "none":
        rows.append(f"{_colour(style.fill)} rg")
    if style.stroke != "none":
        dash = " ".join(short(part) for part in style.dash)
        rows.append(f"{_colour(style.stroke)} RG {short(style.width)} w [{dash}] 0 d")
    both = style.fill != "none", style.stroke != "none"
    return " ".join(rows), {(True, True): "B", (True, False): "f", (False, True): "S"}[both]


def _shape(shape: Shape) -> str:
    if isinstance(shape, Text):
        return _text(shape)
    setting, draw = _paint(LIGHT[shape.role])
    if isinstance(shape, Line):
        way = [f"{_at(shape.start)} m"]
        for piece in shape.pieces:
            way.append(" ".join(map(_at, piece)) + (" c" if len(piece) == 3 else " l"))
        return f"{setting} {' '.join(way)} {draw}"
    if isinstance(shape, Area):
        return f"{setting} {_polygon(shape.points)} h {draw}"
    if shape.cut:
        return f"{setting} {_polygon(corners(shape))} h {draw}"
    if shape.radius:
        return f"{setting} {_round(shape)} h {draw}"
    numbers = " ".join(map(short, (shape.x, shape.y, shape.width, shape.height)))
    return f"{setting} {numbers} re {draw}"


def _at(point: Point) -> str:
    return f"{short(point[0])} {short(point[1])}"


def _polygon(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_at(point)} {'l' if number else 'm'}" for number, point in enumerate(points))


def _round(box: Box) -> str:
    x, y, r = box.x, box.y, min(box.radius, box.width / 2, box.height / 2)
    right, low, k = x + box.width, y + box.height, r * (1 - QUARTER)
    rows = [f"{_at((x + r, y))} m {_at((right - r, y))} l"]
    for one, two, end, line in (
        ((right - k, y), (right, y + k), (right, y + r), (right, low - r)),
        ((right, low - k), (right - k, low), (right - r, low), (x + r, low)),
        ((x + k, low), (x, low - k), (x, low - r), (x, y + r)),
        ((x, y + k), (x + k, y), (x + r, y), (x + r, y)),
    ):
        rows.append(f"{_at(one)} {_at(two)} {_at(end)} c {_at(line)} l")
    return " ".join(rows)


def spelled(text: str, bold: bool) -> Iterator[tuple[Font, str]]:
    """Yield the text letter by letter with the font that has it; a letter no font has comes as its
    code."""
    latin = BOLD if bold else PLAIN
    for letter in text:
        if letter in latin.codes:
            yield latin, letter
        elif letter in SYMBOL.codes:
            yield SYMBOL, letter
        elif letter not in "\u200d\ufe0f":
            for part in f"U+{ord(letter):04X}":
                yield latin, part


def _text(text: Text) -> str:
    letters = list(spelled(text.text, text.bold))
    ems = sum(font.widths[letter] for font, letter in letters) / 1000
    size = text.size
    if text.room and ems * size > text.room:
        size = text.room / ems
    x = text.x - ems * size * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    rows = [f"BT {_colour(LIGHT[text.role].fill)} rg 1 0 0 -1 {short(x)} {short(text.y)} Tm"]
    current: Font | None = None
    run: list[str] = []
    for font, letter in letters:
        if font is not current:
            if run:
                rows.append(f"<{''.join(run)}> Tj")
            rows.append(f"/{font.name} {short(size)} Tf")
            current, run = font, []
        run.append(f"{font.codes[letter]:02X}")
    if run:
        rows.append(f"<{''.join(run)}> Tj")
    return " ".join([*rows, "ET"])
