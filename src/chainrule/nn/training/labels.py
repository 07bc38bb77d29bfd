"""What the losses for classes need of the labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import DataError, shorten
from .. import losses
from .data import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_labels(loss: Any, rows: Rows, held: Rows | None, outputs: int) -> None:
    """Refuse labels that a loss for classes can't use, or learn nothing from.

    Args:
        loss: The loss; another one takes any targets.
        rows: The rows to train on.
        held: The rows to validate on.
        outputs: How many numbers the model returns for each row.

    Raises:
        DataError: A label is out of range, or all labels are the same.
    """
    classes = (losses.binary_cross_entropy, losses.max_margin, losses.cross_entropy)
    first = rows.y.reshape(-1)[0]
    if loss in classes and rows.y.size == len(rows) and (rows.y == first).all():
        raise DataError(
            f"y has only one class, {first:g}, in all {len(rows)} rows, so there is nothing to "
            "learn.",
            remedy="train on rows of at least two classes",
        )
    _check_range(loss, rows.y, outputs, "y")
    if held:
        _check_range(loss, held.y, outputs, "y of the validation rows")


def _check_range(loss: Any, y: NDArray[Any], outputs: int, name: str) -> None:
    if loss is losses.binary_cross_entropy:
        remedy = "for labels of -1 and 1 pass (1 + y) / 2, or use the loss max_margin"
        _check(y, (y >= 0) & (y <= 1), name, "labels of 0 and 1, or probabilities", remedy)
    elif loss is losses.max_margin and outputs == 1:
        _check(y, abs(y) == 1, name, "labels of -1 and 1", "for labels of 0 and 1 pass 2 * y - 1")
    elif loss is losses.cross_entropy and y.ndim == 2:
        good = (y >= 0).all(axis=1) & (abs(y.sum(axis=1) - 1) <= 1e-6)
        remedy = "pass the indices of the right classes, or divide each row by its sum"
        if not good.all():
            row = int(good.argmin())
            raise DataError(
                f"{name} needs probabilities that add up to 1 in each row, but row {row} is "
                f"{shorten(y[row].tolist())}.",
                remedy=remedy,
            )
    elif loss in (losses.cross_entropy, losses.max_margin) and y.ndim == 1:
        remedy = "number the classes from 0, and give the model an output for each of them"
        is_index = (y >= 0) & (y < outputs) & (y % 1 == 0)
        needed = f"the indices 0 to {outputs - 1} of the classes that the model has outputs for"
        _check(y, is_index, name, needed, remedy)


def as_labels(loss: Any, rows: Rows) -> Rows:
    """The rows with a class index for each, if y is a column of them."""
    is_column = rows.y.ndim == 2 and rows.y.shape[1] == 1
    takes_index = loss in (losses.cross_entropy, losses.max_margin)
    return replace(rows, y=rows.y[:, 0]) if is_column and takes_index else rows


def threshold_of(loss: Callable[..., Any]) -> float | None:
    """Above which score a single output means the second class; None for the middle of the
    labels."""
    return 0.0 if loss in (losses.binary_cross_entropy, losses.max_margin) else None


def _check(y: NDArray[Any], good: NDArray[Any], name: str, needed: str, remedy: str) -> None:
    import numpy as np

    if not good.all():
        first = int(np.argmin(good.reshape(-1)))
        row = first // max(1, y[0].size)
        raise DataError(
            f"{name} needs {needed}, but is {y.reshape(-1)[first]:g} in row {row}.", remedy=remedy
        )
