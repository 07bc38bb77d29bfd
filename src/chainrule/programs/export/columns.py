"""A tape as columns, for those who read it: which nodes count, and where conditions are asked."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from ..trace.tape import COPY, ENTRY, SCATTER, TAKE, Arrays


def ints(content: bytes) -> array[int]:
    """One column of a tape: operations or operands."""
    made = array("i")
    made.frombytes(content)
    return made


def floats(content: bytes) -> array[float]:
    """The numbers of a tape."""
    made = array("d")
    made.frombytes(content)
    return made


class Nodes:
    """A tape with the nodes on it that something is computed by.

    Attributes:
        ops, x, y, z, values: As in `Arrays`, one entry a node.
        arrays: The tape.
        live: For each node whether an output or a condition needs it.
    """

    def __init__(self, arrays: Arrays, outputs: Iterable[int]) -> None:
        self.arrays = arrays
        self.ops, self.x, self.y, self.z = map(ints, arrays[:4])
        self.values = floats(arrays.values)
        self.live = self._needed([*outputs, *(node for node, _ in arrays.guards)])

    def __len__(self) -> int:
        return len(self.ops)

    def operands(self, node: int) -> Sequence[int]:
        """The nodes that a node is computed from; of a TAKE its index, but not its table."""
        op, x, y, z = self.ops[node], self.x[node], self.y[node], self.z[node]
        if op >= 2:
            return (x,) if y < 0 else (x, y) if z < 0 else (x, y, z)
        if op in (COPY, ENTRY):
            return (x,)
        if op == TAKE:
            return (y,)
        if op == SCATTER:
            return [node for pair in self.arrays.scatters[x][1] for node in pair]
        return ()

    def in_order(self) -> Iterator[int]:
        """The nodes that count, operands before their users."""
        return (node for node, is_live in enumerate(self.live) if is_live)

    def _needed(self, wanted: Iterable[int]) -> bytearray:
        live = bytearray(len(self))
        tables = bytearray(len(self.arrays.tables))
        for node in wanted:
            live[node] = 1
        for node in range(len(self) - 1, -1, -1):
            if not live[node]:
                continue
            for each in self.operands(node):
                live[each] = 1
            if self.ops[node] == TAKE and not tables[self.x[node]]:
                tables[self.x[node]] = 1
                for each in self.arrays.tables[self.x[node]]:
                    live[each] = 1
        return live

    def asked(self) -> dict[int, list[int]]:
        """For a node the guards that are asked when it has been computed.

        A guard is asked after its condition, and after the guard before it.
        """
        found: dict[int, list[int]] = {}
        place = -1
        for number, (condition, _) in enumerate(self.arrays.guards):
            place = max(place, condition)
            found.setdefault(place, []).append(number)
        return found
