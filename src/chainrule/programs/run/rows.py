"""Many rows at once: grouped by the path that each takes, one value a row or a sum over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from ...errors import ShapeError
from ..derive.results import Task
from ..trace.recording import shown
from ..trace.structure import Array, Number, Spec, build, precision, size, sizes
from .axes import Axis, Place, row_numbers, sources, targets
from .paths import DONE, FAULT, GUARDS, Path, Paths, in_order, out_of_range


class Rows:
    """One call of a program on rows.

    Args:
        paths: The recordings for this form of a row.
        leaves: The arrays and numbers in the arguments.
        axes: The axis of each; None where the rows share it.
        count: How many rows there are.
        reduce: None, "sum" or "mean".
    """

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
        self.place = sources(leaves, axes)
        self.dtype = precision(leaves)

    def run(self, task: Task) -> Any:
        """Compute a task for all rows.

        Returns:
            The task's answer; each number and array in it has a leading axis of rows, or is summed.
        """
        spec = self._spec(task)
        axes = self._result_axes(task, spec)
        arrays = [self._empty(leaf, axis) for (leaf, _), axis in zip(sizes(spec), axes)]
        if self.count:
            sums = [array for array, axis in zip(arrays, axes) if axis is None]
            self._fill(task, targets(arrays, axes), sums)
        found = iter(zip(arrays, axes))
        return build(spec, lambda leaf: self._handed_out(leaf, *next(found)))

    def _numbers(self, row: int) -> list[float]:
        return row_numbers(self.place, row)[: sum(size(spec) for spec in self.paths.specs)]

    # ---- the form of the answer ------------------------------------------------------------------

    def _spec(self, task: Task) -> Spec:
        """The form of the answer for one row.

        Where there is neither a row nor a recording, one is made to look at and thrown away: at 0
        for ints, and at nan, which fails every comparison.
        """
        paths = self.paths
        if self.count or paths.all:
            path = paths.start(lambda: self._numbers(0))
        else:
            leaves = (leaf for spec in paths.specs for leaf in sizes(spec))
            numbers = [0.0 if leaf.whole else math.nan for leaf, n in leaves for _ in range(n)]
            path = Paths(paths.function, paths.specs, paths.name).record(numbers)
        return path.ready(task).spec

    def _result_axes(self, task: Task, spec: Spec) -> list[Axis]:
        """For each leaf of the answer the axis that its rows get; None where they are summed."""
        leaves = sum(1 for _ in sizes(spec))
        if self.reduce is None:
            return [0] * leaves
        if task.name == "value":
            return [None] * leaves
        chosen = self._chosen_axes(task)
        if task.name == "grad":
            return chosen
        if task.name == "value_and_grad":
            return [None, *chosen]
        if any(axis is not None for axis in chosen):
            raise ShapeError(
                f"{task.name} of a {self.reduce} over rows needs arguments that the rows share.",
                remedy="choose them with argnums, or leave out reduce",
            )
        return [None] * leaves

    def _chosen_axes(self, task: Task) -> list[Axis]:
        first = [0]
        for spec in self.paths.specs:
            first.append(first[-1] + sum(1 for _ in sizes(spec)))
        return [
            axis for place in task.chosen for axis in self.axes[first[place] : first[place + 1]]
        ]

    def _empty(self, leaf: Number | Array, axis: Axis) -> Any:
        import numpy as np

        shape = list(leaf.shape) if isinstance(leaf, Array) else []
        if axis is not None:
            shape.insert(axis % (len(shape) + 1), self.count)
        return np.zeros(shape)

    def _handed_out(self, leaf: Number | Array, array: Any, axis: Axis) -> Any:
        if self.reduce == "mean":
            array = array / self.count if self.count else array * float("nan")
        return array.astype(self.dtype, copy=False) if array.ndim else float(array)

    # ---- the numbers -----------------------------------------------------------------------------

    def _fill(self, task: Task, place: Place, sums: list[Any]) -> None:
        """Replay along the last path, and what goes other ways in groups.

        Args:
            task: What is computed.
            place: Where its results go.
            sums: Those of its arrays that are summed over the rows.
        """
        import numpy as np

        path = self.paths.start(lambda: self._numbers(0))
        failed = np.empty(self.count, dtype=np.int32)
        if not self._replay(path, task, place, None, failed):
            return
        groups = self._groups(path, failed)
        total: list[Any] = [0.0] * len(sums)
        for each in in_order(list(groups)):
            if each is not path or sums:
                self._check_form(path, each, task)
                self._replay(each, task, place, groups[each], None)
            total = [sofar + array for sofar, array in zip(total, sums)]
        for array, sofar in zip(sums, total):
            array[...] = sofar

    def _groups(self, path: Path, failed: Any) -> dict[Path, Any]:
        """The rows of each path, after `path` was tried with all of them."""
        import numpy as np

        groups: dict[Path, list[Any]] = {}
        todo = [(path, np.arange(self.count), failed, -1)]
        while todo:
            path, rows, failed, known = todo.pop()
            if ((failed >= 0) & (failed <= known)).any():
                raise self.paths.unsteady()
            if (failed == FAULT).any():
                raise out_of_range(self.paths.name, int(rows[failed == FAULT][0]))
            groups.setdefault(path, []).append(rows[failed == DONE])
            for guard in np.unique(failed[failed >= 0]):
                some = rows[failed == guard]
                other = self.paths.other(path, int(guard), partial(self._numbers, int(some[0])))
                answers = np.empty(len(some), dtype=np.int32)
                self._replay(other, GUARDS, targets([], []), some, answers)
                todo.append((other, some, answers, int(guard)))
        return {path: np.sort(np.concatenate(parts)) for path, parts in groups.items()}

    def _check_form(self, path: Path, other: Path, task: Task) -> None:
        if path.ready(task).spec != other.ready(task).spec:
            raise ShapeError(
                f"{self.paths.name} returns {shown(path.recording.spec)} for some rows "
                f"and {shown(other.recording.spec)} for others."
            )

    def _replay(self, path: Path, task: Task, place: Place, which: Any, failed: Any) -> int:
        machine = path.ready(task).machine
        rows = self.count if which is None else len(which)
        return machine.rows(self.place, place, rows, which, failed)  # type: ignore[no-any-return]
