"""Training: steps, batches, validation, and when it ends."""

from __future__ import annotations

import signal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from
from trained_models import Leaky, Line, Noisy, half_squares, mlp, numbers

import chainrule as cr
from chainrule import DivergenceError, GraphError, Value, nn
from chainrule.nn import losses
from chainrule.nn.optim import SGD, Adam
from chainrule.nn.training.data import Rows
from chainrule.nn.training.objective import Objective

RNG = np.random.default_rng(5)
X = RNG.normal(size=(50, 2))
Y = np.where(X[:, 0] * X[:, 1] > 0, 1, -1)


# ---- the numbers ---------------------------------------------------------------------------------

CASES = {
    "mse": (lambda y: losses.mse, Y.astype(float)),
    "max_margin": (lambda y: losses.max_margin, Y),
    "binary_cross_entropy": (lambda y: losses.binary_cross_entropy, (Y + 1) // 2),
    "own": (lambda y: lambda p, t: (p - t).exp() + abs(p), Y),
}


@settings(max_examples=15)
@given(case=sampled_from(sorted(CASES)), seed=integers(0, 10**6), rows=integers(1, 50),
       kind=sampled_from([lambda: mlp(2, 4, 1), lambda: Line(0.5, -1.0), lambda: Leaky(0.5, 2.0)]),
       penalty=sampled_from([None, half_squares]))  # fmt: skip
def test_loss_and_gradient_are_those_of_an_eager_pass(case, seed, rows, kind, penalty):
    make_loss, y = CASES[case]
    loss, model = make_loss(y), kind()
    which = np.random.default_rng(seed).permutation(50)[:rows]
    objective = Objective(model, loss, penalty, Rows(X, y, ()), 0)
    found = objective(which)

    terms = [loss(model([*map(float, X[k])]), y[k].item()) for k in which]
    total = sum(terms) * (1 / len(terms)) + (penalty(model.parameters()) if penalty else 0)
    for p in model.parameters():
        p.grad = None
    total.backward()
    assert found == pytest.approx(total.data, rel=1e-12, abs=1e-13)
    expected = [p.grad for p in model.parameters()]
    assert objective.gradient == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_the_loop_of_micrograd_s_demo_gives_the_same_losses():
    by_hand, by_fit = mlp(2, 8, 8, 1), mlp(2, 8, 8, 1)
    expected = []
    for k in range(25):
        scores = [by_hand([*map(float, x)]) for x in X]
        data_loss = sum((1 + -y * s).relu() for y, s in zip(Y.tolist(), scores)) * (1 / len(X))
        loss = data_loss + 1e-4 * sum(p * p for p in by_hand.parameters())
        by_hand.zero_grad()
        loss.backward()
        for p in by_hand.parameters():
            p.data -= (1.0 - 0.9 * k / 25) * p.grad
        expected.append(loss.data)

    history = nn.fit(
        by_fit, X, Y, loss="max_margin", optimizer=SGD(lr=lambda k: 1.0 - 0.9 * k / 25), epochs=25,
        penalty=lambda parameters: 1e-4 * sum(p * p for p in parameters),
    )  # fmt: skip
    assert history.loss == pytest.approx(expected, abs=1e-9)
    assert numbers(by_fit) == pytest.approx(numbers(by_hand), abs=1e-9)


@pytest.mark.parametrize(("rows", "size"), [(7, 3), (8, 4), (5, 1), (6, 6), (6, None), (130, 64)])
@pytest.mark.parametrize("shuffle", [True, False])
def test_each_row_is_in_one_batch_of_an_epoch(rows, size, shuffle):
    """With one input a row, a step of SGD subtracts 1 / rows of the batch from the row's weight."""
    model = Line(*[0.0] * rows)
    nn.fit(
        model, np.eye(rows), np.zeros(rows), loss=lambda p, t: p, optimizer=SGD(lr=1.0),
        epochs=1, batch_size=size, shuffle=shuffle, seed=4,
    )  # fmt: skip
    size = size or rows
    batches = [size] * (rows // size) + [rows % size] * (rows % size > 0)
    expected = [-1 / n for n in batches for _ in range(n)]
    found = numbers(model)
    assert sorted(found) == pytest.approx(sorted(expected))
    if not shuffle:
        assert found == pytest.approx(expected)


def test_each_epoch_has_an_order_of_its_own():
    """A row that is alone in its batch in one epoch of two, and one of three in the other, gets
    -4/3; if both epochs had the same order, -2 or -2/3."""
    found = set()
    for seed in range(10):
        model = Line(*[0.0] * 7)
        nn.fit(
            model, np.eye(7), np.zeros(7), loss=lambda p, t: p, optimizer=SGD(lr=1.0), epochs=2,
            batch_size=3, seed=seed,
        )  # fmt: skip
        found |= {round(x, 6) for x in numbers(model)}
    assert -1.333333 in found


def test_the_same_seed_gives_the_same_bits_and_another_one_others():
    def trained(seed):
        model = mlp(2, 4, 1)
        nn.fit(model, X, Y, batch_size=8, epochs=3, seed=seed)
        return numbers(model)

    assert trained(1) == trained(1)
    assert trained(1) != trained(2)


PROGRAM = """
import random, numpy as np
from chainrule import nn
random.seed(3)
model = nn.MLP(2, [3, 1])
X = np.sin(np.arange(40.0)).reshape(20, 2)
history = nn.fit(model, X, X[:, 0] * X[:, 1], batch_size=6, epochs=4, validation=0.25, seed=9)
print([p.data.hex() for p in model.parameters()], [x.hex() for x in history.val_loss])
"""


def test_both_engines_train_to_the_same_bits(run_python):
    assert run_python(PROGRAM, pure=True) == run_python(PROGRAM, pure=False)


# ---- the model -----------------------------------------------------------------------------------


def test_the_model_that_is_trained_can_be_used_drawn_and_explained():
    model = mlp(2, 3, 1)
    before = model.parameters()
    model(X[0].tolist()).backward()
    nn.fit(model, X, Y, epochs=5)
    assert [*map(id, model.parameters())] == [*map(id, before)]
    assert all(p.grad_state == "none" for p in before)
    out = model(X[0].tolist())
    out.backward()
    assert cr.check(out).ok
    assert "ReLU" in cr.draw_dot(out).source or "relu" in cr.draw_dot(out).source


def test_a_parameter_without_a_gradient_keeps_its_number():
    model = Line(1.0, 2.0)
    model.w[0].requires_grad = False
    nn.fit(model, X, Y, epochs=3)
    assert model.w[0].data == 1.0
    assert model.w[1].data != 2.0


def test_what_the_forward_pass_stores_in_the_model_does_not_stay():
    class Storing(Line):
        def __call__(self, x):
            self.out = super().__call__(x)
            return self.out

    model = Storing(0.5, 0.5)
    nn.fit(model, X, Y, epochs=1, validation=0.2)
    assert not hasattr(model, "out")


def test_values_that_the_forward_pass_makes_are_constants():
    scale = Value(0.5)

    class Summing(Line):
        def __call__(self, x):
            out = Value(0.0)
            for wi, xi in zip(self.w, x):
                out += wi * xi
            return out * scale

    class Plain(Line):
        def __call__(self, x):
            return super().__call__(x) * 0.5

    one, two = Summing(0.5, 0.25), Plain(0.5, 0.25)
    nn.fit(one, X, Y, epochs=3)
    nn.fit(two, X, Y, epochs=3)
    assert numbers(one) == pytest.approx(numbers(two), rel=1e-12)


def test_a_parameter_that_the_model_has_outside_of_its_attributes_is_refused():
    hidden = Value(2.0)

    class Hiding(Line):
        def __call__(self, x):
            return hidden * x[0]

    model = Hiding()
    model.w = [hidden]
    with pytest.raises(GraphError, match=r"uses Value\(data=2\.0.*from outside"):
        nn.fit(model, X, Y, epochs=1)


def test_the_model_is_trained_in_one_mode_and_judged_in_the_other():
    model = Noisy().eval()
    ones = np.ones((200, 1))
    history = nn.fit(
        model, ones, np.zeros(200), loss=lambda p, t: p, optimizer=SGD(lr=1e-9), epochs=3,
        batch_size=50, validation=(ones, np.zeros(200)),
    )  # fmt: skip
    assert not model.training
    assert history.val_loss == pytest.approx([1.0] * 3, abs=1e-6)  # without dropout
    assert 0.7 < history.loss.mean() < 1.3
    assert len({*history.loss.round(6)}) == 3  # the masks of each step are new ones


def test_the_masks_of_dropout_are_drawn_for_each_row():
    """The gradient of a batch is the mean of its masks, 0 or 2 each."""
    seen = []
    for seed in range(20):
        model = Noisy()
        nn.fit(model, np.ones((2, 1)), np.zeros(2), loss=lambda p, t: p, optimizer=SGD(lr=1.0),
               epochs=1, seed=seed)  # fmt: skip
        seen.append(round(1.0 - model.w.data, 6))
    assert {*seen} == {0.0, 1.0, 2.0}


def test_an_optimizer_of_the_model_goes_on_with_its_state():
    one, two = mlp(2, 3, 1), mlp(2, 3, 1)
    nn.fit(one, X, Y, optimizer=Adam(lr=0.1), epochs=6)
    optimizer = Adam(two, lr=0.1)
    nn.fit(two, X, Y, optimizer=optimizer, epochs=3)
    assert optimizer.steps == 3
    nn.fit(two, X, Y, optimizer=optimizer, epochs=3)
    assert numbers(two) == numbers(one)
    assert numbers(mlp(2, 3, 1)) != numbers(one)


def test_an_optimizer_can_be_made_by_a_function():
    class Signs:
        lr = 0.5

        def __init__(self, array):
            self.array = array

        def step(self, gradient):
            self.array -= self.lr * np.sign(gradient)

    model = Line(0.25, 0.25)
    history = nn.fit(model, X, X @ [5.0, -5.0], optimizer=Signs, epochs=1)
    assert numbers(model) == [0.75, -0.25]
    assert history.lr.tolist() == [0.5]


# ---- validation, metrics, and the end ------------------------------------------------------------


def test_validation_by_a_fraction_holds_rows_back():
    seen = []

    def count(predictions, targets):
        seen.append(sorted(targets))
        return len(targets)

    targets = np.arange(50.0)
    history = nn.fit(Line(0.0, 0.0), X, targets, epochs=1, validation=0.2, metrics=count)
    assert history["count"].tolist() == [40] and history["val_count"].tolist() == [10]
    assert sorted(seen[0] + seen[1]) == targets.tolist()
    assert not set(seen[0]) & set(seen[1])


def test_validation_loss_and_metrics_are_those_of_the_trained_model():
    model, labels = mlp(2, 4, 1), (Y + 1) // 2
    history = nn.fit(
        model, X[:30], labels[:30], loss="binary_cross_entropy", epochs=4, batch_size=7,
        validation=(X[30:], labels[30:]), metrics=["accuracy", "r2"], penalty=half_squares,
    )  # fmt: skip
    scores = [model(x.tolist()).data for x in X[30:]]
    plain = losses.mean("binary_cross_entropy", scores, labels[30:].tolist())
    penalty = half_squares(numbers(model))
    assert history.val_loss[-1] == pytest.approx(plain + penalty)
    right = [(s > 0) == (t == 1) for s, t in zip(scores, labels[30:])]
    assert history["val_accuracy"][-1] == np.mean(right)
    assert [*history] == [
        "loss", "val_loss", "accuracy", "r2", "val_accuracy", "val_r2", "lr"
    ]  # fmt: skip


def test_patience_ends_the_training_and_restores_the_best_numbers():
    """The validation rows want the opposite of the others, so the first epoch is the best one."""
    kept = []
    model = Line(0.0, 0.0)
    history = nn.fit(
        model, X, X @ [1.0, 1.0], validation=(X, -X @ [1.0, 1.0]), epochs=50, patience=4,
        callbacks=lambda epoch: kept.append(numbers(epoch.model)),
    )  # fmt: skip
    assert history.epochs == 5 and history.best_epoch == 1
    assert history.stopped == "the validation loss didn't improve for 4 epochs"
    assert numbers(model) == kept[0]


def test_a_loss_that_stays_the_same_is_no_improvement():
    history = nn.fit(Line(0.5, 0.5), 0 * X, Y, epochs=50, patience=3)
    assert history.epochs == 4 and history.best_epoch == 1
    assert history.stopped == "the loss didn't improve for 3 epochs"


def test_callbacks_see_the_model_after_each_epoch_and_can_end_the_training():
    seen = []

    def look(epoch):
        assert epoch.loss == epoch.history.loss[-1] == epoch.numbers["loss"]
        seen.append((epoch.number, epoch.history.epochs, *numbers(epoch.model)))
        if epoch.number == 3:
            epoch.stop("enough")

    history = nn.fit(Line(0.5, 0.5), X, Y, epochs=10, callbacks=[look, look])
    assert history.stopped == "enough"
    assert [row[:2] for row in seen[::2]] == [(1, 1), (2, 2), (3, 3)]
    assert seen[0] == seen[1] and len({row[2:] for row in seen}) == 3


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_after_an_error_the_model_has_what_it_has_learned(error):
    kept = []

    def fail(epoch):
        kept[:] = numbers(epoch.model)
        if epoch.number == 2:
            raise error

    model = Line(0.5, 0.5)
    with pytest.raises(error):
        nn.fit(model, X, Y, epochs=10, callbacks=fail)
    assert numbers(model) == kept != [0.5, 0.5]


def test_ctrl_c_ends_the_training_and_keeps_what_was_learned():
    model, other = Line(0.5, 0.5), Line(0.5, 0.5)
    handler = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = nn.fit(
            model, X, Y, epochs=10**6,
            callbacks=lambda epoch: epoch.number == 3 and signal.raise_signal(signal.SIGINT),
        )  # fmt: skip
        assert history.stopped == "interrupted by Ctrl-C"
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert history.epochs == 3 and history.steps == 4  # the step that was running is finished
        nn.fit(other, X, Y, epochs=4)
        assert numbers(model) == numbers(other)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):  # twice in a step: at once
            nn.fit(
                model,
                X,
                Y,
                callbacks=lambda epoch: [signal.raise_signal(2), signal.raise_signal(2)],
            )
    finally:
        signal.signal(signal.SIGINT, handler)


def test_a_training_that_diverges_says_where_and_keeps_good_numbers():
    model = Line(0.5, 0.25)
    with pytest.raises(DivergenceError) as raised:
        nn.fit(model, X * [1.0, 1e30], Y, optimizer=SGD(lr=0.1), epochs=100)
    text = str(raised.value)
    assert text.startswith(
        "fit diverged at step 4 (epoch 4): the loss is ∞. The first parameter to"
    )
    assert "diverge was 'w.1': it began at 0.25 and is now" in text
    assert "choose a smaller learning rate" in text
    assert numbers(model) == [0.5, 0.25]
    assert raised.value.history.epochs == 3


def test_a_loss_that_is_not_finite_at_first_names_the_row():
    data = np.abs(X)
    data[7] = -1.0
    with pytest.raises(DivergenceError) as raised:
        nn.fit(Line(1.0, 1.0), data, Y, loss=lambda p, t: p.log(), epochs=1)
    first, node, remedy = str(raised.value).split("\n")
    assert first == (
        "fit can't begin: the loss is nan in row 7, before any parameter has changed: log needs "
        "x > 0, but x = -2.0."
    )
    assert "made at" in node and "test_fit.py" in node and remedy == "  remedy  keep x positive"


def test_a_parameter_that_is_infinite_after_the_last_step_is_noticed():
    model = Line(0.5, 0.25)
    with pytest.raises(
        DivergenceError, match=r"at step 1 \(epoch 1\): a parameter is no longer fin"
    ):
        nn.fit(model, 1e3 * X, Y, optimizer=SGD(lr=1e308), epochs=1)
    assert numbers(model) == [0.5, 0.25]


def test_a_gradient_that_is_not_finite_is_noticed():
    model = Line(0.0, 0.0)
    with pytest.raises(DivergenceError, match="the gradient isn't finite in row 0, before"):
        nn.fit(model, np.abs(X), Y, loss=lambda p, t: p**0.5, epochs=1)
    assert numbers(model) == [0.0, 0.0]


def test_no_epochs_leave_the_model_as_it_is():
    model = Line(0.5, 0.5)
    history = nn.fit(model, X, Y, epochs=0, patience=1, metrics="r2")
    assert numbers(model) == [0.5, 0.5]
    assert (history.epochs, history.steps, history.best_epoch, history.loss.size) == (0, 0, 0, 0)


def test_a_column_that_only_some_rows_use_is_not_said_to_be_ignored():
    class Switching(Line):
        def __call__(self, x):
            return self.w[0] * x[0] if x[0] > 0 else self.w[1] * x[1]

    nn.fit(Switching(0.5, 0.5), X, Y, epochs=1)  # warnings are errors here


def test_a_model_that_branches_takes_all_its_paths():
    model = Leaky(1.0, 0.0)
    nn.fit(model, X, np.where(X[:, 0] > 0, 2 * X[:, 0], 0.2 * X[:, 0]), optimizer=SGD(lr=0.3),
           epochs=300, batch_size=16)  # fmt: skip
    assert numbers(model) == pytest.approx([2.0, 0.0], abs=1e-6)
