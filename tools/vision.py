"""How far two colours are apart, also for eyes that lack one kind of cones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chainrule.design.contrast import channels, linear

EYES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What each kind of eyes makes of linear red, green and blue.

Source: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE TVCG 15 (2009), supplementary tables, severity 1.0.
"""

_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)
"""Linear sRGB as CIE XYZ, and its white, D65. Source: IEC 61966-2-1."""


def distance(one: str, two: str, eye: str = "normal") -> float:
    """The distance of two colours in CIELAB, as an eye sees them.

    Source: CIE 15:2004, section 8.2.1.
    """
    return math.dist(lab(seen(one, eye)), lab(seen(two, eye)))


def seen(colour: str, eye: str) -> list[float]:
    """The linear channels that an eye makes of a colour."""
    light = _times(EYES[eye], linear(channels(colour)))
    return [min(max(x, 0.0), 1.0) for x in light]


def lab(light: Sequence[float]) -> tuple[float, float, float]:
    """Linear channels as lightness, from green to red, and from blue to yellow."""
    x, y, z = (_root(part / white) for part, white in zip(_times(_XYZ, light), _WHITE))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(x: float) -> float:
    return x ** (1 / 3) if x > 216 / 24389 else (24389 / 27 * x + 16) / 116


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]
