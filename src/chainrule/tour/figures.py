"""The figures of the page: still pictures, and views that one script starts.

A picture from `show` becomes a view where JavaScript runs. The stages of a figure stand in a column
beside it; the view shows the stage that is being read. Without JavaScript every stage has its own
still picture.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from urllib.parse import quote

from ..drawing.view.page import data_text, module
from .script import Picture, Section, Shown, text_for

HEAD_SCRIPT = (
    'if ("IntersectionObserver" in window) document.documentElement.classList.add("scripted");'
)
"""The page makes room for the views at once, so that nothing moves when they start."""

BARS_ACROSS, BARS_DOWN = 112, 190
"""The height of a view's bars in pixels, in a wide and in a narrow view."""

NARROW = 374
"""The width to which a telephone shrinks a drawing, in pixels."""

Writer = Callable[[str], str]


def figure(picture: Picture, prose: Writer) -> str:
    """Return a picture with its number, its caption and its files."""
    if picture.view is not None:
        return live(picture, _caption(picture, prose))
    kind = ' class="wide"' if picture.text else ""
    inside = f'<div class="picture">{_still(picture)}</div>'
    return f"<figure{kind}>{inside}{_caption(picture, prose)}</figure>\n"


def live(picture: Picture, caption: str) -> str:
    """Return a picture that becomes a view where scripts run, with this caption."""
    assert picture.view is not None
    across = _height(picture.svg) + BARS_ACROSS
    wide, high = picture.view["upright"]["states"][0]["size"]
    down = round(high * min(1, NARROW / wide)) + BARS_DOWN
    sizes = f"--across:{across}px;--down:{down}px"
    return (
        f'<figure class="live wide" style="{sizes}"><div class="picture" '
        f'data-view="{_data_id(picture)}">{_still(picture)}</div>{caption}</figure>\n'
    )


def walk(shown: Sequence[Shown], write: Callable[[Shown], str], prose: Writer) -> str:
    """Return a figure and its stages.

    Args:
        shown: The first stage's picture, and all that leads to the last one's.
        write: What writes one thing.
        prose: What writes prose.
    """
    stages, texts = [], []
    for one in shown[1:]:
        if not isinstance(one, Picture):
            texts.append(write(one))
            continue
        still = f'<figure class="still"><div class="picture">{_still(one)}</div>'
        texts.append(f"{still}{_caption(one, prose)}</figure>\n")
        stages.append(f'<div class="stage" data-at="{one.at}">\n{"".join(texts)}</div>\n')
        texts = []
    first = shown[0]
    assert isinstance(first, Picture)
    return (
        f'<div class="walk">\n{figure(first, prose)}<div class="stages">\n{"".join(stages)}'
        "</div>\n</div>\n"
    )


def pieces(shown: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
    """Split a chapter into single things and figures with all their stages."""
    at = 0
    while at < len(shown):
        end, one = at + 1, shown[at]
        if isinstance(one, Picture) and one.stage is not None:
            stages = (k for k, other in enumerate(shown) if _number(other) == one.number)
            end = 1 + max(stages)
        yield shown[at:end]
        at = end


def _number(shown: Shown) -> int:
    return shown.number if isinstance(shown, Picture) else 0


def scripts(sections: Sequence[Section]) -> str:
    """Return the data of all views and, once, the script that shows them."""
    views = [
        one
        for section in sections
        for one in section.shown
        if isinstance(one, Picture) and one.view is not None
    ]
    data = "".join(
        f'<script type="application/json" id="{_data_id(one)}">{data_text(one.view)}</script>\n'
        for one in views
    )
    return f'{data}<script type="module">{_module()}</script>\n' if views else ""


def policy() -> str:
    """Return the content security policy: the page's own scripts, and nothing from elsewhere."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in (HEAD_SCRIPT, _module())
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _module() -> str:
    """The view's module and, in a block of its own names, what the page does with it."""
    return f"{module()}{{\n{files(__package__).joinpath('figures.js').read_text('utf-8')}}}\n"


def _data_id(picture: Picture) -> str:
    return f"data-{picture.number}"


def _height(svg: str) -> int:
    match = re.search(r' height="([\d.]+)"', svg)
    assert match
    return round(float(match[1]))


def _still(picture: Picture) -> str:
    """The drawing in both directions, of which the page shows one; or the plot as an image."""
    if picture.text:
        wide, narrow = (svg[svg.index("<svg") :] for svg in (picture.svg, picture.upright))
        return f'<div class="across">{wide}</div><div class="down">{narrow}</div>'
    words = html.escape(re.sub(r"[*`]", "", text_for("page", picture.caption)))
    data = quote(picture.svg.replace('"', "'"), safe=" /:;=,.()<>?!@'{}")
    return f'<img src="data:image/svg+xml,{data}" alt="{words}">'


def _caption(picture: Picture, prose: Writer) -> str:
    links = " · ".join(
        f'<a href="{name}">{name.rsplit(".", 1)[1].upper()}</a>' for name in picture.files
    )
    name = f"figure-{picture.number}" + (f"-{picture.stage}" if picture.stage else "")
    return (
        f'<figcaption id="{name}"><b>{picture.title}.</b> '
        f"{prose(picture.caption)} <small>{links}</small></figcaption>"
    )
