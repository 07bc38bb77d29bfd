"""An explanation as HTML: a fragment for a notebook, or a page that needs nothing else."""

from __future__ import annotations

import html

from .mathml import MathMLNotation
from .maths import Content, Entry, Line
from .names import Names
from .text import sentence

STYLE = """
.chainrule-explanation { font: 1rem/1.5 system-ui, sans-serif; overflow-x: auto; }
.chainrule-explanation h4 { font-size: 1.05em; margin: .2em 0 .6em; }
.chainrule-explanation p { margin: .25em 0; }
.chainrule-explanation table { border-collapse: collapse; margin: .6em 0; }
.chainrule-explanation td { padding: .3em 1.4em .3em 0; text-align: left; vertical-align: middle;
  border: 0; background: none; }
.chainrule-explanation tbody { border-top: 1px solid color-mix(in srgb, currentColor 18%,
  transparent); }
.chainrule-explanation td.eq { white-space: nowrap; }
.chainrule-explanation td.in { padding-left: 1.6em; }
.chainrule-explanation td.why { color: color-mix(in srgb, currentColor 72%, transparent);
  min-width: 14em; max-width: 34em; }
.chainrule-explanation .note { font-style: italic; }
.chainrule-explanation math { font-size: 1.1em; }
"""

Row = tuple[str, str, str]


def render(content: Content, names: Names) -> str:
    """Return the explanation as a fragment of HTML."""
    notation = MathMLNotation(names)
    inputs = ", ".join(notation.inline(notation.equation(e)) for e in content.inputs)
    if content.inputs_note:
        inputs += ", " + notation.sentence(content.inputs_note)
    forward = [inputs] if inputs else []
    for place, made in enumerate(content.forward):
        if place == content.forward_cut:
            forward.append("… " + notation.sentence(content.forward_note))
        forward.append(notation.sentence(made))
    bodies = []
    for place, entry in enumerate(content.entries):
        if place == content.cut:
            bodies.append(_body([("", "… " + notation.sentence(content.cut_note), "")]))
        bodies.append(_body(_entry(entry, notation)))
    notes = [f'<p class="note">{notation.sentence(note)}</p>\n' for note in content.notes]
    return (
        f'<div class="chainrule-explanation">\n<style>{STYLE}</style>\n'
        f"<h4>{notation.sentence(content.title)}</h4>\n"
        + "".join(f"<p>{line}</p>\n" for line in forward)
        + f"<table>\n{''.join(bodies)}</table>\n{''.join(notes)}</div>\n"
    )


def document(content: Content, names: Names) -> str:
    """Return the explanation as a whole page."""
    title = html.escape(sentence(content.title, names))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        "<style>:root { color-scheme: light dark; } body { margin: 2rem; }</style>\n"
        f"</head>\n<body>\n{render(content, names)}</body>\n</html>\n"
    )


def _entry(entry: Entry, notation: MathMLNotation) -> list[Row]:
    rows: list[Row] = []
    if entry.terms:
        symbol = notation.inline(notation.side(entry.line.equation.sides[0]))
        rows.append(("", f"{symbol}: {notation.sentence(entry.heading)}", ""))
        rows += [_line(line, notation, "eq in") for line in entry.terms]
        if entry.terms_note:
            rows.append(("in", "… " + notation.sentence(entry.terms_note), ""))
        rows.append(_line(entry.line, notation, "eq in"))
    else:
        rows.append(_line(entry.line, notation, "eq"))
    rows += [("in note", notation.sentence(remark), "") for remark in entry.remarks]
    if entry.chains:
        rows.append(("", notation.sentence(entry.chains_heading), ""))
        rows += [_line(line, notation, "eq in") for line in entry.chains]
    return rows


def _line(line: Line, notation: MathMLNotation, kind: str) -> Row:
    left = notation.sentence(line.lead) + notation.display(notation.equation(line.equation))
    return kind, left, notation.sentence(notation.because(line))


def _body(rows: list[Row]) -> str:
    lines = []
    for kind, left, reason in rows:
        name = f' class="{kind}"' if kind else ""
        if reason:
            lines.append(f'<tr><td{name}>{left}</td><td class="why">{reason}</td></tr>\n')
        else:
            lines.append(f'<tr><td{name} colspan="2">{left}</td></tr>\n')
    return f"<tbody>\n{''.join(lines)}</tbody>\n"
