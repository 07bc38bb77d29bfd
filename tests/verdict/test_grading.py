"""`chainrule grade`: every file of students/ graded, and what cannot stop or falsify the run."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.cli.commands import main
from chainrule.errors import ChoiceError, FileError, NumberError, WrongType
from chainrule.verdict.engines.result import Finding
from chainrule.verdict.grading import guard
from chainrule.verdict.grading.grade import DOUBTFUL, GRADED, NOT_GRADED, Grade
from chainrule.verdict.grading.letter import letter
from chainrule.verdict.grading.page import page
from chainrule.verdict.grading.recheck import disagreement, questions_about
from chainrule.verdict.grading.rubric import DEFAULT, PARTS, Rubric, read_rubric
from chainrule.verdict.grading.score import Part, score
from chainrule.verdict.grading.submissions import find_submissions, read_blocks

pytestmark = pytest.mark.once

STUDENTS = Path(__file__).parent / "students"
FULL = {
    "right_loop", "right_tape", "right_network", "right_notebook", "right_trains", "broken_later",
    "hostile_deletes", "hostile_forks", "hostile_kills", "hostile_prints",
}  # fmt: skip
"""The files that get all points."""

# file: the rules of its mistakes, as they are told one by one
MISTAKES = {
    "wrong_tanh": {"tanh"},
    "wrong_product": {"mul"},
    "wrong_accumulation": {"accumulation"},
    "wrong_order": {"order"},
    "wrong_upstream": {"exp"},
    "wrong_state": {"state"},
    "wrong_three": {"tanh", "pow", "relu"},
    "broken_backward": {"order"},
}
# file: why it isn't graded
REASONS = {
    "broken_syntax": "The file isn't valid Python: line 2:",
    "broken_import": "The file stops at line 1: ModuleNotFoundError",
    "broken_empty": "It defines no class.",
    "broken_functions_only": "It defines no class.",
    "broken_five_classes": "5 classes have a backward pass (Fifth, First, Fourth, Second, T",
    "broken_two_classes": "2 classes have a backward pass (Node, Scalar): rename the one to be",
    "broken_constructor": "Value(1.5) raises TypeError",
    "broken_notebook": "The notebook cannot be read",
    "hostile_endless": "The file stops at line ",
    "hostile_memory": "The file stops at line 10: it needs more memory than it may use here.",
    "hostile_exit": "It quits Python with status 0 before it can be examined.",
    "hostile_closes": "It closed or flooded the pipe through which results are sent.",
}
# file: what it tried to do
ATTEMPTS = {
    "hostile_forks": {"start another process"},
    "hostile_kills": {"send a signal"},
    "hostile_deletes": {"delete", "write", "rename"},
    "hostile_forges": {"write into the pipe that results come through"},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of the reports, and each file's grade by its stem."""
    folder = tmp_path_factory.mktemp("reports")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    (folder / "temporary").mkdir()
    html, texts = folder / "report.html", folder / "texts"
    arguments = ["grade", STUDENTS, "--json", "--html", html, "--texts", texts, "--seconds", 8]
    done = CliRunner().invoke(main, [str(x) for x in arguments])
    monkeypatch.undo()
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["total"] == 100
    return folder, {Path(grade["name"]).stem: grade for grade in result["grades"]}


def test_there_are_enough_files(graded):
    assert len(graded[1]) == len(list(STUDENTS.glob("[a-z]*.*"))) >= 30


def test_right_files(graded):
    for name, grade in graded[1].items():
        if name.startswith("right"):
            assert (grade["status"], grade["mistakes"]) == (GRADED, []), grade
        if name == "right_tape" and grade["not_tried"]:
            continue  # a tape that only grows makes every pass slower, so the time may run out
        assert grade["points"] > 90 or not name.startswith("right")
        assert (grade["points"] == 100) == (name in FULL), grade


@pytest.mark.parametrize("name", MISTAKES)
def test_wrong_files(graded, name):
    grade = graded[1][name]
    assert grade["status"] == GRADED
    assert {finding["rule"] for finding in grade["mistakes"]} >= MISTAKES[name]
    parts = {part["name"]: part["points"] / part["out_of"] for part in grade["parts"]}
    for rule in MISTAKES[name]:
        assert parts.get(rule, parts["rules"]) < 1


