"""Graphs: walks over them, names and scopes in them, and their numbers computed anew."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import local
from typing import Any

from .errors import GraphError, WrongType, calling_line
from .node import PARAMETER, SCOPES, is_value, number, scope_number
from .rules import RULES, result, rule_of
from .twin import Value, set_hooks, set_scope


def postorder(root: Any) -> list[Any]:
    """Return every node of a graph, operands before their users and the root last.

    Raises:
        WrongType: root is no Value.
        GraphError: The graph has a cycle.

    Cost: O(nodes) time, no recursion.
    """
    if not is_value(root):
        raise WrongType(f"a graph is given by its root, a Value, but got {type(root).__name__}.")
    return root._postorder()  # type: ignore[no-any-return]  # either engine returns a list


def trace(root: Any) -> tuple[set[Any], set[tuple[Any, Any]]]:
    """Return the nodes and the edges (operand, user) of a graph as two sets, as micrograd's
    notebook does."""
    nodes = postorder(root)
    return set(nodes), {(operand, node) for node in nodes for operand in node._prev}


def leaves(root: Any) -> list[Any]:
    """Return the leaves that a user made, in the order of the pass; constants are not among
    them."""
    return [node for node in postorder(root) if node.kind in ("leaf", "parameter")]


def parameter(data: Any, label: str = "") -> Any:
    """Make a leaf that is to be trained, and is drawn as such.

    Example:
        >>> parameter(0.5, label="w").kind
        'parameter'
    """
    made = Value(data, label=label) if label else Value(data)
    made._kind = PARAMETER
    return made


def zero_grad(root: Any) -> None:
    """Forget every gradient in the graph of `root`: each one's state becomes 'none'."""
    for node in postorder(root):
        node.grad = None


def label_all(names: Mapping[str, Any]) -> None:
    """Give every Value that has no label the name of its variable: `label_all(locals())`.

    Where two names mean one Value, the first one stays. Names that begin with an underscore are
    passed over.
    """
    for name, x in list(names.items()):
        if is_value(x) and x.label == "" and not name.startswith("_"):
            x.label = name


_thread = local()  # .scope: the index in SCOPES of the innermost one that is open


class scope:  # it is used like a function: with scope("layer 1"):
    """Note a name on every node made inside the `with` block; pictures draw a box around them.

    Scopes nest, each thread has its own, and one object can be entered again and again.

    Args:
        name: Any text.

    Example:
        >>> with scope("layer 1"):
        ...     v = Value(1.0)
        >>> v.scope
        ('layer 1',)
    """

    __slots__ = ("_outer", "name")

    def __init__(self, name: str) -> None:
        self.name = str(name)
        self._outer: list[int] = []

    def __enter__(self) -> None:
        outer = getattr(_thread, "scope", 0)
        self._outer.append(outer)
        _enter(scope_number((*SCOPES[outer], self.name)))

    def __exit__(self, *_: object) -> None:
        _enter(self._outer.pop())


def _enter(number: int) -> None:
    _thread.scope = number
    set_scope(number)


_debugging = 0  # how many blocks are open


@contextmanager
def debug() -> Iterator[None]:
    """Note the source line of every node made inside the block, and warn of likely mistakes.

    Warned of: `value == number`, which compares identity and is always False; and an attribute that
    makes a node remember a result computed from it, a cycle that keeps both alive for ever.

    A node's line is read with `made_at`.
    """
    global _debugging
    _debugging += 1
    set_hooks(_note_line, _warn_comparison, _warn_cycle)
    try:
        yield
    finally:
        _debugging -= 1
        if not _debugging:
            set_hooks(None, None, None)


def is_debugging() -> bool:
    """Whether this runs inside a `debug` block."""
    return _debugging > 0


def _note_line(node: Any) -> None:
    node._made_at = calling_line()


def _warn_comparison(other: Any) -> None:
    if isinstance(other, (int, float)):
        warnings.warn(
            f"{calling_line()}: a Value is compared with {other!r} by ==, which is always False; "
            "compare its .data",
            stacklevel=3,
        )


def _warn_cycle(node: Any, name: str, x: Any) -> None:
    if is_value(x) and x is not node and any(below is node for below in x._postorder()):
        warnings.warn(
            f"{calling_line()}: .{name} makes a node remember a result computed from it; "
            "both stay in memory until the attribute is deleted",
            stacklevel=3,
        )


def made_at(node: Any) -> str:
    """Return `file:line` where a node was made under `debug`, else an empty string."""
    return getattr(node, "_made_at", "")


# ---- numbers computed anew -----------------------------------------------------------------------


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
    rule = RULES[node._rule]
    operands = node._prev
    arguments = [float(numbers[operand]) for operand in operands]
    out = float(numbers[node])
    partials = [
        None if operand.kind == "constant" else partial(*arguments, out)
        for operand, partial in zip(operands, rule.partials)
    ]
    return tuple(p or None for p in partials) if rule.is_gate else tuple(partials)


def is_stale(node: Any) -> bool:
    """Whether a number was edited since: the node's number is no longer what its operands give."""
    rule = rule_of(node)
    if rule is None:
        return False
    out = rule.value(*(float(operand.data) for operand in node._prev))
    return not (out == node.data or (out != out and node.data != node.data))


def describe(node: Any) -> str:
    """A node in words, for messages: its label, else its operation and number."""
    if node.label != "":
        return repr(str(node.label))
    return f"{node.op or 'leaf'} (data={node.data})"
