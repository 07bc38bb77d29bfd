"""Derivatives of a tape, recorded on the same tape.

A derivative is a recording like any other: it can be replayed, simplified, drawn, and
differentiated again. The local derivatives are the table's, as fragments.

This is the interpreted twin; `native/derivatives.c` records the same nodes in the same order.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapters 3 (both modes) and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...errors import ShapeError
from ...table.rules import NUMBER
from ..trace.recipes import recipe
from ..trace.tape import COPY, ENTRY, SCATTER, TAKE, Tape

_ADD, _MUL, _WHERE = NUMBER["add"], NUMBER["mul"], NUMBER["where"]


def operands_of(tape: Tape, node: int) -> tuple[int, ...]:
    """The nodes that a node is computed from and can be differentiated by."""
    op, x, y, z = tape.node(node)
    if op >= 2:
        return (x, y, z)[: recipe(op).arity]
    if op in (COPY, ENTRY):
        return (x,)
    if op == TAKE:
        return tape.tables[x]
    if op == SCATTER:
        return tuple(number for _, number in tape.scatters[x][1])
    return ()


def unpaired(nodes: int, seeds: int) -> ShapeError:
    """The error of seeds that do not fit."""
    return ShapeError(f"{nodes} nodes need as many seeds, not {seeds}.")


def _check(tape: Tape, nodes: Sequence[int], seeds: Sequence[int], others: Sequence[int]) -> None:
    tape.check(*nodes, *seeds, *others)
    if len(nodes) != len(seeds):
        raise unpaired(len(nodes), len(seeds))


def _reached(tape: Tape, wrt: Sequence[int], end: int) -> bytearray:
    """For each node whether it depends on one of `wrt`."""
    reached = bytearray(end)
    for node in wrt:
        if node < end:
            reached[node] = 1
    for node in range(min(wrt, default=end), end):
        if not reached[node] and any(reached[each] for each in operands_of(tape, node)):
            reached[node] = 1
    return reached


def _is_zero(tape: Tape, node: int) -> bool:
    return tape.is_constant(node) and tape.value(node) == 0


def _times(tape: Tape, node: int, place: int, factor: int) -> tuple[int, int] | None:
    """A gradient or a tangent times a local derivative, and that derivative; None where that is 0
    by its formula."""
    op, *operands = tape.node(node)
    row = recipe(op)
    partial = tape.expand(row.partials[place], operands[: row.arity], node)
    if _is_zero(tape, partial):
        return None
    if row.is_gate:
        return tape.append(_WHERE, partial, factor, tape.constant(0.0)), partial
    return tape.append(_MUL, factor, partial), partial


class _Gate(NamedTuple):
    """The condition on which a node is felt at all: a side of a choice that was taken.

    Where it does not hold the adjoint is 0, and has to stay 0 also where a local derivative below
    is infinite: sqrt(x) at 0, on the side that was not taken.

    Attributes:
        node: The condition, not 0 where it holds.
        choice: What the choice depends on; -1 where several gates lead to the node.
        outer: The gate that the choice itself stands behind.
    """

    node: int
    choice: int
    outer: _Gate | None


def _inner(tape: Tape, outer: _Gate | None, choice: int, side: int) -> _Gate | None:
    """The gate of one side of a choice; `side` is not 0 where that one was taken."""
    if tape.is_constant(side):
        return outer
    if outer is None:
        return _Gate(side, choice, None)
    return _Gate(tape.append(_WHERE, outer.node, side, tape.constant(0.0)), choice, outer)


def _either(tape: Tape, a: _Gate | None, b: _Gate | None) -> _Gate | None:
    """The gate of what two gates lead to; None where one of them is always open."""
    if a is None or b is None:
        return None
    if a.node == b.node:
        return a
    if a.choice == b.choice >= 0 and (a.outer and a.outer.node) == (b.outer and b.outer.node):
        return a.outer  # both sides of one choice
    return _Gate(tape.append(_WHERE, a.node, a.node, b.node), -1, None)


def gradient(
    tape: Tape, outputs: Sequence[int], seeds: Sequence[int], wrt: Sequence[int]
) -> list[int]:
    """Record the sum over `outputs` of seed times derivative, in reverse mode.

    Args:
        tape: The tape, which grows.
        outputs: What is differentiated. Shape (m,).
        seeds: A node for each of them. Shape (m,).
        wrt: By what. What one of these is computed from is not looked at. Shape (n,).

    Returns:
        A node for each of `wrt`; a constant 0 where nothing depends on it. Shape (n,).

    Raises:
        PlaceError: A node is no number of the tape.
        ShapeError: There are not as many seeds as outputs.

    Cost: O(nodes between `wrt` and `outputs`).
    """
    _check(tape, outputs, seeds, wrt)
    end = max(outputs, default=-1) + 1
    reached = _reached(tape, wrt, end)
    stops = set(wrt)
    adjoints: dict[int, int] = {}
    regions: dict[int, dict[int, int]] = {}  # a SCATTER: the adjoints of its sums
    taken: dict[int, list[tuple[int, int]]] = {}  # a table: what its takes bring, and where
    due: dict[int, list[int]] = {}  # the last entry of a table: the tables to add up there

    gates: dict[int, _Gate | None] = {}  # of what is in `adjoints`, `regions` and, by ~, `taken`

    def reach(key: int, gate: _Gate | None) -> None:
        gates[key] = _either(tape, gates[key], gate) if key in gates else gate

    def add(node: int, contribution: int, gate: _Gate | None) -> None:
        reach(node, gate)
        if node in adjoints:
            contribution = tape.append(_ADD, adjoints[node], contribution)
        adjoints[node] = contribution

    def spread(node: int, adjoint: int, gate: _Gate | None) -> None:
        """Hand the adjoint of an operation to its operands."""
        for place, operand in enumerate(operands_of(tape, node)):
            if not reached[operand] or (product := _times(tape, node, place, adjoint)) is None:
                continue
            contribution, partial = product
            behind = gate
            if recipe(tape.ops[node]).is_gate:
                behind = _inner(tape, gate, tape.node(node)[1], partial)
            elif gate is not None and not tape.is_constant(partial):
                contribution = tape.append(_WHERE, gate.node, contribution, tape.constant(0.0))
            add(operand, contribution, behind)

    for output, seed in zip(outputs, seeds):
        if reached[output] and not _is_zero(tape, seed):
            add(output, seed, None)
    for node in range(end - 1, min(wrt, default=end) - 1, -1):
        for table in due.pop(node, ()):
            entries = tape.tables[table]
            region = tape.scatter(len(entries), taken.pop(table))
            for place, entry in enumerate(entries):
                if reached[entry]:
                    add(entry, tape.entry(region, place), gates[~table])
        op, x, y, _ = tape.node(node)
        if op == SCATTER and node in regions:
            length, pairs = tape.scatters[x]
            found = regions.pop(node)
            zero = tape.constant(0.0)
            entries = tuple(found.get(k, zero) for k in range(length))
            for index, number in pairs:
                if reached[number]:
                    add(number, tape.take(entries, index), gates[node])
        if node not in adjoints or node in stops:
            continue
        adjoint, gate = adjoints[node], gates[node]
        if op == COPY:
            add(x, adjoint, gate)
        elif op == ENTRY:
            reach(x, gate)
            regions.setdefault(x, {})[y] = adjoint
        elif op == TAKE:
            reach(~x, gate)
            if x not in taken:
                last = max(entry for entry in tape.tables[x] if reached[entry])
                due.setdefault(last, []).append(x)
            taken.setdefault(x, []).append((y, adjoint))
        else:
            spread(node, adjoint, gate)
    return [adjoints[node] if node in adjoints else tape.constant(0.0) for node in wrt]


def tangents(
    tape: Tape, wrt: Sequence[int], seeds: Sequence[int], outputs: Sequence[int]
) -> list[int]:
    """Record the derivative of `outputs` along a direction, in forward mode.

    Args:
        tape: The tape, which grows.
        wrt: The nodes that move. What one of these is computed from is not looked at. Shape (n,).
        seeds: For each of them the node that says how fast. Shape (n,).
        outputs: What is differentiated. Shape (m,).

    Returns:
        A node for each of `outputs`; a constant 0 where it does not move. Shape (m,).

    Raises:
        PlaceError: A node is no number of the tape.
        ShapeError: There are not as many seeds as nodes that move.

    Cost: O(nodes between `wrt` and `outputs`).
    """
    _check(tape, wrt, seeds, outputs)
    moving = {node: seed for node, seed in zip(wrt, seeds) if not _is_zero(tape, seed)}
    stops = set(wrt)
    for node in range(min(wrt, default=0), max(outputs, default=-1) + 1):
        operands = operands_of(tape, node)
        if node in stops or not any(each in moving for each in operands):
            continue
        op, x, y, _ = tape.node(node)
        zero = tape.constant(0.0)
        if op == COPY:
            moving[node] = moving[x]
        elif op == TAKE:
            moving[node] = tape.take([moving.get(each, zero) for each in operands], y)
        elif op == SCATTER:
            length, pairs = tape.scatters[x]
            moved = [(index, moving.get(number, zero)) for index, number in pairs]
            moving[node] = tape.scatter(length, moved)
        elif op == ENTRY:
            moving[node] = tape.entry(moving[x], y)
        else:
            total: int | None = None
            for place, operand in enumerate(operands):
                product = _times(tape, node, place, moving[operand]) if operand in moving else None
                if product is not None:
                    total = product[0] if total is None else tape.append(_ADD, total, product[0])
            if total is not None and not _is_zero(tape, total):
                moving[node] = total
    return [moving[node] if node in moving else tape.constant(0.0) for node in outputs]
