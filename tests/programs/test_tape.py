"""Recording: what a tape writes down, what a traced number answers, and how large it may get."""

from __future__ import annotations

import copy
import math
from array import array
from fractions import Fraction

import numpy as np
import pytest
from tape_twins import EAGER, OPERATORS, TWINS, inputs, number, text

import chainrule
from chainrule import GraphError, Value, WrongType
from chainrule.engine.dispatch import apply
from chainrule.errors import PlaceError
from chainrule.programs.trace import tape as interpreted
from chainrule.programs.trace.errors import values_as_numbers
from chainrule.programs.trace.tape import CONSTANT, COPY, ENTRY, INPUT, SCATTER, TAKE
from chainrule.table.rules import NUMBER, RULES


@pytest.fixture(params=list(TWINS))
def twin(request):
    return TWINS[request.param]


# ---- what is recorded ----------------------------------------------------------------------------


def test_numbers_are_computed_while_they_are_recorded(twin):
    tape, a, b = inputs(twin, 2.0, -3.0)
    y = (a * b + 10) / a
    assert number(y) == 2.0
    assert [tape.node(k)[0] for k in range(len(tape))] == [
        INPUT, INPUT, NUMBER["mul"], CONSTANT, NUMBER["add"], NUMBER["div"],
    ]  # fmt: skip
    assert tape.node(4) == (NUMBER["add"], 2, 3, -1)
    assert tape.inputs == [0, 1]
    assert tape.value(4) == 4.0


def test_constants_are_folded(twin):
    tape, _ = inputs(twin, 2.0)
    two, three = tape.constant(2.0), tape.constant(3)
    product = tape.append(NUMBER["mul"], two, three)
    assert tape.is_constant(product)
    assert tape.value(product) == 6.0
    assert math.isnan(tape.value(tape.append(NUMBER["log"], tape.constant(-1.0))))
    assert tape.append(NUMBER["recorded_cubic"], two) == tape.constant(7.5)
    assert len(tape) == 7


def test_a_constant_is_its_bits(twin):
    tape = twin.Tape()
    zero, other = tape.constant(0.0), tape.constant(-0.0)
    assert zero != other
    assert tape.constant(False) == zero
    assert tape.constant(math.nan) == tape.constant(-math.nan) == tape.constant(math.inf - math.inf)
    assert len(tape) == 3


def test_what_was_computed_already_is_not_recorded_again(twin):
    _, a, b = inputs(twin, 2.0, -3.0)
    assert (a * b).node == (b * a).node
    assert (a + b).node == (b + a).node
    assert (a - b).node != (b - a).node
    assert a.sin().node == chainrule.sin(a).node
    assert (a < b).node != (b > a).node


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda a, b: a * 1, "a"),
        (lambda a, b: 1.0 * a, "a"),
        (lambda a, b: a * -1, "neg(a)"),
        (lambda a, b: a - 0, "a"),
        (lambda a, b: a - -0.0, "sub(a, -0)"),
        (lambda a, b: a + 0, "add(a, 0)"),  # -0.0 + 0 is no -0.0
        (lambda a, b: a + -b, "sub(a, b)"),
        (lambda a, b: -a + b, "sub(b, a)"),
        (lambda a, b: a - -b, "add(a, b)"),
        (lambda a, b: -a * -b, "mul(a, b)"),
        (lambda a, b: -a / b, "neg(div(a, b))"),
        (lambda a, b: a / 1, "a"),
        (lambda a, b: a**0, "1"),
        (lambda a, b: a**1, "a"),
        (lambda a, b: a**2, "mul(a, a)"),
        (lambda a, b: a**-1, "div(1, a)"),
        (lambda a, b: a**4, "mul(mul(a, a), mul(a, a))"),
        (lambda a, b: a**0.5, "pow(a, 0.5)"),
        (lambda a, b: +a, "a"),
        (lambda a, b: 0.5 * -(-a), "mul(a, 0.5)"),  # noqa: B002
        (lambda a, b: chainrule.where(1, a, b), "a"),
        (lambda a, b: chainrule.where(a * 0 == a, a, 2), "where(eq(a, mul(a, 0)), a, 2)"),
    ],
)
def test_what_a_row_knows_to_be_simpler_is_recorded_simpler(twin, make, expected):
    _, a, b = inputs(twin, 2.0, -3.0)
    assert text(make(a, b)) == expected


