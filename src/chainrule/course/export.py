"""The course and the playground as a folder for any web server."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..errors import ChoiceError
from ..files import write_atomically
from ..playground import page as playground
from ..playground.runtime import TESTED, Runtime, runtime
from . import page
from .lesson import Lesson

INDEX = "index.html"
NO_PYTHON = Runtime(None, {})


def export(
    folder: str,
    first: str = "course",
    own: Mapping[str, Lesson] | None = None,
    pyodide: str | None = None,
    language: str | None = None,
) -> str:
    """Write both pages; return the path of the first.

    They need no server but a plain one for files, and no network. What only Python can do, reading
    a new expression and judging code, needs Pyodide; without it the pages say what is missing.

    Args:
        folder: Where to write them.
        first: Which page is index.html: 'course' or 'playground'.
        own: Lessons that stand before those of the course.
        pyodide: The folder of Pyodide.
        language: The language of both until somebody chooses another.

    Raises:
        ChoiceError: The folder has no name, or that of Pyodide isn't Pyodide's.
        FileError: A file can't be read or written.
    """
    if not folder:
        raise ChoiceError(
            "an export needs the name of a folder, but got an empty one.",
            remedy="name one, or '.' for the folder you are in",
        )
    names = {each: f"{each}.html" for each in ("course", "playground")} | {first: INDEX}
    settings, content = NO_PYTHON if pyodide is None else runtime(pyodide)
    course = page.html(
        is_served=False, address=names["playground"], extra=own, language=language, python=settings
    )
    play = playground.html(
        is_served=False, course=names["course"], python=settings, language=language
    )
    pages = {names["course"]: course.encode(), names["playground"]: play.encode()}
    for name, data in {**content, **pages}.items():  # the pages last: what they need is there
        write_atomically(os.path.join(folder, name), data, makes_folders=True)
    return os.path.join(folder, INDEX)


def report(path: str, pyodide: str | None) -> str:
    """Return what the command line says of an export."""
    if pyodide is not None:
        return f"Written to {path}. It needs a server for files, such as python -m http.server."
    return (
        f"Written to {path}, without Python: nobody can type an expression there, or have code "
        f"judged.\nFor that, run `npm install pyodide@{TESTED}` and add --pyodide "
        "node_modules/pyodide."
    )
