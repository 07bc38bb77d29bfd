"""The tour: what it says, what it writes, and that no number in it was typed."""

from __future__ import annotations

import io
import json
import re
import sys
import webbrowser
from html.parser import HTMLParser
from itertools import islice
from xml.etree import ElementTree

import pytest
from rich.console import Console

from chainrule import Value, draw_dot, nudge, steps
from chainrule.errors import ChoiceError, FileError, WrongType
from chainrule.tour import CHAPTERS, open_page, tables, walk
from chainrule.tour.mathematics import as_mathml, as_text
from chainrule.tour.page import prose
from chainrule.tour.pictures import steps_to
from chainrule.tour.running import Runner
from chainrule.tour.script import Equation, Line, Run, Say, Table
from chainrule.tour.terminal import styled


def take(folder, quick=True, width=80, **options):
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False)
    walk(folder, quick=quick, console=console, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A quick tour: what it printed, its folder and its page."""
    folder = tmp_path_factory.mktemp("quick")
    text = take(folder)
    return text, folder, (folder / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole tour, with PNG."""
    folder = tmp_path_factory.mktemp("whole")
    return take(folder, quick=False), folder, (folder / "index.html").read_text("utf-8")


PICTURES = [
    "01-function", "02-tangents", "03-three-inputs", "04-four-inputs", "05-chain-rule",
    "06-product", "07-by-hand-0", "07-by-hand-1-L", "07-by-hand-2-e-f", "07-by-hand-3-d-c",
    "07-by-hand-4-a-b", "08-mistake", "09-practice", "10-tanh", "11-relu", "12-neuron-sum",
    "13-neuron", "14-neuron-hand-0", "14-neuron-hand-1-o", "14-neuron-hand-2-n",
    "14-neuron-hand-3-b", "14-neuron-hand-4-products", "14-neuron-hand-5-inputs", "15-backward",
    "16-reused", "17-loss", "18-downhill", "19-trained", "20-moons",
]  # fmt: skip
LIVE = ("03", "05", "07", "09", "13", "14", "15", "16", "17", "18", "19")
"""The figures that are views where scripts run."""


def test_every_picture_is_a_file_of_its_own_and_on_the_page(quick):
    text, folder, page = quick
    names = [f"{name}.svg" for name in PICTURES]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "index.html"])
    for name in names:
        ElementTree.parse(folder / name)
        assert f'<a href="{name}">SVG</a>' in page
        assert name in "".join(text.split())  # a long path is broken at the edge of the terminal
    # A drawing is there twice: from left to right, and from top to bottom for a narrow page.
    narrow = page.count('<div class="down"><svg')
    assert _own_markup(page).count("<svg") == 2 * narrow
    assert narrow + page.count('src="data:image/svg+xml') == len(PICTURES) + 1  # one is on top


@pytest.mark.once
def test_the_whole_tour_writes_png_beside_svg(whole):
    text, folder, _ = whole
    for name in PICTURES:
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert f"{len(PICTURES)} SVG, {len(PICTURES)} PNG and index.html" in text
    assert "The same in PyTorch" in text


def test_each_drawing_shows_the_gradients_of_its_step(quick):
    _, folder, _ = quick

    def unset(name):
        return len(re.findall(">–</text>", (folder / f"{name}.svg").read_text("utf-8")))

    assert [unset(name) for name in PICTURES if "-by-hand-" in name] == [7, 6, 4, 2, 0]
    assert [unset(name) for name in PICTURES if "-neuron-hand-" in name] == [10, 9, 8, 6, 4, 0]


def test_each_stage_says_what_is_new(quick):
    text, folder, page = quick
    for stage, new in {"1-L": 1, "2-e-f": 2, "3-d-c": 2, "4-a-b": 2}.items():
        svg = (folder / f"07-by-hand-{stage}.svg").read_text("utf-8")
        assert svg.count(">new</text>") == new
        assert f"Figure 7, step {stage[0]}. New: " in text
        assert f"<b>Figure 7, step {stage[0]}.</b> New: " in page
    assert re.findall(r"(\w+) +data +\S+  grad +\S+  new$", text, re.MULTILINE)[:7] == [
        *("L", "e", "f", "d", "c", "a", "b"),
    ]


