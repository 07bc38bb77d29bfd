"""The tour as one page of HTML that loads nothing: no font, no other file.

A drawing is part of the page, so that its text can be selected and read aloud. A plot is an image,
because the ids in two SVG plots by matplotlib would clash.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from importlib.resources import files

from ..design import style_sheet
from .figures import HEAD_SCRIPT, figure, live, pieces, policy, scripts, walk
from .mathematics import as_mathml
from .script import Code, Equation, Picture, Remark, Report, Say, Section, Shown, Table, text_for

TITLE = "Backpropagation, step by step"
SUBTITLE = (
    "From the slope of a parabola to a trained network. Every number was computed when this page "
    "was made. Most graphs are live: step through them, change their numbers, set a gradient."
)

FIRST = "chain-rule"
FIRST_CAPTION = (
    "Each box shows a number and its gradient: how fast *L* changes with it. Press play to see how "
    "gradients are found, from the result back to the inputs."
)
"""A figure of the chapters that already stands above them, and its caption there."""

_MARKS = (
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*d([A-Za-z])\*"), r"d<var>\1</var>"),
    (re.compile(r"\*([A-Za-z])(\d+)\*"), r"<var>\1<sub>\2</sub></var>"),
    (re.compile(r"\*(\w{1,5})\*"), r"<var>\1</var>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
)


def page(sections: Sequence[Section], made_with: str, closing: str) -> str:
    """Return the page.

    Args:
        sections: The chapters with their results.
        made_with: The versions, in a line.
        closing: The last paragraph.
    """
    contents = "".join(
        f'<li><span>{s.number}</span><a href="#chapter-{s.number}">{html.escape(s.title)}</a></li>'
        for s in sections
    )
    body = "".join(map(_section, sections))
    style = style_sheet() + files(__package__).joinpath("style.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLE}</title>\n<style>\n{style}</style>\n"
        f"<script>{HEAD_SCRIPT}</script>\n</head>\n<body>\n"
        f'<header><h1>{TITLE}</h1><p class="subtitle">{SUBTITLE}</p>'
        f'<p class="made">{html.escape(made_with)}</p>'
        '<noscript><p class="made">Without JavaScript all figures stand still.</p></noscript>'
        f"{_first(sections)}</header>\n"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>\n<main>\n{body}</main>\n'
        f"<footer><div>{prose(closing)}</div></footer>\n{scripts(sections)}</body>\n</html>\n"
    )


def prose(text: str) -> str:
    """Return prose with its marks turned into tags, and everything else escaped."""
    text = html.escape(text_for("page", text), quote=False)
    for pattern, tag in _MARKS:
        text = pattern.sub(tag, text)
    return text


def _first(sections: Sequence[Section]) -> str:
    """The figure at the top, so that there is something to play with at once."""
    shown = (one for section in sections for one in section.shown if isinstance(one, Picture))
    picture = next((one for one in shown if one.name.endswith(f"-{FIRST}")), None)
    return live(picture, f"<figcaption>{prose(FIRST_CAPTION)}</figcaption>") if picture else ""


def _section(section: Section) -> str:
    heading = f"<span>{section.number}</span>{html.escape(section.title)}"
    body = "".join(
        walk(piece, _show, prose) if len(piece) > 1 else _show(piece[0])
        for piece in pieces(section.shown)
    )
    return f'<section><h2 id="chapter-{section.number}">{heading}</h2>\n{body}</section>\n'


def _show(shown: Shown) -> str:
    match shown:
        case Say(text):
            return f"<p>{prose(text)}</p>\n"
        case Equation(text):
            return as_mathml(text) + "\n"
        case Code():
            return _code(shown)
        case Table():
            return _table(shown)
        case Report():
            fragment = re.sub(r"<style>.*?</style>\n", "", shown.html, flags=re.DOTALL)
            return f'<div class="report">{fragment}</div>\n'
        case Picture():
            return figure(shown, prose)
        case Remark(text):
            return f'<p class="remark">{html.escape(text)}</p>\n'


def _code(code: Code) -> str:
    lines = []
    for line in code.lines:
        shown, mark, note = line.code.partition("  # ")
        text = html.escape(shown, quote=False)
        if mark:
            text += f'<span class="note">{mark}{html.escape(note, quote=False)}</span>'
        if comment := line.comment():
            kind = "result" if comment.startswith("\n") else "result beside"
            text += f'<span class="{kind}">{html.escape(comment, quote=False)}</span>'
        lines.append(text)
    return f"<pre><code>{chr(10).join(lines)}</code></pre>\n"


def _table(table: Table) -> str:
    kinds = [_kind(table, column) for column in range(len(table.headings))]

    def row(tag: str, cells: Sequence[str]) -> str:
        pairs = zip(cells, kinds)
        shown = (f"<{tag}{kind}>{html.escape(cell)}</{tag[:2]}>" for cell, kind in pairs)
        return f"<tr>{''.join(shown)}</tr>"

    head = row('th scope="col"', table.headings)
    body = "".join(row("td", cells) for cells in table.rows)
    below = f"<figcaption>{prose(table.caption)}</figcaption>" if table.caption else ""
    return (
        f'<figure><div class="table"><table><thead>{head}</thead>'
        f"<tbody>{body}</tbody></table></div>{below}</figure>\n"
    )


def _kind(table: Table, column: int) -> str:
    """The class of a column: words, a bar of marks, or digits as Python prints them."""
    cells = [row[column] for row in table.rows]
    if any("▪" in cell for cell in cells):
        return ' class="marks"'
    if not table.is_right(column):
        return ' class="words"'
    return ' class="exact"' if any(len(cell) > 12 for cell in cells) else ""
