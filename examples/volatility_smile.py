"""A volatility smile: fitted to the prices of 25 options, with its greeks and its density.

Gatheral's curve (SVI) gives the variance of the underlying at each strike, Black's formula a price.
Least squares goes through both. Everything else is a derivative of that price: the greeks, which
differ from the textbook's because the smile moves along with the market; the error of a price
that nobody quotes; and the density of the underlying at expiry, the second derivative with
respect to the strike. A negative density would be free money, an arbitrage: Gatheral and Jacquier's
example of one is recognised.

`--picture FILE` draws the smile, the density and the deltas.
"""

from __future__ import annotations

import argparse
import math
import sys

import numpy as np
from scipy.integrate import trapezoid
from scipy.optimize import least_squares

import chainrule as cr
from chainrule import erf, grad, hessian, log, sqrt

SPOT, RATE, YEARS = 100.0, 0.03, 0.5
LEFT = math.exp(-RATE * YEARS)  # what a unit at expiry is worth today
STRIKES = np.arange(70.0, 131.0, 2.5)
NAMES = ["level", "slope", "tilt", "center", "bend"]
TRUTH = np.array([0.006, 0.06, -0.5, 0.02, 0.12])
TICK, SEED = 0.02, 0  # the standard deviation of a quote
VOGT = np.array([-0.0410, 0.1331, 0.3060, 0.3586, 0.4153])
"""Example 3.1 of Gatheral and Jacquier, Arbitrage-free SVI volatility surfaces (2014)."""


def below(x):
    """The probability that a standard normal variable is below x."""
    return (1 + erf(x / math.sqrt(2))) / 2


def variance(k, smile):
    """The variance until expiry at a log strike, by Gatheral's five parameters."""
    level, slope, tilt, center, bend = smile
    return level + slope * (tilt * (k - center) + sqrt((k - center) ** 2 + bend**2))


def black(spot, strike, spread):
    """What a call is worth; the spread is the root of the variance until expiry."""
    high = log(spot / (strike * LEFT)) / spread + spread / 2
    return spot * below(high) - strike * LEFT * below(high - spread)


def price(spot, strike, smile):
    """What a call is worth on a smile, which moves along with the forward."""
    return black(spot, strike, sqrt(variance(log(strike * LEFT / spot), smile)))


def quotes(seed):
    """The quoted prices of calls: off by a few cents, and rounded."""
    exact = np.array([price(SPOT, strike, TRUTH) for strike in STRIKES])
    return np.round(exact + np.random.default_rng(seed).normal(0, TICK, exact.shape), 2)


def fit(quoted):
    """The smile's parameters, and their covariance."""
    rows = cr.compile(price, in_axes=(None, 0, None))
    found = least_squares(
        lambda smile: (rows(SPOT, STRIKES, smile) - quoted) / TICK,
        [0.01, 0.1, -0.3, 0.0, 0.1],
        jac=lambda smile: grad(rows, 2)(SPOT, STRIKES, smile) / TICK,
        bounds=([-1, 0, -1, -1, 0.001], [1, 1, 1, 1, 1]),
        xtol=1e-12,
    )
    return found.x, np.linalg.inv(found.jac.T @ found.jac), 2 * found.cost


def implied(prices, strikes):
    """The volatilities that give these prices, by Newton's method on all rows at once."""
    rows = cr.compile(black, in_axes=(None, 0, 0))
    spread = np.full(len(prices), 0.2)
    for _ in range(50):
        wrong = rows(SPOT, strikes, spread) - prices
        slope = np.maximum(grad(rows, 2)(SPOT, strikes, spread), 1e-3)
        spread = np.clip(spread - wrong / slope, spread / 2, spread * 2)
    return spread / math.sqrt(YEARS)


def density_factor(k, smile):
    """Gatheral's g: the density at expiry, relative to the normal density; never negative."""
    w, first, second = variance(k, smile), slope_of(k, smile), bend_of(k, smile)
    return (1 - k * first / (2 * w)) ** 2 - first**2 / 4 * (1 / w + 1 / 4) + second / 2


