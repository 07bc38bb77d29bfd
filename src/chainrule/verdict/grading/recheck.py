"""A second look from outside: the grading process asks for numbers, and judges them itself.

The examination of a class runs in one process with the student's code, which could reach into it.
So the grading process draws small graphs at random, asks that process for their values and
gradients, and compares these with its own. A good report that was forged doesn't survive this.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from ...numerals import format_short
from ...table.ops import TABLE
from ..engines.calls import APPROXIMATIONS, Call, calls_of
from ..engines.subject import Failure, Subject

NEAR = 1e-3
"""Relative difference up to which two numbers are the same; single precision passes by far."""
SPREAD = 0.03
"""By how much a probe of the table is moved, at most; its domain and its kinks are farther away."""
BINARY = ("mul", "add", "sub", "div")
"""Operations that may join two values of a graph."""
LONG = 2_000
"""How many operations the long chain has."""

_draw = random.SystemRandom()


class Step(NamedTuple):
    """An operation of a graph.

    Attributes:
        row: Its name in the table.
        words: Which way to call it, as in `Call.words`.
        operands: For each operand the index of an earlier value, or [number] for a plain number.
    """

    row: str
    words: str
    operands: Sequence[Any]


class Question(NamedTuple):
    """A graph to compute; its first values are leaves, its last one is the root.

    Attributes:
        part: The part of the rubric that it belongs to.
        leaves: The numbers of the leaves.
        steps: The operations.
        passes: How many passes to run.
        by_hand: Whether to set the root's gradient to 1 before a pass.
    """

    part: str
    leaves: Sequence[float]
    steps: Sequence[Step]
    passes: int = 1
    by_hand: bool = False


# ---- in the process of the student's file --------------------------------------------------------


def answer(make: Any, question: Sequence[Any]) -> list[list[float]] | None:
    """The values and the leaves' gradients that a class gives; None where it refuses."""
    _, leaves, steps, passes, by_hand = question
    try:
        subject = Subject(make)
        subject.needs_seed = by_hand
        values = [subject.leaf(x) for x in leaves]
        for row, words, operands in steps:
            (call,) = (call for call in calls_of(TABLE[row]) if call.words == words)
            values.append(
                subject.apply(call, *(values[x] if isinstance(x, int) else x[0] for x in operands))
            )
        for _ in range(passes):
            subject.run(values[-1])
        data = [subject.data(x) for x in values]
        gradients = [subject.grad(x) for x in values[: len(leaves)]]
    except (Failure, AttributeError, TypeError, ValueError):
        return None
    return [data, gradients]


# ---- in the grading process ----------------------------------------------------------------------


def questions_about(report: Mapping[str, Any]) -> list[Question]:
    """Random graphs of what a report calls right."""
    wrong = {rule for rule, *_ in report["mistakes"]}
    faulty = wrong | {rule for rule, *_ in report["weaknesses"]}
    if wrong & {"precision", "rules"}:
        return []  # no number can be relied on
    sound = [name for name in dict.fromkeys(report["sound"]) if name in TABLE]
    questions = [question for name in sound for question in _alone(name)]
    if wrong & {"order", "state"}:  # one operation and a root's gradient set by hand still work
        return [question._replace(by_hand=True) for question in questions]
    joins = [name for name in BINARY if name in sound]
    for join in joins:
        shared = _shared(join)
        if "accumulation" not in faulty:
            questions.append(shared)
        if not faulty & {"accumulation", "state"} and "a second pass" not in report["not_tried"]:
            questions.append(shared._replace(part="state", passes=2))
        if not faulty & {"accumulation", "order"}:
            questions += [_tangled(join), _tangled(join)]
    if "add" in sound and "depth" not in faulty and "a long chain" not in report["not_tried"]:
        steps = [Step("add", "V + V", (0 if not i else i + 1, 1)) for i in range(LONG)]
        questions.append(Question("reach", (_draw.uniform(0.5, 1.5), 0.001), steps))
    return questions


