"""A derivative at once: the function is recorded at its arguments, and the answer read from the
tape, whose nodes know their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import ShapeError
from ..trace.recording import Recording, current_tape, node_of, record, shown
from ..trace.structure import Spec, filled, numbers_of, precision, specify
from ..trace.twin import Tape, Tracer
from .results import ASK, Answer, Task, form_of, hessian_times


class Run(NamedTuple):
    """A function recorded at its arguments.

    Attributes:
        recording: What it did.
        wrt: The nodes that it is differentiated by.
        form: Their form.
        nested: Whether this happens inside of a function that is being recorded.
        precision: The dtype of the arrays in the answer.
    """

    recording: Recording
    wrt: list[int]
    form: Spec
    nested: bool
    precision: Any

    def read(self, answer: Answer) -> Any:
        """The answer as the caller gets it: plain numbers, or traced ones in a recording."""
        tape = self.recording.tape
        if self.nested:
            return filled(answer.spec, [Tracer(tape, node) for node in answer.nodes], object)
        numbers = [tape.value(node) for node in answer.nodes]
        return filled(answer.spec, numbers, self.precision)


def ask(
    task: Task,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any] = (),
) -> Any:
    """Answer a task at once.

    Args:
        task: What is asked.
        function: Of which function.
        arguments: At which arguments.
        keywords: Its keyword arguments.
        vector: Where a product with the Hessian is asked, the vector, alone in a sequence.
    """
    run = _run(task, function, arguments, keywords)
    if not vector:
        return run.read(ASK[task.name](run.recording, run.wrt, run.form))
    leaves = direction(vector[0], run.form)
    nodes = [node_of(run.recording.tape, x) for x in numbers_of(leaves)]
    return run.read(hessian_times(run.recording, run.wrt, run.form, nodes))


def _run(
    task: Task, function: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> Run:
    outer = current_tape()
    tape = Tape() if outer is None else outer
    seen, wrt = list(arguments), []
    given: list[Any] = []
    specs: list[Any] = [None] * len(seen)
    for place in task.chosen:
        leaves: list[Any] = []
        specs[place] = specify(arguments[place], leaves, f"argument {place}", as_float=True)
        given += leaves
        numbers = numbers_of(leaves)
        if outer is None:
            nodes = [tape.input(x) for x in numbers]
        else:
            nodes = [tape.copy(node_of(tape, x)) for x in numbers]
        seen[place] = filled(specs[place], [Tracer(tape, node) for node in nodes], object)
        wrt += nodes
    recording = record(tape, function, seen, keywords)
    return Run(recording, wrt, form_of(specs, task), outer is not None, precision(given))


def direction(vector: Any, form: Spec) -> list[Any]:
    """The leaves of the vector of a product with the Hessian.

    Raises:
        ShapeError: It has not the form of the gradient.
    """
    leaves: list[Any] = []
    spec = specify(vector, leaves, "the vector", as_float=True)
    if spec != form:
        raise ShapeError(
            f"hvp needs a vector of the form of the gradient, {shown(form)}, but got {shown(spec)}."
        )
    return leaves


def with_vector(arguments: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The arguments of a function, and the vector behind them, alone in a sequence.

    Raises:
        ShapeError: There is no vector.
    """
    if len(arguments) < 2:
        raise ShapeError("hvp needs the arguments of the function, and the vector behind them.")
    return arguments[:-1], arguments[-1:]
