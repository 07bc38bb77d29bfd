"""A drawing: a snapshot of a graph that can be shown, printed and written to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import Any

from ..errors import ChoiceError
from ..files import write_atomically
from . import options, viewer
from .formats import cell, dot, graphviz, text
from .formats.registry import FORMATS
from .shapes.arrangement import Arrangement
from .shapes.painting import paint
from .shapes.sheet import Sheet
from .snapshot.picture import Picture

_GRAPHVIZ = (
    *("renderer", "formatter", "neato_no_op", "quiet", "quiet_view"),
    *("raise_if_result_exists", "overwrite_source", "overwrite_filepath"),
)
"""Keywords that graphviz accepts. The two about quiet silence the viewer's note; the others have
no effect."""

_CHECKS: dict[str, Callable[[Any], str | int | None]] = {
    "format": options.format_of,
    "rankdir": options.direction_of,
    "filename": partial(options.path_of, what="filename"),
    "engine": options.engine_of,
    "wrap": options.row_of,
}


@dataclass(repr=False, eq=False)
class Drawing:
    """A picture of a graph, made by `draw_dot`.

    It shows the graph as it was when `draw_dot` was called; later changes don't appear. The methods
    and attributes are those of graphviz.Digraph, so code written for one keeps working. Unlike
    Graphviz, `render` leaves no DOT file beside the picture; `save("graph.dot")` writes one.

    Attributes:
        format: The default of `render`, `view` and `pipe`: 'svg', 'png', 'pdf', 'txt' or 'dot'.
        rankdir: The direction from operands to the root: 'LR', 'RL', 'TB' or 'BT'.
        filename: The default of `render`.
        engine: None, or 'graphviz' to have an installed Graphviz draw SVG, PNG and PDF.
        wrap: The length of a row in pixels, or 0 for a picture in one piece; see `draw_dot`.
    """

    picture: Picture
    _: KW_ONLY
    format: str = "svg"
    rankdir: str = "LR"
    filename: str = "graph"
    engine: str | None = None
    wrap: int | None = None
    _sheets: dict[tuple[str, int | None], Sheet] = field(default_factory=dict, init=False)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _CHECKS[name](value) if name in _CHECKS else value)

    @property
    def source(self) -> str:
        """The graph in DOT."""
        return dot.source(self.picture, self.rankdir)

    def __str__(self) -> str:
        """The graph as text for a terminal."""
        return text.render(self.picture).rstrip("\n")

    def __repr__(self) -> str:
        """One line: what is drawn, and how large it is."""
        return f"<Drawing of {self.picture.subject}: {self.picture.size}>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: HTML that shrinks with the page, else the SVG, else text."""
        picture = str(self.pipe("svg", "utf-8"))
        bundle = {
            "text/html": cell.render(self.sheet(), picture),
            FORMATS["svg"].media_type: picture,
            FORMATS["txt"].media_type: str(self),
        }
        kinds = set(bundle if include is None else include) - set(exclude or ())
        return {kind: content for kind, content in bundle.items() if kind in kinds}

    def pipe(
        self,
        format: str | None = None,
        encoding: str | None = None,
        *,
        engine: str | None = None,
        **keywords: Any,
    ) -> bytes | str:
        """Return the picture itself.

        Args:
            format: Overrides the drawing's own.
            encoding: If set, the result is text in this encoding, not bytes; for svg, txt and dot.
            engine: Overrides the drawing's own.
            keywords: Further keywords of graphviz, which have no effect.

        Raises:
            ChoiceError: An unknown format or encoding, or an encoding for a format that isn't text.
            MissingExtra: PNG without Pillow, PDF without reportlab.
        """
        options.refuse(keywords, self.pipe, _GRAPHVIZ)
        format = self.format if format is None else options.format_of(format)
        content = self._content(format, engine)
        if encoding is None:
            return content
        texts = [name for name in FORMATS if FORMATS[name].is_text]
        options.chosen(format, texts, "format with an encoding")
        try:
            return content.decode("utf-8").encode(encoding, "xmlcharrefreplace").decode(encoding)
        except LookupError:
            raise ChoiceError(f"the encoding {encoding!r} is unknown.") from None

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *,
        outfile: str | os.PathLike[str] | None = None,
        engine: str | None = None,
        quiet: bool = False,
        **keywords: Any,
    ) -> str:
        """Write the picture to `filename + '.' + format` and return that path.

        Args:
            filename: Overrides the drawing's own. Missing folders are created.
            directory: The folder to write to.
            view: Whether to show the file afterwards; if no viewer is found, a note on stderr says
                where the file is.
            cleanup: Has no effect, because no DOT file is ever left behind.
            format: Overrides the drawing's own.
            outfile: The full path, used instead of `filename`; its ending names the format.
            engine: Overrides the drawing's own.
            quiet: Whether to leave that note out. `quiet_view` does the same.
            keywords: Further keywords of graphviz, which have no effect.

        Raises:
            FileError: It cannot be written; nothing half-written is left.
            ChoiceError: An unknown format.
        """
        options.refuse(keywords, self.render, _GRAPHVIZ)
        name = self.filename if filename is None else options.path_of(filename, "filename")
        format = self.format if format is None else options.format_of(format)
        if outfile is not None:
            path = options.path_of(outfile, "outfile")
            format = options.ending(path) or format
        else:
            path = f"{name}.{format}"
        if directory is not None:
            path = os.path.join(options.path_of(directory, "directory"), path)
        write_atomically(path, self._content(format, engine), makes_folders=True)
        if view:
            viewer.show(path, quiet=bool(quiet or keywords.get("quiet_view")))
        return path

    def view(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        cleanup: bool = False,
        **keywords: Any,
    ) -> str:
        """Write the picture as `render` does, show it, and return its path."""
        return self.render(filename, directory, view=True, cleanup=cleanup, **keywords)

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the picture to exactly this path, in the format that its ending names, and return
        the path.

        Raises:
            ChoiceError: The ending isn't one of a format.
            FileError: It cannot be written, for example because its folder does not exist.
        """
        name = options.path_of(path, "path")
        write_atomically(name, self._content(options.format_of_file(name)))
        return name

    def sheet(self) -> Sheet:
        """Return the picture as shapes, laid out once for each direction."""
        key = self.rankdir, self.wrap
        if key not in self._sheets:
            picture = self.picture
            title = f"Expression graph of {picture.subject}"
            description = f"{title}. {picture.size}.{_results(picture)}"
            arrangement = Arrangement(picture, self.rankdir, self.wrap)
            self._sheets[key] = paint(arrangement, title, description)
        return self._sheets[key]

    def _content(self, format: str, engine: str | None = None) -> bytes:
        engine = self.engine if engine is None else options.engine_of(engine)
        if engine == "graphviz" and FORMATS[format].is_laid_out:
            return graphviz.render(self.source, format)
        return FORMATS[format].render(self)


def _results(picture: Picture) -> str:
    """Say what the first few roots are."""
    cards = [picture.cards[root] for root in picture.roots[:3]]
    return "".join(
        f" {card.name or 'The root'} is {card.data.text}." for card in cards if card.kind != "stack"
    )
