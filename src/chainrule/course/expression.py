"""Expressions over the numbers of a graph, such as `abs(grad x) < 0.01` or `L after a += 0.001`.

`read` turns a text into a tree of lists, which the page evaluates as `evaluate` does here. Nothing
is handed to Python's own `eval`.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import FormulaError, did_you_mean, shorten
from ..numerals import counted
from ..table import formula
from .numbers import Numbers

LONGEST = 400
"""The most characters of an expression."""

WORDS = ("grad", "value", "before", "local", "after")
"""Names that mean something in an expression, so no node may have them."""

Tree = Any
"""A number, or a list: what to do, and with what."""

_NAME = r"[^\W\d]\w*"
_REWRITTEN = (
    (rf"\b(grad|value)\s+(?!(?:after|and|or|not)\b)({_NAME})", r"\1(\2)"),
    (rf"\blocal\s+({_NAME})\s+({_NAME})", r"local(\1, \2)"),
    (rf"\bbefore\s+({_NAME}(?:\([^()]*\))?)", r"before(\1)"),
)

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
COMPARE = formula.COMPARE
FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "min": min, "max": max, "sqrt": math.sqrt, "exp": math.exp, "log": math.log,
    "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
}  # fmt: skip


def _power(x: Any, y: Any) -> float:
    """A power of floats, as in the page."""
    out = float(x) ** float(y)
    if isinstance(out, complex):
        raise ValueError(f"{x:g} to the power of {y:g} isn't real")
    return float(out)


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": _power, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """A parsed expression.

    Attributes:
        tree: What is computed.
        after: The inputs that are changed first: each one's name, "+" or "=", and the tree of the
            number. `x -= 1` is `x += -1`.
    """

    tree: Tree
    after: tuple[tuple[str, str, Tree], ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The expression as the page takes it."""
        return {"tree": self.tree, "after": [list(each) for each in self.after]}


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use.

    Attributes:
        nodes: Those of the graph.
        inputs: Those of the nodes that can be changed.
        extras: Those of other numbers, such as the width of a secant.
    """

    nodes: Collection[str] = ()
    inputs: Collection[str] = ()
    extras: Collection[str] = ()


def read(text: str, scope: Scope, *, is_condition: bool = False) -> Expression:
    """Read an expression.

    Args:
        text: What the lesson says.
        scope: The names that it may use.
        is_condition: Whether it must be a condition, such as `x > 1`, and not a number.

    Raises:
        FormulaError: It can't be read, uses something that isn't allowed or an unknown name, or is
            the wrong of the two.

    Example:
        >>> read("grad x - 1", Scope(["x", "L"], ["x"])).tree
        ['-', ['grad', 'x'], 1]
    """
    if len(text) > LONGEST:
        raise FormulaError(f"an expression has at most {LONGEST} characters, not {len(text):,}.")
    what, _, changes = text.partition(" after ")
    reader = _Reader(scope, text)
    tree = reader.tree(_parsed(what, text, "eval").body)
    if _is_condition(tree) is not is_condition:
        wanted = "a condition, such as x > 1" if is_condition else "a number, not a condition"
        raise FormulaError(f"{shorten(text)} isn't {wanted}.")
    parts = [part for part in re.split(r",(?![^(]*\))", changes) if part.strip()]
    if " after " in text and not parts:
        raise FormulaError(f"{shorten(text)} changes nothing.", remedy="L after x += 0.1")
    return Expression(tree, tuple(reader.change(part) for part in parts))


def _parsed(what: str, text: str, mode: str) -> Any:
    for pattern, called in _REWRITTEN:
        what = re.sub(pattern, called, what)
    try:
        return formula.syntax(what.strip(), mode)
    except formula.UNREADABLE:
        remedy = "write it like grad x, abs(L) < 0.1 or L after x += 0.1"
        raise FormulaError(f"{shorten(text)} isn't an expression.", remedy=remedy) from None


def _is_condition(tree: Tree) -> bool:
    is_comparison = isinstance(tree, list) and tree[0] in COMPARE.values()
    return is_comparison or (isinstance(tree, list) and tree[0] in ("and", "or", "not"))


class _Reader:
    """Turns Python's syntax tree into ours."""

    def __init__(self, scope: Scope, text: str) -> None:
        self.scope = scope
        self.text = text

    def tree(self, node: ast.expr, depth: int = 0) -> Tree:
        """Return the tree of a part.

        Raises:
            FormulaError: It isn't allowed.
        """
        if depth > formula.DEEPEST:
            raise FormulaError(f"{shorten(self.text)} is nested too deeply.")

        def inner(part: ast.expr) -> Tree:
            return self.tree(part, depth + 1)

        match node:
            case ast.Constant(value=int() | float() as x) if (
                type(x) is not bool and abs(x) <= sys.float_info.max
            ):
                return x
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return ["neg", inner(x)]
            case ast.UnaryOp(op=ast.Not(), operand=x):
                return ["not", inner(x)]
            case ast.BinOp(left=x, op=op, right=y) if type(op) in BINARY:
                return [BINARY[type(op)], inner(x), inner(y)]
            case ast.BoolOp(op=op, values=parts):
                return ["and" if isinstance(op, ast.And) else "or", *map(inner, parts)]
            case ast.Compare(left=x, ops=ops, comparators=rest) if all(
                type(op) in COMPARE for op in ops
            ):
                sides = [inner(side) for side in (x, *rest)]
                pairs = [[COMPARE[type(op)], *two] for op, *two in zip(ops, sides, sides[1:])]
                return pairs[0] if len(pairs) == 1 else ["and", *pairs]
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments, inner)
        part = shorten(ast.unparse(node)).strip("'\"")
        raise FormulaError(f"{part} isn't possible in an expression.")

    def _name(self, name: str) -> Tree:
        if name in self.scope.nodes:
            return ["value", name]
        if name in self.scope.extras:
            return ["extra", name]
        known = [*self.scope.nodes, *self.scope.extras]
        remedy = did_you_mean(name, known) or f"use one of {', '.join(known)}"
        raise FormulaError(f"{shorten(self.text)}: nothing here is called {name}.", remedy=remedy)

    def _call(
        self, name: str, arguments: list[ast.expr], inner: Callable[[ast.expr], Tree]
    ) -> Tree:
        names = [part.id for part in arguments if isinstance(part, ast.Name)]
        if name in ("grad", "value", "local"):
            if len(names) != len(arguments) or len(names) != 1 + (name == "local"):
                usage = {"grad": "grad x", "value": "value x", "local": "local L x"}[name]
                raise FormulaError(f"{shorten(self.text)}: write {usage}, with names of nodes.")
            for each in names:
                if each in self.scope.extras:
                    raise FormulaError(f"{shorten(self.text)}: {each} isn't a node of the graph.")
                self._name(each)
            return [name, *names]
        if name == "before" and len(arguments) == 1:
            return ["before", inner(arguments[0])]
        if name not in FUNCTIONS:
            remedy = did_you_mean(name, FUNCTIONS) or f"use one of {', '.join(FUNCTIONS)}"
            raise FormulaError(f"{shorten(self.text)}: unknown function {name}.", remedy=remedy)
        if len(arguments) < 2 if name in ("min", "max") else len(arguments) != 1:
            count = counted(len(arguments), "number")
            raise FormulaError(f"{shorten(self.text)}: {name} can't take {count}.")
        return [name, *map(inner, arguments)]

    def change(self, part: str) -> tuple[str, str, Tree]:
        """Return a change such as `x += 0.1`."""
        body = _parsed(part, self.text, "exec").body
        match body:
            case [ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=x)]:
                change = name, "+", self.tree(x)
            case [ast.AugAssign(target=ast.Name(id=name), op=ast.Sub(), value=x)]:
                change = name, "+", ["neg", self.tree(x)]
            case [ast.Assign(targets=[ast.Name(id=name)], value=x)]:
                change = name, "=", self.tree(x)
            case _:
                what = f"{shorten(self.text)}: after needs changes such as x += 0.1 or x = 2."
                raise FormulaError(what)
        if name not in self.scope.inputs:
            remedy = f"change one of {', '.join(self.scope.inputs)}"
            what = f"{shorten(self.text)} changes {name}, which isn't an input."
            raise FormulaError(what, remedy=remedy)
        return change


