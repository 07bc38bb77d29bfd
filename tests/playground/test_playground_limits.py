"""The playground at its limits: whole sentences with their remedies, and the largest programs."""

from __future__ import annotations

import ast
import gzip
import hashlib
import io
import json
import socket
import sys
import zipfile

import pytest

from chainrule.errors import ChainruleError, ChoiceError, DomainError, FormulaError, MissingExtra
from chainrule.playground import code, page, runtime, server, words
from chainrule.playground.answer import answer, build, refusal, reply
from chainrule.playground.limits import MOST_OPERATORS, require_short_lines, require_small
from chainrule.playground.program import LONGEST, Statement, read

pytestmark = pytest.mark.once

LINES = "write lines such as d = a*b + c"
GRAPHS = "use relu, max, min, clip or where, which are operations"
PARTS = "use numbers, names, + - * / // % ** and calls such as tanh(x)"
NAMES = "choose another name: each name is one node, defined before it is used"
KNOWN = "use one of docs/operations.md, such as exp, log, sin or tanh"


@pytest.mark.parametrize(
    ("text", "error", "remedy"),
    [
        ("", "there is nothing to read yet.", "add a line that computes, such as L = a*b + c"),
        ("a = 2", "nothing is computed yet.", "add a line that computes, such as L = a*b + c"),
        ("L = a*", "line 1 isn't Python: invalid syntax.", LINES),
        ("a = 1\na = 2\nL = a", "line 2: a stands in line 1 already.", NAMES),
        (
            "a = 1\nb = 2\nL = a*2",
            "line 2: nothing uses b.",
            "use it in a later line, or leave it out",
        ),
        ("a*b\nc*d", "line 1: a * b has no name, so nothing uses it.", "give it one: d = a * b"),
        ("L = a > b", "line 1: a > b chooses between two graphs, and here there is one.", GRAPHS),
        ("L = not a", "line 1: not a chooses between two graphs, and here there is one.", GRAPHS),
        ("L = a[0]", "line 1: a[0] isn't possible in an expression.", PARTS),
        ("L = a.f(2)", "line 1: unknown function 'f'.", KNOWN),
        ("L = tanhh(a)", "line 1: unknown function 'tanhh'.", "did you mean 'tanh'?"),
        ("L = exp(x=1)", "line 1: exp takes its operands without names.", "write exp(x)"),
        (
            "L = a + Value(2)",
            "line 1: Value(...) inside a calculation has no name.",
            "give it a line of its own, such as a = Value(2)",
        ),
        ("a = Value(b)\nL = a*a", "line 1: b isn't a number.", ""),
        ("a = Value(2, x=1)\nL = a*a", "line 1: write Value(2), with a number only.", ""),
        (
            "Value = 2\nL = 2",
            "line 1: Value can't be a name here.",
            "choose another, such as value1",
        ),
        ("L = exp(a)^2", "line 1: write ** instead of ^.", "exp(a)**2"),
        ("L = a**1001", "line 1: the exponent 1001 is too large.", "use one up to 1,000"),
        ("L = a**-1001", "line 1: the exponent -1001 is too large.", "use one up to 1,000"),
        (
            "L = 2*L",
            "line 1 uses L to define L.",
            "start with a line such as L = 1, and give the result another name",
        ),
        ("def f(): pass", "line 1: a function isn't possible here.", LINES),
        ("while a: pass", "line 1: a loop isn't possible here.", LINES),
        ("if a: pass", "line 1: an if isn't possible here.", LINES),
        ("class A: pass", "line 1: a class isn't possible here.", LINES),
        ("a: int = 1", "line 1: a type isn't possible here.", LINES),
        ("del a", "line 1: this statement isn't possible here.", LINES),
        ("a = b = 1", "line 1: assigning to this isn't possible here.", LINES),
        ("x = -1\n\nL = log(x)", "line 3: log(x): log needs x > 0, but x = -1.", "keep x positive"),
        ("d = a*a\na.b.backward()", "line 2: a.b.backward() needs the name of a line above.", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_these_words(text, error, remedy):
    assert reply(text) == {"error": error, "remedy": remedy}


def test_a_program_as_it_is_read():
    made = read("import numpy as np\na = Value(2, label='a')\nd = a*b; e = np.tanh(d)\ne*a\n")
    assert made.starts == {"a": 2, "b": 1.0}
    assert made.statements == [
        Statement("d", "a * b", 3),
        Statement("e", "tanh(d)", 3),
        Statement("L", "e * a", 4),
    ]
    assert made.root == "L"
    root, nodes = build(made)
    assert root is nodes["L"] and list(nodes) == ["a", "b", "d", "e", "L"]
    assert [node.label for node in nodes.values()] == ["a", "b", "d", "e", "L"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a+b+c+d+f+g", [1.0, 0.5, 1.5, 2.0, 1.0, 0.5]),
        ("d = b*a\nd*c", [1.0, 0.5, 1.0]),
        ("a = 7\na*b*c", [7, 1.0, 0.5]),
        ("pi*a", [1.0]),
        ("a - -b", [1.0, 0.5]),
        ("max(b, a)", [1.0, 0.5]),
    ],
)
def test_inputs_that_no_line_defines_start_at_other_numbers(text, starts):
    assert list(read(text).starts.values()) == starts


def test_inputs_appear_from_left_to_right():
    assert list(read("exp(a)*c + b**d").starts) == ["a", "c", "b", "d"]


def test_an_error_of_a_line_keeps_its_kind_and_names_it_once():
    with pytest.raises(DomainError) as caught:
        answer("a = 1\nL = log(a - 1)")
    assert refusal(caught.value)["error"].count("line 2") == 1
    assert refusal(ChainruleError("plain.")) == {"error": "plain.", "remedy": ""}
    assert refusal(FormulaError("what.", remedy="how")) == {"error": "what.", "remedy": "how"}


def test_an_answer_names_the_first_function_that_pytorch_lacks():
    told = answer("d = cbrt(a)\nL = gamma(d) + beta(d, a)")
    assert told["lacking"] == "cbrt"
    assert [line["name"] for line in told["lines"]] == ["d", "L"]
    assert answer("L = exp(a)")["lacking"] == ""


# ---- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_held"), [(2000, True), (2001, False)])
def test_a_program_has_two_thousand_parts_at_most(count, is_held):
    """A list has as many parts as entries, and one more: itself."""
    tree = ast.parse(f"[{'a,' * (count - 1)}]")
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    assert len(expressions) == count
    if is_held:
        require_small(tree)
        return
    with pytest.raises(FormulaError) as caught:
        require_small(tree)
    assert refusal(caught.value) == {
        "error": "line 1: the text has more than 2,000 names, numbers and operators.",
        "remedy": "show a larger graph with chainrule.show",
    }


def test_brackets_within_brackets_name_the_line_where_they_begin():
    require_short_lines(f"a\n{'(' * 100}{')' * 100}{'[' * 100}")
    for text, line in ((f"a\n{'(' * 101}", 2), (f"a\n\n({'[' * 50}\n{'{' * 50}", 3)):
        with pytest.raises(FormulaError) as caught:
            require_short_lines(text)
        assert refusal(caught.value) == {
            "error": f"line {line} is nested more than 100 deep.",
            "remedy": "split it into several lines",
        }


@pytest.mark.parametrize(
    "sign",
    [
        "+",
        "-",
        "*",
        "/",
        "%",
        ".",
        "<",
        ">",
        "=",
        "!",
        "&",
        "|",
        "^",
        "@",
        "~",
        ":",
        " not ",
        " and ",
        " or ",
        " in ",
        " is ",
        " if ",
    ],
)
def test_each_operator_of_a_statement_counts(sign):
    require_short_lines(f"a\n{sign * MOST_OPERATORS}\n{sign}; {sign}")
    with pytest.raises(FormulaError) as caught:
        require_short_lines(f"a\n{sign * (MOST_OPERATORS + 1)}")
    assert refusal(caught.value) == {
        "error": "line 2 has more than 600 operators and brackets.",
        "remedy": "split it into several lines",
    }


@pytest.mark.parametrize("quiet", ["'{}'", '"{}"', "#{}", "a{}"])
def test_what_is_quoted_does_not_count(quiet):
    sign = "b" if quiet == "a{}" else "+"
    require_short_lines("(" + quiet.format(sign * 700))


def test_a_text_that_is_too_long_is_refused_with_its_length():
    assert reply("#" * (LONGEST + 1)) == {
        "error": "this text has 4,001 characters; the playground reads 4,000.",
        "remedy": "show a larger graph with chainrule.show",
    }


# ---- code to copy --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a", "a"),
        ("pi*inf", r"\pi \cdot \infty"),
        ("clip(a)", r"\operatorname{clip}\left(a\right)"),
        ("elu(a)", r"\operatorname{elu}\left(a\right)"),
        ("loss*w_2", r"\mathrm{loss} \cdot w_{2}"),
    ],
)
def test_an_expression_in_latex(source, text):
    assert code.latex(source) == text


