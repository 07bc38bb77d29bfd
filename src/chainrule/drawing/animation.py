"""The backward pass as a moving picture, one frame a step.

It stands in this room because its frames are drawings; the steps themselves come from the pass, two
storeys below, which the room of explanations reads too. So `animate` takes a graph, or the `steps`
of one, and neither room needs the other.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..engine.node import is_value
from ..errors import ChoiceError, MissingExtra, WrongType
from ..graph.passes import Contribution, contributions, has_own_backward
from . import options
from .formats import png
from .layout.geometry import Layout
from .shapes.edges import arrivals, curves
from .shapes.measures import LABEL, Measures
from .shapes.orientation import Orientation
from .shapes.painter import arrange, paint
from .shapes.sheet import Area, Point, Sheet, Text
from .snapshot.picture import NOTHING, Picture, is_node, nodes_of, number, photograph

MOST_FRAMES = 200
"""A longer pass is nothing that one watches; `steps` shows any part of it."""

WIDEST, HIGHEST = 1600.0, 1600.0
"""Pixels; a larger graph is drawn smaller."""

CAPTION = 30.0
BORDER = 3.0
RIBBON = 5.0
NODE, RISES, FALLS = "remark", "positive", "negative"
"""The roles, and so the colours, of the node that is at work and of what it adds."""


def animate(
    root: Any, path: str | os.PathLike[str], *, rankdir: str = "LR", seconds: float = 1.2
) -> str:
    """Write the backward pass as an animation: each frame shows the graph with the gradients that
    are known by then, the node at work and the edge along which it passes its gradient on.

    Args:
        root: A Value, or the `steps` of one. Nothing in the graph changes.
        path: The file. `.gif`, or `.png` or `.apng` for an animated PNG.
        rankdir: 'LR', 'RL', 'TB' or 'BT', as for `draw_dot`.
        seconds: How long a frame stands; the last one stands three times as long.

    Returns:
        The path.

    Raises:
        WrongType: `root` is no Value.
        ChoiceError: An unknown ending or direction, no time, or more than 200 steps.
        GraphError: The graph has a cycle.
        MissingExtra: Pillow is not installed.
        FileError: The file cannot be written.

    Cost: 0.1 s a frame for a small graph.
    """
    name = options.path_of(path, "path")
    kind = options.chosen(Path(name).suffix.lower(), (".gif", ".png", ".apng"), "ending")
    if not 0.02 <= seconds <= 60:
        raise ChoiceError(f"a frame stands for 0.02 to 60 seconds, not {seconds!r}.")
    start = root if is_value(root) else getattr(root, "root", root)
    if not is_node(start):
        raise WrongType(
            f"animate shows the pass of one Value, or the steps of one, got {type(root).__name__}.",
            remedy="pass the root of the graph, for example animate(loss, 'pass.gif')",
        )
    sheets = frames(start, options.direction_of(rankdir))
    try:
        import PIL  # noqa: F401  # asked for before anything is drawn
    except ImportError:
        raise MissingExtra("Pillow", "png", "an animation") from None
    content = _encode([_image(sheet) for sheet in sheets], kind, round(1000 * seconds))
    from ..files import write_atomically

    write_atomically(name, content)
    return name


def frames(root: Any, direction: str = "LR") -> list[Sheet]:
    """Return the frames as shapes: before the pass, then one for each step.

    Raises:
        ChoiceError: The pass has more than 200 steps.
    """
    nodes = nodes_of([root])
    events: list[Contribution] = []
    for one in contributions(reversed(nodes), _passed_on):
        events.append(one)
        if len(events) >= MOST_FRAMES:
            raise ChoiceError(
                f"an animation has at most {MOST_FRAMES} frames, and this pass has more steps.",
                remedy="steps(root) walks through any pass; show(root) plays it",
            )
    picture = photograph(nodes, [root], local=True)
    picture.cards = [replace(card, grad=NOTHING, remark="") for card in picture.cards]
    places = {node: index for index, node in enumerate(nodes)}
    artist = _Artist(picture, direction, places)
    picture.cards[places[root]].grad = number(1.0)
    made = [artist.frame(f"0 of {len(events)}: the root's own gradient is 1", places[root])]
    for turn, one in enumerate(events, 1):
        picture.cards[places[one.operand]].grad = number(one.total)
        caption = _caption(turn, len(events), one, picture, places)
        made.append(artist.frame(caption, places[one.node], one))
    return made


def _passed_on(node: Any) -> Sequence[float | None]:
    partials: Sequence[float | None] = () if has_own_backward(node) else node._local_grads
    return partials


def _caption(
    turn: int, count: int, one: Contribution, picture: Picture, places: dict[Any, int]
) -> str:
    """What happens in a step, in a line."""
    names = [
        picture.cards[places[node]].name or picture.cards[places[node]].symbol or "a leaf"
        for node in (one.node, one.operand)
    ]
    added = f"{number(one.upstream).text} × {number(one.partial).text} = {number(one.added).text}"
    return f"{turn} of {count}: {names[0]} passes on to {names[1]}:  {added}"


class _Artist:
    """Draws frames of one graph, all with the same layout."""

    def __init__(self, picture: Picture, direction: str, places: dict[Any, int]) -> None:
        self.picture = picture
        self.direction = direction
        self.places = places
        self.measures, self.layout = arrange(picture, direction)
        self.orientation = Orientation(direction, self.layout.length, self.layout.breadth)

    def frame(self, caption: str, active: int, one: Contribution | None = None) -> Sheet:
        """The graph as it is now, with the node at work and its edge marked."""
        sheet = paint(self.picture, self.direction, "A backward pass", caption)
        marks: list[Any] = list(self._ring(active))
        if one is not None:
            role = FALLS if one.added < 0 else RISES
            edge = self._wire(active, self.places[one.operand], one.place)
            marks += [Area(piece, role) for piece in _ribbon(edge)]
        left = self.orientation.margin
        room = sheet.width - 2 * left
        words = Text(left, sheet.height + 8.0, caption, LABEL, "ink", room=room)
        shapes = [*marks, *sheet.shapes, words]
        return Sheet(sheet.width, sheet.height + CAPTION, sheet.title, caption, shapes)

    def _ring(self, node: int) -> Iterator[Area]:
        """A frame around a node's box."""
        spot, size = self.layout.spots[node], self.measures[node]
        along, across = self._extent(size)
        low, high = spot.centre - across / 2, spot.centre + across / 2
        x, y, wide, high = self.orientation.box(spot.end - along, spot.end, low, high)
        x, y, wide, high = x - BORDER, y - BORDER, wide + 2 * BORDER, high + 2 * BORDER
        yield Area(((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), NODE)

    def _extent(self, size: Measures) -> tuple[float, float]:
        upright = self.orientation.is_upright
        return (size.height, size.width) if upright else (size.width, size.height)

    def _wire(self, target: int, source: int, place: int) -> list[Point]:
        """The points of the edge from an operand to its user."""
        operands = self.picture.cards[target].operands
        edges = {edge.source: edge for edge in _into(self.layout, target)}
        ends = [edges[operand].runs[-2][2] for operand in operands]
        size, spot = self.measures[target], self.layout.spots[target]
        port = arrivals(ends, spot.centre, size.port)[place]
        start = spot.end - self._extent(size)[0] - size.link
        start -= size.op_height if self.orientation.is_upright else size.op_width
        runs = edges[source].runs
        way = [*runs[:-1], (min(runs[-1][0], start), start, port)]
        return [point for line in curves(self.orientation, [way]) for point in line.straight()]


def _into(layout: Layout, target: int) -> Iterator[Any]:
    return (edge for edge in layout.edges if edge.target == target)


def _ribbon(points: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    """A broad line as quadrilaterals, one for each straight piece."""
    half = RIBBON / 2
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        if length == 0:
            continue
        ux, uy = (x1 - x0) / length * half, (y1 - y0) / length * half
        yield (
            (x0 - ux - uy, y0 - uy + ux),
            (x1 + ux - uy, y1 + uy + ux),
            (x1 + ux + uy, y1 + uy - ux),
            (x0 - ux + uy, y0 - uy - ux),
        )


def _image(sheet: Sheet) -> Any:
    """A frame as an image of Pillow's, drawn at the size that it has in the end."""
    return png.image(sheet, min(png.SCALE, WIDEST / sheet.width, HIGHEST / sheet.height))


def _encode(images: Sequence[Any], kind: str, milliseconds: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    times = [milliseconds] * (len(images) - 1) + [3 * milliseconds]
    if kind == ".gif":
        first = images[-1].quantize(colors=128, dither=Image.Dither.NONE)
        images = [image.quantize(palette=first, dither=Image.Dither.NONE) for image in images]
    options = {"save_all": True, "append_images": images[1:], "duration": times, "loop": 0}
    images[0].save(out, "GIF" if kind == ".gif" else "PNG", **options)
    return out.getvalue()
