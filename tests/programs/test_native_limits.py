"""The compiled tape and machine at their limits: their readable twins record and compute the same.

Each script runs on both twins and writes into a log what it sees; the logs are the same, and so
are the tapes, bit by bit.
"""

from __future__ import annotations

import itertools
import math
import sys
import weakref
from array import array
from contextlib import suppress
from functools import partial

import numpy as np
import pytest
from machine_twins import CALLERS, MACHINES, ROWS, Draft, at_point, bits, sweep
from steady_memory import assert_references_stay
from tape_twins import PRODUCT, TWINS, picture

from chainrule.engine.dispatch import define
from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.fragments import Fragment
from chainrule.programs.trace.recipes import recipe
from chainrule.programs.trace.structure import Number
from chainrule.programs.trace.tape import CONSTANT, COPY, ENTRY
from chainrule.table.rules import NUMBER, OWN, RULES

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(len(MACHINES) < 2, reason="there is one twin"),
    pytest.mark.filterwarnings("ignore"),
]
native = TWINS.get("compiled")
define("limits_shifted_square", "x * x - 0.5", ("2 * x",))
BUILT_IN = range(OWN + 1, ROWS.stop)
NUMBERS = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, math.inf, -math.inf, math.nan]


def attempt(log, call):
    """What a call returns; an error is noted with its class and its text."""
    try:
        return call()
    except (
        ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
    ) as error:  # fmt: skip
        log.append((type(error), str(error)))
        return None


def agree(script, *arguments, **options):
    """Run a script on a tape of each twin."""
    found = []
    for twin in TWINS.values():
        tape, log = twin.Tape(**options), []
        script(twin, tape, log, *arguments)
        found.append((log, picture(tape.arrays())))
    (first, drawn), (second, other) = found
    for number, (x, y) in enumerate(itertools.zip_longest(first, second)):
        assert x == y, number
    assert drawn == other


def face(x):
    return (x.node, x.kind, float(x.tape.value(x.node)).hex(), x.tape.node(x.node))


# ---- recording -----------------------------------------------------------------------------------


def every_pair(twin, tape, log, rewrites):
    """Each operation on the result of each other one, in each position."""
    x, y = tape.input(0.5), tape.input(0.25)
    inner = [(tape.append(op, *[x, y, y][: recipe(op).arity])) for op in BUILT_IN]
    for op in BUILT_IN:
        for node in inner:
            if recipe(op).arity == 1:
                log.append(tape.append(op, node))
                continue
            for given in itertools.product((x, node), repeat=2):
                log.append(tape.append(op, *given, *[y] * (recipe(op).arity - 2)))


def every_constant(twin, tape, log, rewrites):
    """Each operation on constants and others, in all positions."""
    x = tape.input(0.5)
    for op in BUILT_IN:
        for number in NUMBERS:
            some = (x, tape.constant(number), tape.constant(0.75))
            for given in itertools.product(some, repeat=min(recipe(op).arity, 2)):
                log.append(tape.append(op, *given, *[x] * (recipe(op).arity - 2)))
                if recipe(op).arity == 3:
                    log.append(tape.append(op, x, *given))


@pytest.mark.parametrize("rewrites", [True, False])
@pytest.mark.parametrize("script", [every_pair, every_constant], ids=lambda f: f.__name__)
def test_operations_on_results_and_constants(script, rewrites):
    agree(script, rewrites, rewrites=rewrites, replays=rewrites)


def positions(twin, tape, log):
    """Tables and sums at each index around their limits."""
    x = tape.input(0.5)
    for length in range(4):
        for index in (*range(-5, 5), 0.5, -0.0, -0.5, 2.0**31, 2.0**63, *NUMBERS[-3:]):
            for node in (tape.input(index), tape.constant(index)):
                entries = [x, tape.constant(2.0), tape.copy(x)][:length]
                log.append(attempt(log, partial(tape.take, entries, node)))
                log.append(attempt(log, partial(tape.take_each, entries, [node, node])))
                region = attempt(log, partial(tape.scatter, length, [(node, x), (node, node)]))
                for k in range(-1, length + 1):
                    if region is not None:
                        log.append(attempt(log, partial(tape.entry, region, k)))


def guards(twin, tape, log):
    """Guards that are asked for again, and forgotten."""
    nodes = [tape.input(float(k % 3 - 1)) for k in range(40)]
    nodes += [tape.constant(0.0), tape.constant(1.0), tape.input(math.nan), tape.copy(nodes[0])]
    turns = ((0, 1, 99), (39, -1, 7), (3, 5, 6), (0, 2, 1), (43, -3, 0), (0, 1, 3))
    for start, step, keep in turns:
        for node in nodes[start::step] * 2:
            log.append(bool(tape.guard(node)))
        log.append(list(tape.arrays().guards))
        fork = tape.fork()
        tape.forget_guards(keep)
        log.append(list(tape.arrays().guards))
        for node in (nodes[start], nodes[-1], fork.input(1.0)):
            log.append(bool(fork.guard(node)))
        log.append([list(each.arrays().guards) for each in (fork, tape)])


