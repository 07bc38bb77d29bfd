"""NumPy in recorded functions against autograd and JAX: value and gradient of every expression."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_cases import CASES, case

from chainrule import value_and_grad

GRIDS = [
    f"{array}: np.{name}({first}{', axis=' + str(axis) if axis is not None else ''})"
    for array, axes in (("X", (None, 0, 1, -1)), ("V", (None, 0)), ("S", (0, 1)))
    for axis in axes
    for name in ("sum", "mean", "max", "min", "prod", "var", "std", "cumsum", "cumprod", "median")
    for first in ("x",)
] + [
    f"{array}: np.{name}({first}, {second})"
    for array in ("P", "X")
    for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "arctan2", "hypot")
    for first, second in {
        "P": [("x", "1.3"), ("x", "P[::-1]"), ("x[:, None]", "P[None, :] + 0.1"), ("2.5", "x")],
        "X": [("x", "0.7"), ("x", "X[:1] + 0.3"), ("x[:, :1]", "X + 0.2"), ("X + 0.1", "x")],
    }[array]
]  # fmt: skip
GRIDS += [
    f"P: np.{name}({inside})"
    for name in (
        "exp", "log", "sqrt", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "expm1",
        "log1p", "log2", "log10", "abs", "square", "arcsinh", "reciprocal",
    )
    for inside in ("x", "x[::2] * 0.5", "np.outer(x, x)", "x.sum()")
]  # fmt: skip
LINES = [*CASES, *GRIDS]
WEIGHTS = np.random.default_rng(3)


def ours_and_theirs(line, theirs, transform):
    f, x = case(line, np)
    g, _ = case(line, theirs)
    weights = WEIGHTS.normal(size=np.shape(f(x)))
    value, slopes = value_and_grad(lambda x: np.sum(f(x) * weights))(x)
    try:
        their_value, their_slopes = transform(lambda x: theirs.sum(g(x) * weights))(x)
        their_value = float(their_value)  # autograd may leave an array of its own objects
    except Exception as error:  # a function or an argument that the peer doesn't have
        pytest.skip(f"{type(error).__name__}: {str(error)[:60]}")
    np.testing.assert_allclose(value, their_value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slopes, their_slopes, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("line", [line for line in LINES if not line.endswith("std(x[:1])")])
def test_like_jax(line):
    """Without the spread of a single number, which is 0 at any number; JAX's slope is nan."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    ours_and_theirs(line, jax.numpy, jax.value_and_grad)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.filterwarnings("ignore")
def test_like_autograd(line):
    autograd = pytest.importorskip("autograd")
    their_numpy = pytest.importorskip("autograd.numpy")
    ours_and_theirs(line, their_numpy, autograd.value_and_grad)
