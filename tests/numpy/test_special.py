"""Ufuncs of SciPy that are written with the table's operations."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import nudged

from chainrule import Value, compile, grad

special = pytest.importorskip("scipy.special")
X, Y = np.array([0.3, 0.6, 0.8]), np.array([0.5, 1.2, 0.7])
CASES = {
    "ndtr": (X * 4 - 2,),
    "log_ndtr": (np.array([-300.0, -21.0, -20.0, -19.0, -1.0, 0.0, 0.5, 8.0]),),
    "logit": (X,),
    "log_expit": (X * 9 - 5,),
    "exp10": (X,),
    "rgamma": (X,),
    "entr": (X,),
    "rel_entr": (X, Y),
    "kl_div": (X, Y),
    "huber": (X, Y),
    "pseudo_huber": (X, Y),
    "boxcox": (X, np.array([0.5, -2.0, 3.0])),
    "boxcox1p": (X, np.array([0.5, -2.0, 3.0])),
    "inv_boxcox": (X, np.array([0.5, -0.5, 3.0])),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient(name):
    f, arguments = getattr(special, name), CASES[name]
    np.testing.assert_allclose(compile(f)(*arguments), f(*arguments), rtol=2e-13)
    for argnum, x in enumerate(arguments):

        def total(x, argnum=argnum):
            return f(*arguments[:argnum], x, *arguments[argnum + 1 :]).sum()

        np.testing.assert_allclose(grad(total)(x), nudged(total, x), rtol=2e-5, atol=1e-8)


def test_where_the_formula_changes():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(compile(special.boxcox)(x, 0.0), np.log(x))
    np.testing.assert_allclose(compile(special.inv_boxcox)(x, 0.0), np.exp(x))
    for name in ("rel_entr", "kl_div"):
        f = getattr(special, name)
        x, y = np.array([0.0, 0.0, -1.0, 1.0, 0.0]), np.array([1.0, 0.0, 2.0, 0.0, -1.0])
        np.testing.assert_array_equal(compile(f)(x, y), f(x, y))
    np.testing.assert_array_equal(compile(special.entr)(np.array([-1.0, 0.0])), [-np.inf, 0.0])
    assert compile(special.huber)(-1.0, 2.0) == np.inf


def test_values():
    assert special.ndtr(Value(0.3)).data == pytest.approx(special.ndtr(0.3), rel=1e-15)
