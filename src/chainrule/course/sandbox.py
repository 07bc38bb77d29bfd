"""The judge of tasks in the worker of an exported page, where no process can be started.

The worker is the sandbox: the page ends it when the code takes too long, and uses it only once.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import FormulaError
from ..playground.answer import refusal
from ..verdict.grading.worker import load
from .grading import SECONDS, as_grade, task_for
from .trial import rows

DEEPEST = 300
"""How deeply code may recurse. Where operators call one another, more would overflow the stack of a
browser's worker and end Python, before Python's own limit raises RecursionError."""

_submission: dict[str, Any] = {}
"""What `run` leaves for `examine`."""


def run(name: str, code: str) -> dict[str, str]:
    """Run the code of a task. It is a step of its own because it has a time limit of its own.

    Args:
        name: The name of the task's file, without its ending.
        code: What was written.

    Returns:
        An `error` and its `remedy` if the code isn't for a task; else nothing.
    """
    try:
        task = task_for(name, code)
    except FormulaError as error:
        return refusal(error)
    path = Path(tempfile.mkdtemp(), "value.py")
    path.write_text(code, "utf-8", "surrogatepass")
    with _shallow():
        make, result = load(path, "Value", SECONDS)
    _submission.update(make=make, result=result, wants=list(task.wants), folder=path.parent)
    return {}


def examine() -> dict[str, Any]:
    """Return what `grading.grade` returns, for the code that `run` has run."""
    kept = _submission
    with _shallow():
        found = rows(kept["make"], kept["result"], kept["wants"])
    return as_grade(found, kept["folder"])


@contextmanager
def _shallow() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
