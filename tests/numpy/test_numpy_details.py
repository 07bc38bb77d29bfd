"""chainrule.numpy's own corners: how arrays are made, converted, masked and reduced."""

from __future__ import annotations

import re
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

import chainrule.numpy as cnp
from chainrule import Value, compile
from chainrule.errors import WrongType

A = np.arange(12.0).reshape(3, 4) - 4.5
N = np.array([[3, 0], [-2, 5]])

MADE = """
array([1.0, 2.0], ndmin=2); array([[1, 2], [3, 4]]); array([1, 2.5], dtype=int); array(True)
array([1, 0], dtype=bool); array([0, 2], dtype=float); array(["a", "b"]); array([1j, 2])
array([3, 4], ndmin=3, dtype=float); array(["a"], ndmin=2); asarray([1, 2], dtype=float)
asarray([1, 2]); asanyarray([1.5]); ascontiguousarray([[1.5]]); array([], ndmin=2); zeros(2)
zeros((2, 3), int); zeros(2, bool); ones(2); ones((2, 1), dtype=int); ones(1, dtype=bool)
full((2, 2), 3); full(2, 0.5); full(2, 0.5, int); full(2, True); full((1, 2), 7, dtype=float)
eye(2); eye(3, 2); eye(2, 3, 1); eye(3, k=-1, dtype=int); identity(3); identity(2, int)
zeros_like(N); zeros_like(A, dtype=int); ones_like(A); ones_like(N, dtype=float)
zeros_like(A, shape=(2, 1)); ones_like(N, shape=3); full_like(N, 2.5); full_like(A, 2, dtype=int)
full_like(A, 2, shape=(1, 2))
"""


def cases(text):
    return [case.strip() for line in text.strip().splitlines() for case in line.split(";")]


@pytest.mark.parametrize("text", cases(MADE))
def test_arrays_are_made_like_those_of_numpy(text):
    ours, theirs = (eval(f"m.{text}", {"m": m, "A": A, "N": N}) for m in (cnp, np))
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize(
    "text", [case for case in cases(MADE) if not re.search('j|"|array.*bool', case)]
)
def test_values_can_be_written_into_what_is_made(text):
    ours = eval(f"m.{text}", {"m": cnp, "A": A, "N": N})
    if ours.size:
        value = Value(2.0)
        ours[(0,) * ours.ndim] = value
        assert ours.flat[0] is value


def test_an_array_of_ours_is_taken_as_it_is_unless_its_kind_changes():
    x = cnp.array([Value(1.5), 2])
    assert cnp.asarray(x) is x
    assert cnp.asarray(x, dtype=float) is not x
    assert cnp.array(x) is not x and cnp.array(x)[0] is x[0]


def test_values_stay_themselves_where_the_other_numbers_are_converted():
    x = cnp.array([[Value(2.5), 3], [True, Value(-1.0)]])
    for kind, plain in ((float, 3.0), (int, 3)):
        made = x.astype(kind)
        assert made.shape == (2, 2)
        assert (made[0, 0].data, made[1, 1].data) == ((2.5, -1.0) if kind is float else (2.0, -1.0))
        converted = getattr(made[0, 1], "data", made[0, 1])
        assert type(converted) is type(plain) and converted == plain
    assert x.astype(float)[0, 0] is x[0, 0]
    assert x.astype(object)[1, 1] is x[1, 1]


STATEMENTS = """
x[x[:, 0] > -2] = 7.0
x[x > 0] = -1.0
x[(x > 0) & (x < 4)] *= 2
x[x[:, 0] > -4, 0] = 1.0
x[..., x[0] > -4] = [[5.0]]
x[[True, False, True]] = x[1]
x[x[:, 1] > 0] = x[0]
x[:, 1:][x[:, 1:] > 2] = 0.5
"""


@pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
def test_a_mask_writes_where_it_is_true(text):
    def f(x):
        x = x.copy()
        exec(text, {"x": x})
        return x

    np.testing.assert_array_equal(np.asarray(compile(f)(A), dtype=float), f(A))


