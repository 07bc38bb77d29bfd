"""Worksheets: other numbers with every seed, and answers that a graph of Values confirms."""

from __future__ import annotations

import io
import re
import sys
from itertools import pairwise

import nbformat
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

import chainrule
from chainrule import Value
from chainrule.cli import main
from chainrule.course import lesson
from chainrule.course.shelf import shelf
from chainrule.course.worksheet import markdown, notebook, page, pdf
from chainrule.course.worksheet.questions import worksheet
from chainrule.course.worksheet.writing import KINDS
from chainrule.errors import MissingExtra

pytestmark = pytest.mark.once

LESSONS = list(shelf().lessons)


def pages(sheet):
    """The text of the pages of a sheet as PDF."""
    return [each.extract_text() for each in PdfReader(io.BytesIO(pdf.content(sheet))).pages]


def test_lines_of_a_pdf_have_room_between_them():
    """The title is larger than a question's, which is larger than the text. The lines of a graph
    are indented, and each is 1.45 times as high as its letters."""
    seen = []

    def note(text, _, at, font, size):
        if text.strip():
            seen.append((text.strip(), at[4], at[5], size))

    sheet = worksheet(shelf().lessons["04_by_hand"], 1)
    first = PdfReader(io.BytesIO(pdf.content(sheet))).pages[0]
    first.extract_text(visitor_text=note)
    assert (float(first.mediabox.width), float(first.mediabox.height)) == pytest.approx(
        (595.28, 841.89), abs=0.01
    )
    title, question = seen[0], next(each for each in seen if each[0].startswith("1. "))
    assert (title[3], question[3]) == pytest.approx((18.9, 13.125))
    lines = [each for each in seen if each[0] in sheet.questions[0].graph.split("\n")][:7]
    assert {(left, size) for _, left, _, size in lines} == {(6, 10.5)}
    heights = [one[2] - two[2] for one, two in pairwise(lines)]
    assert heights == pytest.approx([1.45 * 10.5] * 6, abs=0.01)


@pytest.mark.parametrize("name", LESSONS)
def test_a_seed_decides_the_numbers(name):
    read = shelf().lessons[name]
    one, again, other = (markdown.content(worksheet(read, seed)).decode() for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert "{" not in one
    assert "nan" not in one
    count = one.count("\n## ")
    assert page.content(worksheet(read, 1)).count(b"<h2>") == count
    book = nbformat.reads(notebook.content(worksheet(read, 1)).decode(), as_version=4)
    nbformat.validate(book)
    assert sum("\n## " in f"\n{cell.source}" for cell in book.cells) == count
    *asked, key = pages(worksheet(read, 1))
    assert "".join(asked).count("Answer:") == count
    for each in worksheet(read, 1).questions:
        assert each.graph in "\n".join(asked)
    assert key.startswith("Answers to sheet 1")
    assert re.findall(r"^(\d+)\. ", key, re.MULTILINE) == [str(at + 1) for at in range(count)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", LESSONS)
def test_the_gradients_of_the_key_are_those_of_the_graph(name, seed):
    for each in worksheet(shelf().lessons[name], seed).questions:
        if not each.words.startswith("Write the gradient"):
            continue
        nodes = {}
        functions = {key: getattr(chainrule, key) for key in ("tanh", "relu", "exp", "log", "cos")}
        for line in each.graph.split("\n"):
            key, _, source = line.partition(" = ")
            x = eval(source, {**functions, **nodes})
            nodes[key] = x if isinstance(x, Value) else Value(x)
        nodes[key].backward()
        assert [part.partition(":")[0] for part in each.answer.split(", ")] == list(nodes)
        for part in each.answer.split(", "):
            answered, _, x = part.partition(": ")
            number = float(x.replace("−", "-"))
            assert number == pytest.approx(nodes[answered].grad, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_no_input_gets_nothing_where_it_could_get_something(seed):
    (*_, last) = worksheet(shelf().lessons["04_by_hand"], seed).questions
    inputs = last.answer.split(", ")[:4]
    assert [part[0] for part in inputs] == ["a", "b", "c", "f"]
    assert not any(part.endswith(": 0") for part in inputs)


def test_a_question_is_answered_with_its_own_numbers():
    read = lesson.read("""
title = "t"
goal = "g"
[[step]]
do = "predict"
title = "One"
text = "At {a} and {b}, **mind** `a*b`."
graph = "a = 2\\nb = -3.5\\nL = a*b"
question = "What is L when a is {a + 1}?"
ask = "L after a += 1"
because = "So."
""")
    assert read.faults == []
    for seed in range(20):
        [made] = worksheet(read, seed).questions
        a, b = (float(x) for x in re.findall(r"^[ab] = (.*)$", made.graph, re.MULTILINE))
        assert float(made.answer.replace("−", "-")) == pytest.approx((a + 1) * b)
        assert f"when a is {a + 1:g}".replace("-", "−") in made.words
        assert a == int(a) != 0 != b
    html = page.content(worksheet(read, 3)).decode()
    assert "<code>a*b</code>" in html
    assert "**" not in html


@pytest.mark.parametrize("ending", KINDS)
def test_on_the_command_line(tmp_path, ending):
    out = tmp_path / f"sheet{ending}"
    arguments = ["course", "--worksheet", "4", "--seed", "7", "--out", str(out)]
    for _ in range(2):
        done = CliRunner().invoke(main, arguments)
        assert (done.exit_code, done.output) == (0, f"Written to {out}.\n")
        content = out.read_bytes()
    CliRunner().invoke(main, arguments)
    assert out.read_bytes() == content
    if ending != ".pdf":
        assert "Answers to sheet 7" in out.read_text("utf-8")


def test_what_is_no_worksheet_is_said():
    for words, arguments in (
        ("has 12 lessons, and so no lesson 99", ["--worksheet", "99"]),
        ("end it in .md, .html, .ipynb or .pdf", ["--worksheet", "1", "--out", "sheet.doc"]),
    ):
        refused = CliRunner().invoke(main, ["course", *arguments])
        assert refused.exit_code
        assert words in refused.output


def test_a_pdf_needs_reportlab(monkeypatch):
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(MissingExtra, match="worksheet as PDF needs reportlab"):
        pdf.content(worksheet(shelf().lessons["04_by_hand"], 1))


def test_the_answers_of_a_notebook_can_be_left_out():
    book = nbformat.reads(notebook.content(worksheet(shelf().lessons["04_by_hand"], 1)), 4)
    *asked, key = book.cells
    assert key.metadata.tags == ["key"]
    assert all("Answers" not in cell.source for cell in asked)


def test_a_letter_that_no_font_has_becomes_its_code_in_a_pdf(monkeypatch):
    monkeypatch.setattr("chainrule.drawing.formats.pdf.other_fonts", lambda: ())
    [words] = pages(worksheet(lesson.read(ODD), 1))[:1]
    assert "Größe & <b>ψ" in words
    assert "U+5B66U+4E60 is code" in words


ODD = """
title = "Größe & <b>ψ"
goal = "g"
[[step]]
do = "predict"
title = "One"
text = "`学习` is code."
graph = "L = a*b"
question = "What is L?"
ask = "L"
because = "So."
"""


def test_markup_in_a_lesson_is_text():
    read = lesson.read("""
title = "<b>t</b>"
goal = "g<script>"
[[step]]
do = "predict"
title = "<i>"
text = "<img> `<b>`"
graph = "L = a*b"
question = "<q>?"
ask = "L"
because = "So."
""")
    html = page.content(worksheet(read, 1)).decode()
    assert not re.search(r"<(b|i|img|script|q)>", html)
