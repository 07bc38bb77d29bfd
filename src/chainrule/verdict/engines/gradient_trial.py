"""Trials of one operation: what its gradient is, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...numerals import MINUS, format_short
from ..gradients.mistakes import Contribution, Mistake, matching_mistakes
from .calls import Call
from .subject import SAME, Subject
from .trial import Carrier, Trial, TrialNode


class NothingArrives(Exception):
    """A gradient doesn't reach an operand that lies two operations below the root."""

    def __init__(self, words: str, trial: Trial, leaf: TrialNode) -> None:
        super().__init__(words)
        self.words, self.trial, self.leaf = words, trial, leaf


class Fault(NamedTuple):
    """A gradient that is wrong at one probe."""

    words: str
    probe: tuple[float, ...]
    mistakes: Sequence[Mistake] = ()  # those that give this gradient, the likeliest first
    argnum: int = -1  # the operand whose gradient is wrong; -1 where the pass failed
    gradient: float = math.nan
    expected: float = math.nan
    graph: str = ""


class Outcome(NamedTuple):
    """The gradients of the operands at one probe."""

    probe: tuple[float, ...]
    observed: dict[int, float]
    expected: dict[int, float]
    out: float
    fault: Fault | None


def try_call(
    subject: Subject, call: Call, probe: tuple[float, ...], root: Carrier | None = None
) -> Outcome:
    """Try an operation at a probe, below a root if there is one; raises NothingArrives."""
    trial = Trial(subject)
    operands = trial.operands(call, probe)
    out = trial.apply(call, *operands)
    if root:
        trial.carry(root, out)
    live = {i: operands[i] for i in call.live}
    if failure := trial.failure():
        return Outcome(
            probe, {}, {}, out.number, Fault(f"{call.words}{_at(call, probe)}: {failure}", probe)
        )
    observed = {i: x.gradient for i, x in live.items()}
    expected = {i: x.expected for i, x in live.items()}
    is_silent = not any(observed.values())
    if root and is_silent and any(abs(x) > SAME for x in expected.values()):
        raise NothingArrives(call.words, trial, next(iter(live.values())))
    wrong = [i for i, x in live.items() if not trial.is_right(x)]
    fault = _fault(trial, call, probe, wrong[0], live[wrong[0]], out) if wrong else None
    return Outcome(probe, observed, expected, out.number, fault)


def _at(call: Call, probe: Sequence[float]) -> str:
    """The probe in words, unless it is the usual one, where nothing depends on the numbers."""
    return "" if tuple(probe) == call.probes[0] else f" at {call.operand_text(probe)}"


def common_mistake(faults: Sequence[Fault]) -> Mistake | None:
    """The likeliest mistake that explains every fault: a single number fits many."""
    if not faults:
        return None
    causes = [{(mistake.kind, mistake.cause) for mistake in fault.mistakes} for fault in faults]
    common = set.intersection(*causes)
    for mistake in faults[0].mistakes:
        if (mistake.kind, mistake.cause) in common:
            return mistake
    return None


def summarize(faults: Sequence[Fault]) -> str:
    """The first fault in words, with a mistake if one explains every fault."""
    if not faults:
        return ""
    mistake = common_mistake(faults)
    if mistake is None:
        return faults[0].words
    return f"{faults[0].words} ({mistake.sentence.replace('-', MINUS).rstrip('.')})"


def _fault(
    trial: Trial, call: Call, probe: tuple[float, ...], argnum: int, x: TrialNode, out: TrialNode
) -> Fault:
    """A wrong gradient in words, with the mistakes that explain it."""
    partial, above, name = call.partial(argnum, *probe), out.expected, call.row.operands[argnum]
    part = Contribution(call.words, above, partial, call.rule, argnum, tuple(probe), out.number)
    words = (
        f"{call.words} at {call.operand_text(probe)}: the gradient with respect to {name} is "
        f"{format_short(x.gradient)}, but should be {format_short(x.expected)}, since "
        f"{call.derivative_text(argnum, probe, above)}"
    )
    mistakes = matching_mistakes([part], lambda number: trial.subject.same(x.gradient, number))
    return Fault(words, probe, mistakes, argnum, x.gradient, x.expected, trial.code(x))


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
