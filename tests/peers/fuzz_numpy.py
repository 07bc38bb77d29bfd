"""Random NumPy programs against JAX: `python tests/peers/fuzz_numpy.py --seed 1 --checks 200000`.

A check is one number compared: results, gradients with respect to every argument, Jacobians,
derivatives along a direction, and second derivatives; run at once, as a program at its first call
and at further points (other branches, too), and as rows. `CHAINRULE_PURE=1` asks the interpreted
twin.

Two numbers agree within 1e-12 of themselves or 16 eps of the largest of all answers at a point.
Where they don't, the allowance is 256 eps times the condition: how much JAX's number moves,
relative to the noise, if each operand of the program gets some. Points where JAX has a convention
of its own are avoided: ties of maximum, sort and the like, abs and relu at 0, jumps, branch cuts.
Where JAX's number isn't finite, nothing is compared.
"""

from __future__ import annotations

import argparse
import collections
import time
import warnings

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np
from numpy_programs import ROWS, Drawn, draw, function

import chainrule
import chainrule.numpy

jax.config.update("jax_enable_x64", True)
EPS = float(np.finfo(float).eps)
NOISE = 1e-9
EIGH = 1e-14
"""JAX's derivative of eigh computes 1 / (1 + w - w) - 1, which rounds to a few eps and not to 0."""
JAX_ROWS = {
    "relu": jax.nn.relu, "leaky_relu": jax.nn.leaky_relu, "elu": jax.nn.elu, "selu": jax.nn.selu,
    "sigmoid": jax.nn.sigmoid, "silu": jax.nn.silu, "mish": jax.nn.mish,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False), "softplus": jax.nn.softplus,
    "erf": special.erf, "erfc": special.erfc, "erfinv": special.erfinv, "lgamma": special.gammaln,
    "gamma": special.gamma, "digamma": special.digamma, "xlogy": special.xlogy,
}  # fmt: skip


class _Names:
    """Functions by their names."""

    def __init__(self, functions):
        vars(self).update(functions)


def _put(a, index, value):
    return a.at[index].set(value)


JAX = {"np": jnp, "make": jnp, "rows": _Names(JAX_ROWS), "put": _put}


def _put_into_copy(a, index, value):
    a = a.copy()
    a[index] = value
    return a


class _Noisy:
    """`jax.numpy` whose linear algebra gets a little of noise on its matrices: LAPACK's rounding is
    relative to the largest element, not to each one."""

    def __init__(self, names, noise):
        self.names, self.noise = names, noise

    def __getattr__(self, name):
        found = getattr(self.names, name)
        if name == "linalg":
            return _Noisy(found, self.noise)
        return self._with_noise(found) if self.names is jnp.linalg and callable(found) else found

    def _with_noise(self, function_):
        def with_noise(x, *others, **keywords):
            if np.ndim(x) == 2:
                x = self.noise(x, jnp.max(jnp.abs(x)))
            return function_(x, *others, **keywords)

        return with_noise


def ours(plain):
    """Our names: `np` is NumPy itself, or `chainrule.numpy`."""
    names = {"make": chainrule.numpy, "rows": _Names(ROWS), "put": _put_into_copy}
    return {**names, "np": np if plain else chainrule.numpy}


