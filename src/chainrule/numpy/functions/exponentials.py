"""logsumexp and softmax, which NumPy doesn't have, with the names and arguments of SciPy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from ..creation import array

_LARGEST = sys.float_info.max


def logsumexp(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The logarithm of the sum of exp(x), which doesn't overflow where exp(x) does.

    Args:
        x: Numbers, Values or tracers, in an array or in lists.
        axis: The axis to sum over; None for all elements.
        keepdims: Whether that axis remains, with length 1.

    Returns:
        One number, or an array without the axis.

    Example:
        >>> round(float(logsumexp([1000.0, 1000.0])), 4)
        1000.6931
    """
    x = array(x)
    largest = _rounded_largest(x, axis)
    powers = np.sum(np.exp(x - largest), axis=axis, keepdims=keepdims)
    return np.log(powers) + (largest if keepdims else np.sum(largest, axis=axis))


def softmax(x: Any, axis: int | None = None) -> Any:
    """exp(x) divided by its sum, which doesn't overflow where exp(x) does.

    Args:
        x: Numbers, Values or tracers, in an array or in lists.
        axis: The axis along which the results add up to 1; None for all elements.

    Returns:
        An array of the shape of x.

    Example:
        >>> [float(share) for share in softmax([1000.0, 1000.0])]
        [0.5, 0.5]
    """
    x = array(x)
    powers = np.exp(x - _rounded_largest(x, axis))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def _rounded_largest(x: Any, axis: int | None) -> Any:
    """The largest element, rounded: so the derivative of what is subtracted is 0."""
    return np.rint(np.clip(np.max(x, axis=axis, keepdims=True), -_LARGEST, _LARGEST))
