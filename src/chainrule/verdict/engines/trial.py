"""A trial: a small graph, built with the examined class and computed with the table's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .calls import Call
from .subject import Failure, Subject, same


class Carrier(NamedTuple):
    """An operation on one Value, put above or below the operation that is tried."""

    call: Call
    number: float | None  # the other operand

    def operands(self, x: Any) -> tuple[Any, ...]:
        """All operands, x being the live one."""
        if self.number is None:
            return (x,)
        return (x, self.number) if self.call.live == (0,) else (self.number, x)


def find_carriers(
    subject: Subject, numbers: Mapping[str, float | None], other_than: str = ""
) -> list[Carrier]:
    """The operations among these that are right so far, with their other operands."""
    carriers: dict[str, Carrier] = {}
    for call in subject.sound:
        name = call.row.name
        is_plain = name == "sub" and call.live == (0,)  # its slope of 1 hides what is forgotten
        if name in numbers and name != other_than and len(call.live) == 1 and not is_plain:
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

    @property
    def is_right(self) -> bool:
        """Whether its gradient is what it should be."""
        return same(self.gradient, self.expected)


class Trial:
    """A graph whose last node is the root."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.nodes: list[TrialNode] = []

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
        return self.apply(carrier.call, *carrier.operands(node))

    def build(self) -> Any:
        """Make the Values of the class and return the root; raises Failure."""
        for node in self.nodes:
            if node.call is None:
                node.value = self.subject.leaf(node.number)
            else:
                operands = (x.value if isinstance(x, TrialNode) else x for x in node.operands)
                node.value = self.subject.apply(node.call, *operands)
        return self.nodes[-1].value

    def run(self) -> None:
        """Build the graph unless it is built, run a pass and read the gradients; raises Failure."""
        root = self.nodes[-1]
        self.subject.run(self.build() if root.value is None else root.value)
        for node in self.nodes:
            node.gradient, node.expected = self.subject.grad(node.value), 0.0
        root.expected = self.subject.seed
        for node in reversed(self.nodes):
            if call := node.call:
                numbers = [_number(x) for x in node.operands]
                for argnum in call.live:
                    node.operands[argnum].expected += node.expected * call.partial(argnum, *numbers)

    def failure(self) -> str:
        """Run a pass; return why it fails, or nothing."""
        try:
            self.run()
        except Failure as failure:
            return str(failure)
        return ""


def _number(operand: Any) -> float:
    return operand.number if isinstance(operand, TrialNode) else operand
