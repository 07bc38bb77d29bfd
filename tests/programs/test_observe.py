"""What happens at the inner nodes of a graph, row by row, against the eager engine."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule import GraphError, Value
from chainrule.programs.graphs import observe

W = (0.7, -1.3, 0.4)


def build(x, y):
    """Two roots over three activations, one of them in both."""
    a = (W[0] * x + y).tanh()
    b = (a * W[1] + x).relu()
    c = (b - y).sigmoid()
    return [a * b, c * W[2]], [a, b, c]


def test_values_derivatives_and_gradients_are_those_of_the_eager_engine():
    inputs = [Value(0.3), Value(-0.2)]
    roots, nodes = build(*inputs)
    program = observe(roots, inputs, nodes)
    rng = np.random.default_rng(0)
    x, seeds = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    results = program(x, seeds)
    for row in range(50):
        these, seen = build(*map(Value, x[row].tolist()))
        top = these[0] * float(seeds[row, 0]) + these[1] * float(seeds[row, 1])
        top.backward()
        expected = (
            [each.data for each in these],
            [each.data for each in seen],
            [each._local_grads[0] for each in seen],
            [each.grad for each in seen],
        )
        for got, want in zip(results, expected):
            assert got[row] == pytest.approx(want, rel=1e-13, abs=1e-15)
    assert {float(x) for x in results[2][:, 1]} == {0.0, 1.0}  # the relu is on and off


def test_an_operation_without_a_formula_is_named():
    x = Value(1.0)
    out = Value(2.0, (x,), "twice")
    with pytest.raises(GraphError, match="twice"):
        observe([out.tanh()], [x], [])
