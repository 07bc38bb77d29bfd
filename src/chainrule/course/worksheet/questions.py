"""The questions of a worksheet, and their answers.

The numbers of a sheet depend on its seed alone, so every student can have a sheet of their own, and
the answers can be printed again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...errors import ChainruleError, ChoiceError
from ...numerals import format_short
from ...playground.words import ORIGINAL
from .. import expression
from ..expression import Expression
from ..lesson import Lesson
from ..numbers import Numbers
from ..step import Step
from ..words import languages

TRIES = 200
"""How often other numbers are drawn until every question has an answer."""
LARGEST = 1e4
"""The largest answer that is worth computing by hand."""
LETTERS = "ABCDEF"


@dataclass
class Question:
    """A question of a sheet.

    Attributes:
        title: Its heading.
        graph: The lines of its graph.
        words: What is asked, in Markdown.
        answer: The answer, in Markdown.
    """

    title: str
    graph: str
    words: str
    answer: str


@dataclass
class Worksheet:
    """A worksheet, whatever it is written as.

    Attributes:
        language: The language of its words.
        title: That of the lesson.
        goal: What the lesson teaches.
        name: Which sheet it is.
        student: What stands before the student's name.
        questions: What is asked.
        answer: What stands before the room for an answer.
        key: The heading of the answers.
    """

    language: str
    title: str
    goal: str
    name: str
    student: str
    questions: list[Question]
    answer: str
    key: str


def worksheet(lesson: Lesson, seed: int) -> Worksheet:
    """Return the questions of a lesson with numbers that a seed draws.

    Raises:
        ChoiceError: The lesson has none.
    """
    dice, said = random.Random(seed), languages().get(lesson.language, languages()[ORIGINAL])
    found = [made for step in lesson.steps if (made := _question(step, dice, said))]
    if not found:
        raise ChoiceError(f"{lesson.title!r} has no questions for a worksheet.")
    return Worksheet(
        lesson.language, lesson.title, lesson.goal, f"{said['sheet']} {seed}", said["sheet_name"],
        found, said["sheet_answer"], f"{said['sheet_answers']} {seed}",
    )  # fmt: skip


def _question(step: Step, dice: random.Random, said: Mapping[str, str]) -> Question | None:
    """Return the question of a step, if it asks for something that can be answered on paper."""
    content = step.content
    if content["do"] == "predict" and not step.asked:
        return _choice(step)
    if content["do"] not in ("predict", "judged") or content.get("hand"):
        return None
    numbers = _redrawn(step, dice)
    graph = _graph(step, numbers)
    if step.asked:
        words = "\n\n".join([_text(content["text"], numbers), _text(content["question"], numbers)])
        answer = format_short(expression.evaluate(step.asked, numbers))
    else:
        words = said["sheet_gradients"]
        answer = ", ".join(
            f"{name}: {format_short(numbers.grad(name))}" for name in step.scope.nodes
        )
    return Question(content["title"], graph, words, answer)


def _choice(step: Step) -> Question:
    content, numbers = step.content, step.numbers
    rows = [
        f"- {letter}: {_text(choice['text'], numbers)}"
        for letter, choice in zip(LETTERS, content["choices"])
    ]
    words = [_text(content["text"], numbers), _text(content["question"], numbers), "\n".join(rows)]
    right = next(at for at, choice in enumerate(content["choices"]) if choice["right"])
    graph = _graph(step, numbers)
    return Question(content["title"], graph, "\n\n".join(words), LETTERS[right])


def _redrawn(step: Step, dice: random.Random) -> Numbers:
    """Return the numbers of a step with other inputs, at which every question has an answer and,
    if that can be, no input has the gradient 0."""
    program, with_zeros = step.program, step.numbers
    for _ in range(TRIES):
        starts = {name: _other(x, dice) for name, x in program.starts.items()}
        try:
            numbers = Numbers(replace(program, starts=starts), step.numbers.extras)
            wanted = [step.asked] if step.asked else []
            found = [expression.evaluate(each, numbers) for each in wanted]
            found += [numbers.value(name) for name in step.scope.nodes]
            grads = [numbers.grad(name) for name in step.scope.inputs]
        except (ChainruleError, ArithmeticError, ValueError):
            continue
        if all(abs(x) < LARGEST for x in [*found, *grads]):
            if all(grads):
                return numbers
            if any(grads) and with_zeros is step.numbers:
                with_zeros = numbers
    return with_zeros


def _other(x: float, dice: random.Random) -> float:
    """Return a number like another: as many decimals, a similar size, and not 0."""
    decimals = len(repr(x).partition(".")[2]) if isinstance(x, float) else 0
    size = max(abs(x), 1.0) * 1.5
    steps = max(2, math.ceil(size * 10**decimals))
    drawn = dice.randint(1, steps) * dice.choice((-1, 1) if x < 0 or dice.random() < 0.5 else (1,))
    return drawn / 10**decimals if decimals else drawn


def _graph(step: Step, numbers: Numbers) -> str:
    """Return the lines of a step's graph, with its numbers."""
    program = numbers.program
    rows = [f"{name} = {x:g}" for name, x in program.starts.items()]
    return "\n".join([*rows, *(f"{each.name} = {each.source}" for each in program.statements)])


def _text(blocks: Iterable[Mapping[str, Any]], numbers: Numbers) -> str:
    """Return blocks of a text as Markdown."""
    parts = []
    for block in blocks:
        if "p" in block:
            parts.append(_line(block["p"], numbers))
        else:
            parts.append("\n".join(f"- {_line(item, numbers)}" for item in block["ul"]))
    return "\n\n".join(parts)


def _line(spans: Iterable[Any], numbers: Numbers) -> str:
    marks = {"strong": "**", "em": "*"}
    line = ""
    for span in spans:
        if isinstance(span, str):
            line += span
        elif "code" in span:
            line += f"`{span['code']}`"
        elif "number" in span:
            data = span["number"]
            read = Expression(data["tree"], tuple(tuple(each) for each in data["after"]))
            line += format_short(expression.evaluate(read, numbers))
        else:
            ((kind, inner),) = span.items()
            line += marks[kind] + _line(inner, numbers) + marks[kind]
    return line


def spans(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a line of Markdown and whether each is code; emphasis is left out."""
    pieces = enumerate(text.split("`"))
    return [(piece if at % 2 else piece.replace("*", ""), bool(at % 2)) for at, piece in pieces]
