"""`chainrule check FILE.py:function x=...`."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from chainrule.cli.commands import main

MODEL = """
from dataclasses import dataclass
import chainrule, neighbour

@dataclass
class Point:
    x: float

def loss(w, b=1.0):
    return chainrule.tanh(w * neighbour.TWO + b)

def norm(xs, k):
    return sum(x * x for x in xs) * k

def detached(x):
    return chainrule.Value(x.data) * 2 if hasattr(x, "data") else x * 2

def fails(x):
    raise KeyError("q")

L = chainrule.Value(2.0, label="a") * 3
L.backward()
bare = chainrule.Value(2.0) * 3
number = 3

if __name__ == "__main__":
    raise SystemExit("not to be run")
"""

ENGINE = "from wrong_engines import engine\nValue = engine({!r})\n"


@pytest.fixture
def call(tmp_path):
    """Run `chainrule check` on a file; return its exit status, stdout and stderr."""
    (tmp_path / "neighbour.py").write_text("TWO = 2\n")
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)\n")

    def run(target, *numbers):
        done = CliRunner().invoke(main, ["check", f"{tmp_path}/{target}", *numbers])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    before = list(sys.path), set(sys.modules)
    yield run
    assert sys.path == before[0]
    assert "model" not in sys.modules
    sys.modules.pop("neighbour", None)


def test_a_function(call):
    status, out, _ = call("model.py:loss", "w=0.5")
    assert status == 0
    assert out.startswith("The gradient of loss: 1 right.\n")
    status, out, _ = call("model.py:loss", "w=0.5", "b=-1")
    assert (status, out.count("✓")) == (0, 2)


def test_lists(call):
    status, out, _ = call("model.py:norm", "xs=1,2,3", "k=2")
    assert (status, out.count("✓  xs[")) == (0, 3)


def test_a_wrong_gradient_ends_with_1(call):
    status, out, _ = call("model.py:detached", "x=1")
    assert status == 1
    assert "✗  x" in out


def test_a_graph_and_a_class(call, tmp_path):
    assert call("model.py:L")[0] == 0
    (tmp_path / "value.py").write_text(ENGINE.format(""))
    assert call("value.py:Value")[0] == 0
    (tmp_path / "value.py").write_text(ENGINE.format("tanh without upstream"))
    status, out, _ = call("value.py:Value")
    assert status == 1
    assert "✗ tanh" in out


def test_html(call):
    assert call("model.py:loss", "w=1", "--html")[1].startswith("<div><p ")


@pytest.mark.parametrize(
    ("target", "numbers", "status", "words"),
    [
        ("none.py:f", [], 1, "it does not exist"),
        ("broken.py:f", [], 1, "fails when it is imported: ZeroDivisionError"),
        ("broken.py:f", [], 1, "make it run on its own first: python "),
        ("leaves.py:f", [], 1, "fails when it is imported: SystemExit"),
        ("model.py", [], 2, "a file and a name are needed"),
        (
            "model.py:nix",
            [],
            2,
            "its functions are loss, norm, detached, fails; its graphs are L, bare; "
            "its class is Point",
        ),
        ("model.py:lsos", [], 2, "did you mean 'loss'?"),
        ("model.py:poimt", [], 2, "did you mean 'Point'?"),
        ("model.py:numbr", [], 2, "its functions are"),  # a number can't be checked
        ("neighbour.py:f", [], 2, "define a function in it, such as def loss(x), and name that"),
        ("model.py:number", [], 2, "isn't a function, but of type int"),
        ("model.py:L", ["x=1"], 2, "takes no numbers"),
        ("model.py:bare", [], 1, "call bare.backward() in the file first"),
        ("model.py:loss", [], 2, "missing a required argument: 'w'"),
        (".:loss", [], 1, "a Python file is needed, but this is a folder"),
        (".:loss", [], 1, "model.py:loss"),
        ("model.py:loss", ["q=1"], 2, "give each argument its number: w=1.0 b=1.0"),
        ("model.py:loss", ["q=1"], 2, "loss(w, b=1.0) cannot take q: it has no argument 'q'."),
        ("model.py:loss", ["w=1", "z=3"], 2, "cannot take w, z: it has no argument 'z'."),
        ("model.py:loss", ["w=1", "w=2"], 2, "appears twice"),
        ("model.py:loss", ["w=a"], 2, "needs a number"),
        ("model.py:loss", ["w=1,a"], 2, "needs a number"),
        ("model.py:loss", ["w"], 2, "has no number"),
        ("model.py:fails", ["x=1"], 2, "fails raised KeyError"),
    ],
)
def test_bad_input(call, target, numbers, status, words):
    found, out, err = call(target, *numbers)
    assert (found, out) == (status, "")
    assert words in err


def test_a_missing_file_is_looked_for_from_the_present_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["check", "none.py:f"])
    assert done.stderr.splitlines()[1] == f"  remedy  give its path as seen from {tmp_path}"


def test_help_says_that_the_file_is_run():
    out = CliRunner().invoke(main, ["check", "--help"]).stdout
    assert "its code RUNS" in out
    assert "exit status 1" in " ".join(out.split())