slope_of = grad(variance)
bend_of = grad(slope_of)


def lowest(smile, ks):
    """The log strike with the lowest density factor, and that factor."""
    factors = cr.compile(density_factor, in_axes=(0, None))(ks, smile)
    k = float(ks[factors.argmin()])
    for _ in range(5):  # Newton's method: through third and fourth derivatives of the variance
        k -= grad(density_factor)(k, smile) / hessian(density_factor)(k, smile)
    return k, density_factor(k, smile)


def textbook(strikes, smile):
    """Delta, gamma and density at expiry in closed form."""
    k = np.log(strikes * LEFT / SPOT)
    level, slope, tilt, center, bend = smile
    root = np.sqrt((k - center) ** 2 + bend**2)
    w = level + slope * (tilt * (k - center) + root)
    first, second = slope * (tilt + (k - center) / root), slope * bend**2 / root**3
    spread = np.sqrt(w)
    high = -k / spread + spread / 2
    normal = np.exp(-(high**2) / 2) / math.sqrt(2 * math.pi)
    delta = below(high) - normal * first / (2 * spread)
    g = (1 - k * first / (2 * w)) ** 2 - first**2 / 4 * (1 / w + 1 / 4) + second / 2
    density = g * np.exp(-((high - spread) ** 2) / 2) / math.sqrt(2 * math.pi) / spread / strikes
    return {"delta": delta, "gamma": LEFT * density * strikes**2 / SPOT**2, "density": density}


def by_derivative(strikes, smile):
    """The same, and the sensitivity to each parameter of the smile, from the price alone."""
    rows = cr.compile(price, in_axes=(None, 0, None))
    first = grad(rows, (0, 2))(SPOT, strikes, smile)
    second = hessian(rows, (0, 1))(SPOT, strikes, smile)
    return {
        "delta": first[0],
        "gamma": second[0][0],
        "density": second[1][1] / LEFT,
        "smile": first[1],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="changes nothing: it is quick anyway")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as smile.png")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the quotes")
    wanted = parser.parse_args()

    quoted = quotes(wanted.seed)
    smile, covariance, misfit = fit(quoted)
    errors = np.sqrt(np.diag(covariance))
    print("smile        found              expected")
    for row in zip(NAMES, smile, errors, TRUTH):
        print("{:8} {:9.4f} ± {:.4f}   {:9.4f}".format(*row))
    far, freedom = abs((smile - TRUTH) / errors).max(), len(STRIKES) - len(NAMES)
    limit = 3 * math.sqrt(2 * freedom)
    print(f"furthest from the truth: {far:.1f} standard errors, expected below 3")
    print(f"misfit {misfit:.1f}, expected {freedom} ± {limit:.0f}")
    misses = not far < 3 or abs(misfit - freedom) > limit

    strikes = np.linspace(60.0, 145.0, 171)
    found, expected = by_derivative(strikes, smile), textbook(strikes, smile)
    for greek, numbers in expected.items():
        off = abs(found[greek] - numbers).max() / abs(numbers).max()
        misses += not off < 1e-12
        print(f"{greek:8} {off:.0e} from the closed form at {len(strikes)} strikes, limit 1e-12")

    wide = np.exp(np.linspace(-2.5, 1.5, 4001)) * SPOT
    density = by_derivative(wide, smile)["density"]
    mass, mean = trapezoid(density, wide), trapezoid(density * wide, wide) * LEFT
    print(f"density: integral {mass:.6f}, expected 1; mean today {mean:.4f}, expected {SPOT:g}")
    misses += not (abs(mass - 1) < 1e-5 and abs(mean / SPOT - 1) < 1e-4)

    ks = np.linspace(-2.0, 2.0, 401)
    k, factor = lowest(smile, np.log(wide * LEFT / SPOT))
    print(f"lowest density factor {factor:.3f}, expected above 0")
    k, vogt = lowest(VOGT, ks)
    print(f"Vogt's smile: {vogt:.6f} at k = {k:.5f}, expected -0.032864 at 0.87926: arbitrage")
    misses += not (factor > 0 and abs(vogt + 0.032864) < 1e-6 and abs(k - 0.87926) < 1e-5)

    strike = 101.3  # not quoted
    worth = price(SPOT, strike, smile)
    slopes = np.array(grad(price, 2)(SPOT, strike, smile))
    error = math.sqrt(slopes @ covariance @ slopes)
    truth = price(SPOT, strike, TRUTH)
    print(f"a call at {strike}: {worth:.3f} ± {error:.3f}, expected {truth:.3f}")
    misses += not abs(worth - truth) < 3 * error
    if wanted.picture:
        draw(quoted, smile, covariance, wanted.picture)
    return bool(misses)


