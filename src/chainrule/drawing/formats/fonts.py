"""The fonts for PNG and PDF, and substitutes for characters that a font lacks."""

from __future__ import annotations

import functools
import os
import sys
import unicodedata
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


LIKELY = (
    *("notosanscjk", "sourcehansans", "notosans-", "wqy", "pingfang", "hiragino", "yugoth"),
    *("msyh", "meiryo", "malgun", "droidsansfallback", "arial unicode", "dejavusans."),
)
"""Beginnings of the names of fonts with many letters, which are tried before others."""

UNLIKELY = ("bold", "italic", "oblique", "mono", "serif", "light", "thin", "black", "condensed")
BLANKS = ("lastresort", "adobeblank", "notdef")
"""Fonts that have every letter and show none."""


def font_folders() -> list[Path]:
    """Return the folders in which the system keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft" / "Windows" / "Fonts"
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", local]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*shared, home / ".local/share/fonts", home / ".fonts"]


@functools.cache
def other_fonts() -> tuple[str, ...]:
    """Return every font file of the system, for letters that the usual font lacks; those most
    likely to have them come first."""
    files = (
        file
        for folder in font_folders()
        for file in folder.rglob("*")
        if file.suffix.lower() in (".ttf", ".ttc", ".otf", ".otc")
        and not file.name.lower().startswith(BLANKS)
    )
    return tuple(sorted((str(file) for file in files), key=_rank))


def _rank(file: str) -> tuple[int, int, str]:
    name = Path(file).name.lower()
    first = [number for number, start in enumerate(LIKELY) if name.startswith(start)]
    unlikely = sum(word in name for word in UNLIKELY)
    return min(first, default=len(LIKELY)), unlikely, file


def spell(text: str, has_glyph: Callable[[str], bool]) -> str:
    """Replace each character that a font lacks, so no empty box is drawn."""
    return "".join(word for word, _ in pieces(text, has_glyph, lambda *_: None))


def pieces(
    text: str, has_glyph: Callable[[str], bool], find: Callable[[str, str | None], str | None]
) -> list[tuple[str, str | None]]:
    """Split a text into pieces to be written in one font each.

    Args:
        text: The text.
        has_glyph: Whether the usual font has a character.
        find: Returns the file of another font that has it, or None; is also given the file of the
            letter before, because a mark must come from the same one as its letter.

    Returns:
        Each piece and its font, None for the usual one. A character that no font has is replaced.
    """
    rows: list[tuple[str, str | None]] = []
    for letter in text:
        if letter in "\u200d\ufe0f":  # these join emoji or choose their style, and are never drawn
            continue
        before = rows[-1][1] if rows else None
        is_mark = before is not None and unicodedata.category(letter).startswith("M")
        is_there = letter.isspace() or " " <= letter <= "~" or (not is_mark and has_glyph(letter))
        file = None if is_there or letter in STAND_INS else find(letter, before)
        word = letter if is_there or file else STAND_INS.get(letter, f"U+{ord(letter):04X}")
        if rows and rows[-1][1] == file:
            rows[-1] = rows[-1][0] + word, file
        else:
            rows.append((word, file))
    return rows
