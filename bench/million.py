"""What do a million nodes cost: memory, and each thing that one does with them?"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
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
    from chainrule import draw_dot

    memory = float(subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, check=True, text=True).stdout)
    rows = [Row("memory, built and one backward of 1,000,000 nodes", f"{memory:.0f} B a node", "", "", "130 B")]
    times: dict[str, list[float]] = {}
    for nodes in (100_000, 1_000_000):
        spent, root = timed(lambda: build(nodes))
        times.setdefault("build", []).append(spent)
        for name, work in (
            ("backward", root.backward),
            ("draw the summary", lambda: draw_dot(root).pipe(format="svg")),
            ("pickle and unpickle", lambda: pickle.loads(pickle.dumps(root))),
            ("deep copy", lambda: copy.deepcopy(root)),
        ):  # fmt: skip
            times.setdefault(name, []).append(timed(work)[0])
        begin = time.perf_counter()
        del root
        times.setdefault("free", []).append(time.perf_counter() - begin)
    for name, (small, large) in times.items():
        rows.append(Row(f"{name}, 1,000,000 nodes", unit(large), "", f"{large / small:.0f}x that of 100,000", ""))
    return rows
