"""The data sets: their shapes, by their geometry, and the same points from the same seed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chainrule.errors import DomainError
from chainrule.nn import datasets

pytestmark = pytest.mark.once

ALL = [datasets.moons, datasets.circles, datasets.spiral, datasets.xor]


@pytest.mark.parametrize("draw", ALL)
def test_points_and_classes(draw):
    X, y = draw()
    assert X.shape == (200, 2) and X.dtype == float
    assert y.shape == (200,) and y.dtype.kind == "i"
    assert y.sum() == 100 and set(y) == {0, 1}
    assert (np.round(X, 3) == X).all()
    assert (abs(X) < 2.2).all()
    halves = y[:100].sum(), y[100:].sum()
    assert min(halves) > 30, "the classes are mixed"


@pytest.mark.parametrize("draw", ALL)
def test_a_seed_says_which_points(draw):
    X, y = draw(count=21, noise=0.3, seed=5)
    again, same = draw(count=21, noise=0.3, seed=5)
    assert (again == X).all() and (y == same).all()
    assert y.sum() == 10
    assert (draw(count=21, noise=0.3, seed=6)[0] != X).any()


def exact(draw):
    X, y = draw(count=400, noise=0.0)
    radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    return X, y, radius, angle


def test_moons_are_half_circles():
    X, y, *_ = exact(datasets.moons)
    for label, sign in ((0, 1), (1, -1)):
        x = sign * X[y == label] + (0.5, 0.25)
        assert np.hypot(*x.T) == pytest.approx(1, abs=1e-3)
        assert (x[:, 1] > -1e-3).all()


def test_circles_have_one_centre():
    _, y, radius, _ = exact(datasets.circles)
    assert radius == pytest.approx(np.where(y == 1, 0.6, 1.4), abs=1e-3)


def test_spirals_are_half_a_turn_apart():
    _, y, radius, angle = exact(datasets.spiral)
    turns = (radius - 0.1) / 1.5
    assert turns.min() < 0.01 and turns.max() > 0.99
    off = (angle / math.pi - 2 * turns - y + 1) % 2 - 1
    assert off == pytest.approx(0, abs=0.01)


def test_opposite_clouds_are_one_class():
    X, y, *_ = exact(datasets.xor)
    assert (y == (X[:, 0] * X[:, 1] < 0)).all()
    corners, counts = np.unique(X, axis=0, return_counts=True)
    assert abs(corners).tolist() == [[1, 1]] * 4 and counts.tolist() == [100] * 4


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"count": 1}, "at least 2, but got 1"), ({"count": 2.5}, "at least 2, but got 2.5"),
     ({"noise": -0.1}, "from 0 up, but got -0.1"), ({"noise": math.nan}, "from 0 up, but got nan"),
     ({"noise": math.inf}, "from 0 up, but got inf")],
)  # fmt: skip
def test_what_is_refused(draw, wrong, words):
    with pytest.raises(DomainError, match=words):
        draw(**wrong)
