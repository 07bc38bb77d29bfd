"""The course at its limits: exact sentences, thresholds, and one, two and many of each thing."""

from __future__ import annotations

import asyncio
import json
import math
import random
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from chainrule.course import export, grading, lesson, markdown, page, server, shelf, task, trial
from chainrule.course.data import DATA
from chainrule.course.expression import Scope, evaluate, parts_of, read
from chainrule.course.fields import Table
from chainrule.course.numbers import Numbers
from chainrule.course.shelf import faults_of
from chainrule.course.toml_lines import Lines
from chainrule.course.worksheet import (
    markdown as sheet_markdown,
    notebook,
    page as sheet_page,
    questions,
)
from chainrule.errors import CheckFailed, ChoiceError, FileError, FormulaError, MissingExtra
from chainrule.playground.program import read as read_program
from chainrule.playground.runtime import TESTED
from chainrule.verdict.engines.result import MISSING, EngineCheck, Finding
from chainrule.verdict.grading.process import Unfinished

pytestmark = pytest.mark.once

HEAD = 'title = "t"\ngoal = "g"\n[[step]]\ntitle = "s"\ntext = "t"\n'
GRAPH = 'graph = """\nx = 3\nL = x**2\n"""\n'
TWO = 'graph = """\na = 2\nb = -3\nL = a*b\n"""\n'
"""The fields of a step start in line 10 after GRAPH, and in line 11 after TWO."""


def told(text):
    """The faults of a lesson as rows."""
    return [(fault.line, fault.what, fault.remedy) for fault in faults_of(text)]


def step_of(text):
    """The one step of a lesson that has no faults."""
    made = lesson.read(text)
    assert made.faults == []
    [step] = made.steps
    return step


# ---- fields --------------------------------------------------------------------------------------


def table(text_of=(), /, path=(), lines="", **content):
    return Table(content or dict(text_of), Lines(lines), path, [])


def said(made):
    return [(fault.line, fault.what, fault.remedy) for fault in made.faults]


@pytest.mark.parametrize(
    ("kind", "words", "empty"),
    [
        (str, "text in quotes", ""),
        (bool, "true or false", False),
        (list, "a list", []),
        (dict, "a table", {}),
        (float, "a number", 0.0),
    ],
)
def test_a_field_of_the_wrong_type_becomes_an_empty_one(kind, words, empty):
    wrong = 3 if kind is not float else "3"
    made = table(x=wrong)
    found = made.take("x", kind)
    assert (found, type(found)) == (empty, kind)
    assert said(made) == [(1, f"x must be {words}, not {wrong!r}.", "")]
    absent = table(y=1)
    assert absent.take("x", kind) == empty and not absent.faults
    assert absent.take("x", kind, needed=True) == empty
    assert said(absent) == [(1, f"the file needs x, which is {words}.", "")]


@pytest.mark.parametrize("x", [0, 1, -2.5, math.inf])
def test_whole_numbers_are_numbers_and_truths_are_not(x):
    made = table(x=x)
    assert made.take("x", float) == x and not made.faults
    made = table(x=True)
    assert made.take("x", float) == 0.0
    assert said(made) == [(1, "x must be a number, not True.", "")]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        ("x" * 4000, str, ""),
        ("x" * 4001, str, "x has 4,001 characters; 4,000 are possible."),
        (["x"] * 60, list, ""),
        (["x"] * 61, list, "x has 61 entries; 60 are possible."),
        (dict.fromkeys(map(str, range(60)), 1), dict, ""),
        (dict.fromkeys(map(str, range(61)), 1), dict, "x has 61 entries; 60 are possible."),
    ],
)
def test_the_most_that_a_field_may_have(content, kind, words):
    made = table(x=content)
    found = made.take("x", kind)
    assert found == (kind() if words else content)
    assert said(made) == ([(1, words, "")] if words else [])


def test_only_a_text_that_is_needed_may_not_be_blank():
    made = table(x=" ")
    assert made.take("x", str) == " " and not made.faults
    assert made.take("x", str, needed=True) == " "
    assert said(made) == [(1, "x is empty.", "")]


def test_texts_keep_their_order_without_anything_else():
    made = table(x=["a", 1, "b", [2]])
    assert made.texts("x") == ["a", "b"]
    assert said(made) == [
        (1, "x is a list of texts, but 1 isn't a text.", ""),
        (1, "x is a list of texts, but [2] isn't a text.", ""),
    ]


def test_a_choice_names_the_nearest_word_or_all():
    made = table(near="curv", far="zzz", right="graph", empty="")
    words = ("graph", "curve")
    assert [made.choice(key, words) for key in ("near", "far", "right", "empty", "none")] == [
        "", "", "graph", "", ""
    ]  # fmt: skip
    assert said(made) == [
        (1, "near can't be 'curv'.", "did you mean 'curve'?"),
        (1, "far can't be 'zzz'.", "use one of graph, curve"),
    ]
    assert made.choice("none", words, needed=True) == ""
    assert made.faults[-1].what == "the file needs none, which is text in quotes."


def test_tables_know_where_they_are():
    made = table(path=("step", 1), row=[{"a": 1}, 2, {"a": 3}], one={"b": 1}, none=3)
    first, third = made.tables("row")
    assert (first.path, third.path) == (("step", 1, "row", 0), ("step", 1, "row", 2))
    assert third.content == {"a": 3}
    one = made.table("one")
    assert one.path == ("step", 1, "one") and one.content == {"b": 1}
    assert made.table("none") is None and made.table("absent") is None
    third.take("z", str, needed=True)
    one.end()
    made.end()
    assert [fault.what for fault in made.faults] == [
        "[[row]] is a table with fields of its own.",
        "none must be a table, not 3.",
        "step 2 row 3 needs z, which is text in quotes.",
        "step 2 one has no field 'b'.",
    ]


def test_a_field_that_nobody_took_is_told_with_the_nearest_or_with_all():
    made = table(titel="", q="")
    made.take("title", str)
    made.take("goal", str)
    made.end()
    assert said(made) == [
        (1, "the file has no field 'titel'.", "did you mean 'title'?"),
        (1, "the file has no field 'q'.", "use goal, title"),
    ]


FILE = 'a = """\none\ntwo\n"""\nb = "one"\n'


@pytest.mark.parametrize(
    ("key", "error", "line", "words"),
    [
        ("a", "line 2 isn't Python.", 3, "a: this line isn't Python."),
        ("a", "line 1: q is unknown.", 2, "a: q is unknown."),
        ("b", "line 1: q is unknown.", 5, "b: q is unknown."),
        ("b", "line 1 uses x to define x.", 5, "b: this line uses x to define x."),
        ("a", "row 2 is bad.", 1, "a: row 2 is bad."),
        ("a", "line x is bad.", 1, "a: line x is bad."),
        ("b", "nothing.", 5, "b: nothing."),
    ],
)
def test_an_error_that_names_a_line_stands_at_that_line(key, error, line, words):
    def fail():
        raise FormulaError(error, remedy="mend it")

    made = table(lines=FILE, a="one\ntwo\n", b="one")
    assert made.attempt(key, fail) is None
    assert said(made) == [(line, words, "mend it")]
    assert made.attempt(key, lambda: 7) == 7


@pytest.mark.parametrize(
    ("graph", "line", "words"),
    [
        ("x = 3\nL = x*", 8, "graph: this line isn't Python: invalid syntax."),
        ("x = 3\nL = x*L", 8, "graph: this line uses L to define L."),
        ("x = 0\nL = x\nM = log(L)", 9, "graph: log(0) is undefined|graph: "),
        ("x = 3\ny = 4\nL = x**2", 8, "graph: nothing uses y."),
    ],
)
def test_a_wrong_line_of_a_graph_is_named_by_its_own_line(graph, line, words):
    [(at, what, _)] = told(f'{HEAD}graph = """\n{graph}\n"""\ndo = "see"\n')
    assert at == line
    assert any(what.startswith(each) for each in words.split("|"))


# ---- lines of TOML -------------------------------------------------------------------------------

