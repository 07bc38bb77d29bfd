"""Whether a node was computed at a point where its operation has no derivative."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..engine.node import Node
from ..table.rules import RULES, Rule
from .formulas import row_of

STEEP = 1e-6
"""Two numbers a rounding step to the left and right that differ by more than this, relatively, do
not come from a smooth function."""


def kink(node: Node, position: int) -> str:
    """Return whose convention a local derivative is where there is none; else an empty string.

    The operand is moved by one rounding step to either side. Where the result or the local
    derivative jumps, or is no number, the operation has a kink.

    Args:
        node: A node that follows a row of the table.
        position: Which operand, from 0.
    """
    row = row_of(node)
    if row is None or not row.kinks:
        return ""
    numbers = [float(operand.data) for operand in node._prev]
    if not all(map(math.isfinite, numbers)) or not _is_rough(RULES[node._rule], numbers, position):
        return ""
    given = node._local_grads[position]
    for known in row.kinks:
        if known.partials[position] == given or (given != given != known.partials[position]):
            return known.why
    return row.kinks[0].why


def _is_rough(rule: Rule, numbers: Sequence[float], position: int) -> bool:
    """Whether the operation is not smooth here, as one operand moves."""
    here = _at(rule, numbers, position)
    if not math.isfinite(here[1]):
        return True
    sides = []
    for direction in (-math.inf, math.inf):
        moved = list(numbers)
        moved[position] = math.nextafter(moved[position], direction)
        value, slope = _at(rule, moved, position)
        if not math.isfinite(value):
            continue
        step = abs(moved[position] - numbers[position])
        if abs(value - here[0]) > STEEP * max(abs(value), abs(here[0])) + 4 * abs(here[1]) * step:
            return True
        sides.append(slope)
    rough = [abs(slope - here[1]) for slope in sides if math.isfinite(slope)]
    return any(gap > STEEP * max(1e-3, abs(here[1])) for gap in rough) or len(rough) < len(sides)


def _at(rule: Rule, numbers: Sequence[float], position: int) -> tuple[float, float]:
    out = rule.value(*numbers)
    return out, rule.partials[position](*numbers, out)
