"""What losses need of targets, whoever calls them, and which output stands for which class."""

from __future__ import annotations

import math

import numpy as np
import pytest
from trained_models import mlp

import chainrule as cr
from chainrule import DataError, DomainError, PlaceError, nn
from chainrule.nn import losses
from chainrule.nn.decision import threshold_of

X = np.random.default_rng(0).normal(size=(20, 2))
CLASS = (X[:, 0] > 0).astype(int)


def with_row(row, label, y=CLASS):
    y = np.array(y, dtype=float)
    y[row] = label
    return y


WRAPPED = {
    "bce": (1, lambda p, t: losses.binary_cross_entropy(p, t), "needs targets from 0 to 1,"),
    "margin": (1, lambda p, t: 2 * losses.max_margin(p, 2 * t - 1), "needs a target of -1 or 1,"),
    "margins": (2, lambda p, t: losses.max_margin(p, t), "needs a class index from 0 to 1,"),
    "entropy": (2, lambda p, t: losses.cross_entropy(p, t), "needs a class index from 0 to 1,"),
    "row": (1, lambda p, t: losses.binary_cross_entropy([p], [t]), "needs targets from 0 to 1,"),
    "branch": (
        1,
        lambda p, t: losses.binary_cross_entropy(p, t) if p > 0 else losses.mse(p, t) * 0 + p,
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [name for name in WRAPPED if name != "branch"])
@pytest.mark.parametrize("row", [0, 7, 19])
@pytest.mark.parametrize("label", [2, -1, 0.25])
def test_a_wrapped_loss_refuses_what_the_loss_refuses(case, row, label):
    outputs, loss, text = WRAPPED[case]
    if "from 0 to 1" in text and label == 0.25 and outputs == 1:
        return  # a probability
    model = mlp(2, outputs)
    with pytest.raises(DataError, match=f"{text} but got .* in row {row}\\.\n  remedy  "):
        nn.fit(model, X, with_row(row, label), loss=loss, epochs=1)
    with pytest.raises(DataError, match=f"in row {row} of the validation rows"):
        held = (X, with_row(row, label))
        nn.fit(model, X, CLASS, loss=loss, epochs=1, validation=held)
    with pytest.raises((DomainError, PlaceError)):
        loss(model(X[row].tolist()), label)
    with pytest.raises(DataError, match=f"in row {row}"):
        nn.plot_landscape(model, X, with_row(row, label), loss=loss, resolution=3)


def test_requirements_of_one_path_do_not_concern_the_others():
    """Only rows with a positive output need a probability."""
    loss, model = WRAPPED["branch"][1], nn.Neuron(2, nonlin=False, seed=0)
    outputs = nn.predict(model, X)
    negative, positive = int(outputs.argmin()), int(outputs.argmax())
    nn.fit(model, X, with_row(negative, 7), loss=loss, epochs=1,
           optimizer=nn.optim.SGD(lr=1e-9))  # fmt: skip
    with pytest.raises(DataError, match=f"got 7 in row {positive}"):
        nn.fit(model, X, with_row(positive, 7), loss=loss, epochs=1)


def test_values_as_targets_are_looked_at(Value):
    with pytest.raises(DomainError, match="from 0 to 1, but got 2"):
        losses.binary_cross_entropy(Value(0.5), Value(2))
    with pytest.raises(DomainError, match="-1 or 1, but got 0"):
        losses.max_margin(Value(0.5), Value(0))
    with pytest.raises(PlaceError, match="from 0 to 1, but got 2"):
        losses.cross_entropy([Value(0.5), 1.0], Value(2))


@pytest.mark.parametrize("index", [-1, 3, 0.5, math.nan])
def test_an_index_outside_is_named_by_whom_it_concerns(index):
    for run in (cr.compile, cr.grad, lambda f: f):
        with pytest.raises(PlaceError, match="cross_entropy needs a class index from 0 to 1, but"):
            run(losses.cross_entropy)([1.0, 2.0], index)
    if index == index:
        rows = [[0], [1], [index], [2]]
        with pytest.raises(DataError, match=r"Embedding\(3, 1\) needs an index .* in row 2\."):
            nn.fit(nn.Sequential(nn.Embedding(3, 1), lambda x: x[0][0]), rows, [1.0] * 4, epochs=1)


@pytest.mark.parametrize(
    "loss", ["cross_entropy", "max_margin", lambda p, t: losses.cross_entropy(p, t)]
)
def test_a_column_of_indices_is_a_row_of_one_index(loss):
    flat, column = mlp(2, 3, 2), mlp(2, 3, 2)
    expected = nn.fit(flat, X, CLASS, loss=loss, epochs=3, metrics="accuracy")
    found = nn.fit(column, X, CLASS[:, None], loss=loss, epochs=3, metrics="accuracy")
    for name in expected:
        assert found[name].tolist() == expected[name].tolist()


PROGRAMS = {
    "bce": (losses.binary_cross_entropy, 0.5, [0, 1, 0.25], [2, -1, math.nan], DomainError),
    "row": (lambda p, t: losses.binary_cross_entropy([p, 1.0], [t, 0.5]), 0.5, [0, 1], [2],
            DomainError),
    "margin": (losses.max_margin, 0.5, [-1, 1], [0, 2, math.nan], DomainError),
    "shares": (lambda p, t: losses.cross_entropy([p, 1.0], [t, 1 - t]), 0.5, [0, 0.25, 1], [-1, 2],
               DomainError),
    "sum": (lambda p, t: losses.cross_entropy([p, 1.0], [t, 0.5]), 0.5, [0.5], [0.25, 1.0],
            DomainError),
    "entropy": (lambda p, t: losses.cross_entropy([p, 1.0], t), 0.5, [0, 1], [2, -1, 0.5],
                PlaceError),
    "margins": (lambda p, t: losses.max_margin([p, 1.0], t), 0.5, [0, 1], [2, -1, 0.5],
                PlaceError),
}  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS)
def test_programs_look_at_each_number_that_they_are_called_with(case):
    """The first call and later ones, a point and rows, with a gradient and without."""
    loss, p, good, bad, kind = PROGRAMS[case]

    def of_rows(program):
        return lambda p, t: program(np.full(3, p), np.array([t, good[0], t], dtype=float))

    makers = {
        "point": cr.compile,
        "gradient": lambda f: cr.compile(cr.grad(f)),
        "grad": cr.grad,
        "rows": lambda f: of_rows(cr.compile(f, in_axes=0)),
        "mean": lambda f: of_rows(cr.compile(f, in_axes=0, reduce="mean")),
        "gradients of rows": lambda f: of_rows(cr.compile(f, in_axes=0).grad),
    }
    for make in makers.values():
        for first in (good, bad):
            run = make(loss)
            for t in (*first, *good, *bad):
                if t in good:
                    run(p, t)
                    continue
                with pytest.raises(kind, match=r" needs .*, but got"):
                    run(p, t)
    for t in good:
        assert cr.compile(loss)(p, t) == loss(p, t)


