"""Pictures of models: what they draw, against the eager model; and what they refuse."""

from __future__ import annotations

import math
import random
import re
import sys

import numpy as np
import pytest

from chainrule import (
    ChoiceError,
    DataError,
    DomainError,
    GraphError,
    ShapeError,
    Value,
    WrongType,
    diagnose,
    log,
    nn,
    scope,
)
from chainrule.design.contrast import LEGIBLE, channels, contrast, luminance
from chainrule.errors import FileError, MissingExtra
from chainrule.nn.pictures.directions import neurons, random_direction
from chainrule.nn.pictures.layers import _percent
from chainrule.nn.pictures.observation import observe_layers, with_kind
from chainrule.nn.pictures.picture import CLASSES, INK, SOFT
from chainrule.nn.training.data import Rows
from chainrule.numerals import format_short

pytest.importorskip("matplotlib")
from matplotlib.colors import to_rgb, to_rgba

pytestmark = pytest.mark.once

X = np.random.default_rng(0).normal(size=(40, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


ROWS = Rows(X, X[:, :0])


def network(*sizes, seed=3):
    random.seed(seed)
    return nn.MLP(2, list(sizes))


def squared(prediction, y):
    return (prediction - y) ** 2


def scores(model, rows):
    """What the eager model returns for each row, as numbers."""
    results = [model([float(x) for x in row]) for row in rows]
    return np.array([[v.data for v in (r if isinstance(r, list) else [r])] for r in results])


# ---- decision boundaries -------------------------------------------------------------------------


def drawn(picture):
    """The class at each pixel of the regions, by its colour, and the points as rows."""
    [image] = picture.axes[0].images
    colours = np.array([to_rgb(colour) for colour in CLASSES])
    pixels = np.asarray(image.get_array())
    distances = np.abs(pixels[:, :, None, :3] - colours).sum(axis=3)
    assert distances.min(axis=2).max() < 1e-9
    assert 0 < pixels[..., 3].min() <= pixels[..., 3].max() < 1
    left, right, low, high = image.get_extent()
    count = len(pixels)
    across, up = np.meshgrid(np.linspace(left, right, count), np.linspace(low, high, count))
    return distances.argmin(axis=2), np.stack([across.ravel(), up.ravel()], axis=1)


@pytest.mark.parametrize("outputs", [1, 3])
def test_regions_are_what_the_eager_model_predicts(outputs):
    model = network(5, outputs)
    y = Y if outputs == 1 else np.arange(len(X)) % 3
    picture = nn.plot_boundary(model, X, y, resolution=25)
    regions, points = drawn(picture)
    expected = scores(model, points)
    expected = (expected[:, 0] > 0).astype(int) if outputs == 1 else expected.argmax(axis=1)
    assert len(set(expected.tolist())) > 1
    assert (regions.ravel() == expected).all()


def test_points_are_the_data_and_the_missed_ones_have_a_ring():
    model = network(5, 1)
    picture = nn.plot_boundary(model, X, Y)
    predicted = (scores(model, X)[:, 0] > 0).astype(int)
    *classes, rings = (np.asarray(x.get_offsets()) for x in picture.axes[0].collections[-3:])
    for k, points in enumerate(classes):
        assert (points == X[k == Y]).all()
    assert (rings == X[predicted != Y]).all()
    right = (predicted == Y).sum()
    assert picture.words == f"decision boundary, {right} of 40 points classified correctly"
    legend = [text.get_text() for text in picture.axes[0].get_legend().get_texts()]
    assert legend == ["0", "1", "misclassified"]
    outlines = [(x.get_linewidths()[0], x.get_zorder()) for x in picture.axes[0].collections[-3:]]
    assert outlines == [(0.5, 3), (0.5, 3), (1.1, 4)]
    box = picture.axes[0].get_legend()
    assert (box.borderaxespad, box.handletextpad, box.get_frame_on()) == (0.2, 0.4, False)


NAMES = np.array(["left", "right"])
SIDE = NAMES[(X[:, 0] > 0).astype(int)]


@pytest.mark.parametrize(
    "predict",
    [
        lambda rows: rows[:, 0],
        lambda rows: rows[:, 0].tolist(),
        lambda rows: rows[:, :1],
        lambda rows: NAMES[(rows[:, 0] > 0).astype(int)],
        lambda rows: 1 / (1 + np.exp(-rows[:, 0])),
        lambda rows: np.stack([-rows[:, 0], rows[:, 0]], axis=1),
        lambda rows: np.stack([rows[:, 0] < 0, rows[:, 0] > 0], axis=1) * 1.0,
        lambda rows: 1e9 * rows[:, 0],
        lambda rows: rows[:, 0] > 0,
    ],
    ids=["score", "list", "column", "labels", "probability", "scores", "shares", "huge", "truth"],
)
def test_any_function_that_predicts(predict):
    picture = nn.plot_boundary(predict, X, SIDE)
    assert picture.words == "decision boundary, 40 of 40 points classified correctly"
    regions, points = drawn(picture)
    assert (regions.ravel() == (points[:, 0] > 0)).all()


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ((-1, 1), ["−1", "1"]),
        ((-1.0, 1.0), ["−1", "1"]),
        ((0.5, 1e6), ["0.5", "1000000"]),
        ((False, True), ["False", "True"]),
        (("a-b", "c"), ["a-b", "c"]),
    ],
    ids=["ints", "floats", "halves", "bools", "names"],
)
def test_the_legend_names_the_classes(classes, words):
    is_right = X[:, 0] > 0
    names = np.array(classes)
    picture = nn.plot_boundary(lambda x: names[(x[:, 0] > 0) * 1], X, names[is_right * 1])
    legend = picture.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == words


