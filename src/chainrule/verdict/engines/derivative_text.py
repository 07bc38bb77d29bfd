"""An operation in words: at which operands it was tried, and which derivative is right."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...numerals import MINUS, format_short
from ...table.ops import Op


def operand_text(row: Op, probe: Sequence[float]) -> str:
    """The operands that an operation was tried at."""
    return ", ".join(f"{name} = {format_short(x)}" for name, x in zip(row.operands, probe))


def derivative_text(row: Op, argnum: int, probe: Sequence[float], above: float = 1.0) -> str:
    """The derivative of an operation as a formula that holds at these operands.

    Example:
        >>> from chainrule.table.ops import TABLE
        >>> derivative_text(TABLE["exp"], 0, (0.3,))
        'd exp(x)/dx = exp(x)'
        >>> derivative_text(TABLE["pow"], 0, (1.5, 2.0), 3.0)
        'd(x ** y)/dx = y * x ** (y − 1), times 3 from above'
    """
    result = row.formula if row.dunder else f"{row.name}({', '.join(row.operands)})"
    tree = ast.parse(row.partials[argnum], mode="eval").body
    names = dict(zip(row.operands, probe))
    while isinstance(tree, ast.IfExp):
        test = compile(ast.Expression(tree.test), row.name, "eval")
        tree = tree.body if eval(test, {}, names) else tree.orelse  # a row's own text
    slope = ast.unparse(_Result(result).visit(tree))
    of = f" {result}" if result.endswith(")") else f"({result})"
    times = "" if above == 1 else f", times {format_short(above)} from above"
    return with_minus(f"d{of}/d{row.operands[argnum]} = {slope}") + times


def with_minus(formula: str) -> str:
    """A formula with true minus signs."""
    return formula.replace("-", MINUS)


class _Result(ast.NodeTransformer):
    """Replaces `out` by the operation's formula."""

    def __init__(self, formula: str) -> None:
        self.formula = ast.parse(formula, mode="eval").body

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.formula if node.id == "out" else node
