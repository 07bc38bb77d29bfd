"""The little grammar of formulas, and how a formula is set in LaTeX.

A formula is one line of ordinary mathematics in Python's notation, such as `1 - out * out` or `x if
x > 0 else 0`. It is read once into a checked syntax tree; from there it is set in LaTeX here, and
printed as Python, C or JavaScript by `printers.py`. It is never handed to `eval` as text: what is
not on the whitelist below does not get past `parse`.

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
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..errors import FormulaError

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
        text: What was read.
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
        where: What the formula is, for the message when something is wrong.

    Returns:
        The checked formula.

    Raises:
        FormulaError: The text is no formula, or uses a name, a call or a construct that is not
            allowed.
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
            f"{where}: {_short(text)} is not a formula: {reason}.",
            remedy="write it like (a*b + c)*f, with numbers, names, + - * / // % ** and calls",
        ) from None
    found: dict[str, None] = {}
    _check(tree, names, functions, where, found, 0)
    return Formula(text, tree, tuple(found))


def _check(
    node: ast.AST,
    names: Collection[str] | None,
    functions: Collection[str],
    where: str,
    found: dict[str, None],
    depth: int,
) -> None:
    """Walk the tree and raise on the first thing that is not on the whitelist."""
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
                found.setdefault(name)
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
        _check(child, names, functions, where, found, depth + 1)


def _source(node: ast.AST) -> str:
    try:
        return _short(ast.unparse(node))
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


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


# ---- LaTeX ---------------------------------------------------------------------------------------

_ATOM = 20
_POWER = 14
_UNARY = 13
_BINDING = {"*": 12, "/": 12, "//": 12, "%": 12, "+": 11, "-": 11, "**": _POWER}

_LATEX_COMPARE = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_LATEX_NAMES = {"pi": r"\pi", "inf": r"\infty", "e": "e", "out": r"\mathrm{out}"}


def latex(
    formula: Formula, calls: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> str:
    """Return the formula in LaTeX's mathematics.

    Args:
        formula: A checked formula.
        calls: For a function its template, such as `\\tanh {x}`; others are set upright.
        names: For a name what is written in its place.
    """
    usual = {
        name: x for name, x in _LATEX_NAMES.items() if name not in formula.names or name == "out"
    }
    return _latex(formula.tree, calls or {}, {**usual, **(names or {})})[0]


def upright(name: str, command: str = "operatorname") -> str:
    """Return a name in upright letters.

    Example:
        >>> print(upright("my_cube"))
        \\operatorname{my\\_cube}
    """
    escaped = name.replace("_", r"\_")
    return rf"\{command}{{{escaped}}}"


def fill_latex(template: str, letter: str, text: str, binding: int = _ATOM) -> str:
    """Put an operand into a template; a single letter or number needs no parentheses."""
    if binding >= _ATOM:
        template = template.replace(rf"\left({{{letter}}}\right)", f" {text}")
    return template.replace(f"{{{letter}}}", f"{{{text}}}")


def _template_binding(template: str) -> int:
    """How tightly the loosest operator of a template binds that no group and no fence encloses."""
    bare = re.sub(r"\\left.*\\right", "", template)
    for _ in range(template.count("{")):
        bare = re.sub(r"\{[^{}]*\}", "", bare)
    if re.search(r"[-+<>=]|\\(le|ge|ne)\b", bare):
        return _BINDING["+"]
    return _BINDING["*"] if re.search(r"\\(cdot|bmod)\b", bare) else _ATOM - 1


def _latex(node: ast.expr, calls: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, int]:
    """The LaTeX of a node and how tightly its outermost operator binds."""

    def inner(part: ast.expr, at_least: int) -> str:
        text, binding = _latex(part, calls, names)
        return text if binding >= at_least else rf"\left({text}\right)"

    match node:
        case ast.Constant(value=value):
            return f"{value:g}" if isinstance(value, float) else str(value), _ATOM
        case ast.Name(id=name):
            return names.get(name, name if len(name) == 1 else upright(name, "mathrm")), _ATOM
        case ast.UnaryOp(op=op, operand=operand):
            sign = {ast.USub: "-", ast.UAdd: "", ast.Not: r"\lnot "}[type(op)]
            return sign + inner(operand, _UNARY), 11
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{inner(left, 0)}}}{{{inner(right, 0)}}}", _ATOM - 1
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            quotient = rf"\frac{{{inner(left, 0)}}}{{{inner(right, 0)}}}"
            return rf"\left\lfloor {quotient} \right\rfloor", _ATOM
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{inner(left, _ATOM)}^{{{inner(right, 0)}}}", _POWER
        case ast.BinOp(left=left, op=op, right=right):
            sign = BINARY[type(op)]
            binding = _BINDING[sign]
            shown = {"*": r" \cdot ", "%": r" \bmod "}.get(sign, f" {sign} ")
            return inner(left, binding) + shown + inner(right, binding + (sign != "+")), binding
        case ast.Compare(left=left, ops=ops, comparators=rest):
            text = inner(left, 11)
            for comparison, side in zip(ops, rest):
                text += f" {_LATEX_COMPARE[COMPARE[type(comparison)]]} {inner(side, 11)}"
            return text, 5
        case ast.BoolOp(op=op, values=values):
            word = r" \land " if isinstance(op, ast.And) else r" \lor "
            return word.join(inner(value, 5) for value in values), 4
        case ast.IfExp(test=test, body=body, orelse=orelse):
            rows = (
                rf"{inner(body, 0)} & {inner(test, 0)} \\ {inner(orelse, 0)} & \text{{otherwise}}"
            )
            return rf"\begin{{cases}} {rows} \end{{cases}}", _ATOM
        case ast.Call(func=ast.Name(id=function), args=arguments):
            template = calls.get(function)
            if template is None:
                parts = ", ".join(inner(argument, 0) for argument in arguments)
                return rf"{upright(function)}\left({parts}\right)", _ATOM
            binding = _template_binding(template)
            for letter, argument in zip("xyz", arguments):
                template = fill_latex(template, letter, *_latex(argument, calls, names))
            return template, binding
    raise AssertionError(f"{ast.dump(node)} got past parse")
