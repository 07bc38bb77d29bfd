"""Programs inside recordings: on rows, without their function, and their derivatives."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from chainrule import ShapeError, Value, compile, grad, hessian, jvp, take, vjp, where
from chainrule.programs import Program

W, X = np.array([2.0, 1.0]), np.array([1.0, -2.0, 3.0])


def loss(w, x):
    return (w[0] * x + w[1]) ** 2 if x > 0 else w[0] * x


def flat(tree):
    """All numbers in a tree."""
    if isinstance(tree, (list, tuple)):
        return np.concatenate([flat(x) for x in tree])
    return np.ravel(tree)


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("argnums", [0, 1, (0, 1)])
@pytest.mark.parametrize("name", ["grad", "value_and_grad", "jacobian", "hessian"])
def test_derivatives_on_rows(name, argnums, reduce):
    program = compile(loss, in_axes=(None, 0), reduce=reduce)

    def inside(w, x):
        return getattr(program, name)(w, x, argnums=argnums)

    try:
        expected = inside(W, X)
    except ShapeError:  # rows that are differentiated twice and summed
        with pytest.raises(ShapeError, match="over rows needs arguments that the rows share"):
            compile(inside)(W, X)
        return
    found = compile(inside)(W, X)
    np.testing.assert_allclose(flat(found), flat(expected), rtol=1e-14)
    assert [np.shape(x) for x in flat_leaves(found)] == [np.shape(x) for x in flat_leaves(expected)]


def flat_leaves(tree):
    return [x for each in tree for x in flat_leaves(each)] if isinstance(tree, tuple) else [tree]


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_rows_within_functions(reduce):
    program = compile(loss, in_axes=(None, 0), reduce=reduce)
    total = lambda w: np.sum(program(w, X))  # noqa: E731
    for derivative in (grad(total), compile(total).grad):
        np.testing.assert_allclose(derivative(W), np.sum(np.atleast_2d(program.grad(W, X)), axis=0))
    assert compile(total)(W) == pytest.approx(np.sum(program(W, X)))
    assert hessian(total)(W).shape == (2, 2)
    one, moved = compile(lambda w, x: program.jvp((w, x), (w, x)))(W, X)
    np.testing.assert_allclose([one, moved], program.jvp((W, X), (W, X)))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_rows_along_any_axis(axis):
    program = compile(lambda x, n, k: [x * n, x[0] ** k], in_axes=(axis, None, 0))
    x, powers = np.arange(6.0).reshape(2, 3), np.arange(1.0, 1.0 + (2, 3, 3)[axis])
    expected = program(x, 2, powers)
    for each, wanted in zip(compile(lambda x: program(x, 2, powers))(x), expected):
        np.testing.assert_allclose(each, wanted)
    direction = np.ones((2, 3))
    square = compile(lambda x: (x**3).sum(), in_axes=axis)
    np.testing.assert_allclose(
        compile(lambda x: square.hvp(x, direction))(x), square.hvp(x, direction)
    )


def test_no_rows_within_functions():
    for reduce, expected in ((None, np.zeros(0)), ("sum", 0.0), ("mean", np.nan)):
        program = compile(loss, in_axes=(None, 0), reduce=reduce)
        result = compile(lambda w, x, program=program: program(w, x))(W, np.zeros(0))
        np.testing.assert_array_equal(result, expected)


def test_choices_in_rows_are_operations():
    program = compile(lambda w, x: np.maximum(w * x, 0.0).sum(), in_axes=(None, 0))
    outer = compile(lambda w, x: program(w, x).sum())
    x = np.arange(6.0).reshape(3, 2) - 2.5
    for w in (W, -W, W[::-1]):
        np.testing.assert_allclose(outer.grad(w, x), np.where(w * x > 0, x, 0).sum(axis=0))
    (paths,) = outer.recordings.all.values()
    assert len(paths.all) == 1


def test_rows_of_different_structures():
    program = compile(lambda x: [x, x] if x > 0 else x, in_axes=0)
    with pytest.raises(ShapeError, match="returns a list of 2 for some rows and a number"):
        compile(lambda x: program(x)[0])(np.array([1.0, -1.0]))


def test_a_graph_within_a_function():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    graph = compile(a * b + b**2, inputs=[a, b])
    assert grad(lambda x: graph(x, x) * x)(2.0) == 6 * 2.0**2
    assert compile(lambda x: graph.grad(x, x))(3.0) == 3.0
    assert jvp(graph, (2.0, 3.0), (1.0, 0.0)) == (15.0, 3.0)
    assert vjp(graph, 2.0, 3.0)[1](1.0) == (3.0, 8.0)
    rows = compile(a * b + b**2, inputs=[a, b], in_axes=(0, None))
    np.testing.assert_array_equal(
        compile(lambda x: rows(np.array([1.0, 2.0]), x))(3.0), [12.0, 15.0]
    )


def test_a_loaded_program_within_a_function(tmp_path):
    program = compile(lambda x, t: take([x, x**2, 5.0], t) if x > 0 else where(x > -2, x**3, 0.0))
    for x in (1.0, -1.0):
        program(x, np.int64(1))
        program.grad(x, np.int64(1))
    program.save(tmp_path / "program.json")
    for loaded in (Program.load(tmp_path / "program.json"), pickle.loads(pickle.dumps(program))):
        outer = compile(lambda x, t, loaded=loaded: loaded(x, t) * x)
        for x, t in ((3.0, 1), (-1.5, 1), (-3.0, 0), (2.0, 2)):
            t = np.int64(t)
            assert outer(x, t) == program(x, t) * x
            assert outer.grad(x, t) == program.grad(x, t) * x + program(x, t)
            assert grad(outer.function)(x, t) == outer.grad(x, t)
