"""The description of a format: its names, and the function that writes a drawing in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..shapes.sheet import Sheet
from ..snapshot.picture import Picture


class Drawable(Protocol):
    """A drawing as a format needs it: a snapshot, a direction, and the shapes that they give."""

    @property
    def picture(self) -> Picture: ...
    @property
    def rankdir(self) -> str: ...
    def sheet(self) -> Sheet: ...


@dataclass(frozen=True)
class Format:
    """A format of a drawing.

    Attributes:
        name: Its name for users, and the ending of its files; `aliases` are others.
        render: Writes a drawing. Raises MissingExtra if a library isn't installed.
        is_text: Whether it is text, which can be returned in any encoding.
        is_laid_out: Whether it shows a layout, which Graphviz can compute instead.
    """

    name: str
    media_type: str
    render: Callable[[Drawable], bytes]
    aliases: tuple[str, ...] = ()
    is_text: bool = False
    is_laid_out: bool = False
