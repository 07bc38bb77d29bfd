"""Drawing graphs: a layered layout of our own, printed as SVG, PNG, PDF, terminal text and DOT.

`draw_dot(root)` is all that most people need. Inside, one thing leads to the next, each in a file
of its own:

    picture.py            what is written on each node: a snapshot
    summary.py            the same for a million nodes
    marks.py              what a check found, if it belongs to this graph
    cards.py              the measures of a node's box
    layout.py             where it lies; its steps are scopes.py, level.py, ordering.py, nesting.py
                          and coordinates.py
    canvas.py             picture and layout together as a list of shapes (shapes.py); boxes.py
                          draws the nodes, wires.py the edges
    svg.py png.py pdf.py  print the shapes
    text.py dot.py        write the picture without a layout
    drawing.py            `Drawing`, what `draw_dot` (draw.py) returns
    animation.py          the backward pass as a moving picture
    curve.py              the curve of a function, by matplotlib
    view/                 `show`: the same picture to pan, step through and edit
"""

from __future__ import annotations

from .animation import animate
from .curve import plot
from .draw import draw_dot
from .drawing import Drawing
from .view import View, show

__all__ = ["Drawing", "View", "animate", "draw_dot", "plot", "show"]
