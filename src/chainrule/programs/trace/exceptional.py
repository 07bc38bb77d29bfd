"""Results, while a function is recorded, that are not finite, or too large for a whole number."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.kinds import WHOLE
from ...table.ops import TABLE
from ...table.rules import EXACT, RULES, holds
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
