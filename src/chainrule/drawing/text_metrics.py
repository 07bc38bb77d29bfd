"""The width of text, estimated from a table of advance widths, so no font is needed.

The widths are those of DejaVu Sans in hundredths of an em. DejaVu is wider than Helvetica and
Arial, so text that fits into its box here also fits in the reader's font.
"""

from __future__ import annotations

import functools
import unicodedata
from itertools import accumulate, islice
from operator import sub

from ..numerals import DASH, MINUS

ELLIPSIS = "…"

BOLD = 1.15
"""The width of a bold letter relative to a plain one, roughly."""

_WIDE = 1.35
_UNKNOWN = 0.72

_ASCII = (
    "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 "
    "84 84 53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 "
    "69 39 34 39 84 50 50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 "
    "82 59 59 52 64 34 64 84"
)
_LATIN_1 = (
    "32 40 64 64 64 64 34 50 50 100 47 61 84 0 100 50 50 84 40 40 50 64 64 32 50 40 47 61 97 "
    "97 97 53 68 68 68 68 68 68 97 70 63 63 63 63 29 29 29 29 77 75 79 79 79 79 79 84 79 73 "
    "73 73 73 61 60 63 61 61 61 61 61 61 98 55 62 62 62 62 28 28 28 28 61 63 61 61 61 61 61 "
    "84 61 63 63 63 63 59 63 59"
)
_GREEK = (
    "68 69 56 68 63 69 75 79 29 66 68 86 75 63 79 75 60 60 63 61 61 79 69 79 76 29 61 66 54 "
    "63 34 58 66 64 59 61 54 54 63 61 34 59 59 64 56 56 61 60 63 59 63 60 58 66 58 66 84"
)


def _table() -> dict[str, float]:
    widths = {}
    for first, row in ((0x20, _ASCII), (0xA0, _LATIN_1), (0x391, _GREEK)):
        for step, width in enumerate(row.split()):
            widths[chr(first + step)] = int(width) / 100
    widths.update({MINUS: 0.84, DASH: 0.5, "∞": 0.84, ELLIPSIS: 1.0, "√": 0.64})
    return widths


_WIDTHS = _table()


@functools.lru_cache(maxsize=4096)
def _letter(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if _has_no_width(letter):
        return 0.0
    return _WIDE if _is_wide(letter) or ord(letter) > 0xFFFF else _UNKNOWN


def _has_no_width(letter: str) -> bool:
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) in ("Mn", "Me", "Cf")


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


@functools.lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return an upper estimate of the width of a line of text, in pixels like the font size."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1.0)


def shorten(text: str, size: float, widest: float, bold: bool = False) -> str:
    """Return the text, with an ellipsis for its middle if it is wider than `widest` pixels: names
    often differ only at their ends."""
    if len(text) <= 500 and width(text, size, bold) <= widest:
        return text
    room = (widest - width(ELLIPSIS, size, bold)) / (size * (BOLD if bold else 1.0))
    head = text[: _fitting(text[:500], room / 2)]
    while head and _is_joined(head[-1]):
        head = head[:-1]
    tail = text[max(len(head), len(text) - 500) :]
    tail = tail[len(tail) - _fitting(tail[::-1], room - sum(map(_letter, head))) :]
    while tail and _is_joined(tail[0]):
        tail = tail[1:]
    return head + ELLIPSIS + tail


def wrap(text: str, size: float, widest: float, most: int) -> list[str]:
    """Return the text in at most so many lines, each no wider than `widest` pixels, broken after
    commas if it can be; what doesn't fit is left out for an ellipsis."""
    lines: list[str] = []
    for part in text.replace(", ", ",\n").split("\n"):
        for word in part.split() if width(part, size) > widest else [part]:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and (len(lines) == most or width(longer, size) <= widest):
                lines[-1] = longer
            else:
                lines.append(word)
    return [shorten(line, size, widest) for line in lines]


def _fitting(text: str, room: float) -> int:
    """Return how many of the first letters fit into a width at size 1."""
    rooms = islice(accumulate(map(_letter, text), sub, initial=room), 1, None)
    return sum(room >= 0 for room in rooms)


def _is_joined(letter: str) -> bool:
    """Whether a letter belongs to the one beside it, or is a space."""
    return bool(unicodedata.combining(letter)) or letter in "\u200d\ufe0f "


def columns(text: str) -> int:
    """Return the number of terminal columns that the text occupies."""
    return sum(1 + _is_wide(letter) for letter in text if not _has_no_width(letter))


def cut(text: str, widest: int) -> str:
    """Return the text, cut off with an ellipsis if it is wider than `widest` columns."""
    if columns(text) <= widest:
        return text
    ends = accumulate(map(columns, text))
    return text[: sum(end < widest for end in ends)] + ELLIPSIS
