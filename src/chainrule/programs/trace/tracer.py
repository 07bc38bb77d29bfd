"""Tracers: what a function computes with while it is recorded. They record each operation.

This is the interpreted twin; `native/tracer.c` is the compiled one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from numbers import Real
from typing import Any

from ...engine.dispatch import register_operand
from ...engine.kinds import CONDITION, FLAG, NUMBER, WHOLE, plain_operand
from ...engine.loops import elementwise, inner
from ...engine.node import is_value
from ...engine.operations import Operations
from ...engine.refusals import wrong_operand
from ...table.rules import EXACT, NUMBER as RULE
from .errors import (
    escaped,
    mixed,
    no_attribute,
    no_bits,
    no_digits,
    no_flag_arithmetic,
    not_a_number,
    not_an_index,
    not_hashable,
    number_of,
)
from .exceptional import examine, warn_unraised
from .recipes import recipe
from .scalar import Scalar
from .tape import Tape


def _comparison(name: str) -> Any:
    """The method of a comparison, a row of the table."""
    number = RULE[name]
    return lambda self, other: self._apply(number, self, other)


def _bits(name: str) -> tuple[Any, Any]:
    """The method of an operator on bits, and the reflected one."""
    number = RULE[name]
    return (
        lambda self, other: self._apply(number, self, other),
        lambda self, other: self._apply(number, other, self),
    )


_BITS = {RULE[name] for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift")}
_BITS.add(RULE["right_shift"])


def _missing(name: str) -> property:
    """An attribute of plain numbers or Values that a tracer doesn't have."""

    def get(self: Any) -> Any:
        raise no_attribute(name)

    return property(get)


