"""Data sets for a first network: points in the plane, each of one of two classes.

They are drawn with the standard library's `random`, whose numbers stay the same from version to
version, and rounded to three decimals. The rows come in random order, so batches of them can be
taken one after the other.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import DomainError, calling_line, shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

Points = tuple["NDArray[Any]", "NDArray[Any]"]
Draw = Callable[[float, int], tuple[float, float]]
"""From how far along a class a point lies, from 0 to 1, and its class, to its coordinates."""

DIGITS = 3


def moons(count: int = 200, noise: float = 0.12, seed: int = 0) -> Points:
    """Return two half circles that interlock. No straight line separates them.

    Args:
        count: How many points, half of them of each class; at least 2.
        noise: The standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points.

    Returns:
        The points, an array of shape `(count, 2)` within about ±1.8, and their classes, 0 or 1, an
        array of shape `(count,)`.

    Raises:
        DomainError: The count is less than 2, or the noise is negative or not finite.

    Example:
        >>> X, y = moons()
        >>> X.shape, y[:4].tolist(), X[0].tolist()
        ((200, 2), [0, 0, 0, 1], [-0.941, 0.461])
    """

    def point(share: float, label: int) -> tuple[float, float]:
        x, y = math.cos(math.pi * share) - 0.5, math.sin(math.pi * share) - 0.25
        return (-x, -y) if label else (x, y)

    return _points(point, count, noise, seed)


def circles(count: int = 200, noise: float = 0.12, seed: int = 0) -> Points:
    """Return a circle, of class 1, inside another. For arguments and result see `moons`.

    Example:
        >>> X, y = circles(noise=0)
        >>> sorted({round(float(x @ x) ** 0.5, 2) for x in X})
        [0.6, 1.4]
    """

    def point(share: float, label: int) -> tuple[float, float]:
        angle, radius = 2 * math.pi * share, 0.6 if label else 1.4
        return radius * math.cos(angle), radius * math.sin(angle)

    return _points(point, count, noise, seed)


def spiral(count: int = 200, noise: float = 0.05, seed: int = 0) -> Points:
    """Return two spirals that wind once around each other, the hardest of these data sets.
    For arguments and result see `moons`.

    Example:
        >>> X, y = spiral(noise=0)
        >>> round(max(float(x @ x) ** 0.5 for x in X), 1)
        1.6
    """

    def point(share: float, label: int) -> tuple[float, float]:
        angle, radius = math.pi * (2 * share + label), 0.1 + 1.5 * share
        return radius * math.cos(angle), radius * math.sin(angle)

    return _points(point, count, noise, seed)


def xor(count: int = 200, noise: float = 0.3, seed: int = 0) -> Points:
    """Return four clouds around the corners of a square; those at opposite corners are one class.
    For arguments and result see `moons`.

    Example:
        >>> X, y = xor(count=4, noise=0)
        >>> sorted(zip(X.tolist(), y.tolist()))
        [([-1.0, -1.0], 0), ([-1.0, 1.0], 1), ([1.0, -1.0], 1), ([1.0, 1.0], 0)]
    """

    def point(share: float, label: int) -> tuple[float, float]:
        x = 1.0 if share < 0.5 else -1.0
        return x, -x if label else x

    return _points(point, count, noise, seed)


def _points(point: Draw, count: int, noise: float, seed: int) -> Points:
    """Draw points of both classes in turn, and mix them."""
    import numpy as np

    if not hasattr(count, "__index__") or count < 2:
        raise DomainError(
            f"a data set needs a count of at least 2, but got {shorten(count)}.",
            where=calling_line(),
        )
    if not 0 <= noise < math.inf:
        raise DomainError(
            f"a data set needs noise from 0 up, but got {shorten(noise)}.", where=calling_line()
        )
    generator = random.Random(seed)
    rows = []
    for turn in range(count):
        label = turn % 2
        centre = point((turn // 2 + 0.5) / ((count + 1 - label) // 2), label)
        rows.append(([round(generator.gauss(x, noise), DIGITS) for x in centre], label))
    generator.shuffle(rows)
    return np.array([x for x, _ in rows]), np.array([label for _, label in rows])
