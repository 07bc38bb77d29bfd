"""Random and hostile recordings: both twins write the same nodes and raise the same errors.

Where there is no compiler the interpreted twin is compared with itself.
"""

from __future__ import annotations

import math
import subprocess
import sys
from array import array
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from tape_twins import OPERATORS, PRODUCT, ROWS, TWINS, Recorder, inputs, picture, slopes

from chainrule import GraphError, ShapeError, WrongType, external
from chainrule.errors import NumberError
from chainrule.programs.trace.calls import Call
from chainrule.programs.trace.fragments import Fragment
from chainrule.programs.trace.recipes import recipe
from chainrule.programs.trace.structure import Number
from chainrule.table import ops
from chainrule.table.rules import NUMBER, RULES

pytestmark = pytest.mark.once


@pytest.fixture(params=list(TWINS))
def twin(request):
    return TWINS[request.param]


NASTY = [
    0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 3.0, 4.0, 1e-310, 5e-324, 1e300, -1e300, 710.0, 1e-8,
    math.inf, -math.inf, math.nan,
]  # fmt: skip
numbers = st.sampled_from(NASTY) | st.floats(-4, 4) | st.floats()
nodes = st.integers(0, 60) | st.integers(0, 4)
wild = st.integers(-3, 500)
some_nodes = st.lists(nodes, min_size=1, max_size=4)


def rows_of(*names):
    return st.tuples(st.just("row"), st.sampled_from(names).map(NUMBER.get), nodes, nodes, nodes)


steps = st.one_of(
    rows_of(*(row.name for row in ROWS)),
    rows_of("neg", "mul", "add", "sub"),
    rows_of("where", "where", "lt", "log"),
    rows_of("recorded_cubic", "recorded_blend"),
    st.tuples(st.just("input"), numbers),
    st.tuples(st.just("constant"), numbers),
    st.tuples(st.just("copy"), nodes),
    st.tuples(st.just("take"), some_nodes, st.integers(-6, 6), st.booleans()),
    st.tuples(
        st.just("scatter"),
        st.integers(1, 4),
        st.lists(st.tuples(st.integers(-4, 3), nodes), max_size=5),
    ),
    st.tuples(st.just("guard"), nodes),
    st.tuples(st.just("call"), some_nodes, st.booleans()),
    st.tuples(st.just("override"), nodes),
    st.tuples(st.just("gradient"), some_nodes, some_nodes | st.just([])),
    st.tuples(st.just("tangents"), some_nodes, some_nodes | st.just([])),
    st.tuples(st.just("linear"), some_nodes | st.just([]), some_nodes),
    st.tuples(
        st.just("wild"),
        st.sampled_from(["append", "take", "entry", "gradient", "value", "guard"]),
        wild,
        wild,
    ),
)


@settings(max_examples=400)
@given(
    st.lists(numbers, min_size=1, max_size=4),
    st.lists(steps, min_size=1, max_size=25),
    st.booleans(),
)
def test_the_twins_record_the_same(numbers, program, replays):
    """And slopes are what the nodes of a gradient have for values."""
    pictures = []
    for twin in TWINS.values():
        recorder = Recorder(twin, numbers, replays)
        for step in program:
            recorder.run(step)
        pictures.append((recorder.log, picture(recorder.tape.arrays())))
        assert picture(recorder.tape.fork().arrays()) == pictures[-1][1]
    assert all(each == pictures[0] for each in pictures)


@pytest.mark.parametrize("row", [*ROWS, ops.TABLE["recorded_blend"]], ids=lambda row: row.name)
def test_every_row_at_its_special_points(row):
    """Value, partials and second partials at all pairs of nasty numbers, in both twins."""
    pictures = []
    for twin in TWINS.values():
        log = []
        for x in NASTY:
            for y in NASTY if row.arity > 1 else (0,):
                tape, *given = inputs(twin, x, y, -3.0)
                nodes = [each.node for each in given[: row.arity]]
                made = twin.Tracer(tape, tape.append(NUMBER[row.name], *nodes))
                first = slopes(twin, made, *given)
                slopes(twin, first[0], *given)
                nodes = [tape.value(k).hex() for k in range(len(tape))]
                log.append((nodes, array("i", tape.arrays().x)))
        pictures.append(log)
    assert all(each == pictures[0] for each in pictures)


strange = st.sampled_from(["no", None, 1j, 2**60, np.float64(2.0)])
plain = st.one_of(numbers, st.integers(-9, 9), st.booleans(), strange)
operands = st.integers(0, 20) | plain.map(lambda x: ("plain", x))


