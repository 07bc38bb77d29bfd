"""Compute with an expression that a user typed, such as `(a*b + c)*f`.

The expression is parsed as a formula, which admits only arithmetic. Then each operation is applied
to Values.
"""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine import functions
from ..engine.node import CONSTANT, is_value
from ..engine.twin import Value
from ..errors import DivisionByZero, DomainError, FormulaError, WrongType, did_you_mean, shorten
from ..table import formula

FUNCTIONS = {name: getattr(functions, name) for name in functions.__all__}
"""The functions that an expression may call."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: lambda x: not _data(x),
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def compute(source: str, known: Mapping[str, Any], where: str) -> tuple[Any, tuple[str, ...]]:
    """Return the node that an expression computes, and the names that it uses.

    Args:
        source: The expression, without a name.
        known: The node that each name stands for.
        where: What the expression is, for error messages.

    Raises:
        FormulaError: The text isn't an expression, contains something that isn't allowed or an
            unknown name, or is a condition.
        DomainError: An operation has no real result.
    """
    if "^" in source:
        raise FormulaError(
            f"{where}: write ** instead of ^, which is in {shorten(source)}.",
            remedy=shorten(re.sub(r"\s*\^\s*", "**", source)).strip("'\""),
        )
    _require_numbers(source, known, where)
    parsed = formula.parse(source, known, FUNCTIONS, where)
    root = _evaluate(parsed.tree, known)
    if not is_value(root):
        raise FormulaError(f"{where}: {shorten(source)} is {root}, which isn't a number.")
    return root, parsed.names


def _require_numbers(source: str, known: Mapping[str, Any], where: str) -> None:
    """Raise unless each name in an expression has a number."""
    names = formula.parse(source, None, FUNCTIONS, where).names
    if missing := [name for name in names if name not in known]:
        verb = "has" if len(missing) == 1 else "have"
        example = "add one, for example " + " ".join(f"{name}=1" for name in missing)
        near = did_you_mean(missing[0], [name for name in known if name not in names])
        raise FormulaError(
            f"{where}: {' and '.join(missing)} {verb} no number.", remedy=near or example
        )


def _evaluate(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """Return the value of a parsed tree."""
    match node:
        case ast.Constant(value=x):
            return _constant(x)
        case ast.Name(id=name):
            return known[name] if name in known else _constant(formula.CONSTANTS[name])
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as x)):
            return _constant(-x)  # in Python too -2 is one number
        case ast.UnaryOp(op=op, operand=x):
            return _UNARY[type(op)](_evaluate(x, known))
        case ast.BinOp(left=x, op=op, right=y):
            return _apply(node, _BINARY[type(op)], [x, y], known)
        case ast.Compare(left=x, ops=ops, comparators=rest):
            sides = [_data(_evaluate(side, known)) for side in (x, *rest)]
            return all(_COMPARE[type(op)](*pair) for op, *pair in zip(ops, sides, sides[1:]))
        case ast.BoolOp(op=op, values=values):
            result: Any = None
            for value in values:
                result = _evaluate(value, known)
                if bool(_data(result)) == isinstance(op, ast.Or):
                    break
            return result
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _evaluate(body if _data(_evaluate(test, known)) else orelse, known)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _apply(node, functools.partial(_call, name), arguments, known)
    raise AssertionError(f"{ast.dump(node)} got past parse")


def _constant(x: Any) -> Any:
    """Return a number as a node. As a plain int, 10**10**10 would really be computed."""
    node = Value(x)
    node._kind = CONSTANT
    return node


def _data(x: Any) -> Any:
    return x.data if is_value(x) else x


def _apply(
    node: ast.expr, function: Callable[..., Any], operands: list[ast.expr], known: Mapping[str, Any]
) -> Any:
    """Apply an operation. An error quotes the expression instead of the table's x and y."""
    numbers = [_evaluate(operand, known) for operand in operands]
    try:
        return function(*numbers)
    except DomainError as error:
        what, remedy = _restate(node, operands, [_data(x) for x in numbers], error)
        raise type(error)(what, remedy=remedy) from None


def _restate(
    node: ast.expr, operands: Sequence[ast.expr], numbers: Sequence[float], error: DomainError
) -> tuple[str, str]:
    """Return an error's message and its remedy in terms of the expression."""
    lines = str(error).splitlines()
    remedy = next((x.split("remedy", 1)[1].strip() for x in lines if "  remedy " in x), "")
    named = dict(zip("xyz", operands))
    literals = [name for name, operand in named.items() if _is_literal(operand)]
    at = " and ".join(
        f"{ast.unparse(operand)} = {number!r}"
        for operand, number in zip(operands, numbers)
        if not _is_literal(operand)
    )
    source = ast.unparse(node)
    source = source if len(source) <= 60 else source[:57] + "..."
    if isinstance(error, DivisionByZero):
        what = f"{source} divides by zero" + (f" at {at}." if at else ".")
    else:
        reason, _, _ = re.split(r"(,? but | at )", lines[0], maxsplit=1)
        what = f"{source}: {_substitute(reason, named, tight=False)}"
        what += (", but " if " needs " in reason else " at ") + f"{at}." if at else "."
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _is_power(node.right):
        remedy = "a**b**c is a**(b**c); write (a**b)**c for the other order"
    elif isinstance(error, DivisionByZero) and "y" in literals:
        remedy = "divide by a number other than 0"
    elif any(re.search(rf"\b{name}\b", remedy) for name in literals):
        remedy = "choose another number"
    return what, _substitute(remedy, named)


def _is_power(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _substitute(text: str, operands: Mapping[str, ast.expr], tight: bool = True) -> str:
    """Replace x, y and z in a text by the operands of the expression."""

    def operand_text(match: re.Match[str]) -> str:
        operand = operands[match[0]]
        source = ast.unparse(operand)
        is_short = not tight or isinstance(operand, ast.Name | ast.Constant | ast.Call)
        return source if is_short else f"({source})"

    names = "|".join(operands)
    return re.sub(rf"\b(?:{names})\b", operand_text, text)


def _call(name: str, *arguments: Any) -> Any:
    try:
        inspect.signature(FUNCTIONS[name]).bind(*arguments)
    except TypeError:
        raise WrongType(f"{name} cannot take {len(arguments)} operands.") from None
    return FUNCTIONS[name](*arguments)
