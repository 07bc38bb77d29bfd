"""The little grammar of formulas, and what a formula can be turned into.

A formula is one line of ordinary mathematics in Python's notation, such as `1 - out * out` or `x if
x > 0 else 0`. It is read once into a checked syntax tree and printed from there as Python, C or
LaTeX. It is never handed to `eval` as
text: what is not on the whitelist below does not get past `parse`.

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
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import FormulaError

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e, "inf": math.inf}

LONGEST = 10_000  # characters; longer text is a mistake or an attack
DEEPEST = 100  # nesting; CPython's own parser and our walk stay far from their limits

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_COMPARE: dict[type[ast.cmpop], str] = {
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
        case ast.BinOp(op=op) if type(op) in _BINARY:
            pass
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()) | ast.BoolOp() | ast.IfExp():
            pass
        case ast.Compare(ops=ops) if all(type(op) in _COMPARE for op in ops):
            pass
        case ast.Call(func=ast.Name(id=function), keywords=[]):
            if function not in functions:
                raise FormulaError(
                    f"{where}: unknown function {function!r}.",
                    remedy="the table of operations (chainrule.ops) lists those there are",
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


# ---- printers ------------------------------------------------------------------------------------

_ATOM = 20
_POWER = 14
_UNARY = 13
_BINDING = {"*": 12, "/": 12, "//": 12, "%": 12, "+": 11, "-": 11, "**": _POWER}


class Printer:
    """Prints a formula as Python. The other languages differ from it in the methods that they
    override."""

    infinity = "inf"  # no language has a literal for it; the namespace has the name
    _variables: tuple[str, ...] = ()

    def text(self, formula: Formula) -> str:
        """Return a formula in this printer's language."""
        self._variables = formula.names
        return self.print(formula.tree)

    def number(self, value: float) -> str:
        return self.infinity if value == math.inf else repr(float(value))

    def name(self, name: str) -> str:
        if name in CONSTANTS and name not in self._variables:
            return self.number(CONSTANTS[name])
        return name

    def unary(self, operator: str, operand: str) -> str:
        return f"({operator}{operand})"

    def binary(self, operator: str, left: str, right: str) -> str:
        return f"({left} {operator} {right})"

    def compare(self, operators: list[str], sides: list[str]) -> str:
        return "(" + sides[0] + "".join(f" {o} {s}" for o, s in zip(operators, sides[1:])) + ")"

    def logic(self, word: str, sides: list[str]) -> str:
        return "(" + f" {word} ".join(sides) + ")"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    def call(self, function: str, arguments: list[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    def print(self, node: ast.expr) -> str:
        """Return the text of a checked tree in this printer's language."""
        match node:
            case ast.Constant(value=value):
                return self.number(value)  # type: ignore[arg-type]  # parse let only numbers through
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(op=op, operand=operand):
                sign = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not "}[type(op)]
                return self.unary(sign, self.print(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(_BINARY[type(op)], self.print(left), self.print(right))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                sides = [self.print(side) for side in (left, *rest)]
                return self.compare([_COMPARE[type(op)] for op in ops], sides)
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return self.logic(word, [self.print(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.choice(self.print(test), self.print(body), self.print(orelse))
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, [self.print(argument) for argument in arguments])
        raise AssertionError(f"{ast.dump(node)} got past parse")


class IEEEPrinter(Printer):
    """Prints Python that follows IEEE 754 (nan, inf) where Python itself would raise.

    The names that it calls are those of `chainrule.ieee`.
    """

    def binary(self, operator: str, left: str, right: str) -> str:
        function = {"/": "divide", "//": "quotient", "%": "modulo", "**": "power"}.get(operator)
        return f"{function}({left}, {right})" if function else super().binary(operator, left, right)


class CPrinter(Printer):
    """Prints C99 over doubles. Functions get a prefix, so that `exp` in a formula is the table's
    `exp`."""

    infinity = "INFINITY"

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix

    def unary(self, operator: str, operand: str) -> str:
        return f"({operator.replace('not ', '!')}{operand})"

    def binary(self, operator: str, left: str, right: str) -> str:
        function = {"//": "quotient", "%": "modulo", "**": "pow"}.get(operator)
        return f"{function}({left}, {right})" if function else super().binary(operator, left, right)

    def compare(self, operators: list[str], sides: list[str]) -> str:
        pairs = [f"{a} {o} {b}" for a, o, b in zip(sides, operators, sides[1:])]
        return "(" + " && ".join(pairs) + ")"

    def logic(self, word: str, sides: list[str]) -> str:
        return "(" + (" && " if word == "and" else " || ").join(sides) + ")"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    def call(self, function: str, arguments: list[str]) -> str:
        return super().call(self.prefix + function, arguments)


class JSPrinter(CPrinter):
    """Prints JavaScript. The functions stand in one object, so that none hides one of the page."""

    infinity = "Infinity"

    def binary(self, operator: str, left: str, right: str) -> str:
        function = {"//": "quotient", "%": "modulo", "**": "power"}.get(operator)
        if function:
            return self.call(function, [left, right])
        return super().binary(operator, left, right)

    def compare(self, operators: list[str], sides: list[str]) -> str:
        strict = {"==": "===", "!=": "!=="}
        return super().compare([strict.get(word, word) for word in operators], sides)


def python_function(
    formula: Formula,
    arguments: tuple[str, ...],
    namespace: Mapping[str, Any],
    printer: Printer | None = None,
) -> Callable[..., Any]:
    """Make a Python function of a checked formula.

    Args:
        formula: What the function returns.
        arguments: Its parameters, in order.
        namespace: The functions that the formula calls.
        printer: The dialect of Python; the default is Python itself, which works on Values too.

    Returns:
        A function of `arguments`.
    """
    body = (printer or Printer()).text(formula)
    scope: dict[str, Any] = {**namespace, "inf": math.inf}
    # The text was printed from a tree that passed the whitelist; it is not the text that the user
    # wrote.
    exec(f"def f({', '.join(arguments)}):\n    return {body}", scope)
    return scope["f"]  # type: ignore[no-any-return]  # what exec has just defined


# ---- LaTeX ---------------------------------------------------------------------------------------

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


def fill_latex(template: str, letter: str, text: str, binding: int = _ATOM) -> str:
    """Put an operand into a template; a single letter or number needs no parentheses."""
    if binding >= _ATOM:
        template = template.replace(rf"\left({{{letter}}}\right)", f" {text}")
    return template.replace(f"{{{letter}}}", f"{{{text}}}")


def _latex(node: ast.expr, calls: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, int]:
    """The LaTeX of a node and how tightly its outermost operator binds."""

    def inner(part: ast.expr, at_least: int) -> str:
        text, binding = _latex(part, calls, names)
        return text if binding >= at_least else rf"\left({text}\right)"

    match node:
        case ast.Constant(value=value):
            return f"{value:g}" if isinstance(value, float) else str(value), _ATOM
        case ast.Name(id=name):
            return names.get(name, name if len(name) == 1 else rf"\mathrm{{{name}}}"), _ATOM
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
            sign = _BINARY[type(op)]
            binding = _BINDING[sign]
            shown = {"*": r" \cdot ", "%": r" \bmod "}.get(sign, f" {sign} ")
            return inner(left, binding) + shown + inner(right, binding + (sign != "+")), binding
        case ast.Compare(left=left, ops=ops, comparators=rest):
            text = inner(left, 11)
            for comparison, side in zip(ops, rest):
                text += f" {_LATEX_COMPARE[_COMPARE[type(comparison)]]} {inner(side, 11)}"
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
                return rf"\operatorname{{{function}}}\left({parts}\right)", _ATOM
            for letter, argument in zip("xyz", arguments):
                template = fill_latex(template, letter, *_latex(argument, calls, names))
            return template, _ATOM
    raise AssertionError(f"{ast.dump(node)} got past parse")