def regions(twin, tape, log):
    """Calls and what overrides their derivatives."""
    x, y = tape.input(0.5), tape.input(2.0)
    for operands in ([], [x], [x, y], [y, x], [x] * 40):
        function = Call(PRODUCT, [Number()] * len(operands), {})
        for results in (None, b"", array("d", [7.0, 8.0, 9.0]).tobytes()):
            region = attempt(log, partial(tape.call, function, operands, results))
            log.append(region)
            log.append(attempt(log, partial(tape.call, function, operands)))
            if region is None:
                continue
            log.append(tape.call_at(region)[1:])
            for k in (-1, 0, 1, 2, 3):
                log.append(attempt(log, partial(tape.entry, region, k)))
                log.append(attempt(log, partial(tape.override, x, region, k)))
        log.append([each[1:] for each in tape.fork().arrays().calls])
    sums = tape.scatter(2, [])
    for node in (sums, x, 0, -1, 10**6):
        log.append(attempt(log, partial(tape.call_at, node)))
        log.append(attempt(log, partial(tape.override, node)))
        if node != -1:
            log.append(attempt(log, partial(tape.override, x, node, 0)))
    log.append(tape.override(tape.constant(3.0)))


@pytest.mark.parametrize("replays", [True, False])
@pytest.mark.parametrize("script", [positions, guards], ids=lambda f: f.__name__)
def test_tables_sums_and_guards(script, replays):
    agree(script, replays=replays)


def test_calls():
    found = []
    for twin in TWINS.values():
        tape, log = twin.Tape(), []
        regions(twin, tape, log)
        found.append((log, picture(tape.arrays())[:-1]))
    assert found[0] == found[1]


ADD, MUL = NUMBER["add"], NUMBER["mul"]
LOCAL = "a fragment needs a local from {} to {} here, but has {}"
FRAGMENTS = [
    (((), ((ADD, 0, 1, -1),), 4), None),
    (((1.0, 2.0), ((ADD, 4, 5, -1), (MUL, 6, 0, -1)), 7), None),
    (((1.0,), (), 4), None), (((), (), 0), None), (((), (), 2), None), (((), (), 3), None),
    (((), (), 4), LOCAL.format(0, 3, 4)), (((), (), -1), LOCAL.format(0, 3, -1)),
    (((1.0,), (), 5), LOCAL.format(0, 4, 5)),
    (((), ((ADD, 0, 1, -1),), 5), LOCAL.format(0, 4, 5)),
    (((), ((ADD, 4, 1, -1),), 4), LOCAL.format(-1, 3, 4)),
    (((), ((ADD, 0, 4, -1),), 4), LOCAL.format(-1, 3, 4)),
    (((), ((ADD, 0, 1, 4),), 4), LOCAL.format(-1, 3, 4)),
    (((), ((ADD, 0, 1, -2),), 4), LOCAL.format(-1, 3, -2)),
    (((), ((ADD, -2, 1, -1),), 4), LOCAL.format(-1, 3, -2)),
    (((1.0,), ((ADD, 0, 4, -1), (ADD, 5, 6, -1)), 6), LOCAL.format(-1, 5, 6)),
    (((), (7,), 4), "the code of a fragment consists of tuples"),
    ([(), (), 0], "a fragment is a tuple, but got list"),
    (7, "a fragment is a tuple, but got int"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), FRAGMENTS, ids=range(len(FRAGMENTS)))
def test_the_locals_of_a_fragment(parts, said):
    tape = native.Tape()
    x, y, z = tape.input(0.5), tape.input(2.0), tape.input(3.0)
    if said is not None:
        with pytest.raises((ValueError, TypeError)) as caught:
            tape.expand(parts, [x, y, z], y)
        assert str(caught.value) == said
        assert len(tape) == 3
        return

    def script(twin, tape, log):
        x, y, z = tape.input(0.5), tape.input(2.0), tape.input(3.0)
        for operands in ([], [x], [x, y], [x, y, z]):
            for out in (-1, x, z):
                log.append(attempt(log, partial(tape.expand, Fragment(*parts), operands, out)))

    agree(script)


@pytest.mark.parametrize("count", [1, 34, 35, 36, 37, 38, 200])
def test_a_fragment_of_any_length(count):
    def script(twin, tape, log):
        x = tape.input(0.5)
        numbers = tuple(1.5 + k for k in range(count))
        code = tuple((ADD, 0, 4 + k, -1) for k in range(count))
        for parts in ((numbers, (), 3 + count), (numbers, code, 3 + 2 * count)):
            log.append(tape.expand(Fragment(*parts), [x]))

    agree(script)


# ---- tracers -------------------------------------------------------------------------------------

