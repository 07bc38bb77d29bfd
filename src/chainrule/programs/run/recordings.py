"""All recordings of a program, by the structure of its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...errors import GraphError, ShapeError, WrongType, shorten
from ..derive.results import VALUE, Transform
from ..trace.flattening import flatten, vector_of
from ..trace.signatures import Call
from ..trace.structure import (
    Array,
    Nest,
    Number,
    Static,
    Structure,
    describe,
    each_argument,
    leaves_of,
    map_leaves,
    named_leaves,
    static,
)
from .axes import Axis, count_rows, row_structures, spread_all
from .path import Path
from .paths import Paths, most_used, warn_if_debugging
from .rows import Rows

REDUCTIONS = (None, "sum", "mean")

MAX_STRUCTURES = 1_000
"""The largest number of structures of its arguments, static ints included, whose recordings a
program keeps."""


class At(NamedTuple):
    """The recording that certain arguments lead to: the recordings for their structure, the path at
    them, and the numbers in them. With rows, the first row counts."""

    paths: Paths
    path: Path
    numbers: list[float]


@dataclass(eq=False)
class Recordings:
    """What a program has recorded, and what it needs to record more.

    Attributes:
        function: The function; None if only existing recordings can be replayed.
        name: Its name.
        in_axes: The axis of the rows in each argument; None without rows.
        reduce: One of REDUCTIONS.
        names: The names of the arguments; empty if the signature of the function has them.
        static: The indices and the names of the arguments that are fixed while recording.
        all: The paths for each structure of the arguments, the keyword arguments last.
        calls: How often a program with `verify` was called at a point.
        is_full: Whether there were too many structures to keep all of them.
    """

    function: Callable[..., Any] | None
    name: str
    in_axes: Any = None
    reduce: str | None = None
    names: tuple[str, ...] = ()
    static: frozenset[int | str] = frozenset()
    all: dict[tuple[Structure, ...], Paths] = field(default_factory=dict)
    calls: int = 0
    is_full: bool = False

    # ---- arguments -------------------------------------------------------------------------------

    def flatten(
        self, transform: Transform, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[list[Structure], list[Any]]:
        """The structure of each argument, and the numbers and arrays in all of them."""
        leaves: list[Any] = []
        names = sorted(keywords)
        parts = [
            self._flatten(k, x, leaves, k in transform.argnums) for k, x in enumerate(arguments)
        ]
        named = tuple(
            self._flatten(name, keywords[name], leaves, k in transform.argnums)
            for k, name in enumerate(names, len(arguments))
        )
        return [*parts, Nest("dict", named, tuple(names))], leaves

    def _flatten(self, key: int | str, x: Any, leaves: list[Any], is_float: bool) -> Structure:
        """The structure of an argument; an int in it is a float if it is differentiated."""
        if key not in self.static:
            is_float = is_float or (self.function is None and self._takes_floats(key))
            return flatten(x, leaves, f"argument {key!r}", is_float)
        if is_float:
            raise WrongType(f"argument {key!r} is static, so it can't be differentiated.")
        try:
            hash(x)
        except TypeError:
            raise WrongType(
                f"argument {key!r} is static and needs to be hashable, but got {shorten(x)}.",
                remedy="pass a tuple instead of a list, or a frozen dataclass",
            ) from None
        return static(x)

    def _takes_floats(self, key: int | str) -> bool:
        """Whether no recording is for an int or another static value in an argument."""
        known = (each_argument(each) for each in self.all)
        names = ((*range(len(each) - 1), *each[-1].keys) for each in self.all)  # type: ignore[union-attr]
        pairs = (pair for each in zip(names, known) for pair in zip(*each))
        leaves = (leaf for name, each in pairs if name == key for leaf, _ in named_leaves(each, ""))
        return not any(isinstance(leaf, Static) for leaf in leaves)

    def call(self, count: int, keywords: Iterable[str]) -> Call:
        """A call with this many arguments by position and with these keywords."""
        return Call(count, sorted(keywords), self.function, self.names)

    def axes(self, structures: Sequence[Structure]) -> list[Axis]:
        """The axis of each leaf of the arguments; all of them are axis 0 without rows."""
        if self.in_axes is None:
            return [0 for each in structures for _ in leaves_of(each)]
        return spread_all(self.in_axes, structures, self.static)

    # ---- recordings ------------------------------------------------------------------------------

    def paths(self, structures: Sequence[Structure]) -> Paths:
        """The recordings for a structure of the arguments."""
        key = tuple(structures)
        if self.function is None and key not in self.all:
            floats = [*map(_as_floats, key)]
            key = next((each for each in self.all if [*map(_as_floats, each)] == floats), key)
        paths = self.all.get(key)
        if paths is None:
            if len(self.all) >= MAX_STRUCTURES:
                self._drop()
            if self.all and not self.is_full:
                text = ", ".join(map(describe, key[:-1]))
                warn_if_debugging(f"{self.name} is recorded again, for ({text})")
            paths = self.all.setdefault(key, Paths(self.function, key, self.name))  # of all threads
        paths.uses += 1
        return paths

    def _drop(self) -> None:
        """Drop the recordings for the less used half of the structures."""
        if not self.is_full:
            warn_if_debugging(
                f"{self.name} is called with more than {MAX_STRUCTURES} structures of arguments; "
                "the least used are dropped and recorded anew. Shapes, lengths and Python ints are "
                "part of the structure; pass numpy.int64(n) for an int that changes"
            )
        self.is_full = True
        self.all = {paths.structures: paths for paths in most_used([*self.all.values()])}

    def recorded(self) -> list[Paths]:
        """The recordings for each structure; an error before the first."""
        recorded = [paths for paths in list(self.all.values()) if paths.all]
        if not recorded:
            raise GraphError(
                f"{self.name} has recorded nothing yet.",
                remedy="call the program first, or pass the arguments here",
            )
        return recorded

    def recorded_call(self, paths: Paths) -> Call:
        """The call that was recorded."""
        *arguments, keywords = paths.structures
        return self.call(len(arguments), keywords.keys)  # type: ignore[union-attr]  # a Nest

    def select(
        self, name: str, argnums: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[Transform, At]:
        """A transform, and the recording for these arguments; without any, the latest one."""
        if arguments or keywords:
            transform = Transform.of(name, argnums, self.call(len(arguments), keywords))
            return transform, self.at(transform, arguments, keywords)
        paths = self.recorded()[-1]
        tape = paths.all[-1].recording.tape
        at = At(paths, paths.all[-1], [tape.value(node) for node in tape.inputs])
        return Transform.of(name, argnums, self.recorded_call(paths)), at

    def at(self, transform: Transform, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> At:
        """The recording for these arguments, made now if it is missing. An int that the transform
        differentiates counts as a float."""
        structures, leaves = self.flatten(transform, arguments, keywords)
        if self.in_axes is None:
            inputs, paths = vector_of(leaves), self.paths(structures)
        else:
            rows = self.rows(structures, leaves, self.axes(structures))
            if not rows.count:
                raise ShapeError(f"{self.name} needs a row to be recorded, but has none.")
            rows.run(VALUE)
            inputs, paths = vector_of(rows.numbers(0)), rows.paths
        path = paths.point(VALUE, inputs).path
        return At(paths, path, inputs.tolist())

    def rows(
        self, structures: Sequence[Structure], leaves: Sequence[Any], axes: Sequence[Axis]
    ) -> Rows:
        """A call on rows. After those of the arguments, leaves and axes have those of a vector."""
        paths = self.paths(row_structures(structures, axes, leaves))
        return Rows(paths, leaves, axes, count_rows(leaves, axes), self.reduce)


def _as_floats(structure: Structure) -> Structure:
    """A structure without the difference of floats and traced ints."""
    return map_leaves(structure, lambda leaf: Array(leaf.shape) if leaf.shape else Number())
