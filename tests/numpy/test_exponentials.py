"""logsumexp and softmax: against the sums they stand for, far beyond the range of exp too."""

from __future__ import annotations

import math

import numpy as np
import pytest

import chainrule
from chainrule import compile, grad, hessian, logsumexp, softmax

X = np.array([[1.0, -2.0, 3.0], [0.5, 2.0, -1.0]])


def shares(x, axis=None):
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_values(axis):
    for keepdims in (False, True):
        wanted = np.log(np.exp(X).sum(axis=axis, keepdims=keepdims))
        got = logsumexp(X, axis, keepdims=keepdims)
        assert np.shape(got) == wanted.shape
        assert np.allclose(got, wanted, rtol=1e-15)
        assert np.allclose(compile(lambda x, k=keepdims: logsumexp(x, axis, keepdims=k))(X), wanted)
    assert np.allclose(np.asarray(softmax(X, axis), float), shares(X, axis), rtol=1e-15)


def test_derivatives():
    p = shares(X).ravel()
    assert np.allclose(grad(logsumexp)(X).ravel(), p, rtol=1e-15)
    second = hessian(logsumexp)(X).reshape(6, 6)
    assert np.allclose(second, np.diag(p) - np.outer(p, p), rtol=1e-14)
    first = chainrule.jacobian(softmax)(X).reshape(6, 6)
    assert np.allclose(first, np.diag(p) - np.outer(p, p), rtol=1e-14)


def test_far_beyond_the_range_of_exp():
    f = compile(logsumexp)
    assert f(np.array([1000.0, 1000.0])) == 1000 + math.log(2)
    assert f(np.array([-1000.0, -1000.0])) == -1000 + math.log(2)
    assert f(np.array([1.0, math.inf])) == math.inf
    assert f(np.array([-math.inf, -math.inf])) == -math.inf
    assert math.isnan(f(np.array([1.0, math.nan])))
    slopes = f.grad(np.array([0.0, -745.0, 700.0]))
    assert slopes[2] == 1.0 and math.isclose(slopes[0], math.exp(-700.0), rel_tol=1e-13)


def test_lists_of_values(Value):
    x = [Value(1.0), Value(800.0), Value(801.0)]
    out = logsumexp(x)
    out.backward()
    assert math.isclose(out.data, 801 + math.log1p(math.exp(-1)), rel_tol=1e-15)
    assert math.isclose(x[1].grad, 1 / (1 + math.e), rel_tol=1e-14)
    assert math.isclose(sum(share.data for share in softmax(x)), 1.0, rel_tol=1e-15)
    assert math.isclose(logsumexp([0.0, 0.0]), math.log(2), rel_tol=1e-15)
