"""A walk through backpropagation, in the terminal and as one page of HTML with all its pictures.

It leads from the slope of a parabola to a neuron, gradient by gradient, first by hand and then with
`backward`, and from there to a network that is trained.
"""

from __future__ import annotations

import math
import os
import platform
import re
import sys
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import NATIVE, Value, __version__
from ..errors import ChoiceError, WrongType, shorten
from ..files import write_atomically
from ..numerals import listed
from . import tables
from .page import TITLE, page
from .pictures import Gallery, fresh_axes
from .running import Runner
from .script import Chapter, Section, read_chapters

if TYPE_CHECKING:
    from rich.console import Console

CHAPTERS: tuple[Chapter, ...] = tuple(
    chapter
    for part in ("slopes", "gradients", "neuron", "automatic", "training")
    for chapter in read_chapters(files(__package__).joinpath(f"{part}.md").read_text("utf-8"))
)

CLOSING = (
    "Made by `chainrule tour`. Each picture is also a separate file next to this page: SVG for "
    "documents and, if Pillow is installed, PNG for slides."
)


class Tour:
    """The tour, which writes its pictures and its page while it runs.

    Args:
        folder: The folder for the files; created if needed. Files of the same name are replaced.
        quick: Whether to skip what takes long: PNG files, most rows of the sweep, and PyTorch.

    Attributes:
        page: The path of the page.
    """

    def __init__(
        self, folder: str | os.PathLike[str] = "chainrule-tour", *, quick: bool = False
    ) -> None:
        if not isinstance(folder, (str, os.PathLike)):
            got = type(folder).__name__
            raise WrongType(f"the tour needs the name of a folder, but got {got}.")
        if not os.fspath(folder):
            raise ChoiceError(
                "the tour needs the name of a folder, but got an empty one.",
                remedy="name one, or '.' for the folder you are in",
            )
        self.folder = Path(folder)
        self.page = self.folder / "index.html"
        self._gallery = Gallery(self.folder, png=not quick)
        torch = tables.has_torch() and not quick
        self._runner = Runner(self._gallery, _names(quick), torch)
        self._has_page = False

    def sections(self, chapter: int | None = None) -> Iterator[Section]:
        """Run the chapters and yield what they show; at the end, write the page.

        Args:
            chapter: The number of the only one to show; those before it run unseen, and no page is
                written.

        Raises:
            ChoiceError: The tour has no chapter with this number.
            FileError: A file cannot be written. Each file is written whole or not at all.
        """
        if chapter is not None:
            yield self._section(chapter_number(chapter))
            return
        sections = []
        for number, each in enumerate(CHAPTERS, 1):
            sections.append(self._runner.chapter(each, number))
            yield sections[-1]
        content = page(sections, _made_with(), CLOSING).encode()
        write_atomically(self.page, content, makes_folders=True)
        self._has_page = True

    def _section(self, chapter: int) -> Section:
        self._gallery.is_open = False
        for number, each in enumerate(CHAPTERS[: chapter - 1], 1):
            self._runner.chapter(each, number)
        self._gallery.is_open = True
        return self._runner.chapter(CHAPTERS[chapter - 1], chapter)

    def summary(self, chapter: int | None = None) -> list[str]:
        """Return the lines that say which files were written, and how to go on."""
        kinds = [name.rsplit(".", 1)[1].upper() for name in self._gallery.files]
        counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
        if self._has_page:
            counts.append(self.page.name)
            onward = [f"Open {self.page} in the browser to step through the graphs."]
        else:
            onward = ["`chainrule tour --open` shows all chapters in the browser."]
        if chapter and chapter < len(CHAPTERS):
            onward = [
                f"`chainrule tour {chapter + 1}` goes on: {CHAPTERS[chapter].title}.",
                *onward,
            ]
        written = [f"Written to {self.folder}: {listed(counts)}."] if counts else []
        return [*written, *self._gallery.remarks, *onward]


