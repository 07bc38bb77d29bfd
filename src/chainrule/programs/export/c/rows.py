"""A program as C for many rows: loops over blocks of rows, which a compiler vectorises.

A call of the C library can't be vectorised, so each such call has a loop of its own, and the
arithmetic between calls has long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...run.layout import LANES
from ...trace.tape import INPUT
from ..columns import Nodes
from .functions import Functions
from .layout import Layout, allocated, folded, indented, rows_head
from .statements import PathWriter, Statement, Workspace

BLOCK = 16
"""How many rows are computed together; the workspace of a block stays in the cache."""

LONGEST = 25
"""The largest number of statements in a loop, since compilers take more than linear time."""

LONGEST_FUNCTION = 100
"""The largest number of statements in all loops of a function."""


class RowsWriter(PathWriter):
    """Writes the loops of a path without conditions and tables."""

    def __init__(
        self, name: str, nodes: Nodes, outputs: list[int], layout: Layout, functions: Functions
    ) -> None:
        super().__init__(name, nodes, outputs, functions)
        self.layout = layout
        self.lanes = {output: lane for lane, output in enumerate(layout.sums)}
        self.parts = list(self._cut())
        self.space = Workspace(self.parts)

    def input(self, number: int) -> str:
        return f"x{number}" if self.layout.inputs[number].is_shared else f"x{number}[i]"

    # ---- the statements --------------------------------------------------------------------------

    def _cut(self) -> Iterator[list[Statement]]:
        """The operations in parts, each of which holds either calls or arithmetic."""
        phase = [0] * len(self.nodes)  # the longest chain of calls before it
        groups: dict[tuple[int, bool], list[Statement]] = {}
        results: dict[int, list[Statement]] = {}
        for index, node in enumerate(self.outputs):
            results.setdefault(self.nodes.original(node), []).append(self._result(index, node))
        for node in self.nodes.in_order():
            if not self.local[node]:
                continue
            statement = self.operation(node)
            phase[node] = max((phase[x] + self._is_call(x) for x in statement.uses), default=0)
            group = groups.setdefault((phase[node], self._is_call(node)), [])
            group += [statement, *results.pop(node, ())]
        last = [statement for statements in results.values() for statement in statements]
        for group in (*(groups[key] for key in sorted(groups)), last):
            yield from (group[k : k + LONGEST] for k in range(0, len(group), LONGEST))

    def _is_call(self, node: int) -> bool:
        return bool(self.local[node]) and self.functions.is_call(self.nodes.ops[node])

    def _result(self, index: int, node: int) -> Statement:
        if index in self.lanes:
            line = f"sums[{self.lanes[index]} * {LANES} + i] += {self.text(node)};"
        else:
            target = self.layout.target(index, "row", "i")
            line = f"{target} = {self.text(node)}{self.layout.mean};"
        return self.statement(line, node)

    # ---- writing ---------------------------------------------------------------------------------

    def _function(self, name: str, parts: Sequence[Sequence[Statement]]) -> str:
        """A function with the loops of these parts."""
        uses = (node for part in parts for statement in part for node in statement.uses)
        inputs = dict.fromkeys(self.nodes.x[node] for node in uses if self.nodes.ops[node] == INPUT)
        lines = [self._declaration(number) for number in inputs]
        for part in parts:
            lines += self._loops(part)
        body = indented([*_VOIDS, *lines])
        return f"static void {name}(\n    {_HEAD}) {{\n{body}}}\n"

    def _declaration(self, number: int) -> str:
        column = self.layout.inputs[number]
        if column.is_shared:
            return f"const double x{number} = inputs[{column.offset()}];"
        return f"const double *restrict x{number} = inputs + {column.offset('row')};"

    def _loops(self, part: Sequence[Statement]) -> list[str]:
        """The loop of a part; for a part with calls, a loop for each call."""
        slots = self.space.slots
        loads = {n: f"const double v{n} = w[{slots[n]}][i];" for n in self.loads(part)}
        here = {statement.node for statement in part}
        loop = "for (size_t i = 0; i < count; i++) {"
        if not any(node >= 0 and self._is_call(node) for node in here):
            return [loop, *loads.values(), *(x for each in part for x in self._lines(each)), "}"]
        lines: list[str] = []
        for statement in part:
            if statement.node < 0 and here.issuperset(statement.uses):
                lines[-1:-1] = statement.lines  # into the loop of the call
            else:
                own = [loads[node] for node in dict.fromkeys(statement.uses) if node in loads]
                lines += [loop, *own, *self._lines(statement), "}"]
        return lines

    def _lines(self, statement: Statement) -> list[str]:
        node = statement.node
        if node not in self.space.slots:
            return statement.lines
        return [*statement.lines, f"w[{self.space.slots[node]}][i] = v{node};"]

    def write(self) -> str:
        """The functions; the last one, `name`, is for any number of rows."""
        groups: list[list[list[Statement]]] = [[]]
        for part in self.parts:
            if groups[-1] and sum(map(len, groups[-1])) + len(part) > LONGEST_FUNCTION:
                groups.append([])
            groups[-1].append(part)
        functions = {f"{self.name}_{k}": parts for k, parts in enumerate(groups)}
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
