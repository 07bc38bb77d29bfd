"""The backward pass of the interpreted engine: reverse accumulation over a graph in postorder."""

from __future__ import annotations

from collections.abc import Callable
from threading import local
from typing import Any

from .node import COMPUTED, CONSTANT, HAND, NONE, VARIABLE, cycle_error

Place = tuple[Any, float, int, int, float]
"""A node and what a pass overwrites in it: gradient, state, passes, and the part set by hand."""


class Session:
    """What holds for all nodes made from now on; `scope` and `debug` of graph.py change it."""

    on_create: Callable[[Any], None] | None = None
    on_compare: Callable[[Any], None] | None = None


class ThreadScope(local):
    """The scope that is open in each thread, an index into SCOPES."""

    number = 0


thread_scope = ThreadScope()


class ReverseNode:
    """What a node of the interpreted engine stores, and the pass over the graph below it."""

    __slots__ = (
        "__dict__", "__weakref__", "_data", "_grad", "_kind", "_operands", "_partials", "_passes",
        "_rule", "_scope", "_state",
    )  # fmt: skip

    _own: Callable[[], None] | None = None
    by_hand: float = 0
    """The number written by hand that a leaf's computed gradient contains."""

    def _fill(
        self, data: float, rule: int, operands: tuple[Any, ...], partials: tuple[Any, ...]
    ) -> None:
        self._data = data
        self._grad: float = 0.0
        self._rule = rule
        self._operands = operands
        self._partials = partials
        self._kind = VARIABLE
        self._state = NONE
        self._passes = 0
        self._scope = thread_scope.number

    def backward(self) -> None:
        """Compute the gradient of this node by every node below it.

        This node's gradient becomes 1. Inner nodes get this pass's gradient. Leaves add it to what
        they hold, so that two passes give twice the gradient until it is set to 0.

        Raises:
            GraphError: The graph has a cycle, made by hand.

        Cost: O(nodes) time; no recursion at any depth.
        Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
        """
        order = self._postorder()
        has_own = any(node._own for node in order)
        before: list[Place] = [node._place() for node in order] if has_own else []
        hand = [
            (n, n._grad)
            for n in order
            if n._state == HAND and n.kind in ("leaf", "parameter") and n._grad
        ]
        for node in order:
            if node._operands:
                node._grad = 0.0
        self._grad = 1.0
        reached = {self}
        try:
            for node in reversed(order):
                if node._own:
                    node._own()
                    reached.update(node._operands)  # it has written whatever it wanted
                elif node in reached:
                    node._push(reached)
        except BaseException:
            for node, *place in before:
                node._grad, node._state, node._passes = place[:3]
                node._note_by_hand(place[3])
            raise
        for node, _, state, passes, by_hand in before:
            node._state, node._passes = state, passes
            node._note_by_hand(by_hand)
        for node in order:
            node._settle(node is self)
        for node, written in hand:
            if node is not self:
                node._note_by_hand(written)

    def _push(self, reached: set[Any]) -> None:
        """Add this node's gradient times the local derivatives to its operands, and note them."""
        grad = self._grad
        for operand, partial in zip(self._operands, self._partials):
            if partial is not None:
                operand._grad += partial * grad
                reached.add(operand)

    def _settle(self, is_root: bool) -> None:
        """After a pass: the gradient counts as computed."""
        if self._kind == CONSTANT and not is_root:
            return
        self._grad = float(self._grad)
        keeps = not self._operands and not is_root and self._state == COMPUTED
        self._passes = self._passes + 1 if keeps else 1
        self._state = COMPUTED
        if self._operands or is_root:
            self._note_by_hand(0)

    def _place(self) -> Place:
        return self, self._grad, self._state, self._passes, self.by_hand

    def _note_by_hand(self, written: float) -> None:
        if written:
            self.__dict__["by_hand"] = written
        elif self.by_hand:
            del self.__dict__["by_hand"]

    def _postorder(self) -> list[Any]:
        """Return the nodes below this one and itself, operands before their users.

        The order is depth first, operands from left to right.

        Raises:
            GraphError: A node is its own ancestor.
        """
        order: list[Any] = []
        is_done: dict[Any, bool] = {self: False}
        path = [self]
        rests = [iter(self._operands)]
        while path:
            for operand in rests[-1]:
                done = is_done.get(operand)
                if done is None:
                    is_done[operand] = False
                    path.append(operand)
                    rests.append(iter(operand._operands))
                    break
                if not done:
                    raise cycle_error(operand)
            else:
                node = path.pop()
                rests.pop()
                is_done[node] = True
                order.append(node)
        return order

    def _push_by_hand(self) -> None:
        self._push(set())
        for operand in self._operands:
            if operand._kind != CONSTANT:
                operand._grad = float(operand._grad)
                operand._state = COMPUTED
                operand._passes = max(operand._passes, 1)
