"""The colours of a picture, on a light and on a dark background.

They are those of design/tokens.css. Blue and orange can be told apart with every common form of
colour blindness (Okabe & Ito, Color Universal Design, 2008); they are darker or lighter here than
in that source, so the contrast with the background is at least 4.5 : 1.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from ...design import token, tokens
from ...design.contrast import LEGIBLE, channels, contrast, luminance
from .sheet import Box, Line, Polygon

FONT = token("sans")


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
"""Each role, with the names of its colours in design/tokens.css."""


def palettes(roles: Palette) -> tuple[Palette, Palette]:
    """Return roles with colours instead of names, on a light and on a dark background."""
    return _shaded(roles, 0), _shaded(roles, 1)


def _shaded(roles: Palette, column: int) -> Palette:
    def colour(name: str) -> str:
        return name if name == "none" else tokens()[name][column]

    return {
        role: replace(style, fill=colour(style.fill), stroke=colour(style.stroke))
        for role, style in roles.items()
    }


LIGHT, DARK = palettes(ROLES)

WRITTEN = ("ink", "soft", "positive", "negative")
"""The roles of the text in a box."""


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
    paper, pure = channels(palette["inner"].fill), channels(colour)
    texts = [luminance(channels(palette[role].fill)) for role in WRITTEN]
    for strength in range(32, -1, -1):
        mixed = [round(x + (y - x) * strength / 32) for x, y in zip(paper, pure, strict=True)]
        if all(contrast(luminance(mixed), text) >= LEGIBLE for text in texts):
            break
    return "#" + bytes(mixed).hex()
