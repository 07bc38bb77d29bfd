"""An explanation in Markdown, its mathematics between dollar signs."""

from __future__ import annotations

import re

from .latex import LaTeXNotation
from .maths import Content, Entry, Line
from .names import Names


class MarkdownNotation(LaTeXNotation):
    """Writes sentences in Markdown, and what is mathematics in them in LaTeX."""

    def words(self, text: str) -> str:
        text = re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", text)
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def inline(self, maths: str) -> str:
        return f"${maths}$"


def render(content: Content, names: Names) -> str:
    """Return the explanation as Markdown."""
    notation = MarkdownNotation(names)
    blocks = [f"**{notation.sentence(content.title)}**"]
    forward = ", ".join(notation.inline(notation.equation(e)) for e in content.inputs)
    if content.inputs_note:
        forward += ", " + notation.sentence(content.inputs_note)
    lines = [forward] if forward else []
    for place, made in enumerate(content.forward):
        if place == content.forward_cut:
            lines.append("… " + notation.sentence(content.forward_note))
        lines.append(notation.sentence(made))
    blocks.append("  \n".join(lines))
    items: list[str] = []
    for place, entry in enumerate(content.entries):
        if place == content.cut:
            items.append("- … " + notation.sentence(content.cut_note))
        items += _entry(entry, notation)
    blocks.append("\n".join(items))
    blocks += [notation.sentence(note) for note in content.notes]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _entry(entry: Entry, notation: MarkdownNotation) -> list[str]:
    items = []
    if entry.terms:
        symbol = notation.inline(notation.side(entry.line.equation.sides[0]))
        items.append(f"- {symbol}: {notation.sentence(entry.heading)}")
        items += [f"  - {_line(line, notation)}" for line in entry.terms]
        if entry.terms_note:
            items.append(f"  - … {notation.sentence(entry.terms_note)}")
        items.append(f"  - {_line(entry.line, notation)}")
    else:
        items.append(f"- {_line(entry.line, notation)}")
    items += [f"  - *Note:* {notation.sentence(remark)}" for remark in entry.remarks]
    if entry.chains:
        items.append(f"- {notation.sentence(entry.chains_heading)}")
        items += [f"  - {_line(line, notation)}" for line in entry.chains]
    return items


def _line(line: Line, notation: MarkdownNotation) -> str:
    text = notation.sentence(line.lead) + notation.inline(notation.equation(line.equation))
    return f"{text}, {notation.sentence(notation.because(line))}" if line.because else text
