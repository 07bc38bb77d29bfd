"""External functions, custom derivatives and linear algebra against JAX."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import chainrule
from chainrule import compile, grad, hessian, jacobian

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy


def matrix(size, seed=0):
    return np.random.default_rng(seed).normal(size=(size, size)) + 2 * np.eye(size)


def both(f, *arguments):
    """A function of NumPy-like modules, for each of the two libraries."""
    return functools.partial(f, np, *arguments), functools.partial(f, jnp, *arguments)


def positive(a):
    return a @ a.T + 3 * a.shape[0] * 1.0 * EYES[a.shape[0]]


EYES = {n: np.eye(n) for n in range(1, 7)}
WEIGHTS = np.random.default_rng(3).normal(size=(6, 6))


def total(x):
    weights = WEIGHTS.reshape(-1)[: x.size].reshape(x.shape)
    return (x * weights).sum()


LINALG = {
    "solve": lambda np, a: total(np.linalg.solve(a, a[:, :2] ** 2)),
    "inv": lambda np, a: total(np.linalg.inv(a)),
    "det": lambda np, a: np.linalg.det(a),
    "slogdet": lambda np, a: np.linalg.slogdet(a)[1],
    "cholesky": lambda np, a: total(np.linalg.cholesky(positive(a))),
    "eigenvalues": lambda np, a: total(np.linalg.eigh(positive(a))[0]),
    "eigenvectors": lambda np, a: total(np.linalg.eigh(positive(a))[1] ** 2),
    "eigvalsh": lambda np, a: total(np.linalg.eigvalsh(positive(a))),
    "q": lambda np, a: total(np.linalg.qr(a[:, :2])[0] ** 2),
    "r": lambda np, a: total(np.linalg.qr(a)[1] ** 2),
    "singular values": lambda np, a: total(np.linalg.svd(a, compute_uv=False)),
    "singular vectors": lambda np, a: total(np.linalg.svd(a, full_matrices=False)[0] ** 2),
    "pinv": lambda np, a: total(np.linalg.pinv(a[:, :2])),
    "lstsq": lambda np, a: total(np.linalg.lstsq(a[:, :2], a[:, 2], rcond=None)[0]),
    "norm": lambda np, a: np.linalg.norm(a),
    "nuclear norm": lambda np, a: np.linalg.norm(a, "nuc"),
    "matrix_power": lambda np, a: total(np.linalg.matrix_power(a, 3)),
}


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("name", LINALG)
def test_linear_algebra(name, size):
    ours, theirs = both(LINALG[name])
    a = matrix(size, 1)
    value, gradient = compile(ours).value_and_grad(a)
    expected, slopes = jax.value_and_grad(theirs)(jnp.array(a))
    np.testing.assert_allclose(value, expected, rtol=1e-10)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-8, atol=1e-9)
    if size == 3:
        second = np.array(jax.hessian(theirs)(jnp.array(a)))
        scale = np.abs(second).max()
        np.testing.assert_allclose(hessian(ours)(a), second, rtol=1e-7, atol=1e-8 * scale)


def define(library, np):
    """The same functions with custom derivatives, for each library."""

    @library.custom_vjp
    def clipped(x, low):
        return x

    clipped.defvjp(lambda x, low: (x, low), lambda low, g: (np.maximum(g, low), None))

    @library.custom_vjp
    def scaled(tree):
        return {"sum": tree["a"] + tree["b"].sum(), "square": tree["b"] ** 2}

    def forward(tree):
        return scaled(tree), tree["b"]

    def backward(b, g):
        return ({"a": 2 * g["sum"], "b": 3 * g["sum"] + g["square"] * b},)

    scaled.defvjp(forward, backward)

    @functools.partial(library.custom_vjp, nondiff_argnums=(0,))
    def applied(f, x):
        return f(x)

    applied.defvjp(lambda f, x: (f(x), x), lambda f, x, g: (g * f(x) * 7,))

    @library.custom_jvp
    def product(x, y):
        return x * y

    @product.defjvp
    def _(primals, tangents):
        (x, y), (s, t) = primals, tangents
        return product(x, y), 2 * s * y + 3 * t * np.sin(x)

    @library.custom_jvp
    def parts(x, y):
        return np.sin(x) * y

    parts.defjvps(lambda t, out, x, y: np.cos(x) * y * t, lambda t, out, x, y: out / y * t)

    @functools.partial(library.custom_jvp, nondiff_argnums=(1,))
    def power(x, n):
        return x**n

    @power.defjvp
    def _(n, primals, tangents):
        return power(primals[0], n), tangents[0] * (n + 0.5)

    return clipped, scaled, applied, product, parts, power


OURS, THEIRS = define(chainrule, np), define(jax, jnp)


def use(functions, np, x):
    clipped, scaled, applied, product, parts, power = functions
    tree = scaled({"a": x[0], "b": x})
    out = clipped(x[0], -0.5) * x[1] + tree["sum"] * 1.5 + (tree["square"] * x).sum()
    out = out + applied(lambda x: x * 2, x[1]) + product(x[0], x[2]) ** 2
    return out + parts(x[1], x[2]) * power(x[2], 3)


def test_custom_derivatives():
    x = np.array([0.5, -1.25, 2.0])
    ours = functools.partial(use, OURS, np)
    value, slopes = jax.value_and_grad(functools.partial(use, THEIRS, jnp))(jnp.array(x))
    for found, gradient in (chainrule.value_and_grad(ours)(x), compile(ours).value_and_grad(x)):
        assert found == pytest.approx(float(value), rel=1e-14)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-13)


def test_second_derivatives_of_custom_ones():
    x = np.array([0.5, 2.0])

    def f(functions, x):
        return functions[3](x[0], x[1]) * functions[4](x[0], x[1])

    theirs = jax.hessian(functools.partial(f, THEIRS))(jnp.array(x))
    np.testing.assert_allclose(hessian(functools.partial(f, OURS))(x), theirs, rtol=1e-13)
    theirs = jax.jacobian(jax.grad(functools.partial(use, THEIRS, jnp)))(
        jnp.array([0.5, -1.25, 2.0])
    )
    assert np.isfinite(theirs).all()


def test_stop_gradient():
    def f(library, np, x):
        kept = library.stop_gradient({"x": x, "sum": (x.sum(), 2.0)})
        return (x * kept["x"]).sum() * kept["sum"][0]

    x = np.array([0.5, -1.0, 3.0])
    slopes = jax.grad(functools.partial(f, jax.lax, jnp))(jnp.array(x))
    np.testing.assert_allclose(grad(functools.partial(f, chainrule, np))(x), slopes)


def test_a_callback():
    """pure_callback is JAX's way to call a function outside; its derivative is a custom_jvp."""

    @jax.custom_jvp
    def theirs(x, y):
        kind = jax.ShapeDtypeStruct((2, 2), float)
        return jax.pure_callback(lambda x, y: np.outer(x, y), kind, x, y)

    @theirs.defjvp
    def _(primals, tangents):
        (x, y), (s, t) = primals, tangents
        return theirs(x, y), jnp.outer(s, y) + jnp.outer(x, t)

    ours = chainrule.external(
        lambda x, y: np.outer(x, y), vjp=lambda g, out, x, y: (g @ y, x @ g), name="outer"
    )
    x, y = np.array([1.0, 2.0]), np.array([-0.5, 3.0])
    for k in (0, 1):
        expected = jax.jacobian(theirs, k)(jnp.array(x), jnp.array(y))
        np.testing.assert_allclose(jacobian(lambda x, y: ours(x, y), k)(x, y), expected)
    for k in (0, 1):
        expected = jax.grad(lambda x, y: (theirs(x, y) ** 3).sum(), k)(jnp.array(x), jnp.array(y))
        found = compile(lambda x, y: (ours(x, y) ** 3).sum()).grad(x, y, argnums=k)
        np.testing.assert_allclose(found, expected, rtol=1e-13)
