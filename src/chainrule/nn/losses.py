"""Losses: how wrong a model is for one row, as a single number.

A loss takes what the model returns for a row, a number or a row of numbers, and the target. It
works on plain numbers, Values and traced numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from ..engine.functions import clip, relu, softplus, where
from ..errors import DomainError, ShapeError, calling_line
from ..programs.trace.structure import is_tracer
from ..programs.trace.taking import take
from .choices import choose
from .functions import log_softmax
from .logits import not_logits, operation, refuse_softmax
from .penalties import l1_penalty as l1_penalty, l2_penalty as l2_penalty
from .requirements import Need, require
from .targets import check_shares, class_index, differences_of, has_shares, numbers, scores_of

Loss = Callable[[Any, Any], Any]

FROM_0_TO_1 = Need(
    "binary_cross_entropy needs targets from 0 to 1",
    "for labels of -1 and 1 pass (1 + label) / 2, or use max_margin",
)
SIGNS = Need("max_margin needs a target of -1 or 1", "for labels of 0 and 1 pass 2 * label - 1")


def mse(prediction: Any, target: Any) -> Any:
    """Return the mean of the squared differences.

    Args:
        prediction: A number, or a row of numbers.
        target: A number, or a row of as many.

    Returns:
        One number.

    Raises:
        ShapeError: The rows have different lengths.

    Example:
        >>> mse([1.0, 2.0], [0.0, 4.0])
        2.5
    """
    differences = differences_of("mse", prediction, target)
    return reduce(add, map(mul, differences, differences)) / len(differences)


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Return the mean Huber loss: half the squared difference, but linear beyond `delta`.

    An outlier among the targets pulls less on the parameters than with `mse`.

    Args:
        prediction: A number, or a row of numbers.
        target: A number, or a row of as many.
        delta: Where the square turns into a line, a positive number.

    Returns:
        One number.

    Raises:
        ShapeError: The rows have different lengths.
        DomainError: `delta` isn't positive.

    Source: Huber, Robust Estimation of a Location Parameter, 1964.

    Example:
        >>> huber(3.0, 0.0), huber(0.5, 0.0)
        (2.5, 0.125)
    """
    if not delta > 0:
        raise DomainError(f"huber needs delta > 0, but got {delta}.", where=calling_line())
    differences = differences_of("huber", prediction, target)
    clipped = [clip(each, -delta, delta) for each in differences]
    terms = (near * (each - 0.5 * near) for each, near in zip(differences, clipped))
    return reduce(add, terms) / len(differences)


# ---- classification ------------------------------------------------------------------------------


def binary_cross_entropy(logit: Any, target: Any) -> Any:
    """Return minus the logarithm of the probability that the model gives to the right one of two
    classes, from its logit: the number whose sigmoid is the probability of class 1.

    It stays finite and exact where the probability rounds to 0 or 1.

    Args:
        logit: A number, or a row of numbers for several yes-or-no questions at once.
        target: The class, 0 or 1, or a probability in between; one for each logit. True is 1.

    Returns:
        One number; for a row, the mean.

    Raises:
        DomainError: A target isn't in [0, 1], or the model's last operation is a sigmoid.
        ShapeError: The rows have different lengths.

    Example:
        >>> binary_cross_entropy(0.0, 1)
        0.6931471805599453
        >>> binary_cross_entropy(-800.0, 1)
        800.0
    """
    name = "binary_cross_entropy"
    logits, targets = numbers(name, logit), numbers(name, target)
    differences_of(name, [0.0] * len(logits), targets)
    for x, t in zip(logits, targets):
        if operation(x) == "sigmoid":
            raise not_logits(name, "sigmoid")
        require(t, lambda t: (t >= 0) & (t <= 1), FROM_0_TO_1)
    terms = (t * softplus(-x) + (1 - t) * softplus(x) for x, t in zip(logits, targets))
    return reduce(add, terms) / len(logits)


def cross_entropy(logits: Any, target: Any) -> Any:
    """Return minus the logarithm of the probability that the model gives to the right class, from
    its logits: the numbers whose softmax are the probabilities of the classes.

    It stays finite where the probability is too small for a float.

    Args:
        logits: A number for each class.
        target: The index of the right class, or a probability for each class.

    Returns:
        One number.

    Raises:
        PlaceError: No class has this index.
        ShapeError: There is only one logit, or not as many probabilities as logits.
        DomainError: The model's last operation is a softmax.

    Example:
        >>> cross_entropy([0.0, 0.0], 1)
        0.6931471805599453
        >>> cross_entropy([0.0, 1000.0], 0)
        1000.0
    """
    scores = scores_of("cross_entropy", logits, "binary_cross_entropy")
    refuse_softmax(scores)
    logarithms = log_softmax(scores)
    if has_shares(target):
        shares = numbers("cross_entropy", target)
        differences_of("cross_entropy", scores, shares)
        check_shares("cross_entropy", shares)
        return -reduce(add, map(mul, shares, logarithms))
    return -take(logarithms, class_index("cross_entropy", target, len(scores)))


def max_margin(prediction: Any, target: Any) -> Any:
    """Return the hinge loss: how much the right answer falls short of a lead of 1, or 0.

    Args:
        prediction: A single score for two classes; otherwise a score for each class.
        target: -1 or 1 for a single score; otherwise the index of the right class.

    Returns:
        max(0, 1 - target * prediction) for a single score; for several the sum of
        max(0, 1 - right score + score) over the other classes, divided by the number of classes,
        as in PyTorch.

    Raises:
        DomainError: The target of a single score is neither -1 nor 1.
        PlaceError: No class has this index.

    Example:
        >>> max_margin(0.25, 1), max_margin([1.0, 3.0, 2.5], 1)
        (0.75, 0.16666666666666666)
    """
    name = "max_margin"
    scores = numbers(name, prediction)
    if len(scores) == 1:
        labels = numbers(name, target)
        differences_of(name, scores, labels)
        require(labels[0], lambda label: abs(label) == 1, SIGNS)
        return relu(1 + -labels[0] * scores[0])
    index = class_index(name, target, len(scores))
    right = take(scores, index)
    terms = []
    for position, score in enumerate(scores):
        if is_tracer(index):
            terms.append(where(index == position, 0.0, relu(score - right + 1)))
        elif position != index:
            terms.append(relu(score - right + 1))
    return reduce(add, terms) / len(scores)


# ---- means over rows, and names ------------------------------------------------------------------


def mean(loss: Loss | str, predictions: Sequence[Any], targets: Sequence[Any]) -> Any:
    """Return the mean of a loss over rows.

    Args:
        loss: A function of a prediction and its target, or its name.
        predictions: What the model returned for each row.
        targets: The target of each row.

    Raises:
        ShapeError: There are not as many targets as predictions, or there are none.

    Example:
        >>> mean("mse", [1.0, 2.0], [0.0, 0.0])
        2.5
    """
    function = by_name(loss)
    if len(predictions) != len(targets) or not len(targets):
        raise ShapeError(
            f"the mean of a loss needs as many predictions as targets, and at least one, "
            f"but got {len(predictions)} and {len(targets)}.",
            where=calling_line(),
        )
    return reduce(add, map(function, predictions, targets)) / len(targets)


LOSSES: dict[str, Loss] = {
    each.__name__: each for each in (mse, huber, max_margin, binary_cross_entropy, cross_entropy)
}


def by_name(loss: Loss | str) -> Loss:
    """Return the loss with this name; a function is returned as it is.

    Raises:
        ChoiceError: No loss has this name.
        WrongType: It is neither a name nor a function.
    """
    return choose(loss, LOSSES, "a loss")
