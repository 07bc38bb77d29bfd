"""Derivatives of a tape, recorded on the same tape.

A derivative is a recording like any other: it can be replayed, simplified, drawn and differentiated
again. The local derivatives are those of the table, as fragments.

This is the interpreted twin; `trace/native/gradient.c` and `tangents.c` record the same nodes in
the same order.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapters 3 (both modes) and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...errors import ShapeError
from ...table.rules import NUMBER
from ..trace.recipes import recipe
from ..trace.tape import CALL, COPY, ENTRY, OVERRIDE, SCATTER, TAKE, Tape
from ..trace.tracer import Tracer
from .calls import pull, push

_ADD, _MUL, _WHERE = NUMBER["add"], NUMBER["mul"], NUMBER["where"]


def operands_of(tape: Tape, node: int) -> tuple[int, ...]:
    """The operands of a node that a derivative can flow to."""
    op, x, y, z = tape.node(node)
    if op >= 2:
        return (x, y, z)[: recipe(op).arity]
    if op in (COPY, ENTRY):
        return (x,)
    if op == TAKE:
        return tape.tables[x]
    if op == SCATTER:
        return tuple(number for _, number in tape.scatters[x][1])
    if op == CALL:
        return tape.calls[x][1]
    if op == OVERRIDE and y >= 0:
        return (y,)
    return ()


def depending(tape: Tape, wrt: Sequence[int], end: int) -> tuple[int, bytearray]:
    """The first node of `wrt`, and whether each node before `end` depends on one of them."""
    start, depends = min(wrt, default=end), bytearray(end)
    for node in wrt:
        if node < end:
            depends[node] = 1
    for node in range(start, end):
        if not depends[node]:
            depends[node] = any(depends[x] for x in operands_of(tape, node))
    return start, depends


def unpaired(nodes: int, seeds: int) -> ShapeError:
    """The error of a different number of nodes and seeds."""
    return ShapeError(f"{nodes} nodes need as many seeds, not {seeds}.")


def _check(tape: Tape, nodes: Sequence[int], seeds: Sequence[int], others: Sequence[int]) -> None:
    tape.check(*nodes, *seeds, *others)
    if len(nodes) != len(seeds):
        raise unpaired(len(nodes), len(seeds))


def is_zero(tape: Tape, node: int) -> bool:
    return tape.is_constant(node) and tape.value(node) == 0


def _times(tape: Tape, node: int, index: int, factor: int) -> tuple[int, int] | None:
    """A factor times the partial of a node with respect to one operand, and that partial; None if
    the partial is 0 by its formula."""
    op, *operands = tape.node(node)
    row = recipe(op)
    partial = tape.expand(row.partials[index], operands[: row.arity], node)
    if is_zero(tape, partial):
        return None
    product = factor if row.is_switch else tape.append(_MUL, factor, partial)
    if row.is_gate:
        product = tape.append(_WHERE, partial, product, tape.constant(0.0))
    return product, partial


# ---- reverse mode --------------------------------------------------------------------------------


def gradient(
    tape: Tape, outputs: Sequence[int], seeds: Sequence[int], wrt: Sequence[int]
) -> list[int]:
    """Record the sum over `outputs` of seed times derivative, in reverse mode.

    Returns a node for each of `wrt`, a constant 0 if nothing depends on it. What `wrt` itself
    depends on is ignored. Cost: O(nodes between `wrt` and `outputs`).
    """
    _check(tape, outputs, seeds, wrt)
    sweep = _ReverseSweep(tape, wrt, max(outputs, default=-1) + 1)
    for output, seed in zip(outputs, seeds):
        if sweep.depends[output] and not is_zero(tape, seed):
            sweep.add(output, seed, None)
    return sweep.run()


class _Gate(NamedTuple):
    """The condition `node` under which another node has any effect: one side of a choice was taken.

    If it does not hold the adjoint is 0, and has to stay 0 even if a local derivative below is
    infinite: sqrt(x) at 0, on the side that was not taken. `choice` is the node that decides which
    of two sides is taken, -1 if several gates lead to the node; `outer` is the gate in front of it.
    """

    node: int
    choice: int
    outer: _Gate | None


def choice_of(tape: Tape, node: int) -> int:
    """The node that decides between the two sides of a gate, or -1."""
    op, condition, *_ = tape.node(node)
    return condition if op == _WHERE else node if recipe(op).arity == 2 else -1


def _inner(tape: Tape, outer: _Gate | None, choice: int, side: int) -> _Gate | None:
    """The gate of one side of a choice; `side` is nonzero if that side was taken."""
    if tape.is_constant(side):
        return outer
    if outer is None:
        return _Gate(side, choice, None)
    return _Gate(tape.append(_WHERE, outer.node, side, tape.constant(0.0)), choice, outer)


def _either(tape: Tape, a: _Gate | None, b: _Gate | None) -> _Gate | None:
    """The gate of a node behind two gates; None if one of them is always open."""
    if a is None or b is None:
        return None
    if a.node == b.node:
        return a
    if a.choice == b.choice >= 0 and (a.outer and a.outer.node) == (b.outer and b.outer.node):
        return a.outer  # both sides of one choice
    return _Gate(tape.append(_WHERE, a.node, a.node, b.node), -1, None)


class _ReverseSweep:
    """One sweep from the last node down to `wrt`.

    Attributes:
        depends: Whether each node depends on one of `wrt`.
        adjoints: The sum of the contributions to the adjoint of each node so far.
        regions: For a SCATTER or a CALL, the adjoints of its numbers.
        takes: For a table, the index and the adjoint of each TAKE from it.
        due: For the last entry of a table, the tables to scatter when the sweep gets there.
        gates: The gate of each key of `adjoints` and `regions`, and, under ~table, of `takes`.
    """

    def __init__(self, tape: Tape, wrt: Sequence[int], end: int) -> None:
        self.tape, self.wrt, self.end = tape, wrt, end
        self.start, self.depends = depending(tape, wrt, end)
        self.adjoints: dict[int, int] = {}
        self.regions: dict[int, dict[int, int]] = {}
        self.takes: dict[int, list[tuple[int, int]]] = {}
        self.due: dict[int, list[int]] = {}
        self.gates: dict[int, _Gate | None] = {}

    def run(self) -> list[int]:
        """Record the adjoints of `wrt`."""
        stops = set(self.wrt)
        for node in range(self.end - 1, self.start - 1, -1):
            for table in self.due.pop(node, ()):
                self._scatter(table)
            if node in self.regions:
                (self._gather if self.tape.ops[node] == SCATTER else self._call)(node)
            if node in self.adjoints and node not in stops:
                self._pass_on(node, self.adjoints[node], self.gates[node])
        constant = self.tape.constant
        return [self.adjoints[x] if x in self.adjoints else constant(0.0) for x in self.wrt]

    def add(self, node: int, contribution: int, gate: _Gate | None) -> None:
        """Add a contribution to the adjoint of a node."""
        self._reach(node, gate)
        if node in self.adjoints:
            contribution = self.tape.append(_ADD, self.adjoints[node], contribution)
        self.adjoints[node] = contribution

    def _reach(self, key: int, gate: _Gate | None) -> None:
        gates = self.gates
        gates[key] = _either(self.tape, gates[key], gate) if key in gates else gate

    def _pass_on(self, node: int, adjoint: int, gate: _Gate | None) -> None:
        """Pass the adjoint of a node on to its operands."""
        op, x, y, z = self.tape.node(node)
        if op == COPY:
            self.add(x, adjoint, gate)
        elif op == OVERRIDE:
            self._reach(y, gate)
            adjoints = self.regions.setdefault(y, {})
            if z in adjoints:  # the function was called again with the same arguments
                adjoint = self.tape.append(_ADD, adjoints[z], adjoint)
            adjoints[z] = adjoint
        elif op == ENTRY:
            self._reach(x, gate)
            self.regions.setdefault(x, {})[y] = adjoint
        elif op == TAKE:
            self._reach(~x, gate)
            if x not in self.takes:
                last = max(entry for entry in self.tape.tables[x] if self.depends[entry])
                self.due.setdefault(last, []).append(x)
            self.takes.setdefault(x, []).append((y, adjoint))
        else:
            self._differentiate(node, adjoint, gate)

    def _differentiate(self, node: int, adjoint: int, gate: _Gate | None) -> None:
        tape = self.tape
        for index, operand in enumerate(operands_of(tape, node)):
            if not self.depends[operand]:
                continue
            product = _times(tape, node, index, adjoint)
            if product is None:
                continue
            contribution, partial = product
            behind = gate
            if recipe(tape.ops[node]).is_gate:
                behind = _inner(tape, gate, choice_of(tape, node), partial)
            elif gate is not None and not tape.is_constant(partial):
                contribution = tape.append(_WHERE, gate.node, contribution, tape.constant(0.0))
            self.add(operand, contribution, behind)

    def _scatter(self, table: int) -> None:
        """Add up the adjoints of all that was taken from a table, at its entries."""
        entries = self.tape.tables[table]
        region = self.tape.scatter(len(entries), self.takes.pop(table))
        for index, entry in enumerate(entries):
            if self.depends[entry]:
                self.add(entry, self.tape.entry(region, index), self.gates[~table])

    def _gather(self, node: int) -> None:
        """Take the adjoint of each summand of a region from those of its sums."""
        length, pairs = self.tape.scatters[self.tape.node(node)[1]]
        adjoints = self.regions.pop(node)
        zero = self.tape.constant(0.0)
        entries = tuple(adjoints.get(k, zero) for k in range(length))
        for index, number in pairs:
            if self.depends[number]:
                self.add(number, self.tape.take(entries, index), self.gates[node])

    def _call(self, node: int) -> None:
        """Pass the adjoints of the results of a call to its operands."""
        _, operands, length = self.tape.calls[self.tape.node(node)[1]]
        adjoints, gate, zero = self.regions.pop(node), self.gates[node], self.tape.constant(0.0)
        cotangents = [adjoints.get(k, zero) for k in range(length)]
        wanted = [bool(self.depends[each]) for each in operands]
        contributions = pull(self.tape, node, cotangents, wanted, Tracer, gradient)
        for operand, contribution in zip(operands, contributions):
            if not self.depends[operand] or contribution < 0 or is_zero(self.tape, contribution):
                continue
            if gate is not None:
                contribution = self.tape.append(_WHERE, gate.node, contribution, zero)
            self.add(operand, contribution, gate)


# ---- forward mode --------------------------------------------------------------------------------


def tangents(
    tape: Tape, wrt: Sequence[int], seeds: Sequence[int], outputs: Sequence[int]
) -> list[int]:
    """Record the derivative of `outputs` along a direction, whose component for each node of `wrt`
    is a seed, in forward mode.

    Returns a node for each of `outputs`, a constant 0 if it does not move. Cost: as for `gradient`.
    """
    _check(tape, wrt, seeds, outputs)
    moving = {node: seed for node, seed in zip(wrt, seeds) if not is_zero(tape, seed)}
    calls: dict[int, list[int]] = {}  # the tangents of the results of each call
    stops = set(wrt)
    needed = _needed(tape, outputs) if tape.calls else None
    for node in range(min(wrt, default=0), max(outputs, default=-1) + 1):
        is_needed = node not in stops and (needed is None or node in needed)
        if is_needed and any(each in moving for each in operands_of(tape, node)):
            tangent = _tangent(tape, node, moving, calls)
            if tangent is not None:
                moving[node] = tangent
    return [moving[node] if node in moving else tape.constant(0.0) for node in outputs]


def _needed(tape: Tape, outputs: Sequence[int]) -> set[int]:
    """The nodes whose tangents those of the outputs need; a call need not have a derivative if its
    results aren't among them."""
    needed = set(outputs)
    for node in range(max(outputs, default=-1), -1, -1):
        if node in needed:
            needed.update(operands_of(tape, node))
    return needed