METHODS = [
    lambda x: x.max(y=1), lambda x: x.max(other=1), lambda x: x.min(other=1.0),
    lambda x: x.where(y=1, z=2), lambda x: x.where(z=x, y=3.0), lambda x: x.where(1, z=2),
    lambda x: x.clip(), lambda x: x.clip(1), lambda x: x.clip(max=0), lambda x: x.clip(min=1),
    lambda x: x.clip(z=0), lambda x: x.clip(y=1, z=2), lambda x: x.clip(hi=0, lo=-1),
    lambda x: x.clip(a_max=0, a_min=-1), lambda x: x.clip(max_val=0, min_val=-1),
    lambda x: x.leaky_relu(), lambda x: x.leaky_relu(0.5), lambda x: x.leaky_relu(alpha=0.5),
    lambda x: x.leaky_relu(slope=x), lambda x: x.elu(), lambda x: (-x).elu(alpha=0.5),
    lambda x: x.is_integer(), lambda x: math.floor(x), lambda x: math.ceil(-x),
    lambda x: math.trunc(x), lambda x: math.trunc(-x), lambda x: divmod(x, 2),
    lambda x: divmod(7, x), lambda x: divmod(x, "a"), lambda x: divmod("a", x), lambda x: +x,
    lambda x: +(x > 1), lambda x: ~(x > 1), lambda x: ~math.floor(x), lambda x: ~x,
    lambda x: (x > 1) & (x < 3), lambda x: (x > 1) | (x < 3), lambda x: (x > 1) ^ (x < 3),
    lambda x: math.floor(x) << 2, lambda x: 9 >> math.floor(x), lambda x: math.floor(x) & 3,
    lambda x: math.floor(x) ** -1, lambda x: math.floor(x) ** 2, lambda x: x + "a",
    lambda x: "a" * x, lambda x: pow(x, 2, 3), lambda x: pow(2, x), lambda x: x == "a",
    lambda x: x != None, lambda x: x < "a", lambda x: x < True, lambda x: x + 2**53,  # noqa: E711
    lambda x: x + (2**53 + 1), lambda x: x - 2**64, lambda x: x * 10**400, lambda x: x / 0,
    lambda x: 0 / x, lambda x: x // 0, lambda x: x % 0, lambda x: f"{x}", lambda x: f"{x:.2f}",
    lambda x: repr(x), lambda x: hash(x), lambda x: float(x), lambda x: int(x), lambda x: [1][x],
    lambda x: complex(x), lambda x: x.as_integer_ratio(), lambda x: x.data, lambda x: x.item(),
    lambda x: x.tolist(), lambda x: x.hex(), lambda x: x.nothing, lambda x: x.conjugate(),
    lambda x: bool(x), lambda x: bool(x > 3), lambda x: x._apply_or_raise(NUMBER["neg"], "a"),
    lambda x: x._apply_or_raise(NUMBER["where"], x, 1, "a"),
    lambda x: x._apply_or_raise(NUMBER["limits_shifted_square"], x), lambda x: np.add(x, 1),
    lambda x: np.exp(x), lambda x: np.maximum(x, 2.0), lambda x: np.arctan2(x, 1),
    lambda x: np.add.reduce([x, x]), lambda x: np.add(x, [1.0, 2.0]).sum(),
    lambda x: abs(x > 1), lambda x: -(x > 1),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(METHODS)))
@pytest.mark.parametrize("at", [2.5, 0.0, 2.0])
def test_what_a_traced_number_answers(number, at):
    def script(twin, tape, log):
        (x,) = twin.inputs(tape, [at])
        for each in (x, twin.Tracer(tape, x.node, 1), twin.Tracer(tape, x.node, 3), x > 1):
            made = attempt(log, partial(METHODS[number], each))
            for one in made if isinstance(made, tuple) else (made,):
                log.append(face(one) if isinstance(one, twin.Tracer) else one)

    agree(script)


@pytest.mark.parametrize("number", range(30))
def test_what_a_recording_that_is_over_answers(number):
    def script(twin, tape, log):
        x, y = twin.inputs(tape, [2.5, 1.0])
        some = np.array([x, y], dtype=object)
        tape.closed = True
        for call in (
            lambda: METHODS[number](x), lambda: x + y, lambda: 1 - x, lambda: -x, lambda: x < y,
            lambda: x == "a", lambda: bool(x), lambda: x.tanh(), lambda: x.where(1, y),
            lambda: x.max("a"), lambda: math.floor(x), lambda: divmod(y, x), lambda: np.add(x, y),
            lambda: x._elementwise(NUMBER["neg"], some, some), lambda: x._inner(some, some, some),
            lambda: x._apply_or_raise(NUMBER["neg"], y), lambda: x.conjugate() is x,
        ):  # fmt: skip
            made = attempt(log, call)
            log.append(made if made is None or type(made) is bool else type(made).__name__)

    agree(script)


WRONG_METHODS = [
    lambda x: x.max(), lambda x: x.max(1, 2), lambda x: x.max(1, y=2), lambda x: x.max(x=1),
    lambda x: x.max(z=1), lambda x: x.max(yy=1), lambda x: x.max(other=1, y=2),
    lambda x: x.where(1), lambda x: x.where(1, 2, 3), lambda x: x.where(1, y=2),
    lambda x: x.clip(1, min=2), lambda x: x.clip(lo=1, min=2), lambda x: x.clip(other=1),
    lambda x: x.leaky_relu(1, alpha=2), lambda x: x.elu(z=1),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WRONG_METHODS)))
