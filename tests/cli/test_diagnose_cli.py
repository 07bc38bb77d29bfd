"""`chainrule diagnose FILE.py:function x=...`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from chainrule.cli.commands import main

MODEL = """
import chainrule

def loss(z, y=1.0):
    return -y * chainrule.log(chainrule.sigmoid(z))

def length(xs):
    return chainrule.sqrt(sum(x * x for x in xs))

def fails(x):
    raise KeyError("q")

a = chainrule.Value(1.0, label="a")
L = a.log()
a.data = 0.0
number = 3
"""


@pytest.fixture
def call(tmp_path):
    """Run `chainrule diagnose` on a file; return its exit status and what it prints."""
    (tmp_path / "model.py").write_text(MODEL)

    def run(target, *numbers):
        done = CliRunner().invoke(main, ["diagnose", f"{tmp_path}/{target}", *numbers])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (["model.py:loss", "z=-800"], 1, "  code    -softplus(-z)  instead of log(sigmoid(z))"),
        (["model.py:loss", "z=1"], 0, "every number and every gradient is in order."),
        (["model.py:length", "xs=0,0"], 1, "sqrt(xs[0] * xs[0] + xs[1] * xs[1] + 1e-12)"),
        (["model.py:loss", "z=-800", "--html"], 1, ">-softplus(-z)  instead of"),
        (["model.py:L"], 1, "  remedy  keep a positive; a was set to 0"),
        (["model.py:L", "x=1"], 2, "L in "),
        (["model.py:number"], 2, "isn't a function or a graph, but of type int."),
        (["model.py:loss", "q=1"], 2, "it has no argument 'q'"),
        (["model.py:loss"], 2, "give each argument its number: z=1.0 y=1.0"),
        (["model.py:fails", "x=1"], 2, "fails raised KeyError: 'q'."),
        (["model.py:nix"], 2, "its functions are loss, length, fails; its graph is L"),
        (["model.py"], 2, "a file and a name are needed"),
        (["missing.py:loss"], 1, "it does not exist"),
    ],
)
def test_what_is_printed_and_how_it_ends(call, arguments, status, text):
    code, printed = call(*arguments)
    assert text in printed
    assert code == status
