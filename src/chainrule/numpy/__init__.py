"""NumPy's names, for arrays of Values and traced numbers: `import chainrule.numpy as np`.

What makes an array makes one that can hold Values and traced numbers; functions take lists of them
too. Everything else is NumPy's own.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import numpy

from ..engine.dispatch import is_node
from ..errors import missing_attribute
from . import protocol
from .arrays import Array as Array
from .creation import (
    array as array,
    asanyarray as asanyarray,
    asarray as asarray,
    ascontiguousarray as ascontiguousarray,
    empty as empty,
    empty_like as empty_like,
    eye as eye,
    full as full,
    identity as identity,
    ones as ones,
    ones_like as ones_like,
    zeros as zeros,
    zeros_like as zeros_like,
)
from .functions.structure import full_like as full_like
from .registry import FUNCTIONS


def _has_node(x: Any) -> bool:
    """Whether an argument is, or contains, a Value, a traced number or an array of them."""
    if isinstance(x, (list, tuple)):
        return any(map(_has_node, x))
    if isinstance(x, numpy.ndarray) and x.dtype == object:
        return any(map(is_node, x.flat))
    return isinstance(x, Array) or is_node(x)


def __getattr__(name: str) -> Any:
    try:
        function = getattr(numpy, name)
    except AttributeError as error:
        if str(error) != f"module 'numpy' has no attribute {name!r}":
            raise  # NumPy says more about a name that it has dropped
        raise missing_attribute(__name__, name, __dir__()) from None
    try:
        implementation = FUNCTIONS.get(function)
    except TypeError:  # it can't be hashed
        implementation = None
    if implementation is None:
        return function

    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        if any(map(_has_node, (*arguments, *keywords.values()))):
            return protocol.array_function(function, (), arguments, keywords)
        return function(*arguments, **keywords)

    return call


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(numpy)})
