"""The little Markdown of lessons, as data: paragraphs, lists, emphasis, code, numbers in braces.

HTML means nothing in it: `<b>` is three characters, and the page shows them.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import FormulaError, shorten
from .expression import Scope, read

_SPAN = re.compile(
    r"(?P<code>`[^`\n]+`)|(?P<strong>\*\*(?=\S)[^*]+?(?<=\S)\*\*)|(?P<em>\*(?=\S)[^*]+?(?<=\S)\*)"
    r"|(?P<brace>\{\{|\}\})|\{(?P<expression>[^{}]*)\}"
)

Span = Any
"""A text, or a dictionary: {"code": …}, {"strong": spans}, {"em": spans} or {"number": tree}."""


def blocks(text: str, scope: Scope | None) -> list[dict[str, Any]]:
    """Return the paragraphs and lists of a text.

    Args:
        text: The text.
        scope: The names that expressions in braces may use; None where braces are plain characters.

    Raises:
        FormulaError: An expression in braces can't be read, or a brace has no partner.

    Example:
        >>> blocks("Mind *this*.", None)
        [{'p': ['Mind ', {'em': ['this']}, '.']}]
    """
    result: list[dict[str, Any]] = []
    for part in re.split(r"\n[ \t]*\n", text.strip()):
        lines = part.strip().split("\n")
        items: list[str] = []
        paragraph: list[str] = []
        for line in lines:
            bullet = re.match(r"\s*[-*] +(.*)", line)
            if bullet:
                items.append(bullet[1])
            elif items:
                items[-1] += f" {line.strip()}"
            else:
                paragraph.append(line.strip())
        if paragraph:
            result.append({"p": spans(" ".join(paragraph), scope)})
        if items:
            result.append({"ul": [spans(item, scope) for item in items]})
    return result


def spans(text: str, scope: Scope | None) -> list[Span]:
    """Return a line of text, cut where its look changes."""
    result: list[Span] = []
    at = 0
    for match in _SPAN.finditer(text):
        _add(result, _plain(text[at : match.start()], scope))
        at = match.end()
        kind, found = str(match.lastgroup), match[0]
        if kind == "code":
            result.append({"code": found[1:-1]})
        elif kind == "brace":
            _add(result, found if scope is None else found[0])
        elif kind == "expression":
            _add(result, found if scope is None else {"number": read(match[kind], scope).data})
        else:
            width = 2 if kind == "strong" else 1
            result.append({kind: spans(found[width:-width], scope)})
    _add(result, _plain(text[at:], scope))
    return result


def _plain(text: str, scope: Scope | None) -> str:
    if scope is not None and (brace := re.search(r"[{}]", text)):
        what = f"{brace[0]} has no partner in {shorten(text.strip())}."
        raise FormulaError(what, remedy=f"write {brace[0] * 2} for a brace")
    return text


def _add(result: list[Span], part: Span) -> None:
    """Append a part; texts grow together."""
    if isinstance(part, str) and result and isinstance(result[-1], str):
        result[-1] += part
    elif part != "":
        result.append(part)
