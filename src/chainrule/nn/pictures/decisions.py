"""What the outputs of a classifier say about the classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import DomainError, ShapeError, WrongType, shorten
from ...numerals import counted
from ..decision import threshold_of
from ..logits import operation
from ..losses import by_name
from ..prediction import outputs_of
from ..training.data import read_inputs
from .evaluation import check_finite, grid_like, is_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


MOST_CLASSES = 8
"""How many classes a message lists."""


def decide(
    model: Any, X: Any, points: Floats, classes: list[Any], threshold: float | None
) -> tuple[list[Any], Floats, float | None]:
    """Evaluate a classifier at points, which are rows like those of X.

    Returns:
        The classes; the share of each at each point, shape `(points, classes)`; and the threshold,
        if the classifier has a single score. The shares at a point add up to 1, and the class with
        the largest one is predicted.
    """
    import numpy as np

    outputs, known = _outputs(model, X, points)
    classes = known or classes
    if outputs.shape[:1] != points.shape[:1] or outputs.ndim > 2:
        raise ShapeError(
            f"plot_boundary needs one prediction for each of {len(points):,} points, but "
            f"{shorten(model)} returned an array of shape {outputs.shape}.",
            remedy="pass a function of an array of shape (points, 2), such as "
            "lambda rows: [predict(row) for row in rows]",
        )
    outputs = outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs
    outputs = outputs.astype(float) if outputs.dtype.kind == "b" else outputs
    if outputs.ndim == 1 and _are_labels(outputs, classes):
        return *_shares_of_labels(outputs, classes), None
    outputs = outputs.astype(float)
    check_finite(outputs, points, model)
    if outputs.ndim == 2:
        return *_shares_of_scores(outputs, classes), None
    _check_pair(classes)
    is_probability = threshold is None and _are_probabilities(model, outputs, points)
    middle = 0.5 if is_probability else threshold or 0.0
    p = outputs if is_probability else 1 / (1 + np.exp(np.clip(middle - outputs, -700, 700)))
    return classes, np.stack([1 - p, p], axis=1), middle


def _outputs(model: Any, X: Any, points: Floats) -> tuple[Any, list[Any]]:
    """What the model returns for points, and the classes of an estimator."""
    import numpy as np

    for name in ("predict_proba", "decision_function", "predict"):
        if method := getattr(model, name, None):
            known = np.asarray(getattr(model, "classes_", ())).tolist()
            return np.asarray(method(grid_like(X, points))), known
    if is_model(model):
        return outputs_of(model, replace(read_inputs(X), X=points)), []
    if callable(model):
        return np.asarray(model(grid_like(X, points))), []
    raise WrongType(
        "plot_boundary needs a model, an estimator or a function that predicts, but got "
        f"{type(model).__name__}."
    )


def _are_labels(outputs: Any, classes: list[Any]) -> bool:
    """Whether outputs are classes and not scores."""
    import numpy as np

    return outputs.dtype.kind not in "f" or bool(np.isin(outputs, _numbers(classes)).all())


def _numbers(classes: list[Any]) -> list[float]:
    return [float(x) for x in classes if not isinstance(x, str)]


def _shares_of_labels(labels: Any, classes: list[Any]) -> tuple[list[Any], Floats]:
    import numpy as np

    classes = with_labels(classes, labels.tolist(), "the model predicts")
    shares = np.zeros((len(labels), len(classes)))
    for k, label in enumerate(classes):
        shares[labels == label, k] = 1.0
    return classes, shares


def with_labels(classes: list[Any], labels: list[Any], who: str) -> list[Any]:
    """The classes, and after them the labels that aren't among them.

    Raises:
        WrongType: Some are words, others numbers.
    """
    more = [x for x in dict.fromkeys(labels) if x not in classes]
    odd = [x for x in more if classes and isinstance(x, str) != isinstance(classes[0], str)]
    if odd:
        raise WrongType(
            f"plot_boundary needs labels of one kind, but {who} {odd[0]!r}, and the classes are "
            f"{_listed(classes)}.",
            remedy="label the rows as the model does; a model may also return a score for each "
            "row, as a float",
        )
    return [*classes, *more]


def _listed(classes: list[Any]) -> str:
    """Classes for a message, or the first ones of many."""
    more = len(classes) - MOST_CLASSES
    names = ", ".join(map(repr, classes[:MOST_CLASSES]))
    return f"{names} and {more} more" if more > 0 else names


def _check_pair(classes: list[Any]) -> None:
    if len(classes) != 2:
        raise ShapeError(
            f"a model with one output tells 2 classes apart, but y has {len(classes)}: "
            f"{_listed(classes)}.",
            remedy="give the model an output for each class; a regression has no boundary",
        )


def _are_probabilities(model: Any, scores: Floats, points: Floats) -> bool:
    """Whether a model ends in a sigmoid, or a function of rows looks as if it did."""
    if hasattr(model, "decision_function"):
        return False
    if is_model(model):
        output = model(points[0].tolist())
        return operation(output[0] if isinstance(output, list) else output) == "sigmoid"
    return bool(scores.min() >= 0 and scores.max() <= 1)


def threshold_of_model(model: Any, loss: Any, classes: list[Any]) -> float | None:
    """The threshold of a loss, else the one that a model knows from its training."""
    if loss is not None:
        return _threshold_between(by_name(loss), classes)
    return getattr(model, "threshold_", None) if is_model(model) else None


def _threshold_between(loss: Any, classes: list[Any]) -> float:
    """The score for which a loss is the same with either of two classes: with the classes
    themselves, or where they are words, or the loss refuses them, with 0 and 1 or -1 and 1."""
    _check_pair(classes)
    are_words = any(isinstance(x, str) for x in classes)
    for low, high in [(0, 1) if are_words else classes, (0, 1), (-1, 1)]:
        threshold = threshold_of(loss, float(low), float(high))
        if threshold is not None:
            return threshold
    raise DomainError(
        f"the loss doesn't tell the classes {classes[0]!r} and {classes[1]!r} apart by one score.",
        remedy="pass threshold=, the score above which the second class is predicted",
    )


def _shares_of_scores(scores: Floats, classes: list[Any]) -> tuple[list[Any], Floats]:
    """Several classes: the one with the highest score is predicted."""
    import numpy as np

    count = scores.shape[1]
    if len(classes) < count and all(x in range(count) for x in classes):
        classes = [*range(count)]
    if len(classes) != count:
        raise ShapeError(
            f"the model has {count} outputs, but y has {len(classes)} classes: {_listed(classes)}.",
            remedy=f"give the model {len(classes)} outputs, or pass classes= in the order of the "
            "outputs",
        )
    if (scores >= 0).all() and np.allclose(scores.sum(axis=1), 1):
        return classes, scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return classes, powers / powers.sum(axis=1, keepdims=True)


def check_two_columns(shape: tuple[int, ...]) -> None:
    """Raise ShapeError unless a table has two columns."""
    if len(shape) != 2 or shape[1] != 2:
        got = counted(shape[1], "column") if len(shape) == 2 else f"shape {shape}"
        raise ShapeError(
            f"plot_boundary needs an X of 2 columns, one for each axis, but got {got}.",
            remedy="plot draws a model of one input; of more inputs choose two, and pass a "
            "function that fills in the others: plot_boundary(lambda rows: …, X[:, :2], y)",
        )


def check_targets(y: Any, count: int) -> None:
    """Raise an error unless y has a class for each row."""
    if y.shape != (count,):
        raise ShapeError(f"y needs one class for each of {count} rows, but its shape is {y.shape}.")
    missing = [x is None or x != x for x in y.tolist()]
    if any(missing):
        row = missing.index(True)
        raise DomainError(f"y is {y[row]} in row {row}.")
    with_labels(y.tolist()[:1], y.tolist(), "y has")
