"""The same expressions replayed elsewhere, on rows, on arrays of Values, and by both twins."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import CASES, case

import chainrule
from chainrule import compile, grad

CHOOSING = ("sort", "median", "percentile", "quantile", "x[x > 0]")


def elsewhere(x):
    return np.random.default_rng(2).permutation(x.reshape(-1)).reshape(x.shape) * 1.1


@pytest.mark.parametrize("line", CASES)
def test_one_recording_holds_at_another_point(line):
    f, x = case(line, np)
    program = compile(f)
    program(x)
    wanted = f(elsewhere(x))
    if np.shape(wanted) == np.shape(f(x)):
        np.testing.assert_allclose(program(elsewhere(x)), wanted, rtol=1e-12, atol=1e-14)
    if not any(word in line for word in CHOOSING):
        assert "1 recording>" in repr(program)


@pytest.mark.parametrize("line", [line for line in CASES if "[x > 0]" not in line])
def test_rows(line):
    f, x = case(line, np)
    points = np.stack([x, elsewhere(x)])
    got = compile(f, in_axes=0)(points)
    np.testing.assert_allclose(got, np.stack([f(x) for x in points]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("line", CASES)
def test_arrays_of_values(Value, line):
    f, x = case(line, np)
    leaves = chainrule.array([Value(float(each)) for each in x.flat]).reshape(x.shape)
    got = f(leaves)
    weights = np.random.default_rng(1).normal(size=np.shape(got))
    total = np.sum(got * weights)
    numbers = [each.data if isinstance(each, Value) else each for each in np.ravel(got)]
    np.testing.assert_allclose(numbers, np.ravel(f(x)), rtol=1e-12, atol=1e-14)
    if not isinstance(total, Value):
        return
    total.backward()
    slopes = np.array([leaf.grad for leaf in leaves.flat]).reshape(x.shape)
    wanted = grad(lambda x: np.sum(f(x) * weights))(x)
    np.testing.assert_allclose(slopes, wanted, rtol=1e-10, atol=1e-12)
