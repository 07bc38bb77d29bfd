"""The numbers of a graph for one moved node, again and again, without touching the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..table.rules import Rule, rule_of
from .measured import Measured, measure


class Replay:
    """A graph as flat lists, for nudging.

    A number that was edited since it was computed keeps its distance from what its operands give,
    so that the graph is nudged around the numbers that stand in it.

    Attributes:
        nodes: The nodes, operands before their users and the root last.
        place: The place of each node in `nodes`.
        operands: The places of each node's operands.
        rules: How each number follows from those of the operands; None for a leaf and where there
            is no formula.
        numbers: The number of each node, as a float.
        shifts: By how much a number differs from what its operands give, where it does.
    """

    def __init__(self, order: Sequence[Any]) -> None:
        self.nodes = list(order)
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.operands = [tuple(self.place[x] for x in node._prev) for node in self.nodes]
        self.rules: list[Rule | None] = [rule_of(node) for node in self.nodes]
        self.numbers = [float(node.data) for node in self.nodes]
        self.shifts: dict[int, float] = {}
        for place, rule in enumerate(self.rules):
            if rule is not None:
                out = rule.value(*(self.numbers[x] for x in self.operands[place]))
                number = self.numbers[place]
                if not (out == number or (out != out and number != number)):
                    self.shifts[place] = number - out

    def above(self, place: int) -> list[int]:
        """The places of the nodes that are computed from this one, in order."""
        moved, above = {place}, []
        for later in range(place + 1, len(self.nodes)):
            if any(x in moved for x in self.operands[later]):
                moved.add(later)
                above.append(later)
        return above

    def follower(self, place: int, above: Sequence[int]) -> Callable[[float], float]:
        """A function that gives the root's number for another number of one node; nan where that
        cannot be computed."""
        root = len(self.nodes) - 1

        def follow(x: float) -> float:
            moved = {place: x}
            for later in above:
                rule = self.rules[later]
                if rule is None:
                    return float("nan")
                arguments = [moved.get(o, self.numbers[o]) for o in self.operands[later]]
                moved[later] = rule.value(*arguments) + self.shifts.get(later, 0.0)
            return moved.get(root, self.numbers[root])

        return follow

    def slope(self, place: int, noise: float, above: Sequence[int]) -> Measured:
        """Nudge one node and measure how the root follows.

        Args:
            place: The node's place.
            noise: By how much the root may be off from rounding.
            above: What is computed from it, in order.
        """
        return measure(self.follower(place, above), self.numbers[place], noise)

    def from_the_leaves(self) -> list[float]:
        """Every number as `refresh` would compute it; nan and inf where it would raise."""
        numbers = list(self.numbers)
        for place, rule in enumerate(self.rules):
            if rule is not None:
                numbers[place] = rule.value(*(numbers[x] for x in self.operands[place]))
        return numbers