MANY = '''\
title = "a"
quick = """b"""
goal = """
title = "inside"
[inside]
"""
note = \'\'\'
[[step]]
\'\'\'
[[step]]
do-it = 1
[[step]]
[[ step.choice ]]
text = ""
[[step.choice]]
 [step.hand]
 x = 2
title = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("quick",), 2),
        (("goal",), 3),
        (("inside",), 1),
        (("note",), 7),
        (("step", 0), 10),
        (("step", 0, "do-it"), 11),
        (("step", 1), 12),
        (("step", 1, "choice", 0), 13),
        (("step", 1, "choice", 0, "text"), 14),
        (("step", 1, "choice", 1), 15),
        (("step", 1, "choice", 1, "text"), 15),
        (("step", 1, "hand"), 16),
        (("step", 1, "hand", "x"), 17),
        (("step", 1, "hand", "title"), 18),
        (("step", 1, "title"), 12),
        (("step", 2), 1),
        ((), 1),
    ],
)
def test_the_line_of_a_key(path, line):
    assert Lines(MANY).of(*path) == line


@pytest.mark.parametrize(
    ("line", "offset", "found"), [(3, 1, 4), (3, 2, 5), (7, 1, 8), (1, 1, 1), (2, 1, 2), (2, 3, 4)]
)
def test_a_line_of_a_text_counts_from_the_line_after_its_quotes(line, offset, found):
    assert Lines(MANY).inside(line, offset) == found


# ---- numbers and expressions ---------------------------------------------------------------------

USED_TWICE = "x = 3\ny = 2\na = x*x\nb = a + y\nL = b*a\n"
# a = 9, b = 11, L = 99; dL/da = b + a = 20, dL/dx = 20 * 6, dL/dy = a


def numbers(**extras):
    return Numbers(read_program(USED_TWICE), extras)


def test_the_numbers_of_a_graph():
    made = numbers(h=0.25)
    assert [made.value(name) for name in "xyabL"] == [3, 2, 9, 11, 99]
    assert [made.grad(name) for name in "xyabL"] == [120, 9, 20, 9, 1]
    assert made.extra("h") == 0.25
    pairs = [("a", "x"), ("b", "a"), ("b", "y"), ("L", "b"), ("L", "a")]
    assert [made.local(*pair) for pair in pairs] == [6, 1, 1, 9, 11]
    with pytest.raises(FormulaError, match=r"^x isn't an operand of L\.$"):
        made.local("L", "x")
    assert Numbers(read_program(USED_TWICE)).extras == {}


def test_a_change_leaves_the_numbers_before_it_as_they_are():
    made = numbers()
    changed = made.after({"x": 1})
    assert [changed.value(name) for name in "xyaL"] == [1, 2, 1, 3]
    assert made.value("L") == 99
    assert made.program.starts == {"x": 3, "y": 2}


SCOPE = Scope(["x", "y", "a", "b", "L"], ["x", "y"], ["h"])


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("sqrt(a)", 3),
        ("exp(0)", 1),
        ("log(1)", 0),
        ("sin(0) + 2*cos(0)", 2),
        ("tanh(0)", 0),
        ("abs(-2.5)", 2.5),
        ("max(1, 3, 2)", 3),
        ("min(3, 1, 2)", 1),
        ("x - y", 1),
        ("x / y", 1.5),
        ("y ** x", 8),
        ("-x", -3),
        ("h", 0.25),
        ("grad(x)", 120),
        ("value a", 9),
        ("local(L, a)", 11),
        ("L after x = 1, y = 4", 5),
        ("L after x = y", 24),
        ("L after y += x", 126),
        ("L after y -= 2*x", 45),
        ("L after y += max(1, 2), x = min(1, 2)", 5),
        ("grad y after x = 2", 4),
        ("before(L) - L after x = 1", 96),
        ("before grad x after x = 1", 120),
        ("before(x + y) * 1 after x = 0", 5),
    ],
)
def test_an_expression_has_this_number(text, x):
    assert evaluate(read(text, SCOPE), numbers(h=0.25)) == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("x < 3", False),
        ("x <= 3", True),
        ("x > 3", False),
        ("x >= 3", True),
        ("x == 3", True),
        ("x != 3", False),
        ("1 < y < 3", True),
        ("1 < y < 2", False),
        ("2 < y < 3", False),
        ("x == 3 and y == 1", False),
        ("x == 3 or y == 1", True),
        ("x == 1 or y == 1 or a == 9", True),
        ("not x == 3", False),
        ("not x == 3 or y == 2", True),
    ],
)
def test_a_condition_is_true_or_not(text, is_true):
    assert evaluate(read(text, SCOPE, is_condition=True), numbers()) is is_true


LONG = "L" + " + 1" * 99  # 397 characters


@pytest.mark.parametrize(
    ("text", "words", "remedy"),
    [
        (f"{LONG}+12", "", ""),
        (f"{LONG}+ 12", "an expression has at most 400 characters, not 401.", ""),
        (
            "x >",
            "'x >' isn't an expression.",
            "write it like grad x, abs(L) < 0.1 or L after x += 0.1",
        ),
        ("L after  ", "'L after  ' changes nothing.", "L after x += 0.1"),
        ("grad xx", "'grad xx': nothing here is called xx.", "did you mean 'x'?"),
        ("zz", "'zz': nothing here is called zz.", "use one of x, y, a, b, L, h"),
        ("grad h", "'grad h': h isn't a node of the graph.", ""),
        ("grad(x, y)", "'grad(x, y)': write grad x, with names of nodes.", ""),
        ("grad()", "'grad()': write grad x, with names of nodes.", ""),
        ("value(1)", "'value(1)': write value x, with names of nodes.", ""),
        ("local(L)", "'local(L)': write local L x, with names of nodes.", ""),
        ("local(L, a, b)", "'local(L, a, b)': write local L x, with names of nodes.", ""),
        ("sqr(x)", "'sqr(x)': unknown function sqr.", "did you mean 'sqrt'?"),
        (
            "zzz(x)",
            "'zzz(x)': unknown function zzz.",
            "use one of abs, min, max, sqrt, exp, log, sin, cos, tanh",
        ),
        ("max()", "'max()': max can't take 0 numbers.", ""),
        ("abs(x, y)", "'abs(x, y)': abs can't take 2 numbers.", ""),
        ("x after x *= 2", "'x after x *= 2': after needs changes such as x += 0.1 or x = 2.", ""),
        ("x after a = 2", "'x after a = 2' changes a, which isn't an input.", "change one of x, y"),
        ("x.data", "x.data isn't possible in an expression.", ""),
        ("x % y", "x % y isn't possible in an expression.", ""),
        ("x in y", "x in y isn't possible in an expression.", ""),
        ("True", "True isn't possible in an expression.", ""),
        ("max(x, key=y)", "max(x, key=y) isn't possible in an expression.", ""),
        ("x < 3", "'x < 3' isn't a number, not a condition.", ""),
    ],
)  # fmt: skip
def test_an_expression_is_refused_in_these_words(text, words, remedy):
    if not words:
        assert read(text, SCOPE)
        return
    with pytest.raises(FormulaError) as caught:
        read(text, SCOPE)
    what, *rest = str(caught.value).splitlines()
    assert what == words
    assert [each.split(maxsplit=1) for each in rest if each] == (
        [["remedy", remedy]] if remedy else []
    )


@pytest.mark.parametrize("text", ["x", "1", "grad x", "-x", "max(x, y)"])
def test_a_number_is_not_a_condition(text):
    with pytest.raises(FormulaError, match=r"isn't a condition, such as x > 1\.$"):
        read(text, SCOPE, is_condition=True)


@pytest.mark.parametrize("text", ["x > 1", "not x > 1", "x > 1 and y > 1", "x > 1 or y > 1"])
def test_a_condition_is_not_a_number(text):
    assert read(text, SCOPE, is_condition=True).tree
    with pytest.raises(FormulaError, match=r"isn't a number, not a condition\.$"):
        read(text, SCOPE)


def test_an_expression_as_the_page_takes_it():
    made = read("grad x - abs(h) after x += 1, y -= 2", SCOPE)
    assert made.data == {
        "tree": ["-", ["grad", "x"], ["abs", ["extra", "h"]]],
        "after": [["x", "+", 1], ["y", "+", ["neg", 2]]],
    }
    assert list(parts_of(made.tree)) == [
        made.tree, ["grad", "x"], ["abs", ["extra", "h"]], ["extra", "h"]
    ]  # fmt: skip
    assert list(parts_of(3)) == []
    assert read("1 < x < y", SCOPE, is_condition=True).tree == [
        "and", ["<", 1, ["value", "x"]], ["<", ["value", "x"], ["value", "y"]]
    ]  # fmt: skip


# ---- Markdown ------------------------------------------------------------------------------------

X = {"number": {"tree": ["value", "x"], "after": []}}


@pytest.mark.parametrize(
    ("text", "scope", "found"),
    [
        ("a\nb", None, [{"p": ["a b"]}]),
        ("a\n \t\n  b  ", None, [{"p": ["a"]}, {"p": ["b"]}]),
        ("- a\n- b\n  c", None, [{"ul": [["a"], ["b c"]]}]),
        ("* a", None, [{"ul": [["a"]]}]),
        ("-a", None, [{"p": ["-a"]}]),
        ("so:\n- a", None, [{"p": ["so:"]}, {"ul": [["a"]]}]),
        ("`a*b*c`", None, [{"p": [{"code": "a*b*c"}]}]),
        ("**a** b", None, [{"p": [{"strong": ["a"]}, " b"]}]),
        ("*a `b`*", None, [{"p": [{"em": ["a ", {"code": "b"}]}]}]),
        ("a * b * c", None, [{"p": ["a * b * c"]}]),
        ("** a **", None, [{"p": ["** a **"]}]),
        ("{x}{{}}", None, [{"p": ["{x}{{}}"]}]),
        ("{x}{{}}", SCOPE, [{"p": [X, "{}"]}]),
        ("*{x}*", SCOPE, [{"p": [{"em": [X]}]}]),
        ("`{x}`", SCOPE, [{"p": [{"code": "{x}"}]}]),
    ],
)
def test_a_text_as_blocks(text, scope, found):
    assert markdown.blocks(text, scope) == found


@pytest.mark.parametrize(
    ("text", "words", "remedy"),
    [
        ("a { b", "{ has no partner in 'a { b'.", "write {{ for a brace"),
        ("b } a", "} has no partner in 'b } a'.", "write }} for a brace"),
        (" {x} {", "{ has no partner in '{'.", "write {{ for a brace"),
        ("*a }*", "} has no partner in 'a }'.", "write }} for a brace"),
    ],
)
def test_a_brace_without_a_partner_is_named(text, words, remedy):
    with pytest.raises(FormulaError) as caught:
        markdown.blocks(text, SCOPE)
    assert str(caught.value).split("\n")[0] == words
    assert remedy in str(caught.value)


# ---- data ----------------------------------------------------------------------------------------


def clouds(name, target):
    return [(x, y) for x, y, each in DATA[name]() if each == target]


def near(points, centre, spread):
    """Whether points lie around a centre as widely as noise of this size scatters them."""
    count = len(points)
    for axis in (0, 1):
        mean = sum(point[axis] for point in points) / count
        assert abs(mean - centre[axis]) < 3 * spread / math.sqrt(count)
        found = math.sqrt(sum((point[axis] - mean) ** 2 for point in points) / count)
        assert 0.6 * spread < found < 1.4 * spread


def test_two_clouds_lie_on_both_sides_of_a_line():
    for sign in (1, -1):
        near(clouds("line", sign), (0.8 * sign, 0.6 * sign), 0.35)


def test_four_clouds_lie_in_four_corners():
    for x, y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        inside = [point for point in clouds("xor", -x * y) if point[0] * x + point[1] * y > 0]
        assert len(inside) == 15
        near(inside, (x, y), 0.3)


@pytest.mark.parametrize(("target", "radius"), [(1, 0.6), (-1, 1.5)])
def test_a_circle_lies_around_another(target, radius):
    points = clouds("circles", target)
    radii = [math.hypot(*point) for point in points]
    assert sum(radii) / 30 == pytest.approx(radius, abs=0.06)
    assert all(abs(each - radius) < 0.35 for each in radii)
    angles = sorted(math.atan2(y, x) % (2 * math.pi) for x, y in points)
    assert max(b - a for a, b in pairwise(angles)) < 0.8


def test_the_moons_are_two_half_circles_that_interlock():
    """The upper one has the middle (−0.625, −0.3125), the lower one (0.625, 0.3125)."""
    for target in (1, -1):
        for x, y in clouds("moons", target):
            away = (x + 0.625 * target, y + 0.3125 * target)
            assert math.hypot(*away) == pytest.approx(1.25, abs=0.3)
            assert away[1] * target > -0.3
    upper = [x for x, _ in clouds("moons", 1)]
    assert min(upper) < -1.7 and max(upper) > 0.4


@pytest.mark.parametrize("name", DATA)
def test_points_have_three_decimals_and_stay_in_the_picture(name):
    points = [x for point in DATA[name]() for x in point[:2]]
    assert all(round(x, 3) == x and abs(x) <= 1.95 for x in points)
    assert any(round(x, 2) != x for x in points)


# ---- steps and their panels ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "line", "what", "remedy"),
    [
        ('show = ["curves"]', 11, "show can't be curves.", "use graph, sliders, curve"),
        ('plot = "y"', 11, "plot: 'y' isn't an input of the graph.", "use one of x"),
        ('sliders = ["L"]', 11, "sliders: 'L' isn't an input of the graph.", "use one of x"),
        ('descend = "L"', 11, "descend: 'L' isn't an input of the graph.", "use one of x"),
        ("secant = 1", 11, "the secant needs a plot.", ""),
        ('show = ["curve"]', 11, "the curve needs a plot.", 'plot = "x" says whose curve it is'),
        ('plot = "x"\nsecant = 0', 12, "secant must be positive, not 0.", ""),
        ('plot = "x"\nsecant = -0.5', 12, "secant must be positive, not -0.5.", ""),
        ('plot = "x"\nsecant = inf', 12, "secant must be positive, not inf.", ""),
        ("rate = 0.0", 11, "rate must be positive, not 0.", ""),
        (
            "hint = 3",
            11,
            "step 1 has no field 'hint'.",
            "use descend, do, graph, plot, rate, secant, show, text, title, train",
        ),
    ],
)
def test_a_panel_is_refused_in_these_words(fields, line, what, remedy):
    assert told(f'{HEAD}{GRAPH}do = "see"\n{fields}\n') == [(line, what, remedy)]


@pytest.mark.parametrize(
    ("fields", "show", "plot", "sliders"),
    [
        ('do = "see"', ["graph", "sliders"], None, ["a", "b"]),
        ('do = "see"\nplot = "b"', ["graph", "sliders", "curve"], "b", ["a", "b"]),
        ('do = "see"\nplot = ["b", "a"]', ["graph", "sliders", "curve"], "b", ["a", "b"]),
        ('do = "see"\nsliders = "b"', ["graph", "sliders"], None, ["b"]),
        ('do = "see"\nsliders = []', ["graph", "sliders"], None, []),
        ('do = "see"\nshow = []', [], None, ["a", "b"]),
        ('do = "see"\nshow = ["curve"]\nplot = "a"', ["curve"], "a", ["a", "b"]),
        ('do = "judged"', ["graph"], None, []),
        ('do = "judged"\nplot = "a"\nsliders = "a"', ["graph", "curve"], "a", []),
        ('do = "try"\ngoal = "g"\nuntil = "L > 0"', ["graph", "sliders"], None, ["a", "b"]),
    ],
)
def test_what_a_step_shows(fields, show, plot, sliders):
    content = step_of(f"{HEAD}{TWO}{fields}\n").content
    assert (content["show"], content["plot"], content["sliders"]) == (show, plot, sliders)
    assert not {"secant", "rate", "descend", "train"} & content.keys()


def test_the_numbers_with_which_a_secant_starts():
    """From 3 to 3.5 the square grows by 3.25, and so with the slope 6.5."""
    step = step_of(f'{HEAD}{GRAPH}do = "see"\nplot = "x"\nsecant = 0.5\n')
    assert step.content["secant"] == 0.5
    assert {key: step.numbers.extra(key) for key in ("h", "secant")} == {"h": 0.5, "secant": 6.5}
    assert set(step.scope.extras) == {"h", "secant"}
    assert step.scope.inputs == ["x"] and list(step.scope.nodes) == ["x", "L"]


def test_a_secant_that_leaves_the_domain_has_no_slope():
    graph = 'graph = """\nx = 0.5\nL = sqrt(1 - x)\n"""\n'
    step = step_of(f'{HEAD}{graph}do = "see"\nplot = "x"\nsecant = 1\n')
    assert math.isnan(step.numbers.extra("secant"))
    assert step.numbers.extra("h") == 1


@pytest.mark.parametrize(("field", "rate"), [("", 0.1), ("rate = 0.5\n", 0.5), ("rate = 2\n", 2)])
def test_a_descent_starts_with_no_steps_and_a_rate(field, rate):
    start = f'{HEAD}{GRAPH}do = "try"\ngoal = "g"\nuntil = "steps > 0 or rate > 9"\n{field}'
    step = step_of(f'{start}descend = "x"\n')
    assert (step.content["descend"], step.content["rate"]) == (["x"], rate)
    assert set(step.scope.extras) == {"steps", "rate"}
    assert (step.numbers.extra("steps"), step.numbers.extra("rate")) == (0, rate)


LOSS = 'graph = """\nw = 0.5\nx1 = 1\nx2 = 2\ny = -1\no = w*x1 + x2\nL = (o - y)**2\n"""\n'
TRAIN = '[step.train]\ndata = "xor"\ninputs = ["x1", "x2"]\ntarget = "y"\noutput = "o"\n'


def test_a_training_starts_untrained():
    until = 'until = "epochs > 0 or loss < 1 or accuracy > 0 or rate > 0.1"'
    step = step_of(f'{HEAD}{LOSS}do = "try"\ngoal = "g"\n{until}\n{TRAIN}')
    assert step.content["train"] == {
        "data": "xor", "points": DATA["xor"](), "inputs": ["x1", "x2"], "target": "y",
        "output": "o",
    }  # fmt: skip
    assert step.content["rate"] == 0.1
    starts = {"epochs": 0, "loss": 1, "accuracy": 0, "rate": 0.1}
    assert {key: step.numbers.extra(key) for key in step.scope.extras} == starts


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ('"xor"', '"xo"', 16, "data can't be 'xo'.", "did you mean 'xor'?"),
        ('"xor"', '"q"', 16, "data can't be 'q'.", "use one of moons, xor, circles, line"),
        ('data = "xor"\n', "", 15, "step 1 train needs data, which is text in quotes.", ""),
        ('"x1", "x2"', '"x1"', 17, 'inputs are the two of a point: inputs = ["x1", "x2"].', ""),
        (
            '"x2"]',
            '"x2", "w"]',
            17,
            'inputs are the two of a point: inputs = ["x1", "x2"].',
            "",
        ),
        ('"x2"]', '"o"]', 17, "inputs: 'o' isn't an input of the graph.", ""),
        ('"y"', '"o"', 18, "target: 'o' isn't an input of the graph.", ""),
        ('"o"', '"q"', 19, "output: nothing here is called q.", ""),
    ],
)
def test_a_training_is_refused_in_these_words(old, new, line, what, remedy):
    text = f'{HEAD}{LOSS}do = "see"\n{TRAIN.replace(old, new)}'
    assert told(text) == [(line, what, remedy)]


@pytest.mark.parametrize("do", ["predict", "judged"])
def test_only_what_may_be_moved_can_descend(do):
    what = "step 1 has no field 'descend'."
    assert what in [row[1] for row in told(f'{HEAD}{GRAPH}do = "{do}"\ndescend = "x"\n')]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("h", 'plot = "x"\nsecant = 1'),
        ("secant", 'plot = "x"\nsecant = 1'),
        ("steps", 'descend = "x"'),
        ("rate", 'descend = "x"'),
    ],
)
def test_a_node_may_not_have_the_name_of_another_number(name, fields):
    graph = f'graph = """\nx = 3\n{name} = x**2\nL = 2*{name}\n"""\n'
    what = f"graph: {name} means something else in this step."
    assert told(f'{HEAD}{graph}do = "see"\n{fields}\n') == [(6, what, "give the node another name")]
    assert told(f'{HEAD}{graph}do = "see"\n') == []


@pytest.mark.parametrize("name", ["grad", "value", "before", "local", "after"])
def test_a_node_may_not_have_the_name_of_a_word(name):
    graph = f'graph = """\n{name} = 3\nL = {name}**2\n"""\n'
    what = f"graph: {name} means something in expressions."
    remedy = f"choose another name, such as {name}1"
    assert told(f'{HEAD}{graph}do = "see"\n') == [(6, what, remedy)]


@pytest.mark.parametrize(
    ("fields", "line", "what"),
    [
        ('hide = ["q"]\nask = "L"\nbecause = "b"', 12, "hide: nothing here is called 'q'."),
        ('ask = "L"', 3, "a prediction needs because: what is said when it is right."),
        ("", 3, "a prediction needs ask, or two to six [[step.choice]]."),
        (
            'ask = "L"\nbecause = "b"\n[[step.reply]]\nto = "9.005"\ntext = "t"',
            15,
            "to: this is the right answer, so nobody gets the reply.",
        ),
        (
            'ask = "log(3 - x)"\nbecause = "b"',
            12,
            "ask: it has no number at the start of this step (",
        ),
    ],
)
def test_a_prediction_is_refused_in_these_words(fields, line, what):
    text = f'{HEAD}{GRAPH}do = "predict"\nquestion = "q"\n{fields}\n'
    [(at, found, remedy)] = told(text)
    assert (at, remedy) == (line, "")
    assert found == what or (what.endswith("(") and found.startswith(what))


@pytest.mark.parametrize(("to", "is_right"), [("9.005", True), ("9.02", False), ("-9", False)])
def test_a_reply_to_the_right_answer_is_one_within_a_thousandth(to, is_right):
    fields = f'ask = "L"\nbecause = "b"\n[[step.reply]]\nto = "{to}"\ntext = "t"\n'
    faults = told(f'{HEAD}{GRAPH}do = "predict"\nquestion = "q"\n{fields}')
    assert bool(faults) is is_right


CHOICE = '[[step.choice]]\ntext = "t"\nreply = "r"\n'


@pytest.mark.parametrize(
    ("count", "right", "line", "what"),
    [
        (1, 1, 3, "a prediction needs ask, or two to six [[step.choice]]."),
        (2, 1, 0, ""),
        (6, 1, 0, ""),
        (7, 1, 3, "a prediction needs ask, or two to six [[step.choice]]."),
        (2, 0, 3, "one choice, and no other, has right = true."),
        (3, 2, 3, "one choice, and no other, has right = true."),
    ],
)
def test_there_are_two_to_six_choices_and_one_is_right(count, right, line, what):
    choices = f"{CHOICE}right = true\n" * right + CHOICE * (count - right)
    text = f'{HEAD}{GRAPH}do = "predict"\nquestion = "q"\n{choices}'
    assert told(text) == ([(line, what, "")] if what else [])


def test_a_prediction_as_the_page_takes_it():
    text = f'{HEAD}{TWO}do = "predict"\nquestion = "q"\nhint = "h"\nhide = ["a"]\n'
    asked = step_of(f'{text}ask = "L"\nbecause = "b"\n[[step.reply]]\nto = "a"\ntext = "t"\n')
    assert asked.content["hidden"] == ["a", "L"]
    assert asked.content["ask"] == {"tree": ["value", "L"], "after": []}
    assert asked.content["replies"] == [
        {"to": {"tree": ["value", "a"], "after": []}, "text": [{"p": ["t"]}]}
    ]
    assert (asked.content["question"], asked.content["hint"], asked.content["because"]) == (
        [{"p": ["q"]}], [{"p": ["h"]}], [{"p": ["b"]}]
    )  # fmt: skip
    assert "choices" not in asked.content
    later = step_of(f'{text}ask = "L after a = 1"\nbecause = "b"\n').content
    assert later["hidden"] == ["a"]
    assert step_of(f'{text}ask = "grad b"\nbecause = "b"\n').content["hidden"] == ["a"]
    chosen = step_of(f"{text}{CHOICE}right = true\n{CHOICE}").content
    assert [each["right"] for each in chosen["choices"]] == [True, False]
    assert chosen["choices"][1]["text"] == [{"p": ["t"]}]
    assert chosen["choices"][1]["reply"] == [{"p": ["r"]}]
    assert chosen["hidden"] == ["a"] and "ask" not in chosen


@pytest.mark.parametrize(
    ("hand", "line", "what"),
    [
        ("", 12, "a repair needs a wrong gradient in [step.hand]."),
        ('a = "-3.002"\n', 13, "hand: this gradient of a is right."),
        ('a = "-3.006"\n', 0, ""),
        ('a = "3"\n', 0, ""),
        ('q = "3"\na = "3"\n', 13, "hand: nothing here is called 'q'."),
    ],
)
def test_a_repair_has_wrong_gradients(hand, line, what):
    text = f'{HEAD}{TWO}do = "judged"\n[step.hand]\n{hand}'
    assert told(text) == ([(line, what, "")] if what else [])


def test_a_step_keeps_the_graph_of_the_step_before():
    step = '[[step]]\ndo = "see"\ntitle = "s"\ntext = "t"\n'
    made = lesson.read(f'title = "t"\ngoal = "g"\n{step}{GRAPH}{step}{step}{TWO}{step}')
    assert made.faults == []
    assert [each.content["graph"].split("\n")[-2] for each in made.steps] == [
        "L = x**2", "L = x**2", "L = a*b", "L = a*b"
    ]  # fmt: skip
    assert list(made.graphs) == ["x = 3\nL = x**2\n", "a = 2\nb = -3\nL = a*b\n"]
    for graph in made.graphs.values():
        assert graph.keys() == {"graph", "root", "inputs"} and graph["root"] == "L"
    assert told(f'title = "t"\ngoal = "g"\n{step}') == [
        (3, "the first step of a lesson needs a graph.", "")
    ]


def test_a_file_may_have_two_hundred_thousand_characters():
    good = f'{HEAD}{GRAPH}do = "see"\n'
    assert told(good + "#" * (200_000 - len(good))) == []
    what = "the file has 200,001 characters; a lesson has at most 200,000."
    assert told(good + "#" * (200_001 - len(good))) == [(1, what, "")]


def test_faults_stand_in_the_order_of_their_lines():
    text = f'{HEAD}{GRAPH}do = "see"\nhide = 1\n'.replace('"g"', "3").replace('"t"\ng', '""\ng', 1)
    assert [row[:2] for row in told(text)] == [
        (1, "title is empty."), (2, "goal must be text in quotes, not 3."),
        (11, "step 1 has no field 'hide'."),
    ]  # fmt: skip
    made = lesson.read('title = "a"\ngoal = "b\\nc"\n')
    assert made.content == {"title": "a", "goal": "b c", "language": "en", "steps": []}
    assert [fault.what for fault in made.faults] == ["a lesson needs at least one [[step]]."]


TRY = f'{HEAD}{GRAPH}do = "try"\ngoal = "*Go*"\n'


def test_a_try_as_the_page_takes_it():
    content = step_of(f'{TRY}until = "L < 1"\nhint = "h"\nbecause = "b"\n').content
    assert content["until"] == {"tree": ["<", ["value", "L"], 1], "after": []}
    assert content["goal"] == [{"p": [{"em": ["Go"]}]}]
    assert (content["hint"], content["because"]) == ([{"p": ["h"]}], [{"p": ["b"]}])
    seen = step_of(f'{HEAD}{GRAPH}do = "see"\n').content
    assert seen["because"] == [] and seen["do"] == "see" and seen["title"] == "s"
    assert step_of(f'{HEAD}{GRAPH}do = "judged"\nbecause = "b"\n').content["because"]


@pytest.mark.parametrize(
    ("until", "what"),
    [
        ("L < 9", ""),
        ("L <= 9", "until: this holds at the start, so there is nothing to do."),
        ("L", "until: 'L' isn't a condition, such as x > 1."),
        ("log(x - 4) > 1", "until: it has no number at the start of this step ("),
    ],
)
def test_what_is_tried_does_not_hold_at_the_start(until, what):
    found = told(f'{TRY}until = "{until}"\n')
    assert [(line, each.startswith(what)) for line, each, _ in found] == [(12, True)] * bool(what)


def test_a_try_needs_a_goal_and_a_condition():
    assert told(f'{HEAD}{GRAPH}do = "try"\n') == [
        (3, "step 1 needs goal, which is text in quotes.", ""),
        (3, "step 1 needs until, which is text in quotes.", ""),
    ]


@pytest.mark.parametrize(
    "text", ["{log(x - 4)}", "*so {log(x - 4)}*", "a\n\n- b\n- **{log(x - 4)}**", "{x}{log(x - 4)}"]
)
def test_a_number_in_a_text_exists_at_the_start(text):
    lesson_text = f'{HEAD}{GRAPH}do = "see"\n'.replace('text = "t"', f"text = '''{text}'''")
    [(_, what, _)] = told(lesson_text)
    assert what.startswith("text: it has no number at the start of this step (")
    assert what.endswith(").")


def test_two_names_of_one_node_are_one_too_many():
    graph = 'graph = """\nx = 3\nL = x**2\nM = L\n"""\n'
    found = told(f'{HEAD}{graph}do = "see"\n')
    assert found == [(6, "graph: M is another name of L; leave it out.", "")]


def test_a_lesson_has_thirty_steps_at_most():
    step = '[[step]]\ndo = "see"\ntitle = "s"\ntext = "t"\n'
    text = f'title = "t"\ngoal = "g"\n{step}{GRAPH}{step * 29}'
    assert told(text) == []
    assert told(text + step) == [(1, "a lesson has at most 30 steps, not 31.", "")]
    assert len(lesson.read(text + step).steps) == 30


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (
            f'{CHOICE}right = true\n{CHOICE}[[step.reply]]\nto = "x"\ntext = "t"\n',
            [(3, "a reply answers a number, so it needs ask.")],
        ),
        (
            f'ask = "L"\nbecause = "b"\n{CHOICE}',
            [(3, "a step has ask or [[step.choice]], not both.")],
        ),
        (
            'ask = "L"\nbecause = "b"\n[[step.reply]]\nto = "x"\ntext = ""\nby = 1\n',
            [
                (16, "text is empty."),
                (17, "step 1 reply 1 has no field 'by'."),
            ],
        ),
        (
            f"{CHOICE}right = true\n{CHOICE}wrong = 1\n",
            [(19, "step 1 choice 2 has no field 'wrong'.")],
        ),
    ],
)
def test_replies_and_choices_are_refused_in_these_words(fields, found):
    rows = told(f'{HEAD}{GRAPH}do = "predict"\nquestion = "q"\n{fields}')
    assert [row[:2] for row in rows] == found


# ---- tasks, translations and files ---------------------------------------------------------------

TASK = (
    'title = "t"\ntext = "a *b*"\nhints = ["c", "d"]\nsolution = "x = 1"\nwants = ["add", "init"]\n'
)


def test_a_task_as_the_page_takes_it():
    made = shelf.read_task(TASK)
    assert made.faults == [] and made.wants == ("add", "init")
    assert made.content == {
        "title": "t", "text": [{"p": ["a ", {"em": ["b"]}]}],
        "hints": [[{"p": ["c"]}], [{"p": ["d"]}]],
        "start": "", "solution": "x = 1", "language": "en",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        (
            '"x = 1"',
            '"x = 1\\ny = ("',
            4,
            "solution isn't Python: '(' was never closed, line 2 of it.",
            "",
        ),
        ('"add", ', '"ad", ', 5, "wants: ad isn't judged.", f"use some of {', '.join(task.WANTS)}"),
        ('"add", "init"', "", 5, "wants names what is judged, such as add and order.", ""),
        ('"a *b*"', "3", 2, "text must be text in quotes, not 3.", ""),
    ],
)  # fmt: skip
def test_a_task_is_refused_in_these_words(old, new, line, what, remedy):
    assert told(TASK.replace(old, new)) == [(line, what, remedy)]


@pytest.mark.parametrize("key", ["title", "text", "solution"])
def test_a_task_needs_its_texts(key):
    [line] = [row for row in TASK.splitlines(True) if row.startswith(f"{key} ")]
    what = f"the file needs {key}, which is text in quotes."
    assert told(TASK.replace(line, "")) == [(1, what, "")]


def test_what_is_not_judged_is_left_out_of_what_is_wanted():
    assert shelf.read_task(TASK.replace('"add"', '"ad"')).wants == ("init",)


LESSON = f'{HEAD}{GRAPH}do = "predict"\nquestion = "q"\n{CHOICE}right = true\n{CHOICE}'
GERMAN = """\
title = "t"
goal = "g"
[[step]]
title = "s"
text = "t"
question = "q"
[[step.choice]]
text = "t"
reply = "r"
[[step.choice]]
text = "t"
reply = "r"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("", "", 0, "", ""),
        ('goal = "g"\n', "", 1, "the translation needs goal, as the original has.", ""),
        ('question = "q"\n', "", 3, "the translation needs question, as the original has.", ""),
        ('"g"\n', '"g"\nlevel = 1\n', 3, "the original has no level here.", "leave it out"),
        (
            'question = "q"\n',
            'question = "q"\ndo = "see"\n',
            7,
            "do isn't a text, so it stands in the original alone.",
            "leave it out",
        ),
        (
            '[[step.choice]]\ntext = "t"\nreply = "r"\n',
            "",
            3,
            "choice: the original has 2, the translation 1.",
            "",
        ),
        (
            "[[step.choice]]\ntext",
            "[[step.choice]]\nright = true\ntext",
            8,
            "right isn't a text, so it stands in the original alone.",
            "leave it out",
        ),
    ],
)
def test_a_translation_is_refused_in_these_words(old, new, line, what, remedy):
    faults = faults_of(GERMAN.replace(old, new, 1), LESSON)
    found = [(fault.line, fault.what, fault.remedy) for fault in faults]
    assert found == ([(line, what, remedy)] if what else [])


# ---- the shelf and its files ---------------------------------------------------------------------


def saved(folder, name, text):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


SEEN = '[[step]]\ndo = "see"\ntitle = "s"\ntext = "t"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'title = "t"\ngoal = "g"\n{SEEN}{GRAPH}', "the lesson 't' with 1 step has no faults."),
        (
            f'title = "t"\ngoal = "g"\n{SEEN}{GRAPH}{SEEN}',
            "the lesson 't' with 2 steps has no faults.",
        ),
        (TASK, "the task 't' has no faults."),
    ],
)
def test_what_is_said_of_a_file_without_faults(tmp_path, text, words):
    path = saved(tmp_path, "one.toml", text)
    assert shelf.check(path) == f"{path}: {words}"


def test_what_is_said_of_a_translation_without_faults(tmp_path):
    saved(tmp_path, "one.toml", LESSON)
    path = saved(tmp_path, "one.de.toml", GERMAN)
    assert shelf.check(path) == f"{path}: the translation of one.toml has no faults."


def test_each_fault_of_a_file_has_a_line_of_its_own(tmp_path):
    path = saved(tmp_path, "one.toml", TASK.replace('"add"', '"ad"'))
    with pytest.raises(CheckFailed) as caught:
        shelf.check(path)
    remedy = f"use some of {', '.join(task.WANTS)}"
    assert str(caught.value) == (
        f"{path} has 1 fault.\n  line 5  wants: ad isn't judged.\n    remedy  {remedy}"
    )
    path = saved(tmp_path, "two.toml", f'{HEAD}{GRAPH}do = "see"\nrate = 0\nsecant = 1\n')
    with pytest.raises(CheckFailed) as caught:
        shelf.check(path)
    assert str(caught.value) == (
        f"{path} has 2 faults.\n  line 11  rate must be positive, not 0.\n"
        "  line 12  the secant needs a plot."
    )


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    absent = tmp_path / "absent.toml"
    with pytest.raises(FileError) as caught:
        shelf.read_file(absent)
    assert str(caught.value) == f"{str(absent)!r} cannot be read: No such file or directory."
    other = tmp_path / "other.toml"
    other.write_bytes(b"\xff")
    with pytest.raises(FileError) as caught:
        shelf.read_file(other)
    assert str(caught.value) == f"{str(other)!r} cannot be read: it isn't UTF-8."


def test_a_translation_leads_to_its_original(tmp_path):
    first = saved(tmp_path, "one.toml", LESSON)
    second = saved(tmp_path, "one.de.toml", GERMAN)
    alone = saved(tmp_path, "alone.de.toml", LESSON)
    assert shelf.original_of(second) == first
    assert shelf.original_of(first) is None and shelf.original_of(alone) is None
    saved(tmp_path, "one.it.toml", GERMAN.replace('"t"', '"i"', 1))
    made = shelf.read_lesson(second)
    assert (made.title, made.language) == ("t", "en")
    assert {code: each.title for code, each in made.translations.items()} == {"de": "t", "it": "i"}
    saved(tmp_path, "one.it.toml", "title = 3")
    with pytest.raises(CheckFailed, match=r"one\.it\.toml has 3 faults"):
        shelf.read_lesson(first)


def test_a_translation_of_a_task_shows_its_own_texts():
    original = shelf.read_task(TASK)
    text = 'title = "z"\ntext = "y"\nhints = ["p", "q"]\n'
    made = shelf.translate_task(original, text, "de")
    assert (made.title, made.language, made.solution) == ("z", "de", "x = 1")
    assert made.hints == [[{"p": ["p"]}], [{"p": ["q"]}]]
    broken = shelf.translate_task(
        original, f"wants = 3\n{text}hint = 1\n".replace('"y"', "1"), "de"
    )
    assert [fault.line for fault in broken.faults] == sorted(fault.line for fault in broken.faults)
    assert [(fault.line, fault.what) for fault in broken.faults] == [
        (1, "wants isn't a text, so it stands in the original alone."),
        (3, "text must be text in quotes, not 1."),
        (5, "the original has no hint here."),
    ]
    [fault] = shelf.translate_task(original, "title =", "de").faults
    assert fault.line == 1 and fault.what.startswith("this isn't TOML: ")


# ---- judging -------------------------------------------------------------------------------------


class Answering:
    """Stands for the process of the code; answers with what a test gives it."""

    rows = (["add", "a.grad is 2.0."],)
    fails_at = 9

    def __init__(self, root, *_):
        self.folder, self.talk, self.key = root / "submission", [], b""
        Answering.last = self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.talk.append((self.folder / "value.py").read_text("utf-8"))

    def send(self, message):
        self.talk.append(message)

    def expect(self, what, seconds, words):
        self.talk.append((what, seconds, words))
        if len(self.talk) >= self.fails_at:
            raise Unfinished(words)

    def receive(self, seconds, words):
        self.talk.append((seconds, words))
        return list(self.rows) if isinstance(self.rows, tuple) else self.rows


def test_the_process_of_the_code_gets_its_job_and_its_limits(monkeypatch):
    monkeypatch.setattr(grading, "Process", Answering)
    assert grading.grade("01_init", "x = 1") == {
        "ok": False, "findings": [{"message": "A.grad is 2.0.", "graph": "", "source": ""}]
    }  # fmt: skip
    made = Answering.last
    job, begun, ready, key, received, code = made.talk
    assert job == {
        "folder": str(made.folder), "file": "value.py", "seconds": 3.0, "megabytes": 1024,
        "wants": list(shelf.tasks()["01_init"].wants), "cpu_seconds": 34,
    }  # fmt: skip
    assert begun[2] == "Python doesn't start; the machine may be too busy."
    assert ready[1] == grading.LIMITS["run"]
    assert ready[2] == "The code doesn't end within 3 seconds."
    seconds = grading.LIMITS["examine"]
    assert received == (seconds, f"The examination doesn't end within {seconds:g} seconds.")
    assert made.key == key.encode() and len(key) == 64
    assert code == "x = 1" and not made.folder.exists()


@pytest.mark.parametrize(
    ("at", "rows", "words"),
    [
        (2, [], "Python doesn't start; the machine may be too busy."),
        (3, [], "The code doesn't end within 3 seconds."),
        (9, "no", "The process sent a result that can't be read."),
        (9, [["add"], "no"], "The process sent a result that can't be read."),
    ],
)
def test_a_process_without_a_result_is_a_finding(monkeypatch, at, rows, words):
    monkeypatch.setattr(grading, "Process", Answering)
    monkeypatch.setattr(Answering, "fails_at", at)
    monkeypatch.setattr(Answering, "rows", rows)
    told = grading.grade("01_init", "")
    assert told == {"ok": False, "findings": [{"message": words, "graph": "", "source": ""}]}


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (["", "the code fails."], ["The code fails.", "", ""]),
        (["", "add is wrong.", "a + b"], ["add is wrong.", "a + b", ""]),
        (["", "add: wrong.", "g", "value.py:3: x"], ["add: wrong.", "g", "3: x"]),
        (["r", "in /t/f/value.py.", "g", "s", "corrected"], ["In value.py.", "g", "s"]),
        (["r", "the add"], ["The add", "", ""]),
    ],
)
def test_a_finding_as_the_page_takes_it(row, finding):
    told = grading.as_grade([row], Path("/t/f"))
    assert not told["ok"]
    assert [list(each.values()) for each in told["findings"]] == [finding]
    assert list(told["findings"][0]) == ["message", "graph", "source"]
    assert grading.as_grade([], Path("/t")) == {"ok": True, "findings": []}


def test_code_has_twenty_thousand_characters_at_most():
    assert grading.task_for("01_init", "#" * 20_000) is shelf.tasks()["01_init"]
    for name, code, words in (
        ("01_init", "#" * 20_001, "the code has 20,001 characters; 20,000 are possible."),
        ("02", "", "the course has no task '02'."),
    ):
        with pytest.raises(FormulaError) as caught:
            grading.task_for(name, code)
        assert str(caught.value) == words


def engine(**methods):
    """A class like Value as learners write it, with some methods replaced."""

    class Plain:
        def __init__(self, data, operands=()):
            self.data, self.grad, self.operands = data, 0.0, operands
            self._backward = lambda: None

        def __repr__(self):
            return f"Value(data={self.data})"

        def __add__(self, other):
            return self._made(other, self.data + other.data, 1.0, 1.0)

        def __mul__(self, other):
            return self._made(other, self.data * other.data, other.data, self.data)

        def _made(self, other, data, mine, its):
            out = type(self)(data, (self, other))

            def back():
                self.grad += mine * out.grad
                other.grad += its * out.grad

            out._backward = back
            return out

    return type("Value", (Plain,), methods)


def changed(self, other):
    self.data += 1
    return type(self)(self.data - 1 + other.data)


def never(self):
    self.grad = 1


def data_only(self, x):
    self.data = x


def wrong_data(self, x, operands=()):
    self.data, self.grad = x + 1, 0.0


def times(self, other):
    return type(self)(self.data * other.data + (self.data == 0.5))


A, B = "a = Value(2.0)", "a = Value(2.0)\nb = Value(-3.0)\n"


@pytest.mark.parametrize(
    ("want", "methods", "message", "graph"),
    [
        (
            "init",
            {"__init__": data_only},
            "A Value needs the attribute grad, which should be 0 here.",
            A,
        ),
        (
            "init",
            {"__init__": lambda self, x: None},
            "A Value needs the attribute data, which should be 2 here.",
            A,
        ),
        ("init", {"__init__": wrong_data}, "Its data is 3.0, but it should be 2.", A),
        (
            "repr",
            {"__repr__": lambda self: "Value"},
            "This prints Value, which doesn't show the number.",
            f"{A}\nprint(a)",
        ),
        (
            "repr",
            {"__repr__": lambda self: "<2.0>"},
            "This prints <2.0>, which doesn't show the number.",
            f"{A}\nprint(a)",
        ),
        (
            "repr",
            {"__repr__": lambda self: "2" * 100 + "x" if self.grad else "x" * 401},
            f"This prints {'x' * 400}, which doesn't show the number.",
            f"{A}\nprint(a)",
        ),
        (
            "forward",
            {"__add__": changed},
            "This changes the numbers that it adds or multiplies.",
            "Value(2.0) + Value(-3.0)",
        ),
        (
            "forward",
            {"__mul__": times},
            "The data of this is 3.0; it should be 2.0.",
            "Value(0.5) * Value(4.0)",
        ),
        (
            "local",
            {"__add__": lambda self, other: self._made(other, self.data + other.data, 1.0, 2.0)},
            "After this, b.grad is 10.0, but it should be 5: the local derivative of a + b with "
            "respect to b, 1.0000, times out.grad, 5.",
            f"{B}out = a + b\nout.grad = 5.0\nout._backward()",
        ),
        (
            "local",
            {"__mul__": lambda self, other: self._made(other, self.data * other.data, 1.0, 2.0)},
            "After this, a.grad is 5.0, but it should be -15: the local derivative of a * b with "
            "respect to a, −3.0000, times out.grad, 5.",
            f"{B}out = a * b\nout.grad = 5.0\nout._backward()",
        ),
        (
            "order",
            {"backward": never},
            "L.backward() calls c._backward() never, not once.",
            f"{B}c = a * b\nd = a + c\nL = c * d\nL.backward()",
        ),
    ],
)
def test_a_mistake_of_a_class_is_told_in_these_words(want, methods, message, graph):
    assert trial.findings(engine(**methods), [want]) == [Finding(want, message, graph)]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("Ldcba", ""),
        ("Ldc", ""),
        ("dLc", "calls d._backward() before L._backward(), so d passes on a gradient that lacks "
         "what L adds to it."),
        ("Lcd", "calls c._backward() before d._backward(), so c passes on a gradient that lacks "
         "what d adds to it."),
        ("cLd", "calls c._backward() before L._backward(), so c passes on a gradient that lacks "
         "what L adds to it."),
        ("Ldcc", "calls c._backward() 2 times, not once."),
        ("Lc", "calls d._backward() never, not once."),
        ("dc", "calls L._backward() never, not once."),
    ],
)  # fmt: skip
def test_the_order_of_a_pass_is_judged(order, words):
    def backward(self):
        c, d = self.operands
        nodes = {"L": self, "c": c, "d": d, "a": d.operands[0], "b": c.operands[1]}
        self.grad = 1.0
        for name in order:
            nodes[name]._backward()

    found = trial.findings(engine(backward=backward), ["order"])
    assert [each.message for each in found] == ([f"L.backward() {words}"] if words else [])


def test_an_error_of_the_code_is_cut_at_four_hundred_characters():
    def fail(self, *_):
        raise KeyError("x" * 500)

    [found] = trial.findings(engine(__init__=fail), ["init"])
    assert found.message.startswith("This raises ") and found.message.endswith(".")
    assert len(found.message) == len("This raises .") + 400
    assert (found.rule, found.graph) == ("init", A)


def report(**known):
    fields = {
        "name": "Value", "findings": (), "sound": (), "reasons": {}, "weaknesses": (),
        "unjudged": {}, "not_tried": {},
    }  # fmt: skip
    return EngineCheck(**{**fields, **known})


ODD = Finding("add", "add is odd.")


@pytest.mark.parametrize(
    ("wants", "known", "expected"),
    [
        (["add"], {"sound": ("add",)}, []),
        (["add"], {"findings": (ODD,)}, [ODD]),
        (["mul"], {"findings": (ODD,), "sound": ("mul",)}, []),
        (["add"], {"findings": (Finding("rules", "r"),)}, [Finding("rules", "r")]),
        (["state"], {"findings": (Finding("rules", "r"),)}, []),
        (["pow"], {"findings": (Finding("pow 2", "p"),)}, [Finding("pow 2", "p")]),
        (
            ["sub", "neg"],
            {"reasons": {"sub": MISSING, "neg": MISSING}},
            [Finding("", "The class can't compute this yet: a - b, -a.")],
        ),
        (["exp"], {"reasons": {"exp": "it raises"}}, [Finding("exp", "Tried a.exp(): it raises.")]),
        (
            ["exp", "mul"],
            {"unjudged": {"exp": "pow", "mul": "add"}},
            [Finding("exp", "exp is built from pow, which isn't right yet.")],
        ),
        (["exp"], {}, [Finding("exp", "exp can't be judged yet.")]),
        (
            ["exp"],
            {"findings": (ODD, Finding("mul", "m"))},
            [Finding("exp", "exp can't be judged yet. add is odd.")],
        ),
        (
            ["numbers"],
            {"reasons": {"number + V": "x", "V * number": "y", "number ** V": "z", "add": "w"}},
            [Finding("numbers", "This doesn't work yet: number + V, V * number.")],
        ),
        (["state"], {"reasons": {"number + V": "x"}}, []),
        (
            ["accumulation", "state"],
            {"not_tried": {"reuse of values": "it fails", "a second pass": "it ends"}},
            [Finding("accumulation", "This couldn't be tried: reuse of values, because it fails.")],
        ),
        (
            ["state"],
            {"not_tried": {"the rest": "it fails"}},
            [Finding("state", "This couldn't be tried: a second pass, because it fails.")],
        ),
        (["numbers"], {"not_tried": {"the rest": "it fails"}}, []),
    ],
)
def test_only_what_is_wanted_is_told_of_an_engine(monkeypatch, wants, known, expected):
    monkeypatch.setattr(trial, "check_engine", lambda make: report(**known))
    assert trial.findings(engine(), wants) == expected


def test_what_is_not_an_engine_is_told_without_our_own_names():
    [found] = trial.findings(int, ["add"])
    assert found.rule == "" and found.message.startswith("An engine ")
    assert "check_engine" not in found.message and "\n" not in found.message


# ---- worksheets ----------------------------------------------------------------------------------

SHEET = """\
title = "Slopes"
goal = "Find them."
[[step]]
do = "see"
title = "Look"
text = "t"
graph = "a = 2\\nb = -3.5\\nL = a*b"
[[step]]
do = "predict"
title = "Choose"
text = \'\'\'
Mind **{a}**:

- `a*b`
- *one*
  of two
\'\'\'
question = "Which of {{}}?"
[[step.choice]]
text = "{L} less"
reply = "r"
[[step.choice]]
text = "more"
reply = "r"
right = true
[[step]]
do = "judged"
title = "By hand"
text = "t"
[[step]]
do = "judged"
title = "Repair"
text = "t"
[step.hand]
a = "7"
"""

CHOSEN = """\
Mind **2**:

- `a*b`
- *one* of two

Which of {}?

- A: −7 less
- B: more"""


def test_a_sheet_of_one_lesson():
    made = questions.worksheet(lesson.read(SHEET), 5)
    choice, judged = made.questions
    graph = "a = 2\nb = -3.5\nL = a * b"
    assert choice == questions.Question("Choose", graph, CHOSEN, "B")
    assert (judged.title, judged.words) == (
        "By hand", "Write the gradient of the result with respect to each name."
    )  # fmt: skip
    a, b = (float(row.partition(" = ")[2]) for row in judged.graph.split("\n")[:2])
    assert judged.answer.replace("−", "-") == f"a: {b:g}, b: {a:g}, L: 1"
    assert sheet_markdown.content(made).decode() == (
        f"# Slopes\n\nFind them. Sheet 5.\n\nName:\n\n## 1. Choose\n\n```\n{graph}\n```\n\n"
        f"{CHOSEN}\n\nAnswer:\n\n## 2. By hand\n\n```\n{judged.graph}\n```\n\n"
        "Write the gradient of the result with respect to each name.\n\nAnswer:\n\n"
        f"# Answers to sheet 5\n\n1. B\n2. {judged.answer}\n"
    )
    assert (made.language, made.title, made.goal, made.name) == (
        "en", "Slopes", "Find them.", "Sheet 5"
    )  # fmt: skip


def test_a_sheet_as_a_notebook():
    book = json.loads(notebook.content(questions.worksheet(lesson.read(SHEET), 5)))
    cells = book["cells"]
    assert [cell["id"] for cell in cells] == [
        "title", "question-1", "answer-1", "question-2", "answer-2", "key"
    ]  # fmt: skip
    assert {cell["cell_type"] for cell in cells} == {"markdown"}
    assert cells[0]["source"] == "# Slopes\n\nFind them. Sheet 5.\n\nName:"
    graph = "```\na = 2\nb = -3.5\nL = a * b\n```"
    assert cells[1]["source"] == f"## 1. Choose\n\n{graph}\n\n{CHOSEN}"
    assert cells[2]["source"] == "Answer:"
    assert cells[-1]["source"].startswith("# Answers to sheet 5\n\n1. B\n2. a: ")
    assert [cell["metadata"] for cell in cells] == [{}] * 5 + [{"tags": ["key"]}]
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"]["name"] == "python3"


def test_a_sheet_as_a_page():
    text = sheet_page.content(questions.worksheet(lesson.read(SHEET), 5)).decode()
    body = text.partition("<body>\n")[2]
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Slopes, Sheet 5</title>" in text
    assert body.startswith(
        "<h1>Slopes</h1>\n<p>Find them. Sheet 5.</p>\n<p>Name:</p>\n<h2>1. Choose"
    )
    assert (
        "</pre>\n<p>Mind 2:</p>\n<p>- <code>a*b</code><br>- one of two</p>\n<p>Which of {}?</p>\n"
        "<p>- A: −7 less<br>- B: more</p>\n<p>Answer:</p>\n<h2>2. By hand</h2>"
    ) in body
    assert '<section class="key"><h1>Answers to sheet 5</h1><ol><li>B</li><li>a: ' in body


def test_a_lesson_without_questions_has_no_sheet():
    text = f'title = "Only"\ngoal = "g"\n{SEEN}{GRAPH}'
    with pytest.raises(ChoiceError, match=r"^'Only' has no questions for a worksheet\.$"):
        questions.worksheet(lesson.read(text), 1)


@pytest.mark.parametrize(
    ("x", "decimals", "largest", "goes_below"),
    [
        (1, 0, 2, False),
        (2, 0, 3, False),
        (4, 0, 6, False),
        (5, 0, 8, False),
        (-4, 0, 6, True),
        (0.5, 1, 1.5, False),
        (0.25, 2, 1.5, False),
        (-2.5, 1, 3.8, True),
    ],
)
def test_another_number_is_of_a_similar_size(x, decimals, largest, goes_below):
    """Up to one and a half times as large and never 0. What was positive is negative sometimes."""
    dice = random.Random(1)
    drawn = [questions._other(x, dice) for _ in range(3000)]
    assert {type(each) for each in drawn} == {type(x)}
    assert all(round(each, decimals) == each != 0 for each in drawn)
    assert (min(drawn), max(drawn)) == (-largest, largest)
    assert 10**-decimals in drawn
    share = sum(each < 0 for each in drawn) / len(drawn)
    assert share == pytest.approx(0.5 if goes_below else 0.25, abs=0.05)


def test_numbers_without_an_answer_are_drawn_again():
    """A negative number has no logarithm, and numbers above 10,000 are too large to work with by
    hand."""
    text = """
title = "t"
goal = "g"
[[step]]
do = "predict"
title = "One"
text = "t"
graph = "a = 4\\nb = 8\\nL = log(a) + 2.5**b"
question = "q"
ask = "L"
because = "b"
"""
    made = lesson.read(text)
    assert made.faults == []
    for seed in range(30):
        [asked] = questions.worksheet(made, seed).questions
        a, b = (int(row.partition(" = ")[2]) for row in asked.graph.split("\n")[:2])
        assert a > 0 and 2.5**b < 10_000
        assert float(asked.answer.replace("−", "-")) == pytest.approx(
            math.log(a) + 2.5**b, rel=1e-5
        )


@pytest.mark.parametrize("result", ["a*b + 0*c", "a*b - 0.0*c"])
def test_an_input_that_never_gets_a_gradient_keeps_no_sheet_from_other_numbers(result):
    """Others must have one: of these inputs, a and b always do."""
    text = 'title = "t"\ngoal = "g"\n[[step]]\ndo = "judged"\ntitle = "s"\ntext = "t"\n'
    made = lesson.read(f'{text}graph = """\na = 20\nb = 30\nc = 40\nL = {result}\n"""\n')
    assert made.faults == []
    graphs = {questions.worksheet(made, seed).questions[0].graph for seed in range(8)}
    assert len(graphs) > 4


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [("", False)]),
        ("a", [("a", False)]),
        ("**a** `b*c` *d*", [("a ", False), ("b*c", True), (" d", False)]),
        ("`a``b`", [("", False), ("a", True), ("", False), ("b", True), ("", False)]),
    ],
)
def test_the_pieces_of_a_line(text, pieces):
    assert questions.spans(text) == pieces


# ---- the server, the page and the export ---------------------------------------------------------


def test_a_sheet_is_named_after_its_lesson_and_its_seed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = {"mine": lesson.read(SHEET)}
    assert server.write_worksheet(1, 3, None, own) == "mine_3.md"
    assert (tmp_path / "mine_3.md").read_text("utf-8").startswith("# Slopes\n")
    assert server.write_worksheet(2, 0, None, own, "de") == "01_slope_0.md"
    assert (tmp_path / "01_slope_0.md").read_text("utf-8").startswith("# Steigung und Stups\n")
    last = server.write_worksheet(13, 1, str(tmp_path / "a" / "b.MD"), own)
    assert Path(last).is_file()
    with pytest.raises(ChoiceError, match=r"^the course has 13 lessons, and so no lesson 14\.$"):
        server.write_worksheet(14, 1, None, own)
    with pytest.raises(ChoiceError) as caught:
        server.write_worksheet(1, 1, "a.doc", own)
    what, *rest = str(caught.value).splitlines()
    assert what == "'a.doc' isn't a worksheet's name."
    assert "end it in .md, .html, .ipynb or .pdf" in rest[-1]


def test_lessons_of_ones_own_have_the_names_of_their_files(tmp_path):
    first = saved(tmp_path, "b.toml", SHEET)
    second = saved(tmp_path, "a.toml", SHEET.replace("Slopes", "More"))
    own = server.own_lessons([str(first), str(second)])
    assert [(name, each.title) for name, each in own.items()] == [("b", "Slopes"), ("a", "More")]
    assert server.own_lessons([]) == {}


def test_a_served_course_needs_two_libraries(monkeypatch):
    monkeypatch.setitem(sys.modules, "starlette.routing", None)
    with pytest.raises(MissingExtra) as caught:
        server.wing()
    what, *rest = str(caught.value).splitlines()
    assert what == "chainrule course needs Starlette and uvicorn, which are not both installed."
    assert "pip install starlette uvicorn" in rest[-1]


def test_what_the_course_adds_to_the_server():
    pytest.importorskip("starlette")
    made = server.wing()
    address, routes, scripts, limits = made
    assert address == "course" and limits == {"/task": 100.0}
    assert [(each.path, sorted(each.methods)) for each in routes] == [
        ("/course", ["GET", "HEAD"]), ("/task", ["POST"])
    ]  # fmt: skip
    assert scripts == [page.script()]
    shown_page = asyncio.run(routes[0].endpoint(None)).body.decode()
    told = shown(shown_page)
    assert (told["isServed"], told["playground"], told["language"]) == (True, "./", None)


def shown(text):
    """What a page is told as data."""
    return json.loads(re.search(r'id="content">(.*?)</script>', text, re.DOTALL)[1])


def test_what_the_page_of_the_course_is_told():
    made = lesson.read(SHEET)
    text = page.html(is_served=True, address="to", extra={"mine": made}, language="de")
    told = shown(text)
    assert (told["isServed"], told["playground"], told["language"]) == (True, "to", "de")
    assert told["python"] is None and told["limits"] == grading.LIMITS
    assert text.startswith('<!DOCTYPE html>\n<html lang="de">')
    assert f'<p class="unscripted">{told["languages"]["de"]["unscripted"]}</p>' in text
    assert next(iter(told["languages"])) == "en" and set(told["sentences"]) == {"de"}
    names = [each["id"] for each in told["shelves"]["de"]["lessons"]]
    assert names == ["mine", *shelf.shelf().lessons]
    assert [each["id"] for each in told["shelves"]["en"]["gallery"]] == [*shelf.shelf().gallery]
    needed = {step["graph"] for rows in told["shelves"]["en"].values() for each in rows
              for step in each.get("steps", [])}  # fmt: skip
    assert needed <= told["graphs"].keys()
    plain = page.html(is_served=False, address="x")
    assert shown(plain)["language"] is None and shown(plain)["isServed"] is False
    assert '<html lang="en">' in plain


def test_what_is_said_of_an_export():
    assert export.report("a/index.html", None) == (
        "Written to a/index.html, without Python: nobody can type an expression there, or have "
        f"code judged.\nFor that, run `npm install pyodide@{TESTED}` and add --pyodide "
        "node_modules/pyodide."
    )
    assert export.report("a/index.html", "p") == (
        "Written to a/index.html. It needs a server for files, such as python -m http.server."
    )
    with pytest.raises(ChoiceError) as caught:
        export.export("")
    what, *rest = str(caught.value).splitlines()
    assert what == "an export needs the name of a folder, but got an empty one."
    assert "name one, or '.' for the folder you are in" in rest[-1]


@pytest.mark.parametrize("language", [None, "de"])
def test_an_exported_page_opens_in_a_language_with_ones_own_lessons(tmp_path, language):
    first = export.export(str(tmp_path), own={"mine": lesson.read(SHEET)}, language=language)
    told = shown(Path(first).read_text("utf-8"))
    assert told["shelves"]["en"]["lessons"][0]["id"] == "mine"
    assert (told["language"], told["isServed"], told["playground"]) == (
        language, False, "playground.html"
    )  # fmt: skip
    play = (tmp_path / "playground.html").read_text("utf-8")
    assert f'<html lang="{language or "en"}">' in play
    assert '"course":"index.html"' in play


# ---- what a lesson may hold without doing harm ---------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('text2 = "{min(x)}"', "min can't take 1 number."),
        ('text2 = "{max()}"', "max can't take 0 numbers."),
        ('text2 = "{(0-4)**0.5}"', "it has no number at the start of this step (-4 to the power of "
         "0.5 isn't real)."),
        ('text2 = "{9**9**9}"', "it has no number at the start of this step ("),
        (f'text2 = "{{1{"0" * 390}}}"', "isn't possible in an expression."),
        (f"plot = 'x'\nsecant = 1{'0' * 400}", "secant is too large: "),
    ],
)  # fmt: skip
def test_a_number_that_can_not_be_is_a_fault(fields, words):
    text = HEAD.replace('text = "t"\n', "") + fields.replace("text2", "text") + "\n" + GRAPH
    text = text if "text =" in text else text + 'text = "t"\n'
    faults = told(text)
    assert any(words in what for _, what, _ in faults), faults
    assert all(line > 0 for line, _, _ in faults)


def test_the_width_of_a_secant_is_known_after_a_change():
    step_of('title = "t"\ngoal = "g"\n[[step]]\ntitle = "s"\n'
            'text = "{h after x += 1} and {secant after x += 1}"\n'
            'do = "see"\nplot = "x"\nsecant = 0.5\n' + GRAPH)  # fmt: skip
    assert numbers(h=0.5).after({"x": 2.0}).extra("h") == 0.5


def test_an_answer_may_be_a_number():
    step = step_of(HEAD + GRAPH + 'do = "predict"\nquestion = "q"\nask = "5"\nbecause = "b"\n')
    assert step.content["hidden"] == []


def test_a_field_without_text_has_no_paragraph():
    step = step_of(HEAD + GRAPH + 'do = "try"\ngoal = "g"\nuntil = "x > 9"\n')
    assert (step.content["hint"], step.content["because"]) == ([], [])


def test_a_character_that_python_does_not_take_is_named_without_a_line():
    assert task._problem("a = 1\0") == "source code string cannot contain null bytes"
    assert task._problem("a = (") == "'(' was never closed, line 1 of it"
