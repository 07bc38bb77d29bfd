"""What can be asked of a recorded function, as nodes on its tape and the form of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..trace.recording import Recording, scalar
from ..trace.structure import Array, Nest, Number, Spec, size
from .twin import gradient, tangents


class Task(NamedTuple):
    """A question.

    Attributes:
        name: "value", "grad", "value_and_grad", "jacobian", "hessian" or "hvp"; or "guards",
            which computes nothing but the conditions.
        chosen: By which arguments.
        one: Whether it was asked for one argument, and not for a tuple.
    """

    name: str
    chosen: tuple[int, ...] = ()
    one: bool = True


def form_of(specs: Sequence[Spec], task: Task) -> Spec:
    """The form of a task's gradient: that of the argument, or a tuple for a tuple of argnums.

    Args:
        specs: The form of each argument.
        task: What is asked.
    """
    chosen = tuple(specs[place] for place in task.chosen)
    return chosen[0] if task.one else Nest("tuple", chosen)


class Answer(NamedTuple):
    """Nodes, and the form in which their numbers are handed out.

    Attributes:
        nodes: One for each number. Shape (size(spec),).
        spec: The form.
    """

    nodes: list[int]
    spec: Spec


def first_derivative(recording: Recording, wrt: Sequence[int], form: Spec) -> Answer:
    """The gradient by the nodes `wrt`, which have the form `form`. Reverse mode."""
    tape, output = recording.tape, scalar(recording)
    return Answer(gradient(tape, [output], [tape.constant(1.0)], list(wrt)), form)


def value_and_gradient(recording: Recording, wrt: Sequence[int], form: Spec) -> Answer:
    """The pair of both."""
    slopes = first_derivative(recording, wrt, form)
    pair = Nest("tuple", (recording.spec, form))
    return Answer([*recording.outputs, *slopes.nodes], pair)


def jacobian(recording: Recording, wrt: Sequence[int], form: Spec) -> Answer:
    """Each result by each of `wrt`.

    Forward mode, one sweep for each of `wrt`, where these are fewer than the results; else reverse
    mode, one sweep for each result.
    """
    tape, outputs = recording.tape, recording.outputs
    if len(wrt) < len(outputs):
        return _product(recording.spec, form, _columns(tape, outputs, wrt))
    one = tape.constant(1.0)
    rows = [gradient(tape, [output], [one], list(wrt)) for output in outputs]
    return _product(recording.spec, form, rows)


def hessian(recording: Recording, wrt: Sequence[int], form: Spec) -> Answer:
    """The gradient by each of `wrt`, by each of `wrt`. Forward over reverse mode."""
    slopes = first_derivative(recording, wrt, form)
    return _product(form, form, _columns(recording.tape, slopes.nodes, wrt))


def hessian_times(
    recording: Recording, wrt: Sequence[int], form: Spec, direction: Sequence[int]
) -> Answer:
    """The Hessian times a vector, without the Hessian. Forward over reverse mode."""
    slopes = first_derivative(recording, wrt, form)
    return Answer(tangents(recording.tape, list(wrt), list(direction), slopes.nodes), form)


def _columns(tape: Any, outputs: Sequence[int], wrt: Sequence[int]) -> list[list[int]]:
    """The matrix of outputs by wrt, one forward sweep a column."""
    one = tape.constant(1.0)
    columns = [tangents(tape, [node], [one], list(outputs)) for node in wrt]
    return [list(row) for row in zip(*columns)]


def _product(rows: Spec, columns: Spec, matrix: Sequence[Sequence[int]]) -> Answer:
    """A matrix in the form of JAX: in the place of each leaf of `rows` a tree like `columns`, whose
    leaves have both shapes, one after the other."""
    nodes: list[int] = []
    start = 0

    def below(spec: Spec, row: Number | Array, first: int, left: int) -> Spec:
        if isinstance(spec, Nest):
            parts = []
            for part in spec.parts:
                parts.append(below(part, row, first, left))
                left += size(part)
            return spec._replace(parts=tuple(parts))
        if not isinstance(spec, (Number, Array)):
            return spec
        width = size(spec)
        for line in matrix[first : first + size(row)]:
            nodes.extend(line[left : left + width])
        shape = _shape(row) + _shape(spec)
        return Array(shape) if shape else Number()

    def above(spec: Spec) -> Spec:
        nonlocal start
        if isinstance(spec, Nest):
            return spec._replace(parts=tuple(above(part) for part in spec.parts))
        if not isinstance(spec, (Number, Array)):
            return spec
        made = below(columns, spec, start, 0)
        start += size(spec)
        return made

    spec = above(rows)
    return Answer(nodes, spec)


def _shape(leaf: Number | Array) -> tuple[int, ...]:
    return leaf.shape if isinstance(leaf, Array) else ()


ASK: dict[str, Callable[[Recording, Sequence[int], Spec], Answer]] = {
    "guards": lambda recording, wrt, form: Answer([], Nest("tuple", ())),
    "value": lambda recording, wrt, form: Answer(recording.outputs, recording.spec),
    "grad": first_derivative,
    "value_and_grad": value_and_gradient,
    "jacobian": jacobian,
    "hessian": hessian,
}
"""The questions by the names of their tasks; that for a product with the Hessian needs a vector."""
