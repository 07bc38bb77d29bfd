"""The two machines: the same bits from any tape, at one point and over rows."""

from __future__ import annotations

import math
import struct
import threading
from array import array
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from machine_twins import CALLERS, MACHINES, OFTEN, ROWS, Draft, at_point, bits, each_machine, sweep

from chainrule.programs.run import machine as interpreted
from chainrule.programs.trace.tape import (
    CALL,
    CONSTANT,
    COPY,
    ENTRY,
    INPUT,
    OVERRIDE,
    SCATTER,
    TAKE,
)
from chainrule.table.rules import LEAF, NUMBER, OWN, RULES

pytestmark = pytest.mark.once

NASTY = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 1e308, -1e308, 5e-324, 1e-300]
NASTY += [float("inf"), -float("inf"), float("nan"), 700.0, -745.5, 1e16]
numbers = st.sampled_from(NASTY) | st.floats(-4.0, 4.0)


@st.composite
def drafts(draw, most=40):
    """A tape with everything in it, and its outputs."""
    tape = Draft()
    for _ in range(draw(st.integers(1, 5))):
        tape.input()
    for _ in range(draw(st.integers(1, 3))):
        tape.push(CONSTANT, value=draw(numbers))
    regions = []
    for _ in range(draw(st.integers(0, most))):
        old = st.integers(0, len(tape.nodes) - 1)
        near = st.integers(max(0, len(tape.nodes) - 4), len(tape.nodes) - 1)
        kind = draw(st.integers(0, 21))
        if kind < 8:
            tape.push(draw(st.sampled_from(OFTEN)), draw(near | old), draw(old), draw(old))
        elif kind < 14:
            tape.push(draw(st.sampled_from(ROWS)), draw(old), draw(old), draw(old))
        elif kind == 14:
            tape.push(COPY, draw(old))
        elif kind == 15:
            tape.take(draw(st.lists(old, min_size=1, max_size=4)), draw(old))
        elif kind == 16:
            pairs = draw(st.lists(st.tuples(old, old), max_size=4))
            length = draw(st.integers(1, 4))
            regions.append((tape.scatter(length, pairs), length))
        elif kind == 17 and regions:
            region, length = draw(st.sampled_from(regions))
            tape.push(ENTRY, region, draw(st.integers(0, length - 1)))
        elif kind == 18:
            tape.guards.append((draw(old), draw(st.booleans())))
        elif kind == 19 and tape.tables:
            tape.push(TAKE, draw(st.integers(0, len(tape.tables) - 1)), draw(old))
        elif kind == 20:
            length = draw(st.integers(1, 4))
            regions.append((tape.call(length, draw(st.lists(old, max_size=4))), length))
        elif kind == 21:
            tape.push(OVERRIDE, draw(old))
    return tape, draw(st.lists(st.integers(0, len(tape.nodes) - 1), max_size=6))


@settings(max_examples=500)
@given(drafts(), st.data())
def test_one_point_gives_the_same_bits(draft, data):
    tape, outputs = draft
    machines = each_machine(tape, outputs)
    for _ in range(2):
        inputs = [data.draw(numbers) for _ in tape.inputs]
        results = [at_point(machine, inputs, len(outputs)) for machine in machines]
        assert results[0] == results[-1]
        if results[0][0] != interpreted.DONE:
            assert set(results[0][1]) <= {struct.pack("d", 7.25)}


CHAINS = [
    lambda tape, total, x, y: tape.rule("add", x, total),
    lambda tape, total, x, y: tape.rule("sub", total, x),
    lambda tape, total, x, y: tape.rule("sub", x, total),
    lambda tape, total, x, y: tape.rule("mul", x, total),
    lambda tape, total, x, y: tape.rule("mul", total, total),
    lambda tape, total, x, y: tape.rule("neg", total),
    lambda tape, total, x, y: tape.rule("add", total, tape.rule("mul", x, y)),
    lambda tape, total, x, y: tape.rule("sub", total, tape.rule("mul", x, y)),
    lambda tape, total, x, y: tape.rule("sub", tape.rule("mul", x, total), y),
    lambda tape, total, x, y: tape.rule("sub", tape.rule("mul", total, y), tape.rule("mul", x, y)),
    lambda tape, total, x, y: tape.rule("add", total, tape.rule("mul", total, y)),
]


