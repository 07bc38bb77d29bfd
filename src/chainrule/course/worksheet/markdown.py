"""A worksheet in Markdown."""

from __future__ import annotations

from .questions import Worksheet


def content(sheet: Worksheet) -> bytes:
    """Return a worksheet and its answer key."""
    parts = [f"# {sheet.title}", f"{sheet.goal} {sheet.name}.", sheet.student]
    for number, each in enumerate(sheet.questions, 1):
        parts += [f"## {number}. {each.title}", f"```\n{each.graph}\n```", each.words, sheet.answer]
    parts += [f"# {sheet.key}"]
    parts += [
        "\n".join(f"{number}. {each.answer}" for number, each in enumerate(sheet.questions, 1))
    ]
    return ("\n\n".join(parts) + "\n").encode()
