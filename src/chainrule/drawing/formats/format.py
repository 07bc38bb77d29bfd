"""What a format is: its names, and how a drawing is written in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..shapes.sheet import Sheet
from ..snapshot.picture import Picture


class Drawable(Protocol):
    """What a format is written from: a snapshot, a direction, and the shapes of both."""

    @property
    def picture(self) -> Picture: ...
    @property
    def rankdir(self) -> str: ...
    def sheet(self) -> Sheet: ...


@dataclass(frozen=True)
class Format:
    """A format of a drawing.

    Attributes:
        name: What users call it; also the ending of its files.
        media_type: Its MIME type.
        render: Returns a drawing in it. Raises MissingExtra without the library that it needs.
        aliases: Other names and endings.
        is_text: Whether it is text, which can be had in any encoding.
        is_laid_out: Whether it shows a layout, so that Graphviz can draw it too.
    """

    name: str
    media_type: str
    render: Callable[[Drawable], bytes]
    aliases: tuple[str, ...] = ()
    is_text: bool = False
    is_laid_out: bool = False
