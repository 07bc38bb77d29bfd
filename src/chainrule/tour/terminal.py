"""The tour in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from .mathematics import as_text
from .script import WIDTH, Code, Equation, Picture, Remark, Say, Section, Shown, Table

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
        self.width = min(console.width, WIDTH + 6)

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
                self._plain(_code(shown))
            case Table():
                self._table(shown)
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
        shown = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for column, heading in enumerate(table.headings):
            is_left = not column or any("▪" in row[column] for row in table.rows)
            shown.add_column(heading, justify="left" if is_left else "right", no_wrap=True)
        for row in table.rows:
            shown.add_row(*map(Text, row))
        self.console.print(Padding(shown, (0, 0, 0, 4)))
        if table.caption:
            self.console.print(
                Padding(styled(table.caption, "dim"), (1, 4, 0, 4)), width=self.width
            )

    def _picture(self, picture: Picture) -> None:
        if picture.text:
            self._plain(Text(picture.text))
            self.console.print()
        caption = styled(f"**Figure {picture.number}.** {picture.caption}", "dim")
        self.console.print(Padding(caption, (0, 4)), width=self.width)
        self.console.print(Padding(Text(f"{self.folder}/{picture.files[0]}", "dim"), (0, 4)))


def styled(text: str, base: str = "") -> Text:
    """Return prose with its marks turned into styles."""
    styled_text = Text(style=base)
    end = 0
    for match in _MARKS.finditer(text):
        styled_text.append(text[end : match.start()])
        kind = str(match.lastgroup)
        styled_text.append(match[kind], _STYLES[kind])
        end = match.end()
    styled_text.append(text[end:])
    return styled_text


def _code(code: Code) -> Text:
    """Code with its results."""
    text = Text()
    for line in code.lines:
        text.append(f"    {line.code}".rstrip(), "cyan")
        text.append(line.comment.replace("\n", "\n    "), "green")
        text.append("\n")
    text.rstrip()
    return text
