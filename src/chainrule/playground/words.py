"""The words of the page, one file a language. The course's page speaks by the same means."""

from __future__ import annotations

import functools
from importlib.resources import files

from ..drawing import view
from ..errors import ChoiceError
from ..files import parse_toml

ORIGINAL = "en"
"""The language of a page that isn't told one, and of a file whose name says none."""


@functools.cache
def languages() -> dict[str, dict[str, str]]:
    """Return the words in each language, by the code of the language; English first."""
    found = read_strings(__package__)
    return {ORIGINAL: found[ORIGINAL], **{code: found[code] for code in sorted(found)}}


def sentences() -> dict[str, dict[str, str]]:
    """Return the sentences of the view by the English ones, for each language but English."""
    return read_strings(view.__name__)


def read_strings(room: str) -> dict[str, dict[str, str]]:
    """Return the files of a room's folder `strings`, by the code of their language."""
    return {
        each.name.removesuffix(".toml"): parse_toml(each.read_text("utf-8"))
        for each in files(room).joinpath("strings").iterdir()
        if each.name.endswith(".toml")
    }


def require_language(code: str | None) -> None:
    """Raise unless the pages speak a language; None leaves it to the browser.

    Raises:
        ChoiceError: They don't.
    """
    if code is not None and code not in languages():
        remedy = f"use one of {', '.join(languages())}"
        raise ChoiceError(f"the page isn't in the language {code!r}.", remedy=remedy)
