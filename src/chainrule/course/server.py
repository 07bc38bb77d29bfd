"""`chainrule course`: the course and the playground on this machine, or as files."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import ChoiceError, FormulaError, MissingExtra
from ..playground.answer import refusal
from ..playground.server import LIBRARIES, Wing, respond, texts_of
from . import page
from .grading import grade
from .lesson import Lesson
from .shelf import read_lesson, shelf
from .worksheet.writing import write

LONGEST_GRADING = 100.0
"""How long a request may take that examines code, in seconds."""

EXAMPLE = {"task": "01_add", "code": "class Value: ..."}


def wing(own: Mapping[str, Lesson] | None = None, language: str | None = None) -> Wing:
    """Return the course as something that the playground's server serves beside itself.

    Args:
        own: Lessons that stand before those of the course.
        language: The page's language until somebody chooses another; None for the browser's.

    Raises:
        MissingExtra: Starlette is not installed.
    """
    try:
        responses = import_module("starlette.responses")
        routing = import_module("starlette.routing")
        concurrency = import_module("starlette.concurrency")
        import anyio
    except ImportError:
        raise MissingExtra(LIBRARIES, "chainrule course") from None

    @functools.cache
    def text() -> str:
        return page.html(is_served=True, address="./", extra=own, language=language)

    one_at_a_time = anyio.Semaphore(1)

    async def show(_: Any) -> Any:
        return responses.HTMLResponse(await concurrency.run_in_threadpool(text))

    async def judge(request: Any) -> Any:
        kind = request.headers.get("content-type", "")
        try:
            name, code = texts_of(kind, await request.body(), EXAMPLE)
            async with one_at_a_time:
                return respond(await concurrency.run_in_threadpool(grade, name, code), 200)
        except FormulaError as error:
            return respond(refusal(error), 400)

    return Wing(
        "course",
        [
            routing.Route("/course", show, methods=["GET"]),
            routing.Route("/task", judge, methods=["POST"]),
        ],
        [page.script()],
        {"/task": LONGEST_GRADING},
    )


def own_lessons(paths: Sequence[str]) -> dict[str, Lesson]:
    """Return a teacher's own lessons, by the names of their files.

    Raises:
        CheckFailed: One has faults.
        FileError: One can't be read.
    """
    return {path.stem: read_lesson(path) for path in map(Path, paths)}


def write_worksheet(
    number: int, seed: int, out: str | None, own: Mapping[str, Lesson], language: str | None = None
) -> str:
    """Write a worksheet of a lesson and return the file's name.

    Args:
        number: Which lesson, counted from 1 and with a teacher's own ones first.
        seed: Which numbers it has.
        out: The file; without it, the name is made of the lesson's and the seed.
        own: A teacher's own lessons.
        language: The language, if the lesson is there in it; None for the lesson's own.

    Raises:
        ChoiceError: The lesson does not exist or asks nothing, or the name of the file doesn't end
            in .md, .html, .ipynb or .pdf.
        MissingExtra: PDF without reportlab.
        FileError: It cannot be written.
    """
    lessons = {**own, **shelf().lessons}
    if number > len(lessons):
        raise ChoiceError(f"the course has {len(lessons)} lessons, and so no lesson {number}.")
    name, chosen = list(lessons.items())[number - 1]
    out = out or f"{name}_{seed}.md"
    write(chosen.translations.get(language or "", chosen), seed, out)
    return out
