"""The text for one student: what is right, what to fix first, and how to see it."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator

from ...numerals import listed
from .grade import DOUBTFUL, GRADED, Grade
from .rubric import Rubric
from .score import Part

WIDTH = 80
KINDLY = {
    "accumulation": "A value that is used twice adds up both contributions to its gradient.",
    "order": "Each node passes its gradient on only after all of it has arrived.",
    "state": "A second backward pass works as it should.",
    "reach": "All the operations that were asked for are there, and a long chain works.",
}
"""What is said of a part that got all its points."""


def letter(grade: Grade, rubric: Rubric) -> str:
    """The text, in lines of at most 80 characters unless code needs more."""
    return "\n".join([grade.name, "", *_body(grade, rubric)]).rstrip() + "\n"


def _body(grade: Grade, rubric: Rubric) -> Iterator[str]:
    if grade.status != GRADED:
        yield from _not_graded(grade)
        return
    yield f"Your class {grade.engine} gets {grade.points:g} of {rubric.total:g} points."
    yield ""
    yield from _what_is_right(grade)
    findings = (*grade.mistakes, *grade.weaknesses)
    if findings:
        yield from _what_to_fix(grade)
    elif whys := dict.fromkeys(part.why for part in grade.parts if part.why):
        yield "Why some points are missing"
        for why in whys:
            yield from _paragraph(why)
    else:
        yield from _wrap("There is nothing to fix. Well done!")
    yield ""
    if grade.remarks:
        yield "About your file"
        for remark in grade.remarks:
            yield from _paragraph(remark)
        yield ""
    yield "The points"
    width = max(len(part.name) for part in grade.parts)
    for part in grade.parts:
        yield from _points(part, width)


def _not_graded(grade: Grade) -> Iterator[str]:
    if grade.status == DOUBTFUL:
        yield from _wrap(f"Your teacher will look at this file. {grade.why}")
        return
    yield "Your file could not be graded yet."
    yield ""
    yield from _paragraph(grade.why)
    yield ""
    yield from _wrap("Fix this and hand it in again. You can run the same tests yourself:")
    yield _same_examination(grade)


def _what_is_right(grade: Grade) -> Iterator[str]:
    lines = []
    if grade.sound:
        noun = "derivative" if len(grade.sound) == 1 else "derivatives"
        verb = "is" if len(grade.sound) == 1 else "are"
        lines.append(f"The {noun} of {listed(grade.sound)} {verb} right.")
    lines += [KINDLY[part.name] for part in grade.parts if not part.why and part.name in KINDLY]
    if lines:
        yield "What is right"
        for line in lines:
            yield from _paragraph(line)
        yield ""


def _what_to_fix(grade: Grade) -> Iterator[str]:
    first, *others = (*grade.mistakes, *grade.weaknesses)
    kind = (
        "Fix this first"
        if grade.mistakes
        else "Every derivative is right. To make your class stronger"
    )
    yield f"{kind}: {first.rule}"
    yield from _paragraph(f"{_capitalized(first.message)}.")
    if first.graph:
        yield "  These lines show it:"
        yield from textwrap.indent(first.graph, "      ").split("\n")
    if first.source:
        yield "  The line to look at:"
        yield f"      {first.source}"
    if others:
        yield ""
        names = listed(list(dict.fromkeys(x.rule for x in others)))
        yield from _wrap(
            f"After that, look at {names}. One correction often fixes other errors too, so test "
            "your class again after each:"
        )
        yield _same_examination(grade)


def _capitalized(message: str) -> str:
    """The message with a capital, unless code begins it, such as `backward()` or `a += b`."""
    return re.sub(r"^[a-z]+(?= [a-z])", lambda word: word[0].capitalize(), message)


def _same_examination(grade: Grade) -> str:
    """What its author may type."""
    name = grade.engine or "Value"
    if grade.name.endswith(".py"):
        return f"    chainrule check {shlex.quote(f'{grade.name}:{name}')}"
    return f"    from chainrule import check_engine; check_engine({name})"


def _points(part: Part, width: int) -> Iterator[str]:
    line = f"  {part.name:<{width}}  {part.points:>4g} of {part.out_of:g}"
    if not part.why:
        yield line
        return
    indent = " " * (width + 17)
    yield from textwrap.wrap(f"{line:<{width + 15}}  {part.why}", WIDTH, subsequent_indent=indent)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)