REDUCED = """
np.add.reduce(x); np.add.reduce(x, axis=1); np.add.reduce(x, axis=None)
np.add.reduce(x, axis=(0, 1)); np.add.reduce(x, axis=-1, keepdims=True)
np.add.reduce(x, axis=(1, 0), keepdims=True); np.add.reduce(x, initial=2.0)
np.add.reduce(x, axis=1, where=x > 0); np.multiply.reduce(x, where=x > 0)
np.multiply.reduce(x, initial=3.0); np.maximum.reduce(x, axis=1, initial=0.5)
np.minimum.reduce(x, initial=-9.0); np.maximum.reduce(x, axis=1, where=x < 0, initial=-7.0)
np.minimum.reduce(x, where=x > 0, initial=9.0); np.add.reduce(x > 0)
np.add.reduce(x > 0, axis=1, where=[True, False, True, True])
np.logical_and.reduce(x > -4.7, axis=1); np.logical_or.reduce(x > 6, axis=0)
np.logical_and.reduce(x, axis=(0, 1)); np.logical_or.reduce(x > 6, axis=1, keepdims=True)
np.logical_and.reduce(x > 6, axis=1, keepdims=True); np.subtract.reduce(x)
np.divide.reduce(x, axis=1); np.add.reduce(x[:0]); np.multiply.reduce(x[:, :0], axis=1)
np.add.reduce(x[:0], initial=4.0); np.maximum.reduce(x[:0], initial=4.0)
np.multiply.reduce(x[:0], axis=0, keepdims=True); np.logical_and.reduce(x[:0])
np.logical_or.reduce(x[:0]); np.add.reduce(x[:0], axis=(0, 1)); np.add.accumulate(x)
np.add.accumulate(x, axis=1); np.maximum.accumulate(x, axis=-1); np.multiply.accumulate(x[:0])
np.add.accumulate(x > 0, axis=1); np.logaddexp.accumulate(x); np.hypot.reduce(x, axis=1)
np.hypot.accumulate(x, axis=1); np.power.reduce(x[2:]); np.add.reduceat(x, [0, 2])
np.add.reduceat(x, [0, 2, 1], axis=1); np.multiply.reduceat(x, [1, 1, 0])
np.add.reduceat(x, [3, 1], axis=1); np.maximum.reduceat(x, [0, 1], axis=-1)
np.add.outer(x, [1.0, 2.0]); np.multiply.outer(x[0], x); np.subtract.outer(2.0, x)
np.maximum.outer([0.5], x); x.sum(where=x > 0); x.max(initial=0.0); x.min(axis=1, initial=-5.0)
np.sum(x, initial=2.0, where=x > 0); np.prod(x, axis=1, initial=2.0, where=x > 0)
np.add.reduce(x, initial=2.0, where=False); np.hypot.reduce(x, initial=2.0, where=x > 0)
np.logaddexp.reduce(x, axis=1, initial=0.5, where=x > 0); np.logaddexp2.reduce(x, where=x > 0)
np.hypot.reduce(x, axis=1, where=x > 0); np.hypot.reduce(x[:0]); np.logaddexp.reduce(x[:, :0], 1)
np.subtract.reduce(x, initial=2.0); np.subtract.reduce(x, axis=1, initial=2.0, where=x > 0)
np.divide.reduce(x, initial=2.0); np.divide.reduce(x, initial=2.0, where=x > 1, keepdims=True)
np.fmod.reduce(x, axis=1, initial=9.5, where=x > 0)
np.remainder.reduce(x, initial=9.5, where=x < 0)
np.copysign.reduce(x, axis=1, initial=-2.0, where=x > 0, keepdims=True)
np.fmax.reduce(x, initial=1.0, where=x < 0); np.fmin.reduce(x, axis=1, initial=1.0, where=x > 0)
np.logical_or.reduce(x > 99, initial=True); np.logical_and.reduce(x > -99, initial=False)
np.logical_or.reduce(x > 0, initial=False, where=x < 0); np.any(x > 2, where=x < 3)
np.float_power.reduce(abs(x), initial=1.25, where=x > 0); np.all(x > 2, axis=1, where=x > 2.5)
np.square(x); np.reciprocal(x); np.positive(x); np.conjugate(x); np.modf(x)[0]; np.modf(x)[1]
np.divmod(x, 0.75)[0]; np.divmod(x, 0.75)[1]; np.ldexp(x, 3); np.signbit(-x)
np.logical_xor(x > 0, x > 2); np.add(x, 1, where=x > 0, out=np.zeros_like(x))
np.sqrt(x * x, dtype=float); np.matvec(x, x[0]); np.vecmat(x[:, 0], x); np.vecdot(x, x[::-1])
np.real(x); np.imag(x); np.sinc(x); np.fix(x); np.isreal(x); np.logical_and(x, x > 1); np.angle(x)
"""


