"""Random graphs on both engines: every number, state, text and error is the same, bit for bit.

Where there is no compiler the interpreted engine is compared with itself.
"""

from __future__ import annotations

import copy
import math
import operator
import pickle
from functools import partial

import pytest
from hypothesis import given, settings, strategies as st

import chainrule
from chainrule.engine.dispatch import apply, define
from chainrule.engine.node import Engine
from chainrule.graph.evaluation import is_stale
from chainrule.table import ops
from chainrule.table.rules import NUMBER

pytestmark = pytest.mark.once

ROWS = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]
OPERATORS = {row.name: getattr(operator, f"__{row.dunder}__") for row in ROWS if row.dunder}

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 3.0, 1e-310, 5e-324, 1e300, -1e300, 710.0, 1e-8,
    math.inf, -math.inf, math.nan, 0, 1, -1, 2, 3, -8, 7, True, 2**53, -(2**53), 2**52 + 1,
]  # fmt: skip
numbers = st.sampled_from(SPECIAL) | st.floats(-4, 4) | st.floats() | st.integers(-9, 9)
operands = st.integers(0, 50) | st.integers(0, 3) | numbers.map(lambda x: ("number", x))
applications = st.tuples(st.sampled_from(ROWS), operands, operands, operands, st.integers(0, 2))
chains = st.tuples(st.sampled_from(["relax", "grow", "sum"]), st.integers(1, 60))
by_hand = st.tuples(
    st.sampled_from(["own", "local", "data", "grad", "forget", "label", "parameter"]),
    st.integers(0, 50),
    numbers,
)
programs = st.lists(applications | chains | by_hand, min_size=1, max_size=30)
leaves = st.lists(numbers, min_size=1, max_size=4)


def bits(x):
    return x if x is None else (type(x).__name__, float(x).hex())


def face(v, order):
    """Everything that can be read on a node."""
    return (
        type(v).__name__,
        bits(v.data),
        bits(v.grad),
        v.grad_state,
        v.passes,
        bits(v.by_hand),
        v.kind,
        v.op,
        v._op,
        v.label,
        v.scope,
        repr(v),
        tuple(map(bits, v._partials)),
        tuple(order[x] for x in v._operands),
        bool(v),
        v < 1,
        v >= v,
        f"{v:.3e}",
        is_stale(v),
    )


def picture(root):
    order = {node: k for k, node in enumerate(root._postorder())}
    return [face(node, order) for node in order]


def attempt(log, call):
    """Run a step; an error is noted with its class and its text, and the program goes on."""
    try:
        return call()
    except (ArithmeticError, ValueError, TypeError, RuntimeError) as error:
        log.append((type(error), str(error)))
        return None


def apply_row(nodes, row, chosen, spelling):
    given = [x[1] if isinstance(x, tuple) else nodes[x % len(nodes)] for x in chosen[: row.arity]]
    if not any(x in nodes for x in given):
        given[0] = nodes[-1]
    if row.name in OPERATORS and spelling:
        return OPERATORS[row.name](*given)
    if spelling == 2 and given[0] in nodes:
        return getattr(given[0], row.name)(*given[1:])
    return apply(NUMBER[row.name], *given)


def grow(nodes, kind, length):
    v = nodes[-1]
    for k in range(length):
        if kind == "relax":
            v = v * 0.5 + nodes[k % len(nodes)]
        elif kind == "grow":
            v = v * v
        else:
            v = v + nodes[k % len(nodes)]
    return v


def touch(Value, nodes, kind, point, x):
    """What people do to nodes by hand."""
    v = nodes[point % len(nodes)]
    if kind == "own":
        made = Value(x, (v, nodes[0]), "mine")
        made._backward = lambda: setattr(v, "grad", v.grad + 2 * made.grad)
        return made
    if kind == "local":
        return Value(x, (v, nodes[0], v), (x, 0.5, -1))
    if kind == "data":
        v.data = x
    elif kind == "grad":
        v.grad = x
    elif kind == "forget":
        v.grad = None
    elif kind == "label":
        v.label = f"n{point}"
    return Value(x, label="w") if kind == "parameter" else None