def _tangent(
    tape: Tape, node: int, moving: dict[int, int], calls: dict[int, list[int]]
) -> int | None:
    """The tangent of a node of which an operand moves; None if it is 0."""
    op, x, y, z = tape.node(node)
    zero = tape.constant(0.0)
    if op == COPY:
        return moving[x]
    if op == TAKE:
        return tape.take([moving.get(each, zero) for each in tape.tables[x]], y)
    if op == SCATTER:
        length, pairs = tape.scatters[x]
        return tape.scatter(length, [(index, moving.get(number, zero)) for index, number in pairs])
    if op == CALL:
        directions = [moving.get(each, -1) for each in tape.calls[x][1]]
        calls[node] = push(tape, node, directions, Tracer, gradient)
        return node
    if op in (ENTRY, OVERRIDE):
        region, index = (x, y) if op == ENTRY else (y, z)
        tangent = calls[region][index] if region in calls else tape.entry(moving[region], index)
        return None if is_zero(tape, tangent) else tangent
    total: int | None = None
    for index, operand in enumerate(operands_of(tape, node)):
        product = _times(tape, node, index, moving[operand]) if operand in moving else None
        if product is not None:
            total = product[0] if total is None else tape.append(_ADD, total, product[0])
    return None if total is None or is_zero(tape, total) else total
