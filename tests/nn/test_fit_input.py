"""What `fit` accepts as a model, as data and as options, and what it says of the rest."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from trained_models import Line, mlp, numbers

import chainrule as cr
from chainrule import DataError, Value, WrongType, nn
from chainrule.nn.training.data import read_rows

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
Y = np.array([0, 1, 0, 1])
FRAME = pd.DataFrame(X, columns=["age", "income"])


def changed(array, index, x):
    array = np.array(array, dtype=float)
    array[index] = x
    return array


# what is passed besides the defaults; the error; how its text begins
BAD = {
    "nan": (dict(X=changed(X, (2, 1), np.nan)), "DataError", "row 2, column 1 of X is nan."),
    "inf": (dict(X=changed(X, (2, 1), -np.inf)), "DataError", "row 2, column 1 of X is -inf."),
    "several": (
        dict(X=changed(X, ([0, 0, 3], [0, 1, 1]), np.nan)),
        "DataError",
        "row 0, column 0 of X is nan; 2 rows have such entries.",
    ),
    "nan in y": (dict(y=[0.0, np.nan, 0.0, 1.0]), "DataError", "row 1 of y is nan."),
    "nan of one column": (dict(X=[1.0, np.nan, 2.0, 3.0]), "DataError", "row 1 of X is nan."),
    "nan in a cube": (
        dict(X=np.full((4, 2, 2), np.nan)),
        "DataError",
        "entry (0, 0, 0) of X is nan; 4 rows have such entries.",
    ),
    "None": (dict(X=[[1.0, None]] * 4), "DataError", "row 0, column 1 of X is nan;"),
    "nan in a frame": (
        dict(X=FRAME.mask(FRAME > 7)),
        "DataError",
        "row 3, column 1 ('income') of X is nan.",
    ),
    "nan in validation": (
        dict(validation=(changed(X, (1, 0), np.nan), Y)),
        "DataError",
        "row 1, column 0 of X of the validation rows is nan.",
    ),
    "no rows": (dict(X=X[:0], y=Y[:0]), "DataError", "X has no rows: its shape is (0, 2)."),
    "nothing": (dict(X=[], y=[]), "DataError", "X has no rows: its shape is (0,)."),
    "no columns": (dict(X=X[:, :0]), "DataError", "X has no columns: its shape is (4, 0)."),
    "fewer targets": (
        dict(y=Y[:3]),
        "ShapeError",
        "X and y need the same number of rows, but have 4 and 3.",
    ),
    "ragged": (
        dict(X=[[1, 2], [3, 4], [5], [6, 7]]),
        "ShapeError",
        "X needs rows of the same length, but row 0 has 2 entries and row 2 has 1.",
    ),
    "a number": (
        dict(X=3.0),
        "WrongType",
        "X needs an array, nested lists or a DataFrame, but got",
    ),
    "no array": (
        dict(y=None),
        "WrongType",
        "y needs an array, nested lists or a DataFrame, but got",
    ),
    "a generator": (dict(X=(row for row in X)), "WrongType", "X needs an array, nested lists or a"),
    "words": (
        dict(X=[["a", "b"]] * 4),
        "WrongType",
        "row 0, column 0 of X needs a number, but is 'a'.",
    ),
    "one word": (
        dict(X=[[1.0, "b"]] * 4),
        "WrongType",
        "row 0, column 1 of X needs a number, but is 'b'.",
    ),
    "a word after numbers": (
        dict(X=FRAME.assign(age=pd.Series([None, 1.0, "b", 2.0], dtype=object))),
        "WrongType",
        "row 2 of column 'age' of X needs a number, but is 'b'.",
    ),
    "a word after a gap": (
        dict(X=FRAME.assign(age=pd.Series([pd.NA, "b", "c", "d"], dtype="string"))),
        "WrongType",
        "row 1 of column 'age' of X needs a number, but is 'b'.",
    ),
    "words as labels": (
        dict(y=["cat", "dog", "cat", "dog"]),
        "WrongType",
        "row 0 of y needs a number, but is 'cat'.\n  remedy  number the labels: classes, "
        "y = numpy.unique(y, return_inverse=True)",
    ),
    "a column of words": (
        dict(X=FRAME.assign(city="Paris")),
        "WrongType",
        "row 0 of column 'city' of X needs a number, but is 'Paris'.",
    ),
    "dates": (
        dict(X=FRAME.assign(day=pd.Timestamp(0))),
        "WrongType",
        "row 0 of column 'day' of X needs",
    ),
    "complex": (dict(X=X + 1j), "WrongType", "row 0, column 0 of X needs a number, but is"),
    "words for numbers": (
        dict(X=[["1.5", "2"]] * 4),
        "WrongType",
        "row 0, column 0 of X needs a number, but is '1.5'.\n  remedy  numbers that were read as "
        "text become numbers with numpy.array(X, float)",
    ),
    "masked": (
        dict(X=np.ma.masked_equal(X, 4.0)),
        "DataError",
        "row 1, column 1 of X is nan.",
    ),
    "identifiers": (
        dict(X=np.full((4, 2), 2**60)),
        "DataError",
        "row 0, column 0 of X is 1152921504606846976, but whole numbers need to be within ±2**53.",
    ),
    "no callback": (
        dict(callbacks=[3]),
        "WrongType",
        "a callback needs to be a function, but got 3.",
    ),
    "no such column": (dict(X=FRAME, y="target"), "DataError", "X has no column 'target'."),
    "a name without a frame": (
        dict(y="target"),
        "WrongType",
        "y is the name 'target', which needs X to be",
    ),
    "a column less": (
        dict(X=FRAME, validation=(FRAME[["age"]], Y)),
        "DataError",
        "X of the validation rows needs the column 'income', which it doesn't have.",
    ),
    "other columns": (
        dict(validation=(X[:, :1], Y)),
        "ShapeError",
        "the validation rows need the shapes of X and y after the first axis, (2,) and (), but "
        "have (1,) and ().",
    ),
    "validation of other targets": (
        dict(y=np.zeros((4, 2)), validation=(X, np.zeros((4, 3)))),
        "ShapeError",
        "the validation rows need the shapes of X and y after the first axis, (2,) and (2,), but "
        "have (2,) and (3,).",
    ),
    "a fraction of all": (
        dict(validation=1.0),
        "DataError",
        "validation=1 of 4 rows would hold back 4.",
    ),
    "no fraction": (
        dict(validation="some"),
        "WrongType",
        "validation needs a fraction or a pair (X, y)",
    ),
    "one class": (
        dict(y=[1, 1, 1, 1], loss="binary_cross_entropy"),
        "DataError",
        "y has only one class, 1, in all 4 rows, so there is nothing to learn.",
    ),
    "a class too many": (
        dict(y=[0, 1, 2, 1], loss="cross_entropy", model=mlp(2, 2)),
        "DataError",
        "cross_entropy needs a class index from 0 to 1, but got 2 in row 2.",
    ),
    "a negative class": (
        dict(y=[0, -1, 1, 1], loss="cross_entropy", model=mlp(2, 2)),
        "DataError",
        "cross_entropy needs a class index from 0 to 1, but got -1 in row 1.",
    ),
    "half a class": (
        dict(y=[0, 0.5, 1, 1], loss="max_margin", model=mlp(2, 2)),
        "DataError",
        "max_margin needs a class index from 0 to 1, but got 0.5 in row 1.",
    ),
    "signs": (
        dict(y=[-1, 1, 1, 1], loss="binary_cross_entropy"),
        "DataError",
        "binary_cross_entropy needs targets from 0 to 1, but got -1 in row 0.\n  remedy  for "
        "labels of -1 and 1 pass (1 + label) / 2",
    ),
    "no signs": (
        dict(loss="max_margin"),
        "DataError",
        "max_margin needs a target of -1 or 1, but got 0 in row 0.",
    ),
    "validation labels": (
        dict(loss="binary_cross_entropy", validation=(X, [0, 1, 2, 1])),
        "DataError",
        "binary_cross_entropy needs targets from 0 to 1, but got 2 in row 2 of the "
        "validation rows.",
    ),
    "a model of all rows": (
        dict(model=type("Wide", (Line,), {"__call__": lambda self, x: x[:, 0] * self.w[0]})(1.0)),
        "ShapeError",
        "the model is called with one row of X, of shape (2,), but it asks for more: too many ind",
    ),
    "too few columns": (
        dict(model=mlp(3, 1)),
        "ShapeError",
        "LinearNeuron(3) needs 3 numbers, but got 2: X has 2 columns.",
    ),
    "too many columns": (
        dict(model=mlp(1, 1), X=X.tolist()),
        "ShapeError",
        "LinearNeuron(1) needs 1 number, but got 2: X has 2 columns.",
    ),
    "too many outputs": (
        dict(model=mlp(2, 3)),
        "ShapeError",
        "mse needs one target for each prediction, but got 3 predictions and 1 target.",
    ),
    "too few outputs": (
        dict(loss="cross_entropy"),
        "ShapeError",
        "cross_entropy needs a number for each",
    ),
    "a loss of a list": (
        dict(loss=lambda p, t: [p, p]),
        "ShapeError",
        "a gradient needs a function that returns one number, but the loss returned a",
    ),
    "a loss of nothing": (
        dict(loss=lambda p, t: None),
        "WrongType",
        "the loss needs to return numbers, but returned None.",
    ),
    "a penalty of nothing": (
        dict(penalty=lambda p: None),
        "WrongType",
        "the penalty needs to return",
    ),
    "an unknown loss": (
        dict(loss="crossentropy"),
        "ChoiceError",
        "'crossentropy' isn't the name of",
    ),
    "an unknown metric": (dict(metrics="acc"), "ChoiceError", "'acc' isn't a metric."),
    "two metrics of one name": (
        dict(metrics=[lambda p, t: 1.0, lambda p, t: 2.0]),
        "ChoiceError",
        "metrics need names of their own, but '<lambda>' is taken.\n  remedy  name them in a dict",
    ),
    "a metric named lr": (dict(metrics={"lr": "r2"}), "ChoiceError", "metrics need names of their"),
    "a name for validation": (dict(metrics={"val_r2": "r2"}), "ChoiceError", "metrics need names"),
    "a wrong metric with a name": (dict(metrics={"mine": 3}), "WrongType", "a metric needs to be"),
    "an unknown metric with a name": (
        dict(metrics={"mine": "acc"}),
        "ChoiceError",
        "'acc' isn't a metric.",
    ),
    "a huge number": (
        dict(X=[[1, 2], [3, 10**400], [0, 0], [0, 0]]),
        "DataError",
        "row 1, column 1 of X is an int of 1329 bits, but whole numbers need to be within ±2**53.",
    ),
    "a column instead of rows": (
        dict(X=[1.0, 2.0, 3.0, 4.0]),
        "ShapeError",
        "LinearNeuron(2) needs a list or an array of 2 numbers, but got a number: X has one axis, "
        "so each row is a number.\n  where",
    ),
    "layers that don't fit": (
        dict(model=nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1))),
        "ShapeError",
        "Linear(4, 1) needs 4 numbers, but got 3.\n  where",
    ),
    "a forward pass by PyTorch's name": (
        dict(model=type("Forward", (nn.Module,), {"forward": print})()),
        "WrongType",
        "a model needs to be callable, but",
    ),
    "no metric": (
        dict(metrics=[3]),
        "WrongType",
        "a metric needs to be a name or a function, but got 3.",
    ),
    "an optimizer's name": (
        dict(optimizer="adam"),
        "WrongType",
        "optimizer needs to be an optimizer, but got",
    ),
    "half an epoch": (
        dict(epochs=0.5),
        "ChoiceError",
        "epochs needs a whole number from 0 up, but got 0.5.",
    ),
    "no batch": (
        dict(batch_size=0),
        "ChoiceError",
        "batch_size needs a whole number from 1 up, but got 0.",
    ),
    "no patience": (
        dict(patience=0),
        "ChoiceError",
        "patience needs a whole number from 1 up, but got 0.",
    ),
    "a seed": (dict(seed="x"), "ChoiceError", "seed needs a whole number from 0 up, but got 'x'."),
    "nan as a fraction": (
        dict(validation=np.nan),
        "DataError",
        "validation needs a fraction between 0 and 1, but got nan.",
    ),
    "a negative fraction": (dict(validation=-0.1), "DataError", "validation needs a fraction betw"),
    "half a pair": (
        dict(validation=(X,)),
        "WrongType",
        "validation needs a fraction or a pair (X, y), but got (array([[1., 2.], [3., 4.]",
    ),
    "a number as metrics": (dict(metrics=5), "WrongType", "a metric needs to be a name or a func"),
    "a number as callbacks": (
        dict(callbacks=5),
        "WrongType",
        "a callback needs to be a function, but got 5.\n  remedy  pass a function of an Epoch",
    ),
    "a word as callbacks": (dict(callbacks="x"), "WrongType", "a callback needs to be a function"),
    "a penalty's name": (
        dict(penalty="l2"),
        "WrongType",
        "penalty needs to be a function, but got 'l2'.\n  remedy  lambda parameters: chainrule.nn",
    ),
    "no path": (dict(checkpoint=5), "WrongType", "a file needs a path, a str or a Path, but got 5"),
    "an empty path": (
        dict(checkpoint=""),
        "WrongType",
        "a file needs a path, a str or a Path, but",
    ),
    "a maker of nothing": (
        dict(optimizer=lambda p: None),
        "WrongType",
        "optimizer needs to return an optimizer, with a method step(), but it returned None.",
    ),
    "an optimizer without a state": (
        dict(optimizer=lambda p: type("Mine", (), {"step": print})(), checkpoint="run"),
        "WrongType",
        "optimizer needs to return an optimizer, with a method state_dict(), but it returned",
    ),
    "an optimizer of others": (
        dict(optimizer=lambda p: nn.optim.SGD(mlp(2, 1))),
        "WrongType",
        "optimizer needs to return an optimizer of its argument, but",
    ),
    "no truth": (dict(shuffle="no"), "WrongType", "shuffle needs True or False, but got 'no'."),
    "no progress": (dict(progress="yes"), "WrongType", "progress needs True, False or None, but"),
    "a class": (
        dict(model=nn.MLP),
        "WrongType",
        "a model needs to be an object, but got the class MLP.\n  remedy  make an object first",
    ),
    "an estimator": (
        dict(model=type("Estimator", (), {"fit": print})()),
        "WrongType",
        "a model needs to be callable, but",
    ),
    "no parameters": (dict(model=Line()), "WrongType", "<trained_models.Line object at"),
    "no model": (dict(model=3), "WrongType", "a model needs to be callable, but 3 is not."),
    "no method": (dict(model=len), "WrongType", "a model needs a method parameters(), but"),
    "a folder that is missing": (
        dict(checkpoint="missing/run"),
        "FileError",
        "'missing/run' cannot be",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_can_not_be_trained_is_refused_in_one_sentence(case):
    changes, kind, text = BAD[case]
    arguments = {"model": mlp(2, 1), "X": X, "y": Y, "epochs": 1, **changes}
    model = arguments["model"]
    before = numbers(model) if hasattr(type(model), "parameters") else []
    with pytest.raises(getattr(cr, kind)) as raised:
        nn.fit(**arguments)
    assert str(raised.value).startswith(text), str(raised.value)
    assert not before or numbers(model) == before


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT], ids=repr)
def test_a_gap_in_a_column_is_nan_whatever_stands_for_it(gap):
    column = pd.Series([1.0, gap, 2.0], dtype=object)
    for X in (column, column.to_frame()):
        with pytest.raises(DataError, match=r"row 1\b.* of X is nan\.\n"):
            nn.fit(Line(), X, [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([pd.NaT] * 2),
        pd.Series([pd.NaT] * 2, dtype=object),
        pd.Series([pd.NaT] * 2, dtype="timedelta64[ns]"),
        pd.Series(pd.PeriodIndex(["NaT"] * 2, freq="D")),
        pd.Series([None] * 2, dtype="string"),
        pd.Series(pd.Categorical([None] * 2)),
        pd.Series([pd.NA] * 2, dtype="Int64"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_an_empty_column_is_nan_whatever_its_type(column):
    for X in (column, column.to_frame()):
        with pytest.raises(DataError, match=r"row 0\b.* of X is nan; 2 rows have such entries"):
            nn.fit(Line(), X, [1.0, 2.0])


@pytest.mark.parametrize(
    "x",
    [
        np.array(["2020", "2021"], dtype="datetime64[ns]"),
        np.array([1, 2], dtype="timedelta64[ns]"),
        np.array([1, 2], dtype="timedelta64[D]"),
        [pd.Timestamp(1), pd.Timestamp(2)],
        pd.Series([pd.Timedelta(1), pd.Timedelta(2)]),
    ],
    ids=["dates", "times", "days", "timestamps", "a series"],
)
def test_dates_and_times_are_not_numbers(x):
    with pytest.raises(WrongType, match="row 0 of X needs a number, but is"):
        nn.fit(Line(), x, [1.0, 2.0])


@pytest.mark.parametrize("whole", [2**53 + 1, -(2**53) - 1, 2**60])
def test_identifiers_are_refused_in_every_form(whole):
    forms = (
        [[whole], [1]], [[whole], [None]], np.array([[whole], [1]]),
        pd.DataFrame({"a": [whole, 1]}), pd.DataFrame({"a": [whole, None]}, dtype=object),
        pd.DataFrame({"a": pd.array([whole, None], dtype="Int64")}),
    )  # fmt: skip
    for X in forms:
        with pytest.raises(DataError, match=rf"row 0\b.* of X is {whole}, but whole numbers need"):
            nn.fit(Line(), X, [1.0, 2.0])


GOOD = {
    "lists": (X.tolist(), Y.tolist()),
    "float32": (X.astype("f4"), Y),
    "whole numbers": (X.astype(int), Y),
    "small whole numbers": (X.astype("u1"), Y.astype("i2")),
    "Fortran order": (np.asfortranarray(X), Y),
    "strides": (np.repeat(X, 2, axis=1)[:, ::2], Y),
    "objects": (X.astype(object), Y.astype(object)),
    "Values": ([[Value(x) for x in row] for row in X], Y),
    "a frame": (FRAME, Y),
    "a frame of other types": (FRAME.astype({"age": "Int64", "income": "float32"}), Y),
    "a frame of objects": (FRAME.astype({"age": object}), Y),
    "a frame of decimals": (FRAME.map(Decimal), Y),
    "a frame of fractions": (FRAME.map(Fraction), pd.Series(map(Fraction, Y))),
    "a frame of categories": (FRAME.astype({"age": int}).astype({"age": "category"}), Y),
    "a series": (FRAME, pd.Series(Y, index=[7, 3, 1, 9])),
    "a column's name": (FRAME.assign(bought=Y), "bought"),
    "a column of targets": (FRAME, pd.DataFrame({"bought": Y})),
    "truth values": (X, Y == 1),
    "targets as a column": (X, Y[:, None]),
    "our arrays": (cr.array(X), cr.array(Y)),
}


@pytest.mark.parametrize("case", GOOD)
@pytest.mark.parametrize(("outputs", "loss"), [(1, "binary_cross_entropy"), (2, "cross_entropy")])
def test_data_in_every_form_give_the_same_training(case, outputs, loss):
    expected = nn.fit(mlp(2, 3, outputs), X, Y, loss=loss, epochs=3, metrics="accuracy")
    found = nn.fit(mlp(2, 3, outputs), *GOOD[case], loss=loss, epochs=3, metrics="accuracy")
    assert found.loss.tolist() == pytest.approx(expected.loss.tolist())
    assert found["accuracy"].tolist() == expected["accuracy"].tolist()


def test_none_stands_for_no_metrics_and_no_callbacks():
    assert [*nn.fit(mlp(2, 1), X, Y, epochs=1, metrics=None, callbacks=None)] == ["loss", "lr"]


def test_metrics_in_a_dict_have_their_names():
    history = nn.fit(
        mlp(2, 1), X, Y, epochs=2, validation=(X, Y),
        metrics={"mae": lambda p, t: abs(p - t).mean(), "explained": "r2", "bias": lambda p, t: 0},
    )  # fmt: skip
    assert [*history] == [
        "loss", "val_loss", "mae", "explained", "bias", "val_mae", "val_explained", "val_bias",
        "lr",
    ]  # fmt: skip
    assert history["explained"].tolist() == history["val_explained"].tolist()


def test_the_targets_may_be_several_columns():
    frame = FRAME.assign(first=Y, second=1 - Y)
    one, two = mlp(2, 2), mlp(2, 2)
    nn.fit(one, frame, ["first", "second"], epochs=3)
    nn.fit(two, FRAME, np.stack([Y, 1 - Y], axis=1), epochs=3)
    assert numbers(one) == numbers(two) and one.feature_names_in_ == ("age", "income")
    with pytest.raises(cr.WrongType, match="row 0 of y needs a number, but is 'first'"):
        nn.fit(one, frame, ["first", "third", "first", "third"])


@pytest.mark.parametrize("X", [np.arange(3.0), [1.0, 2.0, 3.0], pd.Series([1.0, 2.0, 3.0])])
def test_the_remedy_for_numbers_instead_of_rows_works(X):
    with pytest.raises(cr.ShapeError, match=r"numpy.reshape\(X, \(-1, 1\)\)"):
        nn.fit(mlp(1, 1), X, [1.0, 2.0, 3.0])
    with pytest.raises(cr.ShapeError, match=r"numpy.reshape\(X, \(1, -1\)\)"):
        nn.predict(mlp(3, 1), X)
    nn.fit(mlp(1, 1), np.reshape(X, (-1, 1)), [1.0, 2.0, 3.0], epochs=1)
    assert nn.predict(mlp(3, 1), np.reshape(X, (1, -1))).shape == (1,)


def test_an_epoch_prints_as_one_line():
    lines = []
    nn.fit(
        mlp(2, 1), X, Y, epochs=2, metrics="r2", callbacks=lambda epoch: lines.append(f"{epoch}")
    )
    assert [line.partition(":")[0] for line in lines] == ["<Epoch 1", "<Epoch 2"]
    assert all("loss " in line and "r2 " in line and "\n" not in line for line in lines)


def test_the_learning_rate_of_an_epoch_is_that_of_its_last_step():
    schedule = nn.optim.Exponential(0.1, factor=0.5)
    history = nn.fit(mlp(2, 1), X, Y, epochs=3, batch_size=2, optimizer=nn.optim.SGD(lr=schedule))
    assert history.lr.tolist() == [schedule(1), schedule(3), schedule(5)]


def test_a_metric_returns_a_number():
    with pytest.raises(cr.WrongType, match="the metric 'words' needs to return a number, but retu"):

        def words(predictions, targets):
            return "good"

        nn.fit(mlp(2, 1), X, Y, epochs=1, metrics=words)


def test_the_columns_of_validation_rows_are_found_by_name():
    held = (FRAME[["income", "age"]], Y)
    found = nn.fit(mlp(2, 3, 1), FRAME, Y, epochs=2, validation=held)
    expected = nn.fit(mlp(2, 3, 1), X, Y, epochs=2, validation=(X, Y))
    assert found.val_loss.tolist() == expected.val_loss.tolist()


def test_a_model_knows_the_columns_it_was_trained_on():
    model = mlp(2, 3, 1)
    nn.fit(model, FRAME, Y, epochs=2)
    assert model.feature_names_in_ == ("age", "income")
    expected = nn.predict(model, X)
    assert (nn.predict(model, FRAME[["income", "age"]]) == expected).all()
    assert (nn.predict(model, FRAME.assign(bought=Y)) == expected).all()
    with pytest.raises(DataError, match="X needs the column 'income', which it doesn't have"):
        nn.predict(model, FRAME.rename(columns={"income": "wealth"}))
    assert [p.shape for p in model.state_dict().values()] == [(2,), ()] * 3 + [(3,), ()]
    nn.fit(model, X, Y, epochs=1)
    assert not hasattr(model, "feature_names_in_")


def test_pictures_find_columns_by_name():
    pytest.importorskip("matplotlib").use("agg")
    model = mlp(2, 3, 1)
    nn.fit(model, FRAME, Y, epochs=2)
    turned = FRAME[["income", "age"]]
    for table in (FRAME, turned):
        axes = nn.plot_boundary(model, table, Y, resolution=3).axes[0]
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("age", "income")
    losses = [
        nn.plot_landscape(model, x, Y, loss="mse", resolution=3).losses for x in (FRAME, turned)
    ]
    assert (losses[0] == losses[1]).all()


def test_rows_may_be_numbers_or_have_several_axes():
    assert read_rows([1.0, 2.0], [0, 1]).X.shape == (2,)
    model = Line(0.5)
    model.__class__ = type("Scaled", (Line,), {"__call__": lambda self, x: self.w[0] * x})
    nn.fit(model, [1.0, 2.0], [3.0, 6.0], epochs=400, optimizer=nn.optim.SGD(lr=0.1))
    assert model.w[0].data == pytest.approx(3.0)
    images = np.arange(8.0).reshape(2, 2, 2)
    model.__class__ = type("Corner", (Line,), {"__call__": lambda self, x: self.w[0] * x[1, 1]})
    nn.fit(model, images, [6.0, 14.0], epochs=400, optimizer=nn.optim.SGD(lr=0.01))
    assert model.w[0].data == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(X.tolist(), {list}), ([(1.0, 2.0)] * 4, {list}), (X, {np.ndarray, cr.numpy.Array})],
)
def test_a_row_is_what_the_model_gets_when_it_is_called_by_hand(data, expected):
    kinds = set()

    class Noting(Line):
        def __call__(self, x):
            kinds.add(type(x))
            return super().__call__(x)

    nn.fit(Noting(0.5, 0.5), data, Y, epochs=1, validation=(X, Y))
    assert kinds == expected


def test_tokens_are_whole_numbers_that_look_up_parameters():
    class Table(Line):
        def __call__(self, x):
            return cr.take(self.w, x[0]) + cr.take(self.w, x[1])

    model = Table(0.0, 0.0, 0.0)
    nn.fit(model, [[0, 1], [1, 2], [0, 2]], [3.0, 5.0, 4.0], epochs=400,
           optimizer=nn.optim.SGD(lr=0.5))  # fmt: skip
    assert [p.data for p in model.w] == pytest.approx([1.0, 2.0, 3.0])


def test_a_wrong_number_of_columns_is_noticed_where_the_model_does_not():
    with pytest.warns(
        UserWarning, match=r"depend on 1 of the 3 parameters.*first is 'w\.2'"
    ) as noted:
        nn.fit(Line(1.0, 1.0, 1.0), X, Y, epochs=1)
    assert noted[0].filename == __file__
    with pytest.warns(UserWarning, match=r"ignores 1 of the 2 columns.*is column 1 \('income'\)"):
        nn.fit(Line(1.0), FRAME, Y, epochs=1)


def test_a_batch_larger_than_the_data_is_all_of_them():
    one, two = mlp(2, 1), mlp(2, 1)
    with pytest.warns(UserWarning, match="batch_size=9 is more than the 4 rows") as noted:
        nn.fit(one, X, Y, epochs=2, batch_size=9)
    assert noted[0].filename == __file__
    nn.fit(two, X, Y, epochs=2, batch_size=4)
    assert [p.data for p in one.parameters()] == [p.data for p in two.parameters()]


@pytest.mark.parametrize(("x", "name"), [(np.nan, "nan"), (np.inf, "inf")])
def test_the_first_bad_entry_is_named_wherever_it_is(x, name):
    for row in range(4):
        for column in range(2):
            with pytest.raises(DataError, match=f"row {row}, column {column} of X is {name}"):
                read_rows(changed(X, (row, column), x), Y)


@pytest.mark.parametrize("reason", ["", None, 5])
def test_a_reason_to_stop_is_a_string(reason):
    with pytest.raises(cr.WrongType, match="stop needs a reason, a string that isn't empty, but g"):
        nn.fit(mlp(2, 1), X, Y, epochs=2, callbacks=lambda epoch: epoch.stop(reason))
