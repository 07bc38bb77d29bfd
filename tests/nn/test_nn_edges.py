"""Training and its pictures at the edges: what a model says of a row, and where classes meet."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import GraphError, ShapeError, WrongType
from chainrule.nn.decision import _root
from chainrule.nn.pictures import boundary
from chainrule.nn.training.data import Rows

pytestmark = pytest.mark.once


def test_a_loss_that_catches_what_a_function_outside_raises_is_called_the_loss():
    @cr.external
    def outside(x):
        raise ValueError("no")

    def careless(prediction, target):
        try:
            return outside(prediction[0])
        except ValueError:
            return prediction[0] * target[0]

    with pytest.raises(GraphError, match=r"^the loss caught the ValueError of outside, but"):
        nn.fit(nn.Linear(1, 1), [[1.0], [2.0]], [[1.0], [2.0]], loss=careless)


@pytest.mark.parametrize(
    ("ndim", "words", "is_about_axes"),
    [
        (0, "f needs a list, but got <tracer>.", True),
        (1, "f needs a list, but got <tracer>.", False),
        (0, "f needs a list, but got None.", False),
        (1, "f needs a list, but got None.", False),
        (None, "f needs a list, but got <tracer>.", True),
        (None, "f needs a list, but got None.", False),
    ],
)
def test_only_a_number_taken_for_a_row_is_said_to_have_no_axis(ndim, words, is_about_axes):
    def model(x):
        raise WrongType(words)

    x = SimpleNamespace() if ndim is None else SimpleNamespace(ndim=ndim)
    with pytest.raises((WrongType, ShapeError)) as caught:
        Rows(np.zeros(2), np.zeros(2)).output(model, x)
    said = str(caught.value).partition("\n")[0]
    if is_about_axes:
        assert type(caught.value) is ShapeError
        words = words.replace("<tracer>.", "a number: X has one axis, so each row is a number.")
    else:
        assert type(caught.value) is WrongType
    assert said == words


class Axes:
    """What is drawn on axes."""

    def __init__(self):
        self.images, self.contours = [], []

    def imshow(self, image, **options):
        self.images.append((image, options))

    def contour(self, across, up, lead, **options):
        self.contours.append((lead, options))


def drawn(shares):
    shares = np.array(shares, dtype=float)
    ax = Axes()
    boundary._draw_regions(ax, np.arange(shares.shape[1]), np.arange(shares.shape[0]), shares)
    return ax


def planes(*planes):
    return np.stack([np.array(plane, dtype=float) for plane in planes], axis=2)


RISING = [[0.1, 0.4, 0.9], [0.2, 0.6, 0.8]]


def test_two_classes_meet_in_one_line():
    first = np.array(RISING)
    (lead, options), *more = drawn(planes(first, 1 - first)).contours
    assert not more
    assert np.allclose(lead, 2 * first - 1)
    assert options["levels"] == [0.0]


def test_each_of_three_classes_has_a_line_around_it():
    shares = planes(*np.random.default_rng(0).dirichlet(np.ones(3), size=(4, 5)).T)
    found = [lead for lead, _ in drawn(shares).contours]
    assert len(found) == 3
    for k, lead in enumerate(found):
        others = [shares[..., each] for each in range(3) if each != k]
        assert np.allclose(lead, shares[..., k] - np.maximum(*others))


@pytest.mark.parametrize(
    ("leads", "count"),
    [
        ([[-0.5, 0.5]], 1),
        ([[-1e-9, 1e-9]], 1),
        ([[0.0, 0.5]], 0),
        ([[-0.5, 0.0]], 0),
        ([[0.25, 0.5]], 0),
        ([[-0.5, -0.25]], 0),
        ([[0.0, 0.0]], 0),
    ],
)
def test_a_line_is_where_the_lead_changes_its_sign(leads, count):
    leads = np.array(leads)
    assert len(drawn(planes(leads + 1, np.ones_like(leads))).contours) == count


@pytest.mark.parametrize("classes", [1, 2, 3, 4])
def test_a_region_is_as_strong_as_its_class_leads_the_next(classes):
    shares = np.random.default_rng(classes).random((4, 5, classes))
    (image, options), *more = drawn(shares).images
    assert not more
    assert options["extent"] == (0, 4, 0, 3)
    assert options["origin"] == "lower"
    for row, column in np.ndindex(4, 5):
        best, *rest = sorted(shares[row, column], reverse=True)
        lead = best - rest[0] if rest else best
        strength = image[row, column, 3]
        assert strength == pytest.approx(
            boundary.FAINTEST + (boundary.STRONGEST - boundary.FAINTEST) * lead
        )
    shown = {tuple(each) for each in image[..., :3].reshape(-1, 3)}
    assert len(shown) == len(set(shares.argmax(axis=2).ravel()))
    assert all(0 <= low <= high <= 1 for low, high in pairwise(sorted(image[..., 3].ravel())))


@pytest.mark.parametrize(("low", "high"), [(1.0, 2.0), (1.0, 1.5), (0.25, 3.5), (2.0, 2.0)])
def test_a_threshold_is_the_lowest_where_two_targets_lose_the_same(low, high):
    def lead(x):
        return -1.0 if x < low else 1.0 if x > high else 0.0

    assert _root(lead, 0.0, 4.0, ()) == pytest.approx(low, abs=1e-15)
    assert _root(lead, 0.0, 4.0, (0.0, high)) == high
