"""Operations on arrays, each array in one call, for the interpreted twins.

The target is written in C order, element by element, so that an operand may be the target itself,
moved by a step: this is how sums along an axis are made. `native/loops.c` and
`programs/trace/native/loops.c` do the same for the compiled ones.
"""

from __future__ import annotations

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


def elementwise(node: Any, rule: int, target: Any, *arrays: Any) -> bool:
    """Write the result of a rule for each element of arrays of objects or floats.

    Args:
        node: One of the Values or tracers in them.
        rule: The number of the rule.
        target: An array of objects.
        arrays: An array for each operand, of the shape of the target.

    Returns:
        Whether finite operands gave a result that isn't finite.
    """
    is_special = False
    flat = target.flat
    for index, operands in enumerate(zip(*(array.flat for array in arrays))):
        out = flat[index] = node._apply_or_raise(rule, *operands)
        if not is_value(node) and not isfinite(number_of(out)):
            is_special |= all(isfinite(number_of(x)) for x in operands)
    return is_special


def inner(node: Any, target: Any, x: Any, y: Any) -> None:
    """Write the sums of products along the last axis, where the target has stride 0."""
    flat, length = target.flat, target.shape[-1]
    total: Any = None
    for index, pair in enumerate(zip(x.flat, y.flat)):
        product = node._apply_or_raise(MUL, *pair)
        total = node._apply_or_raise(ADD, total, product) if index % length else product
        flat[index] = total


def compute(rule: int, target: Any, *arrays: Any) -> bool:
    """Write the result of a rule for each element of arrays of float64.

    Returns True; the compiled twin returns False for a rule that `define` added.
    """
    value, flat = RULES[rule].value, target.flat
    for index, operands in enumerate(zip(*(array.flat for array in arrays))):
        flat[index] = value(*map(float, operands))
    return True
