"""How long do recorded programs take: at one point, on rows, the first time, and just to be called?

Beside each stands the C that `Program.to_c` writes, C written by hand, and peers. Each side is a
process of its own on one core (the C is in ours); they take turns, and every figure is a median.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
from itertools import product

from rich.table import Table

from ..timing import unit
from .figures import Figures
from .peers import INTERPRETED, PEERS
from .workloads import NODES, WORKS

ROUNDS = 3
PATIENCE = 20.0
"""So long a peer that compiles may take for one program, in seconds."""

INSTANTLY = 0.05
"""What has its first gradient after so long, in seconds, starts at once."""

MOST_OF_C, MOST_VALUES = 8, 5
"""So many times the gradient of C, and its own value, the gradient at a point may take."""


class Measured:
    """The figures of all sides.

    Attributes:
        missing: The peers that are not installed.
        late: The programs, and the peers that did not finish them in time.
    """

    def __init__(self) -> None:
        self.figures: Figures = {}
        self.missing = [peer for peer in PEERS if not importlib.util.find_spec(peer)]
        self.late: list[tuple[str, str]] = []
        for turn in range(ROUNDS):
            self._ask("chainrule", *["last"] * (turn == ROUNDS - 1))
            for peer in INTERPRETED:
                if peer not in self.missing:
                    self._ask(peer)
        for peer, work in product({*PEERS} - {*INTERPRETED, *self.missing}, WORKS):
            try:
                self._ask(peer, work, limit=PATIENCE)
            except subprocess.TimeoutExpired:
                self.late.append((work, peer))

    def _ask(self, *arguments: str, limit: float | None = None) -> None:
        command = [sys.executable, "-m", "bench.programs", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=limit)
        for name, times in json.loads(done.stdout).items():
            self.figures.setdefault(name, []).extend(times)

    def __call__(self, name: str) -> float | None:
        """The median of a figure; None where it was not measured."""
        times = self.figures.get(name)
        return statistics.median(times) if times else None

    def time(self, name: str) -> str:
        """The same as it is printed."""
        found = self(name)
        return "" if found is None else unit(found)


def tables() -> list[Table]:
    """Measure, and say it."""
    measured = Measured()
    return [points(measured), rows(measured), others(measured)]


def verdict(figure: float | None, bar: float) -> str:
    """What is said behind a bar."""
    return "" if figure is None else ", met" if figure <= bar else ", MISSED"


def points(measured: Measured) -> Table:
    """Value and gradient at one point."""
    table = Table(title="one point: value and gradient", caption=_caption(measured))
    for heading in ("program", "bound", "called", "C (to_c)", "ratio", "bar", "C by hand"):
        table.add_column(heading)
    for heading in (*PEERS, "faster than these"):
        table.add_column(heading)
    for work in WORKS:
        key = f"point/{work}"
        ours, c = measured(f"{key}/bound"), measured(f"{key}/to_c")
        ratio = ours / c if ours and c else None
        table.add_row(
            f"{work}\n{measured(f'nodes/{work}') or 0:,.0f} nodes",
            *(measured.time(f"{key}/{side}") for side in ("bound", "called", "to_c")),
            f"{ratio:.1f}" if ratio else "",
            f"{MOST_OF_C}{verdict(ratio, MOST_OF_C)}",
            measured.time(f"{key}/by hand"),
            *(_peer(measured, work, peer) for peer in PEERS),
            _against_peers(measured, work),
        )
    return table


def _peer(measured: Measured, work: str, peer: str) -> str:
    if peer in measured.missing:
        return "not there"
    if (work, peer) in measured.late:
        return f"\nover {PATIENCE:.0f} s"
    return f"{measured.time(f'point/{work}/{peer}')}\n{measured.time(f'first/{work}/{peer}')}"


def _against_peers(measured: Measured, work: str) -> str:
    """Whether the program is faster than those that start at once."""
    ours = measured(f"point/{work}/bound")
    at_once = {
        peer: measured(f"point/{work}/{peer}")
        for peer in PEERS
        if (measured(f"first/{work}/{peer}") or INSTANTLY) < INSTANTLY
    }
    slower = [peer for peer, time in at_once.items() if ours and time and time < ours]
    if slower:
        return f"MISSED: {', '.join(slower)}"
    return ", ".join(at_once)


def _caption(measured: Measured) -> str:
    text = (
        "Of peers a call, and below the time until their first gradient is there, without import. "
        f"The last column has those that start within {unit(INSTANTLY)}."
    )
    if measured.missing:
        text += f" Not installed: {', '.join(measured.missing)}."
    return text


def rows(measured: Measured) -> Table:
    """Value and gradient of many rows."""
    table = Table(title="rows: value and gradient, ns a node and row")
    for heading in ("program", "rows", "chainrule", "bar", "C (to_c)", "C by hand"):
        table.add_column(heading)
    for name, work in WORKS.items():
        nodes = measured(f"nodes/{name}") or 1
        counts = {int(key.split("/")[2]) for key in measured.figures if f"rows/{name}/" in key}
        for count in sorted(counts):
            each = [
                None if found is None else found / nodes / count * 1e9
                for side in ("ours", "to_c", "by hand")
                for found in [measured(f"rows/{name}/{count}/{side}")]
            ]
            ours, *c = ("" if found is None else f"{found:.3g}" for found in each)
            table.add_row(name, f"{count:,}", ours, f"{work.bar}{verdict(each[0], work.bar)}", *c)
    return table


def others(measured: Measured) -> Table:
    """What starting and calling cost, and the gradient in values."""
    table = Table(title="starting and calling")
    for heading in ("work", "chainrule", "bar", "C's own"):
        table.add_column(heading)
    links = int(measured("links") or 0)
    for name, key, bar in (
        (f"first gradient of a new function of {NODES:,} nodes", f"first/{NODES}", 50e-3),
        (f"first gradient of a new chain x = x*a + b of {links:,} steps", "first/chain", 150e-3),
        ("the second gradient of that chain", "second/chain", 150e-3),
        ("a later gradient of that chain", "later/chain", 3e-3),
        ("value and gradient of 4 operations by an array of 3 numbers", "call/called", 1e-6),
        ("the same with bound memory", "call/bound", 200e-9),
    ):
        table.add_row(name, measured.time(key), f"{unit(bar)}{verdict(measured(key), bar)}", "")
    for work in WORKS:
        ours = _ratio(measured, f"point/{work}/sweep", f"point/{work}/value")
        beside = [
            f"{ratio:.1f} ({name})"
            for name in ("to_c", "by hand")
            if (ratio := _ratio(measured, f"point/{work}/{name}", f"point/{work}/{name}, value"))
        ]
        table.add_row(
            f"gradient / value, {work}",
            f"{ours:.1f}" if ours else "",
            f"{MOST_VALUES}{verdict(ours, MOST_VALUES)}",
            ", ".join(beside),
        )
    return table


def _ratio(measured: Measured, gradient: str, value: str) -> float | None:
    above, below = measured(gradient), measured(value)
    return above / below if above and below else None
