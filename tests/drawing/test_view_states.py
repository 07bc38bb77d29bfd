"""Which collapsed states can keep the open layout's coordinates: what lies inside a box."""

from __future__ import annotations

from hypothesis import example, given, strategies as st

from chainrule.drawing.view.states import SLACK, _inside

SIDE = st.integers(-40, 40).map(lambda x: x / 2)
SIZE = st.integers(1, 40).map(lambda x: x / 2)
BOX = st.tuples(SIDE, SIDE, SIZE, SIZE)


@given(BOX, BOX)
@example((0.0, 0.0, 9.0, 9.0), (0.5, 0.5, 8.0, 8.0))
@example((0.0, 0.5, 8.0, 8.0), (0.5, 0.0, 8.0, 8.0))
@example((-0.5, 1.0, 2.0, 2.0), (0.5, 0.0, 9.0, 9.0))
@example((1.0, -0.5, 2.0, 2.0), (0.0, 0.5, 9.0, 9.0))
@example((1.0, 1.0, 9.0, 2.0), (0.0, 0.0, 9.0, 9.0))
@example((1.0, 1.0, 2.0, 9.0), (0.0, 0.0, 9.0, 9.0))
def test_a_box_is_inside_another_when_each_of_its_corners_is(box, other):
    left, top, width, height = box
    corners = [(left + i * width, top + j * height) for i in (0, 1) for j in (0, 1)]
    x, y, wide, high = other
    expected = all(
        x - SLACK <= a <= x + wide + SLACK and y - SLACK <= b <= y + high + SLACK
        for a, b in corners
    )
    assert _inside(box, other) == expected
