"""Trials of one operation: what its gradient is, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...numerals import MINUS, format_short
from ..gradients.mistakes import Contribution, Mistake, matching_mistakes
from .calls import Call
from .subject import SAME, Subject, same
from .trial import Carrier, Trial, TrialNode


class NothingArrives(Exception):
    """A gradient doesn't reach an operand that lies two operations below the root."""


class Fault(NamedTuple):
    """A gradient that is wrong at one probe."""

    words: str
    mistakes: Sequence[Mistake] = ()  # those that give this gradient, the likeliest first
    gradient: float = math.nan
    expected: float = math.nan


def find_faults(subject: Subject, call: Call, root: Carrier | None = None) -> list[Fault]:
    """Try an operation at every probe, below a root if there is one, and return what is wrong;
    raises NothingArrives."""
    faults: list[Fault] = []
    for probe in call.probes:
        try:
            fault = _find_fault(subject, call, probe, root)
        except NothingArrives:
            if faults:
                break  # the first fault is the one to report
            raise
        faults += [fault] if fault else []
    return faults


def summarize(faults: Sequence[Fault]) -> str:
    """The first fault in words, with a mistake if it explains every fault: a single number fits
    many."""
    if not faults:
        return ""
    causes = [{(mistake.kind, mistake.cause) for mistake in fault.mistakes} for fault in faults]
    common = set.intersection(*causes)
    for mistake in faults[0].mistakes:
        if (mistake.kind, mistake.cause) in common:
            return f"{faults[0].words} ({mistake.sentence.replace('-', MINUS).rstrip('.')})"
    return faults[0].words


def _find_fault(
    subject: Subject, call: Call, probe: Sequence[float], root: Carrier | None
) -> Fault | None:
    trial = Trial(subject)
    operands = trial.operands(call, probe)
    out = trial.apply(call, *operands)
    if root:
        trial.carry(root, out)
    if failure := trial.failure():
        return Fault(f"{call.words}: {failure}")
    live = {argnum: operands[argnum] for argnum in call.live}
    is_silent = not any(x.gradient for x in live.values())
    if root and is_silent and any(abs(x.expected) > SAME for x in live.values()):
        raise NothingArrives(call.words)
    for argnum, x in live.items():
        if not x.is_right:
            return _fault(call, probe, argnum, x, out)
    return None


def _fault(call: Call, probe: Sequence[float], argnum: int, x: TrialNode, out: TrialNode) -> Fault:
    """A wrong gradient in words, with the mistakes that explain it."""
    partial, above, name = call.partial(argnum, *probe), out.expected, call.row.operands[argnum]
    part = Contribution(call.words, above, partial, call.rule, argnum, tuple(probe), out.number)
    words = (
        f"{call.words} at {call.operand_text(probe)}: the gradient with respect to {name} is "
        f"{format_short(x.gradient)}, but should be {format_short(x.expected)}, since "
        f"{call.derivative_text(argnum, probe, above)}"
    )
    mistakes = list(matching_mistakes([part], lambda number: same(x.gradient, number)))
    return Fault(words, mistakes, x.gradient, x.expected)


def is_lost(
    subject: Subject, call: Call, argnum: int, below: Carrier, source: Callable[[float], float]
) -> bool:
    """Whether no gradient arrives below an operand that is computed with an operation, of which
    `source` is the inverse."""
    lost = False
    for probe in call.probes:
        trial = Trial(subject)
        leaf = trial.leaf(source(probe[argnum]))
        operands = trial.operands(call, probe)
        operands[argnum] = trial.carry(below, leaf)
        trial.apply(call, *operands)
        trial.run()
        if leaf.gradient:
            return False
        lost = lost or abs(call.partial(argnum, *probe)) > SAME
    return lost
