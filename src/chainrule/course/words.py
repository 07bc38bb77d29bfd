"""The words of the course's page and of its worksheets, one file a language."""

from __future__ import annotations

import functools
from importlib.resources import files

from ..errors import ChoiceError
from .lesson import parse_toml
from .translation import ORIGINAL


@functools.cache
def languages() -> dict[str, dict[str, str]]:
    """Return the words in each language, by the code of the language; English first."""
    found = {
        each.name.removesuffix(".toml"): parse_toml(each.read_text("utf-8"))
        for each in files(__package__).joinpath("strings").iterdir()
        if each.name.endswith(".toml")
    }
    return {ORIGINAL: found[ORIGINAL], **{code: found[code] for code in sorted(found)}}


def require_language(code: str | None) -> None:
    """Raise unless the course speaks a language; None leaves it to the browser.

    Raises:
        ChoiceError: It doesn't.
    """
    if code is not None and code not in languages():
        remedy = f"use one of {', '.join(languages())}"
        raise ChoiceError(f"the course isn't in the language {code!r}.", remedy=remedy)
