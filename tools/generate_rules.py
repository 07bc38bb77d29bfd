"""Write everything that follows from the table of derivatives: `make rules`.

    table/kernels.py      each row as functions of plain floats, and its number
    engine/operations.py  the operators and methods of the interpreted Value
    engine/functions.py   the public functions
    table/native/rules.h  each row in C, and the lists that the compiled Value is built from
    table/native/special.h the functions of special.py in C
    engine/native/docs.h  the docstrings of the interpreted Value, for the compiled one

With `--check` nothing is written; the exit status says whether the files are up to date.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).resolve().parent.parent / "src" / "chainrule"

# The table of this checkout, without the package around it, which needs the files that are to be
# written.
table_alone = ModuleType("chainrule")
table_alone.__path__ = [str(SOURCE)]
sys.modules["chainrule"] = table_alone

import transcribe

from chainrule.table import ieee, printers, special
from chainrule.table.ops import TABLE, Op

NOTE = "Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."
OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "neg": "neg", "abs": "abs", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==",
    "ne": "!=",
}  # fmt: skip
ROWS = list(TABLE.values())
EAGER = [row for row in ROWS if row.eager]
PUBLIC = sorted(
    (row for row in EAGER if row.dunder in ("", "pow", "abs", "mod")), key=lambda row: row.name
)
FINGERPRINT = hashlib.sha256(repr(ROWS).encode()).hexdigest()[:16]
"""Changes with any row; the compiled engine serves no other table."""
NUMBERS = {row.name: number for number, row in enumerate(ROWS, 2)}
"""The index of a row in RULES, behind a leaf and an operation of the user's own."""


def formula(row: Op, text: str, printer: printers.Printer) -> str:
    """A formula of a row in another language, without parentheses around the whole."""
    return transcribe.bare(printer.text(row.read(text)))


# ---- Python --------------------------------------------------------------------------------------


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


def parameters(row: Op, operands: Sequence[str], annotation: str) -> list[str]:
    """The parameters with their types and defaults."""
    values = {x: f" = {default}".replace("inf", "1e999") for x, default in row.optional.items()}
    return [f"{x}{annotation}{values.get(x, '')}" for x in operands]


def keywords(row: Op) -> str:
    """The decorator that makes the further names of operands known."""
    pairs = (f'{name}="{x}"' for x, names in row.known_as.items() for name in names)
    return f"@keywords({', '.join(pairs)})"


def docstring(row: Op, indent: str) -> str:
    """What a reader of the function wants to know, out of the row."""
    partials = (f"with respect to {x}: {text}" for x, text in zip(row.operands, row.partials))
    error = ""
    if row.domain:
        error = f"DomainError: Unless {row.domain}."
    elif row.overflows:
        error = "RangeError: The result is too large for a float."
    known = " ".join(f"Keywords for {x}: {', '.join((x, *y))}." for x, y in row.known_as.items())
    lines = [
        f'"""Return {row.formula}: {"; ".join(dict.fromkeys(row.reasons))}.',
        f"\n{indent}Local derivative {', '.join(partials)}.",
        f"\n{indent}{known}" if known else "",
        f"\n{indent}Raises:\n{indent}    {error}" if error else "",
        f'{indent}"""',
    ]
    return "\n".join(line for line in lines if line)


# ---- C -------------------------------------------------------------------------------------------

LISTS: dict[str, Callable[[Op], bool]] = {
    "UNARY_OPERATORS": lambda row: bool(row.dunder) and row.arity == 1,
    "BINARY_OPERATORS": lambda row: bool(row.dunder) and row.arity == 2,
    "UNARY_METHODS": lambda row: not row.dunder and row.arity == 1,
    "BINARY_METHODS": lambda row: not row.dunder and row.arity == 2,
    "TERNARY_METHODS": lambda row: row.arity == 3,
    "GATES": lambda row: row.is_gate,
}
"""Which rows stand in a list of rules.h."""

HEADER = """/* {note} */

#ifndef CHAINRULE_RULES_H
#define CHAINRULE_RULES_H

#include "ieee.h"

#define FINGERPRINT "{fingerprint}"

{prototypes}

{kernels}

enum {{
    OP_LEAF = 0,
    OP_OWN = 1,
{numbers}
    OP_COUNT = {count}
}};

/* In these lists: name, number, keeps ints. */
{lists}

/* Further names of operands: the operation's number, the name, which operand. */
{keywords}

/* Operands that may be left out: the operation's number, which operand, its value. */
{defaults}

/* every row: name, number, how many operands */
{rows}

{aliases}

{docs}

#endif
"""


