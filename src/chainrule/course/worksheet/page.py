"""A worksheet as a page to print; the answers begin on a page of their own."""

from __future__ import annotations

from html import escape

from ...design import style_sheet
from .questions import Worksheet, spans

STYLE = """
body { max-width: var(--measure); margin: var(--space-7) auto; padding: 0 var(--space-6);
  background: var(--ground); color: var(--ink); font: var(--type-4) / var(--leading-reading)
  var(--sans); }
h1 { font-size: var(--type-7); } h2 { font-size: var(--type-5); break-after: avoid; }
pre { padding: var(--space-4) var(--space-5); background: var(--raised);
  border-radius: var(--radius-2); font: var(--type-2) / var(--leading-reading) var(--mono); }
section.key { break-before: page; }
"""


def content(sheet: Worksheet) -> bytes:
    """Return a worksheet and its answer key."""
    parts = [f"<h1>{escape(sheet.title)}</h1>", f"<p>{escape(sheet.goal)} {sheet.name}.</p>"]
    parts.append(f"<p>{sheet.student}</p>")
    for number, each in enumerate(sheet.questions, 1):
        parts.append(f"<h2>{number}. {escape(each.title)}</h2><pre>{escape(each.graph)}</pre>")
        parts += [f"<p>{_marked(part)}</p>" for part in each.words.split("\n\n")]
        parts.append(f"<p>{sheet.answer}</p>")
    key = "".join(f"<li>{_marked(each.answer)}</li>" for each in sheet.questions)
    parts.append(f'<section class="key"><h1>{sheet.key}</h1><ol>{key}</ol></section>')
    title = f"{escape(sheet.title)}, {sheet.name}"
    return (
        f'<!DOCTYPE html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style_sheet()}{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    ).encode()


def _marked(text: str) -> str:
    """Return Markdown as HTML with its code marked."""
    pieces = (
        f"<code>{escape(words)}</code>" if is_code else escape(words)
        for words, is_code in spans(text)
    )
    return "".join(pieces).replace("\n", "<br>")
