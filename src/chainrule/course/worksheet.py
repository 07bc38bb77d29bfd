"""Worksheets: the questions of a lesson with other numbers, and their answers.

The numbers of a sheet depend on its seed alone, so every student can have a sheet of their own, and
the answers can be printed again.
"""

from __future__ import annotations

import html as markup
import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..design import style_sheet
from ..errors import ChainruleError, ChoiceError
from ..files import write_atomically
from ..numerals import format_short
from . import expression
from .expression import Expression
from .lesson import Lesson
from .numbers import Numbers
from .step import Step
from .translation import ORIGINAL
from .words import languages

TRIES = 200
"""How often other numbers are drawn until every question has an answer."""
LARGEST = 1e4
"""The largest answer that is worth computing by hand."""
LETTERS = "ABCDEF"

STYLE = """
body { max-width: var(--measure); margin: var(--space-7) auto; padding: 0 var(--space-6);
  background: var(--ground); color: var(--ink); font: var(--type-4) / var(--leading-reading)
  var(--sans); }
h1 { font-size: var(--type-7); } h2 { font-size: var(--type-5); break-after: avoid; }
pre { padding: var(--space-4) var(--space-5); background: var(--raised);
  border-radius: var(--radius-2); font: var(--type-2) / var(--leading-reading) var(--mono); }
section.key { break-before: page; }
"""


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


def questions(lesson: Lesson, seed: int) -> list[Question]:
    """Return the questions of a lesson with numbers that a seed draws.

    Raises:
        ChoiceError: The lesson has none.
    """
    dice, words = random.Random(seed), _words(lesson)
    found = [made for step in lesson.steps if (made := _question(step, dice, words))]
    if not found:
        raise ChoiceError(f"{lesson.title!r} has no questions for a worksheet.")
    return found


def _words(lesson: Lesson) -> Mapping[str, str]:
    """Return the words of a sheet in the language of its lesson, else in English."""
    return languages().get(lesson.language, languages()[ORIGINAL])


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


# ---- as files ------------------------------------------------------------------------------------


def markdown_text(lesson: Lesson, seed: int) -> str:
    """Return a worksheet and its answer key in Markdown."""
    rows, said = questions(lesson, seed), _words(lesson)
    answer = said["sheet_answer"]
    parts = [f"# {lesson.title}", f"{lesson.goal} {said['sheet']} {seed}.", said["sheet_name"]]
    for number, each in enumerate(rows, 1):
        parts += [f"## {number}. {each.title}", f"```\n{each.graph}\n```", each.words, answer]
    parts += [f"# {said['sheet_answers']} {seed}"]
    parts += ["\n".join(f"{number}. {each.answer}" for number, each in enumerate(rows, 1))]
    return "\n\n".join(parts) + "\n"


def html_text(lesson: Lesson, seed: int) -> str:
    """Return the same as a page to print; the answers begin on a page of their own."""
    rows, said = questions(lesson, seed), _words(lesson)
    escaped = markup.escape
    sheet = f"{said['sheet']} {seed}"
    parts = [f"<h1>{escaped(lesson.title)}</h1>", f"<p>{escaped(lesson.goal)} {sheet}.</p>"]
    parts.append(f"<p>{said['sheet_name']}</p>")
    for number, each in enumerate(rows, 1):
        parts.append(f"<h2>{number}. {escaped(each.title)}</h2><pre>{escaped(each.graph)}</pre>")
        parts += [f"<p>{_plain(part)}</p>" for part in each.words.split("\n\n")]
        parts.append(f"<p>{said['sheet_answer']}</p>")
    key = "".join(f"<li>{_plain(each.answer)}</li>" for each in rows)
    answers = f"{said['sheet_answers']} {seed}"
    parts.append(f'<section class="key"><h1>{answers}</h1><ol>{key}</ol></section>')
    title = f"{escaped(lesson.title)}, {sheet}"
    return (
        f'<!DOCTYPE html>\n<html lang="{lesson.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style_sheet()}{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _plain(text: str) -> str:
    """Return a line of Markdown as HTML: its code marked, its emphasis left out."""
    marked = [
        f"<code>{markup.escape(piece)}</code>" if at % 2 else markup.escape(piece.replace("*", ""))
        for at, piece in enumerate(text.split("`"))
    ]
    return "".join(marked).replace("\n", "<br>")


def write(lesson: Lesson, seed: int, out: str) -> None:
    """Write a worksheet to a file; its name decides between Markdown and HTML.

    Raises:
        ChoiceError: The name ends in neither .md nor .html, or the lesson has no questions.
        FileError: It cannot be written.
    """
    kinds = {".md": markdown_text, ".html": html_text}
    kind = kinds.get(Path(out).suffix.lower())
    if kind is None:
        raise ChoiceError(f"{out!r} isn't a worksheet's name.", remedy="end it in .md or .html")
    write_atomically(out, kind(lesson, seed).encode(), makes_folders=True)
