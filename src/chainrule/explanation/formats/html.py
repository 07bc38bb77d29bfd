"""An explanation as HTML with MathML: a fragment for a notebook, or a page that loads nothing."""

from __future__ import annotations

import html

from ..content import Content
from ..mathml import MathMLNotation
from ..names import Names
from ..sheet import Row, write
from .text import TextNotation

STYLE = """
.chainrule-explanation { font: 1rem/1.5 system-ui, sans-serif; overflow-x: auto; }
.chainrule-explanation h4 { font-size: 1.05em; margin: .2em 0 .6em; }
.chainrule-explanation p { margin: .25em 0; }
.chainrule-explanation table { border-collapse: collapse; }
.chainrule-explanation td { padding: .3em 1.4em .3em 0; vertical-align: middle; border: 0; }
.chainrule-explanation tbody { border-top: 1px solid color-mix(in srgb, currentColor 18%,
  transparent); }
.chainrule-explanation td.eq { white-space: nowrap; }
.chainrule-explanation td.in { padding-left: 1.6em; }
.chainrule-explanation td.why { color: color-mix(in srgb, currentColor 72%, transparent);
  min-width: 14em; max-width: 34em; }
.chainrule-explanation .note { font-style: italic; }
.chainrule-explanation math { font-size: 1.1em; }
"""


_LEFT, _MARGIN = ' style="text-align:left"', ' style="margin:.6em 0"'
"""Written on the table and on each cell, since JupyterLab centres every table and aligns its cells
right, with rules that a style sheet cannot overrule."""


def fragment(content: Content, names: Names) -> str:
    """Return the explanation as a fragment of HTML."""
    sheet = write(content, MathMLNotation(names))
    forward = "".join(f"<p>{line}</p>\n" for line in (sheet.inputs, *sheet.forward) if line)
    bodies = "".join(f"<tbody>\n{''.join(map(_row, entry))}</tbody>\n" for entry in sheet.entries)
    notes = "".join(f'<p class="note">{note}</p>\n' for note in sheet.notes)
    return (
        f'<div class="chainrule-explanation">\n<style>{STYLE}</style>\n'
        f"<h4>{sheet.title}</h4>\n{forward}<table{_MARGIN}>\n{bodies}</table>\n{notes}</div>\n"
    )


def render(content: Content, names: Names) -> str:
    """Return the explanation as a whole page."""
    title = html.escape(TextNotation(names).sentence(content.title))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        "<style>:root { color-scheme: light dark; } body { margin: 2rem; }</style>\n"
        f"</head>\n<body>\n{fragment(content, names)}</body>\n</html>\n"
    )


def _row(row: Row) -> str:
    words = ["eq"] if row.kind == "line" else []
    words += ["in"] if row.is_indented else []
    words += ["note"] if row.kind == "remark" else []
    name = f' class="{" ".join(words)}"' if words else ""
    span = "" if row.reason else ' colspan="2"'
    reason = f'<td class="why"{_LEFT}>{row.reason}</td>' if row.reason else ""
    return f'<tr style="background:none"><td{name}{span}{_LEFT}>{row.text}</td>{reason}</tr>\n'
