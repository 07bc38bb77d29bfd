"""The interactive view: `show(root)`, a page that can be panned, stepped through and edited.

Python takes a snapshot of the graph and lays it out, once for each way of collapsing its scopes;
the browser shows it and recomputes numbers with kernels that are generated from the table.

    scene.py        the snapshot as data: numbers, names, what the table says
    coordinates.py  where everything lies
    states.py       which scopes can be collapsed, and the layout for each state
    syntax.py       a formula as data, for the browser to typeset and to compute
    page.py         one HTML file that needs nothing else
    program.py      the graph as lines, for a link to the playground
    window.py       `show` and `View`
    notebook.py     the same in a notebook's cell
    js/ css/        the sources of view.js, which esbuild bundles with generated/
    generated/      what tools/generate_view.py writes from the table, the palette and the verdicts
"""

from __future__ import annotations

from .window import View, show

__all__ = ["View", "show"]
