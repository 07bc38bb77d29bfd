"""JAX in 64 bits: value and gradient of what it has under a name of its own."""

from __future__ import annotations

import math

import pytest

from chainrule.engine.dispatch import apply
from chainrule.table.rules import NUMBER

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

NAMES = {
    "add": jnp.add,
    "sub": jnp.subtract,
    "mul": jnp.multiply,
    "div": jnp.divide,
    "pow": jnp.power,
    "neg": jnp.negative,
    "mod": jnp.mod,
    "min": jnp.minimum,
    "max": jnp.maximum,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "atan": jnp.arctan,
    "atan2": jnp.arctan2,
    "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh,
    "atanh": jnp.arctanh,
    "erf": jax.scipy.special.erf,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "softplus": jax.nn.softplus,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
}


def theirs(row):
    if row.name in ("where", "floordiv"):
        return None  # where takes a bool; its floor_divide has no gradient
    if row.name == "sinc":
        return None  # its slope near 0 is 0; mpmath's is compared elsewhere
    # Functions of jax.scipy.special are compared with mpmath instead, which is more accurate.
    return NAMES.get(row.name) or getattr(jnp, row.name, None) or getattr(jax.nn, row.name, None)


def test_value_and_gradient(Value, row, point):
    f = theirs(row)
    if f is None:
        return
    x = [Value(float(p)) for p in point]
    out = apply(NUMBER[row.name], *x)
    out.backward()
    numbers = [float(p) for p in point]
    assert math.isclose(out.data, float(f(*numbers)), rel_tol=1e-13)
    grads = jax.grad(f, argnums=tuple(range(row.arity)))(*numbers)
    for ours, wanted in zip(x, grads):
        assert math.isclose(ours.grad, float(wanted), rel_tol=1e-12, abs_tol=1e-15)


def test_a_program_with_loops_and_choices(Value, draw):
    numbers = [draw.uniform(0.2, 2.0) for _ in range(4)]

    def program(x, exp, tanh):
        total = 0.0
        for k in range(5):
            total = tanh(total * x[0] + x[k % 4]) * exp(-x[1] / (k + 1)) + x[2] ** x[3]
            if k % 2:
                total = total / (x[3] + k)
        return total

    x = [Value(number) for number in numbers]
    out = program(
        x, lambda v: v.exp(), lambda v: v.tanh() if isinstance(v, Value) else math.tanh(v)
    )
    out.backward()
    wanted, grads = jax.value_and_grad(lambda x: program(x, jnp.exp, jnp.tanh))(numbers)
    assert math.isclose(out.data, float(wanted), rel_tol=1e-13)
    for ours, their in zip(x, grads):
        assert math.isclose(ours.grad, float(their), rel_tol=1e-11)
