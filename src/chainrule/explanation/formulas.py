"""The formulas of a node, simplified: how it was computed, and its local derivatives.

In a local derivative, choices are made (`1 if x > 0 else 0` becomes 1, with x > 0 as a separate
condition) and numbers replace constants and are simplified: the power rule's `2 * x ** (2 - 1)`
becomes `2 * x`, and `out * out` a square.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Any

from ..engine.node import Node
from ..table.formula import Formula as Parsed
from ..table.ieee import FUNCTIONS
from ..table.ops import TABLE, Op
from ..table.printers import IEEEPrinter, python_function
from ..table.rules import rule_of
from .equations import Equation, Formula, Number, Relation, Symbol
from .names import is_constant

MOST_OPERANDS = 8
"""How many operands of a user's own operation are shown."""

_COMPARE = {ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠"}
_FOLDED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip


def row_of(node: Node) -> Op | None:
    """The table's row for a node; None for a leaf and for a user's own operation."""
    rule = rule_of(node)
    return TABLE[rule.name] if rule else None


def outcome(node: Node) -> float:
    """A node's number, recomputed from its operands if the table has its operation."""
    rule = rule_of(node)
    return rule.value(*(float(x.data) for x in node._operands)) if rule else float(node.data)


def operand_nodes(node: Node) -> dict[str, Node]:
    """The operands by their names in the table, and the node itself as `out`."""
    return {**dict(zip("xyz", node._operands)), "out": node}


def forward(node: Node) -> Formula:
    """How a node was computed: `a * b`, `tanh(n)`."""
    row = row_of(node)
    if row is None:
        return _own_operation(node)
    nodes = operand_nodes(node)
    if row.dunder:
        tree: ast.expr = _parsed(row.formula)
    else:
        operands: list[ast.expr] = [ast.Name(name, ast.Load()) for name in row.operands]
        tree = ast.Call(ast.Name(row.name, ast.Load()), operands, [])
    condition = row.operands[0] if row.name == "where" else ""
    return Formula(_Numbers(nodes, condition).visit(tree), nodes)


def definition(node: Node) -> Equation:
    """A node and how it was computed: `d = a * b`."""
    return Equation((Symbol(node), forward(node)))


def _own_operation(node: Node) -> Formula:
    """How a node was computed by an operation of the user's own."""
    name = node.op if node.op.isidentifier() else "operation"
    nodes = {
        f"x{position}": operand for position, operand in enumerate(node._operands[:MOST_OPERANDS])
    }
    arguments: list[ast.expr] = [ast.Name(name, ast.Load()) for name in nodes]
    if more := len(node._operands) - len(nodes):
        arguments.append(ast.Constant(f"… ({more:,} more)"))
    tree = ast.Call(ast.Name(name, ast.Load()), arguments, [])
    return Formula(_Numbers(nodes).visit(tree), nodes)


def formula_in(node: Node, tree: ast.expr) -> Formula | Number:
    """A formula of the table at a node, with numbers for constants. Changes the tree."""
    nodes = operand_nodes(node)
    return _formula(_Numbers(nodes).visit(tree), nodes)


def partial(node: Node, position: int) -> tuple[Formula | Number, list[Relation]]:
    """A node's local derivative with respect to one operand, and the conditions that chose it."""
    row = row_of(node)
    assert row is not None
    nodes = operand_nodes(node)
    chooser = _Chooser(row, nodes)
    tree = _Numbers(nodes).visit(chooser.visit(_parsed(row.partials[position])))
    return _formula(_Tidy().visit(tree), nodes), chooser.relations


def _formula(tree: ast.expr, nodes: dict[str, Node]) -> Formula | Number:
    x = _constant(tree)
    return Formula(tree, nodes) if x is None else Number(x)


def _parsed(text: str) -> ast.expr:
    """A new tree of a formula of the table, which the visitors below may change."""
    return ast.parse(text.strip(), mode="eval").body


class _Numbers(ast.NodeTransformer):
    """Replaces constants by their numbers, and a constant condition by True or False."""

    def __init__(self, nodes: dict[str, Node], condition: str = "") -> None:
        self.nodes = nodes
        self.condition = condition

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, name: ast.Name) -> ast.expr:
        node = self.nodes.get(name.id)
        if node is not None and is_constant(node):
            is_condition = name.id == self.condition
            return ast.Constant(bool(node.data) if is_condition else node.data)
        return name


