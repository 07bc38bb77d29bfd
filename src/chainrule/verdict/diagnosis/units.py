"""Activations that pass no gradient on, counted by the scope in which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...table.ops import TABLE
from ..flat_graph import FlatGraph, Partials

FAINT = 0.05
"""An activation is saturated if its local derivative is below this fraction of that at 0."""


class Units(NamedTuple):
    """The activations of one kind in one scope.

    Attributes:
        scope: The scope's name, such as "layer 1"; empty outside of any.
        op: The activation, such as "tanh".
        total: How many there are.
        flat: How many are saturated, or off in the case of relu.
    """

    scope: str
    op: str
    total: int
    flat: int

    @property
    def words(self) -> str:
        """For example 'layer 1: 3 of 4 tanh are saturated'."""
        state = "off" if self.op == "relu" else "saturated"
        where = f"{self.scope}: " if self.scope else ""
        verb = "is" if self.flat == 1 else "are"
        return f"{where}{self.flat} of {self.total} {self.op} {verb} {state}"


ACTIVATIONS = ("tanh", "sigmoid", "relu", "elu", "selu", "gelu", "silu", "softplus", "erf", "atan")


def is_faint(graph: FlatGraph, partials: Sequence[Partials], index: int) -> bool:
    """Whether an activation passes on little of what it passes on at 0."""
    rule, partial = graph.rules[index], partials[index][0]
    if rule is None or partial is None:
        return False
    if rule.name == "relu":
        return partial == 0
    inputs = [0.0, *graph.inputs(index)[1:]]
    return abs(partial) < FAINT * abs(rule.partials[0](*inputs, rule.value(*inputs)))


def count_units(graph: FlatGraph, partials: Sequence[Partials]) -> tuple[Units, ...]:
    """The activations of a graph by scope and kind, in the order of the computation."""
    counts: dict[tuple[str, str], list[int]] = {}
    for index, (node, rule) in enumerate(zip(graph.nodes, graph.rules)):
        if rule is not None and rule.name in ACTIVATIONS and rule.name in TABLE:
            entry = counts.setdefault((" / ".join(node.scope), rule.name), [0, 0])
            entry[0] += 1
            entry[1] += is_faint(graph, partials, index)
    return tuple(Units(scope, op, *entry) for (scope, op), entry in counts.items())
