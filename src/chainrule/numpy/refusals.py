"""What arrays refuse, in words."""

from __future__ import annotations

from typing import Any

from ..errors import WrongType, calling_line, shorten


def not_numbers(x: Any, array: Any) -> WrongType:
    """The error of an operand without real numbers in it."""
    got = f"an array of {array.dtype}" if array.ndim else shorten(x)
    return WrongType(f"an array of real numbers is needed, but got {got}.", where=calling_line())


def not_supported(name: str, remedy: str = "") -> WrongType:
    """The error of a NumPy function that does not work on what is being recorded."""
    return WrongType(
        f"{name} doesn't work on Values or in a recorded function.",
        where=calling_line(),
        remedy=remedy
        or "write it with functions that do, which docs/numpy.md lists; or call it "
        "with plain numbers, outside of the function",
    )


def not_into(target: Any, name: str) -> WrongType:
    """The error of a result that is to be written into a plain array."""
    return WrongType(
        f"the result of {name} can't be written into a plain array of {target.dtype}.",
        where=calling_line(),
        remedy="make the array with chainrule.numpy.zeros or chainrule.numpy.array; or write "
        "y = y + x instead of y += x, and leave out=... out",
    )


def not_at_traced_index() -> WrongType:
    """The error of an assignment to an element that may be another one from call to call."""
    return WrongType(
        "an element can't be assigned at a traced index, which may change from call to call.",
        where=calling_line(),
        remedy="write x = numpy.where(numpy.arange(len(x)) == i, y, x)",
    )
