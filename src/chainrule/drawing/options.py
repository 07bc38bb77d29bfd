"""Check the options of `draw_dot`, `show` and their results."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ..errors import ChoiceError, FileError, WrongType, did_you_mean
from .formats.registry import FORMATS
from .shapes.orientation import DIRECTIONS

DETAILS = ("auto", "all", "summary")


def chosen(word: Any, choices: Collection[Any], what: str) -> Any:
    """Return a word that is one of the choices; otherwise raise a ChoiceError that lists them."""
    if word in choices:
        return word
    got = repr(word) if isinstance(word, str | int | float | None) else type(word).__name__
    texts = [choice for choice in choices if isinstance(choice, str)]
    raise ChoiceError(
        f"the {what} has to be one of {', '.join(map(repr, choices))}, got {got}.",
        remedy=did_you_mean(word, texts) if isinstance(word, str) else "",
    )


def format_of(word: Any) -> str:
    """Return the name of a format, in lower case."""
    return str(chosen(word.lower() if isinstance(word, str) else word, FORMATS, "format"))


def direction_of(word: Any) -> str:
    """Return a direction, in capitals."""
    word = word.upper() if isinstance(word, str) else word
    return str(chosen(word, DIRECTIONS, "direction (rankdir)"))


def engine_of(word: Any) -> str | None:
    """Return the engine that lays a graph out: None, or 'graphviz'."""
    engine: str | None = chosen(word, (None, "graphviz"), "engine")
    return engine


def path_of(path: Any, what: str) -> str:
    """Return a path as text; raise WrongType or FileError if it can't be one."""
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(text, str):
        raise WrongType(f"{what} has to be a path as text or as a Path, got {type(path).__name__}.")
    if "\0" in text:
        raise FileError(f"a path cannot hold a null character, but {what} is {text!r}.")
    return text


def sort_out(words: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Recognise each positional argument as a format, a direction, or else a file name.

    A keyword argument that isn't None takes precedence over a positional one.
    """
    by_kind: dict[str, Any] = {}
    for word in words:
        text = word if isinstance(word, str) else ""
        if text.lower() in FORMATS:
            key = "format"
        elif text in DIRECTIONS:
            key = "rankdir"
        else:
            key = "filename"
            text = path_of(word, "a positional argument of draw_dot after the root")
        if key in by_kind:
            raise WrongType(f"draw_dot got two {key}s: {by_kind[key]!r} and {text!r}.")
        by_kind[key] = text
    return by_kind | {key: value for key, value in keywords.items() if value is not None}


def refuse(
    keywords: Mapping[str, Any], function: Callable[..., Any], ignored: Collection[str] = ()
) -> None:
    """Raise WrongType for a keyword that a function lacks and does not ignore; suggest another."""
    strange = sorted(keywords.keys() - set(ignored))
    if not strange:
        return
    spec = inspect.getfullargspec(function)
    names = list(dict.fromkeys([*spec.args[1:], *spec.kwonlyargs, *ignored]))
    hint = did_you_mean(strange[0], names, "{}=")
    raise WrongType(
        f"{function.__name__} has no keyword {strange[0]!r}.",
        remedy=f"{hint} its keywords are {', '.join(names)}".strip(),
    )


def count_of(x: Any, what: str) -> int:
    """Return an int, or raise WrongType."""
    if isinstance(x, bool) or not isinstance(x, int):
        raise WrongType(f"{what} has to be an int, got {type(x).__name__}.")
    return x


def format_of_file(path: str) -> str:
    """Return the format that a path's ending names; raise ChoiceError if it names none."""
    word = os.path.splitext(path)[1][1:]
    if not word:
        raise ChoiceError(
            f"the name {path!r} has no ending that says the format.",
            remedy=f"end it in .svg, .png, .pdf, .txt or .dot, for example {path + '.svg'!r}",
        )
    return format_of(word)


def row_of(x: Any) -> int | None:
    """Return the length of a row, or None; raise WrongType or ChoiceError for anything else."""
    if x is not None and count_of(x, "wrap") < 0:
        raise ChoiceError(f"wrap has to be the length of a row in pixels, or 0, got {x}.")
    return None if x is None else int(x)


def ending(path: str) -> str:
    """Return the format that a path's ending names, or an empty string."""
    word = os.path.splitext(path)[1][1:].lower()
    return word if word in FORMATS else ""
