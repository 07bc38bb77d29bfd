"""Details of `chainrule.nn`: the bar of a training, what looks like softmax and isn't, what a loss
is asked on the way to a threshold."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

import chainrule as cr
from chainrule import Value, errors, nn
from chainrule.nn import losses
from chainrule.nn.decision import threshold_of
from chainrule.nn.estimators import ChainruleClassifier
from chainrule.nn.module import drawing_from
from chainrule.nn.pictures.layers import _draw_activations
from chainrule.nn.pictures.observation import LayerUnits
from chainrule.nn.training import progress
from chainrule.nn.training.metrics import accuracy
from chainrule.numerals import format_short

pytestmark = pytest.mark.once

# ---- the bar of a training -----------------------------------------------------------------------


class Bar:
    """What tqdm is asked to do."""

    def __init__(self, total, initial, **options):
        self.n, self.total, self.options, self.deeds = initial, total, options, []

    def set_postfix_str(self, text, refresh):
        self.deeds.append((text, refresh))

    def update(self, count):
        self.n += count
        self.deeds.append(self.n)

    def close(self):
        self.deeds.append("closed")


@pytest.fixture
def bar(monkeypatch):
    """A bar of ten epochs of which three are done, and a clock that is set by hand."""
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(tqdm=Bar))
    monkeypatch.setattr(progress, "time", clock)
    made = progress.Progress(True, 10, 3)
    made.clock = clock
    return made


def test_a_bar_changes_every_tenth_of_a_second_and_at_the_end(bar):
    half = progress.INTERVAL / 2
    for epochs, (now, is_last) in enumerate(
        [(0.0, False), (half, False), (2 * half, False), (3 * half, False), (3 * half, True)], 4
    ):
        bar.clock.now = now
        bar.show(epochs, {"loss": 0.25 * epochs, "lr": 0.1}, is_last=is_last)
    bar.close()
    assert bar._bar.deeds == [
        ("loss=1, lr=0.1", False), 4,
        ("loss=1.5, lr=0.1", False), 6,
        ("loss=2, lr=0.1", False), 8,
        "closed",
    ]  # fmt: skip
    assert (bar._bar.total, bar._bar.options) == (10, {"unit": "epoch", "desc": "fit"})


def test_after_a_change_of_the_bar_a_whole_interval_passes(bar):
    shown = []
    for step in range(1, 60):
        bar.clock.now = 100 + step / 64
        bar.show(3 + step, {})
        shown.append(bar._bar.n - 3)
    assert sorted({*shown}) == [*range(1, 60, 7)]  # a tenth is more than 6/64 of a second


@pytest.mark.parametrize(
    ("wanted", "is_seen", "is_shown"),
    [(True, False, True), (True, True, True), (False, True, False), (None, True, True),
     (None, False, False), (1, False, True), (0, False, True)],
)  # fmt: skip
def test_a_bar_is_shown_if_it_is_wanted_or_can_be_seen(monkeypatch, wanted, is_seen, is_shown):
    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(tqdm=Bar))
    monkeypatch.setattr(progress, "_is_seen", lambda: is_seen)
    assert (progress.Progress(wanted, 2, 0)._bar is not None) is is_shown


def test_without_tqdm_somebody_who_could_see_a_bar_trains_without_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(progress, "_is_seen", lambda: True)
    bar = progress.Progress(None, 2, 0)
    bar.show(1, {"loss": 1.0}, is_last=True)
    bar.close()
    with pytest.raises(errors.MissingExtra, match="progress=True needs tqdm"):
        progress.Progress(True, 2, 0)


def test_a_training_hands_the_bar_its_epochs_and_the_numbers_of_the_last(monkeypatch):
    bars = []

    def tqdm(**options):
        bars.append(Bar(**options))
        return bars[-1]

    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(tqdm=tqdm))
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    model = nn.Neuron(1, nonlin=False, seed=1)
    history = nn.fit(model, [[0.0], [1.0]], [0.0, 1.0], epochs=3, progress=True)
    *deeds, last = bars[0].deeds
    assert (last, deeds[1::2]) == ("closed", [1, 2, 3, 3])
    texts = [text for text, _ in deeds[::2]]
    shown = [f"loss={format_short(x)}" for x in history.loss]
    assert [text.split(", ")[0] for text in texts] == [*shown, shown[-1]]


# ---- what looks like softmax ---------------------------------------------------------------------

QUOTIENTS = {
    "softmax": (lambda a, b, c, d: [a.exp() / c, b.exp() / c], True),
    "three of softmax": (lambda a, b, c, d: [a.exp() / c, b.exp() / c, d.exp() / c], True),
    "two divisors": (lambda a, b, c, d: [a.exp() / c, b.exp() / d], False),
    "one exp": (lambda a, b, c, d: [a.exp() / c, b / c], False),
    "another function": (lambda a, b, c, d: [a.tanh() / c, b.tanh() / c], False),
    "shares of leaves": (lambda a, b, c, d: [a / c, b / c], False),
    "one quotient": (lambda a, b, c, d: [a.exp() / c, b.exp()], False),
    "products": (lambda a, b, c, d: [a.exp() * c, b.exp() * c], False),
    "other way round": (lambda a, b, c, d: [c / a.exp(), c / b.exp()], False),
}
NUMBERS = [0.5, 1.5, 2.5, 3.5]


@pytest.mark.parametrize("form", ["Values", "a program"])
@pytest.mark.parametrize("name", QUOTIENTS)
def test_softmax_is_exponentials_divided_by_one_number(name, form):
    make, is_softmax = QUOTIENTS[name]

    def loss(x):
        return losses.cross_entropy(make(*x), 1)

    def run():
        if form == "Values":
            return loss([Value(x) for x in NUMBERS]).data
        return cr.compile(loss)(NUMBERS)

    if is_softmax:
        with pytest.raises(errors.DomainError, match="probabilities, the result of softmax"):
            run()
    else:
        scores = [x.data for x in make(*map(Value, NUMBERS))]
        assert run() == pytest.approx(losses.cross_entropy(scores, 1), rel=1e-14)


# ---- what a loss is asked on the way to a threshold ----------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (2, 5)])
def test_a_loss_is_asked_within_a_thousand_distances_of_the_middle(low, high):
    middle, width = (low + high) / 2, high - low
    asked = []

    def loss(output, target):
        assert abs(output - middle) <= 1000 * width
        asked.append((output - middle) / width)
        return losses.mse(output, target)

    assert threshold_of(loss, low, high) == middle
    assert (min(asked), max(asked)) == (-1000, 1000)


@pytest.mark.parametrize("outputs", [[0.25, 0.5, 0.75], [0.5]])
def test_an_output_at_the_threshold_stands_for_the_first_class(monkeypatch, outputs):
    network = ChainruleClassifier()
    network.classes_, network.threshold_ = np.array(["no", "yes"]), 0.5
    monkeypatch.setattr(network, "_outputs", lambda X: np.array(X))
    assert network.predict(outputs).tolist() == ["yes" if x > 0.5 else "no" for x in outputs]
    assert network.decision_function(outputs).tolist() == [x - 0.5 for x in outputs]


# ---- dropout -------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.25, 0.5])
def test_a_number_is_dropped_where_the_random_one_is_below_p(p):
    drawn = [0.0, p / 2, p, 0.75, 0.999]
    row = [0.0, 0.0, *[1 / (1 - p)] * 3]
    for x, expected in [
        ([1.0] * 5, row),
        ((1.0,) * 5, row),
        ([[1.0], [1.0] * 4], [row[:1], row[1:]]),
        (1.0, 0.0),
    ]:
        left = iter(drawn)
        with drawing_from(lambda count, left=left: [next(left) for _ in range(count)]):
            assert nn.Dropout(p)(x) == expected
    with drawing_from(lambda count: drawn[:count]):
        assert nn.Dropout(p)(np.ones((1, 5))).tolist() == [row]


# ---- pictures of layers --------------------------------------------------------------------------


class Returning(nn.Module):
    """Returns something made of what a model returns."""

    def __init__(self, model, returned):
        self.model, self.returned = model, returned

    def __call__(self, x):
        return self.returned(self.model(x))


@pytest.mark.parametrize(
    "returned", [lambda v: [v, 1.0], lambda v: [1.0, v], lambda v: 1.0], ids=range(3)
)
def test_a_model_to_look_into_returns_values_only(returned):
    model = Returning(nn.Neuron(1, activation="tanh", seed=1), returned)
    with pytest.raises(errors.ShapeError, match="the model needs to return Values, but returned"):
        nn.plot_layers(model, [[0.5], [1.0]])


@pytest.mark.parametrize(
    ("op", "active", "flat", "height"),
    [
        ("relu", [1.0, 2.0, 3.0], 100, 2),
        ("relu", [3.0] * 20 + [1.0], 100, 40),
        ("relu", [3.0] * 60, 100, 100),
        ("relu", [1.0] + [0.01] * 7, 20, 14),
        ("relu", [], 100, 100),
        ("tanh", [1.0, 2.0, 3.0], 100, 100),
        ("tanh", [1.0] + [0.01] * 7, 20, 27),
    ],
)
def test_the_bar_of_what_is_off_may_be_cut(op, active, flat, height):
    """At relu, the bars of what passes a gradient on are at least half as high as the axis."""
    values = np.array([*active, *[0.0] * flat])[:, None]
    is_flat = np.array([False] * len(active) + [True] * flat)[:, None]
    ax = Figure().add_subplot()
    _draw_activations(ax, LayerUnits("", op, (), values, is_flat, np.zeros_like(values)))
    assert ax.get_ylim() == pytest.approx((0.0, 1.25 * height))


# ---- accuracy ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "share"),
    [
        ([1, 0, 1], 1.0),
        ([[1], [0], [0]], 2 / 3),
        ([[0, 1], [1, 0], [0, 1]], 1.0),
        ([[0, 1], [0, 1], [1, 0]], 1 / 3),
    ],
)
def test_the_classes_of_two_scores_are_labels_or_shares(targets, share):
    assert accuracy([[0.1, 0.9], [3.0, 2.0], [-1.0, 0.0]], targets) == pytest.approx(share)
