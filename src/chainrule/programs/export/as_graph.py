"""A recorded path as a graph of Values, at numbers of one's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engine.node import CONSTANT as FIXED, VARIABLE, Fields, partials_of
from ...engine.twin import Value
from ...table.rules import NUMBER, RULES
from ..run.recordings import VALUE, At, form_at, latest_form
from ..trace.tape import CONSTANT, COPY, ENTRY, INPUT, SCATTER, TAKE, position
from .columns import Nodes
from .names import argument_names, input_names


def graph(program: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """The graph of a program; see `Program.graph`."""
    if arguments or keywords:
        at = form_at(program, VALUE, arguments, keywords)
    else:
        at = latest_form(program)
    specs = at.paths.specs
    roots = _Builder(at, input_names(specs, argument_names(program, specs))).roots()
    if len(roots) > 1 or not roots:
        return roots
    if roots[0].kind == "inner" and program.__name__.isidentifier():
        roots[0].label = program.__name__
    return roots[0]


class _Builder:
    """Builds the graph of one path.

    The Values are made of their parts, as when they are read from a file, since an operation on
    Values would raise where a program goes on with nan.
    """

    def __init__(self, at: At, names: Sequence[str]) -> None:
        self.at = at
        self.names = names
        self.outputs = at.path.recording.outputs
        self.tape = at.path.recording.tape.arrays()
        self.nodes = Nodes(self.tape._replace(guards=[]), self.outputs)
        self.found: list[Any] = [None] * len(self.nodes)
        self.sums: dict[int, list[Any]] = {}

    def roots(self) -> list[Any]:
        """The Values of the results."""
        for node in self.nodes.in_order():
            self.found[node] = self._made(node)
        return [self._operand(node) for node in self.outputs]

    def _operand(self, node: int) -> Any:
        """The Value of a node; a constant is one of its own wherever it is used."""
        while self.nodes.ops[node] == COPY:
            node = self.nodes.x[node]
        if self.nodes.ops[node] == CONSTANT:
            return _leaf(self.nodes.values[node], FIXED)
        return self.found[node]

    def _made(self, node: int) -> Any:
        op, x, y = self.nodes.ops[node], self.nodes.x[node], self.nodes.y[node]
        if op == INPUT:
            return _leaf(self.at.numbers[x], VARIABLE, self.names[x])
        if op == TAKE:
            table = self.tape.tables[x]
            return self._operand(table[position(self._operand(y).data, len(table))])
        if op == SCATTER:
            self.sums[node] = self._summed(*self.tape.scatters[x])
        elif op == ENTRY:
            return self.sums[x][y]
        elif op >= 2:
            return _applied(op, [self._operand(each) for each in self.nodes.operands(node)])
        return None

    def _summed(self, length: int, pairs: Sequence[tuple[int, int]]) -> list[Any]:
        """The sums of a region."""
        sums: list[Any] = [None] * length
        for index, number in pairs:
            place = position(self._operand(index).data, length)
            more = self._operand(number)
            sums[place] = (
                more if sums[place] is None else _applied(NUMBER["add"], [sums[place], more])
            )
        return [_leaf(0.0, FIXED) if each is None else each for each in sums]


def _leaf(number: float, kind: int, label: str = "") -> Any:
    return Value._build(Value, (), Fields(number, kind=kind), {"label": label} if label else {})


def _applied(op: int, operands: list[Any]) -> Any:
    """A Value that an operation gives, without the errors of Values."""
    rule = RULES[op]
    numbers = [float(each.data) for each in operands]
    out = rule.value(*numbers)
    fields = Fields(out, op=rule.name, partials=partials_of(rule, operands, numbers, out))
    return Value._build(Value, tuple(operands), fields, {})