def test_a_threshold_and_numbers_as_classes():
    picture = nn.plot_boundary(lambda rows: rows[:, 0], X, np.sign(X[:, 0] - 0.5), threshold=0.5)
    assert picture.words == "decision boundary, 40 of 40 points classified correctly"


def test_classes_beyond_those_in_the_data():
    one_hot = nn.plot_boundary(lambda x: np.eye(4)[1 + (x[:, 0] > 0)], X, 1 + (X[:, 0] > 0))
    assert "40 of 40" in one_hot.words
    labels = nn.plot_boundary(lambda x: np.where(x[:, 1] > 0, "up", "down"), X, ["up"] * 40)
    assert f"{(X[:, 1] > 0).sum()} of 40" in labels.words


WORDS = {
    "a function": (lambda rows: (rows[:, 0] > 0).astype(int), SIDE, "the model predicts 0"),
    "words for numbers": (lambda rows: NAMES[(rows[:, 0] > 0) * 1], Y, "the model predicts 'left'"),
    "mixed": (lambda rows: rows[:, 0], np.array([0, "a"] * 20, dtype=object), "y has 'a'"),
}


@pytest.mark.parametrize("case", WORDS)
def test_words_and_numbers_are_not_compared(case):
    model, y, text = WORDS[case]
    with pytest.raises(WrongType, match=f"needs labels of one kind, but {text}, and the classes"):
        nn.plot_boundary(model, X, y, resolution=3)


def test_an_estimator_knows_other_labels_than_y():
    linear_model = pytest.importorskip("sklearn.linear_model")
    model = linear_model.LogisticRegression().fit(X, Y)
    with pytest.raises(WrongType, match="y has 'right', and the classes are 0, 1"):
        nn.plot_boundary(model, X, SIDE, resolution=3)
    picture = nn.plot_boundary(model, X, Y + 1, resolution=3)  # points of a class 2 are drawn, too
    legend = [text.get_text() for text in picture.axes[0].get_legend().get_texts()]
    assert legend == ["1", "2", "misclassified"]


def test_a_constant_prediction_is_said():
    words = nn.plot_boundary(lambda rows: 0 * rows[:, 0] - 1.0, X, SIDE).words
    assert words.endswith("; the model predicts 'left' everywhere here")


def test_an_estimator_gets_the_table_that_it_knows():
    pandas = pytest.importorskip("pandas")
    linear_model = pytest.importorskip("sklearn.linear_model")
    table = pandas.DataFrame(X, columns=["width", "height"])
    model = linear_model.LogisticRegression().fit(table, SIDE)
    picture = nn.plot_boundary(model, table, SIDE)
    assert picture.words == f"decision boundary, {(model.predict(table) == SIDE).sum()} of 40 " \
        "points classified correctly"  # fmt: skip
    assert picture.axes[0].get_xlabel() == "width"
    assert picture.axes[0].get_ylabel() == "height"


