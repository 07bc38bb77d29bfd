"""The marks below a drawing's boxes: the verdicts of a check, or a few words of the user's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engine.node import Node
from ...errors import GraphError, WrongType
from ...graph.traversal import postorder
from .picture import is_node

Marks = Mapping[Node, tuple[str, str]]

REMEDY = "draw_dot(L, marks=check(L)), or marks={a: ('✗ 6', 'wrong')} for marks of your own"


def marks_of(marks: Any, nodes: Sequence[Node]) -> Marks | None:
    """Return a few words and a status for each marked node.

    Raises:
        WrongType: `marks` aren't None, the result of `check`, or a dict of such pairs.
        GraphError: They belong to another graph than the drawn one, whose root is the last node.
    """
    if marks is None:
        return None
    by_node = getattr(marks, "marks", marks)
    if not isinstance(by_node, Mapping):
        raise WrongType(
            f"marks must be what check(L) returned, or a dict, got {type(marks).__name__}.",
            remedy=REMEDY,
        )
    for node, mark in by_node.items():
        _check_mark(node, mark)
    drawn, root = set(nodes), getattr(marks, "root", None)
    if is_node(root):  # a check of this graph, of a part of it, or of one that this is a part of
        strangers = [] if root in drawn or nodes[-1] in set(postorder(root)) else [root]
    else:
        strangers = [node for node in by_node if node not in drawn]
    if strangers:
        raise GraphError(
            f"marks must belong to the graph that is drawn, but {strangers[0]!r} isn't in it.",
            remedy=REMEDY,
        )
    return by_node


def _check_mark(node: Any, mark: Any) -> None:
    if not is_node(node):
        raise WrongType(
            f"the keys of marks must be Values, but one is a {type(node).__name__}.", remedy=REMEDY
        )
    is_pair = isinstance(mark, tuple | list) and len(mark) == 2
    if not (is_pair and all(isinstance(word, str) for word in mark)):
        got = repr(mark) if isinstance(mark, str) else type(mark).__name__
        raise WrongType(
            f"marks must give each Value a few words and a status, but {node!r} got {got}.",
            remedy=REMEDY,
        )
