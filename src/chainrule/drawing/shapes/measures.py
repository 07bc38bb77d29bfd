"""The size of a node's box, which depends on its label but never on its numbers: they stand in a
column of fixed width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...numerals import WIDEST
from ..layout.geometry import Padding, Vertex
from ..snapshot.picture import Card, Picture
from ..text_metrics import shorten, width

LABEL = 13.0
NUMBER = 12.0
SMALL = 9.5
"""Font sizes in pixels: for labels and symbols, for numbers, and for captions, remarks and local
derivatives."""

LONGEST_LABEL = 190.0
LONGEST_TITLE = 260.0
ROW = 17.0
LINE = 14.0
PAD = 9.0
CAPTION = 31.0
NUMBER_COLUMN = math.ceil(width(WIDEST, NUMBER))
PARTIAL_COLUMN = math.ceil(width(WIDEST, SMALL)) + 8.0
LINK = 13.0
COPY_HEIGHT = 22.0
CIRCLE = 27.0
PORT = 8.0
WIDE_PORT = 16.0
"""Pixels between arrivals at an operation, without and with local derivatives."""


@dataclass(frozen=True)
class Measures:
    """The sizes of one card, in pixels.

    Attributes:
        name: The label as it is drawn, shortened if it is long.
        name_width: The width of the label's column; 0 without a label.
        width: The width of the box; `op_width` is that of the operation's circle.
        symbol: The operation's symbol as it is drawn.
        port: The distance between two arrivals at the circle.
        approach: The length of an edge's straight end, with room for a local derivative.
        link: The distance from the circle to the box.
    """

    name: str
    name_width: float
    width: float
    height: float
    symbol: str = ""
    op_width: float = 0.0
    op_height: float = 0.0
    port: float = PORT
    approach: float = 0.0
    link: float = 0.0


def measure(card: Card, picture: Picture, upright: bool = False) -> Measures:
    """Measure a card."""
    if card.kind == "stack":
        return _measure_stack(card, upright)
    name = shorten(card.name, LABEL, LONGEST_LABEL, bold=True)
    column = max(30.0, math.ceil(width(name, LABEL, bold=True)) + 2 * PAD) if name else 0.0
    rows = 2 if picture.show_grad and card.kind != "constant" else 1
    caption = 0.0 if card.kind == "constant" else CAPTION
    box = column + PAD + caption + NUMBER_COLUMN + PAD
    height = ROW * rows + 8.0
    if not card.operands:
        return Measures(name, column, box, height)
    symbol = shorten(card.symbol, LABEL, LONGEST_LABEL)
    port, approach = (WIDE_PORT, _approach(card, upright)) if card.partials else (PORT, 0.0)
    ports = max(CIRCLE, port * (len(card.operands) + 1))
    wide = max(CIRCLE, math.ceil(width(symbol, LABEL)) + 16.0)
    circle = (max(wide, ports), CIRCLE) if upright else (wide, ports)
    return Measures(name, column, box, height, symbol, *circle, port, approach, LINK)


def _approach(card: Card, upright: bool) -> float:
    """Return the length of the straight ends of edges, with room for their local derivatives."""
    return 12.0 * ((len(card.operands) + 1) // 2) + 8.0 if upright else PARTIAL_COLUMN


def _measure_stack(card: Card, upright: bool) -> Measures:
    """Measure a box that stands for many nodes; edges end on the box itself."""
    name = shorten(card.label, LABEL, LONGEST_TITLE, bold=True)
    widths = (70.0, width(name, LABEL, bold=True), *(width(line, SMALL) for line in card.lines))
    wide = math.ceil(max(widths)) + 2 * PAD + 6.0
    high = 28.0 + LINE * len(card.lines)
    ports = WIDE_PORT * (len(card.operands) + 1)
    wide, high = (max(wide, ports), high) if upright else (wide, max(high, ports))
    circle = (wide, 0.0) if upright else (0.0, high)
    return Measures(name, 0.0, wide, high, "", *circle, WIDE_PORT, _approach(card, upright))


def copy_width(card: Card) -> float:
    """Return the width of a leaf's copy, which shows its name or else its number."""
    return name_width(card.name) if card.name else NUMBER_COLUMN + 16.0


def name_width(name: str) -> float:
    """Return the width of a small box that holds a name."""
    return max(26.0, math.ceil(width(shorten(name, NUMBER, LONGEST_LABEL), NUMBER)) + 18.0)


def vertices(picture: Picture, measures: Sequence[Measures], upright: bool) -> list[Vertex]:
    """Return each card as the layout needs it."""

    def axes(width: float, height: float) -> tuple[float, float]:
        return (height, width) if upright else (width, height)

    rows = []
    for card, size in zip(picture.cards, measures, strict=True):
        box, circle = axes(size.width, size.height), axes(size.op_width, size.op_height)
        length = box[0] + (size.approach + circle[0] + size.link if card.operands else 0.0)
        may_repeat = card.kind in ("leaf", "parameter", "constant") and not card.is_root
        copy = axes(copy_width(card), COPY_HEIGHT) if may_repeat else None
        rows.append(Vertex(length, max(box[1], circle[1]), card.operands, card.scope, copy))
    return rows


def padding(direction: str) -> Padding:
    """Return the padding in a scope's box, whose name stands at the top in every direction."""
    return {
        "LR": Padding(),
        "RL": Padding(),
        "TB": Padding(before=30.0, after=18.0, above=14.0, below=14.0),
        "BT": Padding(before=18.0, after=30.0, above=14.0, below=14.0),
    }[direction]
