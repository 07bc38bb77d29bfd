"""A micrograd-like class examined: every operation, reuse, order, accumulation, state and depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..ops import Op
from .engine_forms import NAMES, Form, forms, rows
from .engine_grade import EngineCheck, Finding
from .engine_passes import depth_fault, leaf_fault, pass_fault, seed_fault, start_fault, state_fault
from .engine_reuse import accumulation_fault, order_fault
from .engine_subject import Endless, Subject, Watch
from .engine_trial import (
    Carrier,
    Failure,
    Known,
    NothingArrives,
    Refused,
    fault_of,
    operands,
    same,
)


def check_engine(make: Callable[..., Any], /) -> EngineCheck:
    """Examine a class like micrograd's Value, and grade it.

    Every operation of the table is tried, in every way that the class offers: its result, its
    local derivatives, and whether it multiplies by the gradient above. Then whether a value that is
    used twice adds up, whether nodes are visited in topological order, whether a second pass is
    right, and whether a chain of 5,000 operations is.

    Args:
        make: The class. `make(2.0)` gives a Value with `data`, `grad` and `backward()`.

    Returns:
        The grade: `.ok`, `.findings` with `.rule` and `.message`, and `.skipped`.

    Raises:
        WrongType: It is no such class.

    Notes:
        A mistake is reported once: what is built from a wrong operation is not reported again, so
        that a mistake of its own may come to light when the first one is mended. The class's code
        runs here, under a watch that stops what does not end.

    Example:
        >>> from chainrule import Value
        >>> check_engine(Value).ok
        True
    """
    return Examination(Subject(make)).grade()


class Examination:
    """All trials of one class, the simplest first, each with what the earlier ones found right."""

    def __init__(self, subject: Subject) -> None:
        self.known = Known(subject)
        self.faults: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.accepted: dict[str, list[Form]] = {}
        self.general: dict[str, str] = {}

    def grade(self) -> EngineCheck:
        """Run every trial."""
        for row in rows():
            self._ask(row)
        every = [form for asked in self.accepted.values() for form in asked]
        broken = pass_fault(self.known, every)
        if broken:
            return self._result([Finding("order", broken)])
        started = start_fault(self.known)
        if started:  # it is in every gradient, and no operation is to blame for it
            return self._result([Finding("state", started)])
        self._note("state", seed_fault(self.known, every))
        if self.known.is_mute:
            return self._result([Finding(rule, words) for rule, words in self.general.items()])
        self._note("state", leaf_fault(self.known))
        for row in rows():
            self._try_alone(row)
        self._try_below_another()
        is_ordered = "order" not in self.general
        self._note("accumulation", accumulation_fault(self.known, is_ordered))
        if is_ordered:  # else nothing that is two operations deep can be judged
            self._note("order", order_fault(self.known))
            self._note("state", state_fault(self.known))
            self._note("depth", depth_fault(self.known))
        found = [Finding(rule, words) for rule, words in self._own_faults().items()]
        found += [Finding(rule, words) for rule, words in self.general.items()]
        return self._result(found)

    def _result(self, found: Sequence[Finding]) -> EngineCheck:
        sound = dict.fromkeys(form.row.name for form in self.known.sound)
        return EngineCheck(self.known.subject.name, found, list(sound), self.refused)

    def _note(self, rule: str, words: str) -> None:
        if words:
            self.general.setdefault(rule, words)

    # ---- which operations there are --------------------------------------------------------------

    def _ask(self, row: Op) -> None:
        """Find the ways in which the class does an operation."""
        missing = reason = "there is no such operation"
        done: set[object] = set()
        for form in forms(row):
            if form.key in done:
                continue
            try:
                self._forward(form)
            except Refused as refusal:
                if reason == missing and "AttributeError" not in str(refusal):
                    reason = str(refusal)
                continue
            done.add(form.key)
            self.accepted.setdefault(row.name, []).append(form)
        if row.name not in self.accepted:
            self.refused[row.name] = reason

    def _forward(self, form: Form) -> None:
        """Do an operation, and note what it calls and whether its result is right."""
        built = self.known.built_from.setdefault(form.row.name, set())
        for probe in form.probes:
            given = operands(self.known, form, probe)
            try:
                with Watch() as watch:
                    out = form.call(*given)
            except Endless:
                raise Refused("it does not end") from None
            except Exception as error:
                raise Refused(f"{form.words} raised {type(error).__name__}") from error
            if not self.known.subject.is_one(out):
                raise Refused(f"{form.words} gives no Value")
            called = {NAMES[name] for name in watch.called if name in NAMES}
            built |= called - {form.row.name}
            self._compare_result(form, probe, self.known.subject.data(out))

    def _compare_result(self, form: Form, probe: Sequence[float], found: float) -> None:
        expected = form.value(*probe)
        if same(found, expected):
            return
        if form.may_vary or (form.row.name == "gelu" and abs(found - expected) < 0.01):
            raise Refused(f"{form.words} is another function than the table's")
        at = ", ".join(f"{name} = {x:g}" for name, x in zip(form.row.operands, probe))
        self._blame(form, f"{form.words} at {at} is {found:g}, but should be {expected:g}")

    def _blame(self, form: Form, words: str) -> None:
        self.faults.setdefault(form.row.name, words)

    # ---- each operation by itself, then below another --------------------------------------------

    def _try_alone(self, row: Op) -> None:
        for form in self.accepted.get(row.name, []):
            try:
                words = fault_of(self.known, form, None)
            except Refused as refusal:
                self.refused[row.name] = str(refusal)
                return
            if words:
                self._blame(form, words)
            elif row.name not in self.faults:
                self.known.sound.append(form)

    def _try_below_another(self) -> None:
        """Have a gradient other than 1 come from above."""
        carriers = self._carriers()
        lost: list[str] = []
        for form in list(self.known.sound):
            words, passed = "", False
            for carrier in carriers:
                try:
                    fault = fault_of(self.known, form, carrier)
                    words, passed = words or fault, passed or not fault
                except NothingArrives as nothing:
                    lost.append(str(nothing))
                except (Refused, Failure):
                    continue
                except Exception as error:
                    lost.append(f"{form.words} ({type(error).__name__})")
            if words and not passed:
                self._blame(form, f"{words}, with {carriers[0].form.words} on top")
        if lost:
            self._note(
                "order",
                f"below another operation nothing arrives at the operands of {lost[0]}; "
                "a node must pass its gradient on only when all of it has arrived",
            )
        self.known.sound = [f for f in self.known.sound if f.row.name not in self.faults]

    def _carriers(self) -> list[Carrier]:
        """Up to two operations that are right at the root and turn 1 into something else."""
        wanted = {"mul": 3.0, "div": 0.5, "neg": None, "sub": 2.0, "tanh": None, "relu": None}
        found: dict[str, Carrier] = {}
        for form in self.known.sound:
            name = form.row.name
            if name in wanted and len(form.live) == 1 and name not in found:
                if name == "sub" and form.live == (0,):
                    continue  # it has the slope 1, which hides what is forgotten
                found[name] = Carrier(form, wanted[name])
        return [found[name] for name in wanted if name in found and name != "relu"][:2]

    # ---- whose fault it is -----------------------------------------------------------------------

    def _own_faults(self) -> dict[str, str]:
        """The faulty operations, without those that are built from another faulty one."""
        built = self.known.built_from
        found = {}
        for name, words in self.faults.items():
            below = {x for x in built.get(name, ()) if x in self.faults}
            if any(name not in built.get(x, ()) for x in below):
                continue
            if built.get(name) and {"order", "accumulation"} & set(self.general):
                continue  # inside it values are reused, which the general fault explains
            found[name] = words
        return found
