"""Whether a number on a tape can change in a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..trace.recipes import recipe
from ..trace.tape import CALL, CONSTANT, COPY, ENTRY, INPUT, OVERRIDE, SCATTER, TAKE
from ..twin import Tape


def depend_on_inputs(tape: Tape, nodes: Iterable[int]) -> bool:
    """Whether one of these nodes depends on an input of the tape."""
    return next(_inputs(tape, nodes), None) is not None


def inputs_of(tape: Tape, nodes: Iterable[int]) -> set[int]:
    """The numbers of the inputs of the tape that these nodes depend on."""
    return set(_inputs(tape, nodes))


def _inputs(tape: Tape, nodes: Iterable[int]) -> Iterator[int]:
    todo = [*nodes]
    seen = set(todo)
    while todo:
        node = todo.pop()
        op, number, *_ = tape.node(node)
        if op == INPUT:
            yield number
        for operand in _operands(tape, node):
            if operand not in seen:
                seen.add(operand)
                todo.append(operand)


def _operands(tape: Tape, node: int) -> Sequence[int]:
    """All nodes that a node is computed from."""
    op, x, y, z = tape.node(node)
    if op in (CONSTANT, INPUT):
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
