"""The numbers of a graph computed anew, for other inputs or after an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..engine.node import describe, is_value, partials_of
from ..engine.numbers import number
from ..errors import GraphError, WrongType
from ..table.rules import RULES, result, rule_of
from .traversal import postorder


def recompute(order: Iterable[Any], given: Mapping[Any, float]) -> dict[Any, float]:
    """Compute the numbers of a graph for other inputs; the graph stays as it is.

    Args:
        order: The nodes, operands before their users.
        given: The numbers of the nodes that are not computed from their operands.

    Returns:
        The number of every node.

    Raises:
        DomainError: An operation has no real result there.
        GraphError: An operation without a formula would have to be computed anew.
    """
    numbers: dict[Any, float] = {}
    for node in order:
        if node in given:
            numbers[node] = given[node]
            continue
        operands = node._prev
        if not operands:
            numbers[node] = node.data
            continue
        rule = rule_of(node)
        if rule is not None:
            numbers[node] = result(rule, [numbers[operand] for operand in operands])
        elif all(numbers[operand] == operand.data for operand in operands):
            numbers[node] = node.data
        else:
            raise GraphError(
                f"{describe(node)} has no formula, so it cannot be computed for other operands.",
                remedy="make it with define(name, formula, partials)",
            )
    return numbers


def evaluate(root: Any, changes: Mapping[Any, float] | None = None) -> float:
    """Return what the root's number is for other inputs; the graph stays untouched.

    Args:
        root: A Value.
        changes: For a node the number it should have. An inner node keeps it, and what lies above
            is computed anew.

    Returns:
        The root's number.

    Raises:
        WrongType: A key is no Value.
        GraphError: A key is not in the graph, or an operation without a formula lies above a
            changed node.
        DomainError: An operation has no real result there.

    Example:
        >>> from chainrule import Value
        >>> a = Value(2.0)
        >>> evaluate(a * a, {a: 3.0})
        9.0
    """
    order = postorder(root)
    return recompute(order, _given(order, changes or {}))[root]


def _given(order: list[Any], changes: Mapping[Any, float]) -> dict[Any, float]:
    known = set(order)
    given: dict[Any, float] = {}
    for node, x in changes.items():
        if not is_value(node):
            raise WrongType(
                f"changes are given for Values, but one key is {node!r}.",
                remedy="evaluate(L, {a: 3.0}) with the Value a itself, not its label",
            )
        if node not in known:
            raise GraphError(
                f"{describe(node)} is not in the graph of the root.",
                remedy="give a node that the root was computed from; trace(root) lists them",
            )
        given[node] = number(x, "a changed number")
    return given


def refresh(root: Any, keep: Iterable[Any] = ()) -> None:
    """Compute the numbers and local derivatives of a graph anew, after `.data` of a node was
    edited.

    Args:
        root: A Value.
        keep: Edited inner nodes that are to keep their number.

    Raises:
        DomainError: An operation has no real result there; nothing is changed.
        GraphError: An operation without a formula would have to be computed anew; nothing is
            changed.
    """
    order = postorder(root)
    given = _given(order, {node: node.data for node in keep})
    numbers = recompute(order, given)
    fresh = [(n, local_derivatives(n, numbers) if rule_of(n) else n._local_grads) for n in order]
    for node, partials in fresh:
        node._rewrite(numbers[node], partials)


def local_derivatives(node: Any, numbers: Mapping[Any, float]) -> tuple[float | None, ...]:
    """The local derivatives of a node for other numbers of it and its operands; None where nothing
    flows."""
    operands = node._prev
    arguments = [float(numbers[operand]) for operand in operands]
    return partials_of(RULES[node._rule], operands, arguments, float(numbers[node]))


def is_stale(node: Any) -> bool:
    """Whether a number was edited since: the node's number is no longer what its operands give."""
    rule = rule_of(node)
    if rule is None:
        return False
    out = rule.value(*(float(operand.data) for operand in node._prev))
    return not (out == node.data or (out != out and node.data != node.data))
