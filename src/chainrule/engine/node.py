"""What a node is to the rest of the package, whichever engine it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from ..table.rules import Rule

VARIABLE, CONSTANT, PARAMETER = 0, 1, 2
"""What kind of leaf a node is; a number in an expression is a constant and has no gradient."""
KINDS = ("leaf", "constant", "parameter")
NONE, HAND, COMPUTED = 0, 1, 2
STATES = ("none", "hand", "computed")
"""Where a gradient comes from."""


class Node:
    """A Value of either engine, or of a subclass: what the rest of the package reads and writes."""

    __slots__ = ()

    if TYPE_CHECKING:
        label: Any
        _rule: int
        _kind: int

        @property
        def data(self) -> Any: ...
        @data.setter
        def data(self, x: Any) -> None: ...
        @property
        def grad(self) -> Any: ...
        @grad.setter
        def grad(self, x: Any) -> None: ...
        @property
        def grad_state(self) -> str: ...
        @property
        def passes(self) -> int: ...
        @property
        def kind(self) -> str: ...
        @property
        def op(self) -> str: ...
        @property
        def scope(self) -> tuple[str, ...]: ...
        @property
        def by_hand(self) -> float: ...
        @property
        def _op(self) -> str: ...
        @property
        def _prev(self) -> tuple[Any, ...]: ...
        @property
        def _local_grads(self) -> tuple[Any, ...]: ...
        @property
        def _attributes(self) -> dict[str, Any] | None: ...
        def backward(self) -> None: ...
        def _postorder(self) -> list[Any]: ...
        def _fields(self) -> Fields: ...
        def _rewrite(self, data: float, partials: tuple[Any, ...]) -> None: ...


class Fields(NamedTuple):
    """Everything that a node stores, but for its operands and its attributes.

    `node._fields()` reads it, and `Value._build(class, operands, fields, attributes)` makes a node
    from it without computing anything.
    """

    data: float
    grad: float = 0.0
    op: str = ""
    partials: tuple[float | None, ...] = ()
    kind: int = VARIABLE
    state: int = NONE
    passes: int = 0
    scope: tuple[str, ...] = ()


class Engine:
    """The engine in use; `twin.py` sets it, and an unpickled Value is of its class."""

    Value: Any


def is_value(x: Any) -> TypeGuard[Node]:
    """Whether x is a Value of either engine."""
    return isinstance(x, Node)


def is_engine(kind: type) -> bool:
    """Whether a class is the Value of an engine, and not a subclass of it."""
    return "_build" in kind.__dict__


def has_own_backward(node: Node) -> bool:
    """Whether a function was assigned to the node's `_backward`."""
    return "_own" in (node._attributes or ())


def partials_of(
    rule: Rule, operands: Sequence[Node], numbers: Sequence[float], out: float
) -> tuple[float | None, ...]:
    """The local derivatives of an operation at these numbers; None where nothing flows.

    Nothing flows to a constant, nor to the side of a gate that was not taken.
    """
    partials = [
        None if operand._kind == CONSTANT else partial(*numbers, out)
        for operand, partial in zip(operands, rule.partials)
    ]
    return tuple(p or None for p in partials) if rule.is_gate else tuple(partials)


def describe(node: Node) -> str:
    """A node in words, for messages: its label, else its operation and number."""
    if node.label != "":
        return repr(str(node.label))
    return f"{node.op or 'leaf'} (data={node.data})"