@pytest.mark.filterwarnings("ignore:.*encountered", "ignore:numpy.fix is deprecated")
@pytest.mark.parametrize("text", cases(REDUCED))
@pytest.mark.parametrize("how", ["values", "recorded"])
def test_methods_of_ufuncs_are_those_of_numpy(text, how):
    name = text.split("(")[0].rpartition(".")[2]
    if name in ("matvec", "vecmat", "vecdot") and not hasattr(np, name):
        pytest.skip("NumPy is older")
    f = eval(f"lambda x: {text}", {"np": np})
    expected = np.asarray(f(A))
    given = A + 0.0
    if how == "values":
        found = f(cnp.array([[Value(float(n)) for n in row] for row in given]))
        found = np.vectorize(lambda v: getattr(v, "data", v), otypes=[float])(np.asarray(found))
    else:
        found = np.asarray(compile(f)(given), dtype=float)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected.astype(float), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", ["maximum", "minimum", "subtract", "fmax"])
def test_nothing_can_be_reduced_only_with_a_first_number(name):
    ufunc = getattr(np, name)
    with pytest.raises(ValueError, match="zero-size array to reduction operation") as caught:
        ufunc.reduce(cnp.array([Value(1.0)])[:0])
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["maximum", "fmin", "subtract", "divide", "fmod", "copysign"])
def test_a_mask_needs_a_first_number_where_there_is_no_identity(name):
    ufunc = getattr(np, name)
    with pytest.raises(ValueError) as theirs:
        ufunc.reduce(A, where=A > 0)
    with pytest.raises(ValueError) as ours:
        ufunc.reduce(cnp.array([[Value(float(n)) for n in row] for row in A]), where=A > 0)
    assert str(ours.value) == str(theirs.value)


def test_the_gradient_of_a_reduction_passes_by_what_is_left_out():
    for ufunc, start in [(np.divide, 2.0), (np.subtract, 2.0), (np.multiply, 2.0), (np.fmod, 9.5)]:
        x = cnp.array([Value(1.5), Value(0.0), Value(2.5)])
        ufunc.reduce(x, initial=start, where=[True, False, True]).backward()
        kept = [Value(1.5), Value(2.5)]
        ufunc(ufunc(start, kept[0]), kept[1]).backward()
        assert [v.grad for v in x] == [kept[0].grad, 0.0, kept[1].grad], ufunc


def test_conditions_are_arrays_that_values_can_be_written_into():
    for made in (cnp.array([1, 0], dtype=bool), cnp.array([2.0, 0.0]).astype(bool)):
        assert type(made) is type(cnp.array([1.0])) and made.tolist() == [True, False]
        made[0] = Value(2.5)
        assert made[0].data == 2.5


@pytest.mark.parametrize("key", ["[[k, 0], [1, 1]]", "[[0, 1], [1, k]]", "[[[k]]]", "[k, 1]"])
def test_an_index_is_traced_however_deep_it_lies(key):
    f = eval(f"lambda x, k: x[{key}] * 2.0")
    given = np.arange(4.0)
    np.testing.assert_array_equal(compile(f)(given, np.int64(1)), f(given, 1))


@pytest.mark.parametrize("axis", [2, -3, (0, 2), (1, 1)])
def test_a_wrong_axis_is_numpys_own_error(axis):
    with pytest.raises(ValueError) as theirs:
        np.add.reduce(A, axis=axis)
    with pytest.raises(type(theirs.value)) as ours:
        np.add.reduce(cnp.array(A), axis=axis)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize(
    "indices", [[0, 0, 1], (np.array([0, 2]), np.array([1, 1])), slice(1, None)]
)
def test_elements_are_changed_one_after_the_other(indices):
    ours, theirs = cnp.array(A[:3]), A[:3].copy()
    np.add.at(ours, indices, 2.0)
    np.add.at(theirs, indices, 2.0)
    np.multiply.at(ours, indices, [[2.0]] if isinstance(indices, slice) else 3.0)
    np.multiply.at(theirs, indices, [[2.0]] if isinstance(indices, slice) else 3.0)
    np.negative.at(ours, indices)
    np.negative.at(theirs, indices)
    np.testing.assert_array_equal(np.asarray(ours, dtype=float), theirs)


