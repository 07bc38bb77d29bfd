"""Every gradient of a graph, or of a function, compared with what nudging says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...engine.node import Node, is_value
from ...engine.numbers import operand_number
from ...engine.twin import Value
from ...errors import WrongType
from ...graph.traversal import postorder
from ...numerals import format_short, listed
from ..measurement import Measurement, measure
from ..result_table import name_of, printable
from ..tolerances import EPSILON
from . import phrases
from .arguments import Arguments, bind_arguments
from .judge import Judge
from .reference import Reference
from .result import Check
from .verdict import NOT_COMPARABLE, RIGHT, WRONG, EdgeVerdict, Verdict, Verdicts


def check(what: Any, /, *at: Any) -> Check:
    """Compare gradients with nudging, and name the likely mistake if they differ.

    In a graph, every `.grad` is judged, whether a pass computed it or somebody set it by hand.
    `check(f, 2.0, ...)` judges the gradient of a function through Values by nudging its arguments.
    Nothing in the graph changes, and no pass runs on it.

    Args:
        what: A Value, the root of a graph; or a function of numbers.
        *at: For a function, its arguments: numbers, or lists of numbers.

    Returns:
        A verdict for each node: right, wrong (with the right gradient and the likely mistake), not
        comparable (with the reason) or not set. `.ok` says whether nothing is wrong.

    Raises:
        WrongType: `what` is neither, or an argument or the function's result isn't a number.
        GraphError: The graph has a cycle.

    Notes:
        A mistake is blamed on one node: a gradient that is right given a wrong one above it
        "follows from" that one. Where several mistakes give the same number, the likeliest is named
        and `.why` mentions another. A number set by hand may be rounded to the digits that it is
        written with. Nudging moves one node while the others stay where they are, and extrapolates
        central differences to step 0; the table's rules decide where it is inconclusive. Leaves are
        nudged first, then the other nodes from the root down; what would exceed three million
        operations is judged by the rules alone, and the text says so. At a kink, and where rounding
        hides the change, the verdict is "not comparable".

    Cost: O(nodes) time, and up to 30 computations of what lies above each nudged node.
    Source: Ridders, Advances in Engineering Software 4 (1982), 75-76.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
        >>> L = a * b
        >>> L.label, L.grad, a.grad, b.grad = "L", 1, -3, -2
        >>> print(check(L))
        The gradients of L: 2 right, 1 wrong. Begin with b.
        <BLANKLINE>
           node  gradient  expected  error  verdict
        ✓  L       1.0000    1.0000         right
        ✗  b      −2.0000    2.0000  2e+00  The sign is flipped.
        ✓  a      −3.0000   −3.0000         right
    """
    if is_value(what):
        if at:
            raise WrongType(
                "check needs a graph alone, or a function and its arguments.",
                remedy="check(L), or check(lambda a, b: ..., 2.0, -3.0)",
            )
        return _check_graph(what)
    if not callable(what):
        raise WrongType(
            f"check needs a Value or a function, but got {type(what).__name__}.",
            remedy="check(L), or check(lambda a, b: ..., 2.0, -3.0)",
        )
    if not at:
        raise WrongType("check needs a point to check at.", remedy="check(f, 2.0)")
    return _FunctionCheck(what, at).result()


def _check_graph(root: Node) -> Check:
    """Judge every gradient that is stored in a graph."""
    reference = Reference(postorder(root))
    verdicts = Verdicts(Judge(reference).verdicts())
    edited = [name_of(reference.graph.nodes[index]) for index in reference.graph.shifts]
    remark = (
        f"Edited after the forward pass: {listed(edited, 3)}. The check used the edited numbers; "
        "refresh(L) recomputes them from the operands."
    )
    title, remarks = f"The gradients of {name_of(root)}", (remark,) if edited else ()
    return Check(root, verdicts, reference.local.edges, title, remarks=remarks)


class _FunctionCheck:
    """A function called once on Values, and many times on numbers."""

    def __init__(self, f: Callable[..., Any], at: Sequence[Any]) -> None:
        self.f = f
        self.name = printable(getattr(f, "__name__", "") or type(f).__name__)
        bind_arguments(f, self.name.strip("<>"), at)
        self.refusal = ""
        try:
            self._call_on_values(Arguments(f, at))
        except TypeError as error:
            if isinstance(error, WrongType) or not any(type(x) is int for x in at):
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
        try:
            self.out = self.f(*arguments.unflatten(self.leaves))
        except WrongType as error:  # of math.sin(v), for example
            self.out = self._call_on_numbers(error)
        self.data = self._number(self.out)

    def _call_on_numbers(self, error: WrongType) -> Any:
        """Call a function that refuses Values, so that it has no gradient, on plain numbers."""
        try:
            out = self.f(*self.arguments.unflatten([x.number for x in self.arguments.slots]))
        except Exception:
            raise error from None
        what, remedy = str(error).partition("\n")[0], str(error).rpartition("remedy  ")[2]
        self.refusal = f"{what[:1].upper()}{what[1:].rstrip('.')}: {remedy}."
        return out

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
        if self.refusal:
            return Verdict(leaf, WRONG, None, nudged.value, self.refusal, nudged=nudged)
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
        elif inside is None and gradient == nudged.value == 0.0:
            pass  # neither the graph nor the function depends on it
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
            where = f"to the {sides[0]} of" if len(sides) == 1 else "near"
            return f"the function has no value {where} this point"
        if nudged.has_jump:
            return "jump: the function has no slope where it jumps"
        if nudged.has_kink:
            left, right = nudged.sides_in_words
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