def nan_model():
    model = network(2, 1)
    model.parameters()[0].data = math.nan
    return model


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((network(1), X[:, :1], Y), ShapeError, "X of 2 columns.*, but got 1 column"),
        ((network(1), np.ones((4, 3)), Y), ShapeError, "an X of 2 columns.*got 3 columns"),
        ((network(1), X[:, 0], Y), ShapeError, r"2 columns.*shape \(40,\)"),
        ((network(1), [["a", "b"]], Y), WrongType, "row 0, column 0 of X needs a number"),
        ((network(1), [[1.0, math.nan]], [0]), DataError, "row 0, column 1 of X is nan"),
        ((network(1), [], []), DataError, "X has no rows"),
        ((network(1), X, Y[:7]), ShapeError, r"class for each of 40 rows.*\(7,\)"),
        ((network(1), X, [math.nan] * 40), DomainError, "y is nan in row 0"),
        ((network(1), X, [1, None] * 20), DomainError, "y is None in row 1"),
        ((network(1), X, np.arange(40) % 3), ShapeError, "2 classes apart, but y has 3: 0, 1, 2"),
        ((network(1), X, [1] * 40), ShapeError, "but y has 1: 1"),
        ((network(1), X, np.arange(40)), ShapeError, "y has 40: 0, 1, .*, 7 and 32 more"),
        ((network(3), X, np.arange(40)), ShapeError, "40 classes: 0, 1, .*, 7 and 32 more"),
        ((network(3), X, SIDE), ShapeError, "3 outputs, but y has 2 classes: 'left', 'right'"),
        ((nan_model(), X, Y), DomainError, "(?s)nan or inf .* 40,039 more .*aren't finite"),
        ((lambda rows: rows[:, 0] * math.inf, X, Y), DomainError, "(?s)nan or inf at .*diagnose"),
        ((lambda rows: 1.0, X, Y), ShapeError, r"one prediction for each of .*shape \(\)"),
        ((3, X, Y), WrongType, "a model, an estimator or a function that predicts, but got int"),
    ],
)  # fmt: skip
def test_what_has_no_boundary(arguments, error, words):
    with pytest.raises(error, match=words):
        nn.plot_boundary(*arguments)


# ---- landscapes ----------------------------------------------------------------------------------


def test_losses_are_those_of_the_eager_model():
    model = network(3, 1)
    names = [*nn.named_parameters(model)]
    chosen = (names[0], names[-1])
    picture = nn.plot_landscape(
        model, X, Y, loss=squared, directions=chosen, span=0.5, resolution=3
    )
    first, last = model.parameters()[0], model.parameters()[-1]
    start = first.data, last.data
    for row, up in enumerate((-0.5, 0.0, 0.5)):
        for column, across in enumerate((-0.5, 0.0, 0.5)):
            first.data, last.data = start[0] + across, start[1] + up
            losses = [squared(model(x.tolist()).data, y) for x, y in zip(X, Y)]
            assert picture.losses[row, column] == pytest.approx(np.mean(losses), rel=1e-12)
    assert picture.axes[0].get_xlabel() == names[0]


def test_random_directions_are_seeded_and_as_long_as_each_neuron():
    names = [*nn.named_parameters(network(4, 2))]
    w = np.array([p.data for p in network(4, 2).parameters()])
    direction = random_direction(names, w, np.random.default_rng(5))
    groups = neurons(names)
    assert [len(group) for group in groups] == [3] * 4 + [5] * 2
    for group in groups:
        assert np.linalg.norm(direction[group]) == pytest.approx(np.linalg.norm(w[group]))
    one, two, other = (
        nn.plot_landscape(network(4, 1), X, Y, loss=squared, seed=seed, resolution=5).losses
        for seed in (0, 0, 1)
    )
    assert (one == two).all()
    assert one[2, 2] == other[2, 2]
    assert (one != other).any()


