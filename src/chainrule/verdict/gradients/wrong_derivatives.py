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
    """One wrong local derivative, in the operands and `out`."""

    right: str
    kind: str  # "factor" where a constant is missing, else "other"
    written: str
    hint: str  # what went wrong
    condition: str = ""  # where it is a mistake, unless that is everywhere

    @property
    def words(self) -> str:
        """What was written instead of what, and what went wrong."""
        return f"{self.written} instead of {self.right}: {self.hint}"

    @property
    def formula(self) -> str:
        """What was written, as a formula of the table; nan where it is no mistake."""
        return (
            f"{self.written} if {self.condition} else inf - inf" if self.condition else self.written
        )


def _instead_of(right: str, *rows: tuple[str, ...]) -> tuple[WrongDerivative, ...]:
    return tuple(WrongDerivative(right, *row) for row in rows)


WRONG_DERIVATIVES: dict[tuple[str, int], tuple[WrongDerivative, ...]] = {
    ("pow", 0): _instead_of(
        "y * x ** (y - 1)",
        ("factor", "x ** (y - 1)", "the exponent didn't come down in front"),
        ("other", "y * x ** y", "the exponent wasn't lowered"),
        ("other", "y * x", "x lost its exponent"),
        ("other", "y", "the power of x is missing"),
        ("other", "(y - 1) * x ** (y - 1)", "the exponent was lowered too early", "y != 2"),
        (
            "other",
            "y * x ** (y + 1)",
            "one less than a negative exponent is further from 0",
            "y < 0",
        ),
    ),
    ("div", 1): _instead_of(
        "-x / y ** 2",
        ("other", "-x / y", "the divisor wasn't squared"),
        ("other", "-1 / y ** 2", "the numerator is missing"),
    ),
    ("exp", 0): _instead_of(
        "exp(x)", ("other", "x * exp(x - 1)", "the power rule doesn't apply to exponents")
    ),
    ("sqrt", 0): _instead_of("1 / (2 * out)", ("factor", "1 / out", "the 2 is missing")),
    ("sigmoid", 0): _instead_of(
        "out * (1 - out)", ("other", "1 - out", "the factor out is missing")
    ),
    ("tanh", 0): _instead_of(
        "1 - out * out",
        ("other", "1 - out", "out wasn't squared"),
        ("other", "out * out", "it wasn't subtracted from 1"),
    ),
}
"""The wrong derivatives of an operation with respect to an operand, the likeliest first."""


@cache
def wrong_function(op: str, formula: str) -> Callable[..., float]:
    """A wrong local derivative as a function of the operands and the result."""
    names = (*TABLE[op].operands, "out")
    return python_function(parse(formula, names, BUILT_IN), names, FUNCTIONS, IEEEPrinter())