def test_stages_of_a_figure_stand_beside_it(quick):
    _, _, page = quick
    assert re.findall(r'<div class="stage" data-at="(\d+)">', page) == [
        *("1", "3", "5", "7"),
        *("1", "2", "4", "6", "10"),
    ]
    assert page.count('<div class="walk">') == 2


def test_views_have_their_data_and_share_one_script(quick):
    _, _, page = quick
    first, *numbers = re.findall(r'data-view="data-(\d+)"', page)
    assert first == "5" and page.index('data-view="data-5"') < page.index("</header>")
    assert [f"{int(number):02d}" for number in numbers] == list(LIVE)
    for number in numbers:
        (data,) = re.findall(f'<script type="application/json" id="data-{number}">(.*?)</', page)
        assert json.loads(data)["nodes"]
    assert page.count('<script type="module">') == 1
    assert len(page) < 1_300_000


@pytest.mark.parametrize(
    "line",
    [
        "    slope(f, 2)  # 5.000002000876691",
        "    slope(f, 6)  # 21.000002000448603",
        "    slope(f, -2)  # -10.999997996918864",
        "    slope(f, 0.75, h=0.000000001)  # 0.0",
        "    e(3.0 + h, -2.0, 8.0)  # 1.9997999999999996",
        "    by_a  # -2.0000000000042206",
        "    by_b  # 3.00000000000189",
        "    by_c  # 0.9999999999976694",
        "    slope(lambda L: L, L.data, h=h)  # 1.0000000000021103",
        "    # (-2.0000000000042206, 1.9999999999997797)",
        "    slope(lambda d: (d + c.data) * f.data, d.data, h=h)  # -1.9999999999953388",
        "    a.grad  # 4.0",
        "    # Ascent(before=-8.0, after=-7.286496, change=0.7135040000000004)",
        "    # Ascent(before=-8.0, after=-8.726303999999999, change=-0.726303999999999)",
        "    dL/da = dL/de · de/dd · dd/da = (−2) · 1 · (−2) = 4",
        "    dL/da = 1 · 3 + (−6) · 1 = 3 + (−6) = −3",
        "    dL/db = 1 · (−2) + (−6) · 1 = −2 + (−6) = −8",
        "    # (-2.996999999998806, -8.001999999999398)",
    ],
)
def test_the_numbers_of_the_two_documents_are_there(quick, line):
    text, _, page = quick
    assert line in [row.rstrip() for row in text.splitlines()]
    if "·" not in line:
        _, _, result = line.strip().rpartition("# ")
        assert f"# {result}".replace("<", "&lt;") in page


def test_the_bias_that_squashes(quick):
    text, _, _ = quick
    rows = [line.split() for line in text.splitlines()]
    assert ["6.8813", "0.8813", "0.7071", "0.5001"] in rows
    assert ["10.0000", "4.0000", "0.9993", "0.0013"] in rows


@pytest.mark.once
def test_convergence_and_then_cancellation(whole):
    text, _, _ = whole
    digits = [row.count("▪") for row in text.splitlines() if re.match(r"    1e−\d\d ", row)]
    assert digits == [1, 2, 3, 4, 5, 6, 7, 8, 7, 7, 7, 4, 3, 2, 1, 0]


@pytest.mark.once
def test_the_terminal_is_not_wider_than_80_columns(whole):
    text, _, _ = whole
    assert max(map(len, text.splitlines()[:-3])) <= 80
    assert "{" not in text


def test_no_number_that_could_be_computed_is_typed():
    """Prose and equations name expressions; a result with decimals in them would go stale."""
    for chapter in CHAPTERS:
        for step in chapter.steps:
            text = step.caption if isinstance(step, Run) else step.text
            outside = re.sub(r"\{[^{}]*\}", "", text)
            assert not re.search(r"\d\.\d{3,}|−\d", outside), outside


def _own_markup(page):
    """The page without its scripts and without the plots, which are images."""
    return re.sub('<script.*?</script>|src="data:[^"]*"', "", page, flags=re.DOTALL)


