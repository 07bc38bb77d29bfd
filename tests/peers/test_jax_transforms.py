"""JAX's transforms of functions of trees: every result has the same structure and numbers."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import chainrule
from chainrule import programs

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)


class Pair(NamedTuple):
    a: Any
    b: Any


@jax.tree_util.register_dataclass
@dataclass
class Layer:
    a: Any
    b: Any


@chainrule.register_pytree_node_class
@jax.tree_util.register_pytree_node_class
class Line:
    def __init__(self, a, b, name):
        self.a, self.b, self.name = a, b, name

    def tree_flatten(self):
        return (self.a, self.b), self.name

    @classmethod
    def tree_unflatten(cls, name, parts):
        return cls(*parts, name)


BUILDERS = {
    "list": lambda a, b: [a, b],
    "tuple": lambda a, b: (a, b),
    "dict": lambda a, b: {"a": a, "b": b},
    "named": Pair,
    "ordered": lambda a, b: OrderedDict(b=b, a=a),
    "dataclass": Layer,
    "registered": lambda a, b: Line(a, b, "name"),
    "none": lambda a, b: {"a": a, "b": b, "c": None},
}


def parts(tree):
    """The two parts of a tree of any of the classes."""
    if isinstance(tree, dict):
        return tree["a"], tree["b"]
    return (tree.a, tree.b) if isinstance(tree, (Layer, Line)) else tuple(tree)


def pick(rng):
    """Two different classes of trees, of two parts each."""
    return [BUILDERS[name] for name in rng.choice(sorted(BUILDERS), 2)]


def cases():
    """Functions of two trees, and points for them, by name."""
    rng = np.random.default_rng(1)
    for number in range(6):
        outer, inner = pick(rng)
        scalar, vector, matrix = rng.normal(), rng.normal(size=2), rng.normal(size=(2, 2))
        first, second = outer(scalar, inner(vector, 0.5)), inner(matrix, outer(1.5, 2.5))

        def numbers(p, q):
            s, (v, t) = parts(p)[0], parts(parts(p)[1])
            m, (c, d) = parts(q)[0], parts(parts(q)[1])
            return s * s * v * c + m @ v * t, s * t + (v**3).sum() * d * c

        def one(p, q, numbers=numbers):
            u, w = numbers(p, q)
            return (u**2).sum() * w

        def tree(p, q, numbers=numbers, outer=outer, inner=inner):
            u, w = numbers(p, q)
            return outer(inner(u, w * w), w)

        yield pytest.param(one, tree, (first, second), id=f"{number}")


CASES = list(cases())


def same(ours, theirs):
    """Whether two trees agree: ours of floats and NumPy's arrays, theirs of JAX's arrays."""
    assert jax.tree_util.tree_structure(ours) == jax.tree_util.tree_structure(theirs)
    pairs = zip(jax.tree_util.tree_leaves(ours), jax.tree_util.tree_leaves(theirs))
    for x, y in pairs:
        assert np.shape(x) == np.shape(y)
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-12)


def direction(tree, seed=3):
    """A tree of random numbers like another one."""
    rng = np.random.default_rng(seed)
    return jax.tree_util.tree_map(
        lambda x: rng.normal(size=np.shape(x)) if np.ndim(x) else float(rng.normal()), tree
    )


@pytest.mark.parametrize("argnums", [0, 1, -1, (0, 1), (1, 0), (1,)])
@pytest.mark.parametrize("name", ["grad", "value_and_grad", "hessian"])
@pytest.mark.parametrize(("one", "tree", "at"), CASES[::2])
def test_transforms_of_a_number(one, tree, at, name, argnums):
    theirs = getattr(jax, name)(one, argnums=argnums)(*at)
    same(getattr(chainrule, name)(one, argnums=argnums)(*at), theirs)
    same(getattr(chainrule.compile(one), name)(*at, argnums=argnums), theirs)


@pytest.mark.parametrize("argnums", [0, (0, 1)])
@pytest.mark.parametrize("name", ["jacobian", "jacfwd", "jacrev", "hessian"])
@pytest.mark.parametrize(("one", "tree", "at"), CASES)
def test_transforms_of_a_tree(one, tree, at, name, argnums):
    theirs = getattr(jax, name)(tree, argnums=argnums)(*at)
    same(getattr(chainrule, name)(tree, argnums=argnums)(*at), theirs)
    if name != "hessian":
        same(getattr(chainrule.compile(tree), name)(*at, argnums=argnums), theirs)


@pytest.mark.parametrize(
    "name", ["grad", "value_and_grad", "jacobian", "jacfwd", "jacrev", "hessian"]
)
@pytest.mark.parametrize(("one", "tree", "at"), CASES[::3])
def test_auxiliary_data(one, tree, at, name):
    def f(p, q):
        return one(p, q), tree(p, q)

    theirs = getattr(jax, name)(f, has_aux=True)(*at)
    same(getattr(chainrule, name)(f, has_aux=True)(*at), theirs)
    same(getattr(chainrule, name)(chainrule.compile(f), has_aux=True)(*at), theirs)


@pytest.mark.parametrize("has_aux", [False, True])
@pytest.mark.parametrize(("one", "tree", "at"), CASES)
def test_products_with_vectors(one, tree, at, has_aux):
    def f(p, q):
        return (tree(p, q), {"one": one(p, q)}) if has_aux else tree(p, q)

    tangents = direction(at)
    theirs = jax.jvp(f, at, tangents, has_aux=has_aux)
    same(chainrule.jvp(f, at, tangents, has_aux=has_aux), theirs)
    same(chainrule.jvp(chainrule.compile(f), at, tangents, has_aux=has_aux), theirs)
    value, pull_back, *aux = jax.vjp(f, *at, has_aux=has_aux)
    for function in (f, chainrule.compile(f)):
        our_value, our_pull_back, *our_aux = chainrule.vjp(function, *at, has_aux=has_aux)
        same((our_value, our_aux), (value, aux))
        for seed in (4, 5):
            cotangent = direction(theirs[0], seed)
            same(our_pull_back(cotangent), pull_back(cotangent))


@pytest.mark.parametrize(("one", "tree", "at"), CASES[::3])
def test_transforms_of_transforms(one, tree, at):
    p, q = at
    t = direction(p)

    def nested(library):
        grad, value_and_grad, jvp, vjp = (
            getattr(library, name) for name in ("grad", "value_and_grad", "jvp", "vjp")
        )
        return [
            grad(lambda p: jvp(lambda p: one(p, q), (p,), (t,))[1])(p),
            library.jacobian(lambda p: vjp(lambda p: one(p, q), p)[1](1.0)[0])(p),
            jvp(lambda p: grad(one)(p, q), (p,), (t,)),
            grad(
                lambda p: value_and_grad(lambda p: (one(p, q), one(p, q) ** 2), has_aux=True)(p)[0][
                    1
                ]
            )(p),
            vjp(library.jacfwd(lambda s: [s**2, s**3]), 2.0)[1]([1.0, 10.0]),
        ]

    same(nested(chainrule), nested(jax))
    same(chainrule.hvp(one)(p, q, t), jax.jvp(lambda p: jax.grad(one)(p, q), (p,), (t,))[1])


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "jacobian", "hessian"])
def test_rows_of_trees(name):
    one, _, (p, q) = CASES[5].values
    rows = jax.tree_util.tree_map(lambda x: np.stack([x, 2 * x, -x]), p)
    f = getattr(jax, name)(one, argnums=(0, 1))
    theirs = jax.vmap(f, in_axes=(0, None))(rows, q)
    program = chainrule.compile(one, in_axes=(0, None))
    same(getattr(program, name)(rows, q, argnums=(0, 1)), theirs)


def test_every_name_of_ours_that_jax_has_takes_the_same_first_arguments():
    import inspect

    for name in ("grad", "value_and_grad", "jacobian", "jacfwd", "jacrev", "hessian", "jvp", "vjp"):
        parameters = inspect.signature(getattr(programs, name)).parameters
        ours = [x for x in parameters if x != "sparse"][1:]  # JAX has no sparse results
        theirs = list(inspect.signature(getattr(jax, name)).parameters)[1:]
        assert theirs[: len(ours)] == ours
