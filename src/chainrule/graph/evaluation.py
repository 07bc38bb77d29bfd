"""Recompute the numbers of a graph, for other inputs or after an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..engine.node import Node, describe, is_value, partials_of
from ..engine.numbers import number
from ..errors import GraphError, WrongType
from ..table.rules import RULES, result, rule_of
from .traversal import postorder


def recompute(order: Iterable[Node], inputs: Mapping[Node, float]) -> dict[Node, float]:
    """Return the number of every node for other inputs, without changing the graph.

    Args:
        order: The nodes, operands before their users.
        inputs: The numbers of nodes that aren't computed from their operands.

    Raises:
        DomainError: An operation has no real result at these numbers.
        GraphError: An operation without a formula has an operand that changes.
    """
    numbers: dict[Node, float] = {}
    for node in order:
        if node in inputs:
            numbers[node] = inputs[node]
        elif node._operands and (rule := rule_of(node)):
            numbers[node] = result(rule, [numbers[operand] for operand in node._operands])
        elif all(numbers[operand] == operand.data for operand in node._operands):
            numbers[node] = node.data
        else:
            raise GraphError(
                f"{describe(node)} has no formula, so it cannot be computed for other operands.",
                remedy="build the graph again with the other numbers, or make the operation with "
                "define(name, formula, partials)",
            )
    return numbers


def evaluate(root: Any, changes: Mapping[Any, float] | None = None) -> float:
    """Return the root's number for other inputs, without changing the graph.

    Args:
        root: A Value.
        changes: New numbers for some nodes, by node. Whatever depends on these nodes is recomputed.

    Raises:
        WrongType: A key isn't a Value.
        GraphError: A key isn't in the graph, or an operation without a formula depends on a changed
            node.
        DomainError: An operation has no real result at these numbers.

    Example:
        >>> from chainrule import Value
        >>> a = Value(2.0)
        >>> evaluate(a * a, {a: 3.0})
        9.0
    """
    order = postorder(root)
    return recompute(order, _inputs(order, changes or {}))[root]


def _inputs(order: list[Node], changes: Mapping[Any, float]) -> dict[Node, float]:
    known = set(order)
    for node in changes:
        if not is_value(node):
            raise WrongType(
                f"changes needs Values as keys, but one key is {node!r}.",
                remedy="evaluate(L, {a: 3.0}), where a is the Value itself and not its label",
            )
        if node not in known:
            raise GraphError(
                f"{describe(node)} is not in the graph of the root.",
                remedy="use a node that the root was computed from; trace(root) lists them",
            )
    return {node: number(x, "a changed number") for node, x in changes.items()}


def refresh(root: Any, keep: Iterable[Any] = ()) -> None:
    """Recompute the numbers and local derivatives of a graph after an edit of `.data`.

    If it raises, nothing has changed.

    Args:
        root: A Value.
        keep: Edited inner nodes, which keep their numbers.

    Raises:
        DomainError: An operation has no real result at these numbers.
        GraphError: An operation without a formula has an operand that changes.
    """
    order = postorder(root)
    numbers = recompute(order, _inputs(order, {node: node.data for node in keep}))
    fresh = [(n, local_derivatives(n, numbers) if rule_of(n) else n._partials) for n in order]
    for node, partials in fresh:
        node._rewrite(numbers[node], partials)


def local_derivatives(node: Node, numbers: Mapping[Node, float]) -> tuple[float | None, ...]:
    """Return a node's local derivatives at these numbers; None for an operand that gets nothing."""
    arguments = [float(numbers[operand]) for operand in node._operands]
    return partials_of(RULES[node._rule], node._operands, arguments, float(numbers[node]))


def is_stale(node: Node) -> bool:
    """Whether an edit has made a node's number differ from the result of its operands."""
    rule = rule_of(node)
    if rule is None:
        return False
    out = rule.value(*(float(operand.data) for operand in node._operands))
    return not (out == node.data or (out != out and node.data != node.data))
