"""What learners write instead of a local derivative, operation by operation.

`ops.py` says what is right; an entry here is what stands in notebooks instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ...table.formula import parse
from ...table.ieee import FUNCTIONS
from ...table.ops import BUILT_IN, TABLE
from ...table.printers import IEEEPrinter, python_function


class WrongDerivative(NamedTuple):
    """One wrong local derivative.

    Attributes:
        kind: "factor" where a constant is missing, else "other".
        written: What was written, in the operands and `out`.
        right: What should stand there.
        hint: What was forgotten.
        condition: Where it is a mistake; empty for everywhere.
    """

    kind: str
    written: str
    right: str
    hint: str
    condition: str = ""

    @property
    def words(self) -> str:
        """What was written instead of what, and what was forgotten."""
        return f"{self.written} instead of {self.right}: {self.hint}"

    @property
    def formula(self) -> str:
        """What was written, as a formula of the table; nan where it is no mistake."""
        return (
            f"{self.written} if {self.condition} else inf - inf" if self.condition else self.written
        )


_POWER = "y * x ** (y - 1)"

WRONG_DERIVATIVES: dict[tuple[str, int], tuple[WrongDerivative, ...]] = {
    ("pow", 0): (
        WrongDerivative("factor", "x ** (y - 1)", _POWER, "the exponent didn't come down in front"),
        WrongDerivative("other", "y * x ** y", _POWER, "the exponent wasn't lowered"),
        WrongDerivative("other", "y * x", _POWER, "x lost its exponent"),
        WrongDerivative("other", "y", _POWER, "the power of x is missing"),
        WrongDerivative(
            "other",
            "(y - 1) * x ** (y - 1)",
            _POWER,
            "the exponent was lowered too early",
            "y != 2",
        ),
        WrongDerivative(
            "other",
            "y * x ** (y + 1)",
            _POWER,
            "one less than a negative exponent is further from 0",
            "y < 0",
        ),
    ),
    ("div", 1): (
        WrongDerivative("other", "-x / y", "-x / y ** 2", "the divisor wasn't squared"),
        WrongDerivative("other", "-1 / y ** 2", "-x / y ** 2", "the numerator is missing"),
    ),
    ("exp", 0): (
        WrongDerivative(
            "other", "x * exp(x - 1)", "exp(x)", "the power rule doesn't apply to exponents"
        ),
    ),
    ("sqrt", 0): (WrongDerivative("factor", "1 / out", "1 / (2 * out)", "the 2 is missing"),),
    ("sigmoid", 0): (
        WrongDerivative("other", "1 - out", "out * (1 - out)", "the factor out is missing"),
    ),
    ("tanh", 0): (
        WrongDerivative("other", "1 - out", "1 - out * out", "out wasn't squared"),
        WrongDerivative("other", "out * out", "1 - out * out", "it wasn't subtracted from 1"),
    ),
}
"""The wrong derivatives of an operation with respect to an operand, the likeliest first."""


@cache
def wrong_function(op: str, formula: str) -> Callable[..., float]:
    """A wrong local derivative as a function of the operands and the result."""
    names = (*TABLE[op].operands, "out")
    return python_function(parse(formula, names, BUILT_IN), names, FUNCTIONS, IEEEPrinter())
