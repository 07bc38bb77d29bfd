"""How long does `import chainrule` take, beyond starting Python?"""

from __future__ import annotations

import statistics
import subprocess
import sys

from .timing import Row, steps, unit


def timed(code: str) -> float:
    """The time of a new process that runs this code, in seconds."""
    return steps(1, lambda: subprocess.run([sys.executable, "-c", code], check=True))[0]


def measure() -> list[Row]:
    """The difference of two medians, the processes taking turns."""
    pairs = [(timed("import chainrule"), timed("pass")) for _ in range(21)]
    ours, bare = (statistics.median(side) for side in zip(*pairs))
    return [Row("import chainrule", unit(ours - bare), "", "", "60 ms")]
