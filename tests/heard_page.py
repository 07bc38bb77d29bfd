"""What a page says, as a screen reader tells it."""

from __future__ import annotations

from played_page import settle
from transcript import Transcript


class Listener(Transcript):
    """Writes down what a page says anew after each deed."""

    def __init__(self, page):
        super().__init__()
        self.page = page

    def hear(self, deed):
        settle(self.page)
        snapshot = self.page.locator("body").aria_snapshot()
        self.note(deed, list(outside_pictures(snapshot.split("\n"))))


def outside_pictures(lines):
    """Without what is in a picture: the ticks of its axes depend on its size, and so on fonts."""
    depth = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth is None or indent <= depth:
            depth = indent if line.lstrip().startswith(("- img", "- 'img")) else None
            yield line
