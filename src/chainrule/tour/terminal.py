"""The tour in a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from ..verdict.result_table import text_table
from .mathematics import as_text
from .pictures import NEW
from .script import Code, Equation, Picture, Remark, Report, Say, Section, Shown, Table, text_for

WIDEST = 100
"""Longer lines of prose are tiring to read."""

NARROWEST = 40

_MARKS = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<letter>[^*]+)\*|`(?P<code>[^`]+)`")
_STYLES = {"strong": "bold", "letter": "italic", "code": "cyan"}


class Terminal:
    """Prints sections.

    Args:
        console: The console to print to.
        folder: The folder of the pictures, as shown.
    """

    def __init__(self, console: Console, folder: str) -> None:
        self.console = console
        self.folder = folder
        self.width = max(NARROWEST, min(console.width, WIDEST))

    def text_of(self, printer: Callable[[], None]) -> str:
        """Return what a function prints, with the terminal's codes for styles."""
        with self.console.capture() as text:
            printer()
        return text.get()

    def introduction(self, title: str, chapters: int) -> None:
        """Print the title, and how to go on."""
        self.console.print(Text(title, "bold"))
        self.console.print()
        words = (
            f"{chapters} chapters. `chainrule tour 4` prints only the fourth. `chainrule tour "
            "--open` shows them all in the browser, where most graphs are live: step through them, "
            "change their numbers, set a gradient."
        )
        self.console.print(styled(words), width=self.width)

    def section(self, section: Section) -> None:
        """Print a chapter."""
        self.console.print()
        self.console.print(
            Rule(f"[bold]{section.number}  {section.title}", align="left", style="dim"),
            width=self.width,
        )
        for shown in section.shown:
            self.console.print()
            self.show(shown)

    def show(self, shown: Shown) -> None:
        """Print one thing."""
        match shown:
            case Say(text):
                self.console.print(styled(text), width=self.width)
            case Equation(text):
                self.console.print(Padding(Text(as_text(text), "italic"), (0, 4)))
            case Code():
                self._plain(self._code(shown))
            case Table():
                self._table(shown)
            case Report():
                self._plain(_indented(Text(shown.text(max(self.console.width, self.width) - 4))))
            case Picture():
                self._picture(shown)
            case Remark(text):
                self.console.print(Text(text, "dim"), width=self.width)

    def summary(self, lines: Iterable[str]) -> None:
        """Print the closing lines."""
        self.console.print()
        self.console.print(Rule(style="dim"), width=self.width)
        for line in lines:
            self.console.print(Text(line), soft_wrap=True)

    def _plain(self, text: Text) -> None:
        """Print lines that must not be wrapped: a wrapped drawing can't be read."""
        self.console.print(text, soft_wrap=True, crop=False, no_wrap=True, overflow="ignore")

    def _table(self, table: Table) -> None:
        right = [column for column in range(len(table.headings)) if table.is_right(column)]
        text = Text(text_table(table.headings, table.rows, right))
        text.stylize("dim", 0, text.plain.find("\n"))
        self._plain(_indented(text))
        if table.caption:
            self.console.print()
            self._caption(styled(table.caption, "dim"))

    def _caption(self, text: Text) -> None:
        self.console.print(Padding(text, (0, 4), expand=False), width=self.width)

    def _picture(self, picture: Picture) -> None:
        if picture.text:
            text = Text(picture.text)
            text.highlight_regex(f"(?m)^.*  {NEW}$", "bold")
            self._plain(text)
            self.console.print()
        self._caption(styled(f"**{picture.title}.** {picture.caption}", "dim"))
        self._caption(Text(f"{self.folder}/{picture.files[0]}", "dim"))

    def _code(self, code: Code) -> Text:
        """Code with its results."""
        text = Text()
        for line in code.lines:
            text.append(f"    {line.code}".rstrip(), "cyan")
            text.append(line.comment(self.width - 6).replace("\n", "\n    "), "green")
            text.append("\n")
        text.rstrip()
        return text


def styled(text: str, base: str = "") -> Text:
    """Return prose with its marks turned into styles."""
    text = text_for("terminal", text)
    styled_text = Text(style=base)
    end = 0
    for match in _MARKS.finditer(text):
        styled_text.append(text[end : match.start()])
        kind = str(match.lastgroup)
        styled_text.append(match[kind], _STYLES[kind])
        end = match.end()
    styled_text.append(text[end:])
    return styled_text


def _indented(text: Text) -> Text:
    """Lines that begin as far right as code does."""
    return Text("\n").join([Text("    ") + line for line in text.split("\n")])
