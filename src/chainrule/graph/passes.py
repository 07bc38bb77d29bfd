"""A backward pass that leaves no trace in the graph: its contributions, and the gradients they add
up to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..engine.node import describe, has_own_backward, is_value
from ..errors import GraphError, WrongType
from ..table.rules import rule_of
from .evaluation import local_derivatives, recompute
from .traversal import leaves, postorder

Partials = Sequence[float | None]


class Contribution(NamedTuple):
    """One edge of a pass: what a node adds to the gradient of one of its operands.

    Attributes:
        node: The node that passes its gradient on.
        place: Which of its operands it is, from 0.
        operand: The node that receives.
        partial: The local derivative of the node by the operand.
        upstream: The gradient of the node.
        added: `partial * upstream`.
        total: What the operand has received so far, with this.
    """

    node: Any
    place: int
    operand: Any
    partial: float
    upstream: float
    added: float
    total: float


def contributions(
    order: Iterable[Any], partials: Callable[[Any], Partials]
) -> Iterator[Contribution]:
    """Yield the contributions of a pass, one after the other, in the order of `backward`.

    Args:
        order: The nodes from the root down, users before their operands; the root is the first.
        partials: The local derivatives of a node; None where nothing flows, empty where nothing
            flows at all.

    Cost: O(edges) time, no recursion.
    """
    received: dict[Any, float] = {}
    for node in order:
        if not received:
            received[node] = 1.0
        upstream = received.get(node)
        if upstream is None:
            continue
        for place, (operand, partial) in enumerate(zip(node._prev, partials(node))):
            if partial is None:
                continue
            added = partial * upstream
            total = received[operand] = received.get(operand, 0.0) + added
            yield Contribution(node, place, operand, partial, upstream, added, total)


def gradients(
    root: Any, numbers: Mapping[Any, float] | None = None, wrt: Collection[Any] | None = None
) -> dict[Any, float]:
    """Return the gradient of the root by nodes below it; nothing stored in the graph changes.

    The contributions are added in the order of `backward`, so that the digits are those of
    `backward`.

    Args:
        root: A Value.
        numbers: The number of every node, where others than those of the graph are to be used. The
            default computes them anew from the leaves.
        wrt: The nodes whose gradients are wanted; the default is every node. Only what lies above
            them is looked at.

    Returns:
        For each of these nodes its gradient; 0.0 where nothing arrives.

    Raises:
        GraphError: A node passes its gradient on by a function of its own, which writes into the
            graph.
        DomainError: An operation has no real result.

    Cost: O(nodes) time, no recursion.
    """
    order = postorder(root)
    known = recompute(order, {}) if numbers is None else numbers
    passing = set(order) if wrt is None else _above(order, set(wrt))
    grads = dict.fromkeys(order, 0.0)
    grads[root] = 1.0
    down = [node for node in reversed(order) if node in passing]
    for one in contributions(down, lambda node: _partials(node, known)):
        grads[one.operand] = one.total
    return grads if wrt is None else {node: grads[node] for node in wrt}


def _above(order: Iterable[Any], wanted: set[Any]) -> set[Any]:
    """The nodes that use one of the wanted nodes, directly or through others."""
    above: set[Any] = set()
    for node in order:
        if any(operand in wanted or operand in above for operand in node._prev):
            above.add(node)
    return above


def stored_partials(node: Any) -> Partials:
    """Return the local derivatives that a node passes its gradient on by; empty where it does so by
    a function of its own."""
    partials: Partials = () if has_own_backward(node) else node._local_grads
    return partials


def _partials(node: Any, numbers: Mapping[Any, float]) -> Partials:
    """A node's local derivatives at these numbers."""
    if has_own_backward(node):
        raise GraphError(
            f"{describe(node)} has a backward function of its own, which writes into the graph.",
            remedy="make the operation with define(name, formula, partials)",
        )
    if rule_of(node) is None:
        return tuple(node._local_grads)
    return local_derivatives(node, numbers)


def chosen(root: Any, wrt: Any, verb: str) -> list[Any]:
    """Return the nodes that a call is about, each once: `wrt`, or all leaves that a user made.

    Args:
        root: The root of the graph.
        wrt: None, a Value or several.
        verb: What is to be done with them, for the message: "moved".

    Raises:
        WrongType: `wrt` holds something that is no Value.
        GraphError: A node is not in the graph, or is a constant.
    """
    nodes = postorder(root)
    if wrt is None:
        return leaves(root)
    if is_value(wrt):
        wrt = [wrt]
    if isinstance(wrt, str) or not isinstance(wrt, Iterable):
        raise WrongType(f"wrt needs a Value or several, but got {type(wrt).__name__}.")
    wanted = list(dict.fromkeys(wrt))
    known = set(nodes)
    for node in wanted:
        if not is_value(node):
            raise WrongType(f"wrt needs Values, but one entry is {node!r}.")
        if node not in known:
            raise GraphError(f"{describe(node)} is not in the graph of {describe(root)}.")
        if node.kind == "constant":
            raise GraphError(
                f"the constant {node.data} in an expression cannot be {verb}.",
                remedy="make it a leaf: Value(number, label=...)",
            )
    return wanted
