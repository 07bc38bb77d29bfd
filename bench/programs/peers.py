"""The same programs by other packages: each gives a function that computes value and gradient."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

Gradient = Callable[[Any], tuple[float, Any]]


def casadi(function: Callable[..., Any], n: int) -> Gradient:
    """CasADi's virtual machine over scalars, with bound buffers, its fastest call."""
    casadi = importlib.import_module("casadi")
    x = casadi.SX.sym("x", n)
    value = function(casadi.vertsplit(x), casadi)
    program = casadi.Function("f", [x], [value, casadi.gradient(value, x)])
    buffer, run = program.buffer()
    point, found, slopes = np.zeros(n), np.zeros(1), np.zeros(n)
    buffer.set_arg(0, memoryview(point))
    buffer.set_res(0, memoryview(found))
    buffer.set_res(1, memoryview(slopes))
    # A gradient that is sparse is handed out without its zeros.
    rows = [row for row, _ in zip(*program.sparsity_out(1).get_triplet())]
    assert rows == list(range(n))

    def gradient(x: Any) -> tuple[float, Any]:
        point[:] = x
        run()
        return found[0], slopes

    gradient.run, gradient.keeps = run, (program, buffer)
    return gradient


def autograd(function: Callable[..., Any], n: int) -> Gradient:
    """autograd, whose tape is NumPy's operations."""
    mathematics = importlib.import_module("autograd.numpy")
    return importlib.import_module("autograd").value_and_grad(lambda x: function(x, mathematics))


def micrograd(function: Callable[..., Any], n: int) -> Gradient:
    """micrograd, with sin, cos and tanh written as its own operations are."""
    Value = importlib.import_module("micrograd.engine").Value

    def operation(value: Callable[[float], float], slope: Callable[[float], float]) -> Any:
        def apply(x: Any) -> Any:
            out = Value(value(x.data), (x,), "f")

            def _backward() -> None:
                x.grad += slope(x.data) * out.grad

            out._backward = _backward
            return out

        return apply

    mathematics = SimpleNamespace(
        sin=operation(math.sin, math.cos),
        cos=operation(math.cos, lambda x: -math.sin(x)),
        tanh=operation(math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    )

    def gradient(x: Any) -> tuple[float, Any]:
        numbers = [Value(float(each)) for each in x]
        out = function(numbers, mathematics)
        out.backward()
        return out.data, [each.grad for each in numbers]

    return gradient


def jax(function: Callable[..., Any], n: int) -> Gradient:
    """JAX, compiled by XLA."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    run = jax.jit(jax.value_and_grad(lambda x: function(x, jax.numpy)))

    def gradient(x: Any) -> tuple[float, Any]:
        return jax.block_until_ready(run(x))

    return gradient


PEERS = {peer.__name__: peer for peer in (casadi, autograd, micrograd, jax)}
INTERPRETED = ("casadi", "autograd", "micrograd")
"""Those that do not compile. The others are asked once, for information."""
