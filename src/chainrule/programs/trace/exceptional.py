"""Results, while a function is recorded, that are not finite, or too large for a whole number."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from types import FrameType

from ...engine.kinds import WHOLE
from ...errors import DomainError
from ...table.ops import TABLE
from ...table.rules import EXACT, RULES, check, holds
from .errors import too_large


def examine(rule: int, operands: Sequence[float], out: float, kind: int) -> None:
    """Examine the exceptional result of an operation.

    Raises:
        NumberError: It is a whole number beyond ±2**53 and comes from finite operands, but not from
            a division by zero.
    """
    row = TABLE[RULES[rule].name]
    if kind != WHOLE or (row.pole and holds(row, row.pole, operands)):
        return
    largest = max(operands, key=abs)
    if all(x - x == 0 for x in operands) and (abs(out) > EXACT or abs(largest) >= EXACT):
        raise too_large(row.name, out, largest)


def warn_unraised(rule: int, operands: Sequence[float], out: float) -> None:
    """Warn where Python would raise: a recorded function goes on with what IEEE 754 says. The line
    is the user's, and the text has no number, so that each line is warned of once."""
    try:
        check(RULES[rule], operands, out)
    except DomainError as error:
        raised = (each for each in (ZeroDivisionError, OverflowError) if isinstance(error, each))
        kind = next(raised, ValueError).__name__
        frame: FrameType | None = sys._getframe(1)
        while frame and frame.f_globals.get("__name__", "").startswith(("chainrule", "numpy")):
            frame = frame.f_back
        if frame is not None:
            warnings.warn_explicit(
                f"Python raises {kind} for {RULES[rule].name} here, but a recorded function goes "
                f"on with {out!r}, as IEEE 754 says: an except for it never runs",
                RuntimeWarning,
                frame.f_code.co_filename,
                frame.f_lineno,
                frame.f_globals.get("__name__"),
                frame.f_globals.setdefault("__warningregistry__", {}),
            )
