"""The recordings of a function for one structure of its arguments: one for each path through its
conditions.

A replay follows the most recent path. If a condition has another outcome there, it continues with
the path recorded for that outcome, or records it. Where there are too many paths to keep, the less
used half is dropped; a path that was dropped is recorded anew when it is needed.
"""

from __future__ import annotations

import sys
import warnings
from array import array
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ...errors import GraphError, PlaceError
from ...graph.debugging import is_debugging
from ..derive.results import MATRICES, Result, Transform, is_large
from ..trace.recording import Recording, record
from ..trace.structure import (
    Array,
    Nest,
    Structure,
    each_argument,
    leaves_of,
    size,
    unflatten,
)
from ..twin import Machine, Tape, Tracer, inputs, linearize
from .columns import Columns
from .lowering import lowered, own_operations
from .machine import DONE, FAULT

if TYPE_CHECKING:
    from .layout import Floats

    Numbers = Callable[[], Floats | Sequence[float]]

MAX_PATHS = 1_000
"""The largest number of paths through the conditions of a function that are kept."""


class Replay(NamedTuple):
    """The path that was taken at one point, the numbers of the result, and its structure."""

    path: Path
    outputs: Floats
    structure: Structure


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


class _Fork:
    """A node of the tree of outcomes: the first and the latest path through it, and the forks after
    either outcome of the next condition."""

    __slots__ = ("first", "latest", "sides")

    def __init__(self) -> None:
        self.first = -1
        self.latest: Path | None = None
        self.sides: list[_Fork | None] = [None, None]

    def side(self, outcome: bool) -> _Fork:
        fork = self.sides[outcome] = self.sides[outcome] or _Fork()
        return fork


