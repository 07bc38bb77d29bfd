"""A node: the circle of its operation, and a box whose border shows its kind, with label and
numbers inside."""

from __future__ import annotations

from ..layout.geometry import Spot
from ..snapshot.picture import Card
from ..text_metrics import shorten
from .arrangement import Arrangement
from .measures import LABEL, NUMBER, Measures, form_of
from .sheet import Box, Group, Line, Rectangle, Shape, Text

BASELINE = 0.36
"""The distance from the middle of a line down to its baseline, in ems: half a digit's height."""

LONGEST = 7
"""The longest number that leaves room for its caption where boxes are narrow."""

INSET = 3.0
"""The distance between the two lines around a parameter."""

SIGNS = {1: "positive", -1: "negative", 0: "ink"}
"""The role for each sign of a number."""


def node(arrangement: Arrangement, spot: Spot) -> Group:
    """Draw a node with its operation."""
    card, size = arrangement.picture.cards[spot.node], arrangement.measures[spot.node]
    x, y, _, _ = arrangement.box(spot)
    upright = arrangement.orientation.is_upright
    if card.kind == "stack":
        return Group(caption(card), _stack(card, x, y, size, upright))
    rows = _operation(arrangement, spot, size) if size.symbol else []
    body = arrangement.body(spot)
    if size.tail and card.users:
        start, end = (arrangement.orientation.point(x, spot.centre) for x in arrangement.tail(spot))
        rows.append(Line(start, ((end,),), "edge"))
    rows += _border(card, *body, size)
    rows += _label(card, x, y, size) + _numbers(card, x, y, size, upright)
    rows += _remark(body, size, arrangement.orientation.direction)
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


def _border(
    card: Card, x: float, y: float, wide: float, high: float, size: Measures
) -> list[Shape]:
    is_cut, inset = card.kind == "constant", INSET if card.kind == "parameter" else 0.0
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


def _label(card: Card, x: float, y: float, size: Measures) -> list[Shape]:
    if not size.name:
        return []
    wide, high = size.name_width or size.width, size.head or size.height
    role, base = "ink" if card.label else "soft", y + high / 2 + BASELINE * LABEL
    middle, room = x + wide / 2, wide - 8.0
    rows: list[Shape] = [Text(middle, base, size.name, LABEL, role, "middle", bold=True, room=room)]
    if size.head:
        inset, at = INSET if card.kind == "parameter" else 0.0, y + size.head
        rows.append(Line((x + inset, at), (((x + wide - inset, at),),), "rule"))
    return rows


def _numbers(card: Card, x: float, y: float, size: Measures, upright: bool) -> list[Shape]:
    """Write the numbers. Captions stand beside them, above each other where there is room."""
    form = form_of(upright)
    caption = "" if card.kind == "constant" else "data"
    lines = [(caption, card.data), ("grad", card.grad)]
    left, right = x + size.name_width + form.pad, x + size.width - form.pad
    rows: list[Shape] = []
    for row, (word, number) in enumerate(lines[: size.rows]):
        base = y + size.head + 4.0 + form.row * row + form.row / 2 + BASELINE * NUMBER
        if word and (not size.tail or len(number.text) <= LONGEST):
            rows.append(Text(left, base, word, form.small, "soft"))
        rows.append(Text(right, base, number.text, NUMBER, SIGNS[number.sign], "end"))
    return rows


def _remark(body: Rectangle, size: Measures, direction: str) -> list[Shape]:
    """Write the remark below the box or, where edges leave there, in it."""
    x, y, wide, high = body
    form, low = form_of(bool(size.tail)), y + high
    if not size.tail:
        return [
            Text(x + wide - 2.0, low + 10.5, line, form.small, "remark", "end", halo=True)
            for line in size.remark
        ]
    first = low - 5.5 - form.line * (len(size.remark) - 1)
    first = y + form.line - 2.0 if direction == "BT" else first
    return [
        Text(x + wide / 2, first + form.line * row, line, form.small, "remark", "middle")
        for row, line in enumerate(size.remark)
    ]


def _stack(card: Card, x: float, y: float, size: Measures, upright: bool) -> tuple[Shape, ...]:
    """Draw a box that stands for many nodes as a little pile of sheets."""
    form, left = form_of(upright), x + form_of(upright).pad
    wide, high = size.width, size.height
    rows: list[Shape] = [
        Box(x + 4.0, y + 4.0, wide - 4.0, high - 4.0, "stack", 3.0),
        Box(x, y, wide - 4.0, high - 4.0, "stack-root" if card.is_root else "stack", 3.0),
        Text(left, y + 17.0, size.name, LABEL, "ink", bold=True, room=wide - 2 * form.pad),
    ]
    for row, line in enumerate(card.lines):
        rows.append(Text(left, y + 32.0 + form.line * row, line, form.small, "soft"))
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
