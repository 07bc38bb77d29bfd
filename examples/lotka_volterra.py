"""Hares and lynxes: the four rates of a differential equation, found from what was counted.

The solver is a loop in ordinary Python, 100 steps of Runge and Kutta, and the derivative goes right
through it. SciPy's least squares gets the residuals and their Jacobian, both replayed, and finds
the rates that made the data.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.optimize import least_squares

from chainrule import compile, jacobian

STEPS, STEP = 100, 0.1
EVERY = 5  # so many steps lie between two counts
TRUTH = np.array([1.1, 0.4, 0.4, 0.1])


def growth(hares, lynxes, rates):
    """How fast hares are born and eaten, and lynxes starve and feed."""
    birth, eaten, starving, feeding = rates
    return (birth - eaten * lynxes) * hares, (feeding * hares - starving) * lynxes


def counts(rates):
    """Both kinds, every few steps of the method of Runge and Kutta."""
    u, v = 10.0, 5.0
    seen = []
    for step in range(1, STEPS + 1):
        a, b = growth(u, v, rates)
        c, d = growth(u + STEP / 2 * a, v + STEP / 2 * b, rates)
        e, f = growth(u + STEP / 2 * c, v + STEP / 2 * d, rates)
        g, h = growth(u + STEP * e, v + STEP * f, rates)
        u = u + STEP / 6 * (a + 2 * c + 2 * e + g)
        v = v + STEP / 6 * (b + 2 * d + 2 * f + h)
        if step % EVERY == 0:
            seen += [u, v]
    return np.array(seen)


def fit(data):
    """The rates whose counts come closest to these."""
    program = compile(lambda rates: counts(rates) - data)
    return least_squares(program, [0.8, 0.3, 0.5, 0.2], jac=jacobian(program), xtol=1e-12)


def main() -> int:
    exact = counts(TRUTH)
    noisy = exact + np.random.default_rng(1).normal(0, 0.05, exact.shape)
    misses = 0
    print("        birth   eaten   starving  feeding   (truth:", *TRUTH, end=")\n")
    for name, data, tolerance in (("exact", exact, 1e-8), ("noisy", noisy, 1e-2)):
        found = fit(data)
        off = abs(found.x / TRUTH - 1).max()
        misses += not off < tolerance
        print(name, "  {:.5f} {:.5f} {:.5f}   {:.5f}".format(*found.x), end="   ")
        print(f"off by {off:.1e}, expected below {tolerance:.0e}; {found.nfev} evaluations")
    return misses


if __name__ == "__main__":
    sys.exit(main())
