"""Paths through the compiled tape and machine that few programs take; the readable twins agree.

What is recorded and computed is compared bit by bit, as in test_native_limits.py.
"""

from __future__ import annotations

import itertools
import math
import operator
import os
import random
import subprocess
import sys
from array import array
from pathlib import Path

import numpy as np
import pytest
from machine_twins import CALLERS, MACHINES, Draft, at_point
from tape_twins import TWINS, picture

from chainrule import external
from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.structure import Number
from chainrule.programs.trace.tape import (
    CALL,
    COPY,
    ENTRY,
    INPUT,
    OVERRIDE,
    SCATTER,
    TAKE,
)
from chainrule.table.kernels import GENERATED
from chainrule.table.rules import NUMBER, OWN, RULES

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(len(MACHINES) < 2, reason="there is one twin"),
]
native = TWINS.get("compiled")

# ---- chains and runs of steps --------------------------------------------------------------------

STEPS = {
    "x + z": lambda t, x, y, z, w: t.rule("add", x, z),
    "x - z": lambda t, x, y, z, w: t.rule("sub", x, z),
    "z - x": lambda t, x, y, z, w: t.rule("sub", z, x),
    "x * z": lambda t, x, y, z, w: t.rule("mul", x, z),
    "-x": lambda t, x, y, z, w: t.rule("neg", x),
    "x * y + z": lambda t, x, y, z, w: t.rule("add", t.rule("mul", x, y), z),
    "z * w + x": lambda t, x, y, z, w: t.rule("add", t.rule("mul", z, w), x),
    "x - z * w": lambda t, x, y, z, w: t.rule("sub", x, t.rule("mul", z, w)),
    "z * w - x": lambda t, x, y, z, w: t.rule("sub", t.rule("mul", z, w), x),
    "x * y + z * w": lambda t, x, y, z, w: t.rule("add", t.rule("mul", x, y), t.rule("mul", z, w)),
    "z * w - x * y": lambda t, x, y, z, w: t.rule("sub", t.rule("mul", z, w), t.rule("mul", x, y)),
}


@pytest.mark.parametrize("shape", STEPS)
@pytest.mark.parametrize("length", [7, 8, 9, 17])
def test_a_chain_beside_others_from_the_same_number(shape, length):
    """Its first step isn't the only one that uses the number where it begins, and the steps
    beside it, some before it and some after it, are of the same kind."""
    step = STEPS[shape]
    for before, after, on_input in itertools.product((0, 1, 2), (0, 1), (False, True)):
        tape = Draft()
        some = [tape.input() for _ in range(2 * length + 3)]
        total = some[-1] if on_input else tape.rule("tanh", some[-1])
        made = [step(tape, total, some[k], some[k], some[-2 - k]) for k in range(before)]
        start = total
        for k in range(length):
            at = before + k
            total = step(tape, total, some[at], some[at], some[-2 - at])
        made += [
            step(tape, start, some[k], some[k], some[-2 - k]) for k in range(before, before + after)
        ]
        outputs = [*made, total]
        inputs = [math.sin(3 * k + 1) for k in range(len(some))]
        one, other = (make(tape.arrays(), outputs) for make in MACHINES)
        found = at_point(one, inputs, len(outputs))
        assert found == at_point(other, inputs, len(outputs)), (before, after, on_input)


# ---- derivatives of calls ------------------------------------------------------------------------


def two(x, y, z):
    return [x * y, y + 3.0 * z]


def with_vjp(**how):
    return external(two, vjp=lambda g, out, x, y, z: (g[0] * y, g[0] * x + g[1], 3.0 * g[1]), **how)


def with_jvp(derivative, **how):
    return external(two, jvp=derivative, **how)


