"""A tape in the operations that machines have: what `define` added is written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...table.ops import BUILT_IN
from ...table.rules import RULES
from ..trace.fragments import LOCALS, Fragment
from ..trace.recipes import recipe
from ..trace.tape import CONSTANT, COPY, ENTRY, INPUT, SCATTER, TAKE, Arrays, Scatter
from ..trace.twin import Tape


def lowered(tape: Any, nodes: Sequence[int]) -> tuple[Arrays, list[int]]:
    """Return a tape for a machine.

    Args:
        tape: A tape.
        nodes: The nodes of interest on it.

    Returns:
        Its arrays, and where the nodes of interest are in them.
    """
    own = {number for number, rule in enumerate(RULES) if number > 1 and rule.name not in BUILT_IN}
    if not own or own.isdisjoint(tape.ops):
        return tape.arrays(), list(nodes)
    made = Tape()
    place: list[int] = []
    lists = tape.tables, tape.scatters
    for node in range(len(tape)):
        place.append(_again(tape, node, made, place, own, *lists))
    guards = [(place[node], outcome) for node, outcome in tape.guards]
    return made.arrays()._replace(guards=guards), [place[node] for node in nodes]


def _again(
    tape: Any,
    node: int,
    made: Any,
    place: list[int],
    own: set[int],
    tables: Sequence[tuple[int, ...]],
    scatters: Sequence[Scatter],
) -> int:
    """Record a node of one tape on another, where its operands are already."""
    op, x, y, z = tape.node(node)
    if op == INPUT:
        return made.input(tape.value(node))  # type: ignore[no-any-return]  # of either twin
    if op == CONSTANT:
        return made.constant(tape.value(node))  # type: ignore[no-any-return]
    if op == COPY:
        return made.copy(place[x])  # type: ignore[no-any-return]
    if op == TAKE:
        return made.take([place[each] for each in tables[x]], place[y])  # type: ignore[no-any-return]
    if op == SCATTER:
        length, pairs = scatters[x]
        return made.scatter(length, [(place[i], place[n]) for i, n in pairs])  # type: ignore[no-any-return]
    if op == ENTRY:
        return made.entry(place[x], y)  # type: ignore[no-any-return]
    operands = [place[each] for each in (x, y, z)[: recipe(op).arity]]
    if op in own:
        return _written_out(recipe(op).value, operands, made, own)
    return made.append(op, *operands)  # type: ignore[no-any-return]


def _written_out(text: Fragment, operands: Sequence[int], made: Any, own: set[int]) -> int:
    """Record the formula of an operation that `define` added; it may call others of these."""
    nodes = [*operands, *[-1] * (len(LOCALS) - len(operands))]
    nodes += [made.constant(number) for number in text.constants]
    for op, *places in text.code:
        below = [nodes[place] for place in places if place >= 0]
        if op in own:
            nodes.append(_written_out(recipe(op).value, below, made, own))
        else:
            nodes.append(made.append(op, *below))
    return nodes[text.result]
