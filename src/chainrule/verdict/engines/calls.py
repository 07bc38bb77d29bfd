"""The ways to call an operation of a class: operators from both sides, methods under the names in
use, Values or numbers for the operands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...table.ops import BUILT_IN, TABLE, Op
from ...table.rules import NUMBER, RULES
from .watchdog import contain

ALIASES: dict[str, tuple[str, ...]] = {
    "add": ("plus",),
    "sub": ("subtract", "minus"),
    "mul": ("multiply", "times"),
    "div": ("divide", "truediv"),
    "pow": ("power",),
    "neg": ("negate", "negative"),
    "log": ("ln",),
    "relu": ("ReLU", "Relu"),
    "leaky_relu": ("leakyrelu", "LeakyReLU", "lrelu"),
    "sigmoid": ("sigm", "logistic", "Sigmoid"),
    "silu": ("swish", "SiLU"),
    "tanh": ("Tanh",),
}
"""Other names that methods have, beside NumPy's."""
APPROXIMATIONS = {"gelu": 0.01}
"""How far a common approximation of an operation is from the table's result."""

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "neg": operator.neg,
    "abs": operator.abs,
}

SYMBOLS = {
    "add": "+", "sub": "−", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One way to call an operation.

    Attributes:
        row: The operation.
        words: How it is written, with V for a Value and "number" for a number.
        method: The method of the class that it calls.
        live: Which operands are Values; the others are plain numbers.
        operation: A function of all operands, in the order of the table.
        probes: Operands inside the domain and away from kinks.
        may_vary: Whether a result other than the table's is another function and not a mistake.
    """

    row: Op
    words: str
    method: str
    live: tuple[int, ...]
    operation: Callable[..., Any]
    probes: tuple[tuple[float, ...], ...]
    may_vary: bool = False

    @property
    def is_operator(self) -> bool:
        """Whether it is written with an operator sign."""
        return self.method.startswith("__")

    @property
    def key(self) -> object:
        """What distinguishes it: two names for one method are the same call."""
        return self.live, self.probes

    def __call__(self, *operands: Any) -> Any:
        """Do it."""
        return contain(self.operation)(*operands)

    def value(self, *operands: float) -> float:
        """The result according to the table."""
        return RULES[NUMBER[self.row.name]].value(*operands)

    def partial(self, argnum: int, *operands: float) -> float:
        """The local derivative according to the table."""
        rule = RULES[NUMBER[self.row.name]]
        return rule.partials[argnum](*operands, rule.value(*operands))


def recorded_rows() -> list[Op]:
    """The table's own operations that Values record."""
    return [row for row in TABLE.values() if row.eager and row.name in BUILT_IN]


def calls_of(row: Op) -> Iterator[Call]:
    """The ways to call an operation, the plainest first."""
    operation = OPERATORS.get(row.dunder)
    if operation and row.arity == 1:
        words = "−V" if row.name == "neg" else f"{row.name}(V)"
        yield Call(row, words, f"__{row.dunder}__", (0,), operation, row.probes)
    elif operation:
        sign, left, right = SYMBOLS[row.dunder], f"__{row.dunder}__", f"__r{row.dunder}__"
        yield Call(row, f"V {sign} V", left, (0, 1), operation, row.probes)
        yield Call(row, f"V {sign} number", left, (0,), operation, row.probes)
        yield Call(row, f"number {sign} V", right, (1,), operation, row.probes)
    for name in dict.fromkeys((row.name, row.numpy, *ALIASES.get(row.name, ()))):
        if name:
            yield from _methods(row, name)


def _methods(row: Op, name: str) -> Iterator[Call]:
    def method(x: Any, *more: Any) -> Any:
        return getattr(x, name)(*more)

    if row.arity == 1:
        yield Call(row, f"V.{name}()", name, (0,), method, row.probes)
    elif row.defaults:
        usual = tuple((probe[0], *row.defaults) for probe in row.probes)
        yield Call(row, f"V.{name}()", name, (0,), lambda x, *_: method(x), usual, True)
        yield Call(row, f"V.{name}(number)", name, (0,), method, row.probes, True)
    else:
        others = ", ".join("V" * (row.arity - 1))
        yield Call(row, f"V.{name}({others})", name, tuple(range(row.arity)), method, row.probes)
        if row.arity == 2:
            yield Call(row, f"V.{name}(number)", name, (0,), method, row.probes)


NAMES: dict[str, str] = {
    name: row.name
    for row in recorded_rows()
    for name in (
        row.name,
        row.numpy,
        *ALIASES.get(row.name, ()),
        *((f"__{row.dunder}__", f"__r{row.dunder}__") if row.dunder else ()),
    )
    if name
}
"""The operation behind the name of a method."""
