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
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from ..errors import FormulaError, did_you_mean, shorten

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e, "inf": math.inf}

LONGEST = 10_000  # characters; longer text is a mistake or an attack
DEEPEST = 100  # nesting; CPython's own parser and our walk stay far from their limits

_parsing = Lock()
"""CPython 3.11 raises a SystemError now and then when two threads build syntax trees at once."""

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


UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `syntax` raises for a text that isn't Python, or is nested too deeply."""


def syntax(text: str, mode: str) -> Any:
    """Return Python's own syntax tree of a text; `mode` is that of `ast.parse`."""
    with _parsing:
        return ast.parse(text, mode=mode)


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
        tree = syntax(text.strip(), "eval").body
    except UNREADABLE as error:
        reason = getattr(error, "msg", None) or str(error) or "nested too deeply"
        raise FormulaError(
            f"{where}: {shorten(text)} is not a formula: {reason}.",
            remedy="write it like (a*b + c)*f, with numbers, names, + - * / // % ** and calls",
        ) from None
    whitelist = _Whitelist(names, functions, where)
    whitelist.check(tree)
    return Formula(text, tree, tuple(whitelist.free))


@dataclass
class _Whitelist:
    """The names and functions that a formula may contain, and the free names in it so far."""

    names: Collection[str] | None
    functions: Collection[str]
    where: str
    free: dict[str, None] = field(default_factory=dict)

    def check(self, node: ast.expr, depth: int = 0) -> None:
        """Raise for the first part of a tree that isn't allowed."""
        names = self.names
        parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        if depth > DEEPEST:
            raise self._error(f"nested more than {DEEPEST} deep.")
        match node:
            case ast.Constant(value=int() | float() as value) if type(value) is not bool:
                try:
                    float(value)
                except OverflowError:
                    what = "a number with more than 308 digits does not fit."
                    raise self._error(what) from None
            case ast.Name(id=name):
                if names is not None and name not in names and name not in CONSTANTS:
                    known = ", ".join(sorted(names)) or "none"
                    what = f"unknown name {name!r}; known: {known}."
                    raise self._error(what, did_you_mean(name, names))
                if name not in CONSTANTS or (names is not None and name in names):
                    self.free.setdefault(name)
            case ast.BinOp(op=op) if type(op) in BINARY:
                pass
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()) | ast.BoolOp() | ast.IfExp():
                pass
            case ast.Compare(ops=ops) if all(type(op) in COMPARE for op in ops):
                pass
            case ast.Call(func=ast.Name(id=function), keywords=[]):
                parts = node.args
                if function not in self.functions:
                    near = did_you_mean(function, self.functions)
                    known = "use an operation of docs/operations.md, such as exp, log, sin or tanh"
                    raise self._error(f"unknown function {function!r}.", near or known)
            case _:
                raise self._error(
                    f"{_source(node)} is not allowed in a formula.",
                    "use numbers, names, + - * / // % **, comparisons, a if c else b, calls",
                )
        for part in parts:
            self.check(part, depth + 1)

    def _error(self, what: str, remedy: str = "") -> FormulaError:
        return FormulaError(f"{self.where}: {what}", remedy=remedy)


def _source(node: ast.expr) -> str:
    try:
        return shorten(ast.unparse(node))
    except (RecursionError, ValueError):  # no whole number of more than 4,300 digits is written
        return type(node).__name__
