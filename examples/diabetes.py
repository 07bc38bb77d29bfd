"""Diabetes: a linear regression by one step of Newton's method, and how certain each number is.

The likelihood of one patient is an ordinary function; over rows it gives the sum, the gradient and
the Hessian of all 442 patients. The inverse of the Hessian is the covariance of the parameters,
here equal to the textbook's closed form. The gradient of every single patient gives the
robust covariance too ("sandwich"), which also holds if some patients are noisier than others.
They are: a second model, whose noise grows with the progression it predicts, has no closed form,
but the same three lines fit it, and its intervals are honest for mild and for severe cases.

`--picture FILE` draws the intervals.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from sklearn.datasets import load_diabetes

import chainrule as cr
from chainrule import exp, grad, hessian

DATA = load_diabetes(scaled=False)
NAMES = [*DATA.feature_names, "intercept"]
ROWS = np.c_[(DATA.data - DATA.data.mean(0)) / DATA.data.std(0), np.ones(len(DATA.target))]
TARGET = DATA.target
AVERAGE, SPREAD = TARGET.mean(), TARGET.std()


def gaussian(weights, row, target):
    """The negative log-likelihood of one patient with normal errors, in units of their variance."""
    return (target - row @ weights) ** 2 / 2


def uneven(parameters, row, target):
    """The same, with noise that depends on the prediction: its logarithm is linear in it."""
    mean = row @ parameters[:-2]
    size = parameters[-2] + parameters[-1] * (mean - AVERAGE) / SPREAD
    return size + ((target - mean) * exp(-size)) ** 2 / 2


def newton(loss, start, steps):
    """The minimum of the sum over all patients, and its inverse Hessian."""
    total = cr.compile(loss, in_axes=(None, 0, 0), reduce="sum")
    x = np.array(start)
    for _ in range(steps):
        x = x - np.linalg.solve(hessian(total)(x, ROWS, TARGET), grad(total)(x, ROWS, TARGET))
    return x, np.linalg.inv(hessian(total)(x, ROWS, TARGET))


def sandwich(loss, x, inverse):
    """The covariance that allows for patients of different noise."""
    each = grad(cr.compile(loss, in_axes=(None, 0, 0)))(x, ROWS, TARGET)  # one row per patient
    return inverse @ (each.T @ each) @ inverse


def errors(covariance):
    """The standard errors."""
    return np.sqrt(np.diag(covariance))


def closed_form():
    """The textbook's weights and both kinds of standard errors."""
    inverse = np.linalg.inv(ROWS.T @ ROWS)
    weights = inverse @ ROWS.T @ TARGET
    residuals = TARGET - ROWS @ weights
    variance = residuals @ residuals / (len(TARGET) - len(weights))
    robust = inverse @ (ROWS.T * residuals**2) @ ROWS @ inverse
    return weights, errors(variance * inverse), errors(robust)


def judge(name, found, expected, tolerance=1e-10) -> bool:
    """Print how far numbers are from the closed form. Return whether that is too far."""
    off = abs(found / expected - 1).max()
    print(f"{name:16} {off:.0e} from the closed form, expected below {tolerance:.0e}")
    return not off < tolerance


