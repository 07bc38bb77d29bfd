"""The parts of the tour: chapters of prose, equations and code, and the results to show.

The chapters are Markdown: a heading, then paragraphs, equations between `$$`, and blocks of Python,
each with its caption as a quotation below it. After the word `python` comes `alone` if only the
result is shown, and the name of the picture's file if the code ends in a drawing or a plot.

`running` runs them, and two renderers, `terminal` and `page`, show the results. No result is typed:
prose has expressions in braces, such as `{a.grad}`, and code is run. In prose `*x*` is a
mathematical letter, `**so**` is bold, and text in backquotes is code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 74
"""The widest line of code with its result; it fits a terminal of 80 columns."""

_BLOCK = re.compile(
    r"^# (?P<title>.+?)(?P<at_length> \(not in a quick tour\))?$"
    r"|^\$\$ (?P<equation>.+) \$\$$"
    r"|^```python(?P<alone> alone)?(?: (?P<picture>\S+))?\n(?P<code>(?:.*\n)*?)```$"
    r"(?:\n\n(?P<caption>(?:> .+\n)+))?"
    r"|^(?P<prose>(?:.+\n)+)",
    re.MULTILINE,
)


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
    """A part of the tour with a heading; a quick tour skips those at length."""

    title: str
    steps: list[Step]
    at_length: bool = False


def read_chapters(text: str) -> list[Chapter]:
    """Read the chapters of a Markdown file."""
    chapters: list[Chapter] = []
    for block in _BLOCK.finditer(text):
        if block["title"]:
            chapters.append(Chapter(block["title"], [], bool(block["at_length"])))
        elif block["equation"]:
            chapters[-1].steps.append(Equation(block["equation"]))
        elif block["prose"]:
            chapters[-1].steps.append(Say(" ".join(block["prose"].splitlines())))
        else:
            caption = " ".join(line[2:] for line in (block["caption"] or "").splitlines())
            run = Run(block["code"], block["picture"] or "", caption, bool(block["alone"]))
            chapters[-1].steps.append(run)
    return chapters


# ---- results ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Rows of text below headings; the first column is words, the others are numbers."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


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
class Picture:
    """A picture with its caption.

    Attributes:
        number: Its number in the tour, from 1.
        name: The name of its files, without their extension.
        caption: The text below it.
        svg: The SVG document.
        text: The picture for a terminal; empty for a plot.
        files: The names of its files.
        upright: The same drawing from top to bottom, for a narrow page; empty for a plot.
    """

    number: int
    name: str
    caption: str
    svg: str
    text: str = ""
    files: Sequence[str] = ()
    upright: str = ""


@dataclass(frozen=True)
class Remark:
    """Something that could not be shown, and why."""

    text: str


Shown = Say | Equation | Code | Table | Picture | Remark


@dataclass(frozen=True)
class Section:
    """A chapter with its results."""

    number: int
    title: str
    shown: Sequence[Shown]
