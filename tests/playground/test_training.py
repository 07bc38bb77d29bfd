"""The playground's training in Node against `nn.fit`: the same weights, losses and gradients."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from in_node import answer_of

from chainrule import nn

pytestmark = pytest.mark.once

SETS = ("moons", "circles", "spiral", "xor")
LOSS = "binary_cross_entropy"
EPOCHS = 40


def trained(data, stops, **settings):
    """What the page's own modules come to after some numbers of steps."""
    X, y = getattr(nn.datasets, data)()
    points = [[*x, int(label)] for x, label in zip(X.tolist(), y)]
    own = {"data": data, "hidden": [6, 6], "activation": "tanh", "rates": [[0, 0.3]], "batch": 10,
           "seed": 1, **settings}  # fmt: skip
    program = Path(__file__).parent / "train.js"
    return answer_of(program, {"settings": own, "points": points, "stops": stops})


def network(hidden=(6, 6), activation="tanh", seed=1):
    return nn.MLP(2, [*hidden, 1], activation=activation, init="xavier", seed=seed)


def fit(model, data, epochs, rate=0.3, batch=10):
    X, y = getattr(nn.datasets, data)()
    return nn.fit(
        model, X, y, loss=LOSS, optimizer=nn.optim.SGD(lr=rate), epochs=epochs,
        batch_size=batch or len(X), shuffle=False, metrics="accuracy",
    )  # fmt: skip


def compare(report, model, data):
    """A report of the page's training has the model's numbers, loss, accuracy and gradients."""
    X, y = getattr(nn.datasets, data)()
    outputs = [model(x) for x in X.tolist()]
    loss = nn.losses.mean(LOSS, outputs, y.tolist())
    loss.backward()
    parameters = model.parameters()
    assert report["numbers"] == pytest.approx([p.data for p in parameters], rel=0, abs=1e-12)
    assert report["gradient"] == pytest.approx([p.grad for p in parameters], rel=0, abs=1e-12)
    assert report["loss"] == pytest.approx(loss.data, rel=0, abs=1e-12)
    assert report["differentiated"] == pytest.approx(report["loss"], rel=1e-12)
    answers = [model((-0.5 * x).tolist()).data for x in X]
    assert report["answers"] == pytest.approx(answers, rel=0, abs=1e-12)
    right = sum((out.data > 0) == bool(label) for out, label in zip(outputs, y))
    assert report["accuracy"] == right / len(y)


@pytest.mark.parametrize("data", SETS)
def test_weights_losses_and_gradients_are_those_of_python(data):
    first, last = trained(data, [0, 20 * EPOCHS])
    model = network()
    assert first["numbers"] == [p.data for p in model.parameters()], "the seed's own bits"
    compare(first, model, data)
    history = fit(model, data, EPOCHS)
    compare(last, model, data)
    assert last["accuracy"] == history["accuracy"][-1]
    assert last["epochs"] == EPOCHS + 1


@pytest.mark.parametrize(
    ("settings", "model"),
    [({"hidden": []}, {"hidden": ()}), ({"hidden": [3]}, {"hidden": [3]}),
     ({"hidden": [4, 3, 2, 5], "seed": 2**32 - 1}, {"hidden": [4, 3, 2, 5], "seed": 2**32 - 1}),
     *(({"activation": name, "seed": 0}, {"activation": name, "seed": 0})
       for name in ("relu", "sigmoid", "gelu", "silu", "softplus", "sin"))],
)  # fmt: skip
def test_every_network_starts_and_moves_as_in_python(settings, model):
    first, last = trained("moons", [0, 200], **settings)
    own = network(**model)
    assert first["numbers"] == [p.data for p in own.parameters()]
    fit(own, "moons", 10)
    compare(last, own, "moons")


@pytest.mark.parametrize(("batch", "steps"), [(0, 30), (1, 400), (7, 29), (64, 12), (200, 30)])
def test_every_batch_takes_the_same_rows(batch, steps):
    """The last batch of an epoch may be smaller; 0 stands for all points."""
    (last,) = trained("spiral", [steps], batch=batch)
    model = network()
    per_epoch = -(-200 // (batch or 200))
    fit(model, "spiral", steps // per_epoch, batch=batch)
    assert steps % per_epoch == 0
    compare(last, model, "spiral")


def test_the_rate_may_change_on_the_way():
    (last,) = trained("circles", [100], rates=[[0, 0.5], [33, 0.1], [70, 0.02]])
    model = network()
    fit(model, "circles", 5, rate=lambda step: 0.5 if step < 33 else 0.1 if step < 70 else 0.02)
    compare(last, model, "circles")


def test_steps_within_an_epoch_are_those_of_the_loop_by_hand():
    reports = trained("xor", [1, 2, 3])
    X, y = nn.datasets.xor()
    model = network()
    for step, report in enumerate(reports):
        rows = slice(10 * step, 10 * step + 10)
        loss = nn.losses.mean(LOSS, [model(x) for x in X[rows].tolist()], y[rows].tolist())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.3 * p.grad
        model.zero_grad()
        compare(report, model, "xor")
        model.zero_grad()


def test_a_training_that_diverges_says_so_and_ends():
    (last,) = trained("xor", [5000], hidden=[6], activation="relu", rates=[[0, 1e200]])
    assert last["loss"] is None, "JSON has no nan and no infinity"


def test_the_random_numbers_are_pythons():
    """There are more draws than the generator's state has words."""
    (first,) = trained("xor", [0], hidden=[12] * 4, seed=123456789)
    dice = random.Random(123456789)
    sizes = [2, 12, 12, 12, 12, 1]
    expected = []
    for inputs, outputs in pairwise(sizes):
        bound = (6 / (inputs + outputs)) ** 0.5
        for _ in range(outputs):
            expected += [*(dice.uniform(-bound, bound) for _ in range(inputs)), 0]
    assert first["numbers"] == expected
