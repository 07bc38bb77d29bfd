"""The text of labels, symbols and numbers in a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...numerals import DASH, MINUS, format_number

TIMES = "\N{MULTIPLICATION SIGN}"
SIGNS = {"*": TIMES, "-": MINUS}
"""The signs that mathematics uses for Python's operators."""

# C0, C1, DEL, lone surrogates and the two non-characters cannot stand in XML. The bidirectional
# overrides can, but would reverse the text that follows, so they count as control characters.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Return the text with each character that a picture cannot hold replaced by U+FFFD.

    Tabs and line breaks become a space.

    Example:
        >>> clean("a\\tb\\x00")
        'a b\N{REPLACEMENT CHARACTER}'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"\r\n|[\t\n\r]", " ", text))


@dataclass(frozen=True)
class Number:
    """A number (or a dash) as it is drawn, and its sign: 1, -1, or 0, which includes nan."""

    text: str
    sign: int


NOTHING = Number(DASH, 0)
BLANK = Number("", 0)


def number(x: Any) -> Number:
    """Format a number and determine its sign."""
    try:
        text = format_number(x)
    except (TypeError, ValueError, OverflowError):
        return Number(clean(str(x))[:11], 0)
    return Number(text, (x > 0) - (x < 0))
