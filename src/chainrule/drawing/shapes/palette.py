"""The colours of a picture, on a light and on a dark background.

Blue and orange can be told apart with every common form of colour blindness (Okabe & Ito, Color
Universal Design, 2008). They are darker or lighter here than in that source, so the contrast with
the background is at least 4.5 : 1.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from .sheet import Box, Line, Polygon

FONT = '"Helvetica Neue",Helvetica,Arial,"DejaVu Sans","Noto Sans",sans-serif'


@dataclass(frozen=True)
class Style:
    """The look of a role: its fill, and the colour, width and dashes of its line."""

    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    dash: tuple[float, ...] = ()


Palette = dict[str, Style]

ROLES = {
    "ground": Style("ground"),
    "scope": Style("scope", "scope-line", 1.0, (5.0, 3.0)),
    "scope-name": Style("soft"),
    "edge": Style("none", "line", 1.3),
    "arrow": Style("line"),
    "leaf": Style("leaf", "leaf-line", 1.2),
    "parameter": Style("parameter", "parameter-line", 1.2),
    "parameter-inside": Style("none", "parameter-line", 0.8),
    "constant": Style("constant", "constant-line", 1.0),
    "inner": Style("paper", "line", 1.2),
    "root": Style("paper", "ink", 2.6),
    "copy": Style("ground", "leaf-line", 1.2, (3.0, 2.4)),
    "op": Style("operation", "operation-line", 1.2),
    "rule": Style("none", "line", 0.6),
    "stack": Style("paper", "line", 1.2),
    "stack-root": Style("paper", "ink", 2.6),
    "ink": Style("ink"),
    "soft": Style("soft"),
    "positive": Style("positive"),
    "negative": Style("negative"),
    "remark": Style("remark"),
}
"""Each role, with the names of its colours."""

COLOURS = """
    ground          #ffffff  #171b21
    paper           #ffffff  #1e242c
    ink             #1b232d  #eef2f6
    soft            #5d6875  #a2adb9
    line            #76828f  #8593a1
    leaf            #eef7f1  #18291f
    leaf-line       #3a8461  #5fb88a
    parameter       #f5f0fc  #261f36
    parameter-line  #7a55bd  #a98be6
    constant        #f3f4f5  #262b31
    constant-line   #8b949e  #7d8792
    operation       #e8edf3  #2c353f
    operation-line  #5d6b7a  #93a1b0
    scope           #f7f8fa  #1b2027
    scope-line      #a3adb8  #56616d
    positive        #0a58a8  #74b9ff
    negative        #b04a00  #ffa45c
    remark          #8a3b78  #e6a0d4
"""
"""Each colour on a light and on a dark background."""


def _palette(column: int) -> Palette:
    colours = {"none": "none"}
    for line in COLOURS.split("\n")[1:-1]:
        name, *shades = line.split()
        colours[name] = shades[column]
    return {
        role: replace(style, fill=colours[style.fill], stroke=colours[style.stroke])
        for role, style in ROLES.items()
    }


LIGHT, DARK = _palette(0), _palette(1)

WRITTEN = ("ink", "soft", "positive", "negative")
"""The roles of the text in a box."""
LEGIBLE = 4.5
"""The least contrast of text with what is behind it.

Source: W3C, Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
"""


def style_of(shape: Box | Line | Polygon) -> Style:
    """Return the look of a shape on a light background."""
    style = LIGHT[shape.role]
    if isinstance(shape, Box) and shape.tint:
        return replace(style, fill=tints(shape.tint)[0])
    return style


@functools.cache
def tints(colour: str) -> tuple[str, str]:
    """Return the fills of a box in this colour, on a light and on a dark background.

    The colour is mixed into the paper, as strongly as all text on it stays legible.

    Example:
        >>> tints("ffffe0")
        ('#ffffe0', '#3a3f42')
    """
    return _tint(colour, LIGHT), _tint(colour, DARK)


def _tint(colour: str, palette: Palette) -> str:
    paper, pure = _channels(palette["inner"].fill[1:]), _channels(colour)
    texts = [_luminance(_channels(palette[role].fill[1:])) for role in WRITTEN]
    for strength in range(32, -1, -1):
        mixed = [round(x + (y - x) * strength / 32) for x, y in zip(paper, pure, strict=True)]
        if all(_contrast(_luminance(mixed), text) >= LEGIBLE for text in texts):
            break
    return "#" + bytes(mixed).hex()


def _channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour))


def _luminance(channels: list[int]) -> float:
    """Return the relative luminance as the guidelines define it, from 0 (black) to 1 (white)."""
    shares = (x / 255 for x in channels)
    linear = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares)
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: float, two: float) -> float:
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
