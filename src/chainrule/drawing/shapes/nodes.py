"""A node: the circle of its operation, and a box whose border shows its kind, with label and
numbers inside."""

from __future__ import annotations

from ..layout.geometry import Spot
from ..snapshot.picture import Card
from ..text_metrics import shorten
from .arrangement import Arrangement
from .measures import LABEL, LINE, NUMBER, PAD, ROW, SMALL, Measures
from .sheet import Box, Group, Line, Shape, Text

BASELINE = 0.36
"""The distance from the middle of a line down to its baseline, in ems: half a digit's height."""

SIGNS = {1: "positive", -1: "negative", 0: "ink"}
"""The role for each sign of a number."""


def node(arrangement: Arrangement, spot: Spot) -> Group:
    """Draw a node with its operation."""
    card, size = arrangement.picture.cards[spot.node], arrangement.measures[spot.node]
    x, y, _, _ = arrangement.box(spot)
    if card.kind == "stack":
        return Group(caption(card), _stack(card, x, y, size))
    rows = _operation(arrangement, spot, size) if size.symbol else []
    rows += _border(card, x, y, size)
    rows += _writing(card, x, y, size)
    if card.remark:
        remark = shorten(card.remark, SMALL, size.width + 12.0)
        is_left = spot.node in arrangement.leaning
        at, anchor = (x + 2.0, "start") if is_left else (x + size.width - 2.0, "end")
        base = y + size.height + 10.5
        rows.append(Text(at, base, remark, SMALL, "remark", anchor, halo=True))
    return Group(caption(card), tuple(rows))


def copy(arrangement: Arrangement, spot: Spot) -> Group:
    """Draw a leaf a second time, beside a user that is far from it."""
    card = arrangement.picture.cards[spot.node]
    x, y, wide, high = arrangement.box(spot)
    label = arrangement.marks[spot.node] if spot.is_mark else card.name
    name = shorten(label, NUMBER, wide - 10.0) if label else card.data.text
    base = y + high / 2 + BASELINE * NUMBER
    role = "inner" if card.operands else "copy"
    box = Box(x, y, wide, high, role, high / 2, tint=card.tint)
    text = Text(x + wide / 2, base, name, NUMBER, "ink", "middle", room=wide - 8.0)
    words = "continued in another row" if spot.is_mark else "drawn again"
    return Group(f"{label or card.data.text}, {words}", (box, text))


def _operation(arrangement: Arrangement, spot: Spot, size: Measures) -> list[Shape]:
    orientation = arrangement.orientation
    start, end = arrangement.operation(spot.node)
    half = orientation.swap(size.op_width, size.op_height)[1] / 2
    x, y, wide, high = orientation.rectangle(start, end, spot.centre - half, spot.centre + half)
    to_box = orientation.point(end + size.link, spot.centre)
    base = y + high / 2 + BASELINE * LABEL
    return [
        Line(orientation.point(end, spot.centre), ((to_box,),), "edge"),
        Box(x, y, wide, high, "op", min(wide, high) / 2),
        Text(x + wide / 2, base, size.symbol, LABEL, "ink", "middle", room=wide - 8.0),
    ]


def _border(card: Card, x: float, y: float, size: Measures) -> list[Shape]:
    wide, high = size.width, size.height
    is_cut, inset = card.kind == "constant", 3.0 if card.kind == "parameter" else 0.0
    role = "root" if card.is_root and card.kind in ("leaf", "inner") else card.kind
    radius = 7.0 if is_cut else 2.0 if card.operands else 9.0
    rows: list[Shape] = [Box(x, y, wide, high, role, radius, is_cut, card.tint)]
    if inset:
        inside = x + inset, y + inset, wide - 2 * inset, high - 2 * inset
        rows.append(Box(*inside, "parameter-inside", radius - inset))
    if size.name_width:
        at = x + size.name_width
        rows.append(Line((at, y + inset), (((at, y + high - inset),),), "rule"))
    return rows


def _writing(card: Card, x: float, y: float, size: Measures) -> list[Shape]:
    rows: list[Shape] = []
    if size.name_width:
        role, room = "ink" if card.label else "soft", size.name_width - 8.0
        middle, base = x + size.name_width / 2, y + size.height / 2 + BASELINE * LABEL
        rows.append(Text(middle, base, size.name, LABEL, role, "middle", bold=True, room=room))
    caption = "" if card.kind == "constant" else "data"
    lines = [(caption, card.data), ("grad", card.grad)][: 2 if size.height > 2 * ROW else 1]
    left, right = x + size.name_width + PAD, x + size.width - PAD
    for row, (word, number) in enumerate(lines):
        base = y + 4.0 + ROW * row + ROW / 2 + BASELINE * NUMBER
        if word:
            rows.append(Text(left, base, word, SMALL, "soft"))
        rows.append(Text(right, base, number.text, NUMBER, SIGNS[number.sign], "end"))
    return rows


def _stack(card: Card, x: float, y: float, size: Measures) -> tuple[Shape, ...]:
    """Draw a box that stands for many nodes as a little pile of sheets."""
    wide, high = size.width, size.height
    rows: list[Shape] = [
        Box(x + 4.0, y + 4.0, wide - 4.0, high - 4.0, "stack", 3.0),
        Box(x, y, wide - 4.0, high - 4.0, "stack-root" if card.is_root else "stack", 3.0),
        Text(x + PAD, y + 17.0, size.name, LABEL, "ink", bold=True, room=wide - 2 * PAD),
    ]
    for row, line in enumerate(card.lines):
        rows.append(Text(x + PAD, y + 32.0 + LINE * row, line, SMALL, "soft"))
    return tuple(rows)


def caption(card: Card) -> str:
    """Describe a node in words: its full label, its kind and its numbers."""
    if card.kind == "stack":
        return f"{card.label}: " + ", ".join(card.lines)
    kind = "root" if card.is_root else "operation" if card.operands else card.kind
    operation = f" made by {card.symbol}" if card.operands else ""
    words = f"{card.name or 'unlabelled'} ({kind}{operation}): data {card.data.text}"
    if card.kind != "constant":
        words += f", grad {card.grad.text}"
    return words + (f", {card.remark}" if card.remark else "")
