"""The data sets of the course: 60 points in the plane, each with a target of −1 or 1."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

Point = list[float]
"""Two coordinates and the target."""

COUNT = 60
SEED = 7


def moons() -> list[Point]:
    """Two half circles that interlock."""
    noise = random.Random(SEED)
    points = []
    for turn in range(COUNT):
        angle = math.pi * (turn // 2 + 0.5) / (COUNT // 2)
        x, y = math.cos(angle), math.sin(angle)
        if turn % 2:
            x, y = 1 - x, 0.5 - y
        points.append(_noisy(noise, 1.25 * (x - 0.5), 1.25 * (y - 0.25), 0.08, 1 - 2 * (turn % 2)))
    return points


def circles() -> list[Point]:
    """A circle around another."""
    noise = random.Random(SEED)
    points = []
    for turn in range(COUNT):
        angle, radius = 2 * math.pi * turn / COUNT, 0.6 if turn % 2 else 1.5
        x, y = radius * math.cos(angle), radius * math.sin(angle)
        points.append(_noisy(noise, x, y, 0.1, 1 if turn % 2 else -1))
    return points


def xor() -> list[Point]:
    """Four clouds; those at opposite corners belong together."""
    noise = random.Random(SEED)
    points = []
    for turn in range(COUNT):
        x, y = 1 - 2 * (turn % 2), 1 - 2 * (turn // 2 % 2)
        points.append(_noisy(noise, x, y, 0.3, -x * y))
    return points


def line() -> list[Point]:
    """Two clouds that a straight line divides."""
    noise = random.Random(SEED)
    points = []
    for turn in range(COUNT):
        sign = 1 - 2 * (turn % 2)
        points.append(_noisy(noise, 0.8 * sign, 0.6 * sign, 0.35, sign))
    return points


def _noisy(noise: random.Random, x: float, y: float, spread: float, target: int) -> Point:
    """A point with a little noise, with three decimals and inside the picture."""
    moved = (max(-1.95, min(noise.gauss(each, spread), 1.95)) for each in (x, y))
    return [*(round(each, 3) for each in moved), target]


DATA: dict[str, Callable[[], list[Point]]] = {
    "moons": moons, "xor": xor, "circles": circles, "line": line,
}  # fmt: skip
