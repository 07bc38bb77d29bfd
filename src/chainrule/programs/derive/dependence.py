"""Whether a number on a tape can change in a replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..trace.recipes import recipe
from ..trace.tape import CALL, CONSTANT, COPY, ENTRY, INPUT, OVERRIDE, SCATTER, TAKE
from ..twin import Tape


def depend_on_inputs(tape: Tape, nodes: Iterable[int]) -> bool:
    """Whether one of these nodes depends on an input of the tape."""
    seen, todo = set(nodes), list(nodes)
    while todo:
        node = todo.pop()
        if tape.node(node)[0] == INPUT:
            return True
        for operand in _operands(tape, node):
            if operand not in seen:
                seen.add(operand)
                todo.append(operand)
    return False


def _operands(tape: Tape, node: int) -> Sequence[int]:
    """All nodes that a node is computed from."""
    op, x, y, z = tape.node(node)
    if op == CONSTANT:
        return ()
    if op in (COPY, ENTRY):
        return (x,)
    if op == OVERRIDE:
        return [each for each in (x, y) if each >= 0]
    if op == TAKE:
        return (y, *tape.tables[x])
    if op == SCATTER:
        return [each for pair in tape.scatters[x][1] for each in pair]
    if op == CALL:
        return tape.call_at(node)[1]
    return (x, y, z)[: recipe(op).arity]
