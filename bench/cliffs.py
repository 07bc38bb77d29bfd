"""Where does it get slow: work that grows, beside JAX and CasADi, each in the same run.

Each side is a process of its own: `python -m bench.cliffs <side>` prints its figures. The sides run
in turn, `TURNS` times, and the best figure of each counts. `python -m bench.cliffs chainrule cpu`
prints processor times, which other work on the machine changes less.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .timing import Row, unit

Figures = dict[str, float]
"""Seconds under the name of the work, or bytes under a name that ends in "memory"."""

WORKS = {
    "take of 5,000 x 32, 64 look-ups: recording": 0.2,
    "take of 5,000 x 32, 64 look-ups: a call": 0.6e-3,
    "dense Hessian, n = 200: first": 0.5,
    "dense Hessian, n = 200: later": 5e-3,
    "sparse Hessian, Rosenbrock n = 1,000: first": 0.15,
    "sparse Hessian, Rosenbrock n = 1,000: later": 0.15e-3,
    "grad of sum(tanh(x)), 1,000,000 elements, at once": 0.35,
    "matmul 64 x 64, value and gradient: first": 0.12,
    "matmul 64 x 64, value and gradient: first and second": 0.3,
    "a call with two arrays of 1,000": 5e-6,
    "a call with three floats": 2e-6,
    "a call with a list of 1,000": 60e-6,
    "a call, alternating between two paths": 1.5e-6,
    "512 paths, 1,000,000 rows": 0.15,
}
"""What each work may take."""

TURNS = 3

MEMORY = "dense Hessian, n = 200: memory"
MOST_MEMORY = 0.2e9


def quadratic(x: Any) -> Any:
    """A form in n numbers, and a sum of products."""
    matrix = np.random.default_rng(0).normal(size=(len(x), len(x)))
    return x @ matrix @ x + (x[2:] * x[1:-1] * x[:-2]).sum()


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function of n numbers."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def paths(x: Any) -> Any:
    """A function of nine numbers with 512 paths."""
    total = 0.0
    for each in x:
        total = total + (each if each > 0 else -2 * each)
    return total


clock = time.process_time if sys.argv[2:] == ["cpu"] else time.perf_counter


def first(call: Callable[[], Any]) -> float:
    """The time of one call."""
    begin = clock()
    call()
    return clock() - begin


def later(call: Callable[[], Any], spend: float = 0.2) -> float:
    """The time of a call, the best of five batches."""
    count = max(1, round(spend / 5 / max(first(call), 1e-7)))
    return min(sum(first(call) for _ in range(count)) / count for _ in range(5))


def tight(call: Callable[[], Any]) -> float:
    """The time of a short call, the best of five loops."""

    def loop() -> None:
        for _ in range(2000):
            call()

    return min(first(loop) for _ in range(5)) / 2000


# ---- ours ----------------------------------------------------------------------------------------


def chainrule() -> Iterator[tuple[str, float]]:
    """The figures of this package."""
    from chainrule import compile, grad, numpy as cnp, take

    names = iter(WORKS)
    rng = np.random.default_rng(0)
    table, chosen = rng.normal(size=(5000, 32)), rng.integers(0, 5000, 64)
    look_up = compile(lambda table, chosen: (take(table, chosen) ** 2).sum())
    yield next(names), first(lambda: look_up(table, chosen))
    yield next(names), later(lambda: look_up(table, chosen))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    form, x = compile(quadratic), rng.normal(size=200)
    yield next(names), first(lambda: form.hessian(x))
    yield next(names), later(lambda: form.hessian(x))
    yield MEMORY, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    import scipy.sparse  # noqa: F401  # what a user of sparse matrices has imported already

    valley, x = compile(rosenbrock), rng.normal(size=1000)
    yield next(names), first(lambda: valley.hessian(x, sparse=True))
    yield next(names), later(lambda: valley.hessian(x, sparse=True))
    million = rng.normal(size=1_000_000)
    yield next(names), min(first(lambda: grad(lambda x: cnp.tanh(x).sum())(million)) for _ in "ab")
    a, b = rng.normal(size=(64, 64)), rng.normal(size=(64, 64))
    product = compile(lambda a, b: (a @ b).sum()).value_and_grad
    once = first(lambda: product(a, b, argnums=(0, 1)))
    yield next(names), once
    yield next(names), once + first(lambda: product(a, b, argnums=(0, 1)))
    yield from zip(names, calls(rng))


def calls(rng: Any) -> Iterator[float]:
    """What a call costs."""
    from chainrule import compile

    a, b = rng.normal(size=1000), rng.normal(size=1000)
    dot, line = compile(lambda a, b: a @ b), compile(lambda x, y, z: x * y + z)
    squares, listed = compile(lambda v: sum(x * x for x in v)), a.tolist()
    yield tight(lambda: dot(a, b))
    yield tight(lambda: line(1.0, 2.0, 3.0))
    yield tight(lambda: squares(listed))
    fork = compile(lambda x: x[0] * x[1] if x[0] > 0 else x[0] - x[1])
    here, there = np.array([1.0, 2.0]), np.array([-1.0, 2.0])
    yield tight(lambda: (fork(here), fork(there))) / 2
    rows, many = rng.normal(size=(1_000_000, 9)), compile(paths, in_axes=0)
    many(rows)
    yield min(first(lambda: many(rows)) for _ in range(3))


# ---- peers ---------------------------------------------------------------------------------------


def jax() -> Iterator[tuple[str, float]]:
    """The figures of JAX, jitted, where it has the like."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    names = iter(WORKS)
    rng = np.random.default_rng(0)
    table, chosen = rng.normal(size=(5000, 32)), rng.integers(0, 5000, 64)

    def timed(function: Any, *x: Any) -> Iterator[float]:
        run = jax.jit(function)
        yield first(lambda: jax.block_until_ready(run(*x)))
        yield later(lambda: jax.block_until_ready(run(*x)))

    for function, *x in (
        (lambda table, i: (table[i] ** 2).sum(), table, chosen),
        (jax.hessian(quadratic), jnp.array(rng.normal(size=200))),
        (jax.hessian(rosenbrock), jnp.array(rng.normal(size=1000))),
    ):
        for spent in timed(function, *x):
            yield next(names), spent
    slopes, million = jax.grad(lambda x: jnp.tanh(x).sum()), jnp.array(rng.normal(size=1_000_000))
    yield next(names), min(first(lambda: jax.block_until_ready(slopes(million))) for _ in "ab")
    a, b = rng.normal(size=(64, 64)), rng.normal(size=(64, 64))
    product = jax.value_and_grad(lambda a, b: (a @ b).sum(), argnums=(0, 1))
    once, again = timed(product, a, b)
    yield next(names), once
    yield next(names), once + again
    x, y = rng.normal(size=1000), rng.normal(size=1000)
    for arguments in ((lambda a, b: a @ b, x, y), (lambda x, y, z: x * y + z, 1.0, 2.0, 3.0)):
        yield next(names), [*timed(*arguments)][1]


