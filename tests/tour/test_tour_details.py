"""Details of the tour: everything that a chapter can show, on the page and in a terminal."""

from __future__ import annotations

import io
import math
import re

import pytest
from rich.console import Console

from chainrule import Value, draw_dot
from chainrule.errors import ChoiceError, MissingExtra
from chainrule.numerals import format_number
from chainrule.tour import CHAPTERS, chapter_number, contents, tables, walk
from chainrule.tour.figures import figure, live, pieces, scripts
from chainrule.tour.mathematics import as_mathml, as_text
from chainrule.tour.page import FIRST, _first, _section
from chainrule.tour.pictures import Gallery
from chainrule.tour.running import Runner
from chainrule.tour.script import (
    Code,
    Equation,
    Line,
    Picture,
    Remark,
    Report,
    Run,
    Say,
    Section,
    Table,
    read_chapters,
)
from chainrule.tour.terminal import Terminal
from chainrule.verdict import slope

pytestmark = pytest.mark.once

SVG = '<?xml?>\n<svg width="{}" height="{}"><text>{}</text></svg>'


def view(wide, high):
    return {"upright": {"states": [{"size": [wide, high]}, {"size": [1, 1]}]}}


def stage(number, at, **options):
    """A picture of the figure 2."""
    return Picture(
        2, f"02-by-hand-{number}", f"Stage *{number}*.", SVG.format(300, 80.6, number),
        f"L   data 1  grad –\na{number}  data 2  grad 3  new", (f"02-by-hand-{number}.svg",),
        SVG.format(80, 300, number), stage=number, at=at, **options,
    )  # fmt: skip


PLOT = Picture(
    1, "01-plot", 'A plot of `f < g` & "more".', SVG.format(9, 9.5, "&lt; 100%"), "",
    ("01-plot.svg", "01-plot.png"),
)  # fmt: skip
LIVE = Picture(
    3, f"03-{FIRST}", "It lives.", SVG.format(400, 120.5, "live"), "live", ("03-live.svg",),
    SVG.format(120, 400, "live"), view(374, 500),
)  # fmt: skip


def living(**changes):
    return Picture(**{**vars(LIVE), **changes})


TABLE = Table(
    ("name", "x", "exact", "bar"),
    [("<a>", "1", "0.1000000000000", "▪▪"), ("b", "−2.5", "3", "")],
    "With *so* much.",
)
EVERYTHING = Section(
    7,
    "All & more",
    [
        Say("A word of <page>paper</page><terminal>glass</terminal>, *dL*/*dx*, `a<b`, **so**."),
        Equation("dL/da = −2"),
        Code([Line("a = 1  # a <note>"), Line("a + 1", "2"), Line("", ""), Line("a", "1\n<2>")]),
        TABLE,
        Table(("left", "right"), [("1", "x")], right=(1,)),
        Report(lambda width: f"as wide as {width}\nand more", "<style>\np{}\n</style>\n<p>so</p>"),
        PLOT,
        stage(0, 0),
        Say("Then"),
        stage(1, 4),
        Equation("x = 1"),
        Say("and last"),
        stage(2, 10),
        Say("After it."),
        LIVE,
        Remark("PyTorch <isn't> installed."),
    ],
)


def test_everything_on_the_page(golden):
    text = f"{_first([EVERYTHING])}\n{_section(EVERYTHING)}"
    golden("tour/everything.html", text)


@pytest.mark.parametrize("width", [30, 80, 140])
def test_everything_in_a_terminal(width, golden):
    out = io.StringIO()
    console = Console(
        file=out, width=width, highlight=False, force_terminal=True, color_system="standard",
        legacy_windows=False, _environ={},
    )  # fmt: skip
    terminal = Terminal(console, "a/folder")
    terminal.introduction("The title", 12)
    terminal.section(EVERYTHING)
    terminal.summary(["Written to a/folder: 3 SVG.", "Go on [so]."])
    lines = out.getvalue().replace("\x1b", "␛").splitlines()
    golden(f"tour/everything_{width}.txt", "".join(f"{line.rstrip()}\n" for line in lines))


