"""What a page says, as a screen reader tells it."""

from __future__ import annotations

from difflib import unified_diff

from played_page import settle


class Listener:
    """Writes down what a page says anew after each deed."""

    def __init__(self, page):
        self.page = page
        self.lines: list[str] = []
        self.log: list[str] = []

    def hear(self, deed):
        settle(self.page)
        snapshot = self.page.locator("body").aria_snapshot()
        lines = list(outside_pictures(snapshot.split("\n")))
        changes = list(unified_diff(self.lines, lines, n=0, lineterm=""))[2:]
        self.log += [f"# {deed}", *(line for line in changes if not line.startswith("@@"))]
        self.lines = lines

    @property
    def text(self):
        return "\n".join(self.log) + "\n"


def outside_pictures(lines):
    """Without what is in a picture: the ticks of its axes depend on its size, and so on fonts."""
    depth = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth is None or indent <= depth:
            depth = indent if line.lstrip().startswith(("- img", "- 'img")) else None
            yield line
