"""The rows of the table as the interpreted engine's Python."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rows import EAGER, FINGERPRINT, NOTE, NUMBERS, ROWS, docstring, formula, parameters

from chainrule.table import ieee, printers, special
from chainrule.table.ops import Op

OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "neg": "neg", "abs": "abs", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==",
    "ne": "!=",
}  # fmt: skip
PUBLIC = sorted(
    (row for row in EAGER if row.dunder in ("", "pow", "abs", "mod")), key=lambda row: row.name
)


def kernels_py() -> str:
    """The rows as functions of plain floats."""
    printer = printers.IEEEPrinter()
    lines = [f'"""{NOTE}"""', "", "from math import inf", "from typing import Any", ""]
    lines += ["from .ieee import ("]
    lines += [f"    {name}," for name in sorted(set(ieee.FUNCTIONS) - {"abs"})]
    lines += [
        ")",
        "from .special import (",
        *(f"    {name}," for name in sorted(special.FUNCTIONS)),
    ]
    lines += [")", "", "# The number of each row: its index in RULES."]
    lines += [f"{name.upper()} = {number}" for name, number in NUMBERS.items()] + [""]
    for row in ROWS:
        if not row.is_primitive:
            value = formula(row, row.formula, printer)
            value = f"1.0 if {value} else 0.0" if row.is_condition else value
            parameters = ", ".join(f"{x}: float" for x in row.operands)
            lines += ["", f"def {row.name}({parameters}) -> float:", f"    return {value}", ""]
    lines += ["", "# name, symbol, value, local derivatives, keeps ints, is a gate"]
    lines += ["GENERATED: Any = ("]
    for row in ROWS:
        symbol = row.symbol if row.symbol.isascii() else row.name
        lines += [f'    ("{row.name}", "{OPERATORS.get(row.dunder, symbol)}", {row.name}, (']
        for text in row.partials:
            arguments = ", ".join((*row.operands, "out"))
            lines += [f"        lambda {arguments}: {formula(row, text, printer)},"]
        lines += [f"    ), {row.keeps_int}, {row.is_gate}),"]
    return "\n".join([*lines, ")", "", f'FINGERPRINT = "{FINGERPRINT}"', ""])


OPERATIONS = '''"""{note}"""

from __future__ import annotations

from typing import Any

from ..table.kernels import (
{names}
)
from .spellings import keywords


class Operations:
    """The operators and methods of a Value and of a tracer, from the rows of the table.

    A constant such as MUL is the number of a row in RULES. `_apply` makes the result of an
    operation, or returns NotImplemented where an operand isn't a number.
    """

    __slots__ = ()

    def _apply(self, number: int, *operands: Any) -> Any:
        raise NotImplementedError  # Value and the tracer have their own

    def _apply_or_raise(self, number: int, *operands: Any) -> Any:
        raise NotImplementedError  # Value and the tracer have their own

    def _apply_two(self, number: int, x: Any, y: Any) -> Any:
        return self._apply(number, x, y)
{methods}
'''
OPERATOR = """
    def __{dunder}__({parameters}) -> Any:
        return self.{apply}({NAME}, {operands})  # {formula}"""
REFLECTED = """
    def __r{dunder}__(self, x: Any) -> Any:
        return self._apply_two({NAME}, x, self)  # {formula}"""
METHOD = """{decorator}
    def {name}({parameters}) -> Any:
        {docstring}
        return self._apply_or_raise({NAME}, {operands})"""


def operations_py() -> str:
    """The operators and methods of the interpreted Value."""
    methods = []
    for row in EAGER:
        facts = {
            "NAME": row.name.upper(),
            "apply": "_apply" if row.arity == 1 else "_apply_two",
            "parameters": ", ".join(("self", *parameters(row, row.operands[1:], ": Any"))),
            "operands": ", ".join(("self", *row.operands[1:])),
            "docstring": docstring(row, " " * 8),
            "decorator": f"\n    {keywords(row)}" if row.keywords else "",
            **vars(row),
        }
        methods += [(OPERATOR if row.dunder else METHOD).format(**facts)]
        if row.dunder and row.arity == 2:
            methods += [REFLECTED.format(**facts)]
        if row.method_aliases:
            methods += [f"\n    {' = '.join(row.method_aliases)} = {row.name}"]
    return OPERATIONS.format(note=NOTE, names=names_of(EAGER), methods="\n".join(methods))


FUNCTIONS = '''"""{note}"""

from __future__ import annotations

from typing import Any

from ..table.kernels import (
{names}
)
from .dispatch import apply
from .spellings import keywords

__all__ = [
{all}
]
{functions}
'''


def functions_py() -> str:
    """The public functions."""
    functions = []
    for row in PUBLIC:
        head = f"def {row.name}({', '.join(parameters(row, row.operands, ': Any'))}) -> Any:"
        call = f"    return apply({row.name.upper()}, {', '.join(row.operands)})"
        functions += ["", "", *([keywords(row)] if row.keywords else []), head]
        functions += [" " * 4 + docstring(row, " " * 4), call]
    return FUNCTIONS.format(
        note=NOTE,
        names=names_of(PUBLIC),
        all="\n".join(f'    "{row.name}",' for row in PUBLIC),
        functions="\n".join(functions),
    )


def names_of(rows: Iterable[Op]) -> str:
    """The constants of rows, as an import lists them."""
    names = ", ".join(sorted(row.name.upper() for row in rows))
    return textwrap.fill(f"{names},", 100, initial_indent="    ", subsequent_indent="    ")


def keywords(row: Op) -> str:
    """The decorator that makes the further names of operands known."""
    pairs = (f'{name}="{x}"' for x, names in row.known_as.items() for name in names)
    return f"@keywords({', '.join(pairs)})"
