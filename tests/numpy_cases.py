"""Expressions with NumPy's functions, for our tests and for those against peers.

A line is the letter of an array x, which is an argument, and an expression of x and of the other
arrays. NumPy is `np`, or whoever takes its part.
"""

from __future__ import annotations

import re
from operator import attrgetter

import numpy

from chainrule import compile, grad

_draw = numpy.random.default_rng(0)
ARRAYS = {
    "X": _draw.normal(size=(3, 4)),
    "W": _draw.normal(size=(4, 3)),
    "S": _draw.normal(size=(3, 3)),
    "V": _draw.normal(size=5),
}
ARRAYS["P"] = numpy.abs(ARRAYS["V"]) + 0.5

LINES = """
X: np.sum(x)
X: np.sum(x, axis=0)
X: np.sum(x, axis=1, keepdims=True)
X: x.sum(axis=(0, 1))
X: np.sum(x, initial=2.0)
X: np.mean(x, axis=-1)
X: np.var(x, axis=0, ddof=1)
X: np.std(x)
X: np.prod(x, axis=0)
X: np.max(x, axis=0)
X: x.min()
X: np.ptp(x, axis=0)
X: np.cumsum(x, axis=1)
V: np.cumprod(x)
V: np.any(x > 0) * x[0]
V: np.all(x > 0) * x[0]
X: np.where(x > 0, x, x ** 2)
X: np.clip(x, -0.5, 0.5)
X: np.maximum(x, 0.1)
X: np.fmax(x, 0.1)
X: np.select([x < 0, x > 1], [x * 2, x * 3], 0.5)
V: np.piecewise(x, [x < 0, x >= 0], [lambda t: t * 2, lambda t: t ** 3])
X: np.dot(x, W)
V: np.dot(V, x)
X: x @ W
S: S @ x @ S
X: np.matmul(x.reshape(2, 2, 3), np.ones((2, 3, 2)))
X: np.tensordot(x, W, axes=1)
X: np.tensordot(x, X, axes=2)
X: np.inner(x, X)
V: np.outer(x, V)
S: np.kron(x, S)
S: np.cross(x, S)
S: np.trace(x)
V: np.vdot(x, V)
X: np.einsum('ij,jk->ik', x, W)
S: np.einsum('ii->i', x)
X: np.einsum('ij->', x)
X: np.einsum('...j,jk->...k', x, W)
X: np.einsum('ij,jk,kl->il', x, W, X)
X: np.einsum(x, [0, 1], W, [1, 2], [0, 2])
X: np.einsum('ij,ij', x, X)
S: np.einsum('ii', x)
X: np.diff(x, n=2, axis=1)
V: np.diff(x, prepend=0.0)
X: np.gradient(x, axis=1)
V: np.gradient(x, 0.5, edge_order=2)
P: np.gradient(V, np.cumsum(x))
X: np.trapezoid(x, dx=0.5)
P: np.trapezoid(V, x)
V: np.interp(x, [-1.0, 0, 1], [2.0, 3.0, 5.0])
V: np.interp(np.array([0.1, 0.5, 2.2]), np.arange(5.0), x)
V: np.convolve(x, P, 'same')
V: np.correlate(x, P[:3], 'valid')
V: np.convolve(x, P[:2])
V: np.unwrap(x * 9)
V: np.polyval(x, 2.0)
V: np.polyval([1.0, 2.0, 3.0], x)
V: np.vander(x, 3)
V: np.linspace(x[0], x[1], 4)
X: np.average(x, axis=0, weights=[1.0, 2.0, 3.0])
X: np.cov(x)
X: np.corrcoef(x)
X: np.linalg.norm(x)
X: np.linalg.norm(x, ord=1, axis=0)
X: np.linalg.norm(x, ord=3, axis=1)
S: np.linalg.matrix_power(x, 3)
X: np.nansum(x)
X: np.nanmean(x, axis=0)
X: np.nanmax(x, axis=0)
X: np.nanstd(x)
X: np.nan_to_num(x)
V: np.sinc(x)
X: np.tile(x, 2)
X: np.repeat(x, 2, axis=0)
X: np.pad(x, 1)
V: np.pad(x, 2, mode='edge')
X: np.roll(x, 1)
X: np.split(x, 2, axis=1)[1]
X: np.stack([x, 2 * x])
X: np.concatenate([x, np.ones((1, 4))])
V: np.tanh(np.append(x, 1.0))
S: np.tril(x)
V: np.diag(x)
S: np.diag(x)
X: x[::-1]
X: x[[0, 2]][:, [1, 1]]
X: x[np.array([True, False, True])]
V: x[x > 0]
X: np.rot90(x)
X: np.square(x)
X: np.exp(x)
X: np.mod(x, 0.3)
V: np.arctan2(x, P)
V: np.hypot(x, P)
V: np.heaviside(x, 0.5) * x
V: np.sign(x) * x
V: np.abs(x)
V: np.copysign(x, -1.0)
V: np.deg2rad(x)
V: np.add.outer(x, V)
V: np.add.reduceat(x, [0, 2])
V: np.meshgrid(x, V)[0]
S: np.block([[x, x], [x, x]])
V: np.broadcast_to(x, (2, 5))
V: np.take(x, [0, 0, 1])
X: np.take_along_axis(x, np.array([[0], [1], [2]]), axis=1)
V: x.astype(float)
V: np.zeros_like(x) + x
X: x.flatten()
X: x.T
X: sum([r.sum() for r in x])
V: x.dot(V)
V: np.divmod(x, 0.7)[1]
V: np.modf(x)[0]
V: np.trunc(x) * x
V: np.vectorize(lambda t: t * t)(x)
X: np.apply_along_axis(lambda r: r.sum(), 0, x)
X: np.apply_along_axis(lambda r: np.cumsum(r * r), 0, x)
X: np.apply_along_axis(lambda r: np.outer(r, r[:2]), 1, x)
V: np.sort(x)
V: x[np.argsort(x)]
V: np.median(x)
V: np.percentile(x, 30)
V: np.quantile(x, [0.2, 0.7])
V: x[np.argmax(x)]
V: np.amax(x)
V: np.r_[x, 1.0, x[:2]]
X: np.c_[x, x[:, :1]]
V: np.mean([x[0], x[1] * 2.0])
V: np.std([x[0], x[1], x[2]])
V: np.vstack(x)
V: np.hstack(x)
V: np.stack(x)
V: np.column_stack((x, x**2))
V: np.array([x[0], x[1] + 1.0]) * 2.0
V: np.linspace(x[0], x[1], 1)
V: np.std(x[:1])
V: np.nanmedian(x)
V: np.logaddexp(x, P)
V: np.logaddexp2(x, P)
V: np.exp2(x)
V: np.round(x, 1)
V: np.rint(x) * x
V: np.fmod(x, 0.7)
V: np.sinc(x)
V: np.take(x, np.argsort(x)[:2])
X: np.take(x, np.argmax(x, axis=1), axis=1)
X: np.take(x, [[0, 1], [1, 1]], axis=0)
X: np.take_along_axis(x, np.argsort(x, axis=0), axis=0)
X: np.take_along_axis(x, np.argsort(x, axis=1)[:, :2], axis=1)
X: x[np.argsort(x[:, 0]), 1]
X: x[np.arange(3), np.argmax(x, axis=1)]
X: x[:, np.argmin(x[0])]
X: np.nanmedian(x, axis=0)
V: np.nanpercentile(x, 30)
X: np.where(np.isin(x, [5.0]), 0.0, x)
X: np.matvec(W, x[:, :3].T[:3].sum(axis=1))
X: np.linalg.vecdot(x, x)
S: np.linalg.matmul(x, x)
S: np.linalg.matrix_norm(x)
S: x[np.triu_indices_from(x)]
V: np.all(x) * x
X: np.all(x > -9, axis=0) * x
X: np.any(x, axis=1, keepdims=True) * x
X: np.count_nonzero(x, axis=0) * x[0]
X: np.sum(x > 0, axis=1) * x[:, 0]
X: np.cumsum(x > 0, axis=1) * x
V: np.digitize(x, [-1.0, 0.0, 1.0]) * x
V: np.searchsorted([-1.0, 0.0, 1.0], x) * x
V: np.concatenate([[0.0], [x[1]], x])
V: np.concatenate(([x[0], x[1]], x[2:]))
V: np.append([x[0], 1.0], x)
V: np.hstack([x[0], x, [x[1], 2.0]])
V: np.block([[x[0], 1.0], [x[1], x[2]]])
V: np.stack([[x[0], 1.0], [x[1], x[2]]])
V: np.insert(x, 1, [x[0], x[2]])
V: divmod(x[0], x[1])[1] * x
V: np.cov(x)
V: np.cov(x, aweights=[1.0, 2.0, 1.0, 3.0, 1.0])
V: np.nanstd(x[:1])
X: np.nanmean(x, axis=0, where=np.array([[True], [False], [True]]))
X: np.nanvar(x, where=x > -9)
X: np.sum(x > 0, axis=1, where=np.array([True, False, True, True])) * x[:, 0]
V: np.sum(x * 3, dtype=int) * x
V: np.cumulative_sum(x, include_initial=True)
V: np.geomspace(-np.exp(x[0]), -2.0, 3)
V: np.linspace(x[0], 9.0, 4, dtype=int) * x[0]
V: np.digitize(x, [1.0, 0.0, -1.0]) * x
V: np.choose([0, 5, 1, 0, 1], [x, -x], mode='wrap')
V: np.nanquantile(x, 0.3, method='hazen')
V: np.nanpercentile(x, 30, method='lower')
V: np.nanquantile(x, 0.4, method='midpoint')
V: np.lexsort((x, np.round(x))) * x
X: np.linalg.trace(np.stack([x[:, :3], 2 * x[:, :3]]))
V: np.polyadd(x, 1.0)
V: np.polymul(x, 2.0)
X: x[np.unravel_index(np.argmax(x), x.shape)]
X: np.stack(np.unravel_index([1, 7, 11], x.shape, order='F')).T @ x[:2]
V: np.lib.stride_tricks.sliding_window_view(x, 3) @ P[:3]
"""


