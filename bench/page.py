"""How fast is the playground in Chromium: its first load from a disk, a drag, and training?

Playwright drives the Chromium that is installed. Frames are those that `requestAnimationFrame` was
called for while a slider moved in each of them.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.table import Table

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
LOADS = 9
SETS = ("moons", "circles", "spiral", "xor")
SPEEDS = ("10 steps/s", "150 steps/s", "full speed")

READY = """
() => new Promise(done => {
  const look = () => document.querySelector("#play")?.playground?.app?.picture
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : setTimeout(look, 2);
  look();
})
"""
"""Resolves with the time since the navigation once the graph has been painted."""

DRAG = """
() => new Promise(done => {
  const slider = document.querySelector("[aria-label='x, slider']");
  const stamps = [];
  const go = stamp => {
    stamps.push(stamp);
    if (stamps.length > 300) { done(stamps); return; }
    slider.value = String(0.5 + 0.5 * Math.sin(stamps.length / 20));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(go);
  };
  requestAnimationFrame(go);
})
"""
"""Moves the slider in every frame, as a pointer does; resolves with the frames' times."""

LEARNED = """
() => new Promise(done => {
  const view = document.querySelector("#play").playground.train;
  const start = performance.now();
  view.start();
  const look = () => {
    const { training } = view;
    if (training.score.accuracy < 0.95 && view.isRunning) { requestAnimationFrame(look); return; }
    view.pause();
    done([training.steps, (performance.now() - start) / 1000, training.score.accuracy]);
  };
  look();
})
"""


def large(count: int = 66) -> str:
    """A program whose graph has about three nodes a line."""
    lines = ["x = 0.5", "h0 = tanh(x)"]
    return "\n".join(lines + [f"h{k} = tanh(x*0.5 + h{k - 1})" for k in range(1, count - 16)])


@contextmanager
def _served() -> Iterator[str]:
    """The address of a running playground."""
    command = [sys.executable, "-m", "chainrule", "play", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        yield found[0] if found else ""
        process.terminate()


def _load(browser: Any, address: str) -> list[float]:
    """How long first loads took, in seconds; each has a context, and so a cache, of its own."""
    times = []
    for _ in range(LOADS):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(address, wait_until="commit")
        times.append(page.evaluate(READY) / 1000)
        context.close()
    return times


def _drag(page: Any) -> tuple[int, list[float]]:
    """The number of nodes, and the milliseconds between frames while x moves."""
    page.locator("#lines").fill(large())
    page.wait_for_selector("[aria-label='x, slider']")
    page.wait_for_timeout(1500)
    count = page.evaluate("document.querySelector('#play').playground.app.graph.nodes.length")
    page.evaluate(DRAG)  # once before, to be compiled
    stamps = page.evaluate(DRAG)
    return count, [after - before for before, after in pairwise(stamps)]


def _train(page: Any, address: str) -> Iterator[tuple[str, str, list[float]]]:
    for name in SETS:
        for speed in SPEEDS[1:]:
            page.goto("about:blank")
            page.goto(f"{address}#train={name}")
            page.wait_for_selector(".net")
            page.locator(".run select").select_option(speed)
            yield name, speed, page.evaluate(LEARNED)


def tables() -> Iterator[Table]:
    """Measure, and return what came of it."""
    table = Table(title=f"the playground in Chromium, load {os.getloadavg()[0]:.1f}")
    for heading in ("what", "result", "bar"):
        table.add_column(heading)
    path = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    try:
        playwright = import_module("playwright.sync_api")
    except ImportError:
        path = None
    if path is None:
        return
    from chainrule.course.export import export

    with playwright.sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        address = Path(export(folder, "playground")).as_uri()
        times = _load(browser, address)
        found = f"{statistics.median(times):.2f} s, at most {max(times):.2f} s in {LOADS}"
        table.add_row("first load from a disk", found, "1.5 s")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        with _served() as served:
            page.goto(served)
            page.wait_for_selector(".picture")
            count, gaps = _drag(page)
        rate = 1000 * len(gaps) / sum(gaps)
        words = f"{rate:.0f} frames/s, half of the gaps below {statistics.median(gaps):.1f} ms"
        table.add_row(f"dragging at {count} nodes", words, "60 frames/s")
        for name, speed, (steps, seconds, accuracy) in _train(page, address):
            words = f"{seconds:.1f} s, {steps:.0f} steps, {100 * accuracy:.1f} %"
            table.add_row(f"{name} to 95 %, {speed}", words, "20 s")
        browser.close()
    yield table


if __name__ == "__main__":
    from rich.console import Console

    Console(width=120).print(*tables())
