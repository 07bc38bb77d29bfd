"""What the gradients of a graph should be: a pass along verified local derivatives."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...engine.node import Node
from ..flat_graph import FlatGraph
from ..tolerances import EPSILON
from .local_derivatives import LocalDerivatives


class Reference:
    """The right gradients of a graph, by the indices in `graph`."""

    def __init__(self, order: Sequence[Node]) -> None:
        self.graph = graph = FlatGraph(order)
        self.local = local = LocalDerivatives(graph)
        sizes = [tuple(p if p is None else abs(p) for p in partials) for partials in local.partials]
        self.expected = graph.gradients(local.partials)
        self.total = graph.gradients(sizes)  # the sums of the contributions' magnitudes
        # for a node the index of a doubtful operation above it
        self.kinks = _nodes_below(graph, local.kinks)
        self.unknown = _nodes_below(graph, local.unknown)
        self.stale = _nodes_below(graph, local.stale)

    def noise(self) -> float:
        """By how much rounding inside the graph may move the root."""
        sizes = zip(self.expected, self.graph.numbers, self.graph.operands)
        parts = (abs(grad * number) for grad, number, operands in sizes if operands)
        return EPSILON / 2 * math.fsum(part for part in parts if part < math.inf)


def _nodes_below(graph: FlatGraph, doubtful: set[int]) -> dict[int, int]:
    """For each node below a doubtful operation, which operation that is."""
    below: dict[int, int] = {}
    for index in range(len(graph.nodes) - 1, -1, -1) if doubtful else ():
        source = index if index in doubtful else below.get(index)
        if source is not None:
            for operand in graph.operands[index]:
                below.setdefault(operand, source)
    return below
