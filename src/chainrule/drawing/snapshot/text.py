"""Labels, symbols and numbers as a picture holds them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ...numerals import DASH, MINUS, format_number

TIMES = "\N{MULTIPLICATION SIGN}"
SIGNS = {"*": TIMES, "-": MINUS}
"""How an operation is drawn where mathematics has a sign that Python lacks."""

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
    """A number as it is drawn.

    Attributes:
        text: The number, or a dash where there is none.
        sign: 1, 0 or -1; nan and the dash have 0.
    """

    text: str
    sign: int


NOTHING = Number(DASH, 0)
BLANK = Number("", 0)


def number(x: Any) -> Number:
    """Write a number and take its sign."""
    try:
        text = format_number(x)
    except (TypeError, ValueError, OverflowError):
        return Number(clean(str(x))[:11], 0)
    sign = 0 if x != x or x == 0 else int(math.copysign(1, x))
    return Number(text, sign)