@st.composite
def vectors(draw, width):
    """A tape that does the same to all numbers of some vectors, and guards, indices and sums over
    the vectors now and then: at a point its steps form groups, and their slots lie in rows."""
    tape = Draft()
    columns = [[tape.input() for _ in range(width)] for _ in range(draw(st.integers(1, 2)))]
    single = [tape.push(CONSTANT, value=draw(numbers)), columns[0][0]]
    for _ in range(draw(st.integers(1, 12))):
        ops = [draw(st.sampled_from(OFTEN)) for _ in range(draw(st.integers(1, 2)))]
        operands = []
        for _ in (1, 2):
            column = draw(st.sampled_from(columns))
            shift = draw(st.sampled_from([0, 0, 0, 1, -1, 3]))
            column = (column[shift:] + column[:shift])[:: draw(st.sampled_from([1, 1, -1]))]
            operands.append(draw(st.sampled_from([column, column, [single[-1]] * width])))
        made = [[tape.push(op, x, y, -1) for op in ops] for x, y in zip(*operands)]
        made = made[:: draw(st.sampled_from([1, -1]))]
        columns += [list(column) for column in zip(*made)]
        kind, some = draw(st.integers(0, 9)), draw(st.sampled_from(columns))
        if kind < 2:  # one step after the other, all of the same kind
            total, others = some[0], draw(st.sampled_from([*columns, [single[-1]] * width]))
            step = draw(st.sampled_from(CHAINS))
            for x, y in zip(some, others):
                total = step(tape, total, x, y)
            single.append(total)
        elif kind == 2:
            tape.guards.append((draw(st.sampled_from(some)), draw(st.booleans())))
        elif kind == 3:
            tape.guards.append((tape.rule("eq", some[-1], some[-1]), True))
        elif kind == 4:
            index = draw(st.sampled_from([tape.push(CONSTANT, value=1.0), *some[:2]]))
            single.append(tape.take(some, index))
        elif kind == 5:
            index = tape.push(CONSTANT, value=draw(st.sampled_from([0.0, 2.0])))
            region = tape.scatter(2, [(index, x) for x in some[:3]])
            single.append(tape.push(ENTRY, region, 0))
    outputs = draw(st.lists(st.integers(0, len(tape.nodes) - 1), max_size=6))
    return tape, outputs + columns[-1] + single[-1:]


@pytest.mark.parametrize("width", [8, 19, 300])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_groups_give_the_same_bits(width, data):
    tape, outputs = data.draw(vectors(width))
    seed = data.draw(st.integers(0, 99))
    machines = each_machine(tape, outputs)
    for inputs in (
        np.random.default_rng(seed).normal(size=len(tape.inputs)),
        np.random.default_rng(seed).choice(NASTY, len(tape.inputs)),
    ):
        results = [at_point(machine, inputs, len(outputs)) for machine in machines]
        assert results[0] == results[-1]


