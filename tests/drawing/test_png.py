"""PNG: the size and the colours of the picture, and never an empty box for a letter."""

from __future__ import annotations

import importlib
import io
import math
import sys
from pathlib import Path

import drawing_graphs as graphs
import pytest

from chainrule import ChoiceError, MissingExtra, Value
from chainrule.drawing import draw_dot
from chainrule.drawing.formats import fonts, pdf, png
from chainrule.drawing.shapes.palette import LIGHT
from chainrule.drawing.shapes.sheet import Line, Polygon, Sheet

pytestmark = pytest.mark.once


def small(label):
    x = Value(1.5, label=label)
    y = x * Value(-2.0, label=label)
    y.label = label
    return draw_dot(y)


def test_png_has_the_size_and_the_colours():
    from PIL import Image

    drawing = draw_dot(graphs.expression(Value)["L"])
    image = Image.open(io.BytesIO(drawing.pipe("png")))
    sheet = drawing.sheet()
    assert image.size == (round(2 * sheet.width), round(2 * sheet.height))
    colours = {colour: count for count, colour in image.getcolors(1 << 20)}
    assert colours[255, 255, 255] > 0.5 * image.width * image.height
    for role in ("positive", "negative", "ink", "leaf", "op"):
        fill = LIGHT[role].fill
        assert tuple(int(fill[at : at + 2], 16) for at in (1, 3, 5)) in colours


def test_png_draws_codes_and_no_empty_boxes():
    from PIL import Image, ImageDraw

    letters = png._Pen(ImageDraw.Draw(Image.new("RGB", (9, 9))), 1.0)
    assert letters.spell("a", False) == [("a", None)]
    assert letters.spell("\U000e0abc", False) == [("U+E0ABC", None)]
    ((word, file),) = letters.spell("語", False)
    assert (word == "語") is (file is not None)
    assert word in ("語", "U+8A9E")