def run(Value, numbers, program, passes):
    """The program on one engine: what it leaves behind, and the errors on the way."""
    log = []
    nodes = [Value(x) for x in numbers]
    for step in program:
        if isinstance(step[0], ops.Op):
            row, *chosen, spelling = step
            made = attempt(log, partial(apply_row, nodes, row, chosen, spelling))
        elif len(step) == 2:
            made = attempt(log, partial(grow, nodes, *step))
        else:
            made = attempt(log, partial(touch, Value, nodes, *step))
        if isinstance(made, Value):
            nodes.append(made)
    root = nodes[-1]
    pictures = [picture(root)]
    for _ in range(passes):
        attempt(log, root.backward)
        pictures.append(picture(root))
    attempt(log, lambda: nodes[len(nodes) // 2].backward())
    attempt(log, root._backward)
    pictures.append(picture(root))
    attempt(log, lambda: chainrule.refresh(root))
    attempt(log, root.backward)
    pictures.append(picture(root))
    log.append(attempt(log, lambda: bits(chainrule.evaluate(root, {nodes[0]: 0.75}))))
    return pictures, log


def agree(engines, numbers, program, passes):
    first, *others = (run(Value, numbers, program, passes) for Value in engines.values())
    for other in others:
        assert other[1] == first[1]
        assert other[0] == first[0]


@settings(max_examples=300)
@given(leaves, programs, st.integers(1, 3))
def test_random_graphs(engines, numbers, program, passes):
    agree(engines, numbers, program, passes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@given(point=st.tuples(numbers, numbers, numbers), kinds=st.integers(0, 7))
def test_every_row_anywhere(engines, row, point, kinds):
    """One operation on nodes and plain numbers at any point: value, partials, errors."""
    results = []
    for Value in engines.values():
        given = [
            Value(x) if (kinds >> k) & 1 or k == 0 else x for k, x in enumerate(point[: row.arity])
        ]
        log = []
        made = attempt(log, lambda: apply(NUMBER[row.name], *given))  # noqa: B023  # called at once
        if made is not None:
            made.backward()
            made.backward()
            log.append(picture(made))
        results.append(log)
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_at_its_special_places(engines, row):
    """All pairs of special numbers, exhaustively."""
    results = []
    for Value in engines.values():
        log = []
        for x in SPECIAL:
            for y in SPECIAL if row.arity > 1 else (0,):
                given = (Value(x), Value(y), Value(-3))[: row.arity]
                made = attempt(log, lambda: apply(NUMBER[row.name], *given))  # noqa: B023  # called at once
                if made is not None:
                    made.backward()
                    log.append(picture(made))
        results.append(log)
    assert all(result == results[0] for result in results)


define("twin_blend", "x * y + z / x", ("y - z / x**2", "x", "1 / x"))


@pytest.mark.parametrize("kinds", range(1, 8))
def test_an_operation_that_python_computes(engines, kinds):
    """On Values, ints and floats in all positions; no partial with respect to a plain number."""
    plain, pictures = (2.0, 3, -1.5), []
    partials = (3 + 1.5 / 4, 2.0, 0.5)
    for Value in engines.values():
        given = [Value(x) if kinds >> k & 1 else x for k, x in enumerate(plain)]
        made = apply(NUMBER["twin_blend"], *given)
        made.backward()
        assert made.data == 2.0 * 3 - 0.75
        slopes = [x.grad for x in given if isinstance(x, Value)]
        assert slopes == [each for k, each in enumerate(partials) if kinds >> k & 1]
        pictures.append(picture(made))
    assert all(each == pictures[0] for each in pictures)


def test_the_classes_have_the_same_face(engines):
    faces = [
        {name for name in dir(Value) if name[0] != "_" or name in DIALECTS}
        for Value in engines.values()
    ]
    assert all(face == faces[0] for face in faces)


DIALECTS = {"_prev", "_op", "_children", "_local_grads", "_backward"}


def test_the_classes_answer_to_the_same_operators(engines):
    plain = dir(object)
    names = (
        "__slots__",
        "__module__",
        "__weakref__",
        "__dict__",
        "__annotations__",
        "__static_attributes__",
        "__firstlineno__",
        "__dictoffset__",
        "__getattr__",
    )
    faces = [
        {
            name
            for name in dir(Value)
            if name.startswith("__") and name not in plain and name not in names
        }
        for Value in engines.values()
    ]
    assert all(face == faces[0] for face in faces)


def test_each_engine_copies_its_own_nodes(engines):
    for Value in engines.values():
        a = Value(2.0, label="a")
        L = a * 3
        for kept in (copy.copy(L), copy.deepcopy(L)):
            assert type(kept) is type(kept._prev[0]) is Value
            assert kept._prev[0].label == "a"


def test_a_pickle_of_either_engine_is_read_by_the_one_that_is_here(engines):
    """A pickle made without a compiler must be of use where there is one, and the other way."""
    for Value in engines.values():
        kept = pickle.loads(pickle.dumps(Value(2.0, label="a") * 3))
        assert type(kept) is type(kept._prev[0]) is Engine.Value
        assert (kept._prev[0].label, kept.data) == ("a", 6.0)


def test_operations_do_not_mix_the_engines(engines):
    if len(engines) > 1:
        a, b = (Value(2.0) for Value in engines.values())
        for op in (operator.add, operator.mul, operator.pow):
            for x, y in ((a, b), (b, a)):
                with pytest.raises(TypeError):
                    op(x, y)
