"""One walk over the tree of a formula; its subclasses decide what each part becomes.

The printers in `printers.py` turn a formula into a program. `Typesetter` turns it into mathematics
for people, with only the parentheses that precedence needs; each notation is a subclass.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from .formula import BINARY, COMPARE

T = TypeVar("T")

UNARY_OPERATORS: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not "}


class Visitor(Generic[T]):
    """Visits a checked tree from its leaves up. Each kind of node has a method, which gets the
    results for the node's operands."""

    def visit(self, node: ast.expr) -> T:
        """Return the result for a tree."""
        match node:
            case ast.Constant(value=value):
                return self.number(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(op=op, operand=operand):
                return self.unary(UNARY_OPERATORS[type(op)], self.visit(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(BINARY[type(op)], self.visit(left), self.visit(right))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                sides = [self.visit(side) for side in (left, *rest)]
                return self.compare([COMPARE[type(op)] for op in ops], sides)
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return self.logic(word, [self.visit(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.choice(self.visit(test), self.visit(body), self.visit(orelse))
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, [self.visit(argument) for argument in arguments])
        raise AssertionError(f"{ast.dump(node)} got past parse")

    @abstractmethod
    def number(self, value: Any) -> T: ...
    @abstractmethod
    def name(self, name: str) -> T: ...
    @abstractmethod
    def unary(self, operator: str, operand: T) -> T: ...
    @abstractmethod
    def binary(self, operator: str, left: T, right: T) -> T: ...
    @abstractmethod
    def compare(self, operators: list[str], sides: list[T]) -> T: ...
    @abstractmethod
    def logic(self, word: str, sides: list[T]) -> T: ...
    @abstractmethod
    def choice(self, condition: T, yes: T, no: T) -> T: ...
    @abstractmethod
    def call(self, function: str, arguments: list[T]) -> T: ...


ATOM, FRACTION, POWER, UNARY, PRODUCT, QUOTIENT, SUM, COMPARISON, LOGIC, CHOICE = range(20, 10, -1)
"""How tightly an operator binds, the tightest first."""

BINDING = {
    "+": SUM, "-": SUM, "*": PRODUCT, "/": QUOTIENT, "//": QUOTIENT, "%": QUOTIENT, "**": POWER,
}  # fmt: skip


class Written(NamedTuple):
    """A part of a formula as text.

    Attributes:
        text: The text.
        binding: How tightly its outermost operator binds.
    """

    text: str
    binding: int = ATOM


class Typesetter(Visitor[Written]):
    """Writes a formula for people.

    Attributes:
        operators: The signs of operators, if different from Python's.
        right_bindings: The least binding of a right operand without parentheses, for each operator;
            UNARY for the others.
        before_signs: The operators after which an operand with a sign gets parentheses.
    """

    operators: ClassVar[Mapping[str, str]] = {}
    right_bindings: ClassVar[Mapping[str, int]] = {"+": SUM, "-": QUOTIENT}
    before_signs: Collection[str] = tuple(BINDING)

    def fence(self, text: str) -> str:
        """Put a text in parentheses."""
        return f"({text})"

    def inner(self, part: Written, at_least: int = 0) -> str:
        """The text of an operand, in parentheses if it binds less than `at_least`."""
        return part.text if part.binding >= at_least else self.fence(part.text)

    def infix(self, operator: str) -> str:
        """An operator between its operands."""
        return f" {self.operators.get(operator, operator)} "

    def prefix(self, operator: str) -> str:
        """An operator before its operand."""
        return self.operators.get(operator, operator)

    def unary(self, operator: str, operand: Written) -> Written:
        sign = "" if operator == "+" else self.prefix(operator)
        return Written(sign + self.inner(operand, UNARY), UNARY)

    def binary(self, operator: str, left: Written, right: Written) -> Written:
        binding = BINDING[operator]
        at_least = self.right_bindings.get(operator, UNARY)
        if right.binding == UNARY and operator in self.before_signs:
            at_least = ATOM
        sides = self.inner(left, min(binding, QUOTIENT)), self.inner(right, at_least)
        return Written(self.infix(operator).join(sides), binding)

    def compare(self, operators: list[str], sides: list[Written]) -> Written:
        text = self.inner(sides[0], SUM)
        for operator, side in zip(operators, sides[1:]):
            text += self.infix(operator) + self.inner(side, SUM)
        return Written(text, COMPARISON)

    def logic(self, word: str, sides: list[Written]) -> Written:
        return Written(self.infix(word).join(self.inner(s, COMPARISON) for s in sides), LOGIC)
