"""Exported pages: one folder for both, with and without Python."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.cli import main
from chainrule.course import page as course_page
from chainrule.course.export import export
from chainrule.errors import ChoiceError, FileError
from chainrule.playground import runtime

pytestmark = pytest.mark.once


@pytest.fixture
def pyodide(tmp_path):
    """A folder with files that have Pyodide's names."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in runtime.RUNTIME:
        (folder / name).write_bytes(name.encode() * 100)
    lock = {"info": {"python": "3.14.2", "arch": "wasm32"}, "packages": {"numpy": {}}}
    (folder / runtime.LOCK).write_text(json.dumps(lock), "utf-8")
    return folder


def settings_of(path):
    """What an exported page is told of Python."""
    text = path.read_text("utf-8")
    found = re.findall(r'<script type="application/json" id="\w+">(.*?)</script>', text)
    told = [json.loads(each) for each in found]
    return next(each["python"] for each in told if "python" in each)


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("course", ["index.html", "playground.html"]),
        ("playground", ["course.html", "index.html"]),
    ],
)
def test_both_pages_are_in_one_folder_and_ask_nobody(tmp_path, first, names):
    path = Path(export(str(tmp_path / "new" / "folder"), first))
    assert path == tmp_path / "new" / "folder" / "index.html"
    assert sorted(each.name for each in path.parent.iterdir()) == names
    assert f"<title>chainrule {first}</title>" in path.read_text("utf-8")
    for each in path.parent.iterdir():
        text = each.read_text("utf-8")
        assert "connect-src 'none'" in text
        assert "wasm" not in re.search(r'Security-Policy" content="([^"]*)', text)[1]
        assert '"isServed":false' in text
        assert settings_of(each) is None
        assert not re.search(r"""(?:src|href)=["']https?:""", text)
        [other] = set(names) - {each.name}
        assert re.search(rf'"(?:course|playground)":"{other}"', text)


def test_with_pyodide_the_folder_has_python(tmp_path, pyodide):
    path = Path(export(str(tmp_path / "new"), pyodide=str(pyodide)))
    for page in (path, path.parent / "playground.html"):
        policy = re.search(r'Security-Policy" content="([^"]*)', page.read_text("utf-8"))[1]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["connect-src"] == "'self'"
        assert rules["worker-src"] == "blob:"
        assert "'wasm-unsafe-eval'" in rules["script-src"]
        assert not re.search(r"'unsafe-|https?:|\*", rules["script-src"])
        told = settings_of(page)
        assert told["lock"]["packages"] == {}
        assert told["files"].keys() == {*runtime.RUNTIME, runtime.WORKER, runtime.PACKAGE}
        for name, row in told["files"].items():
            data = path.parent.joinpath(row["path"].split("?")[0]).read_bytes()
            assert row["size"] == len(data)
            if name in runtime.RUNTIME:
                plain = data if name.endswith(".zip") else gzip.decompress(data)
                assert plain == (pyodide / name).read_bytes()


def test_an_export_is_the_same_each_time(tmp_path, pyodide):
    assert runtime.runtime(str(pyodide)) == runtime.runtime(str(pyodide))


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import chainrule
assert chainrule.__file__.startswith(sys.argv[1]) and not chainrule.NATIVE
from chainrule.course import sandbox
from chainrule.course.shelf import tasks
from chainrule.playground.answer import reply
print(reply("L = tanh(w*x)")["root"], reply("L = tanhh(w)")["remedy"])
name, task = list(tasks().items())[-1]
print(sandbox.run(name, task.solution), sandbox.examine())
assert "numpy" not in sys.modules
"""


def test_the_package_is_all_that_python_needs(tmp_path, run_python):
    """It runs from the zip file alone, without NumPy and the compiled engine."""
    path = tmp_path / "chainrule.zip"
    path.write_bytes(runtime.package())
    said = run_python(PROGRAM, str(path), path="")
    assert said == "L did you mean 'tanh'?\n{} {'ok': True, 'findings': []}\n"


def test_the_package_has_no_code_for_the_machine():
    names = zipfile.ZipFile(io.BytesIO(runtime.package())).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"py", "toml", "css"}
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lacking", [runtime.LOCK, *runtime.RUNTIME])
def test_what_is_not_pyodide_is_refused(pyodide, lacking):
    (pyodide / lacking).unlink()
    with pytest.raises(ChoiceError, match=f"isn't the folder of Pyodide .*: it has no {lacking}"):
        runtime.runtime(str(pyodide))


@pytest.mark.parametrize("lock", ["", "[]", "{}", '{"info": {"python": 3}}', '{"info": null}'])
def test_a_damaged_lock_is_refused(pyodide, lock):
    (pyodide / runtime.LOCK).write_text(lock, "utf-8")
    with pytest.raises(FileError, match="isn't Pyodide's"):
        runtime.runtime(str(pyodide))


def test_a_pyodide_that_is_too_old_is_refused(pyodide):
    (pyodide / runtime.LOCK).write_text('{"info": {"python": "3.9.5"}}', "utf-8")
    with pytest.raises(ChoiceError, match=r"has Python 3\.9\.5; 3\.10 is needed"):
        runtime.runtime(str(pyodide))


def test_a_folder_without_a_name_is_refused():
    with pytest.raises(ChoiceError, match="needs the name of a folder"):
        export("")


@pytest.mark.parametrize("command", ["play", "course"])
def test_the_command_says_what_is_missing(tmp_path, pyodide, command):
    run = CliRunner().invoke
    plain = run(main, [command, "--export", str(tmp_path / "plain")])
    assert plain.exit_code == 0
    assert "without Python" in plain.output
    assert "npm install pyodide" in plain.output
    whole = run(main, [command, "--export", str(tmp_path / "a"), "--pyodide", str(pyodide)])
    assert whole.exit_code == 0
    assert "npm" not in whole.output
    assert (tmp_path / "a" / "python" / runtime.PACKAGE).is_file()
    text = (tmp_path / "a" / "index.html").read_text("utf-8")
    assert f"<title>chainrule {command.replace('play', 'playground')}</title>" in text
    for arguments in (["--pyodide", str(pyodide)], ["--export", "x", "--pyodide", "nowhere"]):
        refused = run(main, [command, *arguments])
        assert refused.exit_code == 2
        assert "remedy" in refused.output


def test_the_page_takes_the_parts_of_codemirror_that_it_uses():
    library = (Path(course_page.__file__).parent / "codemirror.js").read_text("utf-8")
    script = course_page.script()
    assert script.startswith(library)
    assert script.count("CodeMirror 6 and Lezer") == 1, "its licence stands in the page"
    parts = re.findall(r"^const \{ ([^}]*) \} = codemirror;$", script, re.MULTILINE)
    assert len(parts) == 1
    public = [part.partition(":")[0] for part in parts[0].split(", ")]
    assert "EditorView" in public and "import" not in parts[0]
    for name in public:
        assert re.search(rf"\b{name}:\(\)=>", library), f"the bundle gives {name}"
