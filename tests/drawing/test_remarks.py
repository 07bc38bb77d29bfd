"""Remarks on nodes: whatever they say, and whichever way the graph runs, no edge crosses one."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from drawing_edges import random_values, text_extent
from drawing_graphs import neuron
from hypothesis import given, settings, strategies as st

from chainrule import Value, check
from chainrule.drawing import draw_dot
from chainrule.drawing.shapes.sheet import Box, Group, Line, Text

pytestmark = pytest.mark.once

DIRECTIONS = ("LR", "TB", "RL", "BT")
REMARKS = (
    "✓",
    "✗ 6",
    "✗ −1.234e−05",
    "✗ by hand, expected −1.234e−05",
    "3.5000 by hand + 2.0000, 12 passes",
    "a remark of somebody's own that goes on and on without any end",
    "onelongwordwithoutanyspaceinitthatnoboxcanhold",
)


def meets(line, extent):
    """Whether a line runs through a rectangle."""
    left, right, top, low = extent
    for (x0, y0), (x1, y1) in pairwise(line.straight()):
        steps = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / 2.0))
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            if left <= x <= right and top <= y <= low:
                return True
    return False


def faults(sheet):
    """What crosses a remark: an edge, another node's box, an operation, or another text."""
    shapes = sheet.flat()
    texts = [shape for shape in shapes if isinstance(shape, Text) and shape.text]
    lines = [shape for shape in shapes if isinstance(shape, Line)]
    for remark in (text for text in texts if text.role == "remark"):
        extent = left, right, top, low = text_extent(remark)
        assert left > 0 and right < sheet.width and low < sheet.height
        for line in lines:
            if meets(line, extent):
                yield remark.text, line.role
        for group in (shape for shape in sheet.shapes if isinstance(shape, Group)):
            for box in (shape for shape in group.shapes if isinstance(shape, Box)):
                is_beside = right <= box.x or box.x + box.width <= left
                is_apart = is_beside or low <= box.y or box.y + box.height <= top
                if remark not in group.shapes and not is_apart and box.role != "scope":
                    yield remark.text, box.role
                if remark in group.shapes and box.role == "op" and not is_apart:
                    yield remark.text, "its own operation"
        for text in texts:
            if text is not remark and overlap(extent, text_extent(text)):
                yield remark.text, text.text


def overlap(one, two):
    return one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 40),
    st.integers(0, 10_000),
    st.sampled_from(DIRECTIONS),
    st.booleans(),
    st.sampled_from((0, 700)),
)
def test_no_edge_crosses_a_remark(count, seed, direction, has_partials, wrap):
    root = random_values(count, seed)
    words = random.Random(seed)
    marks = {node: (words.choice(REMARKS), "wrong") for node in root._postorder()}
    drawing = draw_dot(root, direction, marks=marks, show_local=has_partials, wrap=wrap)
    assert list(faults(drawing.sheet())) == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_wrong_gradient_by_hand_is_marked_beside_its_edges(direction):
    root = neuron(Value)
    for node in root._postorder():
        node.grad = 1.25
    drawing = draw_dot(root, direction, marks=check(root), show_local=True)
    texts = [shape for shape in drawing.sheet().flat() if isinstance(shape, Text)]
    assert sum(text.role == "remark" and "✗" in text.text for text in texts) > 5
    assert list(faults(drawing.sheet())) == []


def test_a_crossed_remark_is_noticed():
    a = Value(2.0, label="a")
    drawing = draw_dot(a * a, "TB", marks={a: ("✗ 6", "wrong")})
    sheet = drawing.sheet()
    (remark,) = [x for x in sheet.flat() if isinstance(x, Text) and x.role == "remark"]
    left, right, top, low = text_extent(remark)
    middle = (top + low) / 2
    sheet.shapes.append(Line((left - 5, middle), (((right + 5, middle),),), "edge"))
    assert list(faults(sheet)) == [("✗ 6", "edge")]


def test_a_long_remark_is_wrapped_in_a_narrow_box():
    a = Value(2.0, label="a")
    root = a * 3.0
    sheet = draw_dot(root, "TB", marks={a: ("✗ by hand, expected 3.0000", "wrong")}).sheet()
    lines = [x.text for x in sheet.flat() if isinstance(x, Text) and x.role == "remark"]
    assert lines == ["✗ by hand,", "expected", "3.0000"]
