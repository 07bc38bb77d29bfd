"""What arrives at each node from those above it, and how far rounding may have moved it."""

from __future__ import annotations

from collections.abc import Sequence

from ..tolerances import AGREEMENT


class Track:
    """Gradients carried down a graph as intervals: a middle and a half-width for each node."""

    def __init__(self, count: int) -> None:
        self.middle = [0.0] * (count - 1) + [1.0]
        self.width = [0.0] * count

    def hand_down(
        self,
        gradient: float,
        width: float,
        operands: Sequence[int],
        partials: Sequence[float | None],
        errors: Sequence[float],
    ) -> None:
        """Add what a node passes on to its operands: its gradient, which may be off by `width`,
        times local derivatives, which may be off by `errors`."""
        for operand, partial, error in zip(operands, partials, errors):
            if partial is not None:
                value = gradient * partial
                self.middle[operand] += value
                self.width[operand] += (
                    abs(partial) * width
                    + abs(gradient) * error
                    + width * error
                    + AGREEMENT * abs(value)
                )