class Paths:
    """All recordings of a function for one structure of its arguments, the keyword ones last.
    Without the function, only existing recordings can be replayed."""

    def __init__(
        self, function: Callable[..., Any] | None, structures: Sequence[Structure], name: str
    ) -> None:
        self.function = function
        self.structures = tuple(structures)
        self.name = name
        self.count = sum(map(size, self.structures))
        self.uses = 0
        self.all: list[Path] = []
        self.callers: dict[Transform, dict[Structure, tuple[Any, set[Path]]]] = {}
        self._root = _Fork()
        self._latest: Path | None = None
        self._is_full = False
        self._forking = Lock()  # held while forks are made, not while a function runs

    # ---- recording -------------------------------------------------------------------------------

    def record(self, numbers: Floats | Sequence[float]) -> Path:
        """Record the path that the function takes at these numbers in its arguments."""
        if self.function is None:
            raise GraphError(
                f"the program {self.name} has no recording for these arguments.",
                remedy="a program that was loaded or compiled from a graph can only replay; "
                "compile the function here, or call it with such arguments before saving it",
            )
        if len(self.all) >= MAX_PATHS:
            self._drop()
        tape = Tape()
        tracers = inputs(tape, numbers)
        everything = Nest("tuple", self.structures)
        start = 0
        for leaf in leaves_of(everything):
            first, start = start, start + size(leaf)
            if leaf.kind:
                tracers[first:start] = (Tracer(tape, k, leaf.kind) for k in range(first, start))
        *arguments, keywords = unflatten(everything, tracers, object)
        recording = record(tape, self.function, arguments, keywords)
        return self.add(Path(recording, self.structures, array("d", numbers).tobytes()))

    def add(self, path: Path) -> Path:
        """Add a recording and return it, or the one with the same outcomes that is there: two
        threads may have recorded the same path at once."""
        with self._forking:
            return self._add(path)

    def _add(self, path: Path) -> Path:
        forks = [self._root]
        for outcome in path.outcomes:
            forks.append(forks[-1].side(outcome))
        last = forks[-1].latest
        if last is not None and last.outcomes == path.outcomes:
            return last
        self.all.append(path)
        for fork in forks:
            if fork.latest is None:
                fork.first = len(self.all) - 1
            fork.latest = path
        self._latest = path
        return path

    def _drop(self) -> None:
        """Drop the less used half of the paths."""
        if not self._is_full:
            warn_if_debugging(
                f"{self.name} takes more than {MAX_PATHS} paths through its conditions; the least "
                "used are dropped and recorded anew. where(condition, a, b) instead of if records "
                "both sides at once"
            )
        with self._forking:
            kept = most_used(self.all)
            self._is_full, self.all, self._root = True, [], _Fork()
            for path in kept:
                self._add(path)

    def alternatives(self, path: Path) -> Iterator[int]:
        """For each guard of a path, the number of a path with the other outcome; -1 if none was
        recorded."""
        fork = self._root
        for outcome in path.outcomes:
            other = fork.sides[not outcome]
            yield -1 if other is None else other.first
            fork = fork.side(outcome)

    def other(self, path: Path, guard: int, numbers: Numbers) -> Path:
        """A path with the same outcomes up to a guard that failed, and the other outcome there.
        `numbers` returns the inputs at which it failed."""
        outcomes = (*path.outcomes[:guard], not path.outcomes[guard])
        fork = self._root
        with self._forking:
            for outcome in outcomes:
                fork = fork.side(outcome)
        if fork.latest is not None:
            return fork.latest
        path = self.record(numbers())
        if path.outcomes[: guard + 1] != outcomes:
            raise self.inconsistent()
        return path

    def inconsistent(self) -> GraphError:
        """The error of a function whose recordings contradict one another."""
        return GraphError(
            f"{self.name} does not do the same when it runs again at the same numbers.",
            remedy="a recorded function may depend on its arguments only: pass everything that "
            "changes as an argument, and move random numbers, counters and files out of it",
        )

    def start(self, numbers: Numbers) -> Path:
        """The path to try first."""
        return self._latest or self.record(numbers())

    # ---- replay ----------------------------------------------------------------------------------

    def point(self, transform: Transform, inputs: Floats) -> Replay:
        """Replay at one point, a contiguous array of float64."""
        import numpy as np

        def numbers() -> Floats:
            return inputs[: self.count]

        path, last = self.start(numbers), -1
        while True:
            if path.uses == 0 and (result := path.recorded(transform, numbers().tobytes())):
                self._latest = path
                path.uses += 1
                return Replay(path, np.array(result[0], dtype=float), result[1])
            machine, structure = path.ready(transform)
            outputs = np.empty(size(structure))
            code = machine.point(inputs, outputs)
            if 0 <= code <= last:
                raise self.inconsistent()  # a guard that held fails now
            if code == DONE:
                self._latest = path
                path.uses += 1
                return Replay(path, outputs, structure)
            if code == FAULT:
                raise out_of_range(self.name, 0)
            path, last = self.other(path, code, numbers), code


Kept = TypeVar("Kept", Path, Paths)


def most_used(recordings: Sequence[Kept]) -> list[Kept]:
    """The more used half of some paths, or of the paths for some structures, in their order. What
    is kept counts for half from then on."""
    best = sorted(recordings, key=lambda each: -each.uses)[: (len(recordings) + 1) // 2]
    chosen = set(map(id, best))
    for each in best:
        each.uses //= 2
    return [each for each in recordings if id(each) in chosen]


def warn_if_debugging(text: str) -> None:
    """Warn inside a `debug` block, of the line outside of this package that called it."""
    if is_debugging():
        level, frame = 1, sys._getframe()
        while frame.f_back and frame.f_globals["__name__"].startswith("chainrule."):
            level, frame = level + 1, frame.f_back
        warnings.warn(text, stacklevel=level)


def out_of_range(name: str, row: int) -> PlaceError:
    """The error of a table that is read outside of its entries."""
    return PlaceError(
        f"{name}: in row {row}, take got an index that is outside of its table or not a whole "
        "number."
    )
