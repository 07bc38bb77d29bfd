"""What a node is to the rest of the package, whichever engine it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from ..table.kernels import POW
from ..table.rules import OWN, RULES, Rule
from .session import SCOPES

VARIABLE, CONSTANT, PARAMETER = 0, 1, 2
"""What kind of leaf a node is; a number in an expression is a constant and has no gradient."""
KINDS = ("leaf", "constant", "parameter")
NONE, HAND, COMPUTED = 0, 1, 2
STATES = ("none", "hand", "computed")
"""Where a gradient comes from."""
LISTING = ("+", "-", "*", "/", "//", "%")
"""The operators that list a constant operand in `_prev`."""


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


class Node:
    """A Value of either engine, or of a subclass: what the rest of the package reads and writes.

    Here stands what both engines share and where speed doesn't matter; what they store, and the
    operators, is in `value.py` and in its compiled twin.
    """

    __slots__ = ()

    # Attributes that most nodes lack; a node without any has no `__dict__` either.
    label: Any = ""
    by_hand: float = 0
    """The number written by hand that a leaf's computed gradient contains."""
    _own: Callable[[], None] | None = None
    _own_op = ""

    if TYPE_CHECKING:
        data: Any
        grad: Any
        _rule: int
        _kind: int
        _state: int
        _scope: int
        _operands: tuple[Any, ...]
        _partials: tuple[Any, ...]

        @property
        def passes(self) -> int: ...
        @property
        def _attributes(self) -> dict[str, Any] | None: ...
        def backward(self) -> None: ...
        def _relink(self, operands: Any, partials: Any = None) -> None: ...
        def _postorder(self) -> list[Any]: ...
        def _rewrite(self, data: float, partials: tuple[Any, ...]) -> None: ...
        @staticmethod
        def _build(kind: type, operands: Any, fields: Any, attributes: Any) -> Any: ...

    @property
    def name(self) -> Any:
        """The label under another name, which some code uses."""
        return self.label

    @name.setter
    def name(self, label: Any) -> None:
        self.label = label

    @property
    def grad_state(self) -> str:
        """Where the gradient comes from: 'none', 'hand' or 'computed'."""
        return STATES[self._state]

    @property
    def kind(self) -> str:
        """'inner' for the result of an operation; else 'leaf', 'parameter' or 'constant'."""
        return "inner" if self._operands else KINDS[self._kind]

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient flows to the node. Writing False makes a constant of it, which no
        gradient reaches any more; writing True counts for the operations to come."""
        return self._kind != CONSTANT

    @requires_grad.setter
    def requires_grad(self, flows: bool) -> None:
        if flows != self.requires_grad:
            self._kind = VARIABLE if flows else CONSTANT  # type: ignore[misc]  # the engines store it

    @property
    def op(self) -> str:
        """The operation's name, from the table or given by its author; empty for a leaf."""
        return RULES[self._rule].name if self._rule > OWN else self._own_op

    @property
    def _op(self) -> str:
        """The operation as the original micrograd writes it: '+', '**2', 'ReLU'."""
        is_power = self._rule == POW and len(self._operands) == 2
        if is_power and self._operands[1]._kind == CONSTANT:
            return f"**{self._operands[1].data}"
        return RULES[self._rule].symbol or self._own_op

    @_op.setter
    def _op(self, name: str) -> None:
        self._own_op = str(name)  # type: ignore[misc]  # in the __dict__

    # ---- the graph as other engines show it ------------------------------------------------------

    @property
    def _prev(self) -> tuple[Any, ...]:
        """The operands, repeated where one is used twice, without a constant exponent or argument
        of a method: `(x,)` for `x ** 2`, and `(x, 2)` for `x * 2`."""
        return tuple(self._operands[position] for position in self._listed())

    @_prev.setter
    def _prev(self, operands: Any) -> None:
        self._relink(operands)

    _children = _prev

    @property
    def _local_grads(self) -> tuple[float, ...]:
        """The local derivative with respect to each node of `_prev`; 0 where nothing flows."""
        return tuple(map(self._local_grad, self._listed()))

    @_local_grads.setter
    def _local_grads(self, partials: Iterable[float]) -> None:
        self._relink(self._prev, tuple(partials) or None)

    def _local_grad(self, position: int) -> float:
        partial, operand = self._partials[position], self._operands[position]
        if partial is None and self._rule > OWN and operand._kind == CONSTANT:  # it isn't stored
            numbers = (float(x.data) for x in self._operands)
            partial = RULES[self._rule].partials[position](*numbers, float(self.data))
        return partial or 0.0

    def _listed(self) -> list[int]:
        """The positions of the operands in `_prev`."""
        is_operator = RULES[self._rule].symbol in LISTING or self._rule == OWN
        return [
            position
            for position, operand in enumerate(self._operands)
            if position == 0 or is_operator or operand._kind != CONSTANT
        ]

    def zero_grad(self) -> None:
        """Forget the gradient of this node; `chainrule.zero_grad` does so for a whole graph."""
        self.grad = None

    def item(self) -> Any:
        """The number, as PyTorch calls it: the same as `data`."""
        return self.data

    def detach(self) -> Any:
        """A constant with the same number, through which no gradient flows."""
        return self._build(type(self), (), Fields(self.data, kind=CONSTANT), None)

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the scopes in which the node was made, outermost first."""
        return SCOPES[self._scope]

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label != "" else ""
        return f"{type(self).__name__}(data={self.data}, grad={self.grad}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.data, digits)

    def __floor__(self) -> Any:
        return math.floor(self.data)

    def __ceil__(self) -> Any:
        return math.ceil(self.data)

    def __trunc__(self) -> Any:
        return math.trunc(self.data)

    def conjugate(self) -> Node:
        """The node itself; NumPy calls this for the variance of a list."""
        return self

    def _fields(self) -> Fields:
        return Fields(
            self.data, self.grad, RULES[self._rule].name, self._partials,
            self._kind, self._state, self.passes, SCOPES[self._scope],
        )  # fmt: skip


class Engine:
    """The engine in use; `twin.py` sets it, and an unpickled Value is of its class."""

    Value: Any


def is_value(x: Any) -> TypeGuard[Node]:
    """Whether x is a Value of either engine."""
    return isinstance(x, Node)


def is_engine(kind: type) -> bool:
    """Whether a class is the Value of an engine, and not a subclass of it."""
    return "_build" in kind.__dict__


def engine_of(node: Node) -> Any:
    """The class of the engine that a Value belongs to."""
    return next(kind for kind in type(node).__mro__ if is_engine(kind))


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
    return gated(rule, partials)


def gated(rule: Rule, partials: Iterable[float | None]) -> tuple[float | None, ...]:
    """The local derivatives of an operation, with None for the closed sides of a gate."""
    return tuple(p or None for p in partials) if rule.is_gate else tuple(partials)


def describe(node: Node) -> str:
    """A node in words, for messages: its label in quotes, else its formula."""
    if node.label != "":
        return repr(str(node.label))
    from .wording import in_words  # it reads the table, which takes time

    return in_words(node)
