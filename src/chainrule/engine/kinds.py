"""The kinds of traced numbers: a number, a whole number, or a condition.

Every number on a tape is a float. What Python's and NumPy's operators mean depends on the kind,
which a tracer knows: `n & 1` is a bit of a whole number, and `(x > 0) & (y > 0)` is a condition.
"""

from __future__ import annotations

from typing import Any

from ..errors import NumberError, RangeError, shorten
from ..table.rules import EXACT
from .node import is_value
from .numbers import is_array, operand_number

NUMBER, WHOLE, FLAG, CONDITION = KINDS = (0, 1, 3, 7)
"""A FLAG is a condition in an array, where True + True is True; a CONDITION is Python's, where it
is 2. The kind of an operation's result is the `&` of its operands' kinds, and of the kinds that its
recipe allows."""


def kind_of(x: Any) -> int:
    """The kind of a number, plain or traced, or of an array's elements."""
    if isinstance(x, bool):
        return CONDITION
    if hasattr(type(x), "tape"):
        return x.kind  # type: ignore[no-any-return]  # a tracer has one of KINDS
    dtype = getattr(x, "dtype", None)
    if dtype is not None:
        return {"b": FLAG, "i": WHOLE, "u": WHOLE}.get(getattr(dtype, "kind", ""), NUMBER)
    return WHOLE if hasattr(x, "__index__") else NUMBER


def plain_operand(x: Any) -> tuple[float, int] | None:
    """The number that x is in an expression, and its kind; None where Python should ask x itself.

    An int beyond ±2**53 counts as a float.

    Raises:
        RangeError: The int is too large for a float.
    """
    if hasattr(x, "__index__") and not is_value(x) and not is_array(x):
        try:
            whole = int(x.__index__())
        except TypeError:  # an array of one float has the method too
            return _plain(x)
        if abs(whole) <= EXACT:
            return float(whole), kind_of(x)
        try:
            return float(whole), NUMBER
        except OverflowError:
            raise RangeError(
                f"an operand needs to fit into a float, but got {shorten(whole)}.",
                remedy="divide it by something first, or use its logarithm",
            ) from None
    return _plain(x)


def _plain(x: Any) -> tuple[float, int] | None:
    number = operand_number(x)
    return None if number is NotImplemented else (float(number), kind_of(x))


def check_exact(name: str, *numbers: int) -> None:
    """Refuse ints that a float cannot hold exactly.

    Raises:
        NumberError: One of them is beyond ±2**53.
    """
    for number in numbers:
        if abs(number) > EXACT:
            raise NumberError(
                f"{name} needs ints within ±2**53, but got {number}.",
                remedy="pass floats, if the last digits do not matter",
            )
