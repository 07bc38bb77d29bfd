"""A pendulum's law of motion, recovered from 201 angles, each of them off by about a degree.

Nobody tells the program that it is a pendulum. Seven terms could make up the acceleration; the
swing is integrated by a loop in ordinary Python, and least squares goes right through it, with an
exact Jacobian. Short pieces are fitted first, where no law can diverge, then longer ones, then the
whole. After that the least certain term is left out, again and again. The round with the best
criterion (BIC) gives the law, with its errors, and the law predicts the next ten seconds.

`--picture FILE` draws the swing, the prediction, and how the terms were left out.
"""

from __future__ import annotations

import argparse
import math
import sys

import numpy as np
from scipy.optimize import least_squares
from scipy.signal import savgol_filter

import chainrule as cr
from chainrule import jacobian, sin

SECONDS, STEP, NOISE, SEED = 10, 0.05, 0.02, 0
COUNT = round(SECONDS / STEP)

TERMS = {
    "1": lambda angle, speed: 1.0,
    "θ": lambda angle, speed: angle,
    "sin θ": lambda angle, speed: sin(angle),
    "θ³": lambda angle, speed: angle**3,
    "ω": lambda angle, speed: speed,
    "ω|ω|": lambda angle, speed: speed * abs(speed),
    "ω³": lambda angle, speed: speed**3,
}
TRUTH = {"sin θ": -9.81, "ω": -0.25}  # a rod of one metre, and friction
START = (2.6, 0.0)  # let go at 149 degrees


def swing(law, start, steps, step=STEP):
    """The angles of a motion, by the Runge-Kutta method. Shape `(steps + 1,)`.

    Args:
        law: The coefficient of each term in the acceleration, by its name.
        start: The initial angle and speed.
    """

    def acceleration(angle, speed):
        return sum(factor * TERMS[term](angle, speed) for term, factor in law.items())

    angle, speed = start
    angles = [angle]
    for _ in range(steps):
        a, p = speed, acceleration(angle, speed)
        b, q = speed + step / 2 * p, acceleration(angle + step / 2 * a, speed + step / 2 * p)
        c, r = speed + step / 2 * q, acceleration(angle + step / 2 * b, speed + step / 2 * q)
        d, s = speed + step * r, acceleration(angle + step * c, speed + step * r)
        angle = angle + step / 6 * (a + 2 * b + 2 * c + d)
        speed = speed + step / 6 * (p + 2 * q + 2 * r + s)
        angles.append(angle)
    return angles


def measure(seed):
    """The true angles, including the ones to predict, and the measured ones. The truth is computed
    in steps ten times as fine."""
    exact = np.array(swing(TRUTH, START, 20 * COUNT, STEP / 10)[::10])
    noise = np.random.default_rng(seed).normal(0, NOISE, COUNT + 1)
    return exact, exact[: COUNT + 1] + noise


def fit(angles, law, starts):
    """The best coefficients and starts, for data that is cut in as many pieces as there are starts.

    Returns:
        The law, the starts, the standard errors of the law, the criterion, and the noise.
    """
    length = COUNT // len(starts)

    def residuals(x):
        new = dict(zip(law, x))
        pieces = []
        for i, start in enumerate(x[len(law) :].reshape(-1, 2)):
            last = i == len(starts) - 1
            piece = swing(new, start, length)[: length + last]
            pieces.append(np.array(piece) - angles[i * length : (i + 1) * length + last])
        return np.concatenate(pieces)

    program = cr.compile(residuals)
    found = least_squares(
        program, np.r_[[*law.values()], np.ravel(starts)], jac=jacobian(program), max_nfev=60
    )
    n, k = len(angles), len(found.x)
    noise = math.sqrt(2 * found.cost / (n - k))
    spread = noise * np.sqrt(np.diag(np.linalg.pinv(found.jac.T @ found.jac)))
    criterion = n * math.log(2 * found.cost / n) + k * math.log(n)
    new = dict(zip(law, found.x.tolist()))
    return new, found.x[len(law) :].reshape(-1, 2), spread[: len(law)], criterion, noise


