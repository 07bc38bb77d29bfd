"""Edges of the compiled tape and machine: sizes at which memory grows, node 0, wrong arguments.

What is recorded and computed is compared with the interpreted twins, bit by bit.
"""

from __future__ import annotations

import gc
import itertools
import math
import os
import random
import subprocess
import sys
import weakref
from array import array
from pathlib import Path

import numpy as np
import pytest
from machine_twins import CALLERS, MACHINES, OFTEN, ROWS, Draft, at_point, bits, sweep
from tape_twins import PRODUCT, TWINS, Recorder, picture

from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.structure import Number
from chainrule.programs.trace.tape import CONSTANT, COPY, ENTRY, OVERRIDE
from chainrule.table.rules import NUMBER, OWN, RULES

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(len(MACHINES) < 2, reason="there is one twin"),
]

# ---- memory that grows ---------------------------------------------------------------------------


def random_draft(draw, count):
    """A tape of so many steps, of every kind, in random order or in groups of one kind."""
    tape = Draft()
    for _ in range(3):
        tape.input()
    tape.push(CONSTANT, value=1.0)
    while len(tape.nodes) < count:
        recent = [draw.randrange(max(0, len(tape.nodes) - 20), len(tape.nodes)) for _ in range(5)]
        kind = draw.randrange(20)
        if kind == 0:
            tape.take(recent, 3)
        elif kind == 1:
            region = tape.scatter(2, [(3, x) for x in recent])
            tape.push(ENTRY, region, draw.randrange(2))
        elif kind == 2:
            tape.push(ENTRY, tape.call(2, recent), draw.randrange(2))
        elif kind == 3:
            tape.guards.append((tape.rule("eq", 3, 3), True))
        elif kind == 4:
            tape.push(draw.choice([COPY, OVERRIDE]), recent[0])
        else:
            ops = ROWS if kind < 8 else OFTEN
            op = draw.choice(ops)
            for _ in range(draw.choice([1, 1, 9])):
                tape.push(op, *recent[:3])
    return tape, [draw.randrange(len(tape.nodes)) for _ in range(4)] + [len(tape.nodes) - 1]


def compare_machines():
    """Machines of sizes around those at which a plan has another window or block."""
    draw = random.Random(5)
    for count in (4, 5, 8, 30, 63, 64, 65, 200, 1020, 1100, 2100):
        tape, outputs = random_draft(draw, count)
        inputs = [draw.uniform(-1, 1) for _ in tape.inputs]
        first, second = (make(tape.arrays(), outputs) for make in MACHINES)
        assert at_point(first, inputs, 5) == at_point(second, inputs, 5), count
        grid = np.array([inputs, [0.5, -0.5, 2.0]] * (1 if count > 500 else 33))[: count + 1]
        for keep in (True, False):
            found = [sweep(each, grid, [None, 1.0, None], [keep] * 5) for each in (first, second)]
            assert found[0] == found[1], count


def record(twin, calls):
    """Every operation, in the order of the table, and arrays of every size around a power of 2."""
    recorder = Recorder(twin, [0.5, 0.25, 2.0], True)
    tape = recorder.tape
    for op in range(OWN + 1, len(RULES)):
        recorder.run(("row", op, 0, 1, 2))
    for count in (1, 15, 16, 17, 31, 32, 33, 40, 41, 63, 64, 65, 129):
        some = [k % len(recorder.nodes) for k in range(count)]
        recorder.run(("take", some, count - 1, False))
        recorder.run(("scatter", count, [(k % count, k) for k in range(count)]))
        if calls:
            recorder.run(("call", some[:33], False))
            recorder.run(("call", some[:33], True))
        for k in some[:20]:
            recorder.run(("guard", k))
            recorder.run(("input", float(k)))
    recorder.run(("gradient", [len(recorder.nodes) - 1, 40, 3], [0, 1, 2]))
    recorder.run(("tangents", [0, 1, 2], [len(recorder.nodes) - 1, 40]))
    return recorder.log, picture(tape.arrays()), picture(tape.fork().arrays())


def compare_tapes():
    for calls in (False, True):
        first, *others = (record(twin, calls) for twin in TWINS.values())
        for each in others:
            assert each == first