def test_a_copy_is_never_shared(twin):
    tape, a = inputs(twin, 2.0)
    first, second = tape.copy(a.node), tape.copy(a.node)
    assert first != second
    assert tape.node(first) == (COPY, a.node, -1, -1)
    assert not tape.is_constant(tape.copy(tape.constant(1.0)))


def test_a_table_is_read(twin):
    tape, a, i = inputs(twin, 2.0, -1.0)
    entries = [a.node, (a * a).node, tape.constant(7.0)]
    it = tape.take(entries, i.node)
    assert tape.node(it) == (TAKE, 0, i.node, -1)
    assert tape.value(it) == 7.0
    assert tape.take(tuple(entries), i.node) == it
    assert tape.take(entries, tape.constant(1.0)) == entries[1]
    same = tape.take([a.node] * 3, i.node)  # another index must still be found wrong
    assert tape.node(same) == (TAKE, 1, i.node, -1) and tape.value(same) == 2.0
    assert tape.tables == [tuple(entries), (a.node,) * 3]
    assert tape.take_each(entries, [i.node, tape.constant(0.0)]) == [it, a.node]
    for wrong in (3.0, -4.0, 0.5, math.nan, math.inf):
        with pytest.raises(PlaceError, match="take needs a whole number from -3 to 2"):
            tape.take(entries, tape.constant(wrong))


def test_a_region_is_added_up(twin):
    tape, a, i = inputs(twin, 2.0, -1.0)
    pairs = [(i.node, a.node), (tape.constant(0), a.node), (i.node, tape.constant(5))]
    region = tape.scatter(3, pairs)
    assert [tape.value(tape.entry(region, k)) for k in range(3)] == [2.0, 0.0, 7.0]
    assert tape.entry(region, 2) == tape.entry(region, 2)
    assert tape.node(tape.entry(region, 1)) == (ENTRY, region, 1, -1)
    assert tape.node(region) == (SCATTER, 0, -1, -1)
    assert tape.scatters == [(3, tuple(pairs))]
    with pytest.raises(PlaceError):
        tape.scatter(1, [(a.node, a.node)])
    assert len(tape.scatters) == 1


def test_a_condition_is_asked_once(twin):
    tape, a, b = inputs(twin, 2.0, -3.0)
    assert a > b
    assert not a < b
    assert (a > b) and not (a < b)
    assert not twin.Tracer(tape, tape.constant(0.0))
    assert tape.guards == [((a > b).node, True), ((a < b).node, False)]


def test_a_loop_without_end_is_stopped(twin, monkeypatch):
    monkeypatch.setattr("chainrule.programs.trace.errors.MAX_NODES", 1_000)
    tape, a = inputs(twin, 0.0)
    with pytest.raises(
        GraphError, match=r"computed more than 1?,?[0-9]00 numbers in one run"
    ) as caught:
        while a < 1.0:
            a = a + 1e-9
    assert "test_tape.py" in str(caught.value) and "does not end" in str(caught.value)
    assert len(tape) == (100 if twin.Tape is interpreted.Tape else 1_000)


def test_a_recording_that_is_not_replayed_keeps_no_guards_and_shares_constants_only(twin):
    tape = twin.Tape(replays=False)
    a = twin.Tracer(tape, tape.input(2.0))
    assert a > 1 and not a < 1
    assert tape.guards == [] and not tape.replays and not tape.fork().replays
    assert (a * 3).node != (a * 3).node
    assert tape.constant(3.0) == tape.constant(3.0)


def test_a_fork_leaves_the_tape_as_it_is(twin):
    tape, a, i = inputs(twin, 2.0, 1.0)
    y = a.tanh() * 3
    tape.take([a.node, y.node], i.node)
    tape.entry(tape.scatter(2, [(i.node, a.node)]), 0)
    bool(a < 1)
    before = tape.arrays()
    fork = tape.fork()
    assert type(fork) is twin.Tape
    assert fork.arrays() == before
    assert fork.append(NUMBER["tanh"], a.node) == a.tanh().node  # it knows what was recorded
    fork.take([y.node, a.node], i.node)
    fork.entry(fork.scatter(1, []), 0)
    fork.guard(fork.append(NUMBER["gt"], a.node, y.node))
    fork.input(1.0)
    assert tape.arrays() == before
    assert len(fork) > len(tape)


