"""A graph as data for the browser: a snapshot without a reference to any Value."""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Sequence
from typing import Any

from ...engine.node import Node, has_own_backward
from ...graph.debugging import made_at
from ...table.ops import BUILT_IN, TABLE, Op
from ...table.rules import rule_of
from ..shapes.measures import Measures
from ..shapes.palette import tints
from ..snapshot.picture import Card, Picture, nodes_of, photograph, roots_of
from ..snapshot.summary import summarise
from ..snapshot.text import clean
from . import states
from .coordinates import lay_out
from .syntax import syntax_tree

MOST_NODES = 20_000
"""A larger graph is shown as a summary."""

MOST_UPRIGHT = 400
"""A larger graph, which no narrow window shows as a whole, has one direction only."""

MOST_UPRIGHT_STATES = 8
"""The most layouts with collapsed scopes for a narrow window, where one collapses all or little."""

LONGEST_NAME = 300


def snapshot(root: Any, direction: str, show_local: bool, max_nodes: int) -> dict[str, Any]:
    """Return everything that the browser needs to show a graph.

    Args:
        root: A Value, or a list of them; the backward pass starts at the first.
        direction: 'LR', 'RL', 'TB' or 'BT'.
        show_local: Whether the local derivative stands on each edge.
        max_nodes: A larger graph is shown as a summary.

    Raises:
        WrongType: The root isn't a Value.
        GraphError: The graph has a cycle.

    Cost: O(nodes + edges) and the layouts, 0.2 s for 1,000 nodes.
    """
    return pictured(root, direction, show_local, max_nodes)[0]


def pictured(
    root: Any, direction: str, show_local: bool, max_nodes: int
) -> tuple[dict[str, Any], Picture]:
    """Return what `snapshot` returns, and the picture that it was made from."""
    roots = roots_of(root, "show")
    nodes = nodes_of(roots)
    is_summary = len(nodes) > max_nodes
    picture = summarise(nodes, roots) if is_summary else photograph(nodes, roots, local=show_local)
    measures, areas, layouts = _layouts(picture, direction, states.MOST_STATES)
    upright = None
    if direction in ("LR", "RL") and len(picture.cards) <= MOST_UPRIGHT:
        upright = _upright(picture)
    data = {
        "title": _title(picture),
        "note": picture.note,
        "direction": direction,
        "local": show_local and not is_summary,
        "root": picture.roots[0] if is_summary else nodes.index(roots[0]),
        "summary": is_summary,
        "nodes": _rows(picture, measures, None if is_summary else nodes),
        "ops": {} if is_summary else words_of(nodes),
        "areas": [_area(area, picture) for area in areas],
        "states": layouts,
        "upright": upright,
    }
    return data, picture


def _upright(picture: Picture) -> dict[str, Any]:
    """Return the layouts from top to bottom, for windows that are narrow and high."""
    measures, areas, layouts = _layouts(picture, "TB", MOST_UPRIGHT_STATES)
    return {
        "sizes": [_sizes(card, size) for card, size in zip(picture.cards, measures)],
        "areas": [_area(area, picture) for area in areas],
        "states": layouts,
    }


def _layouts(
    picture: Picture, direction: str, most: int
) -> tuple[list[Measures], list[states.Area], list[dict[str, Any]]]:
    """Return what is laid out: the boxes' sizes, the scopes, and the layouts, the full one first.

    Args:
        picture: The snapshot.
        direction: 'LR', 'RL', 'TB' or 'BT'.
        most: How many layouts with collapsed scopes there may be.
    """
    measures, coordinates = lay_out(picture, direction)
    areas = states.areas_of(picture, coordinates)
    count = len(picture.cards)
    first = states.pack(coordinates, range(count), range(len(coordinates.areas)), count)
    others = (
        states.collapsed(picture, areas, state, direction)
        for state in states.states_of(areas, count)[:most]
    )
    return measures, areas, [{"collapsed": [], **first}, *filter(None, others)]


def _area(area: states.Area, picture: Picture) -> dict[str, Any]:
    inside = [picture.cards[node] for node in area.nodes]
    return {
        "path": [name[:LONGEST_NAME] for name in area.path],
        "parent": area.parent,
        "nodes": area.nodes,
        "lines": states.lines_of(inside),
    }


