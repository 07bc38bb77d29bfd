"""The text of the C that a program is written as: what stands where, and how much in one piece."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import chainrule
from chainrule import compile, take
from chainrule.programs.export.c.comment import MAX_NAMES
from chainrule.programs.export.c.functions import Functions, _bare, literal
from chainrule.programs.export.c.layout import MAX_ON_STACK, Column, Layout, allocated, columns
from chainrule.programs.export.names import abbreviated
from chainrule.table.rules import NUMBER


def choices(w, x, i):
    """Tables of inputs that are evenly spaced or not, of other numbers, and a condition."""
    even = take([x[0], x[2], x[4]], i)
    same = take([x[1], x[1]], i)
    mixed = take([x[0], x[1], x[4]], i) * take([w * x[0], 2.5, x[3]], i)
    if even > same:
        return chainrule.sqrt(mixed) + math.inf * w
    return mixed - same


@pytest.mark.parametrize("reduce", [None, "mean"])
def test_a_program_with_tables_and_conditions(golden, reduce):
    program = compile(choices, in_axes=(None, 0, 0), reduce=reduce)
    x = np.array([[1.0, -2.0, 3.0, 4.0, 5.0], [-9.0, 1.0, -7.0, 1.0, 2.0]])
    program.value_and_grad(2.0, x, np.array([1, 1]), argnums=(0, 1))
    golden(f"c/choices_{reduce}.c".lower(), program.to_c(argnums=(0, 1)))


@pytest.mark.parametrize("reduce", [None, "sum"])
def test_rows_with_calls_and_arithmetic(golden, reduce):
    def function(w, x):
        y = chainrule.exp(w * x[0]) + chainrule.sin(chainrule.exp(x[1]) * 0.5)
        return y * chainrule.log(y + 3.0) - x[0]

    program = compile(function, in_axes=(None, 0), reduce=reduce)
    program(2.0, np.ones((3, 2)))
    golden(f"c/calls_{reduce}.c".lower(), program.to_c(argnums=(0, 1)))


# ---- how much stands in one piece ----------------------------------------------------------------


def chain(count):
    """A program of so many additions, one after the other."""

    def f(x):
        y = x
        for _ in range(count):
            y = y + x
        return y

    return compile(f)


def functions_of(text, name):
    return re.findall(rf"^static \w+ ({name}_\d+)\(", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("additions", "functions"), [(197, 0), (198, 0), (199, 2), (398, 2), (399, 3)]
)
def test_a_path_is_cut_after_200_statements(additions, functions):
    """The additions, the value, and the gradient, which is a constant."""
    text = chain(additions).to_c(2.0, name="f")
    assert len(functions_of(text, "f_path1")) == functions


@pytest.mark.parametrize(
    ("additions", "loops", "functions"),
    [
        (1, 2, 1),
        (24, 2, 1),
        (25, 3, 1),
        (49, 3, 1),
        (50, 4, 1),
        (98, 5, 1),
        (99, 5, 2),
        (100, 6, 2),
    ],
)
def test_rows_have_loops_of_25_statements_and_functions_of_100(additions, loops, functions):
    """The additions with the value, and a loop for the gradient."""
    text = chain(additions).to_c(2.0, name="f")
    assert text.count("for (size_t i = 0; i < count; i++) {") == loops
    assert len(functions_of(text, "f_rows")) == functions
    assert "for (size_t row = 0; row < rows; row += 16) {" in text


@pytest.mark.parametrize(
    ("size", "start", "end"),
    [
        (0, ["double w[1];"], []),
        (1, ["double w[1];"], []),
        (7, ["double w[7];"], []),
        (4096, ["double w[4096];"], []),
        (
            4097,
            ["double *w = malloc(4097 * sizeof *w);", "if (!w) return -3;"],
            ["free(w);"],
        ),
    ],
)
def test_a_small_workspace_is_on_the_stack(size, start, end):
    assert MAX_ON_STACK == 4096
    assert allocated("w", size, "-3") == (start, end)


# ---- parts ---------------------------------------------------------------------------------------


def test_where_the_numbers_of_rows_are():
    both = columns([True, False, True, False, False, True])
    assert both == [
        Column(0, 0, True), Column(1, 0, False), Column(1, 1, True), Column(2, 1, False),
        Column(2, 2, False), Column(2, 3, True),
    ]  # fmt: skip
    assert [each.offset() for each in both] == [
        "0", "1", "1 + rows", "2 + rows", "2 + 2 * rows", "2 + 3 * rows",
    ]  # fmt: skip
    assert [each.offset("row", "i") for each in both[:2]] == ["row + i", "1 + row + i"]
    layout = Layout([], both, True)
    assert layout.sums == [0, 2, 5] and layout.mean == " / (double)rows"
    assert Layout([], both, False).mean == ""
    assert layout.target(0, "row") == "values[row]"
    assert layout.target(4, "row") == "gradients[2 + 2 * rows + row]"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2.0, "2.0"), (-0.5, "(-0.5)"), (0.0, "0.0"), (-0.0, "(-0.0)"), (1e300, "1e+300"),
        (math.inf, "INFINITY"), (-math.inf, "(-INFINITY)"), (math.nan, "NAN"), (0.1, "0.1"),
    ],
)  # fmt: skip
def test_numbers(number, text):
    assert literal(number) == text


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("(x)", "x"), ("((x))", "(x)"), ("(x) + (y)", "(x) + (y)"), ("x", "x"), ("", ""),
        ("(x + (y))", "x + (y)"), ("f(x)", "f(x)"), ("(x)(y)", "(x)(y)"), ("()", ""),
    ],
)  # fmt: skip
def test_the_parentheses_around_an_expression(text, bare):
    assert _bare(text) == bare


def test_which_operations_call_the_library():
    functions = Functions()
    calls = {name for name, number in NUMBER.items() if number > 1 and functions.is_call(number)}
    inline = {"add", "sub", "mul", "div", "neg", "abs", "lt", "le", "eq", "ne", "where", "max"}
    assert not calls & inline
    assert calls > {"sin", "exp", "log", "pow", "tanh", "floordiv", "mod", "sqrt", "floor"}


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "0"), (5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, ..., 5"), (9, "0, 1, 2, ..., 8")],
)
def test_long_lists_are_abbreviated(count, text):
    assert abbreviated([str(k) for k in range(count)], 5) == text


@pytest.mark.parametrize("count", [1, 2, MAX_NAMES, MAX_NAMES + 1])
def test_the_comment_counts_and_names_the_inputs(count):
    program = compile(lambda x: x[0] * x[-1])
    program([1.0] * count)
    text = " ".join(program.to_c(name="f").replace("\n *", "").split())
    names = [f"x[{k}]" for k in range(count)]
    listed = ", ".join(names) if count <= 60 else f"x[0], x[1], x[2], ..., x[{count - 1}]"
    numbers = f"{count} number{'s' if count > 1 else ''}"
    assert f"inputs {numbers}: {listed} value one number" in text
    assert f"gradient {numbers}, with respect to {listed} returns 0; 1 if a" in text
    assert "from 1 recorded path." in text
    assert "inputs number k of row r is inputs[k * rows + r], k as above values" in text
