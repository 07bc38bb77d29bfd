"""The page of the course: one file with its script, its look and its texts."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ..playground import page as playground
from ..playground.page import data_text
from ..playground.words import ORIGINAL, sentences
from .grading import LIMITS
from .lesson import Lesson
from .shelf import shelf
from .words import languages

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./codemirror\.js";\n', re.MULTILINE)


@functools.cache
def script() -> str:
    """Return the page's script: CodeMirror, which exists once, and what takes its parts from it."""
    library, own = (
        files(__package__).joinpath(name).read_text("utf-8")
        for name in ("codemirror.js", "course.js")
    )
    parts = ", ".join(f"{public}: {local}" for public, local in playground.names_in(_IMPORT, own))
    own = _IMPORT.sub(f"const {{ {parts} }} = codemirror;\n", own)
    return f"{library}{playground.with_view(own)}"


def html(
    *,
    is_served: bool,
    address: str,
    extra: Mapping[str, Lesson] | None = None,
    language: str | None = None,
    python: dict[str, Any] | None = None,
) -> str:
    """Return the page.

    Args:
        is_served: Whether a server runs the code of tasks.
        address: The playground's address, from this page.
        extra: Lessons that stand before those of the course.
        language: The language until somebody chooses another; None for the browser's.
        python: What `runtime.runtime` tells a page that has Python beside it.
    """
    style = playground.style() + files(__package__).joinpath("course.css").read_text("utf-8")
    about = {"isServed": is_served, "playground": address, "language": language}
    judge = {"python": python, "limits": LIMITS}
    content = data_text({**_content(extra or {}), **about, **judge})
    said = languages()[language or ORIGINAL]
    return playground.document(
        said["title"],
        playground.policy([script()], is_served, python is not None),
        style,
        f'<div id="course"><p class="unscripted">{said["unscripted"]}</p></div>\n'
        f'<script type="application/json" id="content">{content}</script>\n',
        script(),
        language,
    )


def _content(extra: Mapping[str, Lesson]) -> dict[str, Any]:
    """Everything that the page shows."""
    kept = shelf()
    lessons = {**extra, **kept.lessons}
    graphs: dict[str, Any] = {}
    for each in [*lessons.values(), *kept.gallery.values()]:
        graphs |= each.graphs
    shelves = {
        language: {
            "lessons": _rows(lessons, language),
            "gallery": _rows(kept.gallery, language),
            "tasks": _rows(kept.tasks, language),
        }
        for language in languages()
    }
    return {
        "shelves": shelves,
        "graphs": graphs,
        "languages": languages(),
        "sentences": sentences(),
    }


def _rows(items: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Lessons or tasks in a language; in their own where nobody has translated them."""
    return [
        {"id": name, **each.translations.get(language, each).content}
        for name, each in items.items()
    ]
