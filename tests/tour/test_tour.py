"""The tour: what it says, what it writes, and that no number in it was typed."""

from __future__ import annotations

import io
import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from rich.console import Console

from chainrule import Value, nudge
from chainrule.errors import FileError, WrongType
from chainrule.tour import CHAPTERS, tables, walk
from chainrule.tour.mathematics import as_mathml, as_text
from chainrule.tour.page import prose
from chainrule.tour.running import Runner
from chainrule.tour.script import Equation, Line, Run, Say, Table


def take(folder, quick=True, width=80):
    out = io.StringIO()
    walk(folder, quick=quick, console=Console(file=out, width=width, highlight=False))
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
    "function", "tangents", "four-inputs", "chain-rule", "product",
    "by-hand-0", "by-hand-1-L", "by-hand-2-d-f", "by-hand-3-e-c", "by-hand-4-a-b",
    "tanh", "relu", "neuron-sum", "neuron", "neuron-1-o", "neuron-2-n", "neuron-3-b",
    "neuron-4-products", "neuron-5-inputs", "backward", "reused",
    "loss", "moons",
]  # fmt: skip


def test_every_picture_is_a_file_of_its_own_and_on_the_page(quick):
    text, folder, page = quick
    names = [f"{number:02d}-{name}.svg" for number, name in enumerate(PICTURES, 1)]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "index.html"])
    for name in names:
        ElementTree.parse(folder / name)
        assert f'<a href="{name}">SVG</a>' in page
        assert name in "".join(text.split())  # a long path is broken at the edge of the terminal
    # A drawing is there twice: from left to right, and from top to bottom for a narrow page.
    narrow = page.count('<div class="down"><svg')
    assert page.count("<svg") == 2 * narrow
    assert narrow + page.count("data:image/svg+xml") == len(PICTURES)


def test_the_whole_tour_writes_png_beside_svg(whole):
    text, folder, _ = whole
    for number, name in enumerate(PICTURES, 1):
        assert (folder / f"{number:02d}-{name}.png").read_bytes().startswith(b"\x89PNG")
    assert f"{len(PICTURES)} SVG, {len(PICTURES)} PNG and index.html" in text
    assert "Beside PyTorch" in text


def test_each_drawing_shows_the_gradients_of_its_step(quick):
    _, folder, _ = quick

    def grads(number, name):
        svg = (folder / f"{number:02d}-{name}.svg").read_text("utf-8")
        return len(re.findall(">–</text>", svg))

    missing = [grads(number, name) for number, name in list(enumerate(PICTURES, 1))[5:10]]
    assert missing == [7, 6, 4, 2, 0]
    missing = [grads(number, name) for number, name in list(enumerate(PICTURES, 1))[13:19]]
    assert missing == [10, 9, 8, 6, 4, 0]


@pytest.mark.parametrize(
    "line",
    [
        "    slope(f, 2)  # 5.000002000876691",
        "    slope(f, 6)  # 21.000002000448603",
        "    slope(f, -2)  # -10.999997996918864",
        "    slope(f, 0.75, h=0.000000001)  # 0.0",
        "    d(3.0 + h, -2.0, 8.0)  # 1.9997999999999996",
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
        "    df/da = 1 · 3 + (−6) · 1 = 3 + (−6) = −3",
        "    df/db = 1 · (−2) + (−6) · 1 = −2 + (−6) = −8",
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


def test_convergence_and_then_cancellation(whole):
    text, _, _ = whole
    digits = [row.count("▪") for row in text.splitlines() if re.match(r"    1e−\d\d ", row)]
    assert digits == [1, 2, 3, 4, 5, 6, 7, 8, 7, 7, 7, 4, 3, 2, 1, 0]


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
        elif not address.startswith("data:image/svg+xml;base64,"):
            assert (folder / address).exists()
    assert not re.search(r"@import|url\(|<script|<link", page)
    assert "prefers-color-scheme: dark" in page
    assert set(re.findall(r"https?://[^\"'\s<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert str(folder) not in page


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


def test_without_matplotlib_there_is_a_word_in_place_of_each_plot(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = take(tmp_path)
    assert " ".join(text.split()).count("pip install matplotlib") == 5
    assert len(list(tmp_path.glob("*.svg"))) == len(PICTURES) - 5


# ---- the parts ----------------------------------------------------------------------------------


def run(step, **names):
    return list(Runner(None, names).step(step))


def test_results_stand_behind_their_lines():
    (code,) = run(Run("x = a + 1\nx\n\nif x > 2:\n    y = 'so'\ny"), a=2)
    assert [line.code + line.comment for line in code.lines] == [
        "x = a + 1",
        "x  # 3",
        "",
        "if x > 2:",
        "    y = 'so'",
        "y  # 'so'",
    ]


def test_a_long_result_stands_below():
    assert Line("x", "1" * 80).comment == "\n# " + "1" * 80
    assert Line("x", "1\n2").comment == "\n# 1\n# 2"
    assert Line("x").comment == ""


def test_prose_takes_its_numbers_from_expressions():
    assert run(Say("{a} {a!p} {b!p} {1/b!r} {'x'!r}"), a=-2.0, b=3.0) == [
        Say("−2 (−2) 3 0.3333333333333333 'x'")
    ]
    with pytest.raises(NameError):
        run(Equation("{missing}"))


def test_tables_are_exhibits():
    shown = run(Run("table", alone=True, caption="so"), table=Table(("a",), [("1",)]))
    assert [thing.caption for thing in shown] == ["so"]


def test_a_table_of_nudges_has_the_caption_of_its_step_or_its_own_title():
    nudges = nudge(Value(2.0, label="a") * 3.0)
    captions = [run(Run("nudges", alone=True, caption=text), nudges=nudges) for text in ("so", "")]
    assert [shown.caption for (shown,) in captions] == ["so", nudges.title]


def test_marks_in_prose():
    assert prose("*x* *w1* **so** `a<b` *a word* <") == (
        "<var>x</var> <var>w<sub>1</sub></var> <strong>so</strong> <code>a&lt;b</code> "
        "<em>a word</em> &lt;"
    )


@pytest.mark.parametrize(
    ("equation", "text", "mathml"),
    [
        ("dL/da = −2", "dL/da = −2", "<mfrac><mrow><mi>d</mi><mi>L</mi></mrow><mrow><mi>d</mi>"),
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