def is_known(line):
    """Whether this NumPy has the functions of a line."""
    paths = re.findall(r"np((?:\.[a-z_0-9]+)+)", line)
    try:
        return bool([attrgetter(path[1:])(numpy) for path in paths]) or not paths
    except AttributeError:
        return False


CASES = [line for line in LINES.strip().splitlines() if is_known(line)]


def case(line, np):
    """The function of an expression, and its argument."""
    letter, _, text = line.partition(": ")
    return eval(f"lambda x: {text}", {"np": np, **ARRAYS}), ARRAYS[letter]


def nudged(f, x, h=1e-6):
    """The gradient of f at x by central differences."""
    out = numpy.zeros_like(x)
    for index in numpy.ndindex(x.shape):
        step = numpy.zeros_like(x)
        step[index] = h
        out[index] = (f(x + step) - f(x - step)) / (2 * h)
    return out


def assert_as_numpy(f, x):
    """Require a recorded function's value to be plain NumPy's, and its gradient that of nudging."""
    wanted = numpy.asarray(f(x))
    weights = numpy.random.default_rng(1).normal(size=wanted.shape)
    got = compile(f)(x)
    assert numpy.shape(got) == wanted.shape
    numpy.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)

    def weighted(x):
        return numpy.sum(f(x) * weights)

    numpy.testing.assert_allclose(grad(weighted)(x), nudged(weighted, x), rtol=1e-5, atol=1e-6)
