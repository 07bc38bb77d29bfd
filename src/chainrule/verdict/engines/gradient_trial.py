"""One trial of an operation: what its gradient is, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ...numerals import format_short
from ...table.rules import NUMBER, RULES
from ..gradients.mistake_search import matching_mistakes
from ..gradients.mistakes import Contribution, Mistake
from .calls import Call
from .carrier import Carrier
from .derivative_text import derivative_text, operand_text, with_minus
from .subject import SAME, Failure, Subject, same


class NothingArrives(Exception):
    """A gradient doesn't reach an operand that lies two operations below the root."""


class Fault(NamedTuple):
    """A gradient that is wrong at one probe.

    Attributes:
        words: What was done, what came out, and what should have.
        mistakes: The mistakes that give this number, the likeliest first.
        gradient: The gradient; nan where none was computed.
        expected: What it should be.
    """

    words: str
    mistakes: Sequence[Mistake] = ()
    gradient: float = math.nan
    expected: float = math.nan


def find_faults(subject: Subject, call: Call, root: Carrier | None = None) -> list[Fault]:
    """What is wrong with an operation, at every probe at which something is.

    Args:
        subject: The class.
        call: How to call the operation.
        root: What to do with its result, so that a gradient other than 1 comes from above.

    Raises:
        NothingArrives: No gradient reaches the operands although it should.
    """
    faults: list[Fault] = []
    for probe in call.probes:
        try:
            fault = _find_fault(subject, call, probe, root)
        except NothingArrives:
            if faults:
                break  # the first fault is the one to report
            raise
        if fault:
            faults.append(fault)
    return faults


def summarize(faults: Sequence[Fault]) -> str:
    """The first fault in words. A mistake is named only if it explains all of them: a single number
    may look like many."""
    if not faults:
        return ""
    causes = [{(mistake.kind, mistake.cause) for mistake in fault.mistakes} for fault in faults]
    common = set.intersection(*causes)
    for mistake in faults[0].mistakes:
        if (mistake.kind, mistake.cause) in common:
            return f"{faults[0].words} ({with_minus(mistake.sentence).rstrip('.')})"
    return faults[0].words


def _find_fault(
    subject: Subject, call: Call, probe: Sequence[float], root: Carrier | None
) -> Fault | None:
    """What is wrong with an operation at one probe."""
    operands = subject.operands(call, probe)
    try:
        out = subject.apply(call, *operands)
        subject.run(root.apply(subject, out) if root else out)
    except Failure as failure:
        return Fault(f"{call.words}: {failure}")
    above = subject.seed * (root.slope(call.value(*probe)) if root else 1.0)
    gradients = [subject.grad(operands[argnum]) for argnum in call.live]
    right = [above * call.partial(argnum, *probe) for argnum in call.live]
    if root and not any(gradients) and any(abs(x) > SAME for x in right):
        raise NothingArrives(call.words)
    for argnum, gradient, expected in zip(call.live, gradients, right):
        if not same(gradient, expected):
            return _fault(call, probe, argnum, gradient, expected, above)
    return None


def _fault(
    call: Call, probe: Sequence[float], argnum: int, gradient: float, expected: float, above: float
) -> Fault:
    """A wrong gradient in words, with the mistakes that explain it."""
    rule = RULES[NUMBER[call.row.name]]
    part = Contribution(
        call.words, above, call.partial(argnum, *probe), rule, argnum, tuple(probe),
        call.value(*probe),
    )  # fmt: skip
    return Fault(
        f"{call.words} at {operand_text(call.row, probe)}: the gradient with respect to "
        f"{call.row.operands[argnum]} is {format_short(gradient)}, but should be "
        f"{format_short(expected)}, since {derivative_text(call.row, argnum, probe, above)}",
        list(matching_mistakes([part], lambda x: same(gradient, x))),
        gradient,
        expected,
    )


def is_lost(subject: Subject, call: Call, argnum: int, below: Carrier) -> bool:
    """Whether nothing arrives below an operand that is itself computed, at any probe, although it
    should."""
    lost = False
    for probe in call.probes:
        operands = subject.operands(call, probe)
        leaf = subject.leaf(below.source(probe[argnum]))
        operands[argnum] = below.apply(subject, leaf)
        subject.run(subject.apply(call, *operands))
        if subject.grad(leaf):
            return False
        lost = lost or abs(call.partial(argnum, *probe)) > SAME
    return lost
