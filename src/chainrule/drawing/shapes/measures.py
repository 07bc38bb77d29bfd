"""The size of a node's box, which depends on its label but never on its numbers: they stand in a
column of fixed width.

Where the ranks lie beside each other, a node's label stands to the left of its numbers and a remark
below the box, where no edge runs. Where they lie one below another, edges leave below the box and
width is scarce: the label stands above the numbers and a remark below them, in the box.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...numerals import MINUS, WIDEST
from ..layout.geometry import Padding, Vertex
from ..snapshot.picture import Card, Picture
from ..text_metrics import shorten, width, wrap

LABEL = 13.0
NUMBER = 12.0
"""Font sizes in pixels: for labels and symbols, and for numbers."""


class Form(NamedTuple):
    """How boxes are laid out, in pixels.

    Attributes:
        small: The font size of captions, remarks and local derivatives.
        row: The height of a number's row.
        line: That of a small line.
        pad: The space beside a text.
        link: The distance from an operation's circle to its box.
        longest: The longest label.
    """

    small: float
    row: float
    line: float
    pad: float
    link: float
    longest: float


BESIDE = Form(small=9.5, row=17.0, line=14.0, pad=9.0, link=13.0, longest=190.0)
STACKED = Form(small=11.7, row=15.0, line=13.0, pad=4.0, link=10.0, longest=130.0)
"""The label beside the numbers, and above them."""

HEAD = 18.0
"""The height of the strip in which a label stands above the numbers."""

MOST_LINES, ROOM = 4, 2
"""The most lines of a remark in a box, and those for which there is always room: so nothing moves
when a number gets one."""

LONGEST_TITLE = 260.0
CAPTION = 31.0
NUMBER_COLUMN = math.ceil(width(WIDEST, NUMBER))
NARROW_COLUMN = math.ceil(width(f"{MINUS}888888.8888", NUMBER))
"""The width of numbers with a caption beside them, and of the widest one without."""

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
        head: The height of the label's strip; 0 without a label.
        width: The width of the box; `op_width` is that of the operation's circle.
        symbol: The operation's symbol as it is drawn.
        port: The distance between two arrivals at the circle.
        approach: The length of an edge's straight end, with room for a local derivative.
        link: The distance from the circle to the box.
        rows: The number of numbers.
        remark: The lines of the remark.
        tail: The length of the straight beginning of its edges, into which the box grows by its
            remark.
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
    head: float = 0.0
    rows: int = 0
    remark: tuple[str, ...] = ()
    tail: float = 0.0


def form_of(upright: bool) -> Form:
    """Return how the boxes of a picture are laid out."""
    return STACKED if upright else BESIDE


def measure(card: Card, picture: Picture, upright: bool = False) -> Measures:
    """Measure a card."""
    form = form_of(upright)
    if card.kind == "stack":
        return _measure_stack(card, form, upright)
    name = shorten(card.name, LABEL, form.longest, bold=True)
    label = math.ceil(width(name, LABEL, bold=True)) if name else 0.0
    rows = 2 if picture.show_grad and card.kind != "constant" else 1
    if upright:
        box = max(NARROW_COLUMN, label) + 2 * form.pad
        column, head, room, most = 0.0, HEAD if name else 0.0, box - 2 * form.pad, MOST_LINES
    else:
        column, head = (max(30.0, label + 2 * form.pad) if name else 0.0), 0.0
        caption = 0.0 if card.kind == "constant" else CAPTION
        box = column + form.pad + caption + NUMBER_COLUMN + form.pad
        room, most = box - 4.0, 1
    lines = tuple(wrap(card.remark, form.small, room, most)) if card.remark else ()
    height = head + form.row * rows + 8.0
    tail = form.line * max(ROOM, len(lines)) if upright else 0.0
    circle = _measure_operation(card, form, upright) if card.operands else {}
    return Measures(
        name, column, box, height, head=head, rows=rows, remark=lines, tail=tail, **circle
    )


def _measure_operation(card: Card, form: Form, upright: bool) -> dict[str, Any]:
    """Return the sizes of an operation's circle."""
    symbol = shorten(card.symbol, LABEL, form.longest)
    is_wide = bool(card.partials)
    port, approach = (WIDE_PORT, _approach(card, form, upright)) if is_wide else (PORT, 0.0)
    ports = max(CIRCLE, port * (len(card.operands) + 1))
    wide = max(CIRCLE, math.ceil(width(symbol, LABEL)) + 16.0)
    long, high = (max(wide, ports), CIRCLE) if upright else (wide, ports)
    return {
        "symbol": symbol,
        "op_width": long,
        "op_height": high,
        "port": port,
        "approach": approach,
        "link": form.link,
    }


def _approach(card: Card, form: Form, upright: bool) -> float:
    """Return the length of the straight ends of edges, with room for their local derivatives."""
    if upright:
        return form.line * ((len(card.operands) + 1) // 2) + 8.0
    return partial_column(form)


def partial_column(form: Form) -> float:
    """Return the width that a local derivative needs beside its edge."""
    return math.ceil(width(WIDEST, form.small)) + 8.0


def _measure_stack(card: Card, form: Form, upright: bool) -> Measures:
    """Measure a box that stands for many nodes; edges end on the box itself."""
    name = shorten(card.label, LABEL, LONGEST_TITLE, bold=True)
    lines = (width(line, form.small) for line in card.lines)
    widths = (70.0, width(name, LABEL, bold=True), *lines)
    wide = math.ceil(max(widths)) + 2 * form.pad + 6.0
    high = 28.0 + form.line * len(card.lines)
    ports = WIDE_PORT * (len(card.operands) + 1)
    wide, high = (max(wide, ports), high) if upright else (wide, max(high, ports))
    circle = (wide, 0.0) if upright else (0.0, high)
    return Measures(name, 0.0, wide, high, "", *circle, WIDE_PORT, _approach(card, form, upright))


def copy_width(card: Card) -> float:
    """Return the width of a leaf's copy, which shows its name or else its number."""
    return name_width(card.name) if card.name else NUMBER_COLUMN + 16.0


def name_width(name: str) -> float:
    """Return the width of a small box that holds a name."""
    return max(26.0, math.ceil(width(shorten(name, NUMBER, BESIDE.longest), NUMBER)) + 18.0)


def vertices(picture: Picture, measures: Sequence[Measures], upright: bool) -> list[Vertex]:
    """Return each card as the layout needs it."""

    def axes(width: float, height: float) -> tuple[float, float]:
        return (height, width) if upright else (width, height)

    rows = []
    for card, size in zip(picture.cards, measures, strict=True):
        box, circle = axes(size.width, size.height), axes(size.op_width, size.op_height)
        length = box[0] + size.tail
        length += size.approach + circle[0] + size.link if card.operands else 0.0
        breadth = max(box[1], circle[1])
        if upright and len(card.operands) > 1 and card.partials:
            breadth = max(breadth, circle[1] - 2 * size.port + 2 * partial_column(STACKED))
        may_repeat = card.kind in ("leaf", "parameter", "constant") and not card.is_root
        copy = axes(copy_width(card), COPY_HEIGHT) if may_repeat else None
        rows.append(Vertex(length, breadth, card.operands, card.scope, copy))
    return rows


def padding(direction: str) -> Padding:
    """Return the padding in a scope's box, whose name stands at the top in every direction."""
    return {
        "LR": Padding(),
        "RL": Padding(),
        "TB": Padding(before=30.0, after=18.0, above=12.0, below=12.0, between=8.0, ranks=12.0),
        "BT": Padding(before=18.0, after=30.0, above=12.0, below=12.0, between=8.0, ranks=12.0),
    }[direction]
