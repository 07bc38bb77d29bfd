"""Every colour and size is a token, text is legible, and meanings survive colour blindness."""

from __future__ import annotations

import ast
import importlib
import itertools
import math
import re
from pathlib import Path

import pytest

from chainrule import design

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
SOURCE, TOOLS = ROOT / "src" / "chainrule", ROOT / "tools"  # not what is installed
TOKENS = SOURCE / "design" / "tokens.css"
SHEETS = [
    path
    for path in sorted(SOURCE.rglob("*.css"))
    if path != TOKENS and "generated" not in path.parts
]
SCRIPTS = sorted((SOURCE / "drawing" / "view" / "js").glob("*.js"))

COLOUR = re.compile(r"(?<![&\w])#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(")
SIZED = re.compile(
    r"(?<![\w-])(?:font|font-size|font-weight|font-family|line-height|padding|margin|gap|column-gap|"
    r"border|border-radius|border-width|border-spacing|outline|box-shadow|animation|transition)"
    r"(?:-\w+)*: ([^;{}]*)[;}]"
)
LITERAL = re.compile(r"\d(?:px|rem|pt|ms|s)\b|(?<![\w.-])[1-9]00(?![\w.])|\"")


@pytest.fixture(scope="module")
def tools():
    """The modules that write the page of the docs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        yield {name: importlib.import_module(name) for name in ("vision", "design_page")}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", SHEETS + SCRIPTS, ids=lambda path: path.name)
def test_no_sheet_or_script_has_a_colour_of_its_own(path):
    assert not COLOUR.findall(without_comments(path.read_text("utf-8")))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_sheet_has_a_size_or_a_time_of_its_own(path):
    values = SIZED.findall(without_comments(path.read_text("utf-8")))
    assert values
    assert not [value for value in values if LITERAL.search(value)]


def strings(path):
    """The texts in a Python file, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documents:
            yield node.value


def test_no_module_has_a_colour_of_its_own():
    found = {
        path.name: colours
        for path in SOURCE.rglob("*.py")
        if (
            colours := [
                x for text in strings(path) for x in re.findall(r"(?<!&)#[\da-fA-F]{3,8}\b", text)
            ]
        )
    }
    assert not found


def test_a_literal_would_be_noticed():
    for rule in ("color: #fff", "background: rgb(0 0 0)", "fill: #1b232d80"):
        assert COLOUR.search(rule)
    for rule in (
        "padding: 3px 0;", "font: 14px/1.5 x;", "font-weight: 600;", "transition: all 2s;",
        "border-left: 1px solid;", 'font-family: "Arial";', "margin-top: .5rem;",
    ):  # fmt: skip
        assert LITERAL.search(SIZED.search(rule)[1])
    for rule in ("padding: 0 var(--space-1);", "margin: 0 auto;", "line-height: 1;", "gap: .7em;"):
        assert not LITERAL.search(SIZED.search(rule)[1])


def test_every_token_is_used_and_every_name_is_a_token():
    texts = [TOKENS.read_text("utf-8"), *(path.read_text("utf-8") for path in SHEETS)]
    texts += [path.read_text("utf-8") for path in SOURCE.rglob("*.py")]
    everything = without_comments("\n".join(texts))
    view = (SOURCE / "drawing" / "view" / "generated" / "colours.css").read_text("utf-8")
    used = set(re.findall(r"var\(--([\w-]+)\)", everything + view))
    of_figures = set(re.findall(r"--([\w-]+):\{", everything))  # written by Python, on each one
    assert used <= set(design.tokens()) | of_figures
    quoted = set(re.findall(r"[\"']([\w-]+)[\"']", everything))
    numbered = {name for name in design.tokens() if re.match(r"(class|loss)-\d", name)}
    scale = {name for name in design.tokens() if re.match(r"(space|type|radius)-\d", name)}
    assert set(design.tokens()) - used - quoted - numbered - scale == set()


def luminance(colour):
    """The guidelines' own formula, in other words than the product's."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    dark, light = sorted(map(luminance, (one, two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
def test_text_is_legible_on_every_surface(shade, tools):
    page, value = tools["design_page"], lambda name: design.tokens()[name][shade]
    pairs = [
        *itertools.product(page.TEXTS, page.SURFACES),
        ("ground", "accent"),
        ("ground", "flow"),
    ]
    assert not [pair for pair in pairs if contrast(*map(value, pair)) < 4.5]
    lines = itertools.product(page.LINES, page.BEHIND_LINES)
    assert not [pair for pair in lines if contrast(*map(value, pair)) < 3]
    assert page.ratio("soft", "ground", shade) == pytest.approx(
        contrast(value("soft"), value("ground"))
    )


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
def test_meanings_survive_colour_blindness(shade, tools):
    vision, page = tools["vision"], tools["design_page"]
    for one, two, meaning, _ in page.MEANINGS:
        colours = [design.tokens()[name][shade] for name in (one, two)]
        for eye in ("normal", "protanopia", "deuteranopia"):
            assert vision.distance(*colours, eye) >= 20, (meaning, eye)
        assert vision.distance(*colours, "tritanopia") >= 15, meaning


def test_the_simulation_knows_greys_and_the_classic_confusions(tools):
    vision = tools["vision"]
    for eye, rows in vision.EYES.items():
        assert [sum(row) for row in rows] == pytest.approx([1, 1, 1], abs=1e-5), eye
        assert vision.distance("#777777", "#777777", eye) == 0
    assert vision.distance("#000000", "#ffffff") == pytest.approx(100, abs=1e-3)
    red, green, blue, yellow = "#ff0000", "#00ff00", "#0000ff", "#ffff00"
    # CIE 1976 differences of sRGB's primaries, from their published coordinates in CIELAB
    assert vision.distance(red, green) == pytest.approx(
        math.dist((53.24, 80.09, 67.20), (87.73, -86.18, 83.18)), abs=0.05
    )
    for eye in ("protanopia", "deuteranopia"):
        assert (
            vision.distance("#c00000", "#5a5a00", eye) < vision.distance("#c00000", "#5a5a00") / 2
        )
        assert vision.distance(blue, yellow, eye) > 150


def test_fingers_and_eyes_are_respected():
    sheet = design.style_sheet()
    coarse = re.search(r"@media \(pointer: coarse\) \{(.*?)\n\}", sheet, re.DOTALL)[1]
    for name in ("target", "target-small"):
        assert float(re.search(rf"--{name}: ([\d.]+)rem", coarse)[1]) * 16 >= 44
    still = re.search(r"@media \(prefers-reduced-motion: reduce\) \{(.*?)\n\}", sheet, re.DOTALL)[1]
    assert set(re.findall(r"--(\w+): 0s", still)) == {"quick", "smooth", "stream"}
    assert "light-dark(" not in sheet  # browsers from 2023 don't know it
    assert sheet.count("prefers-color-scheme: dark") == 1
    assert design.style_sheet(".a", ".a.dark").count("\n.a.dark {") == 1
