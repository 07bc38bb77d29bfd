"""Which operations a class has: each is asked for in every way, and what it says is noted."""

from __future__ import annotations

import opcode
from collections.abc import Sequence
from typing import Any

from ...numerals import format_short
from ...table.ops import Op
from ..tables import said
from .forms import NAMES, Form, forms
from .grade import MISSING
from .trial import Failure, Known, Refused, operands, same
from .watch import Endless, Watch
from .words import at


class Asking:
    """The operations of one class.

    Attributes:
        accepted: The ways in which it does an operation.
        refused: Why it does not do one.
        lacking: Signs that it does not take, although it has their operation: why.
        broken: What is wrong with those that break, or whose results are wrong.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        self.accepted: dict[str, list[Form]] = {}
        self.refused: dict[str, str] = {}
        self.lacking: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self._any = known.subject.leaves([0.5])[0]

    def ask(self, row: Op) -> None:
        """Find the ways in which the class does an operation."""
        refusals: dict[Form, str] = {}
        done: set[object] = set()
        for form in forms(row):
            if form.key in done:
                continue
            try:
                self._forward(form)
            except Refused as refusal:
                refusals[form] = str(refusal)
            except Failure as failure:
                self.broken[row.name] = str(failure)
                return
            else:
                done.add(form.key)
                self.accepted.setdefault(row.name, []).append(form)
        if row.name in self.accepted:
            signs = {f.words: why for f, why in refusals.items() if f.is_operator}
            self.lacking.update({} if len(signs) == 3 else signs)  # it is done by methods alone
        else:
            found = (why for why in refusals.values() if not why.startswith(MISSING))
            self.refused[row.name] = next(found, MISSING)

    def _forward(self, form: Form) -> None:
        """Do an operation, and note what it calls and whether its result is right."""
        if not hasattr(self._any, form.method):
            raise Refused(f"{MISSING}: {form.method}")
        built = self.known.built_from.setdefault(form.row.name, set())
        for probe in form.probes:
            given = operands(self.known, form, probe)
            watch = Watch()
            try:
                with watch:
                    out = form.call(*given)
            except Endless:
                raise Failure(f"{form.words} does not end") from None
            except Exception as error:
                if _is_meant(error, form):
                    raise Refused(said(error)) from error
                raise Failure(f"{form.words} raised {said(error)}") from error
            finally:
                called = {NAMES[name] for name in watch.called if name in NAMES}
                built |= called - {form.row.name}
            if not self.known.subject.is_one(out):
                _judge_other_result(form, out)
            self._compare(form, probe, self.known.subject.data(out))

    def _compare(self, form: Form, probe: Sequence[float], found: float) -> None:
        expected = form.value(*probe)
        if same(found, expected):
            return
        if form.may_vary or (form.row.name == "gelu" and abs(found - expected) < 0.01):
            raise Refused("it is another function than the table's")
        words = f"{form.words} at {at(form.row, probe)} is {format_short(found)}, but should be "
        self.broken.setdefault(form.row.name, words + format_short(expected))


def _judge_other_result(form: Form, out: Any) -> None:
    """What it means that an operation gives no Value; where nothing flows, a number will do."""
    if out is NotImplemented or (out is not None and not any(map(_flows, form.row.partials))):
        raise Refused("it gives no Value")
    forgotten = "; is a return missing?" if out is None else ", so that nothing is recorded"
    what = "None" if out is None else f"a plain {type(out).__name__}"
    raise Failure(f"{form.words} gives {what}, but should give a Value{forgotten}")


def _flows(partial: str) -> bool:
    return partial != "0"


def _is_meant(error: Exception, form: Form) -> bool:
    """Whether an exception says no on purpose, and is no accident in the operation's own body.

    So does what a `raise` or an `assert` raised; a TypeError where there is another operand, or of
    the call itself; and an AttributeError of a plain number, where only Values are taken.
    """
    if error.__traceback__ is None or isinstance(error, NotImplementedError):
        return True
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    is_ours = trace.tb_frame.f_globals.get("__name__", "").startswith(__package__)
    if isinstance(error, TypeError) and (is_ours or form.row.arity > 1):
        return True
    if isinstance(error, AttributeError) and isinstance(error.obj, (int, float)):
        return form.row.arity > 1
    return opcode.opname[code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
