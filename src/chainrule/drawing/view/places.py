"""Where everything lies: a picture's layout as plain lists of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..layout.geometry import Layout, Spot
from ..shapes.measures import COPY_HEIGHT, Measures, copy_width
from ..shapes.orientation import Orientation
from ..shapes.painter import End, Painter, arrange
from ..shapes.sheet import Text
from ..snapshot.picture import Picture

Box = tuple[float, float, float, float]
ANCHORS = ("start", "middle", "end")


@dataclass
class Places:
    """A layout turned into pixels.

    Attributes:
        size: Width and height of the whole.
        boxes: x, y, width and height of each card's box.
        copies: Of each leaf that is drawn again: its card and its box.
        areas: Of each scope's box: its path and its box.
        tracks: The edges as a tree of points: for each the number of the point before it (-1 where
            an edge begins), x and y. What edges of one source share is there once.
        ends: Of each edge: source, target, which operand it is, its last point in `tracks`, the tip
            of the arrow, and where the local derivative stands.
    """

    size: tuple[float, float]
    boxes: list[Box]
    copies: list[tuple[int, Box]]
    areas: list[tuple[tuple[str, ...], Box]]
    tracks: list[tuple[int, float, float]]
    ends: list[list[Any]]


def place(picture: Picture, direction: str) -> tuple[list[Measures], Places]:
    """Lay a picture out.

    Args:
        picture: The snapshot, operands before their users.
        direction: 'LR', 'RL', 'TB' or 'BT'.

    Cost: that of the layout, 0.2 s for 1,000 nodes.
    """
    measures, layout = arrange(picture, direction)
    orientation = Orientation(direction, layout.length, layout.breadth)
    painter = Painter(picture, measures, layout, orientation)
    nodes = [spot for spot in layout.spots if not spot.is_copy]
    tracks, ends = _edges(painter, orientation)
    return measures, Places(
        orientation.size,
        [
            _box(orientation, spot, measures[spot.node].width, measures[spot.node].height)
            for spot in nodes
        ],
        [
            (spot.node, _box(orientation, spot, copy_width(picture.cards[spot.node]), COPY_HEIGHT))
            for spot in layout.spots
            if spot.is_copy
        ],
        _areas(layout, orientation),
        tracks,
        ends,
    )


def _box(orientation: Orientation, spot: Spot, wide: float, high: float) -> Box:
    along, across = (high, wide) if orientation.is_upright else (wide, high)
    return orientation.box(
        spot.end - along, spot.end, spot.centre - across / 2, spot.centre + across / 2
    )


def _areas(layout: Layout, orientation: Orientation) -> list[tuple[tuple[str, ...], Box]]:
    return [
        (area.path, orientation.box(area.start, area.end, area.low, area.high))
        for area in layout.areas
    ]


def _edges(
    painter: Painter, orientation: Orientation
) -> tuple[list[tuple[int, float, float]], list[list[Any]]]:
    tracks: list[tuple[int, float, float]] = []
    known: dict[tuple[int, float, float], int] = {}
    ends = []
    for end in sorted(painter.ends(), key=lambda end: end.source):
        at = -1
        for along, across in _points(end):
            x, y = orientation.point(along, across)
            key = at, round(x, 1), round(y, 1)
            if at < 0 or key not in known:
                key = (at, *key[1:]) if at >= 0 else (-1 - end.source, *key[1:])
            if key not in known:
                known[key] = len(tracks)
                tracks.append((at, *key[1:]))
            at = known[key]
        x, y = orientation.point(end.tip, end.place)
        row = [end.source, end.target, end.turn, at, round(x, 1), round(y, 1)]
        ends.append(row + _written(end.beside))
    return tracks, ends


def _points(end: End) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for begin, finish, across in end.way:
        for along in (begin, finish) if finish > begin else (begin,):
            if not points or points[-1] != (along, across):
                points.append((along, across))
    return points


def _written(beside: Sequence[Text]) -> list[Any]:
    """Where the local derivative stands beside an edge, and the operand's number in front of it."""
    if not beside:
        return []
    text = beside[0]
    head, colon, _ = text.text.partition(":")
    prefix = head if colon or (text.text.isascii() and text.text.isdigit()) else ""
    return [round(text.x, 1), round(text.y, 1), ANCHORS.index(text.anchor), prefix]