def in_thirds(mean, noise):
    """The share of mild, medium and severe cases inside their 90 % intervals."""
    covered = abs(TARGET - mean) < 1.6449 * noise
    return [covered[third].mean() for third in np.array_split(np.argsort(mean), 3)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="changes nothing: it is quick anyway")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as diabetes.png")
    wanted = parser.parse_args()

    weights, inverse = newton(gaussian, np.zeros(len(NAMES)), 1)
    noise = np.sqrt(((TARGET - ROWS @ weights) ** 2).sum() / (len(TARGET) - len(weights)))
    plain, robust = errors(noise**2 * inverse), errors(sandwich(gaussian, weights, inverse))
    print("             weight   error  robust error")
    for row in zip(NAMES, weights, plain, robust):
        print("{:9} {:9.3f} {:7.3f} {:7.3f}".format(*row))
    misses = 0
    for name, found, expected in zip(
        ("weights", "errors", "robust errors"), (weights, plain, robust), closed_form()
    ):
        misses += judge(name, found, expected)

    start = [*weights, np.log(noise), 0.0]
    parameters, covariance = newton(uneven, start, 8)
    total = cr.compile(uneven, in_axes=(None, 0, 0), reduce="sum")
    start[-2] = np.log((TARGET - ROWS @ weights).std())
    ratio = 2 * (total(np.array(start), ROWS, TARGET) - total(parameters, ROWS, TARGET))
    slope, error = parameters[-1], errors(covariance)[-1]
    print(f"\nthe noise grows with the prediction: slope {slope:.3f} ± {error:.3f}")
    print(f"likelihood ratio {ratio:.1f}, expected above 10.8 (by chance in one of 1,000 cases)")

    mean = ROWS @ parameters[:-2]
    sizes = np.exp(parameters[-2] + slope * (mean - AVERAGE) / SPREAD)
    print("share of mild, medium and severe cases inside their 90 % intervals:")
    shares = in_thirds(mean, sizes)
    for text, each in (
        ("equal noise ", in_thirds(ROWS @ weights, noise)),
        ("uneven noise", shares),
    ):
        print(f"  {text}  " + "  ".join(f"{share:.1%}" for share in each))
    off = abs(np.array(shares) - 0.9).max()
    print(f"uneven noise: off by {off:.1%}, expected below 7.4 % (3 deviations of 147 cases)")

    if wanted.picture:
        draw(weights, plain, robust, (ROWS @ weights, noise), (mean, sizes), wanted.picture)
    return misses > 0 or not (ratio > 10.8 and off < 0.074)


def draw(weights, plain, robust, equal, uneven, path) -> None:
    """Draw the weights with both errors, and both kinds of intervals for the patients."""
    from matplotlib import pyplot as plt

    figure, (left, *panels) = plt.subplots(
        1, 3, figsize=(12, 4.6), layout="constrained", width_ratios=[1.1, 1, 1]
    )
    heights = np.arange(10)[::-1]
    for offset, spread, color, text in (
        (0.13, plain, "#1f6fb2", "by the Hessian"),
        (-0.13, robust, "#d1642e", "robust"),
    ):
        ends = (weights - 1.96 * spread)[:10], (weights + 1.96 * spread)[:10]
        left.hlines(heights + offset, *ends, color=color, lw=3, label=text)
        left.plot(weights[:10], heights + offset, "o", color=color, ms=5)
    left.axvline(0, color="gray", lw=0.8)
    left.set_yticks(heights, NAMES[:10])
    left.set_title("95 % intervals of the weights", loc="left")
    left.set_xlabel("progression per standard deviation")
    left.legend(frameon=False)
    for axes, (mean, noise), title in zip(
        panels, (equal, uneven), ("Equal noise", "Noise that grows")
    ):
        order = np.argsort(mean)
        half = (1.6449 * noise * np.ones(len(mean)))[order]
        missed = abs(TARGET - mean)[order] > half
        across = mean[order]
        axes.fill_between(across, across - half, across + half, color="#1f6fb2", alpha=0.18, lw=0)
        axes.plot(across, across, color="#1f6fb2", lw=2)
        for chosen, color in ((~missed, "#555555"), (missed, "#d1642e")):
            axes.plot(across[chosen], TARGET[order][chosen], ".", ms=5, color=color)
        axes.set(ylim=(-60, 400), xlim=(30, 300), xlabel="predicted progression")
        axes.set_title(f"{title}: 90 % of patients?", loc="left")
        for third, share in zip(np.array_split(across, 3), in_thirds(mean, noise)):
            axes.text(third.mean(), -42, f"{share:.0%}", ha="center", fontsize=11)
        for border in (across[147], across[294]):
            axes.axvline(border, color="gray", lw=0.8, ls=":")
    panels[0].set_ylabel("progression after a year")
    for axes in (left, *panels):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    sys.exit(main())
