"""What losses need of a prediction and its target."""

from __future__ import annotations

from typing import Any

from ..engine.functions import where
from ..engine.node import is_value
from ..engine.numbers import is_number
from ..errors import DomainError, PlaceError, ShapeError, WrongType, calling_line, shorten
from ..programs.trace.structure import is_tracer
from .rows import check_row, columns, count_of, is_array


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
        got = f"{count_of(len(predicted), 'prediction')} and {count_of(len(wanted), 'target')}"
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
    if hasattr(target, "item") and not is_array(target):  # a Value, or a number of NumPy
        index = target.item()
    if is_tracer(index):
        return where(index < 0, classes, index)  # a program doesn't count from the end
    if not is_number(index):
        raise WrongType(
            f"{name} needs the index of a class, but got {shorten(index)}.", where=calling_line()
        )
    if index != index // 1 or not 0 <= index < classes:
        raise PlaceError(
            f"{name} needs a class index from 0 to {classes - 1}, but got {index}.",
            where=calling_line(),
            remedy="number the classes from 0, and give the model an output for each class",
        )
    return int(index)


def check_shares(shares: list[Any]) -> None:
    """Refuse what aren't probabilities, unless they are traced."""
    plain = [x.data if is_value(x) else x for x in shares]
    if any(map(is_tracer, plain)):
        return
    if min(plain) < 0 or abs(sum(plain) - 1) > 1e-6:
        raise DomainError(
            "cross_entropy needs probabilities that add up to 1, but got "
            f"{shorten([float(x) for x in plain])}.",
            where=calling_line(),
            remedy="pass the index of the right class, or divide by the sum",
        )
