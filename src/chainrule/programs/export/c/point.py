"""One path of a program as C for one point: straight-line code, cut into functions.

A C compiler takes more than linear time for a long function, so a long path is cut. Values that
cross a cut are kept in a workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...trace.tape import CONSTANT, ENTRY, INPUT, SCATTER, TAKE
from ..columns import Nodes
from .functions import Functions, literal
from .layout import allocated

LONGEST = 200
"""The largest number of statements in a function."""

DONE, FAULT, NO_MEMORY = "-1", "-2", "-3"

POSITION = """/* The entry of a table for an index, which may count from the end as in Python; -1
 * if it is not a whole number within the table. */
static inline long position(double index, long length) {
    if (!(index >= -length && index < length) || index != floor(index)) {
        return -1;
    }
    return index < 0.0 ? (long)index + length : (long)index;
}
"""


class Item(NamedTuple):
    """A statement to write.

    Attributes:
        kind: "node", "guard", "fill" (an entry of a table), "zero" (a region of sums), "sum" (a
            number added in a region), "out" (a result).
        node: Its node: of a guard the condition, of a result the node that is returned.
        number: The number of the guard, entry, pair or result.
        uses: The nodes that it reads.
    """

    kind: str
    node: int
    number: int
    uses: Sequence[int]


class Workspace:
    """Slots for the nodes that cross a cut.

    Args:
        parts: The items, part by part.
        local: For each node whether it is a local variable of the part that computes it.
        start: The first free slot.

    Attributes:
        slots: The slot of each node that crosses a cut.
        size: How many slots there are.
    """

    def __init__(self, parts: Sequence[Sequence[Item]], local: bytearray, start: int = 0) -> None:
        self.slots: dict[int, int] = {}
        self.size = start
        last: dict[int, int] = {}
        for number, part in enumerate(parts):
            for item in part:
                for node in item.uses:
                    last[node] = number
        ends: dict[int, list[int]] = {}
        free: list[int] = []
        for number, part in enumerate(parts):
            for item in part:
                node = item.node
                if item.kind == "node" and local[node] and last.get(node, -1) > number:
                    if free:
                        self.slots[node] = free.pop()
                    else:
                        self.slots[node] = self.size
                        self.size += 1
                    ends.setdefault(last[node], []).append(self.slots[node])
            free += ends.pop(number, ())


class PointWriter:
    """Writes one path.

    Args:
        name: The prefix of its functions.
        nodes: The tape.
        outputs: The nodes of the results: of the value, then of the gradient.
        functions: Writes the operations.
    """

    def __init__(self, name: str, nodes: Nodes, outputs: list[int], functions: Functions) -> None:
        self.name = name
        self.nodes = nodes
        self.outputs = outputs
        self.functions = functions
        self.tables: dict[int, tuple[str, int, int]] = {}  # array, start, step
        self.regions: dict[int, int] = {}
        self.size = 0  # of the tables and regions in the workspace
        self.local = bytearray(op >= 2 or op == TAKE for op in nodes.ops)
        items = list(self._items())
        self.parts = [items[k : k + LONGEST] for k in range(0, len(items), LONGEST)] or [[]]
        self.space = Workspace(self.parts, self.local, self.size)

    # ---- the statements --------------------------------------------------------------------------

    def _items(self) -> Iterator[Item]:
        nodes, arrays = self.nodes, self.nodes.arrays
        guards = nodes.guards_after()
        for node in nodes.in_order():
            op, x = nodes.ops[node], nodes.x[node]
            if op == TAKE:
                yield from self._fill(x)
            if op == SCATTER:
                length, pairs = arrays.scatters[x]
                self.regions[node] = self._reserved(length)
                yield Item("zero", node, 0, ())
                for index, pair in enumerate(pairs):
                    yield Item("sum", node, index, self._used(pair))
            elif self.local[node]:
                yield Item("node", node, 0, self._used(nodes.operands(node)))
            for guard in guards.get(node, ()):
                condition = arrays.guards[guard][0]
                yield Item("guard", condition, guard, self._used((condition,)))
        for index, node in enumerate(self.outputs):
            yield Item("out", node, index, self._used((node,)))

    def _reserved(self, count: int) -> int:
        self.size += count
        return self.size - count

    def _used(self, operands: Sequence[int]) -> list[int]:
        """The local variables among operands."""
        originals = map(self.nodes.original, operands)
        return [node for node in originals if self.local[node]]

    def _fill(self, table: int) -> Iterator[Item]:
        """The entries of a table, at its first use. Evenly spaced inputs are read directly."""
        if table in self.tables:
            return
        entries = [self.nodes.original(node) for node in self.nodes.arrays.tables[table]]
        if all(self.nodes.ops[node] == INPUT for node in entries):
            numbers = [self.nodes.x[node] for node in entries]
            steps = {b - a for a, b in pairwise(numbers)} or {0}
            if len(steps) == 1:
                self.tables[table] = "inputs", numbers[0], steps.pop()
                return
        start = self._reserved(len(entries))
        self.tables[table] = "w", start, 1
        for index, node in enumerate(entries, start):
            yield Item("fill", node, index, self._used((node,)))

    # ---- writing ---------------------------------------------------------------------------------

    def text(self, node: int) -> str:
        """A node as an operand in C."""
        node = self.nodes.original(node)
        op = self.nodes.ops[node]
        if op == INPUT:
            return f"inputs[{self.nodes.x[node]}]"
        if op == CONSTANT:
            return literal(self.nodes.values[node])
        if op == ENTRY:
            return f"w[{self.regions[self.nodes.x[node]] + self.nodes.y[node]}]"
        return f"v{node}"

    def _statements(self, item: Item) -> Iterator[str]:
        node, arrays = item.node, self.nodes.arrays
        if item.kind == "node":
            yield from self._computed(node)
            if node in self.space.slots:
                yield f"w[{self.space.slots[node]}] = v{node};"
        elif item.kind == "guard":
            comparison = "==" if arrays.guards[item.number][1] else "!="
            yield f"if ({self.text(node)} {comparison} 0.0) return {item.number};"
        elif item.kind == "fill":
            yield f"w[{item.number}] = {self.text(node)};"
        elif item.kind == "zero":
            length, start = arrays.scatters[self.nodes.x[node]][0], self.regions[node]
            yield f"for (long i = {start}; i < {start + length}; i++) w[i] = 0.0;"
        elif item.kind == "sum":
            length, pairs = arrays.scatters[self.nodes.x[node]]
            index, number = map(self.text, pairs[item.number])
            local = f"i{node}_{item.number}"
            yield f"const long {local} = position({index}, {length});"
            yield f"if ({local} < 0) return {FAULT};"
            yield f"w[{self.regions[node]} + {local}] += {number};"
        else:
            target = f"gradient[{item.number - 1}]" if item.number else "*value"
            yield f"{target} = {self.text(node)};"

    def _computed(self, node: int) -> Iterator[str]:
        if self.nodes.ops[node] == TAKE:
            array, start, step = self.tables[self.nodes.x[node]]
            length = len(self.nodes.arrays.tables[self.nodes.x[node]])
            yield f"const long i{node} = position({self.text(self.nodes.y[node])}, {length});"
            yield f"if (i{node} < 0) return {FAULT};"
            index = f"{f'{start} + ' if start else ''}{f'{step} * ' if step != 1 else ''}i{node}"
            yield f"const double v{node} = {array}[{index}];"
        else:
            operands = [self.text(each) for each in self.nodes.operands(node)]
            yield f"const double v{node} = {self.functions.write(self.nodes.ops[node], operands)};"

    def write(self) -> str:
        """The functions of the path. The last one, `name`, returns the number of the first guard
        that has the other outcome, or DONE, FAULT or NO_MEMORY."""
        head = "const double *restrict inputs, double *restrict value, double *restrict gradient"
        if len(self.parts) == 1 and not self.space.size:
            body = [line for item in self.parts[0] for line in self._statements(item)]
            return _function(self.name, head, body)
        texts = []
        for number, part in enumerate(self.parts):
            body = self._loads(part)
            body += [line for item in part for line in self._statements(item)]
            texts.append(_function(f"{self.name}_{number}", f"{head}, double *restrict w", body))
        calls = [
            f"if (code == {DONE}) code = {self.name}_{number}(inputs, value, gradient, w);"
            for number in range(len(self.parts))
        ]
        start, end = allocated("w", self.space.size, NO_MEMORY)
        body = [f"int code = {DONE};", *start, *calls, *end]
        texts.append(_function(self.name, head, body, "return code;"))
        return "\n".join(texts)

    def _loads(self, part: Sequence[Item]) -> list[str]:
        """The values that a part reads from the workspace."""
        here = {item.node for item in part if item.kind == "node"}
        needed = dict.fromkeys(node for item in part for node in item.uses if node not in here)
        return [f"const double v{node} = w[{self.space.slots[node]}];" for node in needed]


def _function(name: str, head: str, body: Sequence[str], end: str = f"return {DONE};") -> str:
    lines = "".join(f"    {line}\n" for line in (*_unused(head, body), *body, end))
    return f"static int {name}(\n    {head}) {{\n{lines}}}\n"


def _unused(head: str, body: Sequence[str]) -> Iterator[str]:
    """Statements that keep a compiler from warning about unused parameters."""
    text = "\n".join(body)
    for name in ("inputs", "value", "gradient", "w"):
        if f"restrict {name}" in head and not re.search(rf"\b{name}\b", text):
            yield f"(void){name};"
