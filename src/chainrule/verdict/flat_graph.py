"""A graph as flat lists, to move a node or to replace local derivatives without touching it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..engine.node import Node
from ..graph.passes import contributions
from ..table.rules import Rule, rule_of
from .measurement import Measurement, measure

Partials = tuple["float | None", ...]
"""The local derivatives of a node; None where nothing flows."""


class FlatGraph:
    """A graph as flat lists, operands before their users and the root last.

    Nudging starts from the numbers in the graph: an edited number keeps its distance from the one
    that its operands give.
    """

    def __init__(self, order: Sequence[Node]) -> None:
        self.nodes = list(order)
        self.index = {node: index for index, node in enumerate(self.nodes)}
        self.operands = [tuple(self.index[x] for x in node._operands) for node in self.nodes]
        # None for a leaf, and for an operation without a formula
        self.rules: list[Rule | None] = [rule_of(node) for node in self.nodes]
        self.numbers = [float(node.data) for node in self.nodes]
        self.shifts: dict[int, float] = {}  # the distances of edited numbers
        for index, rule in enumerate(self.rules):
            if rule is not None:
                out, number = rule.value(*self.inputs(index)), self.numbers[index]
                if not (out == number or (out != out and number != number)):
                    self.shifts[index] = number - out

    def inputs(self, index: int) -> list[float]:
        """The numbers of a node's operands."""
        return [self.numbers[x] for x in self.operands[index]]

    def above(self, index: int) -> list[int]:
        """The indices of the nodes that depend on this one, in order."""
        moved, above = {index}, []
        for later in range(index + 1, len(self.nodes)):
            if any(x in moved for x in self.operands[later]):
                moved.add(later)
                above.append(later)
        return above

    def follower(self, index: int, above: Sequence[int]) -> Callable[[float], float]:
        """A function from a number for one node to the root's number; nan where there is none."""
        root = len(self.nodes) - 1

        def follow(x: float) -> float:
            moved = {index: x}
            for later in above:
                rule = self.rules[later]
                if rule is None:
                    return float("nan")
                arguments = [moved.get(o, self.numbers[o]) for o in self.operands[later]]
                moved[later] = rule.value(*arguments) + self.shifts.get(later, 0.0)
            return moved.get(root, self.numbers[root])

        return follow

    def slope(self, index: int, noise: float, above: Sequence[int]) -> Measurement:
        """Nudge one node and measure the slope of the root, which rounding may move by `noise`."""
        return measure(self.follower(index, above), self.numbers[index], noise)

    def recompute(self) -> None:
        """Compute every number anew, as `refresh` would; nan and inf where it would raise."""
        for index, rule in enumerate(self.rules if self.shifts else ()):
            if rule is not None:
                self.numbers[index] = rule.value(*self.inputs(index))

    def gradients(self, partials: Sequence[Partials]) -> list[float]:
        """The gradient of the root with respect to every node, for these local derivatives."""
        gradients = [0.0] * len(self.nodes)
        gradients[-1] = 1.0
        for one in contributions(reversed(self.nodes), lambda node: partials[self.index[node]]):
            gradients[self.index[one.operand]] = one.total
        return gradients
