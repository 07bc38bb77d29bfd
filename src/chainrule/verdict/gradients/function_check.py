"""The gradient of a function through Values, compared with what nudging its arguments says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...engine.node import is_value
from ...engine.numbers import operand_number
from ...engine.twin import Value
from ...errors import WrongType
from ...graph.traversal import postorder
from ...numerals import format_short
from ..measured import Measured, measure
from ..tables import printable
from ..tolerances import EPSILON, HIDDEN
from . import phrases
from .arguments import Arguments, bound
from .checked import Check
from .judgement import Judge
from .truth import find_truth
from .verdicts import NOT_COMPARABLE, RIGHT, WRONG, Verdict, Verdicts

_GAPS = (ValueError, ArithmeticError)
"""What a function raises where it has no value."""


def check_function(f: Callable[..., Any], at: Sequence[Any]) -> Check:
    """Judge the gradient of a function at a place, argument by argument."""
    if not at:
        raise WrongType("check needs the place to check at.", remedy="check(f, 2.0)")
    return _FunctionCheck(f, at).result()


class _FunctionCheck:
    """One call of a function on Values, and many on numbers."""

    def __init__(self, f: Callable[..., Any], at: Sequence[Any]) -> None:
        self.f = f
        self.name = printable(getattr(f, "__name__", "") or type(f).__name__)
        bound(f, self.name.strip("<>"), at)
        self.arguments = Arguments(f, at)
        try:
            self._call_on_values()
        except TypeError:
            if not any(type(x) is int for x in at):
                raise
            self.arguments = Arguments(f, at, keeps_ints=True)  # range(n) needs an int
            self._call_on_values()
        self.on_values = False
        try:
            self.plain = self._number(f(*self.arguments.filled(self._numbers())))
        except (TypeError, AttributeError):  # it uses what only Values have, such as x.tanh()
            self.on_values = True
            self.plain = self._number(self.out)

    def _numbers(self) -> list[float]:
        return [slot.number for slot in self.arguments.slots]

    def _call_on_values(self) -> None:
        self.leaves = [
            Value(slot.number, label=printable(slot.name)) for slot in self.arguments.slots
        ]
        self.out = self.f(*self.arguments.filled(self.leaves))
        self._number(self.out)

    def _number(self, out: Any) -> float:
        if is_value(out):
            return float(out.data)
        data = operand_number(out)
        if data is NotImplemented:
            raise WrongType(
                "check needs a function that returns one number, "
                f"but it returned {type(out).__name__}.",
                remedy="return one number, for example the sum of several",
            )
        return float(data)

    def result(self) -> Check:
        """Judge each argument."""
        name = "the function" if self.name == "<lambda>" else self.name
        graph: dict[Any, Verdict] = {}
        edges, self.noise = [], 0.0
        if is_value(self.out):
            self.out.backward()
            truth = find_truth(postorder(self.out))
            graph = Judge(truth, budget=0).verdicts()
            edges, self.noise = truth.edges, truth.noise()
        verdicts = Verdicts()
        for place, leaf in enumerate(self.leaves):
            verdicts[leaf] = self._judge(place, graph.get(leaf))
        return Check(self.out, verdicts, edges, f"The gradient of {name}", root_first=False)

    def _plain(self, *numbers: Any) -> float:
        """The function of plain numbers; nan where it has no real value."""
        try:
            out = self.f(*self.arguments.filled(numbers))
        except _GAPS:
            return math.nan
        return math.nan if isinstance(out, complex) else self._number(out)

    def _nudge(self, place: int) -> Measured:
        numbers = self._numbers()

        def follow(x: float) -> float:
            moved = [*numbers[:place], x, *numbers[place + 1 :]]
            return self._plain(*(map(Value, moved) if self.on_values else moved))

        return measure(follow, numbers[place], self.noise)

    def _judge(self, place: int, inside: Verdict | None) -> Verdict:
        """The verdict on one argument; `inside` is that on its node in the graph."""
        leaf, nudged = self.leaves[place], self._nudge(place)
        found = float(leaf.grad)
        ruled = inside.expected if inside else 0.0
        status, expected, why = RIGHT, ruled, self._doubt(place, nudged, ruled)
        if why:
            status = NOT_COMPARABLE
        elif inside and inside.status == WRONG:
            status = WRONG
        else:
            size = max(abs(found), abs(nudged.value))
            room = 10 * nudged.error + 1e-6 * size + 1e-12
            if not abs(found - nudged.value) <= room:
                status, expected = WRONG, nudged.value
                if inside and inside.why.startswith(("kink", "jump")):
                    status, expected, why = NOT_COMPARABLE, ruled, inside.why
            elif self._is_hidden(nudged, size, self._numbers()[place]):
                status = NOT_COMPARABLE
                why = "cancellation: the change is lost in rounding"
        mistake = self._mistake(found, expected, inside) if status == WRONG else ""
        return Verdict(leaf, status, found, expected, mistake, why, nudged)

    def _is_hidden(self, nudged: Measured, size: float, x: float) -> bool:
        """Whether rounding hides the effect of an argument however far it is moved."""
        lost = self.noise + EPSILON * abs(self.plain)
        return nudged.error > HIDDEN * size and lost > HIDDEN * size * (abs(x) or 1.0) / 4

    def _doubt(self, place: int, nudged: Measured, ruled: float) -> str:
        """Why the two cannot be compared; empty where they can."""
        other = self._dependent(place)
        if other:
            return f"dependent inputs: {other} is computed from it and would move too"
        data = self._number(self.out)
        if data != data and self.plain != self.plain:
            return "the function is nan at this place"
        if not math.isclose(data, self.plain, rel_tol=1e-9, abs_tol=1e-9):
            numbers = (
                f"{format_short(data)} for Values, but {format_short(self.plain)} for plain numbers"
            )
            return f"the function gives {numbers}"
        if not math.isfinite(data):
            return f"the function is {format_short(data)} at this place: it overflows"
        found = float(self.leaves[place].grad)
        if not math.isfinite(found) and found == ruled:
            return f"the gradient is {format_short(found)} at this place"
        if nudged.value != nudged.value:
            return _without_a_value(nudged)
        if nudged.has_jump:
            return "jump: the function has no slope where it jumps"
        if nudged.has_kink:
            return (
                f"kink: slope {format_short(nudged.left)} left and {format_short(nudged.right)} "
                "right of it"
            )
        return ""

    def _dependent(self, place: int) -> str:
        """The name of another argument that was given as a Value computed from this one."""
        slots = self.arguments.slots
        given = slots[place].given
        if is_value(given):
            for other in slots:
                if other is slots[place] or not is_value(other.given):
                    continue
                if any(node is given for node in postorder(other.given)):
                    return printable(other.name)
        return ""

    def _mistake(self, found: float, expected: float, inside: Verdict | None) -> str:
        if inside and inside.status == WRONG and inside.mistake:
            return inside.mistake
        if math.isclose(found, -expected, rel_tol=1e-6):
            return phrases.FLIPPED
        for size in range(2, 11):
            if math.isclose(found, expected * size, rel_tol=1e-6):
                return phrases.MULTIPLE.format(factor=size)
        return (
            "Part of the computation isn't recorded; "
            "look for .data, or for a Value converted to a number."
        )


def _without_a_value(nudged: Measured) -> str:
    """On which side a function has no value, in words."""
    sides = [side for side, x in (("left", nudged.left), ("right", nudged.right)) if x != x]
    if len(sides) == 1:
        return f"the function has no value {sides[0]} of this place"
    return "the function has no value beside this place"
