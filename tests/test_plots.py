"""What each plot shows, down to its colours and widths, as it was looked at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import chainrule as cr
from chainrule import Value, diagnose, nn, sweep
from chainrule.nn import plot_boundary, plot_landscape, plot_layers
from chainrule.nn.training.history import History

pytest.importorskip("matplotlib")
from matplotlib import pyplot
from plotted import described

pytestmark = pytest.mark.once

X = np.random.default_rng(0).normal(size=(40, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def mixed(seed=6):
    """A network with active and flat units, a dead one, and gradients of both signs."""
    net = nn.Sequential(
        nn.Linear(2, 3, seed=4), "relu", nn.Linear(3, 2, seed=5), "tanh", nn.Linear(2, 1, seed=seed)
    )
    net.parameters()[2].data = -20.0
    return net


def vanishing():
    x = w = Value(0.5, label="w")
    for _ in range(30):
        x = (x * w).tanh()
    return diagnose(x)


def history(**columns):
    made = History(tuple(columns), 1)
    for numbers in zip(*columns.values()):
        made.append(dict(zip(columns, numbers)))
    return made


MADE = {
    "boundary of two classes": lambda: plot_boundary(mixed(), X, Y, resolution=20),
    "boundary of three classes": lambda: plot_boundary(
        lambda rows: np.pad(np.asarray(rows), ((0, 0), (0, 1))),
        pd.DataFrame(X, columns=["age", "income"]),
        Y + (X[:, 0] > 1),
        resolution=20,
    ),
    "boundary with a threshold": lambda: plot_boundary(
        lambda rows: rows[:, 0], X[:9], Y[:9], classes=[0, 1], threshold=0.25, resolution=15
    ),
    "boundary of one class": lambda: plot_boundary(lambda rows: 0 * rows[:, 0], X, Y, resolution=9),
    "boundary of many points": lambda: plot_boundary(
        lambda rows: rows[:, 0] - 0.5, np.tile(X, (10, 1)), np.tile(Y, 10), resolution=9
    ),
    "landscape": lambda: plot_landscape(mixed(), X, Y, loss="mse", resolution=9, seed=2),
    "landscape of two parameters": lambda: plot_landscape(
        mixed(),
        X,
        Y,
        loss="mse",
        directions=("steps.4.b.0", "steps.4.w.0.0"),
        span=0.5,
        resolution=9,
    ),
    "flat landscape": lambda: plot_landscape(
        mixed(), X, Y, loss=lambda out, y: 1.0 + 0 * out[0], resolution=5
    ),
    "layers": lambda: plot_layers(mixed(), X),
    "layers with gradients": lambda: plot_layers(mixed(), X, Y, loss="mse"),
    "layer of constants": lambda: plot_layers(mixed(), X[:1].repeat(3, axis=0)),
}
"""Plots of models."""


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.mark.parametrize("name", MADE)
def test_a_picture_of_a_model(name, golden):
    golden(f"plots/{name.replace(' ', '_')}.txt", described(MADE[name]().figure))


PLOTS = {
    "history": lambda: history(loss=[4.0, 2.0, 1.0], lr=[0.1, 0.1, 0.1]),
    "history with everything": lambda: history(
        loss=[4.0, 2.0, 1.0], val_loss=[5.0, 3.0, 2.0], lr=[0.1] * 3, accuracy=[0.5, 0.75, 1.0],
        val_accuracy=[0.5, 0.5, 0.75], r2=[-1.0, 0.0, 0.5],
    ),
    "history of losses at 0": lambda: history(loss=[1.0, 0.0], lr=[0.1, 0.1]),
    "history of no epoch": lambda: history(loss=[], lr=[]),
    "sweep": lambda: sweep(lambda x: x * x * x, 1.0, h=[0.25**k for k in range(0, 22, 3)]),
    "sweep where a step is exact": lambda: sweep(lambda x: x * x, 3.0, h=[1.0, 0.5, 1e-3]),
    "sweep without a slope": lambda: sweep(cr.log, 1e-300, h=[1.0, 2.0]),
    "profile": vanishing,
    "profile of gradients of 0": lambda: diagnose(Value(2.0) * 0.25 * (Value(3.0) * 0.0)),
}  # fmt: skip
"""Plots of results."""


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_of_a_result(name, golden):
    golden(f"plots/{name.replace(' ', '_')}.txt", described(PLOTS[name]().plot().figure))


@pytest.mark.parametrize("name", ["history", "history of losses at 0", "profile of gradients of 0"])
def test_epochs_and_depths_are_whole_numbers(name):
    assert not any(PLOTS[name]().plot().get_xticks() % 1)
