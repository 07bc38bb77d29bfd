"""Memory of the compiled engine: whatever is called often gives its memory and references back."""

from __future__ import annotations

import importlib
import math
import operator
from contextlib import suppress

import numpy as np
import pytest
from scarce_memory import assert_survives
from steady_memory import assert_memory_comes_back

from chainrule.engine.dispatch import define
from chainrule.engine.node import Fields
from chainrule.table import ops
from chainrule.table.rules import NUMBER

try:
    native = importlib.import_module("chainrule.engine._native")
except ImportError:
    native = None
Value = native and native.Value
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(native is None, reason="there is one engine"),
]

define("memory_blend", "x * y + 1 / x", ("y - 1 / x**2", "x"))
ROWS = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]
WIDE = 100


class Sub(native.Value if native else object):
    """A class of somebody's own."""


class Strange:
    """Neither a number nor anything else."""


def leaves(count=WIDE):
    return [Value(0.5 + k) for k in range(count)]


def graph():
    """A graph with a wide node, an own rule, ints, constants and labels."""
    x = leaves()
    wide = Value(1.0, tuple(x), tuple(0.5 for _ in x))
    own = Value(2.0, (wide, x[0]), "own")
    own._backward = lambda: None
    return (own * 2 + Value(3) * 4 - x[1].tanh()).where(x[0], wide)


def use_attributes():
    x = Value(2, label="x")
    x.data, x.grad, x.note = 3.0, 4, [1]
    x.grad = None
    x._kind = 2
    y = x * x
    y._backward = use_attributes
    y._rewrite(9.0, (1.0, None))
    y._relink((x, x, x), (1.0, 2.0, 3.0))
    y._relink(())
    return (
        x.data, x.grad, x._kind, x._state, x._scope, x._operands, y._operands, y._partials,
        x._attributes, x.__dict__, x._rule, x.passes, y._backward, y._postorder(), y._fields(),
        bool(x), hash(x), repr(y), x < 2, x <= y, x < 2, x == 2, x != y, x.label,
    )  # fmt: skip


def use_backward():
    root = graph()
    for _ in range(2):
        root.backward()
    root._backward()
    root._operands[0].grad = 2.0
    root.backward()


def use_copies():
    x = Value(2.0, label="x")
    y = x * x + 1
    for node in (x, y):
        Value._build(Sub, node._operands, node._fields(), {"note": [1]})


ONE, TWO = (Value(1.5), Value(2)) if native else (None, None)
A = np.array([Value(k + 0.5) for k in range(12)], dtype=object).reshape(3, 4) if native else None
OUT, FLOATS = np.empty((3, 4), dtype=object), np.ones((3, 4))


def use_arrays():
    ONE._elementwise(NUMBER["mul"], OUT, A, FLOATS)
    ONE._elementwise(NUMBER["tanh"], OUT, A)
    ONE._inner(np.empty((3, 1), dtype=object), A, FLOATS)
    native.compute(NUMBER["add"], np.empty((3, 4)), FLOATS, FLOATS)
    native.compute(NUMBER["add"], OUT.copy(), A, FLOATS)
    np.add(ONE, 1.0), np.exp(TWO), np.add(A, ONE)


def use_defined():
    """Operations that Python computes."""
    for operands in ((ONE, TWO), (TWO, 0.5), (2, ONE)):
        ONE._apply(NUMBER["memory_blend"], *operands)
    with suppress(ArithmeticError):
        ONE._apply(NUMBER["memory_blend"], 0.0, ONE)


def use_hooks():
    seen = []
    native.set_hooks(seen.append, seen.append, seen.append, lambda *arguments: None)
    try:
        x = Value(1.0) * 2
        x == 3.0, bool(x)  # a hook is called
        x.label = "x"
    finally:
        native.set_hooks(None, None, None, None)
    native.set_scope(native.open_scope())


def each_row(spelling):
    """Every row of the table, on Values, ints and floats: by its operator, name or number."""
    for row in ROWS:
        others = (ONE, TWO, 0.5, 3)
        for k in range(4):
            operands = [TWO if k else ONE, *(others[(k + i) % 4] for i in range(row.arity - 1))]
            with suppress(ArithmeticError, ValueError):
                if spelling == "number":
                    ONE._apply(NUMBER[row.name], *operands)
                elif spelling == "method" and hasattr(ONE, row.name):
                    getattr(operands[0], row.name)(*operands[1:])
                elif spelling == "names" and row.arity > 1 and not row.dunder:
                    getattr(operands[0], row.name)(**dict(zip(row.operands[1:], operands[1:])))
                elif spelling == "operator" and row.dunder:
                    getattr(operator, f"__{row.dunder}__")(*operands)
                elif spelling == "class":
                    ONE._apply_or_raise(NUMBER[row.name], Sub(0.5), *operands[1:])


CALLS = {
    "a leaf": lambda: (
        Value(1.5),
        Value(3),
        Value(np.float32(2.0)),
        Value(2.0, label="x"),
        Sub(1.0),
    ),
    "a wide node": lambda: Value(1.0, tuple(leaves(5)), (1.0,) * 5),
    "a graph": graph,
    "attributes": use_attributes,
    "a pass": use_backward,
    "copies": use_copies,
    "arrays": use_arrays,
    "defined operations": use_defined,
    "hooks": use_hooks,
    **{
        f"rows by {spelling}": lambda spelling=spelling: each_row(spelling)
        for spelling in ("number", "method", "names", "operator", "class")
    },
}  # fmt: skip
FEW = {"a graph": 300, "a pass": 200}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_called_gives_its_memory_back(name):
    assert_memory_comes_back(CALLS[name], FEW.get(name, 100 if "rows" in name else 1000))


