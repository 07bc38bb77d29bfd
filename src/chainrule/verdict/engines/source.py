"""The source of a class: the line that is to blame, and how it should read."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple


class Line(NamedTuple):
    """A line of a file."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{Path(self.file).name}:{self.number}: {self.text}"


class Statement(NamedTuple):
    """`variable.grad += value`, or with `=`."""

    line: Line
    variable: str
    adds: bool
    value: ast.expr


class Source:
    """The source of one function of the class, if it can be read."""

    def __init__(self, function: Callable[..., Any] | CodeType | None) -> None:
        self.lines: list[str] = []
        self.tree: ast.AST = ast.Module([], [])
        self.first, self.file = 0, ""
        try:
            code = getattr(getattr(function, "__func__", function), "__code__", function)
            lines, self.first = inspect.getsourcelines(code)  # type: ignore[arg-type]
            self.file = inspect.getsourcefile(code) or ""  # type: ignore[arg-type]
            self.lines = textwrap.dedent("".join(lines)).splitlines()
            self.tree = ast.parse("\n".join(self.lines))
        except (OSError, TypeError, SyntaxError, ValueError, IndexError):
            return

    def line(self, number: int) -> Line:
        """The line with a number that counts from 1 in this function."""
        return Line(self.file, self.first + number - 1, self.lines[number - 1].strip())

    def search(self, pattern: str) -> Line | None:
        """The first line that a regular expression is found in."""
        for number, text in enumerate(self.lines, 1):
            if re.search(pattern, text.split("#")[0]):
                return self.line(number)
        return None

    def statements(self, grad: str) -> Iterator[Statement]:
        """The statements that write a gradient."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AugAssign):
                targets: Sequence[ast.expr] = [node.target]
            elif isinstance(node, ast.Assign):
                targets = node.targets
            else:
                continue
            target = targets[0]
            if isinstance(target, ast.Attribute) and target.attr == grad:
                variable, line = ast.unparse(target.value), self.line(node.lineno)
                yield Statement(line, variable, isinstance(node, ast.AugAssign), node.value)

    def functions(self) -> Iterator[ast.FunctionDef | ast.Lambda]:
        """The functions inside this one."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                yield node

    def has_function_in_loop(self) -> bool:
        """Whether functions are made in a loop or a comprehension."""
        loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
        makes = (ast.FunctionDef, ast.Lambda)
        return any(
            isinstance(inner, makes)
            for loop in ast.walk(self.tree)
            if isinstance(loop, loops)
            for inner in ast.walk(loop)
        )


def cells(function: Any) -> dict[str, Any]:
    """The variables that a closure uses from outside, by their names."""
    found: dict[str, Any] = {}
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    for name, cell in zip(names, getattr(function, "__closure__", None) or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # an empty cell
            continue
    return found


def first_line(kind: type, name: object) -> str:
    """The line on which a method of the class begins; empty where it can't be read."""
    source = Source(getattr(kind, name, None)) if isinstance(name, str) else Source(None)
    return str(source.line(1)) if source.lines else ""


def methods(kind: type) -> Iterator[tuple[str, Any]]:
    """The functions that a class defines, those of its own bases included."""
    seen: set[str] = set()
    for each in kind.__mro__[:-1]:
        for name, x in vars(each).items():
            x = getattr(x, "__func__", getattr(x, "fget", x))
            if name not in seen and inspect.isfunction(x):
                seen.add(name)
                yield name, x


def find_line(kind: type, pattern: str, names: Sequence[str] = ()) -> str:
    """The first line of the class that a regular expression is found in, among these methods
    first; empty where there is none."""
    ranked = sorted(methods(kind), key=lambda item: item[0] not in names)
    for _, method in ranked:
        if line := Source(method).search(pattern):
            return str(line)
    return ""
