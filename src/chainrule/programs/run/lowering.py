"""A tape in the operations that machines have: those made by `define` are expanded."""

from __future__ import annotations

from collections.abc import Sequence

from ...table.rules import DEFINED, RULES
from ..trace.fragments import LOCALS, Fragment
from ..trace.recipes import recipe
from ..trace.tape import (
    CALL,
    CONSTANT,
    COPY,
    ENTRY,
    INPUT,
    OVERRIDE,
    SCATTER,
    TAKE,
    Arrays,
)
from ..twin import Tape


def lowered(tape: Tape, nodes: Sequence[int]) -> tuple[Arrays, list[int]]:
    """Return the arrays of a tape for a machine, and the ids of some of its nodes in them."""
    own = own_operations(tape)
    if not own:
        return tape.arrays(), list(nodes)
    lowering = _Lowering(tape, own)
    ids = lowering.ids
    guards = [(ids[node], outcome) for node, outcome in tape.guards]
    return lowering.target.arrays()._replace(guards=guards), [ids[node] for node in nodes]


def own_operations(tape: Tape) -> set[int]:
    """The operations on a tape that `define` made."""
    own = {*range(DEFINED, len(RULES))}
    return own.intersection(tape.ops) if own else own


def inlined(source: Tape, target: Tape, inputs: Sequence[int]) -> list[int]:
    """Record a tape on another one, where the nodes `inputs` stand for its inputs. Returns the node
    there for each of its nodes."""
    return _Lowering(source, set(), target, inputs).ids


class _Lowering:
    """Records one tape on another, `target`; `ids` are the nodes of the source there."""

    def __init__(
        self,
        source: Tape,
        own: set[int],
        target: Tape | None = None,
        inputs: Sequence[int] | None = None,
    ) -> None:
        self.source, self.own, self.inputs = source, own, inputs
        self.tables, self.scatters = source.tables, source.scatters
        self.target = Tape(rewrites=False) if target is None else target
        self.ids: list[int] = []
        for node in range(len(source)):
            self.ids.append(self._record(node))

    def _record(self, node: int) -> int:
        target, ids = self.target, self.ids
        op, x, y, z = self.source.node(node)
        if op == INPUT:
            return target.input(self.source.value(node)) if self.inputs is None else self.inputs[x]
        if op == CONSTANT:
            return target.constant(self.source.value(node))
        if op in (COPY, OVERRIDE):
            return target.copy(ids[x])
        if op == TAKE:
            return target.take([ids[each] for each in self.tables[x]], ids[y])
        if op == SCATTER:
            length, pairs = self.scatters[x]
            return target.scatter(length, [(ids[index], ids[number]) for index, number in pairs])
        if op == ENTRY:
            return target.entry(ids[x], y)
        if op == CALL:
            function, operands, results = self.source.call_at(node)
            return target.call(function, [ids[each] for each in operands], results)
        return self._append(op, [ids[each] for each in (x, y, z)[: recipe(op).arity]])

    def _append(self, op: int, operands: Sequence[int]) -> int:
        if op in self.own:
            return self._expand(recipe(op).value, operands)
        return self.target.append(op, *operands)

    def _expand(self, fragment: Fragment, operands: Sequence[int]) -> int:
        """Record the formula of an operation made by `define`, which may use others of these."""
        nodes = [*operands, *[-1] * (len(LOCALS) - len(operands))]
        nodes += [self.target.constant(number) for number in fragment.constants]
        for op, *slots in fragment.code:
            nodes.append(self._append(op, [nodes[slot] for slot in slots if slot >= 0]))
        return nodes[fragment.result]
