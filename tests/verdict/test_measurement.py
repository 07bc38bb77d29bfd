"""The limits of a measured derivative, from just below and just above."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from chainrule.verdict.measurement import Measurement, measure

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


SMOOTH = {
    "square": (lambda x: (x - 3) ** 2, 3.0),
    "square of a rounded difference": (lambda x: (0.1 * x - 0.3) ** 2, 3.0),
    "fourth power": (lambda x: (x - 0.1) ** 4, 0.1),
    "difference of exponentials": (lambda x: (math.exp(x) - math.exp(0.3)) ** 2, 0.3),
    "cosine": (lambda x: math.cos(x) - 1, 0.0),
    "tiny": (lambda x: 1e-20 * (x - 3) ** 2, 3.0),
    "huge": (lambda x: 1e20 * (x - 3) ** 2, 3.0),
    "far out": (lambda x: (x - 1e6) ** 2, 1e6),
    "cube": (lambda x: (x + 0.7) ** 3, -0.7),
}
BENT = {
    "abs": (lambda x: abs(x - 3), 3.0, 1.0),
    "abs of a rounded difference": (lambda x: abs(0.1 * x - 0.3), 3.0, 0.1),
    "tiny abs": (lambda x: 1e-20 * abs(x - 3), 3.0, 1e-20),
    "relu": (lambda x: max(0.0, x - 3), 3.0, 0.5),
    "abs at 0": (abs, 0.0, 1.0),
    "abs beside a slope": (lambda x: abs(x - 1e3) + 7 * x, 1e3, 1.0),
}


@pytest.mark.parametrize(("f", "x"), SMOOTH.values(), ids=SMOOTH)
def test_a_level_point_is_not_a_kink(f, x):
    """There the slopes of both sides are rounding alone, and always differ."""
    measured = measure(f, x)
    assert not measured.has_kink and measured.agrees(0.0)


@pytest.mark.parametrize(("f", "x", "half"), BENT.values(), ids=BENT)
def test_a_kink_is_found_however_small_its_slopes(f, x, half):
    measured = measure(f, x)
    assert measured.has_kink and not measured.has_jump
    assert (measured.right - measured.left) / 2 == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize("offset", [0.1, 7.3, 4321.9])
@pytest.mark.parametrize("slope", [1.0, 3.0, -0.5])
def test_a_level_side_of_a_kink_has_slope_0(slope, offset):
    """Of large numbers, rounding leaves a difference that looks like a slope."""
    measured = measure(lambda x: max(x, 0.0) * slope + math.exp(x * 0.0) * offset + x - x, 0.0)
    assert measured.has_kink and measured.left == 0.0
    assert measured.sides_in_words == ("0", f"{slope:g}".replace("-", "−"))


@pytest.mark.parametrize("f", [
    lambda x: 0.3 + abs(x - 0.7) - (x - 0.7) + math.sin(x) - math.sin(x),
    lambda x: (x + 1e6) - 1e6 - x,
], ids=["sum", "lost digits"])  # fmt: skip
@pytest.mark.parametrize("x", [0.71, 1.3, 2.9])
def test_a_slope_of_rounding_alone_is_0(f, x):
    measured = measure(f, x, noise=1e-9)
    assert (measured.left, measured.right) == (0.0, 0.0)


@given(st.floats(1e-250, 1e3), st.floats(-1e3, 1e3).filter(bool))
def test_a_slope_that_is_certain_is_never_0(slope, x):
    measured = measure(lambda at: slope * at, x)
    assert measured.left == pytest.approx(slope, rel=1e-5)
    assert measured.right == pytest.approx(slope, rel=1e-5)
