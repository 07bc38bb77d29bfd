"""What a node without a label is called: how it is computed from nodes that have one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..numerals import format_short
from ..table.ops import TABLE
from ..table.rules import rule_of

if TYPE_CHECKING:
    from .node import Node

DEEPEST, LONGEST = 3, 30
"""How many operations a formula may nest, and how many characters it may have."""

MOST_OPERANDS = 4
UNSAID = "…"


def in_words(node: Node, number: float | None = None) -> str:
    """Return what an unlabelled node is called: its formula, or the operation and the number if
    that is long. `number` replaces the node's own, if that is out of date.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2, label="a"), Value(-3.0, label="b")
        >>> in_words(a * b), in_words((a * b + 1).tanh()), in_words(Value(3))
        ('a * b', 'tanh(a * b + 1)', 'leaf 3')
    """
    shown = format_short(node.data if number is None else number)
    if not node._operands:
        return f"leaf {shown}"
    for depth in range(DEEPEST, 0, -1):
        text = ast.unparse(_tree(node, depth))
        if len(text) <= LONGEST and text.count(UNSAID) <= 1:
            return text
    text = ast.unparse(_tree(node, 1))
    return f"{text if len(text) <= LONGEST else node.op} = {shown}"


def _tree(node: Node, depth: int) -> ast.expr:
    """Return a node as syntax, with an ellipsis for what lies deeper."""
    if node.label != "":
        label = str(node.label)
        is_plain = label.replace("[", "").replace("]", "").isidentifier()
        return ast.Name(label if is_plain else f"({label})")
    if not node._operands:
        return ast.Name(format_short(node.data))
    if not depth or len(node._operands) > MOST_OPERANDS:
        return ast.Name(UNSAID)
    operands = [_tree(operand, depth - 1) for operand in node._operands]
    rule = rule_of(node)
    if rule is None:
        return ast.Call(ast.Name(node.op or "operation"), operands, [])
    row = TABLE[rule.name]
    formula: ast.expr = ast.parse(row.written, mode="eval").body
    filled: ast.expr = _Filler(dict(zip(row.operands, operands))).visit(formula)
    return filled


class _Filler(ast.NodeTransformer):
    """Puts operands where a formula names them."""

    def __init__(self, operands: dict[str, ast.expr]) -> None:
        self.operands = operands

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.operands.get(node.id, node)
