"""One student's file run, its class examined, and the report on it checked from outside."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from .process import Process, Running, Unfinished
from .recheck import disagreement, questions_about
from .submissions import LARGEST, Submission
from .worker import BEGUN, READY

LATER = 5.0
"""How many seconds after its own alarm a process is ended."""
EXAMINING = 3.0
"""How many times as long as its own code the examination of a class may take."""
STARTING = 60.0
"""How many seconds Python may take to start on a busy machine."""
LISTS = ("mistakes", "weaknesses")
MAPPINGS = ("missing", "unjudged", "not_tried")
"""The parts of a report."""


class Limits(NamedTuple):
    """How much of the machine one file may use.

    Attributes:
        seconds: How long the file's own code may run; examining its class may take three times as
            long.
        megabytes: How much memory its process may use.
    """

    seconds: float = 10.0
    megabytes: int = 2048


USUAL = Limits()


def run_submission(
    submission: Submission, limits: Limits, engine: str, running: Running
) -> dict[str, Any]:
    """Run a file in a process of its own; return what is known of it.

    Returns:
        `why` it wasn't graded, or empty; the name of its `engine`; the `report` on it, or None;
        `remarks`; `attempts` to do what isn't allowed; and `doubt`, a sentence if the report cannot
        be trusted.
    """
    result: dict[str, Any] = {
        "why": "", "engine": "", "report": None, "remarks": [], "attempts": [], "doubt": ""
    }  # fmt: skip
    folder = ""
    try:
        root = Path(tempfile.mkdtemp(prefix="chainrule-"))
        folder = f"{root / 'work'}{os.sep}"
        try:
            _copy(submission.path, root / "submission")
            with Process(root, running) as process:
                _converse(process, submission, limits, engine, result)
        finally:
            with suppress(RecursionError):  # of folders in folders in folders
                shutil.rmtree(root, ignore_errors=True)
    except (Unfinished, OSError) as error:
        result["doubt" if result["report"] else "why"] = f"{str(error).rstrip('.')}."
    cut: dict[str, Any] = _without(folder, result) if folder else result
    return cut


def _without(prefix: str, x: Any) -> Any:
    """The same without the name of the temporary folder."""
    if isinstance(x, str):
        return x.replace(prefix, "")
    if isinstance(x, list):
        return [_without(prefix, part) for part in x]
    if isinstance(x, dict):
        return {_without(prefix, key): _without(prefix, part) for key, part in x.items()}
    return x


def _copy(path: Path, folder: Path) -> None:
    folder.mkdir()
    try:
        if path.stat().st_size > LARGEST:
            raise Unfinished(f"It is larger than {LARGEST >> 20} MB.")
        shutil.copyfile(path, folder / path.name)
    except OSError as error:
        raise Unfinished(f"It cannot be read: {error.strerror or error}.") from None


def _converse(
    process: Process, submission: Submission, limits: Limits, engine: str, result: dict[str, Any]
) -> None:
    """Run the file, examine its class and ask for numbers; fill in the result."""
    seconds = limits.seconds
    process.send(
        {
            "folder": str(process.folder), "file": submission.path.name, "engine": engine,
            "seconds": seconds, "megabytes": limits.megabytes, "cpu_seconds": int(8 * seconds) + 10,
        }
    )  # fmt: skip
    key = secrets.token_hex(32)
    process.key = key.encode()
    process.expect(BEGUN, STARTING, "Python doesn't start; the machine may be too busy.")
    endless = f"Its own code doesn't end within {seconds:g} seconds."
    process.expect(READY, seconds + LATER, endless)
    process.send(key)
    longest = EXAMINING * seconds
    endless = f"The examination of its class doesn't end within {longest:g} seconds."
    _fill(result, process.receive(longest, endless))
    if result["report"]:
        questions = questions_about(result["report"])
        process.send(questions)
        words = disagreement(questions, process.receive(longest, endless))
        result["doubt"] = f"{words}." if words else ""
    if process.forged:
        result["attempts"].append("write into the pipe that results come through")


def _fill(result: dict[str, Any], message: Any) -> None:
    """Take over a message if it has the right structure; its signature alone proves little."""
    try:
        taken: dict[str, Any] = {name: str(message[name]) for name in ("why", "engine")}
        taken |= {name: [str(x) for x in message[name]] for name in ("remarks", "attempts")}
        taken["report"] = report = message["report"] and {
            **{name: [[str(x) for x in row] for row in message["report"][name]] for name in LISTS},
            **{
                name: {str(x): str(y) for x, y in message["report"][name].items()}
                for name in MAPPINGS
            },
            "sound": [str(x) for x in message["report"]["sound"]],
        }
        if report and any(len(row) < 2 for name in LISTS for row in report[name]):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unfinished("Its process sent a result that cannot be read.") from None
    result |= taken
