"""The comment at the beginning of a C file: how its functions are called."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from .layout import Column, Layout, head

MOST_NAMES = 60
"""Of more names the middle is left out."""

WIDTH = 100


class Described(NamedTuple):
    """What the comment says.

    Attributes:
        name: Of the C function.
        program: What was written.
        paths: How many paths were recorded.
        inputs: The names of the inputs.
        slopes: The names of those that the gradient is by.
        layout: Where the numbers of rows lie.
    """

    name: str
    program: Any
    paths: int
    inputs: list[str]
    slopes: list[str]
    layout: Layout

    def text(self) -> str:
        """The comment."""
        lines = [*self._point(), "", *self._rows(), ""]
        lines += [
            "Build with: cc -O3 -march=native -ffp-contract=off -fno-math-errno -fno-trapping-math",
            "With -ffp-contract=off the numbers are those of the program, bit for bit"
            + (self._unlike() or "."),
        ]
        safe = [line.replace("*/", "* /").replace("/*", "/ *") for line in lines]
        return "/*" + "\n".join(f" * {line}".rstrip() for line in safe)[2:] + "\n */\n"

    def _unlike(self) -> str:
        if self.paths > 1 and self.layout.sums:
            return ";\nsums over rows of several paths are added up in another order."
        return ""

    def _point(self) -> list[str]:
        paths = f"{self.paths} recorded path{'s' * (self.paths != 1)}"
        return [
            f"Value and gradient of {self.program.__name__}, written by chainrule out of {paths}.",
            "",
            point_head(self.name),
            *_entry("inputs", _listed(self.inputs)),
            *_entry("value", "one number"),
            *_entry("gradient", _listed(self.slopes).replace(": ", ", by ", 1)),
            *_entry(
                "returns",
                "0; 1 where a condition has an answer that was not recorded; 2 where an index is "
                "outside of its table; 3 where memory is short. Unless it is 0 nothing is written.",
            ),
        ]

    def _rows(self) -> list[str]:
        reduce = self.program.reduce
        value = f"the {reduce} over the rows, one number" if reduce else "one number a row"
        return [
            head(f"{self.name}_rows"),
            *_entry("rows", "how many rows there are"),
            *_entry("inputs", _order("inputs", self.layout.inputs, self.inputs)),
            *_entry("values", value),
            *_entry("gradients", _order("gradients", self.layout.outputs[1:], self.slopes)),
            *_entry(
                "returns", "how many rows could not be computed: they are nan, and so are sums"
            ),
        ]


def point_head(name: str) -> str:
    """The head of the function for one point."""
    return f"int {name}(const double *inputs, double *value, double *gradient)"


def _entry(name: str, text: str) -> list[str]:
    """A name, and beside it what it is."""
    return wrap(f"  {name:<10}{text}", WIDTH, subsequent_indent=" " * 12)


def _listed(names: Sequence[str]) -> str:
    """How many numbers there are, and their names."""
    count = f"{len(names)} number{'s' * (len(names) != 1)}"
    return f"{count}: {_shortened(names)}" if names else count


def _shortened(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMES:
        names = [*names[:3], "...", names[-1]]
    return ", ".join(names)


def _order(array: str, columns: Sequence[Column], names: Sequence[str]) -> str:
    """Where the numbers of all rows lie."""
    once = [name for column, name in zip(columns, names) if column.is_shared]
    each = [name for column, name in zip(columns, names) if not column.is_shared]
    if not once:
        return f"number k of row r is {array}[k * rows + r], k as above"
    if not each:
        return f"as above, one number each for all rows: {_shortened(once)}"
    return (
        f"as above, one after the other: one number each for all rows of {_shortened(once)}; "
        f"rows numbers each of {_shortened(each)}"
    )
