"""Runs the script: executes code, fills numbers into prose, draws and writes pictures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent, fill
from typing import Any

from ..drawing.drawing import Drawing
from ..drawing.view import View
from ..errors import MissingExtra
from ..explanation import Explanation, Steps
from ..numerals import format_short
from ..verdict.result_table import ResultTable
from .pictures import Gallery
from .script import (
    WIDTH,
    Chapter,
    Code,
    Line,
    Remark,
    Report,
    Run,
    Section,
    Shown,
    Step,
    Table,
)
from .tables import stored_result


class Runner:
    """Runs chapters, one after the other, in one namespace.

    Args:
        gallery: Where pictures go.
        names: The namespace at the start.
        torch: Whether code that needs PyTorch is run; else its stored results are shown.
    """

    def __init__(self, gallery: Gallery, names: dict[str, Any], torch: bool = False) -> None:
        self.gallery = gallery
        self.names = names
        self.torch = torch

    def chapter(self, chapter: Chapter, number: int) -> Section:
        """Run a chapter and return what it shows."""
        shown = [shown for step in chapter.steps for shown in self.step(step)]
        return Section(number, self.fill(chapter.title), shown)

    def step(self, step: Step) -> Iterator[Shown]:
        """Run a step and yield what it shows, in reading order."""
        if isinstance(step, Run):
            yield from self.run(step)
        else:
            yield replace(step, text=self.fill(step.text))

    def fill(self, text: str) -> str:
        """Replace the expressions in braces by their numbers.

        `{x}` is written short and with a true minus, `{x!p}` in parentheses if it is negative, and
        `{x!r}` as Python prints it.
        """

        def number(match: re.Match[str]) -> str:
            # The script belongs to this package; no user's text is evaluated here.
            x = eval(match["expression"], self.names)
            if match["how"] == "!r":
                return repr(x)
            return f"({format_short(x)})" if match["how"] and x < 0 else format_short(x)

        text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
        return re.sub(r"\{(?P<expression>[^{}]+?)(?P<how>![rp])?\}", number, text)

    def run(self, step: Run) -> Iterator[Shown]:
        """Execute code; yield it with its results, then its tables and pictures."""
        code = dedent(step.code).strip()
        results: dict[int, str] = {}
        exhibits: list[Shown] = []
        for statement in ast.parse(code).body:
            try:
                is_stored = step.needs_torch and not self.torch
                value = stored_result(statement) if is_stored else self.execute(statement)
            except MissingExtra as error:
                exhibits.append(Remark(str(error).replace("\n  remedy ", " To see it:")))
                continue
            if value is None:
                continue
            if exhibit := self.exhibit(value, step):
                exhibits.append(exhibit)
            else:
                results[statement.end_lineno or 0] = as_printed(value)
        if not step.alone:
            lines = enumerate(code.split("\n"), 1)
            yield Code([Line(text, results.get(number, "")) for number, text in lines])
        yield from exhibits

    def execute(self, statement: ast.stmt) -> Any:
        """Execute a statement; return its value if it is an expression.

        What the script imports from this package is in the namespace already, with plots that
        belong to no window.
        """
        if isinstance(statement, ast.ImportFrom):
            return None
        if isinstance(statement, ast.Expr):
            return eval(compile(ast.Expression(statement.value), "<tour>", "eval"), self.names)
        exec(compile(ast.Module([statement], []), "<tour>", "exec"), self.names)
        return None

    def exhibit(self, value: Any, step: Run) -> Shown | None:
        """Return a value as a table, a report or a picture; None if a line of text shows it."""
        caption = self.fill(step.caption)
        match value:
            case Explanation() | Steps():
                return Report(value.text, value._repr_html_())
            case ResultTable():
                caption = caption or value.headline()
                return Table(value.HEADINGS, value.cells(), caption, value.RIGHT)
            case Table():
                return replace(value, caption=caption)
            case Remark():
                return value
        if isinstance(value, Drawing | View) or hasattr(value, "figure"):
            return self.gallery.save(value, step.picture, caption)
        return None


def as_printed(value: Any) -> str:
    """Return a result as Python prints it, wrapped if it is long."""
    return fill(repr(value), WIDTH - 2, subsequent_indent="    ", break_long_words=False)
