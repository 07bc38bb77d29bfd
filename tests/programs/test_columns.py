"""Matrices of derivatives: recorded, column by column, and sparse; the same bits from each."""

from __future__ import annotations

import importlib
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from recorded_programs import functions
from tape_twins import TWINS

import chainrule
from chainrule import GraphError, ShapeError, compile, define, grad, hessian, jacobian, take
from chainrule.programs.derive.linear import grouped
from chainrule.programs.twin import Machine

LIMIT = "chainrule.programs.derive.results.MAX_RECORDED"
A = np.random.default_rng(1).normal(size=(6, 6))
cube = define("columns_cube", "x**3", ("3*x**2",))


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


HESSIANS = {
    "quadratic": lambda x: x @ A @ x,
    "rosenbrock": rosenbrock,
    "dense": lambda x: np.tanh(A @ x).sum() * x[0],
    "gates": lambda x: (
        chainrule.sqrt(chainrule.max(x[0], 0.0)) + chainrule.where(x[1] > 0, x[2], x[3]) ** 2
    ),
    "branch": lambda x: x[0] ** 2 * x[1] if x[0] > 0 else x[2] * x[3],
    "powers": lambda x: sum(v**k for k, v in enumerate(x)),
    "infinite": lambda x: chainrule.sqrt(x[0] - x[0]) + x[1] ** 2,
    "constant": lambda x: 3.0,
    "own": lambda x: cube(x[0]) * x[1],
}  # fmt: skip
JACOBIANS = {
    "wide": lambda x: np.concatenate([x[1:] * x[:-1], x**2, np.sin(x)]),
    "list": lambda x: [x[0] * x[1], x[2], 3.0, *(v * x[0] for v in x)],
}


def matrices(name, function, x, monkeypatch, limit):
    """The matrix of a program at two points, and of the function at once."""
    monkeypatch.setattr(LIMIT, limit)
    program = compile(function)
    method = getattr(program, name)
    return [method(x), method(x * 1.5), method(-x), getattr(chainrule, name)(function)(x)]


@pytest.mark.parametrize("function", HESSIANS.values(), ids=HESSIANS)
@pytest.mark.parametrize(
    "start", [[0.3, -1.7, 2.0, 0.5, 1.1, -0.4], [0.0, 0.0, 1.0, -1.0, 0.0, 2.0]]
)
def test_a_hessian_column_by_column(function, start, monkeypatch):
    x = np.array(start, dtype=float)
    recorded = matrices("hessian", function, x, monkeypatch, math.inf)
    for found, expected in zip(matrices("hessian", function, x, monkeypatch, 0), recorded):
        assert (np.isnan(expected) | (found == expected) | np.isnan(found)).all()
        if function is not HESSIANS["infinite"]:
            np.testing.assert_array_equal(found, expected)
            np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


@pytest.mark.parametrize("function", JACOBIANS.values(), ids=JACOBIANS)
def test_a_jacobian_column_by_column(function, monkeypatch):
    x = np.array([0.3, -1.7, 2.0, 0.5, 1.1, -0.4])
    recorded = matrices("jacobian", function, x, monkeypatch, math.inf)
    for found, expected in zip(matrices("jacobian", function, x, monkeypatch, 0), recorded):
        np.testing.assert_array_equal(found, expected)


def test_the_structure_of_a_matrix(monkeypatch):
    monkeypatch.setattr(LIMIT, 0)
    square = compile(lambda x: [v * v for v in x])
    assert square.jacfwd([2.0, 3.0]) == [[4.0, 0.0], [0.0, 6.0]]
    product = compile(lambda x, y: x[0] * x[1] * y)
    assert product.hessian([2.0, 3.0], 5.0) == [[0.0, 5.0], [5.0, 0.0]]
    both = product.hessian([2.0, 3.0], 5.0, argnums=(0, 1))
    monkeypatch.setattr(LIMIT, math.inf)
    assert both == compile(product.function).hessian([2.0, 3.0], 5.0, argnums=(0, 1))


