"""Copy the functions of `table/special.py` into C and JavaScript."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from chainrule.table import special
from chainrule.table.printers import CPrinter, JSPrinter


class _Expressions(CPrinter):
    """Prints expressions that may also name the constants of special.py and call `polynomial`."""

    renamed: ClassVar[dict[str, str]] = {}
    nan = "NAN"

    def name(self, name: str) -> str:
        if name == "nan":
            return self.nan
        value = getattr(special, name, None)
        return self.number(value) if isinstance(value, float) else super().name(name)

    def visit(self, node: ast.expr) -> str:
        match node:
            case ast.Call(ast.Name("polynomial"), [ast.Name(t), ast.Name(name)]):
                first, *rest = getattr(special, name)
                text = repr(first)
                for number in rest:
                    sign = "-" if number < 0.0 else "+"
                    text = f"({text} * {t} {sign} {abs(number)!r})"
                return text
            case ast.Call(ast.Name("divide"), [x, y]):
                return f"({self.visit(x)} / {self.visit(y)})"
        return super().visit(node)

    def call(self, function: str, arguments: list[str]) -> str:
        if function not in self.renamed:
            return super().call(function, arguments)
        return f"{self.renamed[function]}({', '.join(arguments)})"


class CExpressions(_Expressions):
    """Calls the C library by its own names, so that the text needs no macros."""

    renamed: ClassVar = {
        name: {"abs": "fabs", "power": "pow"}.get(name, name)
        for name in (
            "abs", "copysign", "cos", "erf", "erfc", "exp", "floor", "log", "log1p", "power",
            "rint", "sin", "sqrt", "tan",
        )
    }  # fmt: skip


class JSExpressions(_Expressions, JSPrinter):
    """Calls everything by the object that holds the functions."""

    nan = "NaN"


def functions() -> Iterator[ast.FunctionDef]:
    """The functions of special.py, in their order, without `polynomial`."""
    with open(special.__file__, encoding="utf-8") as file:
        module = ast.parse(file.read())
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name != "polynomial":
            yield node


def in_c() -> str:
    """The functions as C."""
    expressions = CExpressions("c_")
    texts = []
    for function in functions():
        parameters = ", ".join(f"double {each.arg}" for each in function.args.args)
        names = _locals(function)
        lines = [f"double {', '.join(names)};"] if names else []
        lines += _statements(function.body[1:], expressions.visit)
        comment = f"/* {ast.get_docstring(function)} */"
        head = f"static inline double c_{function.name}({parameters}) {{"
        texts.append("\n".join([comment, head, *_indent(lines), "}"]))
    return "\n\n".join(texts)


def in_js(prefix: str) -> str:
    """The functions as JavaScript, each a member of an object."""
    expressions = JSExpressions(prefix)
    texts = []
    for function in functions():
        parameters = ", ".join(each.arg for each in function.args.args)
        names = _locals(function)
        lines = [f"let {', '.join(names)};"] if names else []
        lines += _statements(function.body[1:], expressions.visit)
        head = f"{prefix}{function.name} = ({parameters}) => {{"
        texts.append("\n".join([head, *_indent(lines), "};"]))
    return "\n".join(texts)


def _locals(function: ast.FunctionDef) -> list[str]:
    """The variables of a function besides its parameters."""
    parameters = {each.arg for each in function.args.args}
    names = [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return sorted(set(names) - parameters)


def _statements(body: list[ast.stmt], write: Callable[[Any], str]) -> list[str]:
    """The lines of some statements, which both languages write alike."""
    lines: list[str] = []
    for statement in body:
        match statement:
            case ast.Return(value):
                lines.append(f"return {bare(write(value))};")
            case ast.Assign([ast.Name(name)], value):
                lines.append(f"{name} = {bare(write(value))};")
            case ast.AugAssign(ast.Name(name), op, value):
                sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}[type(op)]
                lines.append(f"{name} {sign}= {bare(write(value))};")
            case ast.If(test, then, []):
                lines += [f"if {write(test)} {{", *_indent(_statements(then, write)), "}"]
            case ast.While(test, loop, []):
                lines += [f"while {write(test)} {{", *_indent(_statements(loop, write)), "}"]
            case _:
                raise AssertionError(f"special.py has a statement of another kind: {statement}")
    return lines


def bare(text: str) -> str:
    """An expression without parentheses around the whole."""
    depth = 0
    for letter in text[:-1]:
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text
    return text[1:-1] if text.startswith("(") else text


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
