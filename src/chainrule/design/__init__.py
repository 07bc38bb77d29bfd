"""The design of pages, the view and pictures: `tokens.css` says every colour, size and time."""

from __future__ import annotations

import functools
import re
from importlib.resources import files

DARK_SYSTEM = "@media (prefers-color-scheme: dark)"

_TOKEN = re.compile(r"^ *--([\w-]+): ([^;]*);", re.MULTILINE)
_SHADES = re.compile(r"light-dark\((#\w+), (#\w+)\)")
_COMMENT = re.compile(r" */\*.*?\*/", re.DOTALL)


@functools.cache
def source() -> str:
    """Return the text of `tokens.css`."""
    return files(__package__).joinpath("tokens.css").read_text("utf-8")


@functools.cache
def controls() -> str:
    """Return the text of `controls.css`, the rules of sliders and bars of progress."""
    return files(__package__).joinpath("controls.css").read_text("utf-8")


@functools.cache
def tokens() -> dict[str, tuple[str, str]]:
    """Return each token's value on a light and on a dark background.

    Example:
        >>> tokens()["ground"], tokens()["space-4"]
        (('#ffffff', '#171b21'), ('0.5rem', '0.5rem'))
    """
    first = source().partition("@media")[0]
    return {name: (_in_shade(text, 0), _in_shade(text, 1)) for name, text in _TOKEN.findall(first)}


def token(name: str) -> str:
    """Return a token's value on a light background.

    Example:
        >>> token("class-1")
        '#e69f00'
    """
    return tokens()[name][0]


def style_sheet(light: str = ":root", dark: str = ":root") -> str:
    """Return the tokens as CSS custom properties.

    Args:
        light: The selector of what has them.
        dark: The selector of the same on a dark background. If it is the same selector, the
            reader's system decides.
    """
    text = re.sub(r"\n\n+", "\n", _COMMENT.sub("", source()).strip())
    if light != ":root":
        text = text.replace(":root", light)
    shaded = [f"  --{name}: {dusk};" for name, (dawn, dusk) in tokens().items() if dawn != dusk]
    rows = "\n".join([f"{dark} {{", "  color-scheme: dark;", *shaded, "}"])
    if light == dark:
        rows = f"{DARK_SYSTEM} {{\n{rows}\n}}"
    return f"{light} {{ color-scheme: light; }}\n{_in_shade(text, 0)}\n{rows}\n"


def _in_shade(text: str, shade: int) -> str:
    return _SHADES.sub(lambda match: match[shade + 1], text)
