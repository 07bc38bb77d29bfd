"""Expressions over the numbers of a graph: what they compute, and what they refuse."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from chainrule.course.expression import FUNCTIONS, Scope, evaluate, read
from chainrule.course.numbers import Numbers
from chainrule.errors import ChainruleError, FormulaError
from chainrule.playground.program import read as read_program

# e = 6, d = 16, L = 48; the gradients of a, b, c are 3 * (-6), ...
TEXT = "a = 2\nb = 3\nc = 10\nf = 3\ne = a*b\nd = e + c\nL = d*f\n"
NUMBERS = Numbers(read_program(TEXT), {"h": 0.5})
SCOPE = Scope(["a", "b", "c", "f", "e", "d", "L"], ["a", "b", "c", "f"], ["h"])


def result(text, *, is_condition=False):
    return evaluate(read(text, SCOPE, is_condition=is_condition), NUMBERS)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("L", 48),
        ("value L", 48),
        ("grad a", 9),
        ("grad a * local e a", 27),
        ("local d c", 1),
        ("-a + 2**b / 4", 0),
        ("h", 0.5),
        ("max(a, b, 1) - min(a, b)", 1),
        ("L after a = 3", 57),
        ("L - before L after a += 0.5", 4.5),
        ("grad b after a += 1, f = a", 6),
        ("before(grad a) - grad a after f -= 1", 3),
        ("sqrt(d) + abs(0 - a)", 6),
    ],
)
def test_numbers(text, expected):
    assert result(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("L > 47", True),
        ("1 < a < 2", False),
        ("not L > 50 and grad a == 9", True),
        ("a != 2 or b >= 3", True),
        ("L < 0 after a = 0 - 9", True),
    ],
)
def test_conditions(text, expected):
    assert result(text, is_condition=True) is expected


@pytest.mark.parametrize(
    "text, words",
    [
        ("q", "nothing here is called q"),
        ("grad q", "nothing here is called q"),
        ("grad h", "h isn't a node"),
        ("local(L)", "write local L x"),
        ("L > 3", "a number, not a condition"),
        ("__import__('os')", "unknown function __import__"),
        ("L.data", "L.data isn't possible"),
        ("[L]", "isn't possible"),
        ("'L'", "isn't possible"),
        ("True", "isn't possible"),
        ("1e999", "isn't possible"),
        ("(lambda: 1)()", "isn't possible"),
        ("L if a else b", "isn't possible"),
        ("L after e += 1", "changes e, which isn't an input"),
        ("L after ", "changes nothing"),
        ("L after a *= 2", "after needs changes"),
        ("L +", "isn't an expression"),
        ("sqrt(a, b)", "sqrt can't take 2"),
        ("a" * 500, "at most 400 characters"),
        ("-" * 300 + "a", "isn't an expression|nested too deeply"),
        ("(" * 150 + "a" + ")" * 150, ""),
    ],
)
def test_what_is_refused(text, words):
    if not words:
        assert result(text) == 2  # brackets alone do not count as depth
        return
    with pytest.raises(FormulaError, match=words):
        read(text, SCOPE)


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_a_sentence(text):
    try:
        read(text, SCOPE)
    except ChainruleError as error:
        assert str(error).splitlines()[0].endswith(".")


numbers = st.floats(-50, 50).map(lambda x: round(x, 3))
trees = st.recursive(
    numbers.map(repr) | st.sampled_from(["a", "b", "L", "(grad a)", "before(d)", "h"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
    | st.builds("{}({})".format, st.sampled_from(["abs", "tanh", "cos"]), inner),
    max_leaves=12,
)


@given(trees)
def test_expressions_compute_what_python_computes(text):
    plain = text.replace("(grad a)", "9").replace("before(d)", "16")
    names = {**FUNCTIONS, "a": 2, "b": 3, "L": 48, "h": 0.5}
    expected = eval(plain, {"__builtins__": {}}, names)
    assert math.isclose(result(text), expected, rel_tol=1e-12, abs_tol=1e-12)
