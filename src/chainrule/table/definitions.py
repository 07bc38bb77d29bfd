"""User-defined operations: check their rows, enter them into the table, save and load them."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Collection, Iterable, Sequence
from threading import Lock
from typing import Any

from ..errors import FormulaError, WrongType
from .formula import parse
from .latex import upright
from .ops import BUILT_IN, TABLE, Op
from .rules import add_rule


def new_row(
    name: str,
    formula: str,
    partials: Sequence[str],
    symbol: str = "",
    latex: str = "",
    why: str = "",
    domain: str = "",
    beside: Collection[str] = (),
) -> Op:
    """Check an operation and return its row without entering it into the table.

    The arguments are those of `define`. The formulas may also call the operations in `beside`.

    Raises:
        FormulaError: A text isn't a formula, or another operation has the name.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name in ("x", "y", "z", "out"):
        raise FormulaError(f"an operation needs a name like 'cube', not {name!r}.")
    if isinstance(partials, str):
        raise WrongType("partials needs one formula for each operand, in a tuple.")
    if not 1 <= len(partials) <= 3:
        raise FormulaError(f"operation {name!r} needs 1 to 3 partials, not {len(partials)}.")
    operands = ", ".join(f"{{{x}}}" for x in "xyz"[: len(partials)])
    row = Op(
        name,
        formula,
        tuple(partials),
        symbol or name,
        latex or rf"{upright(name)}\left({operands}\right)",
        why or "that is how it was defined",
        domain=domain,
        overflows=True,
    )
    known, where = {*TABLE, *beside}, f"operation {name!r}"
    for text in (formula, domain) if domain else (formula,):
        parse(text, row.operands, known, where)
    for text in partials:
        parse(text, (*row.operands, "out"), known, where)
    if name in BUILT_IN or TABLE.get(name, row) != row:
        raise FormulaError(f"operation {name!r} is already defined differently.")
    return row


def register(row: Op) -> None:
    """Enter a checked row into the table unless it is there.

    Raises:
        FormulaError: Another thread has just defined the name differently.
    """
    with _entering:
        if TABLE.get(row.name, row) != row:
            raise FormulaError(f"operation {row.name!r} is already defined differently.")
        if row.name not in TABLE:
            add_rule(row)
            TABLE[row.name] = row


_entering = Lock()
"""A row's number is its index in RULES, so only one thread at a time may add a row."""


FIELDS = ("formula", "partials", "symbol", "latex", "why", "domain")
"""The fields of a definition that `save` writes."""


def definitions(used: Iterable[str]) -> dict[str, Any]:
    """Return the user-defined operations among these, and those that they call, for JSON."""
    needed = set(used)
    rows = [row for row in list(TABLE.values()) if row.name not in BUILT_IN]
    for row in reversed(rows):  # a row calls only rows before it
        if row.name in needed:
            needed |= _calls(row)
    return {
        row.name: {name: getattr(row, name) for name in FIELDS} | {"partials": list(row.partials)}
        for row in rows
        if row.name in needed
    }


def _calls(row: Op) -> set[str]:
    """Return the names of the operations that a row's formulas call."""
    return {
        part.func.id
        for text in (row.formula, *row.partials)
        for part in ast.walk(row.read(text).tree)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }


def defined_rows(content: dict[str, dict[str, Any]]) -> list[Op]:
    """Check what `definitions` returned, and return the rows without entering them.

    Raises:
        ValueError: The content is invalid, or another operation has the name (FormulaError).
    """
    rows: list[Op] = []
    for name, fields in content.items():
        texts = [*fields["partials"], *(fields[key] for key in fields if key != "partials")]
        if set(fields) != set(FIELDS) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"the definition of {name!r} isn't one that save() writes")
        fields = {**fields, "partials": tuple(fields["partials"])}
        rows.append(new_row(name, **fields, beside=[row.name for row in rows]))
    return rows
