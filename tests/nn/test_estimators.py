"""Networks as estimators of scikit-learn."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest

from chainrule import NATIVE, nn
from chainrule.errors import ChoiceError, DataError, WrongType

pytest.importorskip("sklearn", minversion="1.6")
import joblib
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from chainrule.nn.estimators import ChainruleClassifier, ChainruleRegressor

pytestmark = pytest.mark.once

X, SPECIES = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
NAMES = np.array(["setosa", "versicolor", "virginica"])[SPECIES]


def classifier(**keywords):
    return ChainruleClassifier((6,), **{"random_state": 0, "epochs": 40, **keywords})


def regressor(**keywords):
    return ChainruleRegressor((6,), **{"random_state": 0, "epochs": 40, **keywords})


def weights(estimator):
    return [p.data for p in estimator.model_.parameters()]


CHECKS = parametrize_with_checks([ChainruleClassifier(), ChainruleRegressor()]).mark
NAMES_OF_CHECKS, ROWS_OF_CHECKS = CHECKS.args  # the rows are an iterator in older releases


@pytest.mark.skipif(not NATIVE, reason="takes minutes with the interpreted engine")
@pytest.mark.filterwarnings("ignore")  # those of the checks
@pytest.mark.parametrize(NAMES_OF_CHECKS, list(ROWS_OF_CHECKS), **CHECKS.kwargs)
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


# ---- classification ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("loss", [None, "cross_entropy", "max_margin"])
def test_predictions_are_those_of_the_model(loss, count):
    chosen = count > SPECIES
    model = classifier(loss=loss, lr=0.05).fit(X[chosen], NAMES[chosen])
    assert model.classes_.tolist() == sorted(set(NAMES[chosen]))
    assert model.score(X[chosen], NAMES[chosen]) > 0.9
    assert (model.n_features_in_, model.n_iter_, len(model.loss_curve_)) == (4, 40, 40)
    scores = model.decision_function(X[chosen])
    for row in (0, -1):
        outputs = model.model_(X[chosen][row].tolist())
        outputs = outputs if isinstance(outputs, list) else [outputs]
        assert np.ravel(scores[row]) == pytest.approx([v.data for v in outputs], rel=1e-12)
        best = int(outputs[0].data > 0) if count == 2 else int(np.argmax(scores[row]))
        assert model.predict(X[chosen])[row] == model.classes_[best]


@pytest.mark.parametrize("count", [2, 3])
def test_probabilities(count):
    chosen = count > SPECIES
    model = classifier().fit(X[chosen], NAMES[chosen])
    shares = model.predict_proba(X[chosen])
    assert shares.shape == (chosen.sum(), count)
    assert shares.sum(axis=1) == pytest.approx(1, rel=1e-12)
    assert (model.classes_[shares.argmax(axis=1)] == model.predict(X[chosen])).all()
    assert np.log(shares) == pytest.approx(model.predict_log_proba(X[chosen]), rel=1e-9)
    assert not hasattr(classifier(loss="max_margin"), "predict_proba")


def test_probabilities_far_from_the_boundary_are_finite():
    model = classifier().fit(X, NAMES)
    assert np.isfinite(model.predict_log_proba(1e6 * X)).all()


# ---- regression ----------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [None, "huber", lambda p, t: (p - t) ** 2])
def test_a_regression(loss):
    y = X[:, 0] - X[:, 1] ** 2
    model = regressor(loss=loss, epochs=300, lr=0.03).fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.predict(X).shape == y.shape
    assert model.predict(X[:1])[0] == pytest.approx(model.model_(X[0].tolist()).data, rel=1e-12)


@pytest.mark.parametrize("count", [1, 2])
def test_several_targets(count):
    y = np.stack([X[:, 0], X[:, 1]], axis=1)[:, :count]
    model = regressor(epochs=300, lr=0.03).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.9
    for each in (2.0, 0.5 / len(X)):  # only how they compare matters, not their sum
        weighted = regressor(epochs=300, lr=0.03).fit(X, y, sample_weight=np.full(len(X), each))
        assert weighted.predict(X) == pytest.approx(model.predict(X), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("size", "offset"), [(1e5, -3e6), (1e-6, 0.0), (2.0, 1e3)])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_the_size_of_the_targets_does_not_matter(size, offset, loss):
    """Each of two targets has a size of its own."""
    y = np.stack([X[:, 0] - X[:, 1] ** 2, X[:, 2]], axis=1)
    sizes, offsets = np.array([size, 1.0]), np.array([offset, 0.5])
    one = regressor(loss=loss, early_stopping=True).fit(X, y)
    other = regressor(loss=loss, early_stopping=True).fit(X, sizes * y + offsets)
    for _ in range(2):
        expected = one.predict(X)
        assert (other.predict(X) - offsets) / sizes == pytest.approx(expected, rel=1e-6, abs=1e-6)
        found = [(x.data - offset) / size for x, size, offset in zip(
            other.model_(X[0].tolist()), sizes, offsets)]  # fmt: skip
        assert found == pytest.approx(expected[0], rel=1e-6)
        one.partial_fit(X, y), other.partial_fit(X, sizes * y + offsets)
    assert other.target_mean_ == pytest.approx(sizes * y.mean(axis=0) + offsets)
    assert other.target_scale_ == pytest.approx(sizes * y.std(axis=0))


def test_a_loss_that_is_a_function_gets_the_targets_as_they_are():
    seen = []
    y = 100 + X[:, 0]
    model = regressor(loss=lambda p, t: seen.append(t) or (p - t) ** 2, epochs=1).fit(X, y)
    assert min(float(t) for t in seen if isinstance(t, float)) > 90
    assert model.target_mean_.tolist() == [0.0] and model.target_scale_.tolist() == [1.0]
    constant = regressor(epochs=1).fit(X, np.full(150, 7.0))
    assert (constant.target_mean_, constant.target_scale_) == (7.0, 1.0)


# ---- training ------------------------------------------------------------------------------------


def test_the_rows_that_are_held_back_have_their_share_of_each_class():
    labels = np.repeat([0, 1, 2], [100, 30, 20])
    for seed in range(20):
        model = classifier(early_stopping=True, validation_fraction=0.2, random_state=seed)
        model._begin(4, 3)
        held = model._held_back(150, labels)
        assert np.bincount(labels[held]).tolist() == [20, 6, 4]
    model = classifier(early_stopping=True, validation_fraction=0.2).fit(X, NAMES)
    assert "val_loss" in model.history_ and model.score(X, NAMES) > 0.7


def test_binary_cross_entropy_is_the_loss_for_two_classes():
    chosen = SPECIES < 2
    for loss in ("binary_cross_entropy", nn.losses.cross_entropy, nn.losses.binary_cross_entropy):
        model = classifier(loss=loss).fit(X[chosen], NAMES[chosen])
        expected = classifier().fit(X[chosen], NAMES[chosen])
        assert (model.predict_proba(X) == expected.predict_proba(X)).all()


@pytest.mark.parametrize("loss", ["cross_entropy", "max_margin"])
@pytest.mark.parametrize("count", [2, 3])
def test_a_weight_counts_rows(loss, count):
    chosen = count > SPECIES
    rows, y = X[chosen], NAMES[chosen]
    counts = np.random.default_rng(0).integers(0, 3, len(rows))
    repeated = classifier(loss=loss, batch_size=None).fit(
        np.repeat(rows, counts, axis=0), np.repeat(y, counts)
    )
    weighted = classifier(loss=loss, batch_size=None).fit(rows, y, sample_weight=counts)
    assert weights(weighted) == pytest.approx(weights(repeated), rel=1e-7, abs=1e-9)


def test_random_state_decides_everything():
    one, two, other = (classifier(random_state=seed).fit(X, NAMES) for seed in (0, 0, 1))
    assert weights(one) == weights(two) != weights(other)


def test_partial_fit_goes_on_and_keeps_the_state_of_the_optimizer():
    """With all rows in each step, epochs by hand are those of one call."""
    whole = classifier(epochs=5, batch_size=None).fit(X, NAMES)
    parts = classifier(batch_size=None)
    for _ in range(5):
        parts.partial_fit(X, NAMES, classes=np.unique(NAMES))
    assert weights(parts) == weights(whole)
    numbers = regressor(epochs=3, batch_size=None).fit(X, X[:, 0])
    again = regressor(batch_size=None)
    for _ in range(3):
        again.partial_fit(X, X[:, 0])
    assert weights(again) == weights(numbers)


def test_partial_fit_of_rows_with_some_of_the_classes():
    model = classifier()
    for _ in range(30):
        for label in (0, 1, 2):
            model.partial_fit(X[label == SPECIES], NAMES[label == SPECIES], np.unique(NAMES))
    assert model.score(X, NAMES) > 0.7


def test_a_warm_start_goes_on():
    model = classifier(warm_start=True, epochs=20).fit(X, NAMES)
    first, network = model.loss_curve_[-1], model.model_
    model.fit(X, NAMES)
    assert model.model_ is network
    assert model.loss_curve_[0] <= first
    model.set_params(warm_start=False).fit(X, NAMES)
    assert model.model_ is not network


def test_early_stopping_holds_rows_back():
    model = classifier(early_stopping=True, epochs=2000, lr=0.05).fit(X, NAMES)
    assert model.n_iter_ < 2000
    assert "val_loss" in model.history_
    assert model.history_.best_epoch == model.n_iter_ - 10


def test_the_penalty_makes_weights_smaller_and_leaves_biases_alone():
    free, bound = (regressor(alpha=a, epochs=300).fit(X, X[:, 0] + 5) for a in (0.0, 1.0))

    def size(estimator, end):
        named = estimator.model_.named_parameters().items()
        return sum(p.data**2 for name, p in named if (".b" in name) == (end == "b"))

    assert size(bound, "w") < 0.1 * size(free, "w")
    assert bound.predict(X).mean() == pytest.approx(5, abs=0.5)


def test_what_scikit_learn_calls_activations():
    for theirs, ours in (("logistic", "sigmoid"), ("identity", lambda x: x)):
        expected = classifier(activation=ours, epochs=5).fit(X, NAMES)
        model = classifier(activation=theirs, epochs=5).fit(X, NAMES)
        assert weights(model) == weights(expected)
        assert weights(pickle.loads(pickle.dumps(model))) == weights(model)


@pytest.mark.parametrize("sizes", [(), None])
def test_without_hidden_layers_a_network_is_linear(sizes):
    model = ChainruleRegressor(sizes, random_state=0, epochs=1000, alpha=0, lr=0.1)
    model.fit(X, X[:, 0] - 2 * X[:, 1])
    assert [w.data for w in model.model_.layers[0].neurons[0].w] == pytest.approx(
        [1, -2, 0, 0], abs=1e-4
    )


@pytest.mark.parametrize(("rows", "alpha"), [(20, 0.025), (200, 0.025), (500, 0.01)])
def test_the_penalty_of_a_regression_counts_like_five_rows(rows, alpha):
    data = np.random.default_rng(0).normal(size=(rows, 3))
    y = data[:, 0] + np.random.default_rng(1).normal(size=rows)
    automatic, chosen = (regressor(alpha=a, epochs=5).fit(data, y) for a in ("auto", alpha))
    assert weights(automatic) == weights(chosen)
    classes = (y > 0).astype(int)
    automatic, chosen = (classifier(alpha=a, epochs=5).fit(data, classes) for a in ("auto", 1e-4))
    assert weights(automatic) == weights(chosen)


def test_defaults_are_right_for_small_tables():
    """Five folds of a table with more noise than signal: a network that fits the noise is worse
    than the mean of the targets."""
    random = np.random.default_rng(0)
    data = random.normal(size=(150, 20))
    y = data[:, 0] - data[:, 1] + 1.5 * random.normal(size=150)
    assert cross_val_score(ChainruleRegressor(random_state=0), data, y).mean() > 0
    assert cross_val_score(ChainruleRegressor(random_state=0, alpha=1e-4), data, y).mean() < -0.4


@pytest.mark.parametrize(
    "optimizer", ["sgd", "rmsprop", "adamw", nn.optim.SGD(lr=0.1, momentum=0.9), nn.optim.Adam]
)
def test_optimizers_by_name_and_as_objects(optimizer):
    model = classifier(optimizer=optimizer)
    before = repr(optimizer)
    model.fit(X, NAMES)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert repr(optimizer) == before
    assert clone(model).fit(X, NAMES).score(X, NAMES) == model.score(X, NAMES)


# ---- with the rest of scikit-learn ---------------------------------------------------------------


def test_a_pipeline_a_grid_search_and_cross_validation():
    data, y = load_breast_cancer(return_X_y=True)
    data = data[:, :6]
    pipeline = make_pipeline(StandardScaler(), classifier(epochs=80))
    assert cross_val_score(pipeline, data, y, cv=3).min() > 0.85
    grid = {"activation": ["relu", "tanh"], "alpha": [0, 1e-3]}
    grid = {f"chainruleclassifier__{name}": choices for name, choices in grid.items()}
    search = GridSearchCV(pipeline, grid, cv=2).fit(data, y)
    assert search.best_score_ > 0.85
    assert search.best_estimator_[-1].model_.parameters()


@pytest.mark.parametrize("copy", [lambda x: pickle.loads(pickle.dumps(x)), "joblib"])
def test_a_trained_estimator_is_saved(copy):
    model = classifier().fit(X, NAMES)
    if copy == "joblib":
        file = io.BytesIO()
        joblib.dump(model, file)
        file.seek(0)
        other = joblib.load(file)
    else:
        other = copy(model)
    assert (other.predict_proba(X) == model.predict_proba(X)).all()
    assert weights(other.partial_fit(X, NAMES)) == weights(model.partial_fit(X, NAMES))


def test_columns_of_a_dataframe():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X, columns=["a", "b", "c", "d"])
    model = classifier().fit(table, NAMES)
    assert model.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table[["b", "a", "c", "d"]])


def test_the_model_is_drawn():
    pytest.importorskip("matplotlib")
    model = classifier(epochs=200).fit(X[:, 2:], NAMES)
    assert "of 150 points" in nn.plot_boundary(model, X[:, 2:], NAMES, resolution=20).words
    assert nn.plot_layers(model.model_, X[:, 2:]).units


# ---- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimator", "data", "error", "words"),
    [
        (classifier(), (X, ["a"] * 150), DataError, "y has only 1 class, 'a'"),
        (classifier(loss="hinge"), (X, NAMES), ChoiceError, "'hinge' isn't the name of a loss"),
        (classifier(optimizer="adm"), (X, NAMES), ChoiceError, "(?s)'adm' isn't.*'adam'"),
        (classifier(optimizer=3), (X, NAMES), WrongType, "an optimizer has to be a name"),
        (classifier(activation="rel"), (X, NAMES), ChoiceError, "(?s)'rel' isn't.*'relu'"),
        (classifier(init="auto "), (X, NAMES), ChoiceError, "'auto ' isn't"),
        (classifier(epochs=-1), (X, NAMES), ChoiceError, "epochs needs a whole number"),
        (classifier(loss="mse"), (X, NAMES), ChoiceError, "(?s)isn't.*cross_entropy, max_margin$"),
        (regressor(loss="cross_entropy"), (X, X[:, 0]), ChoiceError, "(?s)isn't.*mse, huber$"),
        (classifier(loss="binary_cross_entropy"), (X, NAMES), ChoiceError, "is for two classes"),
        (classifier(loss="mse"), (X, NAMES), ChoiceError, "'mse' .* a loss of ChainruleClassifier"),
        (classifier(early_stopping=True, validation_fraction=1.5), (X, NAMES), ChoiceError,
         "validation_fraction needs a number between 0 and 1, but got 1.5"),
        (classifier(early_stopping=True, validation_fraction=0.001), (X, NAMES), DataError,
         "validation_fraction=0.001 of 150 rows would hold back 0"),
        (classifier(early_stopping=True, n_iter_no_change=0), (X, NAMES), ChoiceError,
         "n_iter_no_change needs a whole number from 1 up, but got 0"),
        (regressor(), (X, X[:, 0], [0.0] * 150), ValueError, "zero"),
        (classifier(alpha=-1), (X, NAMES), ChoiceError, "alpha needs a number.* -1"),
        (classifier(alpha="1"), (X, NAMES), ChoiceError, "alpha needs a number.* '1'"),
        (classifier(batch_size="big"), (X, NAMES), ChoiceError, "batch_size needs .*'big'"),
        (classifier(batch_size=0), (X, NAMES), ChoiceError, "batch_size needs a whole number"),
        (classifier(), (X, NAMES, [0.0] * 150), ValueError, "zero"),
        (classifier(), (X, NAMES, [-1.0] * 150), ValueError, "[Nn]egative"),
        (classifier(), (X * np.nan, NAMES), ValueError, "NaN"),
        (classifier(), (X, X[:, 0]), ValueError, "continuous"),
        (classifier(), (NAMES[:, None], NAMES), ValueError, "could not convert string"),
        (regressor(), (X, NAMES.astype(object)), WrongType, "but y has 'setosa'"),
        (regressor(), (X, NAMES), WrongType, "(?s)but y has .*setosa.*use ChainruleClassifier"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained(estimator, data, error, words):
    with pytest.raises(error, match=words):
        estimator.fit(*data)


def test_a_column_of_targets_trains_as_they_do_alone_and_is_predicted_as_a_column():
    y = X[:, 0] - 0.5 * X[:, 1]
    flat, column = (regressor(random_state=1).fit(X, each) for each in (y, y[:, None]))
    assert column.predict(X).shape == (len(X), 1) and flat.predict(X).shape == (len(X),)
    np.testing.assert_array_equal(column.predict(X)[:, 0], flat.predict(X))
    assert column.score(X, y[:, None]) == flat.score(X, y)


def test_a_class_that_came_later():
    model = classifier().partial_fit(X[:100], NAMES[:100], classes=np.unique(NAMES[:100]))
    with pytest.raises(DataError, match="'virginica', which isn't one of the classes"):
        model.partial_fit(X, NAMES)


def test_an_estimator_that_was_not_trained():
    with pytest.raises(NotFittedError):
        classifier().predict(X)


def test_the_room_does_not_load_scikit_learn(run_python):
    program = "import sys, chainrule.nn as nn; nn.MLP(2, [1]); print('sklearn' in sys.modules)"
    assert run_python(program).split() == ["False"]


def test_without_scikit_learn_the_library_is_named(run_python):
    program = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from chainrule import nn\n"
        "try: nn.ChainruleClassifier\n"
        "except ImportError as error: print(error)"
    )
    assert run_python(program).splitlines() == [
        "an estimator needs scikit-learn, which is not installed.",
        "  remedy  pip install scikit-learn",
    ]