def test_wrong_operands_of_a_method(number):
    for twin in TWINS.values():
        tape = twin.Tape()
        (x,) = twin.inputs(tape, [2.5])
        with pytest.raises(TypeError) as caught:
            WRONG_METHODS[number](x)
        assert len(tape) == 1
    more = "2 more operands, as y and z" if 7 <= number < 13 else "1 more operand, as y"
    assert str(caught.value) == f"this operation of a traced number takes {more}"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_how_many_operands_a_rule_by_its_number_has(count):
    (x,) = native.inputs(native.Tape(), [2.5])
    with pytest.raises(TypeError, match=r"^_apply_or_raise needs the number of a rule and one to"):
        x._apply_or_raise(*[NUMBER["add"], x, x, x, x][:count])


# ---- arrays of tracers ---------------------------------------------------------------------------

SHAPES = [
    ((), (), ()), ((1,), (), (1,)), ((3,), (3,), (3,)), ((3,), (1,), ()), ((2, 3), (2, 3), (2, 3)),
    ((2, 3), (3,), (2, 1)), ((1, 3), (2, 3), ()), ((2, 1), (2, 3), (3,)), ((1, 1), (2, 3), (2, 3)),
    ((2, 3, 2), (3, 1), (2, 1, 2)), ((1, 3, 1), (2, 1, 2), (2, 3, 2)), ((0,), (0,), (1,)),
    ((2, 0), (2, 1), (0,)),
]  # fmt: skip


def traced(tracers, *shape):
    """An array of tracers and plain numbers of every kind."""
    x, y = tracers
    some = [x, y, 2.5, 3, True, x > 1, -0.5, x * y, math.inf]
    made = np.empty(math.prod(shape), dtype=object)
    made[:] = [some[k % len(some)] for k in range(made.size)]
    return made.reshape(shape)


def noted(log, target, twin):
    log.append(target.shape)
    log.extend(face(x) if isinstance(x, twin.Tracer) else repr(x) for x in target.flat)


@pytest.mark.parametrize("number", range(len(SHAPES)))
@pytest.mark.parametrize(
    "name", ["mul", "div", "lt", "max", "bitwise_and", "limits_shifted_square"]
)
def test_a_loop_over_arrays(number, name):
    shape, left, right = SHAPES[number]

    def script(twin, tape, log):
        tracers = twin.inputs(tape, [1.5, 0.0])
        x, y = tracers[0], np.linspace(-1.0, 1.0, math.prod(right)).reshape(right)
        for p in (traced(tracers, *left), np.full(left, 0.5)):
            for q in (traced(tracers, *right), y):
                out = np.full(shape, None)
                given = (out, p) if name == "limits_shifted_square" else (out, p, q)
                made = attempt(log, partial(x._elementwise, NUMBER[name], *given))
                log.append(made)
                noted(log, out, twin)
        out = np.full(shape, None)
        log.append(x._elementwise(NUMBER["where"], out, traced(tracers, *left), y, y))
        noted(log, out, twin)

    agree(script)


@pytest.mark.parametrize("lengths", [(1,), (2, 3), (3, 1), (2, 2, 2), (9,)])
def test_an_inner_product(lengths):
    def script(twin, tape, log):
        tracers = twin.inputs(tape, [1.5, 0.0])
        numbers = np.linspace(-1.0, 1.0, math.prod(lengths)).reshape(lengths)
        some, last = traced(tracers, *lengths), traced(tracers, lengths[-1])
        for x, y in ((some, numbers), (numbers, some), (some, some), (last, some)):
            out = np.full((*lengths[:-1], 1), None)
            assert tracers[0]._inner(out, x, y) is None
            noted(log, out, twin)

    agree(script)


def test_an_inner_product_of_no_axes_or_of_no_elements():
    tape = native.Tape()
    x, y = native.inputs(tape, [2.0, 3.0])
    out = np.array(None)
    x._inner(out, np.array(x), np.array(y))
    assert tape.node(out[()].node) == (MUL, 0, 1, -1)
    out = np.full((2, 1), None)
    x._inner(out, np.empty((2, 0), dtype=object), np.empty((2, 0)))
    assert out.tolist() == [[None], [None]]


FIT = "a loop needs a target and one to three arrays that fit, of objects or float64"
PAIR = "an inner product needs a target and two arrays"


def wrong_loops(x):
    a, out, f = np.full((2, 3), x), np.full((2, 3), None), np.ones((2, 3))
    misfits = [a[:, :2], a[None], f.astype(np.float32), f.astype(int), f > 0]
    neg, add = NUMBER["neg"], ADD
    arity = "a loop over this operation needs a target and {} arrays"
    last = out[:, :1]
    return [
        *[(ValueError, FIT, lambda y=y: x._elementwise(add, out, a, y)) for y in misfits],
        *[(ValueError, FIT, lambda y=y: x._inner(last, a, y)) for y in misfits],
        (TypeError, arity.format(1), lambda: x._elementwise(neg)),
        (TypeError, arity.format(1), lambda: x._elementwise(neg, out)),
        (TypeError, arity.format(1), lambda: x._elementwise(neg, out, a, a)),
        (TypeError, arity.format(2), lambda: x._elementwise(add, out, a)),
        (TypeError, arity.format(3), lambda: x._elementwise(NUMBER["where"], out, a, a)),
        (TypeError, PAIR, lambda: x._inner(last, a)),
        (TypeError, PAIR, lambda: x._inner(last, a, a, a)),
        (ValueError, FIT, lambda: x._inner()), (ValueError, FIT, lambda: x._inner(last)),
        (ValueError, FIT, lambda: x._inner(last, a, a, a, a)),
        (TypeError, None, lambda: x._elementwise("x", out, a)),
        *[(IndexError, None, lambda n=n: x._elementwise(n, out, a)) for n in (
            -1, 0, OWN, len(RULES), 2**31, 2**40, -(2**40),
        )],
        (IndexError, None, lambda: x._elementwise()),
        (TypeError, None, lambda: x._elementwise(add, out, a, np.full((2, 3), "x", dtype=object))),
        (TypeError, None, lambda: x._inner(last, a, np.full((2, 3), "x", dtype=object))),
        (TypeError, None, lambda: x._elementwise(neg, out, 3)),
    ]  # fmt: skip