class Balanced(HTMLParser):
    """Checks that tags close in order, and collects ids and addresses."""

    VOID = ("meta", "img", "br")

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.addresses = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.handle_startendtag(tag, attributes)

    def handle_startendtag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.addresses.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_asks_nothing_of_anybody(quick):
    _, folder, page = quick
    checker = Balanced()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert len(set(checker.ids)) == len(checker.ids)
    for address in checker.addresses:
        if address.startswith("#"):
            assert address[1:] in checker.ids
        elif not address.startswith("data:image/svg+xml,"):
            assert (folder / address).exists()
    assert not re.search(r"@import|url\(|<script|<link", _own_markup(page))
    assert "default-src 'none'; script-src 'sha256-" in page
    assert "prefers-color-scheme: dark" in page
    addresses = set(re.findall(r"https?://[^\"'\s<]+", re.sub(r'src="data:[^"]*"', "", page)))
    hosts = {address.split("/")[2] for address in addresses}
    assert hosts <= {"www.w3.org", "127.0.0.1:8753"}  # a link to the playground on this machine
    assert str(folder) not in page


@pytest.mark.once
def test_two_tours_are_the_same(quick, tmp_path):
    _, folder, _ = quick
    take(tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileError, match="cannot be written"):
        take(tmp_path / "taken" / "tour")
    with pytest.raises(WrongType, match="the tour needs the name of a folder"):
        walk(3)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.once
