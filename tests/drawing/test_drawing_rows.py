"""A long picture is broken into rows, and every edge still finds its way."""

from __future__ import annotations

from itertools import pairwise

import drawing_graphs as graphs
import pytest
from drawing_edges import random_values, touched
from hypothesis import assume, example, given, settings, strategies as st

from chainrule import ChoiceError, Value, WrongType
from chainrule.drawing import draw_dot
from chainrule.drawing.layout import rows
from chainrule.drawing.shapes.arrangement import ROW, Arrangement
from chainrule.drawing.snapshot.picture import nodes_of, photograph


def arrangement(root, direction="LR", wrap=None):
    return Arrangement(photograph(nodes_of([root]), [root]), direction, wrap)


def names_of_marks(made):
    """The names on the marks from which edges come, and on those to which they lead."""
    leading = {made.marks[way.source] for way in made.layout.ways}
    return leading, {made.marks[spot.node] for spot in made.layout.spots if spot.is_mark}


def test_a_recurrence_of_forty_steps_becomes_rows():
    root = graphs.recurrence(Value, 40)
    strip = draw_dot(root, wrap=0).sheet()
    assert strip.width > 20_000
    sheet = draw_dot(root).sheet()
    assert sheet.width < 1.3 * ROW
    assert 0.5 < sheet.width / sheet.height < 2.0
    made = arrangement(root)
    leading, every = names_of_marks(made)
    assert leading == every == {str(number) for number in range(1, len(every) + 1)}
    cards = made.picture.cards
    copies = [spot for spot in made.layout.spots if spot.is_copy and not spot.is_mark]
    assert {cards[spot.node].label for spot in copies} == {"w", "b"}  # a leaf is drawn again


@pytest.mark.parametrize(
    ("make", "direction", "is_broken"),
    [
        (lambda: graphs.recurrence(Value, 40), "LR", True),
        (lambda: graphs.recurrence(Value, 40), "RL", True),
        (lambda: graphs.recurrence(Value, 40), "TB", False),  # a page scrolls downwards
        (lambda: graphs.recurrence(Value, 4), "LR", False),
        (lambda: graphs.network(Value), "LR", False),
        (lambda: graphs.tree(Value), "LR", False),
        (lambda: Value(1.0), "LR", False),
    ],
)
def test_only_a_strip_is_broken_unasked(make, direction, is_broken):
    assert bool(arrangement(make(), direction).layout.ways) is is_broken
    assert not arrangement(make(), direction, 0).layout.ways


def test_a_label_stands_on_its_marks():
    x = Value(1.0, label="start")
    for step in range(30):
        x = x.tanh()
        x.label = f"x{step}"
    leading, every = names_of_marks(arrangement(x))
    assert leading == every
    assert all(name.startswith("x") for name in every)
    text = draw_dot(x).pipe("svg", "utf-8")
    name = sorted(every)[0]
    assert text.count(f"<title>{name}, continued in another row</title>") == 2


@settings(deadline=None, max_examples=60)
@given(
    st.integers(3, 40),
    st.integers(0, 10_000),
    st.sampled_from(("LR", "TB", "RL", "BT")),
    st.sampled_from((300, 700, 1500)),
)
@example(35, 7065, "TB", 300)  # a run begins an ulp before the end of the one before it
def test_rows_are_sound(count, seed, direction, wrap):
    root = random_values(count, seed)
    made, whole = arrangement(root, direction, wrap), arrangement(root, direction, 0)
    layout, cards = made.layout, made.picture.cards
    assert [spot.node for spot in layout.spots[: len(cards)]] == list(range(len(cards)))
    joined = {(edge.source, edge.target) for edge in layout.edges}
    assert joined == {(edge.source, edge.target) for edge in whole.layout.edges}
    boxes = []
    for spot in layout.spots:
        x, y, wide, high = made.box(spot)
        assert x >= 0 and y >= 0
        boxes.append((x, x + wide, y, y + high))
    for one in range(len(boxes)):
        for two in range(one):
            a, b = boxes[one], boxes[two]
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2], "boxes overlap"
    starts, marks = {}, []
    for spot, (left, right, top, bottom) in zip(layout.spots, boxes, strict=True):
        starts.setdefault(spot.node, []).append((spot.end, spot.centre))
        if spot.is_mark:
            length = right - left if direction in ("LR", "RL") else bottom - top
            marks.append((spot.end - length, spot.centre))
    for route in (*layout.edges, *layout.ways):
        ends = [x for begin, end, _ in route.runs for x in (begin, end)]
        assert all(two - one > -1e-9 for one, two in pairwise(ends)), "an edge goes backwards"
        begin, _, across = route.runs[0]
        assert any(
            abs(begin - end) + abs(across - at) < 1e-6 for end, at in starts[route.source]
        ), "an edge begins at neither its source nor a mark of it"
    for way in layout.ways:
        start, end, across = way.runs[-1]
        assert end - start > rows.APPROACH - 1e-6, "no room for an arrowhead"
        assert any(abs(begin - end) + abs(across - at) < 1e-6 for begin, at in marks), (
            "a way does not end at a mark"
        )
    leading, every = names_of_marks(made)
    assert leading == every, "a mark leads nowhere"
    assert len({made.marks[way.source] for way in layout.ways}) == len(layout.ways)


@settings(deadline=None, max_examples=30)
@given(st.integers(3, 30), st.integers(0, 10_000), st.sampled_from(("LR", "TB", "RL", "BT")))
def test_no_edge_in_a_row_touches_what_it_is_not_joined_to(count, seed, direction):
    root = random_values(count, seed)
    made = arrangement(root, direction, 700)
    assert list(touched(made, draw_dot(root, direction, wrap=700).sheet())) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(20, 60), st.integers(0, 10_000), st.sampled_from(("LR", "TB")))
def test_what_runs_across_each_gap_is_counted(count, seed, direction):
    counts = []

    def across(layout, vertices, gaps):
        found = count_across(layout, vertices, gaps)
        for gap, number in zip(gaps, found):
            sources = {
                edge.source
                for edge in layout.edges
                if not vertices[edge.source].copy_size
                and layout.spots[edge.source].end < gap <= edge.runs[-1][0]
            }
            counts.append((number, len(sources)))
        return found

    with pytest.MonkeyPatch.context() as patched:
        count_across = rows._across
        patched.setattr(rows, "_across", across)
        arrangement(random_values(count, seed), direction, 500)
    assume(counts)
    assert all(one == other for one, other in counts)


def test_wrap_is_checked():
    root = graphs.recurrence(Value, 5)
    with pytest.raises(WrongType, match="wrap has to be an int"):
        draw_dot(root, wrap="rows")
    with pytest.raises(ChoiceError, match="wrap has to be the length of a row"):
        draw_dot(root, wrap=-1)
    drawing = draw_dot(root, wrap=0)
    whole = drawing.sheet().width
    drawing.wrap = 600
    assert drawing.sheet().width < whole / 3
    with pytest.raises(WrongType):
        drawing.wrap = 1.5


def test_the_largest_scope_that_cannot_be_broken_stays_whole():
    from chainrule.graph.labels import scope

    with scope("one"):
        root = graphs.recurrence(Value, 20)
    assert not arrangement(root, "LR", 500).layout.ways
    line = arrangement(-Value(1.0), "LR", 1)
    assert len(line.layout.spots) >= 2
