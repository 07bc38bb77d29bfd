"""The page of the playground: one file with its script, its look and its examples."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from ..design import controls, style_sheet
from ..drawing.view.page import data_text, module
from ..nn import datasets
from .answer import answer
from .examples import EXAMPLES
from .words import ORIGINAL, languages, sentences

__all__ = ["data_text", "document", "html", "policy", "style", "with_view"]

SHEETS = ("play.css", "training.css")

POLICY = (
    "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src {}; base-uri 'none'; form-action 'none'"
)
"""The page runs its script, identified by its hash, and asks nobody but its own server. The
images are those that it makes itself, on the way from SVG to PNG."""

PYTHON = " 'wasm-unsafe-eval' blob:"
"""What may run besides, where the page has Python. It runs in a worker made of a blob, not of an
address: such a worker inherits this policy, so that code in it reaches no other host either."""

_IMPORT = re.compile(r'^import \{([^}]*)\} from "[^"]*view/js/main\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


@functools.cache
def script() -> str:
    """Return the page's script."""
    return with_view(files(__package__).joinpath("play.js").read_text("utf-8"))


def with_view(page: str) -> str:
    """Return a script: the view's own module, and in a function of its own the page's.

    Both are bundled one by one, so that the view exists once. What the page imports from the view
    becomes parameters of the function.
    """
    view = module()
    exported = {public: local for local, public in names_in(_EXPORT, view)}
    imported = names_in(_IMPORT, page)
    parameters = ", ".join(local for _, local in imported)
    arguments = ", ".join(exported[public] for public, _ in imported)
    own = _EXPORT.sub("", _IMPORT.sub("", page))
    return f"{view}(({parameters}) => {{\n{own}}})({arguments});\n"


def names_in(pattern: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Return the names in lists of imports or exports, before and after `as`."""
    lists = ",".join(match[1] for match in pattern.finditer(text))
    pairs = [name.split() for name in lists.split(",") if name.strip()]
    return [(pair[0], pair[-1]) for pair in pairs]


def policy(scripts: Sequence[str], is_served: bool, has_python: bool = False) -> str:
    """Return the content security policy of pages with these scripts."""
    digests = (base64.b64encode(hashlib.sha256(each.encode()).digest()) for each in scripts)
    sources = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    text = POLICY.format(
        sources + PYTHON * has_python, "'self'" if is_served or has_python else "'none'"
    )
    return text + "; worker-src blob:" * has_python


@functools.cache
def style() -> str:
    """Return the design and the style sheets of this folder."""
    own = [files(__package__).joinpath(name).read_text("utf-8") for name in SHEETS]
    return style_sheet(":root", ":root.dark") + controls() + "".join(own)


def document(
    title: str, policy: str, style: str, body: str, script: str, language: str | None = None
) -> str:
    """Return a page that is one file."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language or ORIGINAL}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}"
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def html(
    is_served: bool,
    course: str = "",
    python: dict[str, Any] | None = None,
    language: str | None = None,
) -> str:
    """Return the page.

    Args:
        is_served: Whether a server lays out what is typed.
        course: The address of the course, for a link; empty if it is not served.
        python: What `runtime.runtime` tells a page that has Python beside it.
        language: The language until somebody chooses another; None for the browser's.
    """
    said = languages()[language or ORIGINAL]
    settings: dict[str, Any] = {"isServed": is_served, "python": python, "language": language}
    if course:
        settings["course"] = course
    return document(
        said["playground_title"],
        policy([script()], is_served, python is not None),
        style(),
        f'<div id="play"><p class="unscripted">{said["playground_unscripted"]}</p></div>\n'
        f'<script type="application/json" id="examples">{_examples()}</script>\n'
        f'<script type="application/json" id="sets">{_sets()}</script>\n'
        f'<script type="application/json" id="words">{_words()}</script>\n'
        f'<script type="application/json" id="settings">{data_text(settings)}</script>\n',
        script(),
        language,
    )


@functools.cache
def _examples() -> str:
    rows = [
        {"name": each.name, "plot": each.plot, "answer": answer(each.text)} for each in EXAMPLES
    ]
    return data_text(rows)


SETS = ("moons", "circles", "spiral", "xor")
"""The data sets that a network can be trained on, by their names in `nn.datasets`."""


@functools.cache
def _sets() -> str:
    rows = {}
    for name in SETS:
        points, labels = getattr(datasets, name)()
        pairs = zip(points.tolist(), labels.tolist(), strict=True)
        rows[name] = [[*point, label] for point, label in pairs]
    return data_text(rows)


@functools.cache
def _words() -> str:
    return data_text({"languages": languages(), "sentences": sentences()})
