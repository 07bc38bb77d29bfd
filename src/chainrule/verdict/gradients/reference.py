"""What the gradients of a graph should be: a pass along verified local derivatives.

The table's own are trusted; those of an operation made with `define` are measured by nudging, and
those that were written by hand are compared with the table's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from ...engine.node import Node, has_own_backward, partials_of
from ...table.ops import BUILT_IN, OPERANDS, TABLE
from ...table.rules import NUMBER, OWN, RULES, Rule
from ..flat_graph import FlatGraph, Partials
from ..measurement import measure
from ..tolerances import EPSILON, FORMULA_ERROR, MEASURED_ERROR
from .kinks import is_at_kink, kink_text
from .verdict import NOT_COMPARABLE, WRONG, EdgeVerdict


class Reference:
    """The right gradients of a graph, by the indices in `graph`."""

    def __init__(self, order: Sequence[Node]) -> None:
        self.graph = graph = FlatGraph(order)
        self.local = local = _LocalDerivatives(graph)
        sizes = [tuple(p if p is None else abs(p) for p in partials) for partials in local.partials]
        self.expected = graph.gradients(local.partials)
        self.total = graph.gradients(sizes)  # the sums of the contributions' magnitudes
        self.rounding = self._rounding()  # how far off the expected gradients may be
        # for each node that has one, the index of a doubtful operation above it
        self.kinks = _nodes_below(graph, local.kinks)
        self.unknown = _nodes_below(graph, local.unknown)
        self.stale = _nodes_below(graph, local.stale)

    def _rounding(self) -> list[float]:
        """How far rounding inside the formulas may move each gradient."""
        graph, local = self.graph, self.local
        rounding = [0.0] * len(graph.nodes)
        for index in range(len(graph.nodes) - 1, -1, -1):
            edges = zip(graph.operands[index], local.partials[index], local.errors[index])
            for operand, partial, error in edges:
                if partial is not None:
                    moved = abs(partial) * rounding[index] + error * self.total[index]
                    rounding[operand] += moved if math.isfinite(moved) else 0.0
        return rounding

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


class _LocalDerivatives:
    """The right local derivatives of a graph; where they are unknown, the stored ones."""

    def __init__(self, graph: FlatGraph) -> None:
        self._graph = graph
        self.edges: dict[tuple[Node, int], EdgeVerdict] = {}  # those that aren't simply right
        self.kinks: set[int] = set()  # the nodes whose operation is at a kink
        self.unknown: set[int] = set()  # the nodes whose operation has no formula
        self.stale: set[int] = set()  # the nodes with an operand that was edited later
        self.measured: set[tuple[int, int]] = set()  # the edges whose local derivative is measured
        self.partials = [self._verify(index) for index in range(len(graph.nodes))]
        self.errors = [self._rounding(index) for index in range(len(graph.nodes))]

    def _verify(self, index: int) -> Partials:
        """The right local derivatives of a node."""
        graph = self._graph
        node, rule, numbers = graph.nodes[index], graph.rules[index], graph.inputs(index)
        stored: Partials = tuple(node._partials)
        if not numbers:
            return ()
        if rule is None:
            rule = graph.rules[index] = _rule_by_name(node, stored, numbers)
        if rule is None:
            self.unknown.add(index)
            self._note(node, (math.nan,) * len(stored), "no formula")
            return stored
        current = partials_of(rule, node._operands, numbers, graph.numbers[index])
        if node._rule != OWN and not all(map(_is_same, stored, current)):
            self.stale.add(index)
            self._note(node, current, "a value was edited later")
        if rule.name not in BUILT_IN:
            return self._measure(index, rule, current)
        if node._rule == OWN:
            self._compare(node, rule, stored, current)
        if TABLE[rule.name].kinks and is_at_kink(rule, numbers, current):
            self.kinks.add(index)
            self._note(node, current, kink_text(rule, numbers))
        return current

    def _measure(self, index: int, rule: Rule, claimed: Partials) -> Partials:
        """Measure the local derivatives of an operation that the user defined."""
        node, numbers = self._graph.nodes[index], self._graph.inputs(index)
        right = list(claimed)
        for position, partial in enumerate(claimed):
            if partial is None:
                continue

            def value(x: float, i: int = position) -> float:
                return rule.value(*numbers[:i], x, *numbers[i + 1 :])

            nudged = measure(value, numbers[position])
            if nudged.has_value and nudged.has_kink:
                self.kinks.add(index)
            elif nudged.has_value and not nudged.agrees(partial):
                right[position] = nudged.value
                self.measured.add((index, position))
        if index in self.kinks:
            self._note(node, claimed, f"kink: {rule.name} has a kink here")
        else:
            self._compare(node, rule, claimed, tuple(right))
        return tuple(right)

    def _rounding(self, index: int) -> list[float]:
        """How far off each local derivative of a node may be.

        A formula that uses the result, such as 1 - out * out, loses digits where the result was
        rounded to nearly 1.
        """
        graph, errors = self._graph, []
        rule, numbers, out = graph.rules[index], graph.inputs(index), graph.numbers[index]
        for position, partial in enumerate(self.partials[index]):
            size = 0.0 if partial is None else abs(partial)
            error = FORMULA_ERROR * EPSILON * size
            if (index, position) in self.measured:
                error = MEASURED_ERROR * size
            elif partial is not None and rule and _uses_out(rule.name, position):
                for moved in (out * (1 - 2 * EPSILON), out * (1 + 2 * EPSILON)):
                    off = abs(rule.partials[position](*numbers, moved) - partial)
                    error = max(error, off) if off < math.inf else error
            errors.append(error)
        return errors

    def _note(self, node: Node, partials: Partials, why: str) -> None:
        """Note that the local derivatives of a node cannot be compared."""
        for position, (operand, partial) in enumerate(zip(node._operands, partials)):
            if operand.kind != "constant":
                expected, stored = math.nan if partial is None else partial, node._partials
                self._add(node, position, NOT_COMPARABLE, stored[position], expected, "", why)

    def _compare(self, node: Node, rule: Rule, stored: Partials, right: Partials) -> None:
        """Note the local derivatives that are not what they should be."""
        for position, (partial, expected) in enumerate(zip(stored, right)):
            x = partial or 0.0
            if expected is None or math.isclose(x, expected, rel_tol=1e-6, abs_tol=1e-12):
                continue
            what = f"local derivative of {rule.name} with respect to {OPERANDS[position]}"
            mistake = f"The {what} is wrong."
            if math.isclose(x, -expected, rel_tol=1e-6):
                mistake = f"The sign of the {what} is flipped."
            self._add(node, position, WRONG, partial, expected, mistake)

    def _add(self, node: Node, position: int, *verdict: Any) -> None:
        self.edges[node, position] = EdgeVerdict(node, node._operands[position], position, *verdict)


@cache
def _uses_out(op: str, position: int) -> bool:
    """Whether the formula of a local derivative uses the result."""
    return "out" in TABLE[op].partials[position]


def _is_same(x: float | None, y: float | None) -> bool:
    return x == y or (x is not None and y is not None and x != x and y != y)


def _rule_by_name(node: Node, stored: Partials, numbers: list[float]) -> Rule | None:
    """The rule of a node made by hand, if its symbol, number and local derivatives fit one."""
    if not node.op or has_own_backward(node) or all(partial is None for partial in stored):
        return None
    for rule in (RULES[NUMBER[row.name]] for row in list(TABLE.values()) if row.eager):
        if node.op in (rule.name, rule.symbol) and len(rule.partials) == len(numbers):
            out = rule.value(*numbers)
            return rule if math.isclose(out, node.data, rel_tol=1e-9, abs_tol=1e-12) else None
    return None