def test_the_arrays(twin):
    tape, a, b = inputs(twin, 2.0, -3.0)
    bool(a * b < 0.5)
    arrays = tape.arrays()
    assert type(arrays) is interpreted.Arrays
    ops_, x, y, z = (array("i", part).tolist() for part in arrays[:4])
    assert ops_ == list(tape.ops) == [INPUT, INPUT, NUMBER["mul"], CONSTANT, NUMBER["lt"]]
    assert (x, y, z) == ([0, 1, 0, -1, 2], [-1, -1, 1, -1, 3], [-1] * 5)
    assert array("d", arrays.values).tolist() == [2.0, -3.0, -6.0, 0.5, 1.0]
    assert arrays[5:] == ([], [], [(4, True)], [0, 1], [])
    assert twin.Tape().arrays() == (b"", b"", b"", b"", b"", [], [], [], [], [])


# ---- the face of a traced number -----------------------------------------------------------------


def test_every_operator_method_and_function(twin):
    _, a, b, c = inputs(twin, 0.75, 0.5, 2.0)
    for row in EAGER:
        operands = (a, b, c)[: row.arity]
        made = apply(NUMBER[row.name], *operands)
        plain = RULES[NUMBER[row.name]].value(*map(number, operands))
        assert number(made) == plain or plain != plain
        if row.name in OPERATORS:
            assert OPERATORS[row.name](*operands).node == made.node
            if row.arity == 2:
                right = OPERATORS[row.name](0.3, a)
                assert right.node == apply(NUMBER[row.name], 0.3, a).node
        else:
            assert getattr(a, row.name)(*operands[1:]).node == made.node
            if row.numpy and not row.dunder:
                assert getattr(a, row.numpy)(*operands[1:]).node == made.node
            assert getattr(twin.Tracer, row.name).__doc__
    assert a.leaky_relu().node == a.leaky_relu(0.01).node == a.leaky_relu(y=0.01).node
    assert a.where(z=b, y=c).node == a.where(c, b).node
    x = a
    x += 1
    assert x.node == (a + 1).node


@pytest.mark.parametrize(
    "number", [2, True, 0.25, np.float64(0.25), np.float32(0.25), np.int64(3), Fraction(1, 4)]
)
def test_any_real_number_is_an_operand(twin, number):
    tape, a = inputs(twin, 2.0)
    for made in (a % number, number % a, number - a, a < number, a.hypot(number)):
        assert isinstance(made, twin.Tracer)
        assert tape.constant(float(number)) in tape.node(made.node)[1:]


def test_object_arrays(twin):
    _, a, b = inputs(twin, 0.5, 2.0)
    vector = np.array([a, b], dtype=object)
    with np.errstate(all="ignore"):  # NumPy reads the processor's flags, whoever raised them
        assert number((np.array([[2.0, 1.0]]) @ vector)[0]) == 3.0
    assert np.tanh(vector)[1].node == b.tanh().node
    assert np.arctan(vector)[0].node == a.atan().node
    assert type(np.float64(2.0) * a) is twin.Tracer


def test_conditions_are_numbers(twin):
    _, a, b = inputs(twin, 2.0, -3.0)
    signs = [a < b, a <= b, a > b, a >= b, a == b, a != b, 2.0 == a, 3 < a]  # noqa: SIM300
    assert [*map(number, signs)] == [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]
    assert text(3 < a) == "gt(a, 3)"  # noqa: SIM300  # as it is written
    assert number(chainrule.where(a > b, a, b)) == 2.0
    both, either, neither = (a > b) & (b > 0), True & (a > b) | (b > 0), ~(a > b)
    assert [*map(number, (both, either, neither))] == [0.0, 1.0, 0.0]
    assert number(math.floor(a / 4)) == 0.0 and number(math.ceil(a / 4)) == 1.0
    with pytest.raises(TypeError, match=r"take\(table, i\)"):
        {a: 1}  # noqa: B018  # by its number it could not be found
    assert (a == "text") is False
    assert (a != None) is True  # noqa: E711  # what one may write


