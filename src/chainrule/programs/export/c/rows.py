"""A program as C for many rows: loops over blocks of rows, which a compiler vectorises.

A call of the C library can't be vectorised, so each such call has a loop of its own, and the
arithmetic between calls has long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...run.layout import LANES
from ...trace.tape import CONSTANT, INPUT
from ..columns import Nodes
from .functions import Functions, literal
from .layout import Layout, allocated, folded, indented, rows_head
from .point import Item, Workspace

BLOCK = 16
"""How many rows are computed together; the workspace of a block stays in the cache."""

LONGEST = 25
"""The largest number of statements in a loop, since compilers take more than linear time."""

LONGEST_FUNCTION = 100
"""The largest number of statements in all loops of a function."""


class RowsWriter:
    """Writes the loops of a path without conditions and tables.

    Args:
        name: The prefix of its functions.
        nodes: The tape.
        outputs: The nodes of the results: of the value, then of the gradient.
        layout: Where everything is.
        functions: Writes the operations.
    """

    def __init__(
        self, name: str, nodes: Nodes, outputs: list[int], layout: Layout, functions: Functions
    ) -> None:
        self.name = name
        self.nodes = nodes
        self.outputs = outputs
        self.layout = layout
        self.functions = functions
        self.local = bytearray(op >= 2 for op in nodes.ops)
        self.lanes = {output: lane for lane, output in enumerate(layout.sums)}
        self.parts = list(self._cut())
        self.space = Workspace(self.parts, self.local)

    def _cut(self) -> Iterator[list[Item]]:
        """The operations in parts, each of which holds either calls or arithmetic."""
        nodes = self.nodes
        phase = [0] * len(nodes)  # the longest chain of calls before it
        groups: dict[tuple[int, bool], list[Item]] = {}
        results: dict[int, list[Item]] = {}
        for index, node in enumerate(self.outputs):
            node = nodes.original(node)
            uses = [node] if self.local[node] else []
            results.setdefault(node, []).append(Item("out", node, index, uses))
        for node in nodes.in_order():
            if not self.local[node]:
                continue
            operands = [nodes.original(each) for each in nodes.operands(node)]
            uses = [each for each in operands if self.local[each]]
            is_call = self.functions.is_call(nodes.ops[node])
            phase[node] = max(
                (phase[each] + self.functions.is_call(nodes.ops[each]) for each in uses), default=0
            )
            group = groups.setdefault((phase[node], is_call), [])
            group.append(Item("node", node, 0, uses))
            group += results.pop(node, ())
        last = [item for items in results.values() for item in items]
        for group in (*(groups[key] for key in sorted(groups)), last):
            yield from (group[k : k + LONGEST] for k in range(0, len(group), LONGEST))

    # ---- writing ---------------------------------------------------------------------------------

    def text(self, node: int) -> str:
        """A node as an operand in C."""
        node = self.nodes.original(node)
        op, x = self.nodes.ops[node], self.nodes.x[node]
        if op == CONSTANT:
            return literal(self.nodes.values[node])
        if op == INPUT:
            return f"x{x}" if self.layout.inputs[x].is_shared else f"x{x}[i]"
        return f"v{node}"

    def _functions(self) -> Iterator[list[list[Item]]]:
        """The parts, with short ones grouped."""
        together: list[list[Item]] = []
        for part in self.parts:
            if together and sum(map(len, together)) + len(part) > LONGEST_FUNCTION:
                yield together
                together = []
            together.append(part)
        yield together

    def _function(self, name: str, parts: Sequence[Sequence[Item]]) -> str:
        """A function with the loops of these parts."""
        read = {
            self.nodes.x[node]: None
            for part in parts
            for item in part
            for node in map(self.nodes.original, self._read(item))
            if self.nodes.ops[node] == INPUT
        }
        lines = [self._declared(x) for x in read]
        for part in parts:
            lines += self._loops(part)
        body = indented([*_VOIDS, *lines])
        return f"static void {name}(\n    {_HEAD}) {{\n{body}}}\n"

    def _loops(self, part: Sequence[Item]) -> list[str]:
        """The loop of a part; for a part with calls, a loop for each call."""
        here = {item.node for item in part if item.kind == "node"}
        loads = {node: None for item in part for node in item.uses if node not in here}
        loaded = {n: f"const double v{n} = w[{self.space.slots[n]}][i];" for n in loads}
        loop = "for (size_t i = 0; i < count; i++) {"
        if not any(self.functions.is_call(self.nodes.ops[node]) for node in here):
            statements = [line for item in part for line in self._statements(item)]
            return [loop, *loaded.values(), *statements, "}"]
        lines: list[str] = []
        for item in part:
            if item.kind == "out" and item.node in here:
                lines[-1:-1] = self._statements(item)  # into the loop of the call
            else:
                own = [loaded[node] for node in dict.fromkeys(item.uses) if node in loaded]
                lines += [loop, *own, *self._statements(item), "}"]
        return lines

    def _read(self, item: Item) -> Sequence[int]:
        return self.nodes.operands(item.node) if item.kind == "node" else [item.node]

    def _declared(self, number: int) -> str:
        column = self.layout.inputs[number]
        if column.is_shared:
            return f"const double x{number} = inputs[{column.offset()}];"
        return f"const double *restrict x{number} = inputs + {column.offset('row')};"

    def _statements(self, item: Item) -> Iterator[str]:
        node = item.node
        if item.kind == "node":
            operands = [self.text(each) for each in self.nodes.operands(node)]
            yield f"const double v{node} = {self.functions.write(self.nodes.ops[node], operands)};"
            if node in self.space.slots:
                yield f"w[{self.space.slots[node]}][i] = v{node};"
        elif item.number in self.lanes:
            yield f"sums[{self.lanes[item.number]} * {LANES} + i] += {self.text(node)};"
        else:
            target = self.layout.target(item.number, "row", "i")
            yield f"{target} = {self.text(node)}{self.layout.mean};"

    def write(self) -> str:
        """The functions; the last one, `name`, is for any number of rows."""
        functions = {f"{self.name}_{k}": parts for k, parts in enumerate(self._functions())}
        slots, lanes = max(1, self.space.size) * BLOCK, len(self.lanes) * LANES
        start, end = allocated("space", slots + lanes, "rows")
        passed = f"rows, row, count, inputs, values, gradients, w, sums + row % {LANES}"
        lines = [
            *start,
            f"double (*w)[{BLOCK}] = (double (*)[{BLOCK}])space, *sums = space + {slots};",
            f"for (size_t i = 0; i < {lanes}; i++) sums[i] = 0.0;" if lanes else "(void)sums;",
            f"for (size_t row = 0; row < rows; row += {BLOCK}) {{",
            f"const size_t count = rows - row < {BLOCK} ? rows - row : {BLOCK};",
            *(f"{name}({passed});" for name in functions),
            "}",
            *folded(self.layout, "sums"),
            *end,
            "return 0;",
        ]
        texts = [self._function(name, parts) for name, parts in functions.items()]
        return "\n".join([*texts, f"{rows_head(self.name)} {{\n{indented(lines)}}}\n"])


_HEAD = (
    "size_t rows, size_t row, size_t count, const double *restrict inputs,\n"
    "    double *restrict values, double *restrict gradients,\n"
    f"    double (*restrict w)[{BLOCK}], double *restrict sums"
)
_VOIDS = [
    "(void)rows, (void)row, (void)inputs, (void)values, (void)gradients, (void)w, (void)sums;"
]


def one_by_one(name: str, layout: Layout) -> str:
    """The function for rows of a program with conditions or tables: one row after the other."""
    lanes = {output: lane * LANES for lane, output in enumerate(layout.sums)}
    count, results = len(layout.inputs), len(layout.outputs)
    start, end = allocated("space", count + results + len(lanes) * LANES, "rows")
    lines = ["size_t failed = 0;", *start]
    lines.append(f"double *x = space, *out = x + {count}, *sums = out + {results};")
    total = len(lanes) * LANES
    lines.append(f"for (int i = 0; i < {total}; i++) sums[i] = 0.0;" if lanes else "(void)sums;")
    lines.append("for (size_t row = 0; row < rows; row++) {")
    for number, column in enumerate(layout.inputs):
        row = [] if column.is_shared else ["row"]
        lines.append(f"x[{number}] = inputs[{column.offset(*row)}];")
    lines += [f"if ({name}(x, out, out + 1)) {{", "failed++;"]
    lines += [f"for (int i = 0; i < {results}; i++) out[i] = NAN;", "}"]
    for output in range(results):
        if output in lanes:
            lines.append(f"sums[{lanes[output]} + row % {LANES}] += out[{output}];")
        else:
            lines.append(f"{layout.target(output, 'row')} = out[{output}]{layout.mean};")
    lines += ["}", *folded(layout, "sums"), *end, "return failed;"]
    return f"{rows_head(name + '_rows')} {{\n{indented(lines)}}}\n"