@register_operand
class Tracer(Operations, Scalar):
    """A number of a recording, which can be used like a float, an int or a bool: its kind.

    A comparison returns a traced condition. When `if` or `while` tests it, the recording gets a
    guard.
    """

    __slots__ = ("kind", "node", "tape")

    def __init__(self, tape: Tape, node: int, kind: int = NUMBER) -> None:
        tape.value(node)  # raises for an unknown node
        self.tape = tape
        self.node = node
        self.kind = kind

    # ---- operations ------------------------------------------------------------------------------

    def _apply(self, number: int, *operands: Any) -> Any:
        read = self._read(operands)
        if read is None:
            return NotImplemented
        made = self._record(number, *read)
        out = self.tape.value(made.node)
        if out - out != 0 and recipe(number).raises:
            numbers = [self.tape.value(node) for node in read[0]]
            if not any(x != x for x in numbers):
                warn_unraised(number, numbers, out)
        return made

    def _apply_or_raise(self, number: int, *operands: Any) -> Any:
        out = self._apply(number, *operands)
        if out is NotImplemented:
            raise wrong_operand(number, tuple(x for x in operands if type(x) is not Tracer))
        return out

    def _apply_to_elements(self, number: int, *operands: Any) -> Tracer:
        """Apply an operation to elements of arrays: a condition is one of an array's then, and
        warnings are NumPy's."""
        read = self._read(operands)
        if read is None:
            raise wrong_operand(number, tuple(x for x in operands if type(x) is not Tracer))
        made = self._record(number, *read)
        return Tracer(made.tape, made.node, FLAG) if made.kind == CONDITION else made

    _elementwise = elementwise
    _inner = inner

    def _read(self, operands: tuple[Any, ...]) -> tuple[list[int], list[int]] | None:
        """The nodes of operands, and their kinds; None if Python should ask one of them."""
        if self.tape.closed:
            raise escaped(self)
        nodes, kinds = [], []
        for x in operands:
            if type(x) is Tracer:
                if x.tape is not self.tape:
                    raise mixed(x)
                nodes.append(x.node)
                kinds.append(x.kind)
            elif is_value(x):
                nodes.append(self.tape.constant(number_of(x)))
                kinds.append(NUMBER)
            else:
                plain = plain_operand(x)
                if plain is None:
                    return None
                nodes.append(self.tape.constant(plain[0]))
                kinds.append(plain[1])
        return nodes, kinds

    def _record(self, number: int, nodes: list[int], kinds: list[int]) -> Tracer:
        """Record an operation on nodes of these kinds."""
        if number in _BITS:
            return self._record_bits(number, nodes, kinds)
        row = recipe(number)
        common = CONDITION
        for index in row.carriers:
            common &= kinds[index]
        kind = common & row.kinds
        if common == FLAG and row.kinds == WHOLE:
            if number == RULE["add"]:
                nodes, kinds = [nodes[0], self.tape.constant(1.0), nodes[1]], [FLAG] * 3
                return self._record(RULE["where"], nodes, kinds)
            if number in (RULE["sub"], RULE["neg"]):
                raise no_flag_arithmetic()
            if number in (RULE["mul"], RULE["abs"]):
                kind = FLAG
        return self._record_as(kind, number, nodes)

    def _record_as(self, kind: int, number: int, nodes: list[int]) -> Tracer:
        """Record an operation whose result has this kind, unless it is a power with a negative
        exponent."""
        value = self.tape.value
        node = self.tape.append(number, *nodes)
        if number == RULE["pow"] and value(nodes[1]) < 0:
            kind = NUMBER
        out = value(node)
        if kind == WHOLE and not abs(out) <= EXACT:
            examine(number, [value(each) for each in nodes], out, kind)
        return Tracer(self.tape, node, kind)

    def _record_bits(self, number: int, nodes: list[int], kinds: list[int]) -> Tracer:
        """Record an operator on bits: of conditions a condition, without a guard; of whole numbers
        that of their bits."""
        x, y = nodes
        common = kinds[0] & kinds[1]
        if common == NUMBER:
            raise no_bits(number)
        if common == WHOLE or number in (RULE["left_shift"], RULE["right_shift"]):
            return self._record_as(WHOLE, number, nodes)
        if number == RULE["bitwise_xor"]:
            return self._record_as(common, RULE["ne"], nodes)
        if number == RULE["bitwise_and"]:
            return self._record_as(common, RULE["where"], [x, y, self.tape.constant(0.0)])
        return self._record_as(common, RULE["where"], [x, self.tape.constant(1.0), y])

    __lt__, __le__, __gt__, __ge__ = map(_comparison, ("lt", "le", "gt", "ge"))
    __eq__, __ne__ = map(_comparison, ("eq", "ne"))

    def __hash__(self) -> int:
        raise not_hashable()

    def __bool__(self) -> bool:
        if self.tape.closed:
            raise escaped(self)
        return self.tape.guard(self.node)

    # ---- bits ------------------------------------------------------------------------------------

    __and__, __rand__ = _bits("bitwise_and")
    __or__, __ror__ = _bits("bitwise_or")
    __xor__, __rxor__ = _bits("bitwise_xor")
    __lshift__, __rlshift__ = _bits("left_shift")
    __rshift__, __rrshift__ = _bits("right_shift")

    def __invert__(self) -> Any:
        if self.kind == NUMBER:
            raise no_bits(0)
        if self.kind == WHOLE:
            return self._apply(RULE["sub"], -1, self)
        return Tracer(self.tape, self._apply(RULE["eq"], self, 0.0).node, self.kind)

    # ---- what every number has -------------------------------------------------------------------

    def __float__(self) -> float:
        raise not_a_number()

    __int__ = __complex__ = __float__

    def __index__(self) -> int:
        raise not_an_index()

    def __pow__(self, y: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._apply(RULE["pow"], self, y)

    def __divmod__(self, y: Any) -> Any:
        quotient = self._apply(RULE["floordiv"], self, y)
        return quotient if quotient is NotImplemented else (quotient, self % y)

    def __rdivmod__(self, x: Any) -> Any:
        quotient = self._apply(RULE["floordiv"], x, self)
        return quotient if quotient is NotImplemented else (quotient, x % self)

    def __floor__(self) -> Tracer:
        return self._rounded("floor")

    def __ceil__(self) -> Tracer:
        return self._rounded("ceil")

    def __trunc__(self) -> Tracer:
        nodes = [(self < 0.0).node, self.__ceil__().node, self.__floor__().node]
        return self._record(RULE["where"], nodes, [CONDITION, WHOLE, WHOLE])

    def _rounded(self, name: str) -> Tracer:
        """A rounded number, which is a whole number."""
        if self.tape.closed:
            raise escaped(self)
        return self._record(RULE[name], [self.node], [WHOLE])

    def __pos__(self) -> Tracer:
        if self.kind == FLAG:
            raise no_flag_arithmetic()
        return Tracer(self.tape, self.node, WHOLE) if self.kind == CONDITION else self

    def conjugate(self) -> Tracer:
        """The number itself; NumPy calls this."""
        return self

    def __copy__(self) -> Tracer:
        return self  # as copy.copy(2.0) is

    def __deepcopy__(self, memo: Any) -> Tracer:
        return self

    def __reduce__(self) -> Any:
        raise no_digits()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise no_digits()

    def as_integer_ratio(self) -> Any:
        """Raise, as `float` does."""
        raise not_a_number()

    def is_integer(self) -> Any:
        """Whether it is a whole number, as a condition."""
        return self - self._apply(RULE["floor"], self) == 0.0  # of infinity nan is left

    def __repr__(self) -> str:
        return "<tracer>"

    def __format__(self, text: str) -> str:
        if text:
            raise no_digits()
        return repr(self)

    data = _missing("data")
    item = _missing("item")
    tolist = _missing("tolist")
    hex = _missing("hex")


Real.register(Tracer)


def inputs(tape: Tape, numbers: Iterable[float]) -> list[Tracer]:
    """Record an input for each number, and return a tracer for each."""
    return [Tracer(tape, tape.input(x)) for x in array("d", numbers)]
