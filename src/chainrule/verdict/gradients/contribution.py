"""What arrives at a node on each path, and what arrives there by mistake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ...table.ops import TABLE
from ...table.rules import Rule
from ..tolerances import AGREEMENT


class Contribution(NamedTuple):
    """What one use of a node adds to its gradient."""

    user: str  # the name of the node that uses it
    above: float  # the gradient of that node
    partial: float
    rule: Rule | None
    position: int  # which operand the node is
    numbers: tuple[float, ...]  # the operands
    out: float
    spread: float = 0.0  # how far rounding may move it, relative to its size

    @property
    def value(self) -> float:
        """What arrives on this path."""
        return self.partial * self.above

    @property
    def text(self) -> str:
        """The formula of the local derivative; empty where there is none."""
        return TABLE[self.rule.name].partials[self.position] if self.rule else ""


class Mistake(NamedTuple):
    """One way to go wrong, and the gradient that it gives."""

    kind: str
    cause: str  # a sentence that holds at any numbers
    terms: Sequence[float]  # the gradient is their sum
    text: str = ""  # the cause with the numbers and names of this case, if it has any
    is_telling: bool = True  # worth mentioning beside another mistake

    @property
    def gradient(self) -> float:
        """The gradient that it gives."""
        return total(self.terms)

    @property
    def size(self) -> float:
        """The sum of the sizes of its terms."""
        return total([abs(term) for term in self.terms])

    @property
    def cancels_out(self) -> bool:
        """Whether the gradient is 0 because of what happens to be there."""
        is_left_out = self.kind in ("zero", "missing path")
        return not is_left_out and abs(self.gradient) <= AGREEMENT * self.size

    @property
    def sentence(self) -> str:
        """The mistake in a sentence, with numbers and names if it has any."""
        return self.text or self.cause


Parts = Sequence[Contribution]


def total(values: Sequence[float]) -> float:
    """The sum, added up from the left."""
    out = 0.0
    for value in values:
        out += value
    return out


def instead(parts: Parts, index: int, value: float) -> list[float]:
    """What arrives, with one contribution replaced."""
    return [value if i == index else part.value for i, part in enumerate(parts)]


def quotient(x: float, y: float) -> float:
    """x / y; nan where y is 0."""
    return x / y if y else math.nan
