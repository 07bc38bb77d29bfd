"""The marks below a drawing's boxes: what a check found, or a few words of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import GraphError, WrongType
from ...graph.traversal import postorder
from .picture import is_node

Marks = Mapping[Any, tuple[str, str]]

REMEDY = "draw_dot(L, marks=check(L)), or marks={a: ('✗ 6', 'wrong')} for marks of one's own"


def marks_of(marks: Any, nodes: Sequence[Any]) -> Marks | None:
    """Return a few words and a status for each marked node.

    Args:
        marks: What the user passed: nothing, what `check` returned, or a dict.
        nodes: Those that are drawn.

    Raises:
        WrongType: It is none of these, or a dict of something else.
        GraphError: It belongs to another graph.

    Cost: O(nodes + marks).
    """
    if marks is None:
        return None
    found = getattr(marks, "marks", marks)
    if not isinstance(found, Mapping):
        got = type(marks).__name__
        raise WrongType(
            f"marks have to be what check(L) returned, or a dict, got {got}.", remedy=REMEDY
        )
    for node, words in found.items():
        _refuse_other(node, words)
    drawn = set(nodes)
    root: Any = getattr(marks, "root", None)
    if is_node(root):  # a check of this graph, of a part of it, or of one that this is a part of
        belongs = root in drawn or nodes[-1] in set(postorder(root))
        strangers = [] if belongs else [root]
    else:
        strangers = [node for node in found if node not in drawn]
    if strangers:
        raise GraphError(
            f"marks have to belong to the graph that is drawn, but {strangers[0]!r} is not in it.",
            remedy=REMEDY,
        )
    return found


def _refuse_other(node: Any, words: Any) -> None:
    """Raise unless this is a node with its words and status."""
    if not is_node(node):
        raise WrongType(
            f"marks have to be a dict from Values, but one is from {type(node).__name__}.",
            remedy=REMEDY,
        )
    is_pair = isinstance(words, tuple | list) and len(words) == 2
    if not (is_pair and all(isinstance(word, str) for word in words)):
        got = repr(words) if isinstance(words, str) else type(words).__name__
        raise WrongType(
            f"marks have to say of each Value a few words and a status, but of {node!r} got {got}.",
            remedy=REMEDY,
        )
