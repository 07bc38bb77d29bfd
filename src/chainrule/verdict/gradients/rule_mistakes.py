"""Wrong local derivatives in the rule of one operation, and the gradients that they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from ...table.ops import BUILT_IN, TABLE
from ...table.rules import NUMBER, RULES, Rule
from . import phrases
from .contribution import Contribution, Mistake, Parts, instead
from .wrong_derivatives import WRONG_DERIVATIVES, wrong_function

Slopes = Iterator["tuple[str, str, float, bool]"]
"""Kinds, causes, the wrong local derivatives that they give, and whether they are telling."""


def with_slopes(parts: Parts, slopes: Callable[[Contribution, Rule], Slopes]) -> Iterator[Mistake]:
    """The gradients with a wrong local derivative in one contribution."""
    for index, part in enumerate(parts):
        if part.rule is not None:
            for kind, cause, slope, is_telling in slopes(part, part.rule):
                if slope != part.partial:
                    terms = instead(parts, index, slope * part.above)
                    yield Mistake(kind, cause, terms, is_telling=is_telling)


def derivative_words(rule: Rule, position: int) -> str:
    """An operation's derivative with respect to one operand, in words."""
    row = TABLE[rule.name]
    if row.arity == 1:
        return phrases.DERIVATIVE.format(op=row.name)
    return phrases.DERIVATIVE_WRT.format(op=row.name, operand=row.operands[position])


def operand_for_result(part: Contribution, rule: Rule) -> Slopes:
    """A rule that uses the result of a function of one number, applied to the operand instead."""
    if len(part.numbers) == 1 and "out" in part.text:
        slope = rule.partials[part.position](*part.numbers, part.numbers[0])
        derivative = derivative_words(rule, part.position)
        cause = phrases.OPERAND_FOR_RESULT.format(
            formula=part.text, derivative=derivative, op=rule.name
        )
        yield "input for output", cause, slope, True


def common_errors(part: Contribution, rule: Rule) -> Slopes:
    """What learners write instead of the operation's derivative."""
    for entry in WRONG_DERIVATIVES.get((rule.name, part.position), ()):
        slope = wrong_function(rule.name, entry.formula)(*part.numbers, part.out)
        if math.isfinite(slope):
            yield entry.kind, phrases.SLIP.format(words=entry.words), slope, True


def other_operands_derivative(part: Contribution, rule: Rule) -> Slopes:
    """The derivative with respect to another operand."""
    for position, partial in enumerate(rule.partials):
        if position != part.position:
            cause = phrases.OTHER_FACTOR
            if rule.name != "mul":
                cause = phrases.OTHER_OPERAND.format(op=rule.name)
            slope = partial(*part.numbers, part.out)
            if abs(slope) != abs(part.partial):  # else it is the sign
                yield "other operand", cause, slope, abs(slope) != 1


def result_for_operand(part: Contribution, rule: Rule) -> Slopes:
    """The reverse, which is rare: the result where the rule uses an operand."""
    derivative = derivative_words(rule, part.position)
    operands = TABLE[rule.name].operands
    for position, operand in enumerate(operands if " if " not in part.text else ()):
        numbers = [*part.numbers[:position], part.out, *part.numbers[position + 1 :]]
        slope = rule.partials[part.position](*numbers, part.out)
        words = phrases.PRODUCT if rule.name == "mul" else phrases.RESULT_FOR_OPERAND
        cause = words.format(
            formula=part.text, derivative=derivative, operand=operand, op=rule.name
        )
        yield "input for output", cause, slope, False


def number_for_derivative(part: Contribution, rule: Rule) -> Slopes:
    """A number of the operation where its derivative belongs."""
    if len(part.numbers) == 1 or rule.name == "pow":
        result = phrases.RESULT_AS_DERIVATIVE.format(op=rule.name)
        yield "other operation", result, part.out, True
        value = phrases.VALUE_AS_DERIVATIVE.format(op=rule.name)
        if part.text != "out":  # else it is the input for the output
            yield "other operation", value, part.numbers[part.position], True


def other_operations_rule(part: Contribution, rule: Rule) -> Slopes:
    """The derivative of another function, one that everybody knows."""
    if len(part.numbers) != 1:
        return
    for row in list(TABLE.values()):  # another thread may define an operation meanwhile
        other = RULES[NUMBER[row.name]]
        is_known = row.name in BUILT_IN and row.eager and row.arity == 1 and not row.is_gate
        if other is rule or not is_known:
            continue
        cause, x = phrases.OTHER_OPERATION.format(other=other.name, op=rule.name), part.numbers[0]
        for out in (part.out, other.value(x)):  # in terms of this result, or of the other one
            slope = other.partials[0](x, out)
            if abs(slope) not in (0.0, 1.0) or other.name == "relu":  # 0 and 1 are in many rules
                yield "other operation", cause, slope, abs(slope) != 1
