"""Both twins of the tape, and what the tests of it share."""

from __future__ import annotations

import importlib
import operator
import os
from types import SimpleNamespace

import pytest

from chainrule.engine.dispatch import define
from chainrule.programs.derive import derivatives, linear, slopes as numeric
from chainrule.programs.trace import tape as interpreted, tracer as traced
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