@pytest.mark.parametrize("name", ["a leaf", "a wide node", "a graph", "a pass", "copies", "arrays"])
def test_what_is_called_survives_running_out_of_memory(name):
    assert_survives(CALLS[name], calls_python=name in ("a pass", "copies", "arrays"))


def fields(**changed):
    return Fields(2.0)._replace(**changed)


WRONG = [
    lambda: Value(), lambda: Value("x"), lambda: Value(1.0, 2.0), lambda: Value(1.0, ("x",)),
    lambda: Value(1.0, tuple(leaves(5)), (1.0,)), lambda: Value(1.0, (ONE,), ("x",)),
    lambda: Value(1.0, unknown=2), lambda: Value(1j), lambda: Value(10**400), lambda: ONE + "x",
    lambda: "x" * ONE, lambda: ONE + Strange(), lambda: Strange() - ONE, lambda: ONE / 0,
    lambda: TWO / 0, lambda: Value(-1.0).log(), lambda: Value(800.0).exp(),
    lambda: ONE._apply(1, ONE), lambda: ONE._apply(NUMBER["add"], ONE),
    lambda: ONE._apply(10**9, ONE), lambda: ONE._apply("x", ONE), lambda: ONE._apply(),
    lambda: ONE._apply_or_raise(NUMBER["add"], ONE, "x"), lambda: ONE.where(1.0),
    lambda: ONE.where(x=1.0, z=2.0), lambda: ONE.max("x"), lambda: ONE.max(1, 2),
    lambda: ONE.exp(1),
    lambda: ONE < "x", lambda: pow(ONE, 2, 3), lambda: setattr(ONE, "data", "x"),
    lambda: setattr(ONE, "grad", "x"), lambda: delattr(ONE, "data"), lambda: delattr(ONE, "grad"),
    lambda: setattr(ONE, "_backward", 1), lambda: setattr(ONE, "_kind", "x"),
    lambda: ONE._relink(("x",)), lambda: ONE._relink((ONE,), (1.0, 2.0)), lambda: ONE._relink(),
    lambda: ONE._rewrite("x", ()), lambda: (ONE * TWO)._rewrite(1.0, ("x",)),
    lambda: Value._build(int, (), fields(), None), lambda: Value._build(Value, (), (), None),
    lambda: Value._build(Value, (ONE,), fields(), None),
    lambda: Value._build(Value, (), fields(data="x"), None),
    lambda: Value._build(Value, (), fields(grad="x"), None),
    lambda: Value._build(Value, (ONE, TWO), fields(op="nothing", partials=(1.0, 2.0)), None),
    lambda: Value._build(Value, (ONE, 3), fields(op="add", partials=(1.0, 2.0)), None),
    lambda: Value._build(Value, (ONE, TWO), fields(op="add", partials=(1.0,)), None),
    lambda: Value._build(Value, (), fields(), {"data": "x"}),
    lambda: ONE._elementwise(NUMBER["log"], OUT, A, A), lambda: ONE._elementwise(NUMBER["log"]),
    lambda: ONE._elementwise(NUMBER["add"], OUT, A, np.full((3, 4), "x", dtype=object)),
    lambda: ONE._elementwise(NUMBER["add"], 1, A, A), lambda: ONE._inner(OUT, A),
    lambda: ONE._inner(np.empty((3, 1), dtype=object), A, np.full((3, 4), "x", dtype=object)),
    lambda: native.compute(1, OUT), lambda: native.compute(NUMBER["add"], FLOATS, FLOATS),
    lambda: native.compute(NUMBER["neg"], FLOATS, 3), lambda: native.set_scope(2**24),
    lambda: native.set_scope("x"), lambda: native.set_hooks(None),
    lambda: walk_in_circles("backward"),
    lambda: walk_in_circles("_postorder"), lambda: failing().backward(), lambda: float(ONE),
    lambda: int(ONE),
]  # fmt: skip


def walk_in_circles(method):
    x = Value(1.0)
    y = x * 2.0
    z = y + 1.0
    y._relink((z, x), (1.0, 1.0))
    try:
        getattr(z, method)()
    finally:
        y._relink(())


def failing():
    x = Value(1.0) * 2.0
    y = Value(1.0, (x,), "own")
    y._backward = lambda: math.sqrt(-1.0)
    return y * 3.0


@pytest.mark.parametrize("first", range(0, len(WRONG), 11))
def test_errors_give_their_memory_back(first):
    def call():
        for each in wrong:
            with suppress(TypeError, ValueError, ArithmeticError, AttributeError, RuntimeError):
                each()
                raise AssertionError("an error is missing")

    wrong = WRONG[first : first + 11]
    assert_memory_comes_back(call, 200)


@pytest.mark.parametrize("operands", [(ONE, "x"), (ONE, TWO, "x")])
def test_operands_that_are_left_to_the_other_side(operands):
    number = NUMBER["add" if len(operands) == 2 else "where"]
    assert ONE._apply(number, *operands) is NotImplemented
    assert_memory_comes_back(lambda: ONE._apply(number, *operands))