@pytest.mark.parametrize(
    ("wide", "high", "down"),
    [(374, 500, 690), (187, 500, 690), (748, 500, 440), (375, 500, 689), (3740, 505, 240)],
)
def test_room_is_made_for_a_view_in_both_directions(wide, high, down):
    """A telephone shrinks a wide drawing, and never enlarges a narrow one."""
    text = live(living(view=view(wide, high)), "")
    assert f'style="--across:232px;--down:{down}px"' in text
    assert text == figure(living(view=view(wide, high)), str).partition("<figcaption")[0] + (
        "</figure>\n"
    )


def test_without_a_view_there_is_nothing_to_run_and_nothing_on_top():
    still = [Section(1, "so", [Say("x"), PLOT])]
    assert scripts(still) == _first(still) == ""
    text = scripts([EVERYTHING, EVERYTHING])
    assert text.count('<script type="application/json" id="data-3">{"upright":') == 2
    assert text.count('<script type="module">') == 1


def test_a_figure_ends_with_its_last_stage():
    shown = EVERYTHING.shown
    assert [len(piece) for piece in pieces(shown)] == [1] * 7 + [6] + [1] * 3
    assert [each for piece in pieces(shown) for each in piece] == shown
    other = Picture(4, "04-other", "", "", stage=0)
    assert [len(piece) for piece in pieces([stage(0, 0), stage(1, 1), other, PLOT])] == [2, 1, 1]


@pytest.mark.parametrize("chapter", [1, "1", "01", len(CHAPTERS), f"{len(CHAPTERS)}"])
def test_a_chapter_may_be_typed(chapter):
    assert chapter_number(chapter) == int(chapter)


@pytest.mark.parametrize(
    ("chapter", "shown"),
    [
        (0, "0"), (-1, "-1"), ("", "''"), ("1.0", "'1.0'"), (" 1", "' 1'"), ("²", "'²'"),
        (len(CHAPTERS) + 1, str(len(CHAPTERS) + 1)), ("00001", "00001"),
        ("123456789", "123456789"), ("1234567890", "'1234567890'"),
    ],
)  # fmt: skip
def test_another_chapter_is_refused_with_those_that_there_are(chapter, shown):
    with pytest.raises(ChoiceError) as raised:
        chapter_number(chapter)
    first, *_ = str(raised.value).splitlines()
    assert first == f"the tour has chapters 1 to {len(CHAPTERS)}, but no chapter {shown}."
    for title in contents():
        assert title in str(raised.value)


def test_a_chapter_is_read_from_markdown():
    text = (
        "# One\n\nA line\nand another.\n\n$$ x = 1 $$\n\n```python alone 01-a\na\nb\n```\n\n"
        "> A caption\n> of two lines\n\n```python torch\nc\n```\n\n# Two\n\nEnd.\n"
    )
    one, two = read_chapters(text)
    assert (one.title, two.title, two.steps) == ("One", "Two", [Say("End.")])
    prose, equation, first, second = one.steps
    assert (prose, equation) == (Say("A line and another."), Equation("x = 1"))
    assert vars(first) == {
        "code": "a\nb\n", "picture": "01-a", "caption": "A caption of two lines", "alone": True,
        "needs_torch": False,
    }  # fmt: skip
    assert vars(second) == {
        "code": "c\n",
        "picture": "",
        "caption": "",
        "alone": False,
        "needs_torch": True,
    }


def test_a_chapter_in_words_is_walked_like_its_number(tmp_path):
    texts = []
    for chapter in (1, "01"):
        out = io.StringIO()
        walk(tmp_path, chapter=chapter, quick=True, console=Console(file=out, width=80))
        texts.append(out.getvalue())
    assert texts[0] == texts[1]
    assert "chainrule tour 2` goes on" in texts[0]


# ---- tables --------------------------------------------------------------------------------------


