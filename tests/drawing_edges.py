"""Edges that touch what they are not joined to, and random graphs on which to look for them."""

from __future__ import annotations

import random
from itertools import pairwise

from chainrule import Value
from chainrule.drawing.shapes.edges import curves
from chainrule.drawing.shapes.sheet import Box, Group, Text
from chainrule.drawing.text_metrics import width
from chainrule.graph.labels import parameter, scope

CLEAR = 2.0
"""Pixels that an edge keeps from the boxes and the words of nodes that it isn't joined to."""


def random_values(count, seed):
    """A random graph with labels of any length, scopes, parameters and constants."""
    random.seed(seed)
    nodes = [Value(1.0 + leaf, label="x" * random.randrange(1, 40)) for leaf in range(4)]
    for _ in range(count):
        x, y = random.choice(nodes), random.choice(nodes[-6:])
        with scope(random.choice(("one", "two", "a scope with a very long name indeed"))):
            made = (
                x + y, x * y, x - 2.0, 3.0 - y, y.tanh(), x * parameter(0.5, label="w"), x + x
            )  # fmt: skip
            nodes.append(random.choice(made))
        nodes[-1].label = random.choice(("", "", "n", "a rather long label " * 3))
    return nodes[-1]


def text_extent(text):
    wide = width(text.text, text.size, text.bold)
    wide = min(wide, text.room) if text.room else wide
    left = text.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    return left, left + wide, text.y - 0.7 * text.size, text.y


def obstacles(arrangement, sheet):
    """(x, y, width, height, node) of each box and circle, of each scope's name, and of each
    remark."""
    groups = [shape for shape in sheet.shapes if isinstance(shape, Group)]
    spots = arrangement.layout.spots
    scopes, nodes = groups[: -len(spots)], groups[-len(spots) :]
    owners = [-1] * len(scopes) + [spot.node for spot in spots]
    for part, node in zip(scopes + nodes, owners, strict=True):
        for shape in part.shapes:
            if isinstance(shape, Text) and shape.role in ("scope-name", "remark"):
                left, right, top, base = text_extent(shape)
                yield left, top, right - left, base - top, node
            elif isinstance(shape, Box) and shape.role != "scope":
                yield shape.x, shape.y, shape.width, shape.height, node


def touched(arrangement, sheet):
    """Yield an edge's ends and an obstacle that it touches without being joined to it."""
    boxes = list(obstacles(arrangement, sheet))
    for edge in arrangement.arrivals():
        (line,) = curves(arrangement.orientation, [edge.runs])
        for (x0, y0), (x1, y1) in pairwise(line.straight()):
            steps = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / 3.0))
            points = [
                (x0 + (x1 - x0) * t / steps, y0 + (y1 - y0) * t / steps) for t in range(steps + 1)
            ]
            for x, y, wide, high, node in boxes:
                if node in (edge.source, edge.target):
                    continue
                if max(x0, x1) < x - CLEAR or min(x0, x1) > x + wide + CLEAR:
                    continue
                if any(
                    x - CLEAR < px < x + wide + CLEAR and y - CLEAR < py < y + high + CLEAR
                    for px, py in points
                ):
                    yield edge.source, edge.target, node
