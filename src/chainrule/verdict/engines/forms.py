"""The ways in which an operation can be asked of a class: operators from both sides, methods under
the names in use, Values or numbers for the operands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...table.ops import BUILT_IN, TABLE, Op
from ...table.rules import NUMBER, RULES
from .watch import contained

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
"""Other names that methods go by, beside NumPy's."""

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
class Form:
    """One way to ask for an operation.

    Attributes:
        row: The operation.
        words: How it is written, with V for a Value and a number as itself.
        method: The method of the class that does it.
        live: Which operands are Values; the others are plain numbers.
        operation: What asks for it, given all operands in the order of the table.
        probes: Operands inside the domain and away from kinks.
        may_vary: Whether another result than the table's means another function, no mistake.
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
        """Whether it is written with a sign."""
        return self.method.startswith("__")

    @property
    def key(self) -> object:
        """What makes it another question: two names for one method are the same one."""
        return self.live, self.probes

    def call(self, *operands: Any) -> Any:
        """Ask for it."""
        return contained(self.operation)(*operands)

    def value(self, *operands: float) -> float:
        """The result that the table gives."""
        return RULES[NUMBER[self.row.name]].value(*operands)

    def partial(self, position: int, *operands: float) -> float:
        """The local derivative that the table gives."""
        rule = RULES[NUMBER[self.row.name]]
        return rule.partials[position](*operands, rule.value(*operands))


def rows() -> list[Op]:
    """The table's own operations that Values record."""
    return [row for row in TABLE.values() if row.eager and row.name in BUILT_IN]


def forms(row: Op) -> Iterator[Form]:
    """The ways to ask for an operation, the plainest first."""
    operation = OPERATORS.get(row.dunder)
    if operation and row.arity == 1:
        words = "−V" if row.name == "neg" else f"{row.name}(V)"
        yield Form(row, words, f"__{row.dunder}__", (0,), operation, row.probes)
    elif operation:
        sign, left, right = SYMBOLS[row.dunder], f"__{row.dunder}__", f"__r{row.dunder}__"
        yield Form(row, f"V {sign} V", left, (0, 1), operation, row.probes)
        yield Form(row, f"V {sign} number", left, (0,), operation, row.probes)
        yield Form(row, f"number {sign} V", right, (1,), operation, row.probes)
    for name in dict.fromkeys((row.name, row.numpy, *ALIASES.get(row.name, ()))):
        if name:
            yield from _methods(row, name)


def _methods(row: Op, name: str) -> Iterator[Form]:
    def call(x: Any, *more: Any) -> Any:
        return getattr(x, name)(*more)

    if row.arity == 1:
        yield Form(row, f"V.{name}()", name, (0,), call, row.probes)
    elif row.defaults:
        usual = tuple((probe[0], *row.defaults) for probe in row.probes)
        yield Form(row, f"V.{name}()", name, (0,), lambda x, *_: call(x), usual, True)
        yield Form(row, f"V.{name}(number)", name, (0,), call, row.probes, True)
    else:
        others = ", ".join("V" * (row.arity - 1))
        yield Form(row, f"V.{name}({others})", name, tuple(range(row.arity)), call, row.probes)
        if row.arity == 2:
            yield Form(row, f"V.{name}(number)", name, (0,), call, row.probes)


NAMES: dict[str, str] = {
    name: row.name
    for row in rows()
    for name in (
        row.name,
        row.numpy,
        *ALIASES.get(row.name, ()),
        *((f"__{row.dunder}__", f"__r{row.dunder}__") if row.dunder else ()),
    )
    if name
}
"""The operation behind the name of a method that was seen to be called."""
