"""Compare the gradient of a function with nudging, argument by argument."""

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
from ..tolerances import EPSILON
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
        try:
            self._call_on_values(Arguments(f, at))
        except TypeError:
            if not any(type(x) is int for x in at):
                raise
            self._call_on_values(Arguments(f, at, keeps_ints=True))  # range(n) needs an int
        self.numbers = [slot.number for slot in self.arguments.slots]
        self.needs_values, self.noise = False, 0.0
        try:
            self.plain = self._number(f(*self.arguments.unflatten(self.numbers)))
        except (TypeError, AttributeError):  # it uses what only Values have, such as x.tanh()
            self.needs_values, self.plain = True, self.data

    def _call_on_values(self, arguments: Arguments) -> None:
        self.arguments = arguments
        self.leaves = [Value(slot.number, label=printable(slot.name)) for slot in arguments.slots]
        self.out = self.f(*arguments.unflatten(self.leaves))
        self.data = self._number(self.out)

    def _number(self, out: Any) -> float:
        data = out.data if is_value(out) else operand_number(out)
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

    def _nudge(self, index: int) -> Measurement:
        """Nudge one argument; where the function has no real value, it is nan."""

        def follow(x: float) -> float:
            moved = [*self.numbers[:index], x, *self.numbers[index + 1 :]]
            numbers = [Value(x) for x in moved] if self.needs_values else moved
            try:
                out = self.f(*self.arguments.unflatten(numbers))
            except (ValueError, ArithmeticError):
                return math.nan
            return math.nan if isinstance(out, complex) else self._number(out)

        return measure(follow, self.numbers[index], self.noise)

    def _judge(self, index: int, inside: Verdict | None) -> Verdict:
        """The verdict on one argument; `inside` is the verdict on its node in the graph."""
        leaf, nudged = self.leaves[index], self._nudge(index)
        gradient, expected = float(leaf.grad), inside.expected if inside else 0.0
        status, mistake, why = RIGHT, "", self._doubt(index, nudged, expected)
        size = max(abs(gradient), abs(nudged.value))
        lost = self.noise + EPSILON * abs(self.plain)
        if why:
            status = NOT_COMPARABLE
        elif inside and inside.status == WRONG:
            status, mistake = WRONG, inside.mistake or _mistake(gradient, expected)
        elif not nudged.agrees(gradient) and inside and inside.why.startswith(("kink", "jump")):
            status, why = NOT_COMPARABLE, inside.why
        elif not nudged.agrees(gradient):
            status, expected = WRONG, nudged.value
            mistake = _mistake(gradient, expected)
        elif nudged.is_hidden(size, self.numbers[index], lost):
            status, why = NOT_COMPARABLE, "cancellation: rounding hides the change"
        return Verdict(leaf, status, gradient, expected, mistake, why, nudged)

    def _doubt(self, index: int, nudged: Measurement, ruled: float) -> str:
        """Why the two cannot be compared; empty where they can."""
        data, gradient = self.data, float(self.leaves[index].grad)
        if other := self._dependent(index):
            return f"dependent inputs: {other} is computed from it and would move too"
        if data != data and self.plain != self.plain:
            return "the function is nan at this point"
        if not math.isclose(data, self.plain, rel_tol=1e-9, abs_tol=1e-9):
            on_values, on_numbers = format_short(data), format_short(self.plain)
            return f"the function gives {on_values} for Values, but {on_numbers} for plain numbers"
        if not math.isfinite(data):
            return f"the function is {format_short(data)} at this point: it overflows"
        if not math.isfinite(gradient) and gradient == ruled:
            return f"the gradient is {format_short(gradient)} at this point"
        if not nudged.has_value:
            sides = [side for side, x in (("left", nudged.left), ("right", nudged.right)) if x != x]
            where = f"{sides[0]} of" if len(sides) == 1 else "beside"
            return f"the function has no value {where} this point"
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


def _mistake(gradient: float, expected: float) -> str:
    if math.isclose(gradient, -expected, rel_tol=1e-6):
        return phrases.FLIPPED
    for size in range(2, 11):
        if math.isclose(gradient, expected * size, rel_tol=1e-6):
            return phrases.MULTIPLE.format(factor=size)
    return (
        "Part of the computation isn't recorded: look for .data, or for a Value converted to a "
        "number."
    )
