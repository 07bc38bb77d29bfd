"""What the files hold: the graphs and programs that were saved, and the facts to compare of them.

Only names that any version exports are used here: `write.py` ran with version 0.1, the test runs
with the present one.
"""

from __future__ import annotations

import math
import re

import numpy as np

import chainrule
from chainrule import Value


class Weight(Value):
    """A subclass with a slot and a method of its own."""

    __slots__ = ("rate",)

    def step(self):
        return self.data - self.rate * self.grad


def define_operations():
    """Define what a pickled graph needs before it is loaded, and return the operation."""
    chainrule.define("cube01", "x**3", ("3*x**2",), symbol="³", why="the power rule")
    both = ("3*x**2", "3*y**2")
    return chainrule.define("cubes01", "cube01(x) + cube01(y)", both, domain="x > -1")


def graphs():
    """Tuples of Values by name; each tuple is one pickle."""
    a, b = Value(2.0, label="a"), chainrule.parameter(-3.0, label="b")
    with chainrule.scope("layer <1>"), chainrule.scope("neuron"):
        L = (a * b + 10).tanh() + a**2 / 3
    L.label = "L"
    L.backward()
    yield "neuron", (L, a, b)

    c, d = Value(4, label="c"), Value(-0.5, label="d")
    e = c * d
    M, N = e + c, e.exp()
    c.grad, e.grad, d.grad = 6, -0.0, None
    M.backward()
    M.backward()
    N.grad = 1
    yield "by_hand", (M, N, c, e)

    x, y = Value(0.5, label="x"), Value(1.5)
    R = define_operations()(x, y) * 2
    R.backward()
    yield "defined", (R, x)

    u, v = Value(1.0, label="u"), Value(2.0)
    W = Value(7.5, (u, v), "mine") * Value(1.0, (u, v, u), (0.5, math.inf, -2.0))
    yield "own", (W, u)

    p = Value(1.5, label="p")
    q = p.sin()
    p.note = {"why": "an angle", "used in": q}
    q.color = "red"
    yield "attributes", (q + 1, p)

    yield "numbers", (Value(2**53) + Value(-0.0) * math.inf, Value(-7) % 4, Value(True))

    w = Weight(0.25, label="w")
    w.rate = 0.1
    S = w * w + Value(1.0)
    S.backward()
    yield "subclass", (S, w)

    s, t = Value(0.3), Value(0.7)
    total = Value(0.0)
    for name in sorted(OPERATIONS):
        x = s + 1 if name == "acosh" else s
        total = total + getattr(chainrule, name)(*(x, t, t)[: OPERATIONS[name]])
    total.backward()
    yield "operations", (total, s, t)


OPERATIONS = {name: row.arity for name, row in chainrule.ops.TABLE.items()
              if name in chainrule.__all__ or name in ("abs", "max", "min", "pow")}  # fmt: skip
NOT_IN_JSON = ("attributes", "subclass")


def facts(values):
    """Every number and name in a graph, as JSON holds them."""
    order = {}
    for value in values:
        for node in value._postorder():
            order.setdefault(node, len(order))
    return [
        [
            type(node).__name__, repr(node.data), repr(node.grad), node.grad_state, node.passes,
            repr(node.by_hand), node.kind, node.op, node._op, node.label, list(node.scope),
            [repr(x) for x in node._partials], [order[operand] for operand in node._operands],
        ]
        for node in order
    ]  # fmt: skip


def gradients(values):
    """The gradients of one more pass from the first Value."""
    values[0].backward()
    return [repr(node.grad) for node in values[0]._postorder()]


def programs():
    """Programs by name, and the calls whose recordings are saved: method, arguments, keywords."""
    square = chainrule.define("square01", "x*x", ("2*x",))

    def branches(x, y):
        return x * y if x > 0 else square(x) - y

    both = [("__call__", (2.0, 3.0), {}), ("__call__", (-2.0, 3.0), {}), ("grad", (2.0, 3.0), {})]
    more = [("value_and_grad", (-1.5, 0.25), {"argnums": (0, 1)}), ("hessian", (2.0, 1.0), {}),
            ("hvp", (2.0, 1.0, 1.0), {})]  # fmt: skip
    yield "branches", chainrule.compile(branches), [*both, *more]

    def pytree(net, x, n, mode, *, shift=0.0):
        out = {"power": net["w"] ** n, "pair": (net["b"] * x[0], x[1] + shift)}
        return {**out, "rest": [x[0], x * 2]}

    arguments = ({"w": 1.5, "b": (np.array([2.0, -1.0]))}, np.array([0.5, 0.25]), 3, None)
    yield (
        "pytrees",
        chainrule.compile(pytree),
        [("__call__", arguments, {}), ("__call__", arguments, {"shift": 2.0}),
         ("jacobian", arguments, {})],
    )  # fmt: skip

    def loss(w, x, y):
        return (chainrule.tanh(w[0] * x + w[1]) - y) ** 2

    w, x, y = np.array([0.5, -0.25]), np.linspace(-2, 2, 5), np.array([0.0, 1.0, 0.5, 0.25, -1.0])
    calls = [("__call__", (w, x, y), {}), ("grad", (w, x, y), {}), ("hessian", (w, x, y), {})]
    yield "rows", chainrule.compile(loss, in_axes=(None, 0, 0)), calls
    yield "mean", chainrule.compile(loss, in_axes=(None, 0, 0), reduce="mean"), calls

    def table(t, k):
        return chainrule.where(t[0] > 1, chainrule.take(t, k) * t[1], math.pi) + k

    entries = np.array([2.0, 3.0, 5.0])
    yield (
        "table",
        chainrule.compile(table),
        [("__call__", (entries, np.int64(2)), {}), ("grad", (entries, np.int64(1)), {})],
    )


def results(program, calls):
    """What the calls return, as text that tells every bit."""
    return [repr(plain(getattr(program, name)(*args, **kw))) for name, args, kw in calls]


def plain(x):
    if isinstance(x, np.ndarray):
        return [str(x.dtype), x.shape, x.tolist()]
    if isinstance(x, dict):
        return {key: plain(item) for key, item in x.items()}
    if isinstance(x, (list, tuple)):
        return [type(x).__name__, *map(plain, x)]
    return float(x) if isinstance(x, np.floating) else x


def reports(L):
    """What the functions that look at a graph return."""

    def f(x):
        return x**3

    return {
        "check": chainrule.check(L),
        "nudges": chainrule.nudge(L),
        "sweep": chainrule.sweep(f, 2.0),
        "diagnosis": chainrule.diagnose(L),
        "ascent": chainrule.ascend(L, 0.01),
        "steps": chainrule.steps(L),
        "engine_check": chainrule.check_engine(Value),
        "view": chainrule.show(L),
    }


def numbers(report):
    """The numbers in the text of a report, in their order. Unlabelled nodes go by their formula
    today; version 0.1 wrote `add (data=1.33333)`."""
    return re.findall(r"\d+\.\d+", str(report))


NAMES = [name for name in chainrule.__all__ if callable(getattr(chainrule, name))]
"""Functions and classes; a pickle holds them by module and name."""
