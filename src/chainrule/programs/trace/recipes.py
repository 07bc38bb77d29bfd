"""The facts about an operation that recording needs, read from its row at its first use."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ...engine.kinds import CONDITION, NUMBER, WHOLE
from ...table.formula import parse
from ...table.ops import TABLE, Op
from ...table.rules import NUMBER as RULE, RULES
from .fragments import Fragment, fragment


class Rewrite(NamedTuple):
    """A simpler form of an operation, with the same result, for certain operands.

    Attributes:
        operand: The operand that decides: 0, 1 or 2.
        number: The constant that this operand must be, sign of zero included; nan if `op` decides.
        op: The rule whose result it must be; that rule's operand then replaces it. 0 if `number`
            decides.
        fragment: The simpler form.
    """

    operand: int
    number: float
    op: int
    fragment: Fragment


class Recipe(NamedTuple):
    """One operation, as a tape records it.

    Attributes:
        arity: How many operands it has.
        value: Its result, for machines that have no kernel for it.
        partials: Its local derivatives, one for each operand.
        rewrites: Its simpler forms; the first that fits is recorded instead.
        commutes: Whether the operands can be swapped.
        is_gate: Whether a partial of 0 means that nothing flows there, not even 0 times infinity.
        is_switch: Whether it is a gate whose partials are 0 or 1.
        kinds: The kinds that the result can have, as a mask.
        carriers: The operands whose kinds it takes over.
        raises: Whether Python has operands for which it raises.
    """

    arity: int
    value: Fragment
    partials: tuple[Fragment, ...]
    rewrites: tuple[Rewrite, ...]
    commutes: bool
    is_gate: bool
    is_switch: bool
    kinds: int
    carriers: tuple[int, ...]
    raises: bool


@cache
def recipe(number: int) -> Recipe:
    """The recipe of the rule with this number, at least 2."""
    row = TABLE[RULES[number].name]
    rewrites = []
    for each in row.rewrites:
        op = RULE[each.match] if isinstance(each.match, str) else 0
        match = float("nan") if isinstance(each.match, str) else float(each.match)
        simpler = fragment(parse(each.to, row.operands, TABLE), RULE)
        rewrites.append(Rewrite(row.operands.index(each.operand), match, op, simpler))
    partials = tuple(fragment(row.read(text), RULE) for text in row.partials)
    numbers = {number for partial in partials for number in partial.constants}
    return Recipe(
        row.arity,
        fragment(row.read(row.formula), RULE),
        partials,
        tuple(rewrites),
        row.commutes,
        RULES[number].is_gate,
        RULES[number].is_gate and numbers <= {0.0, 1.0},
        *_kinds(row),
        bool(row.domain or row.pole or row.overflows),
    )


def _kinds(row: Op) -> tuple[int, tuple[int, ...]]:
    """The fields `kinds` and `carriers` of a recipe."""
    if row.is_condition:
        return CONDITION, ()
    if row.is_gate:  # one of the operands that the gradient flows to
        return CONDITION, tuple(i for i, partial in enumerate(row.partials) if partial != "0")
    return (WHOLE, tuple(range(row.arity))) if row.keeps_int else (NUMBER, ())