def test_rows_of_matrices(monkeypatch):
    x = np.random.default_rng(0).normal(size=(70, 6))
    for reduce in (None, "sum", "mean"):
        shared = (0, None) if reduce is None else (None, 0)
        arguments = (x, x[0]) if reduce is None else (x[0], x)
        found = []
        for limit in (math.inf, 0):
            monkeypatch.setattr(LIMIT, limit)
            f = lambda v, w: (HESSIANS["branch"](v) * w).sum() + (v * w * w).sum() * v[0]  # noqa: E731
            found.append(compile(f, in_axes=shared, reduce=reduce).hessian(*arguments))
        np.testing.assert_array_equal(*found)


def test_a_large_hessian_does_not_grow_with_the_cube(monkeypatch):
    sizes = []

    def machine(arrays, outputs):
        sizes.append(len(arrays.values) // 8)
        return Machine(arrays, outputs)

    for module in ("columns", "path"):
        monkeypatch.setattr(f"chainrule.programs.run.{module}.Machine", machine)
    for n in (80, 120):
        compile(lambda x: (x @ np.ones((len(x), len(x))) @ x) ** 2).hessian(np.ones(n))
    assert sizes[1] < 2.5 * sizes[0] + 1000


# ---- sparse --------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 1_000_000])
def test_sparse_matrices(limit, monkeypatch):
    """From a linear map, or from a few directions that are recorded."""
    sparse = pytest.importorskip("scipy.sparse")
    monkeypatch.setattr(LIMIT, limit)
    x = np.array([0.3, -1.7, 2.0, 0.5, 1.1, -0.4])
    for name, kinds in (("hessian", HESSIANS), ("jacobian", JACOBIANS)):
        for function in kinds.values():
            program = compile(function)
            for at in (x, -x, x * 1.5):
                found = getattr(program, name)(at, sparse=True)
                assert isinstance(found, sparse.csr_array) and found.has_sorted_indices
                expected = np.array(getattr(program, name)(at), dtype=float)
                if function is not HESSIANS["infinite"]:
                    np.testing.assert_array_equal(found.toarray(), expected.reshape(found.shape))
                once = getattr(chainrule, name)(function, sparse=True)(at)
                np.testing.assert_array_equal(once.toarray(), found.toarray())


def test_the_pattern_of_a_sparse_matrix():
    pytest.importorskip("scipy.sparse")
    n = 300
    found = compile(rosenbrock).hessian(np.linspace(-1, 1, n), sparse=True)
    assert found.nnz == 3 * n - 2
    first = found.indices.copy()
    found.data[:] = 0.0
    found.eliminate_zeros()
    again = compile(rosenbrock).hessian(np.linspace(-1, 1, n), sparse=True)
    np.testing.assert_array_equal(again.indices, first)


def test_sparse_trees_and_choices_of_arguments():
    pytest.importorskip("scipy.sparse")
    f = lambda a, b, scale: scale * (a[0] * b["x"] + a[1] ** 3) + b["y"] ** 2  # noqa: E731
    at = [2.0, 3.0], {"x": 5.0, "y": 7.0}, 2.0
    found = hessian(f, argnums=(0, 1), sparse=True)(*at)
    assert found.toarray().tolist() == [[0, 0, 2, 0], [0, 36, 0, 0], [2, 0, 0, 0], [0, 0, 0, 2]]
    assert jacobian(lambda x: [x * x, 2.0 * x], sparse=True)(3.0).toarray().tolist() == [
        [6.0],
        [2.0],
    ]
    assert hessian(compile(f), sparse=True)(*at).toarray().tolist() == [[0, 0], [0, 36]]
    assert pickle.loads(pickle.dumps(hessian(math.prod, sparse=True))) is not None


@pytest.mark.parametrize(
    ("function", "arguments", "options", "error", "text"),
    [
        (lambda x, i: take(x, i) * x[0], (np.ones(2), np.int64(0)), {}, GraphError, "the zeros"),
        (rosenbrock, (np.ones((2, 3)),), {"in_axes": 0}, GraphError, "without rows"),
        (lambda x: x, (np.ones(2),), {}, ShapeError, "returned an array"),
    ],
)
def test_what_can_not_be_sparse(function, arguments, options, error, text):
    pytest.importorskip("scipy.sparse")
    with pytest.raises(error, match=text):
        compile(function, **options).hessian(*arguments, sparse=True)


def test_a_sparse_matrix_is_not_recorded():
    program = compile(rosenbrock)
    with pytest.raises(GraphError, match="outer recording"):
        grad(lambda y: program.hessian(np.ones(3), sparse=True) and y)(1.0)
    with pytest.raises(GraphError, match="auxiliary data"):
        program.hessian(np.ones(3), has_aux=True, sparse=True)


def test_without_scipy(monkeypatch):
    monkeypatch.setitem(importlib.import_module("sys").modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match="sparse=True needs SciPy"):
        compile(rosenbrock).hessian(np.ones(3), sparse=True)


@given(st.lists(st.lists(st.integers(0, 7), max_size=5, unique=True), max_size=8))
def test_no_row_has_two_columns_of_a_group(rows):
    groups = grouped(rows, 8)
    for row in rows:
        assert len({groups[column] for column in row}) == len(row)
    assert set(groups) == set(range(max(groups) + 1))


# ---- twins ---------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    functions(),
    st.lists(st.floats(-2, 2) | st.sampled_from([0.0, 1.0, -0.0]), min_size=3, max_size=3),
)
def test_the_twins_compute_the_same(function, x):
    pictures = []
    for twin in TWINS.values():
        tape = twin.Tape()
        tracers = twin.inputs(tape, x)
        wrt = [each.node for each in tracers]
        out = function(tracers)
        nodes = [out.node] if type(out) is type(tracers[0]) else []
        slopes = twin.gradient(tape, nodes, [tape.constant(1.0)] * len(nodes), wrt)
        linear = twin.linearize(tape, wrt, slopes)
        linear.prepare([0, 1, 2])
        found = np.empty((3, 3))
        linear.run(np.array([tape.value(node) for node in linear.partials], dtype=float), found)
        expected = []
        for k in wrt:
            moved = twin.tangents(tape, [k], [tape.constant(1.0)], slopes)
            expected.append([tape.value(node) for node in moved])
        if np.isfinite(expected).all() and np.isfinite(found).all():
            np.testing.assert_array_equal(found, expected)
        pictures.append(([*map(float.hex, abs(found.ravel()))], linear.pattern(), linear.partials))
    assert all(each == pictures[0] for each in pictures)


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_a_map_checks_what_it_is_given(twin):
    tape = twin.Tape()
    x, y = twin.inputs(tape, [2.0, 3.0])
    out = (x * y).node
    linear = twin.linearize(tape, [x.node, y.node], [out])
    for groups in ([0], [0, 2], [0, -1], [0, 1, 1]):
        with pytest.raises(ValueError, match="group"):
            linear.prepare(groups)
    linear.prepare([0, 1])
    with pytest.raises(ValueError, match="float64 numbers are needed"):
        linear.run(np.zeros(5), np.zeros((2, 1)))
    with pytest.raises(IndexError):
        twin.linearize(tape, [99], [out])


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_a_map_only_reads_the_partials_and_only_writes_the_result(twin):
    tape = twin.Tape()
    x, y = twin.inputs(tape, [2.0, 3.0])
    linear = twin.linearize(tape, [x.node, y.node], [(x * y).node])
    linear.prepare([0, 1])
    partials = np.array([tape.value(node) for node in linear.partials])
    partials.flags.writeable = False
    found = np.empty((2, 1))
    linear.run(partials, found)
    np.testing.assert_array_equal(found, [[3.0], [2.0]])
    found.flags.writeable = False
    with pytest.raises((ValueError, BufferError)):
        linear.run(partials, found)
