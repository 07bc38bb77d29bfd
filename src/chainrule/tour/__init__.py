"""A walk through backpropagation, in the terminal and as one page of HTML with all its pictures.

It leads from the slope of a parabola to a neuron, gradient by gradient, first by hand and then with
`backward`, and from there to a network that is trained.
"""

from __future__ import annotations

import math
import os
import platform
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import NATIVE, Value, __version__
from ..errors import WrongType
from ..files import write_atomically
from . import tables
from .page import page
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


def walk(
    folder: str | os.PathLike[str] = "chainrule-tour",
    *,
    quick: bool = False,
    console: Console | None = None,
) -> Path:
    """Walk through the tour: print it, and write its pictures and its page.

    Args:
        folder: The folder for the files; created if needed. Files of the same name are replaced.
        quick: Whether to skip what takes long: PNG files, most rows of the sweep, and PyTorch.
        console: Where to print; the default is standard output.

    Returns:
        The path of the page.

    Raises:
        FileError: A file cannot be written. Each file is written whole or not at all.
    """
    from rich.console import Console

    from .terminal import Terminal

    if not isinstance(folder, (str, os.PathLike)):
        raise WrongType(f"the tour needs the name of a folder, but got {type(folder).__name__}.")
    folder = Path(folder)
    terminal = Terminal(console or Console(highlight=False), str(folder))
    gallery = Gallery(folder, png=not quick)
    runner = Runner(gallery, _names(quick))
    chapters = [chapter for chapter in CHAPTERS if not (quick and chapter.at_length)]
    sections: list[Section] = []
    for number, chapter in enumerate(chapters, 1):
        section = runner.chapter(chapter, number)
        terminal.section(section)
        sections.append(section)
    path = folder / "index.html"
    content = page(sections, _made_with(), CLOSING).encode()
    write_atomically(path, content, makes_folders=True)
    terminal.summary(_summary(gallery, path))
    return path


def _names(quick: bool) -> dict[str, Any]:
    """The names that the code of the script uses."""
    from .. import nn
    from ..drawing import draw_dot
    from ..drawing.curve import plot
    from ..graph.evaluation import refresh
    from ..graph.passes import gradients
    from ..verdict import ascend, nudge, slope

    return {
        "__name__": "tour",
        "Value": Value,
        "ascend": ascend,
        "beside_torch": tables.beside_torch,
        "convergence": tables.convergence,
        "draw_dot": draw_dot,
        "exponents": (1, 6, 16) if quick else range(1, 17),
        "gradients": gradients,
        "math": math,
        "nn": nn,
        "nudge": nudge,
        "plot": lambda *args, **options: plot(*args, ax=fresh_axes(), **options),
        "plot_boundary": lambda *args: nn.plot_boundary(*args).axes[0],
        "refresh": refresh,
        "slope": slope,
        "squashed": tables.squashed,
        "squashing": tables.squashing,
    }


def _made_with() -> str:
    engine = "compiled" if NATIVE else "interpreted"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"chainrule {__version__} ({engine} engine), {python}"


def _summary(gallery: Gallery, path: Path) -> list[str]:
    """The lines that say which files were written."""
    kinds = [name.rsplit(".", 1)[1].upper() for name in gallery.files]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return [
        f"Written to {gallery.folder}: {counts} and index.html.",
        *gallery.remarks,
        f"Open {path} to read the tour with its pictures.",
    ]
