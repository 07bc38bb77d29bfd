"""The scope in which each node is drawn."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ...engine.node import Node

Path = tuple[str, ...]


def homes(nodes: Sequence[Node]) -> list[Path]:
    """Return the names of the scopes around each node, the outermost first.

    That is where the node was made. Only a parameter is drawn where it is used: a layer's weights
    are made before the layer is called, perhaps inside other scopes, but readers see them as part
    of it. A parameter that several scopes share stays in its own, if it has one.
    """
    used: dict[Node, Path] = {}
    scopes = [node.scope for node in nodes]
    for node, scope in zip(nodes, scopes):
        for operand in node._operands if scope else ():
            if operand.kind == "parameter":
                before = used.get(operand, scope)
                used[operand] = scope if before == scope else _common((before, scope))
    return [_home(scope, used.get(node, ())) for node, scope in zip(nodes, scopes)]


def _common(paths: Sequence[Path]) -> Path:
    return tuple(os.path.commonprefix(paths))


def _home(own: Path, used: Path) -> Path:
    """The scope of a parameter that was made in one scope and is used in another: `layer 1 / neuron
    3` and `student / layer 1 / neuron 3` are the same neuron."""
    return used if used and (not own or {*own} & {*used}) else own
