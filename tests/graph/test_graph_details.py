"""Details of graphs: what a pass leaves out, numbers set by hand, files with every field."""

from __future__ import annotations

import json
import math

import pytest

from chainrule import Value, load, save
from chainrule.errors import GraphError
from chainrule.graph.lines import lines_of
from chainrule.graph.passes import contributions, gradients
from chainrule.graph.traversal import postorder


def labelled(x, label):
    x.label = label
    return x


def test_a_pass_goes_on_after_a_node_that_gets_no_gradient():
    a, b = Value(2.0), Value(3.0)
    beside, L = a * b, b * 4.0
    found = contributions([L, beside, b], lambda node: node._partials)
    assert [(each.node, each.operand) for each in found] == [(L, b)]
    square = b * b
    found = contributions([L + square, beside, square], lambda node: node._partials)
    assert [each.operand for each in found][-2:] == [b, b]


def test_a_pass_goes_on_after_an_operand_that_gets_none():
    a = Value(2.0)
    L = 3.0 - a
    assert gradients(L)[a] == -1.0
    found = contributions(postorder(L)[::-1], lambda node: node._partials)
    assert [each.position for each in found] == [1]


def test_only_nodes_that_depend_on_the_wanted_ones_are_asked_for_their_derivatives():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    own = Value(9.0, (b,), "square")
    own._backward = lambda: None
    L = a * a + own
    at = {node: node.data for node in postorder(L)}
    assert gradients(L, at, wrt=[a]) == {a: 4.0}
    assert gradients(L, at, wrt=[own]) == {own: 1.0}
    for wrt in (None, [b], [a, b]):
        with pytest.raises(GraphError, match="has its own _backward"):
            gradients(L, at, wrt=wrt)


@pytest.mark.parametrize("x", [0.0, 1e308, math.inf, -math.inf])
def test_a_number_set_by_hand_instead_of_nan_is_seen(x):
    one = Value(1e200, label="x")
    large = labelled(one * one, "large")
    root = labelled(large - large, "L")
    assert lines_of([*root._postorder()]) is not None
    root.data = x
    assert lines_of([*root._postorder()]) is None


def test_nan_set_by_hand_instead_of_a_number_is_seen():
    root = labelled(Value(2.0, label="x") * 3.0, "L")
    assert lines_of([*root._postorder()]) is not None
    root.data = math.nan
    assert lines_of([*root._postorder()]) is None


def test_a_node_may_have_every_field_of_a_file(tmp_path):
    path, again = tmp_path / "all.json", tmp_path / "again.json"
    save(path, x=labelled(Value(1.0) * Value(2.0), "x"))
    content = json.loads(path.read_text("utf-8"))
    content["nodes"][-1] |= {
        "grad": 3.0, "op": "own", "own_op": "twice", "partials": [2.0, 1.0], "kind": 2,
        "state": 1, "passes": 1, "scope": ["here"], "label": "x", "by_hand": 0.5,
    }  # fmt: skip
    path.write_text(json.dumps(content), "utf-8")
    x = load(path)["x"]
    assert (x.data, x.grad, x.label, x.scope) == (2.0, 3.0, "x", ("here",))
    save(again, x=x)
    assert json.loads(again.read_text("utf-8")) == content
