"""A drawing: a snapshot of a graph that can be shown, printed and written to files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import ChoiceError
from . import options
from .formats import dot, text
from .snapshot.picture import Picture

if TYPE_CHECKING:
    from .shapes.sheet import Sheet

FILENAME = "graph"


class Drawing:
    """A picture of a graph, made by `draw_dot`.

    It shows what was there when it was made; numbers that change afterwards do not change it. The
    methods and attributes are those of graphviz.Digraph, so code that used one goes on working.
    Unlike Graphviz, `render` leaves no DOT file beside the picture, whatever `cleanup` says;
    `save("graph.dot")` writes one.

    Attributes:
        format: 'svg', 'png', 'pdf', 'txt' or 'dot': what `render`, `view` and `pipe` make unless
            told otherwise.
        rankdir: 'LR', 'RL', 'TB' or 'BT'.
        filename: The name that `render` uses unless told otherwise.
        engine: None, or 'graphviz' to have an installed Graphviz draw SVG, PNG and PDF.
    """

    def __init__(
        self,
        picture: Picture,
        *,
        format: str = "svg",
        rankdir: str = "LR",
        filename: str = FILENAME,
        engine: str | None = None,
    ) -> None:
        self._picture = picture
        self._sheets: dict[str, Sheet] = {}
        self.format = format
        self.rankdir = rankdir
        self.filename = filename
        self.engine = engine

    @property
    def format(self) -> str:
        """The format that is made unless told otherwise."""
        return self._format

    @format.setter
    def format(self, word: str) -> None:
        self._format = options.format_of(word)

    @property
    def rankdir(self) -> str:
        """The direction from operands to the root."""
        return self._rankdir

    @rankdir.setter
    def rankdir(self, word: str) -> None:
        self._rankdir = options.direction_of(word)

    @property
    def engine(self) -> str | None:
        """Who lays the graph out: None for this package, 'graphviz' for an installed Graphviz."""
        return self._engine

    @engine.setter
    def engine(self, word: str | None) -> None:
        self._engine: str | None = options.chosen(word, options.ENGINES, "engine")

    @property
    def source(self) -> str:
        """The graph in DOT."""
        return dot.source(self._picture, self._rankdir)

    def __str__(self) -> str:
        """The graph as text for a terminal."""
        return text.render(self._picture).rstrip("\n")

    def __repr__(self) -> str:
        """One line: what is drawn, and how large it is."""
        return f"<Drawing of {_subject(self._picture)}: {_count(self._picture)}>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the SVG, and text where it cannot."""
        makers = {"image/svg+xml": lambda: self.pipe("svg", "utf-8"), "text/plain": self.__str__}
        wanted = set(makers) if include is None else set(include)
        wanted -= set(exclude or ())
        return {kind: str(make()) for kind, make in makers.items() if kind in wanted}

    def pipe(
        self, format: str | None = None, encoding: str | None = None, **graphviz: Any
    ) -> bytes | str:
        """Return the picture itself.

        Args:
            format: Instead of the drawing's own.
            encoding: Give it to get text instead of bytes; for svg, txt and dot.
            graphviz: `engine=` for this call; `renderer`, `formatter` and `quiet` are accepted and
                mean nothing.

        Raises:
            ChoiceError: An unknown format, or text of a format that is none.
            MissingExtra: PNG without Pillow.
        """
        engine = graphviz.pop("engine", None)
        options.refuse(
            _without(graphviz, _QUIET), ("format", "encoding", "engine", *_QUIET), "pipe"
        )
        format = self._format if format is None else options.format_of(format)
        engine = (
            self._engine if engine is None else options.chosen(engine, options.ENGINES, "engine")
        )
        content = self._make(format, engine)
        if encoding is None:
            return content
        if format in ("png", "pdf"):
            options.chosen(format, ("svg", "txt", "dot", "gv"), "format with an encoding")
        try:
            return content.decode("utf-8").encode(encoding, "xmlcharrefreplace").decode(encoding)
        except LookupError:
            raise ChoiceError(f"there is no encoding {encoding!r}.") from None

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
        **graphviz: Any,
    ) -> str:
        """Write the picture to `filename + '.' + format` and return that path.

        Args:
            filename: Instead of the drawing's own. Missing folders are made.
            directory: Where to put it.
            view: Show it afterwards; where nothing can, a note on stderr says so.
            cleanup: Accepted and without effect: no DOT file is left behind in any case.
            format: Instead of the drawing's own.
            outfile: The whole path, ending included, instead of `filename`; the ending names the
                format.
            engine: Instead of the drawing's own.
            quiet: Say nothing where no viewer is found.
            graphviz: Further keywords of graphviz, which are accepted and mean nothing here.

        Raises:
            FileError: It cannot be written; nothing half-written is left.
            ChoiceError: An unknown format.
        """
        options.refuse(_without(graphviz, _QUIET), _RENDER, "render")
        name = self.filename if filename is None else options.path_of(filename, "filename")
        format = self._format if format is None else options.format_of(format)
        if outfile is not None:
            path = options.path_of(outfile, "outfile")
            format = options.ending(path) or format
        else:
            path = f"{name}.{format}"
        if directory is not None:
            path = os.path.join(options.path_of(directory, "directory"), path)
        engine = (
            self._engine if engine is None else options.chosen(engine, options.ENGINES, "engine")
        )
        _write(path, self._make(format, engine), makes_folders=True)
        if view and not (quiet or graphviz.get("quiet_view")):
            from . import viewer

            viewer.show(path)
        return path

    def view(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        cleanup: bool = False,
        **graphviz: Any,
    ) -> str:
        """Write the picture as `render` does, show it, and return its path."""
        return self.render(filename, directory, view=True, cleanup=cleanup, **graphviz)

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the picture to exactly this path, in the format that its ending names, and return
        the path.

        Raises:
            ChoiceError: The ending names no known format.
            FileError: It cannot be written, for example because its folder does not exist.
        """
        name = options.path_of(path, "path")
        ending = os.path.splitext(name)[1][1:]
        _write(name, self._make(options.format_of(ending), self._engine))
        return name

    def sheet(self) -> Sheet:
        """Return the picture as shapes, laid out once for each direction."""
        if self._rankdir not in self._sheets:
            from .shapes.painter import paint

            title = f"Expression graph of {_subject(self._picture)}"
            words = f"{title}. {_count(self._picture)}.{_results(self._picture)}"
            self._sheets[self._rankdir] = paint(self._picture, self._rankdir, title, words)
        return self._sheets[self._rankdir]

    def _make(self, format: str, engine: str | None) -> bytes:
        if format == "txt":
            return text.render(self._picture).encode("utf-8", "replace")
        if format in ("dot", "gv"):
            return self.source.encode("utf-8", "replace")
        if engine == "graphviz":
            from .formats import graphviz

            return graphviz.render(self.source, format)
        if format == "svg":
            from .formats import svg

            return svg.render(self.sheet()).encode("utf-8", "replace")
        if format == "png":
            from .formats import png

            return png.render(self.sheet())
        from .formats import pdf

        return pdf.render(self.sheet())


_QUIET = (
    "renderer",
    "formatter",
    "neato_no_op",
    "quiet",
    "quiet_view",
    "raise_if_result_exists",
    "overwrite_source",
    "overwrite_filepath",
)
"""Keywords of graphviz that have no meaning here and do no harm."""

_RENDER = ("filename", "directory", "view", "cleanup", "format", "outfile", "engine", *_QUIET)


def _write(path: str, content: bytes, makes_folders: bool = False) -> None:
    from ..files import write_atomically

    write_atomically(path, content, makes_folders=makes_folders)


def _without(given: dict[str, Any], known: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in known}


def _subject(picture: Picture) -> str:
    """Name the roots."""
    names = [picture.cards[root].label for root in picture.roots]
    if any(card.kind == "stack" for card in picture.cards):
        return "a large calculation"
    named = [name for name in names if name]
    if not named:
        return "an unlabelled value" if len(names) == 1 else f"{len(names)} values"
    return named[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _count(picture: Picture) -> str:
    if picture.note:
        return picture.note
    nodes, edges = len(picture.cards), picture.edges
    return f"{nodes} node{'s' * (nodes != 1)}, {edges} edge{'s' * (edges != 1)}"


def _results(picture: Picture) -> str:
    """Say what the first few roots are."""
    words = []
    for root in picture.roots[:3]:
        card = picture.cards[root]
        if card.kind != "stack":
            words.append(f" {card.name or 'The root'} is {card.data.text}.")
    return "".join(words)