@pytest.mark.parametrize(
    ("source", "torch"),
    [
        ("softplus(2, 3)", "torch.nn.functional.softplus("
         "torch.tensor(2.0, dtype=torch.float64), 3)"),
        ("hypot(3, a)", "torch.hypot(torch.tensor(3.0, dtype=torch.float64), a)"),
        ("mod(a, b)", "torch.remainder(a, b)"),
        ("a % b // a", "torch.floor(a % b / a)"),
        ("rint(exp(a))", "torch.round(torch.exp(a))"),
    ],
)  # fmt: skip
def test_an_expression_for_pytorch(source, torch):
    assert code.torch(source, ["a", "b"]) == (torch, "")


# ---- the page and its server ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_served", "has_python", "scripts", "connect"),
    [
        (True, False, "", "'self'"),
        (False, False, "", "'none'"),
        (False, True, " 'wasm-unsafe-eval' blob:", "'self'"),
    ],
)
def test_a_policy_allows_its_scripts_alone(is_served, has_python, scripts, connect):
    rules = dict(
        rule.strip().split(" ", 1)
        for rule in page.policy(["a", "b"], is_served, has_python).split(";")
    )
    one, two, *rest = rules["script-src"].split()
    assert one.startswith("'sha256-") and two.startswith("'sha256-") and one != two
    assert rest == scripts.split()
    assert rules["connect-src"] == connect
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def test_a_page_in_each_language():
    for language, shown in ((None, "en"), ("de", "de")):
        html = page.html(is_served=True, language=language)
        said = words.languages()[shown]
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{shown}">')
        assert f"<title>{said['playground_title']}</title>" in html
        assert said["playground_unscripted"] in html
        told = {"isServed": True, "python": None, "language": language}
        assert f'id="settings">{page.data_text(told)}</script>' in html
    assert '"course":"there"' in page.html(is_served=False, course="there")


