"""The lessons of the course: each has all four doings, and all texts are plain in each language."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from chainrule.course import expression, lesson

pytestmark = pytest.mark.once

ROOM = Path(lesson.__file__).parent
LESSONS = [path for path in sorted((ROOM / "lessons").iterdir()) if "." not in path.stem]
TEXTS = sorted(path for part in ("lessons", "gallery", "tasks") for path in (ROOM / part).iterdir())


def named(paths: list[Path]) -> list[str]:
    return [f"{path.parent.name}-{path.stem}" for path in paths]


def test_there_are_twelve_lessons_four_repairs_and_seven_tasks():
    parts = [path.parent.name for path in TEXTS if "." not in path.stem]
    assert [parts.count(part) for part in ("lessons", "gallery", "tasks")] == [12, 4, 7]


@pytest.mark.parametrize("path", LESSONS, ids=named(LESSONS))
def test_a_lesson_is_short_and_has_all_four_doings(path):
    steps = lesson.read(path.read_text("utf-8")).content["steps"]
    assert 4 <= len(steps) <= 8
    assert steps[0]["do"] == "see"
    assert {step["do"] for step in steps} == {"see", "predict", "try", "judged"}
    assert steps[-1]["do"] in ("judged", "try")


@pytest.mark.parametrize("path", LESSONS, ids=named(LESSONS))
def test_a_wrong_number_has_a_hint_and_replies_to_different_slips(path):
    for step in lesson.read(path.read_text("utf-8")).steps:
        if step.asked is None:
            continue
        title = step.content["title"]
        assert step.content["hint"], title
        slips = [_number(step, each["to"]) for each in step.content["replies"]]
        assert slips, title
        for index, x in enumerate(slips):
            assert not any(math.isclose(x, y, rel_tol=1e-3) for y in slips[:index]), (title, x)


def _number(step, data) -> float:
    read = expression.Expression(data["tree"], tuple(tuple(each) for each in data["after"]))
    return expression.evaluate(read, step.numbers)


@pytest.mark.parametrize("path", TEXTS, ids=named(TEXTS))
def test_texts_are_plain(path):
    text = path.read_text("utf-8")
    assert "!" not in re.sub(r"!=", "", text)
    assert not re.search(r"[’“”]| - ", _prose(text))
    assert all(len(line) <= 100 for line in text.splitlines())


def _prose(text: str) -> str:
    """The texts without their code and their numbers in braces."""
    text = re.sub(r"(?ms)^(graph|start|solution) = '''.*?'''", "", text)
    text = re.sub(r'(?m)^(ask|until|to) = ".*"$', "", text)
    return re.sub(r"(?s)`[^`]*`|\{[^}]*\}", "", text)


def test_the_page_says_what_is_right_and_the_texts_say_why():
    """`because` is also said when the answer had to be shown, and a ✓ stands before a reply."""
    for path in TEXTS:
        for first in re.findall(
            r"(?m)^(?:because|reply) = (?:'''\n|\")(\w+)", path.read_text("utf-8")
        ):
            assert first not in ("Yes", "Right", "Correct", "Ja", "Richtig", "Genau"), path.name


def test_the_lesson_in_the_docs_has_no_faults():
    page = Path(__file__).resolve().parents[2] / "docs" / "lessons.md"
    blocks = re.findall(r"(?s)```toml\n(.*?)```", page.read_text("utf-8"))
    whole, hand, train = blocks
    assert not lesson.read(whole).faults
    graph = whole.rpartition("[[step]]")[0]
    step = '[[step]]\ndo = "judged"\ntitle = "t"\ntext = "t"\ngraph = """\na = 2\nL = 3*a\n"""\n'
    assert not lesson.read(f"{graph}{step}{hand}").faults
    step = (
        '[[step]]\ndo = "see"\ntitle = "t"\ntext = "t"\ngraph = """\nw = 1\nx1 = 1\nx2 = 1\ny = 1\n'
    )
    step += 'o = w*x1 + x2\nL = (o - y)**2\n"""\n'
    assert not lesson.read(f"{graph}{step}{train}").faults
