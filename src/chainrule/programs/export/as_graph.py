"""A recorded path as a graph of Values, at any numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engine.node import CONSTANT as FIXED, VARIABLE, Fields, Node, partials_of
from ...engine.twin import Value
from ...table.rules import NUMBER, RULES
from ..run.recordings import At, Recordings
from ..trace.flattening import unflatten
from ..trace.tape import CONSTANT, COPY, ENTRY, INPUT, OVERRIDE, SCATTER, TAKE, position
from ..trace.traced import list_traced
from .columns import Nodes
from .names import argument_names, input_names


def graph(recordings: Recordings, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """The graph of a program; see `Program.graph`."""
    _, at = recordings.select("value", 0, arguments, keywords)
    structures = at.paths.structures
    names = input_names(structures, argument_names(recordings, structures))
    roots = _Builder(at, names).roots()
    if len(roots) != 1:
        return roots
    if roots[0].kind == "inner" and recordings.name.isidentifier():
        roots[0].label = recordings.name
    return roots[0]


class _Builder:
    """Builds the graph of one path.

    The Values are built directly, like those that are read from a file, because an operation on
    Values may raise where a program returns nan.
    """

    def __init__(self, at: At, names: Sequence[str]) -> None:
        self.at = at
        self.names = names
        self.outputs = at.path.recording.outputs
        self.tape = at.path.recording.tape.arrays()
        called = [node for _, operands, _ in self.tape.calls for node in operands]
        self.nodes = Nodes(self.tape._replace(guards=[]), [*self.outputs, *called])
        self.values: list[Any] = [None] * len(self.nodes)
        self.sums: dict[int, list[Node]] = {}

    def roots(self) -> list[Node]:
        """The Values of the results."""
        for node in self.nodes.in_order():
            self.values[node] = self._value(node)
        return [self._operand(node) for node in self.outputs]

    def _operand(self, node: int) -> Node:
        """The Value of a node; a new one for each use of a constant."""
        while self.nodes.ops[node] == COPY:
            node = self.nodes.x[node]
        if self.nodes.ops[node] == CONSTANT:
            return _leaf(self.nodes.values[node], FIXED)
        return self.values[node]  # type: ignore[no-any-return]  # operands come first

    def _value(self, node: int) -> Node | None:
        op, x, y = self.nodes.ops[node], self.nodes.x[node], self.nodes.y[node]
        if op == INPUT:
            return _leaf(self.at.numbers[x], VARIABLE, self.names[x])
        if op == TAKE:
            table = self.tape.tables[x]
            return self._operand(table[position(self._operand(y).data, len(table))])
        if op == SCATTER:
            self.sums[node] = self._added_up(*self.tape.scatters[x])
        elif op == ENTRY:
            return self._region(x)[y]
        elif op == OVERRIDE and y < 0:
            return _leaf(float(self._operand(x).data), FIXED)
        elif op == OVERRIDE:
            return self._region(y)[self.nodes.z[node]]
        elif op >= 2:
            return _operation(op, [self._operand(each) for each in self.nodes.operands(node)])
        return None

    def _region(self, region: int) -> list[Node]:
        """The numbers of a region; a function outside is called at the first request."""
        if region not in self.sums:
            call, operands, _ = self.tape.calls[self.nodes.x[region]]
            numbers = [self._operand(node) for node in operands]
            result = call.external(*unflatten(call.arguments, numbers, object), **call.keywords)
            self.sums[region] = list_traced(result)
        return self.sums[region]

    def _added_up(self, length: int, pairs: Sequence[tuple[int, int]]) -> list[Node]:
        """The sums of a region."""
        sums: list[Node | None] = [None] * length
        for index_node, number in pairs:
            index = position(self._operand(index_node).data, length)
            total, more = sums[index], self._operand(number)
            sums[index] = more if total is None else _operation(NUMBER["add"], [total, more])
        return [_leaf(0.0, FIXED) if each is None else each for each in sums]


def _leaf(number: float, kind: int, label: str = "") -> Node:
    fields = Fields(number, kind=kind)
    leaf: Node = Value._build(Value, (), fields, {"label": label} if label else {})
    return leaf


def _operation(op: int, operands: list[Node]) -> Node:
    """The Value of an operation, without the errors of Values."""
    rule = RULES[op]
    numbers = [float(each.data) for each in operands]
    out = rule.value(*numbers)
    fields = Fields(out, op=rule.name, partials=partials_of(rule, operands, numbers, out))
    node: Node = Value._build(Value, tuple(operands), fields, {})
    return node
