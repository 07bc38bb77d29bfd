"""Random programs with branches, loops and look-ups against JAX and PyTorch."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from random_programs import CHAINRULE, indices, points, run, scripts

import chainrule
from chainrule import value_and_grad


def agree(script, x, index, value, slopes):
    """Compare a peer's numbers with ours, replayed and at once."""

    def f(x, index):
        return run(script, CHAINRULE, x, index)

    size = 1 + abs(value) + np.abs(slopes).max()
    program = chainrule.compile(f)
    for found, gradient in (
        value_and_grad(f)(x, index),
        program.value_and_grad(x, np.int64(index)),
    ):
        assert found == pytest.approx(value, abs=1e-13 * size)
        np.testing.assert_allclose(gradient, slopes, rtol=0, atol=1e-12 * size)


@given(script=scripts, x=points, index=indices)
@settings(max_examples=25, deadline=None)
def test_jax(script, x, index):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    library = SimpleNamespace(
        sin=jnp.sin, tanh=jnp.tanh, exp=jnp.exp, log=jnp.log, sqrt=jnp.sqrt, atan=jnp.arctan,
        where=jnp.where, take=lambda table, i: jnp.stack(table)[i],
    )  # fmt: skip
    value, slopes = jax.value_and_grad(lambda x: run(script, library, list(x), index))(jnp.array(x))
    agree(script, x, index, float(value), np.array(slopes))


@given(script=scripts, x=points, index=indices)
@settings(max_examples=100, deadline=None)
def test_torch(script, x, index):
    torch = pytest.importorskip("torch")
    library = SimpleNamespace(
        sin=torch.sin, tanh=torch.tanh, exp=torch.exp, log=torch.log, sqrt=torch.sqrt,
        atan=torch.atan, where=torch.where, take=lambda table, i: torch.stack(table)[i],
    )  # fmt: skip
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = run(script, library, list(leaf), index)
    value.backward()
    agree(script, x, index, value.item(), leaf.grad.numpy())
