"""Copy a node or a graph with `pickle`, `copy.deepcopy` and `copy.copy`, without recursion.

Values keep the nodes that they share: after `pickle.dumps((L, a))` or `copy.deepcopy((L, a))` the
leaf a is still a leaf of L.
"""

from __future__ import annotations

import copy
from itertools import takewhile
from threading import local
from typing import Any
from weakref import ref

from .node import Engine, Fields, Node, is_engine
from .refusals import refuse_own_backward

# ---- pickle --------------------------------------------------------------------------------------


class _InOrder:
    """Pickles the nodes of a graph one after another, operands first.

    When the pickler comes to a node, its operands are in the memo, so nothing recurses. An order is
    active until the pickler has reached the last node or, if pickling fails, dropped the order.
    """

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes
        self.ids = {id(node) for node in nodes}

    def __reduce__(self) -> Any:
        _active.orders.append(ref(self))
        return list, (), None, iter([*self.nodes, _Last(self)])


class _Active(local):
    """The orders that are being pickled in this thread."""

    def __init__(self) -> None:
        self.orders: list[ref[_InOrder]] = []

    def drop(self, order: _InOrder) -> None:
        """Drop an order that is complete, and those whose pickling failed."""
        self.orders = [each for each in self.orders if each() not in (None, order)]


_active = _Active()


class _Last:
    """The end of an order: whatever is pickled after it is another graph."""

    def __init__(self, order: _InOrder) -> None:
        self.order = order

    def __reduce__(self) -> Any:
        _active.drop(self.order)
        return tuple, ()


def reduce_value(node: Node, protocol: Any) -> Any:
    """Return what pickle stores of a node.

    The attributes follow all the nodes, since they may hold a node that was computed later.
    """
    for each in _active.orders:
        order = each()
        if order and id(node) in order.ids:
            refuse_own_backward(node, "pickled")
            kind = None if is_engine(type(node)) else type(node)  # the reader has its own engine
            return _build, (kind, node._operands, tuple(node._fields()))
    below = node._postorder()
    attributes = [(n, values) for n in below if (values := _attributes(n))]
    return _restore, (_InOrder(below), attributes)


def _attributes(node: Node) -> dict[str, Any]:
    """Return the attributes in a node's dict and in the slots that subclasses have added."""
    attributes = dict(node._attributes or {})
    for kind in takewhile(lambda each: not is_engine(each), type(node).__mro__):
        slots = vars(kind).get("__slots__", ())
        for name in {slots} if isinstance(slots, str) else {*slots} - {"__dict__", "__weakref__"}:
            if name.startswith("__") and not name.endswith("__"):
                name = f"_{kind.__name__.lstrip('_')}{name}"
            if hasattr(node, name):
                attributes[name] = getattr(node, name)
    return attributes


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
    """Copy a node and the graph below it, except for the nodes in `memo`."""
    for node in root._postorder():
        if id(node) in memo:
            continue
        refuse_own_backward(node, "copied")
        operands = tuple(memo[id(operand)] for operand in node._operands)
        twin = memo[id(node)] = node._build(type(node), operands, node._fields(), None)
        for name, x in _attributes(node).items():
            setattr(twin, name, copy.deepcopy(x, memo))
    return memo[id(root)]


def copy_value(node: Node) -> Any:
    """Copy a node, with the same operands."""
    refuse_own_backward(node, "copied")
    return node._build(type(node), node._operands, node._fields(), _attributes(node))
