"""Which operations a class has: each is called in every way."""

from __future__ import annotations

import opcode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...numerals import format_short
from ...table.ops import Op
from ..result_table import error_text
from .calls import APPROXIMATIONS, MISNAMED, NAMES, SYMBOLS, Call, calls_of, more_probes
from .result import MISSING
from .rounding import Sample
from .subject import Failure, Refused, Subject
from .watchdog import Watch

NO_HASH = (
    "the class defines __eq__ without __hash__, so its nodes can't be in a set; leave __eq__ out, "
    "and nodes are compared by identity"
)


class Operations:
    """The operations of one class, by their names in the table."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.accepted: dict[str, list[Call]] = {}  # the calls that work
        self.refused: dict[str, str] = {}  # why the class doesn't do an operation
        self.lacking: dict[str, str] = {}  # why it has the operation, but not an operator sign
        self.broken: dict[str, str] = {}  # why an operation breaks or gives a wrong result
        self.fragile: dict[str, str] = {}  # where it breaks with ints, but not with floats
        self.varying: list[str] = []  # the methods that compute another function than the table's
        self.samples: list[Sample] = []  # the results
        self._any = subject.leaf(0.5)

    @property
    def unhashable(self) -> str:
        """Why nodes can't be in a set, if operations break because of it."""
        texts = [*self.broken.values(), *self.refused.values()]
        found = next((x for x in texts if "unhashable" in x), "")
        if not found or self.subject.kind.__hash__ is not None:
            return ""
        self.broken.clear()
        self.refused.clear()
        return f"{found}; {NO_HASH}"

    def try_all(self, row: Op) -> None:
        """Find the calls of an operation that the class takes."""
        refusals: dict[Call, str] = {}
        done: set[object] = set()
        for call in calls_of(row):
            if (call.live, call.probes) in done:  # another name for the same method
                continue
            try:
                is_right = self._forward(call)
            except Refused as refusal:
                refusals[call] = str(refusal)
                continue
            except Failure as failure:
                self.broken.setdefault(row.name, str(failure))
                if "doesn't end" in str(failure):
                    return  # each call of it takes long
                continue
            done.add((call.live, call.probes))
            if is_right:
                call = replace(call, probes=(*call.probes, *self._more(call)))
                self.accepted.setdefault(row.name, []).append(call)
        self._note_refusals(row, refusals)

    def _note_refusals(self, row: Op, refusals: dict[Call, str]) -> None:
        if row.name in self.accepted:
            signs = {c.words: why for c, why in refusals.items() if c.method.startswith("__")}
            if len(signs) < 3 and row.arity > 1:
                self.lacking.update(signs)
        elif row.name not in self.broken:
            reasons = (why for why in refusals.values() if not why.startswith(MISSING))
            self.refused[row.name] = next(reasons, MISSING)
        if row.name in MISNAMED and not hasattr(self.subject.kind, f"__{row.dunder}__"):
            self._note_misnamed(row, row.name in self.accepted)

    def _note_misnamed(self, row: Op, has_method: bool) -> None:
        """Look for an operator's method under a name that Python doesn't call."""
        kind = self.subject.kind
        if not (hasattr(kind, "__add__") or hasattr(kind, "__mul__")):
            return  # it has methods only
        is_sign = has_method and row.name in ("add", "sub", "mul", "div")
        misnamed = (*MISNAMED[row.name], *((row.name,) if is_sign else ()))
        name = next((x for x in misnamed if hasattr(kind, x)), "")
        if name:
            sign = SYMBOLS.get(row.dunder, "−")
            words = f"V {sign} V" if row.arity == 2 else f"{sign}V"
            self.refused.pop(row.name, None)
            self.broken[row.name] = (
                f"{words} raises TypeError: the class has a method {name}, but no "
                f"__{row.dunder}__, which is what Python calls for {sign}; name it __{row.dunder}__"
            )

    def _more(self, call: Call) -> list[tuple[float, ...]]:
        """Further probes: both signs, 0, and ints."""
        kept = []
        for probe in more_probes(call):
            try:
                if self._forward_at(call, probe):
                    kept.append(probe)
            except Refused:
                continue
            except Failure as failure:
                words = f"{failure}, at {call.operand_text(probe)}"
                has_ints = all(isinstance(x, int) for x in probe)
                (self.fragile if has_ints else self.broken).setdefault(call.row.name, words)
        return kept

    def _forward(self, call: Call) -> bool:
        """Apply an operation at its probes; note what it calls and whether its result is right."""
        if not hasattr(self._any, call.method):
            raise Refused(f"{MISSING}: {call.method}")
        return all([self._forward_at(call, probe) for probe in call.probes])

    def _forward_at(self, call: Call, probe: Sequence[float]) -> bool:
        built = self.subject.built_from.setdefault(call.row.name, set())
        leaf, watch = self.subject.leaf, Watch()
        operands = [leaf(x) if argnum in call.live else x for argnum, x in enumerate(probe)]
        try:
            with watch:
                out = self.subject.apply(call, *operands)
        except Failure as failure:
            error = failure.__cause__
            if isinstance(error, Exception) and self._is_meant(error, call):
                raise Refused(error_text(error)) from error
            raise
        finally:
            built |= {NAMES[name] for name in watch.called if name in NAMES} - {call.row.name}
        if not self.subject.is_value(out):
            _judge_other_result(call, out)
        return self._compare(call, probe, self.subject.data(out))

    def _compare(self, call: Call, probe: Sequence[float], result: float) -> bool:
        expected = call.value(*probe)
        is_right = self.subject.same(result, expected)
        self.samples.append(Sample(call.row.name, result, expected, is_right))
        if is_right:
            return True
        if call.may_vary or abs(result - expected) < APPROXIMATIONS.get(call.row.name, 0.0):
            self.varying.append(call.method)
            raise Refused(f"it is a different function from chainrule's {call.row.name}")
        words = f"{call.words} at {call.operand_text(probe)} is {format_short(result)}"
        self.broken.setdefault(call.row.name, f"{words}, but should be {format_short(expected)}")
        return False

    def _is_meant(self, error: Exception, call: Call) -> bool:
        """Whether an exception refuses on purpose, rather than by accident inside the operation.

        A `raise` or an `assert` refuses; so does a TypeError if there is another operand or the
        call itself raised it, and an AttributeError of a plain number where only Values are
        accepted. An operator that its own class lacks is an accident.
        """
        if error.__traceback__ is None or isinstance(error, NotImplementedError):
            return True
        trace = error.__traceback__
        while trace.tb_next:
            trace = trace.tb_next
        frame = trace.tb_frame
        is_ours = frame.f_globals.get("__name__", "").startswith(__package__)
        if isinstance(error, TypeError) and (is_ours or call.row.arity > 1):
            return is_ours or not self._lacks_own_operator(error, call)
        if isinstance(error, AttributeError) and isinstance(error.obj, (int, float)):
            return call.row.arity > 1
        return opcode.opname[frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"

    def _lacks_own_operator(self, error: TypeError, call: Call) -> bool:
        """Whether an operator uses another one of the class, which the class doesn't have."""
        own = f"'{self.subject.kind.__name__}'"
        is_arithmetic = call.method.startswith("__") and call.row.name in (
            "sub",
            "div",
            "add",
            "mul",
        )
        return is_arithmetic and own in str(error) and "operand type" in str(error)


def _judge_other_result(call: Call, out: Any) -> None:
    """Raise the reason why an operation gives no Value; where nothing flows, a number is enough."""
    if out is NotImplemented or (out is not None and call.row.is_flat):
        raise Refused("it doesn't return a Value")
    forgotten = "; is a return missing?" if out is None else ", so nothing is recorded"
    what = "None" if out is None else f"a plain {type(out).__name__}"
    raise Failure(f"{call.words} returns {what}, but should return a Value{forgotten}")
