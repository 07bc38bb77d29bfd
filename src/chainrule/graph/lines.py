"""A graph as lines such as `d = a*b + c`, which the playground reads: `show` links to it."""

from __future__ import annotations

import ast
import itertools
import keyword
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..engine.node import Node, has_own_backward
from ..engine.twin import Value
from ..errors import ChainruleError
from ..table.rules import rule_of
from .expression import FUNCTIONS, compute
from .traversal import postorder

MOST_NODES = 300
"""The playground shows no larger graph: there every number follows while a slider is dragged."""

LONGEST = 4000
"""The most characters that the playground reads."""

TAKEN = ("cr", "torch", "Value", "print", "float")
"""Names that the code to copy needs for itself."""

DEEPEST = 8
"""An expression that is nested more deeply is split into several lines."""

OPERATORS: dict[str, ast.operator] = {
    "add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult(), "div": ast.Div(),
    "floordiv": ast.FloorDiv(), "mod": ast.Mod(), "pow": ast.Pow(),
}  # fmt: skip


class Line(NamedTuple):
    """A line: a name, the index of the node that has it, and its expression; an input has none."""

    name: str
    node: int
    source: str


class Lines(NamedTuple):
    """The lines of a graph.

    Attributes:
        lines: The inputs, then what is computed.
        is_exact: Whether the lines make this very graph, with every node and name, so that its
            state fits. Otherwise some nodes without a name have got one.
    """

    lines: list[Line]
    is_exact: bool


def lines_of(nodes: Sequence[Node]) -> Lines | None:
    """Return a graph as lines of Python.

    Args:
        nodes: Its nodes, operands before their users, the root last.

    Returns:
        The lines; None if the playground can't hold the graph: it is too large, has names that
        can't stand in a line, numbers that changed since they were computed, or operations without
        a formula of the table.

    Example:
        >>> a, b = Value(2, label="a"), Value(-3, label="b")
        >>> e = a * b + 1
        >>> e.label = "e"
        >>> [(line.name, line.source) for line in lines_of(postorder(e)).lines]
        [('a', ''), ('b', ''), ('e', 'a * b + 1')]
    """
    if len(nodes) > MOST_NODES or not nodes[-1]._operands or not _have_names(nodes):
        return None
    written = _Writer(nodes)
    if not all(map(written.add, range(len(nodes)))):
        return None
    lines = [*written.inputs, *written.results]
    if sum(len(name) + len(source) + 28 for name, _, source in lines) > LONGEST:
        return None
    return _compared(nodes, lines)


def _have_names(nodes: Sequence[Node]) -> bool:
    """Whether every name is one that a line can have, and no two are the same."""
    labels = [node.label for node in nodes if node.label]
    return len({*labels}) == len(labels) and all(map(_is_name, labels))


def _is_name(label: str) -> bool:
    is_free = label not in TAKEN and label not in FUNCTIONS and not keyword.iskeyword(label)
    return is_free and label.isidentifier() and label == unicodedata.normalize("NFKC", label)


class _Writer:
    """Writes one node after the other.

    Attributes:
        inputs, results: The lines so far.
        parts: Each node as it stands in the expression of another.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.indices = {node: index for index, node in enumerate(nodes)}
        self.uses = Counter(operand for node in nodes for operand in node._operands)
        self.inputs: list[Line] = []
        self.results: list[Line] = []
        self.parts: list[ast.expr] = []
        self.depths: list[int] = []
        labels = {node.label for node in nodes}
        self.free = {stem: _free(stem, labels) for stem in ("x", "t", "L")}

    def add(self, index: int) -> bool:
        """Write a node; False if that isn't possible."""
        node = self.nodes[index]
        if not node._operands:
            return self._add_leaf(index)
        part = self._expression(node)
        if part is None:
            return False
        depth = 1 + max(self.depths[self.indices[operand]] for operand in node._operands)
        is_root = index == len(self.nodes) - 1
        if node.label or is_root or self.uses[node] > 1 or depth > DEEPEST:
            name = node.label or next(self.free["L" if is_root else "t"])
            self.results.append(Line(name, index, ast.unparse(part)))
            part, depth = ast.Name(name), 0
        self.parts.append(part)
        self.depths.append(depth)
        return True

    def _add_leaf(self, index: int) -> bool:
        node = self.nodes[index]
        if not math.isfinite(node.data):
            return False
        self.depths.append(0)
        if node.kind == "constant" and not node.label and self.uses[node] == 1:
            self.parts.append(ast.Constant(node.data))
            return True
        name = node.label or next(self.free["x"])
        self.inputs.append(Line(name, index, ""))
        self.parts.append(ast.Name(name))
        return True

    def _expression(self, node: Node) -> ast.expr | None:
        rule = rule_of(node)
        operands = [self.parts[self.indices[operand]] for operand in node._operands]
        if rule is None or has_own_backward(node):
            return None
        if rule.name in OPERATORS:
            return ast.BinOp(operands[0], OPERATORS[rule.name], operands[1])
        if rule.name == "neg":
            return ast.UnaryOp(ast.USub(), operands[0])
        return ast.Call(ast.Name(rule.name), operands, []) if rule.name in FUNCTIONS else None


def _free(stem: str, labels: set[str]) -> Iterator[str]:
    """Names that no node has: x1, x2, ..., but L before L1."""
    names = (f"{stem}{number}" for number in itertools.count(1))
    first = ["L"] if stem == "L" else []
    return (name for name in itertools.chain(first, names) if name not in labels)


def _compared(nodes: Sequence[Node], lines: list[Line]) -> Lines | None:
    """Compute the lines, and say whether they make the same graph; None where a number differs."""
    known: dict[str, Any] = {}
    for name, index, source in lines:
        if not source:
            known[name] = Value(nodes[index].data, label=name)
            continue
        try:
            known[name], _ = compute(source, known, "a line")
        except ChainruleError:
            return None
        if not _are_equal(known[name].data, nodes[index].data):
            return None
        known[name].label = name
    again = postorder(known[lines[-1].name])
    is_plain = not any(node.scope for node in nodes)
    return Lines(lines, is_plain and _rows(again) == _rows(nodes))


def _are_equal(x: float, y: float) -> bool:
    return x == y or (x != x and y != y)


def _rows(nodes: Sequence[Node]) -> list[Any]:
    """What the state of a view depends on."""
    indices = {node: index for index, node in enumerate(nodes)}
    return [
        (node.label, node.op, [indices[operand] for operand in node._operands], node.data)
        for node in nodes
    ]