def draw(quoted, smile, covariance, path) -> None:
    """Draw the smile with its band, the density, and both deltas."""
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 3, figsize=(13, 4.3), layout="constrained")
    blue, orange = "#1f6fb2", "#d1642e"
    strikes = np.linspace(65.0, 135.0, 281)
    volatility = cr.compile(
        lambda strike, smile: sqrt(variance(log(strike * LEFT / SPOT), smile) / YEARS),
        in_axes=(0, None),
    )
    middle, slopes = volatility(strikes, smile), grad(volatility, 1)(strikes, smile)
    half = 1.96 * np.sqrt(np.einsum("ri,ij,rj->r", slopes, covariance, slopes))
    axes = panels[0]
    axes.fill_between(strikes, 100 * (middle - half), 100 * (middle + half), color=blue, alpha=0.3,
                      lw=0, label="95 %")  # fmt: skip
    axes.plot(strikes, 100 * middle, color=blue, lw=2, label="Gatheral's curve")
    points = [implied(quoted + off, STRIKES) for off in (0.0, -TICK, TICK)]
    bars = np.abs(np.array(points[1:]) - points[0])
    axes.errorbar(STRIKES, 100 * points[0], 100 * bars, fmt="o", color="black", ms=3.5, lw=1,
                  label="quotes, ± 2 cents")  # fmt: skip
    axes.set(ylabel="volatility (%)", ylim=(14, 33))
    axes.set_title("The smile", loc="left")
    axes = panels[1]
    flat = float(volatility(np.array([SPOT]), smile)[0]) ** 2 * YEARS
    black_smile = np.array([flat, 0.0, 0.0, 0.0, 1.0])
    for parameters, color, text in ((black_smile, "#999999", "Black: no smile"),
                                    (smile, blue, "on the smile")):  # fmt: skip
        density = by_derivative(strikes, parameters)["density"]
        axes.plot(strikes, 100 * density, color=color, lw=2, label=text)
    axes.fill_between(strikes, 100 * density, color=blue, alpha=0.12, lw=0)
    axes.set(ylabel="chance (% per unit)", ylim=(0, 5))
    axes.set_title("The market's view of half a year", loc="left")
    axes = panels[2]
    spread = middle * math.sqrt(YEARS)
    plain = grad(cr.compile(black, in_axes=(None, 0, 0)))(SPOT, strikes, spread)
    axes.plot(strikes, plain, color="#999999", lw=2, label="Black's delta")
    axes.plot(strikes, by_derivative(strikes, smile)["delta"], color=orange, lw=2,
              label="delta with the smile")  # fmt: skip
    axes.set(ylabel="units to hold for a call", ylim=(0, 1.19))
    axes.set_title("How to hedge it", loc="left")
    for axes in panels:
        axes.set(xlabel="strike", xlim=(65, 135))
        axes.axvline(SPOT, color="gray", lw=0.8, ls=":")
        axes.legend(frameon=False, loc="upper right")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    sys.exit(main())
