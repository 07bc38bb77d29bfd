"""Where the numbers of rows are in the arrays of the C functions, and the C of sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...run.layout import LANES

MAX_ON_STACK = 4096
"""A larger workspace is allocated."""


class Column(NamedTuple):
    """Where a number of each row is: one number after the other, each for all rows, or only once if
    all rows share it. `shared` and `rows` count the numbers of both kinds before this one."""

    shared: int
    rows: int
    is_shared: bool

    def offset(self, *more: str) -> str:
        """The index of its first number in C, plus more terms."""
        terms = [str(self.shared)] * bool(self.shared)
        terms += [f"{self.rows} * rows" if self.rows > 1 else "rows"] * bool(self.rows)
        return " + ".join([*terms, *more]) or "0"


def columns(shared: Sequence[bool]) -> list[Column]:
    """Where numbers are, given whether all rows share each of them."""
    result, once = [], 0
    for number, is_shared in enumerate(shared):
        result.append(Column(once, number - once, is_shared))
        once += is_shared
    return result


class Layout(NamedTuple):
    """Where inputs and outputs are: the value is output 0, the gradient follows. `is_mean` says
    whether sums are divided by the number of rows."""

    inputs: list[Column]
    outputs: list[Column]
    is_mean: bool

    def target(self, output: int, *row: str) -> str:
        """An output in C: `gradients[2 * rows + row]`."""
        return f"{'gradients' if output else 'values'}[{self.outputs[output].offset(*row)}]"

    @property
    def mean(self) -> str:
        """The division of an output by the number of rows, if there is one."""
        return " / (double)rows" if self.is_mean else ""

    @property
    def sums(self) -> list[int]:
        """The outputs that are summed over the rows."""
        return [output for output, column in enumerate(self.outputs) if column.is_shared]


def rows_head(name: str) -> str:
    """The head of the function for rows."""
    return f"size_t {name}(size_t rows, const double *inputs, double *values, double *gradients)"


def folded(layout: Layout, sums: str) -> Iterator[str]:
    """Statements that add the lanes up and store the sums."""
    for lane, output in enumerate(layout.sums):
        yield f"{layout.target(output)} = fold({sums} + {lane * LANES}){layout.mean};"


FOLD = """/* The sum of the lanes, by halves. */
static double fold(double *lanes) {
    for (int i = 0; i < 32; i++) lanes[i] += lanes[i + 32];
    for (int i = 0; i < 16; i++) lanes[i] += lanes[i + 16];
    for (int i = 0; i < 8; i++) lanes[i] += lanes[i + 8];
    for (int i = 0; i < 4; i++) lanes[i] += lanes[i + 4];
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}
"""


def allocated(name: str, size: int, failing: str) -> tuple[list[str], list[str]]:
    """The statements before and after the use of a workspace of `size` numbers; `failing` is
    returned if memory is short."""
    if size <= MAX_ON_STACK:
        return [f"double {name}[{max(1, size)}];"], []
    start = f"double *{name} = malloc({size} * sizeof *{name});"
    return [start, f"if (!{name}) return {failing};"], [f"free({name});"]


def indented(lines: Sequence[str]) -> str:
    """The lines of a function body, indented by their braces."""
    depth, text = 1, []
    for line in lines:
        depth -= line.startswith("}")
        text.append("    " * depth + line + "\n")
        depth += line.endswith("{")
    return "".join(text)
