"""The result of a training: its numbers, and how it shows; and the bar while it runs."""

from __future__ import annotations

import re
import sys

import numpy as np
import pandas as pd
import pytest
from trained_models import mlp

from chainrule import DataError, MissingExtra, nn
from chainrule.nn.training.history import History
from chainrule.nn.training.metrics import accuracy, r2, two_labels

X = np.linspace(-1, 1, 24).reshape(12, 2)
Y = (X[:, 0] > 0).astype(int)


def some_history(epochs):
    history = History(("loss", "val_loss", "accuracy", "val_accuracy", "lr"), 3)
    for k in range(epochs):
        loss = 2.0**-k
        history.append({"loss": loss, "val_loss": loss + 0.125 * k, "accuracy": k / epochs,
                        "val_accuracy": 0.5, "lr": 0.1})  # fmt: skip
    history.steps, history.seconds, history.stopped = 3 * epochs, 1.25, "enough"
    return history


def test_a_history_has_its_numbers_as_arrays():
    history = some_history(4)
    assert history.loss.tolist() == [1.0, 0.5, 0.25, 0.125]
    assert history.val_loss.tolist() == [1.0, 0.625, 0.5, 0.5]
    assert history.lr.tolist() == [0.1] * 4
    assert list(history.metrics) == ["accuracy", "val_accuracy"]
    assert (history.epochs, history.best_epoch) == (4, 3)
    assert history.last()["loss"] == 0.125
    assert pd.DataFrame(dict(history))["loss"].tolist() == history.loss.tolist()
    plain = nn.fit(mlp(2, 1), X, Y, epochs=2)
    assert [*plain] == ["loss", "lr"] and plain.val_loss.shape == (0,)
    assert (plain.epochs, plain.steps, plain.seed, plain.stopped) == (2, 2, 0, "")


@pytest.mark.parametrize("epochs", [0, 1, 5, 30])
def test_a_history_as_text(epochs, golden):
    golden(f"history_{epochs}.txt", str(some_history(epochs)) + "\n")
    assert repr(some_history(epochs)) == str(some_history(epochs))


def test_a_column_that_is_not_there():
    history = some_history(2)
    with pytest.raises(KeyError, match="acc isn't a column of the history, which has loss, val_"):
        history["acc"]
    assert "acc" not in history and history.get("acc") is None


def test_a_history_in_a_notebook_escapes_names():
    history = History(("loss", "<b>", "lr"), 0)
    history.append({"loss": 1.0, "<b>": 2.0, "lr": 0.1})
    page = history._repr_html_()
    assert page.count("<b>") == 1 and "&lt;b&gt;" in page  # the title is bold
    assert page.count("<tr>") == 2


def test_a_history_is_plotted():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = some_history(6).plot()
    assert [line.get_label() for line in ax.lines] == ["loss", "val_loss"]
    assert ax.get_yscale() == "log"
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2, 3, 4, 5, 6])
    assert [text.get_text() for text in ax.get_legend().texts] == [
        "loss", "val_loss", "accuracy", "val_accuracy",
    ]  # fmt: skip
    given = pyplot.subplots()[1]
    assert nn.fit(mlp(2, 1), X, Y, epochs=2).plot(given) is given
    some_history(0).plot()
    pyplot.close("all")


@pytest.mark.parametrize(
    ("loss", "val_loss", "scale"),
    [
        ([0.5, 0.25], [0.75, 0.5], "log"),
        ([0.5, 0.0], [0.75, 0.5], "linear"),
        ([0.5, 0.25], [0.75, -0.5], "linear"),
        ([0.5, 0.25], [0.0, 0.5], "linear"),
        ([], [], "linear"),
    ],
)
def test_losses_have_a_logarithmic_axis_where_all_are_positive(loss, val_loss, scale):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    history = History(("loss", "val_loss", "lr"), 0)
    for one, other in zip(loss, val_loss):
        history.append({"loss": one, "val_loss": other, "lr": 0.1})
    assert history.plot().get_yscale() == scale
    pyplot.close("all")


