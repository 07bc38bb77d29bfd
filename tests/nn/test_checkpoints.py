"""Files of parameters, and trainings that go on where they were killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from trained_models import Line, Noisy, mlp, numbers

import chainrule
from chainrule import DataError, FileError, MissingExtra, ShapeError, nn
from chainrule.nn.optim import SGD, Adam, RMSProp
from chainrule.nn.saving import read_arrays, write_arrays

RNG = np.random.default_rng(7)
X = RNG.normal(size=(40, 2))
Y = X[:, 0] * X[:, 1]


# ---- files of parameters -------------------------------------------------------------------------


def test_a_model_comes_back_from_its_file(tmp_path):
    model, other = mlp(2, 3, 1, seed=1), mlp(2, 3, 1, seed=2)
    nn.save(model, tmp_path / "model.safetensors")
    nn.load(other, tmp_path / "model.safetensors")
    assert numbers(other) == numbers(model)
    from safetensors.numpy import load_file

    arrays = load_file(tmp_path / "model.safetensors")
    assert arrays["layers.0.neurons.2.w"].tolist() == [p.data for p in model.layers[0].neurons[2].w]


def test_a_file_of_another_model_names_the_first_parameter_that_differs(tmp_path):
    nn.save(mlp(2, 3, 1), tmp_path / "model")
    other = mlp(2, 4, 1)
    before = numbers(other)
    with pytest.raises(
        ShapeError, match=r"differ first in 'layers\.0\.neurons\.3\.w', which is miss"
    ):
        nn.load(other, tmp_path / "model")
    with pytest.raises(
        ShapeError, match=r"first in 'layers\.0\.neurons\.0\.w', whose shape is \(3,\)"
    ):
        nn.load(mlp(3, 3, 1), tmp_path / "model")
    assert numbers(other) == before


def damaged(content, how):
    changed = bytearray(content)
    if how == "torn":
        return content[: len(content) // 2]
    if how == "longer":
        return content + b"x"
    if how == "empty":
        return b""
    if how == "zeros at the end":
        changed[-40:] = bytes(40)
    if how == "a bit":
        changed[-5] ^= 1
    if how == "another file":
        return b"<html>not found</html>" * 40
    return bytes(changed)


@pytest.mark.parametrize(
    "how", ["torn", "longer", "empty", "zeros at the end", "a bit", "another file"]
)
def test_a_damaged_file_is_noticed(tmp_path, how):
    path = tmp_path / "run"
    nn.fit(mlp(2, 3, 1), X, Y, epochs=2, checkpoint=path)
    path.write_bytes(damaged(path.read_bytes(), how))
    model = mlp(2, 3, 1)
    before = numbers(model)
    for act in (lambda: nn.load(model, path), lambda: nn.fit(model, X, Y, checkpoint=path)):
        with pytest.raises(FileError, match=r"run' can't be read: it"):
            act()
    assert numbers(model) == before


def test_a_file_that_is_missing_or_a_folder_is_said_to_be(tmp_path):
    with pytest.raises(FileError, match=r"nothing' can't be read: No such file"):
        nn.load(mlp(2, 1), tmp_path / "nothing")
    with pytest.raises(FileError, match=r"can't be read: Is a directory"):
        nn.load(mlp(2, 1), tmp_path)


def test_without_safetensors_the_message_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(MissingExtra, match="needs safetensors, which is not installed"):
        nn.save(mlp(2, 1), tmp_path / "model")


# ---- going on ------------------------------------------------------------------------------------

VARIANTS = {
    "full batch": (lambda: mlp(2, 4, 1), {}),
    "batches": (lambda: mlp(2, 4, 1), {"batch_size": 7}),
    "all together": (
        lambda: mlp(2, 4, 1),
        {
            "batch_size": 6, "validation": 0.3, "metrics": "r2", "patience": 50,
            "penalty": lambda parameters: 1e-3 * sum(p * p for p in parameters),
        },
    ),
    "dropout": (Noisy, {"batch_size": 9}),
    "patience": (lambda: Line(0.0, 0.0), {"patience": 3, "validation": (X, -Y)}),
    "momentum": (lambda: mlp(2, 4, 1), {"optimizer": lambda: SGD(lr=0.02, momentum=0.9)}),
    "schedule": (lambda: mlp(2, 4, 1), {"optimizer": lambda: RMSProp(lr=lambda k: 0.1 / (k + 1))}),
}  # fmt: skip


class Killed(BaseException):
    pass


def train(make, options, monkeypatch, die_at=None, **more):
    """Train, and die at a step: after `die_at` steps nothing is written any more."""
    options = {key: make() if key == "optimizer" else make for key, make in options.items()}
    model = make()
    with monkeypatch.context() as patched:
        if die_at is not None:
            _die_at(patched, die_at)
        history = nn.fit(model, X, Y, epochs=12, seed=3, **options, **more)
    return numbers(model), {name: column.tolist() for name, column in history.items()}, history


def _die_at(patched, step):
    from chainrule.nn.training import run as module

    kept, count = module.Run._step, 0

    def dying(self, *arguments):
        nonlocal count
        count += 1
        if count > step:
            patched.setattr(module.Objective, "write", lambda self: None)
            raise Killed
        kept(self, *arguments)

    patched.setattr(module.Run, "_step", dying)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_training_that_died_at_any_step_goes_on_to_the_same_bits(variant, tmp_path, monkeypatch):
    make, options = VARIANTS[variant]
    monkeypatch.setattr("chainrule.nn.training.checkpoints.SHARE", np.inf)  # after every step
    expected, columns, whole = train(make, options, monkeypatch)
    for count in sorted({0, 1, *random.Random(1).sample(range(whole.steps), min(5, whole.steps))}):
        path = tmp_path / str(count)
        with pytest.raises(Killed):
            train(make, options, monkeypatch, die_at=count, checkpoint=path)
        found, found_columns, history = train(make, options, monkeypatch, checkpoint=path)
        assert found == expected, f"killed after {count} steps"
        assert found_columns == columns
        assert (history.steps, history.stopped) == (whole.steps, whole.stopped)


def test_a_training_that_is_complete_is_not_repeated_and_can_be_prolonged(tmp_path):
    path = tmp_path / "run"
    one, two = mlp(2, 4, 1), mlp(2, 4, 1)
    expected = nn.fit(one, X, Y, epochs=8, batch_size=9)
    nn.fit(two, X, Y, epochs=5, batch_size=9, checkpoint=path)
    called = []
    again = nn.fit(mlp(2, 4, 1, seed=8), X, Y, epochs=5, batch_size=9, checkpoint=path,
                   callbacks=called.append)  # fmt: skip
    assert not called and again.epochs == 5
    longer = nn.fit(two, X, Y, epochs=8, batch_size=9, checkpoint=path)
    assert numbers(two) == numbers(one)
    assert longer.loss.tolist() == expected.loss.tolist()


def test_a_checkpoint_is_also_a_file_of_the_model(tmp_path):
    model, other = mlp(2, 4, 1), mlp(2, 4, 1, seed=8)
    nn.fit(model, X, Y, epochs=3, checkpoint=tmp_path / "run")
    nn.load(other, tmp_path / "run")
    assert numbers(other) == numbers(model)


def test_without_a_seed_the_checkpoint_has_it(tmp_path):
    path = tmp_path / "run"
    first = nn.fit(mlp(2, 4, 1), X, Y, epochs=2, batch_size=9, seed=None, checkpoint=path)
    one, two = mlp(2, 4, 1), mlp(2, 4, 1)
    nn.fit(one, X, Y, epochs=4, batch_size=9, seed=None, checkpoint=path)
    nn.fit(two, X, Y, epochs=4, batch_size=9, seed=first.seed)
    assert numbers(one) == numbers(two)


def test_another_learning_rate_counts_when_a_training_goes_on(tmp_path):
    path = tmp_path / "run"
    nn.fit(mlp(2, 4, 1), X, Y, epochs=2, optimizer=Adam(lr=0.1), checkpoint=path)
    with pytest.warns(UserWarning, match="its last step had 0.1, but would now have 0.01") as noted:
        history = nn.fit(mlp(2, 4, 1), X, Y, epochs=4, optimizer=Adam(lr=0.01), checkpoint=path)
    assert noted[0].filename == __file__
    assert history.lr.tolist() == [0.1, 0.1, 0.01, 0.01]
    nn.fit(mlp(2, 4, 1), X, Y, epochs=5, optimizer=Adam(lr=0.01), checkpoint=path)  # no warning


def test_a_schedule_that_differs_is_noticed_and_the_same_one_is_not(tmp_path):
    path = tmp_path / "run"

    def train(epochs, schedule):
        return nn.fit(
            mlp(2, 4, 1), X, Y, epochs=epochs, optimizer=SGD(lr=schedule), checkpoint=path
        )

    train(2, nn.optim.Cosine(0.1, steps=10))
    history = train(4, nn.optim.Cosine(0.1, steps=10))
    assert history.lr.tolist() == [nn.optim.Cosine(0.1, steps=10)(step) for step in range(4)]
    with pytest.warns(UserWarning, match="with another learning rate"):
        train(5, nn.optim.Cosine(0.1, steps=20))


OTHERS = {
    "another model": (
        {"model": mlp(2, 5, 1)},
        ShapeError,
        r"run' is another model's checkpoint: .* first in 'layers\.0\.neurons\.4\.w', which is",
    ),
    "another shape": (
        {"model": mlp(3, 4, 1), "X": np.ones((40, 3))},
        ShapeError,
        r"another model's checkpoint: .*'layers\.0\.neurons\.0\.w', whose shape is \(3,\) in the "
        r"model and \(2,\) in the file",
    ),
    "other data": ({"y": Y + 1}, DataError, "another training: X and y differ"),
    "more validation": ({"validation": 0.5}, DataError, "another training"),
    "another batch": ({"batch_size": 10}, DataError, "another training: batch_size=8, but now 10"),
    "another loss": ({"loss": "huber"}, DataError, "another training: loss='mse', but now 'huber'"),
    "another seed": ({"seed": 5}, DataError, "another training: seed=0, but now 5"),
    "another optimizer": (
        {"optimizer": SGD(lr=0.1)},
        DataError,
        "another training: optimizer='Adam', but now 'SGD'",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_the_checkpoint_of_another_training_is_refused(case, tmp_path):
    changes, kind, message = OTHERS[case]
    path = tmp_path / "run"
    nn.fit(mlp(2, 4, 1), X, Y, batch_size=8, epochs=2, checkpoint=path)
    before, content = numbers(changes.get("model", mlp(2, 4, 1))), path.read_bytes()
    arguments = {"model": mlp(2, 4, 1), "X": X, "y": Y, "batch_size": 8, **changes}
    with pytest.raises(kind, match=message):
        nn.fit(**arguments, epochs=4, checkpoint=path)
    assert numbers(arguments["model"]) == before
    assert path.read_bytes() == content


def tanh_network(activation="tanh"):
    return nn.MLP(2, [4, 1], activation=activation, seed=1)


# what the first training had; what the second one has instead; what is said of it
SAME_NAME = {
    "a lambda": (
        {"loss": lambda p, t: (p - t) ** 2},
        {"loss": lambda p, t: abs(p - t)},
        r"for the same parameters the loss gave .*, but now gives",
    ),
    "a constant in a lambda": (
        {"loss": lambda p, t: nn.losses.huber(p, t, delta=1.0)},
        {"loss": lambda p, t: nn.losses.huber(p, t, delta=0.5)},
        "the loss gave",
    ),
    "an activation": (
        {"model": tanh_network()},
        {"model": tanh_network("relu")},
        "for the same parameters the model gave",
    ),
    "a penalty": (
        {"penalty": lambda w: 1e-2 * sum(x * x for x in w)},
        {"penalty": lambda w: 1e-3 * sum(x * x for x in w)},
        "the penalty gave",
    ),
    "momentum": (
        {"optimizer": SGD(lr=0.1)},
        {"optimizer": SGD(lr=0.1, momentum=0.5)},
        "another training: optimizer.momentum=0.0, but now 0.5",
    ),
    "rates of decay": (
        {"optimizer": Adam(betas=(0.9, 0.999))},
        {"optimizer": Adam(betas=(0.8, 0.999))},
        r"optimizer.betas=\[0.9, 0.999\], but now \[0.8, 0.999\]",
    ),
    "fewer epochs": (
        {"epochs": 3},
        {"epochs": 2},
        r"has 3 epochs already, but epochs=2\.\n  remedy  pass epochs=3 or more",
    ),
}


@pytest.mark.parametrize("case", SAME_NAME)
def test_a_training_that_only_looks_the_same_is_refused(case, tmp_path):
    first, second, message = SAME_NAME[case]
    path = tmp_path / "run"
    nn.fit(**{"model": tanh_network(), "X": X, "y": Y, "epochs": 2, **first}, checkpoint=path)
    arguments = {"model": tanh_network(), "X": X, "y": Y, "epochs": 4, **second}
    before, content = numbers(arguments["model"]), path.read_bytes()
    with pytest.raises(DataError, match=message):
        nn.fit(**arguments, checkpoint=path)
    assert numbers(arguments["model"]) == before and path.read_bytes() == content
    if case != "fewer epochs":
        longer = nn.fit(**{**arguments, "model": tanh_network(), **first}, checkpoint=path)
        assert longer.epochs == 4


def test_options_and_outputs_of_any_kind_are_compared(tmp_path):
    class Named(Line):
        def __call__(self, x):
            return {"sum": super().__call__(x), "parts": [x[0] * self.w[0]]}

    def train(factor, momentum, epochs):
        return nn.fit(
            Named(0.5, factor), X, Y, loss=lambda p, t: (p["sum"] - t) ** 2 + 0 * p["parts"][0],
            optimizer=SGD(lr=np.float64(0.1), momentum=momentum), epochs=epochs,
            checkpoint=tmp_path / "run",
        )  # fmt: skip

    train(0.25, np.float32(0.5), 2)
    assert train(0.75, 0.5, 3).epochs == 3
    with pytest.raises(DataError, match=r"optimizer.momentum=0.5, but now 0.25"):
        train(0.25, np.float32(0.25), 3)


def test_a_checkpoint_that_can_not_be_written_leaves_the_model_as_it_was(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2, seed=1), nn.Dropout(0.5, seed=1), nn.Linear(2, 1, seed=2))
    nn.losses.mse(model(X[0]), Y[0]).backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    assert any(grad for _, grad in before)
    with pytest.raises(FileError):
        nn.fit(model, X, Y, epochs=1, checkpoint=tmp_path / "missing" / "run")
    assert [(p.data, p.grad) for p in model.parameters()] == before
    assert model.training and model.steps[1].training
    nn.fit(model, X, Y, epochs=1)
    assert not model.training and not any(p.grad for p in model.parameters())


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    nn.save(mlp(2, 4, 1), tmp_path / "model")
    with pytest.raises(FileError, match="isn't a checkpoint of fit"):
        nn.fit(mlp(2, 4, 1), X, Y, checkpoint=tmp_path / "model")


def test_a_training_that_diverges_keeps_the_last_good_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr("chainrule.nn.training.checkpoints.SHARE", np.inf)  # after every step
    path = tmp_path / "run"
    model = Line(0.5, 0.25)
    with pytest.raises(chainrule.DivergenceError):
        nn.fit(model, X * [1.0, 1e30], Y, optimizer=SGD(lr=0.1), epochs=100, checkpoint=path)
    assert numbers(model) == [0.5, 0.25]
    other = Line(0.0, 0.0)
    nn.load(other, path)
    assert numbers(other) == [0.5, 0.25]


def test_a_checkpoint_is_written_again_after_ctrl_c(tmp_path):
    path = tmp_path / "run"
    one, two = mlp(2, 4, 1), mlp(2, 4, 1)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        nn.fit(
            one, X, Y, epochs=9, batch_size=7, checkpoint=path,
            callbacks=lambda epoch: epoch.number == 2 and signal.raise_signal(signal.SIGINT),
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, handler)
    history = nn.fit(one, X, Y, epochs=9, batch_size=7, checkpoint=path)
    nn.fit(two, X, Y, epochs=9, batch_size=7)
    assert numbers(one) == numbers(two) and history.stopped == ""


def test_arrays_and_texts_come_back_whatever_their_numbers(tmp_path):
    arrays = {
        "a": np.array([0.1, -0.0, np.inf, 5e-324]),
        "b": np.array(np.pi),
        "c": np.ones((2, 3)),
    }
    write_arrays(tmp_path / "file", arrays, {"text": 'line\n"ü"'})
    found, texts = read_arrays(tmp_path / "file")
    assert {name: x.tobytes() for name, x in found.items()} == {
        name: x.tobytes() for name, x in arrays.items()
    }
    assert texts["text"] == 'line\n"ü"'


# ---- SIGKILL -------------------------------------------------------------------------------------

PROGRAM = """
import random
import sys
import numpy as np
import chainrule as cr
from chainrule import nn
from chainrule.nn.module import uniform

