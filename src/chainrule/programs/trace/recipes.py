"""What recording needs to know of an operation, read from its row when it is first recorded."""

from __future__ import annotations

from typing import NamedTuple

from ...table.formula import parse
from ...table.ops import TABLE
from ...table.rules import NUMBER, RULES
from .fragments import Fragment, fragment


class Rewrite(NamedTuple):
    """An operation that another one replaces, with the same result, where an operand is of a
    certain kind.

    Attributes:
        place: Which operand: 0, 1 or 2.
        number: The constant that it must be, sign of zero included; nan where `op` counts.
        op: The rule that it must be the result of, whose operand then takes its place; 0 where
            `number` counts.
        fragment: What is recorded instead.
    """

    place: int
    number: float
    op: int
    fragment: Fragment


class Recipe(NamedTuple):
    """One operation, as a tape records it.

    Attributes:
        arity: How many operands it has.
        value: Its result; recorded instead of it where no machine has a kernel for it.
        partials: Its local derivatives, one an operand.
        rewrites: What is recorded instead of it, the first that fits.
        commutes: Whether the operands may change places.
        is_gate: Whether a partial of 0 means that nothing flows there, not even 0 times infinity.
    """

    arity: int
    value: Fragment
    partials: tuple[Fragment, ...]
    rewrites: tuple[Rewrite, ...]
    commutes: bool
    is_gate: bool


_READ: dict[int, Recipe] = {}


def recipe(number: int) -> Recipe:
    """The recipe of a rule.

    Args:
        number: Its number in `rules.RULES`, 2 or more.
    """
    if number not in _READ:
        row = TABLE[RULES[number].name]
        rewrites = []
        for each in row.rewrites:
            op = NUMBER[each.match] if isinstance(each.match, str) else 0
            wanted = float("nan") if isinstance(each.match, str) else float(each.match)
            text = fragment(parse(each.to, row.operands, TABLE), NUMBER)
            rewrites.append(Rewrite(row.operands.index(each.operand), wanted, op, text))
        _READ[number] = Recipe(
            row.arity,
            fragment(row.read(row.formula), NUMBER),
            tuple(fragment(row.read(text), NUMBER) for text in row.partials),
            tuple(rewrites),
            row.commutes,
            RULES[number].is_gate,
        )
    return _READ[number]
