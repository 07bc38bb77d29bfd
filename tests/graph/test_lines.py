"""A graph as lines of Python for the playground."""

from __future__ import annotations

import math

import pytest

from chainrule import Value
from chainrule.graph.lines import lines_of


def written(root):
    found = lines_of(list(root._postorder()))
    return found and [(line.name, line.source) for line in found.lines]


def test_results_that_are_not_finite_are_equal_to_themselves():
    x = Value(1e200, label="x")
    large = x * x
    large.label = "large"
    root = large - large
    root.label = "L"
    assert math.isinf(large.data) and math.isnan(root.data)
    assert written(root) == [("x", ""), ("large", "x * x"), ("L", "large - large")]


def test_a_graph_whose_inputs_are_not_finite_cannot_be_written():
    assert written(Value(math.inf, label="x") * 2.0) is None


@pytest.mark.parametrize("x", [3.0, math.nan, math.inf])
def test_a_number_that_changed_since_cannot_be_written(x):
    a = Value(2.0, label="a")
    root = (a * 2.0).exp()
    a.data = x
    assert written(root) is None