def first_guess(angles):
    """All terms, by linear regression on smoothed slopes; and where ten pieces start."""
    a, b, c = (savgol_filter(angles, 11, 4, deriv=order, delta=STEP) for order in range(3))
    columns = [np.broadcast_to(term(a, b), a.shape)[5:-5] for term in TERMS.values()]
    factors = np.linalg.lstsq(np.array(columns).T, c[5:-5], rcond=None)[0]
    return dict(zip(TERMS, factors)), np.array([a, b]).T[: COUNT : COUNT // 10]


def recover(angles):
    """Leave out one term after another, and return the result of `fit` in every round."""
    law, starts = first_guess(angles)
    for every in (1, 5, 2):  # ten pieces, two, and the whole
        law, starts, *_ = fit(angles, law, starts[::every])
    rounds = []
    while law:
        law, starts, spread, criterion, noise = fit(angles, law, starts)
        rounds.append((law, starts, spread, criterion, noise))
        weakest = min(zip(law, spread), key=lambda each: abs(law[each[0]]) / each[1])[0]
        law = {term: factor for term, factor in law.items() if term != weakest}
    return rounds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="changes nothing: it is quick anyway")
    parser.add_argument("--picture", metavar="FILE", help="picture to draw, such as pendulum.png")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the noise")
    wanted = parser.parse_args()

    exact, angles = measure(wanted.seed)
    rounds = recover(angles)
    print("  BIC   acceleration =")
    for law, _, _, criterion, _ in rounds:
        print(f"{criterion:7.1f} ", " ".join(f"{x:+.3f} {term}" for term, x in law.items()))
    law, starts, spread, _, noise = min(rounds, key=lambda each: each[3])

    print("\nthe law        found              expected")
    far = 0.0
    for (term, factor), error in zip(law.items(), spread):
        far = max(far, abs(factor - TRUTH.get(term, 0.0)) / error)
        print(f"{term:8} {factor:9.4f} ± {error:.4f}   {TRUTH.get(term, 0.0):9.4f}")
    ahead = np.array(swing(law, starts[0], 2 * COUNT))
    off = math.sqrt(((ahead - exact)[COUNT:] ** 2).mean())
    print(f"furthest from the truth: {far:.1f} standard errors, expected below 3")
    print(f"noise {noise:.4f}, expected {NOISE} ± {NOISE / math.sqrt(2 * COUNT) * 3:.3f}")
    print(f"the next {SECONDS} seconds: off by {off:.4f} rad, expected below the noise")
    if wanted.picture:
        draw(exact, angles, ahead, rounds, wanted.picture)
    right = law.keys() == TRUTH.keys() and far < 3 and off < NOISE
    return not (right and abs(noise / NOISE - 1) < 3 / math.sqrt(2 * COUNT))


def draw(exact, angles, ahead, rounds, path) -> None:
    """Draw the swing with ten more seconds, and the criterion from round to round."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(12, 4.4), layout="constrained", width_ratios=[2.1, 1]
    )
    seconds = np.arange(len(exact)) * STEP
    left.axvspan(SECONDS, 2 * SECONDS, color="#f3f0e8")
    left.plot(seconds, np.degrees(exact), color="#bbbbbb", lw=4, label="true angle")
    left.plot(seconds, np.degrees(ahead), color="#1f6fb2", lw=1.5, label="recovered law")
    left.plot(seconds[: COUNT + 1], np.degrees(angles), ".", color="black", ms=4, label="measured")
    left.text(SECONDS + 0.2, -155, "not measured: a prediction", fontsize=11, color="#6b5b2e")
    left.set(xlim=(0, 2 * SECONDS), ylim=(-170, 200), xlabel="seconds", ylabel="angle (degrees)")
    left.legend(frameon=False, loc="upper right", ncols=3)
    best = min(rounds, key=lambda each: each[3])
    formula = " ".join(f"{'−+'[x > 0]} {abs(x):.3f} {term}" for term, x in best[0].items())
    left.set_title(f"The recovered law:  θ'' = {formula}", loc="left")
    worse = [each[3] - best[3] for each in rounds]
    heights = np.arange(len(rounds))[::-1]
    right.hlines(heights, 0, worse, color="#bbbbbb", lw=2)
    colors = ["#d1642e" if each is best else "#555555" for each in rounds]
    right.scatter(worse, heights, color=colors, s=45, zorder=3)
    right.set_xscale("symlog", linthresh=10)
    right.set_xticks([0, 10, 100, 1000], ["0", "10", "100", "1000"])
    right.set(xlim=(-1.5, 5000), xlabel="BIC, above the best")
    right.set_yticks(heights, ["   ".join(each[0]) for each in rounds])
    right.set_title("Terms, round by round", loc="left")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    sys.exit(main())