@pytest.mark.parametrize("index", [-1, 3, 0.5])
@pytest.mark.parametrize("row", [0, 2])
def test_a_prediction_looks_at_the_indices_of_all_rows(index, row):
    rows = np.array([[0], [1], [2], [0]], dtype=float)
    rows[row] = index
    with pytest.raises(PlaceError, match=rf"Embedding\(3, 1\) needs an index .*, but got {index}"):
        nn.predict(nn.Sequential(nn.Embedding(3, 1), lambda x: x[0][0]), rows)


# ---- thresholds ----------------------------------------------------------------------------------


def logistic(p, t):
    return cr.softplus(p) - t * p


THRESHOLDS = [
    (losses.mse, 0, 1, 0.5),
    (losses.mse, -1, 1, 0.0),
    (losses.huber, 2, 5, 3.5),
    (losses.binary_cross_entropy, 0, 1, 0.0),
    (losses.max_margin, -1, 1, 0.0),
    (losses.max_margin, 0, 1, None),
    (losses.cross_entropy, 0, 1, None),
    (logistic, 0, 1, 0.0),
    (lambda p, t: losses.binary_cross_entropy(p, (1 + t) / 2), -1, 1, 0.0),
    (lambda p, t: losses.mse(cr.sigmoid(p), t), 0, 1, 0.0),
    (lambda p, t: 3 * losses.binary_cross_entropy(p - 1.0, t), 0, 1, 1.0),
    (lambda p, t: (1 + 3 * t) * losses.binary_cross_entropy(p, t), 0, 1, 0.0),  # weights of classes
    (lambda p, t: t * losses.mse(p, 1) + 4 * (1 - t) * losses.mse(p, 0), 0, 1, 0.5),
    (lambda p, t: (3 if t > 0 else 1) * losses.max_margin(p, t), -1, 1, 0.0),
    (lambda p, t: cr.sqrt(1 + (p - t) ** 2), 3, 4, 3.5),
    (lambda p, t: p * 0.0, 0, 1, None),
    (lambda p, t: None, 0, 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "low", "high", "expected"), THRESHOLDS)
