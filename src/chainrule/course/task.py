"""A task of the course: a part of `Value` to write, as one TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..playground.words import ORIGINAL
from . import markdown
from .fields import Fault, Table
from .toml_lines import Lines

PARTS = ("init", "repr", "forward", "local", "order")
"""What is tried before a class has a backward pass."""

OPERATIONS = ("add", "mul", "sub", "neg", "div", "pow", "exp", "tanh", "relu")
EXAMINED = ("accumulation", "state", "numbers", *OPERATIONS)
"""What is judged by what `check_engine` finds."""

WANTS = (*PARTS, *EXAMINED)


@dataclass
class Task:
    """A task.

    Attributes:
        title: Its title.
        text: What to write, as blocks.
        hints: Hints, each as blocks.
        start: The Python text to begin with; empty where the task before goes on.
        solution: A right answer.
        wants: What is judged; some of WANTS.
        faults: What is wrong with the file.
        fields: The file as TOML has it.
        language: The language of its texts.
        translations: The same task in other languages.
    """

    title: str = ""
    text: list[dict[str, Any]] = field(default_factory=list)
    hints: list[list[dict[str, Any]]] = field(default_factory=list)
    start: str = ""
    solution: str = ""
    wants: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    fields: Mapping[str, Any] = field(default_factory=dict)
    language: str = ORIGINAL
    translations: dict[str, Task] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """The task as the page takes it."""
        kept = ("title", "text", "hints", "start", "solution", "language")
        return {key: getattr(self, key) for key in kept}


def read(content: Mapping[str, Any], lines: Lines, language: str = ORIGINAL) -> Task:
    """Read a task; what is wrong with it is in its `faults`."""
    task = Task(fields=content, language=language)
    table = Table(content, lines, (), task.faults)
    task.title = table.take("title", str, needed=True)
    text = table.take("text", str, needed=True)
    task.text = markdown.blocks(text, None)
    task.hints = [markdown.blocks(hint, None) for hint in table.texts("hints")]
    task.start = table.take("start", str)
    task.solution = table.take("solution", str, needed=True)
    for key in ("start", "solution"):
        if problem := _problem(getattr(task, key)):
            table.fault(key, f"{key} isn't Python: {problem}.")
    wants = table.texts("wants")
    for want in wants:
        if want not in WANTS:
            table.fault("wants", f"wants: {want} isn't judged.", f"use some of {', '.join(WANTS)}")
    if not wants:
        table.fault("wants", "wants names what is judged, such as add and order.")
    task.wants = tuple(want for want in wants if want in WANTS)
    table.end()
    return task


def _problem(source: str) -> str:
    """What keeps a text from being Python; empty where it is."""
    try:
        compile(source, "a task", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return f"{getattr(error, 'msg', error)}{f', line {line} of it' if line else ''}"
    return ""
