"""Whether a loss, and the layers of a model, can use the numbers of all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import DataError
from ...programs import compile as record
from .. import losses
from ..requirements import Requirements
from .data import Rows


class Checks:
    """The requirements that a loss meets with while it is recorded, evaluated for many rows.

    Args:
        row_loss: The loss as a function of parameters, a row and its target.
    """

    def __init__(self, row_loss: Callable[..., Any]) -> None:
        self._requirements = found = Requirements()

        def unmet(parameters: Any, x: Any, y: Any) -> Any:
            with found.collecting():
                row_loss(parameters, x, y)
            return found.first_unmet()

        unmet.__name__ = unmet.__qualname__ = "the loss"
        self._unmet = record(unmet, in_axes=(None, 0, 0))

    def __call__(self, numbers: Any, rows: Rows, whose: str = "") -> None:
        """Refuse rows that the loss, or a layer of the model, can't use.

        Args:
            numbers: Those of the parameters.
            rows: The rows.
            whose: What they are called in messages, if they aren't all rows.

        Raises:
            DataError: A row doesn't meet a requirement.
        """
        import numpy as np

        which, found = self._unmet(numbers, rows.X, rows.y)
        if np.any(which):
            row = int(np.argmax(np.asarray(which) != 0))
            need = self._requirements.needs[int(np.ravel(which)[row]) - 1]
            raise DataError(
                f"{need.text}, but got {np.ravel(found)[row]:g} in row {row}{whose}.",
                remedy=need.remedy,
            )


def check_classes(loss: Any, rows: Rows) -> None:
    """Refuse rows of a single class, if the loss is for classes.

    Raises:
        DataError: There is only one class.
    """
    is_for_classes = loss in (losses.binary_cross_entropy, losses.max_margin, losses.cross_entropy)
    first = rows.y.reshape(-1)[0]
    if is_for_classes and rows.y.size == len(rows) and (rows.y == first).all():
        where = f"all {len(rows)} rows" if len(rows) > 1 else "its only row"
        raise DataError(
            f"y has only one class, {first:g}, in {where}, so there is nothing to learn.",
            remedy="train on rows of at least two classes",
        )
