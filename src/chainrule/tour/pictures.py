"""The pictures of the tour and their files."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import MissingExtra
from ..files import write_atomically
from .script import Picture


class Gallery:
    """Numbers pictures and writes each one as SVG and PNG.

    Args:
        folder: Where the files go.
        png: Whether to write PNG as well as SVG.

    Attributes:
        files: The names of the files written so far.
        remarks: Which files could not be written, and why.
    """

    def __init__(self, folder: Path, png: bool = True) -> None:
        self.folder = folder
        self.png = png
        self.count = 0
        self.files: list[str] = []
        self.remarks: list[str] = []

    def save(self, exhibit: Any, name: str, caption: str) -> Picture:
        """Write the files of a drawing or a plot, and return the picture.

        Args:
            exhibit: A Drawing, or the axes of a plot.
            name: A short name for its files.
            caption: The text below it.

        Raises:
            FileError: A file cannot be written.
        """
        self.count += 1
        name = f"{self.count:02d}-{name}"
        is_plot = hasattr(exhibit, "get_figure")
        draw: Callable[[str], bytes] = partial(_plot_bytes, exhibit) if is_plot else exhibit.pipe
        svg = draw("svg")
        written = [self._write(f"{name}.svg", svg)]
        if self.png:
            try:
                written.append(self._write(f"{name}.png", draw("png")))
            except MissingExtra as error:
                self.png = False
                self.remarks.append(str(error).replace("\n  remedy ", " To get it:"))
        if is_plot:
            return Picture(self.count, name, caption, svg.decode(), files=tuple(written))
        upright = replace(exhibit, rankdir="TB").pipe("svg", "utf-8")
        text = str(exhibit)
        return Picture(self.count, name, caption, svg.decode(), text, tuple(written), upright)

    def _write(self, name: str, content: bytes) -> str:
        write_atomically(self.folder / name, content, makes_folders=True)
        self.files.append(name)
        return name


def fresh_axes() -> Any:
    """Return new axes that matplotlib doesn't register as an open figure.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "plot") from None
    from ..drawing.curve import dress

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    figure.patch.set_alpha(0)
    ax = figure.add_subplot()
    dress(ax)
    return ax


def _plot_bytes(ax: Any, kind: str) -> bytes:
    """A plot as SVG or PNG, the same bytes each time."""
    import matplotlib

    buffer = io.BytesIO()
    settings: dict[Any, Any] = {"svg.hashsalt": "chainrule", "svg.fonttype": "path"}
    with matplotlib.rc_context(settings):
        # A date in the file would make every run different.
        metadata = {"Date": None} if kind == "svg" else {}
        background = {} if kind == "svg" else {"facecolor": "white"}
        ax.get_figure().savefig(buffer, format=kind, dpi=160, metadata=metadata, **background)
    return buffer.getvalue()
