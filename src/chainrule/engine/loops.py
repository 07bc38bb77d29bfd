"""Operations on arrays, each array in one call, for the interpreted twins.

The target is written in C order, element by element, so that an operand may be the target itself,
moved by a step: this is how sums along an axis are made. `native/loops.c` and
`programs/trace/native/loops.c` do the same for the compiled ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from ..table.kernels import ADD, MUL
from ..table.rules import RULES
from .node import is_value


def number_of(x: Any) -> float:
    """The number of a plain number, a Value or a tracer."""
    if is_value(x):
        return float(x.data)
    return float(x.tape.value(x.node) if hasattr(type(x), "tape") else x)


def flatten(target: Any, arrays: Iterable[Any]) -> tuple[Any, list[Any]]:
    """The elements of the target and of arrays, broadcast to one shape."""
    import numpy as np

    shape = np.broadcast_shapes(target.shape, *(array.shape for array in arrays))
    strides = [0 if n == 1 else stride for n, stride in zip(target.shape, target.strides)]
    written = np.lib.stride_tricks.as_strided(target, shape, strides)
    return written.flat, [np.broadcast_to(array, shape).flat for array in arrays]


def elementwise(node: Any, rule: int, target: Any, *arrays: Any) -> bool:
    """Write the result of a rule for each element of arrays of objects or floats.

    Args:
        node: One of the Values or tracers in them.
        rule: The number of the rule.
        target: An array of objects. Where it has length 1 and an operand hasn't, only the last of
            the results remains.
        arrays: An array for each operand.

    Returns:
        Whether finite operands gave a result that isn't finite.
    """
    is_special = False
    flat, columns = flatten(target, arrays)
    apply = getattr(node, "_apply_or_raise" if is_value(node) else "_apply_to_elements")
    for index, operands in enumerate(zip(*columns)):
        out = flat[index] = apply(rule, *operands)
        if not is_value(node) and not isfinite(number_of(out)):
            is_special |= all(isfinite(number_of(x)) for x in operands)
    return is_special


def inner(node: Any, target: Any, x: Any, y: Any) -> None:
    """Write the sums of products along the last axis, where the target has length 1."""
    flat, columns = flatten(target, (x, y))
    length, total = max(x.shape[-1], y.shape[-1]), None
    for index, pair in enumerate(zip(*columns)):
        product = node._apply_or_raise(MUL, *pair)
        total = node._apply_or_raise(ADD, total, product) if index % length else product
        flat[index] = total


def compute(rule: int, target: Any, *arrays: Any) -> bool:
    """Write the result of a rule for each element of arrays of float64.

    Returns True; the compiled twin returns False for a rule that `define` added.
    """
    value = RULES[rule].value
    flat, columns = flatten(target, arrays)
    for index, operands in enumerate(zip(*columns)):
        flat[index] = value(*map(float, operands))
    return True
