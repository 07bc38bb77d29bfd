"""The files of the course, read: its lessons, its gallery and its tasks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from ..errors import ChainruleError, CheckFailed, FileError
from ..files import parse_toml
from ..numerals import counted
from ..playground.words import ORIGINAL
from . import lesson, task
from .fields import Fault
from .lesson import Lesson
from .task import Task
from .toml_lines import Lines
from .translation import split_name, translated

T = TypeVar("T", Lesson, Task)


@dataclass(frozen=True)
class Shelf:
    """What the course consists of, each by the name of its file without `.toml`."""

    lessons: dict[str, Lesson]
    gallery: dict[str, Lesson]
    tasks: dict[str, Task]


@functools.cache
def shelf() -> Shelf:
    """Return the course."""
    return Shelf(
        _read_all(_texts("lessons"), lesson.read, lesson.translate),
        _read_all(_texts("gallery"), lesson.read, lesson.translate),
        tasks(),
    )


@functools.cache
def tasks() -> dict[str, Task]:
    """Return the tasks of the course, which are read faster than all of it."""
    return _read_all(_texts("tasks"), read_task, translate_task)


def _texts(folder: str) -> dict[str, str]:
    """The files of a folder, by their names without `.toml`."""
    return {
        each.name.removesuffix(".toml"): each.read_text("utf-8")
        for each in files(__package__).joinpath(folder).iterdir()
        if each.name.endswith(".toml")
    }


def _read_all(
    texts: Mapping[str, str], read: Callable[[str], T], translate: Callable[[T, str, str], T]
) -> dict[str, T]:
    """Read files in the order of their names, each with its translations."""
    found: dict[str, T] = {}
    for stem in sorted(texts):
        name, language = split_name(stem)
        if name in found:
            found[name].translations[language] = translate(found[name], texts[stem], language)
        else:
            found[stem] = read(texts[stem])
    return found


def read_task(text: str) -> Task:
    """Read a task from its text."""
    return task.read(parse_toml(text), Lines(text))


def translate_task(original: Task, text: str, language: str) -> Task:
    """Read the translation of a task."""
    faults: list[Fault] = []
    lines = Lines(text)
    texts = lesson.read_fields(text, faults)
    if texts is None:
        return Task(faults=faults)
    found = task.read(translated(original.fields, texts, lines, faults), lines, language)
    found.faults = sorted([*faults, *found.faults], key=lambda fault: fault.line)
    return found


def read_lesson(path: Path) -> Lesson:
    """Read a lesson of one's own, with the translations that stand beside it.

    Raises:
        CheckFailed: It has faults.
        FileError: It can't be read.
    """
    path = original_of(path) or path
    check(path)
    _, language = split_name(path.stem)
    found = lesson.read(read_file(path), language)
    for each in sorted(path.parent.iterdir()):
        if original_of(each) == path:
            check(each)
            _, other = split_name(each.stem)
            found.translations[other] = lesson.translate(found, read_file(each), other)
    return found


def original_of(path: Path) -> Path | None:
    """Return the file that another translates; None where it translates none."""
    name, language = split_name(path.stem)
    original = path.with_name(f"{name}{path.suffix}")
    return original if language != ORIGINAL and original.is_file() else None


def faults_of(text: str, original: str | None = None) -> list[Fault]:
    """Return what is wrong with a lesson or a task, or with the translation of an original."""
    base = text if original is None else original
    try:
        is_task = "wants" in parse_toml(base)
    except ChainruleError:
        is_task = False
    found: Lesson | Task = read_task(base) if is_task else lesson.read(base)
    if original is None:
        return found.faults
    translate: Callable[..., Lesson | Task] = translate_task if is_task else lesson.translate
    return translate(found, text, ORIGINAL).faults


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
    original = original_of(path)
    if original:
        check(original)
    if faults := faults_of(text, read_file(original) if original else None):
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        rows = [
            f"  line {each.line}  {each.what}"
            + (f"\n    remedy  {each.remedy}" * bool(each.remedy))
            for each in faults
        ]
        raise CheckFailed("\n".join([f"{path} has {count}.", *rows]))
    content = parse_toml(text)
    if original:
        return f"{path}: the translation of {original.name} has no faults."
    if "wants" in content:
        return f"{path}: the task {content['title']!r} has no faults."
    steps = counted(len(content["step"]), "step")
    return f"{path}: the lesson {content['title']!r} with {steps} has no faults."
