"""The verdict on every gradient of a graph."""

from __future__ import annotations

import math

from ...engine.node import Node
from ...numerals import format_short
from .. import tolerances
from ..measurement import Measurement
from ..result_table import name_of
from . import phrases
from .kinks import kink_text
from .naming import Naming
from .reference import Reference
from .rounding import agrees, digits_of
from .track import Track
from .verdict import NOT_CERTAIN, NOT_COMPARABLE, NOT_SET, RIGHT, WRONG, Verdict


class Judge:
    """Compares each gradient with the right one, and with what follows from those above it.

    A number that was set by hand stands for what its digits leave open, and that is carried down
    the graph on two tracks: `implied` takes wrong gradients as they should be, `typed` as they are.
    """

    def __init__(self, reference: Reference, budget: int = tolerances.NUDGE_BUDGET) -> None:
        self.reference = reference
        self.graph = reference.graph
        self.noise = reference.noise()
        self.nudges: dict[int, Measurement] = {}
        count = len(self.graph.nodes)
        self.implied, self.typed = Track(count), Track(count)
        self.upstream = [(0.0, 0.0)] * count  # what a node passes on, and how far that may be off
        self.culprit: dict[int, int] = {}  # the node whose mistake a node inherits
        self.status: dict[int, tuple[str, str]] = {}  # status and why
        nodes = self.graph.nodes
        typed = {i: float(x.grad) for i, x in enumerate(nodes) if x.grad_state == "hand"}
        inexact = [index for index in typed if not self._is_exact(index)]
        self.digits = digits_of([typed[index] for index in inexact], typed.values())
        # half of what the digits of each node's gradient leave open
        self.widths = [0.0] * count
        for index in inexact:
            self.widths[index] = self.digits.half_width(typed[index])
        self.naming = Naming(self)
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

    def agrees(self, index: int, number: float) -> bool:
        """Whether a gradient is this number, apart from what rounding inside the graph does."""
        room = min(self.reference.rounding[index], 1e300)
        return agrees(float(self.graph.nodes[index].grad), number, room)

    def _is_exact(self, index: int) -> bool:
        return self.agrees(index, self.reference.expected[index])

    def _is_near(self, index: int) -> bool:
        """Whether a gradient is the right one as far as its digits and those above it can tell."""
        gradient, width = float(self.graph.nodes[index].grad), self.widths[index]
        implied = self.implied
        return agrees(gradient, self.reference.expected[index], width) or agrees(
            gradient, implied.middle[index], width + implied.width[index]
        )

    def _judge(self, index: int) -> None:
        node = self.graph.nodes[index]
        if node.grad_state == "none":
            if node.kind != "constant" or index == len(self.graph.nodes) - 1:
                self.status[index] = NOT_SET, ""
            return
        if doubt := self._doubt(index):
            self.status[index] = NOT_COMPARABLE, doubt
            return
        is_exact = self._is_exact(index)
        is_near = is_exact or self._is_near(index)
        if index in self.reference.kinks and (words := self._kink(index)):
            between = self._between(index) or is_near
            self.status[index] = (NOT_COMPARABLE if between else WRONG), words
        elif is_exact:
            self.status[index] = self._right(index, "")
        else:
            self.status[index] = self._rounded(index) if is_near else (WRONG, "")

    def _rounded(self, index: int) -> tuple[str, str]:
        """The verdict on a gradient that rounding explains, and maybe something else as well."""
        gradient, expected = float(self.graph.nodes[index].grad), self.reference.expected[index]
        is_rounded = agrees(gradient, expected, self.widths[index])
        if is_rounded and (mistake := self.naming.disguised(index)):
            words = phrases.DISGUISED.format(expected=format_short(expected), mistake=mistake)
            return NOT_CERTAIN, words.rstrip(".")
        away = abs(gradient - expected) + self.widths[index]
        if away > tolerances.UNCERTAIN * abs(expected):
            return NOT_CERTAIN, phrases.FEW_DIGITS.format(expected=format_short(expected))
        words = phrases.ROUNDED if is_rounded else phrases.FOLLOWS_ROUNDED
        return self._right(index, words.format(expected=format_short(expected)))

    def _doubt(self, index: int) -> str:
        """Why the right gradient is unknown; empty where it is known."""
        reference, nodes = self.reference, self.graph.nodes
        if index in reference.unknown:
            return phrases.NO_FORMULA.format(node=name_of(nodes[reference.unknown[index]]))
        if index in reference.stale:
            return phrases.STALE.format(node=name_of(nodes[reference.stale[index]]))
        if not math.isfinite(reference.expected[index]):
            return phrases.NOT_FINITE.format(expected=format_short(reference.expected[index]))
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
        room = 1e-3 * max(abs(nudged.left), abs(nudged.right)) + nudged.rounding
        low, high = sorted((nudged.left, nudged.right))
        return bool(low - room <= self.graph.nodes[index].grad <= high + room)

    def _right(self, index: int, words: str) -> tuple[str, str]:
        nudged, expected = self.nudges.get(index), self.reference.expected[index]
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
        node, source = self.graph.nodes[index], self.culprit.get(index)
        status = self.status.get(index, (NOT_SET, ""))[0]
        if status == WRONG:
            source = source if self.follows(index) else index
        elif status in (RIGHT, NOT_CERTAIN):
            source = None
        operands, partials = self.graph.operands[index], self.reference.local.partials[index]
        errors = self.errors(index)
        is_taken = status in (RIGHT, NOT_CERTAIN) and math.isfinite(node.grad)
        is_judged = is_taken or (status == WRONG and math.isfinite(node.grad))
        for track, is_typed in ((self.implied, is_taken), (self.typed, is_judged)):
            if is_typed:
                gradient, width = float(node.grad), self.widths[index]
            else:
                gradient, width = track.middle[index], track.width[index]
                is_root = index == len(self.graph.nodes) - 1
                width += 0.0 if is_root else self.digits.half_step(gradient, width)
            track.hand_down(gradient, width, operands, partials, errors)
        self.upstream[index] = gradient, width  # as typed
        if source is not None:
            for operand, partial in zip(operands, partials):
                if partial is not None:
                    self.culprit.setdefault(operand, source)

    def errors(self, index: int) -> list[float]:
        """How far off the local derivatives of a node may be that somebody used."""
        reference = self.reference.local
        edges = zip(self.graph.operands[index], reference.partials[index], reference.errors[index])
        return [
            error + (self.digits.half_step(partial) if partial and self._may_be_rounded(o) else 0.0)
            for o, partial, error in edges
        ]

    def _may_be_rounded(self, index: int) -> bool:
        return self.widths[index] > 0 or self.graph.nodes[index].grad_state == "none"

    def follows(self, index: int) -> bool:
        """Whether a wrong gradient is right given the wrong one above it."""
        room = self.widths[index] + self.typed.width[index]
        gradient = float(self.graph.nodes[index].grad)
        return index in self.culprit and agrees(gradient, self.typed.middle[index], room)

    def _verdict(self, index: int) -> Verdict:
        node = self.graph.nodes[index]
        status, why = self.status[index]
        gradient = None if status == NOT_SET else node.grad
        expected = self.reference.expected[index]
        if index in self.reference.unknown or index in self.reference.stale:
            expected = math.nan
        nudged = self.nudges.get(index)
        if status != WRONG:
            return Verdict(node, status, gradient, expected, "", why, nudged)
        kind, words = self.naming.mistake(index)
        hints = self.naming.hints(index, kind)
        return Verdict(node, status, gradient, expected, words, why, nudged, kind, hints)