def test_the_languages_begin_with_english():
    assert next(iter(words.languages())) == "en"
    words.require_language(None)
    words.require_language("de")
    with pytest.raises(ChoiceError) as caught:
        words.require_language("xx")
    assert refusal(caught.value) == {
        "error": "the page isn't in the language 'xx'.",
        "remedy": f"use one of {', '.join(words.languages())}",
    }


@pytest.mark.parametrize(
    ("name", "make", "what"),
    [
        ("starlette.routing", lambda: server.application(1), "chainrule play"),
        ("uvicorn", lambda: server.serve(0, opens_browser=False), "the playground"),
        ("uvicorn", lambda: server.serve(0, opens_browser=False, what="The course"), "the course"),
    ],
)
def test_a_library_that_is_missing_is_named(monkeypatch, name, make, what):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra) as caught:
        make()
    assert refusal(caught.value) == {
        "error": f"{what} needs Starlette and uvicorn, which are not both installed.",
        "remedy": "pip install starlette uvicorn",
    }


def test_a_port_that_is_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        with pytest.raises(ChoiceError) as caught:
            server._listener(port)
    assert refusal(caught.value) == {
        "error": f"port {port} is in use on this machine.",
        "remedy": "choose another with --port, or --port 0 for any that is free",
    }
    with server._listener(0) as free:
        assert free.getsockname()[0] == "127.0.0.1"


