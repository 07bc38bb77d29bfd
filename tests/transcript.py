"""What a page says or draws, deed by deed, as the lines that change."""

from __future__ import annotations

from difflib import unified_diff


class Transcript:
    """Writes down which lines are new after each deed, and which have gone."""

    def __init__(self):
        self.lines: list[str] = []
        self.log: list[str] = []

    def note(self, deed, lines):
        changes = list(unified_diff(self.lines, lines, n=0, lineterm=""))[2:]
        self.log += [f"# {deed}", *(line for line in changes if not line.startswith("@@"))]
        self.lines = lines

    @property
    def text(self):
        return "\n".join(self.log) + "\n"
