"""What the tour is made of: chapters of words, equations and code; and what they show once run.

The script is data. `running` runs it, and the two renderers, `terminal` and `page`, show what came
out. No number is typed into it: prose names an expression in braces, such as `{a.grad}`, and code
is run to get its results.

In prose `*x*` is a mathematical letter, `**so**` is stressed, and a piece in backquotes is code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 74
"""A line of code with its result is no wider than this, to fit a terminal of 80 columns."""


@dataclass(frozen=True)
class Say:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Equation:
    """One line of mathematics; `mathematics` says how it is written."""

    text: str


@dataclass(frozen=True)
class Run:
    """Code that is shown and run; each line that is an expression is followed by its result.

    Attributes:
        code: Python, one or more statements.
        picture: The name of the picture's file, where the code ends in a drawing or a plot.
        caption: What is written below the picture or the table.
        alone: Whether the code itself is not shown, only what comes of it.
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
    """Whether a quick tour leaves it out."""


# ---- what came out ------------------------------------------------------------------------------


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
    """A line of code and the result that belongs behind it, empty where there is none."""

    code: str
    result: str = ""

    @property
    def comment(self) -> str:
        """The result as a comment: behind the code, or below where it would reach too far."""
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