def font_with(letters, path):
    """Write a font whose letters are squares."""
    builder = pytest.importorskip("fontTools.fontBuilder").FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in letters)]
    pen = importlib.import_module("fontTools.pens.ttGlyphPen").TTGlyphPen(None)
    pen.moveTo((99, 0))
    for corner in ((99, 700), (800, 700), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    empty = importlib.import_module("fontTools.pens.ttGlyphPen").TTGlyphPen(None).glyph()
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in letters})
    builder.setupGlyf({name: empty if name == ".notdef" else square for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (900, 99)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def only_fonts_in(tmp_path, monkeypatch):
    """Beside the usual font the machine has only the fonts in a folder."""
    monkeypatch.setattr(fonts, "font_folders", lambda: [tmp_path])
    caches = fonts.other_fonts, pdf._find, pdf._open, pdf._registered
    for function in caches:
        function.cache_clear()
    yield tmp_path
    for function in caches:
        function.cache_clear()


LETTERS = "\ue000\ue001"
"""Letters for private use, which no usual font has."""


def test_a_letter_is_drawn_in_a_font_of_the_machine_that_has_it(only_fonts_in):
    from PIL import Image, ImageDraw

    font_with(LETTERS[0], only_fonts_in / "A.ttf")
    (only_fonts_in / "B.ttf").write_bytes(b"no font")
    font_with(LETTERS[1], only_fonts_in / "C.ttf")
    pen = png._Pen(ImageDraw.Draw(Image.new("RGB", (9, 9))), 1.0)
    files = [str(only_fonts_in / name) for name in ("A.ttf", "C.ttf")]
    assert pen.spell(f"a{LETTERS[0]}−{LETTERS}", True) == [
        ("a", None), (LETTERS[0], files[0]), ("−", None),
        (LETTERS[0], files[0]), (LETTERS[1], files[1]),
    ]  # fmt: skip
    content = small(f"x{LETTERS}").pipe("png")
    assert content != small("xU+E000U+E001").pipe("png")
    assert small(LETTERS[0]).pipe("pdf").count(b"Squares") >= 1
    assert fonts.other_fonts()[0].endswith("A.ttf")


def test_a_letter_that_no_font_has_becomes_its_code(only_fonts_in):
    from PIL import Image, ImageDraw

    pen = png._Pen(ImageDraw.Draw(Image.new("RGB", (9, 9))), 1.0)
    assert pen.spell(LETTERS, False) == [("U+E000U+E001", None)]
    assert fonts.other_fonts() == ()


def test_a_mark_is_drawn_in_the_font_of_its_letter():
    rows = fonts.pieces("म\u093e a", lambda letter: letter == "\u093e", lambda letter, _: "other")
    assert rows == [("म\u093e", "other"), (" a", None)]


def test_likely_fonts_are_tried_first(only_fonts_in):
    for name in ("Zebra-Bold.ttf", "Zebra.otf", "LastResort.ttf", "NotoSansCJK.ttc", "text.txt"):
        (only_fonts_in / name).touch()
    names = [Path(file).name for file in fonts.other_fonts()]
    assert names == ["NotoSansCJK.ttc", "Zebra.otf", "Zebra-Bold.ttf"]


def test_png_without_a_dejavu_font_is_drawn_in_what_pillow_has(monkeypatch, only_fonts_in):
    from PIL import Image, ImageDraw, features

    monkeypatch.setattr(png, "font_files", lambda: iter([("no such font", "no such font")]))
    letters = png._Pen(ImageDraw.Draw(Image.new("RGB", (9, 9))), 1.0)
    assert features.check("freetype2")
    said = "".join(word for word, _ in letters.spell("−1 × ∞ 語", False))
    assert said.isascii() or "U+" in said
    assert "U+8A9E" in said
    assert small("語 −").pipe("png").startswith(b"\x89PNG")


def test_png_without_pillow_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match="pip install pillow"):
        small("a").pipe("png")


def test_png_of_a_huge_picture_is_refused_with_a_remedy():
    with pytest.raises(ChoiceError, match="detail='summary'"):
        png.render(Sheet(100_000.0, 100_000.0, "", ""))


def test_a_sheet_is_an_image_of_any_scale():
    sheet = small("a").sheet()
    for scale in (0.5, 1.0, 3.0):
        size = png.image(sheet, scale).size
        assert size == (round(sheet.width * scale), round(sheet.height * scale))


@pytest.mark.parametrize("most", [png.MOST_PIXELS, 10_000])
def test_edges_are_smooth_however_large_the_picture(monkeypatch, most):
    from PIL import Image

    monkeypatch.setattr(png, "MOST_PIXELS", most)
    line = Line((10.0, 10.0), (((290.0, 170.0),),), "edge")
    sheet = Sheet(300.0, 200.0, "", "", [line])
    if most == 10_000:
        with pytest.warns(UserWarning, match="the PNG is 20 % as large as usual"):
            content = png.render(sheet)
    else:
        content = png.render(sheet)
    image = Image.open(io.BytesIO(content))
    assert image.width * image.height <= most * 1.01
    assert len(image.getcolors()) > 2


@pytest.mark.parametrize("corner", [40.0, 42.0, 46.5])
def test_dashes_have_their_length_and_go_round_corners(corner):
    points = [(0.0, 0.0), (corner, 0.0), (corner, 30.0), (corner, 100.0 - corner)]
    dashes = list(png._dashes(points, (5.0, 3.0)))
    ends = [[x + y for x, y in (dash[0], dash[-1])] for dash in dashes]
    assert ends == [pytest.approx([start, min(start + 5.0, 100.0)]) for start in range(0, 100, 8)]
    for dash, (start, end) in zip(dashes, ends, strict=True):
        assert sum(map(math.dist, dash, dash[1:])) == pytest.approx(end - start)


def test_a_dashed_line_is_drawn_in_dashes():
    line = Line((10.0, 10.0), (((110.0, 10.0),),), "scope")
    image = png.image(Sheet(120.0, 20.0, "", "", [line]), 4.0).convert("L")
    row = image.crop((40, 40, 440, 41)).tobytes()
    on, off = LIGHT["scope"].dash
    is_ink = [abs(each - image.getpixel((0, 0))) > 20 for each in row]
    assert sum(is_ink) / len(row) == pytest.approx(on / (on + off), abs=0.05)


def test_an_outline_is_closed_at_every_corner():
    """Its line lies half outside of the filled shape, at the first corner as at the others."""
    corners = ((20.0, 20.0), (100.0, 20.0), (100.0, 80.0), (20.0, 80.0))
    for turn in range(4):
        shape = Polygon((*corners[turn:], *corners[:turn]), "root")
        image = png.image(Sheet(120.0, 100.0, "", "", [shape]), 4.0).convert("RGB")
        inks = [image.getpixel((round(4 * x), round(4 * y))) for x, y in corners]
        assert len(set(inks)) == 1, inks
        assert inks[0] != image.getpixel((0, 0))


@pytest.mark.parametrize(
    ("system", "variables", "folders"),
    [
        ("linux", {}, ["/usr/share/fonts", "/usr/local/share/fonts", "/home/ann/.local/share/fonts",
                       "/home/ann/.fonts"]),
        ("darwin", {}, ["/System/Library/Fonts", "/Library/Fonts", "/home/ann/Library/Fonts"]),
        ("win32", {"WINDIR": "/win", "LOCALAPPDATA": "/local"},
         ["/win/Fonts", "/local/Microsoft/Windows/Fonts"]),
        ("win32", {"WINDIR": "/win"}, ["/win/Fonts", "/home/ann/Microsoft/Windows/Fonts"]),
    ],
)  # fmt: skip
def test_where_a_system_keeps_its_fonts(monkeypatch, system, variables, folders):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(fonts.Path, "home", lambda: Path("/home/ann"))
    for name in ("WINDIR", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, path in variables.items():
        monkeypatch.setenv(name, path)
    assert [str(folder) for folder in fonts.font_folders()] == folders
