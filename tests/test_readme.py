"""Every block of the README runs, and prints what it says."""

import ast
import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def finished(tmp_path, monkeypatch, capsys):
    """Run all Python blocks one after the other; the names, and what was printed."""
    monkeypatch.chdir(tmp_path)
    names = {"p": None}
    for language, text in BLOCKS:
        if language == "python":
            exec(text, names)
    return names, capsys.readouterr().out


def test_the_blocks_print_what_the_text_shows(finished):
    _, printed = finished
    tree = next(text for language, text in BLOCKS if language == "text" and "├" in text)
    assert printed.startswith("6.0 -4.0 -2.0 4.0\n" + tree)


def test_the_numbers_in_comments_are_right(finished, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checked = 0
    for language, text in BLOCKS:
        names = dict(finished[0])
        names["a"].data = 2
        for line in text.splitlines() if language == "python" else ():
            code, _, comment = line.partition("  # ")
            number = re.match(r"-?\d+\.\d+", comment)
            if number and code.strip() and not code.startswith("print"):
                assert repr(eval(code, names)) == number.group()
                checked += 1
    assert checked == 4


def test_the_error_is_the_one_that_is_shown():
    from chainrule import DomainError, Value

    shown = next(text for language, text in BLOCKS if "DomainError" in text)
    with pytest.raises(DomainError) as raised:
        Value(-0.25, label="p").log()
    text = re.sub(r"made at .*", "made at train.py:31", f"DomainError: {raised.value}")
    assert text == shown.strip()


def test_the_commands_are_the_two_that_do_everything():
    commands = [text for language, text in BLOCKS if language == "sh"]
    assert re.findall(r"^make \w+", commands[0], re.MULTILINE) == ["make tour", "make test"]


def test_python_blocks_are_python():
    assert all(ast.parse(text) for language, text in BLOCKS if language == "python")


def test_the_explanation_and_the_mistake_are_those_that_are_shown():
    from chainrule import Value, check, explain

    names: dict = {}
    exec(next(text for language, text in BLOCKS if language == "python"), names)
    shown = next(text for language, text in BLOCKS if "dL/dL" in text)
    assert shown.rstrip() in str(explain(names["L"]))
    assert isinstance(names["a"], Value)
    names["a"].grad = -3
    mistake = check(names["L"]).verdicts[names["a"]].mistake
    assert f"# {mistake}" in README.read_text(encoding="utf-8")
