"""A robot arm with seven joints reaches for a point: least squares with an exact Jacobian.

The arm is ordinary Python, a loop over joints with sin and cos. Seven angles are more than a point
needs, so there are many ways to reach it; each step takes the shortest. The Jacobian has 3 rows and
7 columns. SciPy needs it in each step, and gets it by replay.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.optimize import least_squares

import chainrule as cr
from chainrule import cos, jacobian, sin

# Each joint turns around the z axis of the previous link. What follows is the link itself: up along
# z, out along x, and a twist of the next joint's axis around x (Denavit and Hartenberg's four).
UP = [0.34, 0.0, 0.40, 0.0, 0.40, 0.0, 0.13]
OUT = [0.0, 0.05, 0.0, 0.03, 0.0, 0.02, 0.0]
TWIST = [-1.5708, 1.5708, 1.5708, -1.5708, -1.5708, 1.5708, 0.0]

TARGET = np.array([0.45, 0.30, 0.60])


def turned(a, b, angle):
    """Two axes at right angles, turned in their plane."""
    c, s = cos(angle), sin(angle)
    return [c * i + s * j for i, j in zip(a, b)], [c * j - s * i for i, j in zip(a, b)]


def tip(angles):
    """Where the hand is."""
    place = [0.0, 0.0, 0.0]
    x, y, z = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
    for angle, up, out, twist in zip(angles, UP, OUT, TWIST):
        x, y = turned(x, y, angle)
        place = [p + up * k + out * i for p, k, i in zip(place, z, x)]
        y, z = turned(y, z, twist)
    return place


def main() -> int:
    program = cr.compile(lambda angles: np.array(tip(angles)) - TARGET)
    found = least_squares(program, np.full(7, 0.3), jac=jacobian(program), tr_solver="lsmr")
    reached = np.array(tip(found.x))
    distance = float(np.linalg.norm(reached - TARGET))
    print("angles ", np.round(found.x, 3))
    print("tip    ", reached)
    print("target ", TARGET)
    print(f"distance {distance:.1e} m, expected below 1e-9; {found.nfev} evaluations")
    return not distance < 1e-9


if __name__ == "__main__":
    sys.exit(main())
