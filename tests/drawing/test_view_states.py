"""Which collapsed states can keep the open layout's coordinates: what lies inside a box."""

from __future__ import annotations

from hypothesis import given, strategies as st

from chainrule.drawing.view.states import SLACK, _inside

SIDE = st.integers(-40, 40)
SIZE = st.integers(1, 40)
BOX = st.tuples(SIDE, SIDE, SIZE, SIZE)


@given(BOX, BOX)
def test_a_box_is_inside_another_when_each_of_its_corners_is(box, other):
    left, top, width, height = box
    corners = [(left + i * width, top + j * height) for i in (0, 1) for j in (0, 1)]
    x, y, wide, high = other
    expected = all(
        x - SLACK <= a <= x + wide + SLACK and y - SLACK <= b <= y + high + SLACK
        for a, b in corners
    )
    assert _inside(box, other) == expected
