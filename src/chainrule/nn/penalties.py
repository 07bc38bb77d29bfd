"""Penalties: what large parameters add to a loss."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add, mul
from typing import Any

from ..errors import ShapeError, WrongType, calling_line, shorten
from .parameters import parameters_of


def l1_penalty(parameters: Any, strength: float = 1.0) -> Any:
    """Return `strength` times the sum of the parameters' absolute values.

    Added to the loss, it pushes unimportant parameters towards 0.

    Args:
        parameters: A model, or its parameters.
        strength: The factor.

    Example:
        >>> l1_penalty([3.0, -1.0], 0.5)
        2.0
    """
    return strength * reduce(add, map(abs, _parameters("l1_penalty", parameters)))


def l2_penalty(parameters: Any, strength: float = 1.0) -> Any:
    """Return `strength` times the sum of the parameters' squares.

    Added to the loss, it keeps parameters small.

    Args:
        parameters: A model, or its parameters.
        strength: The factor.

    Example:
        >>> l2_penalty([3.0, -1.0], 0.5)
        5.0
    """
    found = _parameters("l2_penalty", parameters)
    return strength * reduce(add, map(mul, found, found))


def _parameters(name: str, x: Any) -> list[Any]:
    found: Any = parameters_of(x) if hasattr(x, "parameters") else x
    if not isinstance(found, Iterable) or isinstance(found, (str, bytes, dict)):
        raise WrongType(
            f"{name} needs a model or a list of parameters, but got {shorten(x)}.",
            where=calling_line(),
        )
    flat = list(getattr(found, "flat", found))
    if not flat:
        raise ShapeError(
            f"{name} needs at least one parameter, but got none.", where=calling_line()
        )
    return flat