def test_the_threshold_is_where_both_labels_cost_the_same(loss, low, high, expected):
    found = threshold_of(loss, low, high)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@pytest.mark.parametrize(
    ("loss", "threshold"),
    [
        (losses.binary_cross_entropy, 0.0),
        (lambda p, t: losses.binary_cross_entropy(p, t), 0.0),
        (logistic, 0.0),
        ("mse", 0.5),
        (lambda p, t: (p - t) ** 2, 0.5),
    ],
)
def test_everybody_decides_by_the_smaller_loss(loss, threshold):
    model = mlp(2, 1)
    history = nn.fit(model, X, CLASS, loss=loss, epochs=1, metrics="accuracy")
    assert model.threshold_ == threshold
    outputs = nn.predict(model, X)
    right = (outputs > threshold) == CLASS
    assert history["accuracy"][-1] == np.mean(right)
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    for more in ({}, {"loss": loss}):
        picture = nn.plot_boundary(model, X, CLASS, **more, resolution=5)
        assert picture.words.startswith(f"decision boundary, {right.sum()} of 20")
        title = picture.axes[0].get_title("left")
        assert title.endswith(f"class 1 where the output is above {threshold:g}")
    nn.fit(model, X, X[:, 0], epochs=1)
    assert not hasattr(model, "threshold_")
    pytest.importorskip("sklearn")
    if callable(loss):
        estimator = nn.ChainruleClassifier((3,), loss=loss, epochs=2, random_state=0).fit(X, CLASS)
        outputs = nn.predict(estimator.model_, X)
        assert estimator.threshold_ == threshold
        assert estimator.predict(X).tolist() == (outputs > threshold).astype(int).tolist()
        assert ((estimator.decision_function(X) > 0) == estimator.predict(X)).all()


def test_a_boundary_without_a_loss_says_which_threshold_it_took():
    pytest.importorskip("matplotlib").use("agg")
    for step, threshold in ((None, 0), ("sigmoid", 0.5)):
        model = nn.Sequential(nn.Linear(2, 1, seed=1), *([step] if step else []))
        picture = nn.plot_boundary(model, X, CLASS, resolution=5)
        right = (nn.predict(model, X).ravel() > threshold) == CLASS
        assert picture.words.startswith(f"decision boundary, {right.sum()} of 20")
        assert picture.axes[0].get_title("left").endswith(f"is above {threshold:g}")
    small = nn.Linear(2, 1, seed=1)
    small.w[0][0].data, small.w[0][1].data, small.b[0].data = 0.001, 0.001, 0.5
    picture = nn.plot_boundary(small, X, CLASS, resolution=5)  # scores from 0 to 1, no probability
    assert "1 everywhere" in picture.words
    named = np.array(["no", "yes"])[CLASS]
    for loss, threshold in (("mse", 0.5), ("max_margin", 0), ("binary_cross_entropy", 0)):
        picture = nn.plot_boundary(small, X, named, loss=loss, resolution=5)
        assert picture.axes[0].get_title("left").endswith(f"is above {threshold}")
    with pytest.raises(DomainError, match="doesn't tell the classes 0 and 1 apart by one score"):
        nn.plot_boundary(small, X, CLASS, loss="cross_entropy")