def compare_maps():
    """Linear maps of 1 to 17 inputs: blocks of 8 directions, full or not."""
    for count in (1, 7, 8, 9, 16, 17):
        found = []
        for twin in TWINS.values():
            tape = twin.Tape()
            x = twin.inputs(tape, [0.5 + k for k in range(count)])
            y = [x[k] * x[k - 1].sin() - x[(k + 1) % count] for k in range(count)] + [
                x[0] * 2.0 + 1.0
            ]
            linear = twin.linearize(tape, [each.node for each in x], [each.node for each in y])
            partials = np.array([tape.value(node) for node in linear.partials])
            for groups in (range(count), [0] * count, [k // 3 for k in range(count)]):
                linear.prepare(groups)
                out = np.full((max(groups) + 1, linear.outputs), 7.0)
                linear.run(partials, out)
                found.append(bits(out))
            found.append(linear.pattern())
        assert found[: len(found) // 2] == found[len(found) // 2 :]


def compare_callers():
    """More and fewer arguments than are kept on the stack, and empty arrays."""
    for count in (0, 1, 31, 32, 33, 70):
        tape = Draft()
        total = tape.push(CONSTANT, value=1.0)
        for _ in range(count):
            total = tape.rule("add", tape.input(), total)
        tape.inputs = [k for k, node in enumerate(tape.nodes) if node[0] == -1]
        found = []
        for make, call in zip(MACHINES, CALLERS):
            caller = call([3, count] + [0] * count, [0], (), np.ndarray, np.empty)
            caller.add(make(tape.arrays(), [total]), b"")
            found.append(caller.run(tuple(0.1 * k for k in range(count))))
            caller = call([3, 1, 1, 1, count], [1, 1, 1], ((1,),), np.ndarray, np.empty)
            caller.add(make(tape.arrays(), [total]), b"")
            found.append(caller.run((np.arange(count) * 0.1,)).tolist())
        assert found == [found[0], [found[0]]] * 2


WORK = [compare_machines, compare_tapes, compare_maps, compare_callers]


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_nothing_is_written_outside_of_its_memory(work):
    """In a Python whose allocator fills new memory with nonsense, and checks both ends of each
    block when it is freed."""
    here = Path(__file__).parent
    source = Path(sys.modules["chainrule"].__file__).parent.parent
    paths = map(str, (source, here, here.parent))
    done = subprocess.run(
        [sys.executable, "-c", f"import test_native_edges; test_native_edges.{work.__name__}()"],
        env={**os.environ, "PYTHONMALLOC": "debug", "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


# ---- node 0 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_node_0_is_a_node_like_any_other(first):
    """A zero or a seed may be node 0, and is not taken for a failure."""
    found = []
    for twin in TWINS.values():
        tape = twin.Tape()
        tape.constant(first)
        x, y, index = twin.inputs(tape, [0.5, 2.0, 1.0])
        one, zero = tape.constant(1.0), tape.constant(0.0)
        region = tape.scatter(3, [(index.node, x.node), (zero, y.node)])
        call = tape.call(Call(PRODUCT, [Number()] * 2, {}), [x.node, y.node])
        chosen = twin.Tracer(tape, tape.append(NUMBER["where"], (x < 1).node, x.node, y.node))
        outputs = [
            x.node, tape.copy(x.node), tape.take([x.node, y.node], index.node),
            tape.entry(region, 0), tape.entry(region, 1), tape.entry(region, 2),
            tape.entry(call, 0), tape.override(x.node, call, 0), tape.override(x.node),
            (x * y).node, (x * 0.0).node, chosen.node, (chosen * chosen).node, (x > y).node,
        ]  # fmt: skip
        wrt = [x.node, y.node, index.node]
        for output in outputs:
            for seed in (one, zero):
                nodes = twin.gradient(tape, [output], [seed], wrt)
                found.append([tape.value(node) for node in nodes])
                nodes = twin.tangents(tape, wrt, [seed, one, zero], [output, x.node])
                found.append([tape.value(node) for node in nodes])
        found.append(picture(tape.arrays()))
    half = len(found) // 2
    assert found[:half] == found[half:]
    assert found[0] == [1.0, 0.0, 0.0]


# ---- wrong arguments -----------------------------------------------------------------------------


def small():
    """A tape of two inputs, a constant, a table and a region for each kind of it."""
    tape = Draft()
    x, y = tape.input(), tape.input()
    tape.take([x, y], tape.push(CONSTANT))
    tape.push(ENTRY, tape.scatter(2, [(2, x), (2, y)]), 1)
    tape.push(ENTRY, tape.call(2, [x, y]), 1)
    tape.guards.append((2, False))
    return tape.arrays()


def made(outputs=(3, 5, 7), **changed):
    return MACHINES[1](small()._replace(**changed), list(outputs))


def over_rows(sources=None, targets=None, rows=2, which=None, failed=None):
    grid, out = np.zeros((2, 2)), np.zeros((2, 3))
    sources = sources or [[grid], [0, 0], [0, 8], [16, 16]]
    targets = targets or [[out], [0, 0, 0], [0, 8, 16], [24, 24, 24]]
    layouts = [
        (arrays, array("i", leaf), array("q", offset), array("q", stride))
        for arrays, leaf, offset, stride in (sources, targets)
    ]
    return made().rows(*layouts, rows, which, failed)


def unaligned(count):
    return memoryview(bytearray(count + 1))[1:]


class Short:
    def run(self, rows, numbers):
        return bytes(8)


class Wrong(Short):
    def run(self, rows, numbers):
        return 7


TWO, THREE = np.zeros(2), np.zeros(3)
WRONG = [
    (lambda: made(["x"]), "outputs: an int is needed, but got str"),
    (lambda: made([8]), "outputs: an int from 0 to 7 is needed, but got 8"),
    (lambda: made([-1]), "outputs: an int from 0 to 7 is needed, but got -1"),
    (lambda: made([2**70]), f"outputs: an int from 0 to 7 is needed, but got {2**70}"),
    (lambda: made(inputs=[0, 8]), "inputs: an int from 0 to 7 is needed, but got 8"),
    (lambda: made(inputs=[1, 0]), "node 1: it isn't the input that the list of inputs says"),
    (lambda: made(inputs=[0, 2]), "node 2: it isn't the input that the list of inputs says"),
    (lambda: made(inputs=[0]), "node 1: it isn't in the list of inputs"),
    (lambda: made(inputs=[]), "node 0: it isn't in the list of inputs"),
    (lambda: made(tables=[7]), "tables: a tuple is needed"),
    (lambda: made(tables=[(0, 8)]), "tables: an int from 0 to 7 is needed, but got 8"),
    (lambda: made(scatters=[7]), "scatters: a tuple of two is needed"),
    (lambda: made(scatters=[(2, 7)]), "scatters: a tuple is needed"),
    (lambda: made(scatters=[(2, ((0, 0), (0,)))]), "scatters: a tuple of two is needed"),
    (lambda: made(calls=[(None, (0,))]), "calls: a tuple is needed"),
    (lambda: made(calls=[(None, 7, 2)]), "calls: a tuple is needed"),
    (lambda: made(calls=[(None, (0, 8), 2)]), "calls: an int from 0 to 7 is needed, but got 8"),
    (lambda: made(guards=[(2,)]), "guards: a tuple of two is needed"),
    (lambda: made(guards=[(2, 2)]), "guards: an int from 0 to 1 is needed, but got 2"),
    (lambda: made(guards=[(8, 0)]), "guards: an int from 0 to 7 is needed, but got 8"),
    (lambda: made(ops=bytes(31)), "ops: aligned numbers of 4 bytes are needed, at most 1073741823"),
    (lambda: made(ops=unaligned(32)), "ops: aligned numbers of 4 bytes are needed, at most 107374"),
    (lambda: made(z=unaligned(32)), "z: aligned numbers of 4 bytes are needed, at most 1073741823"),
    (
        lambda: made(values=unaligned(64)),
        "values: aligned numbers of 8 bytes are needed, at most 1",
    ),
    *(
        (
            lambda name=name, count=count: made(**{name: bytes(count)}),
            "the columns of the tape diff",
        )
        for name in ("ops", "x", "y", "z", "values")
        for count in ([28, 36] if name != "values" else [56, 72])
    ),
    (lambda: made().point(TWO), "point() takes inputs and outputs (1 given)"),
    (lambda: made().point(TWO, THREE, TWO), "point() takes inputs and outputs (3 given)"),
    (lambda: made().point(THREE, THREE), "inputs: 2 aligned floats of 8 bytes are needed"),
    (lambda: made().point(TWO, TWO), "outputs: 3 aligned floats of 8 bytes are needed"),
    (
        lambda: made().point(unaligned(16).cast("d"), THREE),
        "inputs: 2 aligned floats of 8 bytes are needed",
    ),
    (lambda: made().bind(TWO, THREE), "bind() takes inputs, outputs and otherwise (2 given)"),
    (lambda: made().bind(TWO, TWO, print), "outputs: 3 aligned floats of 8 bytes are needed"),
    (
        lambda: made(calls=[(Short(), (0, 1), 2)]).point(TWO, THREE),
        "a call needs to return 16 bytes, but returned 8",
    ),
    (lambda: made(calls=[(Wrong(), (0, 1), 2)]).point(TWO, THREE), "expected bytes, int found"),
    (lambda: over_rows(rows=-1), "rows: a number of 0 or more is needed"),
    (lambda: over_rows(which=array("q", [0])), "which: 2 aligned ints of 8 bytes are needed"),
    (lambda: over_rows(which=array("q", [0, -1])), "which: row indices start at 0"),
    (lambda: over_rows(failed=array("i", [0])), "failed: 2 aligned ints of 4 bytes are needed"),
    (lambda: over_rows(failed=array("q", [0, 0])), "failed: 2 aligned ints of 4 bytes are needed"),
    (
        lambda: over_rows([[np.zeros((2, 2), int)], [0, 0], [0, 8], [16, 16]]),
        "sources: array 0 needs float64 numbers",
    ),
    (
        lambda: over_rows([[TWO, np.zeros(2, "f4")], [0, 0], [0, 8], [0, 0]]),
        "sources: array 1 needs float64 numbers",
    ),
    (lambda: over_rows([[TWO], [0, 1], [0, 8], [0, 0]]), "sources: array number 1 is missing"),
    (lambda: over_rows([[TWO], [-1, 0], [0, 8], [0, 0]]), "sources: array number 0 is missing"),
    (lambda: over_rows([[TWO], [0], [0], [0]]), "sources: 2 aligned ints of 4 bytes are needed"),
    (lambda: over_rows([[TWO], [0, 0], [0], [0]]), "sources: 2 aligned ints of 8 bytes are needed"),
    *(
        (
            lambda layout=layout: over_rows(layout),
            f"sources: number {number} isn't aligned, or not within its array",
        )
        for number, layout in (
            (1, [[TWO], [0, 0], [0, 16], [0, 0]]),
            (0, [[TWO], [0, 0], [-8, 0], [0, 0]]),
            (1, [[TWO], [0, 0], [0, 8], [8, 8]]),
            (1, [[TWO], [0, 0], [0, 0], [8, -8]]),
            (0, [[TWO], [0, 0], [4, 0], [0, 0]]),
            (0, [[TWO], [0, 0], [0, 0], [4, 0]]),
            (0, [[TWO], [0, 0], [0, 0], [16, 0]]),
            (0, [[TWO], [0, 0], [8, 0], [-16, 0]]),
        )
    ),
    (lambda: made().rows((), (), 0), "sources: (arrays, leaf, offset, stride) is needed"),
    (lambda: CALLERS[1]([4], [0], (), 0, 0), "the code of a structure is needed"),
    (
        lambda: CALLERS[1]([0], [0], (), 0, 0).add(made(), b""),
        "the machine has other numbers of inputs or outputs",
    ),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_wrong_arguments_are_refused_in_words(call, message):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert str(error.value).startswith(message)


# ---- calls and paths -----------------------------------------------------------------------------


class Counting:
    """A function outside that notes for how many rows it was called."""

    def __init__(self):
        self.rows = []

    def run(self, rows, numbers):
        self.rows.append(rows)
        return numbers[: 8 * rows]


@pytest.mark.parametrize("make", MACHINES)
@pytest.mark.parametrize("question", ["guard", "take", "scatter"])
def test_a_function_outside_is_not_called_for_rows_that_have_ended(make, question):
    tape = Draft()
    x = tape.input()
    if question == "guard":
        tape.guards.append((tape.push(COPY, x), True))
    elif question == "take":
        tape.take([x, x], x)
    else:
        tape.scatter(2, [(x, x)])
    tape.push(ENTRY, tape.call(1, [x]), 0)
    function = Counting()
    tape.calls[0] = (function, *tape.calls[0][1:])
    machine = make(tape.arrays(), [x + 1, len(tape.nodes) - 1])
    bad, good = (0.0, 1.0) if question == "guard" else (0.5, 1.0)
    code = 0 if question == "guard" else -2
    for rows, codes, called in (
        ([bad] * 3, [code] * 3, []), ([good] * 3, [-1] * 3, [3]), ([bad, good], [code, -1], [1]),
        ([bad] * 64 + [good, bad, good], [code] * 64 + [-1, code, -1], [2]),
    ):  # fmt: skip
        function.rows.clear()
        grid = np.array(rows)[:, None]
        assert sweep(machine, grid, [None], [True, False])[2] == codes
        assert function.rows == called


@pytest.mark.parametrize("make", MACHINES)
def test_a_long_plan_calls_a_function_outside(make):
    tape = Draft()
    x = tape.input()
    for _ in range(2500):
        x = tape.rule("sin", x)
    y = tape.push(ENTRY, tape.call(1, [x]), 0)
    function = Counting()
    tape.calls[0] = (function, *tape.calls[0][1:])
    machine = make(tape.arrays(), [x, y])
    code, (first, second) = at_point(machine, [1.0], 2)
    assert (code, first, function.rows) == (-1, second, [1])
    machine.bind(np.ones(1), np.zeros(2), print)()
    assert function.rows == [1, 1]


def guarded(make, outcome, output):
    """A machine that asks whether x < 1."""
    tape = Draft()
    x, one = tape.input(), tape.push(CONSTANT, value=1.0)
    tape.guards.append((tape.rule("lt", x, one), outcome))
    return make(tape.arrays(), [output])


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
def test_paths_that_contradict_one_another_end(make, call):
    """The second path pretends to be for the other outcome, but asks for the same."""
    caller = call([3, 1, 0], [0], (), np.ndarray, np.empty)
    caller.add(guarded(make, True, 0), bytes([True]))
    caller.add(guarded(make, True, 1), bytes([False]))
    assert caller.run((0.5,)) == 1.0
    assert caller.run((5.0,)) is NotImplemented


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_each_path_leads_to_each_other(make, call, order):
    """Whichever was added first and was taken last: four paths, by up to three questions."""

    def path(bounds):
        tape = Draft()
        x = tape.input()
        for bound, outcome in bounds:
            one = tape.push(CONSTANT, value=bound)
            tape.guards.append((tape.rule("lt", x, one), outcome))
        output = tape.push(CONSTANT, value=float(len(bounds) * 10 + bounds[-1][1]))
        return make(tape.arrays(), [output]), bytes(outcome for _, outcome in bounds)

    paths = [
        [(1.0, True)], [(1.0, False), (2.0, True)], [(1.0, False), (2.0, False), (9.0, True)],
        [(1.0, False), (2.0, False), (9.0, False)],
    ]  # fmt: skip
    caller = call([3, 1, 0], [0], (), np.ndarray, np.empty)
    for count, number in enumerate(order, 1):
        assert caller.add(*path(paths[number])) == count
    results = {0.0: 11.0, 1.5: 21.0, 5.0: 31.0, 10.0: 30.0}
    for x, y in itertools.permutations(results, 2):
        assert (caller.run((x,)), caller.run((y,))) == (results[x], results[y])
    assert caller.run((math.nan,)) == 30.0


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
def test_empty_containers_and_arrays_without_dimensions(make, call):
    tape = Draft()
    x = tape.input()
    machine = make(tape.arrays(), [x])
    caller = call([3, 3, 2, 0, 3, 0, 1, 0], [2, 3, 3, 0, 2, 0, 1, 0], ((),), np.ndarray, np.empty)
    caller.add(machine, b"")
    first, second, third = caller.run(([], (), np.array(2.5)))
    assert (first, second, third.shape, float(third)) == ((), [], (), 2.5)
    for other in (([], (), 2.5), ((), (), np.array(2.5)), ([0.0], (), np.array(2.5))):
        assert caller.run(other) is NotImplemented


def test_how_deep_a_structure_may_be():
    Caller = CALLERS[1]
    for depth, is_fine in ((1, True), (51, True), (52, False)):
        code = [3, 1] * depth + [0]
        if is_fine:
            Caller(code, code, (), 0, 0)
        else:
            with pytest.raises(ValueError, match="the code of a structure"):
                Caller(code, [0], (), 0, 0)


# ---- cycles --------------------------------------------------------------------------------------


class Holder:
    """A function outside that holds on to whatever it is given."""

    def run(self, rows, numbers):
        return numbers

    def __call__(self, shape):
        return np.empty(shape)


@pytest.mark.parametrize("kind", ["tape", "fork", "machine", "caller", "empty", "bound"])
def test_the_garbage_collector_finds_cycles(kind):
    holder = Holder()
    tape = TWINS["compiled"].Tape()
    region = tape.call(holder, [tape.input(1.0)])
    node = tape.entry(region, 0)
    machine = MACHINES[1](tape.arrays(), [node])
    if kind == "tape":
        holder.held = tape
    elif kind == "fork":
        holder.held = tape.fork()
    elif kind == "machine":
        holder.held = machine
    elif kind == "bound":
        holder.held = machine.bind(np.ones(1), np.zeros(1), holder)
    else:
        empty = holder if kind == "empty" else None
        holder.held = CALLERS[1]([3, 1, 0], [0], (), np.ndarray, empty)
        if kind == "caller":
            holder.held.add(machine, b"")
    dead = weakref.ref(holder)
    del holder, tape, machine
    if kind == "empty":
        del empty
    gc.collect()
    assert dead() is None
