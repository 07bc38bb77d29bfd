"""Tracers: what a function computes with while it is recorded. They record each operation.

This is the interpreted twin; `native/tracer.c` is the compiled one.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

from ...engine.dispatch import register_operand
from ...engine.loops import elementwise, inner
from ...engine.node import is_value
from ...engine.numbers import operand_number
from ...engine.operations import Operations
from ...engine.refusals import wrong_operand
from ...table.rules import NUMBER
from .errors import escaped, mixed, not_a_number, not_an_index, not_hashable
from .scalar import Scalar
from .tape import Tape


def _operator(name: str) -> Any:
    """The method of a comparison, a row of the table."""
    number = NUMBER[name]
    return lambda self, other: self._apply(number, self, other)


@register_operand
class Tracer(Operations, Scalar):
    """A number of a recording, which can be used like a float.

    A comparison returns a traced condition. When `if` or `while` tests it, the recording gets a
    guard.
    """

    __slots__ = ("node", "tape")

    def __init__(self, tape: Tape, node: int) -> None:
        tape.value(node)  # raises if there is no such node
        self.tape = tape
        self.node = node

    @property
    def data(self) -> float:
        """Its value during the recording."""
        return self.tape.value(self.node)

    def _apply(self, number: int, *operands: Any) -> Any:
        if self.tape.closed:
            raise escaped(self)
        nodes = []
        for x in operands:
            if type(x) is Tracer:
                if x.tape is not self.tape:
                    raise mixed(x)
                nodes.append(x.node)
            elif is_value(x):
                raise mixed(x)
            else:
                plain = operand_number(x)
                if plain is NotImplemented:
                    return NotImplemented
                nodes.append(self.tape.constant(float(plain)))
        return Tracer(self.tape, self.tape.append(number, *nodes))

    def _apply_or_raise(self, number: int, *operands: Any) -> Any:
        out = self._apply(number, *operands)
        if out is NotImplemented:
            raise wrong_operand(number, tuple(x for x in operands if type(x) is not Tracer))
        return out

    _elementwise = elementwise
    _inner = inner

    __lt__, __le__, __gt__, __ge__ = map(_operator, ("lt", "le", "gt", "ge"))
    __eq__, __ne__ = map(_operator, ("eq", "ne"))

    def __hash__(self) -> int:
        raise not_hashable()

    def __and__(self, other: Any) -> Any:
        return self._logic("and", self, other)

    def __rand__(self, other: Any) -> Any:
        return self._logic("and", other, self)

    def __or__(self, other: Any) -> Any:
        return self._logic("or", self, other)

    def __ror__(self, other: Any) -> Any:
        return self._logic("or", other, self)

    def __invert__(self) -> Any:
        return self._apply(NUMBER["eq"], self, 0.0)

    def _logic(self, word: str, x: Any, y: Any) -> Any:
        """`x and y` or `x or y` as a condition, without a guard."""
        truth = self._apply(NUMBER["ne"], y, 0.0)
        if truth is NotImplemented:
            return truth
        either = (truth, 0.0) if word == "and" else (1.0, truth)
        return self._apply(NUMBER["where"], x, *either)

    def __bool__(self) -> bool:
        if self.tape.closed:
            raise escaped(self)
        return self.tape.guard(self.node)

    def __float__(self) -> float:
        raise not_a_number()

    __int__ = __complex__ = __float__

    def __index__(self) -> int:
        raise not_an_index()

    def __pow__(self, y: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._apply(NUMBER["pow"], self, y)

    def __floor__(self) -> Any:
        return self._apply(NUMBER["floor"], self)

    def __ceil__(self) -> Any:
        return self._apply(NUMBER["ceil"], self)

    def __pos__(self) -> Tracer:
        return self

    def conjugate(self) -> Tracer:
        """The number itself; NumPy calls this."""
        return self

    def __copy__(self) -> Tracer:
        return self  # as copy.copy(2.0) is

    def __deepcopy__(self, memo: Any) -> Tracer:
        return self

    def __repr__(self) -> str:
        return f"Tracer({self.data!r})"

    def __format__(self, text: str) -> str:
        return format(self.data, text) if text else repr(self)


Real.register(Tracer)


def inputs(tape: Tape, numbers: Iterable[float]) -> list[Tracer]:
    """Record an input for each number, and return a tracer for each."""
    return [Tracer(tape, tape.input(x)) for x in numbers]
