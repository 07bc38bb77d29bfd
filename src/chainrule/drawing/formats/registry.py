"""The formats of drawings. A new format is a file of its own and a name in the list here."""

from __future__ import annotations

from . import dot, pdf, png, svg, text
from .format import Format

FORMATS: dict[str, Format] = {
    name: module.FORMAT
    for module in (svg, png, pdf, text, dot)
    for name in (module.FORMAT.name, *module.FORMAT.aliases)
}
"""Each format, under its name and its aliases."""
