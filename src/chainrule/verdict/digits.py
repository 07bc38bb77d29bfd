"""Whether a gradient is the number that it should be, as far as it was written."""

from __future__ import annotations

import math

NEAR = 1e-9
"""Two ways of computing one number agree at least to this relative difference."""
TYPED = 1e-6
"""What was written by hand, pasted from single precision perhaps, agrees to this."""
ROUGH = {1: 1e-3, 2: 2e-2}
"""How far rounding to one or two digits may lead away; with more digits, rounding itself says."""


COARSE = 1e-3
"""A rounding that leads further away than this may be a mistake that happens to look like one."""


def agrees(found: float, expected: float, slack: float, typed: bool) -> bool:
    """Whether two numbers are the same up to rounding.

    Args:
        found: The number that is judged.
        expected: What it should be.
        slack: An absolute difference that does not count.
        typed: Whether it was written by hand, so that it may be rounded to the digits it has.
    """
    if found == expected:
        return True
    if not (math.isfinite(found) and math.isfinite(expected)):
        return False
    near = TYPED if typed else NEAR
    if abs(found - expected) <= slack + near * max(abs(found), abs(expected)):
        return True
    return typed and is_rounded(found, expected)


def is_rounded(found: float, expected: float) -> bool:
    """Whether a number is another one rounded to the digits that it is written with.

    Example:
        >>> is_rounded(0.5, 0.50007), is_rounded(0.33, 1 / 3), is_rounded(0.34, 1 / 3)
        (True, True, False)
    """
    if found == 0 or not (math.isfinite(found) and math.isfinite(expected)):
        return False
    digits = written_digits(found)
    away = abs(found - expected) / abs(found)
    if away > ROUGH.get(digits, 1.0):
        return False
    return float(f"{expected:.{digits - 1}e}") == float(found)


def written_digits(x: float) -> int:
    """How many significant digits a number is written with: 2 for 0.050 and for 120."""
    mantissa = repr(float(x)).lower().split("e")[0].lstrip("-").replace(".", "")
    return max(1, len(mantissa.strip("0")))
