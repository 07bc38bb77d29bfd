"""Memory of the compiled tape and machine: whatever is called often gives its memory back."""

from __future__ import annotations

import copy
import importlib
import math
import operator
import pickle
from array import array
from contextlib import suppress

import numpy as np
import pytest
from scarce_memory import assert_survives
from steady_memory import assert_memory_comes_back
from tape_twins import EAGER, OPERATORS, ROWS, TWINS

from chainrule import external
from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.fragments import Fragment
from chainrule.programs.trace.structure import Number
from chainrule.table.rules import NUMBER

native = TWINS.get("compiled")
run = native and importlib.import_module("chainrule.programs.run._native")
Machine, Caller = (run.Machine, run.Caller) if run else (None, None)
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(native is None, reason="there is one twin"),
]

CALLS = 10_000
WIDE = 150
"""So many inputs, entries or outputs; an array of so many, lost at each call, is 6 MB or more."""


class Sums:
    """A function outside: WIDE times the sum of its operands."""

    def run(self, rows, numbers):
        lines = np.frombuffer(numbers).reshape(rows, -1)
        return np.repeat(lines.sum(1), WIDE).tobytes()


TOTAL = external(lambda *x: sum(x), vjp=lambda g, out, *x: (g,) * len(x), name="total")


def recording(tape):
    """Record a node of every kind. Returns inputs, an index, and the sum of it all."""
    x = [tape.input(1.0 + k) for k in range(WIDE)]
    index = tape.input(3.0)
    taken = tape.take(x, index)
    region = tape.scatter(WIDE, [(index, each) for each in x])
    entry = tape.entry(region, 3)
    condition = tape.append(NUMBER["lt"], x[0], x[1])
    tape.guard(condition)
    called = tape.call(Call(TOTAL, [Number()] * WIDE, {}), x)
    tape.call_at(called)
    entry = tape.append(NUMBER["add"], entry, tape.override(tape.entry(called, 0), called, 0))
    choice = tape.append(NUMBER["where"], condition, tape.copy(taken), entry)
    return x, index, tape.append(NUMBER["add"], tape.append(NUMBER["sin"], choice), choice)


def long_tape():
    """A tape whose next ids aren't among the ints that Python never frees."""
    tape = native.Tape()
    native.inputs(tape, [1.0, 0.0] * 150)
    return tape


def fresh(method, *arguments):
    """Call a method of a new tape whose first two inputs are 1 and 0."""
    getattr(LONG.fork(), method)(*arguments)


LONG = native and long_tape()


@pytest.fixture(scope="module")
def recorded():
    tape = native.Tape()
    return tape, *recording(tape)


# ---- tapes and tracers ---------------------------------------------------------------------------

PARTS = Fragment((0.5,) * WIDE, tuple((NUMBER["mul"], 0, 4 + k, -1) for k in range(WIDE)), 4 + WIDE)
METHODS = {
    "input": (2.0,),
    "constant": (2.5,),
    "copy": (0,),
    "append": (NUMBER["add"], 0, 1),
    "expand": (PARTS, [0]),
    "take": ([0, 1] * WIDE, 1),
    "take_each": ([0, 1] * WIDE, [1] * WIDE),
    "scatter": (WIDE, [(1, 0)] * WIDE),
    "guard": (0,),
    "call": (Sums(), [0, 1] * WIDE),
    "override": (0,),
    "forget_guards": (0,),
    "value": (0,),
    "node": (0,),
    "is_constant": (0,),
    "check": (0, 1),
    "arrays": (),
    "fork": (),
}