@given(
    st.lists(numbers, min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(ROWS), operands, operands, operands, st.booleans())),
)
@example([0.0], [(ops.TABLE["clip"], 0, ("plain", 2**60), ("plain", "no"), False)])
def test_the_twins_take_the_same_operands(numbers, program):
    pictures = []
    for twin in TWINS.values():
        tape, *made = inputs(twin, *numbers)
        log = []
        for row, *chosen, is_method in program:
            given = [x[1] if isinstance(x, tuple) else made[x % len(made)] for x in chosen]
            given = given[: row.arity]
            if not any(isinstance(x, twin.Tracer) for x in given):
                given[0] = made[-1]
            operator_ = OPERATORS.get(row.name)
            try:
                if operator_ and not is_method:
                    x = operator_(*given)
                else:
                    x = made[0]._apply_or_raise(NUMBER[row.name], *given)
            except (ValueError, TypeError) as error:
                log.append((type(error), str(error)))
            else:
                if isinstance(x, twin.Tracer):
                    made.append(x)
        pictures.append((log, picture(tape.arrays())))
    assert all(each == pictures[0] for each in pictures)


# ---- hostile arguments ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (IndexError, lambda t, tape: tape.value(9)),
        (IndexError, lambda t, tape: tape.value(-1)),
        (IndexError, lambda t, tape: tape.value(10**30)),
        (IndexError, lambda t, tape: tape.node(-1)),
        (IndexError, lambda t, tape: tape.is_constant(2**31)),
        (IndexError, lambda t, tape: tape.copy(-1)),
        (IndexError, lambda t, tape: tape.copy(3)),  # a region
        (IndexError, lambda t, tape: tape.guard(2**40)),
        (IndexError, lambda t, tape: tape.append(1, 0)),
        (IndexError, lambda t, tape: tape.append(-5, 0)),
        (IndexError, lambda t, tape: tape.append(10**9, 0)),
        (IndexError, lambda t, tape: tape.append(NUMBER["add"], 0)),
        (IndexError, lambda t, tape: tape.append(NUMBER["add"], 0, 3)),
        (IndexError, lambda t, tape: tape.take([0, 9], 1)),
        (IndexError, lambda t, tape: tape.take([], 1)),
        (IndexError, lambda t, tape: tape.take([0, 1], 9)),
        (IndexError, lambda t, tape: tape.scatter(2, [(0, 9)])),
        (NumberError, lambda t, tape: tape.scatter(-1, [])),
        (IndexError, lambda t, tape: tape.entry(0, 0)),
        (IndexError, lambda t, tape: tape.entry(3, 2)),
        (IndexError, lambda t, tape: tape.entry(3, -1)),
        (IndexError, lambda t, tape: tape.entry(-1, 0)),
        (IndexError, lambda t, tape: t.Tracer(tape, 9)),
        (IndexError, lambda t, tape: t.Tracer(tape, -1)),
        (IndexError, lambda t, tape: t.gradient(tape, [9], [0], [0])),
        (IndexError, lambda t, tape: t.gradient(tape, [3], [0], [0])),
        (IndexError, lambda t, tape: t.gradient(tape, [0], [-1], [0])),
        (IndexError, lambda t, tape: t.tangents(tape, [0], [0], [2**33])),
        (ShapeError, lambda t, tape: t.gradient(tape, [0, 0], [0], [0])),
        (ShapeError, lambda t, tape: t.slopes(tape, [0, 0], [1.0], [0])),
        (IndexError, lambda t, tape: t.slopes(tape, [9], [1.0], [0])),
        (IndexError, lambda t, tape: t.slopes(tape, [0], [1.0], [2**33])),
        (ShapeError, lambda t, tape: t.tangents(tape, [0], [], [0])),
        (IndexError, lambda t, tape: tape.expand(Fragment((), (), 1), [0])),
        (TypeError, lambda t, tape: tape.value("0")),
        (TypeError, lambda t, tape: tape.value(0.5)),
        (TypeError, lambda t, tape: tape.input("1.0")),
        (TypeError, lambda t, tape: tape.constant(None)),
        (TypeError, lambda t, tape: tape.append(NUMBER["neg"], None)),
        (TypeError, lambda t, tape: tape.take(7, 0)),
        (TypeError, lambda t, tape: tape.take([None], 0)),
        (TypeError, lambda t, tape: tape.scatter(1.5, [])),
        (TypeError, lambda t, tape: tape.scatter(1, [None])),
        (ValueError, lambda t, tape: tape.scatter(1, [(0, 0, 0)])),
        (TypeError, lambda t, tape: t.gradient(tape, None, [], [])),
        (TypeError, lambda t, tape: tape.append()),
        (TypeError, lambda t, tape: t.Tape(1)),
        (TypeError, lambda t, tape: t.Tracer()),
        (OverflowError, lambda t, tape: tape.constant(10**400)),
        (MemoryError, lambda t, tape: tape.scatter(2**62, [])),
    ],
)
def test_hostile_arguments(twin, error, call):
    tape, _, index = inputs(twin, 2.0, 0.0)
    tape.constant(1.0)
    tape.scatter(2, [(index.node, 0)])
    before = tape.arrays()
    with pytest.raises(error):
        call(twin, tape)
    assert tape.arrays() == before
    assert tape.append(NUMBER["add"], 0, 1) == len(before.ops) // 4


