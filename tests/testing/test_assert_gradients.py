"""`assert_gradients` on functions, arrays and people's own classes; and its pytest plugin."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plain_engine import Closures, Locals

import chainrule as cr
from chainrule.errors import CheckFailed, ShapeError, WrongType
from chainrule.testing import assert_gradients

ROOT = Path(__file__).resolve().parents[2]


class Wrong(Closures):
    """Its product forgets the gradient above."""

    def __mul__(self, other):
        other = other if isinstance(other, Closures) else type(self)(other)
        out = type(self)(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data
            other.grad += self.data

        out._backward = backward
        return out


class Careless(Closures):
    """Its tanh forgets the gradient above."""

    def tanh(self):
        out = type(self)(math.tanh(self.data), (self,))

        def backward():
            self.grad += 1 - out.data**2

        out._backward = backward
        return out


class Renamed:
    """A class with the least that is needed."""

    def __init__(self, data):
        self.data, self.grad, self.slopes = data, 0.0, ()

    def square(self):
        out = Renamed(self.data**2)
        out.slopes = ((self, 2 * self.data),)
        return out

    def backward(self):
        self.grad = 1.0
        for node, slope in self.slopes:
            node.grad += slope


def mean_square(w, xs, n):
    return sum((w * x) ** 2 for x in xs) / n


# fmt: off
RIGHT = [
    (lambda x: x**3, (2.0,)),
    (lambda x, n: x**n, (2.0, 3)),                     # the int is a count
    (lambda x, n: x * n, (2, 3)),                      # there are only ints
    (mean_square, (0.5, [1.0, 2.0], 2)),
    (lambda x: x.tanh(), (0.3,)),                      # a method that floats don't have
    (lambda x: abs(x), (0.0,)),                        # a kink
    (lambda x: 3.0, (2.0,)),                           # a constant
    (lambda x: 1 / x, (1e-3,)),
    (lambda a: (a @ a.T).sum(), (np.arange(6.0).reshape(2, 3),)),
    (lambda a: 2 * a + a[::-1] ** 2, (np.arange(1.0, 4.0),)),
    (lambda x, a, text: x * a[1], (np.float32(2.0), np.array([1.0, 2.0]), "text")),
    (lambda p: {"u": p["w"][0] * p["b"], "v": (p["b"],)}, ({"w": [1.0, 2.0], "b": 3.0},)),
    (cr.compile(lambda x: x * x), (3.0,)),
    (lambda a, b: a * b + a, (Closures(0.5), Closures(-2.0))),
    (lambda a, bs, k: [(a * b) ** 2 * k for b in bs], (Closures(0.5), [Closures(2.0)], 3.0)),
    (lambda a, b: a * b - a, (Locals(0.5), Locals(-2.0))),
    (lambda a: a.square(), (Renamed(3.0),)),
    (lambda a: a[0] * a[1] ** 2 + a[2] ** 3, (np.array([2, 1.5, 3.0], dtype=object),)),
    (lambda a: a[0] * a[1] ** 2 + a[2], (np.array([2.0, cr.Value(1.5), 3.0], dtype=object),)),
    (lambda a: a[0] * a[1] + a[1] * a[2], (np.array([Closures(2.0), 1.5, 3], dtype=object),)),
    (lambda x, a: x * a[0] + a[1], (2.5, np.array([3, 4]))),  # the ints are counts
    (lambda x, a: x * a[0] + a[1], (cr.Value(2.5), np.array([3.0, 4.0]))),
    (lambda a: a.log() * a, (cr.Value(2.0),)),
]
# fmt: on


@pytest.mark.parametrize(("f", "arguments"), RIGHT)
def test_right_gradients_pass(f, arguments):
    assert_gradients(f, *arguments)


@pytest.mark.parametrize(
    ("f", "gradient", "arguments"),
    [
        (math.sin, math.cos, (0.3,)),
        (lambda x, a: x * (a**2).sum(), lambda x, a: ((a**2).sum(), 2 * a * x), (3.0, np.ones(2))),
        (lambda a: a[0] ** 2 + a[1], lambda a: [2 * a[0], 1], ([1.0, 2.0],)),
        (lambda x, n: x**n, lambda x, n: n * x ** (n - 1), (2.0, 3)),
        (lambda p: p["b"] ** 2, lambda p: {"b": 2 * p["b"]}, ({"b": 3.0},)),
    ],
)
def test_a_gradient_by_hand(f, gradient, arguments):
    assert_gradients(f, *arguments, gradient=gradient)
    doubled = [2 * x if isinstance(x, float) else x for x in arguments]
    with pytest.raises(CheckFailed):
        assert_gradients(lambda *x: -f(*x), *doubled, gradient=gradient)


@cr.custom_vjp
def halved(x):
    return x * x


halved.defvjp(lambda x: (x * x, x), lambda x, g: (g * x,))


@cr.custom_vjp
def alone(x):
    return x * x


alone.defvjp(lambda x: (x * x, x), lambda x, g: (2 * x,))

FIRST = "the gradient of {} with respect to {} is {}, but should be {}{}: {} goes from "


@pytest.mark.parametrize(
    ("f", "arguments", "gradient", "words"),
    [
        (halved, (3.0,), None, FIRST.format("halved", "x", 3, 6, "", "halved")),
        (alone, (3.0,), None, "is 6 where 8 comes from above, but should be 48: multiply by the g"),
        (lambda x: -x, (2.0,), lambda x: 1,
         FIRST.format("f", "x", 1, -1, " (the sign is flipped)", "f")),
        (lambda a, b: a * b * 2, (Wrong(3.0), Wrong(5.0)), None,
         FIRST.format("f", "a", 5, 10, "", "f")),
        (lambda x, ys: ys[1] * x, (2.0, [1.0, 7.0]), lambda x, ys: (7.0, [0.0, 3.0]),
         FIRST.format("f", "ys[1]", 3, 2, "", "f")),
        (lambda a: a.tanh(), (Careless(0.5),), None,
         "is 0.78644773 where 8 comes from above, but should be 6.2915819: multiply by the grad"),
        (lambda a: a.sum(), (np.ones((2, 2)),), lambda a: np.array([[1, 1], [0, 1]]),
         FIRST.format("f", "a[1, 0]", 0, 1, "", "f")),
        (lambda a: [a, a * a * 2], (Wrong(3.0),), None,
         FIRST.format("f[1]", "a", 6, 12, "", "f[1]")),
        (lambda x: x * x, (2.0,), lambda x: math.nan, FIRST.format("f", "x", "nan", 4, "", "f")),
        (lambda x: abs(x), (0.0,), lambda x: 2, "is 2, but at this kink the slope goes from -1 on"),
        (lambda x: math.floor(x) + x, (3.0,), lambda x: 1, "cannot be checked: f jumps at x = 3."),
        (lambda x: 1e20 + x, (1.0,), None, "rounding hides how f changes with x at 1."),
        (lambda x: math.log(x), (5e-324,), lambda x: 1, "f has no value near x"),
    ],
)  # fmt: skip
def test_wrong_gradients_are_told(f, arguments, gradient, words):
    with pytest.raises(CheckFailed) as raised:
        assert_gradients(f, *arguments, gradient=gradient)
    first, *_, where = str(raised.value).split("\n")
    assert words in first and first.endswith(".")
    assert re.fullmatch(r"  where   .*test_assert_gradients\.py:\d+", where)


def test_the_evidence_is_what_f_does():
    with pytest.raises(CheckFailed) as raised:
        assert_gradients(lambda x: 2 * x, 10.0, gradient=lambda x: 3)
    assert str(raised.value).split("\n")[0] == (
        "the gradient of f with respect to x is 3, but should be 2: f goes from 19.998 to 20.002 "
        "while x goes from 9.999 to 10.001."
    )


def test_many_wrong_elements_are_counted():
    with pytest.raises(CheckFailed, match=r"and 4 more\n") as raised:
        assert_gradients(lambda a: a.sum(), np.ones(9), gradient=lambda a: 0 * a)
    assert str(raised.value).count("should be") == 5


def test_tolerances():
    def off(x):
        return 2 * x * (1 + 1e-4)

    with pytest.raises(CheckFailed):
        assert_gradients(lambda x: x * x, 3.0, gradient=off)
    assert_gradients(lambda x: x * x, 3.0, gradient=off, rtol=1e-3)
    assert_gradients(lambda x: x * x, 3.0, gradient=off, rtol=0, atol=1e-2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: assert_gradients(3, 1.0), WrongType, "needs a function, but got int"),
        (lambda: assert_gradients(abs), WrongType, "needs a point to check at"),
        (lambda: assert_gradients(lambda x: x, 1j), WrongType, "real numbers, but x is 1j"),
        (lambda: assert_gradients(lambda x: x, np.array([1j])), WrongType, "needs real numbers"),
        (lambda: assert_gradients(lambda x: x * 1j, 1.0), WrongType, "returned 1j"),
        (lambda: assert_gradients(lambda x: "x", 1.0), WrongType, "returned 'x'"),
        (lambda: assert_gradients(lambda x: x, "s"), WrongType, "none of its arguments is a numb"),
        (lambda: assert_gradients(lambda x: x, 1.0, 2.0), WrongType, r"assert_gradients\(f, 1.0"),
        (lambda: assert_gradients(lambda x: [x, x], 1.0, gradient=abs), WrongType, "returns 2 num"),
        (lambda: assert_gradients(lambda x, y: x * y, 1.0, 2.0, gradient=lambda x, y: 1.0),
         ShapeError, "hasn't the structure of the arguments"),
        (lambda: assert_gradients(lambda x: x[0], [1.0, 2.0], gradient=lambda x: [1.0]),
         ShapeError, "hasn't the structure of the arguments"),
    ],
)  # fmt: skip
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


# ---- the plugin ----------------------------------------------------------------------------------

SUITE = """
import sys

def test_nothing_is_imported():
    assert "chainrule" not in sys.modules

def test_right(check_gradients):
    check_gradients(lambda x: x * x, 3.0)

def test_wrong(check_gradients):
    check_gradients(lambda x: x * x, 3.0, gradient=lambda x: x)
"""


def test_the_fixture(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    environment["PYTHONPATH"] = str(ROOT / "src")
    command = [sys.executable, "-m", "pytest", "-p", "chainrule_pytest", "-q", "test_suite.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 failed, 2 passed" in done.stdout
    assert "CheckFailed: the gradient of f with respect to x is 3, but should be 6" in done.stdout


def test_pytest_finds_the_plugin():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '[project.entry-points.pytest11]\nchainrule = "chainrule_pytest"\n' in text
