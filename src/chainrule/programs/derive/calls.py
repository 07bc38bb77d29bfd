"""Derivatives of calls of functions outside.

A vjp or jvp that can be recorded is: it is called with tracers, and what it computes goes onto the
tape, where it can be differentiated again. Any other one (it calls SciPy, or decides by the
numbers) becomes a call of its own, which every replay makes anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ...errors import GraphError
from ...table.rules import NUMBER
from ..trace.calls import Call
from ..trace.flattening import numbers_of, unflatten
from ..trace.recording import current_tape, inside, nodes_of
from ..trace.structure import Nest, Static, size
from .rules import Backward, Nudged

_ADD, _MUL = NUMBER["add"], NUMBER["mul"]
_NONE = Static("NoneType", None)


class Twin(NamedTuple):
    """The class of the tracers of a tape, and the reverse sweep for it."""

    tracer: Callable[[Any, int], Any]
    gradient: Callable[[Any, list[int], list[int], list[int]], list[int]]


def pull(
    tape: Any, region: int, cotangents: Sequence[int], wanted: Sequence[bool], *twin: Any
) -> list[int]:
    """Record what the cotangents of the results of a call contribute to those of its operands.

    Returns a node for each operand; what isn't wanted may be a constant 0.
    """
    point = _Point(tape, region, Twin(*twin))
    external = point.call.external
    point.check(wanted)
    if external.vjp == "nudge":
        return [point.dot(column, cotangents) for column in zip(*point.nudged())]
    if external.vjp is not None:
        return point.apply("vjp", cotangents)
    return point.transpose("jvp", wanted[: len(point.operands)], cotangents)


def push(tape: Any, region: int, tangents: Sequence[int], *twin: Any) -> list[int]:
    """Record the tangents of the results of a call, given those of its operands; -1 for one that
    doesn't move. Returns a node for each result."""
    point = _Point(tape, region, Twin(*twin))
    external = point.call.external
    point.check([each >= 0 for each in tangents])
    tangents = [point.zero if each < 0 else each for each in tangents[: len(point.operands)]]
    if external.jvp is not None:
        return point.apply("jvp", tangents)
    if external.vjp == "nudge":
        return [point.dot(row, tangents) for row in point.nudged()]
    return point.transpose("vjp", [True] * point.length, tangents)


class _Point:
    """A call on a tape, and the recording of its derivatives."""

    def __init__(self, tape: Any, region: int, twin: Twin) -> None:
        self.tape, self.twin = tape, twin
        self.call: Call
        self.call, operands, results = tape.call_at(region)
        count = size(self.call.arguments)
        self.operands, self.others = operands[:count], operands[count:]
        self.length = len(results) // 8
        self.zero, self.one = tape.constant(0.0), tape.constant(1.0)
        external = self.call.external
        if external.vjp is None and external.jvp is None:
            raise _no_derivative(external)
        count = self.length if external.uses_output else 0
        self.outputs = [tape.entry(region, k) for k in range(count)]

    def check(self, wanted: Sequence[bool]) -> None:
        """Check that no derivative is wanted with respect to a number that isn't an argument."""
        if any(wanted[len(self.operands) :]):
            raise _uses_outside(self.call.external)

    def apply(self, kind: str, vector: Sequence[int]) -> list[int]:
        """Record the vjp of cotangents, or the jvp of tangents."""
        nodes, why = self.record(kind, vector)
        return self.call_back(kind, vector, why) if nodes is None else nodes

    def transpose(self, kind: str, wanted: Sequence[bool], vector: Sequence[int]) -> list[int]:
        """Record the transpose of the vjp or the jvp, a linear function, times a vector."""
        copies = [self.tape.copy(self.one) if each else self.zero for each in wanted]
        nodes, why = self.record(kind, copies)
        if nodes is not None:
            return self.twin.gradient(self.tape, nodes, list(vector), copies)
        products = []
        for k, each in enumerate(wanted):
            unit = [self.one if k == i else self.zero for i in range(len(wanted))]
            column = self.call_back(kind, unit, why) if each else []
            products.append(self.dot(column, vector))
        return products

    def record(self, kind: str, vector: Sequence[int]) -> tuple[list[int] | None, str]:
        """Call the vjp or jvp with tracers; None, and the reason, if that can't be recorded."""
        tape = self.tape
        guards, is_recording = len(tape.guards), tape is current_tape()
        backward = Backward(self.call, kind)
        nodes = [*vector, *self.outputs, *self.operands]
        tracers = [self.twin.tracer(tape, node) for node in nodes]
        arguments = unflatten(self._arguments(kind), tracers, object)
        try:
            numbers = numbers_of(inside(tape, backward.function, *arguments))
            nodes = nodes_of(tape, numbers)
        except Exception as error:  # a mistake raises again when plain numbers are tried
            if self.others:
                raise _uses_outside(self.call.external) from error
            tape.forget_guards(guards)
            return None, str(error).split("\n")[0].rstrip(".")
        if len(tape.guards) > guards and not is_recording:
            tape.forget_guards(guards)
            return None, "it tests a condition"
        return nodes, ""

    def call_back(self, kind: str, vector: Sequence[int], why: str) -> list[int]:
        """Record a call of the vjp or jvp with plain numbers."""
        call = Call(
            Backward(self.call, kind, f"it can't be recorded ({why})"),
            self._arguments(kind).parts,
            {},
        )
        return self._call(call, [*vector, *self.outputs, *self.operands])

    def nudged(self) -> list[list[int]]:
        """Record the matrix of slopes found by nudging: a row for each result."""
        call = Call(Nudged(self.call), self.call.arguments.parts, {})
        nodes, count = self._call(call, self.operands), len(self.operands)
        return [nodes[k * count : (k + 1) * count] for k in range(self.length)]

    def dot(self, factors: Sequence[int], vector: Sequence[int]) -> int:
        """Record a sum of products."""
        tape = self.tape
        total: int = self.zero
        for x, y in zip(factors, vector):
            if self.zero not in (x, y):
                product = tape.append(_MUL, x, y)
                total = product if total == self.zero else tape.append(_ADD, total, product)
        return total

    def _arguments(self, kind: str) -> Nest:
        """The structure of the arguments of the vjp or the jvp."""
        parts = self.call.arguments.parts
        vector: Any = self.call.result
        if kind == "jvp":
            tangents = (_NONE if isinstance(each, Static) else each for each in parts)
            vector = Nest("tuple", tuple(tangents))
        output: Any = self.call.result if self.call.external.uses_output else _NONE
        return Nest("tuple", (vector, output, *parts))

    def _call(self, call: Call, operands: Sequence[int]) -> list[int]:
        region = self.tape.call(call, operands)
        count = len(self.tape.call_at(region)[2]) // 8
        return [self.tape.entry(region, k) for k in range(count)]


def _uses_outside(external: Any) -> GraphError:
    """The error of a function with a derivative of its own that isn't one of its arguments only."""
    return GraphError(
        f"{external.name} uses a traced number from outside, for which it has no derivative.",
        remedy=f"pass the number to {external.name} as an argument",
    )


def _no_derivative(external: Any) -> GraphError:
    """The error of a function outside that can't be differentiated, or not again."""
    if external.why:
        return GraphError(
            f"{external.name} has no derivative itself: {external.why}.",
            remedy="for second derivatives, compute it with operations that can be recorded, and "
            "with external functions that have a vjp",
        )
    return GraphError(
        f"the gradient needs the derivative of {external.name}, which has none.",
        remedy='give it a vjp or a jvp, as in external(f, vjp=...); or vjp="nudge" for slopes by '
        "nudging, or stop_gradient(...) around the call for none",
    )
