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
from .script import WIDTH, Code, Formula, Paragraph, Picture, Remark, Section, Shown, TableShown

_MARKS = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<letter>[^*]+)\*|`(?P<code>[^`]+)`")
_STYLES = {"strong": "bold", "letter": "italic", "code": "cyan"}


class Terminal:
    """Prints sections as they come.

    Args:
        console: Where to.
        folder: The folder of the pictures, as it is shown.
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
        if isinstance(shown, Paragraph):
            self.console.print(styled(shown.text), width=self.width)
        elif isinstance(shown, Formula):
            self.console.print(Padding(Text(as_text(shown.text), "italic"), (0, 4)))
        elif isinstance(shown, Code):
            self._plain(_code(shown))
        elif isinstance(shown, TableShown):
            self._table(shown)
        elif isinstance(shown, Picture):
            self._picture(shown)
        else:
            assert isinstance(shown, Remark)
            self.console.print(Text(shown.text, "dim"), width=self.width)

    def summary(self, lines: Iterable[str]) -> None:
        """Print what was written where."""
        self.console.print()
        self.console.print(Rule(style="dim"), width=self.width)
        for line in lines:
            self.console.print(Text(line), soft_wrap=True)

    def _plain(self, text: Text) -> None:
        """Print lines that must not be broken: a drawing that is cut in two cannot be read."""
        self.console.print(text, soft_wrap=True, crop=False, no_wrap=True, overflow="ignore")

    def _table(self, shown: TableShown) -> None:
        table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for place, heading in enumerate(shown.table.headings):
            marks = any("▪" in row[place] for row in shown.table.rows)
            table.add_column(
                heading, justify="left" if not place or marks else "right", no_wrap=True
            )
        for row in shown.table.rows:
            table.add_row(*map(Text, row))
        self.console.print(Padding(table, (0, 0, 0, 4)))
        if shown.caption:
            self.console.print(
                Padding(styled(shown.caption, "dim"), (1, 4, 0, 4)), width=self.width
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
    made = Text(style=base)
    place = 0
    for match in _MARKS.finditer(text):
        made.append(text[place : match.start()])
        kind = str(match.lastgroup)
        made.append(match[kind], _STYLES[kind])
        place = match.end()
    made.append(text[place:])
    return made


def _code(code: Code) -> Text:
    """Code with its results."""
    made = Text()
    for line in code.lines:
        made.append(f"    {line.code}".rstrip(), "cyan")
        made.append(line.comment.replace("\n", "\n    "), "green")
        made.append("\n")
    made.rstrip()
    return made
