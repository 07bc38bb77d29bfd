"""Clipping: gradients that are too large are made smaller before a step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .options import POSITIVE
from .vectors import Floats, Values, read_parameters, refuse_infinite


def clip_grad_norm(parameters: Any, max_norm: float) -> float:
    """Scale all gradients down together if their norm is above `max_norm`.

    Args:
        parameters: A model or a list of Values, whose `grad` is clipped; or gradients that are
            arrays of float64, which are overwritten.
        max_norm: The largest norm allowed, where the norm is the root of the sum of all squares.

    Returns:
        Their norm before clipping.

    Raises:
        NumberError: A gradient is nan or infinite, or `max_norm` isn't positive.

    Source: PyTorch's `clip_grad_norm_`, including the 1e-6 that it adds to the norm.

    Example:
        >>> g = np.array([3.0, 4.0])
        >>> clip_grad_norm(g, 1.0)
        5.0
        >>> g.round(6).tolist()
        [0.6, 0.8]
    """
    POSITIVE("max_norm", max_norm)
    return _clip(parameters, "clip_grad_norm", max_norm, None)


def clip_grad_value(parameters: Any, clip_value: float) -> None:
    """Limit each gradient to plus or minus `clip_value`.

    Args:
        parameters: A model or a list of Values, whose `grad` is clipped; or gradients that are
            arrays of float64, which are overwritten.
        clip_value: The limit.

    Raises:
        NumberError: A gradient is nan or infinite, or `clip_value` isn't positive.

    Example:
        >>> g = np.array([3.0, -0.5])
        >>> clip_grad_value(g, 1.0)
        >>> g.tolist()
        [1.0, -0.5]
    """
    POSITIVE("clip_value", clip_value)
    _clip(parameters, "clip_grad_value", None, clip_value)


def _clip(parameters: Any, name: str, max_norm: float | None, clip_value: float | None) -> float:
    """Clip the gradients of Values, or arrays. Return the length that they had."""
    vectors = read_parameters(parameters, name)
    gradients = [v.gradient() if isinstance(v, Values) else v.array for v in vectors]
    for vector, g in zip(vectors, gradients):
        refuse_infinite(vector, g, name)
    before = [g.copy() for g in gradients]
    norm = clip_together(gradients, max_norm, clip_value)
    for vector, g, old in zip(vectors, gradients, before):
        if isinstance(vector, Values) and (g != old).any():
            vector.set_gradient(g)
    return norm


def clip_together(
    gradients: list[Floats], max_norm: float | None, clip_value: float | None
) -> float:
    """Clip arrays themselves: first each number, then all together. Return the length between."""
    if clip_value is not None:
        for g in gradients:
            np.clip(g, -clip_value, clip_value, out=g)
    norm = length(gradients)
    if max_norm is not None and (scale := max_norm / (norm + 1e-6)) < 1:
        for g in gradients:
            g *= scale
    return norm


def length(gradients: list[Floats]) -> float:
    """The root of the sum of all squares, also where the squares are beyond a float."""
    with np.errstate(over="ignore"):
        square = math.fsum(float(np.sum(g * g)) for g in gradients)
    if 1e-280 < square < math.inf:
        return math.sqrt(square)
    return math.hypot(*(math.hypot(*g.ravel().tolist()) for g in gradients))