EXTERNALS = {
    "vjp": with_vjp(),
    "jvp": with_jvp(lambda t, out, x, y, z: [t[0] * y + x * t[1], t[1] + 3.0 * t[2]]),
    "vjp that can't be recorded": external(
        two, vjp=lambda g, out, x, y, z: (float(g[0]) * y, g[0] * x + g[1], 3.0 * g[1])
    ),
    "jvp that can't be recorded": with_jvp(
        lambda t, out, x, y, z: [float(t[0]) * y + x * t[1], t[1] + 3.0 * t[2]]
    ),
    "nudge": external(two, vjp="nudge"),
}


@pytest.mark.parametrize("name", EXTERNALS)
@pytest.mark.parametrize("moving", [*itertools.product((False, True), repeat=3)], ids=str)
def test_the_derivatives_of_a_call_whose_operands_move_in_part(name, moving):
    """Its results are wanted all, in part, or not at all, and it may have an operand twice."""
    found = []
    for twin in TWINS.values():
        tape = twin.Tape()
        nodes = [tape.input(x) for x in (0.5, 2.0, -1.5)]
        for operands in (nodes, [nodes[0]] * 2 + nodes[2:], [tape.copy(x) for x in nodes]):
            region = tape.call(Call(EXTERNALS[name], [Number()] * 3, {}), operands)
            results = [tape.entry(region, k) for k in range(2)]
            wrt = [x for x, moves in zip(nodes, moving) if moves]
            one, some = tape.constant(1.0), [tape.constant(0.25 + k) for k in range(3)]
            for outputs in (results, results[:1], results[1:], results[::-1], nodes):
                made = twin.gradient(tape, outputs, [one, *some][: len(outputs)], wrt)
                found.append([tape.value(x) for x in made])
                made = twin.tangents(tape, wrt, some[: len(wrt)], outputs)
                found.append([tape.value(x) for x in made])
        found.append(picture(tape.arrays())[:-1])
    half = len(found) // 2
    assert found[:half] == found[half:]


SUM = external(
    lambda *x: [sum(x), x[0]],
    vjp=lambda g, out, *x: [g[0] + g[1], *[g[0]] * (len(x) - 1)],
    name="paths_sum",
)
DOUBLE = external(
    lambda *x: [sum(x), x[0]], jvp=lambda t, out, *x: [sum(t), t[0]], name="paths_double"
)


def flows(twin, count):
    """Derivatives through tables, sums and calls with so many members each, in all modes."""
    tape, found = twin.Tape(), []
    x = [tape.input(0.5 + k) for k in range(count)]
    index, one = tape.input(count - 1.0), tape.constant(1.0)
    squares = [tape.append(NUMBER["mul"], each, each) for each in x]
    sums = tape.scatter(count, [(index, each) for each in squares])
    outputs = [
        tape.take(squares, index), tape.take(x, index),
        *(tape.entry(sums, k) for k in range(count)),
    ]  # fmt: skip
    found.append([*map(float.hex, twin.slopes(tape, outputs, [1.0] * len(outputs), x))])
    for function in (SUM, DOUBLE):
        region = tape.call(Call(function, [Number()] * count, {}), squares)
        outputs += [tape.entry(region, k) for k in range(2)]
        outputs.append(tape.override(squares[-1], region, 1))
    for wrt in (x, x[:1], x[-1:]):
        found.append(twin.gradient(tape, outputs, [one] * len(outputs), wrt))
        found.append(twin.tangents(tape, wrt, [one] * len(wrt), outputs))
    linear = twin.linearize(tape, x, squares)
    linear.prepare(range(count))
    found += [linear.pattern(), linear.partials]
    some = np.array([*twin.inputs(tape, [0.5] * count)], dtype=object)
    out = np.full(count, None)
    some[0]._elementwise(NUMBER["mul"], out, some, np.ones(count))
    some[0]._inner(out[:1], some, some)
    return found, [each.node for each in out], picture(tape.arrays())[:-1]


COUNTS = (1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 32, 33, 64, 65)


def compare_flows():
    for count in COUNTS:
        first, second = (flows(twin, count) for twin in TWINS.values())
        assert first == second, count


