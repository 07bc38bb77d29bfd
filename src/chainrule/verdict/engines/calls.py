"""The ways to call an operation of a class: operators from both sides, methods under the names in
use, Values or numbers for the operands."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...numerals import MINUS, format_short
from ...table.ieee import FUNCTIONS
from ...table.ops import BUILT_IN, TABLE, Op
from ...table.rules import NUMBER, RULES, Rule
from .watchdog import contain

ALIASES: dict[str, tuple[str, ...]] = {
    "add": ("plus",),
    "sub": ("minus",),
    "mul": ("times",),
    "div": ("truediv",),
    "neg": ("negate",),
    "log": ("ln",),
    "relu": ("ReLU", "Relu"),
    "leaky_relu": ("leakyrelu", "LeakyReLU", "lrelu"),
    "sigmoid": ("sigm", "logistic", "Sigmoid"),
    "silu": ("SiLU",),
    "tanh": ("Tanh",),
}
"""Other names that methods have, beside those in the table."""
APPROXIMATIONS = {"gelu": 0.01}
"""How far a common approximation of an operation is from the table's result."""

SYMBOLS = {
    "add": "+", "sub": "−", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
}  # fmt: skip


MISNAMED: dict[str, tuple[str, ...]] = {
    "add": ("__plus__", "__sum__"),
    "sub": ("__subtract__", "__substract__", "__minus__"),
    "mul": ("__multiply__", "__times__", "__prod__"),
    "div": ("__div__", "__divide__", "__division__"),
    "neg": ("__negate__", "__negative__", "__minus__"),
    "pow": ("__power__", "__exp__"),
}
"""What people call an operator's method, and Python doesn't."""
MORE_NUMBERS: tuple[tuple[float, ...], ...] = ((-2.5,), (0.0,), (2,), (-3,))
MORE_PAIRS: tuple[tuple[float, ...], ...] = (
    (-1.5, 2.0), (-1.5, -0.5), (0.0, 3.0), (1.5, 0.0), (-0.5, 0.5), (3, 2), (-2, 3), (2, -3),
    (1.5, 2),
)  # fmt: skip
"""Operands of both signs and 0, and ints."""
NEAR = 1e-4
"""How close to a probe there must be no kink."""


@dataclass(frozen=True)
class Call:
    """One way to call an operation."""

    row: Op
    words: str  # how it is written, with V for a Value and "number" for a number
    method: str  # the method of the class that it calls
    live: tuple[int, ...]  # which operands are Values; the others are plain numbers
    operation: Callable[..., Any]  # a function of all operands, in the order of the table
    probes: tuple[tuple[float, ...], ...]  # operands inside the domain and away from kinks
    may_vary: bool = False  # a result other than the table's is another function, not a mistake

    def __call__(self, *operands: Any) -> Any:
        return contain(self.operation)(*operands)

    def code(self, operands: Sequence[str]) -> str:
        """How it is written with these operands."""
        names = iter(operands)
        words = self.words.replace(MINUS, "-")
        return re.sub(r"\bV\b|\bnumber\b", lambda _: next(names), words)

    @property
    def rule(self) -> Rule:
        """The operation's rule."""
        return RULES[NUMBER[self.row.name]]

    def value(self, *operands: float) -> float:
        """The result according to the table."""
        return self.rule.value(*operands)

    def partial(self, argnum: int, *operands: float) -> float:
        """The local derivative according to the table."""
        return self.rule.partials[argnum](*operands, self.value(*operands))

    def operand_text(self, probe: Sequence[float]) -> str:
        """The operands at a probe in words."""
        return ", ".join(f"{x} = {format_short(y)}" for x, y in zip(self.row.operands, probe))

    def derivative_text(self, argnum: int, probe: Sequence[float], above: float) -> str:
        """The derivative as a formula that holds at these operands, such as `d exp(x)/dx = exp(x)`
        or `d(x * y)/dx = y, times 3 from above`."""
        row = self.row
        result = row.formula if row.dunder else f"{row.name}({', '.join(row.operands)})"
        slope = ast.unparse(_Result(result).visit(self.partial_tree(argnum, probe)))
        of = f" {result}" if result.endswith(")") else f"({result})"
        times = "" if above == 1 else f", times {format_short(above)} from above"
        return f"d{of}/d{row.operands[argnum]} = {slope}{times}".replace("-", MINUS)

    def partial_tree(self, argnum: int, probe: Sequence[float]) -> ast.expr:
        """The formula of a local derivative that holds at these operands."""
        tree = ast.parse(self.row.partials[argnum], mode="eval").body
        names = dict(zip(self.row.operands, probe)) | {"out": self.value(*probe)}
        while isinstance(tree, ast.IfExp):
            test = compile(ast.Expression(tree.test), self.row.name, "eval")
            try:
                is_so = eval(test, dict(FUNCTIONS), names)  # a row's own text
            except Exception:
                break
            tree = tree.body if is_so else tree.orelse
        return tree


