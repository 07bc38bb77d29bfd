"""Every argument of a NumPy function counts or is refused; none is ignored."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import chainrule
import chainrule.numpy as cnp
from chainrule import compile, grad
from chainrule.errors import WrongType

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # from 2.5 on

X = np.array([1.5, -2.25, 3.75, 0.5])
M = X.reshape(2, 2)
NAMES = {"np": np, "X": X}

SAME = [
    "np.sum(x, dtype=int)", "np.sum(x, dtype='f8')", "np.mean(x, 0, float)",
    "np.cumsum(x, None, int)", "np.prod(x, dtype=np.int64)", "np.add.reduce(x, dtype=int)",
    "np.add.accumulate(x, dtype=int)", "np.cumulative_sum(x)",
    "np.cumulative_sum(x, include_initial=True)", "np.trace(m, dtype=int)",
    "np.cumulative_prod(x, include_initial=True)",
    "np.cumulative_sum(m, axis=1, include_initial=True)", "np.nansum(x, dtype=int)",
    "np.linspace(x[0], x[2], 4, dtype=int)", "np.geomspace(x[0], x[2], 4)",
    "np.sort(x, 0, 'stable')", "np.sort(x, kind='heapsort')", "np.argsort(x, kind='stable')",
    "np.max(x, 0, None, True)", "np.max(x, initial=9.0)", "np.min(x, where=x > 0, initial=5.0)",
    "np.sum(x, 0, None, None, True)", "np.sum(x, keepdims=np._NoValue)", "np.mean(x, where=x > 0)",
    "np.std(x, 0, None, None, 1)", "np.var(x, ddof=1, keepdims=True)", "np.var(x, where=x > 0)",
    "np.var(x, mean=np.mean(x, keepdims=True))", "np.std(x, mean=np.array([0.5]), correction=1)",
    "np.median(x, 0, None, False, True)", "np.quantile(x, 0.3, 0, None, False, 'lower')",
    "np.percentile(x, [20, 60], method='midpoint')", "np.clip(x, 0, None)",
    "np.clip(a=x, a_min=0, a_max=2)", "np.array_equal(x, x, equal_nan=True)",
    "np.choose([0, 5, 1, 0], [x, x], mode='wrap')",
    "np.isin(x, [0.5], assume_unique=True)", "np.zeros_like(x, order='C', subok=False)",
    "np.full_like(x, 2, dtype=float, shape=(2, 3))", "np.full_like(x, 2.75, dtype=int)",
    "np.full_like(np.array([1, 2]), 2.75) * x[0]", "np.full_like(x, np.array([1.5, 2, 3, 4.5]))",
    "np.full_like(np.array([True, False]), 2) * x[0]", "np.einsum('i,i', x, x, optimize=True)",
    "np.average(x, keepdims=True)", "np.take(x, [0, 9], mode='clip')",
    "np.take(x, [0, 9], mode='wrap')", "np.shape(a=x)",
    "np.linalg.pinv(m, 0.5)", "np.linalg.svd(m, hermitian=False)[1]",
    "np.stack([x, x], dtype=float)", "np.sum(a=x)", "np.round(x, decimals=1)",
]  # fmt: skip


@pytest.mark.parametrize("text", SAME)
def test_arguments_mean_what_they_mean_for_numpy(text):
    if "cumulative" in text and not hasattr(np, "cumulative_sum"):
        pytest.skip("this NumPy has no cumulative_sum")
    expected = eval(text, {"np": np, "x": X, "m": M})
    found = compile(lambda x: eval(text, {"np": np, "x": x, "m": x.reshape(2, 2)}))(X)
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    assert np.shape(found) == np.shape(expected)


WRITTEN = [
    "np.sum(x, axis=0, out=out[0])", "np.cumsum(x, 0, None, out)", "np.clip(x, 0, 1, out)",
    "np.dot(m, m, out=m2)", "np.take(x, [3, 2, 1, 0], out=out)", "np.median(m, 0, out2)",
    "np.nanmax(m, 1, out=out2)", "np.round(x, 1, out)", "np.fix(x, out)",
    "np.nancumsum(x, out=out)", "np.add(x, 1, out)", "np.exp(x, out=out, where=x > 0)",
    "np.divide(x, x - 0.5, out=out, where=x != 0.5)", "np.add.accumulate(x, out=out)",
    "np.maximum(x, 0, out=out)", "np.quantile(m, 0.5, 1, out2)",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_out_is_written_and_returned(text):
    def f(x, make):
        out, out2, m2 = make.array([7.0] * 4), make.array([7.0] * 2), make.zeros((2, 2))
        out = make.zeros((1,)) if "out[0]" in text else out
        names = {"np": np, "x": x, "m": x.reshape(2, 2), "out": out, "out2": out2, "m2": m2}
        if "out[0]" in text:
            names["out"] = [make.zeros(())] if make is np else [make.zeros((1,)).reshape(())]
        returned = eval(text, names)
        target = names["out"][0] if "out[0]" in text else (
            out2 if "out2" in text else m2 if "m2" in text else out
        )  # fmt: skip
        return np.concatenate([np.ravel(target), np.ravel(returned)])

    np.testing.assert_allclose(compile(lambda x: f(x, cnp))(X), f(X, np), rtol=1e-15)


def test_a_plain_array_is_refused_as_out():
    for text in WRITTEN[1:3]:
        with pytest.raises(WrongType, match="can't be written into a plain array of float64"):
            grad(lambda x, text=text: eval(text, {"np": np, "x": x, "out": np.zeros(4)})[0])(X)


@pytest.mark.parametrize(
    "text",
    ["np.nan_to_num(x, copy=False)", "np.put(np.copy(x), [5], x, mode='wrap')",
     "np.quantile(x, 0.5, weights=[1, 2, 3, 4], method='inverted_cdf')"],
)  # fmt: skip
def test_what_has_no_meaning_here_is_refused_by_its_name(text):
    name = text.split("=")[-2].split(", ")[-1] if "weights" not in text else "weights"
    with pytest.raises(WrongType, match=rf"{name}= of numpy\.\w+ doesn't work") as raised:
        grad(lambda x: np.sum(eval(text, {"np": np, "x": x})))(X)
    assert f"omit {name}" in str(raised.value)


def test_no_implementation_has_an_argument_that_it_ignores():
    folder = Path(chainrule.__file__).parent
    rooms = folder / "numpy", folder / "programs" / "linalg"
    files = [path for room in rooms for path in room.rglob("*.py")]
    count = 0
    for path in files:
        for f in ast.walk(ast.parse(path.read_text())):
            if isinstance(f, ast.FunctionDef) and any(
                isinstance(each, ast.Call) and getattr(each.func, "id", "") == "implements"
                for each in f.decorator_list
            ):
                given = f.args
                names = {each.arg for each in given.posonlyargs + given.args + given.kwonlyargs}
                names |= {given.kwarg.arg} if given.kwarg else set()
                used = {node.id for node in ast.walk(f) if isinstance(node, ast.Name)}
                # what is the same for all arrays, and the position that sorting makes right anyway
                assert names - used <= {"x", "val", "kth"}, (path.name, f.name, names - used)
                count += 1
    assert count > 100
