"""Hares and lynxes: the four rates of a differential equation, estimated from counts.

The solver is a loop in ordinary Python, the Runge-Kutta method, and the derivative goes right
through it. SciPy's least squares gets the residuals and their Jacobian, both replayed. The same
Jacobian says how certain the result is, by the Gauss-Newton approximation. A model in Stan, sampled
by Monte Carlo, is the judge.

`--picture FILE` draws the fit, its band and the years after the last count.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from scipy.optimize import least_squares

import chainrule as cr
from chainrule import exp, hessian, jacobian

# Pelts that the Hudson's Bay Company bought from 1900 to 1920, in thousands. C. G. Hewitt, The
# Conservation of the Wild Life of Canada (1921); as numbers in P. Howard, Modeling Basics (2009).
YEARS = np.arange(1900, 1921)
HARES = [30.0, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22.0, 25.4, 27.1,
         40.3, 57.0, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7]  # fmt: skip
LYNXES = [4.0, 6.1, 9.8, 35.2, 59.4, 41.7, 19.0, 13.0, 8.3, 9.1, 7.4,
          8.0, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6]  # fmt: skip
COUNTED = np.log([HARES, LYNXES]).T

# The means and the 80 % intervals of B. Carpenter, Predator-Prey Population Dynamics (2018).
NAMES = ["birth", "eaten", "starving", "feeding"]
STAN = np.array([0.55, 0.028, 0.80, 0.024])
STAN_LOW = np.array([0.47, 0.023, 0.69, 0.020])
STAN_HIGH = np.array([0.63, 0.033, 0.91, 0.029])

START = np.log([1.0, 0.05, 1.0, 0.05, 30.0, 4.0])
PARTS = 10  # steps of the solver per year


def growth(hares, lynxes, rates):
    """How fast the logarithms of both grow: hares are born and eaten, lynxes feed and starve."""
    birth, eaten, starving, feeding = rates
    return birth - eaten * exp(lynxes), feeding * exp(hares) - starving


def populations(parameters, years=20, every=PARTS):
    """The logarithms of both counts, after every `every` steps. Shape `(rows, 2)`.

    The parameters are the logarithms of the four rates and of both counts in 1900. In logarithms
    nothing can become negative, and an error of 25 % is as likely at 10 pelts as at 70.
    """
    rates = [exp(p) for p in parameters[:4]]
    u, v = parameters[4:]
    seen, step = [(u, v)], 1 / PARTS
    for k in range(1, years * PARTS + 1):
        a, b = growth(u, v, rates)
        c, d = growth(u + step / 2 * a, v + step / 2 * b, rates)
        e, f = growth(u + step / 2 * c, v + step / 2 * d, rates)
        g, h = growth(u + step * e, v + step * f, rates)
        u = u + step / 6 * (a + 2 * c + 2 * e + g)
        v = v + step / 6 * (b + 2 * d + 2 * f + h)
        if k % every == 0:
            seen.append((u, v))
    return np.array(seen)


def fit(data):
    """The parameters whose counts come closest to these, their covariance, and the noise."""
    residuals = cr.compile(lambda p: (populations(p) - data).ravel())
    found = least_squares(residuals, START, jac=jacobian(residuals), xtol=1e-12)
    noise = np.sqrt(2 * found.cost / (data.size - len(START)))
    covariance = noise**2 * np.linalg.inv(found.jac.T @ found.jac)
    print(f"{found.nfev} evaluations of {len(YEARS) * 10 - 10} Runge-Kutta steps")
    return found.x, covariance, noise


def deviations(covariance):
    """The standard deviation of each number."""
    return np.sqrt(np.diag(covariance))


def band(parameters, covariance, years, every):
    """Log counts and their standard deviation, by the delta method: J C Jᵀ, without the noise."""
    curve = cr.compile(lambda p: populations(p, years, every))
    slopes = jacobian(curve)(parameters)  # (rows, 2, 6)
    return curve(parameters), np.sqrt(np.einsum("rki,ij,rkj->rk", slopes, covariance, slopes))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="changes nothing: it is quick anyway")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as lynxes.png")
    wanted = parser.parse_args()

    truth = np.log([*STAN, 30.0, 5.0])
    again, _, _ = fit(populations(truth))
    off = abs(np.exp(again - truth) - 1).max()
    print(f"rates recovered from simulated counts: off by {off:.0e}, expected below 1e-08\n")

    parameters, covariance, noise = fit(COUNTED)
    rates, spread = np.exp(parameters[:4]), deviations(covariance)[:4]
    low, high = rates * np.exp(-1.2816 * spread), rates * np.exp(1.2816 * spread)
    print("                  80 % interval   expected, by Stan")
    for row in zip(NAMES, rates, low, high, STAN, STAN_LOW, STAN_HIGH):
        print("{:9} {:.3f}  {:.3f} to {:.3f}   {:.3f}  {:.3f} to {:.3f}".format(*row))
    apart = max(
        abs(x / y - 1).max() for x, y in ((rates, STAN), (low, STAN_LOW), (high, STAN_HIGH))
    )
    print(f"furthest from Stan's: {apart:.1%}, expected below 5 %")

    error = cr.compile(lambda p: ((populations(p) - COUNTED) ** 2).sum() / 2)
    newton = deviations(noise**2 * np.linalg.inv(hessian(error)(parameters)))
    ratio = abs(newton[:4] / spread - 1).max()
    print(f"with the whole Hessian instead of JᵀJ: {ratio:.1%} apart, expected below 5 %")

    curve, deviation = band(parameters, covariance, 20, PARTS)
    inside = (abs(COUNTED - curve) < 1.6449 * np.hypot(deviation, noise)).sum()
    print(f"within their 90 % bands: {inside} of {COUNTED.size} counts, expected 34 to 42")

    if wanted.picture:
        draw(parameters, covariance, noise, (low, rates, high), wanted.picture)
    return not (off < 1e-8 and apart < 0.05 and ratio < 0.05 and 34 <= inside <= 42)


def draw(parameters, covariance, noise, found, path) -> None:
    """Draw both counts with their bands, ten years ahead, and the rates beside Stan's."""
    from matplotlib import pyplot as plt

    curve, deviation = band(parameters, covariance, 30, 1)
    years = 1900 + np.arange(len(curve)) / PARTS
    figure = plt.figure(figsize=(11, 5.2), layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=[3, 1])
    kinds = [("hares", HARES, "#1f6fb2"), ("lynxes", LYNXES, "#d1642e")]
    for row, (kind, counts, color) in enumerate(kinds):
        axes = figure.add_subplot(grid[row, 0])
        middle, sure = curve[:, row], 1.6449 * deviation[:, row]
        wide = np.hypot(sure, 1.6449 * noise)
        for half, alpha, text in ((wide, 0.15, "a count, 90 %"), (sure, 0.35, "the curve, 90 %")):
            ends = np.exp(middle - half), np.exp(middle + half)
            axes.fill_between(years, *ends, color=color, alpha=alpha, lw=0, label=text)
        axes.plot(years, np.exp(middle), color=color, lw=2)
        axes.plot(YEARS, counts, "o", color="black", ms=4.5, label="counted")
        axes.axvline(1920.5, color="gray", lw=0.8, ls=":")
        axes.set(ylabel=f"{kind} (thousand pelts)", xlim=(1899.5, 1930), ylim=(0, 150 - 35 * row))
        axes.legend(frameon=False, loc="upper left", ncols=3)
        axes.spines[["top", "right"]].set_visible(False)
        if row == 0:
            axes.set_title("The Lotka-Volterra equations, fitted to 42 counts", loc="left")
            axes.text(1920.8, 8, "forecast", color="gray", fontsize=9)
    axes = figure.add_subplot(grid[:, 1])
    for offset, color, text, (start, mean, end) in (
        (0.12, "#444444", "chainrule, Jacobian", found),
        (-0.12, "#c0a000", "Stan, Monte Carlo", (STAN_LOW, STAN, STAN_HIGH)),
    ):
        heights = np.arange(4)[::-1] + offset
        axes.hlines(heights, start / STAN, end / STAN, color=color, lw=3, label=text)
        axes.plot(mean / STAN, heights, "o", color=color, ms=6)
    names = [f"{name}\n{x:.3f}" for name, x in zip(NAMES, found[1])]
    axes.set_yticks(np.arange(4)[::-1], names)
    axes.set(xlabel="relative to Stan's mean", ylim=(-0.6, 3.9))
    axes.legend(frameon=False, loc="upper center")
    axes.set_title("Rates per year, 80 %", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    sys.exit(main())