class Net(nn.Module):
    def __init__(self):
        random.seed(5)
        self.first, self.last = nn.Layer(2, 6), nn.Layer(6, 1, nonlin=False)
        self.generator = random.Random(2)
    def __call__(self, x):
        hidden = self.first(x)
        if self.training:
            draws = uniform(len(hidden), self.generator)
            hidden = [cr.where(u < 0.2, 0.0, 1.25) * h for u, h in zip(draws, hidden)]
        return self.last(hidden)
    def parameters(self):
        return self.first.parameters() + self.last.parameters()

X = np.random.default_rng(1).normal(size=(300, 2))
model = Net()
path = sys.argv[1] or None
history = nn.fit(
    model, X, X[:, 0] * X[:, 1], epochs=int(sys.argv[2]), batch_size=32, validation=0.2, seed=11,
    checkpoint=path, callbacks=lambda epoch: print(epoch.number, flush=True),
)
print([p.data.hex() for p in model.parameters()], [x.hex() for x in history.loss], history.steps)
"""


def test_a_training_killed_at_random_times_ends_with_the_bits_of_an_uninterrupted_one(tmp_path):
    program = tmp_path / "train.py"
    program.write_text(PROGRAM)
    path, epochs = tmp_path / "run", "150"
    source = str(Path(chainrule.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": source}

    def start(checkpoint):
        return subprocess.Popen(
            [sys.executable, program, checkpoint, epochs],
            env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    expected = start("").communicate(timeout=300)[0].splitlines()[-1]
    draw, kills = random.Random(), 0
    while kills < 3:
        process = start(str(path))
        line = process.stdout.readline()  # it trains by now
        time.sleep(draw.uniform(0.0, 0.05))
        if process.poll() is not None or not line:
            process.communicate(timeout=60)
            break
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.communicate(timeout=60)
        kills += 1
        texts = read_arrays(path).texts  # whole after each kill
        assert json.loads(texts["fit"])["position"]["epoch"] <= int(epochs)
    final = start(str(path)).communicate(timeout=300)[0].splitlines()[-1]
    assert kills and final == expected