def test_a_landscape_does_not_change_with_the_scale_of_a_neuron():
    """A relu doubled, and what follows it halved, is the same function; and so along a direction of
    its own, which is as long as the neuron."""
    losses = []
    for factor in (1.0, 2.0):
        model = network(2, 1)
        for p in model.layers[0].neurons[0].parameters():
            p.data *= factor
        model.layers[1].neurons[0].w[0].data /= factor
        w = np.array([p.data for p in model.parameters()])
        names = [*nn.named_parameters(model)]
        direction = random_direction(names, w, np.random.default_rng(1))
        directions = (direction * [1, 1, 1, *[0] * 6], "layers.1.neurons.0.b")
        picture = nn.plot_landscape(model, X, Y, loss=squared, resolution=5, directions=directions)
        losses.append(picture.losses)
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_a_flat_landscape_and_one_with_holes():
    model = network(1)
    nothing = nn.plot_landscape(model, X, Y, loss=lambda p, y: 0 * p, resolution=3)
    assert nothing.words == "loss landscape of 3 parameters, loss 0 at the model"
    *weights, bias = model.parameters()
    weights[0].data = weights[1].data = 0.0
    bias.data = 1.0
    names = [*nn.named_parameters(model)]
    holes = nn.plot_landscape(
        model, X, Y, loss=lambda p, y: -log(p), directions=names[1:], span=2.0, resolution=5
    )
    assert np.isnan(holes.losses[0, 2])  # the log of −1
    assert holes.words == (
        f"loss landscape of 3 parameters, loss 0 at the model, as low as "
        f"{format_short(float(f'{-math.log(3):.3g}'))} in this plane"
    )


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"directions": ("w", "v")}, ChoiceError, "no parameter 'w'; it has"),
        ({"directions": ([1.0], [2.0])}, ShapeError, r"3 parameters, but its shape is \(1,\)"),
        ({"directions": ([0.0] * 3, [1.0] * 3)}, DomainError, "not all 0"),
        ({"directions": ([1.0] * 3,)}, ShapeError, "two directions"),
        ({"directions": (object(), [1.0])}, WrongType, "numbers or the name of a parameter"),
        ({"span": 0}, DomainError, "span needs to be a positive number, but got 0"),
        ({"resolution": 1}, DomainError, "resolution needs to be an int of at least 2"),
        ({"loss": lambda p, y: p * math.nan}, DomainError, "the loss of the model is nan"),
    ],
)  # fmt: skip
def test_what_has_no_landscape(keywords, error, words):
    with pytest.raises(error, match=words):
        nn.plot_landscape(network(1), X, Y, **{"loss": squared, "resolution": 3, **keywords})


# ---- histograms of layers ------------------------------------------------------------------------


class Plain:
    """A network without scopes."""

    def __init__(self, activation):
        generator = random.Random(2)
        self.w1 = [[Value(generator.uniform(-3, 3)) for _ in range(2)] for _ in range(4)]
        self.b1 = [Value(generator.uniform(-3, 3)) for _ in range(4)]
        self.w2 = [Value(1.0) for _ in range(4)]
        self.activation = activation

    def __call__(self, x):
        hidden = [
            getattr(sum((a * b for a, b in zip(w, x)), b), self.activation)()
            for w, b in zip(self.w1, self.b1)
        ]
        return sum(a * b for a, b in zip(self.w2, hidden)).sigmoid()

    def parameters(self):
        return [*(w for row in self.w1 for w in row), *self.b1, *self.w2]


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "elu", "softplus"])
def test_flat_units_are_those_that_diagnose_counts(activation):
    model = Plain(activation)
    [hidden, output] = observe_layers(model, ROWS, None)
    for row in range(len(X)):
        counted = {}
        for units in diagnose(model(X[row].tolist())).units:
            counted[units.op] = counted.get(units.op, 0) + units.flat
        seen = {}
        for layer in (hidden, output):
            seen[layer.op] = seen.get(layer.op, 0) + layer.is_flat[row].sum()
        assert seen == counted
    assert [unit.flat for unit in hidden.units] == pytest.approx(hidden.is_flat.mean(axis=0))


def test_values_and_gradients_are_those_of_the_eager_engine():
    model = network(4, 3, 1)
    layers = observe_layers(model, Rows(X, Y), squared)
    assert [(layer.name, layer.op, len(layer.units)) for layer in layers] == [
        ("layer 1", "relu", 4), ("layer 2", "relu", 3),
    ]  # fmt: skip
    for row in range(len(X)):
        x = X[row].tolist()
        for layer, module in zip(layers, model.layers):
            x = module(x)
            assert layer.values[row] == pytest.approx([v.data for v in x], rel=1e-12, abs=1e-15)
        last = model.layers[2](x)
        squared(last, int(Y[row])).backward()
        assert layers[1].gradients[row] == pytest.approx([v.grad for v in x], rel=1e-12, abs=1e-15)


