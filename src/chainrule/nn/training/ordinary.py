"""What an ordinary call computes for a row, beside what was recorded."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from ...engine.node import is_value
from ...errors import ChainruleError, GraphError, warn
from ...numerals import format_short
from ...verdict import diagnose
from ..exchange import exchanged
from ..module import drawing_from, set_training

if TYPE_CHECKING:
    from .data import Rows
    from .objective import Objective

RANDOM = (
    "the model draws random numbers when it is called, but only one call is recorded, so they "
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


def refuse_difference(
    ordinary: Callable[[], Sequence[float]], recorded: Sequence[float], what: str
) -> None:
    """Refuse a model that a recording doesn't do justice: it draws random numbers of its own, or an
    ordinary call returns something else. Warn if it draws some that don't change anything.

    Args:
        ordinary: Calls the model with its Values.
        recorded: What the recording returns.
        what: What that is, for messages.

    Raises:
        GraphError: The numbers differ.
    """
    before = random.getstate(), _state_of_numpy()
    try:
        first = list(ordinary())
        difference = _first_difference(first, recorded)
        is_random = difference is not None and list(ordinary()) != first
    except Exception:  # a recorded function goes on where plain Python raises
        return
    is_drawing = (random.getstate(), _state_of_numpy()) != before
    _restore(before)
    if is_random:
        raise GraphError(RANDOM, remedy=UNIFORM)
    if difference is not None:
        mine, theirs = map(format_short, difference)
        raise GraphError(
            f"{what} is {theirs} as it was recorded, but {mine} in an ordinary call.",
            remedy="if the model or the loss asks for the type of a number, replace "
            "isinstance(x, float) by chainrule.is_number(x)",
        )
    if is_drawing:
        warn(f"{RANDOM} To {UNIFORM}.", RuntimeWarning)


def _first_difference(mine: Sequence[float], theirs: Sequence[float]) -> tuple[float, float] | None:
    """The first numbers that differ by more than rounding, if all are finite."""
    if len(mine) != len(theirs) or not all(map(isfinite, [*mine, *theirs])):
        return None
    pairs = zip(mine, theirs)
    return next(((a, b) for a, b in pairs if abs(a - b) > 1e-6 * max(abs(a), abs(b)) + 1e-9), None)


def numbers_in(x: Any) -> list[float]:
    """The numbers of what a model returned: a number, a Value, or a row of such."""
    import numpy as np

    return [float(each.data if is_value(each) else each) for each in np.ravel(x)]


def cause(objective: Objective, rows: Rows, row: int) -> str:
    """What an ordinary call says of a row whose loss or gradient isn't finite; else empty."""
    try:
        diagnosis = diagnose(ordinary_loss(objective, rows, row))
    except ChainruleError as error:
        return str(error)
    return "" if diagnosis.ok else str(diagnosis).partition("\n\n")[0]


def _state_of_numpy() -> Any:
    import numpy as np

    name, words, *rest = np.random.get_state()
    return name, tuple(words), *rest


def _restore(states: tuple[Any, Any]) -> None:
    import numpy as np

    random.setstate(states[0])
    np.random.set_state(states[1])
