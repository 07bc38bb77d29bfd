"""What a number's digits leave open: how far the number that was rounded may lie from it."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ..tolerances import AGREEMENT, COARSE, FEWEST_DECIMALS, FULL_DIGITS, ROUNDED_DIGITS, SINGLE


def agrees(number: float, expected: float, room: float) -> bool:
    """Whether two numbers are the same, apart from a difference of `room`."""
    if number == expected:
        return True
    if not (math.isfinite(number) and math.isfinite(expected)):
        return False
    return abs(number - expected) <= room + AGREEMENT * max(abs(number), abs(expected))


class Digits(NamedTuple):
    """How somebody rounds, as the rounded numbers of a graph show it.

    Attributes:
        significant: The most significant digits of a rounded number; 0 if none is rounded.
        decimals: The most decimals of a rounded number; 0 if they are too few to tell.
    """

    significant: int = 0
    decimals: int = 0

    def half_width(self, x: float) -> float:
        """How far a number that was rounded to x may lie from it; 0 where x has all its digits.

        Example:
            >>> Digits().half_width(0.5), Digits(5, 4).half_width(0.0012)
            (0.0005, 5e-05)
        """
        digits = written_digits(x)
        if digits >= FULL_DIGITS:
            return SINGLE * abs(x) if _is_single(x) else 0.0
        half = half_unit(x, max(ROUNDED_DIGITS, digits))
        return max(half, self._half_decimal())

    def half_step(self, x: float, width: float = 0.0) -> float:
        """How far x, which may be off by `width`, moves where somebody rounds it like the other
        numbers; 0 where it has no more digits than they.

        Example:
            >>> Digits(3, 2).half_step(1 / 3), Digits(3, 2).half_step(-0.5)
            (0.005, 0.0)
        """
        if not self.significant:
            return 0.0
        half = max(half_unit(x, self.significant), self._half_decimal())
        return 0.0 if width < half and self._is_kept(x) else half

    def _is_kept(self, x: float) -> bool:
        """Whether rounding leaves a number as it is."""
        fits = not self.decimals or written_decimals(x) <= self.decimals
        return math.isfinite(x) and written_digits(x) <= self.significant and fits

    def _half_decimal(self) -> float:
        return float(f"5e{-self.decimals - 1}") if self.decimals else 0.0


def digits_of(inexact: Iterable[float], typed: Iterable[float]) -> Digits:
    """How somebody rounds who wrote these numbers, of which the inexact ones may be rounded.

    0.001 may be 0.0010, with four decimals, unless other numbers have all their digits.
    """
    numbers = [x for x in inexact if math.isfinite(x) and written_digits(x) < FULL_DIGITS]
    if not numbers:
        return Digits()
    decimals = max(map(written_decimals, numbers))
    if decimals < FEWEST_DECIMALS:
        is_full = any(written_digits(x) >= FULL_DIGITS for x in typed)
        decimals = 0 if is_full else FEWEST_DECIMALS
    return Digits(max(ROUNDED_DIGITS, *map(written_digits, numbers)), decimals)


def is_coarse(x: float, exact: float) -> bool:
    """Whether x may be a number that was rounded to fewer digits than a rounded number shows.

    Example:
        >>> is_coarse(2.4, 2.41411), is_coarse(2.41, 2.41411), is_coarse(2.5, 2.41411)
        (True, False, False)
    """
    if written_digits(x) >= ROUNDED_DIGITS:
        return False
    room = min(float(f"5e{-written_decimals(x) - 1}"), COARSE * abs(exact))
    return abs(x - exact) <= room


def digits_needed(x: float, exact: float) -> int:
    """How many digits tell an exact number from x, which it may be rounded to.

    Example:
        >>> digits_needed(0.5, 0.504), digits_needed(0.5, 0.52), digits_needed(1, 0.99998)
        (3, 2, 5)
    """
    most = written_digits(float(f"{exact:.9g}"))
    enough = (n for n in range(ROUNDED_DIGITS, most) if float(f"{exact:.{n}g}") != x)
    return next(enough, most)


def half_unit(x: float, digits: int) -> float:
    """Half a unit of a number's digit, counted from the first that isn't 0; 0 for 0."""
    if not x or not math.isfinite(x):
        return 0.0
    return float(f"5e{_exponent(x) - digits}")


def written_digits(x: float) -> int:
    """How many significant digits a number is written with: 2 for 0.050 and for 120."""
    mantissa = repr(float(x)).lower().split("e")[0].lstrip("-").replace(".", "")
    return max(1, len(mantissa.strip("0")))


def written_decimals(x: float) -> int:
    """How many decimals a number is written with: 3 for 0.052, 5 for 2e-05 and 0 for 120."""
    if not x or not math.isfinite(x):
        return 0
    return max(0, written_digits(x) - 1 - _exponent(x))


def _exponent(x: float) -> int:
    """The power of 10 of the first digit."""
    return Decimal(repr(float(x))).adjusted()


def _is_single(x: float) -> bool:
    """Whether a number is one of single precision."""
    try:
        return bool(struct.unpack("f", struct.pack("f", x))[0] == x)
    except OverflowError:
        return False