def test_what_is_wrong_with_a_loop():
    tape = native.Tape()
    (x,) = native.inputs(tape, [2.0])
    for kind, said, call in wrong_loops(x):
        with pytest.raises(kind) as caught:
            call()
        assert said is None or (type(caught.value), str(caught.value)) == (kind, said)
    out, count = np.full(3, None), sys.getrefcount(x)
    given = np.array([x, "five", x], dtype=object)
    with pytest.raises(TypeError, match="five"):
        x._elementwise(NUMBER["neg"], out, given)
    assert [each is None for each in out] == [False, True, True]
    del given
    assert sys.getrefcount(x) == count


# ---- machines ------------------------------------------------------------------------------------

WIDTHS = (7, 8, 9, 17)
SPACINGS = {
    "in order": lambda k, n: k, "backwards": lambda k, n: n - 1 - k, "the same": lambda k, n: 0,
    "every second": lambda k, n: 2 * k, "one ahead": lambda k, n: k + 1,
    "irregular": lambda k, n: k * k % n, "but for the last": lambda k, n: k + (k == n - 1),
}  # fmt: skip
SHAPES_OF_STEPS = {
    "x + y": lambda t, x, y, z, w: t.rule("add", x, y),
    "x - y": lambda t, x, y, z, w: t.rule("sub", x, y),
    "x * y": lambda t, x, y, z, w: t.rule("mul", x, y),
    "-x": lambda t, x, y, z, w: t.rule("neg", x),
    "x * y + z": lambda t, x, y, z, w: t.rule("add", t.rule("mul", x, y), z),
    "z + x * y": lambda t, x, y, z, w: t.rule("add", z, t.rule("mul", x, y)),
    "x * y - z": lambda t, x, y, z, w: t.rule("sub", t.rule("mul", x, y), z),
    "z - x * y": lambda t, x, y, z, w: t.rule("sub", z, t.rule("mul", x, y)),
    "x * y + z * w": lambda t, x, y, z, w: t.rule("add", t.rule("mul", x, y), t.rule("mul", z, w)),
    "x * y - z * w": lambda t, x, y, z, w: t.rule("sub", t.rule("mul", x, y), t.rule("mul", z, w)),
    "sin x": lambda t, x, y, z, w: t.rule("sin", x),
    "sin x + cos x": lambda t, x, y, z, w: t.rule("add", t.rule("sin", x), t.rule("cos", x)),
    "choice": lambda t, x, y, z, w: t.rule("where", x, y, z),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES_OF_STEPS)
@pytest.mark.parametrize("first", SPACINGS)
def test_steps_of_one_kind(shape, first):
    """Of operands that lie in a row, or otherwise; by themselves, or each on the one before."""
    for width, second in itertools.product(WIDTHS, SPACINGS):
        for is_chain in range(4):
            tape = Draft()
            some = [tape.input() for _ in range(2 * width + 1)]
            last, made = some[0], []
            for k in range(width):
                x, y = some[SPACINGS[first](k, width)], some[SPACINGS[second](k, width)]
                z, w = some[k], some[-1 - k]
                given = [(x, y, z, w), (last, y, z, w), (x, last, z, w), (x, y, last, last)]
                last = SHAPES_OF_STEPS[shape](tape, *given[is_chain])
                made.append(last)
            outputs = made[-1:] if is_chain else made
            inputs = [math.sin(3 * k + 1) for k in range(len(some))]
            one, other = (make(tape.arrays(), outputs) for make in MACHINES)
            found = at_point(one, inputs, len(outputs))
            assert found == at_point(other, inputs, len(outputs)), (width, second, is_chain)


QUESTIONS = {
    "nothing": lambda tape, x: x,
    "a guard": lambda tape, x: tape.guards.append((tape.rule("lt", x, 1), True)) or x,
    "two guards": lambda tape, x: [
        tape.guards.append((tape.rule(name, x, 1), outcome))
        for name, outcome in (("lt", True), ("ge", False))
    ]
    and x,
    "a table": lambda tape, x: tape.take([0, 1, x], tape.rule("floor", x)),
    "a sum": lambda tape, x: tape.push(ENTRY, tape.scatter(2, [(tape.rule("floor", x), x)]), 1),
    "a call": lambda tape, x: tape.push(ENTRY, tape.call(2, [x, 0]), 1),
    "sine and cosine": lambda tape, x: tape.rule("add", tape.rule("sin", x), tape.rule("cos", x)),
}


