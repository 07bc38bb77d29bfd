"""What learners write instead of a local derivative, operation by operation.

`ops.py` says what is right; a row here is what stands in notebooks instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple


class Slip(NamedTuple):
    """One wrong local derivative.

    Attributes:
        kind: "factor" where a constant is missing, else "other".
        words: What was written instead of what, and what was forgotten.
        slope: What was written, as a function of the operands and the result; it may raise.
    """

    kind: str
    words: str
    slope: Callable[..., float]


SLIPS: dict[tuple[str, int], tuple[Slip, ...]] = {
    ("pow", 0): (
        Slip(
            "factor",
            "x ** (y - 1) instead of y * x ** (y - 1): the exponent didn't come down in front",
            lambda x, y, out: x ** (y - 1),
        ),
        Slip(
            "other",
            "y * x ** y instead of y * x ** (y - 1): the exponent wasn't lowered",
            lambda x, y, out: y * out,
        ),
        Slip(
            "other",
            "y * x instead of y * x ** (y - 1): x lost its exponent",
            lambda x, y, out: y * x,
        ),
        Slip(
            "other",
            "y instead of y * x ** (y - 1): the power of x is missing",
            lambda x, y, out: y,
        ),
        Slip(
            "other",
            "(y - 1) * x ** (y - 1) instead of y * x ** (y - 1): the exponent was lowered too "
            "early",
            lambda x, y, out: (y - 1) * x ** (y - 1) if y != 2 else math.nan,
        ),
        Slip(
            "other",
            "y * x ** (y + 1) instead of y * x ** (y - 1): one less than a negative "
            "exponent is further from 0",
            lambda x, y, out: y * x ** (y + 1) if y < 0 else math.nan,
        ),
    ),
    ("div", 1): (
        Slip(
            "other",
            "-x / y instead of -x / y ** 2: the divisor wasn't squared",
            lambda x, y, out: -x / y,
        ),
        Slip(
            "other",
            "-1 / y ** 2 instead of -x / y ** 2: the numerator is missing",
            lambda x, y, out: -1 / y**2,
        ),
    ),
    ("exp", 0): (
        Slip(
            "other",
            "x * exp(x - 1) instead of exp(x): the power rule doesn't apply to exponents",
            lambda x, out: x * math.exp(x - 1),
        ),
    ),
    ("sqrt", 0): (
        Slip(
            "factor",
            "1 / out instead of 1 / (2 * out): the 2 is missing",
            lambda x, out: 1 / out,
        ),
    ),
    ("sigmoid", 0): (
        Slip(
            "other",
            "1 - out instead of out * (1 - out): the factor out is missing",
            lambda x, out: 1 - out,
        ),
    ),
    ("tanh", 0): (
        Slip(
            "other",
            "1 - out instead of 1 - out * out: out wasn't squared",
            lambda x, out: 1 - out,
        ),
        Slip(
            "other",
            "out * out instead of 1 - out * out: it wasn't subtracted from 1",
            lambda x, out: out * out,
        ),
    ),
}
"""The slips in an operation's derivative with respect to an operand, the likeliest first."""
