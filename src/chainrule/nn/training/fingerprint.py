"""What identifies a training: what its model, loss and penalty compute, and its options."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...programs.trace.signatures import name_of
from ..optim import Optimizer
from .data import Rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .objective import Loss, Objective, Penalty
    from .run import Plan

    Floats = NDArray[np.float64]


SAMPLED = 3
"""The outputs of the model are compared for so many rows."""


def settings_of(
    plan: Plan, loss: Loss, penalty: Penalty | None, rows: Rows, held: Rows | None, optimizer: Any
) -> dict[str, Any]:
    """What has to be the same for a training to go on, by name. The learning rate may differ."""
    known = optimizer.options if isinstance(optimizer, Optimizer) else ()
    return {
        "X and y": _digest(rows),
        "the validation rows": _digest(held) if held else None,
        "loss": name_of(loss),
        "penalty": name_of(penalty) if penalty else None,
        "metrics": [*plan.metrics],
        "batch_size": plan.batch_size,
        "shuffle": plan.shuffle,
        "patience": plan.patience,
        "seed": plan.seed,
        "optimizer": type(optimizer).__name__,
        **{f"optimizer.{name}": getattr(optimizer, name) for name in known if name != "lr"},
    }


def _digest(rows: Rows) -> str:
    """A digest of all numbers in some rows."""
    found = hashlib.sha256()
    for array in (rows.X, rows.y):
        found.update(f"{array.shape} {array.dtype}".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def samples_of(objective: Objective, rows: Rows, initial: Floats) -> dict[str, list[float]]:
    """Numbers that the model, the loss and the penalty compute, for the initial parameters and for
    others."""
    import numpy as np

    noise = np.random.default_rng(0).normal(size=initial.shape)
    found: dict[str, list[float]] = {"the model": [], "the loss": [], "the penalty": []}
    for numbers in (initial, initial + noise):
        for name, sample in objective.sample(numbers, rows.X[:SAMPLED]).items():
            found[name] += sample
    return found


def first_difference(
    mine: Mapping[str, list[float]], theirs: Mapping[str, list[float]]
) -> tuple[str, float, float] | None:
    """The first of two samples that differs, beyond rounding: its name and both numbers."""
    for name, numbers in theirs.items():
        for x, y in zip(numbers, mine[name], strict=True):
            if not (math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-9) or (x != x and y != y)):
                return name, x, y
    return None
