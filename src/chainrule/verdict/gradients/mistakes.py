"""Every known way to go wrong, and the gradient that it gives."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...numerals import MINUS, format_short
from ...table.ops import TABLE
from ...table.rules import NUMBER, RULES, Rule
from ..tolerances import FEW_PATHS
from . import phrases
from .wrong_derivatives import WRONG_DERIVATIVES, wrong_function


class Contribution(NamedTuple):
    """What one use of a node adds to its gradient."""

    user: str  # the name of the node that uses it
    above: float  # the gradient of that node
    partial: float
    rule: Rule | None
    position: int  # which operand the node is
    numbers: tuple[float, ...]  # the operands
    out: float

    @property
    def value(self) -> float:
        """What arrives on this path."""
        return self.partial * self.above

    @property
    def text(self) -> str:
        """The formula of the local derivative; empty where there is none."""
        return TABLE[self.rule.name].partials[self.position] if self.rule else ""


class Mistake(NamedTuple):
    """One way to go wrong, and the gradient that it gives."""

    kind: str
    cause: str  # a sentence that holds at any numbers
    gradient: float
    text: str = ""  # the cause with the numbers and names of this case, if it has any
    is_telling: bool = True  # worth mentioning beside another mistake

    @property
    def sentence(self) -> str:
        """The mistake in a sentence, with numbers and names if it has any."""
        return self.text or self.cause


Parts = Sequence[Contribution]
Slopes = Iterator[tuple[str, str, float]]
"""Kinds, causes, and the wrong local derivatives that they give."""


def known_mistakes(parts: Parts) -> Iterator[Mistake]:
    """Every way to go wrong, the likeliest first, for a node's contributions.

    Mistakes at a node as a whole come before mistakes in one operation's rule; there, what learners
    are known to write comes before a bare multiple of the right number, and that before what only
    happens to give the number.
    """
    return itertools.chain(
        _turned_sign(parts),
        _gradient_above_forgotten(parts),
        _lost_paths(parts),
        _turned_on_a_path(parts),
        _local_derivative_forgotten(parts),
        _with_slopes(parts, _operand_for_result),
        _with_slopes(parts, _common_errors),
        [Mistake("other", phrases.ZERO, 0.0, phrases.ZERO_USED.format(users=_users(parts)))],
        _with_slopes(parts, _other_operands_derivative),
        _multiples(parts, (2, -2, 3, -3, 4, -4)),
        [Mistake("other", phrases.OWN_VALUE, part.numbers[part.position]) for part in parts[:1]],
        _sum_for_product(parts),
        _with_slopes(parts, _result_for_operand),
        _with_slopes(parts, _number_for_derivative),
        _with_slopes(parts, _other_operations_rule) if len(parts) == 1 else (),
        _multiples(parts, range(5, 11)),
        _multiples(parts, range(-5, -11, -1)),
        _fractions(parts),
    )


def matching_mistakes(parts: Parts, matches: Callable[[float], bool]) -> Iterator[Mistake]:
    """The mistakes that give a gradient, the likeliest first."""
    return (mistake for mistake in known_mistakes(parts) if matches(mistake.gradient))


def _sum(values: Iterator[float] | Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _instead(parts: Parts, index: int, value: float) -> float:
    """The gradient with one contribution replaced."""
    return _sum([value if i == index else part.value for i, part in enumerate(parts)])


# ---- at the node as a whole ----------------------------------------------------------------------


def _turned_sign(parts: Parts) -> Iterator[Mistake]:
    """The sign of the whole."""
    cause, part = phrases.FLIPPED, parts[0] if len(parts) == 1 else None
    if part and part.rule and part.text.startswith("-"):
        derivative = _derivative(part.rule, part.position)
        cause = phrases.MINUS_MISSING.format(formula=part.text, derivative=derivative)
    yield Mistake("sign", cause, -_sum([part.value for part in parts]))


def _turned_on_a_path(parts: Parts) -> Iterator[Mistake]:
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        text = phrases.FLIPPED_ON_THE_PATH.format(user=part.user)
        yield Mistake("sign", phrases.FLIPPED_ON_A_PATH, _instead(parts, index, -part.value), text)


def _gradient_above_forgotten(parts: Parts) -> Iterator[Mistake]:
    if all(part.above == 1 for part in parts):
        return
    cause = phrases.ABOVE_MISSING
    gradients = list(dict.fromkeys((part.user, format_short(part.above)) for part in parts[:3]))
    text = phrases.ABOVE_MISSING_ONCE.format(user=gradients[0][0], above=gradients[0][1])
    if len(gradients) > 1:
        above = ", ".join(f"{gradient} of {user}" for user, gradient in gradients)
        text = phrases.ABOVE_MISSING_OFTEN.format(gradients=above)
    yield Mistake("chain rule", cause, _sum([part.partial for part in parts]), text)
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        if part.above != 1:
            text = phrases.ABOVE_MISSING_ON_A_PATH.format(user=part.user)
            yield Mistake("chain rule", cause, _instead(parts, index, part.partial), text)


def _local_derivative_forgotten(parts: Parts) -> Iterator[Mistake]:
    if all(part.partial == 1 for part in parts):
        return
    partials = list(dict.fromkeys(format_short(part.partial) for part in parts[:3]))
    text = phrases.LOCAL_MISSING_OFTEN if len(partials) > 1 else phrases.LOCAL_MISSING_ONCE
    yield Mistake(
        "chain rule",
        phrases.LOCAL_MISSING,
        _sum([part.above for part in parts]),
        text.format(partials=", ".join(partials)),
        is_telling=any(part.partial != -1 for part in parts),  # else it is the sign
    )


def _lost_paths(parts: Parts) -> Iterator[Mistake]:
    """Some of the contributions alone."""
    count = len(parts)
    sizes = range(1, count) if count <= FEW_PATHS else (1, count - 1)
    for size in sizes:
        cause = phrases.PATH_MISSING if size == 1 else phrases.PATHS_MISSING
        cause = cause.format(size=size, count=count)
        for included in itertools.combinations(parts, size):
            users = _users(included) + (", ..." if size > 3 else "")
            text = cause + phrases.PATHS_INCLUDED.format(users=users)
            yield Mistake("missing path", cause, _sum([part.value for part in included]), text)


def _users(parts: Parts) -> str:
    return ", ".join(dict.fromkeys(part.user for part in parts[:3]))


def _sum_for_product(parts: Parts) -> Iterator[Mistake]:
    added = _sum([part.above + part.partial for part in parts])
    yield Mistake("chain rule", phrases.ADDED, added, is_telling=False)


def _multiples(parts: Parts, factors: Sequence[float]) -> Iterator[Mistake]:
    right = _sum([part.value for part in parts])
    for factor in factors if right else ():
        cause = phrases.MULTIPLE.format(factor=format_short(factor))
        is_telling = factor > 0 and factor == int(factor)
        yield Mistake("factor", cause, right * factor, is_telling=is_telling)


def _fractions(parts: Parts) -> Iterator[Mistake]:
    right = _sum([part.value for part in parts])
    for size in range(2, 11) if right else ():
        for sign, factor in (("", size), (MINUS, -size)):
            cause = phrases.FRACTION.format(factor=f"{sign}1/{size}")
            yield Mistake("factor", cause, right / factor, is_telling=False)
    yield from _multiples(parts, (1.5, 2.5))


# ---- in the rule of one operation ----------------------------------------------------------------


def _with_slopes(parts: Parts, slopes: Callable[[Contribution, Rule], Slopes]) -> Iterator[Mistake]:
    """The gradients with a wrong local derivative in one contribution."""
    for index, part in enumerate(parts):
        if part.rule is not None:
            for kind, cause, slope in slopes(part, part.rule):
                if slope != part.partial:
                    yield Mistake(kind, cause, _instead(parts, index, slope * part.above))


def _derivative(rule: Rule, position: int) -> str:
    """An operation's derivative with respect to one operand, in words."""
    row = TABLE[rule.name]
    if row.arity == 1:
        return phrases.DERIVATIVE.format(op=row.name)
    return phrases.DERIVATIVE_WRT.format(op=row.name, operand=row.operands[position])


