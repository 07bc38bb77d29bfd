"""A program as a graph of Values: the same numbers, labelled, drawn and explained."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from recorded_programs import bits, doubling, functions, points, recorded

import chainrule
from chainrule import Value, draw_dot, explain, show
from chainrule.errors import GraphError, WrongType
from chainrule.graph.evaluation import evaluate
from chainrule.graph.traversal import leaves, postorder
from chainrule.programs import Program, compile, grad, take


@settings(max_examples=60)
@given(functions(), points)
def test_the_graph_has_the_numbers_of_the_program(function, at):
    program, answers = recorded(function, at)
    for x, (value, _) in zip(at, answers):
        root = program.graph(x)
        assert bits(root.data) == bits(value)
        labels = [node.label for node in leaves(root)]
        assert set(labels) <= {"x[0]", "x[1]", "x[2]"} and len(set(labels)) == len(labels)


def loss(w, x, y):
    out = chainrule.tanh(w[0] * x + w[1])
    error = (out - y) ** 2
    return chainrule.where(error > 1, chainrule.sqrt(error), error)


def test_its_gradients_are_those_of_the_program():
    program = compile(loss)
    for at in (([0.5, -1.0], 2.0, 1.5), ([0.5, -1.0], 2.0, 0.5)):
        root = program.graph(*at)
        root.backward()
        found = {node.label: node.grad for node in leaves(root)}
        slopes = program.grad(*at, argnums=(0, 1, 2))
        expected = {"w[0]": slopes[0][0], "w[1]": slopes[0][1], "x": slopes[1], "y": slopes[2]}
        assert found == pytest.approx(expected, rel=1e-14)


def test_the_default_is_where_it_was_recorded_last():
    program = compile(doubling)
    with pytest.raises(GraphError, match="doubling has recorded nothing yet"):
        program.graph()
    program(200.0)
    program(70.0)
    assert program.graph().data == 140.0
    (leaf,) = leaves(program.graph())
    assert (leaf.label, leaf.data, leaf.kind) == ("x", 70.0, "leaf")
    assert program.graph(30.0).data == -120.0


def test_a_condition_is_a_node(golden):
    program = compile(loss)
    program([0.5, -1.0], 2.0, 1.5)
    golden("graph/condition.txt", f"{draw_dot(program)}\n{explain(program)}\n")
    condition = program.graph()._prev[0]
    assert (condition.op, condition.data) == ("gt", 1.0)
    assert (len(condition._prev), condition._local_grads) == (1, (0.0,))


def test_a_constant_is_drawn_where_it_is_used():
    root = compile(lambda x: 2 * x + chainrule.sin(2 * x) * (x + 2)).graph(1.0)
    constants = [node for node in postorder(root) if node.kind == "constant"]
    assert [node.data for node in constants] == [2.0, 2.0]  # 2 * x is there once


def test_a_table_is_the_entry_that_is_taken():
    program = compile(lambda table, i: take(table, i) ** 2)
    table = [1.0, 2.0, 3.0]
    root = program.graph(table, np.int64(-1))
    assert [node.label for node in leaves(root)] == ["table[2]"]
    assert root.data == 9.0
    inner = compile(lambda t, i: grad(lambda u: take(u, i) ** 3 + take(u, 0) * take(u, i))(t))
    roots = inner.graph(table, np.int64(1))
    assert [root.data for root in roots] == inner(table, np.int64(1)) == [2.0, 13.0, 0.0]
    same = inner.graph(table, np.int64(0))
    assert [root.data for root in same] == inner(table, np.int64(0))


def test_a_copy_is_no_node():
    program = compile(lambda x: grad(lambda y: y * y * x)(x))
    root = program.graph(3.0)
    assert root.data == 18.0
    assert [node.label for node in leaves(root)] == ["x"]


def test_what_has_no_real_value_does_not_raise():
    program = compile(lambda x: chainrule.where(x > 0, chainrule.log(x), 1 / x))
    root = program.graph(-2.0)
    assert root.data == -0.5
    (log,) = [node for node in postorder(root) if node.op == "log"]
    assert math.isnan(log.data)
    assert "nan" in str(draw_dot(root))
    assert program.graph(0.0).data == math.inf
    root.backward()
    assert leaves(root)[0].grad == program.grad(-2.0) == -0.25


def test_several_results_are_several_roots():
    program = compile(lambda x: {"a": x[0] * x[1], "b": [x[0], 5.0]})
    roots = program.graph(np.array([2.0, 3.0]))
    assert [(root.data, root.kind) for root in roots] == [
        (6.0, "inner"), (2.0, "leaf"), (5.0, "constant"),
    ]  # fmt: skip
    assert "x[0]" in str(draw_dot(program))
    with pytest.raises(WrongType, match="explains one result, but the program has 3"):
        explain(program)


def test_rows_show_the_first_one():
    program = compile(lambda w, x: w * x, in_axes=(None, 0), reduce="sum")
    root = program.graph(2.0, np.array([3.0, 4.0]))
    assert (root.data, [node.label for node in leaves(root)]) == (6.0, ["w", "x"])


def test_an_operation_of_ones_own():
    cube = chainrule.define("graph_cube", "x**3", ("3*x**2",))
    root = compile(lambda x: cube(x) + 1).graph(2.0)
    assert root._prev[0].op == "graph_cube"
    assert "graph_cube" in str(explain(root))


def test_the_graph_is_a_graph_like_any_other():
    root = compile(loss).graph([0.5, -1.0], 2.0, 1.5)
    x = next(node for node in leaves(root) if node.label == "x")
    assert evaluate(root, {x: 4.0}) == compile(loss)([0.5, -1.0], 4.0, 1.5)
    root.backward()
    chainrule.check(root)


def test_it_is_drawn_in_every_format(tmp_path):
    program = compile(loss)
    program([0.5, -1.0], 2.0, 1.5)
    svg = draw_dot(program).pipe(format="svg").decode()
    assert svg.startswith("<svg") or "<svg" in svg[:200]
    assert "w[0]" in svg and "&gt;" in svg
    assert 'label="' in draw_dot(program).source
    assert "w[0]" in show(program)._repr_html_()
    draw_dot(program, "pdf").render(str(tmp_path / "p"))
    assert (tmp_path / "p.pdf").read_bytes()[:4] == b"%PDF"


def test_names_read_without_parentheses():
    assert "dL/dw[0]" in str(explain(compile(lambda w: w[0] * w[1]).graph([2.0, 3.0])))


def test_what_is_no_program_is_refused_as_before():
    for thing in (3.0, "abc", Program, object()):
        with pytest.raises(WrongType):
            draw_dot(thing)
        with pytest.raises(WrongType):
            explain(thing)
    with pytest.raises(GraphError, match="has recorded nothing yet"):
        draw_dot(compile(lambda x: x))


def test_a_loaded_program_is_drawn_alike(tmp_path):
    program = compile(loss)
    program([0.5, -1.0], 2.0, 1.5)
    program.save(tmp_path / "p.json")
    assert str(draw_dot(Program.load(tmp_path / "p.json"))) == str(draw_dot(program))


def test_drawing_a_value_loads_no_tape(run_python):
    text = (
        "import sys; from chainrule import Value, draw_dot, explain; a = Value(2.0, label='a');"
        "str(draw_dot(a * a)); str(explain(a * a));"
        "print([name for name in sys.modules if name.startswith('chainrule.programs')])"
    )
    assert run_python(text).strip() == "[]"


def test_a_long_program_does_not_recurse():
    def function(x):
        for i in range(20_000):
            x = x * 0.999 + i % 5
        return x

    program = compile(function)
    root = program.graph(1.0)
    assert root.data == program(1.0)
    assert isinstance(root, Value)
