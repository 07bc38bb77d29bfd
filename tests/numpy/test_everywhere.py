"""The same expressions replayed elsewhere, on rows, on arrays of Values, and by both twins."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import CASES, case

import chainrule
from chainrule import compile, grad

CHOOSING = ("x[x > 0]",)


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


@pytest.mark.parametrize("n", [3, 32, 33])
def test_an_order_is_recorded_without_guards(n):
    """Two ways, for few numbers and for many; nan comes last, and equal numbers as they come."""

    def f(x):
        return np.median(x) + 2 * np.sort(x)[1] + np.argsort(x)[0] + np.percentile(x, 30)

    program, draw = compile(f), np.random.default_rng(n)
    for special in ([], [5.0], [-7.0, 5.0]):
        x = np.round(draw.normal(size=n), 1)
        x[: len(special)] = special
        wanted = f(x) - np.argsort(x)[0] + np.argsort(x, kind="stable")[0]
        np.testing.assert_allclose(program(x), wanted)
        np.testing.assert_allclose(program.grad(x), grad(f)(x))
    assert "1 recording>" in repr(program)
    x[0] = np.nan
    np.testing.assert_array_equal(compile(np.sort)(x), np.sort(x))
    assert np.isnan(compile(np.median)(x))


def test_an_index_may_be_traced():
    x = np.arange(12.0).reshape(3, 4)
    program = compile(lambda x, i: x[np.argmax(x[:, 1])] * 1.0 + x[1, np.argmin(x[0])])
    np.testing.assert_array_equal(program(x, 0), x[2] + x[1, 0])
    np.testing.assert_array_equal(program(-x, 0), -x[0] - x[1, 3])
    assert "1 recording>" in repr(program)
