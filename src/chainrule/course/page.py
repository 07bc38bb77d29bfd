"""The page of the course: one file with its script, its look and its texts."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from ..playground import page as playground
from ..playground.page import data_text
from .lesson import Lesson, parse_toml
from .shelf import shelf

TITLE = "chainrule course"


@functools.cache
def script() -> str:
    """Return the page's script."""
    return playground.with_view(files(__package__).joinpath("course.js").read_text("utf-8"))


def policy(is_served: bool) -> str:
    """Return the content security policy."""
    return playground.policy_for([script()], is_served)


@functools.cache
def languages() -> dict[str, dict[str, str]]:
    """Return the words of the page in each language, by the code of the language."""
    found = {
        each.name.removesuffix(".toml"): parse_toml(each.read_text("utf-8"))
        for each in files(__package__).joinpath("strings").iterdir()
        if each.name.endswith(".toml")
    }
    return {"en": found["en"], **{code: found[code] for code in sorted(found)}}


def html(*, is_served: bool, address: str, extra: Mapping[str, Lesson] | None = None) -> str:
    """Return the page.

    Args:
        is_served: Whether a server runs the code of tasks.
        address: The playground's address, from this page.
        extra: Lessons that stand before those of the course.
    """
    style = playground.style("play.css") + files(__package__).joinpath("course.css").read_text(
        "utf-8"
    )
    content = data_text({**_content(extra or {}), "isServed": is_served, "playground": address})
    unscripted = languages()["en"]["unscripted"]
    return playground.document(
        TITLE,
        policy(is_served),
        style,
        f'<div id="course"><p class="unscripted">{unscripted}</p></div>\n'
        f'<script type="application/json" id="content">{content}</script>\n',
        script(),
    )


def _content(extra: Mapping[str, Lesson]) -> dict[str, Any]:
    """Everything that the page shows."""
    kept = shelf()
    lessons = {**extra, **kept.lessons}
    graphs: dict[str, Any] = {}
    for each in [*lessons.values(), *kept.gallery.values()]:
        graphs |= each.graphs
    return {
        "lessons": _rows(lessons.items()),
        "gallery": _rows(kept.gallery.items()),
        "tasks": _rows(kept.tasks.items()),
        "graphs": graphs,
        "languages": languages(),
    }


def _rows(items: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": name, **each.content} for name, each in items]
