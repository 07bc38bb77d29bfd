"""The errors that an engine raises, in words."""

from __future__ import annotations

from typing import Any

from ..errors import GraphError, NumberError, WrongType, calling_line, shorten, warn
from ..table.rules import RULES
from .node import Node, describe, has_own_backward, is_value
from .numbers import operand_number


def check_subclass(kind: type) -> None:
    """Refuse a subclass of Value whose nodes would be taken for one another.

    Raises:
        WrongType: It compares or hashes otherwise than by identity.
    """
    changed = [name for name in ("__eq__", "__hash__") if kind.__dict__.get(name) is not None]
    if changed:
        raise WrongType(
            f"{kind.__name__} has a {changed[0]} of its own, but a Value is known by its identity.",
            remedy="compare .data, or give the method another name",
        )


def refuse_own_backward(node: Node, purpose: str) -> None:
    """Refuse a node whose backward function would write into the old graph, or is code.

    Raises:
        GraphError: The node has a `_backward` of its own.
    """
    if has_own_backward(node):
        raise GraphError(
            f"{describe(node)} has a _backward of its own, so it cannot be {purpose}.",
            remedy="make the operation with define(name, formula, partials)",
        )


def not_a_function(x: Any) -> WrongType:
    """The error of a `_backward` that cannot be called."""
    return WrongType(f"_backward needs a function, but got {shorten(x)}.")


def wrong_operand(rule: int, operands: tuple[Any, ...]) -> WrongType:
    """The error of an operation on something that isn't a number."""
    strange = next(x for x in operands if not is_value(x) and not _is_number(x))
    return WrongType(
        f"{RULES[rule].name} needs numbers or Values, "
        f"but got {shorten(strange)} of type {type(strange).__name__}."
    )


def _is_number(x: Any) -> bool:
    try:
        return operand_number(x) is not NotImplemented
    except NumberError:  # an int that a recording takes as a float
        return True


def not_a_plain_number() -> WrongType:
    """The error of float(v), which `math.sin(v)` calls too."""
    return WrongType(
        "a plain number is needed, but got a Value.",
        remedy="use chainrule.sin(v) instead of math.sin(v), and so on; or v.data for the number",
    )


def warn_of_loss(node: Node) -> None:
    """Warn that a gradient reached an operation made by hand and goes no further."""
    where = calling_line()
    warn(
        f"{where + ': ' if where else ''}the gradient stops at {describe(node)}, which has "
        "operands but neither local derivatives nor a _backward; "
        "give them: Value(data, (a, b), (slope_a, slope_b))",
        RuntimeWarning,
    )


def cycle_error(node: Node) -> GraphError:
    """The error of a walk that came back to a node it is still below."""
    return GraphError(
        f"the graph has a cycle: {node!r} is computed from itself.",
        remedy="look where `_prev` was set by hand",
    )
