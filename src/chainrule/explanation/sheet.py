"""An explanation written in one notation, row by row; a format only arranges the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .content import Content, Entry, Line
from .notation import Notation


class Row(NamedTuple):
    """One row of an entry.

    Attributes:
        kind: "line": an equation and its reason; "remark": a sentence about the line above;
            "chains": the heading of the paths; "words": another heading, or a count of what is left
            out.
        text: The row, without its reason.
        reason: The reason; empty where there is none.
        is_indented: Whether it belongs to a row above it.
    """

    kind: Literal["line", "remark", "chains", "words"]
    text: str
    reason: str = ""
    is_indented: bool = False


@dataclass(frozen=True)
class Sheet:
    """A written explanation.

    Attributes:
        title: Its heading.
        inputs: The leaves and their numbers, in one line.
        forward: How the inner nodes were computed, a line each.
        entries: The rows on each node, from the root back.
        notes: Sentences about the whole graph.
    """

    title: str
    inputs: str
    forward: list[str]
    entries: list[list[Row]]
    notes: list[str]


def write(content: Content, notation: Notation) -> Sheet:
    """Write an explanation in a notation."""
    inputs = [notation.inline(notation.equation(equation)) for equation in content.inputs]
    if content.inputs_note:
        inputs.append(notation.sentence(content.inputs_note))
    forward = list(map(notation.sentence, content.forward))
    if content.forward_cut is not None:
        note = notation.ellipsis + notation.sentence(content.forward_note)
        forward.insert(content.forward_cut, note)
    entries = [list(_rows(entry, notation)) for entry in content.entries]
    if content.cut is not None:
        note = notation.ellipsis + notation.sentence(content.cut_note)
        entries.insert(content.cut, [Row("words", note)])
    return Sheet(
        notation.sentence(content.title),
        notation.comma.join(inputs),
        forward,
        entries,
        list(map(notation.sentence, content.notes)),
    )


def _rows(entry: Entry, notation: Notation) -> Iterator[Row]:
    if entry.terms:
        symbol = notation.inline(notation.mathematics(entry.line.equation.sides[0]))
        yield Row("words", symbol + notation.colon + notation.sentence(entry.heading))
        for term in entry.terms:
            yield _line(term, notation, True)
        if entry.terms_note:
            note = notation.ellipsis + notation.sentence(entry.terms_note)
            yield Row("words", note, is_indented=True)
    yield _line(entry.line, notation, bool(entry.terms))
    for remark in entry.remarks:
        yield Row("remark", notation.sentence(remark), is_indented=True)
    if entry.chains:
        yield Row("chains", notation.sentence(entry.chains_heading))
    for chain in entry.chains:
        yield _line(chain, notation, True)


def _line(line: Line, notation: Notation, is_indented: bool) -> Row:
    text = notation.sentence(line.lead) + notation.display(notation.equation(line.equation))
    reason = notation.sentence(("because ", *line.because)) if line.because else ""
    return Row("line", text, reason, is_indented)
