"""A picture as DOT text, for Graphviz and other programs that read its language.

Special characters in labels become character references (`&lt;`, `&#124;`), so no label can end a
string or begin a field.
"""

from __future__ import annotations

import re

from ..shapes.palette import LIGHT, tints
from ..snapshot.picture import Card, Picture
from . import svg
from .format import Format

_STYLES = {
    "parameter": ("rounded", f' penwidth=2 color="{LIGHT["parameter"].stroke}"'),
    "leaf": ("rounded", f' color="{LIGHT["leaf"].stroke}"'),
    "constant": ("dashed", ""),
}


def escape(text: str) -> str:
    """Escape text for a label."""
    return re.sub(r"[{}|\\\s]", lambda match: f"&#{ord(match[0])};", svg.escape(text))


def source(picture: Picture, direction: str) -> str:
    """Return the graph in DOT, for drawing in this direction."""
    rows = [
        "digraph {",
        f"  graph [rankdir={direction}]",
        '  node [shape=record fontname="Helvetica" fontsize=11]',
        '  edge [fontname="Helvetica" fontsize=9]',
    ]
    rows += _scopes(picture)
    for user, card in enumerate(picture.cards):
        goal = f"o{user}" if card.symbol else f"n{user}"
        for slot, operand in enumerate(card.operands):
            words = escape(card.partials[slot].text) if card.partials else ""
            rows.append(f"  n{operand} -> {goal}" + (f' [label="{words}"]' if words else ""))
        if card.symbol:
            rows.append(f"  {goal} -> n{user}")
    return "\n".join([*rows, "}", ""])


FORMAT = Format(
    "dot",
    "text/vnd.graphviz",
    lambda drawing: source(drawing.picture, drawing.rankdir).encode("utf-8", "replace"),
    aliases=("gv",),
    is_text=True,
)


def _scopes(picture: Picture) -> list[str]:
    """Declare the nodes, in a cluster for each scope."""
    rows: list[str] = []
    tree: dict[tuple[str, ...], list[int]] = {}
    for index, card in enumerate(picture.cards):
        tree.setdefault(card.scope, []).append(index)
    paths = {path[:depth] for path in tree for depth in range(len(path) + 1)}
    open_path: tuple[str, ...] = ()
    for number, path in enumerate(sorted(paths)):
        while path[: len(open_path)] != open_path:
            rows.append("  " * len(open_path) + "}")
            open_path = open_path[:-1]
        if path:
            name = escape(path[-1])
            rows.append(
                "  " * len(path) + f'subgraph cluster{number} {{ label="{name}" style=dashed'
            )
        open_path = path
        for index in tree.get(path, ()):
            rows += _node(index, picture.cards[index], picture, "  " * len(path))
    rows += ["  " * depth + "}" for depth in range(len(open_path), 0, -1)]
    return rows


def _node(index: int, card: Card, picture: Picture, indent: str) -> list[str]:
    fields = [escape(card.label), *map(escape, card.lines)]
    if card.kind != "stack":
        fields.append("data " + escape(card.data.text))
        if picture.show_grad and card.kind != "constant":
            fields.append("grad " + escape(card.grad.text))
        fields.append(escape(card.remark))
    label = " | ".join(filter(None, fields))
    if card.kind == "stack":
        label = f"{{ {label} }}"
    rows = [f'{indent}  n{index} [label="{label}"{_style(card)}]']
    if card.symbol:
        rows.append(f'{indent}  o{index} [shape=oval label="{escape(card.symbol)}"]')
    return rows


def _style(card: Card) -> str:
    style, more = ("", " penwidth=2.5") if card.is_root else _STYLES.get(card.kind, ("", ""))
    if card.tint:
        style = f'"{style},filled"' if style else "filled"
        more += f' fillcolor="{tints(card.tint)[0]}"'
    return (f" style={style}" if style else "") + more