def test_without_matplotlib_there_is_a_word_in_place_of_each_plot(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = take(tmp_path)
    assert " ".join(text.split()).count("pip install matplotlib") == 5
    assert len(list(tmp_path.glob("*.svg"))) == len(PICTURES) - 5


def test_the_code_runs_as_it_stands():
    """What a reader copies into a notebook works there, after the imports of the first chapter."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    runs = [step for chapter in CHAPTERS for step in chapter.steps if isinstance(step, Run)]
    names = {}
    for step in runs:
        if not (step.alone or step.needs_torch):
            exec(step.code, names)
    pyplot.close("all")
    assert names["history"].loss[-1] == 0.0


# ---- the parts ----------------------------------------------------------------------------------


def run(step, **names):
    return list(Runner(None, names).step(step))


def test_results_stand_behind_their_lines():
    (code,) = run(Run("x = a + 1\nx\n\nif x > 2:\n    y = 'so'\ny"), a=2)
    assert [line.code + line.comment() for line in code.lines] == [
        "x = a + 1",
        "x  # 3",
        "",
        "if x > 2:",
        "    y = 'so'",
        "y  # 'so'",
    ]


def test_a_long_result_stands_below():
    assert Line("x", "1" * 80).comment() == "\n# " + "1" * 80
    assert Line("x", "1" * 80).comment(100) == "  # " + "1" * 80
    assert Line("x", "1\n2").comment() == "\n# 1\n# 2"
    assert Line("x").comment() == ""


def test_prose_takes_its_numbers_from_expressions():
    assert run(Say("{a} {a!p} {b!p} {1/b!r} {'x'!r}"), a=-2.0, b=3.0) == [
        Say("−2 (−2) 3 0.3333333333333333 'x'")
    ]
    assert run(Say("it's 'so'")) == [Say("it’s 'so'")]
    with pytest.raises(NameError):
        run(Equation("{missing}"))


def test_tables_are_exhibits():
    shown = run(Run("table", alone=True, caption="so"), table=Table(("a",), [("1",)]))
    assert [thing.caption for thing in shown] == ["so"]


def test_a_table_of_nudges_has_the_caption_of_its_step_or_its_own_title():
    nudges = nudge(Value(2.0, label="a") * 3.0)
    captions = [run(Run("nudges", alone=True, caption=text), nudges=nudges) for text in ("so", "")]
    assert [shown.caption for (shown,) in captions] == ["so", nudges.title]
    assert all(shown.is_right(1) and not shown.is_right(0) for (shown,) in captions)


def test_marks_in_prose():
    assert prose("*x* *dL*/*dd* *w1* **so** `a<b` *a word* <") == (
        "<var>x</var> d<var>L</var>/d<var>d</var> <var>w<sub>1</sub></var> <strong>so</strong> "
        "<code>a&lt;b</code> <em>a word</em> &lt;"
    )


def test_prose_for_one_of_the_two_renderers():
    text = "Press <page>the button</page><terminal>a key</terminal>."
    assert prose(text) == "Press the button."
    assert styled(text).plain == "Press a key."


D = '<mi mathvariant="normal">d</mi>'


@pytest.mark.parametrize(
    ("equation", "text", "mathml"),
    [
        ("dL/da = −2", "dL/da = −2", f"<mfrac><mrow>{D}<mi>L</mi></mrow><mrow>{D}"),
        ("[x + h]/[h]", "(x + h) / h", "<mfrac><mrow><mi>x</mi><mo>+</mo><mi>h</mi></mrow><mrow>"),
        ("2x^2", "2x²", "<mn>2</mn><msup><mi>x</mi><mn>2</mn></msup>"),
        ("w1 < 1.5", "w1 < 1.5", "<msub><mi>w</mi><mn>1</mn></msub><mo>&lt;</mo><mn>1.5</mn>"),
        (
            "lim[h → 0] x",
            "lim (h → 0) x",
            "<munder><mo>lim</mo><mrow><mi>h</mi><mo>→</mo><mn>0</mn>",
        ),
        (
            "a · (−2)",
            "a · (−2)",
            '<mo stretchy="false">(</mo><mo form="prefix" lspace="0" rspace="0">−</mo><mn>2</mn>',
        ),
        ("a − 2", "a − 2", "<mi>a</mi><mo>−</mo><mn>2</mn>"),
        ("(a) − 2", "(a) − 2", '<mo stretchy="false">)</mo><mo>−</mo>'),
    ],
)
def test_equations(equation, text, mathml):
    assert as_text(equation) == text
    assert mathml in as_mathml(equation)
    ElementTree.fromstring(as_mathml(equation))


def test_the_algebra_behind_the_rules_is_shown(quick):
    text, _, page = quick
    assert "((e + h) · f − e · f) / h" in text
    assert "(h · f) / h = f" in text
    assert "h / h = 1" in text
    assert "f(g(x))" in re.sub(r"[*_]", "", text)
    assert "dz/dx = dz/dy · dy/dx" in text
    assert page.count("<mfrac>") > 20


def test_pytorchs_numbers_are_there_without_pytorch(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    table = tables.beside_torch()
    assert table.headings[2] == "PyTorch 2.13, stored"
    assert len(table.rows) == sum(len(inputs) for _, _, inputs in tables.CASES)
    for _, ours, theirs, _ in table.rows:
        assert float(ours) == pytest.approx(float(theirs), rel=1e-14, abs=0.0)


def test_code_for_pytorch_shows_stored_results_where_it_is_not_installed():
    code = "import torch\na.grad.item()"
    (shown,) = run(Run(code, needs_torch=True))
    assert [line.result for line in shown.lines] == ["", "4.0"]


def test_the_steps_to_a_stage_are_those_of_the_pass():
    """After each step of the pass, a drawing leads back to the number of that step."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    d, e = a * b, a + b
    root = d * e
    for step in steps(root):
        copies = {node: node.grad_state for node in step.gradients}
        for node in copies:
            node.grad = 1.0
        received = {other.operand for other in steps(root)[1 : step.number + 1]}
        later = {other.operand for other in steps(root)[step.number + 1 :]}
        if not received & later:  # else some node still waits for a part of its gradient
            assert steps_to(draw_dot(root).picture.cards) == step.number + 1
    assert steps_to(draw_dot(Value(1.0) * 2.0).picture.cards) == 0


# ---- explain, steps and check --------------------------------------------------------------------


def test_the_tools_show_their_own_words(quick):
    text, _, page = quick
    assert "      dL/da = dL/dd * dd/da = −2 * −2 = 4   because d = a * b, so dd/da = b" in text
    assert "          dL/de * de/dd * dd/da = −2 * 1 * −2 = 4" in text
    assert "      5  d → a: dL/da = −2 * −2 = 4   because d = a * b, so dd/da = b" in text
    assert page.count('<div class="chainrule-explanation">') == 3
    assert page.count("<style>") == 1 + _own_markup(page).count('<svg xmlns="http')


def test_a_planted_mistake_is_named(quick):
    text, _, page = quick
    rows = [line.split(maxsplit=5) for line in text.splitlines() if line.startswith("    ✗")]
    assert [(row[1], row[5].strip()) for row in rows] == [
        ("d", "The sign is flipped."),
        ("b", "It follows from the mistake at d."),
        ("a", "It follows from the mistake at d."),
    ]
    for shown in (text, page):
        assert "The gradients of L: 4 right, 3 wrong. Begin with d." in shown
        assert "The gradients of o: 10 right." in shown
    assert "bool(check(L))  # True" in text


# ---- chapters, width, pager, browser -------------------------------------------------------------


def test_one_chapter(quick, tmp_path):
    whole, folder, _ = quick
    text = take(tmp_path, chapter=6)
    body, _, end = text.partition("─" * 80)

    def words(shown, folder):  # without line breaks, since a long path is broken
        return "".join(shown.split()).replace(str(folder), "")

    of_six = whole[whole.index("6  Every gradient") : whole.index("7  A mistake")]
    assert words(body, tmp_path) == words(of_six, folder)
    names = sorted(path.stem for path in tmp_path.iterdir())
    assert names == [name for name in PICTURES if name[:2] in ("06", "07")]
    assert "Written to" in end
    assert "chainrule tour 7` goes on: A mistake, found." in end
    assert "chainrule tour --open" in end


@pytest.mark.parametrize("chapter", [0, -1, 99])
def test_a_chapter_that_does_not_exist(tmp_path, chapter):
    with pytest.raises(ChoiceError, match=f"chapters 1 to {len(CHAPTERS)}, but no chapter"):
        walk(tmp_path, chapter=chapter)
    with pytest.raises(ChoiceError, match="no chapter"):
        open_page(tmp_path, chapter=chapter)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_width_of_the_terminal_is_used(tmp_path, width):
    lines = take(tmp_path, width=width, chapter=5).splitlines()
    prose = [line for line in lines if line.startswith(("To get", "Six products"))]
    room = min(width, 100)
    assert all(room - 14 <= len(line.rstrip()) <= room for line in prose)
    drawn = [line for line in lines if "─" not in line and "/" not in line]
    assert max(map(len, drawn)) <= width
    because = [line for line in lines if "3  e → d" in line]
    assert because[0].endswith("unchanged") == (width >= 100)


@pytest.mark.once
def test_a_reader_who_leaves_the_pager_still_gets_the_page(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr("click.echo_via_pager", lambda texts: read.extend(islice(texts, 2)))
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, highlight=False)
    path = walk(tmp_path, quick=True, console=console, pager=True)
    assert f"{len(CHAPTERS)} chapters." in read[0]
    assert "A function and its slope" in read[1]
    assert "\x1b[" in read[1]
    assert "A function and its slope" not in out.getvalue()
    assert f"Open {path}" in " ".join(out.getvalue().split())
    assert "A network" in path.read_text("utf-8")


def test_what_does_not_go_to_a_terminal_is_not_paged(tmp_path, monkeypatch):
    monkeypatch.setattr("click.echo_via_pager", lambda texts: pytest.fail("paged"))
    assert "A function and its slope" in take(tmp_path, chapter=1, pager=True)


@pytest.mark.once
@pytest.mark.parametrize(("has_browser", "said"), [(True, "Opened"), (False, "No browser")])
def test_the_page_opens_at_a_chapter(tmp_path, monkeypatch, capsys, has_browser, said):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or has_browser)
    path = open_page(tmp_path, chapter=3, quick=True)
    assert opened == [f"{path.as_uri()}#chapter-3"]
    out, err = capsys.readouterr()
    assert said in (out if has_browser else err)
    assert "A function and its slope" not in out