def test_correct_digits_are_counted_in_marks():
    """The slope is right, or nothing where the step is lost beside x."""
    table = tables.convergence(lambda x: 2.0 * x, 3.0, 2.0, (1, 30))
    assert table.headings == ("h", "slope", "error", "correct digits")
    assert [row[0] for row in table.rows] == ["1e−01", "1e−30"]
    assert table.rows[1][1:] == ("0.0", "−2.0000", "")
    assert [table.is_right(k) for k in range(4)] == [False, True, True, False]
    exact = tables.convergence(lambda x: 8.0 * x, 0.0, 8.0, (2,))
    assert exact.rows == [("1e−02", "8.0", "0.0000", "▪" * 16)]
    for off, marks in ((1e-4, 4), (-1e-4, 4), (3e-4, 4), (4e-4, 3), (5.0, 0), (1e-20, 16)):
        table = tables.convergence(lambda x: 8.0 * x, 0.0, 8.0 / (1 + off), (2,))
        assert table.rows[0][3] == "▪" * marks, off


@pytest.mark.parametrize("bias", [0.0, 6.8812735870195432, 8.0])
def test_the_numbers_of_the_neuron(bias):
    n, o, slope = tables.squashed(bias)
    assert n == bias - 6
    assert (o, slope) == (pytest.approx(math.tanh(n)), pytest.approx(1 / math.cosh(n) ** 2))
    table = tables.squashing(bias, 1.0)
    assert table.rows[0] == tuple(map(format_number, (bias, n, o, slope)))
    assert len(table.rows) == 2
    assert all(map(table.is_right, range(4))) and not table.is_right(4)


@pytest.mark.parametrize("case", tables.CASES, ids=[title for title, _, _ in tables.CASES])
def test_the_stored_gradients_are_those_that_nudging_finds(case):
    title, f, inputs = case
    for name, gradient in zip(inputs, tables.STORED[title], strict=True):

        def at(x, name=name):
            numbers = {key: Value(value) for key, value in {**inputs, name: x}.items()}
            return f(**numbers).data

        assert slope(at, inputs[name]) == pytest.approx(gradient, rel=1e-5, abs=1e-5)
    rows = [row for row in tables.beside_torch(stored=True).rows if row[0].startswith(title)]
    assert [row[0] for row in rows] == [f"{title}: {name}" for name in inputs]
    for row, stored in zip(rows, tables.STORED[title]):
        assert row[2] == repr(stored)
        assert row[3] == format_number(float(row[1]) - stored)


# ---- code that is run ----------------------------------------------------------------------------


def run(step, **names):
    return list(Runner(None, names).step(step))


def test_what_code_shows_comes_after_it():
    rows = Table(("a",), [("1",)], "of its own")
    remark = Remark("no")
    code = "x\ntable\nremark\nNone\nfrom nowhere import something\nx + 1"
    names = {"x": 2, "table": rows, "remark": remark}
    shown = run(Run(code, caption="so {x}"), **names)
    lines = [Line("x", "2"), *map(Line, code.split("\n")[1:-1]), Line("x + 1", "3")]
    assert shown == [Code(lines), Table(("a",), [("1",)], "so 2"), remark]
    assert run(Run(code, alone=True), **names) == [Table(("a",), [("1",)]), remark]


def test_code_whose_extra_is_missing_leaves_a_remark_and_goes_on():
    def plot():
        raise MissingExtra("matplotlib", "plot")

    code, remark, *more = run(Run("plot()\nx"), plot=plot, x=1)
    assert (code.lines, more) == ([Line("plot()"), Line("x", "1")], [])
    assert remark.text.startswith("plot needs matplotlib")
    assert " To see it:" in remark.text and "\n" not in remark.text


def test_a_long_list_is_wrapped_below_its_line():
    (code,) = run(Run("x"), x=[0.123456789] * 12)
    lines = code.lines[0].comment().splitlines()
    assert lines[0] == "" and all(line.startswith("# ") for line in lines[1:])
    assert max(map(len, lines)) <= 74 < max(map(len, lines)) + len("0.123456789, ")
    assert all(line.startswith("#     0") for line in lines[2:])


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{x} {x!p} {x!r}", "−2.5 (−2.5) -2.5"),
        ("{zero} {zero!p} {y} {y!p}", "0 0 1.5 1.5"),
        ("it's 'it' 5'", "it’s 'it' 5'"),
        ("{x * y:}", "{x * y:}"),
        ("{ {y}", "{ 1.5"),
    ],
)
def test_expressions_in_prose(text, filled):
    if ":}" in text:
        with pytest.raises(SyntaxError):
            run(Say(text), x=-2.5, y=1.5)
    else:
        assert run(Say(text), x=-2.5, y=1.5, zero=0.0) == [Say(filled)]