def test_every_method_of_a_tape_is_here():
    public = {name for name in dir(native.Tape) if name[0] != "_"}
    attributes = {"ops", "tables", "scatters", "guards", "inputs", "calls", "closed", "replays"}
    assert public == {*METHODS, *attributes, "entry", "call_at"}


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_a_tape(method):
    assert_memory_comes_back(lambda: fresh(method, *METHODS[method]), CALLS // 2)


@pytest.mark.parametrize(
    "wrong",
    [
        PARTS._replace(result=10 * WIDE),
        PARTS._replace(code=(*PARTS.code[:-1], (NUMBER["mul"], 0, 10 * WIDE, -1))),
        PARTS._replace(constants=(*PARTS.constants[:-1], "0.5")),
    ],
)
def test_a_fragment_that_is_refused(wrong):
    def call():
        with pytest.raises((ValueError, TypeError, IndexError)):
            fresh("expand", wrong, [0])

    assert_memory_comes_back(call, CALLS // 2)


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_a_tape_survive_running_out_of_memory(method):
    assert_survives(lambda: fresh(method, *METHODS[method]), calls_python=method == "call")


def test_a_recording_survives_running_out_of_memory():
    assert_survives(lambda: recording(LONG.fork()), calls_python=True)


def test_a_recording():
    assert_memory_comes_back(lambda: recording(LONG.fork()), CALLS // 2)


def test_copies_of_a_tape(recorded):
    tape = recorded[0]

    def call():
        tape.fork().arrays()
        tape.ops, tape.tables, tape.scatters, tape.guards, tape.inputs, tape.calls  # noqa: B018

    assert_memory_comes_back(call)


def test_operators_and_methods_of_a_tracer(recorded):
    tape, x = recorded[0].fork(), [0, 1, 2]
    a, b, c = (native.Tracer(tape, node) for node in x)
    both = [OPERATORS[row.name] for row in ROWS if row.dunder and row.arity == 2]
    others = ((a, b), (a, 2.5), (a, 2), (2.5, a), (a, np.float32(2.5)), (a, 2**60))
    binary = [(each, *pair) for each in both for pair in others]
    unary = [(each, a) for each in UNARY]
    named = [(getattr(a, row.name), *(b, c)[: row.arity - 1]) for row in EAGER if not row.dunder]
    n, is_true = native.Tracer(tape, 0, 1), native.Tracer(tape, 1, 7)
    bits = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
    pairs = ((n, 3), (3, n), (is_true, n), (is_true, is_true))
    named += [(each, *pair) for each in (*bits, divmod) for pair in pairs]
    named += [(each, n) for each in (math.floor, math.ceil, math.trunc, operator.invert)]
    named += [(a._apply_or_raise, NUMBER["add"], a, 0.5)]
    calls = [*binary, *unary, *((call, *rest) for call, *rest in named if callable(call))]

    def call():
        for function, *operands in calls:
            function(*operands)
        a.tape, a.node, a.kind, b.leaky_relu(), b.where(z=1.0, y=a)

    assert_memory_comes_back(call)


UNARY = [
    operator.neg, operator.abs, operator.pos, lambda x: ~(x > 1), bool, repr, str, copy.copy,
    copy.deepcopy, lambda x: (x < 2.0) & (x > 1) | ~(x <= 3.0),
    lambda x: x == 1, lambda x: x != 2, lambda x: x >= 1.5,
]  # fmt: skip


def test_many_tracers_at_once():
    """More than are kept for reuse."""
    tape = native.Tape()
    x = native.Tracer(tape, tape.input(1.0))
    assert_memory_comes_back(lambda: [x * 1.5 for _ in range(10_000)], 200)


def use_map(linear, count):
    """Set groups of all kinds, and compute; wrong arguments are refused."""
    for groups in (range(count), [0] * count):
        linear.prepare(groups)
        linear.run(np.ones(len(linear.partials)), np.ones((groups[-1] + 1, linear.outputs)))
    linear.pattern()
    with suppress(ValueError):
        linear.prepare([0])
    with suppress(ValueError):
        linear.run(np.ones(99), np.ones(1))


@pytest.mark.parametrize("name", ["gradient", "slopes", "tangents", "linearize", "map"])
@pytest.mark.parametrize("is_scarce", [False, True], ids=["repeated", "survives"])
def test_derivatives(recorded, name, is_scarce):
    tape, x, index, y = recorded
    one, arguments = tape.constant(1.0), (x, [tape.constant(0.5)] * WIDE, [y])
    plain = native.Tape()
    a = [plain.input(1.0 + k) for k in range(WIDE)]
    b = plain.take(a, plain.constant(0.0))
    b = plain.append(NUMBER["where"], plain.append(NUMBER["lt"], b, a[1]), b, plain.append(4, b, b))
    two, linear = plain.constant(2.0), native.linearize(plain, a, [b, a[2]])
    call = {
        "gradient": lambda: native.gradient(tape.fork(), [y], [one], [*x, index]),
        "slopes": lambda: native.slopes(plain, [b, a[2]], [two] * 2, a),
        "tangents": lambda: native.tangents(tape.fork(), *arguments),
        "linearize": lambda: (
            native.linearize(tape.fork(), x, [y]), native.linearize(plain.fork(), a, [b, a[2]]),
        ),
        "map": lambda: use_map(linear, WIDE),
    }[name]  # fmt: skip
    if is_scarce:
        assert_survives(call, calls_python=name in ("gradient", "tangents", "map"))
        assert_survives(lambda: native.gradient(plain.fork(), [b], [two], a))
        assert_survives(lambda: native.tangents(plain.fork(), a, [two] * WIDE, [b]))
    else:
        assert_memory_comes_back(call, CALLS // 4)


def test_errors_of_recording(recorded):
    tape = recorded[0].fork()
    a, closed = native.Tracer(tape, 0), tape.fork()
    late, whole = native.Tracer(closed, 0), native.Tracer(tape, 0, 1)
    closed.closed = True
    wrong = [
        lambda: native.Tape(1), lambda: native.Tracer(tape, 10**6), lambda: native.Tracer(tape),
        lambda: tape.input("x"), lambda: tape.constant(None), lambda: tape.copy(10**6),
        lambda: tape.append(10**9, 0), lambda: tape.append(NUMBER["add"], 0, 10**6),
        lambda: tape.append(), lambda: tape.expand(((1.0,) * WIDE, ((2, 0, 999, -1),), 4), [0]),
        lambda: tape.expand(PARTS, [0] * 4), lambda: tape.expand(((), (), 1), [0]),
        lambda: tape.take([0] * WIDE + [10**6], 0), lambda: tape.take([0, 1], 5),
        lambda: tape.scatter(WIDE, [(0, 0)] * WIDE + [(0,)]), lambda: tape.scatter(-1, []),
        lambda: tape.entry(0, 0), lambda: tape.guard(10**6), lambda: tape.check(0, 10**6),
        lambda: native.gradient(tape, [0] * WIDE, [0], [0]),
        lambda: native.gradient(tape, [10**6], [0] * WIDE, [0] * WIDE),
        lambda: native.slopes(tape, [0], [0] * WIDE, [0] * WIDE),
        lambda: native.tangents(tape, [0] * WIDE, [0], [0]), lambda: late + 1, lambda: late.sin(),
        lambda: bool(late), lambda: a + "x", lambda: a.sin(1), lambda: a.max("x"), lambda: float(a),
        lambda: hash(a), lambda: range(a), lambda: a.where(1.0), lambda: a + late,
        lambda: a + 10**400, lambda: a & 1, lambda: ~a, lambda: whole << 60,
        lambda: f"{a:.3f}", lambda: pickle.dumps(a), lambda: a.as_integer_ratio(),
        lambda: whole * 2**52 * 4,
    ]  # fmt: skip

    def call():
        for each in wrong:
            with suppress(TypeError, ValueError, IndexError, RuntimeError):
                each()
                raise AssertionError("an error is missing")

    assert_memory_comes_back(call, CALLS // 10)


# ---- machines ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def machine(recorded):
    """A machine for the value and the gradient, its inputs, and its arrays."""
    tape, x, index, y = recorded
    fork = tape.fork()
    slopes = native.gradient(fork, [y], [fork.constant(1.0)], [*x, index])
    arguments = fork.arrays(), [y, *slopes]
    return Machine(*arguments), np.array([*range(1, WIDE + 1), 3.0]), arguments


def test_a_machine(machine):
    assert_memory_comes_back(lambda: Machine(*machine[2]), CALLS // 4)


def test_a_point(machine):
    machine, inputs, _ = machine
    outputs = np.zeros(WIDE + 2)
    assert_memory_comes_back(lambda: machine.point(inputs, outputs))
    bound = machine.bind(inputs, outputs, print)
    assert_memory_comes_back(bound)
    assert_memory_comes_back(lambda: machine.bind(inputs, outputs, print)())


def test_other_outcomes(machine):
    """A guard that has the other outcome, and an index outside of the table."""
    machine, inputs, _ = machine
    outputs = np.zeros(WIDE + 2)
    guard, outside = inputs.copy(), inputs.copy()
    guard[0], outside[-1] = 5.0, 1e9
    for other in (guard, outside):

        def call(other=other):
            assert machine.point(other, outputs) != -1
            machine.bind(other, outputs, lambda code: [code])()

        assert_memory_comes_back(call)


def test_a_caller(machine):
    machine, inputs, _ = machine
    source, target = [3, 1, 1, 1, WIDE + 1], [3, 2, 0, 1, 1, WIDE + 1]
    caller = Caller(source, target, ((WIDE + 1,),), np.ndarray, np.empty)
    outcomes = bytes(WIDE)
    caller.add(machine, outcomes)
    guard = inputs.copy()
    guard[0] = 5.0
    lists = Caller(
        [3, 1, 2, WIDE + 1] + [0] * (WIDE + 1), [2, WIDE + 2] + [0] * (WIDE + 2), (), 0, 0
    )
    lists.add(machine, outcomes)
    assert_memory_comes_back(lambda: caller.run((inputs,)))
    assert_memory_comes_back(lambda: lists.run((inputs.tolist(),)))
    assert_memory_comes_back(lambda: [caller.run((x,)) for x in (guard, 1.0, inputs[1:])])

    def make():
        one = Caller(source, target, ((WIDE + 1,),), np.ndarray, np.empty)
        one.add(machine, outcomes)
        one.add(machine, bytes([1]) + outcomes[1:])
        with suppress(ValueError):
            Caller(source, [0], (), 0, 0).add(machine, outcomes)
        with suppress(ValueError):
            Caller([9], [0], (), 0, 0)

    assert_memory_comes_back(make)


def layouts(rows):
    """Sources and targets of the machine's rows."""
    inputs, outputs = np.tile(np.arange(1.0, WIDE + 2), (rows, 1)), np.zeros((rows, WIDE + 2))
    inputs[:, -1] = 3.0

    def layout(matrix):
        offsets = range(0, matrix.strides[0], 8)
        count = len(offsets)
        strides = array("q", [matrix.strides[0]] * count)
        return [matrix], array("i", [0] * count), array("q", offsets), strides

    return layout(inputs), layout(outputs)


def test_rows(machine):
    machine = machine[0]
    sources, targets = layouts(70)
    failed, which = array("i", [0] * 70), array("q", range(70))
    assert_memory_comes_back(lambda: machine.rows(sources, targets, 70), 500)
    assert_memory_comes_back(lambda: machine.rows(sources, targets, 70, which, failed), 500)
    assert_memory_comes_back(lambda: machine.rows(sources, targets, 1))


def test_a_machine_survives_running_out_of_memory(machine):
    machine, inputs, arguments = machine
    outputs, (sources, targets) = np.zeros(WIDE + 2), layouts(3)
    assert_survives(lambda: Machine(*arguments))
    tape = native.Tape()
    x = tape.input(1.0)
    product, one, square = tape.append(NUMBER["mul"], x, x), np.ones(1), np.ones(1)
    small = lambda: Machine(tape.arrays(), [product])  # noqa: E731  # it keeps its workspace
    assert_survives(lambda: small().point(one, square))
    assert_survives(lambda: small().bind(one, square, print)())
    for call in (
        lambda: machine.point(inputs, outputs),
        lambda: machine.bind(inputs, outputs, print)(),
        lambda: machine.rows(sources, targets, 3),
    ):
        assert_survives(call, calls_python=True)  # of a function outside


def test_a_caller_survives_running_out_of_memory(machine):
    source, target = [3, 1, 1, 1, WIDE + 1], [3, 2, 0, 1, 1, WIDE + 1]

    def make():
        one = Caller(source, target, ((WIDE + 1,),), np.ndarray, np.empty)
        one.add(machine[0], bytes(WIDE))
        one.add(machine[0], bytes([1] * WIDE))

    assert_survives(make)
    caller = Caller(source, target, ((WIDE + 1,),), np.ndarray, np.empty)
    caller.add(machine[0], bytes(WIDE))
    assert_survives(lambda: caller.run((machine[1],)), calls_python=True)


def test_errors_of_a_machine(machine):
    machine, inputs, (arrays, outputs) = machine
    sources, targets = layouts(2)
    good = np.zeros(WIDE + 2)
    short = ([np.zeros((2, 3))], *sources[1:])
    bound = machine.bind(inputs, good, print)
    wrong = [
        lambda: Machine(arrays, [10**6]), lambda: Machine(arrays, None),
        lambda: Machine(arrays._replace(x=b""), outputs), lambda: Machine(1, outputs),
        lambda: Machine(arrays._replace(tables=[(10**6,)]), outputs),
        lambda: Machine(arrays._replace(scatters=[(3, (1,))]), outputs),
        lambda: Machine(arrays._replace(ops=arrays.values[: len(arrays.ops)]), outputs),
        lambda: machine.point(inputs), lambda: machine.point(inputs[1:], good),
        lambda: machine.point(inputs, good[1:]), lambda: machine.point(inputs, "x"),
        lambda: machine.bind(inputs, good[1:], print), lambda: machine.bind(inputs, good),
        lambda: bound(1), lambda: machine.rows(sources, targets, -1),
        lambda: machine.rows(sources, targets, 3), lambda: machine.rows(short, targets, 2),
        lambda: machine.rows(sources, targets, 1, array("q", [-1])), lambda: machine.rows(1, 2, 3),
        lambda: machine.rows(sources, ([good.astype(int)], *targets[1:]), 2),
        lambda: machine.rows(sources, (*targets[:3], array("q")), 2),
    ]  # fmt: skip

    def call():
        for each in wrong:
            with suppress(TypeError, ValueError, AttributeError, BufferError):
                each()
                raise AssertionError("an error is missing")

    assert_memory_comes_back(call, CALLS // 10)
