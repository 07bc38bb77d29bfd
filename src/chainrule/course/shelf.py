"""The files of the course, read: its lessons, its gallery and its tasks."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ..errors import ChainruleError, CheckFailed, FileError
from . import lesson, task
from .fields import Fault
from .lesson import Lesson
from .task import Task
from .toml_lines import Lines


@dataclass(frozen=True)
class Shelf:
    """What the course consists of, each by the name of its file without `.toml`."""

    lessons: dict[str, Lesson]
    gallery: dict[str, Lesson]
    tasks: dict[str, Task]


@functools.cache
def shelf() -> Shelf:
    """Return the course."""
    lessons = {name: lesson.read(text) for name, text in _texts("lessons")}
    gallery = {name: lesson.read(text) for name, text in _texts("gallery")}
    tasks = {name: read_task(text) for name, text in _texts("tasks")}
    return Shelf(lessons, gallery, tasks)


def _texts(folder: str) -> list[tuple[str, str]]:
    """The files of a folder in the order of their names."""
    found = [
        (each.name.removesuffix(".toml"), each.read_text("utf-8"))
        for each in files(__package__).joinpath(folder).iterdir()
        if each.name.endswith(".toml")
    ]
    return sorted(found)


def read_task(text: str) -> Task:
    """Read a task from its text."""
    return task.read(lesson.parse_toml(text), Lines(text))


def faults_of(text: str) -> list[Fault]:
    """Return what is wrong with a lesson or a task."""
    try:
        is_task = "wants" in lesson.parse_toml(text)
    except ChainruleError:
        is_task = False
    return read_task(text).faults if is_task else lesson.read(text).faults


def read_file(path: Path) -> str:
    """Return the text of a file.

    Raises:
        FileError: It can't be read.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it isn't UTF-8"
        raise FileError(f"{str(path)!r} cannot be read: {reason}.") from None


def check(path: Path) -> str:
    """Return what a lesson has: its title and the number of its steps, in a sentence.

    Raises:
        CheckFailed: It has faults; the message has each with its line.
        FileError: It can't be read.
    """
    text = read_file(path)
    if faults := faults_of(text):
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        rows = [
            f"  line {each.line}  {each.what}"
            + (f"\n    remedy  {each.remedy}" * bool(each.remedy))
            for each in faults
        ]
        raise CheckFailed("\n".join([f"{path} has {count}.", *rows]))
    content = lesson.parse_toml(text)
    if "wants" in content:
        return f"{path}: the task {content['title']!r} has no faults."
    steps = len(content["step"])
    noun = "step" if steps == 1 else "steps"
    return f"{path}: the lesson {content['title']!r} with {steps} {noun} has no faults."