def _operand_for_result(part: Contribution, rule: Rule) -> Slopes:
    """A rule that uses the result of a function of one number, applied to the operand instead."""
    if len(part.numbers) == 1 and "out" in part.text:
        slope = rule.partials[part.position](*part.numbers, part.numbers[0])
        derivative = _derivative(rule, part.position)
        cause = phrases.OPERAND_FOR_RESULT.format(formula=part.text, derivative=derivative)
        yield "input for output", cause, slope


def _common_errors(part: Contribution, rule: Rule) -> Slopes:
    for entry in WRONG_DERIVATIVES.get((rule.name, part.position), ()):
        slope = wrong_function(rule.name, entry.formula)(*part.numbers, part.out)
        if math.isfinite(slope):
            yield entry.kind, phrases.SLIP.format(words=entry.words), slope


def _other_operands_derivative(part: Contribution, rule: Rule) -> Slopes:
    for position, partial in enumerate(rule.partials):
        if position != part.position:
            cause = phrases.OTHER_FACTOR
            if rule.name != "mul":
                wrong, right = _derivative(rule, position), _derivative(rule, part.position)
                cause = phrases.OTHER_OPERAND.format(wrong=wrong, right=right)
            slope = partial(*part.numbers, part.out)
            if abs(slope) != abs(part.partial):  # else it is the sign
                yield "other", cause, slope


def _result_for_operand(part: Contribution, rule: Rule) -> Slopes:
    """The reverse, which is rare: the result where the rule uses an operand."""
    derivative = _derivative(rule, part.position)
    operands = TABLE[rule.name].operands
    for position, operand in enumerate(operands if " if " not in part.text else ()):
        numbers = [*part.numbers[:position], part.out, *part.numbers[position + 1 :]]
        slope = rule.partials[part.position](*numbers, part.out)
        cause = phrases.RESULT_FOR_OPERAND.format(
            formula=part.text, derivative=derivative, operand=operand
        )
        yield "input for output", cause, slope


def _number_for_derivative(part: Contribution, rule: Rule) -> Slopes:
    name = rule.name
    if len(part.numbers) == 1 or name == "pow":
        yield "other", phrases.RESULT_AS_DERIVATIVE.format(op=name), part.out
        yield "other", phrases.VALUE_AS_DERIVATIVE.format(op=name), part.numbers[part.position]


def _other_operations_rule(part: Contribution, rule: Rule) -> Slopes:
    if len(part.numbers) != 1:
        return
    for row in list(TABLE.values()):
        other = RULES[NUMBER[row.name]]
        if other is rule or not row.eager or row.arity != 1 or row.is_gate:
            continue
        slope = other.partials[0](part.numbers[0], part.out)
        if abs(slope) not in (0.0, 1.0) or other.name == "relu":  # 0 and 1 are in many rules
            cause = phrases.OTHER_OPERATION.format(other=other.name, op=rule.name)
            yield "other", cause, slope
