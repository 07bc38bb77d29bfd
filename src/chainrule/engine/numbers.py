"""Which numbers a node takes."""

from __future__ import annotations

from numbers import Real
from typing import Any

from ..errors import NumberError, WrongType, shorten
from ..table.rules import EXACT
from .node import is_value


def number(x: Any, what: str = "data") -> float:
    """Return x as the int or float that a node stores.

    Args:
        x: An int, a float, a NumPy number, or anything else that has `__float__`.
        what: The name of what is set, for the message.

    Raises:
        WrongType: x isn't a real number.
        NumberError: x is an int beyond ±2**53, which a float cannot hold exactly.
    """
    if isinstance(x, float):
        return float.__float__(x)
    if hasattr(x, "dtype") and getattr(x, "ndim", None) == 0:
        is_float = getattr(x.dtype, "kind", "") == "f"
        x = float(x) if is_float else x.item()  # a longdouble stays one in item()
    if isinstance(x, int) or (hasattr(x, "__index__") and not hasattr(x, "dtype")):
        whole = x.__index__()
        if abs(whole) > EXACT:
            raise NumberError(
                f"{what} needs an int within ±2**53, but got {shorten(whole)}.",
                remedy="write it as a float, if its last digits do not matter",
            )
        return int(whole)
    if is_value(x):
        raise WrongType(
            f"{what} needs a number, but got a Value.",
            remedy="use v.data for its number, or v itself",
        )
    if isinstance(x, (str, bytes, complex)) or not hasattr(x, "__float__") or hasattr(x, "dtype"):
        raise WrongType(
            f"{what} needs an int or a float, but got {shorten(x)} of type {type(x).__name__}."
        )
    return float(x)


def is_array(x: Any) -> bool:
    """Whether x is an array that must be asked itself: it has dimensions, or may hold a node."""
    holds_nodes = getattr(x, "holds_nodes", getattr(getattr(x, "dtype", None), "kind", "") == "O")
    return holds_nodes or bool(getattr(x, "ndim", 0))


def operand_number(x: Any) -> Any:
    """The number that x is in an expression, or NotImplemented where Python should ask x itself (an
    array, or a traced number, which is on a tape)."""
    if type(x) is float or (type(x) is int and -EXACT <= x <= EXACT):
        return x
    if isinstance(x, float):
        return float.__float__(x)
    if isinstance(x, (str, bytes, complex)) or hasattr(type(x), "tape") or is_array(x):
        return NotImplemented
    if not hasattr(x, "__index__") and not hasattr(x, "__float__"):
        return NotImplemented
    try:
        return number(x, "an operand")
    except (TypeError, AttributeError):  # it is some number-like thing that knows better itself
        return NotImplemented


def is_number(x: Any) -> bool:
    """Whether x is a single real number: a plain one, a Value, or a number of a recording.

    A recorded function gets numbers that aren't of the type float, so `isinstance(x, float)` is
    False for them.

    Example:
        >>> is_number(2.0), is_number("2.0")
        (True, False)
    """
    return is_value(x) or isinstance(x, Real)
