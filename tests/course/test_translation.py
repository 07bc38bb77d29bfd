"""Translations: texts alone, each fault at its line, and the course whole in each language."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from chainrule.cli import main
from chainrule.course import page
from chainrule.course.server import own_lessons
from chainrule.course.shelf import faults_of, shelf
from chainrule.course.words import languages
from chainrule.playground.words import ORIGINAL

ENGLISH = '''\
title = "A slope"
goal = "See it."

[[step]]
do = "predict"
title = "Guess"
text = "Two words at {x}."
graph = """
x = 3
L = x**2
"""
question = "What is L?"
ask = "L"
because = "So."
[[step.reply]]
to = "x"
text = "It moves."

[[step]]
do = "judged"
title = "By hand"
text = "Mend it."
[step.hand]
x = "L"
'''

GERMAN = '''\
title = "Eine Steigung"
goal = "Sieh sie."

[[step]]
title = "Rate"
text = "Zwei Wörter bei {x}."
question = "Was ist L?"
because = "Darum."
[[step.reply]]
text = "Es bewegt sich."

[[step]]
title = "Von Hand"
text = """
Repariere
es."""
'''

TASK = 'title = "t"\ntext = "Do."\nhints = ["a", "b"]\nwants = ["init"]\nsolution = "x = 1"\n'


def test_a_good_translation():
    assert faults_of(GERMAN, ENGLISH) == []
    assert faults_of('title = "a"\ntext = "Tu es."\nhints = ["c", "d"]\n', TASK) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('goal = "Sieh sie."\n', "", 1, "needs goal"),
        ('because = "Darum."\n', "", 4, "needs because"),
        ('text = "Es bewegt sich."', "", 9, "needs text"),
        ('[[step.reply]]\ntext = "Es bewegt sich."', "", 4, "needs reply"),
        ('title = "Rate"', 'title = "Rate"\nask = "L"', 6, "ask isn't a text"),
        ('title = "Rate"', 'title = "Rate"\ngraph = "L = x"', 6, "graph isn't a text"),
        ('title = "Rate"', 'title = "Rate"\nhint = "So"', 6, "has no hint here"),
        ('text = "Es bewegt', 'to = "2"\ntext = "Es bewegt', 10, "to isn't a text"),
        ("[[step.reply]]\n", '[[step.reply]]\ntext = "x"\n[[step.reply]]\n', 4, "translation 2."),
        ('title = "Rate"', "title = 3", 5, "must be text"),
        ("bei {x}", "bei {y}", 6, "nothing here is called y"),
        ("bei {x}", "bei {x", 6, "{ has no partner"),
        ("Repariere\n", "Repariere {q}\n", 14, "nothing here is called q"),
        ('title = "Rate"', "title = ", 5, "isn't TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line(old, new, line, words):
    assert GERMAN.count(old) >= 1
    found = [(fault.line, fault.what) for fault in faults_of(GERMAN.replace(old, new, 1), ENGLISH)]
    assert any(at == line and words in what for at, what in found), found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('title = "a"\ntext = "b"\nhints = ["c"]', "hints: the original has 2, the translation 1."),
        ('title = "a"\ntext = "b"\nhints = "c"', "hints must be a list"),
        ('title = "a"\ntext = "b"\nhints = ["c", "d"]\nsolution = "x"', "solution isn't a text"),
        ('title = "a"\ntext = "b"', "needs hints"),
        ("title = ", "isn't TOML"),
    ],
)
def test_faults_of_a_task(text, words):
    assert any(words in fault.what for fault in faults_of(text, TASK))


def test_on_the_command_line(tmp_path):
    for name, text in (("slope.toml", ENGLISH), ("slope.de.toml", GERMAN)):
        (tmp_path / name).write_text(text, "utf-8")
    path = tmp_path / "slope.de.toml"

    def check():
        return CliRunner().invoke(main, ["course", "--check", str(path)])

    good = check()
    words = f"{path}: the translation of slope.toml has no faults.\n"
    assert (good.exit_code, good.output) == (0, words)
    path.write_text(GERMAN.replace('because = "Darum."\n', ""), "utf-8")
    assert "has 1 fault.\n  line 4  the translation needs because" in check().output
    (tmp_path / "slope.toml").write_text(ENGLISH.replace('ask = "L"', 'ask = "q"'), "utf-8")
    bad = check()
    assert bad.exit_code == 1
    assert "slope.toml has 1 fault." in bad.output


def test_a_lesson_of_ones_own_brings_its_translations(tmp_path):
    for name, text in (("slope.toml", ENGLISH), ("slope.de.toml", GERMAN)):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "alone.de.toml").write_text(ENGLISH, "utf-8")
    own = own_lessons([str(tmp_path / "slope.toml"), str(tmp_path / "alone.de.toml")])
    assert own["slope"].language == "en"
    assert own["slope"].translations["de"].title == "Eine Steigung"
    assert (own["alone.de"].language, own["alone.de"].translations) == ("de", {})


def items(language):
    kept = shelf()
    for room in (kept.lessons, kept.gallery, kept.tasks):
        for name, each in room.items():
            yield name, each, each.translations.get(language)


OTHERS = [code for code in languages() if code != ORIGINAL]


@pytest.mark.parametrize("language", OTHERS)
def test_the_course_is_whole_in_each_language(language):
    for name, original, other in items(language):
        assert other is not None, name
        assert other.faults == [], name
        assert other.language == language
        assert other.title != original.title or "tanh" in other.title, name
        assert _bones(other.content) == _bones(original.content), name


def _bones(part, key=""):
    """What a page takes, without the texts."""
    if key in ("title", "goal", "language"):
        return key
    if isinstance(part, list) and part and isinstance(part[0], dict) and {"p", "ul"} & {*part[0]}:
        return "text"
    if isinstance(part, dict):
        return {key: _bones(each, key) for key, each in part.items()}
    return [_bones(each) for each in part] if isinstance(part, list) else part


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_keeps_its_numbers_and_its_code(language):
    """A translation may order them differently; it loses none and adds none."""
    for name, original, other in items(language):
        for one, two in zip(_texts(original.content), _texts(other.content), strict=True):
            for mark in ("number", "code"):
                assert _marked(one, mark) == _marked(two, mark), (name, one, two)


def _texts(part):
    """Every text of a page, as blocks."""
    if isinstance(part, list) and part and isinstance(part[0], dict) and {"p", "ul"} & {*part[0]}:
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def _marked(part, mark):
    if isinstance(part, dict):
        own = {json.dumps(part[mark])} if mark in part else set()
        return own.union(*(_marked(each, mark) for each in part.values()))
    return set().union(*(_marked(each, mark) for each in part)) if isinstance(part, list) else set()


def test_a_lesson_that_nobody_has_translated_stays_as_it_is():
    lesson = shelf().lessons["01_slope"]
    html = page.html(is_served=False, address="x", extra={"own": _untranslated(lesson)})
    content = json.loads(re.search(r'id="content">(.*?)</script>', html, re.DOTALL)[1])
    for shelves in content["shelves"].values():
        assert shelves["lessons"][0]["language"] == "en"
        assert shelves["lessons"][0]["title"] == lesson.title
    assert content["shelves"]["de"]["lessons"][1]["language"] == "de"
    assert [each["id"] for each in content["shelves"]["de"]["tasks"]] == [*shelf().tasks]


def _untranslated(lesson):
    return type(lesson)(title=lesson.title, steps=lesson.steps, graphs=lesson.graphs)


def test_a_worksheet_in_german(tmp_path):
    for name in ("sheet.md", "sheet.html"):
        out = tmp_path / name
        arguments = ["--worksheet", "4", "--seed", "7", "--language", "de", "--out", str(out)]
        done = CliRunner().invoke(main, ["course", *arguments])
        assert (done.exit_code, done.output) == (0, f"Written to {out}.\n")
        text = out.read_text("utf-8")
        assert "Lösungen zu Blatt 7" in text
        assert "Gradienten von Hand" in text
        assert not re.search(r"\b(the|Answer|Sheet|gradient)\b", re.sub(r"<style>.*", "", text))
    assert 'lang="de"' in text
    refused = CliRunner().invoke(main, ["course", "--worksheet", "1", "--language", "fr"])
    assert refused.exit_code
    assert "isn't in the language 'fr'" in refused.output
    assert "use one of en, de" in refused.output


def test_the_numbers_of_a_worksheet_are_the_same_in_each_language():
    from chainrule.course.worksheet.questions import worksheet

    for name, lesson in shelf().lessons.items():
        one, two = (worksheet(each, 3).questions for each in (lesson, lesson.translations["de"]))
        assert [x.graph for x in one] == [x.graph for x in two], name
        assert [x.answer for x in one] == [x.answer for x in two], name