# ---- pictures ------------------------------------------------------------------------------------


class Plot:
    """A plot with looks for light and dark."""

    figure = None

    def __init__(self, missing=()):
        self.missing = missing

    def content(self, kind):
        if kind in self.missing:
            raise MissingExtra("Pillow", "PNG")
        return f"a {kind}".encode()


def test_pictures_are_numbered_and_a_figure_of_stages_is_one(tmp_path):
    gallery = Gallery(tmp_path)
    names = ["one", "by-hand-0", "by-hand-1-L", "by-hand-2-d-f", "two-and-more", "three-0"]
    gallery.is_open = False
    first = gallery.save(Plot(), names[0], "unseen")
    assert (first.name, first.files, first.svg) == ("01-one", (), "")
    assert list(tmp_path.iterdir()) == gallery.files == []
    gallery.is_open = True
    made = [gallery.save(Plot(), name, f"of {name}") for name in names[1:]]
    assert [(each.number, each.stage, each.at) for each in made] == [
        (2, 0, 0), (2, 1, 0), (2, 2, 0), (3, None, 0), (4, 0, 0),
    ]  # fmt: skip
    assert [each.name[3:] for each in made] == names[1:]
    assert [each.files for each in made] == [(f"{x.name}.svg", f"{x.name}.png") for x in made]
    assert gallery.files == [name for each in made for name in each.files]
    assert {each.svg for each in made} == {"a svg"}
    assert (tmp_path / "03-two-and-more.png").read_bytes() == b"a png"


def test_without_pillow_one_remark_is_made_and_no_png(tmp_path):
    gallery = Gallery(tmp_path)
    made = [gallery.save(Plot(missing=["png"]), name, "") for name in ("a", "b")]
    assert [each.files for each in made] == [("01-a.svg",), ("02-b.svg",)]
    (remark,) = gallery.remarks
    assert remark.startswith("PNG needs Pillow") and " To get it:" in remark
    assert "\n" not in remark
    assert Gallery(tmp_path, png=False).save(Plot(), "c", "").files == ("01-c.svg",)


def test_a_drawing_is_there_in_both_directions_and_in_text(tmp_path):
    a = Value(2.0, label="a")
    L = a * 3.0
    L.label = "L"
    gallery = Gallery(tmp_path, png=False)
    before = gallery.save(draw_dot(L), "x-0", "")
    L.backward()
    after = gallery.save(draw_dot(L), "x-1-L", "")
    assert (before.at, after.at) == (0, 2)
    assert after.text.count("  new") == 2 and "  new" not in before.text
    assert after.svg.count(">new</text>") == after.upright.count(">new</text>") == 2
    wide, high = (re.search(r"<svg[^>]* width=\"(\d+)", x)[1] for x in (after.svg, after.upright))
    assert int(wide) > int(high)
    assert (tmp_path / "01-x-1-L.svg").read_text("utf-8") == after.svg


# ---- equations -----------------------------------------------------------------------------------

EQUATIONS = [
    "dL/da = −2", "w1 · x1 + b", "[f(x + h) − f(x)]/[h]", "[h]/[2]", "lim[h → 0] x^2 ≈ 3.5e−07",
    "−x^3 · (−2) − −1", "a < b", "dw1/dx2 = 10", "alpha + x12", "x^10", "[dL]/[h] → (a) − 2",
]  # fmt: skip


def test_all_signs_of_equations(golden):
    lines = [f"{each}\n{as_text(each)}\n{as_mathml(each)}\n" for each in EQUATIONS]
    golden("tour/equations.txt", "\n".join(lines))