INDEXED = """
x[k]; x[:, k]; x[k, 1]; x[1, k]; x[k, k]; x[..., k]; x[None, k]; x[k, None]; x[k, :, None]
x[[k, 0, -1]]; x[:, [k, 1]]; x[[k, 0], [1, k]]; x[[0, 1], k]; x[k, [0, 3]]
x[k, 1:]; y[k, :, k]; y[:, k, [0, 1]]; y[k, ..., 1]; y[..., k, :]
y[[k, 0], :, [1, k]]; y[:, k, None, 1]; y[np.array([[k, 0], [1, 1]])]
y[0, np.array([[k, 0], [1, -1]])]
y[-k, 1]; y[[k, 0], [-1, -k]]; y[None, :, k, ..., 0]
"""


@pytest.mark.parametrize("text", cases(INDEXED))
@pytest.mark.parametrize("k", [0, 1, -1])
def test_a_traced_index_looks_up_what_a_plain_one_does(text, k):
    def f(x, y, k):
        return eval(text, {"np": np, "x": x, "y": y, "k": k}) + 0.0

    y = np.arange(24.0).reshape(3, 2, 4)
    found, expected = compile(f)(A, y, np.int64(k)), f(A, y, k)
    assert np.shape(found) == expected.shape
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("mode", ["raise", "warn", "print", "call", "log", "ignore"])
@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: x / 0.0, "divide by zero encountered in divide"),
        (lambda x: np.exp(x * 1e6), "overflow encountered in exp"),
        (lambda x: np.log(-x), "invalid value encountered in log"),
        (lambda x: np.divide.accumulate(x - 1.5), "divide by zero encountered in accumulate"),
    ],
    ids=["divide", "exp", "log", "accumulate"],
)
def test_a_problem_is_reported_in_numpys_mode(mode, f, words, capsys):
    told = []
    log = SimpleNamespace(write=told.append)
    handler = log if mode == "log" else lambda problem, flag: told.append((problem, flag))
    with warnings.catch_warnings(record=True) as warned, np.errstate(all=mode, call=handler):
        warnings.simplefilter("always")
        try:
            compile(lambda x: f(x).sum())(np.array([1.0, 1.5]))
        except FloatingPointError as error:
            told.append(str(error))
    said = {
        "raise": [words],
        "call": [(words.split(" enc")[0], 0)],
        "log": [f"Warning: {words}\n"],
    }
    assert told == said.get(mode, [])
    assert [str(each.message) for each in warned] == ([words] if mode == "warn" else [])
    assert {each.filename for each in warned} <= {__file__}
    assert capsys.readouterr().out == (f"Warning: {words}\n" if mode == "print" else "")


CONDITIONS = """
np.less(1.0, x); np.greater(x, 1.0); np.less_equal(x, x); np.equal(x, 2.5); np.not_equal(x, 0.0)
np.logical_not(x > 1); np.logical_and(x, x > 1); np.isnan(x); np.isfinite(x); np.signbit(x)
"""


@pytest.mark.parametrize("text", cases(CONDITIONS))
@pytest.mark.parametrize("x", [2.5, -0.5])
def test_conditions_of_ufuncs_are_conditions_of_numpy(text, x):
    made = eval(f"lambda x: {text}", {"np": np})
    for combined in (lambda c: c + c, lambda c: c * c, lambda c: (c + c) * x, lambda c: c | c):
        f = lambda x: combined(made(x)) * 1.0  # noqa: B023, E731
        assert compile(f)(x) == f(np.float64(x))
    for refused in (lambda c: -c, lambda c: c - c):
        with pytest.raises(TypeError):
            refused(made(np.float64(x)))
        with pytest.raises(TypeError):
            compile(lambda x: refused(made(x)) * 1.0)(x)  # noqa: B023


def test_values_are_not_copied_into_a_plain_array():
    with pytest.raises(WrongType, match="of copyto can't be written into a plain array of int64"):
        np.copyto(np.zeros(2, dtype=np.int64), cnp.array([Value(1.0), Value(2.0)]))
