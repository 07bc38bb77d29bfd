"""The command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import chainrule
from chainrule.cli import doctor
from chainrule.cli.commands import main
from chainrule.cli.expression import build, read_numbers
from chainrule.drawing.formats.registry import FORMATS as DRAWINGS
from chainrule.errors import FormulaError
from chainrule.explanation.formats import FORMATS as EXPLANATIONS
from chainrule.graph.expression import FUNCTIONS

L = ["L = (a*b + c)*f", "a=2", "b=-3", "c=10", "f=-2"]

DRAWN = """\
(×) L       data −8.0000  grad  1.0000
├─ (+)      data  4.0000  grad −2.0000
│  ├─ (×)   data −6.0000  grad −2.0000
│  │  ├─ a  data  2.0000  grad  6.0000
│  │  └─ b  data −3.0000  grad −4.0000
│  └─ c     data 10.0000  grad −2.0000
└─ f        data −2.0000  grad  4.0000
"""


@pytest.fixture
def call():
    """Run a command; return its exit status and what it wrote on stdout and on stderr."""

    def run(*arguments):
        done = CliRunner().invoke(main, list(arguments))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


def test_version(call):
    assert call("--version") == (0, f"chainrule {chainrule.__version__}\n", "")


# ---- draw ---------------------------------------------------------------------------------------


def test_draw_in_the_terminal(call):
    assert call("draw", *L) == (0, DRAWN, "")
    status, out, _ = call("draw", *L, "--no-backward")
    assert (status, out.count("grad –")) == (0, 7)


def test_draw_names_inner_nodes_too(call):
    _, out, _ = call("draw", "e = a*b; d = e + c; L = d*f", *L[1:])
    assert [line.split("  data")[0].split()[-1] for line in out.splitlines()] == list("Ldeabcf")


def test_draw_into_files(call, tmp_path):
    for ending, start in (
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("txt", b"(\xc3\x97) L"),
        ("dot", b"digraph"),
    ):
        path = tmp_path / f"L.{ending}"
        status, out, _ = call("draw", *L, "-o", str(path))
        assert (status, out) == (0, f"Written to {path}.\n")
        assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("expression", "remedy"),
    [
        (["a^2 + b ^ c", "a=2", "b=3", "c=1"], "a**2 + b**c"),
        (["9**9**9**9"], "a**b**c is a**(b**c); write (a**b)**c for the other order"),
        (["a/b", "a=2", "b=0"], "keep the divisor away from 0"),
        (["a/0", "a=2"], "divide by a number other than 0"),
        (["log(a - 1)", "a=0"], "keep (a - 1) positive"),
        (["log(-1)"], "choose another number"),
    ],
)
def test_a_remedy_is_in_the_words_of_the_expression(call, expression, remedy):
    status, _, err = call("draw", *expression)
    assert status in (1, 2)
    assert err.splitlines()[1] == f"  remedy  {remedy}"


@pytest.mark.parametrize("name", ["x.txt", "page", "L.svg"])
def test_show_writes_no_page_under_another_ending(call, tmp_path, name):
    status, out, err = call("show", *L, "-o", str(tmp_path / name))
    assert (status, out) == (2, "")
    assert "does not end in .html." in err and "remedy  end the name in .html" in err
    assert list(tmp_path.iterdir()) == []
    assert call("show", *L, "-o", str(tmp_path / "L.HTML"))[0] == 0


@pytest.mark.parametrize("command", ["draw", "show"])
def test_a_folder_that_is_not_there_is_an_error_and_is_not_made(call, tmp_path, command):
    path = tmp_path / "missing" / ("L.svg" if command == "draw" else "L.html")
    status, out, err = call(command, *L, "-o", str(path))
    assert (status, out) == (1, "")
    assert f"cannot be written: the folder '{path.parent}' does not exist" in err
    assert "remedy  make the folder first" in err
    assert list(tmp_path.iterdir()) == []


def test_draw_with_a_format_of_its_own(call, tmp_path):
    path = tmp_path / "picture"
    assert call("draw", *L, "-o", str(path), "--format", "dot", "--rankdir", "TB")[0] == 0
    assert "rankdir=TB" in path.read_text("utf-8")
    assert call("draw", *L, "--format", "dot")[1].startswith("digraph {")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--format", "svg", "-o", "t.png"],
            "--format says svg, but the file 't.png' ends in .png",
        ),
        (["--format", "DOT", "-o", "t.svg"], "end the name in .dot"),
        (["-o", "t"], "the name 't' has no ending that says the format"),
        (["-o", "t.pgn"], "did you mean 'png'?"),
        (["--format", "pgn"], "did you mean 'png'?"),
    ],
)
def test_draw_formats_that_contradict_or_are_unknown(options, words, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = call("draw", *L, *options)
    assert (status, out) == (2, "")
    assert words in err
    assert list(tmp_path.iterdir()) == []
    assert call("draw", *L, "--format", "dot", "-o", "t.gv")[0] == 0  # two names of one format


@pytest.mark.parametrize(("kind", "is_refused"), [("png", True), ("pdf", True), ("dot", False)])
def test_draw_spills_no_binary_file_into_a_terminal(kind, is_refused):
    pty = pytest.importorskip("pty")
    inner, outer = pty.openpty()
    command = [sys.executable, "-m", "chainrule", "draw", "a", "a=1", "--format", kind]
    done = subprocess.run(command, stdout=outer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(outer)
    os.close(inner)
    assert (done.returncode == 2) is is_refused
    assert (f"-o graph.{kind}" in done.stderr.decode()) is is_refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["drwa", "a", "a=1"], "Did you mean 'draw'?"),
        (["draw", "a", "a=1", "--fromat", "png"], "Did you mean '--format'?"),
        (["draw", "tahn(a)", "a=1"], "did you mean 'tanh'?"),
        (["explain", "Relu(a)", "a=1"], "did you mean 'relu'?"),
        (["draw", "alpha*2", "alhpa=1"], "did you mean 'alhpa'?"),
        (["draw", "xyzzy(a)", "a=1"], "such as exp, log, sin or tanh"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(arguments, words, call):
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert words in err


def test_draw_local_derivatives(call):
    assert (
        call("draw", *L, "--format", "svg")[1] != call("draw", *L, "--format", "svg", "--local")[1]
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["a*q", "a=2"], 2, "expression: q has no number."),
        (["p*a*q", "a=2"], 2, "expression: p and q have no number."),
        (["__import__('os').system('true')"], 2, "is not allowed in a formula."),
        (["__import__('os')"], 2, "expression: unknown function '__import__'."),
        (["a.data", "a=2"], 2, "expression: 'a.data' is not allowed in a formula."),
        (["(lambda: a)()", "a=2"], 2, "is not allowed in a formula."),
        (["10**10**10"], 1, "pow is too large for a float at 10 ** 10 = 10000000000."),
        (["a^2", "a=2"], 2, "write ** instead of ^, which is in 'a^2'."),
        (["a/0", "a=2"], 1, "Error: a / 0 divides by zero at a = 2."),
        (["0**-a", "a=2"], 1, "0 ** (-a) divides by zero at -a = -2."),
        (["a % (b - 1)", "a=2", "b=1"], 1, "a % (b - 1) divides by zero at a = 2 and b - 1 = 0."),
        (["log(a - b)", "a=1", "b=2"], 1, "log(a - b): log needs a - b > 0, but a - b = -1."),
        (["10.0**400"], 1, "10.0 ** 400: pow is too large for a float."),
        (["(" * 500 + "a" + ")" * 500, "a=2"], 2, "is not a formula"),
        (["a*(", "a=2"], 2, "expression: 'a*(' is not a formula"),
        ([""], 2, "the expression is empty."),
        (["a", "a=1", "a=2"], 2, "'a' appears twice."),
        (["a = b*2; a", "a=1", "b=2"], 2, "'a' appears twice."),
        (["a*b; a", "a=1", "b=2"], 2, "expression: 'a*b' has no name, so nothing uses it."),
        (["d = a*b; L = a*2", "a=1", "b=2"], 2, "the expression does not use 'd'."),
        (["a", "a=1", "b=2", "c=3"], 2, "the expression does not use 'b', 'c'."),
        (["a", "a=x"], 2, "a needs a number, but got 'x'."),
        (["a", "a="], 2, "a needs a number, but got ''."),
        (["a", "a=1e999"], 2, "a is '1e999', which is larger than a float can be."),
        (["a", "a=" + "9" * 5000], 2, "larger than a float can be."),
        (["a", f"a={2**53 + 1}"], 2, "within ±2**53"),
        (["a", "a"], 2, "'a' has no number."),
        (["a", "1a=2"], 2, "'1a' cannot be a name."),
        (["a", "if=2"], 2, "'if' cannot be a name."),
        (["tanh(a, a)", "a=1"], 2, "tanh cannot take 2 operands."),
        (["a > 2", "a=1"], 2, "expression: 'a > 2' is False, which isn't a number."),
        (["log(a)", "a=-1"], 1, "log(a): log needs a > 0, but a = -1."),
        (["a", "a=1", "--format", "gif"], 2, "'gif'"),
        (["a", "a=1", "--rankdir", "up"], 2, "rankdir"),
        (["a", "a=1", "-o", "picture"], 2, "format"),
        (
            ["a", "a=1", "-o", "/dev/null/picture.svg"],
            1,
            "'/dev/null/picture.svg' cannot be written",
        ),
    ],
)
def test_what_is_wrong_is_one_message(call, arguments, status, message):
    found, out, err = call("draw", *arguments)
    assert (found, out) == (status, "")
    first, *rest = err.splitlines()
    assert first.startswith("Error: ")
    assert message in first
    assert all(line.startswith("  ") for line in rest)
    assert "made at" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command, formats", [("draw", DRAWINGS), ("explain", EXPLANATIONS)])
def test_the_help_lists_every_format(call, command, formats):
    listed = re.search(r"--format FORMAT\s+([\w, ]+ or \w+)[.;]", call(command, "--help")[1])[1]
    names = re.findall(r"\w+", listed.replace(" or ", " "))
    aliases = {alias for x in formats.values() for alias in getattr(x, "aliases", ())}
    assert {*names, *aliases} == set(formats)


# ---- expressions --------------------------------------------------------------------------------


def test_numbers_keep_their_type():
    found = read_numbers(["a=2", "b=-3.0", " c = 1e3", "d=\N{MINUS SIGN}4"])
    assert {name: (x, type(x)) for name, x in found.items()} == {
        "a": (2, int),
        "b": (-3.0, float),
        "c": (1000.0, float),
        "d": (-4, int),
    }
    root = build("a*2 + d", {"a": 2, "d": -4})
    assert (root.data, type(root.data)) == (0, int)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x if x > y else y", 3),
        ("x if not x == 3 and y < 0 or y > 1 else -y", 3),
        ("+x % y", 1),
        ("1 < y < x", None),
        ("(x > 5 or y) * 2", 4),
        ("pi*x*y", 6 * 3.141592653589793),
        ("max(x, y) - min(x, y)", 1),
        ("x/y**2", 0.75),
        ("leaky_relu(-x)*y", -0.06),
        ("s = x; s*y", 6),
    ],
)
def test_what_can_be_written(text, expected):
    if expected is None:
        with pytest.raises(FormulaError, match="is True, which isn't a number"):
            build(text, {"x": 3, "y": 2})
    else:
        assert build(text, {"x": 3, "y": 2}).data == pytest.approx(expected, rel=1e-15)


def test_a_name_of_the_users_comes_before_a_constant():
    assert build("e*2", {"e": 4}).data == 8
    assert build("e*2", {}).data == 2 * 2.718281828459045
    assert build("exp(exp)", {"exp": 0.0}).data == 1.0


def test_every_function_of_the_package_can_be_called():
    for name in ("tanh", "exp", "relu", "where", "atan2", "max", "abs"):
        assert FUNCTIONS[name] is getattr(chainrule, name)


def test_numbers_in_an_expression_are_constants():
    root = build("2*a + 2**3", {"a": 1.0})
    assert [node.kind for node in root._postorder() if not node._operands] == [
        "constant", "leaf", "constant", "constant",
    ]  # fmt: skip


# ---- doctor -------------------------------------------------------------------------------------


def test_doctor_says_which_engine_runs_and_why(run_python):
    program = "from chainrule.cli.commands import main; main(['doctor'])"
    pure = run_python(program, pure=True)
    assert "engine     interpreted: CHAINRULE_PURE selects it" in pure
    assert "remedy   unset CHAINRULE_PURE" in pure
    found = run_python(program, pure=False)
    assert "selects it" not in found
    native = run_python("import chainrule; print(chainrule.NATIVE)", pure=False).strip()
    assert ("engine     compiled:" in found) == (native == "True")
    assert ("  remedy   " in found.split("\n\n")[0]) == (native == "False")


def test_doctor_finds_the_reason(monkeypatch):
    monkeypatch.setattr(doctor, "NATIVE", False)
    monkeypatch.delenv("CHAINRULE_PURE", raising=False)
    monkeypatch.setattr(doctor.sysconfig, "get_config_var", lambda name: 1)
    assert "the GIL" in doctor.engine_status()[1]
    monkeypatch.setattr(doctor.sysconfig, "get_config_var", lambda name: 0)
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    engine, why, remedy = doctor.engine_status()
    assert (engine, "not built" in why, "C compiler" in remedy) == ("interpreted", True, True)
    monkeypatch.setattr(doctor.platform, "python_implementation", lambda: "PyPy")
    assert "CPython only" in doctor.engine_status()[1]


def test_doctor_names_what_is_missing(monkeypatch):
    monkeypatch.setattr(doctor, "_version", lambda name: "" if name == "matplotlib" else "1.0")
    lines = list(doctor.report())
    row = next(k for k, line in enumerate(lines) if line.startswith("matplotlib"))
    assert "missing" in lines[row]
    assert lines[row + 1] == "  remedy   pip install matplotlib"
    assert sum("missing" in line for line in lines) == 1


def test_doctor_knows_every_library():
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    needed = project.split("\ndependencies =")[1].split("[dep")[0]
    libraries = set(re.findall(r'"([\w-]+)>=[^";]*"', needed))  # those that every Python needs
    assert {name.lower() for name in libraries} == {name for name, _ in doctor.LIBRARIES}


# ---- as a program -------------------------------------------------------------------------------


@pytest.mark.once
def test_as_a_module_and_on_a_terminal_without_our_characters(run_python, tmp_path):
    source = str(Path(chainrule.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": source, "PYTHONIOENCODING": "ascii:strict"}
    done = subprocess.run(
        [sys.executable, "-m", "chainrule", "tour", "--quick", "-o", str(tmp_path)],
        env=environment, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "dL/da = 1 ? 3 + (?6) ? 1 = 3 + (?6) = ?3" in done.stdout.decode("ascii")
    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".html"}


def test_the_chapters_of_the_tour(call, tmp_path):
    status, out, _ = call("tour", "--list")
    assert status == 0
    assert "   4  The chain rule\n" in out
    status, out, _ = call("tour", "4", "--quick", "-o", str(tmp_path))
    assert status == 0
    assert out.strip().startswith("4  The chain rule")
    assert "5  Backpropagation" not in out


@pytest.mark.parametrize("typed", ["99", "0", "x", "1.5", "", "²", "9" * 5000])
@pytest.mark.parametrize("option", ["--quick", "--open", "--list"])
def test_a_chapter_that_is_not_there_is_an_error_with_the_list_of_those_that_are(
    call, tmp_path, typed, option
):
    status, out, err = call("tour", typed, option, "-o", str(tmp_path / "tour"))
    assert (status, out) == (2, "")
    first, remedy, *rest = err.splitlines()
    assert first.startswith(f"Error: the tour has chapters 1 to {len(rest)}, but no chapter ")
    assert len(first) < 130 and remedy == "  remedy  type the number of one of these:"
    assert "   4  The chain rule" in rest
    assert list(tmp_path.iterdir()) == []


def test_the_tour_needs_the_name_of_a_folder(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = call("tour", "-o", "")
    assert (status, out) == (2, "") and "needs the name of a folder" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["draw", "a*2", "a=1", "-o", "{}/x.svg"],
        ["show", "a*2", "a=1", "-o", "{}/x.html"],
        ["play", "--export", "{}"],
        ["tour", "3", "--quick", "-o", "{}"],
    ],
)
def test_a_file_where_a_folder_should_be(call, tmp_path, arguments):
    (tmp_path / "file").write_text("mine")
    for folder in ("file", "file/inside"):
        filled = [each.format(tmp_path / folder) for each in arguments]
        status, out, err = call(*filled)
        assert (status, out) == (1, "")
        assert f"cannot be written: '{tmp_path / 'file'}' is not a folder.\n  remedy  " in err
    assert (tmp_path / "file").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_port_is_a_number(call):
    status, _, err = call("play", "--port", "x")
    assert status == 2 and "'x' is not a valid port number." in err


def test_the_tour_from_the_command_line(call, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, err = call("tour", "--quick", "-o", str(tmp_path / "file" / "x"))
    assert status == 1
    assert err.startswith("Error: ")
    assert "cannot be written" in err


def test_importing_the_package_loads_none_of_it(run_python):
    program = (
        "import sys, chainrule\n"
        "heavy = ('click', 'rich', 'matplotlib', 'numpy', 'PIL', 'html')\n"
        "print([n for n in heavy if n in sys.modules])\n"
        "import chainrule.cli.commands\n"
        "print([n for n in ('rich', 'matplotlib', 'numpy') if n in sys.modules])"
    )
    assert run_python(program) == "[]\n[]\n"