def asking(names, width):
    """A tape that asks these questions, and has so many outputs beside one another."""
    tape = Draft()
    tape.push(CONSTANT, value=0.75)
    tape.push(CONSTANT, value=1.5)
    columns = [tape.input() for _ in range(width)]
    tape.inputs = columns
    last = columns[0]
    for name in names:
        last = tape.rule("mul", QUESTIONS[name](tape, last), 1)
    return tape, [tape.rule("add", column, last) for column in columns]


@pytest.mark.parametrize("first", QUESTIONS)
@pytest.mark.parametrize("second", QUESTIONS)
def test_rows_that_end_early(first, second):
    """In every number of rows around that of a block, and of columns around that of a tile."""
    for rows, width in ((0, 2), (1, 9), (2, 7), (63, 1), (64, 8), (65, 8), (129, 3), (200, 17)):
        tape, outputs = asking((first, second), width)
        one, other = (make(tape.arrays(), outputs) for make in MACHINES)
        grid = np.abs(np.sin(np.arange(1.0, rows * width + 1))).reshape(rows, width) * 2.2
        keep = [k % 3 != 1 for k in range(width)]
        which = [(7 * k) % rows for k in range(0, rows + 70 * (rows > 1), 2)] if rows else None
        some = [None] * width, [0.5 if k == 1 else None for k in range(width)]
        ways = ({}, {"which": which}, {"failed": False}, {"shift": -1}, {"shift": 2})
        kept = keep, [True] * width, [False] * width
        for k, way in enumerate((*ways, *ways[:2])):
            given = grid, some[k % 2], kept[k % 3]
            assert sweep(one, *given, **way) == sweep(other, *given, **way), (rows, way)


CODES = [
    ([0], ()), ([1, 0], ((),)), ([1, 1, 3], ((3,),)), ([1, 2, 2, 2], ((2, 2),)), ([2, 0], ()),
    ([2, 2, 0, 0], ()), ([3, 3, 0, 2, 1, 0, 1, 1, 2], ((2,),)), ([2, 1, 3, 1, 2, 1, 0], ()),
    ([3, 2, 1, 1, 1, 1, 1, 0], ((1,), (0,))), ([3, 0], ()),
]  # fmt: skip


class Sub(np.ndarray):
    """An array of a class of its own."""


def trees():
    f = np.array([1.0, 2.0, 3.0])
    small = np.array([[1.0, 2.0], [3.0, 4.0]])
    leaves = [
        1.5, np.float64(2.5), 1, True, "x", None, np.array(1.5), f, f[::2], f[:1], f[:0], f[1:],
        small, small.T, small.astype(int), f.astype(">f8"), f.astype(np.float32), f.view(Sub),
        np.empty((0, 5)), np.empty((5, 0)), f.astype(object),
    ]  # fmt: skip
    return [
        *leaves, [], (), [1.5], (1.5,), [1.5, 2.5], (1.5, 2.5), [1.5, 2], [1.5] * 3, [(2.5,)],
        (1.5, [2.5], f[:2]), (1.5, (2.5,), f[:2]), (1.5, [2.5], f), [([1.5],)], [[[1.5]]],
        [([1.5], 1)], (f[:1], f[:0]), (f[:0], f[:1]), (f[:1], f[:1]),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CODES)))
def test_the_structure_of_arguments(number):
    """Every structure against all kinds of objects; and the same structure for the result."""
    code, shapes = CODES[number]
    count = [1, 1, 3, 4, 0, 2, 4, 1, 1, 0][number]
    found = []
    for make, call in zip(MACHINES, CALLERS):
        tape = Draft()
        total = tape.push(CONSTANT, value=1.0)
        nodes = [tape.input() for _ in range(count)]
        for node in nodes:
            total = tape.rule("add", total, node)
        caller = call([3, 1, *code], [3, 2, 0, *code], shapes, np.ndarray, np.empty)
        caller.add(make(tape.arrays(), [total, *nodes]), b"")
        for tree in trees():
            made = caller.run((tree,))
            found.append(made if made is NotImplemented else repr(made))
        found.append([caller.run(x) for x in ((), (1.5, 2.5), [1.5], 1.5)])
    half = len(found) // 2
    assert found[:half] == found[half:]
    assert any(x is not NotImplemented for x in found[: half - 1])


@pytest.mark.parametrize(("make", "call"), [*zip(MACHINES, CALLERS)])
@pytest.mark.parametrize("second", [False, True])
def test_a_path_that_another_one_begins_with_leads_nowhere(make, call, second):
    caller = call([3, 1, 0], [0], (), np.ndarray, np.empty)
    for bounds in (((5.0, True),), ((5.0, True), (2.0, second))):
        tape = Draft()
        x = tape.input()
        for bound, outcome in bounds:
            tape.guards.append((tape.rule("lt", x, tape.push(CONSTANT, value=bound)), outcome))
        caller.add(make(tape.arrays(), [x]), bytes(outcome for _, outcome in bounds))
    assert caller.run((3.0 if second else 0.5,)) is NotImplemented
    assert caller.run((0.5 if second else 3.0,)) == (0.5 if second else 3.0)


