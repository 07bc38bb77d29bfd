"""How much two colours differ in brightness, by the Web Content Accessibility Guidelines."""

from __future__ import annotations

from collections.abc import Sequence

LEGIBLE = 4.5
"""The least contrast of text with what is behind it.

Source: W3C, Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
"""
VISIBLE = 3.0
"""The least contrast of a line or a mark that carries a meaning. Same source, criterion 1.4.11."""


def channels(colour: str) -> list[int]:
    """Return red, green and blue, from 0 to 255, of a colour like `#1b232d`."""
    return list(bytes.fromhex(colour.removeprefix("#")))


def linear(colour: Sequence[int]) -> list[float]:
    """Return the amounts of light, from 0 to 1, that the channels of sRGB stand for."""
    shares = (x / 255 for x in colour)
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]


def luminance(colour: Sequence[int]) -> float:
    """Return the relative luminance of three channels, from 0 (black) to 1 (white)."""
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: float, two: float) -> float:
    """Return the contrast of two luminances, from 1 to 21.

    Example:
        >>> contrast(luminance(channels("#000000")), luminance(channels("#ffffff")))
        21.0
    """
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
