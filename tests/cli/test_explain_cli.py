"""`chainrule explain`: the command line says what `explain` says."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from chainrule.cli.commands import main

GIVEN = ["explain", "e = a*b; d = e + c; L = d*f", "a=2", "b=-3", "c=10", "f=-2"]


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_text_is_what_one_gets():
    done = run(*GIVEN)
    assert done.exit_code == 0
    assert "dL/da = dL/de * de/da = −2 * −3 = 6" in done.output


@pytest.mark.parametrize(
    "format_, words",
    [
        ("text", "dL/da"),
        ("markdown", "**The chain rule"),
        ("latex", "\\begin{aligned}"),
        ("html", "<!DOCTYPE html>"),
        ("HTML", "<!DOCTYPE html>"),
    ],
)
def test_every_format(format_, words):
    done = run(*GIVEN, "--format", format_)
    assert done.exit_code == 0
    assert words in done.output


def test_one_node():
    done = run(*GIVEN, "--wrt", "a")
    assert done.exit_code == 0
    assert "From L to a there is 1 path" in done.output
    assert "dL/db" not in done.output
    assert "dL/db" in run(*GIVEN, "--wrt", "a", "--wrt", "b").output


def test_a_constant_expression_has_its_number():
    lines = [line.strip() for line in run("explain", "3").output.splitlines()]
    assert "L = 3" in lines
    assert "L = 2 * 3 = 6" in run("explain", "2*3").output


def test_full():
    terms = " + ".join(["x*x"] * 30)
    assert "left out" in run("explain", terms, "x=2").output
    assert "left out" not in run("explain", terms, "x=2", "--full").output


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (["a*"], 2, "not a formula"),
        (["a", "a=2", "--wrt", "q"], 2, "has no 'q'; it has 'a'"),
        (["a", "a=2", "--wrt", "q"], 2, "name one of these: --wrt a"),
        (["a", "a=x"], 2, "write it as in a=-0.5, a=1e-3 or a=pi"),
        (["a", "a=1e999"], 2, "for infinity, write a=inf"),
        (["a", "a=2", "--format", "pdf"], 2, "the format has to be one of"),
        (["log(a)", "a=-1"], 1, "log needs a > 0, but a = -1"),
        (["a+b", "a=1"], 2, "b has no number."),
    ],
)
def test_what_is_wrong_is_said_and_not_shown_as_a_traceback(arguments, status, words):
    done = run("explain", *arguments)
    assert done.exit_code == status
    assert words in done.output
    assert "Traceback" not in done.output