@pytest.mark.parametrize("name", REASONS)
def test_files_that_cannot_be_graded(graded, name):
    grade = graded[1][name]
    assert (grade["status"], grade["points"]) == (NOT_GRADED, 0)
    assert grade["why"].startswith(REASONS[name])
    assert grade["why"].endswith(".") and "\n" not in grade["why"]


@pytest.mark.parametrize("name", ["hostile_patches", "hostile_forges", "hostile_steals"])
def test_a_forged_report_is_found_out(graded, name):
    grade = graded[1][name]
    assert (grade["status"], grade["points"]) == (DOUBTFUL, 0)
    assert "cannot be trusted" in grade["why"]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_attempts_are_told(graded, name):
    told = " ".join(graded[1][name]["attempts"])
    for words in ATTEMPTS[name]:
        assert words in told


def test_a_file_that_sleeps_in_an_operation_is_ended(graded):
    grade = graded[1]["hostile_delays"]
    assert grade["points"] < 100
    assert grade["seconds"] < 60


def test_remarks(graded):
    (remark,) = graded[1]["broken_later"]["remarks"]
    assert re.match(r"The file stops at line 1\d\d: AttributeError: 'Value' object has", remark)
    (remark,) = graded[1]["right_notebook"]["remarks"]
    assert remark.startswith("Cell 4 stops at line ")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="it looks into /proc")
def test_no_process_is_left(graded):
    temporary = str(graded[0] / "temporary")
    assert os.listdir(temporary) == []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended
            assert temporary.encode() not in path.read_bytes()


def test_nothing_of_the_temporary_folder_is_told(graded):
    folder, grades = graded
    page = (folder / "report.html").read_text("utf-8")
    assert "/submission/" not in page and "chainrule-" not in json.dumps(grades)


def test_texts_for_students(graded):
    folder, grades = graded
    texts = {path.name: path.read_text("utf-8") for path in (folder / "texts").iterdir()}
    assert len(texts) == len(grades)
    text = texts["wrong_tanh.py.txt"]
    assert text.startswith("wrong_tanh.py\n\nYour class Value gets 95.6 of 100 points.\n")
    assert "Fix this first: tanh\n" in text
    assert "chainrule check broken_syntax.py:Value" in texts["broken_syntax.py.txt"]
    assert "There is nothing to fix. Well done!" in texts["right_loop.py.txt"]


def test_the_page(graded):
    text = (graded[0] / "report.html").read_text("utf-8")
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")
    assert "Look at these yourself" in text
    links, ids = re.findall(r'href="#([^"]+)"', text), re.findall(r'id="([^"]+)"', text)
    assert set(links) == set(ids) and len(ids) == len(set(ids))


# ---- reports -------------------------------------------------------------------------------------

EVIL = '<script>alert("1")</script>'


def evil_grade():
    finding = Finding(EVIL, EVIL, EVIL, EVIL, EVIL)
    parts = (Part("rules", 3.5, 10.0, EVIL),)
    names = {EVIL: EVIL}
    return Grade(
        EVIL, GRADED, EVIL, EVIL, parts, (finding,), (finding,), (EVIL,), names, names, names,
        (EVIL,), (EVIL,),
    )  # fmt: skip


def test_the_page_escapes_everything():
    text = page([evil_grade()], Rubric({"rules": 10.0}, ("add",)))
    assert "<script" not in text and text.count("&lt;script&gt;") > 10


def test_a_letter_about_what_was_not_tried():
    not_tried = {"a second pass": "time is up", "a long chain": "time is up"}
    parts = score(CLEAN | {"not_tried": not_tried}, DEFAULT)
    grade = Grade("a.py", GRADED, "", "Value", parts, not_tried=not_tried)
    assert grade.headline == (
        "No mistake was found, but a second pass and a long chain could not be tried."
    )
    text = letter(grade, DEFAULT)
    assert "Why some points are missing\n  Not tried, because time is up.\n" in text
    assert "Well done" not in text


