"""Where an operation has no derivative."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...numerals import format_short
from ...table.ops import TABLE
from ...table.rules import Rule
from ..flat_graph import Partials
from ..tolerances import BEND, JUMP, KINK_STEP, LEAST_BEND
from . import phrases


def is_at_kink(rule: Rule, numbers: Sequence[float], partials: Partials) -> bool:
    """Whether a local derivative or the result jumps very close to these operands."""
    out = rule.value(*numbers)
    for position, x in enumerate(numbers):
        here = partials[position]
        if here is None or here != here:
            continue
        step = KINK_STEP * (abs(x) if x else 1.0)
        for moved in (x - step, x + step):
            beside = [*numbers[:position], moved, *numbers[position + 1 :]]
            near = rule.value(*beside)
            slope = rule.partials[position](*beside, near)
            if not math.isclose(near, out, rel_tol=JUMP, abs_tol=JUMP):
                return True
            if not math.isclose(slope, here, rel_tol=BEND, abs_tol=LEAST_BEND):
                return True
    return False


def kink_text(rule: Rule, numbers: Sequence[float]) -> str:
    """Where an operation has its kink or jump, and what convention holds there."""
    row = TABLE[rule.name]
    exact = next((kink.why for kink in row.kinks if list(kink.at) == list(numbers)), "")
    point = " and ".join(f"{name} = {format_short(x)}" for name, x in zip(row.operands, numbers))
    kind = "jump" if all(partial == "0" for partial in row.partials) else "kink"
    convention = f" ({exact})" if exact else ""
    return phrases.NO_DERIVATIVE.format(kind=kind, op=row.name, point=point, convention=convention)