# ---- linear maps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_a_linear_map_of_every_kind_of_operation(count):
    """Blocks of directions, groups of them, and patterns."""
    found = []
    for twin in TWINS.values():
        tape = twin.Tape()
        x = twin.inputs(tape, [0.25 + 0.5 * k for k in range(count)])
        y = [x[k] * x[k - 1] + x[k].tanh() - (x[0] + 1.0).log() for k in range(count)]
        y += [x[-1], x[0] * 0.0, (x[0] > x[-1]).where(x[0], x[-1]), -x[0], x[0] / x[-1], x[0].abs()]
        taken = tape.take([each.node for each in y], tape.input(1.0))
        nodes = [each.node for each in y] + [taken, tape.constant(2.0), x[0].node, tape.copy(taken)]
        index = tape.input(0.0)
        region = tape.scatter(2, [(index, node) for node in nodes[:4]])
        nodes += [tape.entry(region, 0), tape.entry(region, 1)]
        wrt = [each.node for each in x]
        for outputs in (nodes, nodes[::-1], nodes[:count], *[[node] for node in nodes]):
            linear = twin.linearize(tape, wrt, outputs)
            found.append(linear and (linear.pattern(), linear.partials, linear.outputs))
            partials = np.array([tape.value(node) for node in linear.partials] if linear else [])
            for groups in (range(count), [0] * count, [k // 2 for k in range(count)]):
                if linear:
                    linear.prepare(groups)
                    out = np.full((max(groups) + 1, len(outputs)), 7.0)
                    linear.run(partials, out)
                    found.append(bits(out))
    half = len(found) // 2
    assert found[:half] == found[half:]


def linear_map():
    """A map of three inputs to two outputs with two partials, whose groups are set."""
    tape = native.Tape()
    x = native.inputs(tape, [0.5, 2.0, 3.0])
    outputs = [(x[0] * x[1]).node, (x[2] + x[0]).node]
    linear = native.linearize(tape, [each.node for each in x], outputs)
    linear.prepare([0, 1, 1])
    return linear


def test_what_a_linear_map_refuses():
    linear, two, four = linear_map(), np.ones(2), np.zeros(4)
    group, index = "a group for each input is needed", "a group is an index"
    count = "{} float64 numbers are needed"
    for said, call in (
        *[(group, lambda n=n: linear_map().prepare([0] * n)) for n in (0, 2, 4)],
        *[(index, lambda n=n: linear_map().prepare([0, n, 1])) for n in (-1, 3, 2**31)],
        *[(count.format(2), lambda n=n: linear.run(np.ones(n), four)) for n in (1, 3)],
        *[(count.format(4), lambda n=n: linear.run(two, np.ones(n))) for n in (3, 5, 2)],
        (count.format(2), lambda: linear.run(np.ones(2, int), four)),
        (count.format(2), lambda: linear.run(np.ones(4, np.float32), four)),
        (count.format(4), lambda: linear.run(two, np.ones(8, np.float32))),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == said
    with pytest.raises(TypeError):
        linear_map().prepare([0, "x", 0])
    with pytest.raises(TypeError):
        linear_map().prepare(7)
    fresh = native.linearize(native.Tape(), [], [])
    with pytest.raises(ValueError, match=r"^the groups are missing$"):
        fresh.run(two, four)
    linear.run(np.array([2.0, 0.5]), four)
    assert four.tolist() == [2.0, 1.0, 0.5, 1.0]
    linear.prepare([2, 1, 0])
    linear.run(np.array([2.0, 0.5]), out := np.zeros((3, 2)))
    assert out.tolist() == [[0.0, 1.0], [0.5, 0.0], [2.0, 1.0]]


def test_what_a_tape_refuses_in_words():
    tape = native.Tape()
    x, y = tape.input(0.0), tape.input(1.0)
    pairs, three = "scatter needs pairs of an index and a number", "a fragment has at most three"
    for said, call in (
        *[(pairs, lambda n=n: tape.scatter(2, [(x, y), (x,) * n])) for n in (0, 1, 3)],
        (f"{three} operands", lambda: tape.expand(((), (), 0), [x] * 4)),
        ("a number of 0 or more is needed", lambda: tape.forget_guards(-1)),
        ("a number of 0 or more is needed", lambda: tape.forget_guards(-(2**62))),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == said
    assert len(tape) == 2


WRONG_NODES = [
    (3, {"ops": 99_999}, "node 3: unknown operation"),
    (3, {"ops": -9}, "node 3: unknown operation"),
    (3, {"ops": OWN}, "node 3: unknown operation"), (4, {"x": 1}, "node 4: unknown table"),
    (4, {"x": -1}, "node 4: unknown table"), (5, {"x": 1}, "node 5: unknown scatter"),
    (5, {"x": -1}, "node 5: unknown scatter"), (7, {"x": 1}, "node 7: unknown call"),
    (7, {"x": -1}, "node 7: unknown call"), (6, {"y": 2}, "node 6: the region is too short"),
    (6, {"y": -1}, "node 6: the region is too short"),
    (6, {"x": 4}, "node 6: its operand isn't a region before it"),
    (6, {"x": 6}, "node 6: its operand isn't a region before it"),
    (6, {"x": -1}, "node 6: its operand isn't a region before it"),
    (8, {"y": 2}, "node 8: the region is too short"),
    (3, {"x": 3}, "node 3: an operand doesn't come before it"),
    (3, {"y": 3}, "node 3: an operand doesn't come before it"),
    (3, {"y": -1}, "node 3: an operand doesn't come before it"),
    (4, {"y": 4}, "node 4: an operand doesn't come before it"),
    (9, {"x": 9}, "node 9: an operand doesn't come before it"),
    (9, {"x": -1}, "node 9: an operand doesn't come before it"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "change", "said"), WRONG_NODES, ids=range(len(WRONG_NODES)))
def test_what_is_wrong_with_a_node(node, change, said):
    tape = Draft()
    x, y = tape.input(), tape.input()
    zero = tape.push(CONSTANT)
    tape.take([x, tape.rule("add", x, y)], zero)
    tape.push(ENTRY, tape.scatter(2, [(zero, x)]), 1)
    tape.push(ENTRY, tape.call(2, [x, y]), 1)
    tape.push(COPY, x)
    make = MACHINES[1]
    assert make(tape.arrays(), [node]) is not None
    op, *operands = tape.nodes[node]
    names = dict(zip("xyz", operands))
    names.update({key: value for key, value in change.items() if key != "ops"})
    tape.nodes[node] = (change.get("ops", op), *names.values())
    with pytest.raises(ValueError) as caught:
        make(tape.arrays(), [node])
    assert str(caught.value) == said


# ---- references ----------------------------------------------------------------------------------


def test_calls_leave_no_reference_behind_and_take_none():
    tape = native.Tape()
    x, y = native.inputs(tape, [0.5, 2.0])
    function = Call(PRODUCT, [Number()] * 2, {})
    nodes = [x.node, y.node, tape.append(MUL, x.node, y.node)]
    entry = tape.entry(tape.call(function, nodes[:2]), 0)
    objects, floats = np.array([x, y, 2.5], dtype=object), np.ones(3)
    out = np.full(3, None)
    machine = MACHINES[1](tape.arrays(), [nodes[2], entry])
    caller = CALLERS[1]([3, 2, 0, 0], [3, 2, 0, 0], (), np.ndarray, np.empty)
    inputs, outputs = np.ones(2), np.zeros(2)
    lasting = [
        tape, x, y, function, machine, caller, inputs, outputs, np.empty, np.ndarray, objects,
        native.Tape, native.Tracer, MACHINES[1], None, True, False, NotImplemented, out, floats,
    ]  # fmt: skip

    def call():
        x + y, x * 2.5, 2 - y, -x, x < y, x == "a", x.max(y), x.where(y, 1), x.clip(), +x, x.tanh()
        x.__add__("a"), x.conjugate(), divmod(x, y), math.floor(x), (x > 1) & (y > 1)
        x._elementwise(ADD, out, objects, floats), x._inner(out[:1], objects, floats)
        fork = tape.fork()
        fork.call(function, nodes[:2]), fork.call_at(entry - 1), fork.arrays(), fork.guard(0)
        native.gradient(fork, [nodes[2]], [fork.constant(1.0)], nodes[:2])
        native.tangents(fork, nodes[:2], [fork.constant(1.0)] * 2, [nodes[2]])
        native.slopes(fork, [nodes[2]], [1.0], nodes[:2])
        native.Tracer(fork, 0), native.inputs(fork, [1.0]), native.linearize(fork, nodes[:2], nodes)
        one = MACHINES[1](tape.arrays(), [nodes[2], entry])
        one.point(inputs, outputs), one.bind(inputs, outputs, print)()
        caller.add(machine, b"") if caller.run((0.5, 1.5)) is NotImplemented else None
        caller.run((0.5, 2)), caller.run((0.5, 1.5)), caller.run(0)

    assert_references_stay(call, lasting, 200)


def test_what_a_tape_holds_dies_with_it():
    class Outside:
        def run(self, rows, numbers):
            return numbers

    function = Outside()
    watch = weakref.ref(function)
    tape = native.Tape()
    x = tape.input(1.0)
    tape.call(function, [x])
    fork = tape.fork()
    machine = MACHINES[1](tape.arrays(), [x])
    del function
    for _ in range(2):
        assert watch() is not None
        del tape
        tape = fork
        fork = None
    del tape, fork
    assert watch() is not None
    del machine
    assert watch() is None


def test_a_number_that_was_computed_and_is_not_kept_lets_its_tape_go():
    for number, method in enumerate(METHODS):
        tape = native.Tape()
        (x,) = native.inputs(tape, [2.5])
        for each in (x, native.Tracer(tape, x.node, 1), native.Tracer(tape, x.node, 3), x > 1):
            count, others = sys.getrefcount(tape), sys.getrefcount(each)
            with suppress(ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError):
                method(each)
            assert (sys.getrefcount(tape), sys.getrefcount(each)) == (count, others), number
