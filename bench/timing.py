"""Medians of processes that take turns, so that a noisy machine is noisy for everybody."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of the report: what was measured, ours, the peer's, and what was to be reached."""

    work: str
    ours: str
    peer: str
    ratio: str
    bar: str


clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter
"""What times a step: `BENCH_CLOCK=cpu` counts processor time, for a machine with other work."""


def steps(count: int, step: Callable[[], Any]) -> list[float]:
    """Run a step again and again, as its user's loop would. Returns the time of each in seconds."""
    spent = []
    for _ in range(count):
        begin = clock()
        step()
        spent.append(clock() - begin)
    return spent


def compare(question: str, *sides: str) -> list[float]:
    """Return the median time of a step for each side, in seconds.

    Each side runs in a process of its own, `python -m bench.<question> <side>`, so that none pays
    for another's garbage. The processes take turns, so that a noisy machine is noisy for all.
    """
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side in sides:
            command = [sys.executable, "-m", f"bench.{question}", side]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            times[side] += map(float, done.stdout.split())
    return [statistics.median(spent) for spent in times.values()]


ROUNDS = 3


def answer(run: Callable[[str], list[float]]) -> None:
    """What a question's own process does: run one side and print the times of its steps."""
    for spent in with_deep_stack(lambda: run(sys.argv[1])):
        print(spent)


def with_deep_stack(work: Callable[[], Any]) -> Any:
    """Run a work in a thread whose stack lets the recursive peers go deep."""
    sys.setrecursionlimit(10**6)
    threading.stack_size(512 * 1024 * 1024)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def unit(seconds: float) -> str:
    """A time in a unit that suits it."""
    for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {name}"
    return f"{seconds / 1e-9:.3g} ns"


def versus(work: str, ours: float, peer: float, bar: str) -> Row:
    """A row that compares two times."""
    ratio = peer / ours
    return Row(work, unit(ours), unit(peer), f"{ratio:.{0 if ratio >= 10 else 1}f}x", bar)
