"""The limits of a measured derivative, from just below and just above."""

from __future__ import annotations

import pytest

from chainrule.verdict.measurement import Measurement

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "error", "limit"),
    [(3.0, 0.0, 3e-6 + 1e-12), (3.0, 0.01, 0.1 + 3e-6), (0.0, 0.0, 1e-12), (-2.0, 1e-4, 1.002e-3)],
)
def test_how_far_a_number_may_be_from_a_measurement(value, error, limit):
    measured = Measurement(value, error, 0.0, value, value)
    for sign in (1, -1):
        assert measured.agrees(value + sign * limit * 0.999)
        assert not measured.agrees(value + sign * limit * 1.001)


@pytest.mark.parametrize("size", [1.0, 1e-6, 300.0])
@pytest.mark.parametrize("x", [1.0, -8.0, 1e-3, 0.0])
def test_rounding_hides_a_gradient_if_both_its_limits_are_passed(size, x):
    """A twentieth of the gradient, and a quarter of that as an effect of x on the result."""
    error, lost = size / 20, size / 20 * (abs(x) or 1.0) / 4
    for many in (0.999, 1.001):
        for much in (0.999, 1.001):
            measured = Measurement(size, error * many, 0.0, size, size)
            assert measured.is_hidden(size, x, lost * much) == (many > 1 and much > 1)
