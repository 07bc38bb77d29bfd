"""Walks over a graph: its nodes in order, its leaves, its edges."""

from __future__ import annotations

from ..engine.node import Node, is_value
from ..errors import WrongType


def postorder(root: Node) -> list[Node]:
    """Return every node of a graph, operands before their users and the root last.

    Raises:
        WrongType: root is no Value.
        GraphError: The graph has a cycle.

    Cost: O(nodes) time, no recursion.
    """
    if not is_value(root):
        raise WrongType(f"a graph is given by its root, a Value, but got {type(root).__name__}.")
    return root._postorder()


def trace(root: Node) -> tuple[set[Node], set[tuple[Node, Node]]]:
    """Return the nodes and the edges (operand, user) of a graph as two sets, as micrograd's
    notebook does."""
    nodes = postorder(root)
    return set(nodes), {(operand, node) for node in nodes for operand in node._prev}


def leaves(root: Node) -> list[Node]:
    """Return the leaves that a user made, in the order of the pass; constants are not among
    them."""
    return [node for node in postorder(root) if node.kind in ("leaf", "parameter")]


def zero_grad(root: Node) -> None:
    """Forget every gradient in the graph of `root`: each one's state becomes 'none'."""
    for node in postorder(root):
        node.grad = None
