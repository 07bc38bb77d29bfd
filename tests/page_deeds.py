"""Deeds on a page in Node, and what the page shows anew after each."""

from __future__ import annotations

from transcript import Transcript


class Deeds(Transcript):
    """Does what somebody does on a page, and writes down what changes.

    `names` are statements that name parts of the page for the code of deeds; `seen` is an
    expression for the lines of what the page shows. The page stands in `host`.
    """

    def __init__(self, modules, names, seen):
        super().__init__()
        self.modules = modules
        self.names = names
        self.seen = seen

    def see(self, deed, code="", argument=None):
        """Run code, let a frame pass, and note what has changed."""
        self.modules.run(f"{self.names} {code}; return settle()", argument)
        self.modules.run(
            "page.passFrames(); page.layOut(host, '.curve-area', 480, 240); return settle()"
        )
        self.note(deed, self.modules.value(self.seen).split("\n"))

    def click(self, words):
        """Click the first button with exactly these words or this name."""
        self.see(
            f"{words!r} is clicked",
            """host.querySelectorAll("button").find(one =>
              [one.textContent, one.getAttribute("aria-label")].includes(argument)).click()""",
            words,
        )

    def give(self, selector, text, kind="change"):
        """Give a field a value, as somebody does who types or drags."""
        self.see(
            f"{selector} gets {text!r}",
            """const field = host.querySelector(argument[0]);
            field.value = argument[1];
            fire(field, argument[2])""",
            [selector, text, kind],
        )

    def wait(self, time):
        """Let happen what waits for this many milliseconds."""
        self.see(
            f"{time} ms have passed",
            """for (const [timer, [wait, action]] of [...page.timers]) {
              if (wait !== argument) continue;
              page.timers.delete(timer);
              action();
            }""",
            time,
        )
