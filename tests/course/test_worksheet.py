"""Worksheets: other numbers with every seed, and answers that a graph of Values confirms."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

import chainrule
from chainrule import Value
from chainrule.cli import main
from chainrule.course import lesson, worksheet
from chainrule.course.shelf import shelf

pytestmark = pytest.mark.once

LESSONS = list(shelf().lessons)


@pytest.mark.parametrize("name", LESSONS)
def test_a_seed_decides_the_numbers(name):
    read = shelf().lessons[name]
    one, again, other = (worksheet.markdown_text(read, seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert "{" not in one
    assert "nan" not in one
    page = worksheet.html_text(read, 1)
    assert page.count("<h2>") == one.count("\n## ")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", LESSONS)
def test_the_gradients_of_the_key_are_those_of_the_graph(name, seed):
    for each in worksheet.questions(shelf().lessons[name], seed):
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
    (*_, last) = worksheet.questions(shelf().lessons["04_by_hand"], seed)
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
        [made] = worksheet.questions(read, seed)
        a, b = (float(x) for x in re.findall(r"^[ab] = (.*)$", made.graph, re.MULTILINE))
        assert float(made.answer.replace("−", "-")) == pytest.approx((a + 1) * b)
        assert f"when a is {a + 1:g}".replace("-", "−") in made.words
        assert a == int(a) != 0 != b
    html = worksheet.html_text(read, 3)
    assert "<code>a*b</code>" in html
    assert "**" not in html


def test_on_the_command_line(tmp_path):
    for name in ("sheet.md", "sheet.html"):
        out = tmp_path / name
        done = CliRunner().invoke(
            main, ["course", "--worksheet", "4", "--seed", "7", "--out", str(out)]
        )
        assert (done.exit_code, done.output) == (0, f"Written to {out}.\n")
        assert "Answers to sheet 7" in out.read_text("utf-8")
    for words, arguments in (
        ("has 12 lessons, and so no lesson 99", ["--worksheet", "99"]),
        ("isn't a worksheet's name", ["--worksheet", "1", "--out", "sheet.pdf"]),
    ):
        refused = CliRunner().invoke(main, ["course", *arguments])
        assert refused.exit_code
        assert words in refused.output


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
    html = worksheet.html_text(read, 1)
    assert not re.search(r"<(b|i|img|script|q)>", html)
