"""Drawing graphs: a layered layout of our own, written as SVG, PNG, PDF, terminal text and DOT.

`draw_dot(root)` is all that most people need. Inside, one step leads to the next, and each imports
only from those before it:

    layout/      where boxes of given sizes lie and how edges run between them
    snapshot/    what is drawn: each node with its numbers, or a summary; the marks of a check
    shapes/      both together as boxes, lines and text, each with a position, a size and a role
    formats/     the shapes (or the snapshot itself) as a file; registry.py lists the formats
    drawing.py   `Drawing`, which `draw_dot` (draw.py) returns; options.py checks their arguments
    animation.py the backward pass as a moving picture
    curve.py     the curve of a function, by matplotlib
    view/        `show`: the same picture to pan, step through and edit
"""

from __future__ import annotations

from .animation import animate
from .curve import plot
from .draw import draw_dot
from .drawing import Drawing
from .view import View, show

__all__ = ["Drawing", "View", "animate", "draw_dot", "plot", "show"]