@pytest.mark.parametrize("make", MACHINES)
@pytest.mark.parametrize("before", [0, 1, 7, 8, 1020, 1024, 2100])
def test_the_first_question_decides_in_whichever_window(make, before):
    """x < 1, then a table of two read at x, then x < 2, then y < 1; steps of one kind around."""
    tape = Draft()
    x, y = tape.input(), tape.input()
    one, two = tape.push(CONSTANT, value=1.0), tape.push(CONSTANT, value=2.0)
    made = [x]

    def add(count):
        made.extend([tape.rule("add", each, y) for each in made[-count:]] if count else [])

    for _ in range(before):
        made.append(tape.rule("mul", x, made[-1] if len(made) % 3 else y))
    late = tape.rule("lt", y, one)
    tape.guards.append((tape.rule("lt", x, one), True))
    add(before // 2)
    taken = tape.take([x, y], x)
    tape.guards.append((tape.push(COPY, tape.rule("lt", x, two)), True))
    add(before // 3)
    tape.guards.append((late, True))
    outputs = [taken, *made[-9:]]
    machine, twin = make(tape.arrays(), outputs), interpreted.Machine(tape.arrays(), outputs)
    for inputs, code in (
        ([0.0, 0.5], -1), ([-1.0, 0.5], -1), ([1.0, 0.5], 0), ([5.0, 5.0], 0), ([0.5, 0.5], -2),
        ([-3.0, 3.0], -2), ([0.0, 1.5], 2), ([-2.0, math.nan], 2),
    ):  # fmt: skip
        found = at_point(machine, inputs, len(outputs))
        assert found[0] == code and found == at_point(twin, inputs, len(outputs))


@pytest.mark.parametrize("make", MACHINES)
@pytest.mark.parametrize("kind", ["gt", "copy", "constant", "input"])
def test_a_guard_asked_before_anything_else(make, kind):
    tape = Draft()
    x = tape.input()
    zero = tape.push(CONSTANT)
    conditions = {"gt": [x, zero], "copy": [x], "constant": [], "input": []}[kind]
    if conditions:
        node = tape.push(COPY, x) if kind == "copy" else tape.rule("gt", *conditions)
    else:
        node = {"constant": zero, "input": x}[kind]
    tape.guards.append((node, kind != "constant"))
    taken = tape.take([x], zero)
    outputs = [taken, tape.rule("add", taken, x)]
    machine = make(tape.arrays(), outputs)
    assert at_point(machine, [2.0], 2) == (-1, bits([2.0, 4.0]))
    assert at_point(machine, [0.0], 2)[0] == (-1 if kind == "constant" else 0)
    assert sweep(machine, np.array([[2.0], [0.0]]), [None], [True] * 2)[2] == [
        -1, -1 if kind == "constant" else 0,
    ]  # fmt: skip


@pytest.mark.parametrize("number", ROWS, ids=lambda number: RULES[number].name)
def test_every_operation_at_every_nasty_operand(number):
    arity = len(RULES[number].partials)
    tape = Draft()
    operands = [tape.input() for _ in range(arity)]
    tape.push(number, *operands, *[-1] * (3 - arity))
    grid = np.stack(np.meshgrid(*[NASTY] * arity), -1).reshape(-1, arity)
    machines = each_machine(tape, [arity])
    results = [sweep(machine, grid, [None] * arity, [True]) for machine in machines]
    assert results[0] == results[-1]
    for row in range(0, len(grid), 7):
        points = [at_point(machine, grid[row], 1) for machine in machines]
        assert points[0] == points[-1] and points[0][1] == [results[0][1][row]]


def test_sine_and_cosine_of_the_same_number():
    draw = np.random.default_rng(3)
    grid = draw.normal(size=(20_000, 1)) * 10.0 ** draw.integers(-9, 20, size=(20_000, 1))
    tape = Draft()
    x = tape.input()
    outputs = [tape.rule(name, x) for name in ("sin", "cos", "sin", "cos")]
    results = []
    for nodes in (outputs[:2], outputs[1:3], outputs, outputs[:1], outputs[3:]):
        for machine in each_machine(tape, nodes)[1:]:
            found = np.empty((len(grid), 4))
            layout = [array("i", [0] * len(nodes)), array("q", range(0, 8 * len(nodes), 8))]
            machine.rows(
                ([grid], array("i", [0]), array("q", [0]), array("q", [8])),
                ([found], *layout, array("q", [32] * len(nodes))),
                len(grid),
            )
            results.append((nodes, found))
    for nodes, found in results:
        for column, node in enumerate(nodes):
            function = math.sin if node in outputs[::2] else math.cos
            assert bits(found[:, column]) == bits([function(each) for each in grid[:, 0]])


@settings(max_examples=150)
@given(drafts(), st.data())
def test_rows_give_the_same_bits(draft, data):
    tape, outputs = draft
    rows = data.draw(st.sampled_from([0, 1, 63, 64, 65, 200]))
    some = data.draw(st.lists(numbers, min_size=1, max_size=6))
    grid = np.resize(np.array(some), (rows, len(tape.inputs)))
    with np.errstate(all="ignore"):
        grid = grid * data.draw(st.sampled_from([1.0, np.arange(rows)[:, None] % 5 - 2.0]))
    if data.draw(st.booleans()):
        grid = np.asfortranarray(grid)
    shared = [data.draw(st.none() | numbers) for _ in tape.inputs]
    keep = [data.draw(st.booleans()) for _ in outputs]
    which = data.draw(
        st.none() | st.lists(st.integers(0, rows - 1), unique=True) if rows else st.none()
    )
    failed, shift = data.draw(st.booleans()), data.draw(st.sampled_from([1, 3, -1]))
    results = [
        sweep(machine, grid, shared, keep, which, failed, shift)
        for machine in each_machine(tape, outputs)
    ]
    assert results[0] == results[-1]


def chain():
    """A tape of some length: a sum of products, with the partial sums as outputs."""
    tape = Draft()
    x, y = tape.input(), tape.input()
    total, outputs = x, []
    for _ in range(3000):
        total = tape.rule("add", tape.rule("mul", total, y), x)
        outputs.append(total)
    return tape, outputs


@pytest.mark.parametrize("make", MACHINES)
def test_sums_are_taken_in_lanes(make):
    tape = Draft()
    tape.input()
    column = np.random.default_rng(1).normal(size=(1000, 1))
    column *= 10.0 ** (np.arange(1000)[:, None] % 30)
    lanes = np.zeros(64)
    for first in range(0, 1000, 64):
        part = np.zeros(64)
        part[: len(column[first : first + 64])] = column[first : first + 64, 0]
        lanes += part
    while len(lanes) > 1:
        lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
    result = sweep(make(tape.arrays(), [0]), column, [None], [False])
    assert result[1][0] == bits(lanes)[0]


@pytest.mark.parametrize("make", MACHINES)
def test_a_row_that_fails_writes_nothing_and_is_left_out(make):
    tape = Draft()
    x = tape.input()
    zero = tape.push(CONSTANT)
    tape.guards.append((tape.rule("gt", x, zero), True))
    taken = tape.take([x, zero], x)
    grid = np.array([[1.0], [-1.0], [0.5], [1.0], [-3.0]])
    count, out, status = sweep(make(tape.arrays(), [taken, x]), grid, [None], [True, False])
    assert (count, status) == (3, [-1, 0, -2, -1, 0])
    assert out[::2] == bits([0.0, 7.25, 7.25, 0.0, 7.25]) and out[1] == bits([2.0])[0]


@pytest.mark.parametrize("make", MACHINES)
def test_two_threads_at_once(make):
    tape, outputs = chain()
    machine = make(tape.arrays(), outputs[-50:])
    wanted = {x: at_point(machine, [x, 0.999], 50) for x in (1.0, 2.0)}
    grid = np.random.default_rng(2).normal(size=(130, 2))
    is_slow = make is interpreted.Machine
    grid = grid[:3] if is_slow else grid
    rows = sweep(machine, grid, [None] * 2, [True] * 50)
    wrong = []

    def work(x):
        for turn in range(2 if is_slow else 300):
            if at_point(machine, [x, 0.999], 50) != wanted[x]:
                wrong.append(x)
            if turn % 10 == 0 and sweep(machine, grid, [None] * 2, [True] * 50) != rows:
                wrong.append("rows")

    threads = [threading.Thread(target=work, args=(x,)) for x in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("make", MACHINES)
def test_bound_buffers(make):
    tape, _ = chain()
    tape.guards.append((tape.rule("lt", 0, 1), True))
    inputs, outputs = np.array([1.0, 2.0]), np.zeros(2)
    bound = make(tape.arrays(), [2, 3]).bind(inputs, outputs, lambda code: ("otherwise", code))
    assert bound() is None and outputs.tolist() == [2.0, 3.0]
    inputs[:] = 0.5, 4.0
    assert bound() is None and outputs.tolist() == [2.0, 2.5]
    inputs[0] = 5.0
    assert bound() == ("otherwise", 0) and outputs.tolist() == [2.0, 2.5]
    with pytest.raises(TypeError):
        bound(1)
    with pytest.raises(ValueError):
        make(tape.arrays(), [2, 3]).bind(inputs, np.zeros(3), print)


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
def test_a_caller(make, call):
    """The structure of arguments and results, and the way from path to path."""
    tape, _ = chain()
    tape.guards.append((tape.rule("lt", 0, 1), True))
    low = make(tape.arrays(), [3, 2, 1])
    tape.guards[0] = (tape.guards[0][0], False)
    high = make(tape.arrays(), [1, 2, 3])
    tuple_of_array, number_and_list = [3, 1, 1, 2, 2, 1], [3, 2, 0, 2, 2, 0, 0]
    caller = call(tuple_of_array, number_and_list, (), np.ndarray, np.empty)
    array_in = np.array([[1.0], [2.0]])
    assert caller.run((array_in,)) is NotImplemented, "there is no machine yet"
    assert caller.add(low, bytes([True])) == 1
    value, others = caller.run((array_in,))
    assert type(value) is float and value == 3.0
    assert others == [2.0, 2.0] and array_in.tolist() == [[1.0], [2.0]]
    assert caller.run((np.array([[3.0], [2.0]]),)) is NotImplemented, "a path it doesn't know"
    assert caller.add(high, bytes([False])) == 2
    for _ in range(2):
        assert caller.run((np.array([[3.0], [2.0]]),)) == (2.0, [6.0, 9.0])
        assert caller.run((array_in,)) == (3.0, [2.0, 2.0])
    for other in (
        [[1.0], [2.0]], np.array([[1], [2]]), np.zeros((3, 1)), np.zeros(2), np.zeros((4, 1))[::2],
        np.float32([[1], [2]]), np.asarray([[1.0], [2.0]], ">f8"),
    ):  # fmt: skip
        assert caller.run((other,)) is NotImplemented
    assert (
        caller.run(())
        is caller.run((array_in, array_in))
        is caller.run([array_in])
        is NotImplemented
    )


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
def test_a_caller_of_floats_and_arrays(make, call):
    tape, _ = chain()
    caller = call([3, 2, 0, 2, 1, 0], [3, 2, 0, 1, 2, 1, 2], ((1, 2),), np.ndarray, np.empty)
    caller.add(make(tape.arrays(), [3, 0, 1]), b"")
    value, out = caller.run((1.0, [2.0]))
    assert value == 3.0 and out.tolist() == [[1.0, 2.0]] and out.dtype == np.float64
    for other in ((1, [2.0]), (1.0, (2.0,)), (1.0, [2.0, 3.0]), (1.0, []), (1.0,)):
        assert caller.run(other) is NotImplemented


@pytest.mark.skipif(len(MACHINES) < 2, reason="there is one twin")
def test_a_caller_checks_what_it_is_made_from():
    Machine, Caller = MACHINES[1], CALLERS[1]
    kinds = np.ndarray, np.empty
    for source in ([], [0, 0], [1, 1], [1, 1, -1], [2, 3, 0], [9], [1, 2, 2**40, 2**40], [3] * 999):
        with pytest.raises(ValueError, match="structure"):
            Caller(source, [0], (), *kinds)
    most = 2**31 - 1
    Caller([1, 1, most], [0], (), *kinds)
    for source in ([1, 1, most + 1], [1, 2, 46_341, 46_341], [3, 2, 0, 1, 1, most]):
        with pytest.raises(ValueError, match="structure"):
            Caller(source, [0], (), *kinds)
    with pytest.raises(ValueError, match="structure"):
        Caller([0], [1, 1, 2], (), *kinds)
    tape, _ = chain()
    machine = Machine(tape.arrays(), [3])
    for source, target in (([0], [0]), ([3, 2, 0, 0], [3, 2, 0, 0])):
        with pytest.raises(ValueError, match="inputs or outputs"):
            Caller(source, target, (), *kinds).add(machine, b"")


def small():
    """A tape with a node of every kind: inputs, a constant, x + y, a copy, a table, two regions."""
    tape = Draft()
    x, y = tape.input(), tape.input()
    zero = tape.push(CONSTANT)
    total = tape.rule("add", x, y)
    tape.push(COPY, total)
    tape.take([x, total], zero)
    tape.push(ENTRY, tape.scatter(2, [(zero, total)]), 1)
    tape.push(ENTRY, tape.call(2, [x, total]), 1)
    tape.push(OVERRIDE, total)
    return tape


WRONG_NODES = [
    (3, (2, 3, 0, -1)), (3, (2, 0, 5, -1)), (3, (2, -1, 0, -1)), (3, (2, 0, -7, -1)),
    (3, (LEAF, 0, 0, -1)), (3, (OWN, 0, 0, -1)), (3, (10_000, 0, 0, -1)), (3, (-9, 0, 0, -1)),
    (1, (INPUT, 0, -1, -1)), (1, (INPUT, 2, -1, -1)), (1, (INPUT, -1, -1, -1)),
    (1, (CONSTANT, 0, -1, -1)), (2, (INPUT, 2, -1, -1)), (4, (COPY, 4, -1, -1)),
    (4, (COPY, -1, -1, -1)), (5, (TAKE, 1, 2, -1)), (5, (TAKE, -1, 2, -1)), (5, (TAKE, 0, 5, -1)),
    (5, (TAKE, 0, -1, -1)), (2, (TAKE, 0, 1, -1)), (6, (SCATTER, 1, -1, -1)),
    (6, (SCATTER, -1, -1, -1)), (2, (SCATTER, 0, -1, -1)), (7, (ENTRY, 5, 0, -1)),
    (7, (ENTRY, 6, 2, -1)), (7, (ENTRY, 6, -1, -1)), (7, (ENTRY, 7, 0, -1)),
    (7, (ENTRY, -1, 0, -1)), (8, (CALL, 1, -1, -1)), (8, (CALL, -1, -1, -1)),
    (2, (CALL, 0, -1, -1)), (9, (ENTRY, 8, 2, -1)), (10, (OVERRIDE, 10, -1, -1)),
    (10, (OVERRIDE, -1, -1, -1)),
]  # fmt: skip


@pytest.mark.parametrize("make", MACHINES)
def test_wrong_arrays_are_refused(make):
    outputs = [3, 4, 5, 6, 7]
    make(small().arrays(), outputs)
    for node, wrong in WRONG_NODES:
        tape = small()
        tape.nodes[node] = wrong
        with pytest.raises(ValueError):
            make(tape.arrays(), outputs)
    for wrong in (
        {"tables": [(0, 99)]}, {"tables": [(0, -1)]}, {"scatters": [(2, ((0, 99),))]},
        {"scatters": [(2, ((-1, 0),))]}, {"scatters": [(-1, ())]}, {"guards": [(11, True)]},
        {"guards": [(-1, True)]}, {"inputs": [0]}, {"inputs": [0, 1, 2]}, {"inputs": [1, 0]},
        {"inputs": [0, 99]}, {"x": b""}, {"values": b""},
        {"calls": [(None, (99,), 1)]}, {"calls": [(None, (-1,), 1)]},
    ):  # fmt: skip
        with pytest.raises(ValueError):
            make(small().arrays()._replace(**wrong), outputs)
    for wrong in ([11], [-1], [2**40]):
        with pytest.raises(ValueError):
            make(small().arrays(), wrong)


@settings(max_examples=200)
@given(st.data())
def test_damaged_arrays_are_refused_or_run(data):
    tape = small()
    for _ in range(data.draw(st.integers(1, 3))):
        node = data.draw(st.integers(0, len(tape.nodes) - 1))
        field = data.draw(st.integers(0, 3))
        changed = list(tape.nodes[node])
        far = st.sampled_from([9_999, -(2**31), 2**31 - 1])
        changed[field] = data.draw(st.integers(-9, ROWS[-1]) | far)
        tape.nodes[node] = tuple(changed)
    results = []
    for make in MACHINES:
        try:
            results.append(at_point(make(tape.arrays(), [3, 4, 5, 6, 7]), [1.0, 2.0], 5))
        except ValueError:
            results.append("refused")
    assert results[0] == results[-1]


@pytest.mark.parametrize("make", MACHINES)
def test_wrong_buffers_are_refused(make):
    machine = make(small().arrays(), [3, 4])
    good = np.zeros(2)
    locked = np.zeros(2)
    locked.flags.writeable = False
    for inputs, outputs in (
        (np.zeros(3), good), (good, np.zeros(1)), (np.zeros(4)[::2], good), (good, locked),
        (np.zeros(2, dtype=np.int64), good), (good, np.zeros(2, dtype=np.float32)),
        (good, np.zeros(2, dtype=">f8")),
    ):  # fmt: skip
        with pytest.raises((ValueError, BufferError)):
            machine.point(inputs, outputs)
    grid, out = np.zeros((5, 2)), np.zeros((5, 2))
    right = ([grid], [0, 0], [0, 8], [16, 16])

    def call(arrays, leaf, offset, stride, rows=5, which=None):
        layout = (arrays, array("i", leaf), array("q", offset), array("q", stride))
        machine.rows(
            layout, ([out], *layout[1:]), rows, None if which is None else array("q", which)
        )

    call(*right)
    grid[:], out[:] = np.arange(10.0).reshape(5, 2), 0.0
    call(*right)
    expected = out.copy()
    call([grid[::-1]], *right[1:])  # the same memory
    assert out.tolist() == expected.tolist()
    call(*right[:2], [0, 72], [16, 16], rows=1)  # the last number there is
    for rows, offsets in ((1, [0, 80]), (2, [0, 64 + 8])):
        with pytest.raises(ValueError):
            call(*right[:2], offsets, [16, 16], rows=rows)
    for column, wrong in (
        (1, [0, 1]), (1, [-1, 0]), (1, [0]), (2, [0, 16]), (2, [-8, 0]), (2, [0, 4]),
        (2, [0, 2**62]), (3, [16, 24]), (3, [16, -8]), (3, [16, 12]), (3, [2**62, 16]),
        (3, [-(2**63), 16]),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            call(*[wrong if k == column else each for k, each in enumerate(right)])
    for rows, which in ((6, None), (-1, None), (1, [5]), (1, [-1]), (2, [0])):
        with pytest.raises(ValueError):
            call(*right, rows=rows, which=which)


def operand(name, position, index):
    """A tape of three nodes, the last of them with this operand at a position."""
    tape = two_inputs()
    operands = [0] * len(RULES[NUMBER[name]].partials)
    operands[position] = index
    tape.rule(name, *operands)
    return tape


def two_inputs():
    tape = Draft()
    tape.input(), tape.input()
    tape.tables.append((0,))
    tape.scatters.append((2, ((0, 0),)))
    tape.calls.append((None, (0,), 2))
    return tape


def with_guard(index):
    tape = two_inputs()
    tape.guards.append((index, True))
    return tape


def with_node(*arguments):
    tape = two_inputs()
    getattr(tape, arguments[0])(*arguments[1:])
    return tape


def with_entry(region, index, kind=SCATTER):
    tape = with_node("push", kind, 0)
    tape.push(ENTRY, region, index)
    return tape


INDICES = {
    **{
        f"operand {position} of {name}": (0, 1, partial(operand, name, position))
        for name in ("sin", "mul", "where")
        for position in range(len(RULES[NUMBER[name]].partials))
    },
    "copy": (0, 1, lambda index: with_node("push", COPY, index)),
    "index": (0, 1, lambda index: with_node("take", [0], index)),
    "number of a table": (0, 1, lambda index: with_node("take", [0, index], 0)),
    "index of a scatter": (0, 1, lambda index: with_node("scatter", 2, [(0, 0), (index, 0)])),
    "number of a scatter": (0, 1, lambda index: with_node("scatter", 2, [(0, 0), (0, index)])),
    "table": (0, 0, lambda index: with_node("push", TAKE, index, 0)),
    "scatter": (0, 0, lambda index: with_node("push", SCATTER, index)),
    "region": (2, 2, lambda index: with_entry(index, 0)),
    "entry": (0, 1, lambda index: with_entry(2, index)),
    "override": (0, 1, lambda index: with_node("push", OVERRIDE, index)),
    "operand of a call": (0, 1, lambda index: with_node("call", 2, [0, index])),
    "call": (0, 0, lambda index: with_node("push", CALL, index)),
    "region of a call": (2, 2, lambda index: with_entry(index, 0, CALL)),
    "entry of a call": (0, 1, lambda index: with_entry(2, index, CALL)),
    "guard": (0, 1, with_guard),
    "input": (0, 0, lambda index: with_node("push", INPUT, index)),
}
"""The first and the last index that is allowed, and a tape with a given one."""


@pytest.mark.parametrize("make", MACHINES)
@pytest.mark.parametrize("name", INDICES)
def test_an_index_just_outside_its_limits_is_refused(make, name):
    first, last, tape = INDICES[name]
    for index in (first, last) if name != "input" else ():
        make(tape(index).arrays(), [0, 1])
    for index in (first - 1, last + 1):
        with pytest.raises(ValueError, match=r"node \d|not within|needed"):
            make(tape(index).arrays(), [0, 1])
    for outputs in ([-1], [len(tape(first).nodes)]):
        with pytest.raises(ValueError):
            make(tape(first).arrays(), outputs)
