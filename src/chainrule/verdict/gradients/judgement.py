"""The verdict on every gradient of a graph."""

from __future__ import annotations

import math
from typing import Any

from ...numerals import format_short
from ..measured import Measured
from ..tables import called
from ..tolerances import (
    EPSILON,
    HIDDEN,
    MEASURED_SLACK,
    NUDGE_BUDGET,
    NUDGE_CALLS,
    SLACK,
    TELLING_DIGITS,
)
from . import phrases
from .digits import agrees, written_digits
from .guesses import Contribution
from .mistakes import UNKNOWN, Mistake, at_the_root, exact_mistake, likely_mistake
from .truth import Truth, kink_words
from .verdicts import NOT_COMPARABLE, NOT_SET, RIGHT, WRONG, Verdict


class Judge:
    """Goes through a graph from the root down and judges each gradient by the true one, and by
    what it should be given those above it."""

    def __init__(self, truth: Truth, budget: int = NUDGE_BUDGET) -> None:
        self.truth = truth
        self.replay = truth.replay
        self.noise = truth.noise()
        self.slack = MEASURED_SLACK if truth.measured else SLACK
        self.nudges: dict[int, Measured] = {}
        self.wrong_edges = {
            (edge.node, edge.position): edge for edge in truth.edges if edge.status == WRONG
        }
        count = len(self.replay.nodes)
        self.given = [0.0] * count  # the gradient that follows from those found above
        self.given[-1] = 1.0
        self.taken = [0.0] * count  # the gradient that a node hands on
        self.culprit: dict[int, int] = {}  # the node whose mistake a node inherits
        self.status: dict[int, tuple[str, str]] = {}  # status and why
        self._nudge_what_can_be_afforded(budget)

    def verdicts(self) -> dict[Any, Verdict]:
        """Judge every node, in the order of the pass; constants are left out."""
        nodes = self.replay.nodes
        for place in range(len(nodes) - 1, -1, -1):
            self._judge(place)
            self._hand_down(place)
        wrong = {place for place, (status, _) in self.status.items() if status == WRONG}
        uses = self._uses_of(wrong)
        return {
            nodes[place]: self._verdict(place, uses)
            for place in range(len(nodes))
            if place in self.status
        }

    # ---- nudging ---------------------------------------------------------------------------------

    def _nudge_what_can_be_afforded(self, budget: int) -> None:
        """Nudge the leaves first, then the other nodes from the root down."""
        nodes = self.replay.nodes
        count = len(nodes)
        wanted = [
            place
            for place in range(count - 1, -1, -1)
            if nodes[place].grad_state != "none" and place not in self.truth.unknown
        ]
        wanted.sort(key=lambda place: bool(self.replay.operands[place]))
        for place in wanted:
            look = (count - place) // 4  # what it takes to see which nodes lie above
            if look > budget:
                continue
            budget -= look
            above = self.replay.above(place)
            price = NUDGE_CALLS * len(above)
            if price <= budget:
                budget -= price
                self.nudges[place] = self.replay.slope(place, self.noise, above)

    # ---- right or wrong --------------------------------------------------------------------------

    def _agrees(self, place: int, number: float, typed: bool = True) -> bool:
        """Whether a gradient is this number; one that was typed by hand may be rounded."""
        node = self.replay.nodes[place]
        slack = self.slack * min(self.truth.total[place], 1e300)
        return agrees(float(node.grad), number, slack, typed and node.grad_state == "hand")

    def _judge(self, place: int) -> None:
        node = self.replay.nodes[place]
        is_root = place == len(self.replay.nodes) - 1
        if node.kind == "constant" and not is_root and node.grad_state == "none":
            return
        if node.grad_state == "none":
            self.status[place] = NOT_SET, ""
            return
        expected = self.truth.expected[place]
        doubt = self._doubt(place, expected)
        if doubt:
            self.status[place] = NOT_COMPARABLE, doubt
        elif place in self.truth.kinks and (words := self._kink(place)):
            between = self._between(place) or self._agrees(place, expected)
            self.status[place] = (NOT_COMPARABLE if between else WRONG), words
        elif self._agrees(place, expected):
            disguised = self._is_disguised(place, expected)
            self.status[place] = (WRONG, "") if disguised else self._right(place, expected)
        elif self._agrees(place, self.given[place]) and place not in self.culprit:
            self.status[place] = RIGHT, phrases.FOLLOWS_ROUNDED
        else:
            self.status[place] = WRONG, ""

    def _is_disguised(self, place: int, expected: float) -> bool:
        """Whether a number that could be a rounded one is exactly what a mistake gives."""
        found = float(self.replay.nodes[place].grad)
        if any(self._agrees(place, x, typed=False) for x in (expected, self.given[place])):
            return False  # it is no rounded one
        if written_digits(found) >= TELLING_DIGITS:
            return False
        parts = self._parts(self._uses_of({place})[place])
        return bool(exact_mistake(parts, lambda x: agrees(found, x, 0.0, typed=False)))

    def _doubt(self, place: int, expected: float) -> str:
        """Why nobody can say what the gradient should be; empty where it can be said."""
        truth, nodes = self.truth, self.replay.nodes
        if place in truth.unknown:
            return phrases.NO_FORMULA.format(node=called(nodes[truth.unknown[place]]))
        if place in truth.stale:
            return phrases.STALE.format(node=called(nodes[truth.stale[place]]))
        if not math.isfinite(expected):
            return phrases.NOT_FINITE.format(expected=format_short(expected))
        return ""

    def _kink(self, place: int) -> str:
        """In words that the gradient has a kink here; empty where the kink does not matter.

        It matters too where the sides agree, but not with the convention: relu(x) - relu(-x) has
        the slope 1 at 0, and the conventions for its parts give 0.
        """
        nudged, expected = self.nudges.get(place), self.truth.expected[place]
        if nudged is not None and nudged.value == nudged.value and not nudged.has_kink:
            room = 10 * nudged.error + 1e-6 * max(abs(expected), abs(nudged.value))
            if abs(nudged.value - expected) <= room + 1e-12:
                return ""
        source = self.truth.kinks[place]
        rule = self.replay.rules[source]
        if rule is None:
            return ""
        return kink_words(rule, [self.replay.numbers[x] for x in self._below(source)])

    def _between(self, place: int) -> bool:
        """Whether the gradient lies between the slopes of both sides."""
        nudged = self.nudges.get(place)
        if nudged is None or nudged.value != nudged.value:
            return nudged is not None
        room = 1e-3 * max(abs(nudged.left), abs(nudged.right))
        low, high = sorted((nudged.left, nudged.right))
        found: float = self.replay.nodes[place].grad
        return low - room <= found <= high + room

    def _right(self, place: int, expected: float) -> tuple[str, str]:
        nudged, rounded = self.nudges.get(place), not self._agrees(place, expected, typed=False)
        words = phrases.ROUNDED.format(expected=format_short(expected)) if rounded else ""
        if place in self.replay.shifts:
            words = words or "its value or that of one of its operands was edited later"
        if nudged is None or nudged.value != nudged.value:
            return RIGHT, words
        size = abs(expected)
        if abs(nudged.value - expected) > max(10 * nudged.error, 1e-6 * size):
            words = words or phrases.ANALYTIC.format(nudged=format_short(nudged.value))
        if size and self._is_hidden(place, size):
            return NOT_COMPARABLE, phrases.CANCELLATION.format(expected=format_short(expected))
        return RIGHT, words

    def _is_hidden(self, place: int, size: float) -> bool:
        """Whether rounding hides the effect of a node however far it is moved."""
        if place == len(self.replay.nodes) - 1:
            return False
        nudged = self.nudges[place]
        x = abs(self.replay.numbers[place]) or 1.0
        lost = self.noise + EPSILON * abs(self.replay.numbers[-1])
        return nudged.error > HIDDEN * size and lost > HIDDEN * size * x / 4

    # ---- what follows ----------------------------------------------------------------------------

    def _below(self, place: int) -> tuple[int, ...]:
        return self.replay.operands[place]

    def _hand_down(self, place: int) -> None:
        """Give the operands what they should hold, given what this node holds."""
        node = self.replay.nodes[place]
        status = self.status.get(place, (NOT_SET, ""))[0]
        holds_one = status in (RIGHT, WRONG) and math.isfinite(node.grad)
        gradient = float(node.grad) if holds_one else self.given[place]
        self.taken[place] = gradient
        source: int | None = self.culprit.get(place)
        if status == WRONG:
            follows = source is not None and self._agrees(place, self.given[place])
            source = source if follows else place
        elif status == RIGHT:
            source = None
        for operand, partial in zip(self._below(place), self.truth.partials[place]):
            if partial is not None:
                self.given[operand] += partial * gradient
                if source is not None:
                    self.culprit.setdefault(operand, source)

    def _uses_of(self, wanted: set[int]) -> dict[int, list[tuple[int, int]]]:
        """For each wanted node who uses it, and as which operand; the root's first."""
        uses: dict[int, list[tuple[int, int]]] = {place: [] for place in wanted}
        if wanted:
            for user in range(len(self.replay.nodes) - 1, -1, -1):
                for position, operand in enumerate(self._below(user)):
                    if operand in uses:
                        uses[operand].append((user, position))
        return uses

    def _verdict(self, place: int, uses: dict[int, list[tuple[int, int]]]) -> Verdict:
        node = self.replay.nodes[place]
        status, why = self.status[place]
        found = None if status == NOT_SET else node.grad
        expected = self.truth.expected[place]
        if place in self.truth.unknown or place in self.truth.stale:
            expected = math.nan
        words, also = self._mistake(place, uses[place]) if status == WRONG else ("", "")
        culprit = self.culprit.get(place) if words and self._follows(place) else None
        return Verdict(
            node, status, found, expected, words, why or also, self.nudges.get(place),
            None if culprit is None else self.replay.nodes[culprit],
        )  # fmt: skip

    def _mistake(self, place: int, uses: list[tuple[int, int]]) -> Mistake:
        known = self._known_history(place) or self._wrong_rule(place, uses)
        if known:
            return Mistake(known)
        node = self.replay.nodes[place]
        if not uses:
            return Mistake(at_the_root(node.grad))
        parts = self._parts(uses)
        if self._agrees(place, self.truth.expected[place]):  # as far as its digits go
            return Mistake(exact_mistake(parts, lambda x: agrees(node.grad, x, 0.0, typed=False)))
        mistake = likely_mistake(parts, node.grad, lambda x: self._agrees(place, x))
        if mistake == UNKNOWN and node.by_hand:
            by_hand = format_short(node.by_hand)
            return Mistake(f"It was set to {by_hand} by hand before a pass added to it.")
        if mistake == UNKNOWN and node.passes > 1:
            passes = f"{node.passes} passes, not all of them through this graph"
            return Mistake(f"It is the sum of {passes}.")
        return mistake

    def _known_history(self, place: int) -> str:
        """What is known to have gone into a gradient, if that explains it."""
        node, expected = self.replay.nodes[place], self.truth.expected[place]
        if self._follows(place):
            return phrases.FOLLOWS.format(node=called(self.replay.nodes[self.culprit[place]]))
        if node.by_hand and self._agrees(place, node.by_hand + expected * max(node.passes, 1)):
            passes = "a pass" if node.passes <= 1 else f"{node.passes} passes"
            return f"It was set to {format_short(node.by_hand)} by hand, and {passes} added to it."
        if node.passes > 1 and self._agrees(place, expected * node.passes):
            return f"It is the sum of {node.passes} passes; call zero_grad(L) before each."
        return ""

    def _follows(self, place: int) -> bool:
        """Whether a wrong gradient is right given the wrong one above it."""
        return place in self.culprit and self._agrees(place, self.given[place])

    def _wrong_rule(self, place: int, uses: list[tuple[int, int]]) -> str:
        """The wrong local derivative that the gradient was computed with, if that explains it."""
        stored, blamed = 0.0, None
        for user, position in uses:
            node = self.replay.nodes[user]
            stored += (node._local_grads[position] or 0.0) * self.taken[user]
            blamed = blamed or self.wrong_edges.get((node, position))
        if blamed is None or not self._agrees(place, stored):
            return ""
        return blamed.mistake

    def _parts(self, uses: list[tuple[int, int]]) -> list[Contribution]:
        """What arrives at a node, a contribution for each use that lets something through."""
        found = (self._contribution(user, position) for user, position in uses)
        return [part for part in found if part is not None]

    def _contribution(self, user: int, position: int) -> Contribution | None:
        partial = self.truth.partials[user][position]
        if partial is None:
            return None
        return Contribution(
            called(self.replay.nodes[user]),
            self.taken[user],
            partial,
            self.replay.rules[user],
            position,
            tuple(self.replay.numbers[x] for x in self._below(user)),
            self.replay.numbers[user],
        )
