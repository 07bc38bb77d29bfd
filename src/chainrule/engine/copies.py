"""Copies of a node and of a graph: by `pickle`, `copy.deepcopy` and `copy.copy`.

Nothing here recurses over a graph, and several Values keep what they share: in `pickle.dumps((L,
a))` and `copy.deepcopy((L, a))` the leaf a stays a leaf of L.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import takewhile
from threading import get_ident
from typing import Any
from weakref import ref

from .node import Engine, Fields, Node, is_engine
from .refusals import refuse_own_backward

# ---- pickle --------------------------------------------------------------------------------------


class _InOrder:
    """Pickles the nodes of a graph one after the other, operands first.

    Each node then finds its operands in the pickler's memo, so that nothing recurses. It is active
    until the pickler has come to the last one; where pickling fails before, until the pickler lets
    go of it.
    """

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes
        self.ids = {id(node) for node in nodes}
        self.thread = get_ident()

    def __reduce__(self) -> Any:
        _active.append(ref(self, _active.remove))
        return list, (), None, iter([*self.nodes, _Last(self)])


_active: list[ref[_InOrder]] = []


class _Last:
    """Stands behind the last node: whatever is pickled from here on is a graph of its own."""

    def __init__(self, order: _InOrder) -> None:
        self.order = order

    def __reduce__(self) -> Any:
        _active[:] = [each for each in _active if each() is not self.order]
        return tuple, ()


def reduce_value(node: Node, protocol: Any) -> Any:
    """Return what pickle stores of a node.

    The attributes follow after all the nodes: one may hold a node that was computed later.
    """
    for each in _active:
        order = each()
        if order and id(node) in order.ids and order.thread == get_ident():
            refuse_own_backward(node, "pickled")
            return _build, (_kind(node), node._prev, tuple(node._fields()))
    below = node._postorder()
    attributes = [(n, values) for n in below if (values := _attributes(n))]
    return _restore, (_InOrder(below), attributes)


def _kind(node: Node) -> type | None:
    """A subclass; None for Value itself, since the reader may have the other engine."""
    return None if is_engine(type(node)) else type(node)


def _attributes(node: Node) -> dict[str, Any]:
    """What was set on a node, in its dict and in the slots of its class."""
    attributes = dict(node._attributes or {})
    if not is_engine(type(node)):
        absent = object()
        values = {slot: getattr(node, slot, absent) for slot in _slots(type(node))}
        attributes.update((slot, x) for slot, x in values.items() if x is not absent)
    return attributes


def _slots(kind: type) -> Iterator[str]:
    """The names of the slots that subclasses of Value have added."""
    for each in takewhile(lambda each: not is_engine(each), kind.__mro__):
        slots = each.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name.startswith("__") and not name.endswith("__"):
                yield f"_{each.__name__.lstrip('_')}{name}"
            elif name not in ("__dict__", "__weakref__"):
                yield name


def _build(kind: type | None, operands: tuple[Node, ...], fields: Fields) -> Any:
    kind = kind or Engine.Value
    return Engine.Value._build(kind, operands, fields, None)


def _restore(nodes: list[Any], attributes: list[tuple[Node, dict[str, Any]]]) -> Any:
    for node, values in attributes:
        for name, x in values.items():
            setattr(node, name, x)
    return nodes[-2]  # the last one is what _Last left


# ---- copy ----------------------------------------------------------------------------------------


def deepcopy_value(root: Node, memo: dict[int, Any]) -> Any:
    """Copy a node and what lies below it, sharing what `memo` has already."""
    for node in root._postorder():
        if id(node) in memo:
            continue
        refuse_own_backward(node, "copied")
        operands = tuple(memo[id(operand)] for operand in node._prev)
        twin = memo[id(node)] = node._build(type(node), operands, node._fields(), None)
        for name, x in _attributes(node).items():
            setattr(twin, name, copy.deepcopy(x, memo))
    return memo[id(root)]


def copy_value(node: Node) -> Any:
    """Copy a node alone; the copy has the same operands."""
    refuse_own_backward(node, "copied")
    return node._build(type(node), node._prev, node._fields(), _attributes(node))
