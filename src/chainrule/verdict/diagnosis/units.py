"""Activations that pass no gradient on, counted by layer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...engine.node import Node
from ...table.ops import TABLE
from ...table.rules import Rule, rule_of
from ..flat_graph import FlatGraph, Partials

FAINT = 0.05
"""An activation is saturated if its local derivative is below this fraction of that at 0."""


class Units(NamedTuple):
    """The activations of one kind in one layer.

    Attributes:
        scope: The layer's name, such as "layer 1"; empty outside of any scope.
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


class Unit(NamedTuple):
    """One activation of a network, over rows of data.

    Attributes:
        layer: The layer that it is in, such as "layer 1".
        name: Its name in the layer, such as "neuron 3".
        op: The activation, such as "tanh".
        flat: In what share of the rows it is saturated, or off in the case of relu; from 0 to 1.
    """

    layer: str
    name: str
    op: str
    flat: float

    @property
    def state(self) -> str:
        """ "dead" for a relu that is off in every row, "saturated" for another activation that is
        saturated in 95 % of them; else empty."""
        if self.op == "relu":
            return "dead" if self.flat == 1 else ""
        return "saturated" if self.flat >= MOST else ""


MOST = 0.95
"""A unit is called saturated if it is in this share of the rows."""

ACTIVATIONS = ("tanh", "sigmoid", "relu", "elu", "selu", "gelu", "silu", "softplus", "erf", "atan")


def activations(nodes: Iterable[Node]) -> dict[tuple[str, str], list[Node]]:
    """The activations of a graph by layer and kind, in the order of the computation.

    The layer is the scope, without a single neuron's own: "layer 1" for "layer 1 / neuron 3".
    """
    layers: dict[tuple[str, str], list[Node]] = {}
    for node in nodes:
        rule = rule_of(node)
        if rule is not None and rule.name in ACTIVATIONS and rule.name in TABLE:
            layers.setdefault((layer_of(node), rule.name), []).append(node)
    return layers


def layer_of(node: Node) -> str:
    """The layer in which a node was made; empty outside of any scope."""
    *layer, last = ("", *node.scope)
    parts = layer if is_neuron(last) else [*layer, last]
    return " / ".join(part for part in parts if part)


def is_neuron(name: str) -> bool:
    """Whether a scope holds a single neuron."""
    return name.startswith("neuron ")


def faint_below(rule: Rule, inputs: Sequence[float]) -> float:
    """The size below which the local derivative of an activation passes on hardly anything."""
    if rule.name == "relu":
        return math.ulp(0.0)
    inputs = [0.0, *inputs[1:]]
    return FAINT * abs(rule.partials[0](*inputs, rule.value(*inputs)))


def count_units(graph: FlatGraph, partials: Sequence[Partials]) -> tuple[Units, ...]:
    """The activations of a graph by layer and kind, in the order of the computation."""
    counts = []
    for (layer, op), nodes in activations(graph.nodes).items():
        flat = sum(_is_faint(graph, partials, graph.index[node]) for node in nodes)
        counts.append(Units(layer, op, len(nodes), flat))
    return tuple(counts)


def _is_faint(graph: FlatGraph, partials: Sequence[Partials], index: int) -> bool:
    """Whether an activation passes on little of what it passes on at 0."""
    rule, partial = graph.rules[index], partials[index][0]
    if rule is None or partial is None:
        return False
    return abs(partial) < faint_below(rule, graph.inputs(index))
