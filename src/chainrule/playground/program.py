"""Read the few lines of Python that somebody typed into the playground. Nothing is evaluated.

A line is an assignment. `a = 2` and `a = Value(2)` make an input that starts at 2; `d = a*b + c`
computes. The last line may be an expression without a name, and a name that no line defines is an
input too. What notebooks say around this (imports, `e.label = 'e'`, `L.backward()`) is read over,
and `x.tanh()` and `np.tanh(x)` are `tanh(x)`.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import FormulaError, did_you_mean, shorten
from ..graph.expression import FUNCTIONS
from ..graph.lines import LONGEST, TAKEN
from ..table import formula
from .limits import require_short_lines, require_small

LARGEST_EXPONENT = 1000

MODULES = ("chainrule", "cr", "value", "math", "numpy", "np", "torch", "micrograd")
"""The modules that may be imported, and whose functions may be called by their full name."""

STARTS = (1.0, 0.5, 1.5, 2.0)
"""The numbers at which inputs start that no line defines."""

REMEDY = "write lines such as d = a*b + c"


@dataclass(frozen=True)
class Statement:
    """A line that computes: its name, its expression, and its number in the text."""

    name: str
    source: str
    line: int


@dataclass
class Program:
    """What was typed.

    Attributes:
        starts: The inputs and the numbers at which they start, in order of appearance.
        statements: The lines that compute.
        root: The name that the gradients belong to.
    """

    starts: dict[str, float] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    root: str = ""


def read(text: str) -> Program:
    """Read a program.

    Raises:
        FormulaError: It isn't Python, has something that isn't allowed, or is too large.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"this text has {len(text):,} characters; the playground reads {LONGEST:,}.",
            remedy="show a larger graph with chainrule.show",
        )
    reader = _Reader()
    body = _syntax(text).body
    for statement in body:
        reader.read(statement, is_last=statement is body[-1])
    return reader.result()


def _syntax(text: str) -> ast.Module:
    require_short_lines(text)
    try:
        tree: ast.Module = formula.syntax(text, "exec")
    except formula.UNREADABLE as error:
        is_deep = isinstance(error, RecursionError | MemoryError)
        reason = "it is nested too deeply" if is_deep else getattr(error, "msg", str(error))
        line = getattr(error, "lineno", None) or 1
        raise FormulaError(f"line {line} isn't Python: {reason}.", remedy=REMEDY) from None
    require_small(tree)
    return tree


class _Reader:
    """Reads one statement after the other."""

    def __init__(self) -> None:
        self.program = Program()
        self.defined: dict[str, int] = {}
        self.used: set[str] = set()

    def read(self, statement: ast.stmt, is_last: bool) -> None:
        """Read a statement.

        Raises:
            FormulaError: It isn't allowed.
        """
        line = statement.lineno
        match statement:
            case ast.Import(names=names) if all(_is_module(alias.name) for alias in names):
                return
            case ast.ImportFrom(module=str(module), level=0) if _is_module(module):
                return
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(), attr="label")],
                value=ast.Constant(value=str()),
            ):
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._define(name, value, line)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="backward"), args=[]) as call):
                self._backward(call, line)
            case ast.Expr(value=value) if is_last:
                self._define(self._unnamed(value), value, line)
            case ast.Expr():
                what = f"line {line}: {_source(statement)} has no name, so nothing uses it."
                raise FormulaError(what, remedy=f"give it one: d = {_source(statement)}")
            case _:
                what = f"line {line}: {_said(statement)} isn't possible here."
                raise FormulaError(what, remedy=REMEDY)

    def _unnamed(self, value: ast.expr) -> str:
        """A name for the last line, which has none."""
        used = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
        names = itertools.chain(["L"], (f"L{number}" for number in itertools.count(2)))
        return next(name for name in names if self._is_new(name) and name not in used)

    def _is_new(self, name: str) -> bool:
        return name not in self.defined

    def _backward(self, call: ast.Call, line: int) -> None:
        value = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not isinstance(value, ast.Name) or value.id not in self.defined:
            raise FormulaError(f"line {line}: {_source(call)} needs the name of a line above.")
        self.program.root = value.id

    def _define(self, name: str, value: ast.expr, line: int) -> None:
        if name in TAKEN:
            what = f"line {line}: {name} can't be a name here."
            raise FormulaError(what, remedy=f"choose another, such as {name.lower()}1")
        if not self._is_new(name):
            what = f"line {line}: {name} stands in line {self.defined[name]} already."
            remedy = "choose another name: each name is one node, defined before it is used"
            raise FormulaError(what, remedy=remedy)
        number = _start(value, line)
        if number is not None:
            self.program.starts[name] = number
        else:
            self._compute(name, value, line)
        self.defined[name] = line

    def _compute(self, name: str, value: ast.expr, line: int) -> None:
        starts = self.program.starts
        plain = _Plain(line, {*self.defined, *starts}).visit(value)
        source = ast.unparse(plain)
        formula.parse(source, None, FUNCTIONS, f"line {line}")
        names = [each.id for each in _walk(plain) if isinstance(each, ast.Name)]
        if name in names and name not in formula.CONSTANTS:
            remedy = f"start with a line such as {name} = 1, and give the result another name"
            raise FormulaError(f"line {line} uses {name} to define {name}.", remedy=remedy)
        fresh = [each for each in dict.fromkeys(names) if self._is_new(each)]
        numbers = itertools.cycle(STARTS)
        for each in fresh:
            self.defined[each] = line
            if each not in formula.CONSTANTS:
                starts[each] = next(numbers)
        self.used.update(names)
        self.program.statements.append(Statement(name, source, line))

    def result(self) -> Program:
        """Return the program once every statement has been read."""
        program = self.program
        if not program.statements:
            raise FormulaError(
                "nothing is computed yet." if program.starts else "there is nothing to read yet.",
                remedy="add a line that computes, such as L = a*b + c",
            )
        program.root = program.root or program.statements[-1].name
        for name in (*program.starts, *(each.name for each in program.statements)):
            if name not in self.used and name != program.root:
                raise FormulaError(
                    f"line {self.defined[name]}: nothing uses {name}.",
                    remedy="use it in a later line, or leave it out",
                )
        return program


