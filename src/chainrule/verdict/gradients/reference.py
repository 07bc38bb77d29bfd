"""What the gradients of a graph should be: the pass along local derivatives that were verified."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...engine.node import Node
from ..flat_graph import FlatGraph, Partials
from ..tolerances import EPSILON
from .local_derivatives import LocalDerivatives
from .verdict import EdgeVerdict


@dataclass(frozen=True)
class Reference:
    """The right gradients of a graph, by the indices in `graph`.

    Attributes:
        graph: The graph as flat lists.
        partials: The local derivatives that hold; where nobody can say, those that are stored.
        edges: The edges that are not simply right.
        expected: The gradient of each node.
        total: The sum of the magnitudes of all contributions to it.
        kinks: For a node the index of an operation above it that stands at a kink.
        unknown: For a node the index of an operation above it that has no formula.
        stale: For a node the index of an operation above it whose operand was edited later.
        is_measured: Whether a local derivative had to be measured, so that digits are lost.
    """

    graph: FlatGraph
    partials: Sequence[Partials]
    edges: Sequence[EdgeVerdict]
    expected: Sequence[float]
    total: Sequence[float]
    kinks: dict[int, int]
    unknown: dict[int, int]
    stale: dict[int, int]
    is_measured: bool

    def noise(self) -> float:
        """By how much rounding inside the graph may move the root."""
        sizes = zip(self.expected, self.graph.numbers, self.graph.operands)
        parts = (abs(grad * number) for grad, number, operands in sizes if operands)
        return EPSILON / 2 * math.fsum(part for part in parts if part < math.inf)


def find_reference(order: Sequence[Node]) -> Reference:
    """Verify every local derivative of a graph, and pass the gradient down along them.

    Cost: O(nodes) time.
    """
    graph = FlatGraph(order)
    local = LocalDerivatives(graph)
    sizes = [tuple(p if p is None else abs(p) for p in partials) for partials in local.partials]
    return Reference(
        graph,
        local.partials,
        local.edges,
        graph.gradients(local.partials),
        graph.gradients(sizes),
        _nodes_below(graph, local.kinks),
        _nodes_below(graph, local.unknown),
        _nodes_below(graph, local.stale),
        local.is_measured,
    )


def _nodes_below(graph: FlatGraph, doubtful: set[int]) -> dict[int, int]:
    """For each node below a doubtful operation, which operation that is."""
    below: dict[int, int] = {}
    for index in range(len(graph.nodes) - 1, -1, -1) if doubtful else ():
        source = index if index in doubtful else below.get(index)
        if source is not None:
            for operand in graph.operands[index]:
                below.setdefault(operand, source)
    return below
