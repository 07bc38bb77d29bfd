"""Whether one number is another one, rounded to the digits that it is written with."""

from __future__ import annotations

import math
import struct

from ..tolerances import AGREEMENT, ROUNDED_DIGITS, SHORT_DIGITS, SINGLE


def agrees(number: float, expected: float, slack: float, typed: bool) -> bool:
    """Whether two numbers are the same, apart from a difference of `slack`; one that was typed by
    hand may be rounded to the digits that it is written with."""
    if number == expected:
        return True
    if not (math.isfinite(number) and math.isfinite(expected)):
        return False
    if abs(number - expected) <= slack + AGREEMENT * max(abs(number), abs(expected)):
        return True
    return typed and (is_rounded(number, expected) or _is_single(number, expected))


def is_rounded(number: float, expected: float) -> bool:
    """Whether a number is another one rounded to as many digits as it has, at least three. Short
    and whole numbers aren't rounded.

    Example:
        >>> is_rounded(0.5, 0.5000706), is_rounded(0.333, 1 / 3), is_rounded(0.33, 1 / 3)
        (True, True, False)
        >>> is_rounded(20680.0, 20679.0)
        False
    """
    if not (number and expected and math.isfinite(number) and math.isfinite(expected)):
        return False
    if written_digits(expected) <= SHORT_DIGITS or float(expected).is_integer():
        return False
    digits = max(written_digits(number), ROUNDED_DIGITS)
    return float(f"{expected:.{digits - 1}e}") == float(number)


def _is_single(number: float, expected: float) -> bool:
    """Whether a number is another one in single precision."""
    if float(number).is_integer() or abs(number - expected) > SINGLE * abs(expected):
        return False
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:
        return False


def written_digits(x: float) -> int:
    """How many significant digits a number is written with: 2 for 0.050 and for 120."""
    mantissa = repr(float(x)).lower().split("e")[0].lstrip("-").replace(".", "")
    return max(1, len(mantissa.strip("0")))
