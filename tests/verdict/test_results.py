"""What all results have in common, and every wrong derivative that is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from wrong_engines import micrograd_like
from zoo.reports import few

import chainrule
from chainrule import Value
from chainrule.errors import WrongType
from chainrule.table.ops import TABLE
from chainrule.verdict import check, check_engine, diagnose, nudge, slope, sweep
from chainrule.verdict.gradients.wrong_derivatives import WRONG_DERIVATIVES, wrong_function


def a_graph():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    root = a * b
    root.label = "L"
    root.backward()
    return root


RESULTS = {
    "check": lambda: check(a_graph()),
    "nudge": lambda: nudge(a_graph()),
    "sweep": lambda: sweep(lambda x: x * x, 3.0),
    "diagnose": lambda: diagnose(a_graph()),
    "check_engine": lambda: check_engine(few(micrograd_like(), "tanh")),
}


@pytest.mark.once
@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_its_text_and_equal_to_itself_alone(name):
    one, other = RESULTS[name](), RESULTS[name]()
    assert repr(one) == str(one) == str(other)
    assert one == one
    assert one != other
    assert {one: 1}[one] == 1


POINTS = {"pow": [(1.7, 3.0), (0.6, -2.0)], "div": [(1.7, 2.3)], "sqrt": [(1.7,)], "exp": [(1.7,)]}
CASES = [
    (op, position, number)
    for (op, position), entries in WRONG_DERIVATIVES.items()
    for number in range(len(entries))
]


@pytest.mark.parametrize(("op", "position", "number"), CASES)
def test_every_wrong_derivative_is_named(Value, op, position, number):
    entry = WRONG_DERIVATIVES[op, position][number]
    named = []
    for point in POINTS.get(op, [(0.7,)]):
        leaves = [Value(x, label=name) for x, name in zip(point, TABLE[op].operands)]
        out = leaves[0] ** leaves[1] if op == "pow" else leaves[0] / leaves[1] if op == "div" else (
            getattr(chainrule, op)(*leaves)
        )  # fmt: skip
        root = out * 1.3
        root.backward()
        wrong = wrong_function(op, entry.formula)(*point, out.data)
        if math.isfinite(wrong):
            leaves[position].grad = 1.3 * wrong
            named.append(entry.words in check(root).verdicts[leaves[position]].mistake)
    assert any(named)


@pytest.mark.once
def test_the_slope_of_several_arguments_is_measured_one_by_one():
    assert slope(lambda a, b: a * b + b, 3.0, -2.0, h=0.5) == (-2.0, 4.0)
    assert slope(lambda a: a * a, 3.0, h=-0.5) == 5.5
    assert slope(lambda a: 7, 3) == 0.0
    assert slope(lambda a: np.array(2 * a), 3.0, h=0.5) == 2.0  # a number, as an array


@pytest.mark.once
@pytest.mark.parametrize("out", [np.ones(1), np.ones((1, 1)), "2.0", b"2", 2j, [2.0], None])
def test_the_slope_of_what_returns_no_number(out):
    with pytest.raises(WrongType, match=f"returned {type(out).__name__}"):
        slope(lambda a: out, 1.0)
