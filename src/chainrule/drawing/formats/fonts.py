"""The fonts for PNG and PDF, and substitutes for characters that a font lacks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from ...numerals import DASH, MINUS
from ..snapshot.text import TIMES

STAND_INS = {MINUS: "-", DASH: "-", TIMES: "*", "…": "...", "∞": "inf"}
"""Substitutes for characters that a font may lack. Any other is replaced by its code."""


def font_files() -> Iterator[tuple[str, str]]:
    """Yield pairs of files, a plain and a bold font, that may exist; matplotlib's come first."""
    spec = find_spec("matplotlib")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "mpl-data" / "fonts" / "ttf"
        yield str(folder / "DejaVuSans.ttf"), str(folder / "DejaVuSans-Bold.ttf")
    yield "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
    if sys.platform in ("win32", "darwin"):
        yield "Arial.ttf", "Arial Bold.ttf"


def spell(text: str, has_glyph: Callable[[str], bool]) -> str:
    """Replace each character that a font lacks, so no empty box is drawn."""
    return "".join(_spell(letter, has_glyph) for letter in text)


def _spell(letter: str, has_glyph: Callable[[str], bool]) -> str:
    if letter.isspace() or " " <= letter <= "~":
        return letter
    if letter in "\u200d\ufe0f":  # these join emoji or choose their style, and are never drawn
        return ""
    return letter if has_glyph(letter) else STAND_INS.get(letter, f"U+{ord(letter):04X}")
