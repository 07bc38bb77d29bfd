"""A trial: a small graph, built with the examined class and computed with the table's rules."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...numerals import MINUS, format_short
from .calls import Call
from .subject import Failure, Subject


class Carrier(NamedTuple):
    """An operation on one Value, put above or below the operation that is tried."""

    call: Call
    number: float | None  # the other operand

    def operands(self, x: Any) -> tuple[Any, ...]:
        """All operands, x being the live one."""
        if self.number is None:
            return (x,)
        return (self.number, x) if self.call.live == (1,) else (x, self.number)


def find_carriers(
    subject: Subject, numbers: Mapping[str, float | None], other_than: str = ""
) -> list[Carrier]:
    """The operations among these that are right so far, with their other operands; with a number
    where the class takes one, else with another Value."""
    carriers: dict[str, Carrier] = {}
    for values in (1, 2):
        for call in subject.sound:
            name = call.row.name
            if name not in numbers or name == other_than or len(call.live) != values:
                continue
            is_plain = name == "sub" and call.live != (1,)  # its slope of 1 hides what is forgotten
            if not is_plain and (values == 1 or numbers[name] is not None):
                carriers.setdefault(name, Carrier(call, numbers[name]))
    return [carriers[name] for name in numbers if name in carriers]


@dataclass(eq=False)
class TrialNode:
    """A Value of the class, beside what the table says of it."""

    number: float
    call: Call | None = None
    operands: Sequence[Any] = ()  # nodes, and plain numbers
    value: Any = None  # the Value itself, once the trial has run
    gradient: float = 0.0  # after the last pass
    expected: float = 0.0  # what it should be after one pass


class Trial:
    """A graph whose last node is the root."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.nodes: list[TrialNode] = []
        subject.rewind()

    def leaf(self, number: float) -> TrialNode:
        """Add a leaf."""
        self.nodes.append(TrialNode(number))
        return self.nodes[-1]

    def operands(self, call: Call, probe: Sequence[float]) -> list[Any]:
        """Add a leaf for each live operand of a call; the others stay plain numbers."""
        return [self.leaf(x) if argnum in call.live else x for argnum, x in enumerate(probe)]

    def apply(self, call: Call, *operands: Any) -> TrialNode:
        """Add an operation."""
        number = call.value(*(_number(x) for x in operands))
        self.nodes.append(TrialNode(number, call, operands))
        return self.nodes[-1]

    def carry(self, carrier: Carrier, node: TrialNode) -> TrialNode:
        """Add an operation on one node."""
        operands = carrier.operands(node)
        if carrier.call.live == (0, 1):
            operands = node, self.leaf(operands[1])
        return self.apply(carrier.call, *operands)

    def code(self, node: TrialNode, gradient: str = "") -> str:
        """The trial as lines of code, which end with what a node's gradient is and should be."""
        names = self._names()
        make = self.subject.name
        leaves = [x for x in self.nodes if x.call is None]
        lines = ["; ".join(f"{names[x]} = {make}({in_code(x.number)})" for x in leaves)]
        for each in self.nodes:
            if each.call is not None:
                operands = [
                    names[x] if isinstance(x, TrialNode) else in_code(x) for x in each.operands
                ]
                lines.append(f"{names[each]} = {each.call.code(operands)}")
        run = self.subject.backward_name
        root = names[self.nodes[-1]]
        lines.append(f"{root}.{run}()" if isinstance(run, str) else f"backward({root})")
        found = f"{names[node]}.{self.subject.grad_name}"
        expected = gradient or f"{in_code(node.gradient)}, but should be {in_code(node.expected)}"
        return "\n".join(lines) + f"  # {found} is {expected}"

    def _names(self) -> dict[TrialNode, str]:
        leaves = [x for x in self.nodes if x.call is None]
        inner = [x for x in self.nodes[:-1] if x.call is not None]
        letters = itertools.chain("abxyzw", (f"x{i}" for i in itertools.count(1)))
        names = dict(zip(leaves, letters)) | {x: f"n{i}" for i, x in enumerate(inner, 1)}
        return names | {self.nodes[-1]: "out" if self.nodes[-1].call else "a"}

    def build(self) -> Any:
        """Make the Values of the class, unless it is done, and return the root; raises Failure."""
        if self.nodes[-1].value is not None:
            return self.nodes[-1].value
        for node in self.nodes:
            if node.call is None:
                node.value = self.subject.leaf(node.number)
            else:
                operands = (x.value if isinstance(x, TrialNode) else x for x in node.operands)
                node.value = self.subject.apply(node.call, *operands)
        return self.nodes[-1].value

    def run(self) -> None:
        """Build the graph, run a pass and read the gradients; raises Failure."""
        root = self.nodes[-1]
        self.subject.run(self.build())
        for node in self.nodes:
            node.gradient, node.expected = self.subject.grad(node.value), 0.0
        root.expected = self.subject.seed
        for node in reversed(self.nodes):
            if call := node.call:
                numbers = [_number(x) for x in node.operands]
                for argnum in call.live:
                    node.operands[argnum].expected += node.expected * call.partial(argnum, *numbers)

    def is_right(self, node: TrialNode) -> bool:
        """Whether a node's gradient is what it should be."""
        return self.subject.same(node.gradient, node.expected)

    def failure(self) -> str:
        """Run a pass; return why it fails, or nothing."""
        try:
            self.run()
        except Failure as failure:
            return str(failure)
        return ""


def in_code(x: float) -> str:
    """A number as it is written in code."""
    return format_short(x).replace(MINUS, "-")


def _number(operand: Any) -> float:
    return operand.number if isinstance(operand, TrialNode) else operand