def test_a_letter(golden):
    finding = Finding(
        "tanh",
        "the gradient of V.tanh() at x = 0.3 is 0.91, but should be 0.915",
        "x = Value(0.3)\nout = x.tanh()\nout.backward()   # x.grad is 0.91, should be 0.915",
        "anna.py:12: self.grad += (1 - self.data**2) * out.grad",
        "self.grad += (1 - t**2) * out.grad",
    )
    report = {
        "mistakes": [list(finding), ["order", "a node is visited too early"]], "weaknesses": [],
        "sound": ["add", "mul"], "missing": {"relu": "the class doesn't have this operation"},
        "unjudged": {"sigmoid": "tanh"}, "not_tried": {},
    }  # fmt: skip
    mistakes = (finding, Finding("order", "a node is visited too early"))
    parts = score(report, DEFAULT)
    grade = Grade("anna.py", GRADED, "", "Value", parts, mistakes, sound=("add", "mul"))
    unknown = Grade("ben.py", NOT_GRADED, "It defines no class.", "", ())
    doubtful = Grade("eva.py", DOUBTFUL, "The report cannot be trusted: x.", "Value", ())
    letters = [letter(x, DEFAULT) for x in (grade, unknown, doubtful)]
    golden("verdict/letters.txt", "\n----\n\n".join(letters))


# ---- points --------------------------------------------------------------------------------------

CLEAN = {
    "mistakes": [], "weaknesses": [], "sound": [*DEFAULT.required], "missing": {}, "unjudged": {},
    "not_tried": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [40, 20, 20, 10, 10]),
        ({"sound": []}, [0, 0, 0, 0, 0]),
        ({"sound": ["add", "mul", "pow"], "mistakes": [["exp", "m"]]}, [30, 20, 20, 10, 10]),
        ({"unjudged": {"sigmoid": "exp"}}, [36, 20, 20, 10, 10]),
        ({"mistakes": [["order", "m"]]}, [40, 20, 0, 10, 10]),
        ({"mistakes": [["precision", "m"]]}, [20, 20, 20, 10, 10]),
        ({"weaknesses": [["state", "m"]]}, [40, 20, 20, 5, 10]),
        ({"weaknesses": [["depth", "m"]]}, [40, 20, 20, 10, 9.1]),
        ({"not_tried": {"a second pass": "w", "a long chain": "w"}}, [40, 20, 20, 0, 9.1]),
        ({"missing": {"relu": "w", "tan": "w"}}, [40, 20, 20, 10, 9.1]),
        ({"missing": {"number + V": "w", "number * V": "w"}}, [40, 20, 20, 10, 9.1]),
        ({"missing": {"V ** V": "w", "number ** V": "w"}}, [40, 20, 20, 10, 10]),
    ],
)
def test_points(change, expected):
    parts = score(CLEAN | change, DEFAULT)
    assert [part.points for part in parts] == expected
    assert all(bool(part.why) == (part.points < part.out_of) for part in parts)


def test_a_part_without_points_is_left_out():
    rubric = Rubric({**DEFAULT.points, "state": 0.0}, ("add",))
    assert [part.name for part in score(CLEAN, rubric)] == [x for x in PARTS if x != "state"]


