"""Operations that pass practically no gradient on, such as a tanh far from 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ...numerals import format_number
from ...table.ops import TABLE
from ..flat_graph import FlatGraph, Partials
from .units import FAINT, Units, layer_of

FLAT = 1e-7
"""A local derivative below this passes practically nothing on."""


class Finding(NamedTuple):
    """A saturated operation: its index, what is wrong and what to do about it."""

    at: int
    words: str
    remedy: str


class Saturation:
    """The search for saturated operations in one graph."""

    def __init__(
        self,
        graph: FlatGraph,
        partials: Sequence[Partials],
        gradients: Sequence[float],
        units: Sequence[Units],
    ) -> None:
        self.graph = graph
        self.partials = partials
        self.gradients = gradients
        self.units = units

    def at(self, index: int) -> Finding | None:
        """Whether this operation passes no gradient on to any leaf."""
        rule, above = self.graph.rules[index], self.gradients[index]
        partials = [p for p in self.partials[index] if p is not None]
        if rule is None or not partials or above == 0:
            return None
        is_flat = all(abs(p) <= FLAT for p in partials)
        # next to log(0) the gradient above is so large that enough of it gets through
        is_enough = abs(above) * FLAT > 1 and any(abs(p * above) > FLAT for p in partials)
        if (
            not TABLE[rule.name].saturation
            or not is_flat
            or is_enough
            or self._is_felt_elsewhere(index)
        ):
            return None
        slope = format_number(partials[0])
        words = f"{rule.name} passes no gradient on: its local derivative is {slope}."
        return Finding(index, words, self._remedy(index))

    def _remedy(self, index: int) -> str:
        """The table's remedy, with the state of the layer that the operation is in."""
        node = self.graph.nodes[index]
        words, layer = TABLE[node.op].saturation, layer_of(node)
        units = [each for each in self.units if (each.scope, each.op) == (layer, node.op)]
        return f"{words} ({units[0].words})" if layer and units else words

    def _is_felt_elsewhere(self, index: int) -> bool:
        """Whether a leaf below gets a gradient on another path, or no leaf is below."""
        below, sizes = {index}, []
        for lower in range(index, -1, -1):
            if lower in below:
                below.update(self.graph.operands[lower])
                if self.graph.nodes[lower].kind in ("leaf", "parameter"):
                    sizes.append(abs(self.gradients[lower]))
        limit = 10 * FLAT * abs(self.gradients[index])
        return not sizes or not all(size <= limit for size in sizes)

    def gradual(self) -> Finding | None:
        """The first operation on the gradient's way that passes little of it on."""
        last = len(self.graph.nodes) - 1
        reached = {last}
        for index in range(last, -1, -1):
            if index in reached:
                pairs = zip(self.graph.operands[index], self.partials[index])
                reached.update(operand for operand, partial in pairs if partial)
        for index in sorted(reached):
            rule = self.graph.rules[index]
            if rule is None or not TABLE[rule.name].saturation:
                continue
            for position, partial in enumerate(self.partials[index]):
                inputs = self.graph.inputs(index)
                inputs[position] = 0.0
                at_zero = rule.partials[position](*inputs, rule.value(*inputs))
                if partial is not None and abs(partial) < FAINT * abs(at_zero) < math.inf:
                    words = (
                        f"{rule.name} is saturated, and the gradients vanish: its local derivative "
                        f"is {format_number(partial)}, compared with {format_number(at_zero)} at 0."
                    )
                    return Finding(index, words, self._remedy(index))
        return None
