"""How much may be typed: checked without recursion, and before Python's own parser recurses."""

from __future__ import annotations

import ast
import re

from ..errors import FormulaError
from ..table import formula

MOST_PARTS = 2000
"""The most names, numbers and operators in a program."""

MOST_OPERATORS = 600
"""The most operators and opening brackets in a line. The parser may nest as deeply as there are
operators and brackets, and it has little room where it runs in a browser's worker."""

SPLIT = "split it into several lines"

_TOKEN = re.compile(
    r"""
    '[^'\n]*' | "[^"\n]*" | \#[^\n]* | \\\n | [\n;] | [(\[{] | [)\]}]
    | [-+*/%.~<>=!&|^@:] | \b(?:not|and|or|in|is|if|else|lambda|await)\b
    """,
    re.VERBOSE,
)


def require_short_lines(text: str) -> None:
    """Raise for a statement with too many operators, or brackets within brackets.

    Raises:
        FormulaError: One has more than MOST_OPERATORS, or is nested too deeply.
    """
    line = start = 1
    depth = operators = 0
    for token in _TOKEN.findall(text):
        line += token.count("\n")
        if token in "\n;":
            if depth <= 0:
                start, depth, operators = line, 0, 0
        elif token in ")]}":
            depth -= 1
        elif token[0] not in "'\"#\\":
            depth += token in "([{"
            operators += 1
        if depth > formula.DEEPEST:
            raise _too_deep(start)
        if operators > MOST_OPERATORS:
            raise FormulaError(
                f"line {start} has more than {MOST_OPERATORS} operators and brackets.",
                remedy=SPLIT,
            )


def require_small(tree: ast.Module) -> None:
    """Raise for a tree that is too deep or too large.

    Raises:
        FormulaError: It is.
    """
    todo: list[tuple[ast.AST, int]] = [(tree, 0)]
    parts = 0
    while todo:
        node, depth = todo.pop()
        parts += isinstance(node, ast.expr)
        line = getattr(node, "lineno", 1)
        if depth > formula.DEEPEST:
            raise _too_deep(line)
        if parts > MOST_PARTS:
            raise FormulaError(
                f"line {line}: the text has more than {MOST_PARTS:,} names, numbers and operators.",
                remedy="show a larger graph with chainrule.show",
            )
        todo += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _too_deep(line: int) -> FormulaError:
    return FormulaError(f"line {line} is nested more than {formula.DEEPEST} deep.", remedy=SPLIT)