def test_the_rubric_is_read_back_as_it_is_printed(tmp_path):
    path = tmp_path / "rubric.toml"
    path.write_text(CliRunner().invoke(main, ["grade", "--print-rubric"]).stdout)
    assert read_rubric(path) == DEFAULT
    path.write_text('weakness = 1\nrequired = ["add"]\n[points]\nstate = 0\nrules = 5.5\n')
    rubric = read_rubric(path)
    assert rubric == Rubric({**DEFAULT.points, "state": 0, "rules": 5.5}, ("add",), 1.0)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("points = 3", WrongType, "points needs a table"),
        ("[points]\nstyle = 3", ChoiceError, "there is no part 'style'"),
        ("[points]\nrules = -3", NumberError, "from 0 up, but is -3"),
        ("[points]\nrules = nan", NumberError, "from 0 up, but is nan"),
        ('[points]\nrules = "3"', WrongType, "needs a number, but is '3'"),
        ("[points]\nrules=0\naccumulation=0\norder=0\nstate=0\nreach=0", NumberError, "0 points"),
        ("weakness = 2", NumberError, "needs a share from 0 to 1"),
        ("weakness = true", WrongType, "needs a number"),
        ('required = "add"', WrongType, "needs a list"),
        ('required = ["plus"]', ChoiceError, "there is no operation 'plus'"),
        ("maximum = 2", ChoiceError, "there is no key 'maximum'"),
        ("[points", FileError, "cannot be read"),
    ],
)
def test_rubrics_with_mistakes(tmp_path, text, error, words):
    path = tmp_path / "rubric.toml"
    path.write_text(text)
    with pytest.raises(error, match=words):
        read_rubric(path)


# ---- the second look from outside ----------------------------------------------------------------


def test_a_clean_report_is_asked_about_every_part():
    questions = questions_about(CLEAN)
    assert {question.part for question in questions} == set(PARTS)
    assert {step.row for question in questions for step in question.steps} == set(DEFAULT.required)


@pytest.mark.parametrize("answers", [None, {}, [], [None], [[1]], "no", [[["x"], [1]]]])
def test_answers_that_make_no_sense(answers):
    questions = questions_about(CLEAN | {"sound": ["add"]})
    given = answers * len(questions) if answers and isinstance(answers, list) else answers
    assert disagreement(questions, given)


def test_what_the_report_calls_wrong_is_not_asked():
    assert questions_about(CLEAN | {"mistakes": [["precision", "m"]]}) == []
    by_hand = questions_about(CLEAN | {"mistakes": [["order", "m"]]})
    assert {(x.part, x.by_hand) for x in by_hand} == {("rules", True)}
    parts = {
        x.part for x in questions_about(CLEAN | {"weaknesses": [["state", ""], ["depth", ""]]})
    }
    assert parts == {"rules", "accumulation", "order"}


def test_a_process_that_ends_before_it_answers_is_not_trusted(tmp_path):
    source = (STUDENTS / "right_loop.py").read_text()
    ending = "\nimport os, sys\nsys.modules['chainrule.verdict.grading.worker'].answer = os._exit\n"
    (tmp_path / "ends.py").write_text(source + ending)
    done = CliRunner().invoke(main, ["grade", str(tmp_path), "--json"])
    (grade,) = json.loads(done.stdout)["grades"]
    assert (grade["status"], grade["points"]) == (DOUBTFUL, 0)


# ---- files ---------------------------------------------------------------------------------------


