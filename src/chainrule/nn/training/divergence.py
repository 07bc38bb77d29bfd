"""What is said of a training whose numbers are no longer finite, and what is kept."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...errors import DivergenceError
from ...numerals import format_short
from .ordinary import cause

if TYPE_CHECKING:
    from .run import Run


def diverged(run: Run, which: Any) -> DivergenceError:
    """Give the parameters their last good numbers, and return the error that says what happened."""
    import numpy as np

    objective, history, position = run.objective, run.history, run.position
    numbers, loss = objective.numbers, run.loss
    bad = ~np.isfinite(numbers)
    if bad.any():
        index, what = int(np.argmax(bad)), "a parameter is no longer finite"
    else:
        suspects = ~np.isfinite(objective.gradient)
        sizes = np.where(suspects if suspects.any() else True, np.abs(numbers), -1.0)
        index = int(np.argmax(sizes))
        is_loss = not np.isfinite(loss)
        what = f"the loss is {format_short(loss)}" if is_loss else "the gradient isn't finite"
    name, step = objective.names[index], history.steps + (not bad.any())
    if step == 1 and not bad.any():
        error = _not_finite_at_first(run, which, what)
    else:
        error = DivergenceError(
            f"fit diverged at step {step} (epoch {position.epoch + 1}): {what}. The first "
            f"parameter to diverge was {name!r}: it began at {format_short(run.initial[index])} "
            f"and is now {format_short(numbers[index])}.",
            remedy="choose a smaller learning rate, or clip_norm=1.0 in the optimizer; scale the "
            "columns of X to about -1 to 1. The model keeps its last good numbers.",
        )
    numbers[...] = run.good
    error.history = history
    history.stopped = f"diverged at step {step}"
    return error


def _not_finite_at_first(run: Run, which: Any, what: str) -> DivergenceError:
    """The error of a loss that isn't finite before any parameter changed: the data are to blame, or
    the model, the loss or the penalty."""
    begin = f"fit can't begin: {what}"
    if run.objective.is_penalty_infinite():
        return DivergenceError(
            f"{begin}, before any parameter has changed: so is the penalty, or its gradient.",
            remedy="choose a penalty that has a finite gradient for these parameters",
        )
    row = _first_bad_row(run, which)
    if row is None:
        return DivergenceError(f"{begin}, before any parameter has changed.")
    reason = cause(run.objective, run.rows, row)
    begin += f" in row {row}, before any parameter has changed"
    if reason:
        return DivergenceError(f"{begin}: {reason}")
    return DivergenceError(f"{begin}.", remedy="look at the numbers of this row")


def _first_bad_row(run: Run, which: Any) -> int | None:
    """The first row whose loss or gradient isn't finite by itself."""
    import numpy as np

    objective = run.objective
    for row in np.arange(len(run.rows)) if which is None else which:
        loss = objective(np.array([row]))
        if not (math.isfinite(loss) and np.isfinite(objective.gradient).all()):
            return int(row)
    return None
