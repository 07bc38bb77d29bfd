"""Rosenbrock's valley in 100 dimensions: SciPy minimizes, chainrule supplies the derivatives.

`compile` records the function at its first call; value and gradient are replayed after that. BFGS
needs `value_and_grad`. Newton's method also needs the Hessian, but only times a vector: `hvp` costs
a small multiple of the function, whereas the whole Hessian would have 10,000 numbers.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize

import chainrule as cr
from chainrule import grad, hvp, value_and_grad


def rosenbrock(x):
    """A curved valley, whose floor falls slowly to 0 at x = (1, ..., 1)."""
    total = 0.0
    for here, next in pairwise(x):
        total = total + 100 * (next - here**2) ** 2 + (1 - here) ** 2
    return total


def main() -> int:
    f = cr.compile(rosenbrock)
    start = np.zeros(100)
    found = {
        "L-BFGS-B": minimize(
            value_and_grad(f), start, jac=True, method="L-BFGS-B", options={"ftol": 1e-15}
        ),
        "Newton-CG": minimize(
            f, start, jac=grad(f), hessp=hvp(f), method="Newton-CG", options={"xtol": 1e-10}
        ),
    }
    misses = 0
    for method, result in found.items():
        distance = abs(result.x - 1).max()
        misses += not distance < 1e-4
        print(
            f"{method:9}  f = {result.fun:.1e}, expected 0; furthest from 1: {distance:.1e}; "
            f"{result.nfev} evaluations"
        )
    return misses


if __name__ == "__main__":
    sys.exit(main())
