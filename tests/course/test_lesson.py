"""Lessons: those of the course have no faults, and each fault of another is found at its line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from chainrule.cli import main
from chainrule.course import lesson, markdown
from chainrule.course.data import DATA
from chainrule.course.expression import Scope
from chainrule.course.shelf import faults_of, shelf
from chainrule.errors import FormulaError
from chainrule.files import parse_toml

GOOD = '''\
title = "A slope"
goal = "See it."

[[step]]
do = "see"
title = "Look"
text = """
At x = {x} the slope is {grad x}, and {secant} over {h}."""
graph = """
x = 3
L = 3*x**2 - 4*x + 5
"""
plot = "x"
secant = 1

[[step]]
do = "predict"
title = "Guess"
text = "Two <b>bold</b> words."
question = "What is L?"
ask = "L after x += 0.01"
because = "It is {L + 0.01 * grad x}."
[[step.reply]]
to = "L"
text = "It moves."

[[step]]
do = "predict"
title = "Choose"
text = "Now choose."
question = "Which?"
[[step.choice]]
text = "Up"
reply = "Yes."
right = true
[[step.choice]]
text = "Down"
reply = "No."

[[step]]
do = "try"
title = "Try"
text = "Go down."
goal = "Reach the bottom."
until = "abs(grad x) < 0.1"
descend = ["x"]

[[step]]
do = "judged"
title = "By hand"
text = "Mend it."
[step.hand]
x = "L"
'''

TRAIN = """\
[step.train]
data = "moons"
inputs = ["x", "x"]
target = "x"
output = "L"
"""


def test_a_good_lesson():
    read = lesson.read(GOOD)
    assert read.faults == []
    assert [step.content["do"] for step in read.steps] == [
        "see", "predict", "predict", "try", "judged"
    ]  # fmt: skip
    first, guess, _, attempt, repair = (step.content for step in read.steps)
    assert first["show"] == ["graph", "sliders", "curve"]
    assert (guess["sliders"], attempt["sliders"]) == ([], ["x"])
    assert guess["text"] == [{"p": ["Two <b>bold</b> words."]}]
    assert repair["hand"] == {"x": {"tree": ["value", "L"], "after": []}}
    assert len(read.graphs) == 1


@pytest.mark.parametrize(
    "old, new, line, words",
    [
        ('title = "A slope"', "", 1, "the file needs title"),
        ('goal = "See it."', 'gaol = "See it."', 2, "no field 'gaol'"),
        ('goal = "See it."', "goal = ", 2, "isn't TOML"),
        ('goal = "See it."', "goal = 3", 2, "must be text in quotes, not 3"),
        ('goal = "See it."', f'goal = "{"x" * 4001}"', 2, "goal has 4,001 characters; 4,000 are"),
        ('goal = "See it."', f'goal = "{"x" * 4000}"', 2, ""),
        ('plot = "x"', f"sliders = {['x'] * 61}", 13, "sliders has 61 entries; 60 are possible."),
        ('goal = "See it."', 'goal = " "', 2, "goal"),
        ('do = "see"', 'do = "sea"', 5, "do can't be 'sea'"),
        ("{grad x}, and", "{grad y}, and", 7, "text: 'grad y': nothing here is called y"),
        ("{grad x}, and", "{grad x, and", 7, "text: { has no partner|isn't"),
        ("x = 3\n", "x = 3 +\n", 10, "isn't Python"),
        ("4*x + 5", "4*x + lgo(5)", 11, "unknown function 'lgo'"),
        ("4*x + 5", "4*x + 5\nM = L\n", 9, "M is another name of L"),
        ('plot = "x"', 'plot = "y"', 13, "isn't an input"),
        ("secant = 1", "secant = -1", 14, "must be positive"),
        ('ask = "L after', 'ask = "L / (x - 3) after', 21, ""),
        ('ask = "L after x += 0.01"', 'ask = "L / (x - 3)"', 21, "has no number at the start"),
        ('ask = "L after x += 0.01"', 'ask = "L after L += 0.01"', 21, "isn't an input"),
        ('because = "It', 'becuase = "It', 16, "needs because"),
        ('to = "L"', 'to = "L after x += 0.01"', 24, "this is the right answer"),
        ("right = true", "", 27, "one choice, and no other"),
        ('until = "abs(grad x) < 0.1"', 'until = "x > 1"', 45, "holds at the start"),
        ('until = "abs(grad x) < 0.1"', 'until = "x"', 45, "isn't a condition"),
        ('descend = ["x"]', 'descend = ["L"]', 46, "isn't an input"),
        ('x = "L"\n', 'x = "grad x"\n', 53, "this gradient of x is right"),
        ('x = "L"\n', 'q = "L"\n', 53, "nothing here is called 'q'"),
        ("L = 3*x**2 -", "after = 3*x**2\nL = after -", 9, "after means something"),
        ("L = 3*x**2 -", "steps = 3*x**2\nL = steps -", 41, "steps means something else"),
        ('ask = "L after x', 'hide = ["M"]\nask = "L after x', 21, "nothing here is called 'M'"),
        ('question = "Which?"', 'question = "Which?"\nask = "x"', 27, "ask or [[step.choice]]"),
        ('ask = "L after x += 0.01"\n', "", 16, "it needs ask"),
        ('ask = "L after x += 0.01"\n', "", 16, "needs ask, or two to six [[step.choice]]"),
        ('[step.hand]\nx = "L"\n', "[step.hand]\n", 52, "a repair needs a wrong gradient"),
        ('plot = "x"', 'show = ["curves"]', 13, "show can't be curves"),
        ('plot = "x"', 'show = ["curve"]', 13, "the curve needs a plot"),
        ('plot = "x"\n', "", 13, "the secant needs a plot"),
        ("L = 3*x**2 -", "secant = 3*x**2\nL = secant -", 9, "secant means something else"),
        ("secant = 1", "secant = true", 14, "secant must be a number, not True"),
        ("secant = 1", "hints = [3]", 14, "no field 'hints'"),
        ('plot = "x"', 'sliders = ["x", 3]', 13, "3 isn't a text"),
        ('[[step.reply]]\nto = "L"\ntext = "It moves."', "reply = [3]", 23, "a table with"),
        ('descend = ["x"]', f'descend = ["x"]\n{TRAIN}', 46, "descend or train, not both"),
        ('descend = ["x"]', TRAIN.replace(', "x"]', "]"), 48, "inputs are the two of a point"),
        ('descend = ["x"]', TRAIN.replace('"x"]', '"q"]'), 48, "'q' isn't"),
        ('descend = ["x"]', TRAIN.replace('get = "x"', 'get = "q"'), 49, "'q' isn't"),
        ('descend = ["x"]', TRAIN.replace('"L"', '"M"'), 50, "output: nothing here is called M"),
        ('descend = ["x"]', TRAIN.replace('"moons"', '"suns"'), 47, "data can't be 'suns'"),
        ('descend = ["x"]', TRAIN, 46, ""),
    ],
)
def test_a_fault_is_found_at_its_line(old, new, line, words):
    assert GOOD.count(old) >= 1
    faults = faults_of(GOOD.replace(old, new, 1))
    if not words:
        assert faults == []
        return
    found = [(fault.line, fault.what) for fault in faults]
    alternatives = words.split("|")
    assert any(at == line and any(x in what for x in alternatives) for at, what in found), found


def test_a_lesson_has_one_step_at_least_and_thirty_at_most():
    head, _, step = GOOD.partition("[[step]]")
    step = "[[step]]" + step.partition("[[step]]")[0]
    [fault] = faults_of(head)
    assert fault.what == "a lesson needs at least one [[step]]."
    assert faults_of(head + step * lesson.MOST_STEPS) == []
    [fault] = faults_of(head + step * (lesson.MOST_STEPS + 1))
    assert fault.what == "a lesson has at most 30 steps, not 31."


@pytest.mark.parametrize("name", DATA)
def test_data_are_two_classes_of_thirty_points(name):
    points = DATA[name]()
    assert [target for *_, target in points].count(1) == 30 == len(points) / 2
    assert all(target in (1, -1) and max(abs(x), abs(y)) < 2.5 for x, y, target in points)
    assert points == DATA[name](), "the same in every lesson"


def test_opposite_clouds_belong_together():
    assert all(x * y * target < 0 for x, y, target in DATA["xor"]() if min(abs(x), abs(y)) > 0.3)


def test_a_wrong_kind_of_step_is_the_only_fault():
    [fault] = faults_of(GOOD.replace('do = "try"', 'do = "tri"'))
    assert "do can't be 'tri'" in fault.what


def test_a_goal_of_two_lines_is_one_sentence():
    assert lesson.read(GOOD.replace('"See it."', '"""\nSee\nit."""')).goal == "See it."


def test_the_course_has_no_faults():
    kept = shelf()
    for each in [*kept.lessons.values(), *kept.gallery.values(), *kept.tasks.values()]:
        assert each.faults == [], each.title


def test_check_on_the_command_line(tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_text(GOOD)
    good = CliRunner().invoke(main, ["course", "--check", str(path)])
    assert (good.exit_code, good.output) == (
        0, f"{path}: the lesson 'A slope' with 5 steps has no faults.\n"
    )  # fmt: skip
    path.write_text(GOOD.replace("grad x}, and", "grad y}, and"))
    bad = CliRunner().invoke(main, ["course", "--check", str(path)])
    assert bad.exit_code == 1
    assert "has 1 fault.\n  line 7  text: 'grad y': nothing here is called y." in bad.output


@given(st.text(st.sampled_from("ab*`{}<>&-\n "), max_size=60))
def test_text_keeps_every_character_that_is_no_mark(text):
    def letters(part):
        if isinstance(part, str):
            return part
        return "".join(map(letters, part if isinstance(part, list) else part.values()))

    blocks = markdown.blocks(text, None)
    kept = [letters(block) for block in blocks]
    unmarked = str.maketrans("", "", "*`- \n")
    assert "".join(kept).translate(unmarked) == text.translate(unmarked)


def test_braces_are_numbers():
    assert markdown.spans("{{a}} is {a + 1}", Scope(["a"])) == [
        "{a} is ", {"number": {"tree": ["+", ["value", "a"], 1], "after": []}}
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_any_file_gets_sentences(text):
    for fault in lesson.read(text).faults:
        assert fault.line >= 1
        assert fault.what.endswith(".")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = [1,\n2,\n", 3), ('a = """x', 1), ("a = 1\n\nb=", 3), ("a = 1\na = 3\n", 2)],
)
def test_a_file_that_is_not_toml_is_blamed_where_it_is_wrong(text, line):
    with pytest.raises(FormulaError, match=f"^line {line} isn't TOML: "):
        parse_toml(text)
