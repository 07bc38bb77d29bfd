"""Directions in the space of a model's parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import ChoiceError, DomainError, ShapeError, WrongType, shorten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def random_direction(names: Sequence[str], w: Floats, generator: Any) -> Floats:
    """Draw a filter-normalised direction: the part of each neuron is as long as the neuron's own
    parameters are, weights and bias together.

    A network of relu computes the same when a neuron is scaled up and the next layer down. With
    these directions that makes no difference, so two landscapes can be compared.

    Source: Li, Xu, Taylor, Studer & Goldstein, Visualizing the Loss Landscape of Neural Nets, 2018,
    section 4.
    """
    import numpy as np

    direction: Floats = generator.standard_normal(len(w))
    for group in neurons(names):
        length = np.linalg.norm(direction[group])
        direction[group] *= np.linalg.norm(w[group]) / length
    return direction


def neurons(names: Iterable[str]) -> list[list[int]]:
    """The indices of the parameters of each neuron, by their names.

    Example:
        >>> neurons(["layers.0.neurons.1.w.0", "layers.0.neurons.1.b", "table.3.0", "table.4.0"])
        [[0, 1], [2], [3]]
    """
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(owner(name), []).append(index)
    return [*groups.values()]


def owner(name: str) -> str:
    """A row of a matrix stands alone; other parameters belong to what they are an attribute of."""
    *rest, last = name.split(".")
    if last.isdigit() and rest:
        if rest[-1].isdigit():
            return ".".join(rest)
        rest.pop()
    return ".".join(rest)


def given_direction(direction: Any, names: Sequence[str]) -> Floats:
    """A direction as an array, from numbers or from the name of a parameter."""
    import numpy as np

    if isinstance(direction, str):
        if direction not in names:
            raise ChoiceError(
                f"the model has no parameter {direction!r}; it has {shorten(list(names))}."
            )
        return np.array([float(name == direction) for name in names])
    try:
        array = np.asarray(direction, dtype=float)
    except (TypeError, ValueError):
        raise WrongType(
            f"a direction needs to be numbers or the name of a parameter, but got "
            f"{shorten(direction)}."
        ) from None
    if array.shape != (len(names),):
        raise ShapeError(
            f"a direction needs a number for each of {len(names):,} parameters, but its shape is "
            f"{array.shape}."
        )
    if not np.isfinite(array).all() or not array.any():
        raise DomainError("a direction needs finite numbers that are not all 0.")
    return array
