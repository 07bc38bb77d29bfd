"""chainrule's side, and the C that it is held against: all in one process, taking turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from chainrule import compile
from chainrule.programs.derive.results import Transform
from chainrule.programs.twin import Machine

from .figures import Figures, agree, batches, each, enough, interleaved, pin
from .native import Timer, by_hand, of_program
from .workloads import NODES, WORKS, Work, chain

COMPILED = Machine.__module__ != "chainrule.programs.run.machine"
"""Whether programs run on the compiled machine. The interpreted one gets less to do."""

ROUNDS = 7 if COMPILED else 2
ROWS = (1_000, 100_000) if COMPILED else (20, 100)
LINKS = 100_000 if COMPILED else 1_000
"""How often a side is asked, how many rows there are, and how long the chain is."""


def measure(last: bool) -> Figures:
    """Everything once.

    Args:
        last: Whether what takes long, and varies little, is measured too.
    """
    with ThreadPoolExecutor() as pool:  # the C compiler takes a minute where nothing is cached
        sides = list(pool.map(Side, WORKS.values(), repeat(Timer())))
    pin()
    found: Figures = {"links": [LINKS]}
    for side in sides:
        found |= side.point() | side.rows(ROWS if last else ROWS[:1])
    return found | starting() | calling()


class Side:
    """One program, in chainrule and in C. All must agree before one is timed."""

    def __init__(self, work: Work, timer: Timer) -> None:
        self.work, self.timer = work, timer
        self.x = np.ascontiguousarray(work.start)
        self.program = compile(work.function)
        self.nodes = _operations(self.program, self.x)
        self.in_c = {"to_c": of_program(work.function, self.x)}
        if work.by_hand:
            self.in_c["by hand"] = by_hand(work.by_hand)

    def point(self) -> Figures:
        """One point: value and gradient; and the value alone."""
        name, x, program = self.work.name, self.x, self.program
        bound = program.bind(x)
        sides = batches(
            {
                "bound": bound,
                "called": lambda: program.value_and_grad(x),
                "sweep": _sweep(program, "value_and_grad", x),
                "value": _sweep(program, "value", x),
            }
        )
        expected = program.value_and_grad(x)
        agree(name, (bound(), bound.gradient), expected)
        for kind, c in self.in_c.items():
            out = np.zeros(1), np.zeros(x.size)
            for what, function in (("", c.gradient), (", value", c.value)):
                once = partial(self.timer, "point", function, 1, x, *out)
                count = enough(once, 2e-3)
                sides[kind + what] = partial(self.timer, "point", function, count, x, *out)
            sides[kind]()
            agree(f"{name}, {kind}", (out[0][0], out[1]), expected)
        found = interleaved(ROUNDS * 3, sides)
        return {f"nodes/{name}": [float(self.nodes)]} | {
            f"point/{name}/{kind}": times for kind, times in found.items()
        }

    def rows(self, counts: tuple[int, ...]) -> Figures:
        """Many rows: value and gradient of each."""
        found: Figures = {}
        program = compile(self.work.function, in_axes=0)
        for count in counts:
            x = self.work.rows(count)
            value, slopes = program.value_and_grad(x)
            for row in (0, count // 2, count - 1):
                one = self.program.value_and_grad(x[row])
                agree(f"{self.work.name}, row {row}", (value[row], slopes[row]), one)
            call = partial(program.value_and_grad, x)
            sides = {"ours": partial(each, call, 1 if count > 10_000 else enough(call, 2e-2))}
            for kind, c in self.in_c.items():
                inputs = np.ascontiguousarray(x.T if c.by_columns else x)
                out = np.zeros(count), np.zeros(inputs.shape)
                sides[kind] = partial(self.timer, "rows", c.rows, count, inputs, *out)
                sides[kind]()
                found_here = (out[0], out[1].T if c.by_columns else out[1])
                agree(f"{self.work.name}, rows, {kind}", found_here, (value, slopes))
            rounds = ROUNDS if count > 10_000 else ROUNDS * 3
            for kind, times in interleaved(rounds, sides).items():
                found[f"rows/{self.work.name}/{count}/{kind}"] = times
        return found


def starting() -> Figures:
    """A function that nobody has recorded before: until its first gradient is there, which is read
    off the recording; until the second one, for which a replay is planned; and a later one."""
    work = WORKS["random graph"]

    def first(function: Any, x: Any) -> tuple[float, Any]:
        begin = time.perf_counter()
        program = compile(function)
        program.value_and_grad(x)
        return time.perf_counter() - begin, program

    links = np.array([1.0, 0.9999, 0.001])
    found: Figures = {f"first/{NODES}": [], "first/chain": []}
    found |= {"second/chain": [], "later/chain": []}
    for _ in range(ROUNDS):
        found[f"first/{NODES}"].append(first(work.function, work.start)[0])
        spent, program = first(lambda x: chain(x, LINKS), links)
        found["first/chain"].append(spent)
        found["second/chain"].append(each(partial(program.value_and_grad, links), 1))
        found["later/chain"].append(each(partial(program.value_and_grad, links), 3))
    return found


def calling() -> Figures:
    """The whole call of a program that has next to nothing to do."""
    program = compile(lambda x: (x[0] * x[1] + x[2]) * x[0])
    x = np.array([2.0, -3.0, 10.0])
    calls = {"call/called": lambda: program.value_and_grad(x), "call/bound": program.bind(x)}
    return interleaved(ROUNDS * 3, batches(calls))


def _path(program: Any) -> Any:
    """The recording of a program that was called in one way only."""
    (paths,) = program.recordings.all.values()
    (path,) = paths.all
    return path


def _operations(program: Any, x: Any) -> int:
    """How many operations a function did, as it was recorded: constants and inputs left out."""
    program(x)
    arrays = _path(program).recording.tape.arrays()
    return int(np.count_nonzero(np.frombuffer(arrays.ops, dtype=np.int32) > 1))


def _sweep(program: Any, name: str, x: Any) -> Callable[[], Any]:
    """The machine itself, without the call of the program around it."""
    machine, _ = _path(program).ready(Transform.of(name, 0, 1))
    return partial(machine.point, x, np.zeros(1 if name == "value" else 1 + x.size))