def _is_module(name: str) -> bool:
    return name.partition(".")[0] in MODULES


KINDS = {
    "FunctionDef": "a function", "For": "a loop", "While": "a loop", "If": "an if",
    "ClassDef": "a class", "Import": "this import", "ImportFrom": "this import",
    "Assign": "assigning to this", "AugAssign": "changing a name", "AnnAssign": "a type",
}  # fmt: skip


def _said(statement: ast.stmt) -> str:
    return KINDS.get(type(statement).__name__, "this statement")


def _start(value: ast.expr, line: int) -> float | None:
    """Return the number that a line such as `a = -2` or `a = Value(-2)` starts an input at."""
    match value:
        case ast.Call(func=ast.Name(id="Value"), args=[number], keywords=words):
            if any(word.arg != "label" for word in words):
                raise FormulaError(f"line {line}: write Value(2), with a number only.")
            start = _literal(number)
            if start is None:
                raise FormulaError(f"line {line}: {_source(number)} isn't a number.")
        case _:
            start = _literal(value)
    if start is not None and not abs(start) < math.inf:
        raise FormulaError(f"line {line}: {_source(value)} is larger than a float can be.")
    return start


def _literal(value: ast.AST) -> float | None:
    match value:
        case ast.Constant(value=int() | float() as x) if type(x) is not bool:
            return _finite(x)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as x)):
            return None if type(x) is bool else -_finite(x)
    return None


def _finite(x: float) -> float:
    """Return a number; infinity where no float is as large."""
    try:
        float(x)
    except OverflowError:
        return math.inf
    return x


def _walk(tree: ast.expr) -> Iterator[ast.expr]:
    """The parts of a rewritten expression from left to right, without the names of functions."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        parts = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        todo += reversed([part for part in parts if isinstance(part, ast.expr)])


def _source(node: ast.AST) -> str:
    try:
        return shorten(ast.unparse(node)).strip("'\"")
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "this"


PLAIN = (ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.Call)
CHOICES = (ast.IfExp, ast.Compare, ast.BoolOp)


class _Plain(ast.NodeTransformer):
    """Rewrites methods and functions of modules as plain calls; refuses what a graph can't follow.

    Args:
        line: Where the expression stands.
        known: The names that are numbers.
    """

    def __init__(self, line: int, known: Collection[str]) -> None:
        self.line = line
        self.known = known

    def visit(self, node: ast.AST) -> Any:
        """Return a part of an expression rewritten.

        Raises:
            FormulaError: It isn't allowed.
        """
        if isinstance(node, CHOICES) or isinstance(getattr(node, "op", None), ast.Not):
            raise self._error(
                f"{_source(node)} chooses between two graphs, and here there is one.",
                "use relu, max, min, clip or where, which are operations",
            )
        number = _literal(node)
        if number is not None and abs(number) == math.inf:
            raise self._error(f"{_source(node)} is larger than a float can be.", "")
        is_number = not isinstance(node, ast.Constant) or number is not None
        if isinstance(node, ast.expr) and not (isinstance(node, PLAIN) and is_number):
            remedy = "use numbers, names, + - * / // % ** and calls such as tanh(x)"
            raise self._error(f"{_source(node)} isn't possible in an expression.", remedy)
        return super().visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function, arguments = node.func, node.args
        name = function.id if isinstance(function, ast.Name) else ""
        if isinstance(function, ast.Attribute):
            name = function.attr
            owner = function.value
            if not (isinstance(owner, ast.Name) and self._is_module(owner.id)):
                arguments = [owner, *arguments]
        if name == "Value":
            remedy = "give it a line of its own, such as a = Value(2)"
            raise self._error("Value(...) inside a calculation has no name.", remedy)
        if name not in FUNCTIONS:
            known = "use one of docs/operations.md, such as exp, log, sin or tanh"
            remedy = did_you_mean(name, FUNCTIONS) or known
            raise self._error(f"unknown function {shorten(name or _source(function))}.", remedy)
        if node.keywords:
            raise self._error(f"{name} takes its operands without names.", f"write {name}(x)")
        return ast.Call(ast.Name(name), [self.visit(each) for each in arguments], [])

    def _is_module(self, name: str) -> bool:
        return name in MODULES and name not in self.known

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if isinstance(node.op, ast.BitXor):
            remedy = _source(ast.BinOp(node.left, ast.Pow(), node.right)).replace(" ** ", "**")
            raise self._error("write ** instead of ^.", remedy)
        exponent = _literal(node.right) if isinstance(node.op, ast.Pow) else None
        if exponent is not None and abs(exponent) > LARGEST_EXPONENT:
            remedy = f"use one up to {LARGEST_EXPONENT:,}"
            raise self._error(f"the exponent {shorten(exponent)} is too large.", remedy)
        return self.generic_visit(node)

    def _error(self, what: str, remedy: str) -> FormulaError:
        return FormulaError(f"line {self.line}: {what}", remedy=remedy)
