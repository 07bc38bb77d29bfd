"""Details of the command line: names of graphs, widths, what is printed, and what is passed on."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from chainrule.cli import checking, commands, doctor, grading
from chainrule.cli.commands import main
from chainrule.cli.expression import build
from chainrule.course import export, server
from chainrule.course.server import wing
from chainrule.explanation import explain
from chainrule.explanation.explanation import Explanation
from chainrule.playground import server as playground
from chainrule.verdict.grading import grade
from chainrule.verdict.grading.rubric import DEFAULT
from chainrule.verdict.grading.score import Part

pytestmark = pytest.mark.once


def call(*arguments):
    """Run a command that succeeds; return what it prints."""
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


# ---- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "name"), [("", "L"), ("loss", "loss"), ("a + b", "a + b")])
@pytest.mark.parametrize("act", ["check", "diagnose"])
def test_a_graph_in_a_file_is_called_by_its_label_or_else_by_its_name(tmp_path, act, label, name):
    path = tmp_path / "labelled.py"
    path.write_text(
        f"from chainrule import Value\nL = Value(2.0, label='x') * 3\nL.label = {label!r}\n"
        "L.backward()\n"
    )
    named = []
    with pytest.MonkeyPatch.context() as patch:
        real = getattr(checking, act)
        patch.setattr(checking, act, lambda root: named.append(root.label) or real(root))
        getattr(checking, f"{act}_in_file")(f"{path}:L", {})
    assert named == [name]


@pytest.mark.parametrize("name", ["model.txt", "model", "model.pyc", "model.PY"])
def test_a_file_to_check_is_one_of_python(tmp_path, name):
    (tmp_path / name).write_text("L = 1\n")
    done = CliRunner().invoke(main, ["check", f"{tmp_path / name}:L"])
    assert done.exit_code == 1
    assert done.stderr == (
        f"Error: {str(tmp_path / name)!r} cannot be read: a Python file is needed, whose name ends "
        "in .py.\n"
    )


# ---- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "width"), [(1, 60), (59, 60), (60, 60), (61, 61), (99, 99), (100, 100), (101, 100)]
)
def test_an_explanation_is_as_wide_as_the_terminal_within_limits(monkeypatch, columns, width):
    def size(fallback):
        assert fallback == (100, 24)
        return os.terminal_size((columns, 24))

    monkeypatch.setattr(commands, "shutil", SimpleNamespace(get_terminal_size=size))
    root = build("a*b", {"a": 2, "b": 3})
    monkeypatch.setattr(commands, "_graph", lambda *_: root)
    widths = []
    real = Explanation.text
    monkeypatch.setattr(
        Explanation, "text", lambda self, wide: widths.append(wide) or real(self, wide)
    )
    assert call("explain", "a*b", "a=2", "b=3") == f"{explain(root).text(width)}\n"
    assert widths[0] == width


@pytest.mark.parametrize("remedy", ["", "restart Python"])
def test_the_doctor_prints_a_remedy_where_there_is_one(monkeypatch, remedy):
    monkeypatch.setattr(doctor, "engine_status", lambda: ("odd", "as it is", remedy))
    lines = call("doctor").splitlines()
    assert lines == list(doctor.report())
    at = lines.index("engine     odd: as it is")
    assert lines[at + 1 : at + 3] == (
        [f"  remedy   {remedy}", ""] if remedy else ["", lines[at + 2]]
    )


@pytest.mark.parametrize(
    ("setting", "is_asked_for"), [("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_doctor_says_whether_the_interpreted_engine_was_asked_for(
    monkeypatch, setting, is_asked_for
):
    monkeypatch.setattr(doctor, "NATIVE", False)
    monkeypatch.setenv("CHAINRULE_PURE", setting)
    _, why, remedy = doctor.engine_status()
    assert (why == "CHAINRULE_PURE selects it") is is_asked_for
    assert (remedy == "unset CHAINRULE_PURE to use the compiled engine") is is_asked_for


# ---- the course ----------------------------------------------------------------------------------


def test_the_course_is_served_with_the_lessons_and_the_language_that_are_asked_for(monkeypatch):
    seen = []
    monkeypatch.setattr(playground, "serve", lambda *a, **options: seen.append((a, options)))
    monkeypatch.setattr(server, "wing", lambda *a: ("wing", *a))
    assert wing is not server.wing
    call("course", "--no-browser", "--port", "1234")
    [((port,), options)] = seen
    assert port == 1234
    assert options.pop("language") is options["wing"][2]
    assert options == {
        "opens_browser": False, "wing": ("wing", *options["wing"][1:]), "path": "course",
        "what": "The course",
    }  # fmt: skip
    assert not options["wing"][1]


@pytest.mark.parametrize("pyodide", [None, "pyodide"])
def test_an_export_is_reported(monkeypatch, tmp_path, pyodide):
    monkeypatch.setattr(export, "export", lambda *a: ("made", *a))
    monkeypatch.setattr(export, "report", lambda made, where: f"{made[0]}: {made[4]}, {where}")
    options = ["--pyodide", pyodide] if pyodide else []
    printed = call("course", "--export", str(tmp_path), *options)
    assert printed == f"made: {pyodide}, {pyodide}\n"


def test_pyodide_is_for_an_export():
    done = CliRunner().invoke(main, ["course", "--pyodide", "x"])
    assert done.exit_code == 2
    assert "--pyodide needs --export." in done.stderr
    assert "remedy  add --export FOLDER" in done.stderr


# ---- grades --------------------------------------------------------------------------------------


GRADES = (
    grade.Grade("anna.py", "graded", "", "Value", (Part("operations", 1.5, 2.0, "It is odd."),)),
    grade.Grade("ben.py", "not graded", "It is empty: é.", "", ()),
)


@pytest.fixture
def graded(monkeypatch):
    monkeypatch.setattr(grading, "grade_files", lambda *a, **_: GRADES)


def test_grades_as_a_table(graded):
    printed = call("grade", "x")
    head, first, second, *rest = printed.splitlines()
    assert head.split() == ["file", "class", "points", "to", "fix", "first"]
    assert first.split()[:3] == ["anna.py", "Value", f"{GRADES[0].points:g}"]
    assert second.split()[:4] == ["ben.py", "–", "not", "graded"]
    assert rest[:2] == ["", f"Points are out of {DEFAULT.total:g}."]
    assert "Written to" not in printed and "students' texts" not in printed


def test_grades_as_files(graded, tmp_path):
    html, texts = tmp_path / "report.html", tmp_path / "texts"
    printed = call("grade", "x", "--html", str(html), "--texts", str(texts)).splitlines()
    assert printed[-2:] == [f"Written to {html}.", f"The students' texts are in {texts}."]
    assert html.read_text("utf-8") == grading.page(GRADES, DEFAULT)
    assert sorted(each.name for each in texts.iterdir()) == ["anna.py.txt", "ben.py.txt"]


def test_grades_as_json(graded):
    printed = call("grade", "x", "--json")
    expected = {"total": DEFAULT.total, "grades": [each.as_dict() for each in GRADES]}
    assert json.loads(printed) == expected
    assert printed.startswith('{\n  "total"')
    assert "It is empty: é." in printed


def test_the_rubric_is_printed_instead():
    assert call("grade", "--print-rubric") == DEFAULT.toml()


@pytest.mark.parametrize("length", [0, 1, 69, 70, 71, 200])
def test_a_finding_is_cut_at_seventy_characters(length):
    text = "x" * length
    assert grading._cut(text) == (text if length <= 70 else "x" * 69 + "…")