class _Chooser(ast.NodeTransformer):
    """Makes the choices of a formula at its operands' numbers, and keeps the conditions."""

    def __init__(self, row: Op, nodes: dict[str, Node]) -> None:
        self.row = row
        self.nodes = nodes
        self.relations: list[Relation] = []
        self._pairs: set[frozenset[str]] = set()

    def visit_IfExp(self, choice: ast.IfExp) -> ast.expr:
        holds = bool(self._number(choice.test))
        is_choice = holds or " if " in self.row.formula
        if is_choice and isinstance(choice.test, ast.Compare) and len(choice.test.ops) == 1:
            self._note(choice.test, holds)
        branch: ast.expr = self.visit(choice.body if holds else choice.orelse)
        return branch

    def _note(self, test: ast.Compare, holds: bool) -> None:
        """Keep how the two sides compare, once for each pair."""
        left, right = test.left, test.comparators[0]
        nodes = self.nodes
        sides = [_formula(_Numbers(nodes).visit(deepcopy(side)), nodes) for side in (left, right)]
        pair = frozenset(map(ast.dump, (left, right)))
        if pair in self._pairs or all(isinstance(side, Number) for side in sides):
            return  # that 2 isn't 0 is obvious
        self._pairs.add(pair)
        sign = _COMPARE[type(test.ops[0])] if holds else self._actual(left, right)
        self.relations.append(Relation(sides[0], sign, sides[1]))

    def _actual(self, left: ast.expr, right: ast.expr) -> str:
        x, y = self._number(left), self._number(right)
        return "<" if x < y else ">" if x > y else "=" if x == y else "is not comparable with"

    def _number(self, tree: ast.expr) -> float:
        arguments = (*self.row.operands, "out")
        values = [float(self.nodes[name].data) for name in arguments]
        return float(_function(ast.unparse(tree), arguments)(*values))


@lru_cache(maxsize=256)
def _function(text: str, arguments: tuple[str, ...]) -> Any:
    tree = ast.parse(text, mode="eval").body
    return python_function(Parsed(text, tree, arguments), arguments, FUNCTIONS, IEEEPrinter())


class _Tidy(ast.NodeTransformer):
    """Simplifies: 2 - 1, x ** 1, 1 * x."""

    def visit_UnaryOp(self, unary: ast.UnaryOp) -> ast.expr:
        operand = self.visit(unary.operand)
        x = _constant(operand)
        if isinstance(unary.op, ast.USub) and x is not None:
            return ast.Constant(-x)
        unary.operand = operand
        return unary

    def visit_BinOp(self, binary: ast.BinOp) -> ast.expr:
        left: ast.expr = self.visit(binary.left)
        right: ast.expr = self.visit(binary.right)
        x, y = _constant(left), _constant(right)
        if x is not None and y is not None and (folded := _fold(binary.op, x, y)) is not None:
            return ast.Constant(folded)
        match binary.op:
            case ast.Mult() if x == 1:
                return right
            case ast.Mult() | ast.Pow() | ast.Div() if y == 1:
                return left
            case ast.Add() if x == 0:
                return right
            case ast.Add() if y == 0:
                return left
            case ast.Pow() if y == 0:
                return ast.Constant(1)
            case ast.Mult() if isinstance(left, ast.Name) and ast.dump(left) == ast.dump(right):
                return ast.BinOp(left, ast.Pow(), ast.Constant(2))
        binary.left, binary.right = left, right
        return binary


def _constant(tree: ast.expr) -> float | None:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, (int, float)):
        return tree.value
    return None


def _fold(op: ast.operator, x: float, y: float) -> float | None:
    function = _FOLDED.get(type(op))
    result = function(x, y) if function else math.nan
    return result if math.isfinite(result) else None
