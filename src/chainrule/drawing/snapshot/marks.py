"""The marks below a drawing's boxes: the verdicts of a check, or a few words of the user's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
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
        GraphError: They belong to a graph other than the drawn one, whose root is the last node.
    """
    if marks is None:
        return None
    by_node = getattr(marks, "marks", marks)
    if not isinstance(by_node, Mapping):
        raise _WrongMarks(f"marks must be what check(L) returned, or a dict, got {_type(marks)}.")
    for node, mark in by_node.items():
        if not is_node(node):
            raise _WrongMarks(f"the keys of marks must be Values, but one is a {_type(node)}.")
        is_pair = isinstance(mark, tuple | list) and len(mark) == 2
        if not (is_pair and all(isinstance(word, str) for word in mark)):
            got = repr(mark) if isinstance(mark, str) else _type(mark)
            raise _WrongMarks(
                f"marks must give each Value a few words and a status, but {node!r} got {got}."
            )
    drawn, root = set(nodes), getattr(marks, "root", None)
    if is_node(root):  # the check covers this graph, a part of it, or a larger graph
        strangers = [] if root in drawn or nodes[-1] in set(postorder(root)) else [root]
    else:
        strangers = [node for node in by_node if node not in drawn]
    if strangers:
        raise GraphError(
            f"marks must belong to the graph that is drawn, but {strangers[0]!r} isn't in it.",
            remedy=REMEDY,
        )
    return by_node


_WrongMarks = partial(WrongType, remedy=REMEDY)


def _type(x: Any) -> str:
    return type(x).__name__
