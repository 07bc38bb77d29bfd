"""How well do the defaults of `ChainruleRegressor` predict, beside those of scikit-learn?

R² on rows that were held back: the mean of five folds, for two orders of the rows. Inputs are
scaled. scikit-learn's network gets scaled targets, too, without which it needs more epochs.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from rich.table import Table

Data = tuple[Any, Any]


def _diabetes() -> Data:
    data: Data = importlib.import_module("sklearn.datasets").load_diabetes(return_X_y=True)
    return data


def _friedman() -> Data:
    """Five of ten inputs count, one of them in a product, one as a square."""
    make = importlib.import_module("sklearn.datasets").make_friedman1
    data: Data = make(500, noise=1, random_state=0)
    return data


def _houses() -> Data:
    """Skewed inputs, two cities where prices rise, and a limit to the price, as in California."""
    draw = np.random.default_rng(0)
    income, rooms, guests = (
        draw.lognormal(m, s, 2000) for m, s in ((1.2, 0.45), (1.6, 0.3), (1, 0.3))
    )
    age, north, east = (draw.uniform(*ends, 2000) for ends in ((1, 52), (32, 42), (-124, -114)))
    first = np.exp(-((north - 34) ** 2 + (east + 118) ** 2) / 2)
    second = np.exp(-((north - 37.7) ** 2 + (east + 122) ** 2) / 1.5)
    price = 0.45 * income + 0.6 * first + 0.9 * second - 0.25 * np.log(guests) + 0.004 * age
    price = price * draw.lognormal(0, 0.25, 2000)
    return np.stack([income, age, rooms, guests, north, east], axis=1), np.minimum(price, 5.0)


def _linear() -> Data:
    """Ten inputs, a linear function, and noise about as large as it."""
    draw = np.random.default_rng(1)
    X = draw.normal(size=(200, 10))
    return X, X @ draw.normal(size=10) + 3 * draw.normal(size=200)


def _wide() -> Data:
    """Thirty inputs, of which three count."""
    draw = np.random.default_rng(2)
    X = draw.normal(size=(150, 30))
    return X, X[:, :3] @ [1.0, 2.0, -1.0] + 1.5 * draw.normal(size=150)


def _sine() -> Data:
    draw = np.random.default_rng(3)
    X = draw.uniform(-3, 3, size=(300, 1))
    return X, np.sin(2 * X[:, 0]) + 0.1 * draw.normal(size=300)


def _smooth() -> Data:
    """No noise."""
    X = np.random.default_rng(4).uniform(-1, 1, size=(1500, 3))
    return X, np.sin(3 * X[:, 0]) * X[:, 1] + X[:, 2] ** 2


DATA: dict[str, Callable[[], Data]] = {
    "diabetes, 442 rows of 10": _diabetes,
    "friedman1 with noise, 500 of 10": _friedman,
    "like California's houses, 2,000 of 6": _houses,
    "linear with noise, 200 of 10": _linear,
    "three of thirty inputs count, 150": _wide,
    "a sine, 300 of 1": _sine,
    "smooth without noise, 1,500 of 3": _smooth,
}


def _networks() -> dict[str, Callable[[int], Any]]:
    """What is compared, as functions of the seed."""
    nn = importlib.import_module("chainrule.nn")
    network = importlib.import_module("sklearn.neural_network").MLPRegressor
    scaled = importlib.import_module("sklearn.compose").TransformedTargetRegressor
    scaler = importlib.import_module("sklearn.preprocessing").StandardScaler
    linear = importlib.import_module("sklearn.linear_model").RidgeCV
    return {
        "ChainruleRegressor": lambda seed: nn.ChainruleRegressor(random_state=seed),
        "MLPRegressor": lambda seed: scaled(network(random_state=seed), transformer=scaler()),
        "RidgeCV": lambda seed: linear(np.logspace(-2, 3, 11)),
    }


def score(make: Callable[[int], Any], X: Any, y: Any) -> float:
    """R² on rows that were held back."""
    selection = importlib.import_module("sklearn.model_selection")
    pipeline = importlib.import_module("sklearn.pipeline").make_pipeline
    scaler = importlib.import_module("sklearn.preprocessing").StandardScaler
    scores = [
        selection.cross_val_score(
            pipeline(scaler(), make(seed)), X, y,
            cv=selection.KFold(5, shuffle=True, random_state=seed),
        )
        for seed in (0, 1)
    ]  # fmt: skip
    return float(np.mean(scores))


def tables() -> Iterator[Table]:
    """The table."""
    networks = _networks()
    table = Table(title="R² with default options")
    for heading in ("data", *networks):
        table.add_column(heading)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's network says that it needs more epochs
        for name, make in DATA.items():
            X, y = make()
            table.add_row(name, *(f"{score(each, X, y):.2f}" for each in networks.values()))
    yield table
