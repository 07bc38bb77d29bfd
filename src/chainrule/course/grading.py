"""Judge the code of a task, in a process of its own."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ..errors import FormulaError
from ..verdict.grading.examination import EXAMINING, LATER, STARTING
from ..verdict.grading.process import Process, Running, Unfinished
from ..verdict.grading.worker import BEGUN, READY
from .shelf import tasks
from .task import WANTS, Task

SECONDS = 3.0
"""How long the code itself may run."""
LIMITS = {"run": SECONDS + LATER, "examine": EXAMINING * SECONDS + LATER}
"""How many seconds each step of a judgement may take."""
MEGABYTES = 1024
LONGEST = 20_000
"""The most characters of code."""
WORKER = "chainrule.course.trial"
FIELDS = ("message", "graph", "source")


def grade(name: str, code: str) -> dict[str, Any]:
    """Judge code by a task, and only by what the task asks for.

    Args:
        name: The name of the task's file, without its ending.
        code: What was written.

    Returns:
        `ok`, and `findings`, each with a `message`, a `graph` that shows it and the line to blame
        (`source`), which may be empty. How that line should read is for the hints to say.

    Raises:
        FormulaError: The course has no task of that name, or the code is too long.
    """
    task = task_for(name, code)
    root = Path(tempfile.mkdtemp(prefix="chainrule-"))
    try:
        folder = root / "submission"
        folder.mkdir()
        (folder / "value.py").write_text(code, "utf-8", "surrogatepass")
        with Process(root, Running(), WORKER) as process:
            rows = _converse(process, list(task.wants))
    except Unfinished as error:
        rows = [["", f"{str(error).rstrip('.')}."]]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return as_grade(rows, folder)


def task_for(name: str, code: str) -> Task:
    """Return the task that the code is for.

    Raises:
        FormulaError: The course has no task of that name, or the code is too long.
    """
    task = tasks().get(name)
    if task is None:
        raise FormulaError(f"the course has no task {name!r}.")
    if len(code) > LONGEST:
        raise FormulaError(f"the code has {len(code):,} characters; {LONGEST:,} are possible.")
    return task


def as_grade(rows: list[list[str]], folder: Path) -> dict[str, Any]:
    """Return findings as the page takes them, without the folder in which the code ran."""
    found = [_finding([str(part).replace(f"{folder}/", "") for part in row[1:]]) for row in rows]
    return {"ok": not found, "findings": found}


def _finding(parts: list[str]) -> dict[str, str]:
    """A finding as the page takes it."""
    message, graph, source, *_ = [*parts, "", ""]
    if message.partition(" ")[0].rstrip(":") not in WANTS:
        message = message[:1].upper() + message[1:]
    return dict(zip(FIELDS, (message, graph, source.removeprefix("value.py:"))))


def _converse(process: Process, wants: list[str]) -> list[list[str]]:
    """Run the code; return the findings."""
    process.send(
        {
            "folder": str(process.folder), "file": "value.py", "wants": wants, "seconds": SECONDS,
            "megabytes": MEGABYTES, "cpu_seconds": int(8 * SECONDS) + 10,
        }
    )  # fmt: skip
    key = secrets.token_hex(32)
    process.key = key.encode()
    process.expect(BEGUN, STARTING, "Python doesn't start; the machine may be too busy.")
    endless = f"The code doesn't end within {SECONDS:g} seconds."
    process.expect(READY, LIMITS["run"], endless)
    process.send(key)
    longest = LIMITS["examine"]
    rows = process.receive(longest, f"The examination doesn't end within {longest:g} seconds.")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Unfinished("The process sent a result that can't be read.")
    return rows
