"""The text for one student: what is right, what to mend first, and how to see it."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator

from .grade import DOUBTFUL, GRADED, Grade
from .rubric import Rubric
from .score import Part, listed

WIDTH = 80
KINDLY = {
    "accumulation": "A value that is used twice gets the sum of its gradients.",
    "order": "Each node waits until all of its gradient has arrived.",
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
        yield from _what_to_mend(grade)
    elif whys := dict.fromkeys(part.why for part in grade.parts if part.why):
        yield "Why some points are missing"
        for why in whys:
            yield from _paragraph(why)
    else:
        yield from _wrap("There is nothing to mend. Well done!")
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
    yield from _wrap("Mend this and hand it in again. You can run the same examination yourself:")
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


def _what_to_mend(grade: Grade) -> Iterator[str]:
    first, *others = (*grade.mistakes, *grade.weaknesses)
    kind = "Mend this first" if grade.mistakes else "Every derivative is right. To make it stronger"
    yield f"{kind}: {first.rule}"
    yield from _paragraph(f"{first.message[:1].upper()}{first.message[1:]}.")
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
            f"After that, look at {names}. Mending one thing often mends another, so run the "
            "examination again in between:"
        )
        yield _same_examination(grade)


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
