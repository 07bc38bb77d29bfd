"""The elements of arrays: plain numbers, Values and tracers, and loops over them.

The functions here take and return plain arrays, of objects or of float64; `arrays.py` wraps them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import numpy as np

from ..engine.arrays import compute
from ..engine.dispatch import is_node
from ..engine.kinds import CONDITION, FLAG, NUMBER, WHOLE
from ..engine.loops import number_of
from ..engine.node import is_value
from ..table.ops import TABLE
from ..table.rules import NUMBER as NUMBER_OF, RULES
from .floating_errors import warn_of
from .refusals import not_broadcast, not_numbers

FLOAT, INT, BOOL = np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.bool_)
OBJECT = np.dtype(object)
KINDS = {"f": FLOAT, "i": INT, "b": BOOL}


def operand(x: Any) -> Any:
    """An operand of a loop: x as an array of float64 or of objects. Ints and bools stay objects,
    because their kind matters."""
    array = np.asarray(x)
    if array.dtype == object or array.dtype == FLOAT:
        return array
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    if array.dtype.kind in "iub":
        return array.astype(object)
    raise not_numbers(x, array)


def first_node(*arrays: Any) -> Any:
    """The first Value or tracer in arrays, or None."""
    for array in arrays:
        if array.dtype == object:
            for x in array.flat:
                if is_node(x):
                    return x
    return None


def kind_of(x: Any) -> str:
    """The kind of an element: "b" for a condition, "i" for a whole number, "f" for a number."""
    if is_value(x):
        x = x.data
    elif is_node(x):
        return _KINDS[x.kind]
    if isinstance(x, (bool, np.bool_)):
        return "b"
    return "i" if isinstance(x, (int, np.integer)) else "f"


def is_called_by_numpy() -> bool:
    """Whether NumPy's own code asks, which has to know that arrays hold objects: it would convert
    the numbers otherwise, as the mean of a list does."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_globals.get("__name__", "").startswith("chainrule"):
        frame = frame.f_back
    return bool(frame and frame.f_globals.get("__name__", "").startswith("numpy."))


_ARITHMETIC = (NUMBER_OF["add"], NUMBER_OF["mul"])
_KINDS = {NUMBER: "f", WHOLE: "i", FLAG: "b", CONDITION: "b"}


def dtype_of(array: Any) -> Any:
    """The dtype that an array of objects stands for: float64, int64 or bool."""
    kinds = set()
    for x in array.flat:
        kinds.add(kind_of(x))
        if "f" in kinds:
            return FLOAT
    return KINDS[max(kinds)] if kinds else FLOAT


def is_condition(array: Any) -> bool:
    """Whether every element is a condition or a bool."""
    if array.dtype != object:
        return bool(array.dtype == BOOL)
    return array.size > 0 and all(kind_of(x) == "b" for x in array.flat)


def numbers(array: Any) -> Any:
    """The numbers in an array, those of a recording included."""
    if array.dtype != object:
        return array
    plain = [number_of(x) for x in array.flat]
    return np.array(plain, dtype=np.float64).reshape(array.shape)


def plain_numbers(array: Any) -> Any:
    """An array of plain objects as an array of float64, int64 or bool."""
    return array.astype(dtype_of(array)) if array.dtype == object else array


# ---- loops ---------------------------------------------------------------------------------------


def _loop(rule: int, target: Any, operands: Sequence[Any], name: str = "") -> None:
    """Write the results of a rule on operands, which are broadcast, in C order."""
    node = first_node(*operands)
    if node._elementwise(rule, target, *operands):
        warn_of(rule, [numbers(x) for x in operands], name)


def elementwise(rule: int, *operands: Any) -> Any:
    """Apply a rule to operands, element by element: an array of objects; of plain numbers if that
    is all they have."""
    if first_node(*operands) is None:
        return _plain(rule, operands)
    out = np.empty(shape_of(operands), dtype=object)
    if out.size:
        _loop(rule, out, operands)
    return out


def shape_of(operands: Sequence[Any]) -> tuple[int, ...]:
    """The shape to which operands are broadcast."""
    shapes = {x.shape for x in operands if x.ndim}
    if len(shapes) > 1:
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise not_broadcast([x.shape for x in operands]) from None
    return shapes.pop() if shapes else ()


def _plain(rule: int, operands: Sequence[Any]) -> Any:
    """A rule on plain numbers, with the kind that NumPy's result has."""
    plain = [plain_numbers(x) for x in operands]
    out = compute(rule, plain)
    if not np.isfinite(out).all():
        warn_of(rule, plain)
    if TABLE[RULES[rule].name].is_condition:
        return out.astype(bool)
    if RULES[rule].keeps_int and all(x.dtype.kind in "iub" for x in plain):
        return out.astype(np.int64)
    return out


def fold(rule: int, array: Any, keep: bool) -> Any:
    """Combine the elements along the last axis, which has some, from left to right.

    Returns the last result; with `keep`, all of them, an array like the operand.
    """
    length = array.shape[-1]
    if first_node(array) is None:
        array = plain_numbers(array)
        if array.dtype == BOOL and rule in _ARITHMETIC:  # a sum of bools is their number
            array = array.astype(INT)
        out = np.empty(array.shape, dtype=array.dtype if RULES[rule].keeps_int else np.float64)
        out[..., 0] = array[..., 0]
        for k in range(1, length):
            out[..., k] = _plain(rule, (out[..., k - 1], array[..., k]))
        return out if keep else out[..., -1]
    if rule in _ARITHMETIC and is_condition(array):  # a sum of conditions is their number
        array = elementwise(_ARITHMETIC[1], array, operand(1))
    if keep:
        out = array.astype(object)
        steps = out[..., 1:]
        before = out[..., :-1]
    else:
        out = array[..., 0].astype(object)
        steps = before = out[..., None]
    if steps.size and length > 1:
        _loop(rule, steps, (before, array[..., 1:]), "accumulate" if keep else "reduce")
    return out


def inner(x: Any, y: Any) -> Any:
    """The sums of the products along the last axis of two arrays, which are broadcast."""
    node = first_node(x, y)
    if node is None:
        return (plain_numbers(x) * plain_numbers(y)).sum(axis=-1)
    shape = shape_of((x, y))
    if not shape[-1]:
        return np.zeros(shape[:-1])
    out = np.empty(shape[:-1], dtype=object)
    if out.size:
        node._inner(out[..., None], x, y)
    return out