def _title(picture: Picture) -> str:
    names = [picture.cards[root].label for root in picture.roots]
    if picture.note or not names[0]:
        return "a calculation"
    return names[0][:LONGEST_NAME] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _rows(
    picture: Picture, measures: Sequence[Measures], nodes: Sequence[Node] | None
) -> list[dict[str, Any]]:
    """Return one row for each card: its look and, unless the picture is a summary, its numbers."""
    rows = [_look(card, size) for card, size in zip(picture.cards, measures, strict=True)]
    for row, node in zip(rows, nodes or ()):
        row |= _numbers(node)
    return [
        {key: x for key, x in row.items() if x is not None and x is not False and x not in ("", [])}
        for row in rows
    ]


def _look(card: Card, size: Measures) -> dict[str, Any]:
    return {
        "label": card.label[:LONGEST_NAME],
        "mark": card.mark,
        "kind": card.kind,
        "isRoot": card.is_root,
        "tint": list(tints(card.tint)) if card.tint else [],
        "symbol": size.symbol,
        "operands": list(card.operands),
        "remark": card.remark,
        "lines": list(card.lines),
        **_sizes(card, size),
    }


def _sizes(card: Card, size: Measures) -> dict[str, Any]:
    box = [size.width, size.height, size.name_width]
    return {
        "name": size.name,
        "box": box + [size.head, size.tail] * (size.tail > 0),
        "circle": [size.op_width, size.op_height, size.link] if card.operands else [],
    }


def _numbers(node: Node) -> dict[str, Any]:
    """Return a node's numbers with all their digits, and its source line."""
    rule = rule_of(node)
    inner = bool(node._operands)
    return {
        "data": plain_number(node.data),
        "grad": plain_number(node.grad) if node.grad_state != "none" else None,
        "byHand": node.grad_state == "hand" and node.grad != 0,
        "op": rule.name if rule else "",
        "opName": clean(str(node.op))[:LONGEST_NAME] if inner and not rule else "",
        "partials": [plain_number(x) for x in node._partials] if inner else [],
        "ownBackward": has_own_backward(node),
        "at": clean(made_at(node))[:LONGEST_NAME],
    }


def plain_number(x: Any) -> float | str | None:
    """Return a number as JSON can hold it: nan and the infinities become words."""
    if x is None or isinstance(x, int) or math.isfinite(x):
        return x  # type: ignore[no-any-return]  # a node's number is an int or a float
    return "nan" if x != x else "inf" if x > 0 else "-inf"


def words_of(nodes: Sequence[Node]) -> dict[str, Any]:
    """Return what the table says about a graph's operations and the operations that define them."""
    names = [rule.name for rule in dict.fromkeys(map(rule_of, nodes)) if rule]
    words: dict[str, Any] = {}
    for name in names:  # it grows meanwhile
        if name in words:
            continue
        row = TABLE[name]
        texts = [row.read(text) for text in (row.formula, *row.partials)]
        words[name] = {
            "symbol": row.symbol,
            "reasons": [_reason(row, position) for position in range(row.arity)],
            "domain": row.domain,
            "formula": syntax_tree(texts[0]),
            "partials": [syntax_tree(text) for text in texts[1:]],
            "texts": list(row.partials),
            "written": row.written,
            "whys": list(row.reasons),
            "isGate": row.is_gate,
            "isEager": row.eager,
            "isOwn": name not in BUILT_IN,
            "kinks": [{"at": kink.at, "why": kink.why} for kink in row.kinks],
        }
        if name not in BUILT_IN:
            parts = itertools.chain.from_iterable(ast.walk(text.tree) for text in texts)
            calls = (part.func for part in parts if isinstance(part, ast.Call))
            names += [function.id for function in calls if isinstance(function, ast.Name)]
    return words


def _reason(row: Op, position: int) -> list[Any]:
    """Return the reason for a local derivative: words, and formulas as one-element lists."""
    return [x if isinstance(x, str) else [syntax_tree(x)] for x in row.reason(position)]
