"""The whole picture as shapes: scopes, edges, nodes, and the arrowheads above them."""

from __future__ import annotations

from itertools import pairwise

from ...table.ops import TABLE
from ...table.rules import NUMBER as RULE_NUMBER, RULES
from ..layout.geometry import Run, ScopeArea
from ..text_metrics import shorten, width
from .arrangement import ARROW, Arrangement, Arrival
from .edges import curves
from .measures import form_of
from .nodes import BASELINE, SIGNS, copy, node
from .sheet import AnyShape, Box, Group, Polygon, Sheet, Text

HALF_ARROW = 3.3
SCOPE_NAME = 12.0
BESIDE_NAME = 5.0
"""Pixels between a scope's name and an edge beside it."""


def paint(arrangement: Arrangement, title: str, description: str) -> Sheet:
    """Draw the whole graph with its present numbers."""
    runs: dict[int, list[list[Run]]] = {}
    heads: list[AnyShape] = []
    for arrival in arrangement.arrivals():
        runs.setdefault(arrival.source, []).append(arrival.runs)
        heads.append(_arrowhead(arrangement, arrival.tip, arrival.across))
        text = edge_text(arrangement, arrival)
        heads += [text] if text else []
    for way in arrangement.layout.ways:
        begin, tip, across = way.runs[-1]
        runs.setdefault(way.source, []).append([*way.runs[:-1], (begin, tip - ARROW + 1.0, across)])
        heads.append(_arrowhead(arrangement, tip, across))
    rows: list[AnyShape] = [_scope(arrangement, area) for area in arrangement.layout.areas]
    for source in sorted(runs):
        rows += curves(arrangement.orientation, runs[source])
    for spot in arrangement.layout.spots:
        rows.append(copy(arrangement, spot) if spot.is_copy else node(arrangement, spot))
    return Sheet(*arrangement.orientation.size, title, description, rows + heads)


def _scope(arrangement: Arrangement, area: ScopeArea) -> Group:
    x, y, wide, high = arrangement.orientation.rectangle(area.start, area.end, area.low, area.high)
    whole = width(area.path[-1], SCOPE_NAME, bold=True)
    left, room = _room_for_name(arrangement, area, x + 11.0, x + wide - 9.0, whole)
    name = shorten(area.path[-1], SCOPE_NAME, room, bold=True)
    text = Text(left, y + 16.0, name, SCOPE_NAME, "scope-name", bold=True, room=room)
    return Group("scope " + " / ".join(area.path), (Box(x, y, wide, high, "scope", 10.0), text))


def _room_for_name(
    arrangement: Arrangement, area: ScopeArea, left: float, right: float, whole: float
) -> tuple[float, float]:
    """Return where a scope's name begins at the top of its box, and how long it may be, so that no
    edge runs through it: the first gap between edges that holds all of it, else the widest one."""
    orientation = arrangement.orientation
    if not orientation.is_upright:
        return left, right - left  # edges cross the sides of the box
    at = area.start + 10.0 if orientation.direction == "TB" else area.end - 10.0
    cuts = {
        orientation.point(at, across)[0]
        for edge in arrangement.layout.edges
        for begin, end, across in edge.runs
        if begin <= at <= end and area.low < across < area.high
    }
    ends = [left - BESIDE_NAME, *sorted(cuts), right + BESIDE_NAME]
    gaps = [(one + BESIDE_NAME, two - one - 2 * BESIDE_NAME) for one, two in pairwise(ends)]
    return next((gap for gap in gaps if gap[1] >= whole), max(gaps, key=lambda gap: gap[1]))


def _arrowhead(arrangement: Arrangement, tip: float, across: float) -> Polygon:
    point = arrangement.orientation.point
    base, half = tip - ARROW, HALF_ARROW
    points = point(tip, across), point(base, across - half), point(base, across + half)
    return Polygon(points, "arrow")


def edge_text(arrangement: Arrangement, arrival: Arrival) -> Text | None:
    """Write the local derivative at the end of an edge, and the operand's position if the picture
    shows the operands in another order."""
    card, across = arrangement.picture.cards[arrival.target], arrival.neighbours
    is_turned = across != sorted(across) and _order_matters(card.op)
    partial = card.partials[arrival.slot] if card.partials else None
    words = partial.text if partial else ""
    text = f"{arrival.slot + 1}: {words}".rstrip(": ") if is_turned else words
    if not text:
        return None
    role = SIGNS[partial.sign] if partial and words else "soft"
    orientation, tip = arrangement.orientation, arrival.tip
    form = form_of(orientation.is_upright)
    if not orientation.is_upright:
        x, y = orientation.point(tip - ARROW - 2.0 if partial else tip - 1.0, arrival.across)
        anchor = "end" if orientation.direction == "LR" else "start"
        is_below = not partial and arrival.across == max(across)
        return Text(x, y + 10.5 if is_below else y - 3.5, text, form.small, role, anchor, halo=True)
    count = len(across)
    position = sorted(range(count), key=lambda slot: across[slot]).index(arrival.slot)
    is_left = position < count / 2 and count > 1
    line = position if is_left else count - 1 - position
    x, y = orientation.point(tip - ARROW - 3.0 - form.line * line, arrival.across)
    y += BASELINE * form.small * 2 if orientation.direction == "BT" else 0.0
    anchor, aside = ("end", -4.0) if is_left else ("start", 4.0)
    return Text(x + aside, y, text, form.small, role, anchor, halo=True)


def _order_matters(op: str) -> bool:
    """Whether an operation's result depends on the order of its operands; assumed if unknown."""
    if op not in TABLE:
        return op != ""
    value, probes = RULES[RULE_NUMBER[op]].value, TABLE[op].probes
    return not probes or any(value(*probe) != value(*reversed(probe)) for probe in probes)