def test_files_are_found(tmp_path):
    for name in ("b/x.py", "a.py", ".hidden.py", "b/__pycache__/x.py", "c.txt", "n.ipynb"):
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / "a.py").write_text("")
    folder = tmp_path / "class"
    assert [x.name for x in find_submissions([folder, folder])] == ["a.py", "b/x.py", "n.ipynb"]
    names = [x.name for x in find_submissions([folder, tmp_path / "a.py"])]
    assert len(names) == 4 and len(set(names)) == 4


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("none.py", 1, "it doesn't exist"),
        ("empty", 1, "has no file to grade"),
        ("text.txt", 1, "isn't a Python file or a notebook"),
        (None, 2, "a file or a folder to grade is needed"),
    ],
)
def test_nothing_to_grade(tmp_path, name, status, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("")
    done = CliRunner().invoke(main, ["grade", *([str(tmp_path / name)] if name else [])])
    assert (done.exit_code, done.stdout) == (status, "")
    assert words in done.stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals are sent as on Unix")
@pytest.mark.parametrize("again", range(4))  # it comes at another moment each time
def test_ctrl_c_ends_at_once_and_leaves_nothing(tmp_path, again):
    (tmp_path / "in").mkdir()
    for number in range(9):
        (tmp_path / "in" / f"{number}.py").write_text("import time; time.sleep(600)")
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    command = [sys.executable, "-m", "chainrule", "grade", str(tmp_path / "in"), "--seconds", "500"]
    run = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE,
        # a job in the background ignores Ctrl-C, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not list((tmp_path / "temporary").glob("*/submission/*.py")):
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    assert b"Aborted!" in run.communicate(timeout=60)[1]
    assert os.listdir(tmp_path / "temporary") == []


def test_a_class_is_chosen_by_name(tmp_path):
    source = (STUDENTS / "broken_five_classes.py").read_text()
    (tmp_path / "five.py").write_text(source)
    done = CliRunner().invoke(main, ["grade", str(tmp_path), "--class", "First", "--json"])
    (grade,) = json.loads(done.stdout)["grades"]
    assert (grade["class"], grade["points"]) == ("First", 100)
    done = CliRunner().invoke(main, ["grade", str(tmp_path), "--class", "Sixth"])
    assert "It defines no class Sixth." in done.stdout


def test_a_class_that_is_chainrules_own(tmp_path):
    (tmp_path / "own.py").write_text("import chainrule\nclass Value(chainrule.Value): pass\n")
    done = CliRunner().invoke(main, ["grade", str(tmp_path)])
    assert "Value is built on chainrule's own Value, not written anew." in done.stdout


def test_cells(tmp_path):
    path = tmp_path / "n.ipynb"
    cells = [
        {"cell_type": "markdown", "source": "x"},
        {"cell_type": "code", "source": ["y = '''why?\n", "%d''' % 3\n"]},
        {"cell_type": "code", "source": ["%pip install x\n", "!ls"]},
        {"cell_type": "code", "source": "%%bash\nls"},
        {"cell_type": "code", "source": "y?\nz = 5"},
        {"cell_type": "code", "source": "if 1:\n    !ls\n"},
    ]
    path.write_text(json.dumps({"cells": cells}))
    blocks, text = read_blocks(path)
    names: dict = {}
    for block in blocks:
        exec(block.source, names)
        line = text.decode().split("\n").index(block.source.lstrip("\n").split("\n")[0])
        assert block.source.startswith("\n" * line)
    assert [block.name for block in blocks] == [f"cell {number}" for number in range(2, 7)]
    assert (names["y"], names["z"]) == ("why?\n3", 5)


def test_a_folder_as_deep_as_students_have_them(tmp_path):
    (tmp_path / "in" / "eva").mkdir(parents=True)
    (tmp_path / "in" / "eva" / "value.py").write_text("")
    texts = tmp_path / "texts"
    CliRunner().invoke(main, ["grade", str(tmp_path / "in"), "--texts", str(texts)])
    assert os.listdir(texts / "eva") == ["value.py.txt"]


def test_a_system_without_limits_says_so(monkeypatch):
    assert guard.what_is_not_limited() == "" or sys.platform != "linux"
    monkeypatch.setattr(guard, "resource", None)
    guard.limit_resources(1, 1)
    assert guard.what_is_not_limited() == (
        "Windows limits the time of each file, but not its memory."
    )


# what is done in a folder of its own, beside another one; and what it may not do
DEEDS = [
    ("open(1, 'w', closefd=False)", ""),
    ("open(os.devnull, 'w')", ""),
    (
        "open('a', 'w'); os.utime('a'); os.chmod('a', 0o600); os.truncate('a', 0); os.remove('a')",
        "",
    ),
    ("open(beside + '/kept')", ""),
    ("open(beside + '/kept', 'a')", "write {beside}/kept"),
    ("open(beside + '/new', 'x')", "write {beside}/new"),
    ("open('link/kept', 'w')", "write link/kept"),
    ("os.open('kept', os.O_WRONLY, dir_fd=outside)", ""),  # Python doesn't tell the folder
    ("os.remove(beside + '/kept')", "delete {beside}/kept"),
    ("os.remove('kept', dir_fd=outside)", "delete kept"),
    ("os.rmdir(beside)", "delete {beside}"),
    ("shutil.rmtree(beside)", "delete {beside}"),
    ("os.mkdir('b'); os.mkdir('b/c'); os.rename('b/c', 'd'); shutil.rmtree('b')", ""),
    ("os.rename(beside + '/kept', 'e')", "rename {beside}/kept"),
    ("os.rename('here', beside + '/e')", "rename {beside}/e"),
    ("os.rename('here', 'e', dst_dir_fd=outside)", "rename e"),
    ("os.rename('kept', 'e', src_dir_fd=outside)", "rename kept"),
    ("os.link(beside + '/kept', 'e')", "link {beside}/kept"),
    ("os.symlink(beside, 'e')", ""),
    ("os.symlink('here', beside + '/e')", "link {beside}/e"),
    ("os.truncate(beside + '/kept', 0)", "write {beside}/kept"),
    ("os.mkdir(beside + '/e')", "make {beside}/e"),
    ("os.utime(beside + '/kept')", "change {beside}/kept"),
    ("os.chmod(beside + '/kept', 0)", "change {beside}/kept"),
    ("os.chown(beside + '/kept', -1, -1)", "change {beside}/kept"),
    ("os.kill(os.getpid(), 0)", ""),
    ("os.kill(os.getppid(), 0)", "send a signal"),
    ("os.killpg(0, 0)", "send a signal"),
    ("os.fork()", "start another process"),
    ("os.system('true')", "start another process"),
    ("subprocess.run(['true'])", "start another process"),
    ("os.execv('/bin/true', ['true'])", "start another process"),
    ("socket.create_connection(('127.0.0.1', 9))", "use the network"),
    ("socket.getaddrinfo('localhost', 9)", "use the network"),
]


def test_how_much_a_graded_file_may_use(monkeypatch):
    limits = {}

    class Limited:
        def __getattr__(self, name):
            if name == "RLIMIT_NPROC":
                raise AttributeError(name)  # as on a system that lacks it
            return name

        def setrlimit(self, name, pair):
            limits[name] = pair
            if name == "RLIMIT_AS":
                raise ValueError("more than it is now")

    monkeypatch.setattr(guard, "resource", Limited())
    guard.limit_resources(7, 3)
    mebibyte = 1024 * 1024
    assert limits == {
        "RLIMIT_CPU": (7, 7),
        "RLIMIT_AS": (3 * mebibyte, 3 * mebibyte),
        "RLIMIT_FSIZE": (64 * mebibyte, 64 * mebibyte),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (256, 256),
    }


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such files")
def test_what_a_graded_file_may_do(tmp_path):
    folder, beside = tmp_path / "own", tmp_path / "beside"
    folder.mkdir()
    beside.mkdir()
    (beside / "kept").write_text("as it was")
    (folder / "here").write_text("")
    (folder / "link").symlink_to(beside)
    code = f"""
import json, os, shutil, socket, subprocess
from chainrule.verdict.grading import guard
beside = {str(beside)!r}
os.chdir({str(folder)!r})
outside = os.open(beside, os.O_RDONLY)
attempts, said = [], []
guard.refuse_harm({str(folder)!r}, attempts)
for deed in {[deed for deed, _ in DEEDS]!r}:
    try:
        exec(deed)
    except PermissionError as error:
        said.append(str(error))
    else:
        said.append("")
print(json.dumps([attempts, said]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    attempts, said = json.loads(done.stdout)
    refused = [words.format(beside=beside) for _, words in DEEDS]
    assert said == [words and f"a file that is being graded may not {words}" for words in refused]
    assert attempts == list(dict.fromkeys(filter(None, refused)))[: guard.MOST_NOTED]
    assert (beside / "kept").read_text() == "as it was"
    assert os.listdir(beside) == ["kept"]


@pytest.mark.parametrize("name", ["rö <b>.py", "a'b.py"])
def test_strange_names(tmp_path, name):
    (tmp_path / name).write_text("")
    page, texts = tmp_path / "page.html", tmp_path / "texts"
    arguments = ["grade", tmp_path, "--html", page, "--texts", texts]
    assert CliRunner().invoke(main, [str(x) for x in arguments]).exit_code == 0
    assert "<b>.py" not in page.read_text("utf-8")
    assert shlex.split((texts / f"{name}.txt").read_text("utf-8").split("\n")[-2])[2] == (
        f"{name}:Value"
    )
