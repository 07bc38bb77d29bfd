"""The formats of an explanation, one file each."""

from __future__ import annotations

from collections.abc import Callable

from . import html, latex, markdown, text

FORMATS: dict[str, Callable[..., str]] = {
    "text": text.render,
    "markdown": markdown.render,
    "latex": latex.render,
    "html": html.render,
}
"""The function that writes each format, given the content and the names."""
