"""What only shows at the edges of a training: one class in the validation rows, an index of -1, an
optimizer that has diverged."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule import Value, nn
from chainrule.errors import (
    DataError,
    DivergenceError,
    DomainError,
    PlaceError,
    ShapeError,
    WrongType,
)
from chainrule.nn import losses

X = np.random.default_rng(0).normal(size=(60, 2))
SIGNS = np.where(X[:, 0] > 0, 1, -1)


def test_the_threshold_of_the_accuracy_is_that_of_the_rows_to_train_on():
    held = X[SIGNS == 1], SIGNS[SIGNS == 1]
    model = nn.MLP(2, [1], seed=0)
    history = nn.fit(model, X, SIGNS, epochs=5, validation=held, metrics="accuracy")
    assert history["val_accuracy"][-1] == np.mean(nn.predict(model, held[0]) > 0)


def test_a_regression_has_no_accuracy():
    with pytest.raises(DataError, match=r'two labels, but there are 60 different ones.*\n.*"r2"'):
        nn.fit(nn.MLP(2, [1], seed=0), X, 3 * X[:, 0], epochs=1, metrics="accuracy")


def test_the_numbers_of_the_best_epoch_have_its_loss():
    y = X[:, 0] - X[:, 1]
    model = nn.MLP(2, [3, 1], seed=1)
    history = nn.fit(model, X, y, patience=3, optimizer=nn.optim.SGD(lr=0.6))
    assert np.mean((nn.predict(model, X) - y) ** 2) == pytest.approx(history.loss.min(), rel=1e-12)


def test_an_optimizer_keeps_its_state_when_a_training_diverges():
    model = nn.MLP(2, [3, 1], seed=1)
    optimizer = nn.optim.SGD(model, lr=1e9, momentum=0.9)
    with pytest.raises(DivergenceError):
        nn.fit(model, X, X[:, 0], optimizer=optimizer, epochs=50)
    optimizer.lr = 0.001
    nn.fit(model, X, X[:, 0], optimizer=optimizer, epochs=3)
    assert optimizer.steps == 3


def test_an_index_does_not_count_from_the_end_in_a_program_either():
    model = nn.Sequential(nn.Embedding(5, 1, seed=1))
    assert nn.predict(model, [0, 4]).ravel().tolist() == [model(0)[0].data, model(4)[0].data]
    for wrong in (-1, 5):
        with pytest.raises(PlaceError):
            nn.predict(model, [0, wrong])
    labels = (X[:, 0] > 0).astype(int)
    labels[5] = -1
    with pytest.raises(DataError, match="from 0 to 1, but got -1 in row 5"):
        nn.fit(nn.MLP(2, [2]), X, labels, loss=lambda p, t: losses.cross_entropy(p, t), epochs=1)


@pytest.mark.parametrize(
    ("shares", "need"),
    [
        ([2.0, -1.0], "from 0 up, but got -1"),
        ([-0.5, 0.9], "from 0 up, but got -0.5"),
        ([0.5, 0.4], "that add up to 1, but got 0.9"),
        ([0.0, 0.0], "that add up to 1, but got 0"),
    ],
)
def test_a_cross_entropy_takes_probabilities(shares, need):
    with pytest.raises(DomainError, match=f"probabilities {need}"):
        losses.cross_entropy([Value(1.0), Value(2.0)], shares)
    rows = np.tile([0.25, 0.75], (60, 1))
    rows[7:] = shares
    with pytest.raises(DataError, match=rf"cross_entropy needs probabilities {need} in row 7\."):
        nn.fit(nn.MLP(2, [2]), X, rows, loss="cross_entropy")
    assert losses.cross_entropy([0.0, 0.0], [0.25, 0.75]) == pytest.approx(np.log(2))


def test_a_single_score_has_one_target():
    with pytest.raises(ShapeError, match="max_margin needs one target for each prediction"):
        losses.max_margin(Value(0.5), [1, -1])


@pytest.mark.parametrize(
    "attend",
    [
        lambda x: nn.MultiHeadAttention(4, heads=2)(x),
        lambda x: nn.AttentionHead(4, 2)(x),
        lambda x: nn.attention(x, x, x),
    ],
)
def test_attention_is_about_rows(attend):
    with pytest.raises(WrongType, match="needs rows, but got a list of numbers"):
        attend([1.0, 2.0, 3.0, 4.0])
