"""The parts of the tour: chapters of prose, equations and code, and the results to show.

The chapters are Markdown: a heading, then paragraphs, equations between `$$`, and blocks of Python,
each with its caption as a quotation below it. After the word `python` comes `alone` if only the
result is shown, `torch` if the code needs PyTorch,
and the name of the picture's file if the code ends in a drawing or a plot. Names
such as `by-hand-0`, `by-hand-1-L` and `by-hand-2-d-f` are the stages of one figure: the first ends
in `show(L)`, the others in `draw_dot(L)`, and the text between them leads from one to the next.

`running` runs them, and two renderers, `terminal` and `page`, show the results. No result is typed:
prose has expressions in braces, such as `{a.grad}`, and code is run. In prose `*x*` is a
mathematical letter, `**so**` is bold, and text in backquotes is code. `<page>so</page>` is for the
page alone, and `<terminal>so</terminal>` for the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 74
"""The widest line of code with its result; it fits a terminal of 80 columns, and the page."""

_BLOCK = re.compile(
    r"^# (?P<title>.+)$"
    r"|^\$\$ (?P<equation>.+) \$\$$"
    r"|^```python(?P<alone> alone)?(?P<torch> torch)?(?: (?P<picture>\S+))?\n"
    r"(?P<code>(?:.*\n)*?)```$"
    r"(?:\n\n(?P<caption>(?:> .+\n)+))?"
    r"|^(?P<prose>(?:.+\n)+)",
    re.MULTILINE,
)


def text_for(renderer: str, text: str) -> str:
    """Return prose as the 'page' or the 'terminal' shows it."""
    return re.sub(
        r"<(page|terminal)>(.*?)</\1>", lambda match: match[2] * (match[1] == renderer), text
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
        needs_torch: Whether it runs only where PyTorch is installed; else its results are stored.
    """

    code: str
    picture: str = ""
    caption: str = ""
    alone: bool = False
    needs_torch: bool = False


Step = Say | Equation | Run


@dataclass(frozen=True)
class Chapter:
    """A part of the tour with a heading."""

    title: str
    steps: list[Step]


def read_chapters(text: str) -> list[Chapter]:
    """Read the chapters of a Markdown file."""
    chapters: list[Chapter] = []
    for block in _BLOCK.finditer(text):
        if block["title"]:
            chapters.append(Chapter(block["title"], []))
        elif block["equation"]:
            chapters[-1].steps.append(Equation(block["equation"]))
        elif block["prose"]:
            chapters[-1].steps.append(Say(" ".join(block["prose"].splitlines())))
        else:
            caption = " ".join(line[2:] for line in (block["caption"] or "").splitlines())
            flags = bool(block["alone"]), bool(block["torch"])
            chapters[-1].steps.append(Run(block["code"], block["picture"] or "", caption, *flags))
    return chapters


# ---- results ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Rows of text below headings.

    Attributes:
        right: The indices of the columns that are aligned right; by default all but the first.
        caption: The text below the table.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    right: Sequence[int] | None = None

    def is_right(self, column: int) -> bool:
        """Whether a column is aligned right, as numbers are."""
        return column > 0 if self.right is None else column in self.right


@dataclass(frozen=True)
class Report:
    """What `explain` or `steps` returned.

    Attributes:
        text: Its text for a terminal with this number of columns.
        html: A fragment of HTML.
    """

    text: Callable[[int], str]
    html: str


@dataclass(frozen=True)
class Line:
    """A line of code and its result; empty if it has none."""

    code: str
    result: str = ""

    def comment(self, width: int = WIDTH) -> str:
        """The result as a comment: after the code, or below it if the line would be too long."""
        if not self.result:
            return ""
        if "\n" not in self.result and len(self.code) + len(self.result) + 4 <= width:
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
        view: The data of the interactive view; None if the picture only stands still.
        stage: Which stage of its figure it is, from 0; None if the figure has only one.
        at: How many steps of the backward pass lead to this stage.
    """

    number: int
    name: str
    caption: str
    svg: str
    text: str = ""
    files: Sequence[str] = ()
    upright: str = ""
    view: dict[str, Any] | None = None
    stage: int | None = None
    at: int = 0

    @property
    def title(self) -> str:
        """Its number in words."""
        return f"Figure {self.number}" + (f", step {self.stage}" if self.stage else "")


@dataclass(frozen=True)
class Remark:
    """Something that could not be shown, and why."""

    text: str


Shown = Say | Equation | Code | Table | Report | Picture | Remark


@dataclass(frozen=True)
class Section:
    """A chapter with its results."""

    number: int
    title: str
    shown: Sequence[Shown]
