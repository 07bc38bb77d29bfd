"""The recordings of a function for one structure of its arguments: one for each path through its
conditions.

A replay follows the most recent path. If a condition has another outcome there, it continues with
the path recorded for that outcome, or records it. Where there are too many paths to keep, the less
used half is dropped; a path that was dropped is recorded anew when it is needed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ...errors import GraphError, PlaceError, warn
from ...graph.debugging import is_debugging
from ..derive.results import Transform
from ..trace.flattening import unflatten
from ..trace.recording import record
from ..trace.structure import Nest, Structure, leaves_of, size
from ..twin import Tape, Tracer, inputs
from .machine import DONE, FAULT
from .path import Path

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
        warn(text)


def out_of_range(name: str, row: int) -> PlaceError:
    """The error of a table that is read outside of its entries."""
    return PlaceError(
        f"{name}: in row {row}, take got an index that is outside of its table or not a whole "
        "number."
    )
