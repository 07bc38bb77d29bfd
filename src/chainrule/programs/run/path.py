"""One recording of a function, which replays while its conditions have the same outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...errors import GraphError
from ..derive.results import MATRICES, Result, Transform, is_large
from ..trace.recording import Recording
from ..trace.structure import Array, Structure, each_argument, size
from ..twin import Machine, Tape, linearize
from .columns import Columns
from .lowering import lowered, own_operations


class Ready(NamedTuple):
    """A machine, and the structure of its result."""

    machine: Machine | Columns
    structure: Structure


class Path:
    """One recording, and its machines. It was recorded `at` some numbers, which are kept as bytes
    until the first call."""

    def __init__(
        self, recording: Recording, structures: Sequence[Structure], at: bytes | None = None
    ) -> None:
        self.recording = recording
        self.structures = structures
        self.outcomes = tuple(outcome for _, outcome in recording.tape.guards)
        self.uses = 0
        self._at = at
        self._ready: dict[Transform, Ready] = {}

    def recorded(self, transform: Transform, numbers: bytes) -> tuple[Any, Structure] | None:
        """The result of the first call, at the numbers at which it was recorded, and its structure,
        if a sweep over the recording computes it: a program that is called once needs no machine.
        None otherwise."""
        at, self._at = self._at, None
        recording = self.recording
        if at != numbers or own_operations(recording.tape):  # which machines expand
            return None
        if transform.name == "value":
            return list(map(recording.tape.value, recording.outputs)), recording.structure
        if not transform.is_computed:
            return None
        arguments = each_argument(self.structures)
        wrt = transform.select(recording.tape.inputs, map(size, arguments))
        return transform.compute(recording, wrt, transform.structure(arguments))

    def is_ready(self, transform: Transform) -> bool:
        """Whether it has the machine for a transform."""
        return transform in self._ready

    def ready(self, transform: Transform) -> Ready:
        """The machine for a transform, built at the first request."""
        if transform not in self._ready:
            ready = self._columns(transform)
            if ready is None:
                tape, result = self.apply(transform)
                ready = Ready(Machine(*lowered(tape, result.nodes)), result.structure)
            self._ready[transform] = ready
        return self._ready[transform]

    def _columns(self, transform: Transform) -> Ready | None:
        """A matrix that is sparse or too large to be recorded; None for other results."""
        arguments = each_argument(self.structures)
        columns = sum(map(size, transform.select(arguments, [1] * len(arguments))))
        is_matrix = transform.name in MATRICES
        if not is_matrix or not (transform.is_sparse or is_large(self.recording, columns)):
            return None
        tape = self.recording.tape.fork()
        recording = self.recording._replace(tape=tape)
        wrt = transform.select(tape.inputs, map(size, arguments))
        matrix = transform.matrix(recording, wrt, transform.structure(arguments))
        linear = matrix and linearize(tape, wrt, matrix[0])
        if matrix is None or linear is None:
            if transform.is_sparse:
                raise GraphError(
                    f"sparse=True can't find the zeros of {recording.name}, which uses take or an "
                    "external function.",
                    remedy="leave out sparse=True",
                )
            return None
        machine = Columns(recording, wrt, matrix[0], linear, not transform.is_sparse)
        return Ready(machine, Array((machine.count,)) if transform.is_sparse else matrix[1])

    def apply(self, transform: Transform) -> tuple[Tape, Result]:
        """A tape with the result of a transform, and that result."""
        recording = self.recording
        if not transform.argnums:
            return recording.tape, transform.apply(recording, [], recording.structure)
        tape = recording.tape.fork()
        arguments = each_argument(self.structures)
        wrt = transform.select(tape.inputs, map(size, arguments))
        vector = [tape.input(0.0) for _ in wrt] if transform.takes_vector else []
        structure = transform.structure(arguments)
        return tape, transform.apply(recording._replace(tape=tape), wrt, structure, vector)
