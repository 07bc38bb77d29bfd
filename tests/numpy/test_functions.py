"""NumPy's functions in recorded functions: values as of plain NumPy, gradients as by nudging."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import CASES, assert_as_numpy, case

from chainrule import ShapeError, Value, array, compile


@pytest.mark.parametrize("line", CASES)
def test_value_and_gradient(line):
    f, x = case(line, np)
    assert_as_numpy(f, x)


MISFITS = """
np.matmul(x, x)
x @ x
x @ 2.0
np.dot(x, x)
np.dot(x, x[0, :2])
np.inner(x, x.T)
np.vdot(x, x[0])
np.tensordot(x, x, 1)
np.cross(v, v)
np.convolve(x, x)
np.convolve(v, v[:0])
np.correlate(v[:0], v)
np.einsum('ij,jk', x, x)
np.einsum('ij,jk', x)
np.einsum('i', x)
np.einsum('ij->k', x)
np.einsum('ij->ii', x)
np.einsum('ii', x)
x + x.T
np.where(x > 0, x, v)
np.gradient(v[:1])
np.select([v > 0], [v, v])
np.piecewise(v, [v > 0, v < 0], [1.0])
"""


@pytest.mark.parametrize("text", MISFITS.strip().splitlines())
def test_shapes_that_do_not_fit_are_refused_with_the_line(text):
    x, v = np.arange(6.0).reshape(2, 3) + 1.0, np.arange(4.0)
    with pytest.raises(ValueError):
        eval(text, {"np": np, "x": x, "v": v})

    def f(x, v):
        return eval(text, {"np": np, "x": x, "v": v})

    with pytest.raises(ShapeError) as error:
        compile(f)(x, v)
    assert "where " in str(error.value)
    assert str(error.value).partition("\n")[0].endswith(".")


REFUSED = """
np.diff(v, n=-1)
np.gradient(v, edge_order=3)
np.choose([0, 5, 1, 0], [v, -v])
np.linalg.norm(x, 3)
np.linalg.matrix_power(x @ x.T, 1.5)
np.linalg.multi_dot([x])
np.median(v, axis=1)
np.quantile(v, 0.5, axis=2)
np.searchsorted(v, 0.0, side='middle')
np.searchsorted(x, 0.0)
np.digitize(v, [1.0, 0.0, 2.0])
np.partition(v, 9)
np.sum(v, axis=1)
np.sum(v, axis=(0, 0))
"""


@pytest.mark.parametrize("text", REFUSED.strip().splitlines())
def test_what_numpy_refuses_is_refused(text):
    x, v = np.arange(6.0).reshape(2, 3) + 1.0, np.arange(4.0)
    with pytest.raises(Exception) as wanted:
        eval(text, {"np": np, "x": x, "v": v})
    with pytest.raises(wanted.type):
        compile(lambda x, v: eval(text, {"np": np, "x": x, "v": v}))(x, v)


QUESTIONS = """
x == 1.0
x != 0
np.all(x)
np.count_nonzero(x)
np.nonzero(x)[0]
np.isin(x, [1.0, 0.0])
np.array_equal(x, x)
np.sinc(x)
np.nan_to_num(x / np.array([1.0, np.inf, 1.0]))
np.linalg.norm(x, 0)
np.where(x == 0, 1.0, x)
np.array_equal(x * np.nan, x * np.nan, equal_nan=True)
"""


@pytest.mark.parametrize("text", QUESTIONS.strip().splitlines())
def test_arrays_of_values_are_compared_by_their_numbers(text):
    numbers = np.array([1.0, 2.0, 0.0])
    got = eval(text, {"np": np, "x": array([Value(each) for each in numbers])})
    plain = [each.data if isinstance(each, Value) else each for each in np.ravel(got)]
    np.testing.assert_allclose(plain, np.ravel(eval(text, {"np": np, "x": numbers})))
