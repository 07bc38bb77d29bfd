"""Matrices of derivatives that are sparse, or too large to be recorded column by column.

Columns without a common row are computed in one direction. A few directions are recorded; for more
of them a machine computes the partials, and a linear map the tangents. The results are the bits
that a recorded matrix has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from ...errors import MissingExtra
from ..derive.linear import grouped
from ..derive.results import is_large
from ..trace.recording import Recording
from ..twin import Machine, Tape, tangents
from .layout import LANES, WIDTH, Layout
from .lowering import lowered
from .machine import DONE

if TYPE_CHECKING:
    from .layout import Floats, Int32s, Int64s


class Columns:
    """The matrix of the derivatives of `outputs` with respect to `wrt`, nodes of a recording, with
    the interface of a machine. It has an output for each entry, row by row, or only for those that
    can be other than 0. `linear` is the linear map of these nodes.

    Attributes:
        count: How many entries there are.
        pattern: For each output, the columns of its entries that can be other than 0.
    """

    def __init__(
        self,
        recording: Recording,
        wrt: Sequence[int],
        outputs: Sequence[int],
        linear: Any,
        is_dense: bool,
    ) -> None:
        import numpy as np

        tape, inputs = recording.tape, len(wrt)
        self._linear, self._inputs = None, inputs
        self._template: Any = None
        self.pattern = linear.pattern()
        groups = grouped(self.pattern, inputs)
        count = max(groups, default=-1) + 1
        entries = [(row, column) for row, columns in enumerate(self.pattern) for column in columns]
        row, column = np.array(entries, dtype=np.int64).reshape(-1, 2).T
        self._from = np.array(groups, dtype=np.int64)[column] * len(outputs) + row
        if is_large(recording, count):
            linear.prepare(groups)
            self._linear, nodes = linear, linear.partials
            self._directions = (count, len(outputs))
        else:
            moved = [each for k in range(count) for each in _moved(tape, wrt, outputs, groups, k)]
            nodes = [moved[k] for k in self._from.tolist()]
        self._machine, self._count = Machine(*lowered(tape, nodes)), len(nodes)
        self._to = row * inputs + column if is_dense else None
        self.count = inputs * len(outputs) if is_dense else len(entries)

    def point(self, inputs: Floats, outputs: Floats) -> int:
        """Compute the entries at one point; see `Machine.point`."""
        import numpy as np

        numbers = np.empty(self._count)
        code = self._machine.point(inputs, numbers)
        if code != DONE:
            return code
        if self._linear is not None:
            directions = np.empty(self._directions)
            self._linear.run(numbers, directions)
            numbers = directions.reshape(-1)[self._from]
        if self._to is None:
            outputs[...] = numbers
        else:
            outputs[...] = 0.0
            outputs[self._to] = numbers
        return code

    def sparse(self, entries: Floats) -> Any:
        """The matrix with these entries in SciPy's CSR format."""
        if self._template is None:
            self._template = _template(self.pattern, self._inputs)
        matrix = copy(self._template)
        matrix.data, matrix.indices = entries, self._template.indices.copy()
        matrix.indptr = self._template.indptr.copy()
        return matrix

    def bind(
        self, inputs: Floats, outputs: Floats, otherwise: Callable[[int], Any]
    ) -> Callable[[], Any]:
        """A function that calls `point` on these arrays; see `Machine.bind`."""

        def bound() -> Any:
            code = self.point(inputs, outputs)
            return None if code == DONE else otherwise(code)

        return bound

    def rows(
        self,
        sources: Layout,
        targets: Layout,
        rows: int,
        which: Int64s | None = None,
        failed: Int32s | None = None,
    ) -> int:
        """Compute the entries for each row, one after the other; see `Machine.rows`."""
        import numpy as np

        outputs, lanes, failures = np.empty(self.count), np.zeros((LANES, self.count)), 0
        moves = targets.stride != 0
        for k, row in enumerate(range(rows) if which is None else which.tolist()):
            code = self.point(np.array(sources.row(row)), outputs)
            failures += code != DONE
            if failed is not None:
                failed[k] = code
            if code == DONE:
                lanes[k % LANES] += outputs
                _write(targets, (targets.offset + row * targets.stride) // WIDTH, moves, outputs)
        while len(lanes) > 1:
            lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
        _write(targets, targets.offset // WIDTH, ~moves, lanes[0])
        return failures


def _moved(
    tape: Tape, wrt: Sequence[int], outputs: Sequence[int], groups: Sequence[int], group: int
) -> list[int]:
    """Record the derivatives of the outputs along the direction of a group."""
    chosen = [node for node, each in zip(wrt, groups) if each == group]
    return tangents(tape, chosen, [tape.constant(1.0)] * len(chosen), outputs)


def _template(pattern: list[list[int]], columns: int) -> Any:
    """A sparse matrix with this pattern."""
    import numpy as np

    try:
        from scipy.sparse import csr_array  # type: ignore[import-untyped]  # it has no types
    except ImportError:
        raise MissingExtra("SciPy", "sparse=True") from None
    ends = np.cumsum([0, *map(len, pattern)]).astype(np.int32)
    indices = np.array([column for row in pattern for column in row], dtype=np.int32)
    return csr_array((np.zeros(len(indices)), indices, ends), shape=(len(pattern), columns))


def _write(targets: Layout, at: Int64s, chosen: Any, numbers: Floats) -> None:
    """Write some numbers at their indices in the arrays of a layout."""
    for number, array in enumerate(targets.arrays):
        mine = chosen & (targets.leaf == number)
        array.reshape(-1)[at[mine]] = numbers[mine]
