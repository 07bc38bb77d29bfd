"""The gradient of a function through Values, compared with what nudging its arguments says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...engine.node import Node, is_value
from ...engine.numbers import operand_number
from ...engine.twin import Value
from ...errors import WrongType
from ...graph.traversal import postorder
from ...numerals import format_short
from ..measurement import Measurement, measure
from ..result_table import printable
from ..tolerances import EPSILON, HIDDEN
from . import phrases
from .arguments import Arguments, bind_arguments
from .judge import Judge
from .reference import Reference
from .result import Check
from .verdict import NOT_COMPARABLE, RIGHT, WRONG, EdgeVerdict, Verdict, Verdicts


def check_function(f: Callable[..., Any], at: Sequence[Any]) -> Check:
    """Judge the gradient of a function at a point, argument by argument."""
    if not at:
        raise WrongType("check needs the point to check at.", remedy="check(f, 2.0)")
    return _FunctionCheck(f, at).result()


class _FunctionCheck:
    """A function called once on Values, and many times on numbers."""

    def __init__(self, f: Callable[..., Any], at: Sequence[Any]) -> None:
        self.f = f
        self.name = printable(getattr(f, "__name__", "") or type(f).__name__)
        bind_arguments(f, self.name.strip("<>"), at)
        self.arguments = Arguments(f, at)
        try:
            self._call_on_values()
        except TypeError:
            if not any(type(x) is int for x in at):
                raise
            self.arguments = Arguments(f, at, keeps_ints=True)  # range(n) needs an int
            self._call_on_values()
        self.needs_values, self.noise = False, 0.0
        try:
            self.plain = self._number(f(*self.arguments.unflatten(self._numbers())))
        except (TypeError, AttributeError):  # it uses what only Values have, such as x.tanh()
            self.needs_values = True
            self.plain = self._number(self.out)

    def _numbers(self) -> list[float]:
        return [slot.number for slot in self.arguments.slots]

    def _call_on_values(self) -> None:
        self.leaves = [
            Value(slot.number, label=printable(slot.name)) for slot in self.arguments.slots
        ]
        self.out = self.f(*self.arguments.unflatten(self.leaves))
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
        by_rules: dict[Node, Verdict] = {}
        edges: dict[tuple[Node, int], EdgeVerdict] = {}
        if is_value(self.out):
            self.out.backward()
            reference = Reference(postorder(self.out))
            by_rules = Judge(reference, budget=0).verdicts()
            edges, self.noise = reference.local.edges, reference.noise()
        verdicts = Verdicts()
        for index, leaf in enumerate(self.leaves):
            verdicts[leaf] = self._judge(index, by_rules.get(leaf))
        return Check(self.out, verdicts, edges, f"The gradient of {name}", _root_first=False)

    def _plain(self, *numbers: Any) -> float:
        """The function of plain numbers; nan where it has no real value."""
        try:
            out = self.f(*self.arguments.unflatten(numbers))
        except (ValueError, ArithmeticError):
            return math.nan
        return math.nan if isinstance(out, complex) else self._number(out)

    def _nudge(self, index: int) -> Measurement:
        numbers = self._numbers()

        def follow(x: float) -> float:
            moved = [*numbers[:index], x, *numbers[index + 1 :]]
            return self._plain(*(map(Value, moved) if self.needs_values else moved))

        return measure(follow, numbers[index], self.noise)

    def _judge(self, index: int, inside: Verdict | None) -> Verdict:
        """The verdict on one argument; `inside` is the verdict on its node in the graph."""
        leaf, nudged = self.leaves[index], self._nudge(index)
        gradient = float(leaf.grad)
        ruled = inside.expected if inside else 0.0
        status, expected, why = RIGHT, ruled, self._doubt(index, nudged, ruled)
        if why:
            status = NOT_COMPARABLE
        elif inside and inside.status == WRONG:
            status = WRONG
        else:
            size = max(abs(gradient), abs(nudged.value))
            room = 10 * nudged.error + 1e-6 * size + 1e-12
            if not abs(gradient - nudged.value) <= room:
                status, expected = WRONG, nudged.value
                if inside and inside.why.startswith(("kink", "jump")):
                    status, expected, why = NOT_COMPARABLE, ruled, inside.why
            elif self._is_hidden(nudged, size, self._numbers()[index]):
                status = NOT_COMPARABLE
                why = "cancellation: rounding hides the change"
        mistake = self._mistake(gradient, expected, inside) if status == WRONG else ""
        return Verdict(leaf, status, gradient, expected, mistake, why, nudged)

    def _is_hidden(self, nudged: Measurement, size: float, x: float) -> bool:
        """Whether rounding hides the effect of an argument however far it is moved."""
        lost = self.noise + EPSILON * abs(self.plain)
        return nudged.error > HIDDEN * size and lost > HIDDEN * size * (abs(x) or 1.0) / 4

    def _doubt(self, index: int, nudged: Measurement, ruled: float) -> str:
        """Why the two cannot be compared; empty where they can."""
        other = self._dependent(index)
        if other:
            return f"dependent inputs: {other} is computed from it and would move too"
        data, gradient = self._number(self.out), float(self.leaves[index].grad)
        if data != data and self.plain != self.plain:
            return "the function is nan at this point"
        if not math.isclose(data, self.plain, rel_tol=1e-9, abs_tol=1e-9):
            on_values, on_numbers = format_short(data), format_short(self.plain)
            return f"the function gives {on_values} for Values, but {on_numbers} for plain numbers"
        if not math.isfinite(data):
            return f"the function is {format_short(data)} at this point: it overflows"
        if not math.isfinite(gradient) and gradient == ruled:
            return f"the gradient is {format_short(gradient)} at this point"
        if nudged.value != nudged.value:
            return _without_a_value(nudged)
        if nudged.has_jump:
            return "jump: the function has no slope where it jumps"
        if nudged.has_kink:
            left, right = format_short(nudged.left), format_short(nudged.right)
            return f"kink: the slope is {left} on the left and {right} on the right"
        return ""

    def _dependent(self, index: int) -> str:
        """The name of another argument, a Value that was computed from this one."""
        slots = self.arguments.slots
        argument = slots[index].argument
        for other in slots if is_value(argument) else ():
            is_other = other is not slots[index] and is_value(other.argument)
            if is_other and any(node is argument for node in postorder(other.argument)):
                return printable(other.name)
        return ""

    def _mistake(self, gradient: float, expected: float, inside: Verdict | None) -> str:
        if inside and inside.status == WRONG and inside.mistake:
            return inside.mistake
        if math.isclose(gradient, -expected, rel_tol=1e-6):
            return phrases.FLIPPED
        for size in range(2, 11):
            if math.isclose(gradient, expected * size, rel_tol=1e-6):
                return phrases.MULTIPLE.format(factor=size)
        return (
            "Part of the computation isn't recorded; "
            "look for .data, or for a Value converted to a number."
        )


def _without_a_value(nudged: Measurement) -> str:
    """On which side a function has no value, in words."""
    sides = [side for side, x in (("left", nudged.left), ("right", nudged.right)) if x != x]
    if len(sides) == 1:
        return f"the function has no value {sides[0]} of this point"
    return "the function has no value beside this point"