def rules_h() -> str:
    """The rows in C."""
    names = {row.name: f"{row.name}, OP_{row.name.upper()}" for row in ROWS}
    entries = {row.name: f"{names[row.name]}, {int(row.keeps_int)}" for row in EAGER}
    aliases = {
        title: [
            f"{alias}, {row.name}"
            for row in EAGER
            for alias in row.method_aliases
            if row.arity == arity
        ]
        for arity, title in enumerate(("UNARY_ALIASES", "BINARY_ALIASES", "TERNARY_ALIASES"), 1)
    }
    known = [
        f'OP_{row.name.upper()}, "{name}", {row.operands.index(x)}'
        for row in EAGER
        for x, names in row.known_as.items()
        for name in names
    ]
    defaults = [
        f"OP_{row.name.upper()}, {row.operands.index(x)}, {f'{default}'.replace('inf', 'INFINITY')}"
        for row in EAGER
        for x, default in row.optional.items()
    ]
    return HEADER.format(
        note=NOTE,
        fingerprint=FINGERPRINT,
        prototypes="\n".join(f"{head_of(row)};" for row in ROWS),
        kernels="\n".join(line for row in ROWS for line in kernels_c(row)),
        numbers="\n".join(f"    OP_{name.upper()} = {x}," for name, x in NUMBERS.items()),
        count=len(ROWS) + 2,
        lists="\n\n".join(
            x_macro(title, "ROW", (entries[row.name] for row in EAGER if belongs(row)))
            for title, belongs in LISTS.items()
        ),
        keywords=x_macro("KEYWORDS", "KEYWORD", known),
        defaults=x_macro("DEFAULTS", "DEFAULT", defaults),
        rows=x_macro("ALL_ROWS", "ROW", (f"{names[row.name]}, {row.arity}" for row in ROWS)),
        aliases="\n\n".join(x_macro(title, "ALIAS", rows) for title, rows in aliases.items()),
        docs="\n".join(doc(row) for row in EAGER if not row.dunder),
    )


def head_of(row: Op) -> str:
    """The head of the function that computes a row."""
    operands = ", ".join(f"double {x}" for x in row.operands)
    return f"static inline double op_{row.name}({operands})"


def kernels_c(row: Op) -> list[str]:
    """The functions that compute a row and its local derivatives."""
    printer = printers.CPrinter("op_")
    primitive = printers.CPrinter("c_") if row.is_primitive else printer
    lines = [f"{head_of(row)} {{ return {formula(row, row.formula, primitive)}; }}"]
    for index, text in enumerate(row.partials):
        names = (*row.operands, "out")
        arguments = ", ".join(f"double {x}" for x in names)
        unused = "".join(f"(void){x}; " for x in names if x not in row.read(text).names)
        lines += [
            f"static inline double d{index}_{row.name}({arguments}) "
            f"{{ {unused}return {formula(row, text, printer)}; }}"
        ]
    return lines


def x_macro(title: str, parameter: str, entries: Iterable[str]) -> str:
    """A list that a macro is applied to."""
    lines = [f"#define {title}({parameter}) \\"]
    lines += [f"    {parameter}({entry}) \\" for entry in entries]
    return "\n".join([*lines, "    /* end */"])


def doc(row: Op) -> str:
    """The docstring of a method, with the signature that `inspect` reads."""
    head = f"{row.name}({', '.join(('$self', *parameters(row, row.operands[1:], '')))})\n--\n\n"
    text = "\n".join(line.strip() for line in docstring(row, "").split("\n"))[3:-3]
    return f"#define DOC_{row.name} {json.dumps(head + text)}"


SPECIAL = """/* {note} */

#ifndef CHAINRULE_SPECIAL_H
#define CHAINRULE_SPECIAL_H

#include <math.h>

{functions}

#endif
"""


def special_h() -> str:
    """The functions of special.py in C."""
    note = NOTE.replace("ops.py", "special.py").replace("the table", "that")
    return SPECIAL.format(note=note, functions=transcribe.in_c())


def docs_h() -> str:
    """The docstrings of the interpreted Value, for the compiled one."""
    module = ast.parse((SOURCE / "engine" / "value.py").read_text(encoding="utf-8"))
    value = next(x for x in module.body if isinstance(x, ast.ClassDef) and x.name == "Value")
    lines = [f"/* {NOTE.replace('ops.py', 'value.py').replace('the table', 'that')} */"]
    for x in (value, *value.body):
        if isinstance(x, (ast.ClassDef, ast.FunctionDef)) and (text := ast.get_docstring(x)):
            lines += [f"#define DOC_{x.name} {json.dumps(text)}"]
    return "\n".join([*lines, ""])


# ---- the files -----------------------------------------------------------------------------------

FILES = {
    "table/kernels.py": kernels_py,
    "engine/operations.py": operations_py,
    "engine/functions.py": functions_py,
    "table/native/rules.h": rules_h,
    "table/native/special.h": special_h,
    "engine/native/docs.h": docs_h,
}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    stale = []
    for name, make in FILES.items():
        path = SOURCE / name
        text = make()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make rules`")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
