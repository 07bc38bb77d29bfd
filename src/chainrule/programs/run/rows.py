"""Many rows at once: grouped by path, with one result for each row or a sum over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import ChainruleError, ShapeError
from ..derive.results import GUARDS, Transform
from ..trace.flattening import build, result_dtype
from ..trace.structure import Leaf, Structure, describe, each_argument, leaves_of
from .axes import Axis
from .layout import Layout, sources, targets
from .machine import DONE, FAULT
from .path import Path
from .paths import Paths, out_of_range

if TYPE_CHECKING:
    from .layout import Floats, Int32s, Int64s


def result_axes(
    reduce: str | None,
    transform: Transform,
    structures: Sequence[Structure],
    axes: Sequence[Axis],
    count: int,
) -> list[Axis]:
    """The axis of rows in each of `count` leaves of the result, None if they are summed; `axes` are
    those of the arguments, which have these structures in a row."""
    if reduce is None:
        return [0] * count
    if transform.name in ("value", "jvp"):
        return [None] * count
    chosen = transform.select(axes, (len(leaves_of(each)) for each in each_argument(structures)))
    others: list[Axis] = [None] * (count - len(chosen))  # of the value and auxiliary data
    if transform.name == "grad":
        return chosen + others
    if transform.name == "value_and_grad":
        return others + chosen
    if any(axis is not None for axis in chosen):
        raise ShapeError(
            f"{transform.name} of a {reduce} over rows needs arguments that the rows share.",
            remedy="choose them with argnums, or leave out reduce",
        )
    return [None] * count


class Target(NamedTuple):
    """Memory for the result of a transform on rows.

    Attributes:
        transform: The transform.
        structure: The structure of the result for one row.
        arrays: An array for each leaf of it.
        layout: The layout of these.
        sums: Those of the arrays that hold sums over the rows.
    """

    transform: Transform
    structure: Structure
    arrays: list[Floats]
    layout: Layout
    sums: list[Floats]


def _chosen(which: Int64s | None, indices: Int64s) -> Int64s:
    return indices if which is None else which[indices]


class Rows:
    """One call of a program on `count` rows: `paths` are the recordings for the structure of a row,
    `leaves` the arrays and numbers in the arguments, `axes` the axis of rows in each."""

    def __init__(
        self,
        paths: Paths,
        leaves: Sequence[Any],
        axes: Sequence[Axis],
        count: int,
        reduce: str | None,
    ) -> None:
        self.paths = paths
        self.axes = list(axes)
        self.count = count
        self.reduce = reduce
        self.sources = sources(leaves, axes)
        self.dtype = result_dtype(leaves)

    def run(self, transform: Transform) -> Any:
        """Compute a transform for all rows; each number and array in the result has a leading axis
        of rows, or is summed."""
        target = self.target(transform)
        if self.count:
            self.fill(target)
        results = map(self._finished, target.arrays)
        return build(target.structure, lambda leaf: next(results))

    def target(self, transform: Transform) -> Target:
        """Memory for the result of a transform."""
        structure = self._structure(transform)
        leaves = leaves_of(structure)
        axes = result_axes(self.reduce, transform, self.paths.structures, self.axes, len(leaves))
        arrays = [self._empty(leaf, axis) for leaf, axis in zip(leaves, axes)]
        sums = [array for array, axis in zip(arrays, axes) if axis is None]
        return Target(transform, structure, arrays, targets(arrays, axes), sums)

    def numbers(self, row: int) -> list[float]:
        """The numbers in the arguments in one row."""
        return self.sources.row(row)[: self.paths.count]

    # ---- the structure of the result -------------------------------------------------------------

    def _structure(self, transform: Transform) -> Structure:
        """The structure of the result for one row.

        If there is neither a row nor a recording, the function is recorded once, at 0, to look at
        the structure.
        """
        paths = self.paths
        if self.count or paths.all:
            path = paths.start(partial(self.numbers, 0))
        else:
            try:
                path = Paths(paths.function, paths.structures, paths.name).record(
                    [0.0] * paths.count
                )
            except ChainruleError:
                raise
            except Exception as error:
                raise ShapeError(
                    f"{paths.name} got no rows, and at 0 it raises {error!r}, so the shape of its "
                    "result is unknown.",
                    remedy="call the program with some rows first",
                ) from error
        return path.ready(transform).structure

    def _empty(self, leaf: Leaf, axis: Axis) -> Floats:
        import numpy as np

        shape = [*leaf.shape]
        if axis is not None:
            shape.insert(axis % (len(shape) + 1), self.count)
        return np.zeros(shape)

    def _finished(self, array: Floats) -> Any:
        if self.reduce == "mean":
            array = array / self.count if self.count else array * float("nan")
        return array.astype(self.dtype, copy=False) if array.ndim else float(array)

    # ---- the numbers -----------------------------------------------------------------------------

    def fill(self, target: Target, which: Int64s | None = None) -> None:
        """Compute a target: replay the latest path for all rows, or for those in `which`, then
        other paths for the rows that leave it.

        Sums over the rows are added up path by path, each over all of its rows, so the rows are
        sorted by path first; on a path they keep their order, whichever paths were tried before.
        """
        import numpy as np

        transform, layout, sums = target.transform, target.layout, target.sums
        some = which if which is None else which[:1]
        path = self.paths.start(lambda: self.numbers(0 if some is None else int(some[0])))
        codes = np.empty(self.count if which is None else len(which), dtype=np.int32)
        if not self._replay(path, transform, layout, which, codes):
            return
        if not sums:
            for _ in self._split(path, codes, transform, layout, which):
                pass
            return
        groups: dict[Path, list[Int64s]] = {}
        for each, indices in self._split(path, codes, GUARDS, targets([], []), which):
            groups.setdefault(each, []).append(indices)
        totals: list[Any] = [0.0] * len(sums)
        for each in sorted(groups, key=lambda each: each.outcomes):
            self._check_structure(path, each, transform)
            indices = np.sort(np.concatenate(groups[each]))
            self._replay(each, transform, layout, _chosen(which, indices), None)
            totals = [total + array for total, array in zip(totals, sums)]
        for array, total in zip(sums, totals):
            array[...] = total

    def _split(
        self,
        first: Path,
        codes: Int32s,
        transform: Transform,
        layout: Layout,
        which: Int64s | None,
    ) -> Iterator[tuple[Path, Int64s]]:
        """Replay other paths for the rows that leave the first one, given how it ended in each row,
        until every row has ended. For each path that is replayed, the rows that end on it, by their
        index in `which`."""
        import numpy as np

        todo: list[tuple[Path, Int64s | None, Int32s, int]] = [(first, None, codes, -1)]
        while todo:
            path, indices, codes, last = todo.pop()
            count = len(path.outcomes)  # NumPy sorts short ints in linear time
            short = np.int8 if count < 2**7 else np.int16 if count < 2**15 else np.int32
            ends = codes.astype(short)
            order = np.argsort(ends, kind="stable")
            indices = order if indices is None else indices[order]
            ends.sort(kind="stable")
            start = end = 0
            while end < len(ends):
                start, end = end, int(ends.searchsorted(ends[end], "right"))
                code, some = int(ends[start]), indices[start:end]
                rows = _chosen(which, some)
                if code == FAULT:
                    raise out_of_range(self.paths.name, int(rows[0]))
                if code == DONE:
                    yield path, some
                    continue
                if code <= last:
                    raise self.paths.inconsistent()
                other = self.paths.other(path, code, partial(self.numbers, int(rows[0])))
                self._check_structure(first, other, transform)
                new_codes = np.empty(len(some), dtype=np.int32)
                self._replay(other, transform, layout, rows, new_codes)
                todo.append((other, some, new_codes, code))

    def _check_structure(self, path: Path, other: Path, transform: Transform) -> None:
        if path.ready(transform).structure != other.ready(transform).structure:
            raise ShapeError(
                f"{self.paths.name} returns {describe(path.recording.structure)} for some rows "
                f"and {describe(other.recording.structure)} for others."
            )

    def _replay(
        self,
        path: Path,
        transform: Transform,
        layout: Layout,
        rows: Int64s | None,
        codes: Int32s | None,
    ) -> int:
        count = self.count if rows is None else len(rows)
        path.uses += 1
        sources = self.sources
        if transform == GUARDS:
            sources = sources.first(self.paths.count)  # conditions don't depend on a vector
        return path.ready(transform).machine.rows(sources, layout, count, rows, codes)
