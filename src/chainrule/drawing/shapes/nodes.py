"""A node's box: its border by kind, and its label and numbers in columns."""

from __future__ import annotations

from ..snapshot.picture import Card
from .measures import LABEL, LINE, NUMBER, PAD, ROW, SMALL, Measures
from .sheet import Box, Line, Shape, Text

BASELINE = 0.36
"""Half the height of a digit, in ems: how far the baseline lies below the middle of a line."""

SIGNS = {1: "positive", -1: "negative", 0: "ink"}


def border(card: Card, x: float, y: float, size: Measures) -> list[Shape]:
    wide, high = size.width, size.height
    rows: list[Shape] = []
    rounded = 0.0 if card.operands else 9.0
    if card.kind == "constant":
        rows.append(Box(x, y, wide, high, "constant", 7.0, cut=True))
    elif card.kind == "parameter":
        rows.append(Box(x, y, wide, high, "parameter", rounded))
        rows.append(Box(x + 3, y + 3, wide - 6, high - 6, "parameter-inside", rounded - 3))
    else:
        role = "root" if card.is_root else "leaf" if card.kind == "leaf" else "inner"
        rows.append(Box(x, y, wide, high, role, rounded or 2.0))
    if size.name_width:
        at, inset = x + size.name_width, 3.0 if card.kind == "parameter" else 0.0
        rows.append(Line((at, y + inset), (((at, y + high - inset),),), "rule"))
    return rows


def writing(card: Card, x: float, y: float, size: Measures) -> list[Shape]:
    rows: list[Shape] = []
    if size.name_width:
        role = "ink" if card.label else "soft"
        rows.append(
            Text(
                x + size.name_width / 2,
                y + size.height / 2 + BASELINE * LABEL,
                size.name,
                LABEL,
                role,
                "middle",
                bold=True,
                room=size.name_width - 8.0,
            )
        )
    right = x + size.width - PAD
    left = x + size.name_width + PAD
    if card.kind == "constant":
        lines = [("", card.data)]
    elif size.height < 2 * ROW:
        lines = [("data", card.data)]
    else:
        lines = [("data", card.data), ("grad", card.grad)]
    for row, (word, number) in enumerate(lines):
        base = y + 4.0 + ROW * row + ROW / 2 + BASELINE * NUMBER
        if word:
            rows.append(Text(left, base, word, SMALL, "soft"))
        rows.append(Text(right, base, number.text, NUMBER, SIGNS[number.sign], "end"))
    return rows


def stack(card: Card, x: float, y: float, size: Measures) -> tuple[Shape, ...]:
    """Draw a box that stands for many nodes as a little pile of sheets."""
    wide, high = size.width, size.height
    rows: list[Shape] = [
        Box(x + 4.0, y + 4.0, wide - 4.0, high - 4.0, "stack", 3.0),
        Box(x, y, wide - 4.0, high - 4.0, "stack-root" if card.is_root else "stack", 3.0),
        Text(x + PAD, y + 17.0, size.name, LABEL, "ink", bold=True, room=wide - 2 * PAD),
    ]
    for number, line in enumerate(card.lines):
        rows.append(Text(x + PAD, y + 32.0 + LINE * number, line, SMALL, "soft"))
    return tuple(rows)


def caption(card: Card) -> str:
    """Return a node in words: its whole label, what it is, and its numbers."""
    if card.kind == "stack":
        return f"{card.label}: " + ", ".join(card.lines)
    kind = "root" if card.is_root else "operation" if card.operands else card.kind
    made = f" made by {card.symbol}" if card.operands else ""
    words = f"{card.name or 'unlabelled'} ({kind}{made}): data {card.data.text}"
    if card.kind != "constant":
        words += f", grad {card.grad.text}"
    return words + (f", {card.remark}" if card.remark else "")