def walk(
    folder: str | os.PathLike[str] = "chainrule-tour",
    *,
    chapter: int | None = None,
    quick: bool = False,
    console: Console | None = None,
    pager: bool = False,
) -> Path:
    """Walk through the tour: print it, and write its pictures and its page.

    Args:
        folder: The folder for the files; created if needed. Files of the same name are replaced.
        chapter: The number of the only chapter to print; then only its pictures are written.
        quick: Whether to skip what takes long: PNG files, most rows of the sweep, and PyTorch.
        console: Where to print; the default is standard output.
        pager: Whether to page the text if it goes to a terminal: with the program that PAGER
            names, or `less`.

    Returns:
        The path of the page.

    Raises:
        ChoiceError: The tour has no chapter with this number.
        FileError: A file cannot be written. Each file is written whole or not at all.
    """
    from rich.console import Console

    from .terminal import Terminal

    if chapter is not None:
        chapter = chapter_number(chapter)
    tour = Tour(folder, quick=quick)
    terminal = Terminal(console or Console(highlight=False), str(tour.folder))
    sections = tour.sections(chapter)
    beginning = [] if chapter else [partial(terminal.introduction, TITLE, len(CHAPTERS))]
    printers = chain(beginning, (partial(terminal.section, section) for section in sections))
    if pager and terminal.console.is_terminal:
        import click

        click.echo_via_pager(map(terminal.text_of, printers))
        for _ in printers:  # what is left if the reader quits early still belongs to the page
            pass
    for printer in printers:
        printer()
    terminal.summary(tour.summary(chapter))
    return tour.page


def open_page(
    folder: str | os.PathLike[str] = "chainrule-tour",
    *,
    chapter: int | None = None,
    quick: bool = False,
) -> Path:
    """Write the tour's page and open it in the browser.

    Args:
        folder: The folder for the files; created if needed. Files of the same name are replaced.
        chapter: The number of the chapter to begin with.
        quick: Whether to skip what takes long: PNG files, most rows of the sweep, and PyTorch.

    Returns:
        The path of the page.

    Raises:
        ChoiceError: The tour has no chapter with this number.
        FileError: A file cannot be written.
    """
    import webbrowser

    if chapter is not None:
        chapter = chapter_number(chapter)
    tour = Tour(folder, quick=quick)
    for _ in tour.sections():
        pass
    address = tour.page.absolute().as_uri() + (f"#chapter-{chapter}" if chapter else "")
    if webbrowser.open(address):
        print(f"Opened {tour.page} in the browser.")
    else:
        print(f"No browser was found to open {tour.page}.", file=sys.stderr)
    return tour.page


def chapter_number(chapter: int | str) -> int:
    """Return the number of a chapter, which may be text as somebody types it.

    Raises:
        ChoiceError: The tour has no such chapter.
    """
    text = str(chapter)
    number = int(text) if re.fullmatch("[0-9]{1,4}", text) else 0
    if 1 <= number <= len(CHAPTERS):
        return number
    shown = text if re.fullmatch("-?[0-9]{1,9}", text) else shorten(text)
    raise ChoiceError(
        f"the tour has chapters 1 to {len(CHAPTERS)}, but no chapter {shown}.",
        remedy="\n".join(["type the number of one of these:", *contents()]),
    )


def contents() -> list[str]:
    """Return a line for each chapter: its number and its title."""
    return [f"{number:4}  {chapter.title}" for number, chapter in enumerate(CHAPTERS, 1)]


def _names(quick: bool) -> dict[str, Any]:
    """The names that the code of the script uses."""
    from .. import nn
    from ..drawing import draw_dot, show
    from ..drawing.curve import plot
    from ..explanation import explain, steps
    from ..graph.evaluation import refresh
    from ..graph.passes import gradients
    from ..graph.traversal import zero_grad
    from ..verdict import ascend, check, nudge, slope

    return {
        "__name__": "tour",
        "Value": Value,
        "ascend": ascend,
        "beside_torch": partial(tables.beside_torch, stored=quick),
        "check": check,
        "convergence": tables.convergence,
        "draw_dot": draw_dot,
        "explain": explain,
        "exponents": (1, 6, 16) if quick else range(1, 17),
        "gradients": gradients,
        "math": math,
        "nn": nn,
        "nudge": nudge,
        "plot": lambda *args, **options: plot(*args, ax=fresh_axes(), **options),
        "refresh": refresh,
        "show": show,
        "slope": slope,
        "squashed": tables.squashed,
        "squashing": tables.squashing,
        "steps": steps,
        "zero_grad": zero_grad,
    }


def _made_with() -> str:
    engine = "compiled" if NATIVE else "interpreted"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"chainrule {__version__} ({engine} engine), {python}"