def test_a_metric_and_its_validation_have_one_colour():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    history = History(("loss", "r2", "accuracy", "val_r2", "val_accuracy", "lr"), 0)
    history.append(dict.fromkeys(history, 0.5))
    ax = history.plot()
    right = ax.figure.axes[1]
    looks = {line.get_label(): (line.get_color(), line.get_linestyle()) for line in right.lines}
    assert looks == {
        "r2": ("C1", "-"), "accuracy": ("C2", "-"),
        "val_r2": ("C1", "--"), "val_accuracy": ("C2", "--"),
    }  # fmt: skip
    assert (ax.get_xlabel(), ax.get_ylabel(), right.get_ylabel()) == ("epoch", "loss", "metric")
    pyplot.close("all")


def test_without_matplotlib_the_message_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="needs matplotlib"):
        some_history(2).plot()


# ---- metrics -------------------------------------------------------------------------------------


def test_accuracy_of_two_classes_and_of_several():
    assert accuracy([0.2, 0.9, 0.4], [0, 1, 1]) == pytest.approx(2 / 3)
    assert accuracy([-0.2, 0.9, 0.4], [-1, 1, -1]) == pytest.approx(2 / 3)
    assert accuracy([0.2, 3.0, -1.0], [1, 1, 0], threshold=0.0) == 1.0
    assert accuracy([[1, 2, 3], [3, 2, 1]], [2, 1]) == 0.5
    assert accuracy([[1, 2], [3, 2]], [[0, 1], [1, 0]]) == 1.0
    assert accuracy([[0.7], [0.1]], [1, 0]) == 1.0


@pytest.mark.parametrize(
    ("targets", "labels"),
    [
        ([0, 1, 1], (0.0, 1.0)), ([0.2, 0.5], (0.0, 1.0)), ([1, 1], (0.0, 1.0)),
        ([-1, 1], (-1.0, 1.0)), ([-1, -1], (-1.0, 1.0)), ([2, 2], (-2.0, 2.0)),
        ([-3, 5, 5], (-3.0, 5.0)), ([1, 2], (1.0, 2.0)),
    ],
)  # fmt: skip
def test_the_two_labels_among_targets(targets, labels):
    assert two_labels(targets) == labels


def test_more_than_two_labels_are_refused():
    with pytest.raises(DataError, match="there are 3 different ones, from -1 to 1"):
        two_labels([-1, 0, 1])


def test_r2_is_that_of_its_definition():
    rng = np.random.default_rng(1)
    t, p = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    expected = 1 - ((t - p) ** 2).sum() / ((t - t.mean(0)) ** 2).sum()
    assert r2(p, t) == pytest.approx(expected)
    assert r2(t, t) == 1.0 and r2(np.full(3, 2.0), [1.0, 2.0, 3.0]) == 0.0
    assert np.isnan(r2([1.0, 2.0], [1.0, 1.0]))


# ---- progress ------------------------------------------------------------------------------------


def test_the_bar_shows_epochs_loss_and_metrics(capsys):
    nn.fit(mlp(2, 1), X, Y, epochs=30, metrics="accuracy", validation=0.25, progress=True)
    shown = capsys.readouterr().err
    assert re.search(
        r"fit: 100%.*30/30.*loss=.*val_loss=.*accuracy=.*val_accuracy=.*lr=0\.01", shown
    )


def test_no_bar_where_nobody_sees_it(capsys):
    nn.fit(mlp(2, 1), X, Y, epochs=2)
    nn.fit(mlp(2, 1), X, Y, epochs=2, progress=False)
    assert capsys.readouterr().err == ""


def test_a_bar_needs_tqdm_only_if_it_is_wanted(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    nn.fit(mlp(2, 1), X, Y, epochs=1)
    with pytest.raises(MissingExtra, match="progress=True needs tqdm"):
        nn.fit(mlp(2, 1), X, Y, epochs=1, progress=True)


def test_training_loads_none_of_the_optional_libraries(run_python):
    program = (
        "import sys; from chainrule import nn\n"
        "nn.fit(nn.Neuron(1, nonlin=False), [[0.0], [1.0]], [0.0, 1.0], epochs=2)\n"
        "print({'tqdm', 'safetensors', 'matplotlib', 'pandas', 'sklearn'} & set(sys.modules))"
    )
    assert run_python(program).strip() == "set()"
