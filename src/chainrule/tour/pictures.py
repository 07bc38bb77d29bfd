"""The pictures of the tour and their files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..drawing.drawing import Drawing
from ..drawing.snapshot.picture import Card
from ..drawing.snapshot.text import NOTHING
from ..drawing.view import View
from ..errors import MissingExtra
from ..files import write_atomically
from .script import Picture

_STAGE = re.compile(r".+-(?P<stage>\d)(-.+)?")
NEW = "new"
"""Written at a node whose gradient the stage before didn't have."""

NEW_TINT = "ffd75e"


class Gallery:
    """Numbers pictures and writes each one as SVG and PNG.

    Args:
        folder: Where the files go.
        png: Whether to write PNG as well as SVG.

    Attributes:
        files: The names of the files written so far.
        remarks: Which files could not be written, and why.
        is_open: Whether pictures are made; if not, they are only counted.
    """

    def __init__(self, folder: Path, png: bool = True) -> None:
        self.folder = folder
        self.png = png
        self.count = 0
        self.files: list[str] = []
        self.remarks: list[str] = []
        self.is_open = True
        self._before: list[Card] = []

    def save(self, exhibit: Any, name: str, caption: str) -> Picture:
        """Write the files of a drawing, a view or a plot, and return the picture.

        Args:
            exhibit: A Drawing, a View, or a plot, which has a `figure`.
            name: A short name for its files; `by-hand-1-L` is stage 1 of the figure `by-hand`.
            caption: The text below it.

        Raises:
            FileError: A file cannot be written.
        """
        match = _STAGE.fullmatch(name)
        stage = int(match["stage"]) if match else None
        self.count += not stage
        name = f"{self.count:02d}-{name}"
        picture = Picture(self.count, name, caption, "", stage=stage)
        if isinstance(exhibit, View):
            picture, exhibit = replace(picture, view=exhibit.data), exhibit.still
        if not self.is_open:
            return picture
        if not isinstance(exhibit, Drawing):
            has_looks = hasattr(exhibit, "content")  # for light and dark
            draw = exhibit.content if has_looks else partial(_plot_bytes, exhibit)
            return self._written(picture, draw)
        if stage is not None:
            cards = exhibit.picture.cards
            picture = replace(picture, at=steps_to(cards))
            if stage:
                exhibit = highlighted(exhibit, self._before)
            self._before = cards
        upright = replace(exhibit, rankdir="TB").pipe("svg", "utf-8")
        picture = replace(picture, text=str(exhibit), upright=upright)
        return self._written(picture, exhibit.pipe)

    def _written(self, picture: Picture, draw: Callable[[str], bytes]) -> Picture:
        """Write the files of a picture, and return the picture with its SVG and their names."""
        svg = draw("svg")
        written = [self._write(f"{picture.name}.svg", svg)]
        if self.png:
            try:
                written.append(self._write(f"{picture.name}.png", draw("png")))
            except MissingExtra as error:
                self.png = False
                self.remarks.append(str(error).replace("\n  remedy ", " To get it:"))
        return replace(picture, svg=svg.decode(), files=tuple(written))

    def _write(self, name: str, content: bytes) -> str:
        write_atomically(self.folder / name, content, makes_folders=True)
        self.files.append(name)
        return name


def _has_gradient(card: Card) -> bool:
    return card.grad != NOTHING


def highlighted(drawing: Drawing, before: list[Card]) -> Drawing:
    """Return a drawing in which each node says so if its gradient has changed."""
    cards = [
        card if card.grad == old.grad else replace(card, remark=NEW, tint=NEW_TINT)
        for card, old in zip(drawing.picture.cards, before, strict=True)
    ]
    return replace(drawing, picture=replace(drawing.picture, cards=cards))


def steps_to(cards: list[Card]) -> int:
    """Return the number of steps of the pass after which exactly these nodes have a gradient.

    The first step gives the root its gradient; in each of the others a node passes its own on.
    """
    if not _has_gradient(cards[-1]):
        return 0
    receivers = [cards[operand] for card in reversed(cards) for operand in card.operands]
    return 1 + sum(map(_has_gradient, receivers))


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


def _plot_bytes(plot: Any, kind: str) -> bytes:
    """A plot as SVG or PNG, the same bytes each time."""
    import matplotlib

    buffer = io.BytesIO()
    settings: dict[Any, Any] = {"svg.hashsalt": "chainrule", "svg.fonttype": "path"}
    with matplotlib.rc_context(settings):
        # A date in the file would make every run different.
        metadata = {"Date": None} if kind == "svg" else {}
        background = {} if kind == "svg" else {"facecolor": "white"}
        plot.figure.savefig(buffer, format=kind, dpi=160, metadata=metadata, **background)
    return buffer.getvalue()
