"""The parts of the tour: chapters of prose, equations and code, and the results to show.

The script is data. `running` runs it, and two renderers, `terminal` and `page`, show the results.
It contains no typed results: prose has expressions in braces, such as `{a.grad}`, and code is run.

In prose `*x*` is a mathematical letter, `**so**` is bold, and text in backquotes is code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 74
"""The widest line of code with its result; it fits a terminal of 80 columns."""


@dataclass(frozen=True)
class Say:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Equation:
    """One line of mathematics in the notation of `mathematics.py`."""

    text: str


@dataclass(frozen=True)
class Run:
    """Code to show and run; the result follows each line that is an expression.

    Attributes:
        code: Python, one or more statements.
        picture: The name of the picture's file, if the code ends in a drawing or a plot.
        caption: The text below the picture or the table.
        alone: Whether to show only the result, without the code.
    """

    code: str
    picture: str = ""
    caption: str = ""
    alone: bool = False


Step = Say | Equation | Run


@dataclass(frozen=True)
class Chapter:
    """A part of the tour with a heading."""

    title: str
    steps: Sequence[Step]
    at_length: bool = False
    """Whether a quick tour skips it."""


# ---- results ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Rows of text below headings; the first column is words, the others are numbers."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Paragraph:
    """Prose with its numbers."""

    text: str


@dataclass(frozen=True)
class Formula:
    """An equation with its numbers."""

    text: str


@dataclass(frozen=True)
class Line:
    """A line of code and its result; empty if it has none."""

    code: str
    result: str = ""

    @property
    def comment(self) -> str:
        """The result as a comment: after the code, or below it if the line would be too long."""
        if not self.result:
            return ""
        if "\n" not in self.result and len(self.code) + len(self.result) + 4 <= WIDTH:
            return f"  # {self.result}"
        return "".join(f"\n# {line}" for line in self.result.split("\n"))


@dataclass(frozen=True)
class Code:
    """Lines of code with their results."""

    lines: Sequence[Line]


@dataclass(frozen=True)
class TableShown:
    """A table with its caption."""

    table: Table
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture with its caption.

    Attributes:
        number: Its number in the tour, from 1.
        name: The name of its files, without what follows the dot.
        caption: What is written below it.
        svg: The SVG document.
        text: The same for a terminal; empty for a plot.
        files: The files that it was written to.
    """

    number: int
    name: str
    caption: str
    svg: str
    text: str = ""
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Remark:
    """Something that could not be shown, and why."""

    text: str


Shown = Paragraph | Formula | Code | TableShown | Picture | Remark


@dataclass
class Section:
    """A chapter as it came out."""

    number: int
    title: str
    shown: list[Any] = field(default_factory=list)
