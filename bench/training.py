"""How long is a step of training by `nn.fit`, with the optimizer, and how long in PyTorch?

PyTorch runs its ordinary loop in float32 on one thread, which is faster here than two.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .moons import two_moons
from .timing import Row, answer, clock, compare, versus

BATCH = 128


def moons() -> tuple[Any, Any]:
    """100 points, (100, 2), and their labels, -1 and 1."""
    points, labels = two_moons(100)
    return np.array(points), np.array(labels, float)


def digits() -> tuple[Any, Any]:
    """Four fifths of scikit-learn's digits, (1437, 64), and which digits they are."""
    data = importlib.import_module("sklearn.datasets").load_digits()
    return data.data[:1437] / 16, data.target[:1437]


SIZES = {"moons": [2, 16, 16, 1], "digits": [64, 32, 10], "wide": [64, 256, 10]}
"""The inputs, and the neurons in each layer."""


def by_fit(work: str, epochs: int) -> tuple[list[float], float]:
    """The times at the ends of the epochs, and the last loss."""
    nn = importlib.import_module("chainrule.nn")
    random.seed(1)
    nin, *nouts = SIZES[work]
    ends: list[float] = []
    history = nn.fit(
        nn.MLP(nin, nouts),
        *DATA[work](),
        loss="max_margin" if work == "moons" else "cross_entropy",
        optimizer=nn.optim.SGD(lr=0.2) if work == "moons" else nn.optim.Adam(lr=0.005),
        batch_size=None if work == "moons" else BATCH,
        epochs=epochs,
        callbacks=lambda epoch: ends.append(clock()),
    )
    return ends, float(history.loss[-1])


def by_torch(work: str, epochs: int) -> tuple[list[float], float]:
    """The same in PyTorch."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(1)
    nin, hidden, *nouts = SIZES[work]
    layers = [torch.nn.Linear(nin, hidden)]
    for size in nouts:
        layers += [torch.nn.ReLU(), torch.nn.Linear(layers[-1].out_features, size)]
    model = torch.nn.Sequential(*layers)
    X, y = map(torch.tensor, DATA[work]())
    X = X.float()
    y = y.float() if work == "moons" else y
    if work == "moons":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    cross_entropy = torch.nn.CrossEntropyLoss()

    def batches() -> Iterator[tuple[Any, Any]]:
        if work == "moons":
            yield X, y
            return
        order = torch.randperm(len(X))
        for start in range(0, len(X), BATCH):
            rows = order[start : start + BATCH]
            yield X[rows], y[rows]

    ends = []
    for _ in range(epochs):
        for rows, targets in batches():
            optimizer.zero_grad()
            out = model(rows)
            if work == "moons":
                loss = torch.relu(1 - targets * out[:, 0]).mean()
            else:
                loss = cross_entropy(out, targets)
            loss.backward()
            optimizer.step()
        ends.append(clock())
    return ends, loss.item()


DATA: dict[str, Callable[[], tuple[Any, Any]]]
DATA = {"moons": moons, "digits": digits, "wide": digits}
SIDES = {"fit": by_fit, "torch": by_torch}
EPOCHS = {"moons": 500, "digits": 20, "wide": 8}
LAST_LOSS = {"moons": 0.15, "digits": 0.3, "wide": 0.3}
"""What either side must reach."""


def run(side: str) -> list[float]:
    """The times of the epochs of one side, which must have learned."""
    work, by = side.split("-")
    ends, loss = SIDES[by](work, EPOCHS[work])
    assert loss < LAST_LOSS[work], f"{side}: the last loss is {loss}"
    return list(np.diff(ends)[3:])


def measure() -> list[Row]:
    """A step on the moons, and epochs of digits."""
    if not importlib.util.find_spec("torch"):
        return []
    rows = [
        versus(
            "100 moons, 2-16-16-1, one step by nn.fit",
            *compare("training", "moons-fit", "moons-torch"),
            "1x, 200 us",
        )
    ]
    if importlib.util.find_spec("sklearn"):
        for work, bar in (("digits", "0.5x"), ("wide", "")):
            sizes = "-".join(map(str, SIZES[work]))
            sides = compare("training", f"{work}-fit", f"{work}-torch")
            rows.append(versus(f"1,437 digits, {sizes}, one epoch by nn.fit", *sides, bar))
    return rows


if __name__ == "__main__":
    answer(run)
