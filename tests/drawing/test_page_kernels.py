"""The kernels in JavaScript against the rules in Python, for every row of the table."""

from __future__ import annotations

import math

import pytest

from chainrule.table.ops import BUILT_IN, TABLE
from chainrule.table.rules import NUMBER, RULES

pytestmark = pytest.mark.once

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, math.inf, -math.inf, math.nan)


@pytest.fixture
def kernels(modules):
    """A function: the result and the partials of a row at each of several points."""
    return lambda name, points: modules.run(
        """const [name, points] = argument;
        const { value, partials } = formulas.kernelsFor({})[name];
        return points.map(point => {
          const out = value(...point);
          return [out, ...partials.map(partial => partial(...point, out))];
        })""",
        [name, points],
    )


def close(one, two, rel=1e-12):
    if one != one or two != two:
        return one != one and two != two
    return one == two or math.isclose(one, two, rel_tol=rel)


@pytest.mark.parametrize("name", [name for name in TABLE if name in BUILT_IN & NUMBER.keys()])
def test_every_row_agrees(kernels, name):
    row = TABLE[name]
    rule = RULES[NUMBER[name]]
    points = [tuple(map(float, p)) for p in row.probes] + [kink.at for kink in row.kinks]
    if row.arity == 1:
        points += [(x,) for x in SPECIAL]
    elif row.arity == 2:
        points += [(x, y) for x in SPECIAL for y in SPECIAL]
    points = [tuple(map(float, point)) for point in points]
    for point, found in zip(points, kernels(name, points), strict=True):
        out = rule.value(*point)
        expected = [out, *(partial(*point, out) for partial in rule.partials)]
        for one, two in zip(found, expected, strict=True):
            assert close(one, two), (name, point, found, expected)
