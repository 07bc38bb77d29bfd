"""The line between two classes in the page: where the answers are 0, without a gap."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from in_node import answer_of

pytestmark = pytest.mark.once

PROGRAM = Path(__file__).parent / "border.js"


@pytest.mark.parametrize("scale", [0.01, 1.0, 1000.0])
@pytest.mark.parametrize("line", [(1, 0, -7.3), (0, -1, 20.6), (1, 0.37, -31.2), (-2, 3, 0.7)])
def test_a_straight_border_is_drawn_whole(line, scale):
    a, b, c = (scale * x for x in line)
    cells, pieces = answer_of(PROGRAM, [a, b, c])
    for end in (end for piece in pieces for end in piece):
        assert a * end[0] + b * end[1] + c == pytest.approx(0, abs=1e-9 * scale)
    last = cells - 1
    at_edges = [(x, -(a * x + c) / b) for x in (0, last) if b]
    at_edges += [(-(b * y + c) / a, y) for y in (0, last) if a]
    ends = {(round(x, 6), round(y, 6)) for x, y in at_edges if 0 <= x <= last and 0 <= y <= last}
    assert sum(math.dist(*piece) for piece in pieces) == pytest.approx(math.dist(*ends))
