"""NumPy's functions with the rarer of their arguments: values and gradients as of plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import assert_as_numpy

from chainrule import array, compile

V = np.array([0.7, 2.1, -1.3, 4.0, 0.2, 3.3])
X = np.array([[1.5, -0.4, 2.0], [0.3, 3.1, -0.7], [-1.1, 0.6, 2.6]])
T = np.stack([X, 2.0 - X @ X, X.T + 0.1])
"""Three matrices, whose norms and singular values all differ."""
P = np.array([0.0, 0.5, 1.7, 2.0, 3.1, 4.6])
"""Uneven points."""
S = np.stack([T, 3.0 - T @ T])[:, :1]
"""A stack of stacks of matrices."""

CASES = """
np.linalg.norm(T, 1, (1, 2)); np.linalg.norm(T, -1, (1, 2)); np.linalg.norm(T, np.inf, (1, 2))
np.linalg.norm(T, -np.inf, (1, 2)); np.linalg.norm(T, 2, (1, 2)); np.linalg.norm(T, -2, (1, 2))
np.linalg.norm(T, "nuc", (1, 2)); np.linalg.norm(T, "fro", (1, 2)); np.linalg.norm(T, 1, (2, 0))
np.linalg.norm(T, -1, (0, 1)); np.linalg.norm(T, np.inf, (0, 2)); np.linalg.norm(T, -2, (2, 0))
np.linalg.norm(T, 1, (0, 2), keepdims=True); np.linalg.norm(T, "nuc", (2, 0), keepdims=True)
np.linalg.norm(T, 2, (-1, -3), keepdims=True); np.linalg.norm(T, axis=(2, 1), keepdims=True)
np.linalg.norm(T, 3, 1); np.linalg.norm(T, 1, -1, True); np.linalg.norm(T, -np.inf, 0)
np.linalg.norm(T, np.inf, 2, keepdims=True); np.linalg.norm(V, -2); np.linalg.norm(V, 0.5)
np.linalg.matrix_power(X, 0) + X; np.linalg.matrix_power(T, 0) * T; np.linalg.matrix_power(X, 1)
np.linalg.matrix_power(X, 2); np.linalg.matrix_power(T, 3); np.linalg.matrix_power(X, 5)
np.linalg.matrix_power(X, 6); np.linalg.matrix_power(X, -1); np.linalg.matrix_power(X, -3)
np.linalg.multi_dot([X, X.T, X[0]]); np.linalg.multi_dot([X, X])
np.gradient(V); np.gradient(V, 0.5); np.gradient(V, P); np.gradient(V, P, edge_order=2)
np.gradient(V, edge_order=2); np.gradient(V, 2.0, edge_order=2); np.gradient(V[:3], edge_order=2)
np.gradient(V[:3], P[:3], edge_order=2); np.gradient(V[:2], P[1:3]); np.gradient(P, V)
np.gradient(T, axis=1); np.gradient(T, 0.5, axis=(0, 2))[1]; np.gradient(T, 1.0, 2.0, 3.0)[2]
np.gradient(X, P[:3], P[2:5], edge_order=2)[0]; np.gradient(X, P[:3], P[2:5], edge_order=2)[1]
np.gradient(T, P[:3], axis=-2, edge_order=2); np.stack(np.gradient(X)); np.gradient(V, axis=(0,))
np.diff(V, 0); np.diff(V, 2); np.diff(V, 3, prepend=1.0); np.diff(X, axis=0, append=V[:3][None])
np.diff(X, prepend=0.5, append=-0.5); np.diff(T, 2, 1); np.diff(T, axis=0, prepend=T[:1])
np.ediff1d(V, to_end=9.0); np.ediff1d(V, to_begin=[1.0, 2.0]); np.ediff1d(X, V, P)
np.trapezoid(V, P); np.trapezoid(V, dx=0.5); np.trapezoid(X, P[:3], axis=0); np.trapezoid(T, T**3)
np.trapezoid(X, X + P[:3], axis=0); np.trapezoid(X, P[:3]); np.trapezoid(T, axis=1)
np.interp(V, P, V); np.interp(V, P, V, -5.0, 7.0); np.interp(5 * V, P, V, period=4.7)
np.interp(5 * V, P[::-1], V, period=-5.0); np.interp(1.1, P, V); np.interp(X, P, V, right=9.0)
np.convolve(V, P[:3]); np.convolve(V, P[:3], "same"); np.convolve(P[:2], V, "valid")
np.convolve(V, P[:4], "same"); np.correlate(V, P[:3]); np.correlate(P[:2], V, "full")
np.correlate(P[:4], V, "same"); np.correlate(V[:3], V, "valid"); np.correlate(V, V, "full")
np.polyval(V, 1.3); np.polyval(V, X); np.polyder(V); np.polyder(V, 3); np.polyint(V)
np.polyint(V, 2, [3.0, 4.0]); np.polyint(V, k=2.0); np.polyadd(V, P[:2]); np.polysub(P[:2], V)
np.polymul(V, P[:3]); np.polymul(V, 2.0); np.vander(V); np.vander(V, 3); np.vander(V, 4, True)
np.linspace(V, P, 4); np.linspace(V[0], 5.0, 1); np.linspace(V[0], 5.0, 4, endpoint=False)
np.linspace(V, P, 3, axis=1); np.linspace(V[0], V[1], 5, retstep=True)[1]
np.linspace(V[0], V[1], 5, False, True)[1]; np.logspace(V[0], V[1], 3)
np.logspace(1.0, V[0], 3, base=2.0); np.geomspace(-V[0], -V[1], 3)
np.logspace(V[0], V[1], 3, endpoint=False); np.geomspace(V[0], V[1], 4)
np.geomspace(V[0], V[1], 4, endpoint=False); np.unwrap(3 * V); np.unwrap(3 * V, 4.0)
np.unwrap(3 * V, period=2.0); np.unwrap(3 * X, axis=0)
np.linalg.norm(S, 1, (-2, -1)); np.linalg.norm(S, -1, (2, 3)); np.linalg.norm(S, np.inf, (2, 3))
np.linalg.norm(S, 2, (2, 3)); np.linalg.norm(S, -2, (2, 3)); np.linalg.norm(S, "nuc", (2, 3))
np.linalg.norm(S, "fro", (0, 3), True); np.linalg.matrix_power(S, 0) * S
np.linalg.matrix_power(S, 2); np.linalg.qr(S)[0]; np.linalg.qr(S)[1]; np.linalg.inv(S)
np.linalg.det(S); np.linalg.matrix_norm(S, ord=1); np.linalg.matrix_norm(S, keepdims=True)
np.linalg.matrix_norm(T, ord=-2); np.linalg.vector_norm(S, axis=2, ord=3)
np.inner(V, 2.0); np.inner(V[0], X); np.inner(V[0], V[1]); np.inner(X, X[0]); np.inner(T, X)
np.cov(X); np.cov(X, ddof=0); np.cov(X, rowvar=False); np.cov(X, V[:3]); np.cov(X, bias=True)
np.cov(X, fweights=[1, 3, 2]); np.cov(X, aweights=[0.5, 1.5, 2.5]); np.corrcoef(X)
np.cov(X, fweights=[1, 3, 2], aweights=[0.5, 1.5, 2.5]); np.cov(V); np.cov(V, P)
"""


@pytest.mark.parametrize(
    "text", [c.strip() for c in CASES.replace("\n", ";").split(";") if c.strip()]
)
def test_value_and_gradient(text):
    def f(x):
        """The case, whose arrays all depend on x."""
        arrays = {name: base * (1 + 0.1 * x[0]) + 0.05 * x[1] for name, base in BASES.items()}
        return eval(text, {"np": np, **arrays})

    x = np.array([0.4, -0.8])
    name = text.partition("(")[0].rpartition(".")
    if not hasattr(eval(name[0], {"np": np}), name[2]):
        pytest.skip("this NumPy lacks the function")
    assert_as_numpy(f, x)


@pytest.mark.parametrize(
    ("ends", "more"),
    [
        ((1.0, 8.0), {"num": 4, "dtype": int}),
        ((1.0, 1000.0), {"num": 4, "dtype": int}),
        ((1000.0, 1.0), {"num": 7, "dtype": int}),
        ((-1.0, -1000.0), {"num": 4, "dtype": int}),
        ((1.0, 1000.0), {"num": 3, "endpoint": False, "dtype": int}),
        ((3.0, 7.0), {"num": 1, "dtype": int}),
        ((3.0, 7.0), {"num": 0}),
        ((np.array([1.0, -2.0]), np.array([8.0, -16.0])), {"num": 4, "axis": 1, "dtype": int}),
        ((2.0, np.array([16.0, 54.0])), {"num": 4, "axis": -1, "dtype": int}),
    ],
)
def test_a_geometric_grid_begins_and_ends_exactly(ends, more):
    wanted = np.geomspace(*ends, **more)
    got = compile(lambda x: np.geomspace(ends[0] * x, ends[1] * x, **more) + 0 * x)(1.0)
    assert np.shape(got) == wanted.shape
    assert got.tolist() == wanted.tolist()


BASES = {"V": V, "X": X, "T": T, "P": P, "S": S}


@pytest.mark.parametrize(
    "bins", [[0.0, 1.0, 2.0], [2.0, 1.0, 0.0], [1.0, 1.0, 2.0], [2.0, 1, 1, 0]]
)
@pytest.mark.parametrize("right", [False, True])
def test_bins_rise_or_fall(bins, right):
    x = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
    got = compile(lambda x: np.digitize(x, array(bins), right=right) + 0 * x)(x)
    assert got.tolist() == np.digitize(x, bins, right).tolist()


@pytest.mark.parametrize(
    "bins", [[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 0.0, 2.0], [0.0, 1.0, 0.5]]
)
def test_other_bins_are_refused(bins):
    with pytest.raises(ValueError, match="monotonically"):
        compile(lambda x: np.digitize(x, array(bins)) + 0 * x)(V)
    with pytest.raises(ValueError, match="monotonically"):
        np.digitize(V, bins)


def test_differences_of_a_negative_order_are_refused():
    with pytest.raises(ValueError, match="order must be non-negative but got -1"):
        compile(lambda x: np.diff(x, -1))(V)
    np.testing.assert_array_equal(compile(lambda x: np.diff(x, 0))(V), V)


def test_an_array_is_viewed_as_arrays_only():
    x = array(V)
    assert type(x.view(np.ndarray)) is np.ndarray
    assert type(x.view(type=type(x))) is type(x)
    for kinds in ((float, np.ndarray), (np.float32,), ("f8",)):
        with pytest.raises(TypeError, match="as another dtype"):
            x.view(*kinds)


def test_the_infinite_ones_are_found():
    x = np.array([np.inf, 1.0, -np.inf, np.nan, 0.0])
    got = compile(lambda x: np.where(np.isinf(x), 7.0, 2 * x))(x)
    np.testing.assert_array_equal(got, [7.0, 2.0, 7.0, np.nan, 0.0])