def _alone(name: str) -> Iterator[Question]:
    """An operation by itself, in every way of calling it."""
    for call in calls_of(TABLE[name]):
        if call.may_vary or name in APPROXIMATIONS:
            continue
        probe = _draw.choice(call.probes)
        leaves, operands = list[float](), list[Any]()
        for argnum, x in enumerate(probe):
            operands.append(len(leaves) if argnum in call.live else [x])
            if argnum in call.live:
                leaves.append(x * (1 + _draw.uniform(-SPREAD, SPREAD)))
        yield Question("rules", leaves, [Step(name, call.words, operands)])


def _shared(name: str) -> Question:
    """A value that is used twice."""
    words = next(iter(calls_of(TABLE[name]))).words
    leaves = _draw.uniform(0.5, 1.5), _draw.uniform(0.5, 1.5)
    return Question("accumulation", leaves, [Step(name, words, (0, 1)), Step(name, words, (2, 0))])


def _tangled(name: str) -> Question:
    """Values that are used at several depths."""
    words = next(iter(calls_of(TABLE[name]))).words
    leaves = _draw.uniform(0.5, 1.5), _draw.uniform(0.5, 1.5)
    pairs = [(0, 1), (2, 1), (3, _draw.choice((0, 1))), _draw.choice(((2, 4), (4, 2))), (5, 3)]
    return Question("order", leaves, [Step(name, words, pair) for pair in pairs])


def disagreement(questions: Sequence[Question], answers: Any) -> str:
    """Where the answers differ from what the rules give, in a sentence; empty if nowhere."""
    if not isinstance(answers, list) or len(answers) != len(questions):
        return "no answer came when the grading process asked for numbers"
    pairs = []
    for question, numbers in zip(questions, answers):
        if numbers is None:
            continue  # a way of calling an operation that the class refuses
        expected = _solve(question)
        try:
            found = [[float(x) for x in row] for row in numbers]
        except (TypeError, ValueError):
            found = []
        if [*map(len, found)] != [*map(len, expected)]:
            return f"no numbers came back for a graph that tests {question.part}"
        pairs.append((question, found, expected))
    silent = _subjects(questions) - _subjects([question for question, *_ in pairs])
    if silent:
        return f"no numbers came back for any graph that tests {min(silent)}"
    scale = _scale(pairs)
    return next(filter(None, (_difference(*pair, scale) for pair in pairs)), "")


def _subjects(questions: Sequence[Question]) -> set[str]:
    """What questions are about: an operation, or a part of the rubric."""
    return {x.steps[0].row if x.part == "rules" else x.part for x in questions}


Pair = tuple[Question, list[list[float]], list[list[float]]]
"""A question, the values and gradients that came back, and those that are right."""


def _scale(pairs: Sequence[Pair]) -> float:
    """What all gradients are multiplied by, where a pass starts from another number than 1."""
    ratios = [
        x / y
        for question, (_, found), (_, right) in pairs
        for x, y in zip(found, right)
        if question.by_hand and y
    ]
    return (median(ratios) or 1.0) if ratios else 1.0


def _difference(
    question: Question, found: list[list[float]], expected: list[list[float]], scale: float
) -> str:
    words = ", ".join(dict.fromkeys(step.words for step in question.steps))
    for kind, factor, row, right in zip(("value", "gradient"), (1.0, scale), found, expected):
        for x, y in zip(row, (factor * y for y in right)):
            if math.isfinite(y) and not math.isclose(x, y, rel_tol=NEAR, abs_tol=NEAR):
                return (
                    f"asked for a {kind} of a random graph made with {words}, the class gave "
                    f"{format_short(x)} instead of {format_short(y)}"
                )
    return ""


def _solve(question: Question) -> list[list[float]]:
    """The values and the leaves' gradients by the table's rules."""
    values = list(question.leaves)
    taken: list[tuple[Call, list[Any], list[float]]] = []
    for row, words, operands in question.steps:
        call = next(x for x in calls_of(TABLE[row]) if x.words == words)
        numbers = [values[x] if isinstance(x, int) else x[0] for x in operands]
        taken.append((call, list(operands), numbers))
        values.append(call.value(*numbers))
    gradients = [0.0] * (len(values) - 1) + [float(question.passes)]
    for index, (call, operands, numbers) in reversed(list(enumerate(taken, len(question.leaves)))):
        for argnum in call.live:
            gradients[operands[argnum]] += gradients[index] * call.partial(argnum, *numbers)
    return [values, gradients[: len(question.leaves)]]
