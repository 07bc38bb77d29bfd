"""Print the coefficients in table/coefficients.py: `python tools/fit_polynomials.py`. Needs mpmath.

Each function is interpolated at Chebyshev nodes with 60 digits, and the result is written in powers
of t, the distance from the middle of the interval, which is exact in floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import chebyt, cos, digamma, findroot, gamma, log, loggamma, mp, mpf, pi, rgamma, taylor

mp.dps = 60
PSI_ROOT = findroot(digamma, 1.4616)
LOW_ROOT = findroot(lambda x: loggamma(-x).real, 2.457)
HIGH_ROOT = findroot(lambda x: loggamma(-x).real, 2.747)

FITS: dict[str, tuple[Callable[[Any], Any], float, float, int]] = {
    "RECIPROCAL_GAMMA": (rgamma, 1, 2, 18),
    "LOG_GAMMA": (lambda x: loggamma(x) / ((x - 1) * (x - 2)), 1, 3, 29),
    "LOG_GAMMA_BETWEEN_POLES": (
        lambda x: log(abs(gamma(x))) / ((x + LOW_ROOT) * (x + HIGH_ROOT)), -2.75, -2.375, 28,
    ),
    "DIGAMMA": (lambda x: digamma(x) / (x - PSI_ROOT), 1, 2, 24),
}  # fmt: skip
"""The function, its interval, and the number of coefficients."""


def fit(function: Callable[[Any], Any], low: float, high: float, count: int) -> list[float]:
    """The coefficients in powers of t, the highest first."""
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    angles = [pi * (k + mpf(1) / 2) / count for k in range(count)]
    values = [function(middle + half * cos(angle)) for angle in angles]
    powers = [mpf(0)] * count
    for n in range(count):
        weight = mpf(2 if n else 1) / count
        c = weight * sum(value * cos(n * angle) for value, angle in zip(values, angles))
        for power, factor in enumerate(taylor(lambda t, n=n: chebyt(n, t), 0, n)):
            powers[power] += c * factor / half**power
    return [float(power) for power in reversed(powers)]


if __name__ == "__main__":
    for name, arguments in FITS.items():
        print(f"{name} = (", *(f"    {number!r}," for number in fit(*arguments)), ")", sep="\n")
    for name, root in (("psi", PSI_ROOT), ("low", LOW_ROOT), ("high", HIGH_ROOT)):
        print(f"# {name}: {float(root)!r} and {float(root - mpf(float(root)))!r} more")
