"""The interpreted Value: the reference that the compiled one is compared with, and the engine where
there is no compiler.

Read it top to bottom: a Value holds a number, remembers the operands it was computed from and the
local derivative by each of them, and `backward` multiplies these along every path and adds up over
the paths. The operations themselves are rows of the table in `ops.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..table.rules import LEAF, NUMBER, OWN, RULES, check, int_result
from .backward import ReverseNode, Session, thread_scope
from .node import (
    CONSTANT,
    HAND,
    KINDS,
    NONE,
    SCOPES,
    STATES,
    check_subclass,
    links,
    not_a_function,
    not_a_plain_number,
    number,
    operand_number,
    rule_number,
    scope_number,
)
from .operations import Operations


def set_scope(number: int) -> None:
    """Give the nodes made from now on this scope, an index into SCOPES."""
    thread_scope.number = number


def set_hooks(create: Any, compare: Any, attribute: Any) -> None:
    """Set the functions that are called with each new node and each comparison by ==; None for
    none.

    The compiled engine calls `attribute` with each attribute that is set. Here that has no use:
    every node takes part in garbage collection, so that a cycle does no harm.
    """
    Session.on_create, Session.on_compare = create, compare


class Value(Operations, ReverseNode):
    """A number that remembers where it came from.

    Args:
        data: Its number; an int stays an int.
        _children: The operands it was computed from, or its label. Only for an operation of your
            own.
        _op: The operation's name, or the local derivatives by the operands.
        label: Its name in pictures and messages.

    Raises:
        WrongType: The number is no number, or the arguments are those of no known dialect.

    Example:
        >>> a = Value(2.0, label="a")
        >>> L = a * a
        >>> L.backward()
        >>> a.grad
        4.0
    """

    __slots__ = ()

    label = ""  # a node without one has no `__dict__` either
    _own_op = ""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        check_subclass(cls)

    def __init__(self, data: Any, *arguments: Any, **keywords: Any) -> None:
        self._fill(number(data), LEAF, (), ())
        if arguments or keywords:
            told = links(arguments, keywords)
            if told.operands:
                self._rule = OWN
                self._operands = told.operands
                self._partials = told.partials or (None,) * len(told.operands)
            if told.operation:
                self._own_op = told.operation
            if told.label != "":
                self.label = told.label
            if told.grad is not None:
                self.grad = told.grad
        if Session.on_create:
            Session.on_create(self)

    # ---- operations ------------------------------------------------------------------------------

    def _apply(self, number: int, *operands: Any) -> Any:
        """Make the node of an operation; NotImplemented where an operand is no number."""
        try:
            nodes = [x if isinstance(x, Value) else _constant(x) for x in operands]
        except _NotANumber:
            return NotImplemented
        rule = RULES[number]
        numbers = [float(node._data) for node in nodes]
        out = rule.value(*numbers)
        if out - out != 0.0:
            check(rule, [node._data for node in nodes], out, nodes)
        partials = [
            None if node._kind == CONSTANT else partial(*numbers, out)
            for node, partial in zip(nodes, rule.partials)
        ]
        if rule.is_gate:
            partials = [partial or None for partial in partials]
        if rule.keeps_int and all(type(node._data) is int for node in nodes):
            out = int_result(rule, [node._data for node in nodes], out)
        made: Any = _new(_class_of(nodes))
        made._fill(out, number, tuple(nodes), tuple(partials))
        if Session.on_create:
            Session.on_create(made)
        return made

    def _apply_two(self, number: int, x: Any, y: Any) -> Any:
        """The same for two operands that are plain Values with floats, which is where time goes."""
        if type(x) is not Value or type(y) is not Value or Session.on_create:
            return self._apply(number, x, y)
        p, q = x._data, y._data
        if type(p) is int or type(q) is int:
            return self._apply(number, x, y)
        _, _, value, (by_x, by_y), _, _ = rule = RULES[number]
        out = value(p, q)
        if out - out != 0.0:
            check(rule, (p, q), out, (x, y))
        made = _new(Value)
        made._data = out
        made._grad = 0.0
        made._rule = number
        made._operands = (x, y)
        made._partials = (
            None if x._kind == CONSTANT else by_x(p, q, out),
            None if y._kind == CONSTANT else by_y(p, q, out),
        )
        made._kind = made._state = made._passes = 0
        made._scope = thread_scope.number
        return made

    def __pow__(self, y: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._apply_two(NUMBER["pow"], self, y)

    def __pos__(self) -> Value:
        return self

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
        """The gradient of the root of the last pass by this node; 0.0 before anything happened.

        Writing a number makes it one set by hand; writing None forgets it.
        """
        return self._grad

    @grad.setter
    def grad(self, x: Any) -> None:
        self._grad, self._state = (0.0, NONE) if x is None else (number(x, "grad"), HAND)
        self._passes = 0
        self._note_by_hand(0)

    @property
    def grad_state(self) -> str:
        """Where the gradient comes from: 'none', 'hand' or 'computed'."""
        return STATES[self._state]

    @property
    def passes(self) -> int:
        """How many backward passes the gradient contains."""
        return self._passes

    @property
    def kind(self) -> str:
        """'inner' for what was computed; else 'leaf', 'parameter' or 'constant'."""
        return "inner" if self._operands else KINDS[self._kind]

    @property
    def op(self) -> str:
        """The name of the operation in the table, or its own; empty for a leaf."""
        return self._own_op if self._rule in (LEAF, OWN) else RULES[self._rule].name

    @property
    def _op(self) -> str:
        """The operation as the original micrograd writes it: '+', '**2', 'ReLU'."""
        is_power = self._rule == NUMBER["pow"] and len(self._operands) == 2
        if is_power and self._operands[1]._kind == CONSTANT:
            return f"**{self._operands[1]._data}"
        return RULES[self._rule].symbol or self._own_op

    @_op.setter
    def _op(self, name: str) -> None:
        self._own_op = str(name)

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the scopes it was made in, outermost first."""
        return SCOPES[self._scope]

    @property
    def name(self) -> str:
        """The label, under the name that some call it by."""
        return self.label

    @name.setter
    def name(self, label: str) -> None:
        self.label = label

    @property
    def _prev(self) -> tuple[Any, ...]:
        """The operands, repeated where one is used twice."""
        return self._operands

    @_prev.setter
    def _prev(self, operands: Any) -> None:
        self._own_op = self._op
        self._operands = links((operands,), {}).operands
        self._partials = (None,) * len(self._operands)
        self._rule = OWN if self._operands else LEAF

    _children = _prev

    @property
    def _local_grads(self) -> tuple[Any, ...]:
        """The local derivative by each operand; None where nothing flows."""
        return self._partials

    @property
    def _backward(self) -> Callable[[], None]:
        """The function that adds this node's gradient to its operands; assign one for an operation
        of your own."""
        return self._own or self._push_by_hand

    @_backward.setter
    def _backward(self, function: Callable[[], None]) -> None:
        if not callable(function):
            raise not_a_function(function)
        self._own = function

    @property
    def _attributes(self) -> dict[str, Any] | None:
        """The attributes that were set, or None."""
        return self.__dict__ or None

    def _rewrite(self, data: float, partials: tuple[Any, ...]) -> None:
        """Take the numbers of a new forward pass."""
        self._data = data
        self._partials = partials

    # ---- what Python asks of a number ------------------------------------------------------------

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label != "" else ""
        return f"{type(self).__name__}(data={self._data}, grad={self._grad}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        return self._data != 0

    def __lt__(self, other: Any) -> bool:
        return _compare(self, other, lambda x, y: x < y)

    def __le__(self, other: Any) -> bool:
        return _compare(self, other, lambda x, y: x <= y)

    def __gt__(self, other: Any) -> bool:
        return _compare(self, other, lambda x, y: x > y)

    def __ge__(self, other: Any) -> bool:
        return _compare(self, other, lambda x, y: x >= y)

    def __eq__(self, other: object) -> bool:
        if Session.on_compare and not isinstance(other, Value):
            Session.on_compare(other)
        return self is other or NotImplemented

    __hash__ = object.__hash__

    def __float__(self) -> float:
        raise not_a_plain_number()

    __int__ = __float__

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._data, digits)

    def __floor__(self) -> int:
        return math.floor(self._data)

    def __ceil__(self) -> int:
        return math.ceil(self._data)

    def __trunc__(self) -> int:
        return math.trunc(self._data)

    # ---- copies ----------------------------------------------------------------------------------

    def __reduce_ex__(self, protocol: Any) -> Any:
        from .copies import reduce_value

        return reduce_value(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        from .copies import deepcopy_value

        return deepcopy_value(self, memo)

    def __copy__(self) -> Any:
        from .copies import copy_value

        return copy_value(self)

    def _fields(self) -> tuple[Any, ...]:
        """Everything that a node stores, but for its operands and its attributes."""
        return (
            self._data, self._grad, RULES[self._rule].name, self._partials,
            self._kind, self._state, self._passes, self.scope,
        )  # fmt: skip

    @staticmethod
    def _build(
        kind: type, operands: tuple[Any, ...], fields: tuple[Any, ...], attributes: Any
    ) -> Any:
        """Make a node of class `kind` from what `_fields` gave."""
        data, grad, rule, partials, leaf, state, passes, scope = fields
        made: Any = _new(kind)
        made._fill(data, rule_number(rule), tuple(operands), tuple(partials))
        made._grad, made._kind, made._state, made._passes = grad, leaf, state, passes
        made._scope = scope_number(scope)
        for name, x in (attributes or {}).items():
            setattr(made, name, x)
        return made


_new = object.__new__


class _NotANumber(Exception):
    """An operand that Python should ask itself what to do."""


def _class_of(nodes: list[Any]) -> type:
    """The class of a result: the first operand's that is a subclass, so that its methods stay at
    hand."""
    for node in nodes:
        if type(node) is not Value:
            return type(node)
    return Value


def _constant(x: Any) -> Any:
    """The node of a number in an expression."""
    data = operand_number(x)
    if data is NotImplemented:
        raise _NotANumber
    made: Any = _new(Value)
    made._fill(data, LEAF, (), ())
    made._kind = CONSTANT
    return made


def _compare(x: Value, other: Any, holds: Callable[[float, float], bool]) -> bool:
    y = other._data if isinstance(other, Value) else operand_number(other)
    return y if y is NotImplemented else holds(x._data, y)
