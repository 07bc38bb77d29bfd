"""Whether a gradient is the number that it should be, as far as it was written."""

from __future__ import annotations

import math
import struct

from ..tolerances import AGREEMENT, ROUNDED_DIGITS, SHORT_DIGITS, SINGLE


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
    if abs(found - expected) <= slack + AGREEMENT * max(abs(found), abs(expected)):
        return True
    return typed and (is_rounded(found, expected) or _is_single(found, expected))


def is_rounded(found: float, expected: float) -> bool:
    """Whether a number is another one rounded to the digits that it is written with, three at
    least. Short and whole numbers are not rounded.

    Example:
        >>> is_rounded(0.5, 0.5000706), is_rounded(0.333, 1 / 3), is_rounded(0.33, 1 / 3)
        (True, True, False)
        >>> is_rounded(20680.0, 20679.0)
        False
    """
    if not (found and expected and math.isfinite(found) and math.isfinite(expected)):
        return False
    if written_digits(expected) <= SHORT_DIGITS or float(expected).is_integer():
        return False
    digits = max(written_digits(found), ROUNDED_DIGITS)
    return float(f"{expected:.{digits - 1}e}") == float(found)


def _is_single(found: float, expected: float) -> bool:
    """Whether a number is another one in single precision."""
    if float(found).is_integer() or abs(found - expected) > SINGLE * abs(expected):
        return False
    try:
        return bool(struct.unpack("f", struct.pack("f", found))[0] == found)
    except OverflowError:
        return False


def written_digits(x: float) -> int:
    """How many significant digits a number is written with: 2 for 0.050 and for 120."""
    mantissa = repr(float(x)).lower().split("e")[0].lstrip("-").replace(".", "")
    return max(1, len(mantissa.strip("0")))