def test_units_go_by_their_scope_else_by_their_parameters():
    layers = observe_layers(Plain("tanh"), ROWS, None)
    assert [unit.name for unit in layers[0].units] == ["w1.0", "w1.1", "w1.2", "w1.3"]
    assert [(layer.name, layer.op) for layer in layers] == [("w1", "tanh"), ("", "sigmoid")]
    [layer] = observe_layers(network(3, 1), ROWS, None)
    assert layer.name == "layer 1"
    assert [unit.name for unit in layer.units] == ["neuron 1", "neuron 2", "neuron 3"]


class Block:
    """Two neurons, each in a scope of its own inside others."""

    def __init__(self):
        self.w = [Value(0.5), Value(-2.0)]

    def __call__(self, x):
        rows = []
        with scope("block 2"), scope("layer 1"):
            for k, w in enumerate(self.w):
                with scope(f"neuron {k + 1}"):
                    rows.append((w * x[0] + x[1]).tanh())
        return rows[0] * rows[1]

    def parameters(self):
        return self.w


def test_a_neuron_in_several_scopes_is_named_by_the_last_of_them():
    [layer] = observe_layers(Block(), ROWS, None)
    assert (layer.name, layer.op) == ("block 2 / layer 1", "tanh")
    assert [unit.name for unit in layer.units] == ["neuron 1", "neuron 2"]


def test_dead_and_saturated_units_are_named():
    model = Plain("tanh")
    model.b1[2].data = 60.0
    picture = nn.plot_layers(model, X)
    assert "w1: 1 of 4 tanh is saturated: w1.2" in str(picture)
    assert [unit.state for unit in picture.units if unit.name == "w1.2"] == ["saturated"]
    model = Plain("relu")
    model.b1[1].data = model.b1[3].data = -60.0
    picture = nn.plot_layers(model, X, Y, loss=squared)
    assert str(picture).splitlines()[0] == "w1: 2 of 4 relu are dead: w1.1 and w1.3"
    assert len(picture.axes) == 4
    titles = [ax.get_title("right") for ax in picture.axes]
    assert titles[0] == "dead: w1.1 and w1.3"


def test_shares_of_flat_outputs_and_of_zeros_are_noted():
    model = network(4, 3, 1)  # what the last layer doesn't let through has no gradient below it
    layers = observe_layers(model, Rows(X, Y), squared)
    expected = {f"{100 * layer.is_flat.mean():.0f} % off" for layer in layers}
    expected |= {
        f"{100 * share:.0f} % are 0" for layer in layers if (share := (layer.gradients == 0).mean())
    }
    axes = nn.plot_layers(model, X, Y, loss=squared).axes
    assert {text.get_text() for ax in axes for text in ax.texts} == expected
    assert {text.split("%")[1] for text in expected} == {" off", " are 0"}


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1e-9, "< 1 %"),
        (0.005, "< 1 %"),
        (0.0051, "1 %"),
        (0.01, "1 %"),
        (0.5, "50 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_never_told_as_none(share, words):
    assert _percent(share) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["neuron 3"], "neuron 3"),
        (["neuron 3", "neuron 7"], "neurons 3 and 7"),
        (["w.3", "w.7", "w.9"], "w.3, w.7 and w.9"),
        ([f"unit {k}" for k in range(11)], "units 0, 1, 2, 3, 4, 5, 6, 7 and 3 more"),
    ],
)
def test_names_in_a_row(names, words):
    assert with_kind(names) == words


class Branching(Plain):
    def __call__(self, x):
        return super().__call__(x) * (2.0 if x[0] > 0 else 1.0)


def dead_end(prediction, y):
    return prediction * math.nan


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "words"),
    [
        ((network(1), X), {}, GraphError, "no activations"),
        ((Branching("tanh"), X), {}, GraphError, "(?s)another formula in row .*where"),
        ((Plain("tanh"), X, Y), {}, WrongType, "both y and loss"),
        ((nan_model(), X), {}, DomainError, "parameters aren't finite"),
        ((lambda x: 1.0, X), {}, WrongType, "parameters"),
    ],
)
def test_what_has_no_histograms(arguments, keywords, error, words):
    with pytest.raises(error, match=words):
        nn.plot_layers(*arguments, **keywords)


# ---- pictures ------------------------------------------------------------------------------------


