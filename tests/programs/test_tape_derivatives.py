"""Derivatives that are recorded: right numbers, in both modes, of any order, by both twins."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tape_twins import TWINS, inputs, number, slopes, text

import chainrule
from chainrule import Value
from chainrule.engine.dispatch import apply
from chainrule.table import ops
from chainrule.table.rules import NUMBER, RULES


@pytest.fixture(params=list(TWINS))
def twin(request):
    return TWINS[request.param]


def test_the_gradient_of_the_lecture(twin):
    _, a, b, c, f = inputs(twin, 2.0, -3.0, 10.0, -2.0)
    L = (a * b + c) * f
    assert [number(x) for x in slopes(twin, L, a, b, c, f)] == [6.0, -4.0, -2.0, 4.0]
    assert text(slopes(twin, L, c)[0]) == "d"


def test_what_does_not_depend(twin):
    tape, a, b = inputs(twin, 2.0, 3.0)
    one, zero = tape.constant(1.0), tape.constant(0.0)
    assert twin.gradient(tape, [a.node], [one], [a.node, b.node]) == [one, zero]  # b comes later
    assert twin.gradient(tape, [], [], [b.node]) == [zero]
    assert twin.gradient(tape, [a.node], [one], []) == []
    assert twin.gradient(tape, [(a * b).node], [zero], [a.node]) == [zero]
    assert twin.tangents(tape, [b.node], [one], [a.node, b.node]) == [zero, one]
    assert twin.tangents(tape, [], [], [a.node]) == [zero]
    assert twin.tangents(tape, [a.node], [one], []) == []
    assert slopes(twin, a.floor() + b.sign(), a, b)[0].node == zero


def test_what_wrt_is_computed_from_is_not_looked_at(twin):
    tape, a = inputs(twin, 2.0)
    b = a * a
    y = b * a
    assert [number(x) for x in slopes(twin, y, a, b)] == [4.0, 2.0]
    one = tape.constant(1.0)
    found = twin.tangents(tape, [a.node, b.node], [one, tape.constant(0.0)], [y.node])
    assert tape.value(found[0]) == 4.0


def test_a_side_that_was_not_taken_gets_nothing(twin):
    _, a = inputs(twin, 0.0)
    y = chainrule.where(a > 0, a.log(), a * 3)
    slope, = slopes(twin, y, a)  # fmt: skip
    assert number(slope) == 3.0
    assert number(slopes(twin, slope, a)[0]) == 0.0


def test_no_gate_is_recorded_behind_both_sides(twin):
    _, a, b = inputs(twin, 0.5, 2.0)
    x = a.sin()
    slope, = slopes(twin, chainrule.where(b > 1, x * 2, x), a)  # fmt: skip
    assert text(slope).startswith("mul(")
    slope, = slopes(twin, chainrule.where(b > 1, x * 2, 7), a)  # fmt: skip
    assert text(slope).startswith("where(")
    for name in ("min", "max", "fmin", "fmax"):
        made = apply(NUMBER[name], x * 2, x * b)
        assert text(*slopes(twin, made, a)).startswith("mul("), name


@pytest.mark.parametrize("name", ["min", "max", "fmin", "fmax", "where"])
def test_one_side_of_a_choice_always_holds(name):
    """So nothing is closed where both sides meet, not even at nan."""
    row, numbers = RULES[NUMBER[name]], (-1.0, 0.0, 2.0, math.inf, -math.inf, math.nan)
    for operands in itertools.product(numbers, repeat=ops.TABLE[name].arity):
        out = row.value(*operands)
        assert any(partial(*operands, out) for partial in row.partials), operands


@pytest.mark.parametrize("name", ["min", "max", "fmin", "fmax"])
@pytest.mark.parametrize("numbers", [(math.nan, 1.0), (1.0, math.nan), (math.nan, math.nan)])
def test_the_first_gradient_at_nan_is_that_of_a_replay(name, numbers):
    number = NUMBER[name]
    for function in (
        lambda x, y: apply(number, abs(x), abs(x)),
        lambda x, y: apply(number, abs(x) * 2, abs(x) * y),
        lambda x, y: apply(number, x.sqrt(), abs(y)),
    ):
        values = [Value(x) for x in numbers]
        function(*values).backward()
        program = chainrule.compile(lambda x, function=function: function(*x))
        for found in (program.grad(numbers), program.grad(numbers)):
            np.testing.assert_equal(list(found), [v.grad for v in values])


singular = st.lists(
    st.tuples(
        st.sampled_from(
            ["where", "min", "max", "sqrt", "cbrt", "abs", "mul", "add", "sub", "tanh"]
        ),
        *[st.integers(0, 12)] * 3,
    ),
    min_size=1,
    max_size=14,
)


def build_choices(leaves, program, is_above):
    nodes = list(leaves)
    for name, *offsets in program:
        x, y, z = (nodes[-1 - offset % len(nodes)] for offset in offsets)
        x = is_above(x) if name == "where" else abs(x) if name == "sqrt" else x
        nodes.append(apply(NUMBER[name], *(x, y, z)[: ops.TABLE[name].arity]))
    return nodes[-1]


@settings(max_examples=300)
@given(st.lists(st.sampled_from([0.0, 1.0, -1.0, 0.5]), min_size=1, max_size=3), singular)
def test_choices_are_those_of_a_value(numbers, program):
    """Nothing infinite comes from a side that was not taken."""
    values = [Value(x) for x in numbers]
    root = build_choices(values, program, lambda x: Value(float(x.data > 0)))
    root.backward()
    for twin in TWINS.values():
        _, *leaves = inputs(twin, *numbers)
        found = slopes(twin, build_choices(leaves, program, lambda x: x > 0), *leaves)
        for slope, value in zip(found, values):
            if not math.isnan(value.grad):  # 0 * inf: a factor that is 0 by its formula is left out
                assert number(slope) == pytest.approx(value.grad, 1e-9, 1e-12)


def test_a_table_gets_what_its_takes_bring(twin):
    tape, a, b, i, j = inputs(twin, 2.0, 3.0, -1.0, 0.0)
    entries = [(a * a).node, (a * b).node]
    y = twin.Tracer(tape, tape.take(entries, i.node)) * twin.Tracer(
        tape, tape.take(entries, j.node)
    )
    assert [number(x) for x in slopes(twin, y, a, b)] == [3 * 4.0 * 3.0, 8.0]  # of a**3 * b
    by_a = slopes(twin, y, a)[0]
    assert [number(x) for x in slopes(twin, by_a, a, b)] == [6 * 2.0 * 3.0, 12.0]
    one = tape.constant(1.0)
    along = twin.tangents(tape, [a.node], [one], [y.node, by_a.node])
    assert [tape.value(x) for x in along] == [36.0, 36.0]


def test_entries_that_nothing_came_from_get_zero(twin):
    tape, a, b, i = inputs(twin, 2.0, 3.0, 0.0)
    taken = twin.Tracer(tape, tape.take([(a * a).node, (b * b).node, (a * b).node], i.node))
    by_a = slopes(twin, taken * taken, a)[0]  # of a**4
    assert [number(x) for x in slopes(twin, by_a, a, b)] == [12 * 4.0, 0.0]
    by_b = slopes(twin, taken * taken, b)[0]
    assert number(by_b) == 0.0
    assert [number(x) for x in slopes(twin, by_b, a, b)] == [0.0, 0.0]


def test_forward_and_reverse_agree_on_what_is_infinite(twin):
    tape, a = inputs(twin, 0.0)
    y = a.sqrt()
    forward, = twin.tangents(tape, [a.node], [tape.constant(1.0)], [y.node])  # fmt: skip
    assert tape.value(forward) == number(slopes(twin, y, a)[0]) == math.inf


UNARY = ["sin", "cos", "tanh", "sigmoid", "softplus", "gelu", "silu", "erf", "atan", "asinh", "exp"]
SMOOTH = [*UNARY, "recorded_cubic", "add", "sub", "mul", "hypot", "atan2", "div"]
smooth = st.lists(
    st.tuples(st.sampled_from(SMOOTH), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=12,
)


def build(leaves, program):
    nodes = list(leaves)
    for name, i, j in program:
        x, y = nodes[-1 - i % len(nodes)], nodes[-1 - j % len(nodes)]
        if name == "exp":
            x = chainrule.sin(x)
        elif name == "recorded_cubic":
            x = chainrule.tanh(x)
        elif name in ("div", "hypot", "atan2"):
            y = y * y + 0.5
        row = ops.TABLE[name]
        nodes.append(apply(NUMBER[name], *(x, y)[: row.arity]))
        nodes[-1] = nodes[-1] * 0.5 + 0.1
    return nodes[-1]


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=4), smooth)
def test_the_gradient_is_that_of_a_value(numbers, program):
    values = [Value(x) for x in numbers]
    build(values, program).backward()
    for twin in TWINS.values():
        tape, *leaves = inputs(twin, *numbers)
        y = build(leaves, program)
        found = slopes(twin, y, *leaves)
        assert [number(x) for x in found] == pytest.approx([v.grad for v in values], 1e-9, 1e-12)
        one, zero = tape.constant(1.0), tape.constant(0.0)
        for k, leaf in enumerate(leaves):
            seeds = [one if k == i else zero for i in range(len(leaves))]
            wrt = [x.node for x in leaves]
            along = twin.tangents(tape, wrt, seeds, [y.node, found[0].node])
            assert tape.value(along[0]) == pytest.approx(values[k].grad, 1e-9, 1e-12)
            again = number(slopes(twin, found[0], leaf)[0])  # the second derivative, in both modes
            assert tape.value(along[1]) == pytest.approx(again, 1e-7, 1e-9)


@pytest.mark.parametrize(
    "name", ["sin", "tanh", "exp", "erf", "atan", "asinh", "log", "sqrt", "tan"]
)
def test_derivatives_of_any_order(twin, name):
    _, a = inputs(twin, 0.7)
    y = getattr(a, name)()
    for order in range(1, 5):
        y, = slopes(twin, y, a)  # fmt: skip
        expected = mpmath.diff(getattr(mpmath, name), 0.7, order)
        assert number(y) == pytest.approx(float(expected), 1e-7)


# ---- recorded, and in numbers --------------------------------------------------------------------


def _nodes_of_every_kind(twin, tape):
    """Nodes that depend on three inputs in every way but by a call."""
    a, b, c, i, j = twin.inputs(tape, [0.5, 2.0, -0.25, 1.0, -2.0])

    def take(entries, index):
        return twin.Tracer(tape, tape.take([x.node for x in entries], index.node))

    def sums(length, *pairs):
        region = tape.scatter(length, [(index.node, x.node) for index, x in pairs])
        return [twin.Tracer(tape, tape.entry(region, k)) for k in range(length)]

    def where(condition, x, y):
        return chainrule.where(condition, x, y)

    zero = twin.Tracer(tape, tape.constant(0.0))
    copy = twin.Tracer(tape, tape.copy((a * b).node))
    fixed = twin.Tracer(tape, tape.override((a * b).node))
    product, quotient = -a * -b, -a / -b
    first, second, third = sums(3, (i, a * c), (zero, b), (i, product), (j, c))
    one_side = where(a < 1, chainrule.sqrt(a), b)
    other_side = where(a > 1, chainrule.log(c * c), -b)
    both = where(b > a, product * c, product)
    nested = where(a < 1, where(b < 1, product.sin(), copy.cos()), copy * c)
    clipped = chainrule.min(chainrule.max(product, c), copy)
    taken, last = take([a, product, c, b], i), take([a, product, c, b], j)
    repeated = take([product, product, 3.0 * a], i) * take([zero, b, product], i)
    again = take([a, product, c, b], i - 1.0)  # after the takes from tables that end like this one
    gated = where(c > 0, take([a, b], i), sums(2, (i, product), (i, a))[1])
    closed = where(c > 0, chainrule.sqrt(c), b) * where(c < 0, a, chainrule.sqrt(c))
    root = chainrule.sqrt(b - 2.0)  # its slope is infinite, but four conditions are false
    twice, thrice = root * 2.0, root * 3.0
    shut = where(a > 1, twice, b) + where(a > 2, twice, c)
    shut = shut + where(a > 3, thrice, b) + where(a > 4, thrice, c)
    return (a, b, c), [
        copy, fixed + a, product, quotient, first, second, third, first * second, one_side,
        other_side, one_side * other_side, both, nested, clipped, clipped * nested, taken, last,
        taken * last + repeated, take([taken, last, b], i), gated, gated * clipped, closed, shut,
        again * repeated,
        chainrule.where(a < 1, first, second), where(a > 1, taken, third), c, zero * a, i * a,
    ]  # fmt: skip


def test_what_four_false_conditions_shut_off_gets_nothing(twin):
    """A number that is reached through two pairs of conditions."""
    tape = twin.Tape()
    tape.constant(7.0)
    wrt, outputs = _nodes_of_every_kind(twin, tape)
    shut = next(x for x in outputs if number(x) == 2 * 2.0 - 2 * 0.25)
    assert list(twin.slopes(tape, [shut.node], [1.0], [x.node for x in wrt])) == [0.0, 2.0, 2.0]
    assert [number(x) for x in slopes(twin, shut, *wrt)] == [0.0, 2.0, 2.0]


def _hex(numbers):
    return [abs(x).hex() if x != x else x.hex() for x in numbers]


@pytest.mark.parametrize("replays", [True, False])
def test_slopes_are_the_values_of_the_gradient(replays):
    """One output alone, with each other, with seeds of 0, and with respect to inner nodes."""
    found = []
    for twin in TWINS.values():
        tape = twin.Tape(replays=replays)
        tape.constant(7.0)
        wrt, outputs = _nodes_of_every_kind(twin, tape)
        wrt, nodes = [x.node for x in wrt], [x.node for x in outputs]
        questions = [([node], [1.5], wrt) for node in nodes]
        questions += [(nodes, [seed + k for k in range(len(nodes))], wrt) for seed in (0.5, -3.0)]
        questions += [([nodes[14], nodes[11]], [0.0, -0.0], wrt), ([nodes[14]], [2.0], wrt[::-1])]
        questions += [([node], [1.0], [nodes[2], *wrt, nodes[0]]) for node in nodes[::3]]
        questions += [
            ([], [], wrt),
            (nodes[:2] * 2, [1.0, 2.0, 3.0, 4.0], []),
            (wrt, [1.0] * 3, wrt),
        ]
        for chosen, seeds, by in questions:
            computed = twin.slopes(tape, chosen, seeds, by)
            constants = [tape.constant(seed) for seed in seeds]
            recorded = twin.gradient(tape, chosen, constants, by)
            assert _hex(computed) == _hex(map(tape.value, recorded))
            if by == wrt:
                forward = [
                    tape.value(node)
                    for x in by
                    for node in twin.tangents(tape, [x], [tape.constant(1.0)], chosen)
                ]
                for k in range(len(by)):
                    row = forward[k * len(chosen) : (k + 1) * len(chosen)]
                    total = sum(x * seed for x, seed in zip(row, seeds))
                    assert total == pytest.approx(computed[k], rel=1e-12, abs=1e-12, nan_ok=True)
            found.append((_hex(computed), recorded))
    half = len(found) // len(TWINS)
    assert all(found[k : k + half] == found[:half] for k in range(0, len(found), half))


@pytest.mark.parametrize("row", [row for row in ops.TABLE.values() if row.name in ops.BUILT_IN])
def test_slopes_of_operations_on_negations_and_constants(row):
    """A partial may be simpler for an operand that is a negation or a constant."""
    found = []
    for twin in TWINS.values():
        tape = twin.Tape()
        tape.constant(7.0)
        wrt = [x.node for x in twin.inputs(tape, [0.375, -0.5, 0.25])[: row.arity]]
        minus = [tape.append(NUMBER["neg"], x) for x in wrt]
        fixed = [tape.constant(x) for x in (0.0, 1.0, -1.0, 2.0, 0.5)]
        choices = itertools.product(*([x, y, *fixed] for x, y in zip(wrt, minus)))
        for operands in choices:
            node = tape.append(NUMBER[row.name], *operands)
            computed = twin.slopes(tape, [node], [1.25], wrt)
            recorded = twin.gradient(tape, [node], [tape.constant(1.25)], wrt)
            assert _hex(computed) == _hex(map(tape.value, recorded)), operands
            found.append(_hex(computed))
    half = len(found) // len(TWINS)
    assert found[:half] == found[-half:]
