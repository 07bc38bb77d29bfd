"""Writing at traced indices and into `out`, as into NumPy's own arrays."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

import chainrule.numpy as cnp
from chainrule import PlaceError, WrongType, compile, grad

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # from 2.5 on

A = np.arange(12.0).reshape(3, 4)[:, ::-1] + 0.5

STATEMENTS = """
x[k] = 5.0
x[k] += x[0] * 2
x[k, 0] = x[0, 1] ** 2
x[:, k] = x[0, 0]
x[k, k] *= 2
x[np.array([0, 1]), k] = [1.0, x[2, 2]]
x[-k] = x[k]
x.T[k, 1] = 9.0
x[k, 1:3] = [7.0, x[0, 0]]
x[[k, 0]] = x[[0, k]]
x[k][1] = 3.0
r = x[k]; r += 1; r[0] = x[2, 2]
x[k].sort()
x.sort(); x[k] *= 2
x.sort(axis=0); x[k] *= 2
x.partition(1); x[k] *= 2
x.partition(1, axis=0); x[k] *= 2
np.add(x[k], 1, out=x[k])
x[:, k][0] = 1.0; x[:, k] *= 2
"""


@pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
def test_a_traced_index_writes_like_a_plain_one(text):
    code = builtins.compile(text, "<statement>", "exec")

    def f(x, k):
        x = x.copy()
        exec(code, {"np": np, "x": x, "k": k})
        return x

    program = compile(f)
    weights = np.random.default_rng(0).normal(size=A.shape)
    weighted = compile(lambda x, k: np.sum(f(x, k) * weights))
    for k in (1, 2, 0, 1):
        np.testing.assert_allclose(program(A, np.int64(k)), f(A, k))
        slopes = grad(lambda x, k=k: np.sum(f(x, k) * weights))(A)
        np.testing.assert_allclose(weighted.grad(A, np.int64(k)), slopes)
    assert "1 recording>" in repr(program)


def test_the_largest_element_is_replaced_in_one_recording():
    def f(x):
        x = x.copy()
        x[np.argmax(x)] = 0.0
        return x

    program = compile(f)
    np.testing.assert_array_equal(program(np.array([1.0, 3, 2])), [1, 0, 2])
    np.testing.assert_array_equal(program(np.array([4.0, 3, 2])), [0, 3, 2])
    assert "1 recording>" in repr(program)


def test_what_cannot_be_written():
    def at(x, k):
        x[k] = 0.0
        return x

    def part(x, k):
        x[k][1:][0] = 0.0
        return x

    with pytest.raises(PlaceError, match="from -3 to 2, but got 7"):
        compile(at)(A, np.int64(7))
    with pytest.raises(WrongType, match="can't be written into: it's a part of a copy"):
        compile(part)(A, np.int64(1))


OUT = """
np.dot(m, a, out=y)
np.matmul(m, a, out=y)
np.median(m, axis=0, out=y)
np.round(a, 1, out=y)
np.round(a, 1, y)
np.sum(m, 0, None, y, False)
np.take(a, [0, 1, 2], out=y)
np.nansum(m, axis=0, out=y)
np.quantile(m, 0.3, axis=0, out=y)
np.clip(a, 0, 1, y)
np.add(a, a, y)
np.add.reduce(m, out=y)
np.cumsum(a, out=y)
np.einsum('ij->j', m, out=y)
np.fix(a, out=y)
np.concatenate([a[:1], a[1:]], out=y)
np.compress([1, 1, 1], a, out=y)
np.choose([0, 1, 0], [a, -a], out=y)
m.sum(axis=0, out=y)
m.max(0, y)
a.round(1, y)
"""


@pytest.mark.parametrize("text", OUT.strip().splitlines())
def test_out_is_written_or_refused(text):
    a, m = np.array([0.5, -1.26, 2.0]), np.arange(9.0).reshape(3, 3) ** 1.5

    def into(a, m, zeros):
        y = zeros(3)
        eval(text, {"np": np, "a": a, "m": m, "y": y})
        return y

    wanted = into(a, m, np.zeros)
    np.testing.assert_allclose(compile(lambda a, m: into(a, m, cnp.zeros))(a, m), wanted)
    with pytest.raises(WrongType, match=r"can't be written into a plain array of float64"):
        compile(lambda a, m: into(a, m, np.zeros))(a, m)
