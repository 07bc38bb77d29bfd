"""Grade files: each in a process of its own, several at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from ...numerals import listed
from ..engines.result import Finding
from .examination import USUAL, Limits, run_submission
from .process import Running
from .rubric import DEFAULT, Rubric
from .score import Part, no_points, score
from .submissions import Submission, find_submissions

GRADED, NOT_GRADED, DOUBTFUL = "graded", "not graded", "doubtful"


@dataclass(frozen=True)
class Grade:
    """What is to be said of one file.

    Attributes:
        name: The file, as reports call it.
        status: "graded"; "not graded", where there is nothing to judge; or "doubtful", where the
            report on the class doesn't agree with the numbers that the class gives, which its
            teacher should look at.
        why: The reason for a status other than "graded", in a sentence.
        engine: The name of the class.
        parts: The points of each part of the rubric; all 0 where the file isn't graded.
        mistakes: What makes derivatives wrong, the first thing to fix first.
        weaknesses: What leaves them right.
        sound: The operations that are right.
        missing: The operations that the class lacks or refuses, and why.
        unjudged: The operations that are built on a wrong one, and on which.
        not_tried: What wasn't tried, and why.
        remarks: What else there is to say of the file.
        attempts: What it tried to do and may not.
        seconds: How long it took.
    """

    name: str
    status: str
    why: str
    engine: str
    parts: tuple[Part, ...]
    mistakes: tuple[Finding, ...] = ()
    weaknesses: tuple[Finding, ...] = ()
    sound: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)
    not_tried: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """The sum of its points."""
        return round(sum(part.points for part in self.parts), 1)

    @property
    def headline(self) -> str:
        """What matters most, in a sentence."""
        if self.status != GRADED:
            return self.why
        for finding in (*self.mistakes, *self.weaknesses):
            return f"{finding.rule}: {finding.message}"
        if self.not_tried:
            return f"No mistake was found, but {listed([*self.not_tried])} could not be tried."
        return "Every derivative is right."

    def as_dict(self) -> dict[str, Any]:
        """The grade as JSON knows it."""
        return {
            "name": self.name, "status": self.status, "why": self.why, "class": self.engine,
            "points": self.points, "parts": [part._asdict() for part in self.parts],
            "mistakes": [x._asdict() for x in self.mistakes],
            "weaknesses": [x._asdict() for x in self.weaknesses],
            "right": [*self.sound], "missing": dict(self.missing),
            "unjudged": dict(self.unjudged), "not_tried": dict(self.not_tried),
            "remarks": [*self.remarks], "attempts": [*self.attempts],
            "seconds": round(self.seconds, 2),
        }  # fmt: skip


def grade_files(
    paths: Iterable[str | os.PathLike[str]],
    rubric: Rubric = DEFAULT,
    *,
    engine: str = "",
    limits: Limits = USUAL,
    jobs: int | None = None,
) -> list[Grade]:
    """Grade files, and folders of files, that each define a class like micrograd's Value.

    Each file is copied to a temporary folder and runs in a process of its own. That isn't a
    sandbox: docs/grading.md says what it protects against.

    Args:
        paths: Python files, notebooks, and folders of them.
        rubric: How many points there are, and what for.
        engine: The name of the class; by default the only one that has a backward pass.
        limits: How much of the machine one file may use.
        jobs: How many files run at once; by default one for each processor.

    Returns:
        The grades, in the order of the files' names.

    Raises:
        FileError: A path doesn't exist or isn't a Python file or notebook, or a folder has none.
    """
    submissions, running = find_submissions(paths), Running()

    def grade(submission: Submission) -> Grade:
        start = monotonic()
        result = run_submission(submission, limits, engine, running)
        return _grade(submission.name, result, rubric, monotonic() - start)

    return _in_threads(grade, submissions, jobs or _processors(), running)


def _in_threads(
    grade: Callable[[Submission], Grade], submissions: Sequence[Submission], jobs: int,
    running: Running,
) -> list[Grade]:  # fmt: skip
    """The grades, by several threads. A pool of `concurrent.futures` keeps a lock if Ctrl-C comes
    while it starts, and waits for ever; `Thread.join` of Python 3.11 takes a thread for ended if
    Ctrl-C comes while it waits; and Ctrl-C doesn't reach the files' processes."""
    waiting: SimpleQueue[tuple[int, Submission]] = SimpleQueue()
    grades: dict[int, Grade] = {}
    failures: list[BaseException] = []
    ended: SimpleQueue[None] = SimpleQueue()

    def work() -> None:
        try:
            with suppress(Empty):
                while not failures:
                    number, submission = waiting.get_nowait()
                    grades[number] = grade(submission)
        except BaseException as error:
            failures.append(error)
        finally:
            ended.put(None)

    for pair in enumerate(submissions):
        waiting.put(pair)
    at_work = 0
    try:
        for _ in range(min(jobs, len(submissions))):
            at_work += 1
            Thread(target=work, daemon=True).start()
        while at_work:
            at_work -= _ends(ended, 0.1)  # it wakes up for a Ctrl-C that another thread received
    except BaseException as error:
        failures.append(error)
        running.end()
        while at_work and _ends(ended, 10.0):
            at_work -= 1
        raise
    if failures:
        raise failures[0]
    return [grades[number] for number in range(len(submissions))]


def _ends(ended: SimpleQueue[None], seconds: float) -> bool:
    """Whether a thread ends within so many seconds."""
    try:
        ended.get(timeout=seconds)
    except Empty:
        return False
    return True


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _grade(name: str, result: Mapping[str, Any], rubric: Rubric, seconds: float) -> Grade:
    """The grade of a file by what its process sent."""
    report, doubt = result["report"], result["doubt"]
    common = {
        "name": name, "engine": result["engine"], "remarks": tuple(result["remarks"]),
        "attempts": tuple(result["attempts"]), "seconds": seconds,
    }  # fmt: skip
    if not report:
        return Grade(status=NOT_GRADED, why=result["why"], parts=no_points(rubric), **common)
    return Grade(
        status=DOUBTFUL if doubt else GRADED,
        why=f"The report on this class cannot be trusted: {doubt}" if doubt else "",
        parts=no_points(rubric) if doubt else score(report, rubric),
        mistakes=_findings(report["mistakes"]),
        weaknesses=_findings(report["weaknesses"]),
        sound=tuple(report["sound"]),
        missing=report["missing"],
        unjudged=report["unjudged"],
        not_tried=report["not_tried"],
        **common,
    )


def _findings(rows: Sequence[Sequence[str]]) -> tuple[Finding, ...]:
    return tuple(Finding(*row[: len(Finding._fields)]) for row in rows)
