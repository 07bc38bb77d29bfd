"""PDF: one page of vector shapes, whose text has the right size and position and can be copied."""

from __future__ import annotations

import io
import sys
from typing import NamedTuple

import drawing_graphs as graphs
import pytest
from hypothesis import given, settings, strategies as st

from chainrule import MissingExtra, Value
from chainrule.drawing import draw_dot
from chainrule.drawing.formats import pdf
from chainrule.drawing.formats.fonts import font_files
from chainrule.drawing.shapes.palette import style_of
from chainrule.drawing.shapes.sheet import Box, Line, Polygon, Sheet, Text

pytestmark = pytest.mark.once

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("reportlab")


class Piece(NamedTuple):
    """A piece of text on the page: x and baseline in points from the top left, and its size."""

    text: str
    x: float
    y: float
    size: float
    font: str


def page_of(content):
    reader = pypdf.PdfReader(io.BytesIO(content), strict=True)
    assert len(reader.pages) == 1
    return reader.pages[0]


def pieces_of(content):
    page, pieces = page_of(content), []
    high = float(page.mediabox.height)

    def visit(text, matrix, text_matrix, font, size):
        if text.strip():
            (a, _, _, d, e, f), (_, _, _, flip, x, y) = matrix, text_matrix
            assert flip * d > 0, "the text stands on its head"
            name = str(font["/BaseFont"])
            pieces.append(Piece(text, a * x + e, high - (d * y + f), size * flip * d, name))

    page.extract_text(visitor_text=visit)
    return pieces


def texts_of(drawing):
    return [shape for shape in drawing.sheet().flat() if isinstance(shape, Text) and shape.text]


def width_of(text, size, bold):
    from PIL import ImageFont

    file = next(font_files())[bold]
    return ImageFont.truetype(file, 1000).getlength(text) * size / 1000


def small(label):
    x = Value(1.5, label=label)
    y = x * Value(-2.0, label=label)
    y.label = label
    return draw_dot(y)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_text_has_the_size_and_the_position_of_the_picture(direction):
    pytest.importorskip("matplotlib")
    drawing = draw_dot(graphs.network(Value), direction, show_local=True)
    shapes, pieces = texts_of(drawing), pieces_of(drawing.pipe("pdf"))
    assert [piece.text for piece in pieces] == [shape.text for shape in shapes]
    for shape, piece in zip(shapes, pieces, strict=True):
        wide = width_of(shape.text, shape.size, shape.bold)
        fits = not shape.room or wide <= shape.room
        size = shape.size if fits else shape.size * shape.room / wide
        left = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * min(
            wide, shape.room or wide
        )
        assert piece.size == pytest.approx(0.75 * size, abs=0.01)
        assert piece.x == pytest.approx(0.75 * (shape.x - left), abs=0.05)
        assert piece.y == pytest.approx(0.75 * shape.y, abs=0.01)
        assert piece.font.endswith("Bold") == shape.bold


def test_the_page_is_three_quarters_of_the_picture_in_points():
    drawing = draw_dot(graphs.expression(Value)["L"])
    box, sheet = page_of(drawing.pipe("pdf")).mediabox, drawing.sheet()
    assert float(box.width) == pytest.approx(0.75 * sheet.width, abs=0.01)
    assert float(box.height) == pytest.approx(0.75 * sheet.height, abs=0.01)


def test_a_page_is_never_larger_than_readers_accept():
    text = Text(100_000.0, 500.0, "far", 40.0, "ink")
    content = pdf.render(Sheet(200_000.0, 1000.0, "", "", [text]))
    assert float(page_of(content).mediabox.width) == pytest.approx(14_400, abs=0.01)
    (piece,) = pieces_of(content)
    assert piece.size == pytest.approx(40 * 0.072, abs=0.01)
    assert piece.x == pytest.approx(7200, abs=0.5)


def shapes_of(content):
    """What is painted besides text: a bounding box in pixels, how, and in which style."""
    state, corners, shapes = {}, [], []
    for numbers, word in page_of(content).get_contents().operations:
        if word in (b"m", b"l", b"c"):
            corners += zip(map(float, numbers[::2]), map(float, numbers[1::2]), strict=True)
        elif word == b"re":
            x, y, wide, tall = map(float, numbers)
            corners += [(x, y), (x + wide, y + tall)]
        elif word in (b"rg", b"RG", b"w", b"d"):
            state[word] = [each if isinstance(each, list) else float(each) for each in numbers]
        elif word in (b"f", b"f*", b"S", b"s", b"B", b"B*", b"b", b"n") and corners:
            xs, ys = zip(*corners, strict=True)
            box = min(xs), min(ys), max(xs), max(ys)
            shapes.append((box, word.strip(b"*").decode(), dict(state), len(corners)))
            corners = []
    return shapes


