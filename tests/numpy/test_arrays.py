"""The array that a recorded function gets: kinds, choices, warnings, methods, refusals."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import chainrule
import chainrule.numpy as cnp
from chainrule import Value, compile, grad
from chainrule.errors import ChainruleError, WrongType

X = np.array([-1.0, 0.5, 2.0])

KINDS = """
f: x, x * n, np.mean(x > 0), n / 2, (x > 0) * 1.0, np.floor(x), np.where(x > 0, x, 0)
i: n, n * 2, np.sum(x > 0), np.argmax(x), np.argsort(x), np.where(x > 0, 1, 0), np.sort(n)
i: n // 2, np.cumsum(n), np.count_nonzero(x > 0), x.astype(int), n & 1
i: np.searchsorted([0.0, 1.0], x), np.ones_like(n)
f: n.astype(float), (x > 0).astype(float), (x > 0).astype(float) + (x > 1).astype(float)
f: n.astype("f8") // 2, (n > 1).astype(float) * n
i: (x > 0).astype(int), (x > 0).astype(int) + (x > 1).astype(int), x.astype(int) - 1
b: x > 0, (x > 0) + (x > 1), (x > 0) & (x < 1), ~(x > 0), np.isnan(x), np.any(x > 0), np.all(x > 0)
b: np.logical_or(x, 0), np.isfinite(x), np.signbit(x), x.astype(bool), np.isclose(x, 0)
"""


@pytest.mark.parametrize("line", KINDS.strip().splitlines())
def test_the_dtype_is_that_of_plain_numpy(line):
    kind, _, text = line.partition(": ")
    expression = eval(f"lambda x, n: [{text}]", {"np": np})
    n = np.array([3, 1, 2])
    kinds = []

    def f(x, n):
        kinds.extend(each.dtype.kind for each in expression(x, n))
        return x.sum()

    compile(f)(X, n)
    plain = [np.asarray(each).dtype.kind for each in expression(X, n)]
    assert kinds == [kind] * len(kinds) == plain


def test_a_layer_of_choices_is_one_recording():
    draw = np.random.default_rng(0)
    w = draw.normal(size=(16, 8))
    program = compile(lambda x: np.maximum(w @ x, 0.0).sum())
    for _ in range(100):
        x = draw.normal(size=8)
        np.testing.assert_allclose(program.grad(x), w.T @ (w @ x > 0))
    assert "1 recording>" in repr(program)


def test_assignments_are_choices():
    def f(x):
        x[x < 0] = 0.0
        y = cnp.zeros(4)
        y[1:] = x * 2
        y[0] += x[2]
        return y

    program = compile(f)
    assert program(X).tolist() == [2.0, 0.0, 1.0, 4.0]
    assert program(-X).tolist() == [0.0, 2.0, 0.0, 0.0]
    assert "1 recording>" in repr(program)
    assert X.tolist() == [-1.0, 0.5, 2.0]


def test_nan_passes_as_in_numpy():
    x = np.array([1.0, np.nan, 2.0])
    for f in (np.max, np.min, np.median, lambda x: np.clip(x, 0, 1), np.nanmax, np.fmax.reduce):
        np.testing.assert_array_equal(compile(f)(x), f(x))


def test_warnings_follow_errstate():
    program = grad(lambda x: np.log(x).sum())
    with pytest.warns(RuntimeWarning, match="invalid value encountered in log") as told:
        program(np.array([-1.0, -2.0]))
    assert len([each for each in told if "invalid value" in str(each.message)]) == 1
    assert told[0].filename == __file__
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        program(np.array([-1.0, -2.0]))
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        program(np.array([-1.0, -2.0]))


REFUSED = {
    "y = np.zeros(3); y[0] = x[0]": "chainrule.numpy.zeros",
    "y = np.zeros(3); y += x": "write y = y + x",
    "y = np.zeros(3); np.add(x, x, out=y)": "omit out=...",
    "np.asarray(x, float)": "chainrule.numpy",
    "np.linalg.inv(np.array([[x[0], 1.0], [1.0, 3.0]]))": "chainrule.numpy.array",
    "np.isnan([x[0], 1.0])": "chainrule.numpy.array",
    "np.exp([x[0], 1.0])": "chainrule.numpy.array",
    "np.fft.fft(x)": "chainrule.external",
    "np.histogram(x)": "plain numbers",
    "np.nextafter(x, 1.0)": "docs/numpy.md",
    "x * 1j": "imaginary part",
    "x.view(np.int64)": "astype",
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_says_where_and_what_to_write(code):
    def f(x):
        exec(code, {"np": np, "x": x})
        return x.sum()

    with pytest.raises((WrongType, ChainruleError)) as error:
        grad(f)(X)
    lines = str(error.value).splitlines()
    assert lines[0].endswith(".")
    assert REFUSED[code] in str(error.value)
    assert "where" in str(error.value)


METHODS = [
    "x.sum()", "x.mean()", "x.max()", "x.min()", "x.std()", "x.var()", "x.prod()", "x.any()",
    "x.all()", "x.cumsum()", "x.argmax()", "x.argsort()", "x.clip(0,1)", "x.round()", "x.dot(x)",
    "x.T", "x.reshape(3,1)", "x.ravel()", "x.flatten()", "x.copy()", "x[::-1]", "x.repeat(2)",
    "x.take([0,2])", "x.astype(float)", "x.real", "x.conj()", "x.squeeze()", "x.nonzero()[0]",
    "x.tolist()", "x.ndim", "x.shape", "x.size", "len(x)", "x.searchsorted(0.2)",
    "np.add.outer(x,x)", "np.add.reduceat(x,[0,1])", "np.multiply.accumulate(x)",
    "np.vectorize(lambda_)(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", METHODS)
def test_methods(text):
    f = eval(f"lambda x: {text}", {"np": np, "lambda_": lambda t: t * t})
    wanted = f(np.sort(X))
    got = compile(lambda x: np.stack([x[0], x[1]]).sum() * 0 + np.asarray(f(x), dtype=object) * 1.0)
    np.testing.assert_allclose(got(np.sort(X)), np.asarray(wanted, dtype=float))


def test_values_and_plain_numbers_in_one_array():
    x = chainrule.array([Value(3.0), 4.0])
    length = np.sqrt(x @ x)
    length.backward()
    assert x[0].grad == pytest.approx(0.6)
    assert np.std(chainrule.array([Value(1.0), Value(2.0)])).data == 0.5
    assert chainrule.array([1, 2]).dtype == np.int64
    assert (cnp.zeros(3) + 1.0).tolist() == [1.0, 1.0, 1.0]


def test_a_tracer_is_a_numpy_scalar():
    def f(x):
        assert (x.shape, x.ndim, x.size, x.dtype) == ((), 0, 1, np.float64)
        assert np.issubdtype(x.dtype, np.floating)
        return x.sum() + x.mean() + round(x, 1) * 0 + x.reshape(1)[0] + np.where(x.any(), x, 0.0)

    assert grad(f)(1.5) == 4.0


def test_asarray_keeps_an_array_and_makes_one_of_anything_else():
    a = cnp.array([Value(1.0), 2.0])
    assert cnp.asarray(a) is a
    assert type(cnp.asarray([Value(1.0), 2.0])) is type(a)
    assert cnp.asarray([1, True], dtype=float).tolist() == [1.0, 1.0]
    assert cnp.array([1, 2], dtype=float).dtype == float
    assert cnp.array([True, 1.7, False], dtype=int).tolist() == [1, 1, 0]


def test_functions_of_lists_make_arrays_too():
    values = [Value(2.0), 1.0, Value(3.0)]
    for made in (cnp.cumsum(values), cnp.sort(values), cnp.where([True, False, True], values, 0.0)):
        assert type(made) is type(cnp.array(values))
    assert cnp.interp([1.5], [1, 2, 3], values)[0].data == 1.5
