"""What a caller of `draw_dot` may ask for, in the words of all four dialects, and what is said to
the rest."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import ChoiceError, FileError, WrongType
from .formats.registry import FORMATS
from .shapes.orientation import DIRECTIONS

DETAILS = ("auto", "all", "summary")
ENGINES = (None, "graphviz")


def chosen(word: Any, known: Iterable[Any], what: str) -> Any:
    """Return a word that is among the known ones.

    Raises:
        ChoiceError: It is not; names them all.
    """
    known = list(known)
    if word in known:
        return word
    words = ", ".join("None" if choice is None else repr(choice) for choice in known)
    got = repr(word) if isinstance(word, str | int | float | None) else type(word).__name__
    raise ChoiceError(f"the {what} has to be one of {words}, got {got}.")


def format_of(word: Any) -> str:
    """Return a known format, in lower case."""
    return str(chosen(word.lower() if isinstance(word, str) else word, FORMATS, "format"))


def direction_of(word: Any) -> str:
    """Return a known direction, in capitals."""
    word = word.upper() if isinstance(word, str) else word
    return str(chosen(word, DIRECTIONS, "direction (rankdir)"))


def engine_of(word: Any) -> str | None:
    """Return a known engine."""
    engine: str | None = chosen(word, ENGINES, "engine")
    return engine


def path_of(path: Any, what: str) -> str:
    """Return a path as text.

    Raises:
        WrongType: It is no path.
        FileError: No file can have that name.
    """
    if isinstance(path, str | os.PathLike):
        text = os.fspath(path)
        if isinstance(text, str):
            if "\0" in text:
                raise FileError(f"a path holds no null character, but {what} is {text!r}.")
            return text
    raise WrongType(f"{what} has to be a path as text or as a Path, got {type(path).__name__}.")


def sort_out(words: Sequence[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Recognise each positional word by what it is: a format, a direction, else a file name.

    Args:
        words: The positional arguments after the root.
        given: The keyword arguments; a keyword that was given wins over a positional word.

    Raises:
        WrongType: A word is no text, or there are two file names.
    """
    found: dict[str, Any] = {}
    for word in words:
        if isinstance(word, str) and word.lower() in FORMATS:
            key, value = "format", word.lower()
        elif isinstance(word, str) and word in DIRECTIONS:
            key, value = "rankdir", word
        else:
            key, value = (
                "filename",
                path_of(word, "a positional argument of draw_dot after the root"),
            )
        if key in found:
            raise WrongType(f"draw_dot got two of its {key}s: {found[key]!r} and {value!r}.")
        found[key] = value
    return found | {key: value for key, value in given.items() if value is not None}


def refuse(unknown: Mapping[str, Any], known: Sequence[str], function: str) -> None:
    """Raise if there are keywords that mean nothing.

    Raises:
        WrongType: There are; names the nearest known one, and all of them.
    """
    strange = sorted(set(unknown) - set(known))
    if not strange:
        return
    word = strange[0]
    near = difflib.get_close_matches(word, known, 1)
    hint = f"did you mean {near[0]}=? " if near else ""
    raise WrongType(
        f"{function} has no keyword {word!r}.", remedy=f"{hint}it knows {', '.join(known)}"
    )


def ending(path: str) -> str:
    """Return the format that a path's ending names, or an empty text."""
    word = os.path.splitext(path)[1][1:].lower()
    return word if word in FORMATS else ""