def rgb(colour):
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


@pytest.mark.parametrize("direction", ["LR", "BT"])
def test_shapes_have_the_position_and_the_colours_of_the_picture(direction):
    root = graphs.network(Value)
    root._vis_color = "gold"
    sheet = draw_dot(root, direction).sheet()
    found = shapes_of(pdf.render(sheet))
    page = Box(0.0, 0.0, sheet.width, sheet.height, "ground")
    expected = [page, *(shape for shape in sheet.flat() if not isinstance(shape, Text))]
    for shape, (box, paint, state, count) in zip(expected, found, strict=True):
        match shape:
            case Box():
                sides = shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
                assert not shape.cut or count == 8
            case Line():
                points = [shape.start, *(at for piece in shape.pieces for at in piece)]
                xs, ys = zip(*points, strict=True)
                sides = min(xs), min(ys), max(xs), max(ys)
            case Polygon():
                xs, ys = zip(*shape.points, strict=True)
                sides = min(xs), min(ys), max(xs), max(ys)
        assert box == pytest.approx(sides, abs=0.01)
        style = style_of(shape)
        assert (
            paint
            == {(1, 0): "f", (0, 1): "S", (1, 1): "B"}[style.fill != "none", style.stroke != "none"]
        )
        if style.fill != "none":
            assert state[b"rg"] == pytest.approx(rgb(style.fill), abs=1e-4)
        if style.stroke != "none":
            assert state[b"RG"] == pytest.approx(rgb(style.stroke), abs=1e-4)
            assert state[b"w"] == pytest.approx([style.width])
            assert state[b"d"][0] == pytest.approx(list(style.dash))


def test_text_that_is_too_wide_is_set_smaller():
    text = Text(10.0, 20.0, "wide" * 10, 12.0, "ink", room=50.0)
    (piece,) = pieces_of(pdf.render(Sheet(100.0, 50.0, "", "", [text])))
    assert 0 < piece.size < 0.75 * 12 / 2


def test_it_is_vectors_and_embedded_fonts_and_says_what_it_shows():
    page = page_of(draw_dot(graphs.expression(Value)["L"]).pipe("pdf"))
    assert not page.images
    fonts = {piece.font for piece in pieces_of(draw_dot(graphs.neuron(Value)).pipe("pdf"))}
    assert len(fonts) == 2 and all("+" in font for font in fonts)  # a subset of each is embedded
    reader = pypdf.PdfReader(io.BytesIO(draw_dot(graphs.expression(Value)["L"]).pipe("pdf")))
    assert reader.metadata.title == "Expression graph of L"
    assert reader.metadata.subject == "Expression graph of L. 7 nodes, 6 edges. L is −8.0000."
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_its_text_is_there_and_it_is_the_same_every_time():
    content = draw_dot(graphs.expression(Value)["L"]).pipe("pdf")
    texts = [piece.text for piece in pieces_of(content)]
    assert {"−8.0000", "–", "×", "+", "L"} <= set(texts)
    assert "x1w1" not in texts
    assert len(texts) > 20
    assert content == draw_dot(graphs.expression(Value)["L"]).pipe("pdf")


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=30))
def test_it_is_sound_with_any_label(label):
    content = small(label).pipe("pdf")
    assert not any("nan" in piece.text for piece in pieces_of(content) if "nan" not in label)
    operators = page_of(content).get_contents().get_data()
    assert not any(word in operators.split() for word in (b"nan", b"inf"))


@pytest.mark.parametrize(
    ("label", "expected"), [("😀 σ", "U+1F600 σ"), ("語", "U+8A9E"), ("½é", "½é")]
)
def test_what_the_font_lacks_becomes_its_code(label, expected, monkeypatch):
    monkeypatch.setattr(pdf, "other_fonts", lambda: ())
    pdf._find.cache_clear()
    assert [p.text for p in pieces_of(small(label).pipe("pdf"))].count(expected) == 3


def test_without_another_font_it_is_set_in_the_one_that_reportlab_brings(monkeypatch):
    pdf._font.cache_clear()
    monkeypatch.setattr(pdf, "font_files", lambda: iter([("no such font", "no such font")]))
    monkeypatch.setattr(pdf, "other_fonts", lambda: ())
    pdf._find.cache_clear()
    try:
        pieces = pieces_of(small("σ −").pipe("pdf"))
    finally:
        pdf._font.cache_clear()
    assert all("Vera" in piece.font for piece in pieces), pieces
    assert "U+03C3 " in next(piece.text for piece in pieces if "U+" in piece.text)


def test_without_reportlab_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(MissingExtra, match=r"pip install reportlab"):
        small("a").pipe("pdf")
    assert small("a").pipe("svg")
