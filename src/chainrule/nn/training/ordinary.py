"""The loss of a row as an ordinary call computes it, beside what was recorded."""

from __future__ import annotations

import random
from math import isfinite
from typing import TYPE_CHECKING, Any

from ...engine.node import is_value
from ...errors import ChainruleError, GraphError
from ...numerals import format_short
from ...verdict import diagnose
from ..exchange import exchanged
from ..module import drawing_from, set_training
from ..warning import warn

if TYPE_CHECKING:
    from .data import Rows
    from .objective import Objective

RANDOM = (
    "the model draws random numbers when it is called, but fit records only one call, so they "
    "would stay the same in every row and step."
)
UNIFORM = "draw new ones in each, use chainrule.nn.module.uniform"

HALF = 0.5
"""What `uniform` returns here, and in the recording that this is compared with."""


def ordinary_loss(objective: Objective, rows: Rows, row: int) -> Any:
    """The loss of a row, computed by the model with its Values; what it stores is discarded."""
    values = objective.values
    with exchanged(objective.model, values, values), drawing_from(lambda count: [HALF] * count):
        set_training(objective.model, True)
        return objective.loss(rows.output(objective.model, rows.X[row]), rows.y[row])


def refuse_difference(objective: Objective, rows: Rows, recorded: float) -> None:
    """Refuse a model that a recording doesn't do justice: it draws random numbers of its own, or an
    ordinary call returns another loss. Warn if it draws some that don't change the loss.

    Args:
        objective: The model and its loss.
        rows: Some rows.
        recorded: The loss of the first one by the recording.

    Raises:
        GraphError: The losses differ.
    """
    before = random.getstate(), _state_of_numpy()
    try:
        first, second = (_number(ordinary_loss(objective, rows, 0)) for _ in range(2))
    except Exception:  # a recorded function goes on where plain Python raises
        return
    is_drawing = (random.getstate(), _state_of_numpy()) != before
    _restore(before)
    if not (isfinite(first) and isfinite(recorded)):
        return
    if first != second:
        raise GraphError(RANDOM, remedy=UNIFORM)
    if abs(first - recorded) > 1e-6 * max(abs(first), abs(recorded)) + 1e-9:
        raise GraphError(
            f"the loss of row 0 is {format_short(recorded)} as fit has recorded it, but "
            f"{format_short(first)} in an ordinary call.",
            remedy="if the model or the loss asks for the type of a number, replace "
            "isinstance(x, float) by chainrule.is_number(x)",
        )
    if is_drawing:
        warn(f"{RANDOM} To {UNIFORM}.", RuntimeWarning)


def cause(objective: Objective, rows: Rows, row: int) -> str:
    """What an ordinary call says of a row whose loss or gradient isn't finite; else empty."""
    try:
        diagnosis = diagnose(ordinary_loss(objective, rows, row))
    except ChainruleError as error:
        return str(error)
    return "" if diagnosis.ok else str(diagnosis).partition("\n\n")[0]


def _number(x: Any) -> float:
    return float(x.data if is_value(x) else x)


def _state_of_numpy() -> Any:
    import numpy as np

    name, words, *rest = np.random.get_state()
    return name, tuple(words), *rest


def _restore(states: tuple[Any, Any]) -> None:
    import numpy as np

    random.setstate(states[0])
    np.random.set_state(states[1])
