"""A program bound to memory: its calls look nothing up, check nothing and allocate nothing, or on
rows as little as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan, prod
from typing import TYPE_CHECKING, Any

from ...errors import GraphError
from ..derive.results import Transform
from ..trace.flattening import build, vector_of, views
from ..trace.structure import Array, Leaf, Nest, each_argument
from .path import Path
from .paths import Paths
from .rows import Rows

if TYPE_CHECKING:
    from .layout import Int64s


class Bound:
    """Value and gradient of a program at arguments that stay at one address.

    Attributes:
        arguments: Arrays with the structure of the arguments: each array that was passed, and for a
            number an array of shape (). Write into them, then call: `bound.arguments[0][...] = 2`.
        gradient: Arrays with the structure of the gradient; each call overwrites them.
    """

    def __init__(self, paths: Paths, transform: Transform, leaves: Sequence[Any]) -> None:
        inputs = vector_of(leaves)
        path, self._outputs, _ = paths.point(transform, inputs)
        self._paths, self._transform, self._inputs = paths, transform, inputs
        self._copied: list[tuple[Any, Any]] = []  # the inputs of an array, and the array
        self.arguments = self._attach(leaves)
        self.gradient = views(
            transform.structure(each_argument(paths.structures)), self._outputs[1:]
        )
        self._value = self._outputs.item
        self._run = self._follow(path)

    def _attach(self, leaves: Sequence[Any]) -> Any:
        """The arguments. A single contiguous array of float64 is the inputs; each other array is
        copied into them before a run, so that what is written into it counts."""
        import numpy as np

        structure = Nest("tuple", self._paths.structures)
        given, start = iter(leaves), 0

        def leaf(each: Leaf) -> Any:
            nonlocal start
            first, start = start, start + prod(each.shape)
            array, part = next(given), self._inputs[first:start].reshape(each.shape)
            if not isinstance(each, Array):
                return part
            if not np.shares_memory(array, part):
                self._copied.append((part, array))
            return array

        return build(structure, leaf)[:-1]

    def _follow(self, path: Path) -> Callable[[], object]:
        machine = path.ready(self._transform).machine
        run = machine.bind(self._inputs, self._outputs, self._change_path)
        return self._copying(run) if self._copied else run

    def _copying(self, run: Callable[[], object]) -> Callable[[], object]:
        def copy_and_run() -> None:
            for part, array in self._copied:
                part[...] = array
            run()

        return copy_and_run

    def _change_path(self, code: int) -> None:
        """Follow another path, because a condition has another outcome."""
        path, self._outputs[...], _ = self._paths.point(self._transform, self._inputs)
        self._run = self._follow(path)

    def __call__(self) -> float:
        """Return the value at the current arguments, and overwrite the gradient.

        Raises:
            PlaceError: `take` got an index outside of its table.
        """
        self._run()
        return self._value(0)


class BoundRows:
    """Value and gradient of a program over rows, at arrays that stay at one address.

    Attributes:
        gradient: Arrays with the structure of the gradient; each call overwrites them.
    """

    def __init__(self, rows: Rows, transform: Transform) -> None:
        self._rows, self._target = rows, rows.target(transform)
        self._value, *self._sums = self._target.arrays
        if len(self._target.sums) != len(self._target.arrays):
            raise GraphError(
                "bind on rows needs a program with reduce, and arguments that the rows share to "
                "differentiate with respect to.",
                remedy='compile the function with reduce="sum" or reduce="mean"',
            )
        arrays = iter(self._sums)
        structure = transform.structure(each_argument(rows.paths.structures))
        self.gradient = build(structure, lambda leaf: next(arrays))

    def __call__(self, which: Int64s | None = None) -> float:
        """Return the sum or mean over the rows, and overwrite the gradient.

        Args:
            which: The indices of the rows that count, int64, in the order in which they are added;
                None for all.

        Raises:
            PlaceError: `take` got an index outside of its table.
        """
        rows = self._rows
        rows.fill(self._target, which)
        if rows.reduce != "mean":
            return self._value.item()
        count = (rows.count if which is None else len(which)) or nan
        for array in self._sums:
            array /= count
        return self._value.item() / count