def test_derivatives_through_any_number_of_members():
    """In a Python that fills new memory with nonsense, and checks both ends of what it frees."""
    here = Path(__file__).parent
    source = Path(sys.modules["chainrule"].__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", "import test_native_paths; test_native_paths.compare_flows()"],
        env={
            **os.environ,
            "PYTHONMALLOC": "debug",
            "PYTHONPATH": os.pathsep.join(map(str, (source, here, here.parent))),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("name", ["log", "sqrt", "asin", "div"])
def test_a_side_that_is_not_taken_has_no_slope_even_where_it_is_infinite(name, depth):
    for twin in TWINS.values():
        tape = twin.Tape()
        x, y = twin.inputs(tape, [1.0 if name == "asin" else 0.0, 3.0])
        before = [y.node] if name == "div" else []
        other = tape.append(NUMBER[name], *before, x.node)
        for _ in range(depth):
            choice = tape.append(NUMBER["where"], (x > 2).node, other, (x * y).node)
            other = tape.append(NUMBER[name], *before, choice)
        found = twin.slopes(tape, [choice, x.node], [1.0, 1.0], [x.node])
        assert math.isfinite(found[0]) or depth > 1
        made = twin.gradient(tape, [choice, x.node], [tape.constant(1.0)] * 2, [x.node])
        assert str(tape.value(made[0])) == str(found[0])


# ---- linear maps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 5, 8, 9, 20])
@pytest.mark.parametrize("moves", [False, True], ids=["constants", "partials between"])
def test_a_map_whose_weights_are_constants(count, moves):
    """It is the product of the matrices of its layers, whatever lies between its variables."""
    draw = random.Random(count)
    found = []
    layers = [
        np.array([[draw.choice([0, 0, 1, -1, 2]) for _ in range(count)] for _ in range(count)])
        for _ in range(3)
    ]
    for twin in TWINS.values():
        tape = twin.Tape()
        last = x = twin.inputs(tape, [0.5 + k for k in range(count)])
        others = []
        for matrix in layers:
            rows = [sum(float(c) * each for c, each in zip(row, last) if c) for row in matrix]
            last = [row + 0.0 * x[0] if isinstance(row, float | int) else row for row in rows]
            others += [y * y for y in last if moves]
        outputs = [each.node for each in (*last, *others)]
        linear = twin.linearize(tape, [each.node for each in x], outputs)
        linear.prepare(range(count))
        partials = np.array([tape.value(node) for node in linear.partials])
        for _ in range(2):
            out = np.full((count, len(outputs)), 7.0)
            linear.run(partials, out)
        found.append((out.tolist(), linear.pattern()))
        expected = layers[2] @ layers[1] @ layers[0]
        assert out[:, :count].T.tolist() == expected.tolist()
    assert found[0] == found[1]


# ---- node 0 --------------------------------------------------------------------------------------

METHODS = {
    "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "abs": abs,
    "neg": operator.neg, "pos": operator.pos, "invert": operator.invert,
    "divmod": lambda x: divmod(x, 2), "is_integer": lambda x: x.is_integer(),
    "times": lambda x: x * x, "where": lambda x: x.where(x, x), "clip": lambda x: x.clip(x, x),
    "and": lambda x: x & x, "or": lambda x: x | x, "xor": lambda x: x ^ x,
    "shift": lambda x: x << x, "less": lambda x: x < x, "power": lambda x: x**x,
    "inner product": lambda x: np.array([x, x], dtype=object) @ np.array([x, x], dtype=object),
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_a_constant_that_is_node_0(name):
    for value, kind in itertools.product((0.0, 1.0, 2.0, -1.0), (0, 1, 3, 7)):
        found = []
        for twin in TWINS.values():
            tape = twin.Tape()
            x = twin.Tracer(tape, tape.constant(value), kind)
            try:
                made = METHODS[name](x)
            except (ArithmeticError, TypeError, ValueError) as error:
                made = (type(error), str(error))
            some = made if isinstance(made, tuple) else (made,)
            faces = [(y.node, y.kind) if isinstance(y, twin.Tracer) else y for y in some]
            found.append((faces, picture(tape.arrays())))
        assert found[0] == found[1]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_node_0_as_any_operand(position):
    """Whether the others are reached, too, or not."""
    found = []
    for twin in TWINS.values():
        for op in range(OWN + 1, OWN + 1 + len(GENERATED)):
            arity = len(RULES[op].partials)
            if position >= arity:
                continue
            tape = twin.Tape()
            nodes = [tape.input(x) for x in (0.5, 2.0, 0.75)][:arity]
            order = [*nodes[1:]]
            order.insert(position, 0)
            y, one = tape.append(op, *order), tape.constant(1.0)
            for wrt in ([0], nodes):
                found.append([x.hex() for x in twin.slopes(tape, [y], [1.0], wrt)])
                found.append(twin.gradient(tape, [y], [one], wrt))
                found.append(twin.tangents(tape, wrt, [one] * len(wrt), [y]))
            found.append(picture(tape.arrays()))
    half = len(found) // 2
    assert found[:half] == found[half:]


class Pair:
    """A function outside that returns two numbers, whatever it is given."""

    def run(self, rows, numbers):
        return array("d", (2.0, 3.0) * rows).tobytes()


PAIR = Pair()


@pytest.mark.parametrize(
    "begin",
    [
        lambda tape: tape.call(PAIR, []),
        lambda tape: tape.call(PAIR, [], array("d", (5.0, 7.0)).tobytes()),
        lambda tape: tape.scatter(2, []),
        lambda tape: tape.scatter(0, []),
    ],
    ids=["call", "known call", "scatter", "empty scatter"],
)
def test_a_region_that_is_node_0(begin):
    found = []
    for twin in TWINS.values():
        tape = twin.Tape()
        log = [begin(tape), begin(tape) if not tape.scatters else None]
        length = (tape.calls or tape.scatters)[0][-1 if tape.calls else 0]
        entries = [tape.entry(0, k) for k in range(length)]
        x = tape.input(1.0)
        outputs = [*entries, tape.append(NUMBER["mul"], entries[0], x) if entries else x]
        one = tape.constant(1.0)
        log += [entries, *(tape.value(node) for node in outputs)]
        log += twin.gradient(tape, outputs, [one] * len(outputs), [x])
        log += twin.tangents(tape, [x], [one], outputs)
        found.append((log, picture(tape.arrays()), picture(tape.fork().arrays())))
    assert found[0] == found[1]


def test_many_constants_are_all_different():
    """Among so many some have the same hash."""
    draw, tape = random.Random(7), native.Tape()
    numbers = [draw.random() for _ in range(400_000)]
    nodes = [tape.constant(x) for x in numbers]
    assert nodes == [*range(len(set(numbers)))]
    assert array("d", tape.arrays().values).tolist() == numbers
    assert nodes == [tape.constant(x) for x in numbers]


# ---- indices far outside -------------------------------------------------------------------------

FAR = {
    "copy": lambda tape, at: tape.push(COPY, at),
    "override": lambda tape, at: tape.push(OVERRIDE, at),
    "input": lambda tape, at: tape.push(INPUT, at),
    "operand": lambda tape, at: tape.rule("sin", at),
    "last operand": lambda tape, at: tape.rule("where", 0, 0, at),
    "table": lambda tape, at: tape.push(TAKE, at, 0),
    "index": lambda tape, at: tape.take([0], at),
    "scatter": lambda tape, at: tape.push(SCATTER, at),
    "call": lambda tape, at: tape.push(CALL, at),
    "region": lambda tape, at: tape.push(ENTRY, at, 0),
    "entry": lambda tape, at: tape.push(ENTRY, tape.scatter(2, []), at),
    "entry of a call": lambda tape, at: tape.push(ENTRY, tape.call(2, []), at),
    "member": lambda tape, at: tape.take([at], 0),
    "pair": lambda tape, at: tape.scatter(1, [(0, at)]),
    "argument": lambda tape, at: tape.call(1, [at]),
    "guard": lambda tape, at: tape.guards.append((at, True)),
    "list of inputs": lambda tape, at: tape.inputs.append(at),
    "operation": lambda tape, at: tape.push(at, 0, 0, 0),
}


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("at", [2**30, -(2**30), 2**31 - 1, -(2**31)])
def test_an_index_far_outside_is_refused(name, at):
    for make in MACHINES:
        tape = Draft()
        tape.input()
        FAR[name](tape, at)
        with pytest.raises(ValueError, match=r"node \d|not within|needed"):
            make(tape.arrays(), [0])


# ---- arrays that can't be written ----------------------------------------------------------------


def fixed(x):
    x.flags.writeable = False
    return x


def test_what_is_only_read_may_be_read_only():
    tape = Draft()
    x, y = tape.input(), tape.input()
    outputs = [tape.rule("mul", x, y), tape.rule("add", x, y)]
    machine = MACHINES[1](tape.arrays(), outputs)
    inputs, out = fixed(np.array([2.0, 3.0])), np.zeros(2)
    assert machine.point(inputs, out) == -1 and out.tolist() == [6.0, 5.0]
    out = np.zeros(2)
    machine.bind(inputs, out, print)()
    assert out.tolist() == [6.0, 5.0]
    which = np.array([2, 0])
    grid, table = fixed(np.arange(6.0).reshape(3, 2)), np.zeros((3, 2))
    layout = [
        fixed(np.array(each, dtype))
        for each, dtype in (([0, 0], "i4"), ([0, 8], "i8"), ([16] * 2, "i8"))
    ]
    assert machine.rows(([grid], *layout), ([table], *layout), 2, fixed(which)) == 0
    assert table.tolist() == [[0.0, 1.0], [0.0, 0.0], [20.0, 9.0]]
    caller = CALLERS[1]([3, 1, 1, 1, 2], [1, 1, 2], ((2,),), np.ndarray, np.empty)
    caller.add(machine, b"")
    assert caller.run((inputs,)).tolist() == [6.0, 5.0]


def test_what_a_recording_only_reads_may_be_read_only():
    tape, numbers = native.Tape(), fixed(np.array([2.0, 3.0]))
    x, y = native.inputs(tape, numbers)
    wrt = [x.node, y.node]
    linear = native.linearize(tape, wrt, [(x * y).node])
    linear.prepare([0, 1])
    out = np.zeros((2, 1))
    linear.run(fixed(np.array([tape.value(node) for node in linear.partials])), out)
    assert out.tolist() == [[3.0], [2.0]]
    assert [*native.slopes(tape, [(x * y).node, x.node], numbers, wrt)] == [9.0, 4.0]


def test_what_is_written_must_be_writable():
    tape = Draft()
    x = tape.input()
    machine, given, out = MACHINES[1](tape.arrays(), [x]), np.ones((1, 1)), fixed(np.zeros((1, 1)))
    side = array("i", [0]), array("q", [0]), array("q", [8])
    recording = native.Tape()
    (y,) = native.inputs(recording, [1.0])
    linear = native.linearize(recording, [y.node], [y.node])
    linear.prepare([0])
    for call in (
        lambda: machine.point(given, out), lambda: machine.bind(given, out, print),
        lambda: machine.rows(([given], *side), ([out], *side), 1),
        lambda: machine.rows(([given], *side), ([given], *side), 1, None, bytes(4)),
        lambda: linear.run(np.ones(0), out),
    ):  # fmt: skip
        with pytest.raises((BufferError, ValueError)):
            call()
    assert out.tolist() == [[0.0]]


# ---- results and fragments -----------------------------------------------------------------------


@pytest.mark.parametrize("more", [1, 5, 100])
def test_a_new_array_with_more_elements_than_there_are_results_keeps_the_others(more):
    tape = Draft()
    x, y = tape.input(), tape.input()
    machine = MACHINES[1](tape.arrays(), [x, y])
    full = lambda shape: np.full(shape, 7.5)  # noqa: E731
    caller = CALLERS[1]([3, 2, 0, 0], [1, 1, 2], ((2 + more,),), np.ndarray, full)
    caller.add(machine, b"")
    assert caller.run((0.5, 2.5)).tolist() == [0.5, 2.5, *[7.5] * more]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((("x",), (), 4), TypeError), (((1.0, None), (), 4), TypeError),
        (((), ((NUMBER["add"], 0, 1),), 4), TypeError),
        (((), ((NUMBER["add"], 0, 1, -1, -1),), 4), TypeError),
        (((), ((NUMBER["add"], 0, "x", -1),), 4), TypeError),
        (((), ((NUMBER["add"], 0, 2**40, -1),), 4), OverflowError),
        (((), (), "x"), TypeError), ((1.0, (), 4), TypeError), (((), 1.0, 4), TypeError),
        (((), ()), TypeError), (((), (), 0, 0), TypeError),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_fragment_of_other_parts_is_refused(parts, kind):
    tape = native.Tape()
    x, y = tape.input(0.5), tape.input(2.0)
    with pytest.raises(kind):
        tape.expand(parts, [x, y])
    assert len(tape) == 2


# ---- how large things may be ---------------------------------------------------------------------

MOST = 2**31 - 1
SIZES = [
    ([1, 1, MOST], True), ([1, 1, MOST + 1], False), ([1, 2, 2, 2**30 - 1], True),
    ([1, 2, 2, 2**30], False), ([1, 2, 2**30, 2], False), ([1, 2, 2**30 - 1, 2], True),
    ([1, 2, 0, 2**40], True), ([1, 2, 2**40, 0], False), ([1, 1, -1], False), ([1, 0], True),
    ([3, 2, 1, 1, MOST - 1, 0], True), ([3, 2, 1, 1, MOST, 0], False),
    ([3, 3, 1, 1, MOST - 1, 0, 0], False), ([2, 2, 0, 1, 1, MOST], False),
    ([1, -1], False), ([1, MOST + 1], False), ([3, -1], False), ([3, MOST + 1], False),
    ([], False), ([1], False), ([2], False), ([3], False), ([1, 1], False), ([1, 2, 3], False),
    ([3, 1], False), ([3, 2, 0], False), ([0, 0], False), ([1, 0, 0], False), ([3, 0, 0], False),
    ([-1], False), ([4], False), ([4, 0], False), ([3, 1, 4], False),
]  # fmt: skip


@pytest.mark.parametrize(("code", "is_fine"), SIZES, ids=range(len(SIZES)))
def test_how_many_numbers_a_structure_may_have(code, is_fine):
    if is_fine:
        CALLERS[1](code, [0], (), 0, 0)
    else:
        with pytest.raises(ValueError, match=r"^the code of a structure is needed$"):
            CALLERS[1](code, [0], (), 0, 0)


@pytest.mark.parametrize("shapes", [(), ((2,), (2,))], ids=["fewer", "more"])
def test_a_result_needs_a_shape_for_each_of_its_arrays(shapes):
    with pytest.raises(ValueError, match=r"^the code of a structure is needed$"):
        CALLERS[1]([0], [1, 1, 2], shapes, 0, 0)


@pytest.mark.parametrize("kind", ["scatter", "call"])
def test_how_many_slots_a_machine_may_have(kind):
    """No memory is needed for them before it runs."""
    for length, error in ((MOST - 2, None), (MOST - 1, MemoryError), (MOST, ValueError)):
        tape = Draft()
        tape.input()
        tape.push(ENTRY, getattr(tape, kind)(length, []), 0)
        if error is None:
            MACHINES[1](tape.arrays(), [2])
        else:
            with pytest.raises(error):
                MACHINES[1](tape.arrays(), [2])