ADD, WHERE = NUMBER["add"], NUMBER["where"]
NODES = {
    "value": lambda t, tape, n: tape.value(n),
    "node": lambda t, tape, n: tape.node(n),
    "is_constant": lambda t, tape, n: tape.is_constant(n),
    "copy": lambda t, tape, n: tape.copy(n),
    "guard": lambda t, tape, n: tape.guard(n),
    "check": lambda t, tape, n: tape.check(0, n),
    "first operand": lambda t, tape, n: tape.append(WHERE, n, 0, 0),
    "second operand": lambda t, tape, n: tape.append(WHERE, 0, n, 0),
    "third operand": lambda t, tape, n: tape.append(WHERE, 0, 0, n),
    "expand": lambda t, tape, n: tape.expand(Fragment((), ((ADD, 0, 1, -1),), 4), [0, n]),
    "out": lambda t, tape, n: tape.expand(Fragment((), ((ADD, 0, 3, -1),), 4), [0], n),
    "entry of a table": lambda t, tape, n: tape.take([0, n], 1),
    "entries of a table": lambda t, tape, n: tape.take_each([0, n], [1]),
    "index": lambda t, tape, n: tape.take([0, 1], n),
    "indices": lambda t, tape, n: tape.take_each([0, 1], [n, 1]),
    "index of a sum": lambda t, tape, n: tape.scatter(2, [(1, 0), (n, 0)]),
    "number of a sum": lambda t, tape, n: tape.scatter(2, [(1, 0), (1, n)]),
    "region": lambda t, tape, n: tape.entry(n, 0),
    "entry": lambda t, tape, n: tape.entry(3, 2 if n > 0 else n),
    "operand of a call": lambda t, tape, n: tape.call(Call(PRODUCT, [Number()] * 2, {}), [0, n]),
    "call": lambda t, tape, n: tape.call_at(n),
    "override": lambda t, tape, n: tape.override(n),
    "override of a call": lambda t, tape, n: tape.override(0, n if n != -1 else -2, 0),
    "override of a result": lambda t, tape, n: tape.override(0, 4, 1 if n > 0 else n),
    "tracer": lambda t, tape, n: t.Tracer(tape, n),
    "output": lambda t, tape, n: t.gradient(tape, [n], [0], [0]),
    "seed": lambda t, tape, n: t.gradient(tape, [0], [n], [0]),
    "wrt": lambda t, tape, n: t.gradient(tape, [0], [0], [n]),
    "slope of": lambda t, tape, n: t.slopes(tape, [n], [0.0], [0]),
    "slope by": lambda t, tape, n: t.slopes(tape, [0], [0.0], [n]),
    "tangent by": lambda t, tape, n: t.tangents(tape, [n], [0], [0]),
    "tangent along": lambda t, tape, n: t.tangents(tape, [0], [n], [0]),
    "tangent of": lambda t, tape, n: t.tangents(tape, [0], [0], [n]),
    "map of": lambda t, tape, n: t.linearize(tape, [0], [n]),
    "map by": lambda t, tape, n: t.linearize(tape, [n], [0]),
}
"""What takes a node."""

REGION = {"value", "node", "is_constant", "region", "tracer"}
"""What takes a region, too."""


@pytest.mark.parametrize("name", NODES)
def test_nodes_that_do_not_exist_are_refused_in_the_same_words(name):
    """The first that doesn't exist, the last of the negative ones, a region, and far ones."""
    for node in (5, -1, 3, 2**31 - 1, 2**31, -(2**31) - 1, 2**63):
        if node == 3 and (name in REGION or name.startswith(("entry", "override of"))):
            continue
        found = []
        for twin in TWINS.values():
            tape, _, index = inputs(twin, 2.0, 0.0)
            tape.constant(1.0)
            tape.scatter(2, [(index.node, 0)])
            tape.call(Call(PRODUCT, [Number()], {}), [0])
            before = tape.arrays()
            with pytest.raises((IndexError, GraphError)) as error:
                NODES[name](twin, tape, node)
            text = str(error.value)
            found.append((type(error.value), text if -(2**31) <= node < 2**31 else ""))
            assert tape.arrays() == before
        assert found == found[:1] * len(found), node


