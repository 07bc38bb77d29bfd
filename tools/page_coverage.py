"""A pytest plugin that notes which tests ran which lines of the pages' JavaScript.

    PYTHONPATH=tools python -m pytest -p page_coverage --pages-to lines tests/browser

Chromium counts what runs in each page; esbuild's source map tells where it comes from. Each process
writes a file into the folder: the tests of each line of each source file. Firefox, workers and
pages that a test reaches by a link aren't seen.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from chainrule.course import page as course
from chainrule.drawing.view import page as view
from chainrule.playground import page as playground

ROOT = Path(__file__).resolve().parent.parent
BUNDLES = ("bundle", "bundle-play", "bundle-course")
"""What npm runs for each bundle."""
SCRIPTS = [view.module(), view.module() + view.START, playground.script(), course.script()]
"""The scripts of pages; each holds the lines of one or two bundles."""
WIDE = re.compile("[\U00010000-\U0010ffff]")
"""What JavaScript counts as two characters."""
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


Piece = tuple[int, str, int]
"""A piece of a source in a bundle: the offset or column, the source and its line."""
Lines = list[tuple[str, list[Piece]]]
"""The lines of a bundle and what each holds."""


def numbers(segment: str) -> Iterator[int]:
    """The signed numbers of a segment of a source map: digits of five bits, the lowest first."""
    number = shift = 0
    for digit in map(BASE64.index, segment):
        number |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield -(number >> 1) if number & 1 else number >> 1
            number = shift = 0


def origins(bundle: str) -> Lines:
    """The lines of a bundle and the pieces in each, as esbuild's source map has them."""
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        made = Path(folder) / "bundle.js"
        command = ["npm", "run", "-s", bundle, "--", f"--outfile={made}", "--sourcemap"]
        subprocess.run(command, cwd=ROOT, check=True)
        lines = WIDE.sub("??", made.read_text("utf-8")).split("\n")
        table = json.loads(made.with_name("bundle.js.map").read_text("utf-8"))
        sources = [os.path.relpath(os.path.join(folder, name), ROOT) for name in table["sources"]]
    found: list[list[Piece]] = []
    source = line = 0
    for segments in table["mappings"].split(";"):
        column = 0
        found.append([])
        for segment in filter(None, segments.split(",")):
            across, *origin = numbers(segment)
            column += across
            if origin:
                source, line = source + origin[0], line + origin[1]
                found[-1].append((column, sources[source], line + 1))
    return list(zip(lines, found, strict=False))


def pieces(script: str, bundles: Iterable[Lines]) -> Iterator[Piece]:
    """The pieces in a page's script, in which only the lines of imports are missing."""
    end = 0
    for bundle in bundles:
        is_in = all(line in script for line, _ in bundle if line.startswith("// src/"))
        is_import = False
        for line, held in bundle if is_in else ():
            is_import = is_import or line.startswith("import {")
            start = -1 if is_import else script.find(f"{line}\n", end)
            is_import = is_import and not line.endswith(";")
            if start >= 0:
                end = start + len(line)
                yield from ((start + column, source, number) for column, source, number in held)


def runs(functions: list[dict[str, Any]]) -> tuple[list[int], list[bool]]:
    """Where in a script something else begins, and whether it ran: the innermost range decides."""
    ranges = [each for function in functions for each in function["ranges"]]
    starts, states, outer = [0], [False], [(1 << 60, False)]
    for each in sorted(ranges, key=lambda each: (each["startOffset"], -each["endOffset"])):
        while outer[-1][0] <= each["startOffset"]:
            starts.append(outer.pop()[0])
            states.append(outer[-1][1])
        outer.append((each["endOffset"], each["count"] > 0))
        starts.append(each["startOffset"])
        states.append(outer[-1][1])
    while len(outer) > 1:
        starts.append(outer.pop()[0])
        states.append(outer[-1][1])
    return starts, states


class Counter:
    """The pages that a process opens, and the lines that each test has run in them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.test = folder, ""
        self.sizes: dict[Any, int] = {}
        self.lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        bundles = [origins(bundle) for bundle in BUNDLES]
        scripts = [WIDE.sub("??", script) for script in SCRIPTS]
        self.pieces = {len(script): list(pieces(script, bundles)) for script in scripts}

    def watch(self) -> None:
        """Count in every page of Chromium, until it is loaded anew or closed."""
        for opener in (Browser, BrowserContext):
            self._watch(opener, opener.new_page)
        close = BrowserContext.close

        def close_context(context: BrowserContext, **options: Any) -> None:
            for page in context.pages:
                page.close()
            close(context, **options)

        BrowserContext.close = close_context

    def _watch(self, opener: Any, open_page: Callable[..., Page]) -> None:
        def new_page(owner: Any, **options: Any) -> Page:
            page = open_page(owner, **options)
            with suppress(Error):  # another browser
                session = page.context.new_cdp_session(page)
                session.send("Profiler.enable")
                session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
                for name in ("goto", "reload", "close"):
                    self.before(page, name, session)
            return page

        opener.new_page = new_page

    def before(self, page: Page, name: str, session: CDPSession) -> None:
        """Take what has run before a page does this."""
        do = getattr(page, name)
        setattr(page, name, lambda *args, **named: (self.take(session), do(*args, **named))[1])

    def take(self, session: CDPSession) -> None:
        """Note what a page has run since the last time."""
        for script in session.send("Profiler.takePreciseCoverage")["result"]:
            whole = script["functions"][0]["ranges"][0]["endOffset"]  # only the first time
            size = self.sizes.setdefault((session, script["scriptId"]), whole)
            starts, states = runs(script["functions"])
            for offset, source, line in self.pieces.get(size, ()):
                if states[bisect_right(starts, offset) - 1]:
                    self.lines[source][line].add(self.test)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test = nodeid

    def pytest_sessionfinish(self) -> None:
        self.folder.mkdir(exist_ok=True)
        lines = {
            source: {line: sorted(tests) for line, tests in each.items()}
            for source, each in self.lines.items()
            if source.endswith(".js")
        }
        (self.folder / f"{os.getpid()}.json").write_text(json.dumps(lines))


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--pages-to", type=Path, help="the folder for what the tests ran")


def pytest_configure(config: Any) -> None:
    if folder := config.getoption("--pages-to"):
        counter = Counter(folder.absolute())
        counter.watch()
        config.pluginmanager.register(counter)
