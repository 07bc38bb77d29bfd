"""Reverse mode in numbers: what `gradient` records, computed at once and to the same bits.

A recording that is not going to be replayed needs no recorded derivatives, only an adjoint for each
node.

This is the interpreted twin; `trace/native/slopes.c` and `partials.c` compute the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from ..trace.fragments import LOCALS
from ..trace.recipes import recipe
from ..trace.tape import CONSTANT, COPY, ENTRY, TAKE, Tape, position
from .derivatives import choice_of, depending, is_zero, operands_of, unpaired

_OUT = LOCALS.index("out")


class Partial(NamedTuple):
    """A local derivative."""

    value: float
    is_constant: bool


class _Scratch(Tape):
    """A tape that partials are recorded on for a moment, so that they are rewritten and rounded as
    on the recording's own tape. It begins with the operands, the result, and what the operands
    themselves are computed from, because there are rewrites for the operand of a negation."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(replays=False)
        self.tape = tape

    def constant(self, value: float) -> int:
        """Record a constant, which is shared with nothing."""
        return self._push(CONSTANT, -1, -1, -1, value)

    def partial(self, node: int, index: int) -> Partial | None:
        """A partial of a node; None if it is 0 by its formula."""
        del self.ops[:], self.operands[:], self.values[:]
        tape = self.tape
        op, *operands = tape.node(node)
        row = recipe(op)
        chosen = operands[: row.arity]
        for k in range(_OUT):
            x = chosen[k] if k < row.arity else node
            self._push(tape.ops[x], _OUT + 1 + k, -1, -1, tape.values[x])
        x, y, z = (*range(row.arity), -1, -1)[:3]
        self._push(op, x, y, z, tape.values[node])
        for x in chosen:
            below = tape.operands[x][0] if tape.ops[x] >= 0 else x
            kind = CONSTANT if tape.ops[below] == CONSTANT else COPY
            self._push(kind, -1, -1, -1, tape.values[below])
        out = self.expand(row.partials[index], range(row.arity), _OUT)
        return None if is_zero(self, out) else Partial(self.values[out], self.is_constant(out))


def slopes(
    tape: Tape, outputs: Sequence[int], seeds: Sequence[float], wrt: Sequence[int]
) -> array[float]:
    """Compute the sum over `outputs` of seed times derivative, in reverse mode: the values of the
    nodes that `gradient` would record for constant seeds.

    Cost: O(nodes between `wrt` and `outputs`); the tape stays as it is.
    """
    tape.check(*outputs, *wrt)
    if len(outputs) != len(seeds):
        raise unpaired(len(outputs), len(seeds))
    sweep = _NumericSweep(tape, wrt, max(outputs, default=-1) + 1)
    for output, seed in zip(outputs, seeds):
        if sweep.depends[output] and seed != 0:
            sweep.add(output, seed, None)
    return sweep.run()


class _Gate:
    """Whether a condition holds without which a node has no effect; as in derivatives.py."""

    __slots__ = ("choice", "holds", "outer")

    def __init__(self, holds: bool, choice: int, outer: _Gate | None) -> None:
        self.holds, self.choice, self.outer = holds, choice, outer


def _inner(outer: _Gate | None, choice: int, side: Partial) -> _Gate | None:
    if side.is_constant:
        return outer
    return _Gate(side.value != 0 and (outer is None or outer.holds), choice, outer)


def _either(a: _Gate | None, b: _Gate | None) -> _Gate | None:
    if a is None or b is None:
        return None
    if a is b:
        return a
    if a.choice == b.choice >= 0 and a.outer is b.outer:
        return a.outer
    return _Gate(a.holds or b.holds, -1, None)


class _NumericSweep:
    """One sweep from the last node down to `wrt`. `gates` has the nodes that were reached, and
    tables under ~table; `due` the tables whose sums are complete at a node."""

    def __init__(self, tape: Tape, wrt: Sequence[int], end: int) -> None:
        self.tape, self.wrt, self.end = tape, wrt, end
        self.start, self.depends = depending(tape, wrt, end)
        self.scratch = _Scratch(tape)
        self.adjoints: dict[int, float] = {}
        self.regions: dict[int, dict[int, float]] = {}
        self.tables: dict[int, list[float]] = {}
        self.due: dict[int, list[int]] = {}
        self.gates: dict[int, _Gate | None] = {}

    def run(self) -> array[float]:
        """Compute the adjoints of `wrt`."""
        stops = set(self.wrt)
        for node in range(self.end - 1, self.start - 1, -1):
            for table in self.due.pop(node, ()):
                self._spread_table(table)
            if node in self.regions:
                self._spread_region(node)
            if node in self.adjoints and node not in stops:
                self._pass_on(node, self.adjoints[node], self.gates[node])
        return array("d", (self.adjoints.get(x, 0.0) for x in self.wrt))

    def add(self, node: int, contribution: float, gate: _Gate | None) -> None:
        """Add a contribution to the adjoint of a node."""
        self._reach(node, gate)
        known = self.adjoints.get(node)
        self.adjoints[node] = contribution if known is None else known + contribution

    def _reach(self, key: int, gate: _Gate | None) -> None:
        gates = self.gates
        gates[key] = _either(gates[key], gate) if key in gates else gate

    def _selected(self, index: int, length: int) -> int:
        return position(self.tape.values[index], length)

    def _pass_on(self, node: int, adjoint: float, gate: _Gate | None) -> None:
        """Pass the adjoint of a node on to its operands."""
        op, x, y, _ = self.tape.node(node)
        if op == COPY:
            self.add(x, adjoint, gate)
        elif op == ENTRY:
            self._reach(x, gate)
            self.regions.setdefault(x, {})[y] = adjoint
        elif op == TAKE:
            self._reach(~x, gate)
            entries = self.tape.tables[x]
            if x not in self.tables:
                self.tables[x] = [0.0] * len(entries)
                last = max(entry for entry in entries if self.depends[entry])
                self.due.setdefault(last, []).append(x)
            self.tables[x][self._selected(y, len(entries))] += adjoint
        else:
            self._differentiate(node, adjoint, gate)

    def _differentiate(self, node: int, adjoint: float, gate: _Gate | None) -> None:
        row = recipe(self.tape.ops[node])
        for index, operand in enumerate(operands_of(self.tape, node)):
            partial = self.scratch.partial(node, index) if self.depends[operand] else None
            if partial is None:
                continue
            behind, contribution = gate, adjoint if row.is_switch else adjoint * partial.value
            if row.is_gate:
                behind = _inner(gate, choice_of(self.tape, node), partial)
                contribution = contribution if partial.value != 0 else 0.0
            elif gate is not None and not gate.holds and not partial.is_constant:
                contribution = 0.0
            self.add(operand, contribution, behind)

    def _spread_table(self, table: int) -> None:
        sums = self.tables.pop(table)
        for entry, total in zip(self.tape.tables[table], sums):
            if self.depends[entry]:
                self.add(entry, total, self.gates[~table])

    def _spread_region(self, node: int) -> None:
        length, pairs = self.tape.scatters[self.tape.node(node)[1]]
        adjoints = self.regions.pop(node)
        for index, number in pairs:
            if self.depends[number]:
                adjoint = adjoints.get(self._selected(index, length), 0.0)
                self.add(number, adjoint, self.gates[node])
