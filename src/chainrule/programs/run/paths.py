"""The recordings of one function for one form of its arguments: one for each path through its
conditions.

A replay follows the path that was recorded last. Where a condition answers otherwise, it goes on
with the path that is known for that answer, or records it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ...errors import GraphError, PlaceError
from ..derive.results import ASK, Answer, Task, form_of, hessian_times
from ..trace.recording import Recording, record
from ..trace.structure import Spec, filled, size
from ..trace.twin import Tape, Tracer
from .lowering import lowered
from .twin import Machine

MOST_PATHS = 1_000
"""So many paths through its conditions a function may have."""

DONE, FAULT = -1, -2
"""What a machine answers beside the number of a guard: all is well; an index is out of range."""


GUARDS = Task("guards")


class Ready(NamedTuple):
    """A machine, and the form of what it computes."""

    machine: Any
    spec: Spec


class Path:
    """One recording, and the machines that were made of it."""

    def __init__(self, recording: Recording, specs: Sequence[Spec]) -> None:
        self.recording = recording
        self.specs = specs
        self.outcomes = tuple(outcome for _, outcome in recording.tape.guards)
        self._ready: dict[Task, Ready] = {}

    def ready(self, task: Task) -> Ready:
        """The machine for a task, made when it is first asked for."""
        if task not in self._ready:
            tape, answer = self.answer(task)
            self._ready[task] = Ready(Machine(*lowered(tape, answer.nodes)), answer.spec)
        return self._ready[task]

    def answer(self, task: Task) -> tuple[Any, Answer]:
        """A tape that computes a task, and its nodes on it."""
        if not task.chosen:
            return self.recording.tape, ASK[task.name](self.recording, [], self.recording.spec)
        tape = self.recording.tape.fork()
        recording = self.recording._replace(tape=tape)
        wrt, form = self._wrt(task), form_of(self.specs, task)
        if task.name == "hvp":
            direction = [tape.input(0.0) for _ in wrt]
            return tape, hessian_times(recording, wrt, form, direction)
        return tape, ASK[task.name](recording, wrt, form)

    def _wrt(self, task: Task) -> list[int]:
        """The nodes of the arguments that a task differentiates by."""
        starts = [0]
        for spec in self.specs:
            starts.append(starts[-1] + size(spec))
        inputs = self.recording.tape.inputs
        return [node for place in task.chosen for node in inputs[starts[place] : starts[place + 1]]]


class Paths:
    """All recordings of a function for one form of its arguments.

    Args:
        function: The function; None where only what was recorded before can be replayed.
        specs: The form of each argument; the last is that of the keyword arguments.
        name: The function's name.
    """

    def __init__(
        self, function: Callable[..., Any] | None, specs: Sequence[Spec], name: str
    ) -> None:
        self.function = function
        self.specs = tuple(specs)
        self.name = name
        self.all: list[Path] = []
        self._root = _Fork()
        self._latest: Path | None = None

    # ---- recording -------------------------------------------------------------------------------

    def record(self, numbers: Sequence[float]) -> Path:
        """Record the path that the function takes at these numbers.

        Args:
            numbers: The numbers in its arguments. Shape (n,).

        Raises:
            GraphError: The function is not there, or has more paths than can be recorded.
        """
        if self.function is None:
            raise GraphError(
                f"the program of {self.name} has not recorded what these numbers ask for.",
                remedy="a program that was saved or made of a graph replays what was recorded; "
                "compile the function here, or call it for such numbers before it is saved",
            )
        if len(self.all) >= MOST_PATHS:
            raise GraphError(
                f"{self.name} has taken {MOST_PATHS} different paths through its conditions.",
                remedy="use where(condition, a, b) instead of if, which needs one path for both; "
                "give a while loop a fixed number of steps",
            )
        tape = Tape()
        traced = iter([Tracer(tape, tape.input(x)) for x in numbers])
        *arguments, keywords = (
            filled(spec, [next(traced) for _ in range(size(spec))], object) for spec in self.specs
        )
        return self.add(Path(record(tape, self.function, arguments, keywords), self.specs))

    def add(self, path: Path) -> Path:
        """Enter a recording."""
        self.all.append(path)
        fork = self._root
        for outcome in path.outcomes:
            fork.path = path
            fork = fork.side(outcome)
        fork.path = path
        self._latest = path
        return path

    def other(self, path: Path, guard: int, numbers: Callable[[], Sequence[float]]) -> Path:
        """The path that answers like another one up to a guard, and then otherwise.

        Args:
            path: The path that was followed.
            guard: The number of the guard that did not answer as it did there.
            numbers: Gives the numbers at which that happened.
        """
        outcomes = (*path.outcomes[:guard], not path.outcomes[guard])
        fork = self._root
        for outcome in outcomes:
            fork = fork.side(outcome)
        if fork.path is None:
            made = self.record(numbers())
            if made.outcomes[: guard + 1] != outcomes:
                raise self.unsteady()
        return fork.path  # type: ignore[return-value]  # entered by record

    def unsteady(self) -> GraphError:
        """The error of a function whose recordings contradict one another."""
        return GraphError(
            f"{self.name} does not do the same when it runs again at the same numbers.",
            remedy="a recorded function may depend on its arguments only: hand over what changes "
            "outside of it, and take random numbers, counters and files out of it",
        )

    def start(self, numbers: Callable[[], Sequence[float]]) -> Path:
        """The path to try first."""
        return self._latest or self.record(numbers())

    # ---- replay ----------------------------------------------------------------------------------

    def point(self, task: Task, inputs: Any) -> tuple[Path, Any]:
        """Replay at one point.

        Args:
            task: What is computed.
            inputs: The numbers in the arguments. float64, contiguous, shape (n,).

        Returns:
            The path that was taken, and the numbers of the answer, an array of float64.

        Raises:
            PlaceError: An index is out of range.
        """
        import numpy as np

        numbers = inputs[: sum(size(spec) for spec in self.specs)].tolist
        path, known = self.start(numbers), -1
        while True:
            machine, spec = path.ready(task)
            outputs = np.empty(size(spec))
            code = machine.point(inputs, outputs)
            if 0 <= code <= known:
                raise self.unsteady()  # what has been answered is answered otherwise
            if code == DONE:
                self._latest = path
                return path, outputs
            if code == FAULT:
                raise out_of_range(self.name, 0)
            path, known = self.other(path, code, numbers), code


class _Fork:
    """A place in the tree of answers: the path that was recorded last through it, and what comes
    after either answer."""

    __slots__ = ("_sides", "path")

    def __init__(self) -> None:
        self.path: Path | None = None
        self._sides: list[_Fork | None] = [None, None]

    def side(self, outcome: bool) -> _Fork:
        found = self._sides[outcome]
        if found is None:
            found = self._sides[outcome] = _Fork()
        return found


def out_of_range(name: str, row: int) -> PlaceError:
    """The error of a table that was read beside its entries."""
    return PlaceError(
        f"{name}: take got an index in row {row} that is outside of its table, or no whole number."
    )


def in_order(paths: Sequence[Path]) -> Iterator[Path]:
    """Paths in the order of their answers, whichever was recorded first."""
    yield from sorted(paths, key=lambda path: path.outcomes)
