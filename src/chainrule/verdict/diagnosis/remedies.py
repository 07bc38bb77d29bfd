"""What to do about a node: code that was tried, or words where no code keeps the mathematics."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...engine.node import Node, is_value
from ...engine.twin import Value
from ...errors import ChainruleError
from ...table.ops import TABLE
from ..flat_graph import FlatGraph
from .algebra import Algebra
from .code import Writer, names_in
from .patterns import ROUNDING, rewritings
from .rewriting import Rewriting
from .words import Words

HUGE = 1e12
"""Numbers and gradients beyond this are too coarse: a small difference between two is lost."""
NEAREST = 40
"""How many nodes above a bad one are searched for a pattern that it belongs to."""
COMPARED, SIZES = 10, (0.2, 3.0)
"""At how many other points, and at numbers of which sizes, code is compared with the formula."""
MOST_COMPARED = 1000
"""Formulas of more nodes than these are not compared."""


class Remedy(NamedTuple):
    """What to do about a node.

    Attributes:
        words: One sentence.
        fix: Code for the node `target`, an expression in terms of labels, or empty.
        target: The index of the node that the code replaces.
    """

    words: str
    fix: str = ""
    target: int = -1


class Remedies:
    """The remedies for one graph, whose numbers are fresh."""

    def __init__(self, graph: FlatGraph) -> None:
        self.graph = graph
        self.writer = Writer(graph)
        self.algebra = Algebra(graph, self.writer)
        self.words = Words(graph, self.writer)
        self.users: list[list[int]] = [[] for _ in graph.nodes]
        for index, operands in enumerate(graph.operands):
            for operand in dict.fromkeys(operands):
                self.users[operand].append(index)

    def for_number(self, index: int) -> Remedy:
        """What to do about an operation whose result is nan or infinite."""
        if found := self.rewriting(index):
            return found
        row = TABLE[self.graph.nodes[index].op]
        return Remedy(self.words.slower_growth(index) or self.words.keep_legal(index, row))

    def for_huge_number(self, index: int) -> Remedy:
        """What to do about a number that is finite but huge."""
        if self.graph.rules[index] and (found := self.rewriting(index, HUGE)):
            return found
        return Remedy(self.words.slower_growth(index) or self.words.smaller(index))

    def for_gradient(self, index: int, operand: int, partial: float) -> Remedy:
        """What to do about a local derivative that is huge or not finite."""
        found = self.rewriting(index) if self.graph.rules[index] else None
        return found or Remedy(self.words.less_steep(index, operand, partial))

    def rewriting(self, index: int, limit: float = math.inf) -> Remedy | None:
        """Code for the node, or for one around it, that was tried and works.

        Args:
            index: The bad node.
            limit: How large the new numbers may be.
        """
        second = None
        for target in self._targets(index):
            for rewriting in rewritings(self.algebra, target):
                code = self.writer.finished(rewriting.code)
                x = self._try(index, target, code, rewriting, limit)
                if x is None:
                    continue
                remedy = self._remedy(rewriting, code, target)
                above = self.graph.above(target)
                if math.isfinite(self.graph.follower(target, above)(x)):
                    return self._logarithm_above(index, target, limit) or remedy
                second = second or remedy
        return second

    def _logarithm_above(self, index: int, target: int, limit: float) -> Remedy | None:
        """Code for the logarithm of a node, which is more exact than the logarithm of new code."""
        for user in self.users[target]:
            for rewriting in (
                rewritings(self.algebra, user) if self.algebra.op(user) == "log" else ()
            ):
                code = self.writer.finished(rewriting.code)
                if self._try(index, user, code, rewriting, limit) is not None:
                    return self._remedy(rewriting, code, user)
        return None

    def _remedy(self, rewriting: Rewriting, code: str, target: int) -> Remedy:
        legend = self.writer.legend(code)
        return Remedy(rewriting.words + (f"; {legend}" if legend else ""), code, target)

    def _targets(self, index: int) -> Iterator[int]:
        """The node, what it is computed from, and the nodes above it, the nearest first."""
        yield index
        operands = dict.fromkeys(self.graph.operands[index])
        below = dict.fromkeys(x for operand in operands for x in self.graph.operands[operand])
        yield from (x for x in {**operands, **below} if self.graph.rules[x])
        waiting, seen = deque(self.users[index][:NEAREST]), {index}
        while waiting and len(seen) <= NEAREST:
            target = waiting.popleft()
            if target not in seen:
                seen.add(target)
                yield target
                waiting.extend(self.users[target][:NEAREST])

    def _try(
        self, index: int, target: int, code: str, rewriting: Rewriting, limit: float
    ) -> float | None:
        """The target's number from this code; None if the code doesn't mend the node."""
        letters = {letter: at for at, letter in self.writer.letters.items()}
        names = {x: self.writer.index_of.get(x, letters.get(x, -1)) for x in names_in(code)}
        numbers = {name: self.graph.numbers[at] for name, at in names.items()}
        if (
            not all(map(math.isfinite, numbers.values()))
            or max(names.values(), default=0) >= target
        ):
            return None
        try:
            out = self.writer.evaluate(code, {name: Value(x) for name, x in numbers.items()})
            if not is_value(out):
                return None
            out.backward()
        except (ChainruleError, ArithmeticError, ValueError):
            return None
        if not _is_fine(out, limit):
            return None
        x, before = float(out.data), self.graph.numbers[target]
        if math.isfinite(before) and not _is_near(x, before, rewriting.slack):
            return None
        if not self._is_same(target, code, names, rewriting.slack):
            return None
        if target >= index:
            return x
        if rewriting.slack <= ROUNDING and self._is_shared(index, target):
            return None  # contributions may cancel, and then rounding decides
        return x if self._is_mended(index, target, x, limit) else None

    def _is_same(self, target: int, code: str, names: Mapping[str, int], slack: float) -> bool:
        """Whether the code gives a node's number at other numbers of the same signs, too.

        A node that has no number at any of them, such as exp(log(x)) where x is negative, is left
        as it is.
        """
        order, inputs = self._down_to(target, set(names.values()))
        dice, is_compared = random.Random(0), False
        for _ in range(COMPARED if len(order) < MOST_COMPARED else 0):
            moved = {at: dice.uniform(*SIZES) * self._sign(at) for at in inputs}
            for at in order:
                if (rule := self.graph.rules[at]) and at not in moved:
                    operands = self.graph.operands[at]
                    moved[at] = rule.value(*(moved.get(x, self.graph.numbers[x]) for x in operands))
            if not math.isfinite(moved[target]):
                continue
            try:
                numbers = {x: moved.get(at, self.graph.numbers[at]) for x, at in names.items()}
                out = self.writer.evaluate(code, numbers)
            except (ChainruleError, ArithmeticError, ValueError):
                continue
            if math.isfinite(out) and not _is_near(out, moved[target], slack):
                return False
            is_compared = is_compared or math.isfinite(out)
        return is_compared or len(order) >= MOST_COMPARED

    def _sign(self, index: int) -> float:
        return -1.0 if self.graph.numbers[index] < 0 else 1.0

    def _down_to(self, target: int, names: set[int]) -> tuple[list[int], list[int]]:
        """The nodes that a node is computed from down to named ones, in order, and those where the
        way down ends, without constants."""
        waiting, seen, ends = [target], {target}, []
        while waiting and len(seen) < MOST_COMPARED:
            at = waiting.pop()
            below = () if at in names else self.graph.operands[at]
            if not below and self.graph.nodes[at].kind != "constant":
                ends.append(at)
            waiting += [x for x in below if x not in seen]
            seen.update(below)
        return sorted(seen), ends

    def _is_mended(self, index: int, target: int, x: float, limit: float) -> bool:
        """Whether a node is fine with another number for one that it is computed from."""
        moved = {target: x}
        for at in self.graph.above(target):
            rule = self.graph.rules[at]
            if at > index or rule is None:
                continue
            operands = self.graph.operands[at]
            numbers = [moved.get(operand, self.graph.numbers[operand]) for operand in operands]
            moved[at] = out = rule.value(*numbers)
            partials = [partial(*numbers, out) for partial in rule.partials]
            if abs(out) > limit or not all(map(math.isfinite, [out, *partials])):
                return False
        return index in moved

    def _is_shared(self, index: int, operand: int) -> bool:
        """Whether a leaf is below an operand of a node and below another one, too."""
        others = [at for at in self.graph.operands[index] if at != operand]
        if len(others) == len(self.graph.operands[index]):
            return True  # it is further down: assume the worst
        return bool(self._leaves([operand]) & self._leaves(others))

    def _leaves(self, indices: list[int]) -> set[int]:
        """The indices of the leaves below these nodes, without constants."""
        waiting, seen = list(indices), set(indices)
        while waiting:
            below = set(self.graph.operands[waiting.pop()]) - seen
            seen |= below
            waiting += below
        nodes = self.graph.nodes
        return {x for x in seen if not self.graph.operands[x] and nodes[x].kind != "constant"}


def _is_near(x: float, expected: float, slack: float) -> bool:
    return abs(x - expected) <= slack + 1e-6 * abs(expected)


def _is_fine(root: Node, limit: float) -> bool:
    """Whether every number and gradient of a graph is finite."""
    nodes = root._postorder()
    sizes = [abs(node.data) for node in nodes if node._operands]
    is_small = all(size <= limit and math.isfinite(size) for size in sizes)
    return is_small and all(math.isfinite(node.grad) for node in nodes)
