"""The errors that this package raises.

Every message has the same shape. The first line alone is enough: what happened, what was needed and
what was there instead. Then come the node or the line, and the remedy.

    DomainError: log needs x > 0, but x = -0.25.
      node    'loss' = log('p')  made at train.py:31
      remedy  keep p positive

Every class also inherits from the error that plain Python would raise.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from itertools import takewhile
from types import FrameType
from typing import Any

__all__ = [
    "ChainruleError",
    "CheckFailed",
    "ChoiceError",
    "DataError",
    "DivergenceError",
    "DivisionByZero",
    "DomainError",
    "FileError",
    "FormulaError",
    "GraphError",
    "MissingExtra",
    "NumberError",
    "PlaceError",
    "RangeError",
    "ShapeError",
    "WrongType",
]


class ChainruleError(Exception):
    """The base of every error that this package raises on purpose.

    Args:
        what: One sentence that says what happened, or what was needed and what was there instead.
        node: A description of the node at which it happened.
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
    """Unpickle an error, whose text is complete already."""
    error = kind.__new__(kind)
    error.args = args
    return error


class DomainError(ChainruleError, ValueError):
    """An operation has no real value at its operands, as log has none at −1."""


class DivisionByZero(DomainError, ZeroDivisionError):
    """A division by zero, or zero to a negative power."""


class RangeError(DomainError, OverflowError):
    """The result of an operation is larger than a float can hold, as exp(1000) is."""


class WrongType(ChainruleError, TypeError):
    """An argument has the wrong type, such as a string instead of a number."""


class NumberError(ChainruleError, ValueError):
    """A float cannot hold a number exactly, such as an int beyond ±2**53."""


class ChoiceError(ChainruleError, ValueError):
    """A word isn't one of the choices, such as the formats of a picture."""


class DataError(ChainruleError, ValueError):
    """Data cannot be trained on: an entry is nan, for example, or all labels are the same."""


class DivergenceError(ChainruleError, ArithmeticError):
    """Training left the numbers that a float can hold.

    Attributes:
        history: The History of the training until then.
    """

    history: Any = None


class FormulaError(ChainruleError, ValueError):
    """The text of a formula cannot be read, or uses something that formulas may not use."""


class ShapeError(ChainruleError, ValueError):
    """Shapes or counts differ, such as three names for two inputs."""


class PlaceError(ChainruleError, IndexError):
    """An index is outside a table or isn't a whole number."""


class GraphError(ChainruleError, RuntimeError):
    """A graph cannot be used, because of a cycle or an operation without a formula, for example."""


class FileError(ChainruleError, OSError):
    """A file cannot be read or written."""


class CheckFailed(ChainruleError, AssertionError):
    """A gradient differs from what nudging says."""


class MissingExtra(ChainruleError, ImportError):
    """An optional library isn't installed, or one of two: "Starlette and uvicorn"."""

    def __init__(self, library: str, purpose: str) -> None:
        names = library.lower().split(" and ")
        missing = "is not" if len(names) == 1 else "are not both"
        super().__init__(
            f"{purpose} needs {library}, which {missing} installed.",
            remedy=f"pip install {' '.join(names)}",
        )


def shorten(x: Any) -> str:
    """Return the `repr` of an object, on one line and cut to 60 characters."""
    if isinstance(x, int) and abs(x) > 10**40:
        return f"an int of {x.bit_length()} bits"
    text = x if isinstance(x, str) else " ".join(repr(x).split())
    text = text if len(text) <= 60 else text[:57] + "..."
    return repr(text) if isinstance(x, str) else text


def did_you_mean(word: Any, choices: Iterable[str], shape: str = "{!r}") -> str:
    """Return a question that names the choice closest to a misspelt word, or an empty string.

    Example:
        >>> did_you_mean("Tahn", ["tan", "tanh", "exp"])
        "did you mean 'tanh'?"
    """
    from difflib import get_close_matches

    word = str(word)[:60].lower()
    by_lower = {choice.lower(): choice for choice in choices}
    swapped = [choice for choice in by_lower if sorted(choice) == sorted(word)]
    near = swapped or get_close_matches(word, by_lower, 1)
    return f"did you mean {shape.format(by_lower[near[0]])}?" if near else ""


def missing_attribute(
    module: str, name: str, names: Iterable[str], hint: str = ""
) -> AttributeError:
    """Return the error for a name that a module lacks, with a hint or the closest of its names."""
    if not hint and not name.startswith("_"):
        hint = did_you_mean(name, (other for other in names if not other.startswith("_")))
    what = f"module {module!r} has no attribute {name!r}" + (f": {hint}" if hint else "")
    # With a name but no object, Python adds no suggestion of its own to the traceback.
    return AttributeError(what, name=name)


_STANDARD = os.path.dirname(os.__file__)
_INSIDE = ("chainrule", "numpy", "scipy", "sklearn", "joblib")
"""The packages whose lines are not the user's; neither are those of the standard library."""


def _package(frame: FrameType) -> str:
    """Whose code a frame runs: a package, "standard", or "" for the user."""
    name: str = frame.f_globals.get("__name__", "").partition(".")[0]
    path = frame.f_code.co_filename
    is_standard = path.startswith(_STANDARD) and "site-packages" not in path
    return name if name in _INSIDE else "standard" if is_standard else ""


def warn(text: str, kind: type[Warning] = UserWarning) -> None:
    """Warn of the innermost line of the user's."""
    level, frame = 1, sys._getframe()
    while frame.f_back and _package(frame):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, kind, stacklevel=level)


def calling_line() -> str:
    """Return `file:line` of the innermost frame of the user's, if there is one."""
    frame: FrameType | None = sys._getframe(1)
    while frame and _package(frame):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""


def _lines_of(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames that an error came through, the outermost first, and their lines."""
    trace = error.__traceback__
    while trace:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def line_of(error: BaseException) -> str:
    """Return `file:line` of the innermost frame of the user's that an error came through."""
    lines = [(frame, line) for frame, line in _lines_of(error) if not _package(frame)]
    return f"{lines[-1][0].f_code.co_filename}:{lines[-1][1]}" if lines else ""


def library_function(error: BaseException | None = None) -> str:
    """Return the function of another library, such as "scipy.special.logsumexp", that the user's
    code called and in which an error arose; without an error, the one that is running; or ""."""
    frames = [frame for frame, _ in _lines_of(error)] if error else []
    frame: FrameType | None = None if error else sys._getframe(1)
    while frame and (not frames or _package(frames[-1])):
        frames.append(frame)
        frame = frame.f_back
    if not error:
        frames.reverse()
    called: list[FrameType] = []
    for each in frames:
        package = _package(each)
        if not package:
            called.clear()
        elif package != "chainrule":
            called.append(each)
    return _public_name(called)


def _public_name(frames: list[FrameType]) -> str:
    """The name of the outermost function that has a public one; else that of its module."""
    home = ""
    for frame in frames:
        path = frame.f_globals.get("__name__", "").split(".")
        public = ".".join(takewhile(lambda part: not part.startswith("_"), path))
        name = frame.f_code.co_name
        if "_lib" in path or name.startswith(("_", "<")) or "wrapper" in name:
            home = home or public
        else:
            return f"{public}.{name}"
    return home
