"""NumPy's functions where cases meet: ties, signed zeros, nan, single and no elements, any layout.

The numbers are compared, not the slopes, which have no single value at a tie.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from chainrule import Value, WrongType, compile
from chainrule.numpy import Array, array

pytestmark = pytest.mark.filterwarnings("ignore:.*encountered")

VECTORS = {
    "ties": [1.0, -1.0, 1.0, 0.5, -1.0, 0.5],
    "zeros": [0.0, -0.0, 1.0, -2.0],
    "missing": [2.0, np.nan, -1.0, 0.5],
    "infinite": [np.inf, 1.0, -np.inf, 2.0],
    "steps": [0.0, 4.0, 0.0, -4.0, np.pi, 0.0, -np.pi, 9.5],
    "one": [1.5],
    "backwards": np.arange(12.0)[::-3],
    "whole": [0.5, 1.5, 2.5, -0.5, -1.5, 3.0, -3.0],
}

OF_VECTORS = """
x.sum(); x.mean(); x.prod(); x.max(); x.min(); x.std(); x.var(); np.ptp(x); x.argmax(); x.argmin()
x.argsort(kind="stable"); np.sort(x); x.cumsum(); x.cumprod(); x.any(); x.all(); x.round()
np.rint(x); np.trunc(x); np.floor(x); np.ceil(x); np.sign(x); x.clip(-0.5, 1.0)
np.clip(x, None, 0.0); np.abs(x); np.square(x); np.cbrt(x); np.negative(x); np.median(x)
np.percentile(x, 50); np.quantile(x, 0.25); np.nanmedian(x); np.nansum(x); np.nanmean(x)
np.nanmax(x); np.nanmin(x); np.nanprod(x); np.nanvar(x); np.nancumsum(x); np.nancumprod(x)
np.nan_to_num(x); np.nan_to_num(x, nan=7.0, posinf=8.0); np.isnan(x); np.isinf(x); np.isfinite(x)
np.signbit(x); np.isposinf(x); np.isneginf(x); np.copysign(1.0, x); np.heaviside(x, 0.5)
np.maximum(x, 0.5); np.fmin(x, 0.5); np.fmax(0.5, x); np.where(x > 0, x, -x)
np.where(x >= 1.0, 1.0, 0.0); np.select([x < 0, x == 1.0], [x, -x], 9.0); np.diff(x)
np.diff(x, append=1.0); np.ediff1d(x); np.unwrap(x); np.unwrap(x, discont=4.0)
np.unwrap(x, period=4.0); np.unwrap(x, discont=9.5)
np.interp(x, [-1.0, 0.5, 1.0], [3.0, 5.0, 4.0]); np.interp(x, [0.0, 1.0], [1.0, 2.0], left=-5.0)
np.interp(x, [0.0, 1.0], [1.0, 2.0], right=-5.0); np.interp(x, [0.5, 1.0], [1.0, 2.0], period=2.0)
np.digitize(x, [-1.0, 0.5, 1.0]); np.digitize(x, [-1.0, 0.5, 1.0], right=True)
np.digitize(x, [1.0, 0.5, -1.0]); np.digitize(x, [1.0, 0.5, -1.0], right=True)
np.searchsorted([-1.0, 0.5, 1.0], x); np.searchsorted([-1.0, 0.5, 1.0], x, side="right")
np.isclose(x, 1.0); np.allclose(x, x); np.array_equal(x, x); np.array_equal(x, x[:-1])
np.array_equiv(x, x[:-1]); np.array_equiv(x, x); np.array_equiv(x, x + 1.0)
np.isin(x, [1.0, 0.0]); np.isin(x, [1.0], invert=True); np.count_nonzero(x); np.flatnonzero(x)
np.logical_and(x, x > 0); np.logical_or(x, x > 0); np.logical_xor(x, x > 0); np.logical_not(x)
np.linalg.norm(x, 0); np.linalg.norm(x, 1); np.linalg.norm(x, 2); np.linalg.norm(x, 3)
np.linalg.norm(x, np.inf); np.linalg.norm(x, -np.inf); np.linalg.norm(x, -1)
np.average(x, weights=np.arange(1.0, 1 + len(x))); np.trapezoid(x); np.trapezoid(x, dx=0.5)
np.convolve(x, [1.0, 2.0]); np.convolve(x, [1.0, 2.0, 3.0], "same"); np.convolve(x, x, "valid")
np.correlate(x, [1.0, 2.0]); np.correlate(x, [1.0, 2.0], "full"); np.correlate(x, x, "same")
np.roll(x, 2); np.roll(x, -1); np.flip(x); np.tile(x, 2); np.repeat(x, 2); np.append(x, 1.0)
np.pad(x, 2); np.pad(x, (1, 2), "edge"); np.pad(x, 1, constant_values=3.0); np.delete(x, 0)
np.insert(x, 0, 7.0); np.atleast_2d(x); np.outer(x, x); np.vdot(x, x); np.polyval(x, 2.0)
np.mod(x, 0.7); np.fmod(x, 0.7); np.floor_divide(x, 0.7); np.divmod(x, 0.5)[0]; np.modf(x)[0]
np.logaddexp(x, 1.0); np.logaddexp2(x, 1.0); np.hypot(x, 1.0); np.arctan2(x, -1.0); np.sinc(x)
np.exp2(x); np.expm1(x); np.deg2rad(x); np.rad2deg(x); np.ldexp(x, 2); np.reciprocal(x)
np.add.reduce(x); np.multiply.accumulate(x); np.maximum.reduce(x); np.add.reduceat(x, [0])
np.subtract.outer(x, x); np.maximum.accumulate(x); np.minimum.accumulate(x); np.fmax.reduce(x)
x[np.argsort(x, kind="stable")]; x[:0].sum(); x[:0].prod(); np.cumsum(x[:0]); np.sort(x[:0])
np.sum(x, initial=2.0); np.max(x, initial=9.0); np.min(x, where=x > 0, initial=5.0)
np.sum(x, where=x > 0); np.prod(x, where=x > 0); np.any(x, where=x > 0); np.all(x, where=x > 0)
x.mean(keepdims=True); np.cov(x, x); np.gradient(np.tile(x, 3)); np.float_power(x, 2.0)
np.argpartition(x, 0)[0] * 0; np.partition(x, len(x) - 1)[-1]; np.take(x, [0, -1]); x[-1:]
np.logical_xor.reduce(x > 0); np.select([x > 0, x > -1.5], [x, x * 2], 9.0)
np.select([x < 1.0, x < 2.0, x < 3.0], [1.0, 2.0, 3.0]); np.piecewise(x, [x < 2.0, x < 1.0], [1, 2])
np.interp(x, [0.0, 3.0, 1.0], [1.0, 2.0, 5.0], period=4.0)
np.interp(x, [-3.0, -1.0, 3.0, 7.0], [1.0, 2.0, 5.0, 9.0], period=20.0)
np.interp(x, [0.5, 3.0], [1.0, 2.0], period=-5.0); np.unwrap(x * 3, period=2)
np.choose([0, 1], [x[:1], -x[:1]]); np.compress([True], x); np.extract(x > 0, x); np.fix(x)
np.lexsort((x, np.zeros(len(x)))); np.nanquantile(x, 0.5); np.nanstd(x); np.stack([x, x], axis=1)
np.einsum("i,i->", x, x); np.einsum("i,j->ij", x, x); np.inner(x, x); np.kron(x, [1.0, 2.0])
np.inner(x, 2.0); np.inner(2.0, x); np.dot(x, 2.0); np.outer(x, 2.0); np.tensordot(x, 2.0, 0)
"""

MATRICES = {
    "tall": np.arange(6.0).reshape(3, 2) - 2.5,
    "wide": np.array([[1.0, -1.0, 1.0, 0.0], [2.0, 2.0, -2.0, 1.0]]),
    "Fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3) ** 2 - 7.0),
    "turned": (np.arange(12.0).reshape(3, 4) * 0.75)[::-1, ::-2],
    "row": np.array([[3.0, 1.0, 2.0]]),
    "square": np.array([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 4.0]]),
}

OF_MATRICES = """
x.sum(axis=0); x.sum(axis=1, keepdims=True); x.sum(axis=(0, 1)); x.sum(axis=-1); x.prod(axis=0)
x.max(axis=0); x.min(axis=1); x.argmax(axis=0); x.argmin(axis=1); x.argmax(); x.mean(axis=(0,))
x.std(axis=0); x.var(axis=1, ddof=1); x.cumsum(axis=0); x.cumsum(); x.cumprod(axis=1)
np.ptp(x, axis=1); np.any(x > 1, axis=0); np.all(x > -9, axis=1, keepdims=True)
np.count_nonzero(x, axis=1); np.sort(x, axis=0); np.sort(x, axis=None)
np.argsort(x, axis=0, kind="stable"); np.median(x, axis=0); np.median(x, axis=1, keepdims=True)
np.percentile(x, [25, 50], axis=0); np.quantile(x, 0.3, axis=1); np.linalg.norm(x)
np.linalg.norm(x, 1); np.linalg.norm(x, -1); np.linalg.norm(x, np.inf); np.linalg.norm(x, -np.inf)
np.linalg.norm(x, 2); np.linalg.norm(x, -2); np.linalg.norm(x, "fro"); np.linalg.norm(x, "nuc")
np.linalg.norm(x, 1, keepdims=True); np.linalg.norm(x, axis=0)
np.linalg.norm(x, np.inf, axis=(1, 0)); np.linalg.norm(x, 1, axis=(1, 0))
np.linalg.norm(x, 3, axis=1); x.T; x.T @ x; x @ x.T; np.dot(x, x.T)
np.tensordot(x, x, axes=([0], [0])); np.inner(x, x); np.einsum("ij,ik->jk", x, x)
np.einsum("ij->ji", x); np.einsum("ij->j", x); np.kron(x, x[:1]); np.diff(x, axis=0)
np.kron(x, [1.0, 2.0]); np.kron([1.0, 2.0], x); np.kron(x[0], x); np.kron(x, x[0])
np.sum(x[:0], axis=0); np.sum(x[:0], axis=1); np.prod(x[:, :0], axis=1); np.prod(x[:, :0], axis=0)
np.max(x[:0], axis=1); np.max(x[:0], axis=0); np.any(x[:0] > 0, axis=0); np.mean(x[:, :0], axis=0)
np.max(x[:, :0], axis=1, initial=2.0); np.min(x[:0], axis=0, initial=-1.0, keepdims=True)
np.diff(x, axis=1, prepend=0.0); np.gradient(np.repeat(x, 2, 0), axis=0); np.trace(x)
np.trace(x, offset=1); np.trace(x, offset=-1); np.diag(x); np.diag(x, 1); np.tril(x)
np.tril(x, -1); np.triu(x, 1); np.flip(x, 0); np.fliplr(x); np.rot90(x); np.rot90(x, 2)
np.roll(x, 1); np.roll(x, 1, axis=1); np.tile(x, (2, 1)); np.repeat(x, 2, axis=1)
np.pad(x, ((1, 0), (0, 2))); np.concatenate([x, x], axis=1); np.stack([x, x], axis=-1)
np.vstack([x, x]); np.hstack([x, x]); np.dstack([x, x]); np.split(x, [1], axis=1)[1]
np.take(x, [0], axis=1); np.cov(x); np.corrcoef(x); np.cov(x, rowvar=False); np.cov(x, ddof=0)
np.average(x, axis=0); np.cross(x[:, :1] * [1, 2, 3], [3, 2, 1])
np.take_along_axis(x, np.argsort(x, axis=1, kind="stable"), axis=1); np.expand_dims(x, 0)
np.moveaxis(x, 0, 1); np.swapaxes(x, 0, 1); x.reshape(-1); x.reshape(-1, order="F"); x.ravel()
x.flatten(); x[::-1, 0]; np.where(x > 0, x, 0.0); np.clip(x, x[0], 2.0)
np.maximum.reduce(x, axis=1); np.add.accumulate(x, 1); np.apply_along_axis(np.sum, 0, x)
np.nansum(x, axis=0); np.nanmean(x, axis=1); np.ravel(x)[[0, -1]]; np.insert(x, 1, 7.0, axis=1)
np.delete(x, 0, axis=1); np.append(x, x, axis=0); np.squeeze(x[:1])
np.unravel_index(np.argmax(x), x.shape)[0]; x[x[:, 0] > 0]; x[:, x[0] > 0]; x[..., -1]
x[None].sum(0)
"""


def expressions(text):
    return [each.strip() for line in text.strip().splitlines() for each in line.split(";")]


def expected_of(function, x):
    """What NumPy computes; None where it raises."""
    try:
        return np.asarray(function(x), dtype=float)
    except (ValueError, IndexError, ZeroDivisionError):
        return None


def numbers_of(x):
    """The numbers in an array of Values, or in a single one."""
    numbers = [each.data if isinstance(each, Value) else each for each in np.ravel(x)]
    return np.reshape(np.array(numbers, dtype=float), np.shape(x))


SPECIAL = ("zeros", "missing", "infinite", "steps")
"""Values raise where Python does, by zero for example."""

CASES = [(text, VECTORS) for text in expressions(OF_VECTORS)]
CASES += [(text, MATRICES) for text in expressions(OF_MATRICES)]


@pytest.mark.parametrize(("text", "arrays"), CASES, ids=[text for text, _ in CASES])
def test_numbers_are_those_of_numpy(text, arrays):
    """Recorded, replayed, and on arrays of Values."""
    function = eval(f"lambda x: {text}", {"np": np})
    if not hasattr(np, "trapezoid") and "trapezoid" in text:
        pytest.skip("this NumPy has no trapezoid")
    for name, x in arrays.items():
        x = np.asarray(x)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wanted = expected_of(function, x)
            if wanted is None:
                continue
            program = compile(function)
            results = [program(x), program(x)]
            if name not in SPECIAL and np.isfinite(wanted).all():
                results.append(numbers_of(function(array(np.vectorize(Value, [object])(x)))))
            for found in results:
                assert np.shape(found) == wanted.shape, name
                np.testing.assert_allclose(
                    np.asarray(found, float), wanted, rtol=1e-12, atol=1e-13, err_msg=name
                )


METHODS = [
    "argmax", "argmin", "argpartition", "argsort", "clip", "cumprod", "cumsum", "dot", "max",
    "mean", "min", "nonzero", "prod", "round", "searchsorted", "std", "sum", "take", "trace",
    "var", "any", "all",
]  # fmt: skip
ARGUMENTS = {
    "argpartition": (1,), "clip": (0.0, 1.0), "dot": ([1.0, 2.0],), "searchsorted": (0.3,),
    "take": ([1, 0],),
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_the_functions_of_the_same_names(name):
    method = getattr(Array, name)
    assert (method.__name__, method.__doc__) == (name, f"`numpy.{name}` of the array.")
    more = ARGUMENTS.get(name, ())
    x = np.array([[0.5, -1.0], [2.0, 1.5]]) if name == "trace" else np.array([0.5, 1.5])
    program = compile(lambda x: np.stack([*np.ravel(getattr(x, name)(*more))]) * 1.0)
    for at in (x, x * 0.5) if name in ("nonzero", "searchsorted") else (x, -x, x * 0.5):
        np.testing.assert_allclose(program(at), np.ravel(getattr(at, name)(*more)) * 1.0)
    assert "1 recording>" in repr(program) or name in ("nonzero",)


SIGNS = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("name", ["signbit", "isnan", "isinf", "isfinite", "logical_not"])
def test_questions_about_values_have_plain_answers(name):
    function = getattr(np, name)
    found = function(array([Value(x) for x in SIGNS]))
    assert found.dtype == bool and found.tolist() == function(np.array(SIGNS)).tolist()


def test_arrays_are_written_as_by_numpy():
    x = array([Value(2.5), 1.0])
    assert repr(x) == "array([Value(data=2.5, grad=0.0), 1.0])"
    assert str(x) == "[Value(data=2.5, grad=0.0) 1.0]"
    assert str(array([1.0, 2.0])) == "[1.0 2.0]" and repr(array([1, 2])) == "array([1, 2])"


def test_ufuncs_are_refused_by_their_full_names():
    special = pytest.importorskip("scipy.special")
    own = np.frompyfunc(lambda x: x, 1, 1)
    for ufunc, name in ((np.nextafter, "numpy.nextafter"), (special.jv, "scipy.special.jv")):
        with pytest.raises(WrongType, match=rf"^{name} doesn't work on Values or in a recorded"):
            ufunc(1.0, Value(2.0))
    assert own(array([Value(2.0)]))[0].data == 2.0


@pytest.mark.parametrize("name", ["logical_xor", "bitwise_xor", "bitwise_or", "left_shift"])
def test_methods_of_ufuncs_that_are_not_in_the_table(name):
    ufunc = getattr(np, name)
    numbers = np.array([1, 0, 1, 1]) > 0 if "shift" not in name else np.array([3, 2, 1])
    for method in ("reduce", "accumulate"):
        call = getattr(ufunc, method)
        found = compile(lambda x, call=call: call(x) * 1.0)(numbers)
        np.testing.assert_array_equal(found, call(numbers) * 1.0)


def test_sums_over_axes_are_added_up_in_the_order_of_memory():
    """As NumPy does: in another order, another number is left."""
    x = np.array([[1e16, 1.0], [-1e16, 1.0]])
    for f in (
        lambda x: x.sum(), lambda x: x.T.sum(), lambda x: np.sum(x, axis=(0, 1)),
        lambda x: np.sum(x.T, axis=(1, 0)), lambda x: x[::-1].sum(), lambda x: x.reshape(-1).sum(),
    ):  # fmt: skip
        assert compile(f)(x) == f(x)
