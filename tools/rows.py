"""The rows of this checkout's table, and what the generated Python and C have in common."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).resolve().parent.parent / "src" / "chainrule"

# The table of this checkout, without the package around it, which needs the files that are to be
# written.
table_alone = ModuleType("chainrule")
table_alone.__path__ = [str(SOURCE)]
sys.modules["chainrule"] = table_alone

import transcribe

from chainrule.table import printers
from chainrule.table.ops import TABLE, Op

NOTE = "Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."
ROWS = list(TABLE.values())
EAGER = [row for row in ROWS if row.eager]
FINGERPRINT = hashlib.sha256(repr(ROWS).encode()).hexdigest()[:16]
"""Changes with any row; the compiled engine serves no other table."""
NUMBERS = {row.name: number for number, row in enumerate(ROWS, 2)}
"""The index of a row in RULES, behind a leaf and an operation of the user's own."""


def formula(row: Op, text: str, printer: printers.Printer) -> str:
    """A formula of a row in another language, without parentheses around the whole."""
    return transcribe.bare(printer.text(row.read(text)))


def parameters(row: Op, operands: Sequence[str], annotation: str) -> list[str]:
    """The parameters with their types and defaults."""
    values = {x: f" = {default}".replace("inf", "1e999") for x, default in row.optional.items()}
    return [f"{x}{annotation}{values.get(x, '')}" for x in operands]


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
