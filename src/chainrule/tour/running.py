"""Running the script: code is executed, prose gets its numbers, pictures are drawn and written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import dedent, fill
from typing import Any

from ..errors import MissingExtra
from ..numerals import format_short
from ..verdict import Nudges
from .pictures import Gallery
from .script import (
    WIDTH,
    Chapter,
    Code,
    Equation,
    Formula,
    Line,
    Paragraph,
    Remark,
    Run,
    Say,
    Section,
    Shown,
    Step,
    Table,
    TableShown,
)


class Runner:
    """Runs chapters, one after the other, in one namespace.

    Args:
        gallery: Where pictures go.
        names: What the code finds there to begin with.
    """

    def __init__(self, gallery: Gallery, names: dict[str, Any]) -> None:
        self.gallery = gallery
        self.names = names

    def chapter(self, chapter: Chapter, number: int) -> Section:
        """Run a chapter and return what it shows."""
        section = Section(number, self.fill(chapter.title))
        for step in chapter.steps:
            section.shown.extend(self.step(step))
        return section

    def step(self, step: Step) -> Iterator[Shown]:
        """Run a step and yield what it shows, in the order in which it is read."""
        if isinstance(step, Say):
            yield Paragraph(self.fill(step.text))
        elif isinstance(step, Equation):
            yield Formula(self.fill(step.text))
        else:
            yield from self.run(step)

    def fill(self, text: str) -> str:
        """Put numbers in the place of the expressions in braces.

        `{x}` is written short and with a true minus, `{x!p}` in parentheses where it is negative,
        and `{x!r}` as Python prints it.
        """

        def number(match: re.Match[str]) -> str:
            # The script is this package's own; nothing that a user wrote is evaluated here.
            found = eval(match["expression"], self.names)
            if match["how"] == "!r":
                return repr(found)
            return f"({format_short(found)})" if match["how"] and found < 0 else format_short(found)

        text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
        return re.sub(r"\{(?P<expression>[^{}]+?)(?P<how>![rp])?\}", number, text)

    def run(self, step: Run) -> Iterator[Shown]:
        """Execute code; yield it with its results, then the tables and pictures that it made."""
        code = dedent(step.code).strip()
        results: dict[int, str] = {}
        exhibits: list[Shown] = []
        for statement in ast.parse(code).body:
            try:
                found = self.execute(statement)
            except MissingExtra as error:
                exhibits.append(Remark(str(error).replace("\n  remedy ", " To see it:")))
                continue
            if found is None:
                continue
            exhibit = self.exhibit(found, step)
            if exhibit is not None:
                exhibits.append(exhibit)
            else:
                results[statement.end_lineno or 0] = written(found)
        if not step.alone:
            yield Code(
                [Line(text, results.get(row, "")) for row, text in enumerate(code.split("\n"), 1)]
            )
        yield from exhibits

    def execute(self, statement: ast.stmt) -> Any:
        """Execute a statement; return its value where it is an expression."""
        if isinstance(statement, ast.Expr):
            return eval(compile(ast.Expression(statement.value), "<tour>", "eval"), self.names)
        exec(compile(ast.Module([statement], []), "<tour>", "exec"), self.names)
        return None

    def exhibit(self, found: Any, step: Run) -> Shown | None:
        """What is shown as more than a line of text."""
        caption = self.fill(step.caption)
        if isinstance(found, Table):
            return TableShown(found, caption)
        if isinstance(found, Nudges):
            table = Table(Nudges.HEADINGS, found.cells())
            return TableShown(table, caption or found.title)
        if isinstance(found, Remark):
            return found
        if hasattr(found, "pipe") or hasattr(found, "get_figure"):
            return self.gallery.hang(found, step.picture, caption)
        return None


def written(found: Any) -> str:
    """A result as Python prints it; a long one on several lines."""
    return fill(repr(found), WIDTH - 2, subsequent_indent="    ", break_long_words=False)
