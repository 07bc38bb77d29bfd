"""The grammar of formulas.

A formula is one line of mathematics in Python's notation, such as `1 - out * out` or `x if x > 0
else 0`. `parse` reads it once into a checked syntax tree, which subclasses of `Visitor` turn into
programs (`printers.py`) and mathematics (`latex.py`). No text reaches `eval`: `parse` refuses
whatever isn't on the whitelist below.

    numbers       1, 0.5, 1e-3, and the constants pi, e, inf
    names         the operands (x, y, z), and out, the result of the operation itself
    arithmetic    + - * / // % **   and the unary minus
    comparisons   < <= > >= == !=, chained too, with and, or, not
    a choice      a if condition else b
    calls         of the functions that the caller names
"""

from __future__ import annotations

import ast
import math
from collections.abc import Collection
from dataclasses import dataclass

from ..errors import FormulaError, shorten

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e, "inf": math.inf}

LONGEST = 10_000  # characters; longer text is a mistake or an attack
DEEPEST = 100  # nesting; CPython's own parser and our walk stay far from their limits

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


@dataclass(frozen=True)
class Formula:
    """A checked formula.

    Attributes:
        text: Its text.
        tree: Its syntax tree, made of whitelisted nodes only.
        names: The free names in it, without constants and functions, in order of appearance.
    """

    text: str
    tree: ast.expr
    names: tuple[str, ...]


def parse(
    text: str,
    names: Collection[str] | None = None,
    functions: Collection[str] = (),
    where: str = "formula",
) -> Formula:
    """Read and check a formula.

    Args:
        text: The formula, one line.
        names: The names that may appear, or None for any.
        functions: The functions that may be called.
        where: What the formula is, for error messages.

    Returns:
        The checked formula.

    Raises:
        FormulaError: The text isn't a formula, or contains something that isn't allowed.
    """
    if not isinstance(text, str):
        raise FormulaError(f"{where}: a formula is text, not {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(f"{where}: {len(text)} characters; at most {LONGEST} can be read.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or str(error) or "nested too deeply"
        raise FormulaError(
            f"{where}: {shorten(text)} is not a formula: {reason}.",
            remedy="write it like (a*b + c)*f, with numbers, names, + - * / // % ** and calls",
        ) from None
    free: dict[str, None] = {}
    _check(tree, names, functions, where, free, 0)
    return Formula(text, tree, tuple(free))


def _check(
    node: ast.AST,
    names: Collection[str] | None,
    functions: Collection[str],
    where: str,
    free: dict[str, None],
    depth: int,
) -> None:
    """Raise for the first part of a tree that isn't on the whitelist."""
    if depth > DEEPEST:
        raise FormulaError(f"{where}: nested more than {DEEPEST} deep.")
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            _check_number(value, where)  # type: ignore[arg-type]  # the guard narrows the type
        case ast.Name(id=name):
            if names is not None and name not in names and name not in CONSTANTS:
                known = ", ".join(sorted(names)) or "none"
                raise FormulaError(f"{where}: unknown name {name!r}; known: {known}.")
            if name not in CONSTANTS or (names is not None and name in names):
                free.setdefault(name)
        case ast.BinOp(op=op) if type(op) in BINARY:
            pass
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()) | ast.BoolOp() | ast.IfExp():
            pass
        case ast.Compare(ops=ops) if all(type(op) in COMPARE for op in ops):
            pass
        case ast.Call(func=ast.Name(id=function), keywords=[]):
            if function not in functions:
                raise FormulaError(
                    f"{where}: unknown function {function!r}.",
                    remedy="the table of operations (chainrule.table.ops) lists those there are",
                )
        case _:
            raise FormulaError(
                f"{where}: {_source(node)} is not allowed in a formula.",
                remedy="use numbers, names, + - * / // % **, comparisons, a if c else b, calls",
            )
    for child in _parts(node):
        _check(child, names, functions, where, free, depth + 1)


def _source(node: ast.AST) -> str:
    try:
        return shorten(ast.unparse(node))
    except RecursionError:
        return type(node).__name__


def _parts(node: ast.AST) -> list[ast.expr]:
    """The sub-expressions of a node, without the name of a called function."""
    if isinstance(node, ast.Call):
        return list(node.args)
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _check_number(value: float, where: str) -> None:
    try:
        float(value)
    except OverflowError:
        raise FormulaError(f"{where}: a number with more than 308 digits does not fit.") from None
