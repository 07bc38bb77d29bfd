"""The page of the playground: one file with its script, its look and its examples."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib.resources import files

from ..design import style_sheet
from ..drawing.view.page import data_text, module
from .answer import answer
from .examples import EXAMPLES

__all__ = ["data_text", "html", "policy"]

TITLE = "chainrule playground"

POLICY = (
    "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src {}; base-uri 'none'; form-action 'none'"
)
"""The page runs its one script, identified by its hash, and asks nobody but its own server. The
images are those that it makes itself, on the way from SVG to PNG."""

NO_SCRIPT = "The playground needs JavaScript and a browser of 2023 or later."

_IMPORT = re.compile(r'^import \{([^}]*)\} from "[^"]*view/js/main\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


@functools.cache
def script() -> str:
    """Return the page's script: the view's own module, and in a block of its names the page's.

    Both are bundled one by one, so that the view exists once. What the page imports from the view
    becomes constants of the block.
    """
    view, page = module(), files(__package__).joinpath("play.js").read_text("utf-8")
    exported = {public: local for local, public in _names(_EXPORT, view)}
    constants = "".join(
        f"const {local} = {exported[public]};\n"
        for public, local in _names(_IMPORT, page)
        if exported[public] != local
    )
    return f"{view}{{\n{constants}{_EXPORT.sub('', _IMPORT.sub('', page))}}}\n"


def _names(pattern: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """The names in a list of imports or exports, before and after `as`."""
    lists = ",".join(match[1] for match in pattern.finditer(text))
    pairs = [name.split() for name in lists.split(",") if name.strip()]
    return [(pair[0], pair[-1]) for pair in pairs]


def policy(is_served: bool) -> str:
    """Return the content security policy."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return POLICY.format(digest, "'self'" if is_served else "'none'")


def html(is_served: bool) -> str:
    """Return the page.

    Args:
        is_served: Whether a server lays out what is typed.
    """
    style = style_sheet(":root", ":root.dark")
    style += files(__package__).joinpath("play.css").read_text("utf-8")
    settings = {"isServed": is_served}
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(is_served)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{TITLE}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<div id="play"><p class="unscripted">{NO_SCRIPT}</p></div>\n'
        f'<script type="application/json" id="examples">{_examples()}</script>\n'
        f'<script type="application/json" id="settings">{data_text(settings)}</script>\n'
        f'<script type="module">{script()}</script>\n</body>\n</html>\n'
    )


@functools.cache
def _examples() -> str:
    rows = [
        {"title": each.title, "about": each.about, "plot": each.plot, "answer": answer(each.text)}
        for each in EXAMPLES
    ]
    return data_text(rows)
