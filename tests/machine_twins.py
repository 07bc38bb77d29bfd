"""Both machines, tapes that are written by hand, and what the tests of them share."""

from __future__ import annotations

import importlib
import struct
from array import array

import numpy as np

from chainrule.programs.run import caller, machine as interpreted
from chainrule.programs.trace.tape import CALL, INPUT, SCATTER, TAKE, Arrays
from chainrule.table.kernels import GENERATED
from chainrule.table.rules import NUMBER, OWN, RULES

MACHINES, CALLERS = [interpreted.Machine], [caller.Caller]
try:
    compiled = importlib.import_module("chainrule.programs.run._native")
except ImportError:
    pass
else:
    MACHINES.append(compiled.Machine)
    CALLERS.append(compiled.Caller)

ROWS = range(OWN + 1, OWN + 1 + len(GENERATED))
COMMON = ("add", "sub", "mul", "neg", "sin", "cos")
OFTEN = [number for number in ROWS if RULES[number].name in COMMON]


class Outside:
    """A function outside with so many results: multiples of the sum of its operands."""

    def __init__(self, length):
        self.length = length

    def run(self, rows, numbers):
        lines = np.frombuffer(numbers).reshape(rows, len(numbers) // 8 // rows)
        total = [sum(x for x in line if abs(x) < 1e9) for line in lines.tolist()]
        return np.outer(total, np.arange(1.0, 1 + self.length)).tobytes()


class Draft:
    """A tape that is written by hand, without the recorder's checks and savings."""

    def __init__(self):
        self.nodes, self.values = [], []
        self.tables, self.scatters, self.guards, self.inputs, self.calls = [], [], [], [], []

    def push(self, op, x=-1, y=-1, z=-1, value=0.0):
        self.nodes.append((op, x, y, z))
        self.values.append(value)
        return len(self.nodes) - 1

    def input(self):
        self.inputs.append(self.push(INPUT, len(self.inputs)))
        return self.inputs[-1]

    def rule(self, name, *operands):
        return self.push(NUMBER[name], *operands)

    def take(self, table, index):
        self.tables.append(tuple(table))
        return self.push(TAKE, len(self.tables) - 1, index)

    def scatter(self, length, pairs):
        self.scatters.append((length, tuple(pairs)))
        return self.push(SCATTER, len(self.scatters) - 1)

    def call(self, length, operands):
        self.calls.append((Outside(length), tuple(operands), length))
        return self.push(CALL, len(self.calls) - 1)

    def arrays(self):
        columns = [array("i", column).tobytes() for column in zip(*self.nodes)] or [b""] * 4
        return Arrays(
            *columns,
            array("d", self.values).tobytes(),
            self.tables,
            self.scatters,
            self.guards,
            self.inputs,
            self.calls,
        )


def bits(floats):
    """The bits of numbers; every nan is the same."""
    return [struct.pack("d", x) if x == x else "nan" for x in np.asarray(floats).ravel().tolist()]


def each_machine(tape, outputs):
    return [make(tape.arrays(), outputs) for make in MACHINES]


def at_point(machine, inputs, count):
    out = np.full(count, 7.25)
    code = machine.point(np.array(inputs, dtype=float), out)
    return code, bits(out)


def sweep(machine, grid, shared, keep, which=None, failed=True, shift=1):
    """One call over rows: inputs that are shared, or columns of a grid; outputs kept, or summed.

    The results stand in every `shift`-th row, those of a negative one backwards."""
    rows = len(grid) if which is None else len(which)
    extra = [np.array(0.0 if each is None else each) for each in shared]
    turned = grid[:, ::-1] if shift < 0 else grid
    leaf = [i + 1 if each is not None else 0 for i, each in enumerate(shared)]
    offsets = [
        0 if leaf[i] else (len(shared) - 1 - i if shift < 0 else i) * grid.strides[1]
        for i in range(len(shared))
    ]
    strides = [0 if each else grid.strides[0] for each in leaf]
    sources = (
        [turned, *extra], array("i", leaf), array("q", offsets), array("q", strides),
    )  # fmt: skip
    out = np.full((max(len(grid), 1) * abs(shift), len(keep)), 7.25)
    down = out[::shift]
    first = out.strides[0] * (len(out) - 1) if shift < 0 else 0
    targets = (
        [down if len(down) and shift > 0 else out],
        array("i", [0] * len(keep)),
        array("q", [8 * i + first for i in range(len(keep))]),
        array("q", [shift * out.strides[0] if each else 0 for each in keep]),
    )
    status = np.full(rows, 99, dtype=np.int32) if failed else None
    numbers = None if which is None else np.array(which, dtype=np.int64)
    count = machine.rows(sources, targets, rows, numbers, status)
    return count, bits(out), status.tolist() if failed else None
