"""Details of drawings: where a word stands in its box, and how much room it has there."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest

from chainrule import Value
from chainrule.drawing.shapes.arrangement import ARROW, Arrangement
from chainrule.drawing.shapes.measures import BESIDE, MOST_LINES, STACKED, measure
from chainrule.drawing.shapes.painting import paint
from chainrule.drawing.shapes.sheet import Box, Group, Line, Text
from chainrule.drawing.snapshot.picture import Card, Picture, nodes_of, photograph
from chainrule.drawing.snapshot.text import BLANK
from chainrule.drawing.text_metrics import width, wrap

pytestmark = pytest.mark.once
DIRECTIONS = ("LR", "RL", "TB", "BT")
GRAPHS = {"recurrence": graphs.recurrence, "neuron": graphs.neuron, "nested": graphs.nested}
BORDER = 4.0
"""Pixels that a word keeps clear of each side of a round box."""


def round_boxes(name, direction):
    """The operations, and the leaves that are drawn again, each with the word in it."""
    root = GRAPHS[name](Value)
    sheet = paint(Arrangement(photograph(nodes_of([root]), [root]), direction, None), "t", "d")
    for group in sheet.shapes:
        if isinstance(group, Group):
            for box, text in zip(group.shapes, group.shapes[1:]):
                if isinstance(box, Box) and isinstance(text, Text):
                    is_copy = group.title.endswith((", drawn again", ", continued in another row"))
                    if box.role == "op" or is_copy:
                        yield is_copy, box, text


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_word_is_in_the_middle_of_a_round_box(name, direction):
    found = list(round_boxes(name, direction))
    assert found
    for _, box, text in found:
        assert box.radius == min(box.width, box.height) / 2
        assert text.anchor == "middle"
        assert text.x == box.x + box.width / 2
        assert text.y == pytest.approx(box.y + box.height / 2 + 0.36 * text.size)
        assert text.room == box.width - 2 * BORDER


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_leaf_used_far_away_is_drawn_again_in_smaller_letters(direction):
    sizes = {is_copy: text.size for is_copy, _, text in round_boxes("recurrence", direction)}
    assert sizes[True] < sizes[False]


@pytest.mark.parametrize("label", ["a", "weights of a layer", "w" * 30])
@pytest.mark.parametrize("count", range(1, 40, 3))
@pytest.mark.parametrize("upright", [True, False])
def test_a_remark_keeps_clear_of_the_sides_of_its_box(upright, count, label):
    form = STACKED if upright else BESIDE
    remark = " ".join("it" if k % 3 else "was" for k in range(count))
    card = Card(label, "leaf", BLANK, remark=remark)
    size = measure(card, Picture([card]), upright)
    room = size.width - 2 * (form.pad if upright else 2.0)
    assert size.remark == tuple(wrap(remark, form.small, room, MOST_LINES if upright else 1))
    assert all(width(line, form.small) <= room for line in size.remark)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("make", [graphs.neuron, lambda V: graphs.recurrence(V, 40)])
def test_every_arrowhead_hides_the_end_of_an_edge(direction, make):
    root = make(Value)
    sheet = paint(Arrangement(photograph(nodes_of([root]), [root]), direction, None), "t", "d")
    heads = [shape.points for shape in sheet.shapes if getattr(shape, "role", "") == "arrow"]
    ends = {
        (round(x, 6), round(y, 6))
        for shape in sheet.shapes
        if isinstance(shape, Line)
        for x, y in [shape.pieces[-1][-1]]
    }
    for tip, one, two in heads:
        base = [(a + b) / 2 for a, b in zip(one, two)]
        inside = tuple(round(b + (t - b) / ARROW, 6) for t, b in zip(tip, base))
        assert inside in ends
    assert heads
