"""`draw_dot`, as all the notebooks call it."""

from __future__ import annotations

from typing import Any

from ..errors import ChoiceError
from . import options
from .drawing import Drawing
from .snapshot.marks import marks_of
from .snapshot.picture import nodes_of, photograph, roots_of
from .snapshot.summary import summarise

MOST_NODES = 2000
"""A graph of more nodes is drawn as a summary unless `detail='all'`."""

MOST_IN_FULL, MOST_IN_SUMMARY = 20_000, 250_000
"""The most nodes that are drawn one by one, and that are summed up unless `detail='summary'`."""


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
    wrap: int | None = None,
    marks: Any = None,
    **unknown: Any,
) -> Drawing:
    """Draw the graph that computed a value. SVG, text and DOT need nothing installed.

    Args:
        root: A Value, or a list of Values to draw together, or a program, which is drawn with the
            numbers that it was recorded with (`program.graph(...)` is the graph for others).
        words: Each is a format, a direction, or else a file name: `draw_dot(L, "png", "TB")`.
        format: 'svg' (default), 'png' (needs Pillow), 'pdf' (needs reportlab), 'txt' or 'dot'.
        rankdir: 'LR' (default, operands left and the root right), 'RL', 'TB' or 'BT'.
        filename: The name of the file that `.render()` writes, without its ending.
        outfile: A file to write at once. Missing folders are created. Its ending names the format;
            a path without one gets the ending of the format.
        output_filepath: Another name for `outfile`.
        show_grad: Whether gradients are drawn.
        show_local: Whether the local derivative is written on each edge.
        detail: 'all' draws every node, 'summary' a few boxes with counts, and 'auto' a summary if
            there are more than `max_nodes` nodes.
        max_nodes: The largest number of nodes that 'auto' draws one by one.
        wrap: The length of a row in pixels: a longer picture continues in the next row, at a small
            box with the same name or number. 0 keeps the picture in one piece. By default a
            picture from left to right becomes rows of 1,600 pixels if it would be a strip, longer
            than 3,200 pixels and eight times its height.
        marks: The result of `check(root)`, or a dict that gives a few words and a status to each
            marked node; the words are written below its box, or in it where the
            graph runs from top to bottom.
        engine: 'graphviz' lets an installed Graphviz draw, for at most ten seconds.

    Returns:
        A snapshot with the methods of graphviz.Digraph; a notebook shows it, `print` draws it in
        the terminal.

    Raises:
        WrongType: `root` isn't a Value, `marks` aren't marks, or a keyword is unknown.
        ChoiceError: An unknown format, direction, detail or engine; or more than 20,000 nodes with
            `detail='all'`, or 250,000 with 'auto'.
        GraphError: The graph has a cycle, or `marks` belong to another one.
        FileError: `outfile` cannot be written.

    Cost: O(nodes + edges) for the snapshot. The layout is computed when it is first needed, and
        takes 0.2 s for 1,000 nodes.

    Example:
        >>> from chainrule import Value
        >>> L = Value(2, label="a") * Value(-3.0, label="b")
        >>> print(draw_dot(L, show_grad=False))
        (×)   data −6.0000
        ├─ a  data  2.0000
        └─ b  data −3.0000
    """
    options.refuse(unknown, draw_dot)
    names = {"format": format, "rankdir": rankdir, "filename": filename}
    choices = options.sort_out(words, names)
    options.chosen(detail, options.DETAILS, "detail")
    options.count_of(max_nodes, "max_nodes")
    roots = roots_of(root)
    nodes = nodes_of(roots)
    _refuse_too_many(len(nodes), detail)
    by_node = marks_of(marks, nodes)
    if detail == "summary" or (detail == "auto" and len(nodes) > max_nodes):
        picture = summarise(nodes, roots)
    else:
        picture = photograph(
            nodes, roots, show_grad=bool(show_grad), local=bool(show_local), marks=by_node
        )
    drawing = Drawing(picture, engine=engine, wrap=wrap, **choices)
    for file in (outfile, output_filepath):
        if file is not None:
            path = options.path_of(file, "outfile")
            drawing.render(path, outfile=path if options.ending(path) else None)
    return drawing


def _refuse_too_many(count: int, detail: str) -> None:
    """Raise ChoiceError for a graph whose picture would take long and could not be read."""
    most = {"all": MOST_IN_FULL, "auto": MOST_IN_SUMMARY}.get(detail, count)
    if count <= most:
        return
    raise ChoiceError(
        f"draw_dot draws at most {most:,} nodes with detail={detail!r}, but this graph has "
        f"{count:,}.",
        remedy="detail='summary' draws a few boxes with counts; draw_dot(node) draws the part "
        "below a node; diagnose(L) and explain(L, wrt=node) read all of it",
    )
