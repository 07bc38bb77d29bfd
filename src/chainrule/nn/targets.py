"""What losses need of a prediction and its target."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from ..engine.numbers import is_number
from ..errors import ShapeError, WrongType, calling_line, shorten
from ..numerals import counted
from .requirements import Need, index_within, require
from .rows import check_row, columns, is_array


def numbers(name: str, x: Any) -> list[Any]:
    """The numbers of a row, or a single number in a list."""
    if hasattr(x, "dtype") and hasattr(x, "item") and not is_array(x):  # a number of NumPy
        x = x.item()
    if is_number(x) and not is_array(x):
        return [x]
    if is_array(x):
        if x.ndim > 1:
            raise ShapeError(
                f"{name} is for one row, but got an array of shape {tuple(x.shape)}.",
                where=calling_line(),
                remedy=f"losses.mean(losses.{name}, predictions, targets) is the mean over rows",
            )
        x = columns(x)
    check_row(x, name)
    return list(x)


def differences_of(name: str, prediction: Any, target: Any) -> list[Any]:
    """The differences of a prediction and its target, number by number."""
    predicted, wanted = numbers(name, prediction), numbers(name, target)
    if len(predicted) != len(wanted):
        got = f"{counted(len(predicted), 'prediction')} and {counted(len(wanted), 'target')}"
        raise ShapeError(
            f"{name} needs one target for each prediction, but got {got}.", where=calling_line()
        )
    return [p - t for p, t in zip(predicted, wanted)]


def scores_of(name: str, x: Any, instead: str) -> list[Any]:
    """The scores of at least two classes."""
    scores = numbers(name, x)
    if len(scores) < 2:
        raise ShapeError(
            f"{name} needs a number for each class, but got a single number.",
            where=calling_line(),
            remedy=f"give the model an output for each class, or use {instead} for two classes",
        )
    return scores


def class_index(name: str, target: Any, classes: int) -> Any:
    """The index of a class, a plain int or a tracer."""
    index = target
    if isinstance(target, (list, tuple)) or is_array(target):  # the row of a column of indices
        (index,) = numbers(name, target)
    if hasattr(index, "item"):  # a Value, or a number of NumPy
        index = index.item()
    if not is_number(index):
        raise WrongType(
            f"{name} needs the index of a class, but got {shorten(index)}.", where=calling_line()
        )
    remedy = "number the classes from 0, and give the model an output for each class"
    return index_within(
        index, classes, Need(f"{name} needs a class index from 0 to {classes - 1}", remedy)
    )


def has_shares(target: Any) -> bool:
    """Whether a target is a probability for each class, and not an index."""
    return (isinstance(target, (list, tuple)) or is_array(target)) and len(target) != 1


def check_shares(name: str, shares: list[Any]) -> None:
    """Refuse what aren't probabilities."""
    remedy = "pass the index of the right class, or divide by the sum"
    for share in shares:
        require(share, lambda p: p >= 0, Need(f"{name} needs probabilities from 0 up", remedy))
    total = Need(f"{name} needs probabilities that add up to 1", remedy)
    require(reduce(add, shares), lambda p: (p > 1 - 1e-6) & (p < 1 + 1e-6), total)
