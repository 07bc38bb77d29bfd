"""Random programs, with branches, loops, reuse and look-ups: every way to run them agrees."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from random_programs import CHAINRULE, INPUTS, MANY_DIGITS, indices, points, run, scripts

import chainrule
from chainrule import Value, grad, hessian, hvp, jacobian, value_and_grad

EPS = np.finfo(float).eps


def function_of(script, library=CHAINRULE):
    return lambda x, index: run(script, library, x, index)


def close(found, expected, size):
    """Equal but for rounding, where numbers of this size were added up."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1000 * EPS * (1 + size))


@given(script=scripts, x=points, index=indices)
@settings(max_examples=300, deadline=None)
def test_eager_recorded_and_replayed_agree(script, x, index):
    f = function_of(script)
    leaves = [Value(float(each)) for each in x]
    out = f(leaves, index)
    if isinstance(out, Value):
        out.backward()
    expected = np.array([leaf.grad for leaf in leaves])
    size = np.abs(expected).max()
    value, slopes = value_and_grad(f)(x, index)
    close(value, out.data, abs(out.data))
    close(slopes, expected, size)
    program = chainrule.compile(f)
    assert program.value_and_grad(x, np.int64(index)) == program.value_and_grad(x, np.int64(index))
    value, slopes = program.value_and_grad(x, np.int64(index))
    close(value, out.data, abs(out.data))
    close(slopes, expected, size)


@given(script=scripts, data=st.data(), rows=st.integers(1, 70))
@settings(max_examples=100, deadline=None)
def test_rows_are_a_loop_over_points(script, data, rows):
    f = function_of(script)
    seed = data.draw(st.integers(0, 1000))
    rng = np.random.default_rng(seed)
    x, index = rng.uniform(-2, 2, size=(rows, INPUTS)), rng.integers(0, 4, size=rows)
    one = chainrule.compile(f)
    many = chainrule.compile(f, in_axes=0)
    value, slopes = many.value_and_grad(x, index)
    for r in range(rows):
        v, g = one.value_and_grad(x[r], np.int64(index[r]))
        assert v == value[r]
        np.testing.assert_array_equal(g, slopes[r])
    total = chainrule.compile(f, in_axes=0, reduce="sum")(x, index)
    assert total == pytest.approx(value.sum(), rel=1e-12, abs=1e-12)


@given(script=scripts, x=points, index=indices)
@settings(max_examples=80, deadline=None)
def test_second_derivatives_agree_with_many_digits(script, x, index):
    f = function_of(script)
    x = [each + 0.01 * k**0.5 for k, each in enumerate(x, 2)]  # on no threshold
    found = np.array(hessian(f)(x, index))
    program = chainrule.compile(f)
    np.testing.assert_array_equal(program.hessian(x, index), found)
    close(program.hessian(x, np.int64(index)), found, np.abs(found).max())  # sums in another order
    close(jacobian(grad(f))(x, index), found, np.abs(found).max())
    direction = [1.0, -0.5, 0.25, 2.0]
    close(hvp(f)(x, index, direction), found @ direction, np.abs(found).max())

    def along(t):
        exact = [mpmath.mpf(a) + t * mpmath.mpf(d) for a, d in zip(x, direction)]
        return run(script, MANY_DIGITS, exact, index)

    with mpmath.workdps(60):
        try:
            expected = mpmath.diff(along, 0, 2, h=mpmath.mpf(10) ** -20)
        except ZeroDivisionError:
            return
    quadratic = np.array(direction) @ found @ np.array(direction)
    if abs(float(expected)) < 1e12:  # a step across a branch point has no second derivative
        close(quadratic, float(expected), 100 * np.abs(found).max())
