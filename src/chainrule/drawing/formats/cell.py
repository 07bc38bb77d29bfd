"""A picture as HTML for the cell of a notebook: it shrinks with the page, and each node says its
numbers when the reader points at it.

The SVG stands in an image, which the styles of the page cannot reach. Over it lie empty boxes with
the nodes' descriptions. Notebooks that strip scripts and style sheets keep all of this.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from ..shapes.sheet import Box, Group, Sheet
from . import svg

_THEMES = {"light": '[data-jp-theme-light="true"]', "dark": '[data-jp-theme-light="false"]'}
"""Where JupyterLab and nbconvert say which theme a page has."""

STYLE = "".join(
    f"{page} .chainrule-drawing img,.vscode-{theme} .chainrule-drawing img{{color-scheme:{theme}}}"
    for theme, page in _THEMES.items()
)


def render(sheet: Sheet, picture: str) -> str:
    """Return a picture, also given as SVG, as a fragment of HTML."""
    wide, high = svg.short(sheet.width), svg.short(sheet.height)
    code = base64.b64encode(picture.encode("utf-8", "replace")).decode("ascii")
    smallest = svg.short(svg.SMALLEST * sheet.width)
    return (
        f'<div class="chainrule-drawing" style="overflow-x:auto"><style>{STYLE}</style>'
        f'<div style="position:relative;max-width:{wide}px;min-width:{smallest}px">'
        f'<img alt="{svg.escape(sheet.description)}" width="{wide}" height="{high}" '
        f'style="display:block;width:100%;height:auto" src="data:image/svg+xml;base64,{code}">\n'
        + "".join(_tooltips(sheet))
        + "</div></div>\n"
    )


def _tooltips(sheet: Sheet) -> Iterator[str]:
    """Yield an empty box over each node and scope, placed in hundredths of the picture."""
    for group in sheet.shapes:
        boxes = [b for b in group.shapes if isinstance(b, Box)] if isinstance(group, Group) else []
        if not isinstance(group, Group) or not boxes:
            continue
        x, y = min(box.x for box in boxes), min(box.y for box in boxes)
        right = max(box.x + box.width for box in boxes)
        low = max(box.y + box.height for box in boxes)
        sides = {"left": x / sheet.width, "top": y / sheet.height}
        sides |= {"width": (right - x) / sheet.width, "height": (low - y) / sheet.height}
        style = "".join(f";{side}:{svg.short(100 * share)}%" for side, share in sides.items())
        yield f'<span title="{svg.escape(group.title)}" style="position:absolute{style}"></span>\n'
