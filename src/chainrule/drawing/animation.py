"""The backward pass as an animation, with a frame for each step."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.node import Node, is_value
from ..errors import ChoiceError, WrongType
from ..files import write_atomically
from ..graph.passes import Contribution, contributions, stored_partials
from . import options
from .formats import png
from .shapes.arrangement import Arrangement
from .shapes.edges import curves
from .shapes.measures import LABEL
from .shapes.painting import paint
from .shapes.sheet import AnyShape, Point, Polygon, Sheet, Text
from .snapshot.picture import Card, is_node, nodes_of, photograph
from .snapshot.text import NOTHING, number

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_FRAMES = 200
"""Nobody would watch a longer pass; `steps` shows any part of one."""

WIDEST, HIGHEST = 1600.0, 1600.0
"""The largest frame in pixels; larger graphs are scaled down."""

CAPTION = 30.0
BORDER = 3.0
RIBBON = 5.0
NODE, RISES, FALLS = "remark", "positive", "negative"
"""The roles, and so the colours, of the node at work and of positive and negative contributions."""


class Animation(str):
    """The path of an animation; a notebook shows the animation itself, if the file is there."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        bundle = {"text/plain": repr(self)}
        try:
            code = base64.b64encode(Path(self).read_bytes()).decode("ascii")
        except OSError:
            return bundle
        kind = "image/gif" if self.lower().endswith(".gif") else "image/png"
        look = 'alt="A backward pass" style="max-width:100%;height:auto"'
        return bundle | {"text/html": f'<img {look} src="data:{kind};base64,{code}">'}


def animate(
    root: Any, path: str | os.PathLike[str], *, rankdir: str = "LR", seconds: float = 1.2
) -> Animation:
    """Write the backward pass as an animation.

    Each frame shows the graph with its gradients so far, the node at work, and the edge along
    which it passes its gradient on.

    Args:
        root: A Value, or the `steps` of one. The graph doesn't change.
        path: The file to write: `.gif`, or `.png` or `.apng` for an animated PNG.
        rankdir: 'LR', 'RL', 'TB' or 'BT', as for `draw_dot`.
        seconds: How long each frame is shown; the last one is shown three times as long.

    Returns:
        The path, a string; a notebook shows the animation.

    Raises:
        WrongType: `root` isn't a Value.
        ChoiceError: `path` has another ending, `rankdir` is unknown, `seconds` isn't between 0.02
            and 60, or the pass needs more than 200 frames.
        GraphError: The graph has a cycle.
        MissingExtra: Pillow is not installed.
        FileError: The file cannot be written.

    Cost: 0.1 s a frame for a small graph.
    """
    name = options.path_of(path, "path")
    kind = options.chosen(Path(name).suffix.lower(), (".gif", ".png", ".apng"), "ending")
    if not 0.02 <= seconds <= 60:
        raise ChoiceError(f"each frame must last 0.02 to 60 seconds, but seconds is {seconds!r}.")
    start = root if is_value(root) else getattr(root, "root", root)
    if not is_node(start):
        raise WrongType(
            f"animate needs a Value, or the steps of one, but got {type(root).__name__}.",
            remedy="pass the root of the graph, for example animate(loss, 'pass.gif')",
        )
    sheets = frames(start, options.direction_of(rankdir))
    scale = min(png.SCALE, WIDEST / sheets[0].width, HIGHEST / sheets[0].height)
    images = [png.image(sheet, scale) for sheet in sheets]
    write_atomically(name, _encode(images, kind, round(1000 * seconds)))
    return Animation(name)


