"""The rows of the table, and the functions and docstrings that go with them, in C."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable

import transcribe
from rows import EAGER, FINGERPRINT, NOTE, NUMBERS, ROWS, SOURCE, docstring, formula, parameters

from chainrule.table import printers
from chainrule.table.ops import Op

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
