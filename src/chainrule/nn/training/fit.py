"""Training a model on rows of data."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from ...errors import ChoiceError, ShapeError, WrongType, shorten
from ..losses import by_name
from ..module import evaluating, set_training
from ..optim import Adam, Optimizer
from .callbacks import Callback
from .checkpoints import Checkpoint, seed_of
from .data import Rows, read_rows, split
from .fingerprint import settings_of
from .history import History
from .labels import check_classes
from .metrics import Metric, read_metrics
from .objective import Loss, Objective, Penalty
from .run import Plan, Run
from .warning import warn


def fit(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Loss = "mse",
    optimizer: Any = None,
    epochs: int = 100,
    batch_size: int | None = None,
    shuffle: bool = True,
    validation: Any = None,
    metrics: str | Metric | Iterable[str | Metric] = (),
    penalty: Penalty | None = None,
    patience: int | None = None,
    callbacks: Callback | Iterable[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    seed: int | None = 0,
    progress: bool | None = None,
) -> History:
    """Train a model on rows of data.

    The model is the object that you can also step through by hand: anything that can be called with
    a row of inputs and has a method `parameters()`. It is recorded once and trained as a program.
    Afterwards its Values hold the new numbers, so it can be called, drawn and explained as before;
    its modules are in evaluation mode, as after `eval()`.

    Args:
        model: The model. It returns a number or a list of numbers for a row.
        X: Inputs: an array of shape `(rows, columns)` or `(rows, ...)`, nested lists, or a
            DataFrame. The model gets a row as an array, or as a list if X is nested lists; for the
            shape `(rows,)` a number.
        y: A target for each row: a number, a class index (0, 1, 2 ...) or a list of numbers; or, if
            X is a DataFrame, the name of its column that holds the targets.
        loss: The name of a loss in `chainrule.nn.losses`, or any function of a prediction and a
            target that returns one number. Its mean over the rows of a batch is minimised.
        optimizer: An optimizer such as `nn.optim.SGD(lr=0.1)`, or a function that makes one for an
            array of parameters. An optimizer made for the model continues from its state, and its
            state is updated. The default is `nn.optim.Adam(lr=0.01)`.
        epochs: How many times to go through all rows.
        batch_size: How many rows a step uses; the last step of an epoch uses the rest. None
            means all rows.
        shuffle: Whether the rows are put in a new order for each epoch.
        validation: The rows that the model is judged by after each epoch: a fraction of the rows,
            such as 0.2, to draw at random and hold back, or a pair `(X, y)`.
        metrics: "accuracy", "r2", or a function of predictions and targets of all rows that returns
            a number; or several of them. They are computed after each epoch. For the accuracy, a
            single output stands for the class with the smaller loss.
        penalty: A function of the list of parameters, whose result is added to the loss, such as
            `lambda parameters: 1e-4 * sum(p * p for p in parameters)`.
        patience: Stop after this many epochs in which the validation loss (without `validation`,
            the training loss) didn't improve. The model then gets the parameters of the best epoch.
        callbacks: A function or several, called after each epoch with an `Epoch`.
        checkpoint: A file that is written during the training, and read if it exists: the same call
            continues where a killed one stopped, and ends with the same bits as without the stop.
        seed: Determines everything random: the order of the rows, which rows are held back, and
            dropout. The same seed gives the same bits. None draws a seed, which is then in
            `history.seed`.
        progress: Whether to show a progress bar. None shows one in a terminal or a notebook if tqdm
            is installed.

    Returns:
        The History: losses, metrics and learning rates by epoch. Ctrl-C ends the training after the
        current step, and the model keeps what it has learned.

    Raises:
        DataError: An entry of X or y is nan or infinite, a label is out of range, there is only one
            class, or there are no rows.
        ShapeError: X and y have different numbers of rows.
        WrongType: An entry of X or y isn't a number, or the model has no parameters.
        DivergenceError: The loss, its gradient or a parameter is no longer finite. The message says
            at which step, and which parameter diverged first. The model keeps its last good
            numbers.
        FileError: The checkpoint can't be written, or is damaged.

    Example:
        >>> from chainrule import nn
        >>> line = nn.Neuron(1, nonlin=False)
        >>> history = fit(line, [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], epochs=2000)
        >>> round(line.w[0].data, 2), round(line.b.data, 2)
        (2.0, 1.0)
    """
    seed = _seed(seed, checkpoint)
    loss = by_name(loss)
    rows, held = _rows(X, y, validation, seed)
    plan = _plan(rows, loss, epochs, batch_size, shuffle, patience, metrics, callbacks, seed)
    check_classes(loss, rows)
    objective = Objective(model, loss, penalty, rows, seed)
    if held:
        objective.check(objective.numbers, held, " of the validation rows")
    own = _optimizer(optimizer, objective)
    run = Run(objective, own, rows, held, plan)
    settings = settings_of(plan, loss, penalty, rows, held, own)
    file = None if checkpoint is None else Checkpoint(checkpoint, settings, run)
    try:
        with evaluating(model):
            run.train(file, progress)
    finally:
        if isinstance(optimizer, Optimizer) and optimizer.count and not run.has_diverged:
            optimizer.take_back(own, objective.values)
    set_training(model, False)
    return run.history


# ---- arguments -----------------------------------------------------------------------------------


def _count(name: str, x: Any, least: int) -> int:
    """A whole number that is at least `least`."""
    if isinstance(x, bool) or not isinstance(x, Integral) or x < least:
        raise ChoiceError(f"{name} needs a whole number from {least} up, but got {shorten(x)}.")
    return int(x)


def _seed(seed: Any, checkpoint: str | os.PathLike[str] | None) -> int:
    """The seed; without one that of the checkpoint, else a new one."""
    if seed is not None:
        return _count("seed", seed, 0)
    found = seed_of(checkpoint) if checkpoint is not None else None
    return random.SystemRandom().getrandbits(32) if found is None else found


def _plan(
    rows: Rows, loss: Loss, epochs: Any, batch_size: Any, shuffle: bool, patience: Any,
    metrics: Any, callbacks: Any, seed: int,
) -> Plan:  # fmt: skip
    return Plan(
        epochs=_count("epochs", epochs, 0),
        batch_size=_batch_size(batch_size, len(rows)),
        shuffle=shuffle,
        patience=None if patience is None else _count("patience", patience, 1),
        metrics=read_metrics(metrics, loss, rows.y),
        callbacks=_callbacks(callbacks),
        seed=seed,
    )


def _callbacks(callbacks: Any) -> list[Callback]:
    found = [callbacks] if callable(callbacks) else list(callbacks or ())
    for each in found:
        if not callable(each):
            raise WrongType(f"a callback needs to be a function, but got {shorten(each)}.")
    return found


def _batch_size(size: Any, rows: int) -> int:
    if size is None:
        return rows
    if _count("batch_size", size, 1) > rows:
        warn(f"batch_size={size} is more than the {rows} rows, so each batch has all of them.")
    return min(int(size), rows)


def _rows(X: Any, y: Any, validation: Any, seed: int) -> tuple[Rows, Rows | None]:
    """The rows to train on and those to validate on."""
    rows = read_rows(X, y)
    if validation is None:
        return rows, None
    if isinstance(validation, Real) and not isinstance(validation, bool):
        return split(rows, float(validation), seed)
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise WrongType(
            f"validation needs a fraction or a pair (X, y), but got {shorten(validation)}."
        )
    names = ("X of the validation rows", "y of the validation rows")
    held = read_rows(validation[0], validation[1], rows.columns, names)
    if held.X.shape[1:] != rows.X.shape[1:] or held.y.shape[1:] != rows.y.shape[1:]:
        raise ShapeError(
            f"the validation rows need the shapes of X and y after the first axis, "
            f"{rows.X.shape[1:]} and {rows.y.shape[1:]}, but have {held.X.shape[1:]} and "
            f"{held.y.shape[1:]}."
        )
    return rows, held


def _optimizer(optimizer: Any, objective: Objective) -> Any:
    """The optimizer for the array of parameters."""
    if optimizer is None:
        return Adam(objective.numbers, lr=0.01)
    if isinstance(optimizer, Optimizer):
        return optimizer.over(objective.numbers, objective.values)
    if not callable(optimizer):
        raise WrongType(
            f"optimizer needs to be an optimizer, but got {shorten(optimizer)}.",
            remedy="chainrule.nn.optim.Adam(lr=0.01), for example",
        )
    return optimizer(objective.numbers)
