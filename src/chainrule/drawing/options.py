"""The options of `draw_dot`, `show` and their results, and the errors that unknown ones raise."""

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


def chosen(word: Any, choices: Iterable[Any], what: str) -> Any:
    """Return a word that is one of the choices.

    Raises:
        ChoiceError: It isn't; names them all.
    """
    choices = list(choices)
    if word in choices:
        return word
    got = repr(word) if isinstance(word, str | int | float | None) else type(word).__name__
    raise ChoiceError(f"the {what} has to be one of {', '.join(map(repr, choices))}, got {got}.")


def format_of(word: Any) -> str:
    """Return the name of a format, in lower case."""
    return str(chosen(word.lower() if isinstance(word, str) else word, FORMATS, "format"))


def direction_of(word: Any) -> str:
    """Return a direction, in capitals."""
    word = word.upper() if isinstance(word, str) else word
    return str(chosen(word, DIRECTIONS, "direction (rankdir)"))


def engine_of(word: Any) -> str | None:
    """Return an engine."""
    engine: str | None = chosen(word, ENGINES, "engine")
    return engine


def path_of(path: Any, what: str) -> str:
    """Return a path as text.

    Raises:
        WrongType: It isn't a path.
        FileError: No file can have that name.
    """
    if isinstance(path, str | os.PathLike):
        text = os.fspath(path)
        if isinstance(text, str):
            if "\0" in text:
                raise FileError(f"a path cannot hold a null character, but {what} is {text!r}.")
            return text
    raise WrongType(f"{what} has to be a path as text or as a Path, got {type(path).__name__}.")


def sort_out(words: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Recognise each positional word by what it is: a format, a direction, or else a file name.

    Args:
        words: The positional arguments after the root.
        keywords: The keyword arguments; one that isn't None wins over a positional word.

    Raises:
        WrongType: A word isn't text, or there are two of a kind.
    """
    by_kind: dict[str, Any] = {}
    for word in words:
        if isinstance(word, str) and word.lower() in FORMATS:
            key, value = "format", word.lower()
        elif isinstance(word, str) and word in DIRECTIONS:
            key, value = "rankdir", word
        else:
            what = "a positional argument of draw_dot after the root"
            key, value = "filename", path_of(word, what)
        if key in by_kind:
            raise WrongType(f"draw_dot got two {key}s: {by_kind[key]!r} and {value!r}.")
        by_kind[key] = value
    return by_kind | {key: value for key, value in keywords.items() if value is not None}


def refuse(keywords: Mapping[str, Any], known: Sequence[str], function: str) -> None:
    """Raise if there are unknown keywords.

    Raises:
        WrongType: There are; names the nearest known one, and all of them.
    """
    strange = sorted(set(keywords) - set(known))
    if not strange:
        return
    near = difflib.get_close_matches(strange[0], known, 1)
    hint = f"did you mean {near[0]}=? " if near else ""
    raise WrongType(
        f"{function} has no keyword {strange[0]!r}.", remedy=f"{hint}it knows {', '.join(known)}"
    )


def count_of(x: Any, what: str) -> int:
    """Return an int.

    Raises:
        WrongType: It isn't one.
    """
    if isinstance(x, bool) or not isinstance(x, int):
        raise WrongType(f"{what} has to be an int, got {type(x).__name__}.")
    return x


def ending(path: str) -> str:
    """Return the format that a path's ending names, or an empty text."""
    word = os.path.splitext(path)[1][1:].lower()
    return word if word in FORMATS else ""
