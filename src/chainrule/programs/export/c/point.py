"""One path of a program as C for one point: straight-line code, cut into functions.

A C compiler takes more than linear time for a long function, so a long path is cut. Values that
cross a cut are kept in a workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...trace.tape import ENTRY, INPUT, SCATTER, TAKE
from ..columns import Nodes
from .functions import Functions
from .layout import allocated
from .statements import PathWriter, Statement, Workspace

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


class PointWriter(PathWriter):
    """Writes one path for one point."""

    def __init__(self, name: str, nodes: Nodes, outputs: list[int], functions: Functions) -> None:
        super().__init__(name, nodes, outputs, functions)
        self.tables: dict[int, tuple[str, int, int]] = {}  # array, start, step
        self.regions: dict[int, int] = {}
        self.size = 0  # of the tables and regions in the workspace
        lines = list(self._statements())
        self.parts = [lines[k : k + LONGEST] for k in range(0, len(lines), LONGEST)] or [[]]
        self.space = Workspace(self.parts, self.size)

    def input(self, number: int) -> str:
        return f"inputs[{number}]"

    def text(self, node: int) -> str:
        original = self.nodes.original(node)
        if self.nodes.ops[original] == ENTRY:
            return f"w[{self.regions[self.nodes.x[original]] + self.nodes.y[original]}]"
        return super().text(original)

    # ---- the statements --------------------------------------------------------------------------

    def _statements(self) -> Iterator[Statement]:
        guards = self.nodes.guards_after()
        for node in self.nodes.in_order():
            if self.nodes.ops[node] == TAKE:
                yield from self._fill(self.nodes.x[node])
                yield self._take(node)
            elif self.nodes.ops[node] == SCATTER:
                yield from self._scatter(node)
            elif self.local[node]:
                yield self.operation(node)
            for guard in guards.get(node, ()):
                condition, outcome = self.nodes.arrays.guards[guard]
                failed = f"{self.text(condition)} {'==' if outcome else '!='} 0.0"
                yield self.statement(f"if ({failed}) return {guard};", condition)
        for index, node in enumerate(self.outputs):
            target = f"gradient[{index - 1}]" if index else "*value"
            yield self.statement(f"{target} = {self.text(node)};", node)

    def _reserve(self, count: int) -> int:
        self.size += count
        return self.size - count

    def _fill(self, table: int) -> Iterator[Statement]:
        """The entries of a table, at its first use. Evenly spaced inputs are read directly."""
        if table in self.tables:
            return
        entries = self.originals(self.nodes.arrays.tables[table])
        if all(self.nodes.ops[node] == INPUT for node in entries):
            numbers = [self.nodes.x[node] for node in entries]
            steps = {b - a for a, b in pairwise(numbers)} or {0}
            if len(steps) == 1:
                self.tables[table] = "inputs", numbers[0], steps.pop()
                return
        start = self._reserve(len(entries))
        self.tables[table] = "w", start, 1
        for index, node in enumerate(entries, start):
            yield self.statement(f"w[{index}] = {self.text(node)};", node)

    def _take(self, node: int) -> Statement:
        table, index = self.nodes.x[node], self.nodes.y[node]
        array, start, step = self.tables[table]
        entry = f"{f'{start} + ' if start else ''}{f'{step} * ' if step != 1 else ''}i{node}"
        lines = self._position(f"i{node}", index, len(self.nodes.arrays.tables[table]))
        lines.append(f"const double v{node} = {array}[{entry}];")
        return Statement(lines, self.originals([index]), node)

    def _scatter(self, node: int) -> Iterator[Statement]:
        length, pairs = self.nodes.arrays.scatters[self.nodes.x[node]]
        self.regions[node] = start = self._reserve(length)
        yield self.statement(f"for (long i = {start}; i < {start + length}; i++) w[i] = 0.0;")
        for number, (index, summand) in enumerate(pairs):
            lines = self._position(f"i{node}_{number}", index, length)
            lines.append(f"w[{start} + i{node}_{number}] += {self.text(summand)};")
            yield Statement(lines, self.originals([index, summand]))

    def _position(self, name: str, index: int, length: int) -> list[str]:
        """The declaration of an index, which is checked."""
        return [
            f"const long {name} = position({self.text(index)}, {length});",
            f"if ({name} < 0) return {FAULT};",
        ]

    # ---- writing ---------------------------------------------------------------------------------

    def write(self) -> str:
        """The functions of the path. The last one, `name`, returns the number of the first guard
        that has the other outcome, or DONE, FAULT or NO_MEMORY."""
        head = "const double *restrict inputs, double *restrict value, double *restrict gradient"
        if len(self.parts) == 1 and not self.space.size:
            return _function(self.name, head, self._body(self.parts[0]))
        texts = [
            _function(f"{self.name}_{number}", f"{head}, double *restrict w", self._body(part))
            for number, part in enumerate(self.parts)
        ]
        calls = [
            f"if (code == {DONE}) code = {self.name}_{number}(inputs, value, gradient, w);"
            for number in range(len(self.parts))
        ]
        start, end = allocated("w", self.space.size, NO_MEMORY)
        body = [f"int code = {DONE};", *start, *calls, *end]
        texts.append(_function(self.name, head, body, "return code;"))
        return "\n".join(texts)

    def _body(self, part: Sequence[Statement]) -> list[str]:
        slots = self.space.slots
        lines = [f"const double v{node} = w[{slots[node]}];" for node in self.loads(part)]
        for statement in part:
            lines += statement.lines
            if statement.node in slots:
                lines.append(f"w[{slots[statement.node]}] = v{statement.node};")
        return lines


def _function(name: str, head: str, body: Sequence[str], end: str = f"return {DONE};") -> str:
    lines = "".join(f"    {line}\n" for line in (*_unused(head, body), *body, end))
    return f"static int {name}(\n    {head}) {{\n{lines}}}\n"


def _unused(head: str, body: Sequence[str]) -> Iterator[str]:
    """Statements that keep a compiler from warning about unused parameters."""
    text = "\n".join(body)
    for name in ("inputs", "value", "gradient", "w"):
        if f"restrict {name}" in head and not re.search(rf"\b{name}\b", text):
            yield f"(void){name};"
