"""Traverse a graph: its nodes in order, its leaves, its edges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.node import Node, describe, is_value
from ..errors import GraphError, WrongType


def postorder(root: Node) -> list[Node]:
    """Return every node of a graph, operands before their users and the root last.

    Raises:
        WrongType: `root` isn't a Value.
        GraphError: The graph has a cycle.

    Cost: O(nodes) time, no recursion.
    """
    if not is_value(root):
        raise WrongType(f"the root of a graph is a Value, but got {type(root).__name__}.")
    return root._postorder()


def trace(root: Node) -> tuple[set[Node], set[tuple[Node, Node]]]:
    """Return the nodes and the edges (operand, user) of a graph as two sets, as in micrograd."""
    edges = {(operand, node) for node in postorder(root) for operand in node._prev}
    return {root}.union(operand for operand, _ in edges), edges


def leaves(root: Node) -> list[Node]:
    """Return the leaves of a graph in postorder, without constants."""
    return [node for node in postorder(root) if node.kind in ("leaf", "parameter")]


def zero_grad(root: Node) -> None:
    """Reset every gradient in the graph of `root` to the state 'none'."""
    for node in postorder(root):
        node.grad = None


def select_nodes(root: Node, wrt: Any, verb: str) -> list[Node]:
    """Return the nodes of `wrt`, each once; by default all leaves except constants.

    Args:
        root: The root of the graph.
        wrt: None, a Value, or several.
        verb: The participle for the message, such as "moved".

    Raises:
        WrongType: `wrt` is or contains something other than a Value.
        GraphError: A node isn't in the graph, or is a constant.
    """
    if wrt is None:
        return leaves(root)
    if is_value(wrt):
        wrt = [wrt]
    if isinstance(wrt, str) or not isinstance(wrt, Iterable):
        raise WrongType(f"wrt needs one or more Values, but got {type(wrt).__name__}.")
    nodes, known = list(dict.fromkeys(wrt)), set(postorder(root))
    for node in nodes:
        if not is_value(node):
            raise WrongType(f"wrt needs Values, but one entry is {node!r}.")
        if node not in known:
            raise GraphError(f"{describe(node)} is not in the graph of {describe(root)}.")
        if node.kind == "constant":
            raise GraphError(
                f"the constant {node.data} in an expression cannot be {verb}.",
                remedy="make it a leaf: Value(number, label=...)",
            )
    return nodes