def casadi() -> Iterator[tuple[str, float]]:
    """The figures of CasADi's Hessians."""
    import casadi

    matrix = np.random.default_rng(0).normal(size=(200, 200))

    def form(x: Any) -> Any:
        return x.T @ casadi.DM(matrix) @ x + casadi.sum1(x[2:] * x[1:-1] * x[:-2])

    def valley(x: Any) -> Any:
        return casadi.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    for name, function, n in (("dense", form, 200), ("sparse", valley, 1000)):
        point = np.random.default_rng(0).normal(size=n)
        begin = time.perf_counter()
        x = casadi.SX.sym("x", n)
        run = casadi.Function("f", [x], [casadi.hessian(function(x), x)[0]])
        run(point)
        early, late = (each for each in WORKS if each.startswith(f"{name} Hessian"))
        yield early, time.perf_counter() - begin
        yield late, later(lambda run=run, point=point: run(point))


SIDES = {side.__name__: side for side in (chainrule, jax, casadi)}


def measure() -> list[Row]:
    """One row for each work: ours, and the peers in the same run."""
    found: dict[str, Figures] = {side: {} for side in SIDES}
    for side in [*SIDES] * TURNS:
        command = [sys.executable, "-m", "bench.cliffs", side]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        best = found[side]
        for work, figure in json.loads(done.stdout or "{}").items():
            best[work] = min(figure, best.get(work, figure))
    rows = []
    for work, bar in WORKS.items():
        ours = found["chainrule"][work]
        peers = {name: found[name][work] for name in ("jax", "casadi") if work in found[name]}
        told = ", ".join(f"{unit(spent)} ({name})" for name, spent in peers.items())
        ratio = f"{min(peers.values()) / ours:.2g}x" if peers else ""
        missed = "" if ours <= bar else ", MISSED"
        rows.append(Row(work, unit(ours), told, ratio, unit(bar) + missed))
    taken = found["chainrule"][MEMORY]
    missed = "" if taken <= MOST_MEMORY else ", MISSED"
    rows.append(Row(MEMORY, f"{taken / 1e6:.0f} MB", "", "", f"{MOST_MEMORY / 1e6:.0f} MB{missed}"))
    return rows


if __name__ == "__main__":
    print(json.dumps(dict(SIDES[sys.argv[1]]())))
