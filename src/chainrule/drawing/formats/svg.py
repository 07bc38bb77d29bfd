"""SVG. One file suits light and dark pages, and refers to nothing outside itself.

A notebook shows many pictures on one page, and the classes and ids of one apply to all. So a
picture has no ids, and every style rule begins with a class that belongs to this picture alone.
"""

from __future__ import annotations

import hashlib
import html

from ..shapes.palette import DARK, FONT, LIGHT, Palette, tints
from ..shapes.sheet import AnyShape, Box, Group, Line, Point, Polygon, Sheet, Text
from .format import Format


def escape(text: str) -> str:
    """Escape text for XML and HTML, between tags or inside double quotes."""
    return html.escape(text, quote=False).replace('"', "&quot;")


def short(x: float) -> str:
    """Write a coordinate to a hundredth of a pixel, without trailing zeros."""
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def render(sheet: Sheet) -> str:
    """Return the picture as an SVG document."""
    body = "".join(_shape(shape) for shape in sheet.shapes)
    wide, high = short(sheet.width), short(sheet.height)
    words = escape(sheet.title), escape(sheet.description)
    name = "cr-" + hashlib.sha256((body + words[1]).encode()).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img" width="{wide}" '
        f'height="{high}" viewBox="0 0 {wide} {high}">'
        f"<title>{words[0]}</title><desc>{words[1]}</desc>"
        f"<style>{_style_sheet(name, sheet)}</style>"
        f'<rect class="ground" width="{wide}" height="{high}" rx="6"/>\n{body}</svg>\n'
    )


FORMAT = Format(
    "svg",
    "image/svg+xml",
    lambda drawing: render(drawing.sheet()).encode("utf-8", "replace"),
    is_text=True,
    is_laid_out=True,
)

SMALLEST = 0.55
"""A narrow page shrinks a picture no further than to this scale, at which its numbers are still
legible; then it scrolls."""


def _rules(name: str, palette: Palette) -> str:
    rows = []
    for role, style in palette.items():
        rule = f"fill:{style.fill}"
        if style.stroke != "none":
            rule += f";stroke:{style.stroke};stroke-width:{style.width}"
        if style.dash:
            rule += ";stroke-dasharray:" + " ".join(short(part) for part in style.dash)
        rows.append(f".{name} .{role}{{{rule}}}")
    return "".join(rows)


def _tints(name: str, sheet: Sheet, shade: int) -> str:
    colours = sorted({box.tint for box in sheet.flat() if isinstance(box, Box) and box.tint})
    return "".join(f".{name} .tint-{x}{{fill:{tints(x)[shade]}}}" for x in colours)


def _style_sheet(name: str, sheet: Sheet) -> str:
    light = _rules(name, LIGHT) + _tints(name, sheet, 0)
    dark = _rules(name, DARK) + _tints(name, sheet, 1)
    halo = "paint-order:stroke;stroke-width:3px;stroke-linejoin:round;stroke:"
    return (
        f".{name}{{max-width:100%;min-width:{short(SMALLEST * sheet.width)}px;height:auto}}"
        f".{name} text{{font-family:{FONT};font-variant-numeric:tabular-nums;white-space:pre}}"
        f"{light}.{name} .halo{{{halo}{LIGHT['ground'].fill}}}"
        f"@media (prefers-color-scheme:dark){{{dark}"
        f".{name} .halo{{stroke:{DARK['ground'].fill}}}}}"
    )


def _shape(shape: AnyShape) -> str:
    if isinstance(shape, Group):
        inside = "".join(_shape(part) for part in shape.shapes)
        return f"<g><title>{escape(shape.title)}</title>{inside}</g>\n"
    if isinstance(shape, Line):
        return f'<path class="{shape.role}" d="{path(shape)}"/>\n'
    if isinstance(shape, Text):
        return _text(shape)
    if isinstance(shape, Polygon) or shape.cut:
        corners = shape.points if isinstance(shape, Polygon) else shape.corners()
        return f'<polygon class="{_class(shape)}" points="{" ".join(map(_pair, corners))}"/>'
    return _box(shape)


def _class(shape: Box | Polygon) -> str:
    if isinstance(shape, Box) and shape.tint:
        return f"{shape.role} tint-{shape.tint}"
    return shape.role


def _pair(point: Point) -> str:
    return f"{short(point[0])},{short(point[1])}"


def path(line: Line) -> str:
    """Return the path data of a line."""
    parts = ["M" + _pair(line.start)]
    for piece in line.pieces:
        parts.append(("C" if len(piece) == 3 else "L") + " ".join(map(_pair, piece)))
    return "".join(parts)


def _box(box: Box) -> str:
    radius = f' rx="{short(box.radius)}"' if box.radius else ""
    return (
        f'<rect class="{_class(box)}" x="{short(box.x)}" y="{short(box.y)}" '
        f'width="{short(box.width)}" height="{short(box.height)}"{radius}/>'
    )


def _text(text: Text) -> str:
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    weight = ' font-weight="600"' if text.bold else ""
    kind = text.role + (" halo" if text.halo else "")
    return (
        f'<text class="{kind}" x="{short(text.x)}" y="{short(text.y)}" '
        f'font-size="{short(text.size)}"{anchor}{weight}>{escape(text.text)}</text>'
    )
