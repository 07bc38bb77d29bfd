"""A micrograd-like class examined: every operation, reuse, order, accumulation, state and depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...numerals import format_short
from ...table.ops import Op
from .asking import Asking
from .forms import Form, rows
from .grade import EngineCheck, Finding
from .passes import (
    LEFT,
    LIMITED,
    depth_fault,
    leaf_fault,
    pass_fault,
    seed_fault,
    start_fault,
    state_fault,
)
from .reuse import (
    accumulation_fault,
    equality_fault,
    joiners,
    order_fault,
)
from .subject import Subject
from .trial import (
    Carrier,
    Failure,
    Fault,
    Known,
    NothingArrives,
    faults_of,
    is_lost,
    same,
    summed_up,
)
from .watch import alarm

ABOVE: Mapping[str, float | None] = {"mul": 3.0, "div": 0.5, "neg": None, "sub": 2.0, "tanh": None}
"""What turns a gradient of 1 into something else, each with its other operand."""
BELOW: Mapping[str, float | None] = {"mul": 2.0, "add": 0.5, "neg": None, "div": 0.5, "sub": 2.0}
"""What an operand is computed with; each can be undone."""
MOST = 1
"""More operations than this are hardly unrecorded where the order of the pass looks wrong too."""


def check_engine(make: Callable[..., Any], /) -> EngineCheck:
    """Examine a class like micrograd's Value, and grade it.

    Every operation of the table is tried, in every way that the class offers: its result, its
    local derivatives, whether it remembers its operands and whether it multiplies by the gradient
    above. Then whether a value that is
    used twice adds up, whether nodes are visited in topological order, whether a second pass is
    right, and whether a chain of 5,000 operations is.

    Args:
        make: The class. `make(2.0)` gives a Value with `data`, `grad` and `backward()`.

    Returns:
        The grade: `.ok`, `.findings` with `.rule` and `.message`, `.skipped`, and `.weaknesses`:
        those findings that stand beside right derivatives.

    Raises:
        WrongType: It is no such class.

    Notes:
        A mistake is reported once: what is built from a wrong operation is not reported again, so
        that a mistake of its own may come to light when the first one is mended. An operation that
        the class does not have, or refuses with an exception that it raises, is no mistake; one
        that breaks, gives no Value or does not end is.

        The class's code runs here, under a watch: what takes more than a million steps of the
        interpreter is stopped, and, in the main thread on Unix, what takes more than four seconds.
        A loop inside of C (`sum(itertools.repeat(0))`) can be stopped from another process only.

    Example:
        >>> from chainrule import Value
        >>> check_engine(Value).ok
        True
    """
    with alarm():
        return Examination(Subject(make)).grade()


class Examination:
    """All trials of one class, the simplest first, each with what the earlier ones found right."""

    def __init__(self, subject: Subject) -> None:
        self.known = Known(subject)
        self.asking = Asking(self.known)
        self.faults = self.asking.broken
        self.general: dict[str, str] = {}
        self.unsound: list[str] = []

    def grade(self) -> EngineCheck:
        """Run every trial."""
        for row in rows():
            self.asking.ask(row)
        every = [form for asked in self.asking.accepted.values() for form in asked]
        if self._spoils_everything(every):
            return self._result()
        self._note("state", leaf_fault(self.known))
        found = {row.name: self._try_alone(row) for row in rows()}
        if self._is_cut_off(found):
            return self._result()
        self._try_on_another()
        self._try_below_another()
        wrong, self.unsound = accumulation_fault(self.known, "order" not in self.general)
        self._note("accumulation", wrong)
        if "order" not in self.general:  # else nothing that is two operations deep can be judged
            if joiners(self.known):
                self._note("order", order_fault(self.known, joiners(self.known)[0]))
            self._note("state", state_fault(self.known))
            self._note("depth", depth_fault(self.known))
        return self._result()

    def _spoils_everything(self, every: Sequence[Form]) -> bool:
        """Look for what is in every gradient, so that no operation is to blame for it."""
        self._note("order", pass_fault(self.known, every))
        if not self.general:
            self._note("state", start_fault(self.known))
        if self.general:
            return True
        self._note("state", seed_fault(self.known, every))
        if not self.known.is_mute:
            self._note("order", equality_fault(self.known, every))
        return self.known.is_mute or "order" in self.general

    def _result(self) -> EngineCheck:
        own, unjudged = self._own_faults()
        found = [Finding(rule, words) for rule, words in own.items()]
        found += [Finding(rule, words) for rule, words in self.general.items()]
        names = dict.fromkeys(form.row.name for form in self.known.sound)
        sound = [x for x in names if x not in self.unsound and x not in self.faults]
        weak = [x for x in found if LEFT in x.message or LIMITED in x.message]
        reasons = {**self.asking.refused, **self.asking.lacking}
        return EngineCheck(self.known.subject.name, found, sound, reasons, weak, unjudged)

    def _note(self, rule: str, words: str) -> None:
        if words:
            self.general.setdefault(rule, words)

    def _blame(self, form: Form, words: str) -> None:
        self.faults.setdefault(form.row.name, words)
        self.known.sound = [f for f in self.known.sound if f.row.name not in self.faults]

    # ---- each operation by itself, on top of another and below one -------------------------------

    def _try_alone(self, row: Op) -> list[Fault]:
        found: list[Fault] = []
        for form in self.asking.accepted.get(row.name, []):
            faults = faults_of(self.known, form)
            found += faults
            if faults:
                self._blame(form, summed_up(faults))
            elif row.name not in self.faults:
                self.known.sound.append(form)
        return found

    def _is_cut_off(self, found: Mapping[str, Sequence[Fault]]) -> bool:
        """Look for a limit that every wrong gradient lies at, in more than one operation."""
        wrong = {name: faults for name, faults in found.items() if faults}
        built = self.known.built_from
        own = [name for name in wrong if not wrong.keys() & built.get(name, set())]
        every = [fault for name in own for fault in wrong[name]]
        limit = abs(every[0].found) if every else 0.0
        if len(own) < 2 or not all(
            same(abs(x.found), limit) and x.found * x.expected > 0 and abs(x.expected) > limit
            for x in every
        ):
            return False
        for name in wrong:
            del self.faults[name]
        words = f"gradients are cut off at ±{format_short(limit)} (seen in {', '.join(wrong)}); "
        self._note("state", words + "backward() must leave them as they are")
        return True

    def _try_on_another(self) -> None:
        """Have operands that are computed themselves: what does not remember them cuts the graph
        off there."""
        lost: dict[Form, str] = {}
        for form in self.known.sound:
            for place in form.live:
                words = self._loss(form, place)
                if words:
                    lost.setdefault(form, words)
        names = {form.row.name for form in lost}
        own = [x for x in names if not names & self.known.built_from.get(x, set())]
        ways = [order_fault(self.known, join) for join in joiners(self.known)]
        if ways and (all(ways) or (any(ways) and len(own) > MOST)):
            return  # it is the order of the pass that loses so much
        for form, words in lost.items():
            self._blame(form, words)

    def _loss(self, form: Form, place: int) -> str:
        below = self._carriers(BELOW, form.row.name)
        try:
            if not below or not all(is_lost(self.known, form, place, x) for x in below):
                return ""
        except Failure as failure:
            return f"{form.words}, its operand computed before: {failure}"
        return (
            f"{form.words} is not recorded: where its operand {form.row.operands[place]} is "
            f"computed itself, with {below[0].form.words}, nothing arrives below it; give the "
            "result all of its operands"
        )

    def _try_below_another(self) -> None:
        """Have a gradient other than 1 come from above."""
        carriers = self._carriers(ABOVE)
        lost: list[str] = []
        for form in list(self.known.sound):
            words, passed = "", False
            for carrier in carriers:
                try:
                    fault = summed_up(faults_of(self.known, form, carrier))
                    words, passed = words or fault, passed or not fault
                except NothingArrives as nothing:
                    lost.append(str(nothing))
            if words and not passed:
                self._blame(form, f"{words}, with {carriers[0].form.words} on top")
        if lost:
            self._note(
                "order",
                f"below another operation nothing arrives at the operands of {lost[0]}; "
                "a node must remember its operands, and pass its gradient on when all has arrived",
            )

    def _carriers(self, wanted: Mapping[str, float | None], unlike: str = "") -> list[Carrier]:
        """Up to two operations that are right at the root, with their other operands."""
        found: dict[str, Carrier] = {}
        for form in self.known.sound:
            name = form.row.name
            if name in wanted and name != unlike and len(form.live) == 1:
                if name == "sub" and form.live == (0,):
                    continue  # it has the slope 1, which hides what is forgotten
                found.setdefault(name, Carrier(form, wanted[name]))
        return [found[name] for name in wanted if name in found][:2]

    # ---- whose fault it is -----------------------------------------------------------------------

    def _own_faults(self) -> tuple[dict[str, str], dict[str, str]]:
        """The faulty operations, without those that are built from another faulty one; and the
        latter, each with what it is built from."""
        built = self.known.built_from
        found: dict[str, str] = {}
        unjudged: dict[str, str] = {}
        for name, words in self.faults.items():
            below = {x for x in built.get(name, ()) if x in self.faults}
            if any(name not in built.get(x, ()) for x in below):
                unjudged[name] = ", ".join(sorted(below))
            elif built.get(name) and {"order", "accumulation"} & set(self.general):
                continue  # inside it values are reused, which the general fault explains
            else:
                found[name] = words
        return found, unjudged
