"""Functions that the C library of Python doesn't have, or computes differently from one version to
the next: gamma and its relatives, the inverse of the error function, sinc and its derivatives.

They are written here once. `tools/transcribe.py` copies them into C and JavaScript, so a function
consists of assignments, `if`, `while` and `return`, and calls only functions of this file and of
`ieee.py`. Each result is within 4 ulp, or within what half a rounding of its operand changes.

Source: Abramowitz & Stegun, Handbook of Mathematical Functions, chapters 6, 7 and 23.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import copysign, inf, nan, pi

from .coefficients import (
    DIGAMMA,
    DIGAMMA_TAIL,
    HALF_LOG_OF_TWO_PI,
    HIGH_ROOT,
    HIGH_ROOT_REST,
    LOG_GAMMA,
    LOG_GAMMA_BETWEEN_POLES,
    LOW_ROOT,
    LOW_ROOT_REST,
    PSI_ROOT,
    PSI_ROOT_REST,
    RECIPROCAL_GAMMA,
    ROOT_OF_TWO_PI,
    STIRLING,
)
from .ieee import (
    cos,
    divide,
    erf,
    erfc,
    exp,
    floor,
    log,
    log1p,
    power,
    rint,
    sin,
    sqrt,
    tan,
)


def polynomial(t: float, coefficients: Sequence[float]) -> float:
    """A polynomial by Horner's rule, the highest coefficient first."""
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * t + coefficient
    return total


# ---- gamma and its logarithm ---------------------------------------------------------------------


def sine_of_pi(x: float) -> float:
    """sin(pi * x), which is 0 at the whole numbers."""
    rest = x - 2.0 * rint(0.5 * x)
    if abs(rest) > 0.5:
        rest = copysign(1.0, rest) - rest
    return sin(pi * rest)


def stirling(x: float) -> float:
    """log(gamma(x)) - ((x - 1/2) * log(x) - x + log(2 * pi) / 2), for x from 10."""
    t = divide(divide(1.0, x), x)
    return divide(polynomial(t, STIRLING), x)


def gamma(x: float) -> float:
    """The gamma function; nan at the negative whole numbers."""
    if x != x or x == inf:
        return x
    if x <= 0.0 and x == floor(x):
        return divide(1.0, x) if x == 0.0 else nan
    if abs(x) > 20.0:
        size = abs(x)
        if size > 186.0:
            return inf if x > 0.0 else copysign(0.0, sine_of_pi(x))
        half = power(size, 0.5 * size - 0.25)
        rest = half * exp(-size)
        factor = ROOT_OF_TWO_PI * exp(stirling(size))
        if x > 0.0:
            return half * rest * factor
        return divide(divide(divide(divide(-pi, x * sine_of_pi(x)), factor), rest), half)
    product = 1.0
    while x > 2.0:
        x -= 1.0
        product *= x
    divisor = 1.0
    while x < 1.0:
        divisor *= x
        x += 1.0
    t = x - 1.5
    return divide(product, divisor * polynomial(t, RECIPROCAL_GAMMA))


def lgamma_of_positive(x: float) -> float:
    """The logarithm of gamma, for x > 0."""
    if x < 1.0:
        t = x - 1.0
        return polynomial(t, LOG_GAMMA) * x * t - log(x)
    if x >= 10.0:
        return (x - 0.5) * (log(x) - 1.0) + (HALF_LOG_OF_TWO_PI - 0.5 + stirling(x))
    product = 1.0
    while x > 3.0:
        x -= 1.0
        product *= x
    t = x - 2.0
    return polynomial(t, LOG_GAMMA) * (x - 1.0) * t + log(product)


def lgamma(x: float) -> float:
    """The logarithm of the absolute value of gamma; inf at its poles."""
    if x > 0.0 or x != x:
        return lgamma_of_positive(x)
    if x == floor(x):
        return inf
    if x > -0.5:
        return polynomial(x, LOG_GAMMA) * (x + 1.0) * x - log1p(x) - log(-x)
    if -2.75 < x < -2.375:
        t = x + 2.5625
        left = (x + HIGH_ROOT) + HIGH_ROOT_REST
        right = (x + LOW_ROOT) + LOW_ROOT_REST
        return polynomial(t, LOG_GAMMA_BETWEEN_POLES) * left * right
    return log(divide(pi, abs(x * sine_of_pi(x)))) - lgamma_of_positive(-x)


# ---- its derivatives -----------------------------------------------------------------------------


def digamma(x: float) -> float:
    """The slope of lgamma; nan at the negative whole numbers."""
    if x != x or x == inf:
        return x
    if x <= 0.0 and x == floor(x):
        return divide(-1.0, x) if x == 0.0 else nan
    total = 0.0
    if x < -10.0:
        rest = x - rint(x)
        total = divide(-1.0, x) - divide(pi, tan(pi * rest))
        x = -x
    while x < 1.0:
        total -= divide(1.0, x)
        x += 1.0
    if x >= 10.0:
        t = divide(divide(1.0, x), x)
        return total + (log(x) - divide(0.5, x) + polynomial(t, DIGAMMA_TAIL) * t)
    while x > 2.0:
        x -= 1.0
        total += divide(1.0, x)
    t = x - 1.5
    return total + polynomial(t, DIGAMMA) * ((x - PSI_ROOT) - PSI_ROOT_REST)


