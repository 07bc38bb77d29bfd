"""The greeks of an option: exact first and second derivatives of the Black-Scholes price.

Traders have their own names for the derivatives of a price. All come from the price alone,
through `grad` and `hessian`, and agree with the textbook's closed forms to the last few digits.
With `in_axes` the same price is a program over rows: one strike each, in one call.
"""

from __future__ import annotations

import math
import sys

import numpy as np

import chainrule as cr
from chainrule import erf, exp, grad, hessian, log, sqrt

SPOT, STRIKE, VOLATILITY, RATE, YEARS = 100.0, 110.0, 0.25, 0.03, 0.75


def below(x):
    """The probability that a standard normal variable is below x."""
    return (1 + erf(x / math.sqrt(2))) / 2


def price(spot, strike, volatility, rate, years):
    """What the right to buy at the strike price at expiry is worth today."""
    spread = volatility * sqrt(years)
    high = (log(spot / strike) + (rate + volatility**2 / 2) * years) / spread
    return spot * below(high) - strike * exp(-rate * years) * below(high - spread)


def by_derivative(first, second):
    """The greeks, from gradient and Hessian with respect to (spot, volatility, rate, years)."""
    return {
        "delta": first[0],
        "vega": first[1],
        "rho": first[2],
        "theta": -first[3],
        "gamma": second[0][0],
        "vanna": second[0][1],
        "volga": second[1][1],
    }


def by_textbook(strike):
    """The greeks in closed form."""
    spread, left = VOLATILITY * math.sqrt(YEARS), math.exp(-RATE * YEARS)
    high = (math.log(SPOT / strike) + (RATE + VOLATILITY**2 / 2) * YEARS) / spread
    low = high - spread
    density = math.exp(-(high**2) / 2) / math.sqrt(2 * math.pi)
    vega = SPOT * density * math.sqrt(YEARS)
    rho = strike * YEARS * left * below(low)
    return {
        "delta": below(high),
        "vega": vega,
        "rho": rho,
        "theta": -SPOT * density * VOLATILITY / (2 * math.sqrt(YEARS)) - rho * RATE / YEARS,
        "gamma": density / (SPOT * spread),
        "vanna": -density * low / VOLATILITY,
        "volga": vega * high * low / VOLATILITY,
    }


def differ(found, expected) -> bool:
    """Whether two greeks differ by more than rounding."""
    return not math.isclose(found, expected, rel_tol=1e-12)


def main() -> int:
    market = (SPOT, STRIKE, VOLATILITY, RATE, YEARS)
    by = (0, 2, 3, 4)
    found = by_derivative(grad(price, by)(*market), hessian(price, by)(*market))
    expected = by_textbook(STRIKE)
    misses = 0
    for greek in expected:
        misses += differ(found[greek], expected[greek])
        print(f"{greek:6} {found[greek]:21.15f}, closed form {expected[greek]:21.15f}")

    strikes = np.linspace(80.0, 140.0, 61)
    rows = cr.compile(price, in_axes=(None, 0, None, None, None))
    market = (SPOT, strikes, VOLATILITY, RATE, YEARS)
    found = by_derivative(grad(rows, by)(*market), hessian(rows, by)(*market))
    wrong = sum(
        differ(found[greek][row], expected)
        for row, strike in enumerate(strikes)
        for greek, expected in by_textbook(strike).items()
    )
    print(f"{len(strikes)} strikes in rows: {wrong} of {len(strikes) * len(found)} greeks differ")
    return misses + wrong > 0


if __name__ == "__main__":
    sys.exit(main())
