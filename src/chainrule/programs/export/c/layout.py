"""Where the numbers of rows lie for a program that is written as C, and how sums are made of
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

LANES = 64
"""A sum over rows is made in so many lanes, as the machines do; then they are folded."""

MOST_ON_STACK = 4096
"""A workspace of more numbers is allocated."""


class Column(NamedTuple):
    """Where a number of each row lies: one number after the other, those of all rows together; a
    number that all rows share is there once.

    Attributes:
        shared: How many numbers before it are there once.
        rows: How many numbers before it are there for each row.
        is_shared: Whether it is there once itself.
    """

    shared: int
    rows: int
    is_shared: bool

    def place(self, *more: str) -> str:
        """The index of its first number, in C, and what is added to it."""
        terms = [str(self.shared)] * bool(self.shared)
        terms += [f"{self.rows} * rows" if self.rows > 1 else "rows"] * bool(self.rows)
        return " + ".join([*terms, *more]) or "0"


def columns(shared: Sequence[bool]) -> list[Column]:
    """Where numbers lie, for each of which it is said whether all rows share it."""
    found, once = [], 0
    for number, is_shared in enumerate(shared):
        found.append(Column(once, number - once, is_shared))
        once += is_shared
    return found


class Layout(NamedTuple):
    """Where everything lies.

    Attributes:
        inputs: The inputs.
        outputs: The value, then the gradient.
        is_mean: Whether sums are divided by the number of rows.
    """

    inputs: list[Column]
    outputs: list[Column]
    is_mean: bool

    def target(self, place: int, *row: str) -> str:
        """A result in C: `gradients[2 * rows + row]`."""
        return f"{'gradients' if place else 'values'}[{self.outputs[place].place(*row)}]"

    @property
    def mean(self) -> str:
        """What stands behind a number that is divided by the number of rows."""
        return " / (double)rows" if self.is_mean else ""

    @property
    def sums(self) -> list[int]:
        """The results that are summed over the rows."""
        return [place for place, column in enumerate(self.outputs) if column.is_shared]


def head(name: str) -> str:
    """The head of the function for rows."""
    return f"size_t {name}(size_t rows, const double *inputs, double *values, double *gradients)"


def folded(layout: Layout, sums: str) -> Iterator[str]:
    """The lanes added up, and stored."""
    for lane, place in enumerate(layout.sums):
        yield f"{layout.target(place)} = fold({sums} + {lane * LANES}){layout.mean};"


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
    """The statements that begin and end the life of a workspace.

    Args:
        name: What it is called.
        size: How many numbers it has.
        failing: What is returned where memory is short.
    """
    if size <= MOST_ON_STACK:
        return [f"double {name}[{max(1, size)}];"], []
    start = f"double *{name} = malloc({size} * sizeof *{name});"
    return [start, f"if (!{name}) return {failing};"], [f"free({name});"]


def indented(lines: Sequence[str]) -> str:
    """Lines of a body, indented by their braces."""
    depth, text = 1, []
    for line in lines:
        depth -= line.startswith("}")
        text.append("    " * depth + line + "\n")
        depth += line.endswith("{")
    return "".join(text)
