"""What other libraries make of a traced number: one sentence, the line, and what to write."""

from __future__ import annotations

import cmath
import decimal
import fractions
import json
import random
import statistics
import struct
from datetime import timedelta

import numpy as np
import pytest

import chainrule
from chainrule import PlaceError, WrongType, compile, grad, take

N = np.int64(2)
X = np.array([0.5, 1.0, 2.0])
TABLE = np.arange(6.0).reshape(3, 2)

REFUSED = [
    (lambda x: np.exp([x[0], 1.0]), X, "NumPy's exp can't compute", "chainrule.numpy.array"),
    (lambda x: np.linalg.inv([[x[0], 1.0], [1.0, 3.0]]), X, "NumPy's inv can't", "numpy.array"),
    (lambda x: np.linalg.solve(np.eye(2), [x[0], 1.0]), X, "NumPy's solve can't", "numpy.array"),
    (lambda x: round(x, 1), X, "Python's round can't round an array", "numpy.round"),
    (lambda x: TABLE[x > 1.0], X, "a plain array can't be indexed", "take"),
    (lambda x: TABLE[np.argsort(x)], X, "a plain array can't be indexed", "chainrule.numpy.array"),
    (lambda n: np.take(TABLE, n), N, "numpy.take needs plain numbers", "chainrule.take"),
    (lambda n: np.repeat(X, n), N, "numpy.repeat needs plain numbers", "chainrule.external"),
    (lambda n: np.repeat(chainrule.numpy.array(X), n), N, "NumPy needs a plain int", "Python int"),
    (lambda x: 1j * x, 2.0, "a traced number is real", "imaginary part"),
    (cmath.exp, 2.0, "a plain number is needed", "chainrule.sin"),
    (list, 2.0, "which is not iterable", "atleast_1d"),
    (len, 2.0, "which has no len", "atleast_1d"),
    (lambda x: x[0], 2.0, "which is 0-dimensional", "an array or a list"),
    (lambda x: struct.pack("d", x), 2.0, "a plain number is needed", "float"),
    (fractions.Fraction, 2.0, "fractions needs plain numbers", "chainrule.external"),
    (decimal.Decimal, 2.0, "Python can't use a traced number", "outside of the function"),
    (lambda x: timedelta(seconds=x), 2.0, "Python can't use a traced", "outside of the function"),
    (json.dumps, 2.0, "json.dumps needs plain numbers", "external"),
    (statistics.mean, X, "statistics.mean needs plain numbers", "chainrule.external"),
]


@pytest.mark.parametrize("function, argument, text, remedy", REFUSED)
def test_what_cannot_be_recorded(function, argument, text, remedy):
    with pytest.raises(WrongType) as error:
        compile(lambda x: function(x))(argument)
    first, _, rest = str(error.value).partition("\n")
    assert text in first
    assert remedy in rest.partition("remedy")[2]
    assert f"where   {__file__}:" in rest


SCIPY = [
    ("special", "logsumexp", (), "scipy.special.logsumexp", "chainrule.logsumexp"),
    ("linalg", "expm", (), "scipy.linalg.expm", "chainrule.external"),
    ("linalg", "cho_factor", (), "scipy.linalg.cho_factor", "chainrule.external"),
    ("linalg", "inv", (), "scipy.linalg.inv", "chainrule.external"),
    ("stats", "zscore", (), "scipy.stats.zscore", "chainrule.external"),
    ("spatial.distance", "cdist", (np.eye(2),), "scipy.spatial.distance.cdist", "external"),
]


@pytest.mark.filterwarnings("ignore:.*dtype=object:DeprecationWarning")  # SciPy 1.18
@pytest.mark.parametrize("home, name, more, text, remedy", SCIPY)
def test_a_function_of_scipy_is_named(home, name, more, text, remedy):
    module = pytest.importorskip(f"scipy.{home}")
    with pytest.raises(WrongType, match=f"^{text} needs plain numbers, but got traced") as error:
        compile(lambda x: getattr(module, name)(x, *more))(np.array([[2.0, 0.5], [0.5, 1.0]]))
    assert remedy in str(error.value)
    assert f"where   {__file__}:" in str(error.value)


def test_an_error_that_isnt_about_traced_numbers_stays_as_it_is():
    def f(x):
        raise KeyError("unknown key")

    with pytest.raises(KeyError, match="unknown key"):
        compile(f)(1.0)
    with pytest.raises(ValueError, match="empty range"):
        compile(lambda x: x * random.randrange(3, 3))(1.0)


@pytest.mark.parametrize("look_up", [lambda h, k: h[k], take, lambda h, k: np.take(h, k, axis=0)])
def test_an_index_out_of_range_that_the_function_catches_is_refused(look_up):
    """A replay at another index could not undo the choice."""

    def f(h, k):
        try:
            return look_up(h, k)
        except IndexError:
            return h[0]

    with pytest.raises(PlaceError, match=r"f caught an error of its recording: take needs"):
        compile(f)(TABLE, np.int64(9))
    np.testing.assert_array_equal(compile(f)(TABLE, np.int64(1)), TABLE[1])
    np.testing.assert_array_equal(compile(f)(TABLE, 9), TABLE[0])  # a plain int is fixed
    slopes = grad(lambda h: f(h, 9).sum())(TABLE)
    np.testing.assert_array_equal(slopes, [[1, 1], [0, 0], [0, 0]])
