"""A backward pass in plain Python that doesn't change the graph: its contributions and their sums.

Explanations, steps, animations and checks read it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..engine.node import Node, describe, has_own_backward
from ..errors import GraphError
from ..table.rules import rule_of
from .evaluation import local_derivatives, recompute
from .traversal import postorder

Partials = Sequence[float | None]


class Contribution(NamedTuple):
    """The term that a node adds to the gradient of one of its operands.

    Attributes:
        node: The node whose gradient is passed on.
        position: The operand's position among the node's operands, from 0.
        operand: The node that receives it.
        partial: The local derivative of the node with respect to the operand.
        upstream: The gradient of the node.
        added: `partial * upstream`.
        total: The operand's sum so far, including this term.
    """

    node: Node
    position: int
    operand: Node
    partial: float
    upstream: float
    added: float
    total: float


def contributions(
    order: Iterable[Node], partials: Callable[[Node], Partials]
) -> Iterator[Contribution]:
    """Yield the contributions of a pass in the order of `backward`.

    Args:
        order: The nodes from the root down, users before their operands.
        partials: Returns the local derivatives of a node, None for an operand that gets nothing. It
            may return an empty sequence if no operand gets anything.

    Cost: O(edges) time, no recursion.
    """
    received: dict[Node, float] = {}
    for node in order:
        if not received:
            received[node] = 1.0
        upstream = received.get(node)
        if upstream is None:
            continue
        for position, (operand, partial) in enumerate(zip(node._operands, partials(node))):
            if partial is None:
                continue
            added = partial * upstream
            total = received[operand] = received.get(operand, 0.0) + added
            yield Contribution(node, position, operand, partial, upstream, added, total)


def gradients(
    root: Node, numbers: Mapping[Node, float] | None = None, wrt: Collection[Node] | None = None
) -> dict[Node, float]:
    """Return the gradient of the root with respect to each node, bit for bit as `backward` does.

    Args:
        root: A Value.
        numbers: The number of every node. By default they are computed from the leaves.
        wrt: The nodes to differentiate with respect to, by default all. Only nodes that depend on
            them are visited.

    Returns:
        The gradient for each of these nodes, 0.0 if nothing arrives.

    Raises:
        GraphError: A node has its own `_backward`, which writes into the graph.
        DomainError: An operation has no real result.

    Cost: O(nodes) time, no recursion.
    """
    order = postorder(root)
    at = recompute(order, {}) if numbers is None else numbers
    users = set(order) if wrt is None else _users(order, set(wrt))
    grads = dict.fromkeys(order, 0.0)
    grads[root] = 1.0
    downward = [node for node in reversed(order) if node in users]
    for one in contributions(downward, lambda node: _partials(node, at)):
        grads[one.operand] = one.total
    return grads if wrt is None else {node: grads[node] for node in wrt}


def _users(order: Iterable[Node], nodes: set[Node]) -> set[Node]:
    """Return the nodes that depend on one of these nodes."""
    users: set[Node] = set()
    for node in order:
        if any(operand in nodes or operand in users for operand in node._operands):
            users.add(node)
    return users


def stored_partials(node: Node) -> Partials:
    """Return a node's local derivatives; an empty sequence if it has its own `_backward`."""
    return () if has_own_backward(node) else node._partials


def _partials(node: Node, numbers: Mapping[Node, float]) -> Partials:
    """Return a node's local derivatives at these numbers."""
    if has_own_backward(node):
        raise GraphError(
            f"{describe(node)} has its own _backward, which writes into the graph.",
            remedy="make the operation with define(name, formula, partials)",
        )
    return local_derivatives(node, numbers) if rule_of(node) else node._partials