def boundary():
    return nn.plot_boundary(network(3, 1), X, Y, resolution=20)


@pytest.fixture(scope="module")
def picture():
    return boundary()


@pytest.mark.parametrize(
    ("ending", "start"),
    [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("SVG", b"<?xml")],
)
def test_a_picture_is_saved_in_the_format_of_its_ending(tmp_path, ending, start):
    path = tmp_path / f"picture.{ending}"
    assert boundary().save(path) == str(path)
    content = path.read_bytes()
    assert content.startswith(start)
    boundary().save(path)  # a new one; Matplotlib 3.10 moves one that it saves again by 1e-6
    assert path.read_bytes() == content


def test_what_is_written_on_paper_is_written_in_dark_colours_on_dark_paper(picture):
    svg = picture.content("svg").decode()
    rules = re.search(r"@media \(prefers-color-scheme: dark\)\{(.*?)\}</style>", svg)[1]
    changed = dict(re.findall(r'\[style\*="(\w+: #\w{6})"\]\{\w+:(#\w{6}) !important\}', rules))
    paper = luminance(channels(changed["fill: #ffffff"]))
    assert paper < 0.05
    assert changed["fill: #ffffff"] == changed["stroke: #ffffff"]
    texts = set(re.findall(r'<g id="text_\d+">.*?style="(fill: #\w{6})', svg, re.DOTALL))
    assert len(texts) >= 2 and texts <= set(changed)
    for text in texts:
        assert contrast(luminance(channels(changed[text])), paper) >= LEGIBLE
    plain = svg.replace(f"@media (prefers-color-scheme: dark){{{rules}}}", "")
    assert "prefers-color-scheme" not in plain and "fill: #ffffff" in plain


def test_a_notebook_shows_the_svg_and_else_a_sentence(picture):
    bundle = picture._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"]
    assert bundle["text/plain"] == str(picture)
    assert repr(picture) == f"<Picture: {picture}>"


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("picture", ChoiceError, "one of 'svg', 'png', 'pdf', but got ''"),
        ("picture.gif", ChoiceError, "got 'gif'"),
        ("nowhere/picture.svg", FileError, "the folder .* does not exist"),
        (3, WrongType, "save needs a path, but got int"),
    ],
)
def test_a_path_that_does_not_work(picture, tmp_path, monkeypatch, path, error, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        picture.save(path)


def test_pictures_go_on_given_axes(picture):
    from matplotlib.figure import Figure

    left, right = Figure().subplots(1, 2)
    assert nn.plot_boundary(network(1), X, Y, ax=left).axes == (left,)
    nn.plot_landscape(network(1), X, Y, loss=squared, resolution=3, ax=right)
    assert left.get_title("left")
    assert right.get_title("left")
    for axis in (left.xaxis, left.yaxis, right.xaxis, right.yaxis):
        looks = axis.get_tick_params()
        assert (looks["length"], looks["labelsize"], looks["labelcolor"]) == (0, 9, SOFT)
        assert axis.label.get_color() == INK
    for ax in (left, right):
        visible = {side: spine for side, spine in ax.spines.items() if spine.get_visible()}
        assert set(visible) == {"left", "bottom"}
        assert {(spine.get_edgecolor(), spine.get_linewidth()) for spine in visible.values()} == {
            (to_rgba(SOFT), 0.8)
        }


@pytest.mark.parametrize(
    "plot",
    [
        lambda: nn.plot_boundary(network(1), X, Y),
        lambda: nn.plot_landscape(network(1), X, Y, loss=squared),
        lambda: nn.plot_layers(network(2, 1), X),
    ],
)
def test_without_matplotlib_the_library_is_named(monkeypatch, plot):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"plot_\w+ needs matplotlib"):
        plot()


def test_a_model_is_drawn_as_it_is_used_and_not_as_it_is_trained():
    class Noisy(nn.Module):
        def __init__(self):
            self.inner = network(3, 1)

        def __call__(self, x):
            return self.inner(x) * (math.nan if self.training else 1.0)

        def parameters(self):
            return self.inner.parameters()

    model = Noisy()
    nn.plot_boundary(model, X, Y)
    nn.plot_landscape(model, X, Y, loss=squared, resolution=3)
    nn.plot_layers(model, X, Y, loss=squared)
    assert model.training
    assert model.inner.training
