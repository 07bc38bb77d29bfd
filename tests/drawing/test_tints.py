"""`_vis_color`: a node's box in a colour of the user's own, legible on light and on dark pages."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given, strategies as st

from chainrule import draw_dot, parameter, show
from chainrule.design.contrast import LEGIBLE, channels, luminance
from chainrule.drawing.shapes import palette
from chainrule.drawing.snapshot.colour import NAMED, read_colour

SHADES = (palette.LIGHT, palette.DARK)
codes = st.integers(0, 0xFFFFFF).map("{:06x}".format)


def graph(Value, colour):
    x = Value(1.5, label="x")
    out = (x * parameter(2.0)).tanh() + 3.0
    for node in (out, *out._prev):
        node._vis_color = colour
    return out


def contrast(one, two):
    """The formula of the guidelines, in other words than the product's."""

    def luminance(colour):
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        curve = lambda x: x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4  # noqa: E731
        return 0.2126 * curve(red) + 0.7152 * curve(green) + 0.0722 * curve(blue)

    dark, light = sorted([luminance(one), luminance(two)])
    return (light + 0.05) / (dark + 0.05)


@given(codes | st.sampled_from(sorted(NAMED.values())))
def test_every_colour_is_legible_in_both_shades(colour):
    for fill, shade in zip(palette.tints(colour), SHADES):
        for role in palette.WRITTEN:
            assert contrast(fill, shade[role].fill) >= LEGIBLE


def test_a_colour_that_is_legible_is_drawn_as_it_is():
    assert palette.tints("ffffe0")[0] == "#ffffe0"
    assert palette.tints("000080")[1] == "#000080"
    assert len({palette.tints(colour) for colour in NAMED.values()}) > 100


@pytest.mark.parametrize(("given", "read"), [
    ("lightblue", "add8e6"), ("LightBlue", "add8e6"), (" red ", "ff0000"), ("#AbCdEf", "abcdef"),
    ("#fa0", "ffaa00"), ("grey", "808080"),
    ("", ""), ("no colour", ""), ("#12345", ""), ("#gggggg", ""), ("red;fill:url(x)", ""),
    ('"/><script>', ""), ("url(#a)", ""), ("#abc\n#def", ""), (None, ""), (7, ""),
    ([255, 0, 0], ""),
])  # fmt: skip
def test_colours_are_read_and_anything_else_is_ignored(Value, given, read):
    assert read_colour(given) == read
    plain, coloured = draw_dot(graph(Value, None)), draw_dot(graph(Value, given))
    for kind in ("svg", "dot"):
        assert (coloured.pipe(kind) == plain.pipe(kind)) == (read == "")


def test_svg_has_the_colour_on_light_and_dark_pages(Value):
    text = draw_dot(graph(Value, "lightblue")).pipe("svg").decode()
    light, dark = text.split("@media (prefers-color-scheme:dark)")
    for part, fill in zip((light, dark), palette.tints("add8e6")):
        assert re.search(r"\.tint-add8e6\{fill:" + fill, part)
    assert dark.count(' tint-add8e6"') == 3


def test_dot_keeps_the_shape_of_the_kind(Value):
    source = draw_dot(graph(Value, "lightblue")).source
    fill = palette.tints("add8e6")[0]
    assert source.count(f'fillcolor="{fill}"') == 3
    assert f'style="dashed,filled" fillcolor="{fill}"' in source  # the constant
    assert f'style=filled penwidth=2.5 fillcolor="{fill}"' in source  # the root


def test_png_and_pdf_have_the_colour(Value):
    from PIL import Image

    drawing = draw_dot(graph(Value, "gold"))
    fill = palette.tints("ffd700")[0]
    image = Image.open(io.BytesIO(drawing.pipe("png")))
    assert tuple(bytes.fromhex(fill[1:])) in {pixel for _, pixel in image.getcolors(1 << 20)}
    assert drawing.pipe("pdf") != draw_dot(graph(Value, None)).pipe("pdf")


def test_the_view_gets_both_fills(Value):
    page = show(graph(Value, "lightblue")).html
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert [node.get("tint") for node in data["nodes"]].count([*palette.tints("add8e6")]) == 3


def test_a_leaf_drawn_again_is_coloured_too(Value):
    x = Value(1.0, label="x")
    x._vis_color = "pink"
    out = x
    for _ in range(12):
        out = (out * 0.5).tanh() + x
    text = draw_dot(out).pipe("svg").decode()
    assert 'class="copy tint-ffc0cb"' in text


@pytest.mark.parametrize(
    ("word", "colour"),
    [
        ("#AdD8e6", "add8e6"),
        (" #fa0 ", "ffaa00"),
        ("LightBlue", "add8e6"),
        ("#add8e", ""),
        ("#add8e6f", ""),
        ("#ggg", ""),
        ("add8e6", ""),
        ("", ""),
        (3, ""),
        (None, ""),
    ],
)
def test_colours_are_read_as_in_css(word, colour):
    assert read_colour(word) == colour


@pytest.mark.parametrize(
    ("colour", "light"),
    [("#000000", 0.0), ("#0a0a0a", 10 / 255 / 12.92), ("#0b0b0b", 0.00334654), ("#ffffff", 1.0),
     ("#ff0000", 0.2126), ("#00ff00", 0.7152), ("#0000ff", 0.0722), ("#808080", 0.2158605)],
)  # fmt: skip
def test_the_luminance_of_colours(colour, light):
    assert luminance(channels(colour)) == pytest.approx(light, rel=1e-5)
