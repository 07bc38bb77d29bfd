"""Replaying a tape with other numbers, at one point or for each row of arrays.

This is the interpreted twin; `native/machine.c` and its neighbours compute the same bits, in steps
that are planned in advance.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import PlaceError
from ...table.rules import LEAF, OWN, RULES
from ..trace.tape import (
    CALL,
    CONSTANT,
    COPY,
    ENTRY,
    INPUT,
    OVERRIDE,
    REGIONS,
    SCATTER,
    TAKE,
    Arrays,
    position,
)
from .buffers import columns, floats, fold
from .layout import LANES, Layout

if TYPE_CHECKING:
    from .layout import Floats, Int32s, Int64s

DONE, FAULT = -1, -2
"""How a run ended; any other code is the number of a guard that had the other outcome."""


_Run = Generator[tuple[Any, bytes], bytes, tuple[int, list[float]]]


class Machine:
    """A tape that is ready for replay; `outputs` are the nodes to return, repeated or not. Arrays
    that are not a valid tape are a ValueError."""

    def __init__(self, arrays: Arrays, outputs: Sequence[int]) -> None:
        self._ops, *operands = [array("i", column) for column in arrays[:4]]
        self._values = array("d", arrays.values)
        self._tables, self._scatters, self._calls = arrays.tables, arrays.scatters, arrays.calls
        self._inputs, self._outputs = list(arrays.inputs), list(outputs)
        count = len(self._ops)
        if {len(self._values), *map(len, operands)} != {count}:
            raise ValueError("the columns of the tape have different lengths")
        self._operands = list(zip(*operands))
        guards = [node for node, _ in arrays.guards]
        _check([*self._inputs, *self._outputs, *guards], count)
        if any(self._ops[node] != INPUT for node in self._inputs):
            raise ValueError("the list of inputs contains another node")
        for node in range(count):
            _check(self._used_by(node), node)
        needed = {*self._outputs, *guards}
        for node in reversed(range(count)):
            if node in needed:
                needed.update(self._used_by(node))
        self._steps = sorted(needed)
        self._guards: dict[int, list[tuple[int, int, bool]]] = {}
        after = 0
        for number, (node, outcome) in enumerate(arrays.guards):
            after = max(after, node)  # guards keep their order
            self._guards.setdefault(after, []).append((number, node, bool(outcome)))

    def _used_by(self, node: int) -> list[int]:
        """The operands of a node, all of whose predecessors have been checked."""
        op, (x, y, z) = self._ops[node], self._operands[node]
        if OWN < op < len(RULES):
            return [x, y, z][: len(RULES[op].partials)]
        if op == INPUT:
            _check([x], len(self._inputs))
            return [] if self._inputs[x] == node else [-1]
        if op == CONSTANT:
            return []
        if op in (COPY, OVERRIDE):
            return [x]
        if op == TAKE:
            _check([x], len(self._tables))
            return [y, *self._tables[x]]
        if op == SCATTER:
            _check([x], len(self._scatters))
            return [each for pair in self._scatters[x][1] for each in pair]
        if op == ENTRY:
            _check([x], node)
            _check([y], self._length(x))
            return [x]
        if op == CALL:
            _check([x], len(self._calls))
            return list(self._calls[x][1])
        raise ValueError(f"node {node}: unknown operation")

    def _length(self, region: int) -> int:
        """How many numbers a region has; 0 if the node isn't a region."""
        if self._ops[region] not in REGIONS:
            return 0
        number = self._operands[region][0]
        is_scatter = self._ops[region] == SCATTER
        length: int = self._scatters[number][0] if is_scatter else self._calls[number][2]
        return length

    def _run(self, inputs: Sequence[float]) -> _Run:
        """Run all steps. Return how the run ended, and the outputs if it is DONE. Yield each
        function outside with the numbers for it, and be sent its results.

        Raises:
            PlaceError: An index is outside of its table.
        """
        numbers = list(self._values)
        sums: dict[int, Sequence[float]] = {}
        for node in self._steps:
            op, (x, y, z) = self._ops[node], self._operands[node]
            if op > LEAF:
                rule = RULES[op]
                used = [x, y, z][: len(rule.partials)]
                numbers[node] = float(rule.value(*(numbers[each] for each in used)))
            elif op == INPUT:
                numbers[node] = inputs[x]
            elif op in (COPY, OVERRIDE):
                numbers[node] = numbers[x]
            elif op == TAKE:
                table = self._tables[x]
                numbers[node] = numbers[table[position(numbers[y], len(table))]]
            elif op == SCATTER:
                length, pairs = self._scatters[x]
                sums[node] = total = [0.0] * length
                numbers[node] = 0.0
                for index, number in pairs:
                    total[position(numbers[index], length)] += numbers[number]
            elif op == CALL:
                function, operands, _ = self._calls[x]
                numbers[node] = 0.0
                plain = array("d", [numbers[each] for each in operands])
                sums[node] = array("d", (yield function, plain.tobytes()))
            elif op == ENTRY:
                numbers[node] = sums[x][y]
            for number, condition, outcome in self._guards.get(node, ()):
                if (numbers[condition] != 0) != outcome:
                    return number, []
        return DONE, [numbers[node] for node in self._outputs]

    def run(self, inputs: Sequence[float]) -> tuple[int, list[float]]:
        """Run all steps. Return how the run ended, and the outputs if it is DONE."""
        return self._block([inputs])[0]

    def _block(self, inputs: Sequence[Sequence[float]]) -> list[tuple[int, list[float]]]:
        """Run several rows, and call a function outside for all rows that get to it."""
        runs = [self._run(each) for each in inputs]
        ends: dict[int, tuple[int, list[float]]] = {}
        replies: dict[int, Any] = dict.fromkeys(range(len(runs)))
        while replies:
            requests = {}
            for k, reply in replies.items():
                try:
                    requests[k] = runs[k].send(reply)
                except StopIteration as end:
                    ends[k] = end.value
                except PlaceError:
                    ends[k] = FAULT, []
            replies = {}
            if requests:
                functions, numbers = zip(*requests.values())
                results = functions[0].run(len(requests), b"".join(numbers))
                size = len(results) // len(requests)
                replies = {k: results[i * size : (i + 1) * size] for i, k in enumerate(requests)}
        return [ends[k] for k in range(len(runs))]

    def point(self, inputs: Floats, outputs: Floats) -> int:
        """Compute the outputs at one point, from and to contiguous buffers of float64.

        Returns DONE; or, with nothing written, FAULT for an index outside of its table, or the
        number of the first guard whose outcome differs from the recording.
        """
        source, target = floats(inputs, len(self._inputs)), floats(outputs, len(self._outputs))
        if target.readonly:
            raise ValueError("outputs: a writable buffer is needed")
        code, numbers = self.run(source.tolist())
        if code == DONE:
            target[:] = array("d", numbers)
        return code

    def bind(
        self, inputs: Floats, outputs: Floats, otherwise: Callable[[int], Any]
    ) -> Callable[[], Any]:
        """A function without arguments that calls `point` on these buffers and returns None if it
        is DONE, else `otherwise(code)`."""
        floats(inputs, len(self._inputs)), floats(outputs, len(self._outputs))

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
        """Compute the outputs for each row, and return how many rows are not DONE. These write
        nothing and are left out of the sums, which have `LANES` partial sums.

        Args:
            sources: The layout of the inputs; stride 0 if all rows share one.
            targets: The layout of the outputs; stride 0 for the sum over the rows.
            rows: The number of rows.
            which: Their indices, int64, shape (rows,); None for 0, 1, 2 ...
            failed: Writable int32, shape (rows,), for the code of each row, as `point` returns it.
        """
        numbers = range(rows) if which is None else [int(row) for row in which]
        last = max(numbers, default=-1)
        lengths = {len(numbers), len(numbers if failed is None else failed)}
        if lengths != {rows} or min(numbers, default=0) < 0:
            raise ValueError(f"{rows} rows, counted from 0, are needed")
        read = columns(sources, len(self._inputs), last, False)
        write = columns(targets, len(self._outputs), last, True)
        sums = [[0.0] * LANES for _ in write]
        failures = 0
        for first in range(0, rows, LANES):
            some = numbers[first : first + LANES]
            ends = self._block(
                [[float(flat[at + row * by]) for flat, at, by in read] for row in some]
            )
            for lane, (row, (code, results)) in enumerate(zip(some, ends)):
                failures += code != DONE
                if failed is not None:
                    failed[first + lane] = code
                for lanes, (flat, at, by), result in zip(sums, write, results):
                    if by:
                        flat[at + row * by] = result
                    else:
                        lanes[lane] += result
        for lanes, (flat, at, by) in zip(sums, write):
            if not by:
                flat[at] = fold(lanes)
        return failures


def _check(nodes: Sequence[int], end: int) -> None:
    for node in nodes:
        if not 0 <= node < end:
            raise ValueError(f"{node} is not within 0 ... {end - 1}")
