"""Whether a node was computed at a point where its operation has no derivative."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..engine.node import Node
from ..table.rules import RULES, Rule
from .formulas import row_of

STEEP = 1e-6
"""A smooth function changes less than this, relatively, over one rounding step."""


def kink(node: Node, position: int) -> str:
    """Return the convention behind a local derivative at a kink; elsewhere an empty string.

    The operand is moved by one rounding step to either side. If the result or the local derivative
    jumps or isn't finite, the operation has a kink.
    """
    row = row_of(node)
    if row is None or not row.kinks:
        return ""
    numbers = [float(operand.data) for operand in node._operands]
    if not all(map(math.isfinite, numbers)) or not _is_rough(RULES[node._rule], numbers, position):
        return ""
    stored = node._partials[position]
    for candidate in row.kinks:
        if candidate.partials[position] == stored or (
            stored != stored != candidate.partials[position]
        ):
            return candidate.why
    return row.kinks[0].why


def _is_rough(rule: Rule, numbers: Sequence[float], position: int) -> bool:
    """Whether the operation isn't smooth in one operand here."""
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
