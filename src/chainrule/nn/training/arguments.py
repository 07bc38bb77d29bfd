"""The arguments of `fit`: what they may be, and what is made of them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

from ...errors import ChoiceError, DataError, ShapeError, WrongType, shorten, warn
from ..optim import Adam, Optimizer
from .callbacks import Callback
from .checkpoints import seed_of
from .data import SPLIT, Rows, read_rows
from .metrics import read_metrics
from .objective import Loss, Objective
from .run import Plan

EXAMPLE = "chainrule.nn.optim.Adam(lr=0.01), for example"


def count_from(name: str, x: Any, least: int) -> int:
    """A whole number that is at least `least`."""
    if isinstance(x, bool) or not isinstance(x, Integral) or x < least:
        raise ChoiceError(f"{name} needs a whole number from {least} up, but got {shorten(x)}.")
    return int(x)


def seed_from(seed: Any, checkpoint: str | os.PathLike[str] | None) -> int:
    """The seed; without one that of the checkpoint, else a new one."""
    if seed is not None:
        return count_from("seed", seed, 0)
    found = seed_of(checkpoint) if checkpoint is not None else None
    return random.SystemRandom().getrandbits(32) if found is None else found


def plan_of(
    rows: Rows, loss: Loss, epochs: Any, batch_size: Any, shuffle: Any, patience: Any,
    metrics: Any, callbacks: Any, seed: int,
) -> Plan:  # fmt: skip
    """How the training runs."""
    if shuffle not in (True, False):
        raise WrongType(f"shuffle needs True or False, but got {shorten(shuffle)}.")
    return Plan(
        epochs=count_from("epochs", epochs, 0),
        batch_size=_batch_size(batch_size, len(rows)),
        shuffle=bool(shuffle),
        patience=None if patience is None else count_from("patience", patience, 1),
        metrics=read_metrics(metrics, loss, rows.y),
        callbacks=_callbacks(callbacks),
        seed=seed,
    )


def _callbacks(callbacks: Any) -> list[Callback]:
    several = isinstance(callbacks, Iterable) and not isinstance(callbacks, str)
    found = list(callbacks or ()) if several or callbacks is None else [callbacks]
    for each in found:
        if not callable(each):
            raise WrongType(
                f"a callback needs to be a function, but got {shorten(each)}.",
                remedy="pass a function of an Epoch, such as lambda epoch: print(epoch.loss)",
            )
    return found


def _batch_size(size: Any, rows: int) -> int:
    if size is None:
        return rows
    if count_from("batch_size", size, 1) > rows:
        warn(f"batch_size={size} is more than the {rows} rows, so each batch has all of them.")
    return min(int(size), rows)


def rows_of(X: Any, y: Any, validation: Any, seed: int) -> tuple[Rows, Rows | None]:
    """The rows to train on and those to validate on."""
    rows = read_rows(X, y)
    if validation is None:
        return rows, None
    if isinstance(validation, Real) and not isinstance(validation, bool):
        if not 0 < float(validation) <= 1:
            raise DataError(
                f"validation needs a fraction between 0 and 1, but got {validation}.",
                remedy="0.2 holds back a fifth of the rows",
            )
        return _split(rows, float(validation), seed)
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise WrongType(
            f"validation needs a fraction or a pair (X, y), but got {shorten(validation)}.",
            remedy="0.2 holds back a fifth of the rows",
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


def _split(rows: Rows, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """The rows to train on, and those held back: a fraction of them, drawn by the seed."""
    import numpy as np

    count, held = len(rows), round(fraction * len(rows))
    if not 0 < held < count:
        raise DataError(
            f"validation={fraction:g} of {count} rows would hold back {held}.",
            remedy="choose another fraction, or pass a pair (X, y)",
        )
    order = np.random.default_rng([seed, SPLIT]).permutation(count)
    parts = np.sort(order[held:]), np.sort(order[:held])
    first, second = (replace(rows, X=rows.X[some], y=rows.y[some]) for some in parts)
    return first, second


def optimizer_for(objective: Objective, optimizer: Any, is_saved: bool) -> Any:
    """The optimizer for the array of parameters.

    Args:
        objective: What is minimised.
        optimizer: None, an optimizer, or a function that makes one.
        is_saved: Whether its state is going to be saved.
    """
    if optimizer is None:
        return Adam(objective.numbers, lr=0.01)
    if isinstance(optimizer, Optimizer):
        return optimizer.over(objective.numbers, objective.values)
    if not callable(optimizer):
        raise WrongType(
            f"optimizer needs to be an optimizer, but got {shorten(optimizer)}.", remedy=EXAMPLE
        )
    made = optimizer(objective.numbers)
    methods = ["step", "state_dict", "load_state_dict"] if is_saved else ["step"]
    for name in methods:
        if not callable(getattr(made, name, None)):
            raise WrongType(
                f"optimizer needs to return an optimizer, with a method {name}(), but it returned "
                f"{shorten(made)}.",
                remedy=EXAMPLE,
            )
    if isinstance(made, Optimizer) and not made.overwrites(objective.numbers):
        raise WrongType(
            "optimizer needs to return an optimizer of its argument, but the one it returned has "
            "other parameters.",
            remedy="lambda parameters: chainrule.nn.optim.Adam(parameters, lr=0.01), for example",
        )
    return made
