"""The verdict on every gradient of a graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from ...engine.node import Node
from ...numerals import format_short
from .. import tolerances
from ..measurement import Measurement
from ..result_table import name_of
from . import phrases
from .kinks import kink_text
from .mistakes import Contribution, matching_mistakes
from .reference import Reference
from .rounding import agrees, written_digits
from .verdict import NOT_COMPARABLE, NOT_SET, RIGHT, WRONG, Verdict


class Judge:
    """Compares each gradient with the right one, and with what follows from those above it."""

    def __init__(self, reference: Reference, budget: int = tolerances.NUDGE_BUDGET) -> None:
        self.reference = reference
        self.graph = reference.graph
        self.noise = reference.noise()
        self.slack = tolerances.MEASURED_SLACK if reference.local.is_measured else tolerances.SLACK
        self.nudges: dict[int, Measurement] = {}
        count = len(self.graph.nodes)
        self.implied = [0.0] * count  # what follows from the gradients above
        self.implied[-1] = 1.0
        self.upstream = [0.0] * count  # what a node passes on
        self.culprit: dict[int, int] = {}  # the node whose mistake a node inherits
        self.status: dict[int, tuple[str, str]] = {}  # status and why
        self._nudge(budget)

    def verdicts(self) -> dict[Node, Verdict]:
        """Judge every node except constants; the verdicts are in the order of the computation."""
        nodes = self.graph.nodes
        for index in range(len(nodes) - 1, -1, -1):
            self._judge(index)
            self._hand_down(index)
        return {nodes[index]: self._verdict(index) for index in sorted(self.status)}

    # ---- nudging ---------------------------------------------------------------------------------

    def _nudge(self, budget: int) -> None:
        """Nudge the leaves first, then the other nodes from the root down."""
        nodes, unknown, operands = self.graph.nodes, self.reference.unknown, self.graph.operands
        for index in sorted(range(len(nodes)), key=lambda index: (bool(operands[index]), -index)):
            look = (len(nodes) - index) // 4  # the price of finding the nodes above
            if nodes[index].grad_state == "none" or index in unknown or look > budget:
                continue
            budget -= look
            above = self.graph.above(index)
            price = tolerances.NUDGE_CALLS * len(above)
            if price <= budget:
                budget -= price
                self.nudges[index] = self.graph.slope(index, self.noise, above)

    # ---- right or wrong --------------------------------------------------------------------------

    def _agrees(self, index: int, number: float, typed: bool = True) -> bool:
        """Whether a gradient is this number; one that was typed by hand may be rounded."""
        node = self.graph.nodes[index]
        slack = self.slack * min(self.reference.total[index], 1e300)
        return agrees(float(node.grad), number, slack, typed and node.grad_state == "hand")

    def _judge(self, index: int) -> None:
        node = self.graph.nodes[index]
        if node.grad_state == "none":
            if node.kind != "constant" or index == len(self.graph.nodes) - 1:
                self.status[index] = NOT_SET, ""
            return
        expected = self.reference.expected[index]
        if doubt := self._doubt(index, expected):
            self.status[index] = NOT_COMPARABLE, doubt
        elif index in self.reference.kinks and (words := self._kink(index)):
            between = self._between(index) or self._agrees(index, expected)
            self.status[index] = (NOT_COMPARABLE if between else WRONG), words
        elif self._agrees(index, expected):
            disguised = self._is_disguised(index, expected)
            self.status[index] = (WRONG, "") if disguised else self._right(index, expected)
        elif self._agrees(index, self.implied[index]) and index not in self.culprit:
            self.status[index] = RIGHT, phrases.FOLLOWS_ROUNDED
        else:
            self.status[index] = WRONG, ""

    def _is_disguised(self, index: int, expected: float) -> bool:
        """Whether a number that may be rounded is exactly what a mistake gives."""
        if any(self._agrees(index, x, typed=False) for x in (expected, self.implied[index])):
            return False  # it isn't rounded
        if written_digits(self.graph.nodes[index].grad) >= tolerances.TELLING_DIGITS:
            return False
        return bool(self._exact_mistake(index, self._parts(index)))

    def _doubt(self, index: int, expected: float) -> str:
        """Why the right gradient is unknown; empty where it is known."""
        reference, nodes = self.reference, self.graph.nodes
        if index in reference.unknown:
            return phrases.NO_FORMULA.format(node=name_of(nodes[reference.unknown[index]]))
        if index in reference.stale:
            return phrases.STALE.format(node=name_of(nodes[reference.stale[index]]))
        if not math.isfinite(expected):
            return phrases.NOT_FINITE.format(expected=format_short(expected))
        return ""

    def _kink(self, index: int) -> str:
        """The kink that the gradient passes through, in words; empty where it doesn't matter.

        It also matters where the two sides agree with each other but not with the convention:
        relu(x) - relu(-x) has the slope 1 at 0, and the conventions for its parts give 0.
        """
        nudged, expected = self.nudges.get(index), self.reference.expected[index]
        if nudged and nudged.has_value and not nudged.has_kink and nudged.agrees(expected):
            return ""
        source = self.reference.kinks[index]
        rule = self.graph.rules[source]
        assert rule  # only an operation with a formula has a kink
        return kink_text(rule, self.graph.inputs(source))

    def _between(self, index: int) -> bool:
        """Whether the gradient lies between the slopes of both sides."""
        nudged = self.nudges.get(index)
        if nudged is None or not nudged.has_value:
            return nudged is not None
        room = 1e-3 * max(abs(nudged.left), abs(nudged.right))
        low, high = sorted((nudged.left, nudged.right))
        return bool(low - room <= self.graph.nodes[index].grad <= high + room)

    def _right(self, index: int, expected: float) -> tuple[str, str]:
        nudged, rounded = self.nudges.get(index), not self._agrees(index, expected, typed=False)
        words = phrases.ROUNDED.format(expected=format_short(expected)) if rounded else ""
        if index in self.graph.shifts:
            words = words or "its value or that of one of its operands was edited later"
        if nudged is None or not nudged.has_value:
            return RIGHT, words
        size, is_root = abs(expected), index == len(self.graph.nodes) - 1
        if abs(nudged.value - expected) > max(10 * nudged.error, 1e-6 * size):
            words = words or phrases.ANALYTIC.format(nudged=format_short(nudged.value))
        lost = self.noise + tolerances.EPSILON * abs(self.graph.numbers[-1])
        if size and not is_root and nudged.is_hidden(size, self.graph.numbers[index], lost):
            return NOT_COMPARABLE, phrases.CANCELLATION.format(expected=format_short(expected))
        return RIGHT, words

    # ---- what follows ----------------------------------------------------------------------------

    def _hand_down(self, index: int) -> None:
        """Pass this node's gradient on to its operands, and note whose mistake they inherit."""
        node = self.graph.nodes[index]
        status = self.status.get(index, (NOT_SET, ""))[0]
        is_judged = status in (RIGHT, WRONG) and math.isfinite(node.grad)
        gradient = self.upstream[index] = float(node.grad) if is_judged else self.implied[index]
        source: int | None = self.culprit.get(index)
        if status == WRONG:
            source = source if self._follows(index) else index
        elif status == RIGHT:
            source = None
        partials = self.reference.local.partials[index]
        for operand, partial in zip(self.graph.operands[index], partials):
            if partial is not None:
                self.implied[operand] += partial * gradient
                if source is not None:
                    self.culprit.setdefault(operand, source)

    @cached_property
    def _uses(self) -> list[list[tuple[int, int]]]:
        """The users of each node, and as which operand they use it; those near the root first."""
        uses: list[list[tuple[int, int]]] = [[] for _ in self.graph.nodes]
        for user in range(len(uses) - 1, -1, -1):
            for position, operand in enumerate(self.graph.operands[user]):
                uses[operand].append((user, position))
        return uses

    def _verdict(self, index: int) -> Verdict:
        node = self.graph.nodes[index]
        status, why = self.status[index]
        gradient = None if status == NOT_SET else node.grad
        expected = self.reference.expected[index]
        if index in self.reference.unknown or index in self.reference.stale:
            expected = math.nan
        words, also = self._mistake(index) if status == WRONG else ("", "")
        nudged = self.nudges.get(index)
        return Verdict(node, status, gradient, expected, words, why or also, nudged)

    def _mistake(self, index: int) -> tuple[str, str]:
        """The most likely mistake, and another one that gives the same number."""
        if words := self._history(index) or self._wrong_rule(index):
            return words, ""
        node = self.graph.nodes[index]
        if not self._uses[index]:
            return _root_mistake(node.grad), ""
        parts = self._parts(index)
        if self._agrees(index, self.reference.expected[index]):  # as far as its digits go
            return self._exact_mistake(index, parts), ""
        if node.grad != node.grad:
            return phrases.NOT_A_NUMBER, ""
        mistakes = matching_mistakes(parts, lambda x: self._agrees(index, x))
        if first := next(mistakes, None):
            others = mistakes if len(parts) <= tolerances.FEW_PATHS else ()
            for other in others:
                if other.is_telling and other.kind != first.kind:
                    gradient = format_short(node.grad)
                    return first.sentence, phrases.ALSO.format(gradient=gradient, cause=other.cause)
            return first.sentence, ""
        words = phrases.UNKNOWN
        if node.by_hand:
            words = f"It was set to {format_short(node.by_hand)} by hand before a pass added to it."
        elif node.passes > 1:
            words = f"It is the sum of {node.passes} passes, not all of them through this graph."
        return words, ""

    def _exact_mistake(self, index: int, parts: Sequence[Contribution]) -> str:
        """The mistake that gives a number exactly; empty if there is none.

        It comes before the guess that the number is rounded: 1 for 0.99998 is more likely a local
        derivative left out, and 11 for 11.0000092 is 6 + 5 without a small third contribution.
        """
        gradient = float(self.graph.nodes[index].grad)
        exact = matching_mistakes(parts, lambda x: agrees(gradient, x, 0.0, typed=False))
        return next((mistake.sentence for mistake in exact), "")

    def _history(self, index: int) -> str:
        """What went into a gradient before, if that explains it."""
        node, expected = self.graph.nodes[index], self.reference.expected[index]
        if self._follows(index):
            return phrases.FOLLOWS.format(node=name_of(self.graph.nodes[self.culprit[index]]))
        if node.by_hand and self._agrees(index, node.by_hand + expected * max(node.passes, 1)):
            passes = "a pass" if node.passes <= 1 else f"{node.passes} passes"
            return f"It was set to {format_short(node.by_hand)} by hand, and {passes} added to it."
        if node.passes > 1 and self._agrees(index, expected * node.passes):
            return f"It is the sum of {node.passes} passes; call zero_grad(L) before each."
        return ""

    def _follows(self, index: int) -> bool:
        """Whether a wrong gradient is right given the wrong one above it."""
        return index in self.culprit and self._agrees(index, self.implied[index])

    def _wrong_rule(self, index: int) -> str:
        """The wrong local derivative that the gradient was computed with, if that explains it."""
        stored, blamed = 0.0, ""
        for user, position in self._uses[index]:
            node = self.graph.nodes[user]
            stored += (node._partials[position] or 0.0) * self.upstream[user]
            edge = self.reference.local.edges.get((node, position))
            blamed = blamed or (edge.mistake if edge else "")
        return blamed if self._agrees(index, stored) else ""

    def _parts(self, index: int) -> list[Contribution]:
        """What arrives at a node, a contribution for each use that lets something through."""
        graph = self.graph
        return [
            Contribution(
                name_of(graph.nodes[user]), self.upstream[user], partial, graph.rules[user],
                position, tuple(graph.inputs(user)), graph.numbers[user],
            )
            for user, position in self._uses[index]
            if (partial := self.reference.local.partials[user][position]) is not None
        ]  # fmt: skip


def _root_mistake(gradient: float) -> str:
    """The mistake in the root's own gradient, which is 1 by definition."""
    if gradient == -1:
        return phrases.ROOT_FLIPPED
    if gradient and float(gradient).is_integer():
        return phrases.ROOT_MULTIPLE.format(factor=format_short(gradient))
    return phrases.ROOT
