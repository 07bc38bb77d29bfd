"""The words of the course's page and of its worksheets, with those of the playground."""

from __future__ import annotations

import functools

from ..playground import words as playground


@functools.cache
def languages() -> dict[str, dict[str, str]]:
    """Return the words in each language, by the code of the language; English first."""
    own = playground.read_strings(__package__)
    return {code: {**shared, **own[code]} for code, shared in playground.languages().items()}
