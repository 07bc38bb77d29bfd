"""Which operations a class has: each is called in every way."""

from __future__ import annotations

import opcode
from collections.abc import Sequence
from typing import Any

from ...numerals import format_short
from ...table.ops import Op
from ..result_table import error_text
from .calls import APPROXIMATIONS, NAMES, Call, calls_of
from .result import MISSING
from .subject import Failure, Refused, Subject, same
from .watchdog import Watch


class Operations:
    """The operations of one class, by their names in the table."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.accepted: dict[str, list[Call]] = {}  # the calls that work
        self.refused: dict[str, str] = {}  # why the class doesn't do an operation
        self.lacking: dict[str, str] = {}  # why it has the operation, but not an operator sign
        self.broken: dict[str, str] = {}  # why an operation breaks or gives a wrong result
        self._any = subject.leaf(0.5)

    def try_all(self, row: Op) -> None:
        """Find the calls of an operation that the class takes."""
        refusals: dict[Call, str] = {}
        done: set[object] = set()
        for call in calls_of(row):
            if (call.live, call.probes) in done:  # another name for the same method
                continue
            try:
                self._forward(call)
            except Refused as refusal:
                refusals[call] = str(refusal)
            except Failure as failure:
                self.broken[row.name] = str(failure)
                return
            else:
                done.add((call.live, call.probes))
                self.accepted.setdefault(row.name, []).append(call)
        if row.name in self.accepted:
            signs = {
                call.words: why for call, why in refusals.items() if call.method.startswith("__")
            }
            self.lacking.update({} if len(signs) == 3 else signs)  # it has methods only
        else:
            reasons = (why for why in refusals.values() if not why.startswith(MISSING))
            self.refused[row.name] = next(reasons, MISSING)

    def _forward(self, call: Call) -> None:
        """Apply an operation; note what it calls and whether its result is right."""
        if not hasattr(self._any, call.method):
            raise Refused(f"{MISSING}: {call.method}")
        built = self.subject.built_from.setdefault(call.row.name, set())
        for probe in call.probes:
            leaf, watch = self.subject.leaf, Watch()
            operands = [leaf(x) if argnum in call.live else x for argnum, x in enumerate(probe)]
            try:
                with watch:
                    out = self.subject.apply(call, *operands)
            except Failure as failure:
                error = failure.__cause__
                if isinstance(error, Exception) and _is_meant(error, call):
                    raise Refused(error_text(error)) from error
                raise
            finally:
                called = {NAMES[name] for name in watch.called if name in NAMES}
                built |= called - {call.row.name}
            if not self.subject.is_value(out):
                _judge_other_result(call, out)
            self._compare(call, probe, self.subject.data(out))

    def _compare(self, call: Call, probe: Sequence[float], result: float) -> None:
        expected = call.value(*probe)
        if same(result, expected):
            return
        if call.may_vary or abs(result - expected) < APPROXIMATIONS.get(call.row.name, 0.0):
            raise Refused("it is a different function from the table's")
        words = f"{call.words} at {call.operand_text(probe)} is {format_short(result)}"
        self.broken.setdefault(call.row.name, f"{words}, but should be {format_short(expected)}")


def _judge_other_result(call: Call, out: Any) -> None:
    """Raise the reason why an operation gives no Value; where nothing flows, a number is enough."""
    if out is NotImplemented or (out is not None and call.row.is_flat):
        raise Refused("it doesn't return a Value")
    forgotten = "; is a return missing?" if out is None else ", so nothing is recorded"
    what = "None" if out is None else f"a plain {type(out).__name__}"
    raise Failure(f"{call.words} returns {what}, but should return a Value{forgotten}")


def _is_meant(error: Exception, call: Call) -> bool:
    """Whether an exception refuses on purpose, rather than by accident inside the operation.

    A `raise` or an `assert` refuses; so does a TypeError if there is another operand or the call
    itself raised it, and an AttributeError of a plain number where only Values are accepted.
    """
    if error.__traceback__ is None or isinstance(error, NotImplementedError):
        return True
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    is_ours = trace.tb_frame.f_globals.get("__name__", "").startswith(__package__)
    if isinstance(error, TypeError) and (is_ours or call.row.arity > 1):
        return True
    if isinstance(error, AttributeError) and isinstance(error.obj, (int, float)):
        return call.row.arity > 1
    return opcode.opname[code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
