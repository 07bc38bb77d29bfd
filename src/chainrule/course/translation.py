"""Translations of lessons and tasks.

`slope.de.toml` beside `slope.toml` has the same tables with nothing but the texts in them. What is
asked and what is right is written once, so it is the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..playground.words import ORIGINAL
from .fields import Fault
from .toml_lines import Lines

TEXTS = ("title", "goal", "text", "question", "hint", "hints", "because", "reply")
"""The fields that have a text, or several."""

_LANGUAGE = re.compile(r"(.+)\.([a-z]{2})")


def split_name(stem: str) -> tuple[str, str]:
    """Return the name of a file without its language, and the language.

    Example:
        >>> split_name("slope.de"), split_name("slope")
        (('slope', 'de'), ('slope', 'en'))
    """
    found = _LANGUAGE.fullmatch(stem)
    return (found[1], found[2]) if found else (stem, ORIGINAL)


def translated(
    original: Mapping[str, Any],
    translation: Mapping[str, Any],
    lines: Lines,
    faults: list[Fault],
    path: Sequence[str | int] = (),
) -> dict[str, Any]:
    """Return a table with the texts of its translation.

    Args:
        original: The table in the original language.
        translation: The same table, of which only the texts are there.
        lines: The lines of the translation.
        faults: Where faults go: a text that is missing, and whatever isn't one.
        path: Where the table is.
    """
    result = dict(original)
    for key in [key for key in original if key not in translation]:
        if _is_translated(key, original[key]):
            what = f"the translation needs {key}, as the original has."
            faults.append(Fault(lines.of(*path), what))
    for key, texts in translation.items():
        wanted = original.get(key)
        line = lines.of(*path, key)
        if key not in original:
            faults.append(Fault(line, f"the original has no {key} here.", "leave it out"))
        elif not _is_translated(key, wanted):
            what = f"{key} isn't a text, so it stands in the original alone."
            faults.append(Fault(line, what, "leave it out"))
        elif not isinstance(wanted, list) or not isinstance(texts, list):
            result[key] = texts
        elif len(texts) != len(wanted):
            what = f"{key}: the original has {len(wanted)}, the translation {len(texts)}."
            faults.append(Fault(line, what))
        else:
            result[key] = [
                translated(each, text, lines, faults, (*path, key, at))
                if isinstance(each, dict) and isinstance(text, dict)
                else text
                for at, (each, text) in enumerate(zip(wanted, texts))
            ]
    return result


def _is_translated(key: str, content: Any) -> bool:
    """Whether a field has texts, or tables in which texts are."""
    has_tables = isinstance(content, list) and any(isinstance(each, dict) for each in content)
    return key in TEXTS or has_tables
