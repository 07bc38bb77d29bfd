"""`draw_dot`, by the name that it has in all the notebooks."""

from __future__ import annotations

from typing import Any

from ..errors import WrongType
from . import options
from .drawing import FILENAME, Drawing
from .snapshot.marks import marks_of
from .snapshot.picture import nodes_of, photograph, roots_of

MOST_NODES = 2000
"""A graph of more nodes is drawn as a summary unless `detail='all'`."""

KEYWORDS = (
    "format",
    "rankdir",
    "filename",
    "outfile",
    "output_filepath",
    "show_grad",
    "show_local",
    "detail",
    "max_nodes",
    "engine",
    "marks",
)


def draw_dot(
    root: Any,
    *words: Any,
    format: str | None = None,
    rankdir: str | None = None,
    filename: Any = None,
    outfile: Any = None,
    output_filepath: Any = None,
    show_grad: bool = True,
    show_local: bool = False,
    detail: str = "auto",
    max_nodes: int = MOST_NODES,
    engine: str | None = None,
    marks: Any = None,
    **unknown: Any,
) -> Drawing:
    """Draw the graph that a value was computed by. Nothing has to be installed for it.

    Args:
        root: A Value, or a list of Values that are drawn together; or a program, which is drawn at
            the numbers that it was recorded with (`program.graph(...)` is the graph at others).
        words: Each one a format, a direction, or else a file name: `draw_dot(L, "png", "TB")`.
        format: 'svg' (default), 'png' (needs Pillow), 'pdf', 'txt' or 'dot'.
        rankdir: 'LR' (default, operands left and the root right), 'RL', 'TB' or 'BT'.
        filename: What `.render()` calls the file, without the ending.
        outfile: Writes this file at once, as `render` does: missing folders are made. Its ending
            names the format; without one the format is added.
        output_filepath: Another name of `outfile`.
        show_grad: Whether gradients are drawn.
        show_local: Whether the local derivative is written on each edge.
        detail: 'auto' draws a summary above `max_nodes`, 'all' every node, 'summary' always a
            summary.
        max_nodes: The number of nodes up to which each one is drawn.
        marks: What `check(root)` found, or a dict with a few words and a status for each node that
            is to be marked; they stand below its box.
        engine: 'graphviz' has an installed Graphviz draw it, for at most ten seconds.

    Returns:
        A snapshot with the methods of graphviz.Digraph; a notebook shows it, `print` draws it in
        the terminal.

    Raises:
        WrongType: `root` is no Value, `marks` are none, or a keyword is unknown.
        ChoiceError: An unknown format, direction, detail or engine.
        GraphError: The graph has a cycle, or `marks` belong to another one.
        FileError: `outfile` cannot be written.

    Cost: O(nodes + edges) for the snapshot. The layout, made when first needed, takes 0.2 s for
        1,000 nodes.

    Example:
        >>> from chainrule import Value
        >>> L = Value(2, label="a") * Value(-3.0, label="b")
        >>> print(draw_dot(L, show_grad=False))
        (×)   data −6.0000
        ├─ a  data  2.0000
        └─ b  data −3.0000
    """
    options.refuse(unknown, KEYWORDS, "draw_dot")
    given = {"format": format, "rankdir": rankdir, "filename": filename}
    asked = options.sort_out(words, given)
    options.chosen(detail, options.DETAILS, "detail")
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int):
        raise WrongType(f"max_nodes has to be an int, got {type(max_nodes).__name__}.")
    drawing = Drawing(
        _snapshot(root, show_grad, show_local, detail, max_nodes, marks),
        format=asked.get("format", "svg"),
        rankdir=asked.get("rankdir", "LR"),
        filename=options.path_of(asked.get("filename", FILENAME), "filename"),
        engine=engine,
    )
    for path in (outfile, output_filepath):
        if path is not None:
            _write(drawing, options.path_of(path, "outfile"))
    return drawing


def _snapshot(
    root: Any, show_grad: bool, show_local: bool, detail: str, max_nodes: int, marks: Any
) -> Any:
    roots = roots_of(root)
    nodes = nodes_of(roots)
    found = marks_of(marks, nodes)
    if detail == "summary" or (detail == "auto" and len(nodes) > max_nodes):
        from .snapshot.summary import summarise

        return summarise(nodes, roots)
    return photograph(nodes, roots, show_grad=bool(show_grad), local=bool(show_local), marks=found)


def _write(drawing: Drawing, path: str) -> None:
    if options.ending(path):
        drawing.render(outfile=path)
    else:
        drawing.render(path)