class Peer:
    """What JAX answers to a program, without its compiler."""

    def __init__(self, drawn: Drawn):
        self.drawn = drawn
        self.argnums = tuple(i for i, name in enumerate(drawn.names) if name != "k")
        self._random = np.random.default_rng(0)
        self._f = function(drawn.text, JAX)
        names = {**JAX, "np": _Noisy(jnp, self._noise), "noise": self._noise}
        self._noisy = function(drawn.noisy, names)

    def _noise(self, x, size=None):
        """Some noise on each element, relative to it or to a size: on its slope, and on its number
        alone, as rounding is."""
        slope, number = self._random.choice([-1.0, 1.0], size=(2, *np.shape(x)))
        size = jax.lax.stop_gradient(x if size is None else size)
        return x * (1 + NOISE * slope) + NOISE * number * size

    def _answers(self, f, point, along):
        """The result, the sum to differentiate, its gradient, and the Hessian along a direction."""
        point = [
            int(x) if name == "k" else jnp.asarray(x) for name, x in zip(self.drawn.names, point)
        ]
        floats = [point[i] for i in self.argnums]

        def loss(*floats):
            full = list(point)
            for i, x in zip(self.argnums, floats):
                full[i] = x
            result = f(*full)
            return jnp.sum(result * self.drawn.weights), result

        every = tuple(range(len(floats)))
        transform = jax.value_and_grad(loss, every, has_aux=True)
        if along is None:
            (value, result), slopes = transform(*floats)
            second = ()
        else:
            (((value, result), slopes), (_, second)) = jax.jvp(
                transform, floats, [jnp.asarray(t) for t in along]
            )
        return [np.asarray(x) for x in (result, value, *slopes, *second)]

    def answers(self, point, along=None):
        return self._answers(self._f, point, along)

    def spread(self, point, along, exact):
        """How far each answer moves, relative to the noise."""
        moved = [self._answers(self._noisy, point, along) for _ in range(5)]
        return [
            np.max([np.abs(each[i] - answer) for each in moved], axis=0) / NOISE
            for i, answer in enumerate(exact)
        ]


class Comparison:
    """Compares and counts."""

    def __init__(self):
        self.checks = self.skipped = self.programs = 0
        self.wrong = []
        self.raised = collections.Counter()
        self.examples = {}

    def numbers(self, drawn, kind, found, expected, largest, spread):
        """Compare arrays, one check a number. `largest` is the largest number of all answers, and
        `spread` computes how far each may move."""
        found, expected = np.asarray(found, dtype=float), np.asarray(expected)
        if found.shape != expected.shape:
            self._note(drawn, kind, f"shape {found.shape}, not {expected.shape}")
            return
        finite = np.isfinite(expected)
        self.skipped += int(np.sum(~finite))
        self.checks += int(np.sum(finite))
        off = np.abs(found - expected)
        if np.all((off <= 1e-12 * np.abs(expected)) | ~finite):
            return
        allowed = np.maximum(1e-12 * np.abs(expected), 16 * EPS * largest)
        allowed = np.maximum(allowed, 256 * EPS * spread())
        allowed = np.maximum(allowed, EIGH if "eigh(" in drawn.text else 0.0)
        if not np.all((off <= allowed) | ~finite):
            self._note(drawn, kind, f"{found} and not {expected}; off by {off}, allowed {allowed}")

    def _note(self, drawn, kind, words):
        self.wrong.append((drawn, kind, words))

    def program(self, seed):
        """Everything about one program."""
        drawn = draw(seed)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                peer = Peer(drawn)
                along = [
                    tuple(
                        np.random.default_rng(seed).normal(size=np.shape(p[i]))
                        for i in peer.argnums
                    )
                    for p in drawn.points
                ]
                second = seed % 3 == 0
                exact = [
                    peer.answers(p, t if second and i == 0 else None)
                    for i, (p, t) in enumerate(zip(drawn.points, along))
                ]
        except Exception as error:
            return self._fail("JAX", drawn, error)
        self.programs += 1
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for kind, check in CHECKS.items():
                try:
                    check(self, seed, drawn, peer, exact, along)
                except Exception as error:
                    self._fail(kind, drawn, error)

    def _fail(self, kind, drawn, error):
        words = f"{kind}: {type(error).__name__}: {str(error)[:110]}"
        self.raised[words] += 1
        self.examples.setdefault(words, drawn)


def _f_and_loss(seed, drawn):
    f = function(drawn.text, ours(seed % 2 == 0))
    return f, lambda *x: np.sum(f(*x) * drawn.weights)


def _compare(self, drawn, kind, peer, at, along, exact, found):
    """Compare what was found with all answers of JAX at a point, which begin with the result."""
    cache = []

    def spread(i):
        if not cache:
            cache.append(peer.spread(drawn.points[at], along, exact))
        return cache[0][i]

    largest = max(np.max(np.abs(each), initial=0.0, where=np.isfinite(each)) for each in exact)
    for i, answer in found.items():
        self.numbers(
            drawn, f"{kind} at point {at}, answer {i}", answer, exact[i], largest,
            lambda i=i: spread(i),
        )  # fmt: skip


