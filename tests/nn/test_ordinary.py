"""Where a recording isn't what an ordinary call computes, and where `fit` can't begin."""

from __future__ import annotations

import random

import numpy as np
import pytest
from trained_models import Line, Noisy, mlp

import chainrule as cr
from chainrule import DataError, DivergenceError, GraphError, nn

X = np.random.default_rng(3).normal(size=(12, 2))
Y = X[:, 0] - X[:, 1]


class ByType(Line):
    def __call__(self, x):
        return super().__call__(x) * (2.0 if isinstance(x[0], float) else 1.0)


class ByNumber(Line):
    def __call__(self, x):
        return super().__call__(x) * (2.0 if cr.is_number(x[0]) else 1.0)


class Random(Line):
    def __call__(self, x):
        return super().__call__(x) + random.random()


class RandomOfNumPy(Line):
    def __call__(self, x):
        return super().__call__(x) * np.random.uniform(0.5, 1.5)


class RandomOfItsOwn(Line):
    generator = random.Random(1)

    def __call__(self, x):
        return super().__call__(x) + self.generator.gauss(0, 1)


class Drawing(Line):
    def __call__(self, x):
        self.is_logged = random.random() < 0.01
        return super().__call__(x)


class Counting(Line):
    calls = 0

    def __call__(self, x):
        self.calls += 1
        return super().__call__(x)


@pytest.mark.parametrize("data", [X, X.tolist()], ids=["array", "lists"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ByType, "row 0 is .* as it was recorded, but .* in an ordinary call"),
        (Random, "the model draws random numbers when it is called, but only one call is recorded"),
        (RandomOfNumPy, "the model draws random numbers"),
        (RandomOfItsOwn, "the model draws random numbers"),
    ],
)
def test_a_model_that_is_not_what_was_recorded_is_refused(kind, text, data):
    model = kind(0.5, 0.25)
    with pytest.raises(GraphError, match=f"{text}(?s:.)*\n  remedy  "):
        nn.fit(model, data, Y, epochs=1)
    with pytest.raises(GraphError, match=f"{text}(?s:.)*\n  remedy  "):
        nn.predict(model, data)
    assert [p.data for p in model.parameters()] == [0.5, 0.25]


def test_random_numbers_without_an_effect_are_only_noticed():
    with pytest.warns(RuntimeWarning, match="the model draws random numbers.* use") as noted:
        nn.fit(Drawing(0.5, 0.25), X, Y, epochs=1)
    assert noted[0].filename == __file__
    with pytest.warns(RuntimeWarning, match="random numbers"):
        nn.predict(Drawing(0.5, 0.25), X)


@pytest.mark.parametrize("kind", [Line, ByNumber, Counting])
def test_others_are_trained_without_a_word(kind):
    model, states = kind(0.5, 0.25), (random.getstate(), np.random.get_state()[1].tolist())
    nn.fit(model, X, Y, epochs=1)  # warnings are errors here
    nn.predict(model, X)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert getattr(model, "calls", 0) == 0


def test_random_numbers_of_modules_are_no_surprise():
    nn.fit(Noisy(), X, Y, epochs=1)
    nn.fit(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.3), nn.Linear(3, 1)), X, Y, epochs=1)


def test_a_parameter_that_is_nan_before_the_training_is_named():
    model = mlp(2, 3, 1)
    model.layers[0].neurons[1].w[0].data = float("nan")
    with pytest.raises(DataError, match=r"'layers.0.neurons.1.w.0' of MLP is nan before the train"):
        nn.fit(model, X, Y)


def test_a_penalty_that_is_not_finite_is_named():
    with pytest.raises(DivergenceError, match="so is the penalty, or its gradient"):
        nn.fit(Line(0.0, 0.0), X, Y, penalty=lambda w: sum(cr.sqrt(x) for x in w))


def test_few_columns_are_only_suspected_where_a_list_of_weights_is_longer():
    class Spare(Line):
        def __init__(self):
            super().__init__(0.5, 0.25)
            self.spare = cr.Value(1.0)

        def parameters(self):
            return [*self.w, self.spare]

    with pytest.warns(UserWarning, match=r"depend on 1 of the 3 .* is 'spare'\.$"):
        nn.fit(Spare(), X, Y, epochs=1)
    with pytest.warns(UserWarning, match=r"is 'w.2'\. Does X have too few columns\? It has 2\.$"):
        nn.fit(Line(1.0, 1.0, 1.0), X, Y, epochs=1)