@pytest.mark.parametrize("name", ["neg", "add", "where"])
@pytest.mark.parametrize("others", ["traced", 2, 2.5])
def test_a_wrong_operand_is_named_wherever_it_stands(name, others):
    arity = recipe(NUMBER[name]).arity
    for position in range(arity):
        found = []
        for twin in TWINS.values():
            _, x = inputs(twin, 2.0)
            operands = [x if others == "traced" else others] * arity
            operands[position] = "five"
            with pytest.raises(WrongType) as error:
                x._apply_or_raise(NUMBER[name], *operands)
            found.append(str(error.value))
        assert found == found[:1] * len(found)
        assert "five" in found[0]


@pytest.mark.skipif("compiled" not in TWINS, reason="there is one twin")
@pytest.mark.parametrize(
    "text",
    [
        None, (), (1, 2, 3), ((), (), 9), ((), (), -1), (("x",), (), 4),
        ((), ((99999, 0, -1, -1),), 4), ((), ((-5, 0, 0, 0),), 4), ((), ((2, 0),), 4),
        ((), ((2, 0, 5, -1),), 4), ((), ((2, 0, 3, -1),), 4),
    ],
)  # fmt: skip
def test_a_hostile_fragment(text):
    tape, _ = inputs(TWINS["compiled"], 2.0)
    with pytest.raises((TypeError, ValueError, IndexError)):
        tape.expand(text, [0])
    with pytest.raises(ValueError, match="at most three operands"):
        tape.expand(((), (), 0), [0] * 4)


class Sly:
    """Changes what is being read while it is read."""

    def __init__(self, tape, given):
        self.tape, self.given = tape, given

    def __index__(self):
        self.given.clear()
        for k in range(5000):
            self.tape.constant(k + 0.5)
        return 0


def test_what_changes_while_it_is_read(twin):
    tape, _, index = inputs(twin, 2.0, 0.0)
    given = [0, 1]
    given += [Sly(tape, given), 0]
    with suppress(TypeError):  # the interpreted twin compares before it asks
        tape.take(given, index.node)
    assert tape.value(0) == 2.0


def test_without_the_extension_programs_are_interpreted():
    code = (
        "import sys; sys.modules['chainrule.programs.run._native'] = None\n"
        "from chainrule import hessian; from chainrule.programs import twin\n"
        "print(hessian(lambda x: x**3)(2.0), [getattr(twin, x).__module__ for x in twin.__all__])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("12.0") and "_native" not in done.stdout


@pytest.mark.skipif("compiled" not in TWINS, reason="there is one twin")
@pytest.mark.parametrize("pure", [False, True])
def test_the_environment_selects_the_twins(run_python, pure):
    text = "from chainrule.programs.twin import Machine, Tape; print(Machine, Tape.__module__)"
    assert ("_native" in run_python(text, pure=pure)) is not pure


def everything_of(twin, x):
    """What each attribute of a tracer is; if it is a method, what it returns or raises."""
    found = {}
    for name in dir(twin.Tracer):
        if not name.startswith("_") and name != "tape":
            tape, tracer = inputs(twin, x)
            try:
                each = getattr(tracer, name)
                each = each() if callable(each) else each
            except TypeError:  # a missing operand, in each twin's own words
                each = TypeError
            except Exception as error:
                each = f"{type(error).__name__}: {error}"
            is_tracer = type(each) is twin.Tracer
            text = (each.kind, tape.value(each.node).hex()) if is_tracer else repr(each)
            found[name] = text, [tape.node(node) for node in range(len(tape))]
    return found


@pytest.mark.filterwarnings("ignore:Python raises")
@pytest.mark.parametrize("x", [2.5, 3.0, -0.0, 0.25, math.inf, math.nan])
def test_every_attribute_of_a_tracer_is_the_same(x):
    first, *others = (everything_of(twin, x) for twin in TWINS.values())
    for each in others:
        assert each == first
    (_, is_integer), _ = first["is_integer"]
    assert float.fromhex(is_integer) == (math.isfinite(x) and x.is_integer())


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_a_call_without_operands_is_recorded_once_even_as_the_first_node(twin):
    tape = twin.Tape()
    call = Call(external(lambda: 2.5), [], {})
    assert tape.call(call, []) == tape.call(call, []) == 0
    assert len(tape) == 1


def test_a_switch_is_a_gate_whose_partials_are_0_or_1():
    """Each partial of each gate, at many points: all 0 or 1, or not."""
    draw = np.random.default_rng(4)
    for row in ROWS:
        rule = RULES[NUMBER[row.name]]
        found = set()
        for point in draw.normal(size=(200, row.arity)).round(1).tolist():
            out = rule.value(*point)
            found |= {partial(*point, out) for partial in rule.partials}
        is_switch = row.is_gate and found <= {0.0, 1.0}
        assert recipe(NUMBER[row.name]).is_switch == is_switch, row.name
