"""Choices between numbers, which record no guard."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...engine.dispatch import apply, is_node
from ...errors import ShapeError, calling_line
from ...table.kernels import WHERE
from ..arrays import Array, array, wrap
from ..elements import first_node
from ..registry import implements


@implements("where")
def where(condition: Any, /, *sides: Any) -> Any:
    if not sides:
        return np.nonzero(condition)
    x, y = sides
    test = np.asarray(condition)
    if test.dtype != object or first_node(test) is None:
        objects = [np.asarray(each, dtype=object) for each in sides]
        return wrap(np.where(test.astype(bool), *objects))
    return apply_where(condition, x, y)


def apply_where(condition: Any, x: Any, y: Any) -> Any:
    """A choice by a condition that is traced or a Value."""
    operands = [each if is_node(each) else array(each) for each in (condition, x, y)]
    return wrap(np.asarray(apply(WHERE, *map(_unpack, operands)), dtype=object))


def _unpack(x: Any) -> Any:
    """An array; the number in one of 0 dimensions."""
    return x[()] if isinstance(x, Array) and not x.ndim else x


@implements("clip")
def clip(a: Any, a_min: Any = None, a_max: Any = None, **keywords: Any) -> Any:
    low = keywords.pop("min", a_min)
    high = keywords.pop("max", a_max)
    result = array(a) if low is None else np.maximum(a, low)
    return result if high is None else np.minimum(result, high)


@implements("select")
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        raise _unpaired("select", f"{len(condlist)} conditions", f"{len(choicelist)} choices")
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        result = np.where(condition, array(choice), result)
    return result


def _unpaired(name: str, conditions: str, choices: str) -> ShapeError:
    return ShapeError(f"{name} got {conditions} and {choices}.", where=calling_line())


@implements("piecewise")
def piecewise(x: Any, condlist: Any, funclist: Any, *arguments: Any, **keywords: Any) -> Any:
    x = array(x)
    conditions = condlist if isinstance(condlist, (list, tuple)) else [condlist]
    if not 0 <= len(funclist) - len(conditions) <= 1:
        raise _unpaired("piecewise", f"{len(conditions)} conditions", f"{len(funclist)} functions")
    branches = [
        branch(x, *arguments, **keywords) if callable(branch) else branch for branch in funclist
    ]
    default = branches.pop() if len(branches) > len(conditions) else 0.0
    result = np.broadcast_to(array(default), x.shape)
    for condition, branch in zip(conditions, branches):
        result = np.where(condition, branch, result)
    return result


@implements("nan_to_num")
def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    largest = float(np.finfo(np.float64).max)
    result = np.where(np.isnan(x), nan, x)
    result = np.where(np.equal(x, np.inf), largest if posinf is None else posinf, result)
    return np.where(np.equal(x, -np.inf), -largest if neginf is None else neginf, result)


@implements("choose")
def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    if mode == "wrap":
        a = np.mod(a, len(choices))
    elif mode == "clip":
        a = np.clip(a, 0, len(choices) - 1)
    elif not np.all(np.logical_and(np.greater_equal(a, 0), np.less(a, len(choices)))):
        raise ValueError("invalid entry in choice array")
    result = array(choices[0])
    for k, choice in enumerate(choices[1:], 1):
        result = np.where(np.equal(a, k), choice, result)
    return result


# ---- conditions ----------------------------------------------------------------------------------


@implements("isclose")
def isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    near = np.less_equal(np.abs(np.subtract(a, b)), np.add(atol, np.multiply(rtol, np.abs(b))))
    finite = np.logical_and(np.isfinite(a), np.isfinite(b))
    result = np.where(finite, near, np.equal(a, b))
    if equal_nan:
        result = np.logical_or(result, np.logical_and(np.isnan(a), np.isnan(b)))
    return result


@implements("allclose")
def allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8,
             equal_nan: bool = False) -> Any:  # fmt: skip
    return np.all(isclose(a, b, rtol, atol, equal_nan))


@implements("array_equal")
def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    if np.shape(a1) != np.shape(a2):
        return False
    is_equal = np.equal(array(a1), a2)
    if equal_nan:
        is_equal = np.logical_or(is_equal, np.logical_and(np.isnan(a1), np.isnan(a2)))
    return np.all(is_equal)


@implements("array_equiv")
def array_equiv(a1: Any, a2: Any) -> Any:
    try:
        return np.all(np.equal(array(a1), a2))
    except ValueError:  # their shapes don't fit
        return False


@implements("isin")
def isin(element: Any, test_elements: Any, invert: bool = False) -> Any:
    x, known = array(element), array(test_elements).reshape(-1)
    found = np.any(np.equal(x.reshape((*x.shape, 1)), known), axis=-1)
    return np.logical_not(found) if invert else found


@implements("isneginf")
def isneginf(x: Any) -> Any:
    return np.equal(array(x), -np.inf)


@implements("isposinf")
def isposinf(x: Any) -> Any:
    return np.equal(array(x), np.inf)


@implements("nonzero")
def nonzero(a: Any) -> Any:
    return np.nonzero(np.asarray(np.not_equal(array(a), 0)).astype(bool))


@implements("flatnonzero")
def flatnonzero(a: Any) -> Any:
    return nonzero(array(a).reshape(-1))[0]


@implements("argwhere")
def argwhere(a: Any) -> Any:
    return np.transpose(nonzero(a))


@implements("extract")
def extract(condition: Any, arr: Any) -> Any:
    return array(arr).reshape(-1)[flatnonzero(condition)]


@implements("compress")
def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    x = array(a).reshape(-1) if axis is None else array(a)
    return np.take(x, flatnonzero(condition), axis=axis or 0)
