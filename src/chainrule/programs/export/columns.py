"""A tape as columns, for its readers: which nodes count, and when conditions are tested."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from ...errors import GraphError
from ..trace.tape import CALL, COPY, ENTRY, OVERRIDE, SCATTER, TAKE, Arrays


class Nodes:
    """A tape, and which of its nodes are needed.

    Attributes:
        ops, x, y, z, values: As in `Arrays`, one entry for each node.
        arrays: The tape.
        live: For each node whether an output or a condition needs it.
    """

    def __init__(self, arrays: Arrays, outputs: Iterable[int]) -> None:
        self.arrays = arrays
        self.ops, self.x, self.y, self.z = (array("i", column) for column in arrays[:4])
        self.values = array("d", arrays.values)
        self.live = self._needed([*outputs, *(node for node, _ in arrays.guards)])

    def __len__(self) -> int:
        return len(self.ops)

    def operands(self, node: int) -> Sequence[int]:
        """The operands of a node; of a TAKE its index, but not its table."""
        op, x, y, z = self.ops[node], self.x[node], self.y[node], self.z[node]
        if op >= 2:
            return (x,) if y < 0 else (x, y) if z < 0 else (x, y, z)
        if op in (COPY, ENTRY, OVERRIDE):
            return (x,)
        if op == CALL:
            return self.arrays.calls[x][1]
        if op == TAKE:
            return (y,)
        if op == SCATTER:
            return [node for pair in self.arrays.scatters[x][1] for node in pair]
        return ()

    def original(self, node: int) -> int:
        """The node itself, or the one that it is a copy of."""
        while self.ops[node] in (COPY, OVERRIDE):
            node = self.x[node]
        return node

    def refuse_calls(self, purpose: str) -> None:
        """Refuse calls of functions outside, which are Python."""
        for node in self.in_order():
            if self.ops[node] == CALL:
                name = self.arrays.calls[self.x[node]][0].external.name
                raise GraphError(
                    f"the program calls {name}, a function outside of it, so it can't {purpose}.",
                    remedy=f"write {name} with operations that can be recorded",
                )

    def in_order(self) -> Iterator[int]:
        """The nodes that count, operands before their users."""
        return (node for node, is_live in enumerate(self.live) if is_live)

    def _needed(self, roots: Iterable[int]) -> bytearray:
        live = bytearray(len(self))
        tables = bytearray(len(self.arrays.tables))
        for node in roots:
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

    def guards_after(self) -> dict[int, list[int]]:
        """For a node, the guards that can be tested once it is computed.

        Guards keep their order: each comes after its condition and after the guard before it.
        """
        guards: dict[int, list[int]] = {}
        last = -1
        for number, (condition, _) in enumerate(self.arrays.guards):
            last = max(last, condition)
            guards.setdefault(last, []).append(number)
        return guards
