"""Functions that make arrays which can hold Values and what is being recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.dispatch import is_node
from .arrays import Array, astype
from .functions.structure import full_like, plain


def _objects(x: Any) -> Any:
    """An array of plain numbers as an array that can hold Values too."""
    return np.asarray(x).astype(object).view(Array)


def _is_number(x: Any) -> bool:
    return is_node(x) or isinstance(x, (bool, int, float, np.bool_, np.integer, np.floating))


def array(
    object: Any, dtype: Any = None, *, copy: Any = True, order: Any = None, subok: bool = False,
    ndmin: int = 0,
) -> Any:  # fmt: skip
    """Make an array of numbers, Values and traced numbers.

    Args:
        object: A number, an array, or nested lists of these.
        dtype: Whether the elements become floats, whole numbers or bools.
        copy, order, subok, ndmin: As in `numpy.array`; `copy` and `subok` make no difference.

    Returns:
        An array on which NumPy's functions work, inside functions that are recorded too, and into
        which Values and traced numbers can be written. If an element isn't a real number, the
        result is an ordinary array.

    Example:
        >>> from chainrule import Value
        >>> x = array([Value(3.0), 4.0])
        >>> (x @ x).data
        25.0
    """
    elements = np.array(object, dtype=np.dtype(np.object_), ndmin=ndmin)
    if not all(map(_is_number, elements.flat)):
        return np.array(object, dtype, copy=copy, order=order, subok=subok, ndmin=ndmin)
    numbers = [x.item() if isinstance(x, np.generic) else x for x in elements.flat]
    out = np.empty(elements.shape, dtype=np.dtype(np.object_))
    out.reshape(-1)[...] = numbers
    made = out.view(Array)
    return made if dtype is None or np.dtype(dtype) == np.object_ else astype(made, dtype)


def asarray(a: Any, dtype: Any = None, order: Any = None, **keywords: Any) -> Any:
    """Return an array of numbers, Values and traced numbers as it is, or make one."""
    return a if isinstance(a, Array) and dtype is None else array(a, dtype)


asanyarray = ascontiguousarray = asarray


def zeros(shape: Any, dtype: Any = float, **keywords: Any) -> Any:
    """Make an array of zeros, into which Values and traced numbers can be written."""
    return _objects(np.zeros(shape, dtype))


def ones(shape: Any, dtype: Any = float, **keywords: Any) -> Any:
    """Make an array of ones, into which Values and traced numbers can be written."""
    return _objects(np.ones(shape, dtype))


empty = zeros


def full(shape: Any, fill_value: Any, dtype: Any = None, **keywords: Any) -> Any:
    """Make an array of one number, into which Values and traced numbers can be written."""
    return full_like(np.zeros(shape), fill_value, dtype or np.asarray(plain(fill_value)).dtype)


def eye(N: int, M: Any = None, k: int = 0, dtype: Any = float, **keywords: Any) -> Any:
    """Make a matrix with ones on a diagonal, into which traced numbers can be written."""
    return _objects(np.eye(N, M, k, dtype))


def identity(n: int, dtype: Any = float, **keywords: Any) -> Any:
    """Make the identity matrix, into which Values and traced numbers can be written."""
    return _objects(np.identity(n, dtype))


def zeros_like(a: Any, dtype: Any = None, **keywords: Any) -> Any:
    """Make an array of zeros with the shape of another."""
    return full_like(a, 0, dtype, shape=keywords.get("shape"))


def ones_like(a: Any, dtype: Any = None, **keywords: Any) -> Any:
    """Make an array of ones with the shape of another."""
    return full_like(a, 1, dtype, shape=keywords.get("shape"))


empty_like = zeros_like