def zeta(s: float, x: float) -> float:
    """The sum of (x + k)**-s over k = 0, 1, 2, ..., for x > 0 and s > 1, by Euler and Maclaurin."""
    total = 0.0
    while x < 10.0 + 2.0 * s:
        total += power(x, -s)
        x += 1.0
    last = power(x, -s)
    total += divide(last * x, s - 1.0) + 0.5 * last
    t = divide(divide(1.0, x), x)
    term = last * divide(s, x)
    series = divide(term, 12.0)
    term *= (s + 1.0) * (s + 2.0) * t
    series -= divide(term, 720.0)
    term *= (s + 3.0) * (s + 4.0) * t
    series += divide(term, 30240.0)
    term *= (s + 5.0) * (s + 6.0) * t
    series -= divide(term, 1209600.0)
    term *= (s + 7.0) * (s + 8.0) * t
    series += divide(term, 47900160.0)
    term *= (s + 9.0) * (s + 10.0) * t
    series -= term * 5.284190138687493e-10
    term *= (s + 11.0) * (s + 12.0) * t
    series += term * 1.3382536530684679e-11
    return total + series


def polygamma(n: float, x: float) -> float:
    """The n-th derivative of digamma."""
    if n != floor(n) or n < 0.0 or n > 170.0 or x != x:
        return nan
    if n == 0.0:
        return digamma(x)
    sign = -1.0 if floor(0.5 * n) == 0.5 * n else 1.0
    if x > 0.0:
        return sign * gamma(n + 1.0) * zeta(n + 1.0, x)
    if x == floor(x):
        return sign * inf if x == 0.0 or sign == 1.0 else nan
    below = floor(x)
    left = zeta(n + 1.0, (below + 1.0) - x) - zeta(n + 1.0, 1.0 - x)
    return sign * gamma(n + 1.0) * (zeta(n + 1.0, x - below) + sign * left)


def betaln(x: float, y: float) -> float:
    """lgamma(x) + lgamma(y) - lgamma(x + y) for x, y > 0, without the cancellation."""
    if x > y:
        return betaln(y, x)
    if x < 0.0:
        return nan
    if y < 4.0:
        return lgamma(x) + (lgamma(y) - lgamma(x + y))
    product = 1.0
    while y < 10.0:
        product *= 1.0 + divide(x, y)
        y += 1.0
    rest = log(product) + (stirling(y) - stirling(x + y))
    if x < 10.0:
        rest -= (x + y - 0.5) * log1p(divide(x, y)) + x * (log(y) - 1.0)
        return lgamma(x) + rest
    rest += stirling(x) + HALF_LOG_OF_TWO_PI - 0.5 * log(y)
    return rest - (x - 0.5) * log1p(divide(y, x)) - y * log1p(divide(x, y))


# ---- others --------------------------------------------------------------------------------------


def erfinv(x: float) -> float:
    """The inverse of the error function: an estimate, then two of Halley's steps."""
    size = abs(x)
    if size >= 1.0:
        return copysign(inf, x) if size == 1.0 else nan
    y = divide(sqrt(pi), 2.0) * size
    if size > 0.001:
        logarithm = log1p(-size * size)
        b = divide(2.0, pi * 0.147) + 0.5 * logarithm
        c = divide(-logarithm, 0.147)
        y = sqrt(divide(c, sqrt(b * b + c) + b))
    step = 0.0
    while step < 2.0:
        excess = erf(y) - size if size < 0.5 else (1.0 - size) - erfc(y)
        newton = excess * exp(y * y) * divide(sqrt(pi), 2.0)
        y -= divide(newton, 1.0 + y * newton)
        step += 1.0
    return copysign(y, x)


def sinc(x: float) -> float:
    """sin(pi * x) / (pi * x)."""
    return 1.0 if x == 0.0 else divide(sin(pi * x), pi * x)


def sinc_derivative(n: float, x: float) -> float:
    """The n-th derivative of sinc: a recurrence far from 0, a power series near it."""
    if n != floor(n) or n < 0.0 or n > 170.0:
        return nan
    u = pi * x
    s = sin(u)
    c = cos(u)
    k = 0.0
    if abs(u) > 2.0 and abs(u) > n:
        total = divide(s, u)
        while k < n:
            k += 1.0
            rest = s
            s = c
            c = -rest
            total = divide(s - k * total, u)
        return total * power(pi, n)
    is_odd = n - 2.0 * floor(0.5 * n)
    term = cos(pi * rint(0.5 * (n + is_odd)))
    if is_odd == 1.0:
        term *= u
        k = 1.0
    total = divide(term, n + k + 1.0)
    while abs(term) > 1e-17 * abs(total):
        k += 2.0
        term *= divide(-u * u, k * (k - 1.0))
        total += divide(term, n + k + 1.0)
    return total * power(pi, n)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "gamma": gamma, "lgamma": lgamma, "digamma": digamma, "polygamma": polygamma,
    "betaln": betaln, "erfinv": erfinv, "sinc": sinc, "sinc_derivative": sinc_derivative,
}  # fmt: skip
"""The functions that rows of the table are named after."""
