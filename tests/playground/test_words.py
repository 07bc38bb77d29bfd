"""The words of both pages: each is there in every language, and each is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.cli import main
from chainrule.course import words as course
from chainrule.playground import examples, page, words

pytestmark = pytest.mark.once

SOURCE = Path(__file__).resolve().parents[2] / "src" / "chainrule"  # not what is installed
ROOMS = {"playground": words, "course": course}


def script(room: str) -> str:
    """The page's own modules, without what one reads only in them."""
    text = "\n".join(path.read_text("utf-8") for path in (SOURCE / room / "js").rglob("*.js"))
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


def sources() -> str:
    """Whatever says a word: the pages and the Python around them."""
    python = [path.read_text("utf-8") for room in ROOMS for path in (SOURCE / room).rglob("*.py")]
    return "\n".join([*map(script, ROOMS), *python])


@pytest.mark.parametrize("room", ROOMS)
def test_the_languages_have_the_same_words_with_the_same_gaps(room):
    files = words.read_strings(f"chainrule.{room}")
    english = files[words.ORIGINAL]
    assert files.keys() == words.languages().keys()
    for each in files.values():
        assert each.keys() == english.keys()
        for key, said in each.items():
            assert sorted(re.findall(r"\{\w+\}", said)) == sorted(
                re.findall(r"\{\w+\}", english[key])
            ), key


def test_a_word_is_in_one_file_only():
    own = words.read_strings("chainrule.course")[words.ORIGINAL]
    assert own.keys() & words.languages()[words.ORIGINAL].keys() == set()


@pytest.mark.parametrize(("room", "known"), ROOMS.items())
def test_every_key_that_is_said_is_there(room, known):
    text, keys = script(room), known.languages()[words.ORIGINAL].keys()
    calls = re.findall(r"\bsay\(\s*(.*?)[,)]", text)
    said = {key for call in calls for key in re.findall(r'"(\w+)"', call)}
    counted = set(re.findall(r'\bsayCount\(\s*"(\w+)"', text))
    assert said
    assert said | counted | {f"{key}_one" for key in counted} <= keys
    for family in re.findall(r"`([a-z_]+_)\$\{", text):
        assert any(key.startswith(family) for key in keys), family


def test_examples_data_sets_and_failures_have_their_words():
    keys = course.languages()[words.ORIGINAL].keys()
    reasons = re.search(r"@typedef \{(.*?)\} Reason", _python_js(), re.DOTALL)[1]
    own = re.search(r"const OWN = \[(.*?)\]", _python_js())[1]
    for each in examples.EXAMPLES:
        assert {f"example_{each.name}", f"about_{each.name}"} <= keys
    for name in page.SETS:
        assert f"set_{name}" in keys
    for reason in re.findall(r'"(\w+)"', reasons):
        subjects = ("lines", "code") if f'"{reason}"' in own else ("python",)
        assert {f"{subject}_{reason}" for subject in subjects} <= keys


def _python_js() -> str:
    return (SOURCE / "playground" / "js" / "python.js").read_text("utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_every_word_is_said(room):
    text = sources()
    families = {*re.findall(r"`([a-z_]+_)\$\{", text), "lines_", "code_", "python_"}
    quoted = {name for _, name in re.findall(r"""(["'])(\w+)\1""", text)}
    named = quoted | set(re.findall(r"\b(\w+): ", text))
    for key in words.read_strings(f"chainrule.{room}")[words.ORIGINAL]:
        one = key.removesuffix("_one")
        parts = [key.removeprefix(family) for family in families if key.startswith(family)]
        is_said = one in quoted or any(part in named for part in parts)
        assert is_said or f"{{ {key} }}" in text, key


@pytest.mark.parametrize("room", ROOMS)
def test_a_script_has_no_sentence_of_its_own(room):
    text = script(room)
    assert not re.findall(r'(?:"aria-label"|\btitle): ["`].*', text)
    quoted = [one or two for one, two in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', text)]
    spoken = re.findall(r'spoken\(\s*"([^"]*)"', text)  # by the view, which has them translated
    found = [each for each in quoted if re.match(r"[A-Z][a-z']+:? [a-z]", each)]
    assert set(found) - set(spoken) == set()


def test_a_page_is_in_the_language_that_it_is_told():
    for language in (None, *words.languages()):
        html = page.html(is_served=False, language=language)
        said = words.languages()[language or words.ORIGINAL]
        assert f'<html lang="{language or words.ORIGINAL}">' in html
        assert f"<title>{said['playground_title']}</title>" in html
        assert said["playground_unscripted"] in html


@pytest.mark.parametrize("command", ["play", "course"])
def test_the_command_refuses_other_languages_and_exports_its_own(tmp_path, command):
    refused = CliRunner().invoke(main, [command, "--language", "fr", "--export", str(tmp_path)])
    assert refused.exit_code
    assert "isn't in the language 'fr'" in refused.output
    assert "use one of en, de" in refused.output
    folder = tmp_path / "site"
    done = CliRunner().invoke(main, [command, "--language", "de", "--export", str(folder)])
    assert done.exit_code == 0
    for path in folder.glob("*.html"):
        text = path.read_text("utf-8")
        assert '<html lang="de">' in text
        assert '"language":"de"' in text
