"""Deeds on a page in Node, and what the page shows anew after each."""

from __future__ import annotations

import gzip
import json

from transcript import Transcript

FILES = {
    "worker.js": {"path": "worker.js?1", "size": 1_200_000},
    "pyodide.mjs": {"path": "files/pyodide.mjs?2", "size": 3_400_000},
}
PYTHON = {"files": FILES, "lock": {"packages": 1}}
"""What a page is told that has Python beside it."""


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

    def open(self, code, argument):
        """Build a page in `host`, by this code."""
        self.modules.run(
            f"""globalThis.host = document.createElementNS(
              document.documentElement.namespaceURI, "div");
            document.body.append(host);
            {code};
            return settle()""",
            argument,
        )
        self.see("the page is open")

    def see(self, deed, code="", argument=None, until="true"):
        """Run code, wait for a condition, let a frame pass, and note what has changed."""
        self.modules.run(f"{self.names} {code}; return settle(() => {until})", argument)
        self.modules.run(
            "page.passFrames(); page.layOut(host, '.curve-area', 480, 240); return settle()"
        )
        self.note(deed, self.modules.value(self.seen).split("\n"))

    def click(self, words, until="true"):
        """Click the first button with exactly these words or this name."""
        self.see(
            f"{words!r} is clicked",
            """host.querySelectorAll("button").find(one =>
              [one.textContent, one.getAttribute("aria-label")].includes(argument)).click()""",
            words,
            until,
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

    def wait(self, time, until="true"):
        """Let happen what waits for this many milliseconds."""
        self.see(
            f"{time} ms have passed",
            "if (!page.passTime(argument)) throw new Error('nothing waits for that long')",
            time,
            until,
        )

    def serve(self, path, *parts, status=200):
        """Let a file lie beside the page."""
        self.modules.run(
            "page.answers.server.set(argument[0], { status: argument[1], parts: argument[2] })",
            [path, status, [list(part) for part in parts]],
        )

    def serve_python(self):
        """Let all files lie there: one is compressed, the other only begins nearly so."""
        self.serve(FILES["worker.js"]["path"], b"\x1f" * 700, b"2" * 500)
        self.serve(FILES["pyodide.mjs"]["path"], gzip.compress(b"3" * 3400, mtime=0))

    def reply(self, data):
        """Let the newest worker answer."""
        self.see(
            f"Python replies {json.dumps(data)[:60]}",
            "page.workers.at(-1).onmessage({ data: argument })",
            data,
        )


def answer_with(modules, replies):
    """Let a server give these replies to what is sent: pairs of what a page sends and the reply."""
    for sent, reply in replies:
        body = json.dumps(sent, separators=(",", ":"))
        modules.run("page.answers.server.set(...argument)", [body, reply])


def forget(modules):
    """Leave nothing of a page behind."""
    modules.run("page.reset(); phrasing.learn({}); document.documentElement.lang = ''")
