"""How long does `import chainrule` take, beyond starting Python?"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from .timing import Row, unit


def timed(code: str) -> float:
    """The time of a new process that runs this code, in seconds."""
    begin = time.perf_counter()  # it isn't this process that works
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def measure() -> list[Row]:
    """The difference of two medians, the processes taking turns."""
    pairs = [(timed("import chainrule"), timed("pass")) for _ in range(21)]
    ours, bare = (statistics.median(side) for side in zip(*pairs))
    return [Row("import chainrule", unit(ours - bare), "", "", "60 ms")]