def parts_of(tree: Tree) -> Iterator[list[Any]]:
    """Return every list in a tree."""
    if isinstance(tree, list):
        yield tree
        for part in tree[1:]:
            yield from parts_of(part)


def evaluate(expression: Expression, numbers: Numbers) -> Any:
    """Return the number, or the truth, of an expression.

    Args:
        expression: What to compute.
        numbers: The numbers of the graph.

    Raises:
        ChainruleError: An operation of the graph has no real result after a change.
        ArithmeticError: The expression has none.
        ValueError: A function of the expression has none.
    """
    now = numbers
    if expression.after:
        changes = {}
        for name, how, tree in expression.after:
            x = _evaluated(tree, numbers, numbers)
            changes[name] = x + (numbers.value(name) if how == "+" else 0)
        now = numbers.after(changes)
    return _evaluated(expression.tree, now, numbers)


def _evaluated(tree: Tree, now: Numbers, before: Numbers) -> Any:
    if not isinstance(tree, list):
        return tree
    what, *rest = tree
    match what:
        case "value":
            return now.value(rest[0])
        case "grad":
            return now.grad(rest[0])
        case "local":
            return now.local(*rest)
        case "extra":
            return now.extra(rest[0])
        case "before":
            return _evaluated(rest[0], before, before)
        case "and":
            return all(_evaluated(part, now, before) for part in rest)
        case "or":
            return any(_evaluated(part, now, before) for part in rest)
        case "not":
            return not _evaluated(rest[0], now, before)
    numbers = [_evaluated(part, now, before) for part in rest]
    if what == "neg":
        return -numbers[0]
    return _OPERATIONS[what](*numbers) if what in _OPERATIONS else FUNCTIONS[what](*numbers)
