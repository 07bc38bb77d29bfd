"""What a format is: its names, and how a drawing is written in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import NamedTuple, Protocol

from ...errors import MissingExtra
from ..shapes.sheet import Sheet
from ..snapshot.picture import Picture


class Drawable(Protocol):
    """What a format is written from: a snapshot, a direction, and the shapes of both."""

    @property
    def picture(self) -> Picture: ...
    @property
    def rankdir(self) -> str: ...
    def sheet(self) -> Sheet: ...


class Library(NamedTuple):
    """An optional library: its name, the module to import, and the extra that brings it."""

    name: str
    module: str
    extra: str

    def require(self, purpose: str) -> None:
        """Raise unless the library is installed.

        Raises:
            MissingExtra: It isn't; names the extra.
        """
        if find_spec(self.module) is None:
            raise MissingExtra(self.name, self.extra, purpose)


@dataclass(frozen=True)
class Format:
    """A format of a drawing.

    Attributes:
        name: What users call it; also the ending of its files.
        media_type: Its MIME type.
        write: Returns a drawing in it.
        aliases: Other names and endings.
        is_text: Whether it can be had as text, in any encoding.
        is_laid_out: Whether it shows a layout, so that Graphviz can draw it too.
        library: What it needs that may not be installed.
    """

    name: str
    media_type: str
    write: Callable[[Drawable], bytes]
    aliases: tuple[str, ...] = ()
    is_text: bool = False
    is_laid_out: bool = False
    library: Library | None = None

    def render(self, drawing: Drawable) -> bytes:
        """Return a drawing in this format.

        Raises:
            MissingExtra: The library that it needs isn't installed.
        """
        if self.library:
            self.library.require(f"drawing a {self.name.upper()}")
        return self.write(drawing)
