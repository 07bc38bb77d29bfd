"""Rows of the user's own: checked, entered into the table, and written as JSON and read back."""

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
    """Check an operation of the user's own, and return its row without entering it.

    Args are those of `define`; `beside` names others that it may call and that are not entered yet.

    Raises:
        FormulaError: A text is no formula, or the name is taken by another operation.
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
        raise FormulaError(f"operation {name!r} is defined already, and differently.")
    return row


def register(row: Op) -> None:
    """Enter a checked row into the table, once.

    Raises:
        FormulaError: Another thread has defined the name differently in the meantime.
    """
    with _entering:
        if TABLE.get(row.name, row) != row:
            raise FormulaError(f"operation {row.name!r} is defined already, and differently.")
        if row.name not in TABLE:
            add_rule(row)
            TABLE[row.name] = row


_entering = Lock()
"""A row's number is its index in RULES, so that one thread at a time may add to them."""


def definitions(used: Iterable[str]) -> dict[str, Any]:
    """The rows that `define` added, as JSON can hold them; those first that others call.

    Args:
        used: The names of operations; those of the table itself are left out.
    """
    found: dict[str, Any] = {}
    todo = sorted(set(used), reverse=True)
    while todo:
        name = todo[-1]
        if name in found or name in BUILT_IN or name not in TABLE:
            todo.pop()
            continue
        row = TABLE[name]
        trees = [row.read(text).tree for text in (row.formula, *row.partials)]
        calls = {n.func.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Call)}  # type: ignore[attr-defined]
        missing = sorted(calls - BUILT_IN - found.keys())
        if missing:
            todo += missing
        else:
            found[name] = _described(row)
            todo.pop()
    return found


def defined_rows(content: dict[str, dict[str, Any]]) -> list[Op]:
    """Check what `definitions` wrote, and return the rows without entering them.

    Raises:
        ValueError: It is something else, or a name is taken by another operation. FormulaError is
            one.
    """
    rows: list[Op] = []
    for name, fields in content.items():
        rows.append(new_row(name, **_strings(fields), beside=[row.name for row in rows]))
    return rows


def _described(row: Op) -> dict[str, Any]:
    """A row that `define` added, as JSON can hold it."""
    return {
        "formula": row.formula, "partials": list(row.partials), "symbol": row.symbol,
        "latex": row.latex, "why": row.why, "domain": row.domain,
    }  # fmt: skip


def _strings(row: dict[str, Any]) -> dict[str, Any]:
    known = ("formula", "symbol", "latex", "why", "domain")
    if set(row) != {*known, "partials"} or not all(isinstance(row[key], str) for key in known):
        raise ValueError("a definition has other fields than save() writes")
    if not all(isinstance(text, str) for text in row["partials"]):
        raise ValueError("a partial of a definition is no text")
    return {**row, "partials": tuple(row["partials"])}