def test_what_is_not_pyodide_is_said_in_these_words(tmp_path):
    with pytest.raises(ChoiceError) as caught:
        runtime.runtime(str(tmp_path))
    assert refusal(caught.value) == {
        "error": f"{str(tmp_path)!r} isn't the folder of Pyodide {runtime.TESTED}: "
        "it has no pyodide-lock.json.",
        "remedy": f"run `npm install pyodide@{runtime.TESTED}` and name node_modules/pyodide",
    }
    for name in runtime.RUNTIME:
        (tmp_path / name).write_bytes(b"x")
    lock = tmp_path / runtime.LOCK
    lock.write_text("{}")
    with pytest.raises(ChainruleError) as caught:
        runtime._lock(str(tmp_path))
    assert str(caught.value) == f"{str(lock)!r} isn't Pyodide's."
    for version, is_taken in (("3.10.0", True), ("3.9.20", False), ("4.0", True)):
        lock.write_text(json.dumps({"info": {"python": version}}))
        if is_taken:
            assert runtime._lock(str(tmp_path))["info"]["python"] == version
            continue
        with pytest.raises(ChoiceError) as caught:
            runtime._lock(str(tmp_path))
        assert str(caught.value) == f"{str(tmp_path)!r} has Python {version}; 3.10 is needed."
    with pytest.raises(ChainruleError) as caught:
        runtime._read(str(tmp_path), "absent")
    path = str(tmp_path / "absent")
    assert str(caught.value) == f"{path!r} cannot be read: No such file or directory."


def test_the_files_of_python_lie_in_one_folder_each_with_its_version(tmp_path):
    for name in runtime.RUNTIME:
        (tmp_path / name).write_bytes(name.encode() * 9)
    info = {"python": "3.14.2", "arch": "wasm32"}
    (tmp_path / runtime.LOCK).write_text(json.dumps({"info": info, "packages": {"numpy": {}}}))
    settings, content = runtime.runtime(str(tmp_path))
    assert settings["lock"] == {"info": info, "packages": {}}
    assert set(content) == {
        "python/pyodide.mjs.gz", "python/pyodide.asm.mjs.gz", "python/pyodide.asm.wasm.gz",
        "python/python_stdlib.zip", "python/worker.js.gz", "python/chainrule.zip",
    }  # fmt: skip
    for name, row in settings["files"].items():
        path, _, version = row["path"].partition("?")
        data = content[path]
        assert path.removesuffix(".gz") == f"python/{name}"
        assert version == hashlib.sha256(data).hexdigest()[:12] and row["size"] == len(data)
        assert path.endswith(".gz") is (data[:2] == b"\x1f\x8b")
    assert content["python/python_stdlib.zip"] == b"python_stdlib.zip" * 9
    assert b"postMessage" in gzip.decompress(content["python/worker.js.gz"])
    names = zipfile.ZipFile(io.BytesIO(content["python/chainrule.zip"])).namelist()
    assert all(name.startswith("chainrule/") for name in names)
    assert {"chainrule/__init__.py", "chainrule/playground/answer.py"} <= set(names)


def test_a_number_that_python_cannot_write_is_called_this():
    assert (
        reply(f"L = [0x{'f' * 3900}]")["error"] == "line 1: this isn't possible in an expression."
    )
