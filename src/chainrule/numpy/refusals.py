"""The errors of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ShapeError, WrongType, calling_line, shorten


def not_numbers(x: Any, array: Any) -> WrongType:
    """The error of an operand that isn't made of real numbers."""
    got = f"an array of {array.dtype}" if array.ndim else shorten(x)
    return WrongType(
        f"an array of real numbers is needed, but got {got}.",
        where=calling_line(),
        remedy="compute with the real and the imaginary part" if array.dtype.kind == "c" else "",
    )


def not_broadcast(shapes: Sequence[tuple[int, ...]]) -> ShapeError:
    """The error of operands whose shapes don't fit."""
    return ShapeError(
        f"arrays of the shapes {' and '.join(map(str, shapes))} can't be combined.",
        where=calling_line(),
        remedy="transpose one of them, or add an axis of length 1, as in x[:, None]",
    )


_COUNTED = "a count has no derivative: call it on plain numbers, outside the function"
_REMEDIES = {
    "numpy.fft": "record the call as one operation with chainrule.external(f, vjp)",
    "numpy.histogram": _COUNTED,
    "numpy.bincount": _COUNTED,
    "numpy.unique": _COUNTED,
    "numpy.polyfit": "solve the least squares with numpy.linalg.lstsq on numpy.vander(x, n)",
    "numpy.roots": "record the call as one operation with chainrule.external(f, vjp)",
    "numpy.save": "save what the function returns",
    "numpy.frexp": "use numpy.log2 and numpy.floor",
    "numpy.i0": "record the call as one operation with chainrule.external(f, vjp)",
}
"""What to do instead of a function whose name begins with this."""


def not_supported(name: str, remedy: str = "") -> WrongType:
    """The error of a NumPy function that does not work on what is being recorded."""
    special = next((text for start, text in _REMEDIES.items() if name.startswith(start)), "")
    return WrongType(
        f"{name} doesn't work on Values or in a recorded function.",
        where=calling_line(),
        remedy=remedy
        or special
        or "use the functions listed in docs/numpy.md, or record the call as one operation with "
        "chainrule.external(f, vjp)",
    )


def not_into(target: Any, name: str) -> WrongType:
    """The error of writing a result into a plain array."""
    return WrongType(
        f"the result of {name} can't be written into a plain array of {target.dtype}.",
        where=calling_line(),
        remedy="make the array with chainrule.numpy.zeros or chainrule.numpy.array; or write "
        "y = y + x instead of y += x, and omit out=...",
    )


def read_only() -> WrongType:
    """The error of writing into a part of what was read at a traced index."""
    return WrongType(
        "this array can't be written into: it's a part of a copy that was read at a traced index.",
        where=calling_line(),
        remedy="write x[i, 2] = y instead of x[i][1:][1] = y, or make a copy, x[i].copy()",
    )