class _Result(ast.NodeTransformer):
    """Replaces `out` by the operation's formula."""

    def __init__(self, formula: str) -> None:
        self.formula = ast.parse(formula, mode="eval").body

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.formula if node.id == "out" else node


def recorded_rows() -> list[Op]:
    """The table's own operations that Values record."""
    return [row for row in list(TABLE.values()) if row.eager and row.name in BUILT_IN]


def calls_of(row: Op) -> Iterator[Call]:
    """The ways to call an operation, the plainest first."""
    operation = getattr(operator, row.dunder) if row.dunder else None
    if operation and row.arity == 1:
        words = "−V" if row.name == "neg" else f"{row.name}(V)"
        yield Call(row, words, f"__{row.dunder}__", (0,), operation, row.probes)
    elif operation:
        sign, left, right = SYMBOLS[row.dunder], f"__{row.dunder}__", f"__r{row.dunder}__"
        yield Call(row, f"V {sign} V", left, (0, 1), operation, row.probes)
        yield Call(row, f"V {sign} number", left, (0,), operation, row.probes)
        yield Call(row, f"number {sign} V", right, (1,), operation, row.probes)
    for name in _names(row):
        yield from _methods(row, name)


def _names(row: Op) -> list[str]:
    names = dict.fromkeys((row.name, row.numpy, *row.aliases, *ALIASES.get(row.name, ())))
    return [name for name in names if name]


def _methods(row: Op, name: str) -> Iterator[Call]:
    def method(x: Any, *more: Any) -> Any:
        return getattr(x, name)(*more)

    if row.arity == 1:
        yield Call(row, f"V.{name}()", name, (0,), method, row.probes)
    elif row.defaults:
        usual = tuple((probe[0], *row.defaults) for probe in row.probes)
        yield Call(row, f"V.{name}()", name, (0,), lambda x, *_: method(x), usual, True)
        others = ", ".join(["number"] * (row.arity - 1))
        yield Call(row, f"V.{name}({others})", name, (0,), method, row.probes, True)
    else:
        others = ", ".join("V" * (row.arity - 1))
        yield Call(row, f"V.{name}({others})", name, tuple(range(row.arity)), method, row.probes)
        if row.arity == 2:
            yield Call(row, f"V.{name}(number)", name, (0,), method, row.probes)


def more_probes(call: Call) -> list[tuple[float, ...]]:
    """Further operands at which an operation is smooth."""
    if call.may_vary or call.row.is_flat or call.row.arity > 2:
        return []
    numbers = MORE_NUMBERS if call.row.arity == 1 else MORE_PAIRS
    if call.row.name == "pow" and 1 in call.live:  # its logarithm needs a positive base
        numbers = tuple(probe for probe in numbers if probe[0] > 0)
    return [probe for probe in numbers if _is_smooth(call, probe)]


def _is_smooth(call: Call, probe: tuple[float, ...]) -> bool:
    """Whether an operation has a derivative at a probe that hardly changes near it."""
    for argnum in call.live:
        for step in (-NEAR, NEAR):
            near = tuple(x + step * (i == argnum) for i, x in enumerate(probe))
            value, there = call.value(*probe), call.value(*near)
            slope = call.partial(argnum, *probe)
            if not math.isclose(there, value + step * slope, abs_tol=1e-6 * (1 + abs(value))):
                return False
    return True


NAMES: dict[str, str] = {
    name: row.name
    for row in recorded_rows()
    for name in (*_names(row), f"__{row.dunder}__", f"__r{row.dunder}__")
}
"""The operation behind the name of a method."""
