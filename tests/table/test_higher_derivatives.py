"""First, second and third derivatives of every row, with respect to each operand and mixed,
against mpmath: at ordinary points, in the tails and on either side of kinks."""

from __future__ import annotations

import itertools
import math
import random
import sys

import pytest
from exact_rows import EXACT, ROWS
from mpmath import mp, mpf

from chainrule.programs.derive.derivatives import gradient
from chainrule.programs.trace.tape import Tape
from chainrule.table.rules import NUMBER, holds

pytestmark = pytest.mark.once

EAGER = {row.name: row for row in ROWS if row.eager}
EPS = sys.float_info.epsilon

SPREAD = (0.37, -1.3, 1.4616, 3.1, -700.3, -40.7, -12.1, -5.2, 5.4, 12.6, 40.9, 700.7)
ALONE = (*SPREAD, 1e-6, -1e-6, 0.999, -0.999, 1.001, -0.504)
SUBTRACTING = {
    "tanh": 8, "sigmoid": 8, "silu": 64, "mish": 1024, "softplus": 4, "atanh": 8, "hypot": 8,
    "betaln": 64, "beta": 64,
}  # fmt: skip
"""Rows whose partials subtract one number near one from another, as PyTorch writes it: where a
derivative is small its error is a few eps, up to this many, and not relative to it."""


def points(row):
    """Operands inside the domain, none equal to another."""
    draw = random.Random(row.name)
    if row.arity == 1:
        spread = [(x,) for x in ALONE]
    elif row.name in ("polygamma", "sinc_derivative"):
        spread = list(itertools.product((1.0, 2.0, 3.0), SPREAD))
    else:
        spread = draw.sample(list(itertools.product(SPREAD, repeat=row.arity)), 16)
    beside = [
        tuple(x * (1 + side) + side for x in kink.at)
        for kink in row.kinks
        for side in (-1e-3, 1e-3)
    ]
    for point in (*row.probes, *beside, *spread):
        is_inside = not row.domain or holds(row, row.domain, point)
        if is_inside and len(set(point)) == row.arity and 0 not in point:
            yield tuple(map(float, point))


def derivatives(row, point):
    """The derivatives up to the third by the operand that each is taken with respect to."""
    tape = Tape()
    inputs = [tape.input(x) for x in point]
    nodes = {(): tape.append(NUMBER[row.name], *inputs)}
    for order in range(3):
        for path in itertools.combinations_with_replacement(range(row.arity), order):
            slopes = gradient(tape, [nodes[path]], [tape.constant(1.0)], inputs)
            for operand in range(path[-1] if path else 0, row.arity):
                nodes[(*path, operand)] = slopes[operand]
    return {path: tape.value(node) for path, node in nodes.items() if path}


def exact(row, point, path):
    """The same derivative by mpmath."""
    orders = tuple(path.count(k) for k in range(row.arity))
    if row.name == "polygamma":  # taking differences of it takes half a minute
        return mpf(0) if orders[0] else mp.psi(int(point[0]) + orders[1], mpf(point[1]))
    return mp.diff(lambda *at: mpf(EXACT[row.name](*at)), tuple(map(mpf, point)), orders)


@pytest.mark.parametrize("row", EAGER.values(), ids=EAGER)
def test_derivatives_up_to_the_third(row):
    wrong = []
    for point in points(row):
        if not abs(EXACT[row.name](*map(mpf, point))) < 1e290:
            continue
        for path, got in derivatives(row, point).items():
            try:
                wanted = exact(row, point, path)
            except TypeError:  # complex: a negative base with respect to its exponent
                continue
            error = abs(mpf(got) - wanted) - 1e-100 - SUBTRACTING.get(row.name, 0) * EPS
            bound = 8 * len(path) * EPS * abs(wanted)
            if not error <= bound:  # as much as rounding the operands changes it
                moves = (abs(x * exact(row, point, (*path, k))) for k, x in enumerate(point))
                bound += 8 * len(path) * EPS * sum(moves)
            if abs(wanted) < 1e290 and not error <= bound:
                wrong.append((point, path, got, float(wanted), float(bound)))
    assert not wrong


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workdps(120):
        yield


def test_a_derivative_with_respect_to_an_order_is_zero():
    for name in ("polygamma", "sinc_derivative"):
        assert derivatives(EAGER[name], (2.0, 0.7))[0,] == 0.0


# ---- what hides no derivative, and leaves no range early -----------------------------------------


@pytest.mark.parametrize("x", [23.0, 0.5, 1e-3])
def test_the_mixed_derivative_of_a_power_at_the_exponent_zero(x):
    found = derivatives(EAGER["pow"], (x, 0.0))
    assert math.isclose(found[0, 1], 1 / x, rel_tol=4 * EPS)
    assert math.isclose(found[1, 1], math.log(x) ** 2, rel_tol=4 * EPS)
    assert math.isclose(found[0, 0, 1], -1 / x**2, rel_tol=4 * EPS)
    assert math.isclose(found[0, 1, 1], 2 * math.log(x) / x, rel_tol=4 * EPS)


@pytest.mark.parametrize("x", [1e160, 1e-150, -3e159, 1e-160, 1.7e308, 5e-324])
@pytest.mark.parametrize("y", [-2.0, -1.0, 2.0, 3.0, 4.0])
def test_a_rewritten_power_leaves_the_range_where_the_power_does(x, y):
    tape = Tape()
    got = tape.value(tape.append(NUMBER["pow"], tape.input(x), tape.constant(y)))
    wanted = float(mpf(x) ** y)
    assert got == wanted or abs(got - wanted) <= 3 * math.ulp(wanted)
