"""The interpreted engine to read: the reference for the compiled one, and the engine where there is
no compiler.

Read it top to bottom: what a Value stores, how an operation makes one, and what can be read and
written. `backward.py` is the pass. The operations themselves are rows of the table in
`table/ops.py`; `operations.py`, which is generated, gives each row its operator or method.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..table.kernels import POW
from ..table.rules import LEAF, OWN, RULES, check, int_result, rule_number
from .backward import backward, note_by_hand, postorder, push_once
from .dialects import read_arguments
from .face import Face
from .loops import elementwise, inner
from .node import CONSTANT, HAND, NONE, VARIABLE, gated, partials_of
from .numbers import number, operand_number
from .operations import Operations
from .refusals import not_a_function, wrong_operand
from .session import (
    Hooks,
    open_scope as open_scope,
    scope_number,
    set_hooks as set_hooks,
    set_scope as set_scope,
    thread_scope,
)


def comparison(holds: Callable[[float, float], bool]) -> Callable[[Value, Any], bool]:
    """Make a method that compares the numbers of two operands."""

    def compare(x: Value, y: Any) -> bool:
        q = y._data if isinstance(y, Value) else operand_number(y)
        return q if q is NotImplemented else holds(x._data, q)

    return compare


class Value(Operations, Face):
    """A number that remembers where it came from.

    Args:
        data: Its number; an int stays an int.
        _children: The operands it was computed from, for an operation of your own. A text here is
            the label.
        _op: The operation's name. Numbers here are the local derivatives with respect to the
            operands.
        label: Its name in pictures and messages.

    Raises:
        WrongType: The number isn't a number, or the arguments are those of no known dialect.

    Example:
        >>> a = Value(2.0, label="a")
        >>> L = a * a
        >>> L.backward()
        >>> a.grad
        4.0
    """

    # ---- what a node stores ----------------------------------------------------------------------

    __slots__ = (
        "__dict__", "__weakref__", "_data", "_grad", "_kind", "_operands", "_partials", "_passes",
        "_rule", "_scope", "_state",
    )  # fmt: skip
    # Few nodes have more; it is in their `__dict__`, and the defaults are in Node: `label`, `_own`
    # (a backward function of the user's), `_own_op` (its name), `by_hand` (see `backward.py`).

    def __init__(self, data: Any, *arguments: Any, **keywords: Any) -> None:
        if arguments or keywords:
            data, operands, partials, attributes = read_arguments(data, *arguments, **keywords)
            self._fill(data, OWN if operands else LEAF, operands, partials)
            for name, x in attributes.items():
                setattr(self, name, x)
        else:
            self._fill(number(data), LEAF, (), ())
        if Hooks.create:
            Hooks.create(self)

    def _fill(
        self, data: float, rule: int, operands: tuple[Any, ...], partials: tuple[Any, ...]
    ) -> None:
        self._data = data
        self._rule = rule  # the operation that computed it: an index into RULES
        self._operands = operands
        self._partials = partials  # a local derivative for each operand; None where nothing flows
        self._grad: float = 0.0
        self._state = NONE  # or HAND or COMPUTED: where the gradient comes from
        self._passes = 0  # the number of passes in a computed gradient
        self._kind = VARIABLE  # or CONSTANT or PARAMETER, for a leaf
        self._scope = thread_scope.number

    # ---- how an operation makes a node -----------------------------------------------------------

    def _apply_two(self, op: int, x: Any, y: Any) -> Any:
        """Make the node of an operation with two operands, such as x * y.

        Two Values that hold floats take this short way, because most of the time goes here;
        everything else, a plain number or an int, takes `_apply`.
        """
        if type(x) is not Value or type(y) is not Value or Hooks.create:
            return self._apply(op, x, y)
        p, q = x._data, y._data
        if type(p) is int or type(q) is int:
            return self._apply(op, x, y)
        rule = RULES[op]
        if rule.is_gate:
            return self._apply(op, x, y)
        out = rule.value(p, q)
        if out - out != 0.0:  # infinite or nan
            check(rule, (p, q), out, (x, y))
        by_x, by_y = rule.partials
        node = _new(Value)
        node._data = out
        node._grad = 0.0
        node._rule = op
        node._operands = (x, y)
        node._partials = (
            None if x._kind == CONSTANT else by_x(p, q, out),
            None if y._kind == CONSTANT else by_y(p, q, out),
        )
        node._kind, node._state, node._passes = VARIABLE, NONE, 0
        node._scope = thread_scope.number
        return node

    def _apply(self, op: int, *operands: Any) -> Any:
        """Make the node of any operation; NotImplemented where an operand isn't a number."""
        nodes = []
        for x in operands:
            node = x if isinstance(x, Value) else _constant(x)
            if node is NotImplemented:
                return node
            nodes.append(node)
        rule = RULES[op]
        numbers = [float(node._data) for node in nodes]
        out = rule.value(*numbers)
        if out - out != 0.0:
            check(rule, [node._data for node in nodes], out, nodes)
        partials = partials_of(rule, nodes, numbers, out)
        if rule.keeps_int and all(type(node._data) is int for node in nodes):
            out = int_result(rule, [node._data for node in nodes], out)
        result: Any = _new(_class_of(nodes))
        result._fill(out, op, tuple(nodes), partials)
        if Hooks.create:
            Hooks.create(result)
        return result

    def _apply_or_raise(self, op: int, *operands: Any) -> Any:
        node = self._apply(op, *operands)
        if node is NotImplemented:
            raise wrong_operand(op, operands)
        return node

    _elementwise = elementwise
    _inner = inner

    def __pow__(self, y: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._apply_two(POW, self, y)

    def __pos__(self) -> Value:
        return self

    # ---- the backward pass -----------------------------------------------------------------------

    def backward(self) -> None:
        """Compute the gradient of this node with respect to every node below it.

        This node's gradient becomes 1. Inner nodes get this pass's gradient. Leaves add it to what
        they hold, so that two passes give twice the gradient until it is set to 0.

        Raises:
            GraphError: The graph has a cycle, made by hand.

        Cost: O(nodes) time; no recursion at any depth.
        Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
        """
        backward(self)

    _postorder = postorder
    _push_once = push_once

    # ---- what can be read and written ------------------------------------------------------------

    @property
    def data(self) -> Any:
        """The number. Writing it does not change what was computed from it; `refresh` does."""
        return self._data

    @data.setter
    def data(self, x: Any) -> None:
        self._data = number(x)

    @property
    def grad(self) -> Any:
        """The gradient of the root with respect to this node, summed over the passes of a leaf.

        It is 0.0 until a pass computes it or you write a number. Writing None forgets it.
        """
        return self._grad

    @grad.setter
    def grad(self, x: Any) -> None:
        self._grad, self._state = (0.0, NONE) if x is None else (number(x, "grad"), HAND)
        self._passes = 0
        note_by_hand(self, 0)

    @property
    def passes(self) -> int:
        """How many backward passes the gradient contains."""
        return self._passes

    def _relink(self, operands: Any, partials: Any = None) -> None:
        """Replace the operands and the local derivatives; the node becomes an operation of the
        user's own."""
        self._own_op = self._op
        _, self._operands, self._partials, _ = read_arguments(0, operands, partials)
        self._rule = OWN if self._operands else LEAF

    @property
    def _backward(self) -> Callable[[], None]:
        """The function that adds this node's gradient, times its local derivatives, to its
        operands; assign one for an operation of your own."""
        return self._own or self._push_once

    @_backward.setter
    def _backward(self, function: Callable[[], None]) -> None:
        if not callable(function):
            raise not_a_function(function)
        self._own = function

    @property
    def _attributes(self) -> dict[str, Any] | None:
        """The attributes that were set, or None."""
        return self.__dict__ or None

    # ---- comparisons -----------------------------------------------------------------------------

    def __bool__(self) -> bool:
        """Always true, as in micrograd, where `if bias:` asks whether there is a bias."""
        if Hooks.truth:
            Hooks.truth(self)
        return True

    __lt__, __le__ = comparison(operator.lt), comparison(operator.le)
    __gt__, __ge__ = comparison(operator.gt), comparison(operator.ge)

    def __eq__(self, other: object) -> bool:
        if Hooks.compare and not isinstance(other, Value):
            Hooks.compare(other)
        return self is other or NotImplemented

    __hash__ = object.__hash__

    # ---- a node as a record ----------------------------------------------------------------------

    @staticmethod
    def _build(
        kind: type, operands: tuple[Any, ...], fields: tuple[Any, ...], attributes: Any
    ) -> Any:
        """Make a node of class `kind` from its fields."""
        data, grad, op, partials, leaf_kind, state, passes, scope = fields
        node: Any = _new(kind)
        number = rule_number(op)
        node._fill(data, number, tuple(operands), gated(RULES[number], partials))
        node._grad, node._kind, node._state, node._passes = grad, leaf_kind, state, passes
        node._scope = scope_number(scope)
        for name, x in (attributes or {}).items():
            setattr(node, name, x)
        return node

    def _rewrite(self, data: float, partials: tuple[Any, ...]) -> None:
        """Take the numbers of a new forward pass."""
        self._data = data
        self._partials = partials


_new = object.__new__


def _class_of(nodes: list[Any]) -> type:
    """The class of a result: the first operand's that is a subclass, so that its methods stay at
    hand."""
    for node in nodes:
        if type(node) is not Value:
            return type(node)
    return Value


def _constant(x: Any) -> Any:
    """The node of a number in an expression, or NotImplemented."""
    data = operand_number(x)
    if data is NotImplemented:
        return data
    node: Any = _new(Value)
    node._fill(data, LEAF, (), ())
    node._kind = CONSTANT
    return node