def at_once(self, seed, drawn, peer, exact, along):
    _, loss = _f_and_loss(seed, drawn)
    for at in (0, 1 + seed % 3):
        value, slopes = chainrule.value_and_grad(loss, peer.argnums)(*drawn.points[at])
        _compare(self, drawn, "grad", peer, at, None, exact[at][: 2 + len(slopes)],
                 {1: value, **{2 + i: s for i, s in enumerate(slopes)}})  # fmt: skip


def replayed(self, seed, drawn, peer, exact, along):
    f, loss = _f_and_loss(seed, drawn)
    program, results = chainrule.compile(loss), chainrule.compile(f)
    transform = chainrule.value_and_grad(program, peer.argnums)
    for at in (*range(len(exact)), 0):
        point = drawn.points[at]
        value, slopes = transform(*point)
        found = {0: results(*point), 1: value, **{2 + i: s for i, s in enumerate(slopes)}}
        _compare(self, drawn, "compile", peer, at, None, exact[at][: 2 + len(slopes)], found)


def rows(self, seed, drawn, peer, exact, along):
    f, loss = _f_and_loss(seed, drawn)
    columns = [np.stack(column) for column in zip(*drawn.points)]
    values, slopes = chainrule.value_and_grad(chainrule.compile(loss, in_axes=0), peer.argnums)(
        *columns
    )
    results = chainrule.compile(f, in_axes=0)(*columns)
    for at in range(len(exact)):
        found = {0: results[at], 1: values[at], **{2 + i: s[at] for i, s in enumerate(slopes)}}
        _compare(self, drawn, "rows", peer, at, None, exact[at][: 2 + len(slopes)], found)


def jacobians(self, seed, drawn, peer, exact, along):
    f, _ = _f_and_loss(seed, drawn)
    if seed % 4:
        return
    at = seed % len(exact)
    matrices = chainrule.jacobian(f, peer.argnums)(*drawn.points[at])
    contracted = [np.tensordot(drawn.weights, m, drawn.weights.ndim) for m in matrices]
    _compare(self, drawn, "jacobian", peer, at, None, exact[at][: 2 + len(contracted)],
             {2 + i: s for i, s in enumerate(contracted)})  # fmt: skip


def second(self, seed, drawn, peer, exact, along):
    if seed % 3:
        return
    _, loss = _f_and_loss(seed, drawn)
    count = len(peer.argnums)
    for kind, function_ in (("hvp", loss), ("hvp of a program", chainrule.compile(loss))):
        products = chainrule.hvp(function_, peer.argnums)(*drawn.points[0], along[0])
        _compare(self, drawn, kind, peer, 0, along[0], exact[0],
                 {2 + count + i: p for i, p in enumerate(products)})  # fmt: skip


CHECKS = {
    "grad": at_once, "compile": replayed, "rows": rows, "jacobian": jacobians, "second": second,
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="where to begin")
    parser.add_argument("--checks", type=int, default=200_000, help="how many numbers to compare")
    options = parser.parse_args()
    comparison, seed, began = Comparison(), options.seed * 1_000_000, time.perf_counter()
    while comparison.checks < options.checks:
        seen = len(comparison.wrong)
        comparison.program(seed)
        for drawn, kind, words in comparison.wrong[seen : seen + 1]:
            print(f"WRONG, program {seed}: {kind}: {words}\n{drawn.text}", flush=True)
        seed += 1
    for words, count in comparison.raised.most_common():
        print(f"raised {count} times: {words}\n{comparison.examples[words].text}")
    print(
        f"{comparison.checks} checks of {comparison.programs} programs,"
        f" {len(comparison.wrong)} wrong, {comparison.skipped} not finite in JAX,"
        f" {sum(comparison.raised.values())} raised;"
        f" engine: {'compiled' if chainrule.NATIVE else 'interpreted'}; last program {seed - 1};"
        f" {time.perf_counter() - began:.0f} s"
    )
    return bool(comparison.wrong)


if __name__ == "__main__":
    raise SystemExit(main())
