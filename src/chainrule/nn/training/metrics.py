"""Metrics: how good a model is on many rows, as a number for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from ...errors import ChoiceError, DataError, ShapeError, WrongType, shorten
from ..decision import threshold_of

Metric = Callable[[Any, Any], float]


def accuracy(
    predictions: Any, targets: Any, threshold: float | None = None, labels: Any = None
) -> float:
    """Return the share of rows that are classified correctly.

    Args:
        predictions: Scores. Shape `(rows, classes)`: the largest is the class. Shape `(rows,)`: two
            classes, told apart by the threshold.
        targets: The classes, or a share for each class.
        threshold: Above it a single score counts as the larger of two labels. The default is the
            middle of the labels.
        labels: What both labels can be seen in. The default is `targets`.

    Raises:
        DataError: Single scores have targets that are neither two labels nor probabilities.

    Example:
        >>> accuracy([0.9, 0.2, 0.8], [1, 0, 0])
        0.6666666666666666
        >>> accuracy([[0.1, 2.0], [3.0, 0.0]], [1, 0])
        1.0
    """
    import numpy as np

    p, t = np.asarray(predictions), np.asarray(targets)
    if p.ndim == 2 and p.shape[1] > 1:
        classes = t.argmax(axis=1) if t.ndim == 2 and t.shape[1] > 1 else t.reshape(-1)
        return float(np.mean(p.argmax(axis=1) == classes))
    p, t = p.reshape(len(p), -1), t.reshape(len(t), -1)
    if p.shape != t.shape:
        raise ShapeError(f"accuracy needs a label for each score, but got {p.shape} and {t.shape}.")
    low, high = two_labels(t if labels is None else labels)
    middle = (low + high) / 2
    return float(np.mean((p > (middle if threshold is None else threshold)) == (t > middle)))


def two_labels(targets: Any) -> tuple[float, float]:
    """The two labels among targets: 0 and 1, unless the targets say otherwise.

    Raises:
        DataError: They are neither two labels nor probabilities.
    """
    import numpy as np

    low, high = float(np.min(targets)), float(np.max(targets))
    if low < 0 or high > 1:
        if len(np.unique(targets)) > 2:
            raise DataError(
                "accuracy needs targets that are two labels, but there are "
                f"{len(np.unique(targets))} different ones, from {low:g} to {high:g}.",
                remedy='for a regression use the metric "r2"; for several classes give the model '
                "an output for each",
            )
        return (low, high) if low < high else (-abs(high), abs(high))
    return 0.0, 1.0


def r2(predictions: Any, targets: Any) -> float:
    """Return the share of the targets' variance that the predictions explain: 1 if all are right,
    0 if they are as good as the mean of the targets.

    Example:
        >>> r2([1.0, 2.0, 3.5], [1.0, 2.0, 3.0])
        0.875
    """
    import numpy as np

    t = np.asarray(targets, dtype=float).reshape(len(targets), -1)
    p = np.asarray(predictions, dtype=float).reshape(t.shape)
    total = float(((t - t.mean(axis=0)) ** 2).sum())
    return 1.0 - float(((t - p) ** 2).sum()) / total if total else float("nan")


RESERVED = ("loss", "val_loss", "lr")
"""The other columns of a History."""

METRICS = {"accuracy": accuracy, "r2": r2}


def read_metrics(metrics: Any, loss: Callable[..., Any], targets: Any) -> dict[str, Metric]:
    """The metrics by name.

    Args:
        metrics: A name, a function of predictions and targets, or several of them; in a dict, with
            their names.
        loss: What is minimised; the accuracy of a single output has its threshold.
        targets: Those to train on, which tell what the labels are.
    """
    found: dict[str, Metric] = {}
    for given, each in _named(metrics):
        if isinstance(each, str) and each not in METRICS:
            raise ChoiceError(
                f"{each!r} isn't a metric.",
                remedy=f"the choices are {', '.join(METRICS)}; or pass a function of predictions "
                "and targets",
            )
        if not isinstance(each, str) and not callable(each):
            raise WrongType(f"a metric needs to be a name or a function, but got {shorten(each)}.")
        name = given or (each if isinstance(each, str) else _name_of(each))
        if name in found or name in RESERVED or name.startswith("val_"):
            raise ChoiceError(
                f"metrics need names of their own, but {name!r} is taken.",
                remedy='name them in a dict, such as {"mae": function}',
            )
        found[name] = METRICS[each] if isinstance(each, str) else each
        if found[name] is accuracy:
            found[name] = _accuracy_for(loss, targets)
    return found


def _named(metrics: Any) -> list[tuple[str, Any]]:
    """Metrics with the names that somebody gave them, or without."""
    if isinstance(metrics, Mapping):
        return [(str(name), each) for name, each in metrics.items()]
    several = metrics is None or (isinstance(metrics, Iterable) and not isinstance(metrics, str))
    return [("", each) for each in (list(metrics or ()) if several else [metrics])]


def _name_of(metric: Any) -> str:
    return getattr(metric, "__name__", type(metric).__name__)


def _accuracy_for(loss: Callable[..., Any], labels: Any) -> Metric:
    """The accuracy whose threshold is that of a loss."""

    import numpy as np

    @cache
    def threshold() -> float | None:
        return threshold_of(loss, *two_labels(labels))

    return lambda p, t: accuracy(p, t, threshold() if np.size(p) == len(p) else None, labels)


def measure(name: str, metric: Metric, predictions: Any, targets: Any) -> float:
    """The number that a metric returns."""
    found = metric(predictions, targets)
    try:
        return float(found)
    except (TypeError, ValueError):
        raise WrongType(
            f"the metric {name!r} needs to return a number, but returned {shorten(found)}."
        ) from None
