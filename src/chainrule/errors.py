"""What can go wrong, said well.

Every message has the same shape: the first line alone is enough (what, needed, got), then where,
then the remedy.

    DomainError: log needs x > 0, but x = -0.25.
      node    'loss' = log('p')  made at train.py:31
      remedy  keep x positive, for example log(x + 1e-12)

Every class also inherits what a caller of plain Python would catch.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = [
    "ChainruleError",
    "CheckFailed",
    "ChoiceError",
    "DivisionByZero",
    "DomainError",
    "FileError",
    "FormulaError",
    "GraphError",
    "MissingExtra",
    "NumberError",
    "RangeError",
    "ShapeError",
    "WrongType",
]


class ChainruleError(Exception):
    """The base of every error that this package raises on purpose.

    Args:
        what: One sentence: what happened, what was needed, what was got.
        node: The node it happened at, in words.
        where: The line of the user's source, `file:line`.
        remedy: What to do about it.
    """

    def __init__(self, what: str, *, node: str = "", where: str = "", remedy: str = "") -> None:
        lines = [what]
        if node:
            lines.append(f"  node    {node}" + (f"  made at {where}" if where else ""))
        elif where:
            lines.append(f"  where   {where}")
        if remedy:
            lines.append(f"  remedy  {remedy}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> Any:
        return _remake, (type(self), self.args)


def _remake(kind: type[ChainruleError], args: tuple[Any, ...]) -> ChainruleError:
    """What pickle calls: the text is made already."""
    error = kind.__new__(kind)
    error.args = args
    return error


class DomainError(ChainruleError, ValueError):
    """An operation has no real value at its operands (log of a negative number)."""


class DivisionByZero(DomainError, ZeroDivisionError):
    """A division by zero, or zero to a negative power."""


class RangeError(DomainError, OverflowError):
    """The result of an operation is larger than a float can hold (exp of 1000)."""


class WrongType(ChainruleError, TypeError):
    """An argument has a type that means nothing here (a string as a number)."""


class NumberError(ChainruleError, ValueError):
    """A number that cannot be kept exactly (an int beyond 2**53)."""


class ChoiceError(ChainruleError, ValueError):
    """A word that is none of the known ones (a picture format, a direction)."""


class FormulaError(ChainruleError, ValueError):
    """The text of a formula cannot be read, or uses something that is not allowed in it."""


class ShapeError(ChainruleError, ValueError):
    """A number of things that does not fit (three names for two inputs)."""


class PlaceError(ChainruleError, IndexError):
    """An index that points outside of a table, or is no whole number."""


class GraphError(ChainruleError, RuntimeError):
    """A graph that cannot be worked on (a cycle, an operation without a formula)."""


class FileError(ChainruleError, OSError):
    """A file that cannot be read or written."""


class CheckFailed(ChainruleError, AssertionError):
    """A gradient is not what nudging says it is."""


class MissingExtra(ChainruleError, ImportError):
    """An optional library is not installed; names the extra that brings it."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs {library}, which is not installed.",
            remedy=f"pip install 'chainrule[{extra}]'",
        )


def shorten(x: Any) -> str:
    """Write an object as `repr` does, but never long."""
    if isinstance(x, str):
        return repr(x if len(x) <= 60 else x[:57] + "...")
    if isinstance(x, int) and abs(x) > 10**40:
        return f"an int of {x.bit_length()} bits"
    text = repr(x)
    return text if len(text) <= 60 else text[:57] + "..."


def calling_line() -> str:
    """Return `file:line` of the innermost frame outside this package and NumPy, or an empty
    string."""
    frame = sys._getframe(1)
    while frame is not None:
        if not frame.f_globals.get("__name__", "").startswith(("chainrule", "numpy")):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends on None
    return ""
