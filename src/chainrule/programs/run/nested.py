"""A program inside another recording: its operations go onto the tape of that one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ...errors import ShapeError
from ..derive.immediate import apply
from ..derive.results import VALUE, Transform
from ..trace.flattening import build, flatten, leaves_like, numbers_of, unflatten
from ..trace.recording import current_tape, nodes_of
from ..trace.structure import (
    Array,
    Leaf,
    Nest,
    Number,
    Structure,
    describe,
    each_argument,
    leaves_of,
    map_leaves,
)
from ..twin import Tracer
from .axes import Axis, count_rows, row_structures
from .lowering import inlined
from .recordings import Recordings
from .rows import result_axes


def nested(
    recordings: Recordings,
    transform: Transform,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any],
) -> Any:
    """Apply a transform to a program. On rows, it is applied to one row after the other."""
    function = recordings.function or partial(_replayed, recordings)
    if recordings.in_axes is None:
        return _apply(function, transform, arguments, keywords, vector)
    return _Unrolled(recordings, transform, arguments, keywords, vector).run(function)


def _apply(
    function: Callable[..., Any],
    transform: Transform,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any],
) -> Any:
    if transform == VALUE:
        return function(*arguments, **keywords)
    return apply(transform, function, arguments, keywords, vector)


def _replayed(recordings: Recordings, *arguments: Any, **keywords: Any) -> Any:
    """Record what a program without its function has recorded for these arguments."""
    import numpy as np

    tape = current_tape()
    assert tape is not None  # nested is for a recording
    structures, leaves = recordings.flatten(VALUE, arguments, keywords)
    paths = recordings.paths(structures)
    nodes = nodes_of(tape, numbers_of(leaves))
    at = np.array([tape.value(node) for node in nodes], dtype=float)
    recorded = paths.point(VALUE, at).path.recording
    ids = inlined(recorded.tape, tape, nodes)
    for node, outcome in recorded.tape.guards:
        if tape.guard(ids[node]) != outcome:
            raise paths.inconsistent()
    tracers = [Tracer(tape, ids[node]) for node in recorded.outputs]
    return unflatten(recorded.structure, tracers, object)


class _Trees(NamedTuple):
    """Trees on rows: their structure in a row, their leaves, and the axis of rows in each."""

    structure: Structure
    leaves: Sequence[Any]
    axes: Sequence[Axis]

    def row(self, index: int) -> Any:
        """The trees in a row."""
        import numpy as np

        pairs = iter(zip(self.leaves, self.axes))

        def leaf(each: Leaf) -> Any:
            x, axis = next(pairs)
            row = x if axis is None else np.moveaxis(np.asarray(x), axis, 0)[index]
            if not each.shape or row.dtype.kind != "O":
                return row
            return unflatten(each, numbers_of([row]), object)

        return build(self.structure, leaf)

    def zeros(self) -> _Trees:
        """The same with a row of zeros, where there was no row."""
        import numpy as np

        pairs = zip(self.leaves, self.axes)
        leaves = [x if axis is None else np.zeros([n or 1 for n in x.shape]) for x, axis in pairs]
        return self._replace(leaves=leaves)


class _Unrolled:
    """A call on rows."""

    def __init__(
        self,
        recordings: Recordings,
        transform: Transform,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        vector: Sequence[Any],
    ) -> None:
        self.recordings, self.transform = recordings, transform
        structures, leaves = recordings.flatten(transform, arguments, keywords)
        self.axes = recordings.axes(structures)
        self.count = count_rows(leaves, self.axes)
        self.structures = row_structures(structures, self.axes, leaves)
        self.trees = [_Trees(Nest("tuple", tuple(self.structures)), leaves, self.axes)]
        if vector:
            every = each_argument(structures)
            directions = leaves_like(vector[0], transform.structure(every), "the vector")
            axes = transform.select(self.axes, (len(leaves_of(x)) for x in every))
            structure = transform.structure(each_argument(self.structures))
            self.trees.append(_Trees(structure, directions, axes))

    def run(self, function: Callable[..., Any]) -> Any:
        """The result for all rows."""
        rows = [self._row(function, self.trees, row) for row in range(self.count)]
        if not rows:  # the structure is that at a row of zeros
            rows = [self._row(function, [each.zeros() for each in self.trees], 0)]
        structure = rows[0][0]
        for other, _ in rows:
            if other != structure:
                raise ShapeError(
                    f"{self.recordings.name} returns {describe(structure)} for some rows and "
                    f"{describe(other)} for others."
                )
        leaves = leaves_of(structure)
        reduce, transform = self.recordings.reduce, self.transform
        axes = iter(result_axes(reduce, transform, self.structures, self.axes, len(leaves)))
        columns = iter(zip(*(entries for _, entries in rows)))
        numbers: list[Any] = []

        def leaf(each: Leaf) -> Structure:
            shape, more = self._combined(each, next(axes), next(columns))
            numbers.extend(more)
            return Array(shape) if shape else Number()

        return unflatten(map_leaves(structure, leaf), numbers, object)

    def _row(
        self, function: Callable[..., Any], trees: Sequence[_Trees], row: int
    ) -> tuple[Structure, list[list[Any]]]:
        """The result for a row: its structure, and the numbers in each of its leaves."""
        (*arguments, keywords), *vector = (each.row(row) for each in trees)
        result = _apply(function, self.transform, arguments, keywords, vector)
        leaves: list[Any] = []
        name = f"the result of {self.recordings.name}"
        return flatten(result, leaves, name, as_float=True), [numbers_of([x]) for x in leaves]

    def _combined(
        self, leaf: Leaf, axis: Axis, entries: Sequence[list[Any]]
    ) -> tuple[tuple[int, ...], list[Any]]:
        """A leaf of the result, given its numbers in each row: its shape and its numbers."""
        import numpy as np

        shape = [*leaf.shape]
        if axis is None:
            numbers = [x if self.count else x * 0.0 for x in entries[0]]
            for each in entries[1:]:
                numbers = [a + b for a, b in zip(numbers, each)]
        else:
            rows = np.empty((self.count, len(entries[0])), dtype=object)
            for row in range(self.count):
                rows[row] = entries[row]
            axis %= len(shape) + 1
            numbers = np.moveaxis(rows.reshape(self.count, *shape), 0, axis).ravel().tolist()
            shape.insert(axis, self.count)
        if self.recordings.reduce == "mean":
            numbers = [x / self.count if self.count else x * float("nan") for x in numbers]
        return tuple(shape), numbers
