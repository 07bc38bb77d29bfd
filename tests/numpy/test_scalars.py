"""A traced number has the methods of a NumPy scalar, with the shapes that they give."""

from __future__ import annotations

import numpy as np
import pytest

import chainrule.numpy
from chainrule import compile, value_and_grad

METHODS = [
    "x.all()", "x.any()", "x.argmax()", "x.argmin()", "x.argsort()", "x.astype(float)",
    "x.clip(0, 1.5)", "x.compress([True])", "x.compress([False])", "x.conj()", "x.copy()",
    "x.cumprod()", "x.cumsum()", "x.cumsum(axis=0)", "x.flatten()", "x.mean()", "x.prod()",
    "x.ravel()", "x.repeat(3)", "x.reshape(1, 1)", "x.round(1)", "x.squeeze()", "x.std()",
    "x.sum()", "x.take(0)", "x.take([0, 0])", "x.transpose()", "x.var()", "x.T", "x.real", "x.imag",
    "x.shape", "x.ndim", "x.size", "x[()]", "x[None]", "x[..., None]", "x[...]",
]  # fmt: skip
FUNCTIONS = [
    "np.atleast_1d(x)", "np.atleast_2d(x)", "np.broadcast_to(x, (2, 2))", "np.cumsum(x)",
    "np.cumsum(x, axis=0)", "np.diff([x, 1.0, x])", "np.full(3, x)", "np.mean(x)",
    "np.ones(2) * x", "np.polyval([1.0, x], x)", "np.array(3.0) * x",
    "x - chainrule.numpy.array(x)", "np.ravel(x)", "np.repeat(x, 2)", "np.squeeze(x)",
    "np.stack([x, x])", "np.tile(x, 3)",
]  # fmt: skip


@pytest.mark.parametrize("text", METHODS + FUNCTIONS)
def test_a_number_answers_as_a_scalar_of_numpy(text):
    expected = eval(text, {"x": np.float64(2.2375), "np": np, "chainrule": chainrule})
    found = compile(lambda x: eval(text, {"x": x, "np": np, "chainrule": chainrule}))(2.2375)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_array_equal(found, expected)
    number, slope = value_and_grad(
        lambda x: np.sum(eval(text, {"x": x, "np": np, "chainrule": chainrule})) * x
    )(2.2375)
    assert number == np.sum(expected) * 2.2375
    up, down = (
        np.sum(eval(text, {"x": np.float64(x), "np": np, "chainrule": chainrule})) * x
        for x in (2.2375 + 1e-6, 2.2375 - 1e-6)
    )
    assert slope == pytest.approx((up - down) / 2e-6, abs=1e-8)
