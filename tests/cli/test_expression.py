"""Conditions typed on the command line mean what they mean in Python, and evaluate as much."""

from __future__ import annotations

import itertools
import math

import pytest

from chainrule import DivisionByZero
from chainrule.cli.expression import build, read_numbers

BOOLEAN = [
    "a if b > 0 and c > 0 else -a",
    "a if b > 0 or c > 0 else -a",
    "a if b > 0 and c > 0 or a > 1 else -a",
    "a if not (b > 0 or c > 0) else -a",
    "a if b > 0 and c > 0 and a > 0 else -a",
    "a if b > 0 or c > 0 or a > 0 else -a",
    "a if 0 < b < 2 * c else -a",
    "a if 0 < b <= c else -a",
    "a if b == c else -a",
    "a if b != c else -a",
]


@pytest.mark.parametrize("text", BOOLEAN)
def test_a_condition_is_pythons(text):
    for numbers in itertools.product([-1.0, 0.0, 1.0, 2.0], repeat=3):
        names = dict(zip("abc", numbers))
        assert build(text, names).data == eval(text, dict(names))


@pytest.mark.parametrize(
    "text",
    [
        "a if b > 0 and 1 / b > 0 else -a",
        "a if b == 0 or 1 / b > 0 else -a",
        "a if b == 0 or b > 5 or 1 / b > 0 else -a",
        "1 / b if b > 0 else -a",
        "a if not (b != 0 and 1 / b > 0) else -a",
    ],
)
def test_what_python_would_not_evaluate_is_not_evaluated(text):
    names = {"a": 3.0, "b": 0.0}
    assert build(text, names).data == eval(text, dict(names))


@pytest.mark.parametrize(
    "text", ["a if 1 / b > 0 and a > 5 else -a", "a if a > 5 or 1 / b > 0 else -a"]
)
def test_what_python_would_evaluate_is_evaluated(text):
    with pytest.raises(DivisionByZero):
        build(text, {"a": 3.0, "b": 0.0})


@pytest.mark.parametrize(("digits", "x"), [("pi", math.pi), ("e", math.e), ("inf", math.inf)])
def test_constants_are_numbers(digits, x):
    assert read_numbers([f"x={digits}"]) == {"x": x}
