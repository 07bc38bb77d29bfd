"""NumPy's functions in recorded functions: values as of plain NumPy, gradients as by nudging."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import CASES, case

from chainrule import compile, grad


def nudged(f, x, h=1e-6):
    """The gradient of f at x by central differences."""
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        out[index] = (f(x + step) - f(x - step)) / (2 * h)
    return out


@pytest.mark.parametrize("line", CASES)
def test_value_and_gradient(line):
    f, x = case(line, np)
    wanted = np.asarray(f(x))
    weights = np.random.default_rng(1).normal(size=wanted.shape)
    got = compile(f)(x)
    assert np.shape(got) == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)

    def weighted(x):
        return np.sum(f(x) * weights)

    np.testing.assert_allclose(grad(weighted)(x), nudged(weighted, x), rtol=1e-5, atol=1e-6)
