"""Statements of C for the nodes of a path, and the workspace for values that cross a cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...trace.tape import CONSTANT, INPUT, TAKE
from ..columns import Nodes
from .functions import Functions, literal


class Statement(NamedTuple):
    """Lines of C that stay together, the nodes that they read, and the node that they compute; -1
    for none."""

    lines: list[str]
    uses: list[int]
    node: int = -1


class Workspace:
    """`slots` for the nodes that cross a cut between parts, from `start` to `size`."""

    def __init__(self, parts: Sequence[Sequence[Statement]], start: int = 0) -> None:
        self.slots: dict[int, int] = {}
        self.size = start
        last = {
            node: number
            for number, part in enumerate(parts)
            for statement in part
            for node in statement.uses
        }
        ends: dict[int, list[int]] = {}
        free: list[int] = []
        for number, part in enumerate(parts):
            for statement in part:
                node = statement.node
                if node >= 0 and last.get(node, -1) > number:
                    if not free:
                        free.append(self.size)
                        self.size += 1
                    self.slots[node] = free.pop()
                    ends.setdefault(last[node], []).append(self.slots[node])
            free += ends.pop(number, ())


class PathWriter:
    """Writes one path; the subclasses write it for one point and for rows. `name` is the prefix of
    its functions; `outputs` are the nodes of the value and then of the gradient.

    Attributes:
        local: Whether each node is a local variable of the part that computes it.
    """

    def __init__(self, name: str, nodes: Nodes, outputs: list[int], functions: Functions) -> None:
        self.name = name
        self.nodes = nodes
        self.outputs = outputs
        self.functions = functions
        self.local = bytearray(op >= 2 or op == TAKE for op in nodes.ops)

    def input(self, number: int) -> str:
        """An input as an operand in C."""
        raise NotImplementedError  # for a point and for rows in different ways

    def text(self, node: int) -> str:
        """A node as an operand in C."""
        node = self.nodes.original(node)
        if self.nodes.ops[node] == CONSTANT:
            return literal(self.nodes.values[node])
        return self.input(self.nodes.x[node]) if self.nodes.ops[node] == INPUT else f"v{node}"

    def statement(self, line: str, *operands: int) -> Statement:
        """A statement that reads these nodes and computes none."""
        return Statement([line], self.originals(operands))

    def operation(self, node: int) -> Statement:
        """The statement that computes an operation of the table."""
        operands = self.nodes.operands(node)
        text = self.functions.write(self.nodes.ops[node], [self.text(each) for each in operands])
        return Statement([f"const double v{node} = {text};"], self.originals(operands), node)

    def originals(self, nodes: Sequence[int]) -> list[int]:
        """The nodes, or those that they are copies of."""
        return [self.nodes.original(node) for node in nodes]

    def loads(self, part: Sequence[Statement]) -> dict[int, None]:
        """The nodes that a part reads from the workspace, in order."""
        here = {statement.node for statement in part}
        uses = (node for statement in part for node in statement.uses)
        return {node: None for node in uses if self.local[node] and node not in here}
