"""What NumPy calls for arrays, Values and tracers: `__array_ufunc__` and `__array_function__`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import arrays as plain_arrays
from ..engine.dispatch import is_node
from ..engine.node import is_value
from ..engine.protocol import UFUNCS
from ..table.ops import TABLE
from ..table.rules import NUMBER
from . import functions as functions, ufuncs as ufuncs  # register what they implement
from .arguments import call
from .arrays import Array, array, astype, wrap
from .elements import elementwise, first_node, numbers, operand, plain_numbers
from .methods import METHODS
from .refusals import not_into, not_supported
from .registry import UFUNCS_OF_THEIR_OWN, implementation_of

_NAMES: dict[str, int] = {}
"""The rule of each row by the names that a ufunc of SciPy may have."""


def _fill() -> None:
    """Find the ufuncs of the rows of the table."""
    for row in TABLE.values():
        for name in row.ufunc_names:
            ufunc = getattr(np, name, None)
            if isinstance(ufunc, np.ufunc) and ufunc.nin == row.arity:
                UFUNCS[ufunc] = NUMBER[row.name]
            _NAMES.setdefault(name, NUMBER[row.name])


_fill()


# ---- ufuncs --------------------------------------------------------------------------------------


def array_ufunc(ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
    """Apply a ufunc or one of its methods to inputs of which one is an array, Value or tracer."""
    targets = keywords.pop("out", None) or ()
    for target in targets:
        if target is not None and not isinstance(target, Array) and target.dtype != object:
            raise not_into(target, ufunc.__name__)
    if method == "__call__":
        result = _call(ufunc, inputs, targets, **keywords)
    else:
        dtype = keywords.pop("dtype", None)
        first = inputs[0] if dtype is None else astype(array(inputs[0]), dtype)
        result = METHODS[method](ufunc, first, *inputs[1:], **keywords)
    if not any(target is not None for target in targets):
        return result
    return _write(result, targets)


def _write(result: Any, targets: Sequence[Any]) -> Any:
    """Write results into arrays and return these."""
    results = result if isinstance(result, tuple) else (result,)
    out = []
    for x, target in zip(results, targets):
        if target is not None:
            target[...] = x
        out.append(x if target is None else target)
    return out[0] if len(out) == 1 else tuple(out)


def _call(
    ufunc: Any, inputs: Sequence[Any], targets: Sequence[Any], where: Any = True, **keywords: Any
) -> Any:
    """Apply a ufunc; other keywords than these are about memory and types."""
    dtype = keywords.pop("dtype", None)
    if keywords.get("axis") is not None or keywords.get("axes") is not None:
        raise not_supported(
            f"numpy.{ufunc.__name__} with axis or axes", "move the axis to the end first"
        )
    with np.errstate() if where is True else np.errstate(all="ignore"):  # NumPy skips the others
        result = _compute(ufunc, inputs)
    if dtype is not None:
        result = wrap(np.asarray(result, dtype=object)).astype(dtype)
    if where is not True:
        result = np.where(where, result, targets[0] if targets else np.zeros_like(result))
    return result


def _compute(ufunc: Any, inputs: Sequence[Any]) -> Any:
    name = ufunc.__name__
    rule = UFUNCS.get(ufunc)
    if name in UFUNCS_OF_THEIR_OWN:
        return UFUNCS_OF_THEIR_OWN[name](*inputs)
    if rule is None and set(ufunc.types) == {"O" * ufunc.nin + "->" + "O" * ufunc.nout}:
        results = ufunc(*map(np.asarray, inputs))  # of Python functions, by numpy.frompyfunc
        return tuple(map(wrap, results)) if ufunc.nout > 1 else wrap(results)
    if rule is None and getattr(np, name, None) is not ufunc:
        rule = _NAMES.get(name)
    if rule is None:
        raise not_supported(_full_name(ufunc))
    return apply_rule(rule, inputs)


def _full_name(ufunc: Any) -> str:
    """The name of a ufunc with its module, if it is NumPy's or SciPy's."""
    name = ufunc.__name__.lstrip("_")
    special = sys.modules.get("scipy.special")
    if getattr(np, name, None) is ufunc:
        return f"numpy.{name}"
    return f"scipy.special.{name}" if hasattr(special, name) else f"the ufunc {name}"


def apply_rule(rule: int, inputs: Sequence[Any]) -> Any:
    """Apply a rule element by element."""
    operands = [operand(x) for x in inputs]
    if rule in _CONDITIONS and is_value(first_node(*operands)):
        return _CONDITIONS[rule](*map(numbers, operands))  # identity is for single Values
    out = elementwise(rule, *operands)
    return out if out.dtype == bool else wrap(out)


_CONDITIONS = {
    NUMBER[name]: getattr(np, row.numpy) for name, row in TABLE.items() if row.is_condition
}


def apply(number: int, operands: Sequence[Any]) -> Any:
    """Apply a rule to arrays of objects, for `chainrule.tanh` and the other functions of the table.

    Raises:
        DomainError: The operands are plain numbers, and the operation has no real result there.
    """
    arrays = [operand(x) for x in operands]
    if first_node(*arrays) is None:
        return plain_arrays.apply_to_arrays(number, [plain_numbers(x) for x in arrays])
    return apply_rule(number, operands)


# ---- functions -----------------------------------------------------------------------------------


def array_function(function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
    """Apply a NumPy function to arguments of which one is an array, Value or tracer."""
    implementation = implementation_of(function)
    if implementation is None:
        raise not_supported(f"{function.__module__}.{function.__name__}")
    if len(arguments) == 1 and not keywords:
        return implementation(*arguments)
    return call(function, implementation, arguments, keywords)


__all__ = ["apply", "array_function", "array_ufunc", "is_node", "numbers"]
