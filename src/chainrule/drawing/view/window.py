"""`show`, and what it returns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from ...files import write_atomically
from ...numerals import counted
from .. import options
from ..draw import draw_dot
from ..drawing import Drawing
from ..snapshot.picture import roots_of
from . import notebook, page, scene
from .program import program_of

THEMES = ("auto", "light", "dark")


class View:
    """An interactive picture of a graph, as `show` returns it.

    It shows the graph as it was when `show` was called. Edits stay in it: no Value changes.

    Attributes:
        data: The graph as the page's script takes it.
        still: The static picture, which is seen where the view can't run.
        height: The height of a notebook's cell, in pixels.
        widget: Whether a notebook shows it as an anywidget and not in a frame.
    """

    def __init__(
        self,
        data: dict[str, Any],
        still: Drawing,
        *,
        theme: str,
        height: int,
        widget: bool | None,
    ) -> None:
        self.data = data
        self.still = still
        self._theme = theme
        self.height = height
        self.widget = widget

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read a pickle, also one from when the data were private and no picture came with them."""
        vars(self).update({name.replace("_data", "data"): x for name, x in state.items()})

    @property
    def html(self) -> str:
        """The page, which needs no other file and reaches no host."""
        return page.html(self.data, {"theme": self._theme}, self._svg)

    @property
    def _svg(self) -> str:
        return str(self.still.pipe("svg", "utf-8")) if "still" in vars(self) else ""

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the page to this path and return it.

        Raises:
            FileError: It cannot be written; what was there before stays.
        """
        name = options.path_of(path, "path")
        write_atomically(name, self.html.encode("utf-8"))
        return name

    def __str__(self) -> str:
        """One line: what is shown, and how to see it."""
        return f"{self._subject()}; .save('{self._name()}.html') writes a page to look at"

    def __repr__(self) -> str:
        return f"<{self._subject()}>"

    def _repr_html_(self) -> str:
        """The page in a frame."""
        return notebook.frame(self.html, self.height, self._subject(), self._svg)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, Any]:
        """What a notebook shows: the page in a frame, and the widget if it was asked for."""
        bundle = {"text/plain": str(self), "text/html": self._repr_html_()}
        if self.widget:
            bundle |= self._widget_bundle()
        kinds = set(bundle if include is None else include) - set(exclude or ())
        return {kind: content for kind, content in bundle.items() if kind in kinds}

    def _widget_bundle(self) -> dict[str, Any]:
        settings = {"theme": self._theme, "height": self.height}
        bundle = notebook.widget(self.data, settings)._repr_mimebundle_() or {}
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        return {kind: content for kind, content in bundle.items() if kind != "text/plain"}

    def _subject(self) -> str:
        size = self.data["note"] or counted(len(self.data["nodes"]), "node")
        return f"View of {self.data['title']}: {size}"

    def _name(self) -> str:
        title = self.data["title"]
        return title if title.isidentifier() and len(title) <= 40 else "graph"


def show(
    root: Any,
    *,
    rankdir: str = "LR",
    show_local: bool = True,
    theme: str = "auto",
    height: int = 560,
    widget: bool | None = None,
    max_nodes: int = scene.MOST_NODES,
    **unknown: Any,
) -> View:
    """Show the graph that computed a value as a page to explore.

    Pan, zoom and search; point at a node for its numbers and click it for its chain rule; play the
    backward pass step by step; edit a leaf and see values and gradients follow; set a gradient by
    hand and check it; practise, with hints; undo; collapse scopes. Nothing needs to be installed. A
    link opens the graph in the playground, which `chainrule play` starts, if that can hold it.

    Args:
        root: A Value, or a list of Values; the backward pass starts at the first one.
        rankdir: 'LR' (operands left and the root right), 'RL', 'TB' or 'BT'.
        show_local: Whether the local derivative stands on each edge.
        theme: 'auto' follows the reader's system, else 'light' or 'dark'.
        height: The height of a notebook's cell, in pixels.
        widget: True makes an anywidget in a notebook, which keeps its state while cells move, but
            needs a running kernel. By default it is a frame, which needs nothing and also works in
            an exported notebook, offline.
        max_nodes: A larger graph is shown as a summary.

    Returns:
        A snapshot; a notebook shows it, and `.save("L.html")` writes one file that needs no other
        and reaches no host.

    Raises:
        WrongType: `root` isn't a Value, or a keyword is unknown.
        ChoiceError: An unknown direction or theme.
        GraphError: The graph has a cycle.

    Cost: that of the layouts, 0.2 s for 1,000 nodes.

    Example:
        >>> from chainrule import Value
        >>> L = Value(2, label="a") * Value(-3.0, label="b")
        >>> print(show(L))
        View of a calculation: 3 nodes; .save('graph.html') writes a page to look at
    """
    options.refuse(unknown, show)
    options.chosen(theme, THEMES, "theme")
    options.chosen(widget, (None, True, False), "choice of a widget")
    for name, number in (("height", height), ("max_nodes", max_nodes)):
        options.count_of(number, name)
    direction = options.direction_of(rankdir)
    data, picture = scene.pictured(root, direction, bool(show_local), max_nodes)
    data["program"] = None if data["summary"] else program_of(roots_of(root, "show"))
    if data["summary"]:
        still = Drawing(picture, rankdir=direction)
    else:
        still = draw_dot(root, rankdir=direction, show_local=bool(show_local))
    return View(data, still, theme=theme, height=height, widget=widget)
