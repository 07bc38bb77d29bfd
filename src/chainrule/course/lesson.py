"""A lesson: one TOML file, read into steps, and every fault of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import FormulaError
from ..files import parse_toml
from ..playground.answer import refusal
from ..playground.words import ORIGINAL
from .fields import Fault, Table
from .step import Step, StepReader
from .toml_lines import Lines
from .translation import translated

LARGEST = 200_000
"""The most characters of a file."""

MOST_STEPS = 30


@dataclass
class Lesson:
    """A lesson.

    Attributes:
        title: Its title.
        goal: What one learns, in a sentence.
        steps: Its steps.
        graphs: The graph of each program, as the page takes it, by its text.
        faults: What is wrong with it, in order of the lines.
        fields: The file as TOML has it.
        language: The language of its texts.
        translations: The same lesson in other languages.
    """

    title: str = ""
    goal: str = ""
    steps: list[Step] = field(default_factory=list)
    graphs: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    language: str = ORIGINAL
    translations: dict[str, Lesson] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """The lesson as the page takes it."""
        steps = [step.content for step in self.steps]
        about = {"title": self.title, "goal": self.goal, "language": self.language}
        return {**about, "steps": steps}


def read(text: str, language: str = ORIGINAL) -> Lesson:
    """Read a lesson; what is wrong with it is in its `faults`.

    Raises:
        MissingExtra: Python 3.10 reads TOML only with tomli.
    """
    lesson = Lesson(language=language)
    return _filled(lesson, read_fields(text, lesson.faults), Lines(text))


def translate(original: Lesson, text: str, language: str) -> Lesson:
    """Read the translation of a lesson; what is wrong with it is in its `faults`."""
    lesson = Lesson(language=language, graphs=original.graphs)
    lines = Lines(text)
    fields = read_fields(text, lesson.faults)
    if fields is not None:
        fields = translated(original.fields, fields, lines, lesson.faults)
    return _filled(lesson, fields, lines)


def read_fields(text: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Return the fields of a file; None where it is too long or isn't TOML, which is noted."""
    if len(text) > LARGEST:
        what = f"the file has {len(text):,} characters; a lesson has at most {LARGEST:,}."
        faults.append(Fault(1, what))
        return None
    try:
        return parse_toml(text)
    except FormulaError as error:
        what = refusal(error)["error"]
        number, _, rest = what.removeprefix("line ").partition(" ")
        faults.append(Fault(int(number), f"this {rest}"))
        return None


def _filled(lesson: Lesson, fields: dict[str, Any] | None, lines: Lines) -> Lesson:
    """Read the fields of a file into a lesson."""
    if fields is None:
        return lesson
    lesson.fields = fields
    table = Table(fields, lines, (), lesson.faults)
    lesson.title = table.take("title", str, needed=True)
    lesson.goal = " ".join(table.take("goal", str, needed=True).split())
    steps = table.tables("step")
    if not steps:
        table.fault("step", "a lesson needs at least one [[step]].")
    if len(steps) > MOST_STEPS:
        table.fault("step", f"a lesson has at most {MOST_STEPS} steps, not {len(steps)}.")
    table.end()
    graph = ""
    for step in steps[:MOST_STEPS]:
        graph = step.take("graph", str) or graph
        reader = StepReader(step, graph, lesson.graphs)
        if taken := reader.read():
            lesson.steps.append(taken)
        step.end()
    lesson.faults.sort(key=lambda fault: fault.line)
    return lesson
