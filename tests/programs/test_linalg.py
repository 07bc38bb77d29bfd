"""Linear algebra inside functions: NumPy's values, and derivatives against nudging."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from chainrule import Value, compile, grad, hvp
from chainrule.errors import ShapeError, WrongType
from chainrule.numpy import Array

linalg = np.linalg
WEIGHTS = np.random.default_rng(7).normal(size=(2, 8, 8))


def total(x):
    """A sum with different weights."""
    shape = np.shape(x)
    weights = WEIGHTS.reshape(-1)[: int(np.prod(shape, initial=1))].reshape(shape)
    return np.sum(x * weights)


def positive(a):
    return a @ np.swapaxes(a, -1, -2) + 3 * np.eye(a.shape[-1])


def spread(a):
    """A matrix with real eigenvalues far from one another; it is not symmetric."""
    return a / 4 + np.diag(np.arange(a.shape[-1]) * 5.0)


RIGHT = np.array([1.0, -2.0, 0.5, 3.0, 0.25, -1.0])
TALL, WIDE = (Ellipsis, slice(0, 2)), (Ellipsis, slice(0, 2), slice(None))
CASES = {
    "solve": lambda a: total(linalg.solve(a, RIGHT[: a.shape[-1]])),
    "solve for both": lambda a: total(linalg.solve(a, a[..., :2] ** 2)),
    "inv": lambda a: total(linalg.inv(a)),
    "det": lambda a: np.sum(linalg.det(a)),
    "slogdet": lambda a: np.sum(linalg.slogdet(a)[1]),
    "cholesky": lambda a: total(linalg.cholesky(positive(a))),
    "eigenvalues": lambda a: total(linalg.eigh(positive(a))[0]),
    "eigenvectors": lambda a: total(linalg.eigh(positive(a))[1] ** 2),
    "eigvalsh": lambda a: total(linalg.eigvalsh(positive(a))),
    "eig": lambda a: total(linalg.eig(spread(a))[0]) + total(linalg.eig(spread(a))[1] ** 2),
    "eigvals": lambda a: total(linalg.eigvals(spread(a)) ** 2),
    "qr": lambda a: total(linalg.qr(a[TALL])[0]) + total(linalg.qr(a)[1]),
    "svd": lambda a: total(linalg.svd(a)[0] ** 2) + total(linalg.svd(a)[2] ** 2),
    "svd of a tall matrix": lambda a: total(linalg.svd(a[TALL], full_matrices=False)[0] ** 2),
    "svd of a wide matrix": lambda a: total(linalg.svd(a[WIDE], full_matrices=False)[2] ** 2),
    "singular values": lambda a: total(linalg.svd(a, compute_uv=False)),
    "pinv of a tall matrix": lambda a: total(linalg.pinv(a[TALL])),
    "pinv of a wide matrix": lambda a: total(linalg.pinv(a[WIDE])),
    "norm": lambda a: linalg.norm(a) if a.ndim == 2 else total(linalg.norm(a, axis=(1, 2))),
    "spectral norm": lambda a: np.sum(linalg.norm(a, 2, axis=(-2, -1))),
    "nuclear norm": lambda a: np.sum(linalg.norm(a, "nuc", axis=(-2, -1))),
    "cond": lambda a: np.sum(linalg.cond(a)),
    "matrix_power": lambda a: total(linalg.matrix_power(a, -2)),
}
SINGLE = {
    "lstsq": lambda a: total(linalg.lstsq(a[:, :2], a[:, 2], rcond=None)[0]),
    "its residuals": lambda a: linalg.lstsq(a[:, :2], a[:, 2] ** 2, rcond=None)[1].sum(),
    "tensorinv": lambda a: total(linalg.tensorinv(a.reshape(1, *a.shape), ind=2)),
    "tensorsolve": lambda a: total(linalg.tensorsolve(a, RIGHT[: a.shape[0]])),
}


def matrix(size, seed=0, stack=()):
    return np.random.default_rng(seed).normal(size=(*stack, size, size)) + 2 * np.eye(size)


def nudged(f, a, direction, h=1e-5):
    return (f(a + h * direction) - f(a - h * direction)) / (2 * h)


def agree(f, a, direction):
    program = compile(f)
    value, gradient = program.value_and_grad(a)
    np.testing.assert_allclose(value, f(a), rtol=1e-12)
    np.testing.assert_allclose(gradient, grad(f)(a), rtol=1e-12, atol=1e-13)
    slope = nudged(f, a, direction)
    np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=2e-5, atol=1e-5)
    second = hvp(f)(a, direction)
    np.testing.assert_allclose(program.hvp(a, direction), second)
    expected = nudged(grad(f), a, direction)
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(second, expected, rtol=1e-4, atol=1e-4 * scale)


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("name", [*CASES, *SINGLE])
def test_values_gradients_and_second_derivatives(name, size):
    agree({**CASES, **SINGLE}[name], matrix(size), matrix(size, 1))


@pytest.mark.parametrize("name", CASES)
def test_stacks_of_matrices(name):
    a = matrix(3, 2, (2,))
    f = CASES[name]
    value, gradient = compile(f).value_and_grad(a)
    np.testing.assert_allclose(value, f(a), rtol=1e-12)
    direction = matrix(3, 3, (2,))
    np.testing.assert_allclose(
        np.sum(gradient * direction), nudged(f, a, direction), rtol=2e-5, atol=1e-5
    )


@pytest.mark.parametrize("name", [*CASES, *SINGLE])
def test_rows(name):
    f = {**CASES, **SINGLE}[name]
    rows = matrix(3, 4, (70,))
    program = compile(f, in_axes=0)
    alone = compile(f)
    np.testing.assert_array_equal(program(rows), [alone(a) for a in rows])
    np.testing.assert_array_equal(program.grad(rows)[65], alone.grad(rows[65]))


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 6), st.integers(0, 10**6), st.sampled_from(["solve", "inv", "det", "cholesky"])
)
def test_any_matrix(size, seed, name):
    agree(CASES[name], matrix(size, seed) + size * np.eye(size), matrix(size, seed + 1))


def test_large_products_are_one_operation():
    a = matrix(30) + 20 * np.eye(30)
    f = lambda a: linalg.inv(a).trace()  # noqa: E731
    program = compile(f)
    inverse = linalg.inv(a)
    np.testing.assert_allclose(program.grad(a), -(inverse @ inverse).T, rtol=1e-9)
    assert program.listing(what="grad").count("matmul(") == 2
    direction = matrix(30, 1)
    np.testing.assert_allclose(hvp(f)(a, direction), nudged(grad(f), a, direction), atol=1e-9)


def test_the_determinant_of_a_singular_matrix():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert grad(linalg.det)(a).tolist() == [[4.0, -2.0], [-2.0, 1.0]]
    assert grad(linalg.det)(np.zeros((1, 1))).tolist() == [[1.0]]


def test_equal_eigenvalues_of_which_only_the_sum_matters():
    gradient = grad(lambda a: linalg.eigh(a)[0].sum())(np.eye(3))
    np.testing.assert_allclose(gradient, np.eye(3), atol=1e-15)


def test_the_names_of_results():
    def f(a):
        w, v = linalg.eigh(a)
        return w.sum() + v[0, 0]

    assert np.isfinite(compile(f)(positive(matrix(3))))
    sign, log = compile(linalg.slogdet)(-np.eye(3))
    assert (sign, log) == (-1.0, 0.0)


def test_values():
    a = np.array([[Value(2.0), Value(1.0)], [Value(0.5), Value(3.0)]]).view(Array)
    out = linalg.solve(a, np.array([1.0, 2.0])).sum()
    out.backward()
    plain = np.array([[2.0, 1.0], [0.5, 3.0]])
    expected = grad(lambda a: linalg.solve(a, np.array([1.0, 2.0])).sum())(plain)
    np.testing.assert_allclose([[x.grad for x in row] for row in a.tolist()], expected)
    assert out.data == linalg.solve(plain, [1.0, 2.0]).sum()


def test_what_has_no_derivative_is_refused():
    a = matrix(3)
    with pytest.raises(ShapeError, match="full_matrices=False"):
        grad(lambda a: linalg.svd(a[:, :2])[0].sum())(a)
    with pytest.raises(ShapeError, match="qr needs mode 'reduced'"):
        grad(lambda a: linalg.qr(a, "complete")[0].sum())(a)
    with pytest.raises(WrongType, match="eig found complex eigenvalues"):
        grad(lambda a: linalg.eigvals(a)[0])(np.array([[0.0, 1.0], [-1.0, 0.0]]))
    assert grad(lambda a: linalg.matrix_rank(a) * a[0, 0])(np.diag([1.0, 0.0])).tolist() == [
        [1.0, 0.0],
        [0.0, 0.0],
    ]
    with pytest.raises(linalg.LinAlgError, match="Singular"):
        compile(linalg.inv)(np.zeros((2, 2)))


@pytest.mark.skipif(not hasattr(linalg.eigh(np.eye(2)), "_fields"), reason="from NumPy 1.25 on")
@pytest.mark.parametrize("name", ["eig", "eigh"])
def test_the_parts_of_a_decomposition_have_names(name):
    decompose = getattr(linalg, name)
    a = matrix(3) + matrix(3).T
    named = grad(lambda a: decompose(a).eigenvalues[0] + decompose(a).eigenvectors[0, 0] ** 2)(a)
    unnamed = grad(lambda a: decompose(a)[0][0] + decompose(a)[1][0, 0] ** 2)(a)
    assert np.array_equal(named, unnamed)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3, 3), (2, 3, 1)), ((2, 3, 3), (3, 2)), ((2, 1, 3, 3), (4, 3, 2)), ((2, 3, 3), (2, 3, 1)),
        ((2, 3, 3), (3,)), ((1, 3, 3), (2, 3, 2)), ((3, 3), (3,)),
    ],
)  # fmt: skip
def test_stacks_of_equations_are_broadcast(left, right):
    draw = np.random.default_rng(5)
    a, b = draw.normal(size=left) + 3 * np.eye(3), draw.normal(size=right)
    f = lambda a, b: total(linalg.solve(a, b))  # noqa: E731  # used like those above
    np.testing.assert_allclose(compile(linalg.solve)(a, b), linalg.solve(a, b), rtol=1e-12)
    of_a, of_b = grad(f, argnums=(0, 1))(a, b)
    for slope, x, g in ((of_a, a, lambda x: f(x, b)), (of_b, b, lambda x: f(a, x))):
        direction = draw.normal(size=x.shape)
        assert np.sum(slope * direction) == pytest.approx(nudged(g, x, direction), rel=1e-6)


@pytest.mark.parametrize("axes", [None, (1,), (0, 2)])
def test_tensors_of_equations(axes):
    draw = np.random.default_rng(6)
    shape = {None: (6, 2, 3), (1,): (2, 6, 3), (0, 2): (2, 6, 3)}[axes]
    b_shape = {None: (6,), (1,): (2, 3), (0, 2): (6,)}[axes]
    a = draw.normal(size=shape)
    b = draw.normal(size=b_shape)
    wanted = linalg.tensorsolve(a, b, axes=axes)
    found = compile(lambda a, b: linalg.tensorsolve(a, b, axes=axes))(a, b)
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    for ind in (1, 2):
        x = draw.normal(size=(6, 2, 3) if ind == 1 else (2, 3, 6))
        found = compile(lambda x, ind=ind: linalg.tensorinv(x, ind=ind))(x)
        np.testing.assert_allclose(found, linalg.tensorinv(x, ind=ind), rtol=1e-9)