def test_what_cannot_be_recorded(twin):
    _, a = inputs(twin, 2.0)
    with pytest.raises(
        WrongType, match=r"a plain number is needed, but got a traced one"
    ) as caught:
        math.sin(a)
    assert "test_tape.py" in str(caught.value)
    for ask in (float, int, complex):
        with pytest.raises(WrongType, match="plain number"):
            ask(a)
    with pytest.raises(WrongType, match="a plain int is needed"):
        range(a)
    with pytest.raises(WrongType, match="take"):
        [1, 2, 3][a]
    with pytest.raises(GraphError, match="from outside"):
        a * Value(2.0)
    with pytest.raises(GraphError, match="belongs to another recording"):
        a * inputs(twin, 1.0)[1]
    with pytest.raises(WrongType, match="max needs numbers or Values, but got 'no' of type str"):
        a.max("no")
    for strange in ("no", None, 1j, [1.0]):
        with pytest.raises(TypeError):
            a + strange
        with pytest.raises(TypeError):
            strange - a
        with pytest.raises(TypeError):
            a < strange  # noqa: B015  # it raises
    with pytest.raises(TypeError):
        pow(a, 2, 5)
    with pytest.raises(TypeError):
        a.tanh(1)
    with pytest.raises(TypeError):
        a.where(1)


def test_how_a_traced_number_looks(twin):
    tape, a = inputs(twin, 2.5)
    assert repr(a) == str(a) == f"{a}" == "<tracer>"
    assert (a.tape, a.node, number(a)) == (tape, 0, 2.5)
    assert +a is copy.copy(a) is copy.deepcopy([a])[0] is a


def test_the_twins_have_the_same_face():
    for name in ("Tape", "Tracer"):
        own = {"operands", "values"}  # how the interpreted tape keeps its nodes
        faces = []
        for twin in TWINS.values():
            of_one = set(dir(getattr(twin, name)))
            if name == "Tape":
                of_one |= set(dir(twin.Tape()))
            public = {x for x in of_one if x[0] != "_"} - own
            numbers = {x for x in of_one if x[:2] == "__"} - set(dir(object))
            numbers -= {"__dict__", "__weakref__", "__module__", "__annotations__", "__slots__"}
            numbers -= {"__firstlineno__", "__static_attributes__"}
            faces.append((public, numbers, "_apply_or_raise" in of_one))
        assert all(face == faces[0] for face in faces)


# ---- size ----------------------------------------------------------------------------------------


def test_a_deep_chain_needs_no_stack(twin, run_python):
    """Recorded, differentiated in both modes and freed on a stack of 256 KiB."""
    is_compiled = twin is TWINS.get("compiled")
    program = f"""
import sys, threading
from chainrule.programs.derive import derivatives
from chainrule.programs.trace import tape, tracer
if {is_compiled}:
    from chainrule.programs.trace._native import Tape, Tracer, gradient, tangents
else:
    from chainrule.programs.derive.derivatives import gradient, tangents
    from chainrule.programs.trace.tape import Tape
    from chainrule.programs.trace.tracer import Tracer

def work():
    t = Tape()
    a = x = Tracer(t, t.input(0.5))
    for _ in range({300_000 if is_compiled else 30_000}):
        x = x * 0.999 + a
    one = t.constant(1.0)
    by_a, = gradient(t, [x.node], [one], [a.node])
    along, = tangents(t, [a.node], [one], [x.node])
    assert abs(t.value(by_a) / t.value(along) - 1) < 1e-9
    t.fork()
    print("done")

threading.stack_size(256 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    assert run_python(program).split() == ["done"]


def test_numbers_outlive_their_tape(twin):
    tape, a = inputs(twin, 2.0)
    kept = [a * k for k in range(5000)]
    del tape, a
    assert sum(map(number, kept)) == 2.0 * sum(range(5000))
    del kept
    assert number(inputs(twin, 1.0)[1]) == 1.0


def test_many_users_of_one_node(twin):
    """What was recorded is found among many nodes with the same latest operand."""
    _, *a = inputs(twin, *range(300))
    last = a[-1] * a[-2]
    made = [(last * x).node for x in a]
    assert len(set(made)) == 300
    assert [(x * last).node for x in a] == made


def test_values_that_count_as_numbers(twin):
    """But for those that are refused; and not outside of the block."""
    _, x = inputs(twin, 2.0)
    fine, refused = Value(3.0), Value(5.0)
    for outer in (False, True):
        with values_as_numbers({id(refused)}):
            if outer:
                with values_as_numbers(()):
                    assert number(x * refused) == 10.0
            assert number(x * fine) == number(fine * x) == 6.0
            with pytest.raises(GraphError):
                x * refused
    with pytest.raises(GraphError):
        x * fine
