"""All recordings of a program, by the structure of its arguments."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...errors import GraphError, ShapeError
from ...graph.debugging import is_debugging
from ..derive.results import VALUE, Transform
from ..trace.structure import (
    Static,
    Structure,
    describe,
    flatten,
    leaves_of,
    named_leaves,
    vector_of,
)
from .axes import Axis, count_rows, row_structures, spread_all
from .paths import Path, Paths
from .rows import Rows

REDUCTIONS = (None, "sum", "mean")

MAX_STRUCTURES = 1_000
"""The largest number of structures of its arguments, static ints included, that a program
records."""


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
        all: The paths for each structure of the arguments, the keyword arguments last.
    """

    function: Callable[..., Any] | None
    name: str
    in_axes: Any = None
    reduce: str | None = None
    names: tuple[str, ...] = ()
    all: dict[tuple[Structure, ...], Paths] = field(default_factory=dict)

    # ---- arguments -------------------------------------------------------------------------------

    def flatten(
        self, transform: Transform, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[list[Structure], list[Any]]:
        """The structure of each argument, and the numbers and arrays in all of them."""
        leaves: list[Any] = []
        structures = [
            flatten(x, leaves, f"argument {k}", k in transform.argnums or self._is_float(k))
            for k, x in enumerate(arguments)
        ]
        named = dict(sorted(keywords.items()))
        structures.append(flatten(named, leaves, "a keyword argument", self._is_float(-1)))
        return structures, leaves

    def _is_float(self, index: int) -> bool:
        """Whether an int in an argument is a float, because the function is missing and there is
        no recording for an int there."""
        if self.function is not None:
            return False
        known = (each[index] for each in self.all if -1 <= index < len(each) - 1)
        leaves = (leaf for each in known for leaf, _ in named_leaves(each, ""))
        return not any(isinstance(leaf, Static) or leaf.whole for leaf in leaves)

    def axes(self, structures: Sequence[Structure]) -> list[Axis]:
        """The axis of each leaf of the arguments; all of them are axis 0 without rows."""
        if self.in_axes is None:
            return [0 for each in structures for _ in leaves_of(each)]
        return spread_all(self.in_axes, structures)

    # ---- recordings ------------------------------------------------------------------------------

    def paths(self, structures: Sequence[Structure]) -> Paths:
        """The recordings for a structure of the arguments."""
        key = tuple(structures)
        if key not in self.all:
            if len(self.all) >= MAX_STRUCTURES:
                raise GraphError(
                    f"{self.name} was called with {MAX_STRUCTURES} different structures of "
                    "arguments.",
                    remedy="shapes, lengths and Python ints are part of the structure; pass "
                    "numpy.int64(n) or an array of ints for an int that changes",
                )
            if self.all and is_debugging():
                text = ", ".join(map(describe, key[:-1]))
                level, frame = 1, sys._getframe()
                while frame.f_back and frame.f_globals["__name__"].startswith("chainrule."):
                    level, frame = level + 1, frame.f_back
                warnings.warn(f"{self.name} is recorded again, for ({text})", stacklevel=level)
            self.all.setdefault(key, Paths(self.function, key, self.name))  # one for all threads
        return self.all[key]

    def recorded(self) -> list[Paths]:
        """The recordings for each structure; an error if there are none yet."""
        recorded = [paths for paths in list(self.all.values()) if paths.all]
        if not recorded:
            raise GraphError(
                f"{self.name} has recorded nothing yet.",
                remedy="call the program first, or pass the arguments here",
            )
        return recorded

    def select(
        self, name: str, argnums: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[Transform, At]:
        """A transform, and the recording for these arguments; without any, the latest one."""
        if arguments or keywords:
            transform = Transform.of(name, argnums, len(arguments))
            return transform, self.at(transform, arguments, keywords)
        paths = self.recorded()[-1]
        tape = paths.all[-1].recording.tape
        at = At(paths, paths.all[-1], [tape.value(node) for node in tape.inputs])
        return Transform.of(name, argnums, len(paths.structures) - 1), at

    def at(self, transform: Transform, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> At:
        """The recording for these arguments, made now if there is none. An int that the transform
        differentiates counts as a float."""
        structures, leaves = self.flatten(transform, arguments, keywords)
        if self.in_axes is None:
            inputs, paths = vector_of(leaves), self.paths(structures)
        else:
            rows = self.rows(structures, leaves, self.axes(structures))
            if not rows.count:
                raise ShapeError(f"{self.name} needs a row to be recorded, but there is none.")
            rows.run(VALUE)
            inputs, paths = vector_of(rows.numbers(0)), rows.paths
        path, _ = paths.point(VALUE, inputs)
        return At(paths, path, inputs.tolist())

    def rows(
        self, structures: Sequence[Structure], leaves: Sequence[Any], axes: Sequence[Axis]
    ) -> Rows:
        """A call on rows. After those of the arguments, leaves and axes have those of a vector."""
        paths = self.paths(row_structures(structures, axes, leaves))
        return Rows(paths, leaves, axes, count_rows(leaves, axes), self.reduce)
