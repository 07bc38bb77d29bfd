"""Every format that a drawing can be written in. A new one is a file of its own and a name here."""

from __future__ import annotations

from . import dot, pdf, png, svg, text
from .format import Format

FORMATS: dict[str, Format] = {
    name: module.FORMAT
    for module in (svg, png, pdf, text, dot)
    for name in (module.FORMAT.name, *module.FORMAT.aliases)
}
"""The formats by their names and endings."""
