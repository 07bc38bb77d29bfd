"""The programs that are measured: plain Python functions, and the points where they are asked.

Each takes its numbers and the mathematics to compute with, so that every peer runs the same text.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any, NamedTuple

import numpy as np

import chainrule


def rosenbrock(x: Any, m: Any = chainrule) -> Any:
    """A bent valley, in as many dimensions as x has."""
    return total(100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))


def total(numbers: Any) -> Any:
    """Their sum, without the 0 that `sum` starts from."""
    return reduce(add, numbers)


# Denavit and Hartenberg's four for each of seven joints; the angle is what moves.
UP = (0.34, 0.05, 0.40, 0.05, 0.40, 0.05, 0.13)
OUT = (0.02, 0.05, 0.02, 0.03, 0.02, 0.02, 0.01)
TWIST = (-1.5, 1.5, 1.4, -1.5, -1.4, 1.5, 0.2)
TARGET = (0.45, 0.30, 0.60)
POSE = ((0.9, 0.3, -0.3), (0.3, -0.95, 0.0), (-0.3, 0.0, -0.95))
REST, TOOL = 0.5, 0.11


def arm(angles: Any, m: Any = chainrule) -> Any:
    """How far the hand of a robot arm is from where and how it is to be held, squared; the angles
    are to stay near their rest."""
    place = [0.0, 0.0, 0.0]
    x, y, z = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
    for angle, up, out, twist in zip(angles, UP, OUT, TWIST):
        c, s = m.cos(angle), m.sin(angle)
        x, y = [c * i + s * j for i, j in zip(x, y)], [c * j - s * i for i, j in zip(x, y)]
        place = [p + up * k + out * i for p, k, i in zip(place, z, x)]
        c, s = math.cos(twist), math.sin(twist)
        y, z = [c * j + s * k for j, k in zip(y, z)], [c * k - s * j for j, k in zip(y, z)]
    off = total((p + TOOL * k - t) ** 2 for p, k, t in zip(place, z, TARGET))
    tilt = total((i - p) ** 2 for axis, pose in zip((x, y, z), POSE) for i, p in zip(axis, pose))
    return off + tilt + total((0.1 * (angle - REST)) ** 2 for angle in angles)


STEPS, STEP = 200, 0.05


def lotka_volterra(rates: Any, m: Any = chainrule) -> Any:
    """How far hares and lynxes are from what was counted, after 200 steps of Runge and Kutta."""
    birth, eaten, starving, feeding = rates
    half, sixth = STEP / 2, STEP / 6

    def growth(u: Any, v: Any) -> Any:
        return (birth - eaten * v) * u, (feeding * u - starving) * v

    u, v = 10.0, 5.0
    for _ in range(STEPS):
        a, b = growth(u, v)
        c, d = growth(u + half * a, v + half * b)
        e, f = growth(u + half * c, v + half * d)
        g, h = growth(u + STEP * e, v + STEP * f)
        u = u + sixth * (a + 2.0 * c + 2.0 * e + g)
        v = v + sixth * (b + 2.0 * d + 2.0 * f + h)
    return (u - 3.0) ** 2 + (v - 2.0) ** 2


INPUTS, NODES = 50, 5_000


def _plan(seed: int = 1) -> list[tuple[str, int, int]]:
    """The operations of the random graph, and what each is applied to.

    The first operand is always a number that nobody has used yet, so that all of them count; where
    a number would become large, its tanh is taken.
    """
    draw = random.Random(seed)
    value = list(START["random graph"])
    unused = list(range(INPUTS))
    plan = []
    while len(plan) + len(unused) - 1 < NODES:
        x = unused.pop(draw.randrange(len(unused)))
        y = draw.randrange(len(value))
        op = draw.choices(("add", "sub", "mul", "sin", "cos", "tanh"), (30, 15, 30, 9, 9, 7))[0]
        if abs(_OPERATIONS[op](np, value[x], value[y])) > 3:
            op = "tanh"
        unused.append(len(value))
        value.append(float(_OPERATIONS[op](np, value[x], value[y])))
        plan.append((op, x, y))
    return plan


_OPERATIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda m, x, y: x + y,
    "sub": lambda m, x, y: x - y,
    "mul": lambda m, x, y: x * y,
    "sin": lambda m, x, y: m.sin(x),
    "cos": lambda m, x, y: m.cos(x),
    "tanh": lambda m, x, y: m.tanh(x),
}


def random_graph(x: Any, m: Any = chainrule) -> Any:
    """5,000 operations drawn at random: sums, products, sin, cos and tanh without any order."""
    value = list(x)
    for op, i, j in PLAN:
        if op == "add":
            value.append(value[i] + value[j])
        elif op == "sub":
            value.append(value[i] - value[j])
        elif op == "mul":
            value.append(value[i] * value[j])
        else:
            value.append(getattr(m, op)(value[i]))
    return total(value[i] for i in LAST)


def chain(x: Any, steps: int = 100_000) -> Any:
    """x = x*a + b again and again."""
    x, a, b = x
    for _ in range(steps):
        x = x * a + b
    return x


class Work(NamedTuple):
    """One of the programs.

    Attributes:
        name: As it is printed.
        function: Of the numbers, and of the mathematics to compute with.
        start: Where it is asked. Shape (n,).
        spread: How far its rows lie around that.
        bar: What a node and row may cost at most, in ns.
        by_hand: The file with its C and the name of the function in it; None where there is none.
    """

    name: str
    function: Callable[..., Any]
    start: Any
    spread: float
    bar: float
    by_hand: str | None

    def rows(self, count: int) -> Any:
        """So many points around the start. Shape (count, n)."""
        noise = np.random.default_rng(0).standard_normal((count, len(self.start)))
        return self.start + self.spread * noise


_draw = np.random.default_rng(0)
START = {
    "Rosenbrock-100": 1 + 0.3 * _draw.standard_normal(100),
    "robot arm": np.linspace(0.3, 0.9, 7),
    "Lotka-Volterra": np.array([1.1, 0.4, 0.4, 0.1]),
    "random graph": _draw.standard_normal(INPUTS),
}
PLAN = _plan()
LAST = sorted({*range(INPUTS + len(PLAN))} - {x for _, x, _ in PLAN} - {
    y for op, _, y in PLAN if op in ("add", "sub", "mul")
})  # fmt: skip

WORKS = {
    work.name: work
    for work in (
        Work("Rosenbrock-100", rosenbrock, START["Rosenbrock-100"], 0.1, 0.8, "rosenbrock"),
        Work("robot arm", arm, START["robot arm"], 0.1, 0.8, "arm"),
        Work(
            "Lotka-Volterra", lotka_volterra, START["Lotka-Volterra"], 0.01, 1.2, "lotka_volterra"
        ),
        Work("random graph", random_graph, START["random graph"], 0.01, 1.6, None),
    )
}