def frames(root: Node, direction: str = "LR") -> list[Sheet]:
    """Return the frames: one before the pass, then one for each step."""
    nodes = nodes_of([root])
    events = list(islice(contributions(reversed(nodes), stored_partials), MOST_FRAMES))
    if len(events) == MOST_FRAMES:
        raise ChoiceError(
            f"an animation has at most {MOST_FRAMES} frames, but this pass needs more.",
            remedy="steps(root) walks through any pass; show(root) plays it",
        )
    picture = photograph(nodes, [root], local=True)
    picture.cards = [replace(card, grad=NOTHING, remark="") for card in picture.cards]
    index = {node: number for number, node in enumerate(nodes)}
    artist = _Artist(Arrangement(picture, direction, None))
    picture.cards[index[root]].grad = number(1.0)
    sheets = [artist.frame(f"0 of {len(events)}: the root's own gradient is 1", index[root])]
    for step, event in enumerate(events, 1):
        node, operand = index[event.node], index[event.operand]
        picture.cards[operand].grad = number(event.total)
        caption = _caption(event, picture.cards[node], picture.cards[operand])
        caption = f"{step} of {len(events)}: {caption}"
        sheets.append(artist.frame(caption, node, event.position, event.added))
    return sheets


def _caption(event: Contribution, node: Card, operand: Card) -> str:
    """Describe a step in one line."""
    names = [card.name or card.symbol or "a leaf" for card in (node, operand)]
    factors = f"{number(event.upstream).text} × {number(event.partial).text}"
    return f"{names[0]} passes on to {names[1]}:  {factors} = {number(event.added).text}"


class _Artist:
    """Draws frames of one graph, all with the same layout."""

    def __init__(self, arrangement: Arrangement) -> None:
        self.arrangement = arrangement
        self.arrivals = {(end.target, end.slot): end for end in arrangement.arrivals()}

    def frame(self, caption: str, node: int, slot: int = 0, added: float | None = None) -> Sheet:
        """Draw the graph with its present numbers, and mark the node at work and its edge."""
        arrangement = self.arrangement
        sheet = paint(arrangement, "A backward pass", caption)
        marks: list[AnyShape] = [self._ring(node)]
        if added is not None:
            role = FALLS if added < 0 else RISES
            marks += [Polygon(piece, role) for piece in _ribbon(self._edge(node, slot))]
        left = arrangement.orientation.margin
        words = Text(left, sheet.height + 8.0, caption, LABEL, "ink", room=sheet.width - 2 * left)
        shapes = [*marks, *sheet.shapes, words]
        return Sheet(sheet.width, sheet.height + CAPTION, sheet.title, caption, shapes)

    def _ring(self, node: int) -> Polygon:
        """Return a frame around a node's box."""
        x, y, wide, high = self.arrangement.box(self.arrangement.layout.spots[node])
        x, y, right, low = x - BORDER, y - BORDER, x + wide + BORDER, y + high + BORDER
        return Polygon(((x, y), (right, y), (right, low), (x, low)), NODE)

    def _edge(self, node: int, slot: int) -> list[Point]:
        """Return the corners of an edge, from the operand to the operation's circle."""
        end, (start, _) = self.arrivals[node, slot], self.arrangement.operation(node)
        runs = [*end.runs[:-1], (min(end.runs[-1][0], start), start, end.across)]
        (line,) = curves(self.arrangement.orientation, [runs])
        return line.straight()


def _ribbon(points: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    """Return a broad line as quadrilaterals, one for each straight piece."""
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


def _encode(images: Sequence[Image], kind: str, milliseconds: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    times = [milliseconds] * (len(images) - 1) + [3 * milliseconds]
    if kind == ".gif":
        palette = _palette(images)
        images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    options = {"save_all": True, "append_images": images[1:], "duration": times, "loop": 0}
    images[0].save(out, "GIF" if kind == ".gif" else "PNG", **options)
    return out.getvalue()


def _palette(images: Sequence[Image]) -> Image:
    """Return an image whose palette is for the colours of all frames, and keeps paper white."""
    from PIL import Image

    found = [image.getcolors(image.width * image.height) or [] for image in images]
    colours: list[Any] = sorted({colour for counts in found for _, colour in counts})
    row = Image.new("RGB", (len(colours), 1))
    row.putdata(colours)
    return row.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
