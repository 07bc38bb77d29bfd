"""The way from a view to the playground: the graph as lines, and where `chainrule play` listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...engine.node import Node
from ...graph.lines import lines_of
from ...graph.traversal import postorder

HOST = "127.0.0.1"
PORT = 8753


def program_of(roots: Sequence[Node]) -> dict[str, Any] | None:
    """Return what the view needs for its link to the playground; None if that can't hold the graph.

    Returns:
        `address`, that of the playground; `lines`, each a name, the index of a node and an
        expression, which an input lacks; and `isExact`, whether they make this very graph.
    """
    found = lines_of(postorder(roots[0])) if len(roots) == 1 else None
    if found is None:
        return None
    return {
        "address": f"http://{HOST}:{PORT}/",
        "lines": [list(line) for line in found.lines],
        "isExact": found.is_exact,
    }
