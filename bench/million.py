"""What do a million nodes cost: memory, and each thing that one does with them?"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from .timing import Row, unit

_MEMORY = """
import resource
from chainrule import Value
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
x, a, b = Value(1.0), Value(0.9999), Value(0.001)
before = peak()
for _ in range(500_000):
    x = x * a + b
x.backward()
print((peak() - before) / 1_000_000)
"""


def build(nodes: int) -> Any:
    """A chain of so many nodes."""
    from chainrule import Value

    x, a, b = Value(1.0), Value(0.9999), Value(0.001)
    for _ in range(nodes // 2):
        x = x * a + b
    return x


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The time of one run, and what it gave."""
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def measure() -> list[Row]:
    """Bytes a node in a process of its own, then times; no peer gets there, they recurse."""
    memory = float(
        subprocess.run(
            [sys.executable, "-c", _MEMORY], capture_output=True, check=True, text=True
        ).stdout
    )
    rows = [
        Row(
            "memory, built and one backward of 1,000,000 nodes",
            f"{memory:.0f} B a node",
            "",
            "",
            "130 B",
        )
    ]
    small, large = spent_on(100_000), spent_on(1_000_000)
    for name, seconds in large.items():
        factor = f"{seconds / small[name]:.0f}x that of 100,000"
        rows.append(Row(f"{name}, 1,000,000 nodes", unit(seconds), "", factor, ""))
    return rows


def spent_on(nodes: int) -> dict[str, float]:
    """The time of each thing that one does with a graph of so many nodes, in seconds."""
    from chainrule import draw_dot

    spent = {}
    spent["build"], root = timed(lambda: build(nodes))
    graph = [root]
    del root
    spent["backward"] = timed(graph[0].backward)[0]
    draw = partial(draw_dot, detail="summary")
    spent["draw the summary"] = timed(lambda: draw(graph[0]).pipe(format="svg"))[0]
    spent["pickle and unpickle"] = timed(lambda: pickle.loads(pickle.dumps(graph[0])))[0]
    spent["deep copy"] = timed(lambda: copy.deepcopy(graph[0]))[0]
    spent["free"] = timed(graph.clear)[0]
    return spent
