"""Build a graph from what a user typed: `L = (a*b + c)*f` and a number for each name."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import Value
from ..errors import FormulaError, NumberError, shorten
from ..graph.expression import compute
from ..table import formula

_NAMED = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=(?!=)(?P<text>.*)", re.DOTALL)


def read_numbers(texts: Sequence[str]) -> dict[str, float]:
    """Read `a=2`, `b=-3.0`, ...; an int stays an int, and pi, e and inf are known.

    Raises:
        FormulaError: A text isn't name=number, or its name is invalid or repeated.
        NumberError: A number cannot be read, or is too large for a float.
    """
    return {name: _number(name, digits) for name, digits in _split(texts)}


def read_arguments(texts: Sequence[str]) -> dict[str, Any]:
    """Read `a=2`, ... as `read_numbers` does, and also lists: `xs=1,2,3`."""
    return {
        name: [_number(name, part) for part in digits.split(",") if part.strip()]
        if "," in digits
        else _number(name, digits)
        for name, digits in _split(texts)
    }


def _split(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    names = set()
    for text in texts:
        name, sign, digits = (part.strip() for part in text.partition("="))
        if not sign:
            raise FormulaError(f"{shorten(text)} has no number.", remedy="give each name one: a=2")
        if not name.isidentifier() or keyword.iskeyword(name):
            raise FormulaError(f"{shorten(name)} cannot be a name.", remedy="letters, as in a=2")
        if name in names:
            raise FormulaError(f"{name!r} appears twice.", remedy=f"give {name} one number")
        names.add(name)
        yield name, digits.replace("\N{MINUS SIGN}", "-")


def _number(name: str, digits: str) -> float:
    for kind in (int, float):
        try:
            x = kind(digits)
        except ValueError:
            continue
        if abs(x) == float("inf") and "inf" not in digits.lower():
            raise NumberError(
                f"{name} is {shorten(digits)}, which is larger than a float can be.",
                remedy=f"for infinity, write {name}=inf",
            )
        return x
    if digits in formula.CONSTANTS:
        return formula.CONSTANTS[digits]
    raise NumberError(
        f"{name} needs a number, but got {shorten(digits)}.",
        remedy=f"write it as in {name}=-0.5, {name}=1e-3 or {name}=pi",
    )


def build(text: str, numbers: Mapping[str, float]) -> Any:
    """Build the graph of an expression and return its root, a Value.

    Args:
        text: An expression, with or without a name: `L = (a*b + c)*f`. Semicolons separate several
            expressions; each may use the names of earlier ones: `d = a*b + c; L = d*f`.
        numbers: A number for each name. It becomes a leaf with that label.

    Raises:
        FormulaError: The text isn't an expression, contains something that isn't allowed or an
            unknown name, or leaves a name unused.
        DomainError: An operation has no real result.
    """
    known: dict[str, Any] = {name: Value(x, label=name) for name, x in numbers.items()}
    used: set[str] = set()
    parts = [part for part in text.split(";") if part.strip()]
    if not parts:
        raise FormulaError("the expression is empty.", remedy="for example '(a*b + c)*f'")
    for part in parts:
        named = _NAMED.fullmatch(part)
        name = named["name"] if named else ""
        if name in known:
            raise FormulaError(f"{name!r} appears twice.", remedy="choose another name for it")
        source = (named["text"] if named else part).strip()
        root, its_names = compute(source, known, "expression")
        used.update(its_names)
        if name:
            root.label = root.label or name
            known[name] = root
        elif part is not parts[-1]:
            raise FormulaError(
                f"expression: {shorten(part.strip())} has no name, so nothing uses it."
            )
    unused = [name for name in known if name not in used and known[name] is not root]
    if unused:
        names = ", ".join(map(repr, unused))
        raise FormulaError(f"the expression does not use {names}.", remedy="leave it out")
    return root
