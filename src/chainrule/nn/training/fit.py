"""Training a model on rows of data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..losses import by_name
from ..module import evaluating, set_training
from ..optim import Optimizer
from ..prediction import remember
from .arguments import optimizer_for, plan_of, rows_of, seed_from
from .callbacks import Callback
from .checkpoints import Checkpoint
from .fingerprint import settings_of
from .history import History
from .labels import check_classes
from .metrics import Metric
from .objective import Loss, Objective, Penalty
from .run import Run


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
    metrics: str | Metric | Iterable[str | Metric] | Mapping[str, str | Metric] = (),
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
    its modules are in evaluation mode, as after `eval()`. If X is a DataFrame, its attribute
    `feature_names_in_` holds the names of the columns; if y has two labels, `threshold_` holds the
    output above which the loss is smaller for the larger one.

    Args:
        model: The model. It returns a number or a list of numbers for a row.
        X: Inputs: an array of shape `(rows, columns)` or `(rows, ...)`, nested lists, or a
            DataFrame. The model gets a row as an array, or as a list if X is nested lists; for the
            shape `(rows,)` a number.
        y: A target for each row: a number, a class index (0, 1, 2 ...) or a list of numbers; or, if
            X is a DataFrame, the name of its column that holds the targets, or several names.
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
            a number; or several of them, also as a dict with their names. They are computed after
            each epoch. For the accuracy, a
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
        GraphError: What is recorded isn't what the model computes, because it draws random numbers
            of its own, or asks for the types of numbers.
        DivergenceError: The loss, its gradient or a parameter is no longer finite. The message says
            at which step, and which parameter diverged first. The model keeps its last good
            numbers.
        FileError: The checkpoint can't be written, or is damaged.

    Example:
        >>> from chainrule import nn
        >>> line = nn.Neuron(1, nonlin=False, seed=1)
        >>> history = fit(line, [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], epochs=2000)
        >>> round(line.w[0].data, 2), round(line.b.data, 2)
        (2.0, 1.0)
    """
    seed = seed_from(seed, checkpoint)
    loss = by_name(loss)
    rows, held = rows_of(X, y, validation, seed)
    plan = plan_of(rows, loss, epochs, batch_size, shuffle, patience, metrics, callbacks, seed)
    check_classes(loss, rows)
    objective = Objective(model, loss, penalty, rows, seed)
    if held:
        objective.check(objective.numbers, held, " of the validation rows")
    own = optimizer_for(objective, optimizer, checkpoint is not None)
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
    remember(model, rows, loss)
    return run.history
