"""A micrograd-like class examined: every operation, reuse, order, accumulation, state and depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...numerals import format_short
from ...table.ops import Op
from ..result_table import printable
from . import backward_trial, reuse_trial
from .calls import Call, recorded_rows
from .gradient_trial import Fault, NothingArrives, find_faults, is_lost, summarize
from .operations import Operations
from .result import EngineCheck, Finding
from .subject import Failure, Subject, same
from .trial import find_carriers
from .watchdog import alarm

ABOVE: Mapping[str, float | None] = {"mul": 3.0, "div": 0.5, "neg": None, "sub": 2.0, "tanh": None}
"""Operations that turn a gradient of 1 into another one, with their other operands."""
BELOW: Mapping[str, float | None] = {"mul": 2.0, "add": 0.5, "neg": None, "div": 0.5, "sub": 2.0}
"""Operations that compute an operand, with their other operands."""
SOURCES: Mapping[str, Callable[[float], float]] = {
    "mul": lambda out: out / 2, "add": lambda out: out - 0.5, "neg": lambda out: -out,
    "div": lambda out: out / 2, "sub": lambda out: 2 - out,
}  # fmt: skip
"""Their inverses."""
LATER = ("a second pass", "a long chain")
"""What is tried last."""
MOST_UNRECORDED = 1
"""If more operations seem unrecorded and the order looks wrong too, the order is to blame."""


def check_engine(make: Callable[..., Any], /) -> EngineCheck:
    """Examine a class like micrograd's Value, and grade it.

    Every operation of the table is tried in every way that the class offers: its result, its local
    derivatives, whether it remembers its operands, and whether it multiplies by the gradient above.
    After that come values that are used twice, the order of the pass, a second pass, and a chain of
    5,000 operations.

    Args:
        make: The class. `make(2.0)` gives a Value with `data`, `grad` and `backward()`.

    Returns:
        The grade: `.ok`, `.findings` with `.rule` and `.message`, `.skipped`, and `.weaknesses`:
        those findings that leave the derivatives right.

    Raises:
        WrongType: It isn't such a class.

    Notes:
        A mistake is reported once: what is built from a wrong operation isn't reported again, so a
        mistake of its own may appear when the first one is fixed. An operation that the class
        doesn't have, or refuses with an exception that it raises, isn't a mistake; one that breaks,
        gives no Value or doesn't end is.

        The class's code runs here, under a watchdog, which stops what takes more than a million
        steps of the interpreter and, in the main thread on Unix, what takes more than four seconds.
        A loop inside C (`sum(itertools.repeat(0))`) can only be stopped from another process.

    Example:
        >>> from chainrule import Value
        >>> check_engine(Value).ok
        True
    """
    with alarm():
        return _Examination(Subject(make)).grade()


class _Examination:
    """All trials of one class, the simplest first; each builds on what has proved right so far."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.operations = Operations(subject)
        self.faults = self.operations.broken
        self.general: dict[str, str] = {}
        self.unsound: list[str] = []
        self.not_tried: dict[str, str] = {}

    def grade(self) -> EngineCheck:
        """Run every trial."""
        for row in recorded_rows():
            self.operations.try_all(row)
        every = [call for calls in self.operations.accepted.values() for call in calls]
        if self._spoils_everything(every):
            self.not_tried |= dict.fromkeys(LATER, "no pass is right")
            return self._result()
        self._note("state", backward_trial.find_leaf_fault(self.subject))
        faults = {row.name: self._try_alone(row) for row in recorded_rows()}
        if self._is_clipped(faults):
            return self._result()
        self._try_above_another()
        self._try_below_another()
        is_ordered = "order" not in self.general
        words, self.unsound = reuse_trial.find_accumulation_fault(self.subject, is_ordered)
        self._note("accumulation", words)
        if not is_ordered:  # nothing that is two operations deep can be judged
            self.not_tried |= dict.fromkeys(LATER, "the order of the pass is wrong")
        elif not backward_trial.has_chain(self.subject):
            self.not_tried |= dict.fromkeys(
                LATER, "no operation of one Value and a number is right"
            )
        if is_ordered:
            for join in reuse_trial.find_joins(self.subject)[:1]:
                self._note("order", reuse_trial.find_order_fault(self.subject, join))
            self._note("state", backward_trial.find_state_fault(self.subject))
            self._note("depth", backward_trial.find_depth_fault(self.subject))
        return self._result()

    def _spoils_everything(self, every: Sequence[Call]) -> bool:
        """Look for a mistake in every gradient, for which no single operation is to blame."""
        self._note("order", backward_trial.find_pass_fault(self.subject, every))
        if not self.general:
            self._note("state", backward_trial.find_start_fault(self.subject))
        if self.general:
            return True
        self._note("state", backward_trial.find_seed_fault(self.subject, every))
        if not self.subject.is_mute:
            self._note("order", reuse_trial.find_equality_fault(self.subject, every))
        return self.subject.is_mute or "order" in self.general

    def _result(self) -> EngineCheck:
        own, unjudged = self._own_faults()
        findings = [Finding(rule, words) for rule, words in (own | self.general).items()]
        phrases = backward_trial.WEAKNESSES
        weak = tuple(x for x in findings if any(phrase in x.message for phrase in phrases))
        findings = [x for x in findings if x not in weak]
        names = dict.fromkeys(call.row.name for call in self.subject.sound)
        sound = tuple(x for x in names if x not in self.unsound and x not in self.faults)
        reasons = self.operations.refused | self.operations.lacking
        name = printable(self.subject.name)
        return EngineCheck(name, (*findings, *weak), sound, reasons, weak, unjudged, self.not_tried)

    def _note(self, rule: str, words: str) -> None:
        if words:
            self.general.setdefault(rule, words)

    def _blame(self, call: Call, words: str) -> None:
        self.faults.setdefault(call.row.name, words)
        self.subject.sound = [x for x in self.subject.sound if x.row.name not in self.faults]

    # ---- each operation by itself, above another and below another -------------------------------

    def _try_alone(self, row: Op) -> list[Fault]:
        all_faults: list[Fault] = []
        for call in self.operations.accepted.get(row.name, []):
            if faults := find_faults(self.subject, call):
                all_faults += faults
                self._blame(call, summarize(faults))
            elif row.name not in self.faults:
                self.subject.sound.append(call)
        return all_faults

    def _is_clipped(self, faults_by_name: Mapping[str, Sequence[Fault]]) -> bool:
        """Look for a limit at which the gradients of several operations are clipped."""
        wrong = {name: faults for name, faults in faults_by_name.items() if faults}
        built = self.subject.built_from
        own = [name for name in wrong if not wrong.keys() & built.get(name, set())]
        every = [fault for name in own for fault in wrong[name]]
        limit = abs(every[0].gradient) if every else 0.0
        if len(own) < 2 or not all(
            same(abs(x.gradient), limit) and x.gradient * x.expected > 0 and abs(x.expected) > limit
            for x in every
        ):
            return False
        for name in wrong:
            del self.faults[name]
        words = f"gradients are clipped at ±{format_short(limit)} (seen in {', '.join(wrong)}); "
        self._note("state", words + "backward() must not clip them")
        return True

    def _try_above_another(self) -> None:
        """Use computed operands: where an operation forgets them, the graph is cut off."""
        lost: dict[Call, str] = {}
        for call in self.subject.sound:
            for argnum in call.live:
                if words := self._loss(call, argnum):
                    lost.setdefault(call, words)
        names = {call.row.name for call in lost}
        own = [x for x in names if not names & self.subject.built_from.get(x, set())]
        orders = [
            reuse_trial.find_order_fault(self.subject, join)
            for join in reuse_trial.find_joins(self.subject)
        ]
        if orders and (all(orders) or (any(orders) and len(own) > MOST_UNRECORDED)):
            return  # the order of the pass is to blame
        for call, words in lost.items():
            self._blame(call, words)

    def _loss(self, call: Call, argnum: int) -> str:
        below = find_carriers(self.subject, BELOW, call.row.name)[:2]
        try:
            for carrier in below:
                source = SOURCES[carrier.call.row.name]
                if not is_lost(self.subject, call, argnum, carrier, source):
                    return ""
            if not below:
                return ""
        except Failure as failure:
            return f"{call.words} with a computed operand: {failure}"
        return (
            f"{call.words} is not recorded: if its operand {call.row.operands[argnum]} is computed "
            f"with {below[0].call.words}, no gradient arrives below it; "
            "give the result all of its operands"
        )

    def _try_below_another(self) -> None:
        """Pass down a gradient other than 1."""
        carriers = find_carriers(self.subject, ABOVE)[:2]
        lost: list[str] = []
        for call in list(self.subject.sound):
            words, passed = "", False
            for carrier in carriers:
                try:
                    fault = summarize(find_faults(self.subject, call, carrier))
                    words, passed = words or fault, passed or not fault
                except NothingArrives as nothing:
                    lost.append(str(nothing))
            if words and not passed:
                self._blame(call, f"{words}, below {carriers[0].call.words}")
        if lost:
            self._note(
                "order",
                f"below another operation, no gradient arrives at the operands of {lost[0]}; a "
                "node must remember its operands, and pass its gradient on once all of it has "
                "arrived",
            )

    # ---- whose fault it is -----------------------------------------------------------------------

    def _own_faults(self) -> tuple[dict[str, str], dict[str, str]]:
        """The faulty operations; and those built from other faulty ones, which are named."""
        built = self.subject.built_from
        own, unjudged = dict[str, str](), dict[str, str]()
        for name, words in self.faults.items():
            below = {x for x in built.get(name, ()) if x in self.faults}
            if any(name not in built.get(x, ()) for x in below):
                unjudged[name] = ", ".join(sorted(below))
            elif not built.get(name) or self.general.keys().isdisjoint({"order", "accumulation"}):
                own[name] = words  # else it reuses values, which the general fault explains
        return own, unjudged
