"""Both twins of the tape, and what the tests of it share."""

from __future__ import annotations

import importlib
import math
import operator
import os
from array import array
from types import SimpleNamespace

import numpy as np
import pytest

from chainrule import external
from chainrule.engine.dispatch import define
from chainrule.programs.derive import derivatives, linear, slopes as numeric
from chainrule.programs.trace import tape as interpreted, tracer as traced
from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.recipes import recipe
from chainrule.programs.trace.structure import Number
from chainrule.programs.trace.tape import CONSTANT, INPUT
from chainrule.table import ops
from chainrule.table.rules import RULES

NAMES = ("Tape", "Tracer", "inputs", "gradient", "linearize", "slopes", "tangents")


def _twins():
    homes = (interpreted, traced, traced, derivatives, linear, numeric, derivatives)
    parts = {name: getattr(home, name) for name, home in zip(NAMES, homes)}
    twins = {"interpreted": SimpleNamespace(**parts)}
    try:
        twins["compiled"] = importlib.import_module("chainrule.programs.trace._native")
    except ImportError as error:
        if os.environ.get("CHAINRULE_REQUIRE_NATIVE") == "1":
            raise pytest.UsageError(f"the compiled tape is required, but: {error}") from error
    return twins


TWINS = _twins()
ROWS = [row for row in ops.TABLE.values() if row.name in ops.BUILT_IN]
EAGER = [row for row in ROWS if row.eager]
OPERATORS = {row.name: getattr(operator, f"__{row.dunder}__") for row in ROWS if row.dunder}
define("recorded_cubic", "x**3 - 0.5", ("3*x**2",))
define(
    "recorded_blend",
    "x * tanh(y) + recorded_cubic(z)",
    ("tanh(y)", "x * (1 - tanh(y) ** 2)", "3*z**2"),
)


def inputs(twin, *numbers):
    tape = twin.Tape()
    return tape, *twin.inputs(tape, numbers)


def slopes(twin, y, *wrt):
    """The gradient of y as traced numbers."""
    nodes = twin.gradient(y.tape, [y.node], [y.tape.constant(1.0)], [x.node for x in wrt])
    return [twin.Tracer(y.tape, node) for node in nodes]


def number(x):
    """The number of a tracer during the recording."""
    return x.tape.value(x.node)


def text(x):
    """A node in words."""
    tape = x.tape
    op, a, b, c = tape.node(x.node)
    if op == CONSTANT:
        return f"{tape.value(x.node):g}"
    if op == INPUT:
        return "abcdefg"[a]
    names = [text(type(x)(tape, each)) for each in (a, b, c) if each >= 0]
    return f"{RULES[op].name}({', '.join(names)})" if op > 0 else f"copy({names[0]})"


PRODUCT = external(
    lambda *x: math.prod(x),
    vjp=lambda g, out, *x: [g * math.prod((*x[:k], *x[k + 1 :])) for k in range(len(x))],
    name="product",
)


class Recorder:
    """Runs a random program on one twin."""

    def __init__(self, twin, numbers, replays):
        self.twin = twin
        self.tape = twin.Tape(replays=replays)
        self.nodes = [self.tape.input(x) for x in numbers]
        self.log = []

    def run(self, step):
        if len(self.tape) > 20_000:
            return
        try:
            made = getattr(self, step[0])(*step[1:])
        except (ArithmeticError, ValueError, TypeError, IndexError, RuntimeError) as error:
            made = (type(error), str(error))
        self.log.append(made)
        self.nodes += made if isinstance(made, list) else [made] if type(made) is int else []

    def at(self, *numbers):
        return [self.nodes[number % len(self.nodes)] for number in numbers]

    def row(self, op, *numbers):
        return self.tape.append(op, *self.at(*numbers)[: recipe(op).arity])

    def input(self, x):
        return self.tape.input(x)

    def constant(self, x):
        return self.tape.constant(x)

    def copy(self, number):
        return self.tape.copy(*self.at(number))

    def take(self, numbers, index, is_constant):
        index_node = self.tape.constant(index) if is_constant else self.tape.input(index)
        return self.tape.take(self.at(*numbers), index_node)

    def scatter(self, length, pairs):
        nodes = [(self.tape.input(index), *self.at(number)) for index, number in pairs]
        region = self.tape.scatter(length, nodes)
        return [self.tape.entry(region, k) for k in range(length)]

    def guard(self, number):
        return bool(self.tape.guard(*self.at(number)))

    def call(self, numbers, is_custom):
        operands = self.at(*numbers)
        region = self.tape.call(Call(PRODUCT, [Number()] * len(operands), {}), operands)
        if is_custom:
            return self.tape.override(operands[0], region, 0)
        return self.tape.entry(region, 0)

    def override(self, number):
        return self.tape.override(*self.at(number))

    def gradient(self, outputs, wrt):
        outputs = self.at(*outputs)
        numbers = [1.0 + k for k in range(len(outputs))]
        seeds = [self.tape.constant(x) for x in numbers]
        recorded = self.twin.gradient(self.tape, outputs, seeds, self.at(*wrt))
        if self.tape.calls:  # their derivatives are recorded, never only computed
            return recorded
        computed = self.twin.slopes(self.tape, outputs, numbers, self.at(*wrt))
        assert [*map(hexadecimal, computed)] == [hexadecimal(self.tape.value(x)) for x in recorded]
        return recorded

    def tangents(self, wrt, outputs):
        wrt = self.at(*wrt)
        seeds = [self.tape.constant(0.5 * k) for k in range(len(wrt))]
        return self.twin.tangents(self.tape, wrt, seeds, self.at(*outputs))

    def linear(self, wrt, outputs):
        """The derivatives as a linear map: those that `tangents` records, where all are finite."""
        tape, wrt, outputs = self.tape, [*dict.fromkeys(self.at(*wrt))], self.at(*outputs)
        linear = self.twin.linearize(tape, wrt, outputs)
        if linear is None:
            return None
        linear.prepare(range(len(wrt)))
        found = np.empty((len(wrt), len(outputs)))
        linear.run(np.array([tape.value(node) for node in linear.partials], dtype=float), found)
        one, zero = tape.constant(1.0), tape.constant(0.0)
        for row, each in zip(found, wrt):
            seeds = [one if node == each else zero for node in wrt]
            moved = self.twin.tangents(tape, wrt, seeds, outputs)
            expected = [tape.value(node) for node in moved]
            if np.isfinite(expected).all() and np.isfinite(row).all():
                np.testing.assert_array_equal(row, expected)
        return [*map(hexadecimal, found.ravel())], linear.pattern(), linear.partials

    def wild(self, method, x, y):
        tape = self.tape
        return {
            "append": lambda: tape.append(x, y, x, y),
            "take": lambda: tape.take([x, y], self.nodes[-1]),
            "entry": lambda: tape.entry(x, y),
            "gradient": lambda: self.twin.gradient(tape, [x], [y], [0]),
            "value": lambda: (tape.node(x), tape.is_constant(y), float(tape.value(x)).hex()),
            "guard": lambda: bool(tape.guard(x)),
        }[method]()


def hexadecimal(x):
    """A number with all its bits; one nan is as good as another."""
    return abs(x).hex() if x != x else x.hex()


def picture(arrays):
    values = [float(x).hex() for x in array("d", arrays.values)]
    return (*arrays[:4], values, *arrays[5:])
